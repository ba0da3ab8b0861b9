"""Slack's events, read as what people did: typed, opened the app, came, went.

An event has an id, the same when Slack sends it again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.adapters.slack import plain
from bot.adapters.slack.did import (
    At,
    By,
    Did,
    Done,
    Edited,
    HomeOpened,
    Ignored,
    PersonChanged,
    TokensRevoked,
    Uninstalled,
)
from bot.adapters.slack.shapes import Envelope, Kind, MessageEvent, UserEvent, shaped
from bot.adapters.slack.shapes import HomeOpened as HomeShape
from bot.adapters.slack.shapes import TokensRevoked as TokensShape
from bot.port import Typed

# A message that somebody typed has no subtype, or one that only says how.
_TYPED: Final = frozenset({None, "file_share", "me_message", "thread_broadcast"})


def event(envelope: Mapping[str, Any]) -> Did:
    """Read an event.

    Raises: BadContent when it has another shape than Slack's.
    """
    sent = shaped(Envelope, envelope)
    match shaped(Kind, sent.event).type:
        case "message":
            return _message(sent, shaped(MessageEvent, sent.event))
        case "app_home_opened":
            opened = shaped(HomeShape, sent.event)
            return HomeOpened(sent.event_id, _by(sent, opened.user), opened.tab)
        case "user_change":
            return _person(sent, shaped(UserEvent, sent.event), is_new=False)
        case "team_join":
            return _person(sent, shaped(UserEvent, sent.event), is_new=True)
        case "tokens_revoked":
            tokens = shaped(TokensShape, sent.event).tokens
            return TokensRevoked(sent.event_id, _by(sent), (*tokens.bot,), (*tokens.oauth,))
        case "app_uninstalled":
            return Uninstalled(sent.event_id, _by(sent))
        case _:
            return Ignored(sent.event_id, _by(sent), "another event")


def _message(sent: Envelope, message: MessageEvent) -> Did:
    id_, by = sent.event_id, _by(sent, message.user or "")
    if message.channel_type != "im" or sent.is_ext_shared_channel:
        return Ignored(id_, by, "not between us")
    if message.subtype == "message_changed":
        return _changed(sent, message)
    if message.subtype not in _TYPED:
        return Ignored(id_, by, "nothing typed")
    if message.bot_id is not None or message.user is None:
        return Ignored(id_, by, "of a bot")
    words = plain.decoded(message.text or "")
    if not words:
        return Ignored(id_, by, "no words")
    at = At(message.channel, message.ts, message.thread_ts or "")
    return Done(id_, by, Typed(words), at)


def _changed(sent: Envelope, message: MessageEvent) -> Did:
    """Tell what a person changed from what Slack or we changed, a link or a card."""
    now = message.message
    if now is None or now.user is None or now.bot_id is not None or now.edited is None:
        return Ignored(sent.event_id, _by(sent), "changed by no person")
    at = At(message.channel, now.ts, now.thread_ts or "")
    return Edited(sent.event_id, _by(sent, now.user), at)


def _person(sent: Envelope, changed: UserEvent, *, is_new: bool) -> PersonChanged:
    user = changed.user
    return PersonChanged(
        id=sent.event_id,
        by=_by(sent, user.id),
        is_new=is_new,
        is_gone=user.deleted,
        is_bot=user.is_bot,
        is_guest=user.is_restricted or user.is_stranger,
        zone=user.tz or "",
        locale=user.locale or "",
    )


def _by(sent: Envelope, user: str = "") -> By:
    for_all = any(each.is_enterprise_install for each in sent.authorizations)
    return By(sent.team_id or "", sent.enterprise_id or "", user, for_all)
