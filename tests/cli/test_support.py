"""`holdfast support`: technical state by a code of one day; nothing that tells who takes part."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from bot.cli.house import Desk, change, look
from bot.support import code_of
from scheduler.local import local_of
from storage import addresses, due_nudges, enrolments, nudges, people, workspaces
from storage.database import Transaction
from storage.keyring import Keyring
from tests.cli.conftest import Holdfast

KEYRING = Keyring.of({"k1": bytes(32)}, current="k1")
SOMEBODY = UUID(int=7)
TODAY = date(2026, 11, 24)


def test_a_code_has_eight_signs_that_nobody_mistakes() -> None:
    codes = {code_of(KEYRING, UUID(int=number), TODAY) for number in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("01ILOU")


def test_a_code_is_of_one_person_one_day_and_one_keyring() -> None:
    other_keys = Keyring.of({"k1": bytes([1] * 32)}, current="k1")

    assert code_of(KEYRING, SOMEBODY, TODAY) == code_of(KEYRING, SOMEBODY, TODAY)
    others = {
        code_of(KEYRING, UUID(int=8), TODAY),
        code_of(KEYRING, SOMEBODY, TODAY + timedelta(days=1)),
        code_of(other_keys, SOMEBODY, TODAY),
    }
    assert code_of(KEYRING, SOMEBODY, TODAY) not in others


async def _sanne(tx: Transaction, desk: Desk) -> people.Person:
    found = await people.by_email(tx, desk.organisation.id, "sanne@example.org")
    assert found
    return found


def _code(days_ago: int = 0) -> str:
    async def make(desk: Desk) -> str:
        sanne = await _sanne(desk.tx, desk)
        day = local_of(desk.now, sanne.zone).day - timedelta(days=days_ago)
        return code_of(desk.tx.vault.keyring, sanne.id, day)

    return look(make)


@pytest.fixture
def people_in(house: Path) -> None:
    """Bring three people in, of whom Sanne is reachable on Slack."""
    _ = house

    async def bring_in(desk: Desk) -> None:
        tx, organisation = desk.tx, desk.organisation.id
        sanne, _, _ = [
            await people.add(
                tx, organisation=organisation, name=name, email=f"{name}@example.org",
                language="nl", zone="Europe/Amsterdam",
            )
            for name in ("Sanne", "Emma", "Marit")
        ]  # fmt: skip
        workspace = await workspaces.add(
            tx, organisation=organisation, platform="slack", external_id="T1",
            language="nl", zone="Europe/Amsterdam",
        )  # fmt: skip
        await addresses.add(tx, person=sanne.id, workspace=workspace.id, user="U1", preferred=True)

    change(bring_in)


Change = Callable[[Transaction, people.Person], Awaitable[object]]


def _change(what: Change) -> None:
    async def do(desk: Desk) -> None:
        await what(desk.tx, await _sanne(desk.tx, desk))

    change(do)


def _told(holdfast: Holdfast, code: str) -> Any:  # noqa: ANN401 - JSON
    answer = holdfast("support", code, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


@pytest.mark.usefixtures("people_in")
@pytest.mark.parametrize("days_ago", [0, 1])
def test_a_code_of_today_or_yesterday_shows_technical_state(
    days_ago: int, holdfast: Holdfast
) -> None:
    answer = holdfast("support", _code(days_ago))

    assert answer.exit_code == 0
    assert "slack" in answer.stdout
    assert "reachable" in answer.stdout
    assert "Europe/Amsterdam" in answer.stdout
    assert "not set: the default hours hold" in answer.stdout
    assert "none in the next 7 days" in answer.stdout
    assert "Sanne" not in answer.stdout


@pytest.mark.usefixtures("people_in")
def test_a_code_may_be_typed_as_it_was_read_out(holdfast: Holdfast) -> None:
    code = _code().lower()

    assert holdfast("support", f" {code[:4]}-{code[4:]} ").exit_code == 0


@pytest.mark.usefixtures("people_in")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("22222222", "Nobody has this code"),
        ("2222", "is no support code: it has 8 letters and digits"),
        ("0OIL1U22", "never 0, 1, I, L, O or U"),
    ],
)
def test_a_wrong_code_is_said_in_words(code: str, words: str, holdfast: Holdfast) -> None:
    answer = holdfast("support", code)

    assert answer.exit_code == 1
    assert words in " ".join(answer.stderr.split())


@pytest.mark.usefixtures("people_in")
def test_the_code_of_the_day_before_yesterday_holds_no_more(holdfast: Holdfast) -> None:
    assert "Nobody has this code" in holdfast("support", _code(2)).stderr


async def _blocked(tx: Transaction, sanne: people.Person) -> None:
    (address,) = await addresses.of_person(tx, sanne.id)
    await addresses.set_state(tx, address.id, "blocked", "MessageWritesBlocked")


@pytest.mark.usefixtures("people_in")
def test_a_closed_way_is_told_with_the_platforms_reason(holdfast: Holdfast) -> None:
    _change(_blocked)

    assert _told(holdfast, _code())["ways"] == [
        {"platform": "slack", "state": "blocked", "reason": "MessageWritesBlocked"}
    ]
    assert "blocked (MessageWritesBlocked)" in holdfast("support", _code()).stdout


@pytest.mark.usefixtures("people_in")
def test_without_a_code_it_lists_whom_no_message_reaches(holdfast: Holdfast) -> None:
    _change(_blocked)

    listed = holdfast("support").stdout
    told = json.loads(holdfast("support", "--json").stdout)

    assert "blocked (MessageWritesBlocked)" in " ".join(listed.split())
    assert [each["name"] for each in told] == ["Sanne", "Emma", "Marit"]
    assert told[0]["ways"][0]["state"] == "blocked"
    assert told[1]["ways"] == []


@pytest.mark.usefixtures("people_in")
def test_who_can_be_reached_is_not_listed(holdfast: Holdfast) -> None:
    assert "Sanne" not in holdfast("support").stdout


def test_when_everybody_can_be_reached_it_says_so(house: Path, holdfast: Holdfast) -> None:
    _ = house
    assert holdfast("support").stdout == "Everybody can be reached.\n"


@pytest.fixture
def enrolled(people_in: None, holdfast: Holdfast) -> None:
    """Put everybody into a cohort whose training is today, and is welcomed a day later.

    In working hours a welcome is due at once, and then no slot lies ahead.
    """
    _ = people_in
    day = str(datetime.now(UTC).date())  # noqa: TID251 - the commands read the machine's clock
    made = holdfast("cohort", "create", "najaar", "--programme", "feedback-geven",
                    "--training-day", day)  # fmt: skip
    assert made.exit_code == 0, made.output
    _change(_a_day_later)


async def _a_day_later(tx: Transaction, sanne: people.Person) -> None:
    for nudge in await nudges.coming(tx, sanne.id):
        later = nudge.due_at + timedelta(days=1)
        await due_nudges.move(tx, nudge.id, local_of(later, nudge.zone), later, "busy")


async def _stopped(tx: Transaction, sanne: people.Person) -> None:
    (enrolment,) = await enrolments.of_person(tx, sanne.id)
    await enrolments.change(tx, enrolment.id, status="stopped")
    for nudge in await nudges.coming(tx, sanne.id):
        await nudges.mark(tx, nudge.id, "dropped", "stopped")


async def _paused(tx: Transaction, sanne: people.Person) -> None:
    await people.set_quiet(tx, sanne.id, people.Quiet("pause"))
    for nudge in await nudges.coming(tx, sanne.id):
        later = nudge.due_at + timedelta(days=60)
        await due_nudges.move(tx, nudge.id, local_of(later, nudge.zone), later, "quiet")


async def _joined(tx: Transaction, sanne: people.Person) -> None:
    (enrolment,) = await enrolments.of_person(tx, sanne.id)
    await enrolments.change(tx, enrolment.id, status="joined")
    for nudge in await nudges.coming(tx, sanne.id):
        later = nudge.due_at + timedelta(days=20)
        await due_nudges.move(tx, nudge.id, local_of(later, nudge.zone), later, "busy")


@pytest.mark.slow
@pytest.mark.usefixtures("enrolled")
def test_a_planned_slot_is_told_on_the_wall_of_whoever_asks(holdfast: Holdfast) -> None:
    told = _told(holdfast, _code())

    assert told["zone"] == "Europe/Amsterdam"
    assert told["days_ahead"] == 7
    assert datetime.fromisoformat(told["next_slot"]).tzinfo is None
    assert "in Europe/Amsterdam" in holdfast("support", _code()).stdout


@pytest.mark.slow
@pytest.mark.usefixtures("enrolled")
@pytest.mark.parametrize("what", [_stopped, _paused])
def test_who_stopped_or_paused_looks_like_who_is_between_two_visits(
    what: Change, holdfast: Holdfast
) -> None:
    _change(_joined)
    between_visits = _told(holdfast, _code())

    _change(what)

    assert _told(holdfast, _code()) == between_visits
    assert between_visits["next_slot"] is None


async def _silent(tx: Transaction, sanne: people.Person) -> None:
    await people.set_quiet(tx, sanne.id, people.Quiet("pause"))


@pytest.mark.slow
@pytest.mark.usefixtures("enrolled")
def test_a_pause_just_begun_changes_nothing_that_is_shown(holdfast: Holdfast) -> None:
    before = _told(holdfast, _code())

    _change(_silent)

    assert before["next_slot"]
    assert _told(holdfast, _code()) == before
