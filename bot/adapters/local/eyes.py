"""Whose eyes look at the page: the people themselves, or a role that may see less of them.

The address of the page says it (`?as=manager`), so it lasts as long as the address does. What a
role may see is asked of `bot.matrix`; what it may not see is never read, so it cannot be sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from starlette.requests import Request

from bot.adapters.local.wire import Refused
from bot.matrix import MATRIX, Role, Sight, Sort, may_see

Part: TypeAlias = Literal["chat", "coming", "plan", "around", "agreements", "visits", "log"]

SORTS: Final[Mapping[Part, tuple[Sort, ...]]] = MappingProxyType(
    {
        "chat": ("plan", "texts", "update", "codes", "observation", "quiz", "times"),
        "coming": ("times", "participation"),
        "plan": ("plan",),
        "around": ("texts",),
        "agreements": ("plan",),
        "visits": ("times", "participation"),
        "log": ("texts", "codes", "observation", "times"),
    }
)
"""What each part of a column holds; it is seen by whoever may see all of that."""

ROLES: Final[Mapping[str, Role]] = MappingProxyType(
    {
        "colleague": "buddy",
        "manager": "manager",
        "coach": "coach",
        "l_and_d": "l_and_d",
        "works_council": "works_council",
    }
)
"""Whose eyes one may borrow: as the address names them, and as the matrix does."""

_FIGURES: Final = ("group", "count")


@dataclass(frozen=True, slots=True)
class Eyes:
    """The eyes of a role, by the name that the address has for it; empty are one's own."""

    name: str = ""

    @property
    def are_own(self) -> bool:
        """Whether everybody is seen as they see themselves."""
        return not self.name

    @property
    def get_figures(self) -> bool:
        """Whether this role is given figures of groups."""
        return any(MATRIX[sort][ROLES[self.name]] in _FIGURES for sort in MATRIX)

    def see(self, part: Part, held: AbstractSet[Sight]) -> bool:
        """Say whether these eyes may see a part, where `held` is what is true of the two.

        >>> Eyes("colleague").see("plan", {"pair"}), Eyes("manager").see("plan", {"pair"})
        (True, False)
        """
        return all(may_see(sort, ROLES[self.name], held) for sort in SORTS[part])


OWN: Final = Eyes()


def eyes_of(request: Request) -> Eyes:
    """Read whose eyes look. Raises Refused for a role that there is not."""
    name = request.query_params.get("as", "")
    if name and name not in ROLES:
        raise Refused("page.malformed")
    return Eyes(name)
