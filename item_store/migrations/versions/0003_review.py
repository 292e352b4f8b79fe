"""Review and publication: cases, the audit, what takes effect later, switches, followers, notices, codes."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime().with_variant(sa.DateTime(timezone=True), "postgresql")


def upgrade() -> None:
    _audit()
    _publication()
    _cases()
    _register()
    op.create_index("changes_by_item", "changes", ["item_id", "sequence"])


def _audit() -> None:
    op.create_table(
        "audit_lines",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("action", sa.String(50), nullable=False),
        sa.Column("subject", sa.String(250), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.create_index("audit_lines_by_subject", "audit_lines", ["subject", "sequence"])
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("seal", sa.String(64), nullable=False),
    )
    op.bulk_insert(head, [{"id": 1, "sequence": 0, "seal": "0" * 64}])


def _publication() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("record", sa.JSON),
        sa.Column("effective_at", TIME, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
    )
    op.create_index("schedule_by_time", "schedule", ["state", "effective_at"])
    op.create_table(
        "switches",
        sa.Column("item_id", sa.String(200), primary_key=True),
        sa.Column("aspect", sa.String(50), primary_key=True),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("since", TIME, nullable=False),
    )
    op.create_table(
        "followers",
        sa.Column("item_id", sa.String(200), primary_key=True),
        sa.Column("person", sa.String(200), primary_key=True),
        sa.Column("since", TIME, nullable=False),
    )
    op.create_index("followers_by_person", "followers", ["person"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(500), nullable=False, unique=True),
        sa.Column("person", sa.String(200), nullable=False),
        sa.Column("phrase", sa.String(100), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
    )
    op.create_index("notices_by_state", "notices", ["state", "id"])


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("units", sa.JSON, nullable=False),
        sa.Column("template", sa.String(50), nullable=False),
        sa.Column("change", sa.String(20), nullable=False),
        sa.Column("reason", sa.JSON, nullable=False),
        sa.Column("chain", sa.String(100), nullable=False),
        sa.Column("at", sa.String(50), nullable=False),
        sa.Column("draft_id", sa.String(32), nullable=False),
        sa.Column("item_id", sa.String(200), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("record", sa.JSON, nullable=False),
        sa.Column("authors", sa.JSON, nullable=False),
        sa.Column("resume_at", sa.String(50), nullable=False),
        sa.Column("opinions", sa.JSON, nullable=False),
        sa.Column("heard", sa.JSON, nullable=False),
        sa.Column("remarks", sa.JSON, nullable=False),
        sa.Column("effective_at", TIME),
        sa.Column("opened_at", TIME, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("cases_by_unit", "cases", ["unit", "opened_at"])
    op.create_index("cases_by_draft", "cases", ["draft_id"])
    op.create_index("cases_by_item", "cases", ["item_id"])
    op.create_table(
        "case_waiting",
        sa.Column("case_id", sa.String(32), primary_key=True),
        sa.Column("role", sa.String(50), primary_key=True),
        sa.Column("unit", sa.String(100), primary_key=True),
        sa.Column("due", sa.Date),
    )
    op.create_index("case_waiting_by_role", "case_waiting", ["role", "unit", "due", "case_id"])


def _register() -> None:
    op.create_table(
        "given_codes",
        sa.Column("code", sa.String(50), primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "zero_reports",
        sa.Column("unit", sa.String(100), primary_key=True),
        sa.Column("period", sa.String(50), primary_key=True),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_table(
        "item_links",
        sa.Column("lower_id", sa.String(200), primary_key=True),
        sa.Column("upper_id", sa.String(200), nullable=False),
        sa.Column("unit", sa.String(100), nullable=False),
    )
    op.create_index("ix_item_links_upper_id", "item_links", ["upper_id"])
    op.create_table(
        "claims",
        sa.Column("lower_id", sa.String(200), primary_key=True),
        sa.Column("upper_id", sa.String(200), primary_key=True),
        sa.Column("upper_version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("unit", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("claims_by_unit", "claims", ["unit", "state"])
    op.create_table(
        "synchronised",
        sa.Column("item_id", sa.String(200), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
