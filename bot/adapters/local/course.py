"""What stands beside a chat: the plan, which visits come, wait or fell away and why, and the log.

All times are the reader's own, on the wall of the zone they live in now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from bot import visits
from bot.adapters.local import logbook, times
from bot.adapters.local.logbook import Written
from bot.adapters.local.markup import Pages
from bot.programme import Programme
from bot.visibility import PublicName, plain
from scheduler.local import Local, to_utc
from scheduler.plan import Spacing
from storage import cohorts, enrolments, nudges, people, plans, programmes
from storage.database import Transaction
from storage.enrolments import Enrolment
from storage.nudges import Nudge
from storage.people import Person

SHOWN: Final = frozenset(
    {"welcome", "goal_setting", "check_in", "eve", "back", "resume", "remind"}
)
"""The kinds of nudge that come as a message; of the others a person notices nothing."""
AROUND: Final = ("goal", "outcome", "obstacle", "obstacle_then")
OF_A_QUESTION: Final = frozenset({"resume", "remind"})  # one that is not needed is no loss


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit in words; `first` says for when it was planned before it was moved."""

    name: str
    on: str = ""
    at: str = ""
    iso: str = ""
    first: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A person's course in words, in their language; empty where there is nothing.

    `around` is what the plan was made of besides its line: what each part is, and its words.
    """

    zone: str
    place: str
    quiet: str = ""
    plan: str = ""
    plan_language: str = ""
    around: tuple[tuple[str, str], ...] = ()
    coming: tuple[Visit, ...] = ()
    ready: tuple[Visit, ...] = ()
    been: tuple[Visit, ...] = ()
    gone: tuple[Visit, ...] = ()
    log: tuple[Written, ...] = ()


async def of_person(tx: Transaction, pages: Pages, person: UUID, now: datetime) -> Course:
    """Read the course of a person, in the enrolment that was made last."""
    teller = _Teller(pages, await people.get(tx, person))
    enrolled = await enrolments.of_person(tx, person)
    visits_ = [each for each in await nudges.of_person(tx, person) if each.kind in SHOWN]
    coming = _without_shadows([each for each in visits_ if teller.comes(each)])
    ready = [each for each in visits_ if each.state == "waiting"]
    been = [each for each in visits_ if each.state == "opened" and each.kind not in OF_A_QUESTION]
    plan = await plans.current(tx, enrolled[-1].id) if enrolled else None
    return Course(
        zone=teller.person.zone,
        place=times.place(teller.person.zone, teller.person.language),
        quiet=teller.quiet(),
        plan=teller.plan_line(plan) if plan else "",
        plan_language=plan.language if plan else "",
        around=teller.around(plan) if plan else (),
        coming=tuple(map(teller.visit, coming)),
        ready=tuple(map(teller.visit, ready)),
        been=tuple(map(teller.been, been)),
        gone=await _gone(tx, teller, enrolled[-1:], visits_, now),
        log=await logbook.of_enrolment(tx, pages, teller.person, enrolled[-1].id)
        if enrolled
        else (),
    )


def _without_shadows(coming: Sequence[Nudge]) -> list[Nudge]:
    """Leave out a reminder for the moment of a visit, which will come in its place."""
    slots = {(each.local_day, each.local_time) for each in coming if each.kind == "check_in"}
    return [
        each
        for each in coming
        if each.kind not in OF_A_QUESTION or (each.local_day, each.local_time) not in slots
    ]


async def _gone(
    tx: Transaction,
    teller: _Teller,
    enrolled: Sequence[Enrolment],
    there: Sequence[Nudge],
    now: datetime,
) -> tuple[Visit, ...]:
    """Tell what fell away, each with its reason: by the plan, or when it was due."""
    lapsed = await _lapsed(tx, enrolled, now)
    told = []
    for each in (each for each in there if each.kind not in OF_A_QUESTION):
        reason = each.reason or "" if each.state in ("dropped", "failed") else ""
        if reason == nudges.REPLANNED:
            reason = lapsed.get(each.occurrence, "")
        if teller.knows(reason):
            told.append(teller.fallen(each, reason))
    never = lapsed.keys() - {each.occurrence for each in there}
    return (*told, *(teller.never_planned(each, lapsed[each]) for each in sorted(never)))


async def _lapsed(
    tx: Transaction, enrolled: Sequence[Enrolment], now: datetime
) -> Mapping[str, str]:
    """Give the reasons of check-ins that planning left out, by occurrence."""
    if not enrolled:
        return {}
    cohort = await cohorts.get(tx, enrolled[0].cohort_id)
    content = (await programmes.get(tx, cohort.programme_id)).content
    days = Programme.from_json(content).checkin_days if content else Spacing().checkin_days
    return await visits.lapsed(tx, enrolled[0], Spacing(checkin_days=days), now)


@dataclass(frozen=True, slots=True)
class _Teller:
    """Puts a person's course into words, in their language and zone."""

    pages: Pages
    person: Person

    def text(self, row: str, **values: Any) -> str:  # noqa: ANN401  as the rows want them
        """Put a row of the page's own file into words."""
        shown = {name: plain(value) for name, value in values.items()}
        return self.pages.text(f"page.{row}", self.person.language, **shown)

    def knows(self, reason: str) -> bool:
        """Say whether there are words for a reason; what is only ours has none."""
        return self.pages.has(f"page.reason.{reason}")

    def name(self, kind: str, number: int) -> str:
        """Name a kind of visit; a check-in by its number."""
        row = f"visit.{kind}"
        return self.text(row, n=number) if self.pages.has(f"page.{row}") else ""

    def comes(self, nudge: Nudge) -> bool:
        """Say whether a visit is to come; what falls into a silence is decided when it is due."""
        if nudge.state not in ("planned", "claimed"):
            return False
        quiet = self.person.quiet
        if quiet is None or nudge.kind == "back":
            return True
        return quiet.until is not None and nudge.local_day > quiet.until

    def quiet(self) -> str:
        """Say until when this person wants silence; empty when they do not."""
        quiet = self.person.quiet
        name = PublicName(self.person.name)
        match quiet:
            case None:
                return ""
            case _ if quiet.mode == "self":
                return self.text("quiet_self", name=name)
            case _ if quiet.until is None:
                return self.text("quiet_open", name=name)
            case _:
                return self.text("quiet_until", date=quiet.until + timedelta(days=1))

    def plan_line(self, plan: plans.Plan) -> str:
        """Give the plan in its one line."""
        parts = plan.words
        return self.pages.plan_line(parts["if"], parts["then"], plan.form, plan.language)

    def around(self, plan: plans.Plan) -> tuple[tuple[str, str], ...]:
        """Give what the plan was made of besides its line, each part under its name."""
        said = [(part, str(plan.words.get(part) or "")) for part in AROUND]
        named = self.pages.label
        return tuple(
            (named("my_data.fact", part, self.person.language), text)
            for part, text in said
            if text
        )

    def visit(self, nudge: Nudge) -> Visit:
        """Tell of a visit that comes or waits, and why it was moved, if it was."""
        slot = to_utc(Local(nudge.local_day, nudge.local_time, nudge.zone))
        on, at = self._moment(slot)
        reason = nudge.reason or ""
        moved = nudge.was_due_at is not None or nudge.state == "waiting"
        why = self.text(f"reason.{reason}") if moved and self.knows(reason) else ""
        first = self._first(nudge.was_due_at) if why and nudge.was_due_at else ""
        iso = self._local(slot).isoformat(timespec="minutes")
        return Visit(self.name(nudge.kind, nudge.round), on, at, iso, first, why)

    def been(self, nudge: Nudge) -> Visit:
        """Tell of a visit that came."""
        on, at = self._moment(to_utc(Local(nudge.local_day, nudge.local_time, nudge.zone)))
        return Visit(self.name(nudge.kind, nudge.round), on, at)

    def fallen(self, nudge: Nudge, reason: str) -> Visit:
        """Tell of a visit that will not come."""
        on, at = self._moment(to_utc(Local(nudge.local_day, nudge.local_time, nudge.zone)))
        why = self.text(f"reason.{reason}")
        return Visit(self.name(nudge.kind, nudge.round), on, at, reason=why)

    def never_planned(self, occurrence: str, reason: str) -> Visit:
        """Tell of a check-in that planning never put on a day."""
        kind, _, number = occurrence.partition(":")
        name = self.name(kind, int(number) if number.isdecimal() else 0)
        return Visit(name, reason=self.text(f"reason.{reason}"))

    def _first(self, moment: datetime) -> str:
        at = self._local(moment)
        return self.text("moved_from", date=at.date(), time=at.time())

    def _local(self, moment: datetime) -> datetime:
        return times.local(moment, self.person.zone)

    def _moment(self, moment: datetime) -> tuple[str, str]:
        at, language = self._local(moment), self.person.language
        return times.in_short(at.date(), language), times.clock_time(at.time(), language)
