"""The town of every story, in Slack: the same people and words, by real requests both ways.

A story taps "Start". Here that is looked up in the message as Slack keeps it, and comes to us as
Slack would send it: signed, over HTTP, with a modal in between where there is one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import httpx
from starlette.applications import Starlette
from starlette.routing import Route

from bot.adapters.ports import Ports
from bot.adapters.slack.assembled import Slack, Wanted
from bot.adapters.slack.carried import Carried, Place, carried, place
from bot.adapters.slack.chat import SlackChat
from bot.adapters.slack.installed import App
from bot.adapters.slack.manifest import SAVE, Profile, before_commands, scopes
from bot.adapters.slack.pace import Limits
from bot.app import Hands, Pace, shipped
from bot.engine.answers import Raw, Skip
from bot.errors import BadContent
from bot.port import (
    Chosen,
    Destination,
    EditAsked,
    Event,
    Heard,
    Message,
    Pressed,
    PutOff,
    Saved,
    Typed,
    What,
)
from bot.scene import House
from storage.database import Database
from storage.keyring import Keyring
from tests.chapters import Chapter
from tests.chat import RememberingChat
from tests.people import Someone, Town, Turning, frozen_clock
from tests.slack_peer.person import SlackPerson, elements
from tests.slack_peer.proxy import TO_READ, Proxy
from tests.slack_peer.sockets import SocketWire
from tests.slack_peer.told import ADMINISTRATOR, CLIENT, SECRET, TEAM, TOKEN
from tests.slack_peer.wire import Json, Wire
from tests.towns import START, Home, settle

HOLDFAST: Final = "https://holdfast.example"
# A story waits for nobody; that Slack's own limits are kept is tested where time is measured.
UNHURRIED: Final = Limits(10**7, 10**6, {2: 10**7, 3: 10**7, 4: 10**7})


@dataclass
class SlackTold(RememberingChat):
    """Slack's chat, which also remembers what was shown to whom, for stories to read."""

    slack: SlackChat | None = None
    sent_as: dict[str, UUID] = field(default_factory=dict)

    async def send(self, to: Destination, message: Message) -> str:
        """Post a message, and remember it."""
        assert self.slack
        there = await self.slack.send(to, message)
        await super().send(to, message)
        self.sent_as[there] = message.delivery
        return there

    async def replace(self, to: Destination, platform_id: str, message: Message) -> None:
        """Replace a message, here too."""
        assert self.slack
        await self.slack.replace(to, platform_id, message)
        await super().replace(to, str(self.sent_as[platform_id]), message)

    async def find(self, to: Destination, delivery: UUID) -> str | None:
        """Look up a delivery in Slack."""
        assert self.slack
        found = await self.slack.find(to, delivery)
        if found:
            self.sent_as[found] = delivery
        return found


@dataclass
class Ear:
    """Hears as the hands do, and remembers what came of the last thing."""

    hands: Hands
    last: Heard = field(default_factory=Heard)

    async def hear(self, event: Event) -> Heard:
        """Hear an event."""
        self.last = await self.hands.hear(event)
        return self.last


IsThere = Callable[[Place], bool]


@dataclass(frozen=True, slots=True)
class _Use:
    """A control where it stands."""

    message: Json
    block: Json
    element: Json
    what: Carried


@dataclass
class SlackSomeone(Someone):
    """A person of a story before a client of Slack."""

    client: SlackPerson = field(kw_only=True)
    ear: Ear = field(kw_only=True)
    users: Mapping[str, str] = field(kw_only=True)
    everybody: list[SlackPerson] = field(kw_only=True)
    repeated: dict[str, tuple[str, str]] = field(default_factory=dict, kw_only=True)

    async def does(
        self, what: What, *, at: datetime | None = None,
        event: str | None = None,
    ) -> Heard:  # fmt: skip
        """Do it in Slack, and let the house do what follows from it."""
        self.ear.last = Heard()
        repeats = event is not None and event in self.repeated
        if repeats:
            answer = await self.client.wire.post(*self.repeated[str(event)])
        else:
            answer = await self._done(what, at or self.hands.clock.now())
        self.repeated[str(event)] = self.client.wire.sent[-1]
        assert answer.status_code == 200, answer.text
        await self.hands.look()
        self.heard = self.ear.last
        return self.heard

    async def _done(self, what: What, at: datetime) -> httpx.Response:
        match what:
            case Typed(text):
                return await self._types(text, at)
            case Saved(text):
                message = {"ts": f"{at.timestamp():.6f}", "user": self.user, "text": text}
                return await self.client.uses_shortcut(SAVE, message)
            case EditAsked(dialogue, key, _):
                return await self._uses("edit", key, dialogue)
            case PutOff(dialogue, key, command):
                return await self._uses("put_off", key, dialogue, command)
            case Chosen(None, _, raw):
                return await self._uses_in_view("choose", str(raw))
            case Chosen(delivery, key, raw):
                return await self._answers({key: raw}, {}, lambda at: at.delivery == delivery)
            case Pressed(sure=True) if self.client.view is not None:
                await self._uses_in_view("sure")
                return await self._submits(what.inputs)
            case Pressed(inputs=inputs) if self.client.view is not None:
                return await self._submits(inputs)
            case Pressed(dialogue, inputs, counts):
                return await self._answers(inputs, counts, lambda at: at.dialogue == dialogue)

    async def _types(self, text: str, at: datetime) -> httpx.Response:
        if TO_READ in self.client.slack.scopes:
            return await self.client.types(text, at.timestamp())
        return await self.client.commands(text)

    async def _answers(
        self, inputs: Mapping[str, Raw], counts: Mapping[str, int], is_there: IsThere
    ) -> httpx.Response:
        """Use the one control that takes this answer, or open the modal that does."""

        def _takes(what: Carried, element: Json) -> bool:
            if counts.get(what.key, what.count) != what.count:
                return False
            if what.does == "fill":
                return what.key in inputs
            return self._chosen(what, element, inputs.get(what.key)) is not None

        held = await self._held(_takes, is_there)
        use = next((each for each in held if each.what.does != "fill"), held[0])
        if use.what.does == "fill":
            answer = await self.client.presses(use.message, use.block, use.element)
            return await self._submits(inputs) if self.client.view else answer
        chosen = self._chosen(use.what, use.element, inputs.get(use.what.key)) or {}
        if use.what.does == "several":
            return await self._sends_several(use, chosen)
        return await self.client.presses(use.message, use.block, use.element, **chosen)

    async def _sends_several(self, use: _Use, chosen: Json) -> httpx.Response:
        action, kind = use.element["action_id"], use.element["type"]
        state = {use.block["block_id"]: {action: {"type": kind, **chosen}}}
        for block, element in elements(use.message):
            what = _ours(element)
            if what is not None and what.does == "send":
                return await self.client.presses(use.message, block, element, state=state)
        raise AssertionError("there is nothing to send it with")

    async def _uses(
        self, does: str, key: str, dialogue: UUID, value: str | None = None
    ) -> httpx.Response:
        def _is_it(what: Carried, element: Json) -> bool:
            if (what.does, what.key) != (does, key):
                return False
            return value is None or _option(element, value) is not None

        use, *_ = await self._held(_is_it, lambda at: at.dialogue == dialogue)
        chosen = (_option(use.element, value) if value else None) or {}
        return await self.client.presses(use.message, use.block, use.element, **chosen)

    async def _uses_in_view(self, does: str, value: str | None = None) -> httpx.Response:
        assert self.client.view
        for block, element in elements(self.client.view):
            what = _ours(element)
            if what is None or what.does != does or value not in (None, element.get("value")):
                continue
            answer = await self.client.presses_in_view(block, element)
            if does == "choose":
                self.client.view = None
            return answer
        raise AssertionError(f"{self.user} sees no {does} of {value} in the modal")

    async def _held(self, takes: Callable[[Carried, Json], bool], is_there: IsThere) -> list[_Use]:
        """Find what fits on the newest message that has it.

        A press may come from a copy of a message that was replaced meanwhile, or of another's.
        """
        there = await self.client.messages()
        for each in self.everybody:
            await each.messages()
        for message in (*reversed(there), *reversed(self.client.wire.seen)):
            found = [
                _Use(message, block, element, what)
                for block, element in elements(message)
                if (what := _ours(element)) is not None
                if is_there(place(block["block_id"])) and takes(what, element)
            ]
            if found:
                return found
        raise AssertionError(f"{self.user} finds nothing in Slack that takes it:\n{self.text()}")

    async def _submits(self, inputs: Mapping[str, Raw]) -> httpx.Response:
        assert self.client.view is not None, f"no modal opened for {inputs}"
        filled: dict[str, Json] = {}
        for block, element in elements(self.client.view):
            if block["type"] != "input":
                continue
            what = carried(element["action_id"])
            chosen = self._chosen(what, element, inputs.get(what.key))
            filled[block["block_id"]] = chosen or {}
        return await self.client.submits(filled)

    def _chosen(self, what: Carried, element: Json, raw: object) -> Json | None:
        """Say what a control holds when this is chosen in it; None when it cannot be."""
        match what.does, raw:
            case "skip", Skip():
                return {}
            case "answer" | "number", str() | int():
                return _option(element, str(raw))
            case "several", tuple():
                there = {each["value"]: each for each in element["options"]}
                return {"selected_options": [there[each] for each in raw]}
            case "day", date():
                return {"selected_date": raw.isoformat()}
            case "person", str() if raw in self.users:
                return {"selected_user": self.users[raw]}
            case "text", str():
                return {"value": raw}
            case _:
                return None


def _option(element: Json, value: str) -> Json | None:
    if element["type"] == "button":
        return {} if element.get("value") == value else None
    found = (each for each in element["options"] if each["value"] == value)
    return next(({"selected_option": each} for each in found), None)


def _ours(element: Json) -> Carried | None:
    try:
        return carried(str(element.get("action_id")))
    except BadContent:
        return None


@dataclass
class SlackTown(Town):
    """A town in Slack; `slack` is what stands there, `wire` how it reaches us."""

    slack: Proxy = field(kw_only=True)
    wire: Wire = field(kw_only=True)
    connected: Slack = field(kw_only=True)
    ear: Ear = field(kw_only=True)
    users: Mapping[str, str] = field(kw_only=True)
    ids: dict[str, str] = field(default_factory=dict)
    clients: list[SlackPerson] = field(default_factory=list)

    def user(self, name: str) -> str:
        """Say what Slack calls somebody."""
        return self.users[name.casefold()]

    async def channel(self, name: str) -> str:
        """Make a channel that Holdfast was invited to, and say what Slack calls it."""
        made = await self.slack.ask(
            "conversations.create", ADMINISTRATOR, name=name.removeprefix("#")
        )
        found: str = made["channel"]["id"]
        bot = (await self.slack.ask("auth.test"))["user_id"]
        await self.slack.ask("conversations.invite", ADMINISTRATOR, channel=found, users=bot)
        return found

    def takes_in(self, name: str, person: UUID, language: str) -> Someone:
        """Let somebody be in the story from now on."""
        user = name if name.startswith("C") and name.isupper() else self.user(name)
        client = SlackPerson(user, self.wire, self.slack, channel=user if user == name else "")
        self.clients.append(client)
        self.ids[str(person)] = user
        self.people[name] = SlackSomeone(
            self.hands, self.chat, self.workspace, user, person, language,
            client=client, ear=self.ear, users=self.ids, everybody=self.clients,
        )  # fmt: skip
        return self.people[name]


@asynccontextmanager
async def a_slack_town(
    url: str, keyring: Keyring, proxy: Proxy, *, training: date | None = None,
    start: datetime = START, about: str | None = None, by_socket: bool = False,
    profile: Profile = "conversational",
) -> AsyncIterator[SlackTown]:  # fmt: skip
    """Open a town whose people are in Slack, which calls us or is called by us."""
    users = await _users(proxy)
    database, clock = await Database.open(url, keyring), frozen_clock(start)
    words, _ = shipped()
    app = App(*CLIENT, proxy.base)
    wanted = Wanted(SECRET, app, profile, HOLDFAST, app_token="xapp-1" if by_socket else "")
    before = before_commands(profile)
    house = House("holdfast.example", before_commands={"slack": before} if before else {})
    if profile == "minimal":
        proxy.scopes = tuple(each.name for each in scopes(profile))
    try:
        async with database.write() as tx:
            home = Home("slack", TEAM, users)
            workspace, found = await settle(
                tx, training or start.date(), start, about=about, home=home
            )
        async with Slack.connected(wanted, database, words, clock.now) as slack:
            await slack.install(TOKEN)
            chat = SlackTold(
                slack=SlackChat(slack.installed, _at_once, UNHURRIED, slack.homes.changed)
            )
            hands = Hands(
                database, Ports(database, {"slack": chat}), clock,
                house=house, pace=Pace(lease=timedelta(0)), rests=slack.resting,
            )  # fmt: skip
            ear = Ear(hands)
            async with slack.listening(ear.hear) as routes, _wire(routes, proxy) as wire:
                town = SlackTown(
                    hands, chat, Turning(hands), {}, workspace, slack=proxy, wire=wire,
                    connected=slack, ear=ear, users=users,
                )  # fmt: skip
                for name, (person, language) in found.items():
                    town.takes_in(name, person, language)
                yield town
    finally:
        await database.close()


@asynccontextmanager
async def _wire(routes: Sequence[Route], proxy: Proxy) -> AsyncIterator[Wire]:
    """Give the way from Slack to us: our routes, or where there are none the open socket."""
    transport = httpx.ASGITransport(Starlette(routes=routes))
    async with httpx.AsyncClient(transport=transport, base_url=HOLDFAST) as http:
        yield Wire(http) if routes else SocketWire(http, sockets=proxy.sockets)


async def _at_once(_: float) -> None:
    """Wait for nothing: what Slack shows late, emulate shows at once."""


async def _users(proxy: Proxy) -> dict[str, str]:
    told = await proxy.ask("users.list")
    members: list[dict[str, Any]] = told["members"]
    return {each["name"]: each["id"] for each in members}


@asynccontextmanager
async def in_slack(
    url: str, keyring: Keyring, proxy: Proxy, chapter: Chapter | None = None,
    profile: Profile = "conversational",
) -> AsyncIterator[SlackTown]:  # fmt: skip
    """Open a town in Slack in which a chapter has just ended; nothing is kept of it for others."""
    told = _chapters(chapter)
    about = told[0].about if told else None
    async with a_slack_town(url, keyring, proxy, about=about, profile=profile) as town:
        for each in told:
            await each.happens(town)
        yield town


def _chapters(last: Chapter | None) -> list[Chapter]:
    """Give a chapter and all before it, the first one first."""
    return [*_chapters(last.after), last] if last else []
