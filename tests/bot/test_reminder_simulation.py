"""A short stretch of the simulations that `make bench` runs whole: nothing lost, nothing doubled, nobody kept waiting."""

from collections.abc import Callable

import pytest

from tests.benches.beside import beside
from tests.benches.rush import rush
from tests.benches.simulation import simulate


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_nothing_is_lost_or_doubled(backend: str, database_address: Callable[[str], str]) -> None:
    found = await simulate(database_address(backend), runs=40)
    assert (found.bad, found.failing) == (0, [])
    assert found.crashes > 40
    assert found.uncertain == found.uncertain_arrived + found.uncertain_absent > 10


async def test_a_rush_keeps_the_limits(database_address: Callable[[str], str]) -> None:
    found = await rush(database_address("sqlite"), groups=60, each=20)
    assert found.arrived == 60 * 20
    assert found.most_in_a_second <= 30
    assert found.most_to_a_group <= 20
    assert found.in_order


async def test_citizens_are_answered_beside_the_reminders() -> None:
    found = await beside(groups=40, each=20, quiet=1)
    assert found.arrived == 40 * 20
    assert found.busy
    assert found.refused == 0
