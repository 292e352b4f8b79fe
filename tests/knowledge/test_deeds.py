"""What people want done is learned from the sayings, whatever the thing is."""

import numpy as np
import pytest

from knowledge.counting import Counts
from knowledge.deeds import UNNAMED, Deeds, deeds, learned
from knowledge.lexicon import for_names

BITS = {key: action.bit for key, action in for_names().actions.items()}


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("墙上挂的那张被火燎没了，再弄一张", "reissue"),
        ("馆子开不下去了，那张证啷个退", "cancel"),
        ("下个月就到日子了，想接着用", "extend"),
    ],
)
def test_the_deed_is_told_without_the_thing(said: str, key: str) -> None:
    likely = dict(zip(deeds().families.tolist(), deeds().likely(said).tolist(), strict=True))
    assert max(likely, key=lambda family: likely[family]) == BITS[key]


def test_probabilities_add_up_to_one() -> None:
    assert deeds().likely("身份证丢了怎么补").sum() == pytest.approx(1, abs=1e-4)


def test_a_name_has_the_likeliest_of_its_families_and_one_without_any_the_rest() -> None:
    taught = [(1, f"新开店{n}家") for n in range(80)] + [(UNNAMED, f"看看档案{n}") for n in range(80)]
    taught_deeds = Deeds(learned(Counts.of(taught)))
    likely = taught_deeds.likely("新开店")
    shares = taught_deeds.of_names(likely, np.array([1, 1 | 4, 4, 0], dtype=np.int64))
    assert shares[0] == shares[1] > 0.9 > shares[2] == shares[3]


def test_seldom_taught_families_are_not_learned() -> None:
    assert Deeds(learned(Counts.of([(1, "新开店")]))).families.tolist() == []
    assert Deeds(learned(Counts.of([(1, "新开店")]))).of_names(
        np.zeros(0, np.float32), np.array([1])
    ).tolist() == [0.0]
