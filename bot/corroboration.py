"""How often somebody's use of a training was confirmed by another, honestly counted.

Two people who confirm each other again and again in the same words tell no more than each says of
themselves (docs/dialogues.md, d and p; design): such confirmations are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from storage.observations import Observation

WHOLESALE: Final = 4  # confirmations between two people, both ways, in the same words


def count_confirmed(learner: UUID, between: Iterable[Observation]) -> int:
    """Count what others confirmed of a learner.

    `between` is all that was confirmed of the learner, and by the learner of others.
    """
    held = [each for each in between if each.is_confirmed and each.author_id]
    of_learner = Counter(_said(each) for each in held if each.person_id == learner)
    by_learner = Counter(_turned(each) for each in held if each.author_id == learner)
    return sum(
        times for said, times in of_learner.items() if not _is_wholesale(times, by_learner[said])
    )


def _said(seen: Observation) -> tuple[UUID | None, str]:
    return seen.author_id, _wording(seen)


def _turned(seen: Observation) -> tuple[UUID | None, str]:
    return seen.person_id, _wording(seen)


def _wording(seen: Observation) -> str:
    """Give what was said as it is compared; a witness taps, so theirs is always the same."""
    return " ".join(str(seen.words.get("text", "")).casefold().split()).rstrip(".!")


def _is_wholesale(one_way: int, other_way: int) -> bool:
    return bool(one_way and other_way) and one_way + other_way >= WHOLESALE
