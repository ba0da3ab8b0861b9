"""The log beside a chat: what came of each visit, what was written, and what others saw.

The newest stands first; a visit that was only tapped has no texts. What a colleague wrote is here
once the learner let it count, and never before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from bot.adapters.local import times
from bot.adapters.local.markup import Pages
from bot.brief import from_json
from bot.visibility import Owned, PublicName, plain, show
from storage import attempts, barriers, dialogues, log, observations, people
from storage.database import Transaction
from storage.errors import Erased, Missing
from storage.observations import Observation
from storage.people import Person

_SEEN: Final[Mapping[str, str]] = MappingProxyType(
    {"sighting": "page.seen_by", "change": "page.seen_by", "tip": "page.tip_of"}
)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one visit: `chosen` are answers that were tapped, `texts` follow a question."""

    day: date
    on: str
    name: str
    chosen: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """All that was kept of an enrolment."""

    attempts: Sequence[attempts.Attempt]
    barriers: Sequence[barriers.Barrier]
    entries: Sequence[log.Entry]


async def of_enrolment(
    tx: Transaction, pages: Pages, person: Person, enrolment: UUID
) -> tuple[Written, ...]:
    """Read what came of the visits of an enrolment, in the language and zone of its person."""
    kept = _Kept(
        await attempts.of_enrolment(tx, enrolment),
        await barriers.of_enrolment(tx, enrolment),
        await log.of_enrolment(tx, enrolment),
    )
    held = await dialogues.of_enrolment(tx, enrolment)
    visits = [(each.opened_at, _written(each, kept, pages, person)) for each in reversed(held)]
    counted = [
        (each.at, await _seen(tx, each, pages, person))
        for each in await observations.of_enrolment(tx, enrolment)
        if each.state == "kept" and each.kind in _SEEN
    ]
    newest_first = sorted((*counted, *visits), key=lambda each: each[0], reverse=True)
    return tuple(told for _, told in newest_first if told is not None)


async def _seen(tx: Transaction, each: Observation, pages: Pages, person: Person) -> Written:
    """Tell what a colleague saw, which its learner let count."""
    words = str(show(Owned(each.person_id, str(each.words.get("text", ""))), person.id).value)
    by = PublicName(await _author(tx, each, pages, person.language))
    name = pages.text(_SEEN[each.kind], person.language, buddy=plain(by))
    day = times.local(each.at, person.zone).date()
    counts = pages.text("page.counts", person.language)
    on = times.in_short(day, person.language)
    return Written(day, on, name, (counts,), (("", words),))


async def _author(tx: Transaction, each: Observation, pages: Pages, language: str) -> str:
    try:
        author = await people.get(tx, each.author_id) if each.author_id else None
    except (Erased, Missing):
        author = None
    return author.name if author else pages.text("page.pledge_gone", language)


def _written(
    dialogue: dialogues.Dialogue, kept: _Kept, pages: Pages, person: Person
) -> Written | None:
    went = [each for each in kept.attempts if each.dialogue_id == dialogue.id]
    codes = [each.code for each in kept.barriers if each.dialogue_id == dialogue.id]
    entries = [each for each in kept.entries if each.dialogue_id == dialogue.id]
    moments = [*(each.at for each in went), *(each.at for each in entries)]
    if not moments:
        return None
    language = person.language
    chosen = [pages.label("check_in.went", each.outcome, language) for each in went]
    chosen += [pages.label("check_in.barrier", code, language) for code in codes]
    pairs: list[Any] = [pair for entry in entries for pair in entry.words["texts"]]
    texts = tuple((_question(str(key), pages, language), str(text)) for key, text in pairs)
    day = times.local(min(moments), person.zone).date()
    name = _name(dialogue, pages, language)
    return Written(day, times.in_short(day, language), name, tuple(filter(None, chosen)), texts)


def _name(dialogue: dialogues.Dialogue, pages: Pages, language: str) -> str:
    row = f"page.visit.{dialogue.kind}"
    number = from_json({"kind": dialogue.kind, **dialogue.brief}).round
    return pages.text(row, language, n=plain(number)) if pages.has(row) else ""


def _question(key: str, pages: Pages, language: str) -> str:
    """Give the question that an entry answers; empty where its row is gone."""
    row = f"check_in.{key}"
    return pages.text(row, language) if pages.has(row) else ""
