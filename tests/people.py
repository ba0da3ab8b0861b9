"""The language of stories: people who read, tap, write and type, and a clock that is turned.

A person acts on what they see: `taps` looks for a button on the last message that has one, so a
story fails where a reader would be stuck.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from bot.app import Hands
from bot.clock import StandingClock, TurnedClock
from bot.engine.answers import Raw, Skip
from bot.port import (
    Choices,
    Chosen,
    Day,
    EditAsked,
    Event,
    Field,
    FreeText,
    Heard,
    Message,
    Option,
    Person,
    Pressed,
    PutOff,
    Typed,
    What,
)
from storage.ids import new_id
from tests.chat import RememberingChat


@dataclass
class Turning:
    """The application's clock in a story; it moves only when it is told to."""

    hands: Hands

    @property
    def now(self) -> datetime:
        """The moment of the story."""
        return self.hands.clock.now()

    async def passes(self, *, days: float = 0, hours: float = 0, minutes: float = 0) -> None:
        """Let time pass, event by event."""
        span = timedelta(days=days, hours=hours, minutes=minutes)
        await self.hands.turn_to(self.now + span)

    async def goes_on_until(self, someone: Someone) -> None:
        """Let time pass, event by event, until somebody gets a message."""
        before = len(someone.messages)
        for _ in range(50):
            if len(someone.messages) > before:
                return
            await self.hands.to_next_event()
        raise AssertionError(f"{someone.user} gets no message any more")


@dataclass
class Someone:
    """A person in a chat."""

    hands: Hands
    chat: RememberingChat
    workspace: UUID
    user: str
    id: UUID
    language: str
    read: int = 0
    heard: Heard = field(default_factory=Heard)

    @property
    def messages(self) -> list[Message]:
        """All messages this person sees now."""
        return self.chat.shown.get(self.user, [])

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]

    def text(self) -> str:
        """All text this person can see."""
        return "\n".join(_all_text(message) for message in self.messages)

    def reads(self, row: str) -> None:
        """Find a text among the messages not read before; then all up to it are read."""
        pattern = _pattern(self.hands.words.rows[self.language][row].forms["other"])
        for number, message in enumerate(self.messages[self.read :], start=self.read):
            if re.search(pattern, _all_text(message), re.DOTALL):
                self.read = number
                return
        seen = "\n---\n".join(_all_text(message) for message in self.messages[self.read :])
        raise AssertionError(f"{self.user} does not read {row} ({pattern}). New is:\n{seen}")

    def never_saw(self, words: str) -> None:
        """Make sure that some words stand in no message."""
        assert words not in self.text()

    async def taps(self, *labels: str) -> Heard:
        """Tap options by their labels, on the newest message that has them."""
        for message in reversed(self.messages):
            for each in message.fields:
                found = [_option(each, label) for label in labels]
                chosen = [option for option in found if option]
                if len(chosen) == len(labels):
                    return await self._choose(message, each, chosen)
        message_ = (
            f"{self.user} sees no {labels}; sees:\n{_all_text(self.last)}\n{self.last.fields}"
        )
        raise AssertionError(message_)

    async def answers_in(self, channel: Someone, label: str) -> Heard:
        """Tap a button on the newest message of a channel that has it."""
        for message in reversed(channel.messages):
            for each in message.fields:
                option = _option(each, label)
                if option is not None:
                    return await self._choose(message, each, [option])
        raise AssertionError(f"no {label} in {channel.user}:\n{channel.text()}")

    async def writes(self, *texts: str) -> Heard:
        """Fill the written fields of the newest message that has them; the rest is skipped."""
        message = self._asking(FreeText)
        written = [each for each in message.fields if isinstance(each.input, FreeText)]
        inputs: dict[str, Raw] = {each.key: Skip() for each in message.fields}
        inputs |= {each.key: text for each, text in zip(written, texts, strict=False)}
        return await self._press(message, inputs)

    async def fills(self, **inputs: Raw) -> Heard:
        """Fill a form by the last part of each field's key; what is not named is skipped."""
        message = self._asking(object)
        by_name = {each.key.rpartition(".")[2]: each.key for each in message.fields}
        given: dict[str, Raw] = {each.key: Skip() for each in message.fields}
        return await self._press(
            message, given | {by_name[name]: raw for name, raw in inputs.items()}
        )

    async def rates(self, number: int) -> Heard:
        """Choose a number on the newest message that asks."""
        message = self._asking(object)
        return await self._press(message, {message.fields[0].key: number})

    async def picks(self, day: date) -> Heard:
        """Choose a day."""
        message = self._asking(Day)
        key = next(each.key for each in message.fields if isinstance(each.input, Day))
        return await self._press(message, {key: day})

    async def asks(self, colleague: Someone) -> Heard:
        """Choose a colleague."""
        message = self._asking(Person)
        key = next(each.key for each in message.fields if isinstance(each.input, Person))
        return await self._press(message, {key: str(colleague.id)})

    async def skips(self) -> Heard:
        """Skip every field of the newest message that asks."""
        message = self._asking(object)
        return await self._press(message, {each.key: Skip() for each in message.fields})

    async def types(self, text: str, *, at: datetime | None = None) -> Heard:
        """Type a message in the chat."""
        return await self.does(Typed(text), at=at)

    async def chooses(self, label: str) -> Heard:
        """Tap a button of the notice that was shown at a form last."""
        notice = self.heard.notice
        assert notice is not None, f"{self.user} sees no notice"
        option = next(each for each in notice.options if each.label == label)
        assert option.does == "choose", f"{label} is no event: it {option.does}s"
        return await self.does(Chosen(None, notice.key, option.id))

    async def presses(self, message: Message, inputs: dict[str, Raw]) -> Heard:
        """Send a form as it was filled in, whatever it asks."""
        return await self._press(message, inputs)

    async def edits(self, key: str, raw: Raw) -> Heard:
        """Tap *Edit* on the card of an answer and give another one."""
        message = self.card(key)
        edit = message.edits[0]
        assert message.dialogue is not None
        heard = await self.does(EditAsked(message.dialogue, edit.key, edit.count))
        assert heard.replacement is not None, heard
        shown = heard.replacement
        inputs = {each.key: each.current for each in shown.fields if each.current is not None}
        return await self._press(shown, {**inputs, key: raw})

    def card(self, key: str) -> Message:
        """Find the used card of an answer."""
        return next(
            message
            for message in reversed(self.messages)
            if any(edit.key == key for edit in message.edits)
        )

    async def does(
        self, what: What, *, at: datetime | None = None,
        event: str | None = None,
    ) -> Heard:  # fmt: skip
        """Send an event as the chat would, and let the house do what follows from it."""
        moment = at or self.hands.clock.now()
        sent = Event(event or str(new_id()), self.workspace, self.user, moment, what)
        self.heard = await self.hands.hear(sent)
        await self.hands.look()
        return self.heard

    async def _choose(self, message: Message, each: Field, chosen: list[Option]) -> Heard:
        if message.dialogue is None:
            return await self.does(Chosen(message.delivery, each.key, chosen[0].id))
        if chosen[0].command:
            return await self.does(PutOff(message.dialogue, each.key, chosen[0].id))
        raw: Raw = chosen[0].id
        if isinstance(each.input, Choices) and each.input.most > 1:
            raw = tuple(option.id for option in chosen)
        if chosen[0].id == "skip":
            raw = Skip()
        return await self._press(message, {each.key: raw})

    async def _press(self, message: Message, inputs: dict[str, Raw]) -> Heard:
        if message.dialogue is None:
            (key, raw), *_ = inputs.items()
            return await self.does(Chosen(message.delivery, key, raw))
        counts = {each.key: each.count for each in message.fields if each.key in inputs}
        return await self.does(Pressed(message.dialogue, inputs, counts))

    def _asking(self, kind: type[object]) -> Message:
        for message in reversed(self.messages):
            if any(isinstance(each.input, kind) for each in message.fields):
                return message
        raise AssertionError(f"{self.user} is asked nothing; sees:\n{self.text()}")


@dataclass
class Town:
    """Everybody in a story, the clock and the hands."""

    hands: Hands
    chat: RememberingChat
    clock: Turning
    people: dict[str, Someone]
    workspace: UUID

    def __getitem__(self, name: str) -> Someone:
        """Find somebody by first name."""
        return self.people[name]

    def user(self, name: str) -> str:
        """Say what the chat calls somebody."""
        return name.casefold()

    async def channel(self, name: str) -> str:
        """Make a channel, and say what the chat calls it."""
        return name

    def takes_in(self, name: str, person: UUID, language: str) -> Someone:
        """Let somebody be in the story from now on."""
        user = self.user(name)
        self.people[name] = Someone(self.hands, self.chat, self.workspace, user, person, language)
        return self.people[name]


def frozen_clock(start: datetime) -> TurnedClock:
    """Make a clock that stands still until it is turned."""
    return StandingClock(start)


Making = Callable[..., Town]


def _option(each: Field, label: str) -> Option | None:
    options = getattr(each.input, "options", ())
    return next((option for option in options if option.label == label), None)


def _all_text(message: Message) -> str:
    labels = [each.label for each in message.fields]
    return "\n".join([*message.paragraphs, *labels, message.answered, message.footer])


def _pattern(template: str) -> str:
    # A quoted block stands on a line of its own.
    escaped = re.escape(template).replace("\\ ", r"\s+")
    return re.sub(r"\\\{[A-Za-z_]+\\\}", ".*?", escaped)
