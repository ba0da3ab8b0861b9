"""A user of Slack as it tells of them: who they are, where, and whether they may take part.

Guests, strangers of a shared channel and bots are not employees whom a training was for; nobody is
asked anything who is not a full member of the workspace in which Holdfast is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from bot.adapters.slack.plain import decoded
from scheduler.local import known_zone

Kind = Literal["member", "guest", "stranger", "bot", "gone"]
LONGEST_NAME: Final = 100
_SLACKBOT: Final = "USLACKBOT"


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a user; what Slack did not say is empty."""

    user: str
    kind: Kind
    name: str = ""
    email: str = ""
    zone: str = ""
    language: str = ""


def account(told: object, homes: frozenset[str]) -> Account | None:
    """Read a user object; `homes` are the workspaces and organisation that are ours.

    None where it is no user at all.

    >>> account({"id": "U1", "deleted": True}, frozenset()).kind
    'gone'
    """
    if not isinstance(told, dict) or not _text(told, "id"):
        return None
    nested = told.get("profile")
    profile = nested if isinstance(nested, dict) else {}
    names = (_text(profile, "real_name"), _text(told, "real_name"), _text(told, "name"))
    return Account(
        user=_text(told, "id"),
        kind=_kind(told, homes),
        name=decoded(next((each for each in names if each), ""))[:LONGEST_NAME].strip(),
        email=_text(profile, "email").strip(),
        zone=_zone(_text(told, "tz")),
        language=_text(told, "locale")[:2].lower(),
    )


def _kind(told: Mapping[str, Any], homes: frozenset[str]) -> Kind:
    if told.get("is_bot") or told.get("id") == _SLACKBOT or told.get("is_workflow_bot"):
        return "bot"
    if told.get("is_stranger") or not _is_at_home(told, homes):
        return "stranger"
    if told.get("deleted"):
        return "gone"
    if told.get("is_restricted") or told.get("is_ultra_restricted"):
        return "guest"
    return "member"


def _is_at_home(told: Mapping[str, Any], homes: frozenset[str]) -> bool:
    """Say whether it is ours; a user object of an old workspace may name no team at all."""
    grid = told.get("enterprise_user")
    enterprise = _text(grid, "enterprise_id") if isinstance(grid, dict) else ""
    named = {each for each in (_text(told, "team_id"), enterprise) if each}
    return not homes or not named or bool(named & homes)


def _zone(name: str) -> str:
    try:
        known_zone(name)
    except ValueError:
        return ""
    return name


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    return value if isinstance(value, str) else ""
