"""Other eyes: what a role may not see of somebody is nowhere, in no page, answer or stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import httpx
import pytest
import pytest_asyncio

from bot.adapters.local.chat import kept
from bot.adapters.local.chat import said as types
from bot.adapters.local.door import Door
from bot.adapters.local.eyes import ROLES, SORTS, Eyes
from bot.matrix import MATRIX, Sight, Sort, may_see
from bot.notes import note
from storage import barriers, dialogues, log, nudges, observations, people, plans, pledges
from storage.database import Transaction
from storage.ids import new_id
from tests.adapters.local import examples
from tests.adapters.local.house import START, House, said
from tests.adapters.local.test_course import a_nudge

pytestmark = pytest.mark.slow

AS: Final = tuple(ROLES)
NOBODY: Final[frozenset[Sight]] = frozenset()
PAIR: Final[frozenset[Sight]] = frozenset({"pair"})

PLANTED: Final[Mapping[Sort, tuple[str, ...]]] = {
    "plan": ("kruidnagel", "saffraan"),
    "texts": ("kaneel", "foelie", "anijs", "komijn", "dragon"),
    "codes": ("Durfde niet",),
    "observation": ("koriander",),
    "times": ("di 1 dec", "2026-12-01", "Amsterdam", "9:30"),
    "participation": ("Een ander bezoek kwam", "check-in"),
}
"""Words that stand in what Sanne has, by the sort of what they are."""

VEIL: Final = {
    ("nl", "colleague"): "Niet te zien voor collega",
    ("nl", "manager"): "Niet te zien voor leidinggevende",
    ("nl", "coach"): "Niet te zien voor coach",
    ("nl", "l_and_d"): "Niet te zien voor L&D",
    ("nl", "works_council"): "Niet te zien voor ondernemingsraad",
    ("en", "colleague"): "Not visible to colleague",
    ("en", "manager"): "Not visible to manager",
    ("en", "coach"): "Not visible to coach",
    ("en", "l_and_d"): "Not visible to L&D",
    ("en", "works_council"): "Not visible to works council",
}


async def _plants(tx: Transaction, house: House) -> None:
    """Give Sanne a course with words that stand nowhere else."""
    person, enrolment = house.people["Sanne"], house.enrolments["Sanne"]
    opened = await dialogues.open(
        tx, id=new_id(), person=person, enrolment=enrolment, kind="check_in", brief={},
        answers="{}", kept="{}", now=START,
    )  # fmt: skip
    where = (tx, person, enrolment, opened.id)
    line = {"if": "kruidnagel klaar is", "then": "zeg ik saffraan"}
    words = {**line, "goal": "anijs", "outcome": "komijn", "obstacle": "dragon"}
    await plans.keep(*where, "plan", words=words, language="nl", form="clause", at=START)
    texts = [["check_in.did", "Ik zei kaneel."]]
    await log.keep(*where, "log", words={"texts": texts, "low": []}, at=START)
    await barriers.keep(*where, "barrier", codes=("CONF",), at=START)
    await observations.add(
        tx, person=person, enrolment=enrolment, pledge=None, author=house.people["Inês"],
        dialogue=opened.id, key="seen", kind="sighting", words={"text": "koriander"}, now=START,
        state="kept",
    )  # fmt: skip
    await a_nudge(tx, house, "check_in", date(2026, 12, 1))
    gone = await a_nudge(tx, house, "eve", date(2026, 12, 8))
    await nudges.mark(tx, gone.id, "dropped", "overtaken")
    event = new_id()
    await types(tx, person, house.now, event)
    await kept(tx, person, "foelie", event)


async def _asks(tx: Transaction, house: House) -> pledges.Pledge:
    """Let Sanne ask Emma to hold her to her plan."""
    words = {
        "if": "kruidnagel klaar is", "then": "zeg ik saffraan", "form": "clause",
        "language": "nl", "goal": "anijs",
    }  # fmt: skip
    row = await pledges.add(
        tx, person=house.people["Sanne"], enrolment=house.enrolments["Sanne"],
        dialogue=new_id(), key="hold_me", colleague=house.people["Emma"], words=words, now=START,
    )  # fmt: skip
    pledge = await pledges.get(tx, row)
    assert pledge is not None
    return pledge


@pytest_asyncio.fixture(loop_scope="session")
async def planted(house: House) -> House:
    """Give a house in which Sanne has all that a person can have, and asked nobody."""
    async with house.database.write() as tx:
        await _plants(tx, house)
    await house.gets("Sanne", examples.form("nl"), said("Je schreef kaneel."))
    return house


@pytest_asyncio.fixture(loop_scope="session")
async def asked(planted: House) -> House:
    """Give a house in which Sanne asked Emma, who said what she will do."""
    await _agree(planted)
    return planted


async def has_agreed(house: House) -> None:
    """Give Sanne a course, and let Emma hold her to it."""
    async with house.database.write() as tx:
        await _plants(tx, house)
    await house.gets("Sanne", examples.form("nl"), said("Je schreef kaneel."))
    await _agree(house)


async def _agree(house: House) -> None:
    async with house.database.write() as tx:
        pledge = await _asks(tx, house)
        await pledges.answer(tx, pledge, {"code": "other", "text": "wijs ik naar het raam"})
        both = {"state": "active", "own_yes": 1, "their_yes": 1, "active_at": START}
        await pledges.change(tx, pledge.id, **both)


async def all_of(house: House, role: str) -> str:
    """Give all that the page and its state hold of Sanne, for these eyes."""
    person = house.people["Sanne"]
    async with house.client() as client:
        page = await client.get(f"/?people={person}&language=nl&as={role}")
        state = await client.get(f"/api/state?people={person}&language=nl&as={role}")
    assert (page.status_code, state.status_code) == (200, 200)
    clock = json.dumps(state.json()["clock"], ensure_ascii=False)
    told = json.dumps(state.json()["columns"], ensure_ascii=False)
    return page.text.split('id="people"')[1] + told.replace(clock, "")


async def columns(house: House, role: str, *names: str) -> list[dict[str, object]]:
    """Give the columns of people as the page asks for them."""
    who = ",".join(str(house.people[name]) for name in names)
    async with house.client() as client:
        answer = await client.get(f"/api/state?people={who}&language=nl&as={role}")
    told: list[dict[str, object]] = answer.json()["columns"]
    return told


# Cell by cell


async def test_what_is_planted_is_seen_with_ones_own_eyes(planted: House) -> None:
    shown = await all_of(planted, "")

    assert [word for words in PLANTED.values() for word in words if word not in shown] == []


@pytest.mark.parametrize("role", AS)
@pytest.mark.parametrize("sort", PLANTED)
async def test_what_the_matrix_hides_is_nowhere_while_nobody_was_asked(
    planted: House, sort: Sort, role: str
) -> None:
    assert not may_see(sort, ROLES[role])

    shown = await all_of(planted, role)

    assert [word for word in PLANTED[sort] if word in shown] == []


@pytest.mark.parametrize("role", AS)
@pytest.mark.parametrize("sort", PLANTED)
async def test_what_the_matrix_shows_is_there_and_all_else_is_nowhere(
    asked: House, sort: Sort, role: str
) -> None:
    shown = await all_of(asked, role)

    there = [word for word in PLANTED[sort] if word in shown]
    assert there == [word for word in PLANTED[sort] if may_see(sort, ROLES[role], PAIR)]


@pytest.mark.parametrize("role", AS)
def test_every_sort_that_is_kept_stands_in_some_part_or_is_no_persons_to_read(role: str) -> None:
    told = {sort for sorts in SORTS.values() for sort in sorts}

    assert set(MATRIX) - told == {"distress"}
    # What others may see of somebody is the plan; a part that is more needs a way to lend it.
    seen = {part for part in SORTS if Eyes(role).see(part, PAIR)}
    assert seen <= {"plan", "agreements"}


# What stands in its place


@pytest.mark.parametrize("role", AS)
@pytest.mark.parametrize(("name", "language"), [("Sanne", "nl"), ("Inês", "en")])
async def test_each_hidden_part_says_so_in_the_language_of_its_person(
    planted: House, role: str, name: str, language: str
) -> None:
    [shown] = await columns(planted, role, name)

    veil = VEIL[language, role]
    words = shown["words"]
    assert isinstance(words, dict)
    assert (words["veil"], shown["items"], shown["local"]) == (veil, [], "")
    line = f'<p class="veil">{veil.replace("&", "&amp;")}</p>'
    assert [str(shown[part]).count(line) for part in ("coming", "plan", "log")] == [1, 4, 1]


async def test_a_colleague_who_was_asked_reads_the_plan_and_what_was_agreed(asked: House) -> None:
    [shown] = await columns(asked, "colleague", "Sanne")

    plan = str(shown["plan"])
    assert "Als kruidnagel klaar is, dan zeg ik saffraan." in plan
    assert "Emma: als ik dat zie, dan wijs ik naar het raam." in plan
    assert "afgesproken" in plan


@pytest.mark.parametrize("role", ["manager", "coach", "l_and_d", "works_council"])
async def test_no_other_role_reads_what_two_agreed(asked: House, role: str) -> None:
    shown = str(await columns(asked, role, "Sanne", "Emma"))

    assert "raam" not in shown
    assert "saffraan" not in shown


async def test_what_came_to_an_end_is_the_colleagues_no_more(asked: House) -> None:
    async with asked.database.write() as tx:
        [pledge] = await pledges.of_person(tx, asked.people["Sanne"])
        await pledges.change(tx, pledge.id, state="ended", reason="over", ended_at=START)

    shown = str(await columns(asked, "colleague", "Sanne"))

    assert "saffraan" not in shown
    assert shown.count("Niet te zien voor collega") == 7


async def test_a_colleagues_own_column_is_as_closed_as_any(asked: House) -> None:
    [shown] = await columns(asked, "colleague", "Emma")

    assert "raam" not in str(shown)
    assert str(shown["plan"]).count("Not visible to colleague") == 4


@pytest.mark.parametrize(
    ("role", "figures"),
    [("l_and_d", True), ("manager", False), ("coach", False), ("works_council", False)],
)
async def test_who_gets_figures_of_groups_is_told_so_quietly(
    planted: House, role: str, *, figures: bool
) -> None:
    [shown] = await columns(planted, role, "Sanne")

    assert ("groepen van vijf mensen of meer" in str(shown["log"])) is figures
    assert Eyes(role).get_figures is figures


@pytest.mark.parametrize("role", AS)
async def test_nothing_can_be_tapped_or_typed_and_it_is_said_whose_eyes_these_are(
    asked: House, role: str
) -> None:
    who = asked.people["Sanne"]
    async with asked.client() as client:
        page = (await client.get(f"/?people={who}&language=nl&as={role}")).text

    taps = ("<textarea", "<input", "<form", "data-turn=", "data-speaks", "data-start", "/my-data")
    assert [each for each in taps if each in page] == []
    assert "Je kijkt nu als" in page
    assert "Terug naar de persoon zelf" in page
    assert f'<option value="{role}" selected>' in page


async def test_ones_own_eyes_are_there_without_a_word_about_eyes(asked: House) -> None:
    async with asked.client() as client:
        page = (await client.get("/?language=nl")).text

    assert "Je kijkt nu als" not in page
    assert "Niet te zien voor" not in page


async def test_eyes_that_there_are_not_are_refused_or_ones_own(planted: House) -> None:
    async with planted.client() as client:
        who = planted.people["Sanne"]
        state = await client.get(f"/api/state?people={who}&as=boss")
        page = await client.get("/?as=boss&language=nl")

    assert state.status_code == 400
    assert 'data-as=""' in page.text


async def test_the_stream_tells_other_eyes_nothing_of_whom_it_is(
    planted: House, door: Door
) -> None:
    async with httpx.AsyncClient(follow_redirects=True, timeout=10) as client:
        await client.get(door.address)
        live = f"http://127.0.0.1:{door.port}/api/live?as=manager"
        async with client.stream("GET", live) as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "retry: 1000"
            await planted.gets("Sanne", said("Hoi kaneel."))

            told = [await anext(lines) for _ in range(2)][-1]

    assert json.loads(told.removeprefix("data: ")) == {"people": [], "everything": True}


# Mine of two


async def test_a_learner_sees_who_holds_them_to_what_and_a_colleague_what_they_promised(
    asked: House,
) -> None:
    sanne, emma = await columns(asked, "", "Sanne", "Emma")

    assert "Wie je eraan houdt" in str(sanne["plan"])
    assert "Sanne: Als kruidnagel klaar is, dan zeg ik saffraan." in str(sanne["plan"])
    assert "Emma: als ik dat zie, dan wijs ik naar het raam." in str(sanne["plan"])
    assert "afgesproken" in str(sanne["plan"])
    assert "What you promised somebody else" in str(emma["plan"])
    assert "Als kruidnagel klaar is, dan zeg ik saffraan." in str(emma["plan"])
    assert "Emma: if I see that, then wijs ik naar het raam." in str(emma["plan"])


@pytest.mark.parametrize(
    ("columns_", "state"),
    [
        ({"state": "asked"}, "gevraagd"),
        ({"state": "accepted", "their_yes": 1}, "gevraagd"),
        ({"state": "ended", "reason": "declined", "ended_at": START}, "gevraagd"),
        ({"state": "ended", "reason": "full", "ended_at": START}, "gevraagd"),
        ({"state": "ended", "reason": "withdrawn", "ended_at": START}, "afgelopen"),
    ],
)
async def test_how_an_agreement_stands_is_told_in_plain_words(
    planted: House, columns_: dict[str, object], state: str
) -> None:
    async with planted.database.write() as tx:
        asked = await _asks(tx, planted)
        await note(tx, "ask_another", asked.person_id, str(asked.id), START + timedelta(days=4))
        await pledges.change(tx, asked.id, **columns_)

    [shown] = await columns(planted, "", "Sanne")

    assert f'<span class="state">{state}</span>' in str(shown["plan"])


async def test_a_no_shows_when_its_learner_has_heard(planted: House) -> None:
    async with planted.database.write() as tx:
        asked = await _asks(tx, planted)
        await note(tx, "ask_another", asked.person_id, str(asked.id), START + timedelta(days=4))
        no = {"state": "ended", "reason": "declined", "ended_at": START}
        await pledges.change(tx, asked.id, **no)
        [heard] = [
            each
            for each in await nudges.of_person(tx, asked.person_id)
            if each.kind == "ask_another"
        ]
        await nudges.mark(tx, heard.id, "opened")

    [shown] = await columns(planted, "", "Sanne")
    assert '<span class="state">afgelopen</span>' in str(shown["plan"])


async def test_what_was_not_both_said_yes_to_yet_is_told_so(asked: House) -> None:
    async with asked.database.write() as tx:
        [pledge] = await pledges.of_person(tx, asked.people["Sanne"])
        await pledges.change(tx, pledge.id, version=2, their_yes=2)

    [shown] = await columns(asked, "", "Sanne")

    assert "nog niet allebei ja" in str(shown["plan"])


async def test_of_a_colleague_who_was_erased_no_name_and_no_word_stays(asked: House) -> None:
    async with asked.database.write() as tx:
        [pledge] = await pledges.of_person(tx, asked.people["Sanne"])
        await pledges.change(tx, pledge.id, colleague_id=None, state="ended", reason="left")

    [shown] = await columns(asked, "", "Sanne")
    [seen] = await columns(asked, "colleague", "Sanne")

    assert "Een collega" in str(shown["plan"])
    assert "raam" not in str(shown["plan"])
    assert "saffraan" not in str(seen)


async def test_in_the_log_stands_what_a_colleague_saw_once_it_counts(planted: House) -> None:
    [shown] = await columns(planted, "", "Sanne")

    assert "gezien door Inês" in str(shown["log"])
    assert "✓ bevestigd" in str(shown["log"])
    assert "koriander" in str(shown["log"])


@pytest.mark.parametrize("state", ["sent", "refused", "withdrawn"])
async def test_what_does_not_count_stands_in_no_log(
    planted: House, state: observations.State
) -> None:
    async with planted.database.write() as tx:
        [seen] = await observations.of_enrolment(tx, planted.enrolments["Sanne"])
        await observations.mark(tx, seen.id, state)

    [shown] = await columns(planted, "", "Sanne")

    assert "koriander" not in str(shown["log"])


async def test_in_my_data_stand_what_was_agreed_and_what_others_wrote(asked: House) -> None:
    async with asked.client() as client:
        page = (await client.get(f"/my-data?person={asked.people['Sanne']}&language=nl")).text
        other = (await client.get(f"/my-data?person={asked.people['Emma']}&language=en")).text

    assert "Emma · afgesproken" in page
    assert "Emma: wijs ik naar het raam" in page
    assert "Inês · wat die zag · telt mee" in page
    assert "koriander" in page
    assert "stuurde je Emma je planregel" in page
    assert "What you promised Sanne" in other
    assert "wijs ik naar het raam" in other
    assert "saffraan" not in other


async def test_what_somebody_told_a_colleague_is_theirs_and_not_what_others_wrote(
    asked: House,
) -> None:
    async with asked.database.write() as tx:
        [pledge] = await pledges.of_person(tx, asked.people["Sanne"])
        await observations.add(
            tx, person=asked.people["Sanne"], enrolment=asked.enrolments["Sanne"],
            pledge=pledge.id, author=asked.people["Sanne"], dialogue=new_id(), key="update",
            kind="update", words={"text": "nootmuskaat"}, now=START,
        )  # fmt: skip
    async with asked.client() as client:
        page = (await client.get(f"/my-data?person={asked.people['Sanne']}&language=nl")).text

    agreed, observed = page.split('id="observed"')
    assert "Wat je Emma vertelde · bijgepraat" in agreed
    assert "nootmuskaat" in agreed
    assert "nootmuskaat" not in observed
    assert "nootmuskaat" not in str(await columns(asked, "colleague", "Sanne"))


async def test_what_was_posted_in_a_channel_is_nothing_between_two(planted: House) -> None:
    async with planted.database.write() as tx:
        await pledges.change(tx, (await _asks(tx, planted)).id, state="posted")

    [own] = await columns(planted, "", "Sanne")
    [seen] = await columns(planted, "colleague", "Sanne")

    assert '<span class="state">geplaatst</span>' in str(own["plan"])
    assert "saffraan" not in str(seen)


async def test_names_in_an_agreement_are_shown_as_they_are_written(asked: House) -> None:
    async with asked.database.write() as tx:
        await people.rename(tx, asked.people["Emma"], "<b>Emma</b>")

    [shown] = await columns(asked, "colleague", "Sanne")

    assert "<b>" not in str(shown["plan"])
