"""The tables of what two people have together: an agreement, and what one saw the other do.

A row belongs to the learner it is about; the other is only mentioned, and words of theirs in it
are sealed under their own key.
"""

from typing import Final

from sqlalchemy import Column, Index, Integer, Table

from storage.schema import loose, metadata, moment, ref, row_id, sealed, word

# "Hold me to this": what a learner asked one colleague, and what both said yes to.
pledges: Final = Table(
    "pledges",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("enrolment_id", "enrolments"),
    loose("dialogue_id"),
    word("key"),
    ref("colleague_id", "people", null=True),
    word("state"),
    word("reason", null=True),
    Column("version", Integer, nullable=False),
    # The version that each said yes to; it holds for both when both are the one of today.
    Column("own_yes", Integer, nullable=True),
    Column("their_yes", Integer, nullable=True),
    sealed("words"),
    sealed("theirs", null=True),
    moment("asked_at"),
    moment("active_at", null=True),
    moment("ended_at", null=True),
    Index(None, "person_id", "state"),
    Index(None, "colleague_id", "state"),
    Index(None, "enrolment_id"),
)

# What a colleague saw or advises, in their words; the learner alone reads it.
observations: Final = Table(
    "observations",
    metadata,
    row_id(),
    ref("person_id", "people"),
    ref("enrolment_id", "enrolments"),
    ref("pledge_id", "pledges", null=True),
    ref("author_id", "people", null=True),
    loose("dialogue_id"),
    word("key"),
    word("kind"),
    word("state"),
    sealed("words"),
    moment("at"),
    Index(None, "person_id", "state"),
    Index(None, "enrolment_id"),
    Index(None, "author_id"),
    Index(None, "pledge_id"),
    Index(None, "dialogue_id", "key"),
)
