"""The locks of the page, tried on every route that there is: generated, so none is forgotten.

What each lock is for is told in `test_door`; here nothing names a path by hand.
"""

from __future__ import annotations

import asyncio
import inspect
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from types import ModuleType

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.adapters.local.door import HEADERS, SAFE, Door
from bot.adapters.local.page import STATIC, routes
from bot.cli import health, metrics, serve, serving
from bot.cli.health import Health, Pulse
from tests.adapters.local.house import DOOR, HERE, KEYRING, House, said, served
from tests.adapters.local.paths import Path, paths_of
from tests.adapters.local.test_door import NOT_LET_IN, turned_away
from tests.adapters.local.test_page import ATTACKS

pytestmark = pytest.mark.slow

STREAM = "/api/live"  # the one answer that does not end by itself
STRANGE = ("OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND")


def all_of(house: House) -> list[Path]:
    """Give every method and path of the page."""
    return paths_of(routes(house.services()))


async def asked(client: httpx.AsyncClient, each: Path, **headers: str) -> httpx.Response:
    """Ask for a path in the way that it wants."""
    method, path = each
    given = b"" if method in SAFE else b"{}"
    return await client.request(method, path, headers=headers, content=given)


async def test_there_is_something_to_lock(house: House) -> None:
    found = all_of(house)

    assert {("GET", "/"), ("GET", "/privacy"), ("POST", "/api/press")} <= set(found)
    assert {method for method, _ in found} == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize("headers", NOT_LET_IN.values(), ids=NOT_LET_IN)
async def test_no_route_opens_to_whoever_may_not_come_in(
    house: House, headers: dict[str, str]
) -> None:
    before = house.now
    async with house.client() as client:
        answers = {each: await asked(client, each, **headers) for each in all_of(house)}

    open_ = [each for each, answer in answers.items() if answer.status_code != 403]
    in_words = [answer for (method, _), answer in answers.items() if method != "HEAD"]
    assert open_ == []
    assert all(turned_away(answer) for answer in in_words)
    assert (house.heard, house.now) == ([], before)


async def test_no_route_does_anything_without_an_origin(house: House) -> None:
    async with house.client() as client:
        del client.headers["origin"]
        unsafe = [each for each in all_of(house) if each[0] not in SAFE]
        answers = [await asked(client, each) for each in unsafe]

    assert unsafe != []
    assert all(turned_away(answer) for answer in answers)
    assert house.heard == []


@pytest.mark.parametrize("method", STRANGE)
async def test_no_route_takes_a_method_that_it_does_not_know(house: House, method: str) -> None:
    async with house.client() as client:
        paths = sorted({path for _, path in all_of(house)})
        answers = [await asked(client, (method, path)) for path in paths]

    assert {answer.status_code for answer in answers} == {405}
    assert all(set(HEADERS.items()) <= set(told(answer)) for answer in answers)


async def test_what_a_get_can_reach_changes_nothing(house: House) -> None:
    before = house.now
    async with house.client() as client:
        for path in sorted({path for _, path in all_of(house)} - {STREAM}):
            await client.head(path)

    assert (house.heard, house.now) == ([], before)


def told(answer: httpx.Response) -> list[tuple[str, str]]:
    """Give the headers of an answer that every answer has to carry, as `HEADERS` spells them."""
    return [(name, answer.headers.get(name, "")) for name in HEADERS]


async def test_every_answer_of_every_route_carries_the_headers(house: House) -> None:
    await house.gets("Sanne", said("Hoi Sanne.", language="nl"))
    ends = [each for each in all_of(house) if each[1] != STREAM]
    async with house.client() as client:
        let_in = [await asked(client, each) for each in ends]
        client.cookies.clear()
        turned = [await asked(client, each) for each in ends]

    bare = [answer.url.path for answer in (*let_in, *turned) if dict(told(answer)) != HEADERS]
    assert bare == []


def policy() -> dict[str, list[str]]:
    """Give the content security policy, by what it is about."""
    rules = (rule.split() for rule in HEADERS["Content-Security-Policy"].split(";"))
    return {name: sources for name, *sources in rules}


def test_the_policy_allows_our_own_files_and_nothing_else() -> None:
    allowed = {source for sources in policy().values() for source in sources}

    assert allowed == {"'self'", "'none'"}
    assert policy()["default-src"] == ["'self'"]
    assert policy()["frame-ancestors"] == policy()["object-src"] == ["'none'"]
    assert policy()["base-uri"] == ["'none'"]


@dataclass
class Inline(HTMLParser):
    """Collects what a policy without `unsafe-inline` forbids, and what leads to another host."""

    found: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        given = dict(attrs)
        own = (given.get("src") or "").startswith("/static/")
        if tag in ("style", "iframe", "object", "embed", "base") or (tag == "script" and not own):
            self.found.append(tag)
        self.found += [name for name in given if name == "style" or name.startswith("on")]
        links = [given[name] or "" for name in ("href", "src", "action") if name in given]
        self.found += [link for link in links if not re.match(r"(/(?!/)|#)", link)]


async def test_no_page_holds_a_script_a_style_or_another_host(house: House) -> None:
    await house.has_a_course("Sanne")
    await house.gets("Sanne", *(said(words) for words in ATTACKS))
    shown = [path for method, path in all_of(house) if method == "GET" and path != STREAM]
    async with house.client() as client:
        answers = [await client.get(f"{path}?language=nl") for path in shown]
        client.cookies.clear()
        answers.append(await client.get("/"))

    pages = [each for each in answers if each.headers["content-type"].startswith("text/html")]
    assert len(pages) >= 3
    assert {each.url.path: _inline(each.text) for each in pages if _inline(each.text)} == {}


def _inline(page: str) -> list[str]:
    parser = Inline()
    parser.feed(page)
    return parser.found


async def test_the_cookie_is_for_this_browser_and_this_page_alone(house: House) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get(DOOR.address)

    name, *rules = [part.strip().lower() for part in answer.headers["set-cookie"].split(";")]
    assert name == f"{DOOR.cookie}={DOOR.token}".lower()
    assert {"httponly", "samesite=strict", "path=/"} == set(rules)
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "query",
    [
        "next=https://evil.example",
        "next=//evil.example",
        "language=nl%0d%0aSet-Cookie:%20x=1",
        "token=wrong%0d%0aLocation:%20https://evil.example",
    ],
)
async def test_opening_the_address_leads_nowhere_else(house: House, query: str) -> None:
    async with house.client() as client:
        client.cookies.clear()
        answer = await client.get(f"/?token={DOOR.token}&{query}")

    assert answer.headers.get("location", "/") == "/"
    assert answer.headers.get("set-cookie", "").count("=") <= 4
    assert "x=1" not in str(answer.headers)


OUTSIDE = (
    "/static/../page.py",
    "/static/..%2fpage.py",
    "/static/%2e%2e/page.py",
    "/static/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
    "/static//etc/passwd",
    "/static/....//page.py",
    "/static/..\\page.py",
    "/static/%5c..%5cpage.py",
    "/static/app.css%00.html",
    "/static/",
    "/static/%2e",
    "/static/%2e%2e",
    "/static/~root",
    "/static/app.css/%2e%2e",
    "/static/%c0%ae%c0%ae/page.py",
    "/static/" + "a/" * 2000,
    "/static/" + "a" * 5000,
)


@pytest.mark.parametrize("path", OUTSIDE)
async def test_nothing_outside_the_folder_of_styles_and_scripts_is_served(
    house: House, path: str
) -> None:
    async with house.client() as client:
        answer = await client.get(path)

    assert answer.status_code in (400, 404, 405)
    assert "import" not in answer.text
    assert "root:" not in answer.text


def test_the_open_folder_holds_styles_and_scripts_only() -> None:
    found = {each.suffix for each in STATIC.rglob("*") if each.is_file()}

    assert found <= {".css", ".js", ".svg"}


# What httpx would never send: bytes straight to the port.

RAW = {
    "another host in the address": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: evil.example\r\nHost: %(host)s\r\n",
    "no host": b"GET / HTTP/1.1\r\n",
    "an old protocol": b"GET / HTTP/1.0\r\n",
    "a host with a name before it": b"GET / HTTP/1.1\r\nHost: evil@%(host)s\r\n",
    "a forwarded host": b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: %(host)s\r\n",
    "a line of a header broken": b"GET / HTTP/1.1\r\nHost: x\r\n y: %(host)s\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\nHost: %(host)s\r\n: x\r\n",
    "bytes that are no text": b"GET /\xff\xfe HTTP/1.1\r\nHost: \xff\xfe\r\n",
    "a null": b"GET /\x00 HTTP/1.1\r\nHost: %(host)s\r\n",
    "no protocol at all": b"hello\r\n",
    "two lengths": b"POST /api/say HTTP/1.1\r\nHost: %(host)s\r\nOrigin: http://%(host)s\r\n"
    b"Content-Length: 2\r\nContent-Length: 40\r\n",
}  # fmt: skip


async def sent(door: Door, raw: bytes) -> str:
    """Send bytes to the page with the right cookie; give the first line of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    host = f"127.0.0.1:{door.port}".encode()
    cookie = f"Cookie: {door.cookie}={door.token}\r\nConnection: close\r\n\r\n"
    writer.write(raw.replace(b"%(host)s", host) + cookie.encode())
    try:
        answer = await asyncio.wait_for(reader.read(), 20)
    finally:
        writer.close()
        await writer.wait_closed()
    return answer.decode(errors="replace")


@pytest.mark.parametrize("raw", RAW.values(), ids=RAW)
async def test_a_request_that_is_bent_gets_nothing(house: House, raw: bytes) -> None:
    await house.gets("Sanne", said("Alleen van Sanne.", language="nl"))
    async with served(house) as door:
        answer = await sent(door, raw)

    status = re.match(r"HTTP/1\.[01] (\d+)", answer)
    assert status is None or status[1] in ("400", "403", "404")
    assert "Sanne" not in answer
    assert house.heard == []


async def test_the_straight_request_beside_them_does_get_in(house: House) -> None:
    async with served(house) as door:
        answer = await sent(door, b"GET /privacy HTTP/1.1\r\nHost: %(host)s\r\n")

    assert answer.startswith("HTTP/1.1 200")


async def test_the_page_trusts_no_name_that_a_proxy_gives(house: House) -> None:
    given = {"x-forwarded-host": "evil.example", "x-forwarded-proto": "https"}
    async with house.client() as client:
        answer = await client.get("/?language=nl", headers=given)

    assert answer.status_code == 200
    assert "evil.example" not in answer.text
    assert client.headers["origin"] == HERE


# `serve`, where there are real people, has none of it


def of_serve(house: House) -> list[BaseRoute]:
    """Give all that `serve` answers to, on both of its ports."""
    pulse = Pulse(timedelta(seconds=30))
    numbers = metrics.application(house.database)
    return [*Health(house.database, "", KEYRING, pulse).routes(), *numbers.routes]


async def test_serve_answers_to_these_paths_and_to_no_other(house: House) -> None:
    assert paths_of(of_serve(house)) == [
        ("GET", "/live"),
        ("GET", "/metrics"),
        ("GET", "/ready"),
        ("HEAD", "/live"),
        ("HEAD", "/metrics"),
        ("HEAD", "/ready"),
    ]


async def test_serve_has_no_route_of_the_local_chat(house: House) -> None:
    app = Starlette(routes=of_serve(house))
    transport = httpx.ASGITransport(app)
    cookies = {DOOR.cookie: DOOR.token}
    async with httpx.AsyncClient(transport=transport, base_url=HERE, cookies=cookies) as client:
        answers = [
            await asked(client, each) for each in [*all_of(house), ("GET", "/static/app.css")]
        ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(
    "module", [serve, serving, health, metrics], ids=lambda each: each.__name__
)
def test_serve_does_not_even_know_the_local_chat(module: ModuleType) -> None:
    assert "adapters" not in inspect.getsource(module)
