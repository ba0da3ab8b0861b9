"""What the last list of people said of each of them, so that their own choices stand.

Added and may be empty: the release before this one runs on these tables and sees nothing of it.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add."""
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("listed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it back."""
    with op.batch_alter_table("people") as people:
        people.drop_column("listed")
