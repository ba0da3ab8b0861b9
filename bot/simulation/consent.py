"""What people said yes and no to, as their taps were seen: whatever the rows say came of it.

A tap releases what its card shows to whom it names, unless it is one of those that share nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from bot.engine.answers import Raw
from bot.port import Pressed, What
from bot.simulation.marks import marks_in
from storage.invariants import Agreement

SHARES_NOTHING: Final = frozenset(
    {"dont", "edit", "no", "not_now", "not_seen", "nothing", "nobody", "later", "skip"}
)
_SAYS_YES: Final = frozenset({"yes", "edit"})  # whoever changes it says yes to the change
_RIGHT: Final = "right"
_FINE: Final = "fine"
_OUT: Final = "out"


def shares(what: What) -> bool:
    """Say whether a tap may let others read what its card shows."""
    if not isinstance(what, Pressed):
        return False
    options = [raw for raw in what.inputs.values() if isinstance(raw, str)]
    return bool(options) and SHARES_NOTHING.isdisjoint(options)


@dataclass(slots=True)
class Taps:
    """Who said yes to an agreement, and who got out of one, by the talk in which they did.

    And what they had read on the cards of it by then, by its marks.
    """

    _right: dict[UUID, set[UUID]] = field(default_factory=dict)
    _out: dict[UUID, set[UUID]] = field(default_factory=dict)
    _read: dict[UUID, dict[UUID, set[str]]] = field(default_factory=dict)

    def read(self, person: UUID, what: What, text: str) -> None:
        """Note what stood on a card that somebody acts on."""
        if isinstance(what, Pressed) and (marks := marks_in(text)):
            self._read.setdefault(what.dialogue, {}).setdefault(person, set()).update(marks)

    def add(self, person: UUID, what: What) -> None:
        """Note a tap, if it is about an agreement."""
        if isinstance(what, Pressed):
            last = {key.rpartition(".")[2]: raw for key, raw in what.inputs.items()}
            if _is(last, _RIGHT, _SAYS_YES):
                self._right.setdefault(what.dialogue, set()).add(person)
            if _is(last, _FINE, {_OUT}):
                self._out.setdefault(what.dialogue, set()).add(person)

    def against(self, agreement: Agreement) -> str:
        """Say why an agreement that holds should not; empty where nothing is against it."""
        right = self._of(self._right, agreement)
        if not {agreement.person, agreement.colleague} <= right:
            return "an agreement holds that one of the two never said yes to"
        if agreement.colleague in self._of(self._out, agreement):
            return "an agreement holds that one of the two got out of"
        unread = marks_in(agreement.own) - self._read_by(agreement.colleague, agreement)
        unread |= marks_in(agreement.theirs) - self._read_by(agreement.person, agreement)
        if unread:
            return f"an agreement holds of which one never read {', '.join(sorted(unread))}"
        return ""

    def _read_by(self, person: UUID, agreement: Agreement) -> set[str]:
        talks = (self._read.get(talk, {}) for talk in agreement.talks)
        return {mark for read in talks for mark in read.get(person, ())}

    @staticmethod
    def _of(taps: Mapping[UUID, set[UUID]], agreement: Agreement) -> set[UUID]:
        return {person for talk in agreement.talks for person in taps.get(talk, ())}


def _is(inputs: Mapping[str, Raw], key: str, options: frozenset[str] | set[str]) -> bool:
    raw = inputs.get(key)
    return isinstance(raw, str) and raw in options
