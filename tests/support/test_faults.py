"""How the faults of a run are added up, and written as a table that is the same every time."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.faults import MARK, Count, Fault, counted, write


@dataclass
class Report:
    """What a test hands on."""

    nodeid: str
    user_properties: list[tuple[str, object]]
    when: str = "call"
    passed: bool = field(default=True)


def noted(kind: str, *numbers: int) -> Report:
    return Report("tests/faults/test_one.py::test", [("fault", [kind, "sqlite", *numbers])])


def killed(nodeid: str) -> Report:
    return Report(nodeid, [("kills", 1), ("lost", 0), ("doubled", 0)])


def test_what_tests_noted_is_added_up() -> None:
    found = counted([noted("disk full", 1, 1, 0, 0, 0), noted("disk full", 2, 2, 0, 1, 0)])

    assert found == {("disk full", "sqlite"): Count(3, 3, 0, 1, 0)}


@pytest.mark.parametrize(
    ("nodeid", "kind", "database"),
    [
        ("t/test_k.py::test_a[sqlite-visit: hear.received:2]", "SIGKILL at hear.*", "sqlite"),
        ("t/test_k.py::test_a[postgresql-erase.noted]", "SIGKILL at erase.*", "postgresql"),
        ("t/test_a_demo.py::test_a[sqlite]", "SIGKILL in a demo", "sqlite"),
    ],
)
def test_kills_are_added_up_by_their_place(nodeid: str, kind: str, database: str) -> None:
    found = counted([killed(nodeid), killed(nodeid)])

    assert found == {(kind, database): Count(2, 2)}


def test_what_is_set_up_or_torn_down_does_not_count_again() -> None:
    report = noted("disk full", 1, 1, 0, 0, 0)
    report.when = "teardown"

    assert counted([report]) == {}


def test_the_table_is_sorted_and_what_stands_above_it_stays(tmp_path: Path) -> None:
    page = tmp_path / "faults.md"
    page.write_text(f"# By hand\n\n{MARK}old\n")
    counts = {
        ("two processes", "sqlite"): Count(1, 1),
        ("server killed", "postgresql"): Count(23, 23, 0, 0, 20),
    }

    write(page, counts)
    once = page.read_text()
    write(page, counts)

    assert once == page.read_text()
    assert once.startswith(f"# By hand\n\n{MARK}")
    assert [line.split(" | ")[0] for line in once.splitlines()[-2:]] == [
        "| server killed",
        "| two processes",
    ]
    assert "| PostgreSQL | ≥ 20 | ≥ 20 | 0 | 0 |" in once
    assert "old" not in once


def test_a_page_without_its_mark_is_not_overwritten(tmp_path: Path) -> None:
    page = tmp_path / "faults.md"
    page.write_text("# By hand\n")

    with pytest.raises(ValueError, match="put it where the table begins"):
        write(page, {})

    assert page.read_text() == "# By hand\n"


def test_a_fault_that_nobody_described_is_refused(fault: Fault) -> None:
    with pytest.raises(ValueError, match=r"add it to tests\.support\.faults\.KINDS"):
        fault("an earthquake")
