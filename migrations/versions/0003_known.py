"""Long tables are paged and counted by an index that says which rows are known.

Revision 0003, after 0002; written on 2026-11-24.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KNOWN = {
    "membership": ("id", "recorded_from", "recorded_to", "preferred"),
    "party": ("id", "recorded_from", "recorded_to"),
    "claim": ("id", "recorded_from", "recorded_to"),
    "act": ("start_earliest", "id", "recorded_from", "recorded_to"),
    "agreement": ("start_earliest", "id", "recorded_from", "recorded_to"),
}
"""Indexes by table; those that begin with the id stand in the place of one of the id alone."""


def upgrade() -> None:
    """Go forward."""
    for table, columns in KNOWN.items():
        op.create_index(f"ix_{table}_known", table, list(columns), unique=False)
        if columns[0] == "id":
            op.drop_index(f"ix_{table}_id", table)


def downgrade() -> None:
    """Go back."""
    for table, columns in KNOWN.items():
        if columns[0] == "id":
            op.create_index(f"ix_{table}_id", table, ["id"], unique=False)
        op.drop_index(f"ix_{table}_known", table)
