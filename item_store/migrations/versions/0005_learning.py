"""Learning: proposals for aliases, who used the words, and the aliases that were accepted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    _proposals()
    op.create_table(
        "learned_aliases",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("alias", sa.Text, nullable=False),
        sa.Column("proposal", sa.Integer, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("revoked_by", sa.String(200)),
        sa.Column("revoked_at", TIME),
    )
    op.create_index("learned_aliases_by_item", "learned_aliases", ["item_id"])


def _proposals() -> None:
    op.create_table(
        "alias_proposals",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("people", "chosen", "corrected", "unanswered")
        ),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.UniqueConstraint("key", "item_id", name="alias_proposals_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("alias_proposals_by_people", "alias_proposals", ["state", "people"])
    op.create_table(
        "alias_proposal_marks",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mark", sa.String(64), primary_key=True),
    )
