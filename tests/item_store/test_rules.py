"""Every rule catches what it speaks of, is said in words, and is mended by its own repair; sound items pass."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from bot.texts import Texts
from item_store.checks import MODULES
from item_store.codes import CodeKind, Valid
from item_store.codes import check as check_code
from item_store.fields import FIELD
from item_store.findings import Finding, Surroundings, similarity
from item_store.item import Item
from item_store.parts import Location, Material, Step
from item_store.proofs import Proofs, documents
from item_store.rules import ORDER, RULES, check, check_order, in_order, repaired
from item_store.sample import sample_items
from item_store.templates import TEMPLATES
from tests.benches.planting import surroundings
from tests.benches.seeded_defects import Planted, false_alarms, planted

PLANTED = list(planted())
FOUND = [(one, finding) for one in PLANTED for finding in one.found]
TEXTS = Texts()


def ids(findings: list[Finding]) -> set[str]:
    return {finding.rule.id for finding in findings}


def test_rows_are_complete_and_every_check_stands_in_a_row() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES) >= 60
    assert all(rule.source and rule.reason.endswith("。") and rule.fields for rule in RULES)
    assert {key for rule in RULES for key in rule.fields} <= FIELD.keys()
    assert {rule.check.__module__.rpartition(".")[2] for rule in RULES} == set(MODULES)


def test_nearly_every_seeded_defect_is_caught() -> None:
    missed = [one for one in PLANTED if not one.found]
    assert len(PLANTED) >= 200
    assert len(missed) <= 0.05 * len(PLANTED), Counter(
        (m.defect.rule, m.defect.field, m.defect.name) for m in missed
    )


def test_defects_are_planted_for_every_rule_and_field() -> None:
    kinds = {(one.defect.rule, one.defect.field) for one in PLANTED}
    declared = {(rule.id, key) for rule in RULES for key in rule.fields if rule.id != ORDER}
    assert declared == kinds


def test_no_false_alarm_on_the_sample_items() -> None:
    assert [(item_id, finding.rule.id, finding.details) for item_id, finding in false_alarms()] == []


def test_findings_stand_in_fields_their_rule_names() -> None:
    assert [
        (one.defect.name, finding) for one, finding in FOUND if finding.field not in finding.rule.fields
    ] == []


def test_every_finding_can_be_said_with_its_details() -> None:
    for _, finding in FOUND:
        said = TEXTS.say(f"rule.{finding.rule.id}", **finding.details)
        assert not re.search(r"[{}]", said)
        if finding.because:
            assert not re.search(r"[{}]", TEXTS.say(finding.because, **finding.details))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_is_wrong_and_how_to_mend_it(rule: object) -> None:
    assert isinstance(rule, type(RULES[0]))
    assert "请" in TEXTS.say(f"rule.{rule.id}")
    mends = rule.id == ORDER or any(finding.repair for _, finding in FOUND if finding.rule == rule)
    assert TEXTS.knows(f"repair.{rule.id}") == mends


def repairs() -> list[tuple[Planted, Finding]]:
    first: dict[tuple[str, str, str], tuple[Planted, Finding]] = {}
    for one, finding in FOUND:
        if finding.repair is not None:
            first.setdefault((finding.rule.id, finding.field, one.defect.name), (one, finding))
    return list(first.values())


@pytest.mark.parametrize(
    ("one", "finding"),
    repairs(),
    ids=lambda value: value.defect.rule if isinstance(value, Planted) else value.field,
)
def test_a_repair_makes_its_rule_pass(one: Planted, finding: Finding) -> None:
    values = repaired(one.values, finding)
    again = [
        other
        for other in check(values, one.around)
        if (other.rule, other.field) == (finding.rule, finding.field)
    ]
    assert again == []
    unfit = {key: FIELD[key].kind.check(value) for key, value in (finding.repair or {}).items() if value}
    assert not any(unfit.values())


def test_hard_findings_come_first() -> None:
    values = {
        **sample_items()[0].values,
        "fee_standard": "每证10元",
        "audience": ("法人", "自然人"),
        "theme": ("资质认证",),
    }
    order = [finding.rule.hard for finding in check(values)]
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 2


def test_only_fields_of_the_template_are_spoken_of() -> None:
    catalog = TEMPLATES["catalog"].fields
    found = check({"name": "其他事项"}, Surroundings(fields=catalog))
    assert {finding.field for finding in found} <= {field.key for field in catalog}
    assert "handling_location" in {finding.field for finding in check({"name": "其他事项"})}


def test_titles_are_those_of_the_template() -> None:
    found = check({}, Surroundings(fields=TEMPLATES["service_2016"].fields))
    assert "项目名称" in {finding.details["title"] for finding in found}


def test_an_empty_draft_is_checked_without_fault() -> None:
    assert {finding.rule.id for finding in check({})} == {"missing", "none_unsaid"}


def test_a_catalog_list_has_individuals_before_organisations() -> None:
    entries = [item.values for item in sample_items()]
    mixed = [entries[-1], *entries[:-1]]
    found = check_order(mixed)
    assert found
    assert found[0].rule.id == ORDER
    assert found[0].details["name"] == entries[0]["name"]
    assert check_order(in_order(mixed)) == []
    assert len(in_order(mixed)) == len(mixed)


@pytest.mark.parametrize(
    ("statutory", "promised", "broken"),
    [
        ("20个工作日", "20个工作日", False),
        ("20个工作日", "21个工作日", True),
        ("15个工作日", "20日", False),
        ("15个工作日", "22日", True),
        ("7日", "5个工作日", False),
        ("7日", "6个工作日", True),
        ("无", "5个工作日", False),
    ],
)
def test_limits_compare_over_working_and_calendar_days(statutory: str, promised: str, broken: bool) -> None:
    found = check({"statutory_limit": statutory, "promised_limit": promised})
    assert ("promised_over_statutory" in ids(found)) == broken


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("68861234", "023-68861234"),
        ("电话：68861234转8012", "电话：023-68861234转8012"),
        ("023-68861234", None),
        ("（023）68861234", None),
        ("12345", None),
        ("13800000000", None),
        ("400-123-4567", None),
    ],
)
def test_area_codes_are_put_before_local_numbers_only(text: str, mended: str | None) -> None:
    found = [
        f
        for f in check({"enquiry_phone": text}, Surroundings(area_code="023"))
        if f.rule.id == "area_code_missing"
    ]
    assert [f.repair for f in found] == ([{"enquiry_phone": mended}] if mended else [])


def test_without_a_known_area_code_none_is_invented() -> None:
    found = [f for f in check({"enquiry_phone": "68861234"}) if f.rule.id == "area_code_missing"]
    assert [f.repair for f in found] == [None]


def test_a_complaints_number_of_its_own_beside_a_common_one_is_enough() -> None:
    assert "same_phone" not in ids(
        check({"enquiry_phone": "12345", "supervision_phone": "023-68861234、12345"})
    )
    assert "same_phone" in ids(
        check({"enquiry_phone": "12345、023-68861234", "supervision_phone": "68861234"})
    )


def test_names_that_differ_in_what_is_done_are_no_duplicates() -> None:
    other = Item("other", {"name": "食品经营许可变更"})
    around = Surroundings(unit_items=[other])
    assert "name_duplicate" not in ids(check({"name": "食品经营许可延续"}, around))
    assert "name_duplicate" in ids(check({"name": "食品经营许可的变更办理"}, around))
    assert "name_duplicate" not in ids(check({"name": "食品经营许可变更"}, replace(around, item_id="other")))


def test_a_similarity_can_be_handed_in() -> None:
    around = Surroundings(unit_items=[Item("other", {"name": "甲"})], similarity=lambda _one, _other: 1.0)
    assert "name_duplicate" in ids(check({"name": "乙"}, around))
    assert similarity("公积金提取", "公积金提取") == 1
    assert similarity("公积金提取", "犬只登记") == 0


def test_vague_wording_goes_and_the_rest_stays() -> None:
    values = {
        "materials": (
            Material(name="申请表及其他材料"),
            Material(name="有关证明"),
            Material(name="相关证明书样本"),
        )
    }
    finding = next(f for f in check(values) if f.rule.id == "materials_vague")
    assert finding.repair is not None
    assert [part.name for part in finding.repair["materials"] if isinstance(part, Material)] == [
        "申请表",
        "相关证明书样本",
    ]
    text = "1．年满16周岁；\n2．符合其他条件；\n3．具有本区户籍，提交有关材料。"
    finding = next(f for f in check({"conditions": text}) if f.rule.id == "conditions_vague")
    assert finding.repair == {"conditions": "1．年满16周岁；\n3．具有本区户籍。"}


def proofs(*rows: tuple[str, str, str]) -> list[Item]:
    return [
        Item(
            name,
            {
                "name": name,
                "agency": f"{name}局",
                "result_name": gives,
                "materials": tuple(Material(name=m) for m in asks.split()),
            },
        )
        for name, gives, asks in rows
    ]


def test_circular_proof_names_the_whole_way() -> None:
    items = proofs(
        ("甲", "甲证明书", "丙证明书"),
        ("乙", "乙证明书", "甲证明书"),
        ("丙", "丙证明书", "申请表 乙证明书原件"),
    )
    finding = next(
        f
        for f in check(items[0].values, Surroundings(item_id="甲", proofs=Proofs.of(items)))
        if f.rule.id == "circular_proof"
    )
    assert finding.details["way"] == "甲 → 丙证明书 → 丙 → 乙证明书原件 → 乙 → 甲证明书 → 甲"
    assert finding.repair is not None
    mended = finding.repair["materials"][0]
    assert isinstance(mended, Material)
    assert mended.shared_from == "丙局"


def circular(items: list[Item], item_id: str) -> bool:
    own = next(item for item in items if item.id == item_id)
    return "circular_proof" in ids(check(own.values, Surroundings(item_id=item_id, proofs=Proofs.of(items))))


def test_a_document_that_can_be_had_another_way_makes_no_circle() -> None:
    items = proofs(("甲", "甲证明书", "乙证明书"), ("乙", "乙证明书", "甲证明书"))
    assert circular(items, "甲")
    assert circular(items, "乙")
    assert not circular([*items, *proofs(("首办", "甲证明书", "申请表"))], "甲")


def test_renewal_of_ones_own_document_and_one_who_only_waits_are_no_circle() -> None:
    items = proofs(
        ("换证", "丁许可证", "丁许可证"),
        ("甲", "甲证明书", "乙证明书"),
        ("乙", "乙证明书", "甲证明书"),
        ("等", "戊证明书", "甲证明书"),
    )
    assert not circular(items, "换证")
    assert not circular(items, "等")


def test_documents_named_together_are_told_apart() -> None:
    assert documents("结婚证或离婚证原件（1份）") == {"结婚证", "离婚证"}
    assert documents("表") == frozenset()


def test_a_wrong_code_says_why_and_offers_the_right_character() -> None:
    good = str(sample_items()[0]["implementation_code"])
    assert isinstance(check_code(good, CodeKind.IMPLEMENTATION), Valid)
    wrong = good[:17] + ("0" if good[17] != "0" else "1") + good[18:]
    finding = next(f for f in check({"implementation_code": wrong}) if f.rule.id == "code_wrong")
    assert finding.because == "code.check"
    assert finding.repair == {"implementation_code": good}


def test_steps_longer_than_promised_lengthen_the_promise_only_within_the_law() -> None:
    steps = (Step(name="审查", days="3个工作日"), Step(name="决定", days="2个工作日"))
    values = {
        "procedure": steps,
        "promised_limit": "4个工作日",
        "case_type": "承诺件",
        "statutory_limit": "20个工作日",
    }
    finding = next(f for f in check(values) if f.rule.id == "steps_over_promise")
    assert finding.repair == {"promised_limit": "5个工作日"}
    finding = next(
        f for f in check({**values, "statutory_limit": "4个工作日"}) if f.rule.id == "steps_over_promise"
    )
    assert finding.repair is None


def test_places_take_hours_and_phone_from_the_item() -> None:
    values = {
        "handling_location": (Location(address="示例区青石路1号"),),
        "handling_hours": "周一至周五 9:00–17:00",
        "enquiry_phone": "023-00000001",
    }
    finding = next(f for f in check(values) if f.rule.id == "place_incomplete")
    assert finding.repair is not None
    assert finding.repair["handling_location"] == (
        Location(address="示例区青石路1号", hours="周一至周五 9:00–17:00", phone="023-00000001"),
    )


def test_what_is_not_public_passes_with_its_basis_attached() -> None:
    values = {**sample_items()[0].values, "is_public": "否"}
    around = replace(surroundings(sample_items()[0]), catalog=())
    assert "not_public_without_basis" in ids(check(values, around))
    assert ids(check(values, replace(around, attachments=frozenset({"is_public"})))) == set()
