"""Rows as values: which columns a frozen row reads.

A row's fields are its table's columns, by name; a column that no field names is not read.
"""

from dataclasses import fields
from typing import Any

from sqlalchemy import Select, Table, select


def select_for(row: type, table: Table) -> Select[*tuple[Any, ...]]:
    """Select the columns that a row's fields are named after."""
    return select(*(table.c[field.name] for field in fields(row)))
