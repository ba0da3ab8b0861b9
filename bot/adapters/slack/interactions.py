"""Presses, modals, shortcuts and slash commands, read as what people did.

Slack gives these no id of their own; ours is made of what is different for each press and the same
when it comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.adapters.slack import admin, inputs, plain
from bot.adapters.slack.carried import Carried, carried, place
from bot.adapters.slack.did import (
    At,
    By,
    ChannelGiven,
    Closed,
    Commanded,
    Did,
    Done,
    FormAsked,
    Ignored,
    NoticeUsed,
    Seen,
    ShortcutUsed,
    Submitted,
)
from bot.adapters.slack.memo import memo
from bot.adapters.slack.shapes import (
    Action,
    BlockActions,
    Interaction,
    OfView,
    Shortcut,
    SlashCommand,
    View,
    shaped,
)
from bot.engine.answers import Raw, Skip
from bot.errors import BadContent
from bot.port import Chosen, EditAsked, Pressed, PutOff


def interaction(payload: Mapping[str, Any]) -> Did:
    """Read what Slack sends of a press, a modal or a shortcut.

    Raises: BadContent when it has another shape than Slack's, or carries what we did not write.
    """
    what = shaped(Interaction, payload)
    match what.type:
        case "block_actions":
            return _used(shaped(BlockActions, payload), payload)
        case "view_submission":
            return _sent(shaped(OfView, payload), payload)
        case "view_closed":
            return _closed(shaped(OfView, payload))
        case "shortcut" | "message_action":
            return _shortcut(shaped(Shortcut, payload))
        case _:
            return Ignored(what.trigger_id, _by(what), "another interaction")


def command(form: Mapping[str, Any]) -> Commanded:
    """Read a slash command.

    Raises: BadContent when it has another shape than Slack's.
    """
    sent = shaped(SlashCommand, form)
    by = By(
        sent.team_id, sent.enterprise_id or "", sent.user_id, sent.is_enterprise_install == "true"
    )
    return Commanded(
        id=_id(sent.team_id, sent.trigger_id),
        by=by,
        command=sent.command,
        text=plain.decoded(sent.text),
        channel=sent.channel_id,
        trigger=sent.trigger_id,
        response_url=sent.response_url,
    )


def _used(sent: BlockActions, payload: Mapping[str, Any]) -> Did:
    """Read the first control that was used; Slack sends one at a time."""
    action = sent.actions[0]
    by, carries = _by(sent), carried(action.action_id)
    id_ = _id(by.team, action.action_ts, sent.trigger_id)
    if carries.does in ("back", "sure", "choose"):
        return _at_notice(id_, sent, carries, action, payload)
    if carries.does == "several":
        return Ignored(id_, by, "waits for its button")
    return _pressed(id_, sent, carries, action)


def _pressed(id_: str, sent: BlockActions, carries: Carried, action: Action) -> Did:
    by, at, where = _by(sent), _message(sent), place(action.block_id)
    given: Raw | None
    match carries.does:
        case "fill":
            return FormAsked(id_, by, where, carries.key, at, sent.trigger_id)
        case "edit" if where.dialogue is not None:
            edit = EditAsked(where.dialogue, carries.key, carries.count)
            return Done(id_, by, edit, at, sent.trigger_id)
        case "put_off" if where.dialogue is not None:
            option = action.selected_option
            command = option.value if option else action.value or ""
            put_off = PutOff(where.dialogue, carries.key, command)
            return Done(id_, by, put_off, at, sent.trigger_id)
        case "edit" | "put_off":
            raise BadContent("a menu has no such button")
        case "skip":
            given = Skip()
        case "send":
            given = inputs.several(sent.state, carries.key)
        case _:
            given = inputs.raw(carries, action)
    if given is None:
        return Ignored(id_, by, "nothing chosen")
    what = inputs.what(where, {carries.key: given}, {carries.key: carries.count})
    picked = frozenset({carries.key}) if carries.does == "person" else frozenset[str]()
    return Done(id_, by, what, at, sent.trigger_id, picked)


def _at_notice(
    id_: str, sent: BlockActions, carries: Carried, action: Action, payload: Mapping[str, Any]
) -> Did:
    if sent.view is None:
        raise BadContent("a notice stands in a modal")
    by, seen, value = _by(sent), _seen(sent.view, payload), action.value or ""
    if carries.does == "choose":
        what = Chosen(None, carries.key, value)
        return Done(id_, by, what, _from(sent.view), sent.trigger_id, seen=seen)
    does: Literal["back", "sure"] = "sure" if carries.does == "sure" else "back"
    return NoticeUsed(id_, by, does, value if does == "sure" else "", seen)


def _sent(sent: OfView, payload: Mapping[str, Any]) -> Submitted | ChannelGiven:
    if sent.view.callback_id != admin.CALLBACK:
        return _submitted(sent, payload)
    id_ = _id(sent.view.id, sent.view.hash, sent.trigger_id)
    return ChannelGiven(id_, _by(sent), admin.wanted(sent.view.state))


def _submitted(sent: OfView, payload: Mapping[str, Any]) -> Submitted:
    by, seen, remembered = _by(sent), _seen(sent.view, payload), memo(sent.view.private_metadata)
    held = inputs.of_modal(sent.view.state, seen.view.get("blocks"))
    where = remembered.place
    if where.dialogue is not None:
        what: Pressed | Chosen = Pressed(
            where.dialogue, held.inputs, held.counts, sure=remembered.sure
        )
    else:
        what = inputs.what(where, held.inputs, held.counts)
    # What was refused is sent again from a modal with the same hash: only the trigger differs.
    id_ = _id(seen.id, seen.hash, sent.trigger_id)
    return Submitted(id_, by, what, remembered, seen, held.fields, held.picked)


def _closed(sent: OfView) -> Closed:
    return Closed(
        _id(sent.view.id, sent.view.hash, "closed"), _by(sent), memo(sent.view.private_metadata)
    )


def _shortcut(sent: Shortcut) -> ShortcutUsed:
    by = _by(sent)
    id_ = _id(by.team, sent.action_ts, sent.trigger_id)
    at, message = _message(sent), sent.message
    if message is None or message.bot_id is not None:
        return ShortcutUsed(id_, by, sent.callback_id, sent.trigger_id, at)
    said = plain.decoded(message.text or "")
    return ShortcutUsed(id_, by, sent.callback_id, sent.trigger_id, at, message.user or "", said)


def _by(sent: Interaction) -> By:
    team = sent.team.id if sent.team is not None else sent.user.team_id or ""
    enterprise = sent.enterprise.id if sent.enterprise is not None else ""
    return By(team, enterprise, sent.user.id, bool(sent.is_enterprise_install))


def _message(sent: BlockActions | Shortcut) -> At:
    channel = sent.channel.id if sent.channel is not None else ""
    if sent.message is None:
        return At(channel)
    return At(channel, sent.message.ts, sent.message.thread_ts or "")


def _from(view: View) -> At:
    """Give the message that a modal was opened from."""
    remembered = memo(view.private_metadata)
    return At(remembered.channel, remembered.ts)


def _seen(view: View, payload: Mapping[str, Any]) -> Seen:
    return Seen(view.id, view.hash, payload["view"])


def _id(*parts: str) -> str:
    return ":".join(parts)
