"""What two people have together: agreements and what one saw the other do.

Only tables and columns are added, and none of them has to be given: the release before this one
runs beside them.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import storage.moments

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add."""
    op.create_table(
        "pledges",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("colleague_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("own_yes", sa.Integer(), nullable=True),
        sa.Column("their_yes", sa.Integer(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("theirs", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", storage.moments.Moment(), nullable=False),
        sa.Column("active_at", storage.moments.Moment(), nullable=True),
        sa.Column("ended_at", storage.moments.Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["colleague_id"], ["people.id"], name=op.f("fk_pledges_colleague_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_pledges_enrolment_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_pledges_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledges")),
    )
    op.create_index("ix_pledges_person_id_state", "pledges", ["person_id", "state"])
    op.create_index("ix_pledges_colleague_id_state", "pledges", ["colleague_id", "state"])
    op.create_index("ix_pledges_enrolment_id", "pledges", ["enrolment_id"])
    op.create_table(
        "observations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("pledge_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("dialogue_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("at", storage.moments.Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["people.id"], name=op.f("fk_observations_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolments.id"], name=op.f("fk_observations_enrolment_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_observations_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["pledge_id"], ["pledges.id"], name=op.f("fk_observations_pledge_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index("ix_observations_person_id_state", "observations", ["person_id", "state"])
    op.create_index("ix_observations_enrolment_id", "observations", ["enrolment_id"])
    op.create_index("ix_observations_pledge_id", "observations", ["pledge_id"])
    op.create_index("ix_observations_author_id", "observations", ["author_id"])
    op.create_index("ix_observations_dialogue_id_key", "observations", ["dialogue_id", "key"])
    op.add_column("cohorts", sa.Column("team_channel_id", sa.Uuid(), nullable=True))
    # Which pledge or observation a question or a message is about.
    op.add_column("nudges", sa.Column("subject", sa.String(), nullable=True))
    op.add_column("outbox", sa.Column("subject", sa.String(), nullable=True))
    op.create_index("ix_outbox_subject", "outbox", ["subject"])
    op.create_index("ix_dialogues_subject", "dialogues", ["subject"])


def downgrade() -> None:
    """Take them back."""
    op.drop_index("ix_dialogues_subject", "dialogues")
    op.drop_index("ix_outbox_subject", "outbox")
    op.drop_column("outbox", "subject")
    op.drop_column("nudges", "subject")
    op.drop_column("cohorts", "team_channel_id")
    op.drop_table("observations")
    op.drop_table("pledges")
