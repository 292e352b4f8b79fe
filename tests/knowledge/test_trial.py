"""A trial index: what is done to it stays in it, in sorted parts and in those not sorted yet."""

from dataclasses import replace

import pytest

from knowledge.answering import Found, answer
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.trial import trial_of

ENTRIES = [
    Entry("water", "用水报装"),
    Entry("gas", "燃气报装"),
    Entry("dog", "养犬登记", questions=("养狗要登记吗",)),
]


def index_of(sorted_already: bool) -> Index:
    index = Index.build(ENTRIES)
    if not sorted_already:
        index = Index()
        for entry in ENTRIES:
            index.put(entry)
    return index


@pytest.mark.parametrize("sorted_already", [True, False])
def test_changes_of_a_trial_never_reach_the_original(sorted_already: bool) -> None:
    index = index_of(sorted_already)
    trial = trial_of(index)
    trial.put(replace(ENTRIES[2], aliases=("毛孩子上户",), region="示例区"))
    trial.remove("water")
    assert (len(trial), len(index)) == (2, 3)
    assert index.get("dog") == ENTRIES[2]
    assert index.get("water") == ENTRIES[0]
    assert (trial.regions["示例区"], index.regions["示例区"]) == (1, 0)
    found = answer("毛孩子上户", trial)
    assert isinstance(found, Found)
    assert found.item == "dog"
    assert answer("毛孩子上户", index) != found


@pytest.mark.parametrize("sorted_already", [True, False])
def test_later_changes_of_the_original_do_not_reach_the_trial(sorted_already: bool) -> None:
    index = index_of(sorted_already)
    trial = trial_of(index)
    index.remove("gas")
    assert trial.get("gas") == ENTRIES[1]
    assert index.get("gas") is None
