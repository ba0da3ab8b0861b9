"""What must hold of all rows whatever happened, asked of the rows themselves.

Each finding names a person, so that a history can be found. Words are read of agreements only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, case, exists, or_, select

from storage.database import Transaction
from storage.dialogues import load
from storage.inbox import RECEIVED
from storage.pledges import ASKED, every_pledge
from storage.statements import Statement
from storage.tables import enrolments, people
from storage.tables_talk import choices, dialogues, inbox, nudges, outbox, plans
from storage.tables_together import pledges

_AHEAD: Final = ("planned", "claimed", "waiting")
_ON_ITS_WAY: Final = ("pending", "sending")
_ACTIVE: Final = select(people.c.id).where(people.c.status == "active")
_GONE: Final = select(people.c.id).where(people.c.status.in_(("left", "erased")))
_COURSE: Final = timedelta(days=50)  # a check-in is to come for longer than that
_MONTH: Final = timedelta(days=28)  # for so long where a month lies between two: 28 and 28 are 56
_LAST: Final = 5  # after this check-in none is to come, however early a named day brought it
_PATIENCE: Final = timedelta(days=60)  # a few working days, a long leave before them
_ENOUGH: Final = "got_it"  # whoever said so is visited no more
FORGOTTEN: Final = "somebody follows a training, and nothing is to come"


_PUSHED_BY: Final = Statement(
    select(
        nudges.c.kind, nudges.c.id.label("nudge_id"), outbox.c.dialogue_id,
        nudges.c.enrolment_id, nudges.c.exempt,
    )
    .join(nudges, outbox.c.nudge_id == nudges.c.id)
    .where(outbox.c.id == bindparam("delivery"))
)  # fmt: skip
_TALKS_ABOUT: Final = Statement(
    select(dialogues.c.id).where(dialogues.c.subject == bindparam("subject"))
)
_BEGUN_IN: Final = Statement(
    select(pledges.c.dialogue_id).where(pledges.c.id == bindparam("pledge"))
)
_TRAINING_DAYS: Final = Statement(
    select(enrolments.c.training_day).where(
        enrolments.c.training_day.is_not(None), enrolments.c.person_id == bindparam("person")
    )
)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a message that arrived was for: its nudge, as far as limits and hours ask."""

    kind: str
    nudge_id: UUID
    dialogue_id: UUID | None
    enrolment_id: UUID | None
    exempt: bool


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement that holds between two people, and the talks in which it came about.

    `own` is what the learner says in it, `theirs` what the colleague says.
    """

    person: UUID
    colleague: UUID
    talks: frozenset[UUID]
    own: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A person for whom something does not hold, and what."""

    person: UUID
    what: str


async def pushed_by(tx: Transaction, delivery: UUID) -> Pushed | None:
    """Tell for which nudge a message was sent; None for a reply."""
    row = await tx.row(_PUSHED_BY, delivery=delivery)
    return Pushed(**row) if row else None


async def training_days(tx: Transaction, person: UUID) -> frozenset[date]:
    """Read the days of the trainings that a person follows."""
    rows = await tx.rows(_TRAINING_DAYS, person=person)
    return frozenset(row["training_day"] for row in rows)


async def one_sided(tx: Transaction) -> list[Finding]:
    """Find agreements that hold although one of the two did not say yes to what they say today."""
    neither = or_(
        pledges.c.own_yes.is_(None),
        pledges.c.their_yes.is_(None),
        pledges.c.own_yes != pledges.c.version,
        pledges.c.their_yes != pledges.c.version,
    )
    found = select(pledges.c.person_id).where(pledges.c.state == "active", neither)
    return await _findings(tx, found, "an agreement holds that one of the two did not agree to")


async def agreements(tx: Transaction) -> list[Agreement]:
    """Read what holds between two people."""
    return [
        Agreement(
            each.person_id, each.colleague_id, await talks_about(tx, each.id),
            own=_text_of(each.words, ("if", "then")),
            theirs=_text_of(each.theirs or {}, ("text",)),
        )
        for each in await every_pledge(tx)
        if each.state == "active" and each.colleague_id is not None
    ]  # fmt: skip


async def with_the_gone(tx: Transaction) -> list[Finding]:
    """Find what is still asked of, or agreed with, somebody who left or was erased."""
    both = (pledges.c.person_id, pledges.c.colleague_id)
    gone = or_(*(each.in_(_GONE) for each in both))
    found = select(pledges.c.person_id).where(pledges.c.state.in_(ASKED), gone)
    return await _findings(tx, found, "an agreement goes on with somebody who is not there")


async def lost_events(tx: Transaction) -> list[str]:
    """Name the events that were taken, and of which nothing came."""
    rows = await tx.rows(select(inbox.c.event_id).where(inbox.c.outcome == RECEIVED))
    return [row["event_id"] for row in rows]


async def kept_of_answer(tx: Transaction, event: str, talk: UUID) -> str | None:
    """Read what a talk keeps, which an event gave an answer to; None where it was not taken."""
    taken = inbox.c.outcome.in_(("answered", "edited"))
    if await tx.row(select(inbox.c.id).where(inbox.c.event_id == event, taken)) is None:
        return None
    found = await load(tx, talk)
    return f"{found.answers}{found.kept}" if found else ""


async def stuck(tx: Transaction, now: datetime) -> list[Finding]:
    """Find who neither reached an end nor waits for anything, and what should have been done."""
    due = nudges.c.due_at <= now
    late = select(nudges.c.person_id).where(nudges.c.state.in_(("planned", "claimed")), due)
    unsent = outbox.c.state.in_(_ON_ITS_WAY) & (outbox.c.due_at <= now)
    failed = inbox.c.outcome == "failed"
    return [
        *await _findings(tx, late, "a nudge was due and nothing became of it"),
        *await _findings(
            tx, select(nudges.c.person_id).where(nudges.c.state == "failed"), "a nudge failed"
        ),
        *await _findings(
            tx, select(outbox.c.person_id).where(unsent), "a message was due and was not sent"
        ),
        *await _findings(tx, select(inbox.c.person_id).where(failed), "an event failed"),
        *await _findings(tx, _unasked(), "a conversation is open and asks nothing"),
        *await _findings(tx, _for_ever(now), "a question waits, and nothing will ever end it"),
        *await _findings(tx, _forgotten(now), FORGOTTEN),
    ]


def _text_of(words: Mapping[str, Any], parts: Iterable[str]) -> str:
    return "\n".join(str(words.get(each, "")) for each in parts)


async def talks_about(tx: Transaction, pledge: UUID) -> frozenset[UUID]:
    """Name the talks in which an agreement came about, and those that are about it."""
    rows = await tx.rows(_TALKS_ABOUT, subject=str(pledge))
    first = await tx.row(_BEGUN_IN, pledge=pledge)
    talks = {row["id"] for row in rows}
    return frozenset(talks | ({first["dialogue_id"]} if first else set()))


def _unasked() -> Select[tuple[UUID]]:
    on_its_way = exists().where(
        outbox.c.dialogue_id == dialogues.c.id, outbox.c.state.in_(_ON_ITS_WAY)
    )
    silent = dialogues.c.waiting.is_(None) | (dialogues.c.asked_at.is_(None) & ~on_its_way)
    return select(dialogues.c.person_id).where(dialogues.c.state == "open", silent)


def _for_ever(now: datetime) -> Select[tuple[UUID]]:
    """Find a question that was asked and is neither closed by anything to come nor for ever."""
    ends = exists().where(
        nudges.c.dialogue_id == dialogues.c.id, nudges.c.state.in_(_AHEAD),
        nudges.c.due_at <= now + _PATIENCE,
    )  # fmt: skip
    asked = (dialogues.c.state == "open") & dialogues.c.asked_at.is_not(None)
    here = dialogues.c.person_id.in_(_ACTIVE)
    return select(dialogues.c.person_id).where(asked, here, dialogues.c.kind != "post", ~ends)


def _forgotten(now: datetime) -> Select[tuple[UUID]]:
    """Find who follows a training of these weeks with a plan, and has nothing before them."""
    is_monthly = enrolments.c.pace.is_not_distinct_from("monthly")
    since = case((is_monthly, (now - _MONTH).date()), else_=(now - _COURSE).date())
    person = enrolments.c.person_id
    ahead = exists().where(nudges.c.person_id == person, nudges.c.state.in_(_AHEAD))
    talks = exists().where(dialogues.c.person_id == person, dialogues.c.state == "open")
    chose = exists().where(choices.c.person_id == person, choices.c.code == _ENOUGH)
    plan = exists().where(plans.c.enrolment_id == enrolments.c.id)
    last = exists().where(
        nudges.c.enrolment_id == enrolments.c.id, nudges.c.kind == "check_in",
        nudges.c.round >= _LAST, nudges.c.state == "opened",
    )  # fmt: skip
    follows = (enrolments.c.status == "joined") & (enrolments.c.training_day >= since)
    follows &= enrolments.c.pace.is_distinct_from("quiz")
    return select(person).where(follows, person.in_(_ACTIVE), plan, ~ahead, ~talks, ~chose, ~last)


async def _findings(tx: Transaction, found: Select[tuple[UUID]], what: str) -> list[Finding]:
    rows = await tx.rows(found.distinct())
    return [Finding(row["person_id"], what) for row in rows if row["person_id"]]
