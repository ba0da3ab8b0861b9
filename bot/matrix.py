"""Who may see what (docs/dialogues.md, p): one table, which the code asks before it lends words.

A sight is about one person's own words, codes or days. Figures of groups are made elsewhere, from
codes and numbers alone, so here a cell that says `group` or `count` shows nobody anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

Sort: TypeAlias = Literal[
    "plan", "texts", "update", "codes", "observation", "quiz", "participation", "times", "distress"
]
Role: TypeAlias = Literal[
    "learner", "buddy", "manager", "coach", "l_and_d", "admin", "trainer", "sponsor", "witness",
    "managers_channel", "team_channel", "works_council",
]  # fmt: skip
Sight: TypeAlias = Literal[
    "yes",  # always
    "no",  # never
    "pair",  # while the learner asks this person to hold them to it
    "shared",  # what the learner shared with them, word for word
    "consent",  # while the learner lets their coach see it
    "author",  # whoever wrote it, in the dialogue where they did
    "question",  # only what their one question shows
    "ended",  # only that it has come to an end
    "group",  # figures of five people or more
    "count",  # how many there are
]

ROLES: Final[tuple[Role, ...]] = (
    "learner", "buddy", "manager", "coach", "l_and_d", "admin", "trainer", "sponsor", "witness",
    "managers_channel", "team_channel", "works_council",
)  # fmt: skip


def _row(*sights: Sight) -> Mapping[Role, Sight]:
    return MappingProxyType(dict(zip(ROLES, sights, strict=True)))


# The order of the columns is that of ROLES. "update" is what a learner sends one colleague of what
# they wrote, previewed word for word (dialogues d, D9): so "texts" itself stays closed to buddies.
# fmt: off
MATRIX: Final[Mapping[Sort, Mapping[Role, Sight]]] = MappingProxyType({
    "plan": _row(
        "yes", "pair", "shared", "consent", "no", "no", "count", "no", "question",
        "no", "shared", "no",
    ),
    "texts": _row(
        "yes", "no", "shared", "consent", "shared", "no", "no", "no", "no",
        "shared", "no", "no",
    ),
    "update": _row(
        "yes", "shared", "no", "no", "no", "no", "no", "no", "no",
        "no", "no", "no",
    ),
    "codes": _row(
        "yes", "no", "no", "consent", "group", "no", "group", "no", "no",
        "group", "no", "no",
    ),
    "observation": _row(
        "yes", "author", "no", "consent", "count", "no", "no", "no", "question",
        "no", "no", "no",
    ),
    "quiz": _row(
        "yes", "no", "no", "no", "group", "no", "no", "no", "no",
        "no", "no", "no",
    ),
    "participation": _row(
        "yes", "ended", "no", "no", "group", "no", "no", "no", "no",
        "no", "no", "no",
    ),
    "times": _row(
        "yes", "no", "no", "no", "no", "no", "no", "no", "no",
        "no", "no", "no",
    ),
    "distress": _row(
        "no", "no", "no", "no", "no", "no", "no", "no", "no",
        "no", "no", "no",
    ),
})
# fmt: on

_NOBODYS: Final[frozenset[Sight]] = frozenset({"no", "group", "count", "ended"})


def may_see(sort: Sort, role: Role, held: AbstractSet[Sight] = frozenset()) -> bool:
    """Say whether a role may read one person's own, where `held` names what is true of the two.

    >>> may_see("plan", "buddy"), may_see("plan", "buddy", {"pair"}), may_see("plan", "l_and_d")
    (False, True, False)
    """
    sight = MATRIX[sort][role]
    return sight == "yes" or (sight in held and sight not in _NOBODYS)
