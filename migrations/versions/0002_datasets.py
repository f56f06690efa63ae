"""Imported datasets: whose every row is, which membership is preferred, what is not known, roll calls and votes.

Revision 0002, after 0001; written on 2026-11-24.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

RECORDED = (
    "act", "agreement", "claim", "code", "event", "initiative", "involvement", "label", "link", "membership", "name",
    "office", "organization", "participation", "party", "person", "relation", "search_entry", "source", "state", "topic",
)  # fmt: skip
IMPORTED = sa.text("dataset IS NOT NULL")
CURRENT = sa.text("recorded_to IS NULL")
KINDS = (
    "state", "organization", "event", "agreement", "initiative", "person", "topic", "source", "membership", "participation", "act",
    "party", "office", "involvement", "relation", "coverage", "claim",
)  # fmt: skip
HAPPENINGS = (
    "summit", "informal_summit", "extraordinary_summit", "state_visit", "official_visit", "working_visit", "visit",
    "bilateral_meeting", "trilateral_meeting", "multilateral_meeting", "ministerial", "conference", "signing", "establishment",
    "opening", "commemoration", "conflict", "ceasefire", "declaration", "diplomatic_relations", "accession", "election", "other",
)  # fmt: skip
ROLES = (
    "host", "co_host", "participant", "guest", "observer", "chair", "co_chair", "witness", "mediator", "organizer", "signatory",
    "visitor", "speaker",
)  # fmt: skip
ROLL_CALLS = ("session", "resolution")
"""Columns that only roll calls have, each with an index of them alone."""
REASONS = "reason IN ('not_known', 'state_did_not_exist', 'organization_did_not_exist')"
WHOLE = "dataset IS NOT NULL OR (organization_id IS NOT NULL AND status IS NOT NULL)"


def one_of(column: str, words: tuple[str, ...]) -> str:
    """Give the condition that closes a column to some words."""
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def close_list(table: str, name: str, column: str, words: tuple[str, ...]) -> None:
    """Close a column to other words than before."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
        batch.create_check_constraint(op.f(f"ck_{table}_{name}"), one_of(column, words))


def upgrade() -> None:
    """Go forward."""
    close_list("entity", "kind", "kind", (*KINDS, "vote"))
    close_list("change", "subject_kind", "subject_kind", (*KINDS, "vote"))
    close_list("event", "type", "type", (*HAPPENINGS, "roll_call", "interaction"))
    close_list("participation", "role", "role", (*ROLES, "source", "target"))
    for table in RECORDED:  # the constraint stands with its column, so that neither engine has to build the table anew
        op.execute(f"ALTER TABLE {table} ADD COLUMN dataset VARCHAR CONSTRAINT fk_{table}_dataset REFERENCES entity (id)")
    op.add_column("event", sa.Column("session", sa.Integer(), nullable=True))
    op.add_column("event", sa.Column("resolution", sa.String(), nullable=True))
    op.add_column("event", sa.Column("description", sa.String(), nullable=True))
    for column in ROLL_CALLS:
        given = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_event_{column}", "event", [column], unique=False, sqlite_where=given, postgresql_where=given)
    for column in ("version", "citation", "terms"):
        op.add_column("source", sa.Column(column, sa.String(), nullable=True))
    op.add_column("source", sa.Column("precedence", sa.Integer(), nullable=True))
    op.add_column("membership", sa.Column("preferred", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index(
        "ix_membership_dataset", "membership", ["dataset"], unique=False, sqlite_where=IMPORTED, postgresql_where=IMPORTED
    )
    with op.batch_alter_table("coverage") as batch:
        batch.add_column(sa.Column("dataset", sa.String(), nullable=True))
        batch.add_column(sa.Column("member_id", sa.String(), nullable=True))
        batch.add_column(sa.Column("reason", sa.String(), nullable=True))
        batch.alter_column("organization_id", existing_type=sa.String(), nullable=True)
        batch.alter_column("status", existing_type=sa.String(), nullable=True)
        batch.create_foreign_key(op.f("fk_coverage_dataset"), "entity", ["dataset"], ["id"])
        batch.create_foreign_key(op.f("fk_coverage_member_id"), "entity", ["member_id"], ["id"])
        batch.create_check_constraint(op.f("ck_coverage_reason"), REASONS)
        batch.create_check_constraint(op.f("ck_coverage_curated_whole"), WHOLE)
    _create_votes()


def _create_votes() -> None:
    op.create_table(
        "vote",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("locator", sa.String(), nullable=True),
        sa.Column("pk", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("recorded_from", sa.Integer(), nullable=False),
        sa.Column("recorded_to", sa.Integer(), nullable=True),
        sa.Column("dataset", sa.String(), nullable=True),
        sa.CheckConstraint("actor_kind IN ('state', 'organization')", name=op.f("ck_vote_actor_kind")),
        sa.CheckConstraint("vote IN ('yes', 'no', 'abstain', 'absent', 'not_member')", name=op.f("ck_vote_vote")),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_to > recorded_from", name=op.f("ck_vote_recorded_order")),
        sa.ForeignKeyConstraint(
            ["actor_id", "actor_kind"], ["entity.id", "entity.kind"], name=op.f("fk_vote_actor_id_actor_kind")
        ),
        sa.ForeignKeyConstraint(["dataset"], ["entity.id"], name=op.f("fk_vote_dataset")),
        sa.ForeignKeyConstraint(["event_id"], ["entity.id"], name=op.f("fk_vote_event_id")),
        sa.ForeignKeyConstraint(["recorded_from"], ["revision.id"], name=op.f("fk_vote_recorded_from")),
        sa.ForeignKeyConstraint(["recorded_to"], ["revision.id"], name=op.f("fk_vote_recorded_to")),
        sa.PrimaryKeyConstraint("pk", name=op.f("pk_vote")),
    )
    op.create_index("ix_vote_actor", "vote", ["actor_id", "vote"], unique=False)
    op.create_index("ix_vote_event", "vote", ["event_id"], unique=False)
    op.create_index("ix_vote_id", "vote", ["id"], unique=False)
    op.create_index(op.f("ix_vote_recorded_to"), "vote", ["recorded_to"], unique=False)
    op.create_index("uq_vote_current", "vote", ["id"], unique=True, sqlite_where=CURRENT, postgresql_where=CURRENT)


def downgrade() -> None:
    """Go back: what was imported is taken out, as the older schema could not tell it from what is curated."""
    op.drop_table("vote")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "INSERT INTO search_fts (search_fts, rowid, folded, grams) "
            "SELECT 'delete', pk, folded, grams FROM search_entry WHERE dataset IS NOT NULL"
        )
    for table in ("coverage", *RECORDED):
        op.execute(f"DELETE FROM {table} WHERE dataset IS NOT NULL")  # noqa: S608 - names from a list
    with op.batch_alter_table("coverage") as batch:
        batch.drop_constraint(op.f("ck_coverage_curated_whole"), type_="check")
        batch.drop_constraint(op.f("ck_coverage_reason"), type_="check")
        batch.drop_constraint(op.f("fk_coverage_member_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_coverage_dataset"), type_="foreignkey")
        batch.alter_column("status", existing_type=sa.String(), nullable=False)
        batch.alter_column("organization_id", existing_type=sa.String(), nullable=False)
        batch.drop_column("reason")
        batch.drop_column("member_id")
        batch.drop_column("dataset")
    op.drop_index("ix_membership_dataset", "membership")
    op.drop_column("membership", "preferred")
    for column in ("precedence", "terms", "citation", "version"):
        op.drop_column("source", column)
    for column in ROLL_CALLS:
        op.drop_index(f"ix_event_{column}", "event")
    for column in ("description", "resolution", "session"):
        op.drop_column("event", column)
    for table in RECORDED:
        op.drop_column(table, "dataset")
    close_list("participation", "role", "role", ROLES)
    close_list("event", "type", "type", HAPPENINGS)
    close_list("change", "subject_kind", "subject_kind", KINDS)
    close_list("entity", "kind", "kind", KINDS)
