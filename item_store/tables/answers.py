"""SQLAlchemy tables of what those who asked were told: a sealed chain, and what waits to be sealed."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from item_store.tables import UtcDateTime, metadata

# Only ever appended to; the sequence has no gaps.
answer_lines = Table(
    "answer_lines",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("action", String(50), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("seal", String(64), nullable=False),
    Index("answer_lines_by_subject", "subject", "sequence"),
    Index("answer_lines_by_time", "at"),
)

# One row: the last line, so that lines cut off at the end are missed.
answer_head = Table(
    "answer_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", Integer, nullable=False),
    Column("seal", String(64), nullable=False),
)

# Written with the conversation it belongs to; gone from here as soon as its line is sealed.
answers_unsealed = Table(
    "answers_unsealed",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(200), nullable=False),
    Column("action", String(50), nullable=False),
    Column("subject", String(250), nullable=False),
    Column("details", JSON, nullable=False),
)
