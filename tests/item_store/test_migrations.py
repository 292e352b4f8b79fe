"""Migrations lead to exactly the tables the program uses."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store import migrations
from item_store.database import UnsupportedDatabaseError, create_engine, database_url, migrate
from item_store.tables import metadata


def _differences(connection: Connection) -> list[object]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


@asynccontextmanager
async def opened(address: str) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(address)
    try:
        yield engine
    finally:
        await engine.dispose()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_migrated_tables_are_the_declared_ones(
    backend: str, database_address: Callable[[str], str]
) -> None:
    async with opened(database_address(backend)) as engine:
        await migrate(engine)
        await migrate(engine)
        async with engine.connect() as connection:
            assert await connection.run_sync(_differences) == []


def test_the_known_head_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(migrations.configuration()).get_heads() == [migrations.HEAD]


@pytest.mark.parametrize("address", ["mysql://host/name", "no address", ""])
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with pytest.raises(UnsupportedDatabaseError):
        database_url(address)


def test_a_refusal_never_shows_the_password() -> None:
    with pytest.raises(UnsupportedDatabaseError) as refused:
        database_url("mysql://user:geheim@host/name")
    assert "geheim" not in str(refused.value)


async def test_sqlite_runs_with_a_write_ahead_log(database_address: Callable[[str], str]) -> None:
    async with opened(database_address("sqlite")) as engine, engine.connect() as connection:
        assert (await connection.exec_driver_sql("PRAGMA journal_mode")).scalar() == "wal"
        assert (await connection.exec_driver_sql("PRAGMA foreign_keys")).scalar() == 1
