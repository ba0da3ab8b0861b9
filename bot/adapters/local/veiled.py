"""A column as somebody else may see it: in the place of what is hidden stands that it is hidden.

Only what the matrix lets a role see is read at all, and it comes through the gate of messages; of
what has no way through that gate nothing is here, whatever the matrix says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from bot.adapters.local import agreements
from bot.adapters.local.agreements import Agreement
from bot.adapters.local.eyes import Eyes
from bot.adapters.local.markup import Pages
from bot.matrix import Sight
from bot.visibility import PublicName, plain
from storage import people
from storage.database import Transaction

PAIR: Final[frozenset[Sight]] = frozenset({"pair"})


@dataclass(frozen=True, slots=True)
class Veiled:
    """What a role sees of somebody: the words that say so, and what is shared with it."""

    veil: str
    figures: str
    plan: str = ""
    agreements: tuple[Agreement, ...] = ()

    @property
    def words(self) -> Mapping[str, str]:
        """Give the texts of the column that stand still."""
        return {"veil": self.veil, "figures": self.figures}


async def of_person(
    tx: Transaction, pages: Pages, person: UUID, eyes: Eyes, now: datetime
) -> Veiled:
    """Look at somebody with the eyes of a role."""
    seen = await people.get(tx, person)
    role = PublicName(pages.text(f"page.role.{eyes.name}", seen.language))
    veil = pages.text("page.not_visible", seen.language, role=plain(role))
    figures = pages.text("page.only_figures", seen.language) if eyes.get_figures else ""
    if not eyes.see("plan", PAIR):
        return Veiled(veil, figures)
    shared = await agreements.for_colleague(tx, pages, seen, now)
    if shared is None or not eyes.see("agreements", PAIR):
        return Veiled(veil, figures)
    return Veiled(veil, figures, shared.plan, (shared.agreement,))
