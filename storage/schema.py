"""What all tables share: their names' convention and the columns that many have.

A column of words is `sealed`: bytes that only the vault reads. Text that stands in a plain
column can be read by whoever gets hold of the file.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, MetaData, String, Uuid, func

from storage.moments import Moment

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def row_id() -> Column[UUID]:
    """Make the column by which a row is found."""
    return Column("id", Uuid, primary_key=True)


def ref(column: str, table: str, *, null: bool = False) -> Column[UUID]:
    """Make a column that points to a row of a table."""
    return Column(column, Uuid, ForeignKey(f"{table}.id"), nullable=null)


def loose(column: str) -> Column[UUID]:
    """Make a column that points to a row of a table that points back, so nothing checks it."""
    return Column(column, Uuid, nullable=True)


def sealed(column: str, *, null: bool = False) -> Column[bytes]:
    """Make a column of words, which only the vault reads."""
    return Column(column, LargeBinary, nullable=null)


def word(column: str, *, null: bool = False) -> Column[str]:
    """Make a column of codes, keys and public names: never of anybody's words."""
    return Column(column, String, nullable=null)


def json(column: str, *, null: bool = False) -> Column[object]:
    """Make a column of plain values: numbers, codes, lists and mappings of them."""
    return Column(column, JSON(none_as_null=True), nullable=null)


def moment(column: str, *, null: bool = False) -> Column[datetime]:
    """Make a column that holds a moment."""
    return Column(column, Moment, nullable=null)


def created_at() -> Column[datetime]:
    """Make the column that says when the row was made, by the database's clock."""
    return Column("created_at", Moment, nullable=False, server_default=func.current_timestamp())
