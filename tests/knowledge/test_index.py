"""The index: changes are seen at once, many items are found again, and what was saved answers the same."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.answering import answer
from knowledge.entry import Entry
from knowledge.index import PENDING, Index, StaleIndexError

NAMES = (
    "居民身份证补领",
    "居民身份证换领",
    "机动车驾驶证补证",
    "养犬登记",
    "食品经营许可新设",
    "内地居民结婚登记",
)


def entries(count: int) -> list[Entry]:
    return [
        Entry(f"item-{n}", f"{NAMES[n % 6]}（第{n}号）", region="东西南"[n % 3] + "山区")
        for n in range(count)
    ]


def best(index: Index, question: str) -> str:
    return answer(question, index).candidates[0].id


def test_what_is_put_is_found_and_what_is_removed_is_not() -> None:
    index = Index()
    index.put(Entry("dog", "养犬登记"))
    index.put(Entry("food", "食品经营许可新设"))
    assert best(index, "养犬登记") == "dog"
    index.remove("dog")
    assert index.get("dog") is None
    assert "dog" not in {one.id for one in answer("养犬登记", index).candidates}
    index.remove("dog")
    assert len(index) == 1


def test_a_new_version_takes_the_place_of_the_old() -> None:
    index = Index()
    index.put(Entry("one", "养犬登记"))
    index.put(Entry("one", "内地居民结婚登记"))
    assert len(index) == 1
    assert index.get("one") == Entry("one", "内地居民结婚登记")


def test_many_items_are_sorted_into_few_parts_and_all_stay() -> None:
    index = Index()
    for entry in entries(3 * PENDING + 7):
        index.put(entry)
    assert len(index) == 3 * PENDING + 7
    assert len(index.segments) <= 3
    for number in (0, PENDING, 3 * PENDING + 6):
        assert best(index, entries(number + 1)[-1].name) == f"item-{number}"


def test_items_change_within_sorted_parts() -> None:
    index = Index.build(entries(PENDING + 5))
    index.put(Entry("item-3", "劳动能力鉴定申请", region="东山区"))
    index.remove("item-4")
    assert best(index, "劳动能力鉴定申请") == "item-3"
    assert len(index) == PENDING + 4
    index.compact()
    assert best(index, "劳动能力鉴定申请") == "item-3"
    assert index.get("item-4") is None
    assert index.get("item-5") == entries(6)[5]


def test_a_saved_index_answers_the_same(tmp_path: Path) -> None:
    index = Index.build(entries(600), stamp="first")
    index.put(Entry("late", "劳动能力鉴定申请", code="11500105009272345K4000120015001"))
    index.save(tmp_path / "index")
    index.save(tmp_path / "index")
    again = Index.load(tmp_path / "index")
    assert (again.stamp, len(again), again.regions) == ("first", 601, index.regions)
    for question in ("身份证丢了", "第77号", "劳动能力鉴定"):
        assert answer(question, again).candidates == answer(question, index).candidates
    assert [entry.id for entry in again.with_code("000120015001")] == ["late"]
    again.put(Entry("later", "工伤认定申请"))
    assert best(again, "工伤认定申请") == "later"


def test_what_reads_the_same_in_many_places_stays_when_one_place_changes_it(tmp_path: Path) -> None:
    places = [f"长江市{one}山区" for one in "东西南北中青白黄红金"]
    index = Index.build(Entry(place, "养犬登记", region=place) for place in places)
    index.remove(places[0])
    index.put(Entry(places[1], "劳动能力鉴定申请", region=places[1]))
    index.save(tmp_path / "index")
    for one in (index, Index.load(tmp_path / "index")):
        for place in places[2:]:
            assert best(one, f"在{place}养犬登记") == place
        assert best(one, "劳动能力鉴定申请") == places[1]


def test_an_index_of_other_words_is_refused(tmp_path: Path) -> None:
    index = Index.build(entries(3))
    index.save(tmp_path / "index")
    about = tmp_path / "index" / "index.json"
    about.write_text(about.read_text().replace('"words": "', '"words": "other-'))
    with pytest.raises(StaleIndexError, match="build it anew"):
        Index.load(tmp_path / "index")
    with pytest.raises(StaleIndexError, match="no index"):
        Index.load(tmp_path / "nothing")


def test_an_empty_index_finds_nothing() -> None:
    assert answer("身份证丢了怎么补", Index()).name == "not_found"
    assert answer("身份证丢了怎么补", Index()).aspects == ("procedure",)


def test_answering_goes_on_while_items_change() -> None:
    index = Index.build(entries(PENDING))
    wrong: list[str] = []
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            found = best(index, "养犬登记（第3号）")
            wrong.extend([found] if found != "item-3" else [])

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for entry in entries(2 * PENDING + 9)[PENDING:]:
            index.put(entry)
            index.put(replace(entry, name=f"{entry.name}（新版）"))
    finally:
        ended.set()
        asking.join()
    assert wrong == []
    assert len(index) == 2 * PENDING + 9
