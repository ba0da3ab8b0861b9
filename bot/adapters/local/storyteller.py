"""The guided story, as it is told: its routes, and one act after another through the application.

Nothing is played: an act is an event as the person would have caused it, or a turn of the clock.
The page asks for one act after the other, so that leaving is not asking for the next one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.adapters.local import messages, story, view, wire
from bot.adapters.local.api import in_words
from bot.adapters.local.language import language_of
from bot.adapters.local.markup import Pages
from bot.adapters.local.services import Services
from bot.adapters.local.story import STEPS, Happened, Step
from bot.adapters.local.view import Participant
from bot.adapters.local.wire import Body, Refused
from bot.engine.answers import Raw
from bot.port import Chosen, Event, Message, Pressed
from bot.state import load
from bot.visibility import PublicName, plain
from storage import chat, dialogues, enrolments, people, plans
from storage.database import Transaction
from storage.enrolments import Enrolment
from storage.ids import new_id

CONFLICT: Final = 409
_AWAY: Final = ("declined", "stopped")
_GOES_ON: Final = ("going", "over")

State = Literal["going", "over", "gone", "resting", "stuck"]


@dataclass(frozen=True, slots=True)
class Act:
    """What came of one act: whether the step goes on, and whether the person answered in it."""

    state: State
    answered: bool = False


def routes(services: Services, pages: Pages) -> list[BaseRoute]:
    """Give the routes of the guided story."""
    teller = Storyteller(services, pages)
    return [
        Route("/api/story", in_words(pages, teller.where)),
        Route("/api/story/start", in_words(pages, teller.start), methods=["POST"]),
        Route("/api/story/next", in_words(pages, teller.next), methods=["POST"]),
    ]


class Storyteller:
    """The story of one person, told to whoever looks at the page."""

    def __init__(self, services: Services, pages: Pages) -> None:
        """Take the rest of the house, and the texts."""
        self._services = services
        self._pages = pages
        self._acting = asyncio.Lock()  # two pages that tell one story would answer twice

    async def where(self, request: Request) -> Response:
        """Tell where somebody is in the story: `?person=<id>&language=`."""
        person = await self._one(wire.uuid_of(request.query_params.get("person")))
        over = story.steps_over(await self._happened(person))
        state: State = "over" if over else "going"
        return self._told(request, person, max(over, 1), Act(state))

    async def start(self, request: Request) -> Response:
        """Choose somebody to whom nothing happened yet, who speaks as the page if there is one.

        With `anyway` in the body it may be somebody with a history: who has had least goes on.
        """
        language, body = language_of(request), await wire.read_body(request)
        async with self._services.database.read() as tx:
            there = await view.participants(tx, self._services.workspace)
            fresh = [each for each in there if await _is_fresh(tx, each)]
        if not fresh and body.get("anyway") is True:
            person, number = await self._with_least(there)
            return self._told(request, person, number, Act("going"))
        if not fresh:
            raise Refused("story.nobody_fresh", CONFLICT)
        person = next((each for each in fresh if each.language == language), fresh[0])
        return self._told(request, person, 1, Act("going"))

    async def next(self, request: Request) -> Response:
        """Do the next thing that a step needs, if it needs anything more."""
        body = await wire.read_body(request)
        person, number = await self._one(wire.uuid_of(body.get("person"))), _number(body)
        async with self._acting:
            act = await self._act(person, number)
        return self._told(request, person, number, act)

    async def _with_least(self, there: Sequence[Participant]) -> tuple[Participant, int]:
        """Give who said least so far, and the step that comes next. Raises Refused for nobody."""
        found = []
        for each in there:
            over = story.steps_over(await self._happened(each))
            async with self._services.database.read() as tx:
                enrolled, quiet = await _enrolment(tx, each), (await people.get(tx, each.id)).quiet
                heard = sum(row.sender == "person" for row in await chat.of_person(tx, each.id))
            can_go_on = enrolled is not None and enrolled.status not in _AWAY and quiet is None
            if can_go_on and over < len(STEPS):
                found.append((over, heard, each))
        if not found:
            raise Refused("story.nobody_left", CONFLICT)
        over, _, person = min(found, key=lambda each: each[:2])
        return person, over + 1

    async def _act(self, person: Participant, number: int) -> Act:
        services = self._services
        await services.towards(services.now())  # what was said in reply comes to stand there
        async with services.database.read() as tx:
            enrolled = await _enrolment(tx, person)
            quiet = (await people.get(tx, person.id)).quiet
        if enrolled is None or enrolled.status in _AWAY:
            return Act("gone")
        if quiet is not None:
            return Act("resting")
        if story.steps_over(await self._happened(person)) >= number:
            return Act("over")
        if await self._answered(person, STEPS[number - 1]):
            return Act("going", answered=True)
        moment = await services.to_next_event()
        services.live.turned()
        return Act("going" if moment else "stuck")

    async def _answered(self, person: Participant, step: Step) -> bool:
        """Answer what waits for an answer; say whether that was taken."""
        async with self._services.database.read() as tx:
            rows = await chat.of_person(tx, person.id)
        asking = story.waiting([messages.load(row.body) for row in rows if row.sender == "bot"])
        if asking is None:
            return False
        say = partial(self._pages.text, language=person.language)
        prepared = story.inputs_for(asking, step, say)
        return await self._taken(person, asking, prepared) or await self._taken(
            person, asking, story.plain_inputs(asking)
        )

    async def _taken(
        self, person: Participant, asking: Message, inputs: Mapping[str, Raw]
    ) -> bool:
        services = self._services
        what = _pressed(asking, inputs)
        event = Event(str(new_id()), services.workspace, person.user, services.now(), what)
        heard = await services.hear(event)
        await services.towards(services.now())
        services.live.changed(person.id)
        return not heard.refusals and heard.notice is None

    async def _one(self, person: UUID) -> Participant:
        async with self._services.database.read() as tx:
            return view.one(await view.participants(tx, self._services.workspace), person)

    async def _happened(self, person: Participant) -> Happened:
        async with self._services.database.read() as tx:
            enrolled = await _enrolment(tx, person)
            if enrolled is None:
                return Happened()
            found = await dialogues.of_enrolment(tx, enrolled.id)
            plan = await plans.current(tx, enrolled.id)
        open_ = {each.kind for each in found if each.state == "open"}
        return Happened(
            joined=enrolled.status == "joined" and "welcome" not in open_,
            planned=plan is not None and "goal_setting" not in open_,
            visits=sum(each.kind == "check_in" and each.state == "ended" for each in found),
        )

    def _told(self, request: Request, person: Participant, number: int, act: Act) -> Response:
        step, language = STEPS[number - 1], language_of(request)
        name = plain(PublicName(person.name))
        text = partial(self._pages.text, language=language, name=name)
        n, of = plain(number), plain(len(STEPS))
        return JSONResponse(
            {
                "person": str(person.id),
                "number": number,
                "last": number == len(STEPS),
                "state": act.state,
                "answered": act.answered,
                "tab": step.tab if act.state == "over" else "chat",
                "title": text("story.title"),
                "progress": self._pages.text("story.progress", language, n=n, m=of),
                "name": text(f"story.{step.name}"),
                "now": text(f"story.{step.name}_now"),
                "why": text(f"story.{step.name}_why"),
                "source": text(f"story.{step.name}_source"),
                "ended": "" if act.state in _GOES_ON else text(f"story.{act.state}"),
                "left": text("story.left"),
            }
        )


def _pressed(asking: Message, inputs: Mapping[str, Raw]) -> Pressed | Chosen:
    if asking.dialogue is None:
        (key, raw), *_ = inputs.items()
        return Chosen(asking.delivery, key, raw)
    return Pressed(asking.dialogue, inputs, {each.key: each.count for each in asking.fields})


def _number(body: Body) -> int:
    number = body.get("step")
    if type(number) is not int or not 1 <= number <= len(STEPS):
        raise Refused("page.malformed")
    return number


async def _enrolment(tx: Transaction, person: Participant) -> Enrolment | None:
    found = await enrolments.of_person(tx, person.id)
    return found[-1] if found else None


async def _is_fresh(tx: Transaction, person: Participant) -> bool:
    """Say whether somebody is invited, and has neither answered nor typed anything."""
    enrolled = await _enrolment(tx, person)
    if enrolled is None or enrolled.status != "invited":
        return False
    talks = [load(each) for each in await dialogues.of_enrolment(tx, enrolled.id)]
    rows = await chat.of_person(tx, person.id)
    answered = any(each.history.answers for each in talks)
    return not answered and all(row.sender == "bot" for row in rows)
