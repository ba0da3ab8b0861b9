"""One thing that somebody did in Slack: heard in full, and answered before Slack is.

What a modal is to show comes back in the answer itself. A new modal is opened after the commit, in
the three seconds that Slack allows; if that fails nothing is lost, for the press can be repeated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import structlog

from bot.adapters.slack import admin, did, views
from bot.adapters.slack.administration import Administration
from bot.adapters.slack.calls import call
from bot.adapters.slack.carried import Place
from bot.adapters.slack.frame import frame
from bot.adapters.slack.homes import Homes
from bot.adapters.slack.installed import Installed
from bot.adapters.slack.manifest import SAVE
from bot.adapters.slack.matching import Matching
from bot.adapters.slack.memo import Memo
from bot.engine.answers import Raw
from bot.errors import HoldfastError
from bot.port import EditAsked, Event, Heard, Message, Pressed, Saved, Typed, What
from bot.traces import trace_of
from bot.words import Words
from storage.workspaces import Workspace

_log = structlog.get_logger(__name__)

Json = Mapping[str, Any]
NOBODY: Final = "-"  # in the place of somebody who cannot be picked: no person is called so


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack gets: nothing, or what an open modal is to show."""

    body: Json = field(default_factory=dict)


class Turns:
    """Takes what people did, a turn each."""

    def __init__(
        self, hear: Callable[[Event], Awaitable[Heard]], installed: Installed, matching: Matching,
        homes: Homes, administration: Administration, words: Words, now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        """Take who hears, where tokens are, who is who, and what is done beside talking."""
        self._hear = hear
        self._homes = homes
        self._administration = administration
        self._installed = installed
        self._matching = matching
        self._words = words
        self._now = now

    async def take(self, done: did.Did) -> Answer:
        """Take one thing that somebody did.

        Raises: DatabaseAway, so that Slack sends it again.
        """
        workspace = await self._installed.of_team(done.by.team, done.by.enterprise)
        if workspace is None:
            _log.warning("not_installed", platform="slack")
            return Answer()
        match done:
            case did.Submitted():
                return await self._submitted(workspace, done)
            case did.ChannelGiven():
                return await self._channel_given(workspace, done)
            case did.Commanded():
                return await self._commanded(workspace, done)
            case did.Done():
                await self._done(workspace, done)
            case did.FormAsked():
                await self._form_asked(workspace, done)
            case did.ShortcutUsed():
                await self._shortcut(workspace, done)
            case did.NoticeUsed():
                await self._turn_notice(workspace, done)
            case _:
                await self._around(workspace, done)
        return Answer()

    async def _around(self, workspace: Workspace, done: did.Did) -> None:
        """Follow what happens around the conversation."""
        match done:
            case did.Uninstalled() | did.TokensRevoked(bots=(_, *_)):
                await self._installed.wipe(workspace.id)
            case did.PersonChanged():
                await self._matching.changed(
                    workspace, done.by.user, is_gone=done.is_gone, zone=done.zone
                )
            case did.Edited():
                await self._edited(workspace, done)
            case did.HomeOpened(tab="home"):
                await self._matching.known(workspace, done.by.user)
                self._homes.opened(workspace.id, done.by.user)
            case _:
                pass

    async def _done(self, workspace: Workspace, done: did.Done) -> None:
        what = await self._people_in(workspace, done)
        if isinstance(what, Typed) and done.at.thread:
            what = await self._in_thread(workspace, done, what)
        heard = await self._heard(workspace, done, what)
        if heard.replacement is not None and done.trigger:
            await self._open(workspace, done.trigger, heard.replacement, done.at)
        elif heard.refusals and done.trigger:
            await self._say(workspace, done.trigger, heard.refusals)

    async def _in_thread(self, workspace: Workspace, done: did.Done, typed: Typed) -> Typed:
        """Say under the message of which dialogue something was typed."""
        message = f"{done.at.channel}/{done.at.thread}"
        return replace(
            typed, thread=await self._matching.dialogue_of(workspace, done.by.user, message)
        )

    async def _submitted(self, workspace: Workspace, done: did.Submitted) -> Answer:
        heard = await self._heard(workspace, done, await self._people_in(workspace, done))
        if heard.notice is not None:
            return Answer(views.updated(views.with_notice(done.seen.view, heard.notice)))
        if heard.refusals:
            return Answer(views.errors(heard.refusals, done.fields))
        return Answer(views.closed())

    async def _form_asked(self, workspace: Workspace, asked: did.FormAsked) -> None:
        if asked.place.dialogue is None:
            return
        what = EditAsked(asked.place.dialogue, asked.key, 0)
        heard = await self._heard(workspace, asked, what)
        if heard.replacement is not None:
            await self._open(workspace, asked.trigger, heard.replacement, asked.at)
        elif heard.refusals:
            await self._say(workspace, asked.trigger, heard.refusals)

    async def _turn_notice(self, workspace: Workspace, used: did.NoticeUsed) -> None:
        view = views.without_notice(used.seen.view, used.says, sure=used.does == "sure")
        arguments = {"view_id": used.seen.id, "hash": used.seen.hash, "view": view}
        await self._show(workspace, "views.update", arguments)

    async def _commanded(self, workspace: Workspace, given: did.Commanded) -> Answer:
        """Hear a command as if it had been typed; what it says comes in the conversation."""
        if given.text.casefold() in admin.WORDS:
            await self._administer(workspace, given)
            return Answer()
        await self._heard(workspace, given, Typed(given.text or "plan"))
        return Answer()

    async def _administer(self, workspace: Workspace, given: did.Commanded) -> None:
        known = await self._matching.known(workspace, given.by.user)
        if known.person is not None:
            view = await self._administration.modal(known.person)
            await self._show(workspace, "views.open", {"trigger_id": given.trigger, "view": view})

    async def _channel_given(self, workspace: Workspace, given: did.ChannelGiven) -> Answer:
        known = await self._matching.known(workspace, given.by.user)
        if known.person is None:
            return Answer(views.closed())
        return Answer(await self._administration.take(workspace, known.person, given.wanted))

    async def _shortcut(self, workspace: Workspace, used: did.ShortcutUsed) -> None:
        """Keep somebody's own message, or start; where they are, say that it comes in our chat."""
        is_own = used.author == used.by.user and bool(used.said)
        if used.name == SAVE and not is_own:
            row = "slack.only_own"
        else:
            what = Saved(used.said) if used.name == SAVE else Typed("start")
            await self._heard(workspace, used, what)
            row = "slack.in_our_chat"
        language = await self._matching.language_of(workspace, used.by.user)
        said = views.said((self._words.render(row, language),), frame(self._words, language))
        await self._show(workspace, "views.open", {"trigger_id": used.trigger, "view": said})

    async def _edited(self, workspace: Workspace, edited: did.Edited) -> None:
        """Say to them alone where an answer is changed: words are taken as they were typed."""
        known = await self._matching.known(workspace, edited.by.user)
        if known.person is None:
            return
        language = await self._matching.language_of(workspace, edited.by.user)
        said = self._words.render("slack.edited", language)
        told = {"channel": edited.at.channel, "user": edited.by.user, "text": said}
        await self._show(workspace, "chat.postEphemeral", told)

    async def _heard(self, workspace: Workspace, done: did.Did, what: What) -> Heard:
        user = done.by.user
        known = await self._matching.known(workspace, user)
        if known.person is None:
            return Heard()
        heard = await self._hear(Event(done.id, workspace.id, user, self._at(done), what))
        self._homes.changed(workspace.id, user)
        return heard

    def _at(self, done: did.Did) -> datetime:
        """Give the moment at which it was done: words may have been typed before we got them."""
        match done:
            case did.Done(what=Typed(), at=did.At(ts=ts)) if ts:
                return did.moment(ts)
            case _:
                return self._now()

    async def _people_in(self, workspace: Workspace, done: did.Done | did.Submitted) -> What:
        """Put our people in the place of the users of Slack who were picked."""
        what = done.what
        if not isinstance(what, Pressed) or not done.picked:
            return what
        inputs: dict[str, Raw] = dict(what.inputs)
        for key in done.picked & inputs.keys():
            known = await self._matching.known(workspace, str(inputs[key]), make=True)
            inputs[key] = str(known.person) if known.person else NOBODY
        return replace(what, inputs=inputs)

    async def _open(
        self, workspace: Workspace, trigger: str, message: Message, at: did.At
    ) -> None:
        memo = Memo(Place(message.delivery, message.dialogue), at.channel, at.ts)
        view = views.modal(message, memo, frame(self._words, message.language))
        await self._show(workspace, "views.open", {"trigger_id": trigger, "view": view})

    async def _say(self, workspace: Workspace, trigger: str, refusals: Mapping[str, str]) -> None:
        said = views.said(tuple(refusals.values()), frame(self._words, workspace.language))
        await self._show(workspace, "views.open", {"trigger_id": trigger, "view": said})

    async def _show(self, workspace: Workspace, method: str, arguments: Json) -> None:
        """Show what nothing depends on; what cannot be shown now can be asked for again."""
        try:
            await call(await self._installed.client(workspace.id), method, arguments)
        except HoldfastError as error:
            _log.warning(
                "not_shown", method=method, reason=type(error).__name__, trace=trace_of(error)
            )
