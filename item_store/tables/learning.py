"""SQLAlchemy tables of learning: proposals, who used the words, and the aliases that were accepted."""

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from item_store.tables import UtcDateTime, metadata

# The key stands for words that stay empty until enough people used them.
alias_proposals = Table(
    "alias_proposals",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False),
    Column("item_id", String(200), nullable=False),
    Column("words", Text, nullable=False),
    Column("people", Integer, nullable=False),
    Column("chosen", Integer, nullable=False),
    Column("corrected", Integer, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    UniqueConstraint("key", "item_id", name="alias_proposals_once"),
    Index("alias_proposals_by_people", "state", "people"),
    sqlite_autoincrement=True,
)

# Deleted as soon as somebody has decided.
alias_proposal_marks = Table(
    "alias_proposal_marks",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mark", String(64), primary_key=True),
)

# A row stays when its alias is revoked.
learned_aliases = Table(
    "learned_aliases",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("item_id", String(200), nullable=False),
    Column("alias", Text, nullable=False),
    Column("proposal", Integer, nullable=False),
    Column("by", String(200), nullable=False),
    Column("since", UtcDateTime, nullable=False),
    Column("revoked_by", String(200)),
    Column("revoked_at", UtcDateTime),
    Index("learned_aliases_by_item", "item_id"),
)
