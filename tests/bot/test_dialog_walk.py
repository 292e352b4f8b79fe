"""A short random walk through the whole dialogue; make bench walks further."""

from pathlib import Path

import pytest

from tests.benches.dialog_walk import walk


@pytest.mark.parametrize("seed", [11, 12])
async def test_no_answer_is_lost_on_a_walk(tmp_path: Path, seed: int) -> None:
    figures = await walk(1_500, tmp_path, seed)
    assert figures.answers > 100
    assert (figures.lost, figures.dead_ends, figures.errors) == ([], [], [])
