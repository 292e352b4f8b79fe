"""A short stretch of the simulation that `make bench` runs whole: nothing lost, nothing doubled."""

from collections.abc import Callable

import pytest

from tests.benches.reminders import rush, simulate


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled(backend: str, database_address: Callable[[str], str]) -> None:
    found = await simulate(database_address(backend), runs=40)
    assert (found.lost, found.doubled, found.unlisted) == (0, 0, 0)
    assert found.crashes > 40
    assert found.uncertain > 10


async def test_a_rush_keeps_the_limits(database_address: Callable[[str], str]) -> None:
    found = await rush(database_address("sqlite"), groups=60, each=20)
    assert found.arrived == 60 * 20
    assert found.most_in_a_second <= 30
    assert found.most_to_a_group <= 20
    assert found.in_order
    assert found.answer_delay <= 0.1
