"""Plants one known defect at a time in sound sample items, and counts how many the rules find."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import islice
from typing import Any

from item_store.check_characters import CREDIT_ALPHABET
from item_store.fields import FIELD
from item_store.findings import Finding, Surroundings
from item_store.item import Item
from item_store.kinds import Choice, Names, Parts, Value
from item_store.parts import Faq, LegalBasis, Location, Material, Part, Step
from item_store.proofs import Proofs
from item_store.rules import RULE, check, check_order
from item_store.sample import sample_items

ITEMS_EACH = 4
"""Sample items each defect is planted in."""

Changed = tuple[dict[str, Value], Surroundings]
Plant = Callable[[dict[str, Value], Surroundings], Changed | None]


@dataclass(frozen=True)
class Defect:
    """A way to break one rule in one field; None from `plant` means the item cannot have it."""

    rule: str
    field: str
    plant: Plant
    name: str = ""


@dataclass(frozen=True)
class Planted:
    defect: Defect
    item: Item
    values: dict[str, Value]
    around: Surroundings

    @property
    def found(self) -> list[Finding]:
        return [
            finding
            for finding in check(self.values, self.around)
            if (finding.rule.id, finding.field) == (self.defect.rule, self.defect.field)
        ]


@cache
def all_proofs() -> Proofs:
    return Proofs.of(sample_items())


def surroundings(item: Item) -> Surroundings:
    """A sound item's: its unit's items, a catalog in which it stands, all proofs, the area code."""
    unit = [other for other in sample_items() if other["agency"] == item["agency"]]
    return Surroundings(
        item_id=item.id,
        unit_items=unit,
        catalog=[other.values for other in unit],
        proofs=all_proofs(),
        defaults={"supervision_phone": "023-00009999", "handling_hours": "周一至周五 9:00–17:00"},
        area_code="023",
    )


def no_catalog(plant: Plant) -> Plant:
    """So that a change of a shared element breaks one rule only."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        return plant(values, replace(around, catalog=()))

    return planted


def put(when: Mapping[str, Any] | None = None, /, **new: Any) -> Plant:
    """Fields given other values, in items that have the values of `when`."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        if any(values.get(key) != value for key, value in (when or {}).items()):
            return None
        return {key: value for key, value in (values | new).items() if value}, around

    return no_catalog(planted)


def edited(key: str, change: Callable[[str], str], when: Callable[[str], bool] = bool) -> Plant:
    """A text field, changed where it says something fit for it."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        text = values.get(key)
        return (values | {key: change(text)}, around) if isinstance(text, str) and when(text) else None

    return no_catalog(planted)


def part(key: str, number: int = 0, /, **attributes: Any) -> Plant:
    """One entry of a structured field given other attributes."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        parts = [one for one in values.get(key, ()) if isinstance(one, Part)]
        if len(parts) <= abs(number + (number < 0)):
            return None
        parts[number] = parts[number].model_copy(update=attributes)
        return values | {key: tuple(parts)}, around

    return no_catalog(planted)


def more(key: str, *new: Part) -> Plant:
    """Further entries of a structured field."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        return values | {key: (*values.get(key, ()), *new)}, around  # type: ignore[dict-item]

    return no_catalog(planted)


def renamed(change: Callable[[str], str]) -> Plant:
    return edited("name", change)


def beside(change: Callable[[Item], Item]) -> Plant:
    """The unit has another item made from this one."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        own = Item(around.item_id, values)
        return values, replace(around, unit_items=[*around.unit_items, change(own)], catalog=())

    return planted


def listed(**new: Any) -> Plant:
    """The catalog entry says something else."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        if not all(values.get(key) and values[key] != value for key, value in new.items()):
            return None
        return values, replace(around, catalog=[dict(values) | new])

    return planted


def circular(length: int) -> Plant:
    """This item asks for what another issues, and so on until one asks for what this one issues."""

    def planted(values: dict[str, Value], around: Surroundings) -> Changed | None:
        papers = [f"第{n}号循环证书" for n in range(length)]
        asks = lambda paper: (Material(name=f"{paper}原件"),)  # noqa: E731
        others = [
            Item(f"other-{n}", {"name": f"循环事项{n}", "agency": f"单位{n}", "result_name": papers[n],
                                "materials": asks(papers[(n + 1) % length])})
            for n in range(1, length)
        ]
        own = values | {"result_name": papers[0], "materials": (*values["materials"], *asks(papers[1 % length]))}
        return own, replace(around, proofs=Proofs.of([*sample_items(), *others]), catalog=())  # type: ignore[return-value]

    return planted


def digit(key: str, place: int) -> Plant:
    """One character of a code miswritten."""

    def change(code: str) -> str:
        other = CREDIT_ALPHABET[(CREDIT_ALPHABET.index(code[place]) + 1) % len(CREDIT_ALPHABET)]
        return code[:place] + other + code[place + 1 :]

    return edited(key, change)


def defects() -> Iterator[Defect]:
    """At least one defect for every rule and every field the rule stands for."""
    for source in (_shape, _naming, _time, _fees, _places, _service, _audience, _basis, _authority, _materials, _agreement, _codes):
        yield from source()


def _shape() -> Iterator[Defect]:
    for key in RULE["missing"].fields:
        yield Defect("missing", key, put(**{key: ""}))
    for key in RULE["none_unsaid"].fields:
        yield Defect("none_unsaid", key, put(**{key: ""}))
    for key in RULE["says_nothing"].fields:
        for text in ("——", "暂无"):
            kind = FIELD[key].kind
            if isinstance(kind, Parts):
                yield Defect("says_nothing", key, more(key, kind.model(**{kind.model.lead(): text})), text)
            else:
                yield Defect("says_nothing", key, put(**{key: (text,) if isinstance(kind, Names) else text}), text)
    for key in RULE["not_in_list"].fields:
        kind = FIELD[key].kind
        if isinstance(kind, Parts):
            yield Defect("not_in_list", key, part(key, **{kind.lists[0][0]: "别的级别"}))
            continue
        choice = kind.choices[-1]
        for text in ("不知道什么", f"{choice}办" if len(choice) > 2 else f"{choice}吧"):
            yield Defect("not_in_list", key, put(**{key: (text,) if isinstance(kind, Names) else text}), text)
    for key in RULE["limit_unreadable"].fields:
        for text in ("按程序走", "5个工作日或20个工作日", "尽快"):
            yield Defect("limit_unreadable", key, put(**{key: text}), text)
    for key in RULE["phone_unreadable"].fields:
        for text in ("请到窗口问", "见官网"):
            yield Defect("phone_unreadable", key, put(**{key: text}), text)


def _naming() -> Iterator[Defect]:
    for change in ("关于{}的通知", "关于印发《{}办法》的通知", "《关于{}的规定》"):
        yield Defect("name_about", "name", renamed(change.format), change)
    for change in ("{}（示例府发〔2020〕12号）", "{}[2019]3号", "{}（2021）15号"):
        yield Defect("name_document_number", "name", renamed(change.format), change)
    for change in ("其他{}", "{}等事项", "{}等", "相关{}"):
        yield Defect("name_general", "name", renamed(change.format), change)
    for change in ("{}", "{}服务", "{}事项办理", "（{}）"):
        other = beside(partial(_twin, change))
        yield Defect("name_duplicate", "name", other, change)


def _twin(change: str, own: Item) -> Item:
    return Item("twin", {**own.values, "name": change.format(own.name)})


def _time() -> Iterator[Defect]:
    for statutory, promised in (("5个工作日", "6个工作日"), ("20日", "15个工作日"), ("10个工作日", "15日"), ("即时办结", "1个工作日")):
        new = {"statutory_limit": statutory, "promised_limit": promised, "case_type": "承诺件"}
        yield Defect("promised_over_statutory", "promised_limit", put(**new), f"{statutory} {promised}")
    for key in RULE["limit_without_unit"].fields:
        for text in ("15", "3.0"):
            yield Defect("limit_without_unit", key, put(**{key: text}), text)
    for text in ("3个工作日", "1"):
        yield Defect("instant_with_days", "case_type", put(case_type="即办件", promised_limit=text), text)
    for text in ("即时办结", "当场", "0"):
        yield Defect("committed_without_days", "case_type", put(case_type="承诺件", promised_limit=text), text)
    for text in ("若干天", "视情况"):
        yield Defect("step_days_unreadable", "procedure", part("procedure", days=text), text)
    yield Defect("steps_over_promise", "procedure", more("procedure", Step(name="归档", days="400个工作日")))
    yield Defect("steps_over_promise", "procedure", put(promised_limit="1个工作日", statutory_limit="90个工作日", case_type="承诺件",
                                                        procedure=(Step(name="审查", days="1个工作日"), Step(name="办结", days="1个工作日"))), "within")


def _fees() -> Iterator[Defect]:
    for key in RULE["fee_unexplained"].fields:
        for text in ("", "无"):
            yield Defect("fee_unexplained", key, put(charges_fee="是", **{key: text}), text)
        for text in ("每证10元", "《收费办法》（示例价〔2020〕1号）"):
            yield Defect("fee_explained_without_fee", key, put({"charges_fee": "否"}, **{key: text}), text)
        yield Defect("fee_without_document", key, put({"charges_fee": "是"}, **{key: "按物价部门核定的标准每件20元"}))
    yield Defect("online_payment_without_fee", "supports_online_payment", put({"charges_fee": "否"}, supports_online_payment="是"))
    yield Defect("fee_without_amount", "fee_standard", put({"charges_fee": "是"}, fee_standard="《收费办法》（示例价〔2020〕1号）规定的标准"))


def _places() -> Iterator[Defect]:
    for enquiry, supervision in (("023-00000001", "023-00000001"), ("023-00000001、023-00000002", "（023）00000002"), ("12345", "12345"), ("00000001", "023-00000001")):
        yield Defect("same_phone", "supervision_phone", put(enquiry_phone=enquiry, supervision_phone=supervision), f"{enquiry} {supervision}")
    for key in ("enquiry_phone", "supervision_phone"):
        for text in ("68861234", "电话咨询：6886123", "68861234、023-68861235"):
            yield Defect("area_code_missing", key, put(**{key: text}), text)
    yield Defect("area_code_missing", "handling_location", part("handling_location", phone="68861234"))
    for attributes in ({"hours": ""}, {"phone": ""}, {"hours": "", "phone": ""}):
        yield Defect("place_incomplete", "handling_location", part("handling_location", **attributes), str(attributes))
    for text in ("政务服务中心", "本单位", "本局业务科"):
        yield Defect("address_vague", "handling_location", part("handling_location", address=text), text)
    for text in ("工作时间", "法定工作日", "正常上班时间"):
        yield Defect("hours_vague", "handling_hours", put(handling_hours=text), text)


def _service() -> Iterator[Defect]:
    yield Defect("delivery_without_visit", "supports_delivery", put(handling_form=("快递申请",), supports_delivery="否"))
    for text in ("本人到场核验。", "到区政务中心窗口提交原件。", "前往办事大厅办理。"):
        steps = (Step(name="申请", description=text), Step(name="受理"), Step(name="审查"), Step(name="决定"))
        yield Defect("visit_although_online", "handling_form", put(handling_form=("网上办理",), procedure=steps), text)
    for text in ("本事项全程网办。", "实行不见面审批。"):
        yield Defect("online_said_only", "handling_form", put(handling_form=("窗口办理",), content=text), text)
    for item_type in ("行政审批", "行政许可"):
        yield Defect("approval_without_faq", "faq", put(item_type=item_type, faq=()), item_type)
        for kept in (("申请", "受理", "审查"), ("受理", "决定"), ("申请", "办结")):
            steps = tuple(Step(name=name) for name in kept)
            yield Defect("approval_without_steps", "procedure", put(item_type=item_type, procedure=steps), f"{item_type} {kept}")
    for text in ("示例许可证", "关于示例的批复", "营业执照", "资格证书（正本）"):
        yield Defect("result_without_sample", "result_sample", put(result_name=text, result_sample=""), text)
    yield Defect("faq_unanswered", "faq", more("faq", Faq(question="周末能办吗？")))
    yield Defect("faq_unanswered", "faq", part("faq", answer=""), "emptied")
    yield Defect("faq_twice", "faq", more("faq", Faq(question="周末能办吗？", answer="能。"), Faq(question="周末能办吗", answer="不能。")))


def _audience() -> Iterator[Defect]:
    yield Defect("audience_order", "audience", put(audience=("法人", "自然人"), theme=("其他",)))
    for audience, theme in ((("自然人",), ("资质认证",)), (("法人",), ("婚姻登记",)), (("自然人", "法人"), ("婚姻登记",)), (("自然人",), ("婚姻登记", "年检年审"))):
        yield Defect("theme_of_other_audience", "theme", put(audience=audience, theme=theme), f"{audience} {theme}")
    for name in ("个体工商户年度报告", "老年人优待办理", "户口迁移办理"):
        yield Defect("audience_lacks_individuals", "audience", put(name=name, audience=("法人",), theme=("其他",)), name)


LAW = LegalBasis(title="《中华人民共和国行政许可法》", rank="法律", article="第十二条", text="可以设定行政许可。")
RULES_OF_CITY = LegalBasis(title="《示例市公共服务办法》", rank="规章", article="第三条", text="按本办法提供服务。")


def _basis() -> Iterator[Defect]:
    def basis(*parts: LegalBasis) -> Plant:
        return put(legal_basis=parts)

    def law(**new: str) -> LegalBasis:
        return LAW.model_copy(update=new)

    yield Defect("legal_order", "legal_basis", basis(RULES_OF_CITY, LAW))
    yield Defect("legal_order", "legal_basis", basis(LAW, RULES_OF_CITY, law(title="《示例条例》", rank="行政法规")), "three")
    for title in (LAW.title, "《示例市市容管理条例》", "《城市道路管理条例》", "《示例管理办法》", "某文件"):
        yield Defect("legal_rank_missing", "legal_basis", basis(law(title=title, rank="")), title)
    for title, rank in ((LAW.title, "规章"), ("《示例市市容管理条例》", "法律"), ("《城市道路管理条例》", "规章"), ("《示例管理办法》", "法律")):
        yield Defect("legal_rank_other", "legal_basis", basis(law(title=title, rank=rank)), f"{title} {rank}")
    for title in ("行政许可法", "相关规定", "上级文件精神"):
        yield Defect("legal_title", "legal_basis", basis(law(title=title)), title)
    yield Defect("legal_article", "legal_basis", basis(law(article="")))
    yield Defect("legal_article", "legal_basis", basis(LAW, RULES_OF_CITY.model_copy(update={"article": ""})), "second")
    yield Defect("legal_text", "legal_basis", basis(law(text="")))


def _authority() -> Iterator[Defect]:
    for text in ("", "无"):
        levels = {"exercise_level": "市、区县", "authority_division": text}
        yield Defect("authority_undivided", "authority_division", put(**levels), text)
    yield Defect("authority_divided_alone", "authority_division", put(exercise_level="区县", authority_division="乡镇（街道）受理，区县审批"))
    for text in ("示例区民政局、示例区财政局", "示例区民政局，示例区残联，示例区财政局"):
        yield Defect("joint_agencies_unsaid", "joint_agencies", put(agency=text, joint_agencies=("无",)), text)
    yield Defect("none_and_more", "joint_agencies", put(joint_agencies=("无", "示例区财政局")))
    yield Defect("joint_with_itself", "joint_agencies", put(agency="示例区民政局", joint_agencies=("示例区民政局",)))
    yield Defect("joint_with_itself", "joint_agencies", put(agency="示例区民政局", joint_agencies=("示例区财政局", "示例区民政局")), "two")


def _material(name: str, **attributes: Any) -> Material:
    return Material(name=name, **{"copies_and_spec": "原件1份", "source": "申请人自备", **attributes})


def _materials() -> Iterator[Defect]:
    for text in ("其他材料", "有关材料", "申请表等相关证明", "法律法规规定的其他材料", "其他需要提供的材料", "身份证等证件", "按规定提供的照片", "视情况而定的证明"):
        yield Defect("materials_vague", "materials", more("materials", _material(text)), text)
    yield Defect("materials_vague", "materials", more("materials", _material("申请表", copies_and_spec="若干份")), "copies")
    yield Defect("materials_vague", "materials", part("materials", instructions="按要求提供。"), "instructions")
    for text in ("符合其他条件。", "提交有关材料。", "视情况而定。", "符合规定条件。", "法律法规规定的其他情形。", "原则上年满18周岁。"):
        yield Defect("conditions_vague", "conditions", edited("conditions", lambda said, text=text: f"{said}\n{text}"), text)  # type: ignore[misc]
    for text in ("营业执照", "申请人结婚证", "不动产权证书原件", "税务登记证"):
        yield Defect("material_shared", "materials", more("materials", _material(text)), text)
    yield Defect("material_twice", "materials", more("materials", _material("情况说明书"), _material("情况说明书")))
    for text in ("证明你妈是你妈", "单身证明", "健在证明", "社区出具的贫困证明", "同一人证明", "村委会开具的无业证明"):
        yield Defect("odd_proof", "materials", more("materials", _material(text)), text)
    yield Defect("material_bare", "materials", more("materials", _material("情况说明书", copies_and_spec="")))
    yield Defect("material_bare", "materials", more("materials", _material("情况说明书", source="")), "source")
    for length in (2, 3, 5):
        yield Defect("circular_proof", "materials", circular(length), str(length))


def _agreement() -> Iterator[Defect]:
    for key in RULE["personal_number"].fields:
        yield Defect("personal_number", key, put(**{key: f"样例：{citizen_number()}，1间"}))
    yield Defect("not_public_without_basis", "is_public", put(is_public="否"))
    other: dict[str, Any] = {
        "item_type": "行政奖励",
        "content": "目录清单里的另一种说法。",
        "agency": "另一个单位",
        "audience": ("自然人", "其他组织"),
        "theme": ("旅游观光",),
        "legal_basis": (LAW,),
        "handling_form": ("自助终端办理",),
        "is_public": "否",
    }
    for key, value in other.items():
        yield Defect("catalog_differs", key, listed(**{key: value}))
    yield Defect("catalog_differs", "name", listed(name="另一个名称"))
    yield Defect("not_in_catalog", "name", lambda values, around: (values, replace(around, catalog=[{"name": "完全不同的事"}])))
    yield Defect("not_in_catalog", "name", lambda v, around: (v, replace(around, catalog=[{"name": f"{v['name']}办"}])), "near")


def citizen_number() -> str:
    """An invented number whose check character holds."""
    from item_store.check_characters import citizen_check

    body = "50010919900101001"
    return body + citizen_check(body)


def _codes() -> Iterator[Defect]:
    for place in (3, 8, 12, 16, 17):
        yield Defect("code_wrong", "implementation_code", digit("implementation_code", place), f"place {place}")
    for name, change in {"short": lambda code: code[:-1], "type": lambda code: f"{code[:2]}99{code[4:]}", "region": lambda code: f"99{code[2:]}"}.items():
        yield Defect("code_wrong", "basic_code", edited("basic_code", change), name)
    yield Defect("code_wrong", "implementation_code", edited("implementation_code", lambda code: "TE" + code[2:]), "temporary")
    yield Defect("code_unknown", "basic_code", put(basic_code="A12B345678"))
    yield Defect("code_unknown", "implementation_code", put(implementation_code="511A00-0123-045"))
    yield Defect("code_apart", "basic_code", edited("basic_code", lambda code: code[:8] + str((int(code[8]) + 1) % 10) + code[9:], lambda code: code[4:8] != "0000"))
    yield Defect("code_other_type", "basic_code", edited("basic_code", lambda code: f"{code[:2]}03{code[4:]}", lambda code: code[2:4] != "03"))
    yield Defect("code_other_level", "implementation_code", put(exercise_level="村（社区）"))
    yield Defect("code_other_level", "implementation_code", put(exercise_level="市"), "city")
    yield Defect("code_taken", "implementation_code", beside(lambda own: Item("twin", {**own.values, "name": "完全不同的事"})))


def planted() -> Iterator[Planted]:
    """Each defect in several items, those that come first and fit; a different part of the sample for each."""
    items = sample_items()
    for number, defect in enumerate(defects()):
        start = number * 7 % len(items)
        yield from islice(_fitting(defect, [*items[start:], *items[:start]]), ITEMS_EACH)


def _fitting(defect: Defect, items: list[Item]) -> Iterator[Planted]:
    for item in items:
        changed = defect.plant(dict(item.values), surroundings(item))
        if changed is not None:
            yield Planted(defect, item, *changed)


def false_alarms() -> list[tuple[str, Finding]]:
    found = [(item.id, one) for item in sample_items() for one in check(item.values, surroundings(item))]
    return [*found, *(("list", one) for one in check_order([item.values for item in sample_items()]))]


def main() -> None:
    began = time.perf_counter()
    everything = list(planted())
    missed = [one for one in everything if not one.found]
    kinds = {(one.defect.rule, one.defect.field) for one in everything}
    seconds = time.perf_counter() - began
    print(f"seeded defects: {len(everything)} of {len(kinds)} kinds (rule × field) in {len(RULE)} rules")
    print(f"caught: {len(everything) - len(missed)} ({1 - len(missed) / len(everything):.1%}), {seconds:.1f} s")
    for (rule, field, name), count in Counter((m.defect.rule, m.defect.field, m.defect.name) for m in missed).items():
        print(f"  missed {count}: {rule} in {field} {name}")
    alarms = false_alarms()
    print(f"false alarms on {len(sample_items())} sample items: {len(alarms)}")
    for item_id, finding in alarms:
        print(f"  {item_id}: {finding.rule.id} in {finding.field} {dict(finding.details)}")


if __name__ == "__main__":
    main()
