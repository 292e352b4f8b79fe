"""The index kept on disk: a restart indexes only what changed meanwhile, and answers as one built anew."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.catalogue import Catalogue
from item_store.contract import ItemStore
from item_store.item import Item
from item_store.memory import open_memory
from item_store.sample import sample_items
from knowledge.answering import answer
from knowledge.entry import Entry
from knowledge.index import Index

QUESTIONS = ("身份证丢了怎么补", "娃儿上户口要带啥子", "想养条狗要办证不", "开面馆要办哪些")


@pytest.fixture
async def store() -> ItemStore:
    opened = open_memory()
    await opened.publish_many(sample_items())
    return opened


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids that are indexed from here on."""
    ids: list[str] = []
    real = Index.put

    def watched(self: Index, entry: Entry) -> None:
        ids.append(entry.id)
        real(self, entry)

    monkeypatch.setattr(Index, "put", watched)
    return ids


async def opened(store: ItemStore, folder: Path) -> Catalogue:
    catalogue = Catalogue(store, folder)
    await catalogue.load()
    return catalogue


def answers(catalogue: Catalogue) -> Sequence[object]:
    return [answer(question, catalogue.index) for question in QUESTIONS]


async def renamed(store: ItemStore, item: Item, name: str) -> None:
    await store.publish_many([replace(item, values={**item.values, "name": name})])


async def test_a_restart_indexes_nothing_anew(store: ItemStore, tmp_path: Path, put: list[str]) -> None:
    first = await opened(store, tmp_path / "index")
    assert len(put) == len(first)
    put.clear()
    again = await opened(store, tmp_path / "index")
    assert put == []
    assert answers(again) == answers(first)


async def test_what_changed_meanwhile_is_indexed(store: ItemStore, tmp_path: Path, put: list[str]) -> None:
    catalogue = await opened(store, tmp_path / "index")
    changed, gone = catalogue.items()[0], catalogue.items()[1]
    await renamed(store, changed, "星际飞船驾驶证核发")
    await store.withdraw(gone.id)
    put.clear()
    again = await opened(store, tmp_path / "index")
    assert put == [changed.id]
    assert again.index.get(gone.id) is None
    assert answer("星际飞船驾驶证核发", again.index).candidates[0].id == changed.id
    assert answers(again) == answers(await opened(store, tmp_path / "other"))


async def test_what_changed_while_running_is_kept_at_the_end(
    store: ItemStore, tmp_path: Path, put: list[str]
) -> None:
    catalogue = await opened(store, tmp_path / "index")
    await renamed(store, catalogue.items()[0], "星际飞船驾驶证核发")
    await catalogue.refresh()
    await catalogue.close()
    put.clear()
    await opened(store, tmp_path / "index")
    assert put == []


@pytest.mark.parametrize("damaged", ["index.json", "segment-0/text.npy", "segment-0/alive.npy"])
async def test_a_damaged_index_is_built_anew(store: ItemStore, tmp_path: Path, damaged: str) -> None:
    first = await opened(store, tmp_path / "index")
    (tmp_path / "index" / damaged).write_bytes(b"\x93NUM")
    again = await opened(store, tmp_path / "index")
    assert answers(again) == answers(first)


async def test_the_index_of_another_database_is_not_believed(store: ItemStore, tmp_path: Path) -> None:
    await opened(store, tmp_path / "index")
    other = open_memory()
    await other.publish_many(sample_items()[:5])
    small = await opened(other, tmp_path / "index")
    assert len(small.index) == 5
    assert answers(small) == answers(await opened(other, tmp_path / "other"))


async def test_a_folder_that_cannot_be_written_stops_nothing(store: ItemStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    catalogue = await opened(store, tmp_path / "file" / "index")
    assert len(catalogue.index) == len(catalogue)
