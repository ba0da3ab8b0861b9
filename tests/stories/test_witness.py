"""One question to somebody who was there, of which only a yes leaves anything behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from storage import dialogues, observations
from storage.observations import Observation
from tests.people import Someone, Town, Turning
from tests.stories.pairs import asked_beside_tom, is_erased, leaves

pytestmark = [pytest.mark.slow, pytest.mark.every_chat, pytest.mark.begins(asked_beside_tom)]

DID = "Ik zei Tom na het overleg dat zijn samenvatting hielp"


async def the_question(town: Town, learner: Someone) -> Observation:
    """Read the one question that was asked."""
    async with town.hands.database.read() as tx:
        [row] = [
            each for each in await dialogues.of_person(tx, learner.id) if each.kind == "check_in"
        ]
        assert row.enrolment_id
        [found] = await observations.of_enrolment(tx, row.enrolment_id)
        return found


async def names_a_witness(learner: Someone, witness: Someone) -> None:
    """Let Sanne say how it went, and who was there."""
    await learner.taps("Gedaan, werkte")
    await learner.fills(
        did=DID, effect="Hij keek op en deed het donderdag weer zo", differently="Eerder beginnen"
    )
    await learner.taps("Duidelijk moment")
    await learner.taps("Zelfde plan")
    learner.reads("check_in.witness")
    await learner.asks(witness)


@pytest.mark.parametrize(
    ("answer", "state"),
    [("Ja", "confirmed"), ("Deels", "confirmed"), ("Nee", "closed"), ("Weet ik niet", "closed")],
)
async def test_only_a_yes_leaves_anything_behind(
    answer: str, state: str, town: Town, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await names_a_witness(learner, tom)
    await clock.passes(days=3)
    tom.reads("witness.saw")
    assert "Een collega zeggen wat hielp" in tom.text()

    await tom.taps(answer)
    await clock.passes(hours=1)

    tom.never_saw("Een collega zeggen wat hielp")
    assert (await the_question(town, learner)).state == state
    async with town.hands.database.read() as tx:
        [left] = await dialogues.of_person(tx, tom.id)
    assert answer not in left.answers
    assert '"saw"' not in left.answers


@pytest.mark.parametrize("does", [is_erased, leaves])
async def test_what_a_witness_was_asked_is_gone_when_either_is(
    does: Callable[[Town], Awaitable[None]], town: Town, learner: Someone, tom: Someone,
    clock: Turning,
) -> None:  # fmt: skip
    await names_a_witness(learner, tom)
    await clock.passes(days=3)
    assert "Een collega zeggen wat hielp" in tom.text()

    await does(town)
    await clock.passes(hours=1)

    tom.never_saw("Een collega zeggen wat hielp")


async def test_nobody_is_asked_where_nobody_was(
    learner: Someone, tom: Someone, clock: Turning
) -> None:
    await learner.taps("Gedaan, werkte")
    await learner.fills(
        did=DID, effect="Hij keek op en deed het donderdag weer zo", differently="Eerder beginnen"
    )
    await learner.taps("Duidelijk moment")
    await learner.taps("Zelfde plan")

    await learner.taps("Liever niet")
    await clock.passes(days=10)

    assert tom.messages == []
    learner.reads("check_in.noted_applied")


@pytest.mark.parametrize(("command", "label"), [("stop", "Bewaar"), ("pauze", "2 weken")])
async def test_a_witness_is_not_asked_once_the_learner_wants_silence(
    command: str, label: str, learner: Someone, tom: Someone, clock: Turning
) -> None:
    await clock.passes(hours=11)  # after work
    await names_a_witness(learner, tom)
    await learner.types(command)
    await learner.taps(label)

    await clock.passes(days=9)

    assert tom.messages == []
