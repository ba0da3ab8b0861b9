"""The guided story, as it is told: its routes, and one act after another, as people would act.

Nothing is played: an act is an event as one of the two would cause it, or a turn of the clock.
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

from bot.adapters.local import messages, pair, story, view, wire
from bot.adapters.local.api import in_words
from bot.adapters.local.language import language_of
from bot.adapters.local.markup import Pages
from bot.adapters.local.pair import AWAY, Pair
from bot.adapters.local.services import Services
from bot.adapters.local.story import STEPS, Happened, Step
from bot.adapters.local.view import Participant
from bot.adapters.local.wire import Body, Refused
from bot.engine.answers import Raw
from bot.port import Chosen, Event, Message, Pressed
from bot.visibility import PublicName, plain
from storage import chat, dialogues, people
from storage.ids import new_id

CONFLICT: Final = 409
_GOES_ON: Final = ("going", "over")

State = Literal["going", "over", "gone", "resting", "alone", "stuck"]


@dataclass(frozen=True, slots=True)
class Act:
    """What came of one act: whether the step goes on, and who of the two answered in it."""

    state: State
    by: Participant | None = None


def routes(services: Services, pages: Pages) -> list[BaseRoute]:
    """Give the routes of the guided story."""
    teller = Storyteller(services, pages)
    return [
        Route("/api/story", in_words(pages, teller.where)),
        Route("/api/story/start", in_words(pages, teller.start), methods=["POST"]),
        Route("/api/story/next", in_words(pages, teller.next), methods=["POST"]),
    ]


class Storyteller:
    """The story of a learner and a colleague, told to whoever looks at the page."""

    def __init__(self, services: Services, pages: Pages) -> None:
        """Take the rest of the house, and the texts."""
        self._services = services
        self._pages = pages
        self._acting = asyncio.Lock()  # two pages that tell one story would answer twice

    async def where(self, request: Request) -> Response:
        """Tell where somebody is in the story: `?person=<id>&language=`."""
        two = await self._two(wire.uuid_of(request.query_params.get("person")))
        over = story.steps_over(await self._happened(two.learner))
        state: State = "over" if over else "going"
        return self._told(request, two, max(over, 1), Act(state))

    async def start(self, request: Request) -> Response:
        """Choose somebody to whom nothing happened yet, who speaks as the page if there is one.

        With `anyway` in the body it may be somebody with a history: who has had least goes on.
        """
        language, body = language_of(request), await wire.read_body(request)
        async with self._services.database.read() as tx:
            there = await view.participants(tx, self._services.workspace)
            fresh = [each for each in there if await pair.is_fresh(tx, each)]
        if not fresh and body.get("anyway") is True:
            person, number = await self._with_least(there)
            return self._told(request, await self._two(person.id), number, Act("going"))
        if not fresh:
            raise Refused("story.nobody_fresh", CONFLICT)
        person = next((each for each in fresh if each.language == language), fresh[0])
        return self._told(request, await self._two(person.id), 1, Act("going"))

    async def next(self, request: Request) -> Response:
        """Do the next thing that a step needs, if it needs anything more."""
        body = await wire.read_body(request)
        person, number = wire.uuid_of(body.get("person")), _number(body)
        async with self._acting:
            act = await self._act(await self._two(person), number)
        return self._told(request, await self._two(person), number, act)

    async def _with_least(self, there: Sequence[Participant]) -> tuple[Participant, int]:
        """Give who said least so far, and the step that comes next. Raises Refused for nobody."""
        found = []
        for each in there:
            over = story.steps_over(await self._happened(each))
            async with self._services.database.read() as tx:
                enrolled, quiet = (
                    await pair.enrolment_of(tx, each),
                    (await people.get(tx, each.id)).quiet,
                )
                heard = sum(row.sender == "person" for row in await chat.of_person(tx, each.id))
            can_go_on = enrolled is not None and enrolled.status not in AWAY and quiet is None
            if can_go_on and over < len(STEPS):
                found.append((over, heard, each))
        if not found:
            raise Refused("story.nobody_left", CONFLICT)
        over, _, person = min(found, key=lambda each: each[:2])
        return person, over + 1

    async def _act(self, two: Pair, number: int) -> Act:
        services, learner = self._services, two.learner
        await services.towards(services.now())  # what was said in reply comes to stand there
        async with services.database.read() as tx:
            enrolled = await pair.enrolment_of(tx, learner)
            quiet = (await people.get(tx, learner.id)).quiet
        if enrolled is None or enrolled.status in AWAY:
            return Act("gone")
        if quiet is not None:
            return Act("resting")
        happened = await self._happened(learner)
        if story.steps_over(happened) >= number:
            return Act("over")
        if happened.alone:
            return Act("alone")
        return await self._answered(two, STEPS[number - 1]) or await self._turned()

    async def _turned(self) -> Act:
        """Turn the clock to what comes next."""
        moment = await self._services.to_next_event()
        self._services.live.turned()
        return Act("going" if moment else "stuck")

    async def _answered(self, two: Pair, step: Step) -> Act | None:
        """Answer what waits for an answer of one of the two; the colleague goes first."""
        for person in (two.colleague, two.learner):
            if person is not None and await self._has_answered(person, two, step):
                return Act("going", by=person)
        return None

    async def _has_answered(self, person: Participant, two: Pair, step: Step) -> bool:
        """Answer what waits for an answer of somebody; say whether that was taken."""
        is_learner = person is two.learner
        async with self._services.database.read() as tx:
            rows = await chat.of_person(tx, person.id)
            talks = await dialogues.of_person(tx, person.id)
        of_step = {each.id for each in talks if step.answers(each.kind, is_learner=is_learner)}
        menus = {None} if step.answers(None, is_learner=is_learner) else set()
        said = [messages.load(row.body) for row in rows if row.sender == "bot"]
        asking = story.waiting(said, of_step | menus)
        if asking is None:
            return False
        say = partial(self._pages.text, language=person.language)
        asks = str(two.colleague.id) if two.colleague else ""
        prepared = story.inputs_for(asking, step, say, asks)
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

    async def _two(self, person: UUID) -> Pair:
        async with self._services.database.read() as tx:
            there = await view.participants(tx, self._services.workspace)
            return await pair.of_learner(tx, view.one(there, person), there)

    async def _happened(self, person: Participant) -> Happened:
        async with self._services.database.read() as tx:
            return await pair.happened(tx, person)

    def _told(self, request: Request, two: Pair, number: int, act: Act) -> Response:
        step, language = STEPS[number - 1], language_of(request)
        others = (
            two.colleague.name if two.colleague else self._pages.text("story.someone", language)
        )
        names = {"name": two.learner.name, "buddy": others}
        shown = {name: plain(PublicName(value)) for name, value in names.items()}

        def text(row: str) -> str:
            return self._pages.text(f"story.{row}", language, **shown)

        n, of = plain(number), plain(len(STEPS))
        is_over = act.state == "over"
        rows = {part: text(f"{step.name}_{part}") for part in ("now", "seen", "why", "source")}
        return JSONResponse(
            {
                **rows,
                "person": str(two.learner.id),
                "colleague": str(two.colleague.id) if two.colleague else "",
                "look": str(_whom_to_see(two, step, act).id),
                "number": number,
                "last": number == len(STEPS),
                "state": act.state,
                "answered": act.by is not None,
                "tab": step.tab if is_over else "chat",
                "title": text("title"),
                "progress": self._pages.text("story.progress", language, n=n, m=of),
                "name": text(step.name),
                "ended": "" if act.state in _GOES_ON else text(act.state),
                "left": text("left"),
            }
        )


def _whom_to_see(two: Pair, step: Step, act: Act) -> Participant:
    """Choose whom one sees where there is room for one: who acted, or whose step it is."""
    of_colleague = step.theirs and not (act.state == "over" and step.tab != "chat")
    return act.by or (two.colleague if of_colleague and two.colleague else two.learner)


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
