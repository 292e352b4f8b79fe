"""Staff and units, invitations, uses of rights, files, and the state of a draft."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.add_column("drafts", sa.Column("state", sa.String(20), nullable=False, server_default="open"))
    _people()
    _rights()
    op.create_table(
        "files",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )


def _people() -> None:
    op.create_table(
        "units",
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("competent", sa.String(100), nullable=False),
        sa.Column("region", sa.Text, nullable=False),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
    )
    op.create_table(
        "identities",
        sa.Column("identity", sa.String(200), primary_key=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_identities_person", "identities", ["person"])


def _rights() -> None:
    op.create_table(
        "grants",
        sa.Column("person", sa.String(32), primary_key=True),
        sa.Column("unit", sa.String(100), primary_key=True),
        sa.Column("role", sa.String(50), primary_key=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "invitations",
        sa.Column("code_hash", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("grants", sa.JSON, nullable=False),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.Column("used_by", sa.String(200)),
    )
    op.create_table(
        "code_tries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("code_tries_by_identity", "code_tries", ["identity", "at"])
    op.create_table(
        "uses",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("person", sa.String(32), nullable=False),
        sa.Column("identity", sa.String(200), nullable=False),
        sa.Column("right", sa.String(50), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("allowed", sa.Boolean, nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
