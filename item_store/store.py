"""The store in a database, SQLite or PostgreSQL, put together noun by noun."""

from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.contract import Clock, ItemStore, utc_now
from item_store.database import create_engine, migrate
from item_store.store_audit import SqlAudit
from item_store.store_cases import SqlCases
from item_store.store_codes import SqlCodes
from item_store.store_deliveries import SqlDeliveries
from item_store.store_drafts import SqlDrafts
from item_store.store_files import SqlFiles
from item_store.store_items import SqlItems
from item_store.store_learning import SqlLearning
from item_store.store_people import SqlPeople
from item_store.store_questions import SqlQuestions
from item_store.store_records import SqlRecords
from item_store.store_register import SqlRegister
from item_store.store_sessions import SqlSessions


class SqlStore(
    SqlItems,
    SqlSessions,
    SqlQuestions,
    SqlDrafts,
    SqlPeople,
    SqlFiles,
    SqlAudit,
    SqlRegister,
    SqlCases,
    SqlCodes,
    SqlRecords,
    SqlDeliveries,
    SqlLearning,
):
    def __init__(self, engine: AsyncEngine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock

    async def close(self) -> None:
        await self._engine.dispose()


async def open_store(address: str, clock: Clock = utc_now) -> ItemStore:
    """The store at sqlite:///file or postgresql://…, its tables brought up to date."""
    engine = create_engine(address)
    try:
        await migrate(engine)
    except BaseException:
        await engine.dispose()
        raise
    return SqlStore(engine, clock)
