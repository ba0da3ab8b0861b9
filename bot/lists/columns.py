"""What the columns of a list of people may be called, and what may stand in them.

Pure. A value is read to one written form, so that "Ma t/m vr" and "1-5" are the same thing said
twice; what cannot be read gives None, and whoever asked has the words for it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

COLUMNS: Final = (
    "name",
    "email",
    "language",
    "zone",
    "manager_email",
    "coach_email",
    "hours",
    "days",
    "slack_id",
    "teams_id",
)
NAME_PARTS: Final = ("first_name", "infix", "last_name")
"""The columns that stand for a name which is written in parts."""

_CALLED: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "name": (
            "name", "naam", "full name", "fullname", "volledige naam", "display name",
            "displayname", "weergavenaam", "medewerker", "werknemer", "deelnemer", "employee",
            "participant",
        ),
        "first_name": (
            "first name", "firstname", "given name", "voornaam", "roepnaam",
        ),
        "infix": (
            "infix", "tussenvoegsel", "tussenvoegsels", "voorvoegsel",
        ),
        "last_name": (
            "last name", "lastname", "surname", "family name", "achternaam", "familienaam",
        ),
        "email": (
            "email", "e mail", "mail", "email address", "e mail address", "emailadres",
            "e mailadres", "mailadres", "e mail adres", "email adres", "work email",
            "zakelijk e mailadres", "zakelijke e mail", "userprincipalname",
            "user principal name",
        ),
        "language": (
            "language", "taal", "lang", "voertaal", "preferred language", "voorkeurstaal",
        ),
        "zone": (
            "zone", "time zone", "timezone", "tijdzone", "tz",
        ),
        "manager_email": (
            "manager email", "manager e mail", "e mail leidinggevende", "email leidinggevende",
            "leidinggevende email", "leidinggevende e mail", "manager", "leidinggevende",
            "supervisor", "chef", "teamleider",
        ),
        "coach_email": (
            "coach email", "coach e mail", "e mail coach", "email coach", "coach",
        ),
        "hours": (
            "hours", "uren", "working hours", "werktijden", "werktijd", "werkuren",
            "office hours",
        ),
        "days": (
            "days", "dagen", "working days", "workdays", "werkdagen",
        ),
        "slack_id": (
            "slack id", "slack", "slack user id", "slackid", "slack member id", "member id",
        ),
        "teams_id": (
            "teams id", "teamsid", "teams user id", "aad object id", "aadobjectid",
            "entra object id", "object id", "objectid", "microsoft id",
        ),
    }
)  # fmt: skip
"""How people call the columns, in small letters without signs; the most telling names first."""

_LANGUAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "nederlands": "nl",
        "dutch": "nl",
        "vlaams": "nl",
        "engels": "en",
        "english": "en",
    }
)
_WEEK: Final = (
    ("maandag", "monday"),
    ("dinsdag", "tuesday"),
    ("woensdag", "wednesday"),
    ("donderdag", "thursday"),
    ("vrijdag", "friday"),
    ("zaterdag", "saturday"),
    ("zondag", "sunday"),
)
_CLOSE: Final = 0.8  # as near as "emial" is to "email"
_LONGEST_NAME: Final = 40
_SHORTEST: Final = 2  # letters: no two days of both languages begin alike
_TO: Final = r"(?:-|t/m|tot en met|tot|till|until|through|to)"
_TIME: Final = r"(\d{1,2})(?:[:.hu]?(\d{2}))?\s*(?:uur|u|h)?"
_HOURS: Final = re.compile(rf"(?:van |from )?{_TIME}\s*{_TO}\s*{_TIME}")
_RANGE: Final = re.compile(rf"\s*{_TO}\s*")
_LIST: Final = re.compile(r"[,;/+&\s]+(?:(?:en|and)\s+)?")
_DASHES: Final = str.maketrans("‐‑‒–—−", "------")
_SHORTEST_DAY: Final = 60  # minutes in which somebody could be visited at all
_MIDNIGHT: Final = 24 * 60

_INVISIBLE: Final = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JOINERS: Final = str.maketrans("", "", "\u200c\u200d")  # which some scripts are written with


def column_of(header: str) -> str | None:
    """Tell which column a header names; None when it is none of ours.

    >>> column_of("E-mailadres"), column_of("Time zone"), column_of("Afdeling")
    ('email', 'zone', None)
    """
    words = _words(header)
    return next((column for column, names in _CALLED.items() if words in names), None)


def precision(header: str) -> int:
    """Give how well a header names its column, 0 the best: "manager e-mail" beats "manager"."""
    column = column_of(header)
    return _CALLED[column].index(_words(header)) if column else len(_CALLED)


def meant(header: str) -> str | None:
    """Give the column whose name was mistyped, if it was.

    >>> meant("emial"), meant("Afdeling")
    ('email', None)
    """
    names = [name for each in _CALLED.values() for name in each]
    close = difflib.get_close_matches(_words(header)[:_LONGEST_NAME], names, 1, _CLOSE)
    return column_of(close[0]) if close else None


def clean(value: str) -> str:
    """Give a value without what nobody sees: marks of direction, and blanks too many."""
    if value.isascii():
        return " ".join(value.split())
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", value).split()))


def is_readable(value: str) -> bool:
    """Say whether a value has no characters that cannot be printed."""
    return value.isprintable() or value.translate(_JOINERS).isprintable()


def language(value: str, languages: Collection[str]) -> str | None:
    """Read a language: a code such as "nl" or "nl-NL", or its name.

    >>> language("Nederlands", ["nl", "en"]), language("en_GB", ["nl", "en"])
    ('nl', 'en')
    """
    said = value.casefold()
    code = _LANGUAGES.get(said, re.split(r"[-_]", said)[0])
    return code if code in languages else None


def hours(value: str) -> str | None:
    """Read the hours somebody works, in one form.

    >>> hours("8.30 – 17u"), hours("9-17"), hours("17:00-9:00")
    ('08:30-17:00', '09:00-17:00', None)
    """
    found = _HOURS.fullmatch(value.casefold().translate(_DASHES))
    if found is None:
        return None
    first, last = (int(h) * 60 + int(m or 0) for h, m in (found.group(1, 2), found.group(3, 4)))
    if any(int(minutes or 0) > 59 for minutes in found.group(2, 4)):  # noqa: PLR2004 - of an hour
        return None
    if last > _MIDNIGHT or last - first < _SHORTEST_DAY:
        return None
    return "-".join("{:02}:{:02}".format(*divmod(m, 60)) for m in (first, min(last, 1439)))


def days(value: str) -> str | None:
    """Read the weekdays somebody works, in one form: ISO numbers, 1 is Monday.

    >>> days("ma-wo, vr"), days("mo,tu,th"), days("1-4"), days("April 1")
    ('1,2,3,5', '1,2,4', '1,2,3,4', None)
    """
    said = _RANGE.sub("-", value.casefold().translate(_DASHES).replace(".", ""))
    found: set[int] = set()
    for part in filter(None, _LIST.split(said)):
        ends = [_weekday(each) for each in part.split("-")]
        if None in ends or len(ends) > 2:  # noqa: PLR2004 - from and to
            return None
        first, last = ends[0] or 0, ends[-1] or 0
        found.update((first + step - 1) % 7 + 1 for step in range((last - first) % 7 + 1))
    return ",".join(map(str, sorted(found))) or None


def _words(header: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", clean(header).casefold()))


def _weekday(word: str) -> int | None:
    if word.isascii() and word.isdigit():
        return int(word) if word in {"1", "2", "3", "4", "5", "6", "7"} else None
    if len(word) < _SHORTEST:
        return None
    named = (at for at, names in enumerate(_WEEK, 1) for name in names if name.startswith(word))
    return next(named, None)
