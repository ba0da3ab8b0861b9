"""Each dialogue as a Mermaid flowchart in Markdown: what `docs/drawn.md` holds.

The same code always gives the same text, so a drawing that differs is a drawing that is stale.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from bot.engine.chart import END, START, Arrow, Chart, Dialogue, Node, Passage, chart_of

_SHORTEST_RANGE = 3

_HEADER = """\
# The dialogues, drawn

Drawn from the code by `make draw`; do not edit. Each dialogue is explored with every option of
every question and every pair of options, and what happened is what you see.

- A box is a question, a box with double sides a form of several, a box with round corners
  something said. Bold is the key under which an answer is stored; the small lines are rows of
  text in `bot/texts`. After *then* stands what a weak answer brings: one deepening question, and
  one line if that is weak too. Words in brackets are buttons that answer nothing.
- An arrow carries the answers that lead along it; without words every answer does. *written* is a
  text without fault, *vague* and the like are the marks that make one weak, *silent* is what
  silence comes to. *it depends* says that no answer here decides alone.
- A dotted arrow goes back: what was answered from there on is forgotten and asked again.
- *Openings* are circumstances under which a dialogue can open. An arrow that exists only under
  some of them carries their numbers in brackets.
"""


def document(registry: Mapping[str, Dialogue]) -> str:
    """Write the whole of `docs/drawn.md`. Takes some seconds: every dialogue is explored."""
    return f"{_HEADER}\n{draw(registry)}"


def draw(registry: Mapping[str, Dialogue]) -> str:
    """Draw each dialogue under a heading of its own, as Markdown with a Mermaid flowchart."""
    return "\n".join(_section(dialogue) for dialogue in registry.values())


def _section(dialogue: Dialogue) -> str:
    chart = chart_of(dialogue)
    nodes = [_node(name, node) for name, node in chart.nodes.items()]
    arrows = [_arrow(chart, arrow) for arrow in chart.arrows]
    lines = (f"{START}([{chart.kind}])", f"{END}((end))", *nodes, *arrows)
    head = [f"## {dialogue.kind}", "", *_openings(dialogue)]
    body = ["```mermaid", "flowchart TD", *(f"    {line}" for line in lines), "```", ""]
    return "\n".join(head + body)


def _openings(dialogue: Dialogue) -> list[str]:
    if len(dialogue.briefs) == 1:
        return []
    named = [f"{number}. {_facts(brief)}" for number, brief in enumerate(dialogue.briefs, 1)]
    return ["Openings:", "", *named, ""]


def _facts(brief: Any) -> str:  # noqa: ANN401  any dataclass; the engine does not know the brief
    values = {each.name: getattr(brief, each.name) for each in fields(brief)}
    told = (f"{name} {value}" for name, value in values.items() if value and name != "kind")
    return ", ".join(told) or "nothing known"


def _node(name: str, node: Node) -> str:
    rows = [f"<small>{', '.join(rows)}</small>" for rows in node.rows.values()]
    deeper = [f"<small>then {key}: {', '.join(rows)}</small>" for key, rows in node.deeper.items()]
    commands = [f"<small>({', '.join(node.commands)})</small>"] if node.commands else []
    words = "<br/>".join((f"<b>{'<br/>'.join(node.rows)}</b>", *rows, *deeper, *commands))
    left, right = _shape(node)
    return f'{name}{left}"{words}"{right}'


def _shape(node: Node) -> tuple[str, str]:
    if not node.options:
        return "(", ")"
    return ("[", "]") if len(node.options) == 1 else ("[[", "]]")


def _arrow(chart: Chart, arrow: Arrow) -> str:
    here, others = chart.arrows[arrow], chart.others(arrow)
    openings = {passage.opening for passage in here}
    beside = [passage for passage in others if passage.opening in openings]
    answers = _answers(chart.nodes[arrow.source], here, beside) if beside else ""
    numbers = _numbers(openings, {passage.opening for passage in others})
    label = " ".join(part for part in (answers, numbers) if part)
    words = f'|"{label}"|' if label else ""
    return f"{arrow.source} {'-.->' if arrow.back else '-->'}{words} {arrow.target}"


def _numbers(here: set[int], beside: set[int]) -> str:
    return "" if beside <= here else f"({_listed(map(str, sorted(here)))})"


def _answers(source: Node, here: Iterable[Passage], beside: Iterable[Passage]) -> str:
    """Name the answers that lead along an arrow, as far as others lead along those beside it."""
    parts = []
    for key, order in source.options.items():
        taken = _taken(here, key)
        if not _taken(beside, key) <= taken:
            names = _listed(name for name in order if name in taken)
            parts.append(names if len(source.options) == 1 else f"{key}: {names}")
    return "; ".join(parts) or "it depends"


def _taken(passages: Iterable[Passage], key: str) -> set[str]:
    return {name for passage in passages for each, name in passage.answers if each == key}


def _listed(names: Iterable[str]) -> str:
    """List names; three and more numbers in a row become a range.

    >>> _listed(["0", "1", "2", "5", "yes"])
    '0-2, 5, yes'
    """
    runs: list[list[str]] = []
    for name in names:
        if runs and name.isdigit() and runs[-1][-1] == str(int(name) - 1):
            runs[-1].append(name)
        else:
            runs.append([name])
    return ", ".join(
        f"{run[0]}-{run[-1]}" if len(run) >= _SHORTEST_RANGE else ", ".join(run) for run in runs
    )
