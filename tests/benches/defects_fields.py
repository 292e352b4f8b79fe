"""Known defects of single fields: shape, names, limits, fees and places."""

from collections.abc import Iterator
from functools import partial

from item_store.fields import FIELD
from item_store.item import Item
from item_store.kinds import Names, Parts
from item_store.parts import Step
from item_store.rules import RULE
from tests.benches.planting import Defect, beside, more, part, put, renamed


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
                yield Defect(
                    "says_nothing", key, put(**{key: (text,) if isinstance(kind, Names) else text}), text
                )
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
    for statutory, promised in (
        ("5个工作日", "6个工作日"),
        ("20日", "15个工作日"),
        ("10个工作日", "15日"),
        ("即时办结", "1个工作日"),
    ):
        new = {"statutory_limit": statutory, "promised_limit": promised, "case_type": "承诺件"}
        yield Defect("promised_over_statutory", "promised_limit", put(**new), f"{statutory} {promised}")
    for key in RULE["limit_without_unit"].fields:
        for text in ("15", "3.0"):
            yield Defect("limit_without_unit", key, put(**{key: text}), text)
    for text in ("3个工作日", "1"):
        yield Defect("instant_with_days", "case_type", put(case_type="即办件", promised_limit=text), text)
    for text in ("即时办结", "当场", "0"):
        yield Defect(
            "committed_without_days", "case_type", put(case_type="承诺件", promised_limit=text), text
        )
    for text in ("若干天", "视情况"):
        yield Defect("step_days_unreadable", "procedure", part("procedure", days=text), text)
    yield Defect("steps_over_promise", "procedure", more("procedure", Step(name="归档", days="400个工作日")))
    yield Defect(
        "steps_over_promise",
        "procedure",
        put(
            promised_limit="1个工作日",
            statutory_limit="90个工作日",
            case_type="承诺件",
            procedure=(Step(name="审查", days="1个工作日"), Step(name="办结", days="1个工作日")),
        ),
        "within",
    )


def _fees() -> Iterator[Defect]:
    for key in RULE["fee_unexplained"].fields:
        for text in ("", "无"):
            yield Defect("fee_unexplained", key, put(charges_fee="是", **{key: text}), text)
        for text in ("每证10元", "《收费办法》（示例价〔2020〕1号）"):
            yield Defect("fee_explained_without_fee", key, put({"charges_fee": "否"}, **{key: text}), text)
        yield Defect(
            "fee_without_document", key, put({"charges_fee": "是"}, **{key: "按物价部门核定的标准每件20元"})
        )
    yield Defect(
        "online_payment_without_fee",
        "supports_online_payment",
        put({"charges_fee": "否"}, supports_online_payment="是"),
    )
    yield Defect(
        "fee_without_amount",
        "fee_standard",
        put({"charges_fee": "是"}, fee_standard="《收费办法》（示例价〔2020〕1号）规定的标准"),
    )


def _places() -> Iterator[Defect]:
    for enquiry, supervision in (
        ("023-00000001", "023-00000001"),
        ("023-00000001、023-00000002", "（023）00000002"),
        ("12345", "12345"),
        ("00000001", "023-00000001"),
    ):
        yield Defect(
            "same_phone",
            "supervision_phone",
            put(enquiry_phone=enquiry, supervision_phone=supervision),
            f"{enquiry} {supervision}",
        )
    for key in ("enquiry_phone", "supervision_phone"):
        for text in ("68861234", "电话咨询：6886123", "68861234、023-68861235"):
            yield Defect("area_code_missing", key, put(**{key: text}), text)
    yield Defect("area_code_missing", "handling_location", part("handling_location", phone="68861234"))
    for attributes in ({"hours": ""}, {"phone": ""}, {"hours": "", "phone": ""}):
        yield Defect(
            "place_incomplete", "handling_location", part("handling_location", **attributes), str(attributes)
        )
    for text in ("政务服务中心", "本单位", "本局业务科"):
        yield Defect("address_vague", "handling_location", part("handling_location", address=text), text)
    for text in ("工作时间", "法定工作日", "正常上班时间"):
        yield Defect("hours_vague", "handling_hours", put(handling_hours=text), text)


SOURCES = (_shape, _naming, _time, _fees, _places)
