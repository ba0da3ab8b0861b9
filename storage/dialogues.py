"""Dialogues: what was answered, told and kept, sealed under the person's key.

A dialogue that was read is saved only if nobody saved it meanwhile; so save what `save` gave you
last, not what you read first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, bindparam, select, update

from storage.database import Transaction
from storage.errors import Overtaken
from storage.statements import Statement, adding
from storage.tables_talk import dialogues

State = Literal["open", "ended", "closed"]
_FIXED: Final = [
    "id",
    "person_id",
    "enrolment_id",
    "kind",
    "subject",
    "brief",
    "opened_at",
    "nudge_id",
]


def _in_order(found: Select[*tuple[Any, ...]]) -> Statement:
    return Statement(found.order_by(dialogues.c.opened_at, dialogues.c.id))


_BY_ID: Final = dialogues.c.id == bindparam("dialogue")
_LOAD: Final = Statement(select(dialogues).where(_BY_ID))
_ENROLMENT: Final = Statement(select(dialogues.c.enrolment_id).where(_BY_ID))
_SAVE: Final = Statement(update(dialogues).where(_BY_ID, dialogues.c.version == bindparam("read")))
_MARK_ASKED: Final = Statement(
    update(dialogues)
    .where(_BY_ID, dialogues.c.asked_row == bindparam("row"))
    .values(version=dialogues.c.version + 1)
    .returning(*dialogues.c)
)
_THEIRS: Final = select(dialogues).where(dialogues.c.person_id == bindparam("person"))
_OF_PERSON: Final = _in_order(_THEIRS)
_IN_STATE: Final = _in_order(_THEIRS.where(dialogues.c.state == bindparam("state")))
_ABOUT: Final = _in_order(_THEIRS.where(dialogues.c.subject == bindparam("subject")))
_COURSE: Final = select(dialogues).where(dialogues.c.enrolment_id == bindparam("enrolment"))
_OF_ENROLMENT: Final = _in_order(_COURSE)
_LATEST: Final = Statement(
    _COURSE.where(dialogues.c.kind == bindparam("kind"))
    .order_by(dialogues.c.opened_at.desc(), dialogues.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """A conversation about one thing with one person.

    `answers` and `kept` are JSON texts. `waiting` is the key of the question that waits, asked by
    the outbox row `asked_row` and sent at `asked_at`. `version` counts how often it was saved.
    `held` is a text that waits for "carry on or start over?".
    """

    id: UUID
    person_id: UUID
    enrolment_id: UUID | None
    kind: str
    subject: str | None = None
    brief: Mapping[str, Any]
    answers: str = field(repr=False)
    told: tuple[str, ...] = ()
    kept: str = field(repr=False)
    counts: Mapping[str, int] = field(default_factory=dict)
    state: State = "open"
    closed_reason: str | None = None
    waiting: str | None = None
    waiting_shape: str | None = None
    asked_at: datetime | None = None
    asked_row: UUID | None = None
    opened_at: datetime
    ended_at: datetime | None = None
    nudge_id: UUID | None = None
    version: int = 1
    held: str | None = field(default=None, repr=False)


async def open(  # noqa: A001, PLR0913 - a dialogue is opened; each argument is a column
    tx: Transaction,
    *,
    id: UUID,  # noqa: A002 - the column's name
    person: UUID,
    enrolment: UUID | None,
    kind: str,
    brief: Mapping[str, object],
    answers: str,
    kept: str,
    now: datetime,
    subject: str | None = None,
    nudge: UUID | None = None,
) -> Dialogue:
    """Open a dialogue, with a brief that stays as it is."""
    dialogue = Dialogue(
        id=id,
        person_id=person,
        enrolment_id=enrolment,
        kind=kind,
        subject=subject,
        brief=dict(brief),
        answers=answers,
        kept=kept,
        opened_at=now,
        nudge_id=nudge,
    )
    fixed = {name: getattr(dialogue, name) for name in _FIXED}
    await tx.run(adding(dialogues), **fixed, **await _changing(tx, dialogue))
    return dialogue


async def load(tx: Transaction, dialogue: UUID) -> Dialogue | None:
    """Read a dialogue; None when there is none.

    Raises:
        Erased: its person was erased.

    """
    row = await tx.row(_LOAD, dialogue=dialogue)
    return await _dialogue(tx, row) if row else None


async def enrolment_of(tx: Transaction, dialogue: UUID) -> UUID | None:
    """Name the enrolment that a dialogue belongs to, without opening its words."""
    found: UUID | None = await tx.value(_ENROLMENT, dialogue=dialogue)
    return found


async def save(tx: Transaction, dialogue: Dialogue) -> Dialogue:
    """Save what changed since the dialogue was read, and give it with its new version.

    Raises:
        Overtaken: somebody else saved it meanwhile.

    """
    saved = replace(dialogue, version=dialogue.version + 1)
    changing = await _changing(tx, saved)
    if await tx.run(_SAVE, dialogue=dialogue.id, read=dialogue.version, **changing) == 0:
        raise Overtaken
    return saved


async def mark_asked(
    tx: Transaction, dialogue: UUID, *, row: UUID, at: datetime
) -> Dialogue | None:
    """Note when the waiting question was sent, and give its dialogue if this row still asks it.

    Lock the person first, or whoever has just read the dialogue is overtaken.
    """
    found = await tx.row(_MARK_ASKED, dialogue=dialogue, row=row, asked_at=at)
    return await _dialogue(tx, found) if found else None


async def about(tx: Transaction, person: UUID, subject: str) -> Sequence[Dialogue]:
    """Read a person's dialogues about a pledge or an observation."""
    return await _all(tx, _ABOUT, person=person, subject=subject)


async def readers_of(tx: Transaction, subject: str, besides: UUID) -> list[UUID]:
    """Name who else has a dialogue about what was posted for many."""
    others = (dialogues.c.subject == subject) & (dialogues.c.person_id != besides)
    rows = await tx.rows(select(dialogues.c.person_id).where(others).distinct())
    return [row["person_id"] for row in rows]


async def of_person(
    tx: Transaction, person: UUID, state: State | None = None
) -> Sequence[Dialogue]:
    """Read a person's dialogues, all or those in one state; the one opened last comes last."""
    if state is None:
        return await _all(tx, _OF_PERSON, person=person)
    return await _all(tx, _IN_STATE, person=person, state=state)


async def of_enrolment(tx: Transaction, enrolment: UUID) -> Sequence[Dialogue]:
    """Read the dialogues of an enrolment; the one opened last comes last."""
    return await _all(tx, _OF_ENROLMENT, enrolment=enrolment)


async def latest(tx: Transaction, enrolment: UUID, kind: str) -> Dialogue | None:
    """Find the dialogue of a kind that was opened last in an enrolment."""
    row = await tx.row(_LATEST, enrolment=enrolment, kind=kind)
    return await _dialogue(tx, row) if row else None


async def _all(tx: Transaction, found: Statement, **values: object) -> Sequence[Dialogue]:
    return [await _dialogue(tx, row) for row in await tx.rows(found, **values)]


async def _changing(tx: Transaction, dialogue: Dialogue) -> dict[str, object]:
    """Give the columns that a turn may change."""
    place = (dialogue.person_id, "dialogues")
    return {
        "answers": await tx.vault.seal(*place, "answers", dialogue.id, dialogue.answers),
        "told": list(dialogue.told),
        "kept": await tx.vault.seal(*place, "kept", dialogue.id, dialogue.kept),
        "counts": dict(dialogue.counts),
        "state": dialogue.state,
        "closed_reason": dialogue.closed_reason,
        "waiting": dialogue.waiting,
        "waiting_shape": dialogue.waiting_shape,
        "asked_at": dialogue.asked_at,
        "asked_row": dialogue.asked_row,
        "ended_at": dialogue.ended_at,
        "version": dialogue.version,
        "held": None
        if dialogue.held is None
        else await tx.vault.seal(*place, "held", dialogue.id, dialogue.held),
    }


async def _dialogue(tx: Transaction, row: dict[str, Any]) -> Dialogue:
    place = (row["person_id"], "dialogues")
    return Dialogue(
        **{
            **row,
            "answers": await tx.vault.open(*place, "answers", row["id"], row["answers"]),
            "told": tuple(row["told"]),
            "kept": await tx.vault.open(*place, "kept", row["id"], row["kept"]),
            "held": row["held"] and await tx.vault.open(*place, "held", row["id"], row["held"]),
        }
    )
