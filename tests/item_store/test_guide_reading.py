"""A pasted guide fills the fields it states, in whatever layout it comes."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from item_store.fields import FIELD, IMPLEMENTATION_FIELDS
from item_store.guide_reading import Proposed, from_row, from_text
from item_store.kinds import Unreadable, Value
from item_store.parts import Part, Step
from item_store.sample import sample_items

GUIDES = Path(__file__).with_name("guides")
LAYOUTS = sorted(path.stem for path in GUIDES.glob("*.txt"))


def read_guide(layout: str) -> tuple[dict[str, Proposed], dict[str, Any]]:
    text = (GUIDES / f"{layout}.txt").read_text("utf8")
    expected = yaml.safe_load((GUIDES / f"{layout}.yaml").read_text("utf8"))
    return {one.field: one for one in from_text(text)}, expected


def is_right(value: Value | None, expected: Any) -> bool:
    """Every attribute the guide states is right; an entry too many or too few is wrong."""
    if isinstance(expected, list) and expected and isinstance(expected[0], dict):
        parts = [part.record() for part in value or () if isinstance(part, Part)]
        pairs = zip(parts, expected, strict=True) if len(parts) == len(expected) else []
        return (
            bool(parts)
            and all(one.items() <= part.items() for part, one in ((p, e) for p, e in pairs))
            and bool(pairs)
        )
    return (list(value) if isinstance(value, tuple) else value) == expected


def right_and_wrong(layout: str) -> tuple[list[str], dict[str, Any]]:
    found, expected = read_guide(layout)
    wrong = {
        key: found.get(key)
        for key, want in expected.items()
        if not is_right(found[key].value if key in found else None, want)
    }
    return [key for key in expected if key not in wrong], wrong


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_guide_fills_what_it_states(layout: str) -> None:
    right, wrong = right_and_wrong(layout)
    assert len(right) >= 0.8 * (len(right) + len(wrong)), wrong


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_proposed_that_a_guide_does_not_state(layout: str) -> None:
    found, expected = read_guide(layout)
    assert found.keys() - expected.keys() == set()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_is_proposed_fits_its_kind_and_shows_where_it_stood(layout: str) -> None:
    text = "".join((GUIDES / f"{layout}.txt").read_text("utf8").replace('"', "").split())
    for proposed in read_guide(layout)[0].values():
        assert FIELD[proposed.field].kind.check(proposed.value) is None, proposed
        first = "".join(proposed.excerpt.split())[:4]
        assert first in text, proposed


def test_text_without_a_guide_proposes_nothing() -> None:
    assert from_text("") == []
    assert from_text("你好，今天天气不错。\n我想问一下。") == []


@pytest.mark.parametrize("item", sample_items()[::9], ids=lambda item: item.id)
def test_a_row_of_cells_in_official_order_reads_back_whole(item: Any) -> None:
    cells = [
        field.kind.cell(item.values[field.key]) if field.key in item.values else ""
        for field in IMPLEMENTATION_FIELDS
    ]
    read = {one.field: one.value for one in from_row(["7", *cells])}
    assert read == {
        field.key: item.values[field.key] for field in IMPLEMENTATION_FIELDS if field.key in item.values
    }


def test_a_pasted_row_may_begin_with_its_titles() -> None:
    titles = "\t".join(field.title for field in IMPLEMENTATION_FIELDS[2:6])
    row = '占道审批\t行政审批\t"《城市道路管理条例》第三十条：未经批准不得占用。"\t区县'
    read = {one.field: one.value for one in from_row(f"{titles}\n{row}", IMPLEMENTATION_FIELDS[2:6])}
    assert read["name"] == "占道审批"
    assert read["exercise_level"] == "区县"
    assert not isinstance(read["legal_basis"], Unreadable)


def test_an_entry_pasted_with_a_deep_indent_is_read() -> None:
    read = FIELD["procedure"].kind.read("　　　　1．申请\n2．决定")
    assert read == (Step(name="申请"), Step(name="决定"))
