"""What is said when somebody writes something too heavy for a bot, and what is done: nothing else.

Such words are not stored, counted, forwarded or logged, nor is it that they came. The rows that an
answer to them leaves are those of any answer to words that were not understood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from bot import menus, quieting, rendering, talk
from bot.care import (
    AboutSomebody,
    Aggression,
    Care,
    Finding,
    Sensitive,
    about_whom_row,
    crisis_row,
    has_mention,
    who_helps_row,
)
from bot.letters import Letter, Line
from bot.port import Choices, Notice, NoticeOption
from bot.scene import House, Scene
from bot.words import Words
from scheduler.calendars import country_of
from storage import people
from storage.ids import new_id

CRISIS: Final = Sensitive(2)
# What a button of a notice does on the spot; all others are heard as a choice.
_ON_THE_SPOT: Final[Mapping[str, Literal["back", "sure"]]] = {
    "go_on": "sure",
    "other": "sure",
    "is_none": "sure",
    "edit": "back",
}


async def answer_typed(scene: Scene, found: Finding) -> None:
    """Answer heavy words that were typed in the chat."""
    if found == CRISIS:
        await say_crisis(scene)
        return
    await quieting.stay(scene)
    await menus.offer(scene, _menu(found, scene))


async def answer_pressed(
    scene: Scene, found: Finding, field: str, house: House, words: Words
) -> Notice:
    """Answer heavy words that stood in a form: beside it, so that no row says that it was so."""
    if found != CRISIS:
        await quieting.stay(scene)
        return notice(scene, _menu(found, scene), field, house, words)
    await quieting.fall_silent(scene)
    return _notice(scene, Letter((Line(_crisis(scene)),)), field, "", house, words)


async def say_crisis(scene: Scene) -> None:
    """Say where help is, now; and be quiet until the person comes back."""
    await quieting.fall_silent(scene)
    await talk.say(scene, (Line(_crisis(scene)),))


async def say_who_can_help(scene: Scene) -> None:
    """Say who can help, in the person's country and organisation."""
    await talk.say(scene, (Line(who_helps_row(_country(scene))),))


def notice(scene: Scene, row: str, field: str, house: House, words: Words) -> Notice:
    """Put a menu into a notice at a field."""
    return _notice(scene, menus.letter(row), field, row, house, words)


def found_in(care: Care, text: str, scene: Scene) -> Finding | None:
    """Say what is too heavy in a text, in the light of what the training is about."""
    return care.tier(text, patients=about_patients(scene))


def is_patient_data(care: Care, text: str, scene: Scene) -> bool:
    """Say whether a text may identify a patient, where the training is about patients."""
    return about_patients(scene) and care.is_patient_data(text)


async def names_somebody(care: Care, text: str, scene: Scene) -> bool:
    """Say whether a text mentions a colleague by a handle or by first and last name."""
    if has_mention(text):
        return True
    names = care.names(text)
    return await people.is_anybodys_name(scene.tx, scene.person.organisation_id, names)


def about_patients(scene: Scene) -> bool:
    """Say whether the person's training is about patients."""
    return scene.programme is not None and scene.programme.about == "patients"


def _notice(
    scene: Scene, letter: Letter, field: str, row: str, house: House, words: Words
) -> Notice:
    reader, texts = scene.reader(house), scene.texts(words)
    shown = rendering.message(letter, new_id(), scene.person.id, reader, texts)
    inputs = [each.input for each in shown.fields if isinstance(each.input, Choices)]
    misread = words.render("care.misread", scene.person.language)
    options = tuple(
        NoticeOption(
            option.id,
            option.label,
            _ON_THE_SPOT.get(option.id, "choose"),
            misread if option.id == "go_on" else "",
        )
        for asked in inputs
        for option in asked.options
    )
    return Notice(field, row, shown.paragraphs, options)


def _menu(found: Finding, scene: Scene) -> str:
    match found:
        case AboutSomebody():
            return about_whom_row(_country(scene))
        case Aggression():
            return "care.aggression"
        case Sensitive(3):
            return "care.unsafe"
        case Sensitive():
            return "care.heavy"


def _crisis(scene: Scene) -> str:
    return crisis_row(_country(scene))


def _country(scene: Scene) -> str | None:
    return scene.person.country or country_of(scene.person.zone)
