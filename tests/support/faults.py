"""Counts the faults of a run and what they cost, and writes docs/faults.md when asked to.

A test that brings a fault about says so with the fixture `fault`; workers hand it on with their
reports. The kills of `killed` stand in the table too, by the place where they happened.
"""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final, Literal, Protocol, Self

import pytest

Database = Literal["sqlite", "postgresql"]

KINDS: Final[Mapping[str, str]] = {
    "clock put back": "the machine's clock goes back an hour while Holdfast runs",
    "clock put forward": "the machine's clock jumps three days ahead while Holdfast runs",
    "connection ended": "the server ends our connections in the middle of the work",
    "database damaged": "bytes in the middle of the file are overwritten",
    "database cut off": "the file ends half-way",
    "disk full": "there is no room for another byte",
    "disk full for the ledger": "the ledger of erasures cannot grow",
    "file locked for long": "another program holds the lock for longer than we wait",
    "file locked for a moment": "another program holds the lock for less than we wait",
    "file read-only": "the database file may not be written",
    "folder read-only": "the folder of the database file may not be written",
    "no connection left": "all connections that the server allows are taken",
    "no database": "the file is something else",
    "server killed": "PostgreSQL is stopped with `-m immediate` under load, and started again",
    "server read-only": "the server only lets us read",
    "stop in a send": "SIGTERM comes while a message is being sent",
    "stop in a send that hangs": "SIGTERM comes while the chat does not answer",
    "two processes": "a second `demo` or `serve` is started on the same file",
}
"""What is brought about, by the name it is noted under."""

PAGE: Final = Path(__file__).parents[2] / "docs" / "faults.md"
MARK: Final = "<!-- What follows is written by a run: pytest --write-faults -->\n"
_HEAD: Final = (
    "| fault | what happens | database | injected | survived | lost | doubled |",
    "|---|---|---|---:|---:|---:|---:|",
)
_SHOWN: Final[Mapping[str, str]] = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_PROPERTY: Final = "fault"
_PLACE: Final = re.compile(r"\b([a-z]+)\.[a-z_]+(?::\d+)?(?=[-\]])")


class Note(Protocol):
    """Notes that a fault was brought about, and what it cost."""

    def __call__(
        self,
        *,
        injected: int = 1,
        survived: int = 1,
        lost: int = 0,
        doubled: int = 0,
        at_least: int = 0,
    ) -> None:
        """Note it; `at_least` is what the table says where the number depends on the moment."""
        ...


class Fault(Protocol):
    """Names a fault of `KINDS`, to note that it was brought about."""

    def __call__(self, kind: str, *, database: Database = "sqlite") -> Note:
        """Give what notes it. Raises ValueError for a fault that nobody described."""
        ...


@dataclass(frozen=True, slots=True)
class Count:
    """How often a fault was brought about and survived; what was lost and doubled."""

    injected: int = 0
    survived: int = 0
    lost: int = 0
    doubled: int = 0
    at_least: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(*map(operator.add, astuple(self), astuple(other)))

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """The numbers as the table shows them."""
        times = [str(self.injected), str(self.survived)]
        if self.at_least:
            least = min(self.at_least, self.survived)
            times = [f"≥ {self.at_least}", f"≥ {least}"]
        return times[0], times[1], str(self.lost), str(self.doubled)


Counts = Mapping[tuple[str, str], Count]


@pytest.fixture
def fault(
    record_property: Callable[[str, object], None],
) -> Fault:
    """Give `fault(kind, database=...)`, which gives what notes that it was brought about."""

    def of(kind: str, *, database: Database = "sqlite") -> Note:
        if kind not in KINDS:
            message = f"'{kind}' is no fault: add it to tests.support.faults.KINDS."
            raise ValueError(message)

        def note(
            *,
            injected: int = 1,
            survived: int = 1,
            lost: int = 0,
            doubled: int = 0,
            at_least: int = 0,
        ) -> None:
            numbers = [injected, survived, lost, doubled, at_least]
            record_property(_PROPERTY, [kind, database, *numbers])

        return note

    return of


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the option that has the table written."""
    parser.addoption(
        "--write-faults", action="store_true", help="write the table of docs/faults.md"
    )


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:  # noqa: ANN401 - pytest keeps the type to itself
    """Add it up in one line, and write the table when that was asked for and nothing failed."""
    stats: Mapping[str, list[Any]] = terminalreporter.stats
    counts = counted(report for found in stats.values() for report in found)
    if not counts:
        return
    all_ = sum(counts.values(), Count())
    kinds = len({kind for kind, _ in counts})
    terminalreporter.write_line(
        f"faults: {kinds} kinds, injected {all_.injected}, survived {all_.survived}, "
        f"lost {all_.lost}, doubled {all_.doubled}"
    )
    # A worker knows of its own tests only.
    if hasattr(config, "workerinput") or not config.getoption("--write-faults"):
        return
    if stats.get("failed") or stats.get("error"):
        terminalreporter.write_line(f"{PAGE.name} is not written: something failed.")
        return
    write(PAGE, counts)
    terminalreporter.write_line(f"{PAGE.name} is written.")


def counted(reports: Iterable[Any]) -> Counts:
    """Add up what tests noted, by fault and database."""
    counts: dict[tuple[str, str], Count] = defaultdict(Count)
    for report in reports:
        if getattr(report, "when", "") != "call":
            continue
        for name, value in report.user_properties:
            if name == _PROPERTY:
                kind, database, *numbers = value
                counts[kind, database] += Count(*numbers)
        kills = dict.fromkeys(("kills", "lost", "doubled"), 0)
        for name, value in report.user_properties:
            if name in kills:
                kills[name] += value
        if kills["kills"]:
            lived = kills["kills"] if report.passed else 0
            counts[_killed(report.nodeid)] += Count(
                kills["kills"], lived, kills["lost"], kills["doubled"]
            )
    return counts


def _killed(nodeid: str) -> tuple[str, str]:
    """Name the kind of place where a test killed, and on which database, by the test's name."""
    database = "postgresql" if "postgresql" in nodeid else "sqlite"
    parameters = nodeid.partition("[")[2]
    found = _PLACE.search(parameters)
    if found:
        return f"SIGKILL at {found[1]}.*", database
    file = Path(nodeid.partition("::")[0]).stem.removeprefix("test_")
    return f"SIGKILL in {file.replace('_', ' ')}", database


def write(page: Path, counts: Counts) -> None:
    """Write the table below the page's mark, and leave what stands above it."""
    above, mark, _ = page.read_text("utf-8").partition(MARK)
    if not mark:
        message = f"{page} has no line {MARK!r}: put it where the table begins."
        raise ValueError(message)
    lines = [_line(kind, database, counts[kind, database]) for kind, database in sorted(counts)]
    page.write_text("\n".join((above + mark, *_HEAD, *lines)) + "\n", "utf-8")


def _line(kind: str, database: str, count: Count) -> str:
    what = KINDS.get(kind, "the process is killed there and started again")
    return f"| {' | '.join((kind, what, _SHOWN[database], *count.cells))} |"
