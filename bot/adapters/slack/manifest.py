"""The app manifest for Slack: which permission serves what, and how much a profile asks for.

Holdfast asks for no more than an administrator chose: the fewer the permissions, the less it can
read. What each is for stands beside it, and the install guide shows the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

Profile = Literal["minimal", "conversational", "channels"]
PROFILES: Final[tuple[Profile, ...]] = get_args(Profile)

EVENTS_PATH: Final = "/slack/events"
INSTALL_PATH: Final = "/slack/install"
REDIRECT_PATH: Final = "/slack/oauth_redirect"

COMMAND: Final = "/holdfast"
SAVE: Final = "save_as_practice"
START: Final = "start"


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of Slack's, the profile from which on it is asked for, and what it is for."""

    name: str
    since: Profile
    why: str
    optional: bool = False


SCOPES: Final = (
    Scope("chat:write", "minimal", "Sends and replaces Holdfast's own messages."),
    Scope("im:write", "minimal", "Opens the conversation with a learner or colleague."),
    Scope("commands", "minimal", "Answers /holdfast and the two shortcuts."),
    Scope(
        "users:read",
        "minimal",
        "Reads somebody's name, time zone and language, and that an account was closed.",
    ),
    Scope(
        "users:read.email",
        "minimal",
        "Finds the people of an imported list by their e-mail address.",
        optional=True,
    ),
    Scope(
        "dnd:read",
        "minimal",
        "Waits while somebody has switched notifications off.",
        optional=True,
    ),
    Scope(
        "im:history",
        "conversational",
        "Reads what is typed to Holdfast itself, and looks whether a message arrived.",
    ),
    Scope(
        "channels:read",
        "channels",
        "Checks that a public channel exists and is not shared outside.",
    ),
    Scope("groups:read", "channels", "Checks the same of a private channel it was invited to."),
)

_EVENTS: Final = ("app_home_opened", "app_uninstalled", "tokens_revoked", "user_change")
_TYPED: Final = "message.im"


def scopes(profile: Profile) -> tuple[Scope, ...]:
    """Give the permissions that a profile asks for.

    >>> [each.name for each in scopes("minimal")][:3]
    ['chat:write', 'im:write', 'commands']
    """
    most = PROFILES.index(profile)
    return tuple(each for each in SCOPES if PROFILES.index(each.since) <= most)


def missing(granted: Sequence[str], profile: Profile) -> tuple[Scope, ...]:
    """Give the permissions that a profile needs and that were not granted."""
    return tuple(each for each in scopes(profile) if each.name not in granted)


def before_commands(profile: Profile) -> str:
    """Give what people type before a command; nothing where Holdfast reads what is typed to it.

    >>> before_commands("minimal"), before_commands("channels")
    ('/holdfast', '')
    """
    return COMMAND if profile == "minimal" else ""


def manifest(
    profile: Profile, *, host: str = "", socket_mode: bool = False, rotation: bool = False
) -> Mapping[str, Any]:
    """Make the manifest; `host` is where Slack reaches Holdfast, and not needed in Socket Mode."""
    base = f"https://{host}"
    settings: dict[str, Any] = {
        "event_subscriptions": {"bot_events": list(_bot_events(profile))},
        "interactivity": {"is_enabled": True},
        "org_deploy_enabled": True,
        "socket_mode_enabled": socket_mode,
        "token_rotation_enabled": rotation,
    }
    oauth: dict[str, Any] = {"scopes": {"bot": [each.name for each in scopes(profile)]}}
    command: dict[str, Any] = {
        "command": COMMAND,
        "description": "Your plan, your visits and your choices",
        "usage_hint": "plan · pause · later · practise · start · stop · data · delete · help",
        "should_escape": True,
    }
    if not socket_mode:
        settings["event_subscriptions"]["request_url"] = base + EVENTS_PATH
        settings["interactivity"]["request_url"] = base + EVENTS_PATH
        command["url"] = base + EVENTS_PATH
        oauth["redirect_urls"] = [base + REDIRECT_PATH]
    return {
        "display_information": _DISPLAY,
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": profile == "minimal",
            },
            "bot_user": {"display_name": "Holdfast", "always_online": True},
            "shortcuts": _SHORTCUTS,
            "slash_commands": [command],
        },
        "oauth_config": oauth,
        "settings": settings,
    }


_DISPLAY: Final = {
    "name": "Holdfast",
    "description": "Makes training stick: it asks what you tried, and comes back.",
    "background_color": "#1f4d3d",
    "long_description": (
        "Holdfast talks with people after a training: what did you want to apply, what did you "
        "do, what did it bring, what next? It comes back at spaced moments within your own "
        "working hours, and lets you ask a colleague to hold you to it. What you write is yours: "
        "nobody sees it unless you send it yourself, after reading exactly what will be sent."
    ),
}
_SHORTCUTS: Final = [
    {
        "name": "Save as practice",
        "type": "message",
        "callback_id": SAVE,
        "description": "Keeps your own message as a moment at which you applied it",
    },
    {
        "name": "Start with Holdfast",
        "type": "global",
        "callback_id": START,
        "description": "Opens your plan, or begins it",
    },
]


def _bot_events(profile: Profile) -> tuple[str, ...]:
    return _EVENTS if profile == "minimal" else tuple(sorted((*_EVENTS, _TYPED)))
