"""What each button of a menu does.

A button does what the same word typed would do; so nothing here decides anything of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from bot import caring, commands, halfway, leaving, menus, quieting, saving, talk, visits
from bot.answering import Answering
from bot.letters import Line
from bot.opening import open_waiting
from bot.scene import Scene
from bot.state import State
from storage import enrolments, people

WEEK: Final = 7
TWO_WEEKS: Final = 14

Do = Callable[[Scene, Sequence[State]], Awaitable[None]]


async def do(
    scene: Scene, row: str, value: object, waiting: Sequence[State], answering: Answering,
    menu: UUID | None = None,
) -> None:  # fmt: skip
    """Do what was chosen from a menu, whose value was read as an answer to it.

    `menu` is where it stood, if that was sent.
    """
    match row, value:
        case "control.pause_date", date() as day:
            await quieting.pause_until(scene, day)
        case "control.halfway", "go_on":
            await halfway.go_on(scene, answering)
        case "control.halfway", _:
            await halfway.restart(scene)
        case "care.name_seen", "edit":
            await halfway.reopen(scene)
        case menus.SAVED, _ if menu is not None:
            await saving.undo(scene, menu)
        case _:
            await _BUTTONS[row, str(value)](scene, waiting)


def _says(row: str) -> Do:
    async def say(scene: Scene, _waiting: Sequence[State]) -> None:
        await talk.say(scene, (Line(row),))

    return say


def _runs(command: str) -> Do:
    async def run(scene: Scene, waiting: Sequence[State]) -> None:
        await commands.run(command, scene, waiting)

    return run


def _pauses(days: int) -> Do:
    async def pause(scene: Scene, _waiting: Sequence[State]) -> None:
        await quieting.pause(scene, days)

    return pause


def _offers(row: str) -> Do:
    async def offer(scene: Scene, _waiting: Sequence[State]) -> None:
        await menus.offer(scene, row)

    return offer


def _puts_off(until: str) -> Do:
    async def _put_off(scene: Scene, waiting: Sequence[State]) -> None:
        if not waiting:
            await talk.say(scene, (Line("control.nothing_waits"),))
            return
        await commands.put_off(scene, leaving.in_focus(scene, waiting), until)

    return _put_off


def _paces(pace: str, said: str) -> Do:
    async def _change(scene: Scene, _waiting: Sequence[State]) -> None:
        if scene.enrolment is not None:
            await enrolments.change(scene.tx, scene.enrolment.id, pace=pace)
            await visits.replan(scene.tx, scene.enrolment.id, scene.spacing, scene.now)
        await talk.say(scene, (Line(said),))

    return _change


def _speaks(language: str) -> Do:
    async def _speak(scene: Scene, _waiting: Sequence[State]) -> None:
        await people.set_language(scene.tx, scene.person.id, language)
        await talk.say(scene, (Line("control.language_set"),))

    return _speak


async def _pause_at_least(scene: Scene, _waiting: Sequence[State]) -> None:
    """Pause for two weeks, which ends no silence that has no end."""
    await quieting.pause_at_least(scene, TWO_WEEKS)


async def _pause_openly(scene: Scene, _waiting: Sequence[State]) -> None:
    await quieting.pause_until_start(scene)


async def _erase(scene: Scene, _waiting: Sequence[State]) -> None:
    await leaving.erase(scene)


async def _new_plan(scene: Scene, waiting: Sequence[State]) -> None:
    if leaving.takes_part(scene):
        await leaving.new_plan(scene)
    else:
        await leaving.start(scene, waiting)


async def _same_plan(scene: Scene, waiting: Sequence[State]) -> None:
    if leaving.takes_part(scene):
        await leaving.go_on(scene, waiting, await commands.plan_lines(scene))
    else:
        await leaving.start(scene, waiting)


async def _open_visit(scene: Scene, _waiting: Sequence[State]) -> None:
    """Open the first visit that stands ready."""
    if not await open_waiting(scene):
        await talk.say(scene, (Line("common.gone"),))


async def _who_can_help(scene: Scene, _waiting: Sequence[State]) -> None:
    await caring.say_who_can_help(scene)


async def _carry_on(scene: Scene, waiting: Sequence[State]) -> None:
    """Ask again what waits: in its own field the same words can be sent as meant."""
    await leaving.go_on(scene, waiting, (Line("care.misread"),))


async def _ask_again(scene: Scene, waiting: Sequence[State]) -> None:
    await leaving.go_on(scene, waiting, ())


async def _about_me(scene: Scene, _waiting: Sequence[State]) -> None:
    await caring.say_crisis(scene)


async def _stop_here(scene: Scene, waiting: Sequence[State]) -> None:
    await commands.run("cancel", scene, waiting)


_BUTTONS: Final[Mapping[tuple[str, str], Do]] = {
    **{(menus.HOME, option): _runs(option) for option in menus.OPTIONS[menus.HOME]},
    (menus.HOME, "open"): _open_visit,
    (menus.LANGUAGE, "nl"): _speaks("nl"),
    (menus.LANGUAGE, "en"): _speaks("en"),
    ("control.pause", "week"): _pauses(WEEK),
    ("control.pause", "weeks"): _pauses(TWO_WEEKS),
    ("control.pause", "date"): _offers("control.pause_date"),
    ("control.pause", "open"): _pause_openly,
    ("control.later", "hours"): _puts_off("later"),
    ("control.later", "tomorrow"): _puts_off("tomorrow"),
    ("control.later", "next_week"): _puts_off("next_week"),
    ("control.less", "monthly"): _paces("monthly", "control.monthly_set"),
    ("control.less", "new_plan"): _new_plan,
    ("control.less", "pause"): _runs("pause"),
    ("control.less", "stop"): _runs("stop"),
    ("control.stop", "keep"): _says("control.kept"),
    ("control.stop", "delete"): _runs("delete"),
    ("control.erase", "delete"): _erase,
    ("control.erase", "cancel"): _says("control.unchanged"),
    ("control.help", "plan"): _runs("plan"),
    ("control.help", "pause"): _runs("pause"),
    ("control.help", "quiet"): _runs("quiet"),
    ("control.help", "my_data"): _runs("my_data"),
    ("control.help", "stop"): _runs("stop"),
    ("control.visit_waits", "open"): _open_visit,
    ("control.back", "same"): _same_plan,
    ("control.back", "new"): _new_plan,
    ("control.back", "quiz"): _paces("quiz", "control.quiz_only"),
    ("care.heavy", "pause"): _pause_at_least,
    ("care.heavy", "who"): _who_can_help,
    ("care.heavy", "go_on"): _carry_on,
    ("care.unsafe", "pause"): _pause_at_least,
    ("care.unsafe", "go_on"): _carry_on,
    **{(f"care.about_whom_{country}", "other"): _carry_on for country in menus.COUNTRIES},
    **{(f"care.about_whom_{country}", "me"): _about_me for country in menus.COUNTRIES},
    ("care.aggression", "go_on"): _carry_on,
    ("care.aggression", "stop_here"): _stop_here,
    ("care.patient_data", "edit"): _ask_again,
    ("care.patient_data", "is_none"): halfway.allow,
    ("care.name_seen", "keep"): _says("control.unchanged"),
}
