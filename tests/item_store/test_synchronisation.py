"""Keeping equal to the authoritative register: shown before it is done, repeatable, never silently lossy."""

from item_store.accuracy import flaws_of_unit
from item_store.contract import ItemStore
from item_store.figures import Figures, figures
from item_store.item import Item
from item_store.proofs import Proofs
from item_store.sample import sample_items
from item_store.sharing import shared_differences, with_shared
from item_store.synchronisation import Plan, apply, plan_for
from tests.item_store.test_stores import all_of, make


def ids(plan: Plan) -> dict[str, list[str]]:
    return {
        "new": [i.id for i in plan.new],
        "changed": [i.id for i in plan.changed],
        "withdrawn": list(plan.withdrawn),
        "conflicts": [i.id for i in plan.conflicts],
        "gone": list(plan.gone),
    }


async def test_a_register_is_taken_over_and_again_changes_nothing(store: ItemStore) -> None:
    await store.publish(make("own"))
    register = [make("a"), make("b"), make("c")]
    plan = await plan_for(store, register)
    assert ids(plan) == {"new": ["a", "b", "c"], "changed": [], "withdrawn": [], "conflicts": [], "gone": []}
    assert await store.published("a") is None
    await apply(store, plan, "sync")
    again = await plan_for(store, register)
    assert again.is_empty
    assert again.unchanged == 3
    before = await store.sequence()
    await apply(store, again, "sync")
    assert await store.sequence() == before
    assert [item.id for item in await all_of(store)] == ["a", "b", "c", "own"]


async def test_what_changed_on_one_side_or_both(store: ItemStore) -> None:
    await apply(store, await plan_for(store, [make(i) for i in "abcdefg"]), "sync")
    await store.publish(make("b", content="本地改"))
    await store.publish(make("c", content="本地改"))
    await store.publish(make("e", content="本地改"))
    await store.publish(make("g", content="一样"))
    register = [
        make("a", content="权威改"),
        make("b", content="权威改"),
        make("c"),
        make("f"),
        make("g", content="一样"),
    ]
    plan = await plan_for(store, register)
    assert ids(plan) == {
        "new": [],
        "changed": ["a"],
        "withdrawn": ["d"],
        "conflicts": ["b", "c"],
        "gone": ["e"],
    }
    assert [i.id for i in plan.agreed] == ["g"]
    await apply(store, plan, "sync")
    standing = {item.id: item["content"] for item in await all_of(store)}
    assert standing == {"a": "权威改", "b": "本地改", "c": "本地改", "e": "本地改", "f": None, "g": "一样"}
    await apply(store, await plan_for(store, register), "sync", overwrite=True)
    assert {i.id: i["content"] for i in await all_of(store)} == {i.id: i["content"] for i in register}
    assert (await plan_for(store, register)).is_empty


def figures_of(items: list[Item]) -> list[Figures]:
    proofs = Proofs.of(items)
    by_unit: dict[str, list[Item]] = {}
    for item in items:
        by_unit.setdefault(item.text("agency"), []).append(item)
    found = {key: flaw for own in by_unit.values() for key, flaw in flaws_of_unit(own, proofs).items()}
    return figures(items, lambda item: found[item.id])


def test_figures_count_what_is_missing_and_wrong() -> None:
    whole = [item for item in sample_items() if not item.missing]
    assert whole
    for row in figures_of(whole):
        assert (row.completeness, row.coverage, row.flawed) == (1, 1, ())
    bare = {"id": "bare", "name": "只有名称", "agency": "示例局", "enquiry_phone": "请来电"}
    (row,) = figures_of([Item.from_record(bare)])
    assert row.unit == "示例局"
    assert 0 < row.completeness < 0.5
    assert (row.coverage, row.accuracy, row.flawed) == (0, 1, ())
    (row,) = figures_of([Item.from_record(bare | {"procedure": "当场办"})])
    assert (row.coverage, row.accuracy, row.flawed) == (1, 0, ("bare",))


def test_what_levels_share_is_taken_over_and_the_rest_kept() -> None:
    upper = make("upper", content="新", legal_basis=["《示例法》"], enquiry_phone="023-1")
    lower = make("lower", content="旧", handling_hours="周一", enquiry_phone="023-2")
    assert [d.field.key for d in shared_differences(upper, lower)] == ["name", "legal_basis", "content"]
    merged = with_shared(upper, lower)
    assert (merged.id, merged["content"], merged["handling_hours"]) == ("lower", "新", "周一")
    assert merged["enquiry_phone"] == "023-2"
    assert shared_differences(upper, merged) == ()
