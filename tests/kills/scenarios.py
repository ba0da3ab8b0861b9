"""What people are in the middle of when a process is killed, and at which passages of a place.

An act sends one event at most: whoever goes on after a kill hears that event again, and then goes
on with the next act. `kills` names every place that a scenario passes, and how often it is killed
there: at the first passage, at the second, at the third.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.clock import TurnedClock
from bot.engine.answers import Raw
from bot.port import EditAsked, Pressed
from tests.people import Town
from tests.stories.steps import joins, plans_in_dutch

Act = Callable[[Town], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """How it came to this, what is done then, and where that is killed; `ear` is who hears it."""

    before: Act
    acts: tuple[Act, ...]
    kills: Mapping[str, int]
    ear: str = "whole"


def taps(*labels: str) -> Act:
    """Let Sanne tap what she reads."""
    return lambda town: town["Sanne"].taps(*labels)


def emma_taps(*labels: str) -> Act:
    """Let Emma tap what she reads."""
    return lambda town: town["Emma"].taps(*labels)


def writes(*texts: str) -> Act:
    """Let Sanne fill in the card that asks her to write."""
    return lambda town: town["Sanne"].writes(*texts)


def emma_writes(*texts: str) -> Act:
    """Let Emma fill in the card that asks her to write."""
    return lambda town: town["Emma"].writes(*texts)


def fills(**inputs: Raw) -> Act:
    """Let Sanne fill in a form."""
    return lambda town: town["Sanne"].fills(**inputs)


def types(text: str) -> Act:
    """Let Sanne type in the chat."""
    return lambda town: town["Sanne"].types(text)


def asks_to_edit(key: str) -> Act:
    """Let Sanne tap *Edit* on the card of an answer."""

    async def act(town: Town) -> None:
        card = town["Sanne"].card(key)
        assert card.dialogue is not None
        await town["Sanne"].does(EditAsked(card.dialogue, key, card.edits[0].count))

    return act


def edits(key: str, raw: Raw) -> Act:
    """Let Sanne send another answer on a card that she may edit."""

    async def act(town: Town) -> None:
        card = town["Sanne"].card(key)
        assert card.dialogue is not None
        count = next(edit.count for edit in card.edits if edit.key == key)
        await town["Sanne"].does(Pressed(card.dialogue, {key: raw}, {key: count}))

    return act


async def something_happens(town: Town) -> None:
    """Let time pass to the next thing that is due."""
    moment = await town.hands.next_event()
    assert moment is not None
    await _look_after(town, moment - town.clock.now)


def the_machine_is_off(passed: timedelta) -> Act:
    """Let time pass without anybody looking, so that much is due at once."""
    return lambda town: _look_after(town, passed)


async def _look_after(town: Town, passed: timedelta) -> None:
    clock = town.hands.clock
    assert isinstance(clock, TurnedClock)
    clock.set_to(clock.now() + passed)
    await town.hands.look()


async def nobody_was_told(_town: Town) -> None:
    """Begin with everything still ahead."""


async def was_invited(town: Town) -> None:
    """Begin with the welcome in Sanne's chat."""
    await town.clock.goes_on_until(town["Sanne"])


async def has_joined(town: Town) -> None:
    """Begin with the first question of Sanne's plan."""
    await joins(town["Sanne"], town.clock)


async def has_a_plan(town: Town) -> None:
    """Begin with Sanne's plan made."""
    await has_joined(town)
    await plans_in_dutch(town["Sanne"])


async def is_about_to_ask(town: Town) -> None:
    """Begin with Sanne shown what Emma would read, who follows nothing herself."""
    await has_joined(town)
    await town.clock.goes_on_until(town["Emma"])
    await town["Emma"].taps("No thanks")
    await plans_in_dutch(town["Sanne"], asks=town["Emma"])


async def is_promised(town: Town) -> None:
    """Begin with Sanne asked whether what Emma will do is right."""
    await is_about_to_ask(town)
    await town["Sanne"].taps("Verstuur")
    await _goes_on_until_asked(town, "Emma", "joins")
    for label in ("I'm in", "I say what I saw", "Yes"):
        await town["Emma"].taps(label)
    await _goes_on_until_asked(town, "Sanne", "right")


async def is_asked_what_was_seen(town: Town) -> None:
    """Begin with Emma asked whether she saw Sanne do it."""
    await is_promised(town)
    await town["Sanne"].taps("Klopt")
    await _goes_on_until_asked(town, "Emma", "was_there")


async def _goes_on_until_asked(town: Town, name: str, key: str) -> None:
    for _ in range(20):
        if any(each.fields and each.fields[0].key == key for each in town[name].messages):
            return
        await town.clock.goes_on_until(town[name])
    raise AssertionError(f"{name} is never asked {key}")


async def is_visited(town: Town) -> None:
    """Begin with Sanne asked how it went."""
    await has_a_plan(town)
    await town.clock.goes_on_until(town["Sanne"])


def at(
    *, hearing: int = 0, stumbling: int = 0, opening: int = 0, sending: int = 0
) -> Mapping[str, int]:
    """Give the places where a scenario is killed, and the last passage at which it is."""
    groups = ((HEARING, hearing), (STUMBLING, stumbling), (OPENING, opening), (SENDING, sending))
    return {name: most for names, most in groups for name in names if most}


def between(*, hearing: int, opening: int) -> Mapping[str, int]:
    """Give the two sides of every commit: what counts is which of two steps are there."""
    ends = ("before_commit", "after_commit")
    heard = {f"hear.{end}": hearing for end in ends}
    return heard | {f"nudges.{end}": opening for end in ends}


HEARING: Final = ("hear.received", "hear.before_commit", "hear.after_commit")
STUMBLING: Final = ("hear.failed", "hear.kept", "hear.again")
OPENING: Final = ("nudges.claimed", "nudges.before_commit", "nudges.after_commit")
SENDING: Final = (
    "delivery.claimed",
    "delivery.before_send",
    "delivery.after_send",
    "delivery.before_mark",
    "delivery.after_mark",
)

ERASING: Final = ("erase.noted", "erase.key_gone", "erase.rows_gone")

A_WHILE: Final = timedelta(minutes=15)  # after which what failed is heard again
DID: Final = "Ik zei Tom na het overleg dat zijn samenvatting hielp"
EFFECT: Final = "Hij keek op en deed het donderdag weer zo"

SCENARIOS: Final[Mapping[str, Scenario]] = {
    "a pause": Scenario(
        has_a_plan,
        (types("pauze"), taps("2 weken"), something_happens),
        at(hearing=2, sending=2),
    ),
    "taps": Scenario(
        was_invited,
        (taps("Ik doe mee"), taps("Prima"), taps("Di 9:30"), taps("2 minuten")),
        at(hearing=3, opening=1, sending=3),
    ),
    "typed": Scenario(
        has_joined,
        (taps("Start"), types("Een collega zeggen wat hielp na het overleg"), types("plan")),
        at(hearing=2),
    ),
    "form": Scenario(
        is_visited,
        (
            taps("Gedaan, werkte"),
            fills(did=DID, effect=EFFECT, differently="Eerder beginnen"),
            taps("Duidelijk moment", "Ik had geoefend"),
            taps("Zelfde plan"),
        ),
        at(hearing=2, sending=1),
    ),
    "visit": Scenario(
        nobody_was_told, (something_happens, something_happens), at(opening=2, sending=2)
    ),
    "reminder": Scenario(
        is_visited,
        (something_happens, something_happens, something_happens),
        at(opening=3, sending=1),
    ),
    "agreement": Scenario(
        is_about_to_ask,
        (
            taps("Verstuur"),
            something_happens,
            emma_taps("I'm in"),
            emma_taps("I say what I saw"),
            emma_taps("Yes"),
            something_happens,
            taps("Klopt"),
        ),
        at(hearing=4, opening=1, sending=2),
    ),
    "new version": Scenario(
        is_promised,
        (
            taps("Klopt"),
            edits("plan.then", "zeg ik hem wat ik zag"),
            taps("Verstuur"),
            something_happens,
            emma_taps("Yes"),
            edits("send", "dont"),
            something_happens,
        ),
        between(hearing=5, opening=1),
    ),
    "sighting": Scenario(
        is_asked_what_was_seen,
        (
            emma_taps("Yes, did it"),
            emma_writes("She told Tom what had helped, right after the meeting"),
            emma_taps("Send"),
            something_happens,
            something_happens,
            something_happens,
            taps("Ja"),
        ),
        between(hearing=4, opening=1),
    ),
    "downtime": Scenario(
        was_invited,
        (the_machine_is_off(timedelta(days=2)), the_machine_is_off(timedelta(days=9))),
        at(opening=2),
    ),
    "edit": Scenario(
        has_a_plan,
        (asks_to_edit("plan.then"), edits("plan.then", "zeg ik hem wat ik zag")),
        at(hearing=2, sending=1),
    ),
    "put off": Scenario(has_joined, (taps("Straks"), something_happens), at(hearing=1, opening=1)),
    "stop": Scenario(is_visited, (types("stop"), types("start")), at(hearing=2)),
    "erasing": Scenario(
        has_a_plan,
        (types("wis"), taps("Wis"), something_happens),
        {**at(opening=1), **dict.fromkeys(ERASING, 1)},
    ),
    "stumble": Scenario(
        was_invited,
        (
            taps("Ik doe mee"),
            the_machine_is_off(A_WHILE),
            taps("Prima"),
            the_machine_is_off(A_WHILE),
        ),
        at(stumbling=2),
        ear="stumbling",
    ),
}
