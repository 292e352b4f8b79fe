"""Reminders under crashes, refusals, cut networks and clock jumps; and a thousand groups in the same minute.

python -m tests.benches.reminders [--runs N] [--first SEED] [--db URL …] prints the figures; every URL is an empty
database. A run that went wrong is named by its seed and repeated by --runs 1 --first SEED.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from tests import postgresql
from tests.benches.beside import beside
from tests.benches.rush import rush
from tests.benches.simulation import simulate

LONGEST_DELAY = 0.1
"""Seconds by which reminders may delay an answer."""


@contextmanager
def _database() -> Iterator[str]:
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield f"sqlite:///{Path(folder) / 'bench.db'}"


async def _bench(runs: int, first: int, addresses: Sequence[str]) -> bool:
    good = True
    with _database() as sqlite, _database() as other:
        for address in (sqlite, *addresses):
            started = time.perf_counter()
            found = await simulate(address, runs, first)
            took = 1000 * (time.perf_counter() - started) / max(1, runs)
            print(f"{address.partition(':')[0]}: {found.line()}  ({took:.0f} ms a run)", flush=True)
            good = good and not found.bad
        print(f"rush: {(await rush(other)).line()}", flush=True)
    heard = await beside()
    print(f"beside: {heard.line()}", flush=True)
    return good and heard.most <= LONGEST_DELAY


def main() -> None:
    """Print the figures; exit code 1 when anything was lost or doubled, or an answer came late."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, metavar="SEED")
    parser.add_argument("--db", action="append", default=[], help="an empty PostgreSQL database")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    programs = postgresql.programs()
    if given.db or programs is None:
        sys.exit(not asyncio.run(_bench(given.runs, given.first, given.db)))
    with postgresql.server(programs) as server:
        address = postgresql.new_database(server, programs)
        sys.exit(not asyncio.run(_bench(given.runs, given.first, [address])))


if __name__ == "__main__":
    main()
