"""Results as people read them: a table on a terminal, and the same in the page of docs.

Only what stands between the two marks of the page is written anew; what explains it is ours.
"""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.table import Table

from bot.bench.results import AIMS, FIGURE_AIMS, Aim, Compared, Figure, Results
from bot.errors import BadContent

BEGIN: Final = "<!-- measured: written by `holdfast bench --write` -->"
END: Final = "<!-- until here -->"
_MILLI: Final = 1e-3
_MICRO: Final = 1e-6
_AIMS: Final = {aim.name: aim for aim in (*AIMS, *FIGURE_AIMS)}


def show(results: Results, console: Console) -> None:
    """Print results as tables."""
    compared = Table("ratio", "database", "ours", "theirs", "is", "aim", "")
    for each in results.compared:
        compared.add_row(*_row(each))
    figures = Table("of ours alone", "database", "is", "aim", "")
    for figure in results.figures:
        figures.add_row(*_figure(figure))
    console.print(compared)
    console.print(figures)
    console.print(_where(results))
    for said in (*_missed(results), *results.left_out):
        console.print(said, markup=False)


def page(before: str, results: Results) -> str:
    """Give the page of docs with these results between its marks.

    Raises:
        BadContent: the page has no such marks.

    """
    head, begin, rest = before.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise BadContent(f"The page has no place for results: put '{BEGIN}' and '{END}' into it.")
    return f"{head}{BEGIN}\n\n{_markdown(results)}\n{END}{tail}"


def _markdown(results: Results) -> str:
    lines = [
        _where(results),
        "",
        "| ratio | database | ours | theirs | is | aim | |",
        "|---|---|---|---|---|---|---|",
        *(f"| {' | '.join(_row(each))} |" for each in results.compared),
        "",
        "| of ours alone | database | is | aim | |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(_figure(each))} |" for each in results.figures),
        "",
        *(f"Left out: {each}\n" for each in results.left_out),
    ]
    return "\n".join(lines)


def _row(each: Compared) -> tuple[str, ...]:
    return (
        each.name, each.database or "–", _seconds(each.ours), _seconds(each.theirs),
        f"{each.ratio:.3g}", *_aimed(each.name, each.database, each.ratio),
    )  # fmt: skip


def _figure(each: Figure) -> tuple[str, ...]:
    return (
        each.name, each.database, f"{_number(each.value)} {each.unit}",
        *_aimed(each.name, each.database, each.value),
    )  # fmt: skip


def _aimed(name: str, database: str, found: float) -> tuple[str, str]:
    """Say what was aimed at, and whether it is met: of SQLite, where a database matters."""
    aim = _AIMS.get(name)
    if aim is None or database not in {"", "SQLite"}:
        return "–", ""
    return aim.text, aim.verdict(found)


def _missed(results: Results) -> list[str]:
    if results.is_quick:
        return []
    found = results.aimed
    return [_said(aim, found[aim.name]) for aim in results.missed]


def _said(aim: Aim, found: float) -> str:
    return (
        f"Missed: {aim.name} is {found:.3g}, aimed at {aim.text} ({aim.means}). The cause stands "
        "in docs/performance.md."
    )


def _where(results: Results) -> str:
    machine = results.machine
    quick = " A quick run: this measures nothing." if results.is_quick else ""
    return f"Measured on {machine.cores} cores with Python {machine.python}.{quick}"


def _seconds(seconds: float) -> str:
    """Give a time with a unit that fits.

    >>> _seconds(0.00123), _seconds(2.5), _seconds(0.0000415)
    ('1.23 ms', '2.5 s', '41.5 µs')
    """
    if seconds >= 1:
        return f"{seconds:.3g} s"
    if seconds >= _MILLI:
        return f"{seconds / _MILLI:.3g} ms"
    return f"{seconds / _MICRO:.3g} µs"


def _number(value: float) -> str:
    """Give a number with as many digits as mean something.

    >>> _number(12345.6), _number(2.3456)
    ('12,300', '2.35')
    """
    return f"{float(f'{value:.3g}'):,.10g}"
