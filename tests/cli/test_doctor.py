"""Whether the doctor finds what is wrong, nothing else, and names what mends it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.cli.checks import NAMES
from bot.cli.edge import Ended
from bot.cli.house import Desk, change
from storage import clock
from storage.held import Hold
from storage.keyring import new_key, write_key
from tests.cli import worlds
from tests.cli.conftest import Holdfast
from tests.cli.remedies import commands_in, missing_in
from tests.cli.running import ROOT
from tests.cli.worlds import World

pytestmark = pytest.mark.slow

FINE, WARNING, BROKEN, UNSEEN = "fine", "warning", "broken", "not looked at"
WORDS_OF = {".py": ["bot", "storage"], ".md": ["docs"]}

WORLDS = [
    (worlds.misspelt_setting, "settings", BROKEN, Ended.NOT_READY),
    (worlds.no_database, "database", BROKEN, Ended.NOT_READY),
    (worlds.file_for_everybody, "rights", WARNING, Ended.FINE),
    (worlds.damaged_file, "integrity", BROKEN, Ended.PROBLEM),
    (worlds.older_tables, "tables", BROKEN, Ended.NOT_READY),
    (worlds.no_tables, "tables", BROKEN, Ended.NOT_READY),
    (worlds.no_key, "keys", BROKEN, Ended.NOT_READY),
    (worlds.another_key, "keys", BROKEN, Ended.NOT_READY),
    (worlds.key_for_everybody, "keys", WARNING, Ended.FINE),
    (worlds.key_that_is_new, "keys", WARNING, Ended.FINE),
    (worlds.damaged_ledger, "erasures", BROKEN, Ended.PROBLEM),
    (worlds.ledger_beside_backups, "erasures", WARNING, Ended.FINE),
    (worlds.lost_ledger, "erasures", WARNING, Ended.FINE),
    (worlds.written_tomorrow, "clock", WARNING, Ended.FINE),
    (worlds.port_of_another, "ports", BROKEN, Ended.PROBLEM),
    (worlds.not_ready, "process", BROKEN, Ended.PROBLEM),
    (worlds.elsewhere_at_work, "process", WARNING, Ended.FINE),
    (worlds.nobody_at_work, "due", WARNING, Ended.FINE),
    (worlds.at_work_and_late, "due", BROKEN, Ended.PROBLEM),
    (worlds.died_at_work, "leases", WARNING, Ended.FINE),
    (worlds.failed_event, "events", WARNING, Ended.FINE),
    (worlds.given_up_event, "events", BROKEN, Ended.PROBLEM),
    (worlds.failed_message, "messages", WARNING, Ended.FINE),
    (worlds.unreachable_person, "people", WARNING, Ended.FINE),
    (worlds.slack_not_installed, "slack", WARNING, Ended.FINE),
    (worlds.slack_removed, "slack", WARNING, Ended.FINE),
    (worlds.slack_grants_too_little, "slack", BROKEN, Ended.PROBLEM),
    (worlds.hardly_any_room, "disk", WARNING, Ended.FINE),
    (worlds.unknown_zone, "zones", BROKEN, Ended.PROBLEM),
    (worlds.unknown_country, "holidays", WARNING, Ended.FINE),
    (worlds.changed_trail, "audit", BROKEN, Ended.PROBLEM),
    (worlds.no_backup, "backups", WARNING, Ended.FINE),
    (worlds.old_backup, "backups", WARNING, Ended.FINE),
]


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    """Give a server that is bound and does not listen yet."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), worlds.Ready, bind_and_activate=False)
    made.server_bind()
    yield made
    made.server_close()


@pytest.fixture
def neighbour(
    server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[type[BaseHTTPRequestHandler]], None]]:
    """Let somebody answer on the port of the settings."""
    with ExitStack() as ended:

        def answers(what: type[BaseHTTPRequestHandler]) -> None:
            server.RequestHandlerClass = what
            server.server_activate()
            monkeypatch.setenv("HOLDFAST_PORT", str(server.server_port))
            serving = threading.Thread(target=server.serve_forever, args=(0.01,))
            serving.start()
            ended.callback(serving.join)
            ended.callback(server.shutdown)

        yield answers


@pytest.fixture
def well(
    folder: Path,
    sqlite_url: str,
    holdfast: Holdfast,
    free_port: int,
    monkeypatch: pytest.MonkeyPatch,
    neighbour: Callable[[type[BaseHTTPRequestHandler]], None],
) -> Iterator[World]:
    """Give a house in which all is well."""
    key, backup = folder / "key", folder / ".holdfast" / "backups" / "1.backup"
    key.write_text(write_key("k1", new_key()))
    key.chmod(0o600)
    backup.parent.mkdir(parents=True)
    backup.touch()
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("HOLDFAST_MASTER_KEYS_FILE", str(key))
    monkeypatch.setenv("HOLDFAST_PORT", str(free_port))
    file, ended = Path(sqlite_url.removeprefix("sqlite+aiosqlite:///")), ExitStack()

    def hold() -> None:
        ended.callback(Hold(file).release)

    world = World(folder, sqlite_url, key, backup, monkeypatch, neighbour, hold)
    world.file.chmod(0o600)
    made = holdfast(
        "organisation", "create", "Zonnewijzer", "--language", "nl", "--zone", "Europe/Amsterdam"
    )
    assert made.exit_code == 0
    with ended:
        yield world


def _found(said: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(said)["checks"]}


def test_where_all_is_well_everything_is_fine(well: World, holdfast: Holdfast) -> None:
    _ = well

    said = holdfast("doctor", "--json")

    found = _found(said.output)
    assert said.exit_code == Ended.FINE
    assert tuple(found) == NAMES
    assert {each["verdict"] for each in found.values()} == {FINE}
    assert {each["mend"] for each in found.values()} == {None}


@pytest.mark.parametrize(
    ("breaks", "name", "verdict", "code"), WORLDS, ids=[each[0].__name__ for each in WORLDS]
)
def test_what_is_wrong_is_found_and_nothing_else(
    well: World,
    holdfast: Holdfast,
    breaks: Callable[[World], None],
    name: str,
    verdict: str,
    code: Ended,
) -> None:
    breaks(well)

    said = holdfast("doctor", "--json")

    found = _found(said.output)
    verdicts = {each: found[each]["verdict"] for each in found}
    wrong = {each: said for each, said in verdicts.items() if said in (WARNING, BROKEN)}
    assert wrong == {name: verdict}
    assert said.exit_code == code
    mend = found[name]["mend"]
    assert mend
    assert [missing for command in commands_in(mend) for missing in missing_in(command)] == []


def test_every_check_has_a_world_in_which_it_is_broken() -> None:
    assert {name for _, name, _, _ in WORLDS} == set(NAMES)


def test_what_cannot_be_looked_at_says_what_to_mend_first(well: World, holdfast: Holdfast) -> None:
    worlds.no_database(well)

    found = _found(holdfast("doctor", "--json").output)

    assert found["keys"]["verdict"] == UNSEEN
    assert found["keys"]["says"] == "First mend what is found under database."


def test_people_read_a_table_with_the_remedy(well: World, holdfast: Holdfast) -> None:
    worlds.given_up_event(well)

    said = holdfast("doctor")

    words = " ".join(said.output.replace("│", "").split())
    assert said.exit_code == Ended.PROBLEM
    assert "1 event failed, the oldest of" in words
    assert "→ `holdfast events list` shows them" in words
    assert "20 fine, 1 broken." in words


def test_a_holdfast_that_answers_is_known_as_ours(well: World, holdfast: Holdfast) -> None:
    well.neighbour(worlds.Ready)

    found = _found(holdfast("doctor", "--json").output)

    assert found["ports"]["says"].endswith("is ours.")
    assert found["process"]["says"] == "A Holdfast is at work, and ready."


def test_a_backup_elsewhere_counts_when_the_trail_knows_of_it(
    well: World, holdfast: Holdfast, tmp_path: Path
) -> None:
    worlds.no_backup(well)
    assert holdfast("db", "backup", str(tmp_path / "monday.backup")).exit_code == Ended.FINE

    found = _found(holdfast("doctor", "--json").output)

    assert found["backups"]["verdict"] == FINE
    assert "that the audit trail knows of" in found["backups"]["says"]


def test_of_a_demo_neither_ports_nor_backups_are_asked(well: World, holdfast: Holdfast) -> None:
    async def turned(desk: Desk) -> None:
        await clock.set(desk.tx, timedelta(days=3))

    change(turned)
    worlds.no_backup(well)
    worlds.port_of_another(well)
    well.hold()

    said = holdfast("doctor", "--json")

    found = _found(said.output)
    assert {each["verdict"] for each in found.values()} == {FINE}
    assert "turned 3 days ahead" in found["clock"]["says"]
    assert found["process"]["says"].startswith("A demo (process ")


@pytest.fixture
def away_url(closed_port: int) -> str:
    """Give the address of a PostgreSQL server that is not there."""
    return f"postgresql://holdfast:correct-horse@127.0.0.1:{closed_port}/holdfast"


@pytest.fixture
def closed_port(free_port: int) -> int:
    """Give a port on which nobody listens."""
    return free_port


def test_a_server_that_is_away_is_said_without_its_password(
    well: World, holdfast: Holdfast, away_url: str
) -> None:
    well.environment.setenv("HOLDFAST_DATABASE_URL", away_url)

    said = holdfast("doctor", "--json")

    assert said.exit_code == Ended.NOT_READY
    assert "The PostgreSQL server does not answer" in _found(said.output)["database"]["says"]
    assert "correct-horse" not in said.output


def test_a_database_server_with_another_time_is_found(
    well: World, holdfast: Holdfast, postgresql_url: str, run_sql: Callable[[str], None]
) -> None:
    well.environment.setenv("HOLDFAST_DATABASE_URL", postgresql_url)
    assert _found(holdfast("doctor", "--json").output)["clock"]["verdict"] == FINE
    # A function of that name before the server's own, for whoever asks in this database.
    run_sql(
        "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS "
        "$$ SELECT pg_catalog.clock_timestamp() + interval '5 minutes' $$"
    )
    run_sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, pg_catalog', "
        "current_database()); END $$"
    )

    found = _found(holdfast("doctor", "--json").output)

    assert found["clock"]["verdict"] == WARNING
    assert "300 seconds apart" in found["clock"]["says"]


@pytest.fixture
def run_sql(postgresql_url: str) -> Callable[[str], None]:
    """Give a hand that runs SQL on the PostgreSQL server."""
    return lambda statement: worlds.run_sql(postgresql_url, statement)


def test_every_command_that_a_sentence_names_can_be_typed() -> None:
    files = [
        file
        for suffix, folders in WORDS_OF.items()
        for folder in folders
        for file in sorted((ROOT / folder).rglob(f"*{suffix}"))
    ]
    named = {(file.name, each) for file in files for each in commands_in(file.read_text("utf-8"))}

    assert ("rows.py", "events list") in named
    assert [each for each in sorted(named) if missing_in(each[1])] == []
