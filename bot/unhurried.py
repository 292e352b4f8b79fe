"""Long computations in small pieces on the loop, so that an answer to a citizen never waits for the whole."""

import asyncio
import time
from collections.abc import Iterable
from typing import TypeVar

PIECE = 0.002
REST = 0.004
"""Seconds of work, and of what others do in between."""

T = TypeVar("T")


async def unhurried(found: Iterable[T]) -> list[T]:
    """All that an iterator works out, with rests in between; it should be quick from one to the next."""
    rows: list[T] = []
    until = time.perf_counter() + PIECE
    for row in found:
        rows.append(row)
        if time.perf_counter() >= until:
            await asyncio.sleep(REST)
            until = time.perf_counter() + PIECE
    return rows
