"""Nothing that anybody wrote, and no secret, comes out anywhere but where it belongs."""

import asyncio
import base64
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
import typer
from typer.testing import CliRunner

from bot import logs
from bot.cli.edge import ERRORS, Edge, Ended
from bot.clock import MachineClock
from storage import clock
from storage.database import Database
from storage.keyring import write_key
from tests.adapters.local.demo_house import KEYRING
from tests.cli.canary_life import CANARIES, HERS, MASTER, Fault, Lived, erase, live, with_password
from tests.cli.conftest import Holdfast
from tests.cli.player import keys_written
from tests.cli.running import ROOT
from tests.storage.test_canary import raw_of
from tests.support.canaries import disguises, found_in

pytestmark = pytest.mark.slow

CANARY = CANARIES["what Sanne wrote"]
# Nobody is asked in this life; each of these is looked for in tests/stories/test_canaries.py.
OF_TWO = {"deed", "own", "saw", "update_own"}
FIELDS = re.compile(r'\bWrite\(\s*"(\w+)"')


@dataclass
class Left:
    """Everything that the life left behind, by where it was left."""

    url: str
    lived: Lived
    sinks: dict[str, bytes]


@pytest.fixture
def logged(database_url: str) -> Iterator[io.StringIO]:
    """Collect all logs, at their most talkative: as people read them, or as programs do."""
    stream = io.StringIO()
    logs.set_up("debug", "console" if database_url.startswith("sqlite") else "json", stream)
    yield stream
    structlog.reset_defaults()


@pytest.fixture
def left(
    database_url: str,
    logged: io.StringIO,
    folder: Path,
    holdfast: Holdfast,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> Left:
    """Live that life, ask everything that can be asked of it, and gather what it left."""
    url = with_password(database_url)
    lived = asyncio.run(live(url))
    asyncio.run(_turn_the_clock(url, lived))
    key = folder / "key"
    key.write_text(write_key("k1", MASTER))
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS_FILE", str(key))
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", url)
    said = _asked(holdfast, lived.code) | _asked_when_all_is_wrong(holdfast, monkeypatch, folder)
    printed = capfd.readouterr()
    sinks = {
        "logs": logged.getvalue().encode(),
        "errors.log": ERRORS.read_bytes(),
        "metrics": lived.numbers,
        "database": raw_of(database_url),
        "stdout": printed.out.encode(),
        "stderr": printed.err.encode(),
        **said,
    }
    return Left(url, lived, sinks)


async def _turn_the_clock(url: str, lived: Lived) -> None:
    """Let commands see the clock of the story, as in a demo."""
    database = await Database.open(url, KEYRING)
    async with database.write() as tx:
        ahead = lived.left.now - MachineClock().now()
        await clock.set(tx, timedelta(seconds=round(ahead.total_seconds())))
    await database.close()


def _asked(holdfast: Holdfast, code: str) -> dict[str, bytes]:
    """Ask everything that an administrator can ask without naming anybody."""
    commands = [
        ["doctor"], ["doctor", "--json"], ["events", "list"], ["events", "list", "--json"],
        ["support", code], ["support", code, "--json"], ["cohort", "list"], ["db", "upgrade"],
    ]  # fmt: skip
    said = {" ".join(each): holdfast(*each) for each in commands}
    assert {name: each.exit_code for name, each in said.items() if each.exit_code} == {}
    return {name: each.output.encode() for name, each in said.items()}


def _asked_when_all_is_wrong(
    holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> dict[str, bytes]:
    """Ask a database that is away, another that is none, and let a command burst."""
    password = CANARIES["the database's password"]
    junk = folder / "junk.db"
    junk.write_text(" ".join(CANARIES.values()))
    said = {"burst": _burst()}
    for name, url in {
        "away": f"postgresql://holdfast:{password}@127.0.0.1:1/holdfast",
        "junk": f"sqlite+aiosqlite:///{junk}",
        "no address": f"mysql://holdfast:{password}@127.0.0.1:1/holdfast",
    }.items():
        monkeypatch.setenv("HOLDFAST_DATABASE_URL", url)
        for command in (["doctor", "--json"], ["doctor"], ["events", "list"], ["cohort", "list"]):
            result = holdfast(*command)
            assert result.exit_code == Ended.NOT_READY, result.output
            said[f"{name}: {' '.join(command)}"] = result.output.encode()
    return said


def _burst() -> bytes:
    app = typer.Typer(cls=Edge)

    @app.command()
    def fail() -> None:
        said = " ".join(CANARIES.values())
        raise Fault(said) from ValueError(said)

    @app.command()
    def other() -> None:
        """Stand beside the first, so that there is a group."""

    return CliRunner().invoke(app, ["fail"]).output.encode()


def _leaks(sinks: Mapping[str, bytes], canaries: Mapping[str, str] = CANARIES) -> list[str]:
    return [
        f"{sink}: {each}"
        for sink, content in sinks.items()
        for each in found_in(content, canaries)
    ]


def test_no_word_and_no_secret_comes_out_and_who_erased_themselves_is_gone(
    left: Left, database_url: str, logged: io.StringIO
) -> None:
    assert _leaks(left.sinks) == []
    assert _missing(left) == []
    assert _fields() - keys_written(left.lived.written) == OF_TWO

    others = asyncio.run(erase(left.url, left.lived.left))

    after = {"database": raw_of(database_url), "logs": logged.getvalue().encode(), **others}
    assert _leaks(after, HERS) == []


def _missing(left: Left) -> list[str]:
    """Name what did not happen that was to be looked at, for then finding nothing says nothing."""
    own = {name: json.dumps(json.loads(each)) for name, each in left.lived.own_data.items()}
    happened = {
        "turns that raised": left.lived.failed == 2,
        "and were heard again": b"event_failed_again" in left.sinks["logs"],
        "a delivery that raised": b"slice_failed" in left.sinks["logs"],
        "a message that was refused": b"send_failed" in left.sinks["logs"],
        "a command that burst": b"Fault" in left.sinks["errors.log"],
        "a readable database": b"Zonnewijzer" in left.sinks["database"],
        "Sanne reads hers": bool(_leaks({"her own": own["Sanne"].encode()}, HERS)),
        "Emma reads hers": bool(_leaks({"her own": own["Emma"].encode()})),
    }
    return [what for what, did in happened.items() if not did]


def _fields() -> set[str]:
    """Name every field in which a dialogue lets somebody write."""
    files = (ROOT / "bot" / "dialogues").glob("*.py")
    return {key for file in files for key in FIELDS.findall(file.read_text("utf-8"))}


@pytest.mark.parametrize("how", disguises(CANARY))
def test_a_leak_is_found_however_it_is_written(how: str) -> None:
    content = b"before it " + disguises(CANARY)[how] + b" and after"

    assert any(f"({how})" in each for each in found_in(content, CANARIES))


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_leak_in_base64_is_found_wherever_it_begins(before: str) -> None:
    content = base64.b64encode(f"{before}{CANARY} and after".encode())

    assert found_in(content, CANARIES) != []


def test_one_log_line_with_the_text_is_found() -> None:
    stream = io.StringIO()
    careless = structlog.wrap_logger(
        structlog.WriteLogger(stream), processors=[structlog.processors.JSONRenderer()]
    )

    careless.info("heard", text=f"Ik zei {CANARY} tegen Tom")

    assert _leaks({"logs": stream.getvalue().encode()}) != []
