"""The tables of who is who: organisations, people, programmes, cohorts, and the keys.

What is planned and said is in `tables_talk`; the migrations must make exactly these tables, and a
test compares them.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from storage.schema import (
    created_at,
    json,
    loose,
    metadata,
    moment,
    ref,
    row_id,
    sealed,
    word,
)

keys: Final = Table(
    "keys",
    metadata,
    Column("kid", String, primary_key=True),
    Column("check_value", LargeBinary, nullable=False),
    created_at(),
)

clock: Final = Table(
    "clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("offset_seconds", Integer, nullable=False),
)

organisations: Final = Table(
    "organisations",
    metadata,
    row_id(),
    word("name"),
    word("language"),
    word("zone"),
    created_at(),
)

workspaces: Final = Table(
    "workspaces",
    metadata,
    row_id(),
    ref("organisation_id", "organisations"),
    word("platform"),
    word("external_id"),
    word("language"),
    word("zone"),
    word("state"),
    sealed("credentials", null=True),
    created_at(),
    UniqueConstraint("platform", "external_id"),
)

people: Final = Table(
    "people",
    metadata,
    row_id(),
    ref("organisation_id", "organisations"),
    sealed("name"),
    sealed("email", null=True),
    Column("email_index", LargeBinary, nullable=True),
    word("language"),
    word("zone"),
    json("rhythm", null=True),
    word("status"),
    json("roles"),
    loose("focus"),
    Column("data_key", LargeBinary, nullable=True),
    # Whether, how and until when somebody wants silence: sealed, and of one length for all.
    sealed("quiet", null=True),
    # Finds a full name in a text without opening anybody's name.
    Column("name_index", LargeBinary, nullable=True),
    word("country", null=True),
    json("leave", null=True),
    # What the last list said of them: what they chose themselves since then stands.
    sealed("listed", null=True),
    created_at(),
    UniqueConstraint("organisation_id", "email_index"),
    Index(None, "organisation_id", "name_index"),
)

# What a person works, for whoever works in shifts; deleted two weeks after the shift.
shifts: Final = Table(
    "shifts",
    metadata,
    row_id(),
    ref("person_id", "people"),
    moment("starts_at"),
    moment("ends_at"),
    word("source"),
    UniqueConstraint("person_id", "starts_at"),
    Index(None, "ends_at"),
)

# Who was erased: blind marks of addresses, so that nobody is brought in again unawares.
erasures: Final = Table(
    "erasures",
    metadata,
    row_id(),
    ref("organisation_id", "organisations"),
    Column("mark", LargeBinary, nullable=False),
    moment("erased_at"),
    UniqueConstraint("organisation_id", "mark"),
)

# Secrets of this database that no setting holds, sealed under the master key.
secrets: Final = Table(
    "secrets",
    metadata,
    row_id(),
    word("name"),
    sealed("value"),
    UniqueConstraint("name"),
)

# What administrators did: who, what, to what, why. Each row is chained to the one before it.
audit: Final = Table(
    "audit",
    metadata,
    row_id(),
    Column("number", Integer, nullable=False),
    moment("at"),
    word("actor"),
    word("action"),
    word("subject", null=True),
    word("reason", null=True),
    Column("previous", LargeBinary, nullable=False),
    Column("chained", LargeBinary, nullable=False),
    UniqueConstraint("number"),
)

addresses: Final = Table(
    "addresses",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("workspace_id", "workspaces"),
    word("user"),
    sealed("reference", null=True),
    word("state"),
    word("reason", null=True),
    Column("preferred", Boolean, nullable=False),
    created_at(),
    UniqueConstraint("workspace_id", "user"),
    Index(None, "person_id"),
)

programmes: Final = Table(
    "programmes",
    metadata,
    row_id(),
    ref("organisation_id", "organisations"),
    word("slug"),
    word("version"),
    word("digest"),
    json("content"),
    created_at(),
    UniqueConstraint("organisation_id", "slug", "digest"),
)

cohorts: Final = Table(
    "cohorts",
    metadata,
    row_id(),
    ref("organisation_id", "organisations"),
    ref("programme_id", "programmes"),
    word("name"),
    word("state"),
    Column("training_day", Date, nullable=False),
    word("channel", null=True),
    word("aim", null=True),
    # The channel, in `people`, where its learners may post what they try.
    loose("team_channel_id"),
    created_at(),
    UniqueConstraint("organisation_id", "name"),
)

enrolments: Final = Table(
    "enrolments",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("cohort_id", "cohorts"),
    word("status"),
    word("promise_version", null=True),
    word("pack_digest"),
    word("pace", null=True),
    Column("training_day", Date, nullable=True),
    Column("enrolled_on", Date, nullable=False),
    moment("joined_at", null=True),
    Column("quiet_until", Date, nullable=True),
    ref("manager_id", "people", null=True),
    Column("named_day", Date, nullable=True),
    moment("named_at", null=True),
    created_at(),
    UniqueConstraint("person_id", "cohort_id"),
    Index(None, "cohort_id"),
)
