"""Letting them live: what is due happens, people act on what they see, and all of it is checked.

Time goes in steps of half an hour: within one, the bot goes from event to event as the demo's
clock does; at its end people act, one round after the other, as long as a talk goes on.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import uuid5

from bot.errors import BadContent
from bot.port import Event, Heard, Message, Pressed, What
from bot.simulation import acting
from bot.simulation.acting import Hand, Step
from bot.simulation.agenda import Agenda
from bot.simulation.characters import TEAM, Character, chance_of
from bot.simulation.chat import Arrival, VirtualChat, texts_of
from bot.simulation.checking import Checks
from bot.simulation.consent import shares
from bot.simulation.world import BROUGHT_IN_EVERY, World, bring_in_rosters
from storage import parting
from storage.database import Database
from storage.errors import Missing

GRID: Final = timedelta(minutes=30)
GOES_ON: Final = 0.93
"""The chance that somebody who talks answers the next question at once."""
UNASKED_EVERY: Final = 24 * 30.0  # hours between two things that somebody does unasked
READS_ALONG: Final = 0.25
ROUNDS: Final = 40  # a talk that takes longer ends for now
DAY: Final = timedelta(days=1)
WEEKLY: Final = 7


class Bot(Protocol):
    """What lives in the process that is simulated; `bot.app.Hands` is one."""

    async def hear(self, event: Event) -> Heard:
        """Hear an event."""
        ...

    async def look(self) -> int:
        """Do what is due now."""
        ...

    async def turn_to(self, target: datetime) -> int:
        """Let time pass, event by event."""
        ...

    async def next_event(self) -> datetime | None:
        """Give the moment at which something is due next."""
        ...


@dataclass
class Life:
    """Everybody's life with one bot; with `script` only that is done, and nothing by chance.

    With `told` it is told there, and the steps that were taken are kept too.
    """

    bot: Bot
    chat: VirtualChat
    database: Database
    world: World
    characters: Sequence[Character]
    checks: Checks
    seed: int
    script: Sequence[Step] | None = None
    told: list[str] | None = None
    turns: int = 0
    taken: list[Step] = field(default_factory=list)
    _agenda: Agenda = field(default_factory=Agenda)
    _busy: set[int] = field(default_factory=set)
    _gone: set[int] = field(default_factory=set)
    _rounds: Counter[int] = field(default_factory=Counter)
    _acting: set[int] = field(default_factory=set)
    _round: int = 0

    def __post_init__(self) -> None:
        self.by_number = {each.number: each for each in self.characters}
        self.dice = {
            each.number: chance_of(self.seed, "acts", each.number) for each in self.characters
        }
        self.now = self.world.start

    async def live(self, days: int, day_is_over: Callable[[int], None]) -> None:
        """Let so many days pass, and check what is left at the end."""
        self._begin()
        # At once, as in every town: else somebody's first answer waits for another's event.
        await self._turn_to(self.now)
        end = self.world.start + days * DAY
        for number in range(1, days + 1):
            await self._until(min(self.world.start + number * DAY, end))
            await self._day_ends(number, days)
            day_is_over(number)

    def _begin(self) -> None:
        if self.script is not None:
            for step in self.script:
                self._agenda.add(step)
            return
        for each in self.characters:
            self._plan_unasked(each)
            if each.leaves_after is not None:
                self._plan_at(each, self.world.start + each.leaves_after * DAY, "leaves")
            if each.turn is not None:
                self._plan_at(each, self.now + BROUGHT_IN_EVERY, "gets a roster")

    async def _until(self, end: datetime) -> None:
        """Go from event to event and from act to act."""
        while (moment := await self._next()) is not None and moment <= end:
            await self._turn_to(moment)
            self._acting, self._rounds, self._round = set(), Counter(), 0
            while due := self._due():
                self._acting = {each.number for each in due}
                for step in due:
                    await self._take(step)
                await self.bot.look()
                await self._notice()
                self._round += 1
        await self._turn_to(end)

    async def _next(self) -> datetime | None:
        event = await self.bot.next_event()
        moments = [each for each in (self._agenda.next(), event and _on_grid(event)) if each]
        return max(min(moments), self.now) if moments else None

    async def _turn_to(self, moment: datetime) -> None:
        await self.bot.turn_to(moment)
        self.now = moment
        self._acting = set()
        await self._notice()

    async def _notice(self) -> None:
        """Check what arrived, and let those who see it think of what to do."""
        arrivals = self.chat.arrived()
        await self.checks.arrived(arrivals, self.now)
        for each in arrivals:
            self._tell(each.user, "reads", texts_of(each.message), each.at)
            if self.script is None and each.message.fields and each.is_new:
                self._think(each)

    def _think(self, arrival: Arrival) -> None:
        someone = self.checks.who.get(arrival.person)
        if someone is None:
            self._think_of_channel(self.checks.channels[arrival.person])
            return
        dice = self.dice[someone.number]
        goes_on = someone.number in self._acting and dice.random() < GOES_ON
        if goes_on and self._rounds[someone.number] < ROUNDS:
            self._rounds[someone.number] += 1
            self._plan_at(someone, self.now, acting.what_instead(dice))
        elif someone.number not in self._busy and dice.random() < someone.answers:
            self._busy.add(someone.number)
            self._plan_at(
                someone, self.now + acting.after(dice, someone.patience), acting.what_instead(dice)
            )

    def _think_of_channel(self, channel: str) -> None:
        for each in self.characters:
            if f"#team-{each.team}" == channel and self.dice[each.number].random() < READS_ALONG:
                later = acting.after(self.dice[each.number], each.patience)
                self._plan_at(each, self.now + later, "reads along")

    def _plan_unasked(self, someone: Character) -> None:
        dice = self.dice[someone.number]
        at = _on_grid(self.now + acting.after(dice, UNASKED_EVERY) + GRID)
        self._plan_at(someone, at, "commands")

    def _plan_at(self, someone: Character, at: datetime, does: acting.Does) -> None:
        seed = self.dice[someone.number].randrange(2**32)
        self._agenda.add(Step(_on_grid(at), someone.number, does, seed))

    def _due(self) -> list[Step]:
        """Take the next act of everybody who has one now, by a script in the round it was in."""
        if self.script is not None:
            self._round = max(self._round, self._agenda.first_round(self.now))
        return self._agenda.take(self.now, self._round)

    async def _take(self, step: Step) -> None:
        """Do a step; whoever left does nothing any more."""
        someone = self.by_number[step.number]
        self._busy.discard(step.number)
        if step.number in self._gone:
            return
        if self.told is not None:
            self.taken.append(replace(step, round=self._round))
        hand = Hand(step.number, self._others(someone), random.Random(step.seed))  # noqa: S311
        match step.does:
            case "leaves":
                await self._leave(someone)
            case "gets a roster":
                with suppress(BadContent):  # who was erased meanwhile is on no list
                    async with self.database.write() as tx:
                        await bring_in_rosters(tx, self.world, [someone], self.now)
                if self.script is None:
                    self._plan_at(someone, self.now + BROUGHT_IN_EVERY, "gets a roster")
            case "edits":
                await self._edit(someone, hand)
            case _:
                await self._act(someone, step, hand)
        if step.does == "commands" and self.script is None:
            self._plan_unasked(someone)

    async def _act(self, someone: Character, step: Step, hand: Hand) -> None:
        acts = self._acts(someone, step, hand)
        for number, what in enumerate(acts):
            event = str(uuid5(someone.id, f"{step.at}{step.seed}{number}"))
            await self._send(someone, what, event)
            if step.does == "sends it again":
                heard = await self._send(someone, what, event)
                if not heard.seen_before:
                    self.checks.sent_again(someone.id, self.now)

    def _acts(self, someone: Character, step: Step, hand: Hand) -> list[What]:
        asking = [each for each in self.chat.shown[someone.user] if each.fields]
        match step.does:
            case "writes":
                return [hand.writing()]
            case "writes twice":
                return [hand.writing(), hand.writing()]
            case "commands":
                return [hand.command()]
            case "reads along":
                posted = [e for e in self.chat.shown[f"#team-{someone.team}"] if e.fields]
                return self._tapping(someone, posted[-1:], hand)
            case "answers late":
                return self._tapping(someone, asking[:1], hand)
            case "answers twice":
                return self._tapping(someone, asking[-1:], hand) * 2
            case _:
                return self._tapping(someone, asking[-1:], hand)

    def _tapping(self, someone: Character, messages: Sequence[Message], hand: Hand) -> list[What]:
        found = [(message, hand.answer(message)) for message in messages]
        for message, what in found:
            if what is not None:
                self._release(someone, message, what)
        return [what for _, what in found if what is not None]

    async def _edit(self, someone: Character, hand: Hand) -> None:
        asked = hand.edit(list(self.chat.shown[someone.user]))
        if asked is None:
            return
        heard = await self._send(someone, asked, str(uuid5(someone.id, f"{self.now}edit")))
        if heard.replacement is None:
            return
        self.checks.read(someone.id, texts_of(heard.replacement), self.now)
        for what in self._tapping(someone, [heard.replacement], hand):
            await self._send(someone, what, str(uuid5(someone.id, f"{self.now}edited")))

    async def _send(self, someone: Character, what: What, event: str) -> Heard:
        self.turns += 1
        self._tell(someone.user, "does", repr(what), self.now)
        sent = Event(event, self.world.workspace, someone.user, self.now, what)
        self.checks.did(someone.id, event, what, self.now)
        heard = await self.bot.hear(sent)
        if heard.refusals:
            self.checks.wishes.refused(someone.id)
        return heard

    async def _leave(self, someone: Character) -> None:
        self._gone.add(someone.number)
        self.checks.wishes.leaves(someone.id)
        self._tell(someone.user, "leaves", "", self.now)
        with suppress(Missing):  # who was erased meanwhile is nobody's colleague
            async with self.database.write() as tx:
                await parting.leave(tx, someone.id, self.now)

    def _release(self, someone: Character, message: Message, what: What) -> None:
        """Note to whom a tap released what a card shows: whoever it names, or who was picked."""
        self.checks.taps.read(someone.id, what, texts_of(message))
        if not isinstance(what, Pressed) or not shares(what):
            return
        team = self._team(someone)
        names = [each.name for each in team] + [f"#team-{someone.team}"]
        raws = what.inputs.values()
        picked = [each.name for each in team if str(each.id) in raws]
        text = "\n".join([texts_of(message), *picked])
        self.checks.released.tapped(someone.number, text, names, what.dialogue, self.now)

    def _team(self, someone: Character) -> list[Character]:
        first = someone.number - someone.number % TEAM
        there = (self.by_number.get(number) for number in range(first, first + TEAM))
        return [each for each in there if each is not None and each.number != someone.number]

    def _others(self, someone: Character) -> list[str]:
        return [str(each.id) for each in self._team(someone)] or [str(someone.id)]

    async def _day_ends(self, number: int, days: int) -> None:
        await self.checks.every_day(self.now)
        if number % WEEKLY == 0 or number == days:
            await self.checks.is_stuck(self.now)
        there = [each for each in self.characters if each.number not in self._gone]
        if there:
            watched = chance_of(self.seed, "looks", number).choice(there)
            await self.checks.look_into(watched.id, self.now)

    def _tell(self, user: str, what: str, words: str, at: datetime) -> None:
        if self.told is not None:
            line = " / ".join(words.split("\n"))[:240]
            self.told.append(f"{at:%a %d %b %H:%M} {user} {what}: {line}")


def _on_grid(moment: datetime) -> datetime:
    """Give the first half hour from a moment on."""
    over = (moment - datetime.min.replace(tzinfo=UTC)) % GRID
    return moment + (GRID - over if over else timedelta(0))
