"""Slack's door: who is let in, what is answered, and when Slack is to come again."""

from __future__ import annotations

import hashlib
import hmac
import json
import time

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from bot.adapters.slack.door import LONGEST_BODY
from storage.errors import DatabaseAway
from tests.slack_peer.person import SlackPerson
from tests.slack_peer.told import SECRET
from tests.slack_peer.wire import EVENTS
from tests.slack_town import SlackSomeone, SlackTown

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

PING = json.dumps({"type": "url_verification", "challenge": "are you there?", "token": "x"})


def signature(body: str, moment: str, secret: str = SECRET) -> str:
    """Sign a body as Slack does."""
    mac = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256)
    return f"v0={mac.hexdigest()}"


async def post(town: SlackTown, body: str, headers: dict[str, str | bytes]) -> httpx.Response:
    """Send a request with these headers."""
    given = {b"content-type": b"application/json"}
    for name, value in headers.items():
        given[name.encode()] = value if isinstance(value, bytes) else value.encode()
    return await town.wire.http.post(EVENTS, content=body, headers=given)


def now(seconds: int = 0) -> str:
    """Give a timestamp so many seconds from now."""
    return str(int(time.time()) + seconds)


async def test_slack_is_told_that_we_are_there(invited_town: SlackTown) -> None:
    answer = await invited_town.wire.post(PING, "application/json")

    assert answer.status_code == 200
    assert answer.json() == {"challenge": "are you there?"}


@pytest.mark.parametrize(
    ("moment", "signed"),
    [
        (0, "v0=" + "0" * 64),
        (0, ""),
        (0, "v1=nonsense"),
        (0, "vée".encode("latin-1")),
        (-360, None),
        (360, None),
        ("abc", None),
        ("", None),
        ("-1", None),
        ("9" * 400, None),
        ("١٢٣".encode(), None),
    ],
)
async def test_whoever_is_not_slack_is_turned_away(
    invited_town: SlackTown, moment: int | str | bytes, signed: str | bytes | None
) -> None:
    at = now(moment) if isinstance(moment, int) else moment
    told = at if isinstance(at, str) else at.decode()
    proof = signature(PING, told) if signed is None else signed

    answer = await post(
        invited_town, PING, {"x-slack-request-timestamp": at, "x-slack-signature": proof}
    )

    assert answer.status_code == 401


async def test_another_secret_and_none_are_turned_away(invited_town: SlackTown) -> None:
    moment = now()
    wrong = signature(PING, moment, "another")

    headers: dict[str, str | bytes] = {"x-slack-request-timestamp": moment}
    assert (await post(invited_town, PING, headers)).status_code == 401
    assert (await post(invited_town, PING, {})).status_code == 401
    answer = await post(invited_town, PING, {**headers, "x-slack-signature": wrong})
    assert answer.status_code == 401


async def test_what_is_too_long_is_not_read_to_its_end(invited_town: SlackTown) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "a" * LONGEST_BODY})

    assert (await invited_town.wire.post(body, "application/json")).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        "{}",
        '{"type": "event_callback"}',
        '{"type": "event_callback", "event": 7}',
        '{"type": "block_actions", "actions": []}',
        '{"type": "view_submission", "view": {"state": null}}',
        '{"type": "nothing of ours"}',
        '{"command": "/holdfast"}',
        "[" * 5_000 + "]" * 5_000,
        '{"type": "event_callback", "team_id": "\\ud800"}',
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "application/x-www-form-urlencoded"])
async def test_what_is_signed_and_nothing_is_answered_without_a_trace(
    invited_town: SlackTown, body: str, kind: str
) -> None:
    before = len(invited_town["Sanne"].messages)

    answer = await invited_town.wire.post(body, kind)

    assert answer.status_code in (200, 400)
    assert len(invited_town["Sanne"].messages) == before


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moment=st.text(st.characters(codec="latin-1")), signed=st.text(st.characters(codec="latin-1"))
)
async def test_whatever_stands_in_the_headers_it_is_no_error_of_ours(
    invited_town: SlackTown, moment: str, signed: str
) -> None:
    headers: dict[str, str | bytes] = {
        "x-slack-request-timestamp": _header(moment),
        "x-slack-signature": _header(signed),
    }

    assert (await post(invited_town, PING, headers)).status_code == 401


async def test_a_press_that_comes_four_times_counts_once(invited_town: SlackTown) -> None:
    learner = invited_town["Sanne"]
    await learner.taps("Ik doe mee")
    messages = len(learner.messages)

    for _ in range(3):
        assert (await invited_town.wire.again()).status_code == 200
        await invited_town.hands.look()

    assert len(learner.messages) == messages


async def test_a_database_that_is_away_is_asked_again_later(
    invited_town: SlackTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = invited_town["Sanne"]
    messages = len(learner.messages)
    with monkeypatch.context() as broken:
        broken.setattr(invited_town.hands.database, "write", _away)
        with pytest.raises(AssertionError):
            await learner.taps("Ik doe mee")
    assert len(learner.messages) == messages

    assert (await invited_town.wire.again()).status_code == 200
    await invited_town.hands.look()

    assert len(learner.messages) > messages


def _away() -> None:
    raise DatabaseAway("It is away.")


async def test_somebody_nobody_knows_is_not_heard(invited_town: SlackTown) -> None:
    peter = SlackPerson(invited_town.users["admin"], invited_town.wire, invited_town.slack)

    assert (await peter.types("Ik wil ook", time.time())).status_code == 200
    await invited_town.hands.look()

    assert await peter.messages() == []


async def test_another_workspace_is_not_heard(invited_town: SlackTown) -> None:
    learner = invited_town["Sanne"]
    assert isinstance(learner, SlackSomeone)
    body = {
        "type": "event_callback",
        "team_id": "T0ELSEWHERE",
        "event_id": "Ev-elsewhere",
        "event": {"type": "message", "channel_type": "im", "user": learner.user, "text": "stop",
                  "channel": "D1", "ts": "1795420800.000100"},
    }  # fmt: skip

    answer = await invited_town.wire.post(json.dumps(body), "application/json")

    assert answer.status_code == 200
    await invited_town.hands.look()
    assert len(learner.messages) == 1


def test_an_application_without_installing_has_one_route(invited_town: SlackTown) -> None:
    routes = Starlette(routes=invited_town.connected.routes(invited_town.hands.hear)).routes

    assert EVENTS in {getattr(each, "path", "") for each in routes}


def _header(text: str) -> bytes:
    """Give what a header can hold of a text."""
    return text.encode("latin-1").replace(b"\r", b"").replace(b"\n", b"").strip()
