"""Stores to test: in memory, SQLite, and a PostgreSQL started for the run where one is installed."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings

from item_store.contract import ItemStore
from item_store.memory import open_memory
from item_store.store import open_store

# A busy machine is slow; that says nothing of the code.
settings.register_profile("item_store", deadline=None)
settings.load_profile("item_store")

BACKENDS = ("memory", "sqlite", "postgresql")


class SteppingClock:
    """Moves a second at every look, so that no two times are equal."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture(params=BACKENDS)
async def store(
    request: pytest.FixtureRequest, database_address: Callable[[str], str], clock: SteppingClock
) -> AsyncIterator[ItemStore]:
    if request.param == "memory":
        opened = open_memory(clock)
    else:
        opened = await open_store(database_address(request.param), clock)
    yield opened
    await opened.close()
