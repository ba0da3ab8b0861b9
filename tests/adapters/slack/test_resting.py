"""Who switched notifications off in Slack gets no visit until they are on again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from storage import enrolments, nudges
from storage.keyring import Keyring
from tests.slack_peer.proxy import Fault, Proxy
from tests.slack_town import SlackTown, in_slack
from tests.stories.beginnings import planned

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("database_kind", ["sqlite"])]

HOUR = timedelta(hours=1)


@pytest.fixture
async def town(database_url: str, keyring: Keyring, slack: Proxy) -> AsyncIterator[SlackTown]:
    """Give a town in which Slack may be asked who rests, and Sanne has a plan."""
    slack.scopes = (*slack.scopes, "dnd:read")
    async with in_slack(database_url, keyring, slack, planned) as there:
        yield there


async def before_the_visit(town: SlackTown) -> None:
    """Go to half an hour before Sanne's next visit."""
    async with town.hands.database.read() as tx:
        [course] = await enrolments.of_person(tx, town["Sanne"].id)
        visit = await nudges.next_visit(tx, course.id)
    assert visit is not None
    await town.hands.turn_to(visit.due_at - HOUR / 2)


def rests(town: SlackTown, hours: float) -> None:
    """Let Sanne rest from now on, for so many hours."""
    now = town.clock.now
    span = (now, now + hours * HOUR)
    town.slack.rests[town["Sanne"].user] = (int(span[0].timestamp()), int(span[1].timestamp()))


async def test_a_visit_waits_until_the_rest_is_over(town: SlackTown) -> None:
    await before_the_visit(town)
    rests(town, 3)
    before = len(town["Sanne"].messages)

    await town.clock.passes(hours=2)
    assert len(town["Sanne"].messages) == before
    await town.clock.passes(hours=2)

    town["Sanne"].reads("check_in.went")


async def test_an_answer_waits_for_nothing(town: SlackTown) -> None:
    rests(town, 3)

    await town["Sanne"].types("plan")

    town["Sanne"].reads("common.plan_now")


@pytest.mark.parametrize("fault", [Fault(500, "{}"), Fault(200, '{"ok": true, "users": null}')])
async def test_a_visit_comes_where_slack_does_not_say(town: SlackTown, fault: Fault) -> None:
    town.slack.goes_wrong("dnd.teamInfo", *[fault] * 9)
    await before_the_visit(town)

    await town.clock.passes(hours=1)

    town["Sanne"].reads("check_in.went")


async def test_nobody_is_asked_about_without_the_permission(invited_town: SlackTown) -> None:
    await invited_town.clock.passes(days=1)

    assert not [each for each in invited_town.slack.calls if each.method == "dnd.teamInfo"]
