"""The store in a database, SQLite or PostgreSQL, put together noun by noun."""

from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.contract import Clock, ItemStore, utc_now
from item_store.database import create_engine, migrate
from item_store.store.audit import SqlAudit
from item_store.store.cases import SqlCases
from item_store.store.codes import SqlCodes
from item_store.store.deliveries import SqlDeliveries
from item_store.store.drafts import SqlDrafts
from item_store.store.files import SqlFiles
from item_store.store.items import SqlItems
from item_store.store.learning import SqlLearning
from item_store.store.people import SqlPeople
from item_store.store.questions import SqlQuestions
from item_store.store.records import SqlRecords
from item_store.store.register import SqlRegister
from item_store.store.sessions import SqlSessions


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
