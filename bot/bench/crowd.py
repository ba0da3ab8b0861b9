"""A crowd: very many who are enrolled and wait, made by the database itself in a few statements.

They stand where others stand, as large and with the same marks, but nobody can read their words:
those are copies of one learner's, sealed for her rows. So nothing of a crowd may ever fall due.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from bot.bench.town import START, Town
from storage import tables, tables_talk
from storage.database import Dialect, Transaction

_PEOPLE: Final = "0000000a"
_ENROLMENTS: Final = "0000000b"
_NUDGES: Final = "0000000c"
_FROM: Final = START + timedelta(days=60)
_DAYS: Final = 90
_SECONDS: Final = _DAYS * 24 * 3600
_ID: Final = {
    "sqlite": "printf('%s%024x', '{prefix}', n)",
    "postgresql": "CAST('{prefix}' || lpad(to_hex(n), 24, '0') AS uuid)",
}
_DUE: Final = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%S.000000', '{start}', (n % {span}) || ' seconds')",
    "postgresql": "TIMESTAMPTZ '{start}+00' + (n % {span}) * INTERVAL '1 second'",
}


def enrolment_of(number: int) -> UUID:
    """Name the enrolment of somebody in a crowd."""
    return UUID(f"{_ENROLMENTS}{number:024x}")


def person_of(number: int) -> UUID:
    """Name somebody in a crowd."""
    return UUID(f"{_PEOPLE}{number:024x}")


async def enrol(tx: Transaction, town: Town, first: int, last: int) -> None:
    """Add the people of these numbers, `last` left out, each with an enrolment."""
    person = _id(tx.dialect, _PEOPLE)
    await _copy(tx, tables.people, town.learner, (first, last), {
        "id": person, "email_index": "NULL", "email": "NULL", "focus": "NULL",
    })  # fmt: skip
    await _copy(tx, tables.enrolments, town.enrolment, (first, last), {
        "id": _id(tx.dialect, _ENROLMENTS), "person_id": person,
        "cohort_id": f"'{_written(tx.dialect, town.other_cohort)}'",
    })  # fmt: skip


async def plan(tx: Transaction, nudge: UUID, first: int, last: int) -> None:
    """Give each of them a nudge like this one, due at some moment in three months of their own."""
    due = _DUE[tx.dialect].format(start=f"{_FROM:%Y-%m-%d %H:%M:%S}", span=_SECONDS)
    await _copy(tx, tables_talk.nudges, nudge, (first, last), {
        "id": _id(tx.dialect, _NUDGES), "person_id": _id(tx.dialect, _PEOPLE),
        "enrolment_id": _id(tx.dialect, _ENROLMENTS), "due_at": due,
    })  # fmt: skip


def _id(dialect: Dialect, prefix: str) -> str:
    return _ID[dialect].format(prefix=prefix)


def _written(dialect: Dialect, row: UUID) -> str:
    return row.hex if dialect == "sqlite" else str(row)


async def _copy(
    tx: Transaction, table: Any,  # noqa: ANN401 - SQLAlchemy's
    row: UUID, numbers: tuple[int, int], changed: dict[str, str],
) -> None:  # fmt: skip
    """Insert copies of a row of a table, one a number `n`, with these columns changed."""
    names = [f'"{column.name}"' for column in table.columns]
    values = [changed.get(column.name, f'one."{column.name}"') for column in table.columns]
    first, last = numbers
    found = _written(tx.dialect, row)
    await tx.connection.exec_driver_sql(
        f"WITH RECURSIVE number(n) AS (SELECT {first:d} UNION ALL "  # noqa: S608 - our own words
        f"SELECT n + 1 FROM number WHERE n + 1 < {last:d}) "
        f'INSERT INTO "{table.name}" ({", ".join(names)}) '
        f'SELECT {", ".join(values)} FROM number, "{table.name}" AS one '
        f"WHERE one.id = '{found}'".replace("%", "%%" if tx.dialect == "postgresql" else "%")
    )
