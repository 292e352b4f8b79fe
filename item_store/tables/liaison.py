"""SQLAlchemy tables of liaison work: deliveries, and a table for each kind of plain record."""

from collections.abc import Mapping

from sqlalchemy import JSON, Column, Index, Integer, String, Table, Text, UniqueConstraint

from item_store.records import MAX_KEY, RECORDS
from item_store.tables import UtcDateTime, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("occurrence", String(MAX_KEY), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("stage", String(50), nullable=False),
    Column("not_before", UtcDateTime, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("data", JSON, nullable=False),
    Column("state", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Column("batch", String(32), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("sent_at", UtcDateTime),
    UniqueConstraint("occurrence", "recipient", "stage", name="deliveries_once"),
    Index("deliveries_by_state", "state", "urgency", "not_before"),
    Index("deliveries_by_recipient", "recipient", "state"),
    Index("deliveries_by_batch", "batch"),
    sqlite_autoincrement=True,
)

records: Mapping[str, Table] = {
    kind.table: Table(
        kind.table,
        metadata,
        Column("key", String(MAX_KEY), primary_key=True),
        Column("version", Integer, nullable=False),
        Column("content", JSON, nullable=False),
        Column("updated_at", UtcDateTime, nullable=False),
    )
    for kind in RECORDS
}
