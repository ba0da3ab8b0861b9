"""The shape of a dialogue: its questions and what it says as nodes, the ways between as arrows.

It is found by exploring, not by reading code: there is an arrow because some path went along it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.engine.explore import Decision, Path, explore
from bot.engine.options import options_of
from bot.engine.steps import Choose, Question, Script, Tell, Together, Write, parts_of, row_of

START = "start"
END = "finish"
_MANY = 3


class Dialogue(Protocol):
    """What a chart needs of a dialogue; `bot.dialogues.registry.Dialogue` is one."""

    @property
    def kind(self) -> str:
        """The name of the dialogue."""
        ...

    @property
    def script(self) -> Callable[[Any], Script]:
        """The generator that holds it."""
        ...

    @property
    def briefs(self) -> tuple[Any, ...]:
        """The briefs under which it can open, as dataclasses."""
        ...


@dataclass(slots=True)
class Node:
    """A question, a form of several, or things said at one place.

    `rows` are rows of text by key; `deeper` the same for what hangs under the node's questions.
    `options` are the ways to answer by key, `commands` the buttons that answer nothing. Dicts
    stand for sets here, since they keep their order.
    """

    rows: dict[str, dict[str, None]] = field(default_factory=dict)
    deeper: dict[str, dict[str, None]] = field(default_factory=dict)
    options: dict[str, tuple[str, ...]] = field(default_factory=dict)
    commands: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one node to another; `back` where it is a way back."""

    source: str
    target: str
    back: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """One time along an arrow: under which opening, and with which answers to the source."""

    opening: int
    answers: tuple[Decision, ...] = ()


@dataclass(slots=True)
class Chart:
    """All nodes and arrows of one dialogue, in the order in which they were met."""

    kind: str
    nodes: dict[str, Node] = field(default_factory=dict)
    arrows: dict[Arrow, dict[Passage, None]] = field(default_factory=dict)

    def others(self, arrow: Arrow) -> list[Passage]:
        """List every passage that leaves the same node along another arrow."""
        return [
            passage
            for other, passages in self.arrows.items()
            if other.source == arrow.source and other != arrow
            for passage in passages
        ]

    def add(self, arrow: Arrow, passage: Passage) -> None:
        """Note a passage along an arrow."""
        self.arrows.setdefault(arrow, {})[passage] = None


def chart_of(dialogue: Dialogue) -> Chart:
    """Explore a dialogue under each of its briefs and gather what happened."""
    chart = Chart(dialogue.kind)
    for opening, brief in enumerate(dialogue.briefs, 1):
        for path in explore(dialogue.script, brief):
            _follow(chart, path, opening)
    return _with_told_joined(chart)


def _follow(chart: Chart, path: Path, opening: int) -> None:
    """Add the arrows of one path up to its first way back.

    After that, questions that are still answered are passed by; such short cuts would hide the
    order of things.
    """
    source, hanging = START, False
    answers: tuple[Decision, ...] = ()
    for leg in path.steps:
        answers = answers if hanging else leg.decisions
        for tell in leg.says:
            if not _hangs(chart, source, tell):
                target = _told(chart, tell)
                chart.add(Arrow(source, target, leg.back), Passage(opening, answers))
                source, answers = target, ()
        hanging = _hangs(chart, source, leg.question)
        if not hanging:
            target = _asked(chart, leg.question)
            chart.add(Arrow(source, target, leg.back), Passage(opening, answers))
            source = target
        if leg.back:
            return


def _hangs(chart: Chart, source: str, step: Tell | Question | Together | None) -> bool:
    """Tell whether a step belongs to the question before it, as deepening does; if so, add it."""
    if source not in chart.nodes or step is None or isinstance(step, Together):
        return False
    node = chart.nodes[source]
    hangs = any(step.key.startswith(f"{key}.") for key in node.rows)
    if hangs:
        node.deeper.setdefault(step.key, {})[row_of(step, chart.kind)] = None
    return hangs


def _told(chart: Chart, tell: Tell) -> str:
    name = _name("t", [tell.key])
    rows = chart.nodes.setdefault(name, Node()).rows.setdefault(tell.key, {})
    rows.update(dict.fromkeys(row for row in (row_of(tell, chart.kind), tell.instead) if row))
    return name


def _asked(chart: Chart, question: Question | Together | None) -> str:
    if question is None:
        return END
    parts = parts_of(question)
    name = _name("q", [part.key for part in parts])
    node = chart.nodes.setdefault(name, Node())
    for part in parts:
        node.rows.setdefault(part.key, {})[row_of(part, chart.kind)] = None
        node.options[part.key] = tuple(option.name for option in options_of(part))
        if isinstance(part, Choose | Write):
            node.commands.update(dict.fromkeys(part.commands))
    return name


def _name(letter: str, keys: Iterable[str]) -> str:
    """Name a node: some words, such as `end`, mean something to Mermaid, so none stands bare."""
    return f"{letter}_{'_and_'.join(keys).replace('.', '__')}"


def _with_told_joined(chart: Chart) -> Chart:
    """Join many things said that have the same places before and after: one node, all keys."""
    places: dict[tuple[frozenset[str], frozenset[str]], list[str]] = {}
    for name, node in chart.nodes.items():
        if not node.options:
            before = frozenset(arrow.source for arrow in chart.arrows if arrow.target == name)
            after = frozenset(arrow.target for arrow in chart.arrows if arrow.source == name)
            places.setdefault((before, after), []).append(name)
    many = [names for names in places.values() if len(names) >= _MANY]
    joined = {name: names[0] for names in many for name in names}
    whole = Chart(chart.kind)
    for name, node in chart.nodes.items():
        whole.nodes.setdefault(joined.get(name, name), node).rows.update(node.rows)
    for arrow, passages in chart.arrows.items():
        source = joined.get(arrow.source, arrow.source)
        target = joined.get(arrow.target, arrow.target)
        for passage in passages:
            whole.add(Arrow(source, target, arrow.back), passage)
    return whole
