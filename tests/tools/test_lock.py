import re

import pytest

from tools import lock

TRUE = lock.LOCK.read_text("utf-8")


def test_the_lock_is_true() -> None:
    assert lock.faults(TRUE) == []


def test_every_package_stands_in_one_part_only() -> None:
    run, develop = TRUE.split(lock.BETWEEN)
    names = [lock.name(block) for block in [*lock.blocks(run), *lock.blocks(develop)]]

    assert sorted(set(names)) == sorted(names)


def test_what_only_developers_need_is_not_in_the_first_part() -> None:
    run, _ = TRUE.split(lock.BETWEEN)

    assert {"pytest", "uv"}.isdisjoint(map(lock.name, lock.blocks(run)))


def test_what_we_are_measured_beside_stands_in_the_last_part_only() -> None:
    before, beside = TRUE.split(lock.COMPARED)

    assert "botbuilder-dialogs" not in map(lock.name, lock.blocks(before))
    assert "babel" not in map(lock.name, lock.blocks(beside))
    assert "botbuilder-dialogs" in map(lock.name, lock.blocks(beside))


@pytest.mark.parametrize(
    ("found", "instead", "fault"),
    [
        ("# asked for: alembic", "# asked for: alembi", "alembic>=1.16 is asked for by"),
        ("# asked for: alembic", "# asked for: wagtail\n# asked for: alembic", "wagtail is no"),
        (r"(?m)^alembic==\S+", "alembic>=1", "alembic has no version"),
        (r"(?m)^(alembic==\S+ \\)\n.*\n.*\n", r"\1\n", "alembic has no version or no hash"),
        ("(?m)^alembic==", "--find-links /wheels\nalembic==", "no addresses or options: --find"),
        (r"(?m)^alembic==\S+", "alembic @ file:///wheel", "no addresses or options: alembic @"),
        ("# Only for development.*\n", "", "the line between its two parts is missing"),
        ("# Only to be measured.*\n", "", "the line before its third part is missing"),
    ],
)
def test_a_lock_that_is_not_true_is_told_why(found: str, instead: str, fault: str) -> None:
    changed = re.sub(found, instead, TRUE, count=1)

    assert any(said.startswith(fault) for said in lock.faults(changed))
