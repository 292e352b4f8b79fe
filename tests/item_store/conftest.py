"""Stores to test: in memory, SQLite, and a PostgreSQL started for the run where one is installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

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


def _programs() -> Path | None:
    beside = shutil.which("pg_ctl")
    found = [Path(beside).resolve().parent] if beside else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def _run(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*nobody, *command], check=True, capture_output=True, cwd="/", timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a server, without a database's name."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI", "").casefold() == "true":
            pytest.fail("PostgreSQL is not installed, and CI must test on it")
        pytest.skip("PostgreSQL is not installed")
    # Outside the root user's home, where the server's user may not look.
    folder = Path(tempfile.mkdtemp(prefix="banshi-postgresql-", dir="/tmp"))
    folder.chmod(0o777)
    data, port = str(folder / "data"), _free_port()
    try:
        _run(str(programs / "initdb"), "-D", data, "-U", "banshi", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        _run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://banshi@127.0.0.1:{port}"
        finally:
            _run(str(programs / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database_address(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """An empty database of a kind."""

    def address(backend: str) -> str:
        if backend == "sqlite":
            return f"sqlite:///{tmp_path / 'store.db'}"
        server: str = request.getfixturevalue("postgresql_server")
        name = f"test_{uuid4().hex}"
        port = server.rpartition(":")[2]
        programs = _programs()
        assert programs
        _run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", "banshi", name)
        return f"{server}/{name}"

    return address


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
