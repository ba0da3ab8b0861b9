"""Nobody comes in but whoever opened the printed address, and only from our own page."""

from __future__ import annotations

import re

import httpx
import pytest
from starlette.routing import Mount, Route

from bot.adapters.local.door import HEADERS, Door
from bot.adapters.local.page import routes
from tests.adapters.local.house import DOOR, HERE, House

pytestmark = pytest.mark.slow

FOREIGN = "https://evil.example"
PAGES = (
    "/", "/privacy", "/my-data", "/my-data.json", "/api/state", "/api/live", "/api/story",
    "/nothing/here",
)  # fmt: skip
DOES = (
    "/api/press", "/api/choose", "/api/put_off", "/api/edit", "/api/say", "/api/language",
    "/api/clock/next", "/api/clock/day", "/api/clock/towards", "/api/story/start",
    "/api/story/next",
)  # fmt: skip

NOT_LET_IN = {
    "a foreign host": {"host": "evil.example"},
    "a host that only looks like ours": {"host": "127.0.0.1.evil.example:8765"},
    "our host on another port": {"host": "127.0.0.1:9999"},
    "our host without a port": {"host": "127.0.0.1"},
    "a foreign origin": {"origin": FOREIGN},
    "an origin of another port": {"origin": "http://127.0.0.1:9999"},
    "our other name as origin": {"origin": "http://localhost:8765"},
    "an origin that is hidden": {"origin": "null"},
    "another site, says the browser": {"sec-fetch-site": "cross-site"},
    "a page of another port, says the browser": {"sec-fetch-site": "same-site"},
    "no cookie": {"cookie": ""},
    "a wrong token": {"cookie": f"{DOOR.cookie}=wrong"},
    "the right token in another cookie": {"cookie": f"holdfast={DOOR.token}"},
    "half a token": {"cookie": f"{DOOR.cookie}={DOOR.token[:-1]}"},
}


def turned_away(answer: httpx.Response) -> bool:
    words = answer.text.replace("&#39;", "'")
    return answer.status_code == 403 and "'holdfast demo'" in words


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("headers", NOT_LET_IN.values(), ids=NOT_LET_IN)
async def test_who_may_not_see_is_turned_away_in_words(
    house: House, path: str, headers: dict[str, str]
) -> None:
    async with house.client() as client:
        answer = await client.get(path, headers=headers)

    assert turned_away(answer)


@pytest.mark.parametrize("path", DOES)
@pytest.mark.parametrize("headers", NOT_LET_IN.values(), ids=NOT_LET_IN)
async def test_who_may_not_do_is_turned_away_and_nothing_happens(
    house: House, path: str, headers: dict[str, str]
) -> None:
    before = house.now
    async with house.client() as client:
        answer = await client.post(path, headers=headers, json={})

    assert turned_away(answer)
    assert (house.heard, house.now) == ([], before)


@pytest.mark.parametrize("path", DOES)
async def test_an_unsafe_request_must_name_its_origin(house: House, path: str) -> None:
    async with house.client() as client:
        del client.headers["origin"]
        answer = await client.post(path, json={})

    assert turned_away(answer)


async def test_every_route_is_in_this_table(house: House) -> None:
    [mount] = routes(house.services())
    assert isinstance(mount, Mount)

    paths = {each.path for each in mount.routes if isinstance(each, Route)}

    assert paths == {*PAGES, *DOES} - {"/nothing/here"}


async def test_the_printed_address_becomes_a_cookie(house: House) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get(DOOR.address)

        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        assert (await client.get("/")).status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


async def test_a_wrong_token_in_the_address_opens_nothing(house: House) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get("/?token=wrong")

    assert turned_away(answer)
    assert "set-cookie" not in answer.headers


async def test_the_token_counts_on_the_first_page_only(house: House) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get(f"/privacy?token={DOOR.token}")

    assert turned_away(answer)


async def test_the_address_may_be_opened_by_the_other_name_of_this_machine(house: House) -> None:
    async with house.client(Origin="http://localhost:8765") as client:
        answer = await client.get("/", headers={"host": "localhost:8765"})

    assert answer.status_code == 200


async def test_a_link_elsewhere_may_open_the_page(house: House) -> None:
    comes = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    async with house.client() as client:
        del client.headers["origin"]
        answer = await client.get("/", headers=comes)

    assert answer.status_code == 200


async def test_whoever_is_turned_away_reads_it_in_both_languages(house: House) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get("/")

    assert 'lang="nl"' in answer.text
    assert "Open het adres" in answer.text
    assert "Open the address" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/privacy", 200), ("/static/app.css", 200), ("/static/app.js", 200),
     ("/nothing", 404), ("/static/nothing", 404), ("/static/../page.py", 404),
     ("/static/%2e%2e/page.py", 404), ("/api/press", 405), ("/api/nothing", 404)],
)  # fmt: skip
async def test_every_answer_carries_the_headers(house: House, path: str, status: int) -> None:
    async with house.client() as client:
        answer = await client.get(path)

    assert answer.status_code == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


async def test_the_headers_of_a_page_forbid_what_stands_in_it(house: House) -> None:
    async with house.client() as client:
        answer = await client.get("/")

    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/privacy", "/?language=nl"])
async def test_no_page_holds_a_script_a_style_or_another_host(house: House, path: str) -> None:
    await house.gets("Sanne")
    async with house.client() as client:
        page = (await client.get(path)).text

    assert not re.search(r"<style|\sstyle=|<script(?! type=\"module\" src=\"/)|\son\w+=", page)
    assert not re.search(r"(?:src|href)=\"(?!/|#)", page)


def test_a_door_does_not_show_its_token() -> None:
    door = Door("secret", 8080)

    assert "secret" not in repr(door)
    assert door.address == "http://127.0.0.1:8080/?token=secret"


async def test_the_page_can_be_asked_for_from_its_own_address_only(house: House) -> None:
    async with house.client() as client:
        assert client.headers["origin"] == HERE
        assert (await client.get("/")).status_code == 200
