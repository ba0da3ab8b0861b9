"""The shape of a release's tables, and whether its code could work on those of another.

Code of a release names its own columns, so whatever is added must do without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Column, MetaData

Shape = dict[str, dict[str, dict[str, Any]]]  # table → column → type, nullable, default


def shape_of(metadata: MetaData) -> Shape:
    """Describe all tables, in plain values."""
    return {
        table.name: {column.name: _column(column) for column in table.columns}
        for table in metadata.sorted_tables
    }


def _column(column: Column[Any]) -> dict[str, Any]:
    return {
        "type": type(column.type).__name__,
        "nullable": bool(column.nullable),
        "default": column.server_default is not None,
    }


def in_the_way(before: Shape, after: Shape) -> list[str]:
    """Say what of later tables would stop the code of a release from before."""
    return [
        said
        for table, columns in before.items()
        for said in (
            _of_table(table, columns, after[table]) if table in after else [f"{table} is gone"]
        )
    ]


def _of_table(
    table: str, before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> Iterator[str]:
    for name, column in before.items():
        if name not in after:
            yield f"{table}.{name} is gone"
        elif column["type"] != after[name]["type"]:
            yield f"{table}.{name} is of another type"
        elif column["nullable"] and not _may_be_left_out(after[name]):
            yield f"{table}.{name} must be given now"
    for name in after.keys() - before.keys():
        if not _may_be_left_out(after[name]):
            yield f"{table}.{name} is new and must be given"


def _may_be_left_out(column: Mapping[str, Any]) -> bool:
    return bool(column["nullable"] or column["default"])
