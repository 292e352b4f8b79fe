"""Importing: rows by themselves, a report by row, field and rule, and nothing changed the second time."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from item_store.contract import ItemStore
from item_store.exporting import export_items
from item_store.fields import FIELDS
from item_store.importing import IMPORTER, ImportReport, RefusedFileError, import_file, read_rows
from item_store.item import Item
from item_store.memory import open_memory
from item_store.parts import Location, Material

WHOLE = {field.key: field.kind.record(field.kind.load(field.example)) for field in FIELDS}  # type: ignore[arg-type]


def write(path: Path, *rows: Any) -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.rows, report.new, report.changed, report.unchanged, report.refused


def told(report: ImportReport) -> list[tuple[int, str, str, bool]]:
    return [(problem.row, problem.field, problem.rule, problem.kept) for problem in report.problems]


async def published(store: ItemStore) -> dict[str, Item]:
    return {item.id: item async for item in store.all_published()}


async def test_a_whole_record_is_published_as_it_is(store: ItemStore, tmp_path: Path) -> None:
    record = WHOLE | {"id": "whole", "region": "示例区", "aliases": ["居保登记"], "source": "示例系统"}
    report = await import_file(write(tmp_path / "items.jsonl", record), store, publish=True)
    assert counts(report) == (1, 1, 0, 0, 0)
    assert report.problems == []
    item = (await published(store))["whole"]
    assert {
        key: value for key, value in item.record().items() if key not in ("version", "published_at")
    } == record
    assert item.missing == []


async def test_the_same_file_again_changes_nothing(store: ItemStore, tmp_path: Path) -> None:
    path = write(
        tmp_path / "items.jsonl", {"id": "a", "name": "甲"}, {"name": "乙"}, {"id": "c", "name": "丙"}
    )
    await import_file(path, store, publish=True)
    again = await import_file(path, store, publish=True)
    assert counts(again) == (3, 0, 0, 3, 0)
    assert await store.sequence() == 3


async def test_a_changed_row_becomes_the_next_version(store: ItemStore, tmp_path: Path) -> None:
    await import_file(write(tmp_path / "items.jsonl", {"id": "a", "name": "甲"}), store, publish=True)
    changed = write(tmp_path / "items.jsonl", {"id": "a", "name": "甲", "agency": "区民政局"})
    assert counts(await import_file(changed, store, publish=True)) == (1, 0, 1, 0, 0)
    item = (await published(store))["a"]
    assert (item.version, item["agency"]) == (2, "区民政局")


async def test_bad_rows_are_named_and_stop_no_other(store: ItemStore, tmp_path: Path) -> None:
    path = write(
        tmp_path / "items.jsonl",
        {"id": "a", "name": "甲"},
        "{没有写完",
        "[1, 2]",
        {"id": "d", "agency": "无名"},
        "",
        {"id": "a", "name": "又一个甲"},
        {"id": "x" * 300, "name": "长"},
        {"id": "g", "name": "庚"},
    )
    report = await import_file(path, store, publish=True)
    assert counts(report) == (7, 2, 0, 0, 5)
    assert told(report) == [
        (2, "", "import.not_json", False),
        (3, "", "import.not_object", False),
        (4, "name", "import.required", False),
        (6, "id", "import.duplicate", False),
        (7, "id", "import.long_id", False),
    ]
    assert report.problems[3].details == {"row": "1"}
    assert set(await published(store)) == {"a", "g"}


async def test_a_value_of_impossible_shape_is_left_out_alone(store: ItemStore, tmp_path: Path) -> None:
    row = {
        "id": "a",
        "name": "甲",
        "agency": {"名": "局"},
        "materials": [{"source": "无名"}],
        "content": "留下",
    }
    report = await import_file(write(tmp_path / "items.jsonl", row), store, publish=True)
    assert told(report) == [
        (1, "agency", "unreadable.shape", False),
        (1, "materials", "unreadable.part", False),
    ]
    item = (await published(store))["a"]
    assert (item["agency"], item["materials"], item["content"]) == (None, None, "留下")
    assert {"agency", "materials"} <= {field.key for field in item.missing}


async def test_messy_values_stand_and_what_breaks_a_rule_is_noted(store: ItemStore, tmp_path: Path) -> None:
    row = {
        "id": "a",
        "name": "甲",
        "promised_limit": "尽快",
        "statutory_limit": "7(工作日)",
        "theme": ["民族宗教", "找工作"],
        "handling_location": "办理地点：示例路1号",
        "enquiry_phone": "电话咨询：023-00000001；现场咨询地址：示例路1号",
        "audience": "自然人 企业法人",
        "materials": ["户口簿", {"name": "申请表"}],
    }
    report = await import_file(write(tmp_path / "items.jsonl", row), store, publish=True)
    assert told(report) == [
        (1, "promised_limit", "unreadable.limit.none", True),
        (1, "theme", "unreadable.choice", True),
    ]
    assert report.problems[1].details["text"] == "找工作"
    item = (await published(store))["a"]
    assert item["promised_limit"] == "尽快"
    assert item["theme"] == ("民族宗教", "找工作")
    assert item["handling_location"] == (Location(address="办理地点：示例路1号"),)
    assert item["enquiry_phone"] == row["enquiry_phone"]
    assert item["audience"] == ("自然人", "企业法人")
    assert item["materials"] == (Material(name="户口簿"), Material(name="申请表"))


async def test_unknown_keys_are_counted_and_kept_out(store: ItemStore, tmp_path: Path) -> None:
    rows = [
        {"id": "a", "name": "甲", "visit_number": "0", "materials": [{"name": "表", "颜色": "红"}]},
        {"id": "b", "name": "乙", "visit_number": "1", "sub_name": "丙"},
    ]
    report = await import_file(write(tmp_path / "items.jsonl", *rows), store, publish=True)
    assert report.unknown == {"visit_number": 2, "sub_name": 1, "materials.颜色": 1}
    items = await published(store)
    assert set(items["a"].values) == {"name", "materials"}
    assert set(items["b"].values) == {"name"}


async def test_characters_that_nothing_can_keep_are_taken_out(store: ItemStore, tmp_path: Path) -> None:
    path = write(
        tmp_path / "items.jsonl", '{"id": "a", "name": "甲\\u0000乙", "faq": [{"question": "\\ud800问"}]}'
    )
    report = await import_file(path, store, publish=True)
    assert told(report) == [(1, "name", "import.characters", True), (1, "faq", "import.characters", True)]
    assert (await published(store))["a"].name == "甲乙"


async def test_a_missing_id_is_the_same_every_time(store: ItemStore, tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [
        {"name": "甲", "agency": "局", "region": "东区"},
        {"name": "甲", "agency": "局", "region": "西区"},
        {"name": "乙", "implementation_code": "11500"},
    ]
    await import_file(write(tmp_path / "one.jsonl", *rows), store, publish=True)
    rows[2]["name"] = "乙的新名"
    report = await import_file(write(tmp_path / "two.jsonl", *reversed(rows)), store, publish=True)
    assert counts(report) == (3, 0, 1, 2, 0)


async def test_versions_and_dates_of_a_file_are_not_taken_over(store: ItemStore, tmp_path: Path) -> None:
    row = {"id": "a", "name": "甲", "version": 7, "published_at": "not a date"}
    await import_file(write(tmp_path / "items.jsonl", row), store, publish=True)
    assert (await published(store))["a"].version == 1


async def test_without_publication_drafts_wait_for_review(store: ItemStore, tmp_path: Path) -> None:
    path = write(tmp_path / "items.jsonl", {"id": "a", "name": "甲"}, {"id": "b", "name": "乙"})
    assert counts(await import_file(path, store, publish=False)) == (2, 2, 0, 0, 0)
    assert counts(await import_file(path, store, publish=False)) == (2, 0, 0, 2, 0)
    write(path, {"id": "a", "name": "甲二"}, {"id": "b", "name": "乙"})
    assert counts(await import_file(path, store, publish=False)) == (2, 0, 1, 1, 0)
    assert sorted(draft.data["name"] for draft in await store.drafts_of(IMPORTER)) == ["乙", "甲二"]
    assert await store.published_count() == 0


async def test_a_draft_in_review_is_left_alone(store: ItemStore, tmp_path: Path) -> None:
    path = write(tmp_path / "items.jsonl", {"id": "a", "name": "甲"})
    await import_file(path, store, publish=False)
    (draft,) = await store.drafts_of(IMPORTER)
    await store.submit_draft(draft.id, draft.data, draft.version)
    assert counts(await import_file(path, store, publish=False)) == (1, 0, 0, 1, 0)
    write(path, {"id": "a", "name": "甲二"})
    assert counts(await import_file(path, store, publish=False)) == (1, 1, 0, 0, 0)
    assert counts(await import_file(path, store, publish=False)) == (1, 0, 0, 1, 0)
    assert sorted(kept.data["name"] for kept in await store.drafts_of(IMPORTER)) == ["甲", "甲二"]


async def test_what_is_published_already_needs_no_draft(store: ItemStore, tmp_path: Path) -> None:
    path = write(tmp_path / "items.jsonl", {"id": "a", "name": "甲"})
    await import_file(path, store, publish=True)
    assert counts(await import_file(path, store, publish=False)) == (1, 0, 0, 1, 0)
    assert await store.drafts_of(IMPORTER) == []


async def test_what_is_exported_is_imported_again_unchanged(store: ItemStore, tmp_path: Path) -> None:
    rows = [WHOLE | {"id": "a"}, {"id": "b", "name": "乙", "aliases": ["别名"], "region": "示例区"}]
    await import_file(write(tmp_path / "items.jsonl", *rows), store, publish=True)
    exported = tmp_path / "exported.jsonl"
    assert await export_items(store, exported) == 2
    assert counts(await import_file(exported, store, publish=True)) == (2, 0, 0, 2, 0)
    other = open_memory()
    await import_file(exported, other, publish=True)
    assert await other.published_digests() == await store.published_digests()


async def test_progress_ends_at_the_number_of_rows(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = write(tmp_path / "items.jsonl", *({"id": str(number), "name": "甲"} for number in range(2500)))
    await import_file(
        path, open_memory(), publish=True, progress=lambda done, total: seen.append((done, total))
    )
    assert seen[-1] == (2500, 2500)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert len(seen) >= 3


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("items.xlsm", "import.macros"),
        ("items.xls", "import.old_or_encrypted_workbook"),
        ("items.pdf", "import.unknown_format"),
    ],
)
def test_formats_that_are_not_read_are_refused_by_name(name: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError) as refused:
        read_rows(tmp_path / name)
    assert refused.value.why == why


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedFileError, match=r"import\.no_file"):
        read_rows(tmp_path / "items.jsonl")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(
    [*(field.key for field in FIELDS), "id", "region", "aliases", "source", "version", "unknown"]
)
ROWS = st.lists(st.dictionaries(KEYS, JSON, max_size=6) | JSON, max_size=6)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
async def test_any_file_twice_is_as_once(rows: Sequence[Any], tmp_path: Path) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    store = open_memory()
    first = await import_file(path, store, publish=True)
    assert first.rows == first.new + first.refused
    sequence = await store.sequence()
    again = await import_file(path, store, publish=True)
    assert (again.new, again.changed, again.unchanged) == (0, 0, first.new)
    assert await store.sequence() == sequence
