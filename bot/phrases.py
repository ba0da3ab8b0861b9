"""Values that a text may show and that are more than a word, a number or a date.

They are stored as they are and put into words only when a message is sent, in the reader's
language.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The two parts of an if-then plan as they were written, and how the line is built."""

    if_: str
    then: str
    form: str
    language: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """The if-part of a plan, shown in a question as the plan grammar normalises it."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Label:
    """The label of an option, named by its row and its id."""

    row: str
    option: str


@dataclass(frozen=True, slots=True)
class PackText:
    """A short text of the programme, such as a competency point: its list and its key."""

    part: str
    key: str


@dataclass(frozen=True, slots=True)
class Named:
    """The name of a person, by the id under which the organisation knows them."""

    person: str


@dataclass(frozen=True, slots=True)
class Place:
    """The name of a channel, which everybody in the organisation may know."""

    name: str


@dataclass(frozen=True, slots=True)
class Lent:
    """Words of somebody else that the reader may see, found when the message is sent.

    `subject` is a pledge or an observation, `part` says which of its words: "plan", "moment" or
    "theirs" of a pledge, "goal" or "text" of an observation. Once they are not shared any
    more there is nothing to show.
    """

    subject: str
    part: str
