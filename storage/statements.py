"""Statements that are built once, and carried out with other values each time.

Building one, and finding what it was compiled to before, costs more than what it does. A parameter
that stands beside columns that are set must not be called as one of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Dialect, Table, Uuid, insert, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

Process: TypeAlias = Callable[[Any], Any]
Row: TypeAlias = Sequence[Any]
Values: TypeAlias = Sequence[object] | Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement as the driver takes it; its values by position, or by name where `named`."""

    sql: str
    named: bool
    parameters: tuple[tuple[str, Process | None], ...]
    constants: Mapping[str, object]
    columns: tuple[str, ...]
    reads: tuple[tuple[int, Process], ...]

    def values(self, given: Mapping[str, object]) -> Values:
        """Give the values of the parameters, as the driver wants them."""
        known = {**self.constants, **given}
        if self.named:
            return {
                name: process(known[name]) if process else known[name]
                for name, process in self.parameters
            }
        return [
            process(known[name]) if process else known[name] for name, process in self.parameters
        ]

    def read(self, row: Row) -> dict[str, Any]:
        """Read a row that the driver gave, by column."""
        values = list(row)
        for place, process in self.reads:
            values[place] = process(values[place])
        return dict(zip(self.columns, values, strict=True))


class Statement:
    """A statement with its parameters left open (`bindparam`): made once, with the module.

    It finds what it needs by an index and gives few rows: SQLite's event loop waits for it. An
    insert or update without `values` sets the columns that are named when it is carried out.
    """

    __slots__ = ("_prepared", "built")

    def __init__(self, built: Executable) -> None:
        """Take what was built."""
        self.built = built
        self._prepared: dict[tuple[object, ...], Prepared] = {}

    def prepared(self, dialect: Dialect, names: tuple[str, ...]) -> Prepared:
        """Give it as the driver of a database takes it, with parameters of these names."""
        key = (dialect.name, *names)
        if key not in self._prepared:
            self._prepared[key] = _prepared(self.built, dialect, names)
        return self._prepared[key]


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


def _prepared(built: Any, dialect: Dialect, names: tuple[str, ...]) -> Prepared:  # noqa: ANN401 - reads or changes
    compiled = built.compile(dialect=dialect, column_keys=list(names))
    binds: dict[str, BindParameter[Any]] = {name: b for b, name in compiled.bind_names.items()}
    order = binds if compiled.positiontup is None else compiled.positiontup
    columns = built.exported_columns.items()
    reads = [(place, _reader(each.type, dialect)) for place, (_, each) in enumerate(columns)]
    return Prepared(
        sql=str(compiled),
        named=compiled.positiontup is None,
        parameters=tuple((name, _writer(binds[name].type, dialect)) for name in order),
        constants={name: each.value for name, each in binds.items() if not each.required},
        columns=tuple(name for name, _ in columns),
        reads=tuple((place, process) for place, process in reads if process),
    )


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    if isinstance(kind, Uuid) and not dialect.supports_native_uuid:
        return _read_id
    return kind.dialect_impl(dialect).result_processor(dialect, None)


@lru_cache(maxsize=4096)
def _read_id(written: str | None) -> UUID | None:
    """Read an id; the same few are read again and again."""
    return None if written is None else UUID(written)
