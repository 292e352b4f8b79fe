"""A PostgreSQL of our own for tests and measurements, where its programs are installed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4


def programs() -> Path | None:
    """The folder of initdb and pg_ctl."""
    beside = shutil.which("pg_ctl")
    found = [Path(beside).resolve().parent] if beside else []
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((folder for folder in found if (folder / "initdb").exists()), None)


def run(*command: str) -> None:
    """PostgreSQL refuses to run as root."""
    nobody = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
    subprocess.run([*nobody, *command], check=True, capture_output=True, cwd="/", timeout=60)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@contextmanager
def server(folder_of_programs: Path) -> Iterator[str]:
    """The address of a server, without a database's name."""
    # Outside the root user's home, where the server's user may not look.
    folder = Path(tempfile.mkdtemp(prefix="banshi-postgresql-", dir="/tmp"))
    folder.chmod(0o777)
    data, port = str(folder / "data"), _free_port()
    control = str(folder_of_programs / "pg_ctl")
    try:
        initdb = str(folder_of_programs / "initdb")
        run(initdb, "-D", data, "-U", "banshi", "-A", "trust", "-E", "UTF8", "--no-locale")
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        run(control, "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://banshi@127.0.0.1:{port}"
        finally:
            run(control, "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_database(address: str, folder_of_programs: Path) -> str:
    """The address of an empty database on a server."""
    name, port = f"test_{uuid4().hex}", address.rpartition(":")[2]
    run(str(folder_of_programs / "createdb"), "-h", "127.0.0.1", "-p", port, "-U", "banshi", name)
    return f"{address}/{name}"
