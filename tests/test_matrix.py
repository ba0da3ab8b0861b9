"""Who may see what: the table that people read and the one that the code asks are the same."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Final

import pytest

from bot.matrix import MATRIX, ROLES, Role, Sight, Sort, may_see

DOCS: Final = Path(__file__).parent.parent / "docs" / "dialogues.md"

SORTS: Final[dict[str, Sort]] = {
    "Plan": "plan",
    "Free text": "texts",
    "What a learner sends a colleague": "update",
    "Scores and codes": "codes",
    "What a colleague saw": "observation",
    "Quiz answers": "quiz",
    "Joined, paused, stopped, silent": "participation",
    "Times of shifts and days of leave": "times",
    "Distress": "distress",
}
HEADS: Final[dict[str, Role]] = {
    "Learner": "learner",
    "Buddy": "buddy",
    "Manager": "manager",
    "Coach": "coach",
    "L&D": "l_and_d",
    "Admin": "admin",
    "Trainer": "trainer",
    "Sponsor": "sponsor",
    "Witness": "witness",
    "Managers' channel": "managers_channel",
    "Team channel": "team_channel",
    "Works council": "works_council",
}
SIGHTS: Final[dict[str, Sight]] = {
    "yes": "yes",
    "no": "no",
    "no, it is sealed": "no",
    "no, the support code tells of technical things only": "no",
    "not stored": "no",
    "while they are a pair": "pair",
    "as shared, word for word": "shared",
    "while the learner lets them": "consent",
    "what they wrote": "author",
    "in their own question": "question",
    "that it has come to an end": "ended",
    "group of 5 or more": "group",
    "only how many": "count",
}
EVERY_CELL: Final = list(product(MATRIX, ROLES))
ALL: Final[tuple[Sight, ...]] = tuple(dict.fromkeys(SIGHTS.values()))
# What somebody may come to hold; the others open nothing, whatever is true.
OPENS: Final[frozenset[Sight]] = frozenset({"pair", "shared", "consent", "author", "question"})


def table_of_the_docs() -> list[list[str]]:
    """Read the table of section p: its head and its rows, as cells."""
    section = re.split(r"^## ", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)[-1]
    assert section.startswith("p. Who may see what")
    lines = section[section.index("| Of one person") :].split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


HEAD, _RULE, *ROWS = table_of_the_docs()
CELLS: Final = {
    (SORTS[row[0]], HEADS[head]): cell
    for row in ROWS
    for head, cell in zip(HEAD[1:], row[1:], strict=True)
}


@pytest.mark.parametrize(("sort", "role"), EVERY_CELL)
def test_what_the_docs_say_is_what_the_code_asks(sort: Sort, role: Role) -> None:
    assert SIGHTS[CELLS[sort, role]] == MATRIX[sort][role]


def test_the_docs_have_every_sort_and_role_in_the_order_of_the_code_and_no_other() -> None:
    assert [SORTS[row[0]] for row in ROWS] == list(MATRIX)
    assert tuple(HEADS[head] for head in HEAD[1:]) == ROLES
    assert set(CELLS.values()) == set(SIGHTS), "a wording that stands in no cell any more"


@pytest.mark.parametrize(("sort", "role"), EVERY_CELL)
def test_a_cell_opens_to_what_it_says_and_to_nothing_else(sort: Sort, role: Role) -> None:
    sight = SIGHTS[CELLS[sort, role]]

    opened = {held for held in ALL if may_see(sort, role, {held})}

    always = set(ALL) if sight == "yes" else set()
    assert opened == always | ({sight} & OPENS)
    assert may_see(sort, role) == (sight == "yes")


@pytest.mark.parametrize(("sort", "role"), EVERY_CELL)
def test_who_holds_all_but_what_a_cell_says_sees_nothing(sort: Sort, role: Role) -> None:
    sight = SIGHTS[CELLS[sort, role]]

    assert may_see(sort, role, set(ALL) - {sight}) == (sight == "yes")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_ever_sees_distress(role: Role) -> None:
    assert not may_see("distress", role, set(ALL))


@pytest.mark.parametrize("sort", [sort for sort in MATRIX if sort != "distress"])
def test_everybody_sees_all_of_their_own(sort: Sort) -> None:
    assert may_see(sort, "learner")


@pytest.mark.parametrize("sort", MATRIX)
@pytest.mark.parametrize("role", ["admin", "works_council"])
def test_who_runs_the_house_or_watches_over_it_reads_nobodys_own(sort: Sort, role: Role) -> None:
    assert not may_see(sort, role, set(ALL))
