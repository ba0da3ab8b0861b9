"""Bringing people in: nobody twice, nobody's own choice undone, and nobody who said no."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from bot import cohorts as making
from bot.cohorts import Made, Member, Members, everybody, listed
from bot.errors import BadContent
from bot.lists.comparing import Outcome, compare, framed
from bot.lists.entries import Entries, Entry
from bot.lists.people import BroughtIn, bring_in, carry_out
from bot.lists.roster import Spoken, read
from bot.visits import rhythm_of
from scheduler.hours import is_open
from scheduler.local import local_of
from storage import addresses, enrolments, erasing, nudges, organisations, people, workspaces
from storage.database import Transaction
from storage.keyring import Keyring
from storage.people import Person
from tests.people import Town
from tests.towns import a_town

pytestmark = pytest.mark.slow

SPOKEN = Spoken(("nl", "en"), ("Europe/Amsterdam", "Europe/London", "America/New_York", "UTC"))
SATURDAY_NIGHT = datetime(2026, 11, 28, 22, 30, tzinfo=UTC)
IDS = "slack_id,teams_id"
OBJECT = "01234567-89ab-cdef-0123-456789abcdef"


def entries(text: str) -> Sequence[Entry]:
    """Read a list that must be right."""
    roster = read("people.csv", text.encode(), SPOKEN)
    assert roster.problems == ()
    return roster.entries


async def bring(town: Town, text: str) -> BroughtIn:
    """Bring a list in, as the command does."""
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        return await bring_in(
            tx, organisation, entries(text), file="people.csv", now=town.clock.now
        )


async def outcomes(town: Town, text: str, *, again: bool = False) -> list[Outcome]:
    """Tell what a list would change."""
    async with town.hands.database.read() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        found = entries(text)
        frame = await framed(tx, organisation, found, file="people.csv", invite_again=again)
        return [step.outcome for step in await compare(tx, frame, found)]


async def enrol(
    town: Town, name: str, text: str = "", *, again: bool = False, day: date | None = None
) -> Made:
    """Make a cohort of a list, or of everybody."""
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        members = await everybody(tx, organisation)
        if text:
            members = await listed(tx, organisation, entries(text), file="people.csv")
        return await making.create(
            tx, organisation, name, slug="feedback-geven", members=members,
            training_day=day or town.clock.now.date(), now=town.clock.now, invite_again=again,
        )  # fmt: skip


async def person(town: Town, email: str) -> Person | None:
    """Find somebody."""
    async with town.hands.database.read() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        return await people.by_email(tx, organisation.id, email)


async def known(town: Town, email: str) -> Person:
    """Find somebody who must be there."""
    found = await person(town, email)
    assert found
    return found


@pytest.fixture
async def weekend(database_url: str, keyring: Keyring) -> AsyncIterator[Town]:
    """Give a town on a Saturday night, where nobody is asked anything yet."""
    async with a_town(
        database_url, keyring, training=date(2027, 3, 1), start=SATURDAY_NIGHT
    ) as town:
        yield town


@pytest.mark.parametrize("training", [date(2026, 11, 20), date(2026, 11, 28), date(2026, 12, 3)])
async def test_nothing_is_sent_before_the_next_moment_in_own_hours(
    weekend: Town, training: date
) -> None:
    text = (
        "name,email,zone,hours,days\n"
        "A,a@x.nl,Europe/Amsterdam,,\nB,b@x.nl,Europe/London,12:00-14:00,we\n"
        "C,c@x.nl,America/New_York,9-17,mo-fr\n"
    )

    await bring(weekend, text)
    made = await enrol(weekend, "winter", text, day=training)
    await weekend.hands.look()

    assert (made.enrolled, weekend.chat.sent) == (3, 0)
    someone = [await known(weekend, f"{each}@x.nl") for each in "abc"]
    first: dict[UUID, datetime] = {}
    for _ in range(12):
        await weekend.hands.to_next_event()
        for each in someone:
            if weekend.chat.shown.get(str(each.id)):
                first.setdefault(each.id, weekend.clock.now)
    assert len(first) == 3
    assert all(is_open(rhythm_of(each), first[each.id]) for each in someone)
    assert local_of(first[someone[1].id], "Europe/London").day.isoweekday() == 3


async def test_a_list_brought_in_twice_changes_nothing(town: Town) -> None:
    text = (
        "name,email,language,zone,manager_email,coach_email,hours,days,slack_id,teams_id\n"
        f"A,a@x.nl,en,Europe/London,b@x.nl,b@x.nl,8-16,ma-do,U024BE7LH,{OBJECT}\nB,b@x.nl,,,,,,,,\n"
    )

    first, second = await bring(town, text), await bring(town, text)

    assert (first, second) == (BroughtIn(2, 0, 0), BroughtIn(0, 0, 2))
    rhythm = rhythm_of(await known(town, "a@x.nl"))
    assert (rhythm.opens, rhythm.closes, rhythm.days) == (
        time(8),
        time(16),
        frozenset({1, 2, 3, 4}),
    )


async def test_a_dry_run_tells_what_would_change_and_writes_nothing(town: Town) -> None:
    await bring(
        town, "name,email,zone,hours,manager_email\nA,a@x.nl,UTC,8-16,b@x.nl\nB,b@x.nl,,,\n"
    )
    text = (
        "name,email,zone,hours,days,manager_email\nAnna,A@X.nl,Europe/London,9-16,ma,\n"
        "B,b@x.nl,,,,\nC,c@x.nl,,,,\nD,d@x.nl,,,,who@x.nl\n"
    )

    told = await outcomes(town, text)

    assert [(each.line, each.kind, each.changed) for each in told] == [
        (2, "changed", ("name", "zone", "hours", "days", "manager")),
        (3, "unchanged", ()),
        (4, "new", ()),
        (5, "refused", ()),
    ]
    assert str(told[3].problem) == (
        "people.csv:5: The manager is nobody that we know. Give them a row too, or leave "
        "manager_email empty."
    )
    assert (await known(town, "a@x.nl")).name == "A"
    assert await person(town, "c@x.nl") is None


async def test_what_somebody_chose_themselves_stands_until_the_list_says_something_new(
    town: Town,
) -> None:
    text = "name,email,language,zone,hours\nA,a@x.nl,nl,Europe/Amsterdam,9-17\n"
    await bring(town, text)
    anna = await known(town, "a@x.nl")
    async with town.hands.database.write() as tx:
        await people.set_language(tx, anna.id, "en")
        await people.set_zone(tx, anna.id, "UTC")
        await people.set_rhythm(tx, anna.id, None)

    same = await bring(town, text)
    stood = await known(town, "a@x.nl")
    other = await bring(town, text.replace("Europe/Amsterdam", "Europe/London"))
    moved = await known(town, "a@x.nl")

    assert (same.unchanged, stood.language, stood.zone, stood.rhythm) == (1, "en", "UTC", None)
    assert (other.changed, moved.language, moved.zone) == (1, "en", "Europe/London")


async def test_a_blank_cell_says_nothing(town: Town) -> None:
    await bring(town, "name,email,language,zone,days\nA,a@x.nl,en,UTC,ma\n")

    again = await bring(town, "name,email,language,zone,days\nA,a@x.nl,,,\n")

    anna = await known(town, "a@x.nl")
    assert again.unchanged == 1
    assert (anna.language, anna.zone, rhythm_of(anna).days) == ("en", "UTC", frozenset({1}))


async def test_other_hours_move_what_was_planned(town: Town) -> None:
    await bring(town, "name,email,days\nA,a@x.nl,ma-vr\n")
    await enrol(town, "winter", "name,email\nA,a@x.nl\n", day=date(2026, 12, 4))
    anna = await known(town, "a@x.nl")

    await bring(town, "name,email,days\nA,a@x.nl,do\n")

    async with town.hands.database.read() as tx:
        coming = await nudges.coming(tx, anna.id)
    assert [each.local_day.isoweekday() for each in coming if not each.exempt] == [4]


async def managers(tx: Transaction, email: str) -> list[str]:
    """Name the managers of somebody in their cohorts."""
    organisation = await organisations.first(tx)
    assert organisation
    found = await people.by_email(tx, organisation.id, email)
    assert found
    held = await enrolments.of_person(tx, found.id)
    return [(await people.get(tx, each.manager_id)).name for each in held if each.manager_id]


async def test_a_cohort_knows_the_managers_without_the_list(town: Town) -> None:
    await bring(town, "name,email,manager_email\nA,a@x.nl,baas@x.nl\nBaas,baas@x.nl,\n")
    await enrol(town, "winter")

    async with town.hands.database.read() as tx:
        assert await managers(tx, "a@x.nl") == ["Baas"]

    await bring(town, "name,email,manager_email\nA,a@x.nl,chef@x.nl\nChef,chef@x.nl,\n")

    async with town.hands.database.read() as tx:
        assert await managers(tx, "a@x.nl") == ["Chef"]

    await bring(town, "name,email,manager_email\nA,a@x.nl,\n")

    async with town.hands.database.read() as tx:
        assert await managers(tx, "a@x.nl") == []


async def test_a_manager_who_was_erased_is_nobodys_any_more(town: Town) -> None:
    await bring(town, "name,email,manager_email\nA,a@x.nl,baas@x.nl\nBaas,baas@x.nl,\n")
    boss = await known(town, "baas@x.nl")
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, boss.id, town.clock.now)

    await enrol(town, "winter")

    async with town.hands.database.read() as tx:
        assert await managers(tx, "a@x.nl") == []


@pytest.mark.parametrize("status", ["declined", "stopped"])
async def test_who_said_no_is_not_invited_again_unless_there_is_a_reason(
    town: Town, status: enrolments.Status
) -> None:
    await bring(town, "name,email\nA,a@x.nl\nB,b@x.nl\nC,c@x.nl\n")
    await enrol(town, "herfst", "name,email\nA,a@x.nl\nB,b@x.nl\n")
    anna = await known(town, "a@x.nl")
    async with town.hands.database.write() as tx:
        [held] = await enrolments.of_person(tx, anna.id)
        await enrolments.change(tx, held.id, status=status)
    everyone = "name,email\nA,a@x.nl\nB,b@x.nl\nC,c@x.nl\n"

    winter = await enrol(town, "winter", everyone)
    async with town.hands.database.read() as tx:
        before = await enrolments.of_person(tx, anna.id)
    spring = await enrol(town, "lente", everyone, again=True)
    async with town.hands.database.read() as tx:
        after = await enrolments.of_person(tx, anna.id)

    # B follows already and A said no: one number for both.
    assert (winter.enrolled, winter.left_out, len(before)) == (1, 2, 1)
    assert (spring.enrolled, spring.left_out) == (1, 2)
    assert [each.status for each in after] == [status, "invited"]


async def test_who_is_added_to_a_cohort_is_chosen_as_when_it_was_made(town: Town) -> None:
    await bring(town, "name,email\nA,a@x.nl\nB,b@x.nl\n")
    await enrol(town, "winter", "name,email\nA,a@x.nl\n")

    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        members = await everybody(tx, organisation)
        made = await making.add(tx, organisation, "winter", members=members, now=town.clock.now)

    # A is in it, and the two of the town follow the programme.
    assert (made.enrolled, made.left_out) == (1, 3)


async def test_an_unknown_cohort_takes_nobody_in(town: Town) -> None:
    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        with pytest.raises(BadContent, match="There is no cohort 'wintr'"):
            await making.add(tx, organisation, "wintr", members=Members([]), now=town.clock.now)


async def erase(town: Town, email: str) -> None:
    """Have somebody erased."""
    found = await known(town, email)
    async with town.hands.database.write() as tx:
        await erasing.erase(tx, found.id, town.clock.now)


async def test_who_was_erased_does_not_come_back_by_a_list(town: Town) -> None:
    text = f"name,email,{IDS}\nA,a@x.nl,,\nB,b@x.nl,,\n"
    await bring(town, text)
    await erase(town, "a@x.nl")

    told, brought = await outcomes(town, text), await bring(town, text)

    # As whoever did not change: nobody may see who it was.
    assert [each.kind for each in told] == ["unchanged", "unchanged"]
    assert brought == BroughtIn(0, 0, 2)
    assert await person(town, "a@x.nl") is None


async def test_who_was_erased_is_one_of_those_left_out(town: Town) -> None:
    text = "name,email\nA,a@x.nl\nB,b@x.nl\n"
    await bring(town, text)
    await erase(town, "a@x.nl")

    made = await enrol(town, "winter", text)

    assert (made.enrolled, made.left_out) == (1, 1)


async def test_who_was_erased_comes_back_for_a_reason_only(town: Town) -> None:
    text = "name,email\nA,a@x.nl\n"
    await bring(town, text)
    await erase(town, "a@x.nl")

    async with town.hands.database.write() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        found = entries(text)
        frame = await framed(tx, organisation, found, file="f", invite_again=True)
        told = [each async for each in carry_out(tx, frame, found, town.clock.now)]
    again = await bring(town, text)

    assert [each.kind for each in told] == ["new"]
    assert again == BroughtIn(0, 0, 1)


async def test_a_cohort_of_whom_all_are_left_out_is_not_made(town: Town) -> None:
    with pytest.raises(BadContent) as refused:
        await enrol(town, "winter")

    assert refused.value.message == (
        "2 people were left out: they follow this programme already, or take no part. So nobody "
        "is left: no cohort was made."
    )


async def test_who_has_no_address_is_known_by_their_id(town: Town) -> None:
    text = f"name,{IDS}\nA,U024BE7LH,\nB,,{OBJECT}\n"

    first, second = await bring(town, text), await bring(town, text)
    third = await bring(town, "name,email,slack_id\nA,a@x.nl,U024BE7LH\n")
    made = await enrol(town, "winter", text)

    assert (first.new, second.unchanged, third.changed) == (2, 2, 1)
    assert (await known(town, "a@x.nl")).name == "A"
    assert made.enrolled == 2


async def test_an_id_that_is_somebody_elses_is_refused(town: Town) -> None:
    await bring(town, "name,email,slack_id\nA,a@x.nl,U024BE7LH\n")

    with pytest.raises(BadContent, match=r"people\.csv:2: slack_id: This id is somebody else's"):
        await bring(town, "name,email,slack_id\nB,b@x.nl,U024BE7LH\nC,c@x.nl,\n")


async def test_an_id_becomes_an_address_once_there_is_such_a_chat(town: Town) -> None:
    text = f"name,email,{IDS}\nA,a@x.nl,U024BE7LH,{OBJECT}\n"
    await bring(town, text)
    anna = await known(town, "a@x.nl")
    async with town.hands.database.write() as tx:
        before = await addresses.of_person(tx, anna.id)
        slack = await workspaces.add(
            tx, organisation=anna.organisation_id, platform="slack", external_id="T1",
            language="nl", zone="UTC",
        )  # fmt: skip

    again = await bring(town, text)

    async with town.hands.database.read() as tx:
        after = await addresses.of_person(tx, anna.id)
    assert again.unchanged == 1
    assert [each.workspace_id for each in before] == [town.workspace]
    # Nothing is sent there before the user was seen.
    assert [(each.user, each.state) for each in after if each.workspace_id == slack.id] == [
        ("U024BE7LH", "unmatched")
    ]


async def test_everybody_comes_in_the_order_of_the_list(town: Town) -> None:
    rows = [f"P{at},p{at}@x.nl,p{(at + 7) % 30}@x.nl" for at in range(30)]
    await bring(town, "\n".join(["name,email,manager_email", *rows]))

    async with town.hands.database.read() as tx:
        organisation = await organisations.first(tx)
        assert organisation
        members = await everybody(tx, organisation)

    told: Callable[[Member], str] = lambda each: each.manager.name if each.manager else ""  # noqa: E731
    assert [(each.person.name, told(each)) for each in members.people[2:]] == [
        (f"P{at}", f"P{(at + 7) % 30}") for at in range(30)
    ]


async def test_nobody_is_brought_in_by_half(town: Town) -> None:
    text = "name,email,manager_email\nA,a@x.nl,\nB,b@x.nl,who@x.nl\n"

    with pytest.raises(BadContent):
        await bring(town, text)

    assert await person(town, "a@x.nl") is None


def test_a_list_may_be_a_plain_sequence() -> None:
    assert Entries(entries("name,email\nA,a@x.nl\n"))[0].email == "a@x.nl"
