"""Speed and memory at size, beside peers in the same run: `python -m knowledge.bench NAMES.jsonl`."""

import argparse
import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from knowledge.answering import answer
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.peers import peers

PLACES = "东西南北上下中青白黄红金玉石水山林龙凤安"
SPOKEN = ("{}怎么办", "{}要带什么", "请问{}在哪办", "{}", "我想办{}，要多久", "办{}收费吗")
Ask = Callable[[str], Any]


def varied(names: Sequence[str], size: int) -> Iterator[Entry]:
    """So many entries: every name in one invented place after another."""
    for number in range(size):
        turn, which = divmod(number, len(names))
        place = f"{PLACES[turn % 20]}{PLACES[turn // 20 % 20]}区" if size > len(names) else ""
        name = f"{names[which]}（{place}）" if turn else names[which]
        yield Entry(id=f"item-{number}", name=name, region=place)


def questions(names: Sequence[str], count: int, seed: int = 7) -> list[str]:
    """Names as people say them: shortened, with a character wrong or left out, within a phrase."""
    random = Random(seed)  # noqa: S311  (a repeatable choice, no secret)
    return [random.choice(SPOKEN).format(_worn(random.choice(names), random)) for _ in range(count)]


def _worn(name: str, random: Random) -> str:
    part = name[: random.randint(5, 18)]
    place = random.randrange(len(part))
    return part[:place] + part[place + 1 :] if random.random() < 0.5 else part


def timed(ask: Ask, asked: Sequence[str]) -> dict[str, float]:
    """Milliseconds a question (median, 99th of a hundred) and questions a second."""
    took = []
    for question in asked:
        start = time.perf_counter()
        ask(question)
        took.append((time.perf_counter() - start) * 1000)
    return {
        "p50 ms": float(np.percentile(took, 50)),
        "p99 ms": float(np.percentile(took, 99)),
        "a second": 1000 * len(took) / sum(took),
    }


def ours(folder: Path, names: Sequence[str], count: int) -> dict[str, float]:
    """Load a saved index in this process and measure all that is promised of it."""
    start = time.perf_counter()
    index = Index.load(folder)
    answer("居民身份证补领要带什么", index)
    # As the server does, so that the collector does not go through all words again and again.
    gc.collect()
    gc.freeze()
    figures = {"load and first answer s": time.perf_counter() - start}
    asked = questions(names, count)
    figures |= timed(lambda question: answer(question, index), asked)
    start = time.perf_counter()
    index.put(Entry(id="item-5", name="全新的测试事项登记", region="东东区"))
    found = answer("全新的测试事项登记", index)
    figures["changed and found ms"] = (time.perf_counter() - start) * 1000
    figures["found after change"] = float(found.candidates[0].id == "item-5")
    figures["memory MB"] = _highest_memory()
    return figures


def _highest_memory() -> float:
    """The most this process ever held; the resource module would count what its parent held as well."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        / 1024
    )


def measure(path: Path, size: int, count: int, with_peers: bool) -> None:
    """Build, save, then measure ours in a process of its own, so that memory is only what answering needs."""
    names = read_names(path)
    with tempfile.TemporaryDirectory(prefix="banshi-bench-") as temporary:
        folder = Path(temporary) / "index"
        start = time.perf_counter()
        Index.build(varied(names, size)).save(folder)
        print(f"== {size} items (built and saved in {time.perf_counter() - start:.0f} s)", flush=True)
        size_on_disk = sum(file.stat().st_size for file in folder.rglob("*")) / 1e6
        command = [
            sys.executable,
            "-m",
            "knowledge.bench",
            str(path),
            "--loaded",
            str(folder),
            "--count",
            str(count),
        ]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  (this very program)
        figures: dict[str, float] = json.loads(told.stdout) | {"on disk MB": size_on_disk}
        print("ours:", _shown(figures), flush=True)
    if with_peers:
        compare(list(varied(names, size)), questions(names, max(20, count // 10)), figures["a second"])


def compare(entries: Sequence[Entry], asked: Sequence[str], our_rate: float) -> None:
    for name, build in peers([entry.name for entry in entries]):
        figures = timed(build(), asked)
        print(
            f"{name}: {_shown(figures)}, ours is {our_rate / figures['a second']:.2f} times as fast",
            flush=True,
        )


def read_names(path: Path) -> list[str]:
    with path.open(encoding="utf8") as lines:
        return list(dict.fromkeys(json.loads(line)["name"] for line in lines if line.strip()))


def _shown(figures: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.2f}" for name, value in figures.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", type=Path, help="JSON lines with a name each")
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--count", type=int, default=1000, help="questions asked of ours; peers get a tenth")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--loaded", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.loaded:
        print(json.dumps(ours(given.loaded, read_names(given.names), given.count)))
        return
    for size in given.sizes:
        measure(given.names, size, given.count, not given.no_peers)


if __name__ == "__main__":
    main()
