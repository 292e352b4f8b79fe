"""A random walk of all commands through the guided dialogue, and one on SQLite that is killed at random points.

python -m tests.benches.dialog_walk [steps] [kills]
"""

import asyncio
import json
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import structlog

from bot.settings import Settings
from item_store.memory import open_memory
from item_store.store import open_store
from tests.benches.walker import UNIT, Figures, MovingClock, Walker, kept_of

STEPS, KILLS = 100_000, 12
SECONDS = (2.0, 5.0)
"""How long a process lives before it is killed."""


def settings(folder: Path) -> Settings:
    return Settings(data_dir=folder, question_limit=1_000_000)


async def walk(steps: int, folder: Path, seed: int = 1) -> Figures:
    """Walk in memory."""
    clock = MovingClock()
    walker = Walker(open_memory(clock), clock, settings(folder), seed)
    await walker.begin()
    for number in range(steps):
        await walker.step()
        if number % 10_000 == 9_999:
            print(f"  {number + 1} steps", file=sys.stderr, flush=True)
    return walker.figures


async def walk_until_killed(folder: Path, seed: int) -> None:
    """Walk on SQLite and print what every acknowledged step had kept."""
    clock = MovingClock()
    store = await open_store(f"sqlite:///{folder / 'walk.db'}", clock)
    walker = Walker(store, clock, settings(folder), seed)
    await walker.begin()
    while True:
        await walker.step()
        for draft_id, kept in walker.held.items():
            print(json.dumps([draft_id, kept], ensure_ascii=False), flush=True)


async def kill_at_random(folder: Path, kills: int) -> list[str]:
    """Answers that were acknowledged before a kill and are not in the database after it."""
    lost: list[str] = []
    acknowledged_in_all = 0
    for seed in range(kills):
        acknowledged = await _run_and_kill(folder, seed)
        store = await open_store(f"sqlite:///{folder / 'walk.db'}")
        standing = {draft.id: kept_of(draft.data) for draft in await store.drafts_of(UNIT.id)}
        await store.close()
        # A draft that is not there any more was deleted by the step under way.
        for draft_id, kept in acknowledged.items():
            acknowledged_in_all += len(kept)
            missing = kept.keys() - standing.get(draft_id, kept).keys()
            lost += [f"{draft_id} {key}" for key in missing]
    print(f"  answers acknowledged before a kill: {acknowledged_in_all}")
    return lost


async def _run_and_kill(folder: Path, seed: int) -> dict[str, dict[str, object]]:
    command = (sys.executable, "-m", "tests.benches.dialog_walk", "child", str(folder), str(seed))
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**24)
    assert child.stdout
    told: dict[str, dict[str, object]] = {}
    first = await child.stdout.readline()
    ends = time.monotonic() + random.uniform(*SECONDS)
    asyncio.get_running_loop().call_at(
        asyncio.get_running_loop().time() + ends - time.monotonic(), child.send_signal, signal.SIGKILL
    )
    for line in (first, *[line async for line in child.stdout]):
        if line.endswith(b"\n"):
            draft_id, kept = json.loads(line)
            told[draft_id] = kept
    await child.wait()
    return told


async def main(steps: int, kills: int) -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        figures = await walk(steps, Path(folder))
        seconds = time.perf_counter() - began
        print(
            f"walk in memory: {figures.steps} steps, {figures.answers} answers, {figures.restarts} restarts, ",
            end="",
        )
        print(f"{figures.submitted} submitted, {1000 * seconds / max(steps, 1):.2f} ms a step")
        print(
            f"  answers lost: {len(figures.lost)}, dead ends: {len(figures.dead_ends)}, errors: {len(figures.errors)}"
        )
        for problem in (*figures.lost, *figures.dead_ends, *figures.errors)[:10]:
            print(f"  {problem[:300]}")
        print(f"walk on SQLite, killed {kills} times:")
        lost = await kill_at_random(Path(folder), kills)
        print(f"  acknowledged answers lost: {len(lost)}")
    return bool(figures.lost or figures.dead_ends or figures.errors or lost)


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
        asyncio.run(walk_until_killed(Path(sys.argv[2]), int(sys.argv[3])))
    else:
        numbers = [int(word) for word in sys.argv[1:]]
        sys.exit(asyncio.run(main(*(numbers + [STEPS, KILLS][len(numbers) :]))))
