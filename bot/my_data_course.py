"""What is kept of a person within one programme, told in words: plans, texts, and what they chose.

In the order in which it came, each answer with the question it answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from bot.errors import BadContent
from bot.programme import Programme
from bot.telling import Teller
from storage import attempts, barriers, choices, cohorts, log, people, plans, programmes, scores
from storage.cohorts import Cohort
from storage.database import Transaction
from storage.enrolments import Enrolment

_PARTS: Final = ("goal", "outcome", "obstacle", "obstacle_then", "reaction", "reaction_then")
_SOLVED: Final = "solved."
_Said = tuple[str, str, datetime]
"""A question, what was answered, and when."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is kept: what it is, what it says, its language if its own, and when."""

    label: str
    text: str
    language: str = ""
    when: str = ""
    at: datetime | None = None


Items = tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of programmes."""

    about: Items = ()
    plans: Items = ()
    log: Items = ()
    scores: Items = ()

    def __add__(self, more: Told) -> Told:
        return Told(
            self.about + more.about,
            self.plans + more.plans,
            self.log + more.log,
            self.scores + more.scores,
        )


@dataclass(frozen=True, slots=True)
class _Course:
    """One enrolment and what it is in; no programme where the stored one is not whole."""

    tx: Transaction
    enrolment: Enrolment
    cohort: Cohort
    slug: str
    programme: Programme | None


async def tell(tx: Transaction, enrolment: Enrolment, teller: Teller, language: str) -> Told:
    """Tell what is kept of one enrolment; `language` is that of what its person wrote.

    Raises NotAllowed when the viewer is not its person.
    """
    course = await _course(tx, enrolment)
    overrides = course.programme.overrides if course.programme else {}
    if any(overrides.values()):
        teller = replace(teller, words=teller.words.overridden(overrides))
    found = await plans.by_enrolment(tx, enrolment.id)
    return Told(
        await _about(course, teller),
        tuple(item for plan in found for item in _plan(plan, teller)),
        await _log(course, teller, language),
        await _chosen(course, teller),
    )


async def _course(tx: Transaction, enrolment: Enrolment) -> _Course:
    cohort = await cohorts.get(tx, enrolment.cohort_id)
    stored = await programmes.get(tx, cohort.programme_id)
    try:
        programme = Programme.from_json(stored.content)
    except BadContent:  # what is a person's is told all the same
        programme = None
    return _Course(tx, enrolment, cohort, stored.slug, programme)


async def _about(course: _Course, teller: Teller) -> Items:
    enrolment, programme = course.enrolment, course.programme
    manager = enrolment.manager_id
    facts = [
        ("training", programme.training[teller.language] if programme else course.slug),
        ("group", course.cohort.name),
        ("training_day", teller.day(enrolment.training_day or course.cohort.training_day)),
        ("status", teller.code("my_data.status", enrolment.status)),
        ("manager", (await people.get(course.tx, manager)).name if manager else ""),
        ("pace", teller.exact("welcome.pace", enrolment.pace) if enrolment.pace else ""),
    ]
    return tuple(Item(teller.fact(name), text) for name, text in facts if text)


def plan_line(plan: plans.Plan, teller: Teller) -> str:
    """Write a plan as its one sentence. Raises NotAllowed when the viewer is not its person."""
    parts = {name: str(text) for name, text in plan.words.items()}
    line = teller.words.plan_line(parts["if"], parts["then"], plan.form, plan.language)
    return teller.own(line)


def _plan(plan: plans.Plan, teller: Teller) -> Items:
    parts = {name: str(text) for name, text in plan.words.items()}
    label = teller.code("my_data.plan_state", plan.state)
    told = Item(
        label, plan_line(plan, teller), plan.language, teller.moment(plan.made_at), plan.made_at
    )
    around = [(name, parts.get(name, "")) for name in _PARTS]
    reaction = {"reaction": "if_then.reaction"}
    return told, *(
        Item(teller.fact(name), teller.own(teller.exact(reaction.get(name, ""), text)))
        for name, text in around
        if text
    )


async def _log(course: _Course, teller: Teller, language: str) -> Items:
    items = []
    for entry in await log.of_enrolment(course.tx, course.enrolment.id):
        written: Sequence[Any] = entry.words["texts"]
        for key, text in written:
            row = key if "." in key else f"check_in.{key}"
            question = teller.question(row) or teller.fact("wrote")
            when = teller.moment(entry.at)
            items.append(Item(question, teller.own(text), language, when, entry.at))
    return tuple(items)


async def _chosen(course: _Course, teller: Teller) -> Items:
    """Tell of numbers and codes, each under its question, in the order in which they came."""
    tx, here = course.tx, course.enrolment.id
    said = [
        *(_attempt(each, teller) for each in await attempts.of_enrolment(tx, here)),
        *(_score(each, course, teller) for each in await scores.of_enrolment(tx, here)),
        *_barriers(await barriers.of_enrolment(tx, here), teller),
        *_choices(await choices.of_enrolment(tx, here), teller),
    ]
    return tuple(
        Item(label, text, when=teller.moment(at), at=at)
        for label, text, at in sorted(said, key=lambda each: each[2])
    )


def _attempt(attempt: attempts.Attempt, teller: Teller) -> _Said:
    return teller.fact("went"), teller.exact("check_in.went", attempt.outcome), attempt.at


def _score(score: scores.Score, course: _Course, teller: Teller) -> _Said:
    """Tell of a number, under the question that it answers or the point that it is about."""
    programme = course.programme
    pack = programme.short_texts(teller.language) if programme else {}
    point = pack.get(("comp", score.item))
    about = point or teller.question(f"goal_setting.{score.item}") or score.item
    return about, str(score.value), score.at


def _barriers(found: Sequence[barriers.Barrier], teller: Teller) -> list[_Said]:
    named: dict[tuple[UUID, str], list[str]] = {}
    for each in found:
        codes = named.setdefault((each.dialogue_id, each.key), [])
        codes.append(teller.exact("check_in.barrier", each.code))
    first = {(each.dialogue_id, each.key): each.at for each in reversed(found)}
    label = teller.fact("barrier")
    return [(label, teller.listed(codes), first[key]) for key, codes in named.items()]


def _choices(found: Sequence[choices.Choice], teller: Teller) -> list[_Said]:
    named: dict[tuple[UUID, str], list[choices.Choice]] = {}
    for each in found:
        named.setdefault((each.dialogue_id, each.key), []).append(each)
    return [
        (*_choice(chosen[0].item, [each.code for each in chosen], teller), chosen[0].at)
        for chosen in named.values()
    ]


def _choice(item: str, codes: Sequence[str], teller: Teller) -> tuple[str, str]:
    if item.startswith(_SOLVED):
        barrier = teller.exact("check_in.barrier", item.removeprefix(_SOLVED))
        told = teller.codes("check_in.solved", codes)
        return f"{teller.fact('solved')} {barrier}", told
    row = f"check_in.{item}"
    return teller.question(row) or item, teller.codes(row, codes)
