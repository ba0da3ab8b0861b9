"""What is kept no longer: which rows of which table, and whether they go or are only emptied.

The order matters: what points to a row goes before it, and a dialogue last of all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, Protocol

from sqlalchemy import Column, ColumnElement, Date, Table, and_, exists, func, literal, or_, select

from storage.database import Dialect
from storage.schema import metadata
from storage.tables import audit, enrolments, shifts
from storage.tables_talk import (
    attempts,
    barriers,
    chat,
    choices,
    dialogues,
    inbox,
    log,
    nudges,
    outbox,
    plans,
    scores,
)
from storage.tables_together import observations, pledges
from storage.vault import sealed_bytes

Kind = Literal["events", "texts", "codes", "shifts", "audit"]
GONE: Final = "kept_no_longer"  # why a dialogue was closed, or a message never sent
GIVEN_UP: Final = "given_up"
_DONE: Final = ("sent", "failed", "unknown", "never_sent")
_DECIDED: Final = ("opened", "dropped", "failed")
_CHOSEN: Final = ("pace", "named_day", "named_at", "quiet_until")


class Limits(Protocol):
    """From when on what is to go; days are days of training, of which whose course is meant."""

    @property
    def texts(self) -> date:
        """Of a course that began before this day, texts go."""
        ...

    @property
    def texts_days(self) -> int:
        """Texts are kept so many days after the training."""
        ...

    @property
    def texts_at(self) -> datetime:
        """Texts of no course go that are older."""
        ...

    @property
    def codes(self) -> date:
        """Of a course that began before this day, everything goes."""
        ...

    @property
    def codes_at(self) -> datetime:
        """What belongs to no course and is older goes."""
        ...

    @property
    def events(self) -> datetime:
        """Events and messages that are older go."""
        ...

    @property
    def failed(self) -> datetime:
        """The words of failed events that are older go."""
        ...

    @property
    def shifts(self) -> datetime:
        """Shifts that ended before go."""
        ...

    @property
    def witness(self) -> datetime:
        """Questions to a witness that are older go, but for those that were confirmed."""
        ...

    @property
    def audit(self) -> datetime:
        """Entries of the audit trail that are older go."""
        ...


@dataclass(frozen=True, slots=True)
class Empty:
    """What stands in a dialogue whose words went: JSON texts that read as nothing answered."""

    answers: str
    kept: str


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that are kept no longer; without `values` they are deleted.

    `age` says how old a row is, `before` from when on what is to go. Where `closes`, they are
    dialogues, and what was sealed in them is emptied.
    """

    kind: Kind
    name: str
    table: Table
    which: ColumnElement[bool]
    age: Column[Any]
    before: date
    values: Mapping[str, object] | None = None
    closes: bool = False


def parts(limits: Limits, empty: Empty, dialect: Dialect) -> tuple[Part, ...]:
    """Give what is to go, in the order in which it has to."""
    return (*_texts(limits, empty, dialect), *_events(limits), *_codes(limits), _entries(limits))


def _events(limits: Limits) -> tuple[Part, ...]:
    said = func.coalesce(outbox.c.sent_at, outbox.c.due_at)
    # What shows somebody else's words can be taken back for as long as those are kept.
    lends = outbox.c.subject.is_not(None) & (said >= limits.texts_at)
    failed = inbox.c.outcome == "failed"
    words, day = {"outcome": GIVEN_UP, "failed": None}, limits.events.date()
    old = inbox.c.received_at
    return (
        Part("events", "messages that were sent or given up", outbox,
             outbox.c.state.in_(_DONE) & (said < limits.events) & ~lends, outbox.c.due_at, day),
        Part("events", "words of failed events", inbox, failed & (old < limits.failed), old,
             limits.failed.date(), words),
        Part("events", "events heard", inbox, ~failed & (old < limits.events), old, day),
        Part("shifts", "shifts", shifts, shifts.c.ends_at < limits.shifts, shifts.c.ends_at,
             limits.shifts.date()),
    )  # fmt: skip


def _texts(limits: Limits, empty: Empty, dialect: Dialect) -> tuple[Part, ...]:
    day = limits.texts
    waiting = {"state": "never_sent", "reason": GONE, "body": None, "claimed_until": None}
    unsent = (outbox.c.state == "pending") & or_(
        _of_course(outbox, day), outbox.c.due_at < limits.texts_at
    )
    over = _ended(dialogues, day, dialogues.c.opened_at < limits.texts_at)
    return (
        Part("texts", "plans", plans, _in_course(plans, day), plans.c.made_at, day),
        Part("texts", "what was written at check-ins", log, _in_course(log, day), log.c.at, day),
        Part("texts", "what colleagues saw", observations, _in_course(observations, day),
             observations.c.at, day),
        Part("texts", "questions to a witness", observations, _unconfirmed(limits),
             observations.c.at, limits.witness.date()),
        Part("texts", "what colleagues agreed to", pledges, _in_course(pledges, day),
             pledges.c.asked_at, day),
        Part("texts", "messages not sent", outbox, unsent, outbox.c.due_at, day, waiting),
        Part("texts", "words in dialogues", dialogues, over & _has_words(empty),
             dialogues.c.opened_at, day, closes=True),
        Part("texts", "the local chat", chat, _unchatted(limits, dialect), chat.c.at, day),
    )  # fmt: skip


def _codes(limits: Limits) -> tuple[Part, ...]:
    day = limits.codes
    kept = [
        Part("codes", table.name, table, _in_course(table, day), table.c.at, day)
        for table in (attempts, scores, barriers, choices)
    ]
    decided = nudges.c.state.in_(_DECIDED) & (nudges.c.due_at < limits.codes_at)
    nudged = (nudges.c.state != "claimed") & or_(
        _in_course(nudges, day),
        _of_dialogue(nudges, day),
        nudges.c.enrolment_id.is_(None) & decided,
    )
    spoken = _ended(dialogues, day, dialogues.c.opened_at < limits.codes_at)
    chosen = or_(*(enrolments.c[name].is_not(None) for name in _CHOSEN))
    return (
        *kept,
        Part("codes", "messages of these courses", outbox,
             outbox.c.state.in_(_DONE) & _of_course(outbox, day), outbox.c.due_at, day),
        Part("codes", "nudges", nudges, nudged & ~_pointed_to(nudges), nudges.c.due_at, day),
        Part("codes", "dialogues", dialogues, spoken & ~_pointed_to(dialogues),
             dialogues.c.opened_at, day),
        Part("codes", "choices of enrolments", enrolments, (_training_day() < day) & chosen,
             enrolments.c.enrolled_on, day, dict.fromkeys(_CHOSEN)),
    )  # fmt: skip


def _entries(limits: Limits) -> Part:
    """Give the entries of the audit trail: from its beginning, but never the last one."""
    later = audit.alias("later")
    first = select(func.min(later.c.number)).where(later.c.at >= limits.audit)
    last = select(func.max(later.c.number))
    ends = func.coalesce(first.scalar_subquery(), last.scalar_subquery())
    which = audit.c.number < ends
    return Part("audit", "the audit trail", audit, which, audit.c.at, limits.audit.date())


def _unconfirmed(limits: Limits) -> ColumnElement[bool]:
    """Say that a question to a witness is old, and nothing came of it that counts."""
    is_old = (observations.c.kind == "witness") & (observations.c.at < limits.witness)
    return is_old & (observations.c.state != "confirmed")


def _training_day() -> ColumnElement[date]:
    """Give the day from which a course counts, for whoever was not at the training the first."""
    return func.coalesce(enrolments.c.training_day, enrolments.c.enrolled_on)


def _in_course(table: Table, day: date) -> ColumnElement[bool]:
    over = select(enrolments.c.id).where(_training_day() < day)
    return table.c.enrolment_id.in_(over)


def _of_dialogue(table: Table, day: date) -> ColumnElement[bool]:
    over = select(dialogues.c.id).where(_in_course(dialogues, day))
    return table.c.dialogue_id.in_(over)


def _of_course(table: Table, day: date) -> ColumnElement[bool]:
    """Say that a message belongs to a course that began before a day."""
    nudged = select(nudges.c.id).where(_in_course(nudges, day))
    return or_(_of_dialogue(table, day), table.c.nudge_id.in_(nudged))


def _ended(table: Table, day: date, old: ColumnElement[bool]) -> ColumnElement[bool]:
    return or_(_in_course(table, day), and_(table.c.enrolment_id.is_(None), old))


def _has_words(empty: Empty) -> ColumnElement[bool]:
    """Say that a dialogue holds more than nothing; how long it is tells, and opens no word."""
    return or_(
        func.length(dialogues.c.answers) > sealed_bytes(empty.answers),
        func.length(dialogues.c.kept) > sealed_bytes(empty.kept),
        dialogues.c.held.is_not(None),
        dialogues.c.state == "open",
    )


def _pointed_to(table: Table) -> ColumnElement[bool]:
    """Say that some row of any table points to this one."""
    pointing = [
        key.parent
        for other in metadata.sorted_tables
        for key in other.foreign_keys
        if key.column.table is table
    ]
    return or_(*(exists().where(column == table.c.id) for column in pointing))


def _unchatted(limits: Limits, dialect: Dialect) -> ColumnElement[bool]:
    """Say that a line of the local chat is kept no longer.

    It goes with the last course of its person, and where there is none then, after as many days.
    """
    theirs = enrolments.c.person_id == chat.c.person_id
    runs = exists().where(theirs, _training_day() >= limits.texts)
    within = _day(chat.c.at, dialect) <= _later(_training_day(), limits.texts_days, dialect)
    written = exists().where(theirs, _training_day() < limits.texts, within)
    return and_(~runs, or_(written, chat.c.at < limits.texts_at))


def _day(moment: Column[datetime], dialect: Dialect) -> ColumnElement[Any]:
    return func.date(moment if dialect == "sqlite" else func.timezone("UTC", moment))


def _later(day: ColumnElement[date], days: int, dialect: Dialect) -> ColumnElement[Any]:
    if dialect == "sqlite":
        return func.date(day, f"+{days} days")
    return func.date(day + literal(days), type_=Date)
