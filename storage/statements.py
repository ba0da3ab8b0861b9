"""Statements that are built once, and carried out with other values each time.

Building one, and finding what it was compiled to before, costs more than what it does. A parameter
that stands beside columns that are set must not be called as one of them.
"""

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Table, insert, literal
from sqlalchemy.dialects import postgresql, sqlite


class Statement:
    """A statement with its parameters left open (`bindparam`): made once, with the module.

    It finds what it needs by an index and gives few rows. An insert or update without `values`
    sets the columns that are named when it is carried out.
    """

    __slots__ = ("built",)

    def __init__(self, built: Executable) -> None:
        """Take what was built."""
        self.built = built


def among(column: ColumnElement[Any], values: Collection[object]) -> ColumnElement[bool]:
    """Say that a column is one of these, which are known when the statement is built."""
    return column.in_([literal(value, column.type) for value in values])


@cache
def adding(table: Table) -> Statement:
    """Give the statement that inserts a row."""
    return Statement(insert(table))


@cache
def adding_new(table: Table, dialect: str) -> Statement:
    """Give the statement that inserts a row unless it is there, and gives its key if it was not.

    An insert that fails spoils a PostgreSQL transaction; this one does not fail.
    """
    fresh = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    return Statement(fresh.on_conflict_do_nothing().returning(*table.primary_key))
