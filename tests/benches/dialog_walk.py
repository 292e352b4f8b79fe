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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from bot.settings import Settings
from item_store.contract import Draft
from item_store.memory import open_memory
from item_store.store import open_store
from tests.benches.walker import UNIT, Figures, MovingClock, Walker, kept_of

STEPS, KILLS = 100_000, 12
STEPS_OF_A_PROCESS = 10_000_000
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
    """Walk on SQLite and print, before a draft is deleted, which, and after every step what all drafts kept."""
    clock = MovingClock()
    store = await open_store(f"sqlite:///{folder / 'walk.db'}", clock)
    walker = Walker(store, clock, settings(folder), seed)
    walker.leaving = lambda draft_id: print(json.dumps({"leaving": draft_id}), flush=True)
    await walker.begin()
    # Numbers of steps go on rising from one process to the next: drafts tell by them when they were saved.
    walker.figures.steps = seed * STEPS_OF_A_PROCESS
    while True:
        await walker.step()
        told = {"step": walker.figures.steps, "held": walker.held}
        print(json.dumps(told, ensure_ascii=False), flush=True)


@dataclass
class Acknowledged:
    """What a killed process had said: the last step that was answered, what its drafts held, and
    which drafts it was about to delete."""

    step: int = 0
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)

    def hear(self, told: dict[str, Any]) -> None:
        if "leaving" in told:
            self.leaving.add(told["leaving"])
        else:
            self.step, self.held = told["step"], told["held"]


@dataclass
class Killed:
    """All kills together. `under_way`: answers changed by the very step that the kill cut off after saving."""

    lost: list[str] = field(default_factory=list)
    compared: int = 0
    drafts: int = 0
    under_way: int = 0

    def compare(self, acknowledged: Acknowledged, standing: dict[str, Draft]) -> None:
        """Every acknowledged value must stand as it was; a draft that is gone must have been given up."""
        for draft_id, kept in acknowledged.held.items():
            self.drafts += 1
            self.compared += len(kept)
            draft = standing.get(draft_id)
            if draft is None:
                if draft_id not in acknowledged.leaving:
                    self.lost.append(f"{draft_id} is gone with {len(kept)} answers")
                continue
            now = kept_of(draft.data)
            different = [key for key, value in kept.items() if now.get(key) != value]
            if _step_of(draft) > acknowledged.step:
                # The step that was cut off had saved: it may say something else, but drop nothing.
                self.under_way += len(different)
                different = [key for key in different if key not in now]
            self.lost += [f"{draft_id} {key}: {kept[key]!r} became {now.get(key)!r}" for key in different]


def _step_of(draft: Draft) -> int:
    """The number of the step that saved a draft last."""
    return int(str(draft.data.get("last", {}).get("message", "m0")).removeprefix("m") or 0)


async def kill_at_random(folder: Path, kills: int) -> list[str]:
    """Answers that were acknowledged before a kill and do not stand in the database after it."""
    killed = Killed()
    for seed in range(kills):
        acknowledged = await _run_and_kill(folder, seed)
        store = await open_store(f"sqlite:///{folder / 'walk.db'}")
        killed.compare(acknowledged, {draft.id: draft for draft in await store.drafts_of(UNIT.id)})
        await store.close()
    print(
        f"  compared value by value after a kill: {killed.compared} answers in {killed.drafts} drafts, "
        f"{killed.under_way} changed by the step under way"
    )
    for problem in killed.lost[:10]:
        print(f"  {problem[:300]}")
    return killed.lost


async def _run_and_kill(folder: Path, seed: int) -> Acknowledged:
    command = (sys.executable, "-m", "tests.benches.dialog_walk", "child", str(folder), str(seed))
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**24)
    assert child.stdout
    told = Acknowledged()
    first = await child.stdout.readline()
    ends = time.monotonic() + random.uniform(*SECONDS)
    asyncio.get_running_loop().call_at(
        asyncio.get_running_loop().time() + ends - time.monotonic(), child.send_signal, signal.SIGKILL
    )
    for line in (first, *[line async for line in child.stdout]):
        if line.endswith(b"\n"):
            told.hear(json.loads(line))
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
