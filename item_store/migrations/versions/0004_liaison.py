"""Liaison work: deliveries, plans, states of tasks, groups, contacts, feeds and calendar years."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")
RECORDS = (
    "plans",
    "task_states",
    "task_events",
    "liaison_groups",
    "bind_codes",
    "contacts",
    "addresses",
    "feed_events",
    "calendar_years",
)


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("occurrence", sa.String(300), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("stage", sa.String(50), nullable=False),
        sa.Column("not_before", TIME, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("batch", sa.String(32), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("lease_until", TIME),
        sa.Column("sent_at", TIME),
        sa.UniqueConstraint("occurrence", "recipient", "stage", name="deliveries_once"),
        sqlite_autoincrement=True,
    )
    op.create_index("deliveries_by_state", "deliveries", ["state", "urgency", "not_before"])
    op.create_index("deliveries_by_recipient", "deliveries", ["recipient", "state"])
    op.create_index("deliveries_by_batch", "deliveries", ["batch"])
    for name in RECORDS:
        op.create_table(
            name,
            sa.Column("key", sa.String(300), primary_key=True),
            sa.Column("version", sa.Integer, nullable=False),
            sa.Column("content", sa.JSON, nullable=False),
            sa.Column("updated_at", TIME, nullable=False),
        )
