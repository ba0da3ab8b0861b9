"""Each dialogue as a Mermaid flowchart, drawn from what its script does when it is explored.

Nothing here reads the code of a script: a line is drawn because some path went along it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

from bot.engine.explore import Leg, Path, explore
from bot.engine.options import options_of
from bot.engine.steps import (
    Choose,
    Question,
    Rate,
    Script,
    Tell,
    Together,
    Write,
    parts_of,
    row_of,
)

_START = "start"
_END = "finish"

_HEADER = """\
# The dialogues, drawn

Drawn from the code by `make draw`; do not edit. Each dialogue is explored with every option of
every question and every pair of options, and what happened is what you see.

- A box is a question, a box with double sides a form of several questions, a box with round
  corners something said. The first line is the key under which the answer is stored, the second
  the row of text in `bot/texts`. Small words in brackets are buttons that answer nothing.
- An arrow carries the answers that lead along it. Without words every answer does, or it depends
  on an earlier one (*by earlier answers*). *written* is a text without fault; other words for a
  text, such as *vague*, are the marks that make it weak. *silent* is what silence comes to.
- A dotted arrow goes back: the questions from there on are asked again.
- *Openings* are the circumstances under which a dialogue can open. An arrow that exists only
  under some of them carries their numbers in brackets.
"""


class Dialogue(Protocol):
    """What drawing needs of a dialogue; `bot.dialogues.registry.Dialogue` is one."""

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
class _Node:
    """A question, a form or something said; a chart is made of these, filled and then printed."""

    shape: tuple[str, str]
    keys: tuple[str, ...]
    rows: dict[str, None] = field(default_factory=dict)
    commands: dict[str, None] = field(default_factory=dict)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Arrow:
    source: str
    target: str
    back: bool


@dataclass(frozen=True, slots=True)
class _Passage:
    """One way along an arrow: the opening it happened under, and the answers that led there."""

    opening: int
    answers: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _Chart:
    kind: str
    nodes: dict[str, _Node] = field(default_factory=dict)
    arrows: dict[_Arrow, set[_Passage]] = field(default_factory=dict)


def document(registry: Mapping[str, Dialogue]) -> str:
    """Write the whole of `docs/drawn.md`. Takes as long as exploring every dialogue does."""
    return f"{_HEADER}\n{draw(registry)}"


def draw(registry: Mapping[str, Dialogue]) -> str:
    """Draw each dialogue under a heading of its own, as Markdown with a Mermaid flowchart."""
    return "\n".join(_section(dialogue) for dialogue in registry.values())


def _section(dialogue: Dialogue) -> str:
    chart = _Chart(dialogue.kind)
    for number, brief in enumerate(dialogue.briefs, 1):
        for path in explore(dialogue.script, brief):
            _add(chart, number, path)
    lines = [f"## {dialogue.kind}", "", *_openings(dialogue), "```mermaid", "flowchart TD"]
    lines += [f"    {line}" for line in (*_node_lines(chart), *_arrow_lines(chart))]
    return "\n".join((*lines, "```", ""))


def _openings(dialogue: Dialogue) -> list[str]:
    if len(dialogue.briefs) == 1:
        return []
    named = [f"{number}. {_told(brief)}" for number, brief in enumerate(dialogue.briefs, 1)]
    return ["Openings:", "", *named, ""]


def _told(brief: Any) -> str:  # noqa: ANN401  any dataclass; the engine does not know the brief
    shown = (
        f"{each.name} {getattr(brief, each.name)}"
        for each in fields(brief)
        if each.name != "kind" and getattr(brief, each.name) not in (None, False, "", 0)
    )
    return ", ".join(shown) or "nothing known"


def _add(chart: _Chart, opening: int, path: Path) -> None:
    source = _START
    for leg in path.steps:
        answers = leg.decisions
        for tell in leg.says:
            target = _tell(chart, tell)
            _connect(chart, _Arrow(source, target, leg.back), _Passage(opening, answers))
            source, answers = target, ()
        target = _asked(chart, leg)
        _connect(chart, _Arrow(source, target, leg.back), _Passage(opening, answers))
        source = target


def _connect(chart: _Chart, arrow: _Arrow, passage: _Passage) -> None:
    chart.arrows.setdefault(arrow, set()).add(passage)


def _tell(chart: _Chart, tell: Tell) -> str:
    name = _name("t", (tell.key,))
    node = chart.nodes.setdefault(name, _Node(("(", ")"), (tell.key,)))
    node.rows[row_of(tell, chart.kind)] = None
    if tell.instead:
        node.rows[tell.instead] = None
    return name


def _asked(chart: _Chart, leg: Leg) -> str:
    if leg.question is None:
        return _END
    parts = parts_of(leg.question)
    keys = tuple(part.key for part in parts)
    name = _name("q", keys)
    shape = ("[[", "]]") if isinstance(leg.question, Together) else ("[", "]")
    node = chart.nodes.setdefault(name, _Node(shape, keys))
    for part in parts:
        node.rows[row_of(part, chart.kind)] = None
        node.order[part.key] = tuple(option.name for option in options_of(part))
        if isinstance(part, Choose | Write):
            node.commands.update(dict.fromkeys(part.commands))
    return name


def _name(letter: str, keys: Iterable[str]) -> str:
    """Name a node: some words, such as `end`, mean something to Mermaid, so none stands bare."""
    return f"{letter}_{'_and_'.join(keys).replace('.', '__')}"


def _node_lines(chart: _Chart) -> list[str]:
    lines = [f"{_START}([{chart.kind}])", f"{_END}((end))"]
    for name, node in chart.nodes.items():
        left, right = node.shape
        rows = ", ".join(node.rows)
        words = [" + ".join(node.keys), f"<small>{rows}</small>"]
        if node.commands:
            words.append(f"<small>({', '.join(node.commands)})</small>")
        lines.append(f'{name}{left}"{"<br/>".join(words)}"{right}')
    return lines


def _arrow_lines(chart: _Chart) -> list[str]:
    lines = []
    for arrow in chart.arrows:
        line = "-.->" if arrow.back else "-->"
        label = " ".join(each for each in (_answers(chart, arrow), _numbers(chart, arrow)) if each)
        words = f'|"{label}"|' if label else ""
        lines.append(f"{arrow.source} {line}{words} {arrow.target}")
    return lines


def _siblings(chart: _Chart, arrow: _Arrow) -> set[_Passage]:
    """List all ways on from where an arrow starts, under the openings that it knows itself."""
    openings = {passage.opening for passage in chart.arrows[arrow]}
    return {
        passage
        for other, passages in chart.arrows.items()
        if other.source == arrow.source
        for passage in passages
        if passage.opening in openings
    }


def _numbers(chart: _Chart, arrow: _Arrow) -> str:
    here = {passage.opening for passage in chart.arrows[arrow]}
    all_ = {
        passage.opening
        for other, passages in chart.arrows.items()
        if other.source == arrow.source
        for passage in passages
    }
    return "" if here == all_ else f"({_listed(str(number) for number in sorted(here))})"


def _answers(chart: _Chart, arrow: _Arrow) -> str:
    """Name the answers that lead along an arrow and not along every other one."""
    here, around = chart.arrows[arrow], _siblings(chart, arrow)
    if here == around or arrow.source == _START:
        return ""
    node = chart.nodes[arrow.source]
    parts = []
    for key, order in node.order.items():
        names = _taken(here, key)
        if names != _taken(around, key):
            listed = _listed(name for name in order if name in names)
            parts.append(f"{key}: {listed}" if len(node.order) > 1 else listed)
    return "; ".join(parts) or "by earlier answers"


def _taken(passages: Iterable[_Passage], key: str) -> set[str]:
    return {name for passage in passages for each, name in passage.answers if each == key}


def _listed(names: Iterable[str]) -> str:
    """List names; three and more numbers in a row become a range.

    >>> _listed(["0", "1", "2", "5", "yes"])
    '0-2, 5, yes'
    """
    runs: list[list[str]] = []
    for name in names:
        if runs and name.isdigit() and str(int(name) - 1) == runs[-1][-1]:
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 2 else ", ".join(run) for run in runs)
