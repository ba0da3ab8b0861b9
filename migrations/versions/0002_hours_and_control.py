"""Shifts, leave and silence; full names found blindly; menus used once; who was erased.

All of it is added and may be empty, so the release before this one runs on these tables and sees
nothing of it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

# What is looked for when a person is erased, with all that points to what was theirs.
_POINTING = (("outbox", "dialogue_id"), ("outbox", "nudge_id"), ("inbox", "person_id"))


def upgrade() -> None:
    """Add."""
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("quiet", sa.LargeBinary(), nullable=True))
        people.add_column(sa.Column("name_index", sa.LargeBinary(), nullable=True))
        people.add_column(sa.Column("country", sa.String(), nullable=True))
        people.add_column(sa.Column("leave", sa.JSON(), nullable=True))
        people.create_index(
            "ix_people_organisation_id_name_index", ["organisation_id", "name_index"]
        )
    with op.batch_alter_table("dialogues") as dialogues:
        dialogues.add_column(sa.Column("held", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("used_at", sa.DateTime(timezone=True), nullable=True))
    for table, column in _POINTING:
        op.create_index(f"ix_{table}_{column}", table, [column])
    _shifts()
    _erasures()


def downgrade() -> None:
    """Take it back."""
    op.drop_table("erasures")
    op.drop_table("shifts")
    for table, column in _POINTING:
        op.drop_index(f"ix_{table}_{column}", table)
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("used_at")
    with op.batch_alter_table("dialogues") as dialogues:
        dialogues.drop_column("held")
    with op.batch_alter_table("people") as people:
        people.drop_index("ix_people_organisation_id_name_index")
        people.drop_column("leave")
        people.drop_column("country")
        people.drop_column("name_index")
        people.drop_column("quiet")


def _shifts() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_shifts_person_id"),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sa.UniqueConstraint("person_id", "starts_at", name="uq_shifts_person_id_starts_at"),
    )
    op.create_index("ix_shifts_ends_at", "shifts", ["ends_at"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name="fk_erasures_organisation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_erasures"),
        sa.UniqueConstraint("organisation_id", "mark", name="uq_erasures_organisation_id_mark"),
    )
