"""What stands in Slack's controls, read as the inputs that our questions take.

Words in a field of a modal come as they were typed: there is nothing in them to decode.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from bot.adapters.slack.carried import NOWHERE, Carried, Place, carried
from bot.adapters.slack.shapes import Filled, State
from bot.engine.answers import Raw, Skip
from bot.engine.reading import storable
from bot.errors import BadContent
from bot.port import Chosen, Pressed
from bot.rendering import SKIP_OPTION

_LONGEST_NUMBER: Final = 9  # digits; longer ones are no numbers of ours
_INITIAL: Final = ("initial_option", "initial_date", "initial_user")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a modal holds: inputs and counts by question, the block of each, whom it picks.

    `picked` names the questions whose input is a Slack user.
    """

    inputs: Mapping[str, Raw]
    counts: Mapping[str, int]
    fields: Mapping[str, str]
    picked: frozenset[str]


def what(place: Place, inputs: Mapping[str, Raw], counts: Mapping[str, int]) -> Pressed | Chosen:
    """Say what was done: an answer where there is a dialogue, else a choice from a menu.

    Raises: BadContent when a menu gets another number of inputs than one.
    """
    if place.dialogue is not None:
        return Pressed(place.dialogue, inputs, counts)
    if len(inputs) != 1:
        raise BadContent("a menu takes one choice")
    [(key, raw)] = inputs.items()
    return Chosen(None if place.delivery == NOWHERE else place.delivery, key, raw)


def raw(carries: Carried, filled: Filled) -> Raw | None:
    """Read what stands in one control; None where nothing does.

    Raises: BadContent when it is no such input.
    """
    match carries.does:
        case "several":
            return tuple(storable(each.value) for each in filled.selected_options or ())
        case "day":
            return None if filled.selected_date is None else _day(filled.selected_date)
        case "person":
            return filled.selected_user
        case "number":
            given = _option(filled)
            return None if given is None else _number(given)
        case "answer":
            given = _option(filled)
            return Skip() if given == SKIP_OPTION else given
        case "text":
            return storable(filled.value or "") or None
        case _:
            raise BadContent("a control that holds no input")


def several(state: State | None, key: str) -> tuple[str, ...]:
    """Give what was chosen beside a *Send* button."""
    values = state.values if state is not None else {}
    found = ((carried(name), held) for each in values.values() for name, held in each.items())
    chosen = (raw(about, held) for about, held in found if about.key == key)
    return next((each for each in chosen if isinstance(each, tuple)), ())


def of_modal(state: State, blocks: object) -> Inputs:
    """Read all fields of a modal.

    Where a question has a field and something to choose instead, and both hold something, the one
    that was changed counts; `blocks` says how they stood. What may be left empty, and is, was
    skipped.
    Raises: BadContent when one is not ours.
    """
    before = _before(blocks)
    controls = [
        _Control(carried(action), block, filled, _plainly(filled) != before.get(action, ""))
        for block, held in state.values.items()
        for action, filled in held.items()
    ]
    found: dict[str, tuple[_Control, Raw]] = {}
    for each in sorted(controls, key=lambda each: not each.is_changed):
        given = raw(each.about, each.filled)
        if given is not None:
            found.setdefault(each.about.key, (each, given))
    left_out = {each.about.key: Skip() for each in controls if each.block in _optional(blocks)}
    return Inputs(
        inputs={**left_out, **{key: given for key, (_, given) in found.items()}},
        counts={each.about.key: each.about.count for each in controls},
        fields={each.about.key: each.block for each in reversed(controls)},
        picked=frozenset(key for key, (each, _) in found.items() if each.about.does == "person"),
    )


def _optional(blocks: object) -> frozenset[str]:
    """Give the blocks whose field may be left empty."""
    found = blocks if isinstance(blocks, list) else []
    return frozenset(
        str(each.get("block_id"))
        for each in found
        if isinstance(each, dict) and each.get("optional") is True
    )


@dataclass(frozen=True, slots=True)
class _Control:
    """One control of a modal: what it carries, its block, what it holds, and if that is new."""

    about: Carried
    block: str
    filled: Filled
    is_changed: bool


def _option(filled: Filled) -> str | None:
    """Give the id of the option, of a button or of a menu."""
    if filled.selected_option is not None:
        return storable(filled.selected_option.value)
    return None if filled.value is None else storable(filled.value)


def _number(given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= _LONGEST_NUMBER):
        raise BadContent("a number that is none")
    return int(given)


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise BadContent("a day that is none") from None


def _plainly(filled: Filled) -> str:
    option = filled.selected_option.value if filled.selected_option is not None else ""
    return option or filled.selected_date or filled.selected_user or ""


def _before(blocks: object) -> dict[str, str]:
    """Give what stood in each field when the modal was shown, by its action."""
    found: dict[str, str] = {}
    for block in blocks if isinstance(blocks, list) else []:
        match block:
            case {"element": {"action_id": str(action)} as element}:
                stood = (_id(element.get(name)) for name in _INITIAL)
                found[action] = next((each for each in stood if each), "")
            case _:
                pass
    return found


def _id(stood: Any) -> str:  # noqa: ANN401 - JSON, and it ends here
    match stood:
        case {"value": str(value)} | str(value):
            return value
        case _:
            return ""
