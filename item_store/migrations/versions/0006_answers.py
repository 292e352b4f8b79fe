"""What those who asked were told: a sealed chain, its last line, and what waits to be sealed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "answer_lines",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        *_told(),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.create_index("answer_lines_by_subject", "answer_lines", ["subject", "sequence"])
    op.create_index("answer_lines_by_time", "answer_lines", ["at"])
    head = op.create_table(
        "answer_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "sequence": 0, "seal": "0" * 64}])
    op.create_table(
        "answers_unsealed",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        *_told(),
    )


def _told() -> list[sa.Column[Any]]:
    return [
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
    ]
