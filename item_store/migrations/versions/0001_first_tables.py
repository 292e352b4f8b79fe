"""The first tables: items and their versions, changes, sessions, messages, questions, drafts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXTS = [
    "basic_code",
    "implementation_code",
    "name",
    "item_type",
    "exercise_level",
    "authority_division",
    "content",
    "agency",
    "agency_nature",
    "statutory_limit",
    "conditions",
    "intermediary_services",
    "quantity_limit",
    "result_name",
    "result_sample",
    "charges_fee",
    "fee_standard",
    "fee_basis",
    "case_type",
    "promised_limit",
    "cross_region_scope",
    "supports_booking",
    "supports_online_payment",
    "supports_delivery",
    "operating_system",
    "handling_hours",
    "enquiry_phone",
    "supervision_phone",
    "is_public",
]
STRUCTURED = [
    "legal_basis",
    "materials",
    "joint_agencies",
    "procedure",
    "audience",
    "handling_form",
    "handling_location",
    "faq",
    "theme",
]
# Written out rather than taken from the tables module: a migration must not change with it.
TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    _items()
    _conversations()
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(200), nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_index("drafts_by_owner", "drafts", ["owner", "updated_at"])


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("current_version", sa.Integer),
        sa.Column("last_version", sa.Integer, nullable=False),
        sa.Column("digest", sa.String(64)),
    )
    op.create_table(
        "item_versions",
        sa.Column("id", sa.String(200), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("region", sa.Text, nullable=False),
        sa.Column("aliases", sa.JSON, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        *(sa.Column(key, sa.Text) for key in TEXTS),
        *(sa.Column(key, sa.JSON) for key in STRUCTURED),
    )
    op.create_table(
        "changes",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sqlite_autoincrement=True,
    )


def _conversations() -> None:
    op.create_table(
        "sessions",
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
    )
    op.create_index("sessions_by_age", "sessions", ["updated_at"])
    op.create_table(
        "seen_messages",
        sa.Column("channel", sa.String(50), primary_key=True),
        sa.Column("message_id", sa.String(200), primary_key=True),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("seen_messages_by_age", "seen_messages", ["at"])
    op.create_table(
        "kept_questions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("outcome", sa.String(50), nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("channel", sa.String(50), nullable=False),
    )
    op.create_index("kept_questions_by_age", "kept_questions", ["at"])
