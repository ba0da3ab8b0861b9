import base64

import pytest

from storage.errors import BadKey, Tampered, WrongKey
from storage.keyring import Keyring, new_key, write_key

OLD = b"o" * 32
NEW = b"n" * 32


def test_a_keyring_is_written_and_read_as_text() -> None:
    keyring = Keyring.read(f"{write_key('new', NEW)}\n{write_key('old', OLD)}\n")

    assert keyring.ids == ["new", "old"]
    assert keyring.current == "new"


def test_a_key_may_be_written_in_url_safe_base64() -> None:
    key = b"\xfb\xef\xff" * 10 + b"\xfb\xef"
    plain, safe = base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()

    read = [Keyring.read(f"k:{written}").check_value("k") for written in (plain, safe)]

    assert plain != safe
    assert read[0] == read[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "There is no master key"),
        ("YWJj", "a name, a colon and 32 bytes"),
        ("k:YWJj", "'k' has 3 bytes instead of 32"),
        ("k:!!!!", "not written in base64"),
        (f"K!:{base64.b64encode(OLD).decode()}", "'K!' is no name"),
    ],
)
def test_a_bad_key_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(BadKey, match=words):
        Keyring.read(text)


def test_the_current_key_must_be_there() -> None:
    with pytest.raises(BadKey, match="'new' is not there"):
        Keyring.of({"old": OLD}, current="new")


def test_a_bad_key_is_not_repeated_in_the_message() -> None:
    with pytest.raises(BadKey) as refused:
        Keyring.read("k:U2VjcmV0IQ==")

    assert "U2VjcmV0" not in str(refused.value)


def test_a_keyring_never_shows_its_keys() -> None:
    keyring = Keyring.of({"old": OLD}, current="old")

    assert "ooo" not in repr(keyring)
    assert "_masters" not in repr(keyring)


def test_what_an_old_key_sealed_opens_while_that_key_is_there() -> None:
    sealed = Keyring.of({"old": OLD}, current="old").seal(b"words", b"here")
    both = Keyring.of({"old": OLD, "new": NEW}, current="new")

    assert both.open(sealed, b"here") == b"words"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(b"words", b"here"))


def test_without_its_key_nothing_opens_and_the_missing_key_is_named() -> None:
    sealed = Keyring.of({"old": OLD}, current="old").seal(b"words", b"here")

    with pytest.raises(WrongKey, match="'old'"):
        Keyring.of({"new": NEW}, current="new").open(sealed, b"here")


@pytest.mark.parametrize("where", [b"there", b""])
def test_sealed_bytes_open_only_where_they_were_sealed(where: bytes) -> None:
    keyring = Keyring.of({"old": OLD}, current="old")

    with pytest.raises(Tampered):
        keyring.open(keyring.seal(b"words", b"here"), where)


@pytest.mark.parametrize("sealed", [b"", b"H1", b"H1m", b"H1m\x03old", b"H1m\x03old" + b"x" * 12])
def test_bytes_that_nobody_sealed_do_not_open(sealed: bytes) -> None:
    with pytest.raises(Tampered):
        Keyring.of({"old": OLD}, current="old").open(sealed, b"here")


def test_another_key_of_the_same_name_opens_nothing() -> None:
    sealed = Keyring.of({"k": OLD}, current="k").seal(b"words", b"here")

    with pytest.raises(Tampered):
        Keyring.of({"k": NEW}, current="k").open(sealed, b"here")


@pytest.mark.parametrize(
    "email", ["Sanne@Example.ORG", " sanne@example.org ", "ｓanne@example.org"]
)
def test_an_address_has_one_index_however_it_is_written(email: str) -> None:
    keyring = Keyring.of({"old": OLD}, current="old")

    assert keyring.index(email) == keyring.index("sanne@example.org")


def test_an_index_tells_nothing_without_the_key() -> None:
    one, another = (Keyring.of({"k": key}, current="k") for key in (OLD, NEW))

    assert one.index("sanne@example.org") != another.index("sanne@example.org")


def test_a_check_value_is_not_the_key() -> None:
    assert OLD not in Keyring.of({"k": OLD}, current="k").check_value("k")


def test_a_new_key_is_of_the_right_size() -> None:
    assert Keyring.of({"k": new_key()}, current="k").ids == ["k"]
