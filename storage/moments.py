"""Moments: aware datetimes in, aware UTC datetimes out, on both databases.

SQLite has no zones, so it keeps UTC digits; a naive datetime would be stored an hour off without
a word, and is refused instead.
"""

from datetime import UTC, date, datetime, time
from typing import Protocol

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator


class Local(Protocol):
    """A wall time `at` on a day, in an IANA zone."""

    @property
    def day(self) -> date:
        """Give the day in that zone."""
        ...

    @property
    def at(self) -> time:
        """Give the time on the wall."""
        ...

    @property
    def zone(self) -> str:
        """Give the zone's name."""
        ...


class NaiveMoment(ValueError, DontWrapMixin):
    """A datetime without a zone does not say when: give it one."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def check_aware(moment: datetime) -> datetime:
    """Return the moment in UTC.

    Raises:
        NaiveMoment: it has no zone; a ValueError.

    """
    if moment.utcoffset() is None:
        raise NaiveMoment
    return moment.astimezone(UTC)


class Moment(TypeDecorator[datetime]):
    """A column that holds a moment."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment, and turn any other to UTC."""
        del dialect
        return None if value is None else check_aware(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Read UTC back: SQLite gives bare digits, PostgreSQL the session's zone."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
