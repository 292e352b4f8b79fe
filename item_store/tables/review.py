"""SQLAlchemy tables of review and publication: cases, audit, schedule, switches, followers and notices."""

from sqlalchemy import JSON, Column, Date, Index, Integer, String, Table, Text

from item_store.tables import UtcDateTime, metadata

# Only ever appended to; the sequence has no gaps.
audit_lines = Table(
    "audit_lines",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("action", String(50), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    Index("audit_lines_by_subject", "subject", "sequence"),
)

# One row: the last line, so that lines cut off at the end are missed.
audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
)

# What takes effect later; a null record is a withdrawal.
schedule = Table(
    "schedule",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("item_id", String(200), nullable=False),
    Column("record", JSON(none_as_null=True)),
    Column("effective_at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("state", String(20), nullable=False),
    Index("schedule_by_time", "state", "effective_at"),
)

# An empty item or aspect stands for all of them.
switches = Table(
    "switches",
    metadata,
    Column("item_id", String(200), primary_key=True),
    Column("aspect", String(50), primary_key=True),
    Column("notice", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("since", UtcDateTime, nullable=False),
)

followers = Table(
    "followers",
    metadata,
    Column("item_id", String(200), primary_key=True),
    Column("person", String(200), primary_key=True),
    Column("since", UtcDateTime, nullable=False),
    Index("followers_by_person", "person"),
)

# What somebody is to be told; the key makes each occurrence one row.
notices = Table(
    "notices",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("key", String(500), nullable=False, unique=True),
    Column("person", String(200), nullable=False),
    Column("phrase", String(100), nullable=False),
    Column("details", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Index("notices_by_state", "state", "id"),
)

cases = Table(
    "cases",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("unit", String(100), nullable=False),
    Column("units", JSON, nullable=False),
    Column("template", String(50), nullable=False),
    Column("change", String(20), nullable=False),
    Column("reason", JSON, nullable=False),
    Column("chain", String(100), nullable=False),
    Column("at", String(50), nullable=False),
    Column("draft_id", String(32), nullable=False),
    Column("item_id", String(200), nullable=False),
    Column("name", Text, nullable=False),
    Column("record", JSON, nullable=False),
    Column("authors", JSON, nullable=False),
    Column("resume_at", String(50), nullable=False),
    Column("opinions", JSON, nullable=False),
    Column("heard", JSON, nullable=False),
    Column("remarks", JSON, nullable=False),
    Column("effective_at", UtcDateTime),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due", Date),
    Column("version", Integer, nullable=False),
    Index("cases_by_unit", "unit", "opened_at"),
    Index("cases_by_draft", "draft_id"),
    Index("cases_by_item", "item_id"),
)

# Who is to decide on a case now: one row a role and unit it may be held in, an empty unit for any.
case_waiting = Table(
    "case_waiting",
    metadata,
    Column("case_id", String(32), primary_key=True),
    Column("role", String(50), primary_key=True),
    Column("unit", String(100), primary_key=True),
    Column("due", Date),
    Index("case_waiting_by_role", "role", "unit", "due", "case_id"),
)

# Every code ever given, so that none is given again.
given_codes = Table(
    "given_codes",
    metadata,
    Column("code", String(50), primary_key=True),
    Column("name", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

zero_reports = Table(
    "zero_reports",
    metadata,
    Column("unit", String(100), primary_key=True),
    Column("period", String(50), primary_key=True),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

# Which upper item a lower one was claimed from.
item_links = Table(
    "item_links",
    metadata,
    Column("lower_id", String(200), primary_key=True),
    Column("upper_id", String(200), nullable=False, index=True),
    Column("unit", String(100), nullable=False),
)

claims = Table(
    "claims",
    metadata,
    Column("lower_id", String(200), primary_key=True),
    Column("upper_id", String(200), primary_key=True),
    Column("upper_version", Integer, primary_key=True, autoincrement=False),
    Column("unit", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("claims_by_unit", "unit", "state"),
)

# What an item said when it was last taken over from the authoritative register.
synchronised = Table(
    "synchronised",
    metadata,
    Column("item_id", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
