"""What running it takes: a trail of what administrators did, and the key of erasure marks.

Only tables are added: the release before this one runs beside them and sees nothing of it. Marks
of erasures are made anew under that key, so those that are there go: no release made any.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import storage.moments

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add."""
    op.create_table(
        "audit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", storage.moments.Moment(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("previous", sa.LargeBinary(), nullable=False),
        sa.Column("chained", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("number", name=op.f("uq_audit_number")),
    )
    op.create_table(
        "secrets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_secrets")),
        sa.UniqueConstraint("name", name=op.f("uq_secrets_name")),
    )
    op.execute(sa.text("DELETE FROM erasures"))


def downgrade() -> None:
    """Take them back."""
    op.drop_table("secrets")
    op.drop_table("audit")
