"""What is true around one dialogue at this moment: the person, the course, the programme.

Loaded anew in every transaction; nothing about people or programmes is remembered between them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from bot.engine.reading import Ear, Hearing
from bot.engine.steps import Late
from bot.phrases import PlanLine
from bot.programme import Programme
from bot.rendering import Reader
from bot.support import code_of
from bot.visits import rhythm_of
from bot.words import Words
from scheduler.local import local_of
from scheduler.plan import Spacing
from storage import attempts, courses, nudges, observations, organisations, people, plans, pledges
from storage.database import Transaction
from storage.dialogues import Dialogue
from storage.enrolments import Enrolment
from storage.people import Person

APPLIED = ("worked", "tough")
ANY_DAY = frozenset(range(1, 8))


@dataclass(frozen=True, slots=True)
class House:
    """What is the same for everybody: addresses of our pages, and where help is, by language.

    `before_commands` says by platform what is typed before a command, where a bare word is not
    read.
    """

    link: str
    data_link: str = ""
    org_help: Mapping[str, str] = field(default_factory=dict)
    before_commands: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """One person in one programme, at one moment of the application's clock.

    `subject` is the pledge or observation that this is about. A colleague who holds a learner to
    something has no enrolment there, and the programme is the learner's.
    """

    tx: Transaction
    now: datetime
    person: Person
    organisation: str
    enrolment: Enrolment | None = None
    programme: Programme | None = None
    manager: str = ""
    subject: str | None = None

    @property
    def today(self) -> date:
        """The person's own date."""
        return local_of(self.now, self.person.zone).day

    @property
    def spacing(self) -> Spacing:
        """When the programme visits; the default where there is no programme."""
        days = self.programme.checkin_days if self.programme else Spacing().checkin_days
        return Spacing(checkin_days=days)

    def hearing(self, ears: Mapping[str, Ear]) -> Hearing:
        """Give the facts with which an input of this person is read."""
        rhythm = rhythm_of(self.person)
        return Hearing(
            now=self.now,
            today=self.today,
            language=self.person.language,
            ear=ears[self.person.language],
            workdays=ANY_DAY if rhythm.mode == "shifts" else rhythm.days,
        )

    def texts(self, words: Words) -> Words:
        """Give the texts of this programme: the house's, with those that it words otherwise."""
        overrides = self.programme.overrides if self.programme else {}
        return words.overridden(overrides) if any(overrides.values()) else words

    def reader(self, house: House) -> Reader:
        """Describe this person as the reader of a message."""
        language = self.person.language
        programme = self.programme
        return Reader(
            person=self.person.id,
            name=self.person.name,
            language=language,
            today=self.today,
            organisation=self.organisation,
            link=house.link,
            data_link=house.data_link or house.link,
            org_help=house.org_help.get(language, ""),
            code=code_of(self.tx.vault.keyring, self.person.id, self.today),
            manager=self.manager,
            patients=programme is not None and programme.about == "patients",
            training=programme.in_sentence[language] if programme else "",
            pack=programme.short_texts(language) if programme else None,
        )

    async def late_values(self) -> dict[Late, object]:
        """Fill in what is known only after effects and planning; absent where there is none."""
        if self.enrolment is None:
            return {}
        tx, enrolment = self.tx, self.enrolment.id
        values: dict[Late, object] = {
            Late.TIMES_APPLIED: await attempts.count(tx, enrolment, APPLIED)
        }
        plan = await plans.current(tx, enrolment)
        if plan:
            words = plan.words
            line = PlanLine(str(words["if"]), str(words["then"]), plan.form, plan.language)
            values[Late.PLAN] = line
            values[Late.OBSTACLE] = str(words.get("obstacle", ""))
            values[Late.GOAL] = str(words.get("goal", ""))
        if self.enrolment.named_day:
            values[Late.NAMED_DAY] = self.enrolment.named_day
        visit = await nudges.next_visit(tx, enrolment)
        if visit and visit.due_at > self.now:
            values[Late.NEXT_VISIT] = visit.local_day
        return values


async def of_person(
    tx: Transaction, person: Person, now: datetime, enrolment_id: UUID | None = None,
    subject: str | None = None,
) -> Scene:  # fmt: skip
    """Load the scene of a person: about a subject, in an enrolment, or in the one made last."""
    if subject is not None:
        return await _about(tx, person, now, subject)
    if enrolment_id is None:
        course = await courses.latest(tx, person.id)
    else:
        course = await courses.get(tx, enrolment_id)
    if course is None:
        organisation = await organisations.get(tx, person.organisation_id)
        return Scene(tx, now, person, organisation.name)
    manager_id = course.enrolment.manager_id
    manager = await people.get(tx, manager_id) if manager_id else None
    return Scene(
        tx, now, person, course.organisation, course.enrolment,
        Programme.from_json(course.content), manager.name if manager else "",
    )  # fmt: skip


async def of_talk(scene: Scene, row: Dialogue) -> Scene:
    """Load the scene of a talk of the same person, who may be in another one now."""
    if row.subject is not None and row.subject == scene.subject:
        return scene
    return await of_person(scene.tx, scene.person, scene.now, row.enrolment_id, row.subject)


async def _about(tx: Transaction, person: Person, now: datetime, subject: str) -> Scene:
    """Load the scene of what two people have together, seen from one of them."""
    whose = await _whose(tx, UUID(subject))
    if whose is not None and whose[0] == person.id:
        return replace(await of_person(tx, person, now, whose[1]), subject=subject)
    organisation = await organisations.get(tx, person.organisation_id)
    programme = None
    if whose is not None:
        programme = Programme.from_json((await courses.get(tx, whose[1])).content)
    return Scene(tx, now, person, organisation.name, None, programme, subject=subject)


async def _whose(tx: Transaction, subject: UUID) -> tuple[UUID, UUID] | None:
    """Give the learner and the enrolment that a pledge or an observation is of."""
    found = await pledges.get(tx, subject) or await observations.get(tx, subject)
    return (found.person_id, found.enrolment_id) if found else None
