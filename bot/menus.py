"""Menus: a message with buttons that belongs to no dialogue, such as "how long shall I be quiet?".

Nothing in the database tells one menu from another, nor from a message without buttons: whoever
reads the rows learns nothing of who asked for silence or was offered help.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from bot import talk
from bot.engine.answers import Answer, Raw, Refusal
from bot.engine.reading import Hearing, read
from bot.engine.steps import Choose, PickDate, Question
from bot.letters import Asked, Letter, Line
from bot.scene import Scene
from bot.talk import Voice
from bot.words import Words
from storage import outbox, taps

GOOD_FOR: Final = timedelta(days=7)  # older buttons do nothing; design

COUNTRIES: Final = ("nl", "be", "gb", "ie", "us", "other")  # that care has texts for

HOME: Final = "control.home"
PAUSE: Final = "control.pause"
PAUSE_DATE: Final = "control.pause_date"
LANGUAGE: Final = "control.language"
SAVED: Final = "saved.saved"
ON_HOME: Final = frozenset({HOME, PAUSE, PAUSE_DATE, LANGUAGE})

OPTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    PAUSE: ("week", "weeks", "date", "open"),
    "control.later": ("hours", "tomorrow", "next_week"),
    "control.less": ("monthly", "new_plan", "pause", "stop"),
    "control.stop": ("keep", "delete"),
    "control.erase": ("delete", "cancel"),
    HOME: (
        "open",
        "practise",
        "start",
        "shifts",
        "quiet",
        "my_data",
        "help",
        "stop",
        "delete",
    ),
    LANGUAGE: ("nl", "en"),
    SAVED: ("undo",),
    "control.help": ("plan", "pause", "quiet", "my_data", "stop"),
    "control.visit_waits": ("open",),
    "control.back": ("same", "new", "quiz"),
    "control.halfway": ("go_on", "restart"),
    "care.heavy": ("pause", "who", "go_on"),
    "care.unsafe": ("pause", "go_on"),
    **{f"care.about_whom_{country}": ("other", "me") for country in COUNTRIES},
    "care.aggression": ("go_on", "stop_here"),
    "care.patient_data": ("edit", "is_none"),
    "care.name_seen": ("edit", "keep"),
}
# Whose labels mean the same when they are typed, whatever was asked last.
TYPED: Final = ("control.pause", "control.later", "control.visit_waits", "control.back")
DAYS_AHEAD: Final[Mapping[str, int]] = {PAUSE_DATE: 365}


def question_of(row: str) -> Question | None:
    """Give the question that a menu asks; None where there is no such menu."""
    if row in OPTIONS:
        return Choose(row, OPTIONS[row], text=row)
    return PickDate(row, within=DAYS_AHEAD[row], text=row) if row in DAYS_AHEAD else None


def named(text: str, words: Words) -> tuple[str, str] | None:
    """Find the button of a menu by the label that was typed, in either language."""
    wanted = text.strip().casefold()
    return next(
        (
            (row, option)
            for row in TYPED
            for option in OPTIONS[row]
            if any(words.label(row, option, each).casefold() == wanted for each in words.rows)
        ),
        None,
    )


async def offer(
    scene: Scene, row: str, voice: Voice | None = None, *, lead: tuple[Line, ...] = ()
) -> UUID:
    """Put a menu into the outbox, and give its row."""
    voice = voice or Voice()
    return await talk.put(scene, letter(row, lead), voice, nudge=voice.nudge)


def letter(row: str, lead: tuple[Line, ...] = ()) -> Letter:
    """Lay out a menu."""
    return Letter((*lead, Line(row)), (_asked(row),))


async def refusal(scene: Scene, delivery: UUID | None, row: str) -> str | None:
    """Say by the key of a text why a menu cannot be used, and use it when it can.

    One that stood in a notice or on Home has no delivery: it was kept nowhere, so nothing is known
    of it.
    """
    if delivery is None:
        return None if row.startswith("care.") or row in ON_HOME else "common.gone"
    found = await outbox.get(scene.tx, delivery)
    if found is None or _is_old(found.sent_at, scene.now):
        return "common.gone"
    if found.person_id != scene.person.id:
        return "common.not_yours"
    if found.dialogue_id is not None or not await taps.use(scene.tx, delivery, scene.now):
        return "common.gone"
    return None


async def used(scene: Scene, delivery: UUID | None, row: str, answer: Answer) -> None:
    """Show in a menu's place what was chosen, without its buttons."""
    if delivery is None:
        return
    shown = replace(letter(row), answers={row: answer}, replaces=delivery)
    await talk.put(scene, shown, Voice(), kind="replace")


def chosen(row: str, raw: Raw, hearing: Hearing) -> Answer | Refusal | None:
    """Read what was chosen from a menu; None where there is no such menu."""
    question = question_of(row)
    if question is None:
        return None
    found = read(question, raw, hearing)
    if isinstance(found, Answer) and found.value == hearing.today:
        latest = hearing.today + timedelta(days=DAYS_AHEAD[row])
        return Refusal("common.day", {"full_date": latest})
    return found


def _asked(row: str) -> Asked:
    question = question_of(row)
    assert question is not None, row  # noqa: S101  our own rows only
    shape = "date" if isinstance(question, PickDate) else "choose"
    within = DAYS_AHEAD.get(row, 0)
    return Asked(row, row, shape, options=OPTIONS.get(row, ()), within=within, seen="")


def _is_old(sent_at: datetime | None, now: datetime) -> bool:
    return sent_at is not None and now > sent_at + GOOD_FOR
