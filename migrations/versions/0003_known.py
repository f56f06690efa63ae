"""Long tables are paged and counted by an index that says which rows are known, and when they hold.

Revision 0003, after 0002; written on 2026-11-24.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ASKED = ("start_latest", "start_status", "end_earliest", "end_latest", "end_status", "conflict")
UNTIL = ("recorded_from", "recorded_to")
KNOWN = {
    "membership": ("id", "start_earliest", *ASKED, "preferred", *UNTIL),
    "party": ("id", "start_earliest", *ASKED, *UNTIL),
    "claim": ("id", *UNTIL),
    "act": ("start_earliest", "id", *ASKED, *UNTIL),
    "agreement": ("start_earliest", "id", *ASKED, *UNTIL),
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
