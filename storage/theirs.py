"""Which rows are a person's: found in the tables themselves, so that a new one is never forgotten.

A row is theirs when its `person_id` is; any other column that points to a person only mentions
them, such as the manager of an enrolment, and the row stays its owner's.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import Column, Table

from storage.schema import metadata
from storage.tables import people

OWNER: Final = "person_id"

SEALED_FOR: Final[Mapping[str, str]] = MappingProxyType({"pledges.theirs": "colleague_id"})
"""Words in somebody's row that another wrote: the column that says whose key sealed them."""


def tables() -> tuple[Table, ...]:
    """Give the tables with rows that are somebody's, each after those it points to."""
    return tuple(
        table
        for table in metadata.sorted_tables
        if OWNER in table.c and _points_to_people(table.c[OWNER])
    )


def mentions() -> tuple[Column[object], ...]:
    """Give the columns that point to somebody who does not own the row."""
    return tuple(
        column
        for table in metadata.sorted_tables
        for column in table.columns
        if _points_to_people(column) and column.name != OWNER
    )


def _points_to_people(column: Column[object]) -> bool:
    return any(key.column.table is people for key in column.foreign_keys)
