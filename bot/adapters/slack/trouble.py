"""What a call to Slack that went wrong means: wait, give up, or find out whether it happened.

An answer that Slack gave is believed. What broke before the request left did not happen; what
broke after it may have, and is never simply done again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.errors import (
    Ambiguous,
    BadContent,
    Closed,
    HoldfastError,
    Throttled,
    TryLater,
    Unreachable,
)

SHORTEST_WAIT: Final = timedelta(seconds=1)
USUAL_WAIT: Final = timedelta(seconds=30)  # where Slack says "wait" and not how long
LONGEST_WAIT: Final = timedelta(hours=1)

_TOO_MANY: Final = 429
_OURS: Final = 400  # from here on a status is an error, and below 500 it is the caller's
_THEIRS: Final = 500

CLOSED: Final[Mapping[str, str]] = {
    "account_inactive": "Holdfast's own account in this workspace was removed",
    "app_uninstalled": "Holdfast was removed from this workspace",
    "invalid_auth": "Slack does not know this token",
    "not_authed": "no token was sent",
    "team_access_not_granted": "Holdfast may not enter this workspace of the organisation",
    "token_revoked": "Holdfast's token was revoked",
}
"""Errors after which nothing works in a whole workspace, until it is installed again."""

UNREACHABLE: Final[Mapping[str, str]] = {
    "cannot_dm_bot": "this is a bot",
    "cannot_dm_deleted_user": "this account was closed",
    "channel_not_found": "there is no such person or channel here",
    "ekm_access_denied": "the organisation's key keeps Holdfast out",
    "external_channel_migrating": "the channel is moving to another workspace",
    "is_archived": "the channel was archived",
    "messages_tab_disabled": "the app's Messages tab is off",
    "missing_scope": "Holdfast lacks a permission for this",
    "not_in_channel": "Holdfast is not in the channel",
    "restricted_action": "the workspace's settings do not let apps write here",
    "user_disabled": "this account was closed",
    "user_not_found": "there is no such person here",
    "user_not_visible": "this person is not visible to Holdfast",
}
"""Errors after which this person or channel cannot be written to until somebody acts."""

NO_THREAD: Final = frozenset({"cannot_reply_to_message", "message_not_found", "thread_not_found"})

_NOT_NOW: Final = frozenset(
    {
        "accesslimited",
        "request_timeout",  # Slack did not get all of the request, and did nothing
        "team_added_to_org",
        "token_expired",  # a new one is fetched before the next try
        "two_factor_setup_required",
    }
)
_TOO_OFTEN: Final = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
_NOBODY_KNOWS: Final = frozenset({"fatal_error", "internal_error", "service_unavailable"})


class NoThread(BadContent):
    """The message to be answered in its thread is gone."""


def of_answer(
    status: int, error: str | None, headers: Mapping[str, str], *, dice: float = 0.0
) -> HoldfastError:
    """Say what an answer means that Slack gave and that is not "ok".

    `error` is None where the answer is none of Slack's own, such as a page of a proxy. `dice`,
    from 0 to 1, spreads those who wait.
    """
    if status == _TOO_MANY or error in _TOO_OFTEN:
        return Throttled(f"Slack asks to wait ({error or status}).", wait_of(headers, dice=dice))
    if status >= _THEIRS or error in _NOBODY_KNOWS:
        return Ambiguous(f"Slack's answer was {status} {error or ''}".rstrip() + ".")
    if error is None:
        return _foreign(status)
    if error in CLOSED:
        return Closed(f"{error}: {CLOSED[error]}.")
    if error in UNREACHABLE or error.startswith("restricted_action"):
        said = UNREACHABLE.get(error, UNREACHABLE["restricted_action"])
        return Unreachable(f"{error}: {said}.")
    if error in NO_THREAD:
        return NoThread(f"Slack's answer was {error}.")
    if error in _NOT_NOW:
        return TryLater(f"Slack's answer was {error}.")
    return BadContent(f"Slack's answer was {error}.")


def wait_of(headers: Mapping[str, str], *, dice: float = 0.0) -> timedelta:
    """Read how long to wait, from a second to an hour, and up to a tenth more by the dice.

    >>> wait_of({"retry-after": "30"})
    datetime.timedelta(seconds=30)
    """
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    text = said.strip()
    # Past eleven digits it would not fit in a timedelta.
    known = text.isascii() and text.isdigit() and len(text) < 12  # noqa: PLR2004
    wait = timedelta(seconds=int(text)) if known else USUAL_WAIT
    held = min(max(wait, SHORTEST_WAIT), LONGEST_WAIT)
    return held + held * (min(max(dice, 0.0), 1.0) / 10)


def _foreign(status: int) -> HoldfastError:
    """Say what an answer means that is not Slack's: of a proxy, or of nobody we know."""
    if status < _OURS:
        return Ambiguous(f"The answer ({status}) was not Slack's.")
    return TryLater(f"Something between Holdfast and Slack refused the request ({status}).")
