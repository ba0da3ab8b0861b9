"""`serve` and `demo` as processes of their own: what they print, answer and refuse."""

import asyncio
import re
import signal
import socket
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from bot.cli.demo_world import entered, removed
from bot.cli.edge import Ended
from bot.cli.house import Desk, change
from bot.settings import Settings
from storage import clock, organisations, people, workspaces
from storage.keyring import new_key, write_key
from tests.cli.conftest import Holdfast
from tests.cli.running import Running

pytestmark = pytest.mark.slow

Start = Callable[..., Running]

ADDRESS = r"(http://127\.0\.0\.1:(\d+)/)\?token=(\S+)"


@pytest.fixture
def busy_port() -> Iterator[int]:
    """Give a port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


def opened(running: Running) -> tuple[str, str]:
    """Wait for the printed address, and give it and the cookie that it turns into."""
    found = running.prints(ADDRESS + r"\s")
    answer = httpx.get(found[0].strip())
    assert answer.status_code == httpx.codes.SEE_OTHER
    return found[1], answer.headers["set-cookie"].split(";")[0]


def test_a_demo_lets_in_whoever_opens_its_address(
    start_from_nothing: Start, free_port: int
) -> None:
    running = start_from_nothing("demo", "--port", str(free_port))
    address, cookie = opened(running)

    without = httpx.get(address)
    wrong = httpx.get(f"{address}?token=wrong")
    page = httpx.get(address, headers={"Cookie": cookie})

    assert (without.status_code, wrong.status_code) == (403, 403)
    assert page.status_code == httpx.codes.OK
    assert "Hoi Sanne" in page.text
    assert f"127.0.0.1:{free_port}/privacy" in page.text
    assert "Open this address in your browser. To stop: Ctrl-C." in running.printed
    assert "Open dit adres in je browser. Stoppen: Ctrl-C." in running.printed
    assert running.is_told(signal.SIGINT) == Ended.FINE
    assert "Goodbye." in running.printed
    assert "Traceback" not in running.printed


def test_a_demo_goes_on_where_it_was(start: Start, free_port: int) -> None:
    first = start("demo", "--port", str(free_port))
    address, cookie = opened(first)
    ours = {"Cookie": cookie, "Origin": address.rstrip("/")}
    turned = httpx.post(f"{address}api/clock/day", headers=ours, json={})
    before = _clock(httpx.get(address, headers=ours).text)
    assert first.is_told(signal.SIGTERM) == Ended.FINE

    again = start("demo", "--port", str(free_port))
    address, cookie = opened(again)
    after = _clock(httpx.get(address, headers={"Cookie": cookie}).text)

    assert turned.status_code == httpx.codes.OK
    assert before[:10] == after[:10]
    assert before <= after


def _clock(page: str) -> str:
    """Find what the demo's clock shows, in ISO form."""
    found = re.search(r'id="clock" datetime="([^"]+)"', page)
    assert found
    return found[1]


def test_a_demo_stands_ready_with_its_streams_open(start: Start, free_port: int) -> None:
    running = start("demo", "--port", str(free_port))
    address, cookie = opened(running)

    with httpx.stream("GET", f"{address}api/live", headers={"Cookie": cookie}) as stream:
        assert next(stream.iter_text()).startswith("retry:")
        code = running.is_told(signal.SIGTERM)

    assert code == Ended.FINE


def test_a_busy_port_is_said_and_the_next_one_taken(start: Start, busy_port: int) -> None:
    running = start("demo", "--port", str(busy_port))

    found = running.prints(r"Port (\d+) is busy, so this is (\d+)\.")
    address, _ = opened(running)

    assert int(found[1]) == busy_port
    assert int(found[2]) > busy_port
    assert f":{found[2]}/" in address


def test_a_second_demo_is_refused_while_the_first_runs(start: Start, free_port: int) -> None:
    opened(start("demo", "--port", str(free_port)))

    second = start("demo", "--port", str(free_port))

    assert second.ends() == Ended.NOT_READY
    assert "Another Holdfast (process " in second.printed


def test_commands_beside_a_demo_work_on_it(
    start: Start, free_port: int, holdfast: Holdfast
) -> None:
    address, cookie = opened(start("demo", "--port", str(free_port)))
    Path("more.csv").write_text("name,email\nBoris,boris@example.org\n")

    said = holdfast("people", "import", "more.csv")

    assert said.exit_code == 0
    assert "Demo" in holdfast("cohort", "list").output
    assert "Boris" in httpx.get(address, headers={"Cookie": cookie}).text


def test_a_fresh_demo_starts_all_over(start: Start, free_port: int) -> None:
    first = start("demo", "--port", str(free_port))
    opened(first)
    first.is_told(signal.SIGTERM)
    key = Path(".holdfast/master.key").read_text()

    again = start("demo", "--fresh", "--port", str(free_port))
    address, cookie = opened(again)

    assert "The demo that was there is gone" in again.printed
    assert Path(".holdfast/master.key").read_text() != key
    assert "Hoi Sanne" in httpx.get(address, headers={"Cookie": cookie}).text


def test_a_demo_runs_on_postgresql_too(
    start: Start, free_port: int, empty_postgresql_url: str
) -> None:
    url = {"database_url": empty_postgresql_url}
    first = start("demo", "--port", str(free_port), **url)
    address, cookie = opened(first)
    page = httpx.get(address, headers={"Cookie": cookie})
    first.is_told(signal.SIGTERM)

    again = start("demo", "--fresh", "--port", str(free_port), **url)
    opened(again)

    assert "Hoi Sanne" in page.text
    assert "The demo that was there is gone" in again.printed


def settings(**given: str) -> Settings:
    """Give settings, without looking at the environment."""
    return Settings.model_validate(given)


async def _world(url: str) -> set[UUID]:
    """Enter a demo's world; give who is in it."""
    async with entered(settings(database_url=url)) as world, world.database.read() as tx:
        organisation = await organisations.first(tx)
        assert organisation is not None
        found = await people.all_in(tx, organisation.id)
        assert sum(each.status == "active" for each in found) == 12
        assert await clock.get(tx) is not None
        return {each.id for each in found}


async def test_a_demo_is_made_once(empty_database_url: str) -> None:
    first = await _world(empty_database_url)
    again = await _world(empty_database_url)

    assert again == first


async def _connect(platform: str, desk: Desk) -> None:
    """Connect a database, a demo's or not, to a real platform."""
    await workspaces.add(
        desk.tx,
        organisation=desk.organisation.id,
        platform=platform,
        external_id="T1",
        language="nl",
        zone="Europe/Amsterdam",
    )


@pytest.mark.parametrize("platform", ["slack", "teams"])
@pytest.mark.parametrize("command", [("demo",), ("demo", "--fresh")], ids=" ".join)
def test_a_demo_refuses_a_database_that_is_connected(
    command: tuple[str, ...], platform: str, holdfast: Holdfast, folder: Path
) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))
    change(partial(_connect, platform))

    said = holdfast(*command)

    assert said.exit_code == Ended.REFUSED
    assert "This is not a demo's database" in said.output
    assert Path(".holdfast/holdfast.db").exists()


@pytest.mark.parametrize("command", [("demo",), ("demo", "--fresh")], ids=" ".join)
def test_a_demo_refuses_a_database_of_real_people(
    command: tuple[str, ...], house: Path, holdfast: Holdfast
) -> None:
    holdfast("people", "import", str(house))

    said = holdfast(*command)

    assert said.exit_code == Ended.REFUSED
    assert "This is not a demo's database" in said.output
    assert Path(".holdfast/holdfast.db").exists()


@pytest.mark.parametrize("command", [("demo",), ("demo", "--fresh")], ids=" ".join)
def test_a_demo_whose_key_is_gone_gets_no_other(
    command: tuple[str, ...], holdfast: Holdfast, folder: Path
) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))
    Path(".holdfast/master.key").unlink()

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert "The key of this database, .holdfast/master.key, is gone" in said.output
    assert not Path(".holdfast/master.key").exists()
    assert Path(".holdfast/holdfast.db").exists()


def test_a_demo_with_another_key_is_left_alone(holdfast: Holdfast, folder: Path) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))
    Path(".holdfast/master.key").write_text(write_key("k1", new_key()))

    said = holdfast("demo", "--fresh")

    assert said.exit_code == Ended.NOT_READY
    assert "is not the one this database was sealed with" in said.output
    assert "remove the file .holdfast/holdfast.db yourself" in said.output


JUNK = "no database, and no key either; " * 200


@pytest.mark.parametrize("junk", [b"junk", b"k1:short", b"\xff\xfe", b""])
@pytest.mark.parametrize("command", [("demo",), ("cohort", "list")], ids=" ".join)
def test_a_damaged_key_is_named_with_what_to_do(
    command: tuple[str, ...], junk: bytes, holdfast: Holdfast, folder: Path
) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))
    Path(".holdfast/master.key").write_bytes(junk)

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert "The key file .holdfast/master.key is damaged" in said.output
    assert "Put the right key file back." in said.output
    assert "`make demo-reset` or `holdfast demo --fresh` starts afresh" in said.output


def test_a_fresh_demo_replaces_one_whose_key_is_damaged(folder: Path) -> None:
    there = settings(database_url=f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db")
    asyncio.run(_world(there.database_url.get_secret_value()))
    Path(".holdfast/master.key").write_text(JUNK)

    assert asyncio.run(removed(there))

    assert not list(Path(".holdfast").iterdir())


def test_a_fresh_demo_replaces_a_damaged_key_of_no_database() -> None:
    Path(".holdfast").mkdir()
    Path(".holdfast/master.key").write_text(JUNK)

    assert asyncio.run(removed(settings()))

    assert not Path(".holdfast/master.key").exists()


def test_real_people_whose_key_is_damaged_are_not_removed(
    house: Path, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = house
    monkeypatch.delenv("HOLDFAST_MASTER_KEYS_FILE")
    Path(".holdfast/master.key").write_text(JUNK)

    said = holdfast("demo", "--fresh")

    assert said.exit_code == Ended.REFUSED
    assert "This is not a demo's database" in said.output
    assert Path(".holdfast/holdfast.db").exists()
    assert Path(".holdfast/master.key").exists()


@pytest.mark.parametrize("command", [("demo",), ("cohort", "list"), ("db", "upgrade")])
def test_a_file_that_is_no_database_is_named_with_what_to_do(
    command: tuple[str, ...], holdfast: Holdfast
) -> None:
    Path(".holdfast").mkdir()
    Path(".holdfast/holdfast.db").write_text(JUNK)
    Path(".holdfast/master.key").write_text(write_key("k1", new_key()))

    said = holdfast(*command)

    assert said.exit_code == Ended.NOT_READY
    assert said.output.count(".holdfast/holdfast.db: The file is no SQLite database") == 1
    assert "`make demo-reset` or `holdfast demo --fresh` starts afresh" in said.output


def test_a_fresh_demo_removes_only_its_own_files_when_they_are_no_database() -> None:
    Path(".holdfast").mkdir()
    Path(".holdfast/holdfast.db").write_text(JUNK)
    Path(".holdfast/holdfast.db-wal").write_text(JUNK)
    Path(".holdfast/master.key").write_text(JUNK)
    Path(".holdfast/mine.txt").write_text(JUNK)

    assert asyncio.run(removed(settings()))

    assert [each.name for each in Path(".holdfast").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("where", ["other.db", ".holdfast/other.db"])
def test_a_fresh_demo_leaves_what_is_no_database_elsewhere(
    where: str, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(".holdfast").mkdir()
    Path(where).write_text(JUNK)
    monkeypatch.setenv("HOLDFAST_DATABASE_URL", f"sqlite:///{where}")

    said = holdfast("demo", "--fresh")

    assert said.exit_code == Ended.NOT_READY
    assert f"remove {where} yourself" in said.output
    assert Path(where).read_text() == JUNK


def test_a_fresh_demo_leaves_what_is_no_database_with_keys_from_elsewhere(
    key: str, holdfast: Holdfast
) -> None:
    _ = key
    Path(".holdfast").mkdir()
    Path(".holdfast/holdfast.db").write_text(JUNK)

    said = holdfast("demo", "--fresh")

    assert said.exit_code == Ended.NOT_READY
    assert "remove .holdfast/holdfast.db yourself" in said.output
    assert Path(".holdfast/holdfast.db").exists()


def test_only_its_owner_can_read_a_demo(folder: Path) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))

    rights = {
        path.name: path.stat().st_mode & 0o777
        for path in [Path(".holdfast"), *Path(".holdfast").glob("*[by]")]
    }

    assert rights == {".holdfast": 0o700, "holdfast.db": 0o600, "master.key": 0o600}


def test_serve_is_alive_and_ready_and_ends_when_told(
    house: Path, start_from_nothing: Start, free_port: int
) -> None:
    _ = house
    served = start_from_nothing("serve", port=str(free_port))
    served.prints("To see it talk: holdfast demo.")
    address = f"http://127.0.0.1:{free_port}"

    live, ready = httpx.get(f"{address}/live"), httpx.get(f"{address}/ready")

    assert (live.status_code, live.text) == (200, "alive")
    assert (ready.status_code, ready.text) == (200, "ready")
    assert "nothing is opened or sent until one is" in served.printed
    assert served.is_told(signal.SIGTERM) == Ended.FINE
    assert "Holdfast has stopped." in served.printed


def test_serve_has_nothing_of_the_local_chat(house: Path, start: Start, free_port: int) -> None:
    _ = house
    start("serve", port=str(free_port)).prints("To see it talk: holdfast demo.")
    paths = ("/", "/privacy", "/api/state", "/api/live", "/static/app.css", "/metrics")

    found = {path: httpx.get(f"http://127.0.0.1:{free_port}{path}").status_code for path in paths}

    assert found == dict.fromkeys(paths, 404)


def test_serve_shows_its_numbers_on_a_port_of_their_own(
    house: Path, start: Start, free_port: int
) -> None:
    _ = house
    with socket.create_server(("127.0.0.1", 0)) as other:
        numbers: int = other.getsockname()[1]
    running = start("serve", port=str(free_port), metrics_port=str(numbers))
    running.prints("To see it talk: holdfast demo.")

    metrics = httpx.get(f"http://127.0.0.1:{numbers}/metrics")

    assert metrics.status_code == 200
    assert 'holdfast_oldest_due_seconds{queue="nudges"} 0.0' in metrics.text
    assert httpx.get(f"http://127.0.0.1:{numbers}/live").status_code == 404


def test_serve_refuses_a_demos_database(holdfast: Holdfast, folder: Path) -> None:
    asyncio.run(_world(f"sqlite+aiosqlite:///{folder}/.holdfast/holdfast.db"))

    said = holdfast("serve")

    assert said.exit_code == Ended.REFUSED
    assert "This is a demo's database" in said.output


def test_serve_says_that_its_port_is_busy(
    house: Path, busy_port: int, holdfast: Holdfast, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ = house
    monkeypatch.setenv("HOLDFAST_PORT", str(busy_port))

    said = holdfast("serve")

    assert said.exit_code == Ended.NOT_READY
    assert f"Port {busy_port} of 127.0.0.1 is in use" in said.output


def test_serve_says_that_its_host_is_none(house: Path, start: Start, free_port: int) -> None:
    _ = house

    running = start("serve", host="192.0.2.1", port=str(free_port))

    assert running.ends() == Ended.NOT_READY
    assert "'192.0.2.1' is no address of this machine" in running.printed
