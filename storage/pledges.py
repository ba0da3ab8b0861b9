"""Pledges: "hold me to this", asked of one colleague, with what both said yes to.

Lock the person who acts first and then the pledge: both sides meet only there. `words` are the
learner's, `theirs` the colleague's, each sealed under the key of whose they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select, update

from storage.database import Transaction
from storage.errors import Erased
from storage.ids import new_id
from storage.rows import select_for
from storage.statements import Statement, adding, among
from storage.tables_together import pledges

State = Literal["asked", "accepted", "active", "posted", "ended"]
OFFERED: Final = "help:"  # the key of what a reader of a post offered begins so
ASKED: Final = ("asked", "accepted", "active")  # of one colleague, and not over
OPEN: Final = (*ASKED, "posted")


@dataclass(frozen=True, slots=True)
class Pledge:
    """What one learner asked one colleague; `reason` says why it ended.

    `own_yes` and `their_yes` are the versions that the learner and the colleague said yes to.
    """

    id: UUID
    person_id: UUID
    enrolment_id: UUID
    dialogue_id: UUID | None
    key: str
    colleague_id: UUID | None
    state: State
    reason: str | None
    version: int
    own_yes: int | None
    their_yes: int | None
    asked_at: datetime
    active_at: datetime | None
    ended_at: datetime | None
    words: Mapping[str, Any] = field(repr=False)
    theirs: Mapping[str, Any] | None = field(repr=False)

    @property
    def is_open(self) -> bool:
        """Whether it was neither declined, withdrawn nor over."""
        return self.state in OPEN

    @property
    def is_agreed(self) -> bool:
        """Whether both said yes to what it says today."""
        return self.own_yes == self.their_yes == self.version


_ALL: Final[Select[Any]] = select_for(Pledge, pledges).order_by(pledges.c.id)
_COURSE: Final = pledges.c.enrolment_id == bindparam("enrolment")
_COLLEAGUE: Final = pledges.c.colleague_id == bindparam("colleague")
_OPEN: Final = among(pledges.c.state, OPEN)
_EVERY: Final = Statement(_ALL)
_BY_ID: Final = pledges.c.id == bindparam("pledge")
_GET: Final = Statement(_ALL.where(_BY_ID))
_LOCK: Final = Statement(_ALL.where(_BY_ID).with_for_update())
_CHANGE: Final = Statement(update(pledges).where(_BY_ID))
_ACTIVE: Final = Statement(_ALL.where(_COURSE, pledges.c.state == "active").limit(1))
_ASKED: Final = Statement(
    _ALL.where(_COURSE, _OPEN, pledges.c.state != "posted").with_for_update()
)
_OFFERED: Final = Statement(
    _ALL.where(
        _COURSE, _OPEN, pledges.c.key.startswith(OFFERED, autoescape=True)
    ).with_for_update()
)
_OF_COLLEAGUE: Final = Statement(_ALL.where(_COLLEAGUE, _OPEN))
_LEARNERS: Final = Statement(
    select(func.count(pledges.c.person_id.distinct())).where(
        _COLLEAGUE, _OPEN, pledges.c.person_id != bindparam("besides")
    )
)


async def add(  # noqa: PLR0913 - each argument is a column
    tx: Transaction, *, person: UUID, enrolment: UUID, dialogue: UUID, key: str,
    colleague: UUID | None, words: Mapping[str, object], now: datetime, state: State = "asked",
) -> UUID:  # fmt: skip
    """Add what a learner asks a colleague, and give its row.

    Where the colleague is a channel, it is what was `posted` there for everybody who reads it.
    """
    row = new_id()
    await tx.run(
        adding(pledges),
        id=row, person_id=person, enrolment_id=enrolment, dialogue_id=dialogue, key=key,
        colleague_id=colleague, state=state, version=1, asked_at=now,
        words=await tx.vault.seal_values(person, "pledges", "words", row, words),
    )  # fmt: skip
    return row


async def get(tx: Transaction, pledge: UUID, *, lock: bool = False) -> Pledge | None:
    """Read a pledge, locked against the other side if wanted; None when there is none."""
    row = await tx.row(_LOCK if lock else _GET, pledge=pledge)
    return await _pledge(tx, row) if row else None


async def under(tx: Transaction, dialogue: UUID, key: str) -> Pledge | None:
    """Read the open pledge that a dialogue asked under a key."""
    same = (pledges.c.dialogue_id == dialogue) & (pledges.c.key == key)
    row = await tx.row(_ALL.where(same, _OPEN).with_for_update())
    return await _pledge(tx, row) if row else None


async def last_under(tx: Transaction, dialogue: UUID, key: str) -> Pledge | None:
    """Read what a dialogue asked last under a key, be it over."""
    same = (pledges.c.dialogue_id == dialogue) & (pledges.c.key == key)
    newest = _ALL.where(same).order_by(None).order_by(pledges.c.id.desc()).limit(1)
    row = await tx.row(newest)
    return await _pledge(tx, row) if row else None


async def active_of(tx: Transaction, enrolment: UUID) -> Pledge | None:
    """Read what is agreed in a course, the first where there are two; None when nothing is."""
    row = await tx.row(_ACTIVE, enrolment=enrolment)
    return await _pledge(tx, row) if row else None


async def open_of(tx: Transaction, enrolment: UUID) -> Sequence[Pledge]:
    """Read and lock what was asked of colleagues in a course and did not end, the oldest first."""
    return await _all(tx, _ASKED, enrolment=enrolment)


async def helpers_of(tx: Transaction, enrolment: UUID) -> Sequence[Pledge]:
    """Read and lock what readers of a post offered in a course and did not end."""
    return await _all(tx, _OFFERED, enrolment=enrolment)


async def posted_of(tx: Transaction, person: UUID, channel: UUID) -> Sequence[Pledge]:
    """Read what a learner had posted in a channel, the oldest first, taken back or not."""
    theirs = (pledges.c.person_id == person) & (pledges.c.colleague_id == channel)
    return await _all(tx, _ALL.where(theirs))


async def of_person(tx: Transaction, person: UUID) -> Sequence[Pledge]:
    """Read what a learner asked, the oldest first."""
    return await _all(tx, _ALL.where(pledges.c.person_id == person))


async def of_colleague(tx: Transaction, colleague: UUID) -> Sequence[Pledge]:
    """Read what a colleague was asked and did not end, the oldest first."""
    return await _all(tx, _OF_COLLEAGUE, colleague=colleague)


async def every_pledge(tx: Transaction) -> Sequence[Pledge]:
    """Read all there are, the oldest first."""
    return await _all(tx, _EVERY)


async def learners_of(tx: Transaction, colleague: UUID, besides: UUID) -> int:
    """Count the other learners whom a colleague was asked to hold to something."""
    return int(await tx.value(_LEARNERS, colleague=colleague, besides=besides))


async def change(tx: Transaction, pledge: UUID, **columns: object) -> None:
    """Change columns that hold no words."""
    await tx.run(_CHANGE, pledge=pledge, **columns)


async def say(tx: Transaction, pledge: Pledge, words: Mapping[str, object]) -> None:
    """Put the learner's words in the place of what they said before."""
    sealed = await tx.vault.seal_values(pledge.person_id, "pledges", "words", pledge.id, words)
    await change(tx, pledge.id, words=sealed)


async def answer(tx: Transaction, pledge: Pledge, words: Mapping[str, object]) -> None:
    """Put the colleague's words in the place of what they said before."""
    place = (pledge.colleague_id, "pledges", "theirs", pledge.id)
    await change(tx, pledge.id, theirs=await tx.vault.seal_values(*place, words))


async def _all(
    tx: Transaction, found: Statement | Select[Any], **values: object
) -> Sequence[Pledge]:
    return [await _pledge(tx, row) for row in await tx.rows(found, **values)]


async def _pledge(tx: Transaction, row: dict[str, Any]) -> Pledge:
    """Open a row; what a colleague said who was erased since is gone."""
    own, theirs, id_ = row.pop("words"), row.pop("theirs"), row["id"]
    words = await tx.vault.open_values(row["person_id"], "pledges", "words", id_, own)
    said: Mapping[str, Any] | None = None
    if theirs is not None and row["colleague_id"] is not None:
        try:
            place = (row["colleague_id"], "pledges", "theirs", id_)
            said = await tx.vault.open_values(*place, theirs)
        except Erased:
            said = None
    return Pledge(**row, words=words, theirs=said)
