from storage.ids import new_id


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


def test_no_two_ids_are_the_same() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_ids_made_later_sort_later() -> None:
    made = [new_id() for _ in range(1_000)]

    assert [each.int >> 64 for each in made] == sorted(each.int >> 64 for each in made)
