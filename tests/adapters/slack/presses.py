"""What Slack sends when somebody uses a card or a modal of ours, made of that card or modal.

So a test presses what is really there: a control that no card has cannot be used.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.adapters.slack.cards import Card
from bot.adapters.slack.views import Json

TEAM, USER, CHANNEL, TS = "T1", "U1", "D1", "1795420800.000200"
_HELD = ("multi_static_select",)


def controls(blocks: Any) -> dict[str, tuple[Json, str]]:  # noqa: ANN401 - JSON
    """Give every control by its label or, where it has none, its kind; with its block."""
    found: dict[str, tuple[Json, str]] = {}
    for block in blocks:
        inner = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for each in (one for one in inner if one and "action_id" in one):
            name = each["text"]["text"] if each["type"] == "button" else each["type"]
            found.setdefault(name, (each, block["block_id"]))
    return found


def press(
    card: Card,
    name: str,
    given: Any = None,  # noqa: ANN401 - JSON
    *,
    beside: tuple[str, ...] | None = None,
) -> Json:
    """Use one control of a card; `beside` is chosen in the menu of several."""
    element, block = controls(card.blocks)[name]
    sent = {**actor("block_actions"), "message": {"ts": TS}, "channel": {"id": CHANNEL}}
    if beside is not None:
        menu, at = controls(card.blocks)[_HELD[0]]
        sent["state"] = {"values": {at: {menu["action_id"]: filled(menu, beside)}}}
    return {**sent, "actions": [{**filled(element, given), **_named(element, block)}]}


def press_in(view: Json, name: str) -> Json:
    """Press a button in a modal as it stands."""
    element, block = controls(view["blocks"])[name]
    used = {**filled(element, None), **_named(element, block)}
    return {**actor("block_actions"), "view": opened(view), "actions": [used]}


def submit(view: Json, given: Mapping[str, Any], *, trigger: str = "3.4") -> Json:
    """Send a modal with these values, by block."""
    return {**actor("view_submission"), "view": opened(view, given), "trigger_id": trigger}


def opened(view: Json, given: Mapping[str, Any] = {}) -> Json:
    """Give a modal as Slack gives it back: with its own ids, and what stands in its fields."""
    values = {
        block["block_id"]: {
            block["element"]["action_id"]: filled(
                block["element"], given.get(block["block_id"], _stood(block["element"]))
            )
        }
        for block in view["blocks"]
        if block["type"] == "input"
    }
    its_own = {"id": "V1", "hash": "156772938.1827394", "team_id": TEAM, "root_view_id": "V1"}
    return {**view, **its_own, "state": {"values": values}}


def filled(element: Json, given: Any) -> Json:  # noqa: ANN401 - JSON
    """Give what a control holds, in Slack's shape for it."""
    options = {each["value"]: each for each in element.get("options", ())}
    match element["type"]:
        case "button":
            held = {"value": element["value"]} if "value" in element else {}
        case "static_select" | "radio_buttons" | "overflow":
            held = {"selected_option": None if given is None else options[given]}
        case "multi_static_select":
            held = {"selected_options": [options[each] for each in given or ()]}
        case "datepicker":
            held = {"selected_date": given}
        case "users_select":
            held = {"selected_user": given}
        case _:
            held = {"value": given}
    return {"type": element["type"], **held}


def actor(kind: str) -> Json:
    """Say of an interaction who did it."""
    return {
        "type": kind,
        "team": {"id": TEAM, "domain": "zonnewijzer"},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": USER, "username": "sanne", "team_id": TEAM},
        "trigger_id": "1.2.abc",
    }


def _named(element: Json, block: str) -> Json:
    return {"action_id": element["action_id"], "block_id": block, "action_ts": "1795420801.5"}


def _stood(element: Json) -> Any:  # noqa: ANN401 - JSON
    if "initial_option" in element:
        return element["initial_option"]["value"]
    if "initial_options" in element:
        return tuple(each["value"] for each in element["initial_options"])
    return next(
        (element[name] for name in ("initial_date", "initial_value") if name in element), None
    )
