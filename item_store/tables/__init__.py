"""SQLAlchemy tables; an item's columns derive from FIELDS."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

from item_store.fields import FIELDS


class UtcDateTime(TypeDecorator[datetime]):
    """SQLite forgets time zones: keep UTC, give back UTC, refuse a time without a zone."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = MetaData()


def _field_columns() -> list[Column[Any]]:
    return [
        Column(field.key, JSON(none_as_null=True) if field.kind.column == "json" else Text())
        for field in FIELDS
    ]


# One row per item: which version stands (null once withdrawn) and which number was given last.
items = Table(
    "items",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("current_version", Integer),
    Column("last_version", Integer, nullable=False),
    Column("digest", String(64)),
)

# Only ever appended to.
item_versions = Table(
    "item_versions",
    metadata,
    Column("id", String(200), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("region", Text, nullable=False),
    Column("aliases", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    *_field_columns(),
)

changes = Table(
    "changes",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=True),
    Column("item_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("changes_by_item", "item_id", "sequence"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("person", String(200), primary_key=True),
    Column("data", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("sessions_by_age", "updated_at"),
)

seen_messages = Table(
    "seen_messages",
    metadata,
    Column("channel", String(50), primary_key=True),
    Column("message_id", String(200), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Index("seen_messages_by_age", "at"),
)

kept_questions = Table(
    "kept_questions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("text", Text, nullable=False),
    Column("outcome", String(50), nullable=False),
    Column("candidates", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("channel", String(50), nullable=False),
    Index("kept_questions_by_age", "at"),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("data", JSON, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(20), nullable=False, server_default="open"),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("drafts_by_owner", "owner", "updated_at"),
)

units = Table(
    "units",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", String(20), nullable=False),
    Column("competent", String(100), nullable=False),
    Column("region", Text, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

# A person on one channel, as channel:sender.
identities = Table(
    "identities",
    metadata,
    Column("identity", String(200), primary_key=True),
    Column("person", String(32), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
)

grants = Table(
    "grants",
    metadata,
    Column("person", String(32), primary_key=True),
    Column("unit", String(100), primary_key=True),
    Column("role", String(50), primary_key=True),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("grants", JSON, nullable=False),
    Column("person", String(32), nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_by", String(200)),
)

code_tries = Table(
    "code_tries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("identity", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("code_tries_by_identity", "identity", "at"),
)

# Only ever appended to.
uses = Table(
    "uses",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("person", String(32), nullable=False),
    Column("identity", String(200), nullable=False),
    Column("right", String(50), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("about", String(200), nullable=False),
    Column("allowed", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

files = Table(
    "files",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("media_type", String(100), nullable=False),
    Column("unit", String(100), nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
