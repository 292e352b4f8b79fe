"""What tests share: a running banshi over the sample items in a folder of its own."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.settings import Settings
from tests import postgresql
from tests.transcripts import MovedClock


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def app(tmp_path: Path, clock: MovedClock) -> AsyncIterator[App]:
    async with open_app(Settings(data_dir=tmp_path, question_limit=1000), clock) as opened:
        yield opened


def absent(what: str) -> None:
    """Skip for want of something on this machine; on CI its absence is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server, without a database's name."""
    programs = postgresql.programs()
    if programs is None:
        absent("PostgreSQL")
        return
    with postgresql.server(programs) as address:
        yield address


@pytest.fixture
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """An empty database of a kind."""

    def address(backend: str) -> str:
        if backend == "sqlite":
            return f"sqlite:///{tmp_path / 'store.db'}"
        server: str = request.getfixturevalue("postgresql_server")
        programs = postgresql.programs()
        assert programs
        return postgresql.new_database(server, programs)

    return address
