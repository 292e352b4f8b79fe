"""Opening a database: its address, SQLite's settings, transactions that write, and migrations at start."""

import asyncio
import json
import weakref
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from item_store import migrations

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
# Any fixed numbers, one per purpose, that every replica uses.
MIGRATION_LOCK, PUBLICATION_LOCK, AUDIT_LOCK, LEARNING_LOCK = 72_610_001, 72_610_002, 72_610_003, 72_610_004
ANSWER_LOCK = 72_610_005
SQLITE_SETTINGS = ("journal_mode=WAL", "busy_timeout=10000", "foreign_keys=ON", "synchronous=NORMAL")


_TURNS: "weakref.WeakKeyDictionary[Engine, asyncio.Lock]" = weakref.WeakKeyDictionary()


class UnsupportedDatabaseError(ValueError):
    """A database address must begin with sqlite:// or postgresql://."""


def database_url(address: str) -> URL:
    """The address with the driver this program uses."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise UnsupportedDatabaseError(address) from error
    kind = url.drivername.partition("+")[0]
    if kind not in DRIVERS:
        raise UnsupportedDatabaseError(url.render_as_string(hide_password=True))
    return url.set(drivername=DRIVERS[kind])


def create_engine(address: str) -> AsyncEngine:
    url = database_url(address)
    options: dict[str, Any] = {"json_serializer": partial(json.dumps, ensure_ascii=False)}
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, **options)
    if url.database and url.database != ":memory:":
        Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    else:
        # Every new connection would be another, empty database.
        options["poolclass"] = StaticPool
    engine = create_async_engine(url, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would begin transactions by itself, and too late: only before the first write.
    connection.isolation_level = None
    cursor = connection.cursor()
    for setting in SQLITE_SETTINGS:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@asynccontextmanager
async def writing(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A transaction that may write; SQLite takes its lock at the start instead of failing half way."""
    async with _turn(engine), engine.execution_options(writes=True).begin() as connection:
        yield connection


def _turn(engine: AsyncEngine) -> AbstractAsyncContextManager[object]:
    """SQLite has one writer, and whoever finds it busy tries ever more seldom; here they stand in line."""
    if engine.dialect.name != "sqlite":
        return nullcontext()
    return _TURNS.setdefault(engine.sync_engine, asyncio.Lock())


async def take_lock(connection: AsyncConnection, number: int) -> None:
    """Held until the transaction ends; a writing transaction on SQLite is alone anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


async def migrate(engine: AsyncEngine) -> None:
    """Bring the schema up to date; replicas that start together wait for the first."""
    async with engine.connect() as connection:
        if await connection.run_sync(_revision) == migrations.HEAD:
            return
    async with writing(engine) as connection:
        await take_lock(connection, MIGRATION_LOCK)
        await connection.run_sync(migrations.upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
