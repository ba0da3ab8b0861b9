"""The tables of what is planned and said: dialogues, what they keep, nudges, inbox and outbox.

`sealed` columns are read through the vault only; all the rest are codes, keys, ids and moments,
which may be counted without opening anybody's words.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    Table,
    Time,
    UniqueConstraint,
    text,
)
from sqlalchemy.schema import SchemaItem

from storage.schema import json, loose, metadata, moment, ref, row_id, sealed, word

dialogues: Final = Table(
    "dialogues",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("enrolment_id", "enrolments", null=True),
    word("kind"),
    word("subject", null=True),
    json("brief"),
    sealed("answers"),
    json("told"),
    sealed("kept"),
    json("counts"),
    word("state"),
    word("closed_reason", null=True),
    word("waiting", null=True),
    word("waiting_shape", null=True),
    moment("asked_at", null=True),
    loose("asked_row"),
    moment("opened_at"),
    moment("ended_at", null=True),
    loose("nudge_id"),
    Column("version", Integer, nullable=False),
    # A text that waits for "carry on or start over?"
    sealed("held", null=True),
    Index(None, "person_id", "state"),
    Index(None, "enrolment_id", "kind"),
    Index(None, "subject"),
)


def _kept(name: str, *columns: SchemaItem) -> Table:
    """Make a table of what a dialogue keeps under a key."""
    return Table(
        name,
        metadata,
        row_id(),
        ref("person_id", "people"),
        ref("enrolment_id", "enrolments"),
        ref("dialogue_id", "dialogues"),
        word("key"),
        *columns,
        Index(None, "enrolment_id"),
    )


plans: Final = _kept(
    "plans",
    sealed("words"),
    word("language"),
    word("form"),
    word("state"),
    moment("made_at"),
    UniqueConstraint("dialogue_id", "key"),
)

attempts: Final = _kept(
    "attempts", word("outcome"), moment("at"), UniqueConstraint("dialogue_id", "key")
)

log: Final = _kept("log", sealed("words"), moment("at"), UniqueConstraint("dialogue_id", "key"))

scores: Final = _kept(
    "scores",
    word("item"),
    Column("value", Integer, nullable=False),
    moment("at"),
    UniqueConstraint("dialogue_id", "key"),
)

barriers: Final = _kept(
    "barriers",
    Column("position", Integer, nullable=False),
    word("code"),
    moment("at"),
    UniqueConstraint("dialogue_id", "key", "position"),
)

# Codes chosen under an item that is no barrier, such as what helped most.
choices: Final = _kept(
    "choices",
    word("item"),
    Column("position", Integer, nullable=False),
    word("code"),
    moment("at"),
    UniqueConstraint("dialogue_id", "key", "position"),
)

nudges: Final = Table(
    "nudges",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("enrolment_id", "enrolments", null=True),
    word("kind"),
    word("occurrence"),
    Column("round", Integer, nullable=False),
    ref("dialogue_id", "dialogues", null=True),
    word("question", null=True),
    Column("local_day", Date, nullable=False),
    Column("local_time", Time, nullable=False),
    word("zone"),
    moment("due_at"),
    Column("exempt", Boolean, nullable=False),
    Column("priority", Integer, nullable=False),
    word("state"),
    word("reason", null=True),
    Column("tries", Integer, nullable=False),
    moment("claimed_until", null=True),
    moment("was_due_at", null=True),
    # Which pledge or observation it is about.
    word("subject", null=True),
    UniqueConstraint("enrolment_id", "occurrence"),
    # Nulls are never equal, so whoever has no enrolment needs an index of their own.
    Index(
        "uq_nudges_person_id_occurrence",
        "person_id",
        "occurrence",
        unique=True,
        sqlite_where=text("enrolment_id IS NULL"),
        postgresql_where=text("enrolment_id IS NULL"),
    ),
    Index(None, "state", "due_at"),
    Index(None, "person_id", "state"),
    Index(None, "dialogue_id"),
)

inbox: Final = Table(
    "inbox",
    metadata,
    row_id(),
    ref("workspace_id", "workspaces"),
    word("event_id"),
    ref("person_id", "people", null=True),
    word("kind"),
    moment("received_at"),
    word("outcome"),
    sealed("failed", null=True),
    Column("tries", Integer, nullable=False),
    UniqueConstraint("workspace_id", "event_id"),
    Index(None, "outcome"),
    Index(None, "person_id"),
)

outbox: Final = Table(
    "outbox",
    metadata,
    row_id(),
    ref("person_id", "people"),
    word("conversation"),
    Column("seq", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
    word("kind"),
    sealed("body", null=True),
    moment("due_at"),
    word("state"),
    Column("tries", Integer, nullable=False),
    moment("claimed_until", null=True),
    moment("started_at", null=True),
    moment("sent_at", null=True),
    word("platform_id", null=True),
    word("reason", null=True),
    ref("dialogue_id", "dialogues", null=True),
    word("question", null=True),
    ref("nudge_id", "nudges", null=True),
    # When a menu that belongs to no dialogue was used: each is used once.
    moment("used_at", null=True),
    # Whose words it may show to somebody else: a pledge or an observation.
    word("subject", null=True),
    UniqueConstraint("conversation", "seq"),
    Index(None, "state", "due_at"),
    Index(None, "state", "priority", "due_at"),
    Index(None, "conversation", "state"),
    Index(None, "person_id", "nudge_id"),
    # Deleting a dialogue or a nudge looks for rows that point to it.
    Index(None, "dialogue_id"),
    Index(None, "nudge_id"),
    Index(None, "subject"),
)

chat: Final = Table(
    "chat",
    metadata,
    row_id(),
    ref("person_id", "people"),
    Column("seq", Integer, nullable=False),
    word("sender"),
    word("delivery", null=True),
    sealed("body"),
    moment("at"),
    Column("replaced", Boolean, nullable=False),
    UniqueConstraint("person_id", "seq"),
    UniqueConstraint("delivery"),
)
