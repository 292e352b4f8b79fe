"""Known defects between fields and within entries: service, basis, materials, agreement and codes."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from item_store.item import Item
from item_store.parts import Faq, LegalBasis, Material, Step
from item_store.rules import RULE
from tests.benches.planting import Defect, Plant, beside, circular, digit, edited, listed, more, part, put


def _service() -> Iterator[Defect]:
    yield Defect(
        "delivery_without_visit",
        "supports_delivery",
        put(handling_form=("快递申请",), supports_delivery="否"),
    )
    for text in ("本人到场核验。", "到区政务中心窗口提交原件。", "前往办事大厅办理。"):
        steps = (Step(name="申请", description=text), Step(name="受理"), Step(name="审查"), Step(name="决定"))
        yield Defect(
            "visit_although_online", "handling_form", put(handling_form=("网上办理",), procedure=steps), text
        )
    for text in ("本事项全程网办。", "实行不见面审批。"):
        yield Defect(
            "online_said_only", "handling_form", put(handling_form=("窗口办理",), content=text), text
        )
    for item_type in ("行政审批", "行政许可"):
        yield Defect("approval_without_faq", "faq", put(item_type=item_type, faq=()), item_type)
        for kept in (("申请", "受理", "审查"), ("受理", "决定"), ("申请", "办结")):
            steps = tuple(Step(name=name) for name in kept)
            yield Defect(
                "approval_without_steps",
                "procedure",
                put(item_type=item_type, procedure=steps),
                f"{item_type} {kept}",
            )
    for text in ("示例许可证", "关于示例的批复", "营业执照", "资格证书（正本）"):
        yield Defect("result_without_sample", "result_sample", put(result_name=text, result_sample=""), text)
    yield Defect("faq_unanswered", "faq", more("faq", Faq(question="周末能办吗？")))
    yield Defect("faq_unanswered", "faq", part("faq", answer=""), "emptied")
    yield Defect(
        "faq_twice",
        "faq",
        more("faq", Faq(question="周末能办吗？", answer="能。"), Faq(question="周末能办吗", answer="不能。")),
    )


def _audience() -> Iterator[Defect]:
    yield Defect("audience_order", "audience", put(audience=("法人", "自然人"), theme=("其他",)))
    for audience, theme in (
        (("自然人",), ("资质认证",)),
        (("法人",), ("婚姻登记",)),
        (("自然人", "法人"), ("婚姻登记",)),
        (("自然人",), ("婚姻登记", "年检年审")),
    ):
        yield Defect(
            "theme_of_other_audience", "theme", put(audience=audience, theme=theme), f"{audience} {theme}"
        )
    for name in ("个体工商户年度报告", "老年人优待办理", "户口迁移办理"):
        yield Defect(
            "audience_lacks_individuals",
            "audience",
            put(name=name, audience=("法人",), theme=("其他",)),
            name,
        )


LAW = LegalBasis(
    title="《中华人民共和国行政许可法》", rank="法律", article="第十二条", text="可以设定行政许可。"
)
RULES_OF_CITY = LegalBasis(
    title="《示例市公共服务办法》", rank="规章", article="第三条", text="按本办法提供服务。"
)


def _basis() -> Iterator[Defect]:
    def basis(*parts: LegalBasis) -> Plant:
        return put(legal_basis=parts)

    def law(**new: str) -> LegalBasis:
        return LAW.model_copy(update=new)

    yield Defect("legal_order", "legal_basis", basis(RULES_OF_CITY, LAW))
    yield Defect(
        "legal_order",
        "legal_basis",
        basis(LAW, RULES_OF_CITY, law(title="《示例条例》", rank="行政法规")),
        "three",
    )
    for title in (LAW.title, "《示例市市容管理条例》", "《城市道路管理条例》", "《示例管理办法》", "某文件"):
        yield Defect("legal_rank_missing", "legal_basis", basis(law(title=title, rank="")), title)
    for title, rank in (
        (LAW.title, "规章"),
        ("《示例市市容管理条例》", "法律"),
        ("《城市道路管理条例》", "规章"),
        ("《示例管理办法》", "法律"),
    ):
        yield Defect("legal_rank_other", "legal_basis", basis(law(title=title, rank=rank)), f"{title} {rank}")
    for title in ("行政许可法", "相关规定", "上级文件精神"):
        yield Defect("legal_title", "legal_basis", basis(law(title=title)), title)
    yield Defect("legal_article", "legal_basis", basis(law(article="")))
    yield Defect(
        "legal_article", "legal_basis", basis(LAW, RULES_OF_CITY.model_copy(update={"article": ""})), "second"
    )
    yield Defect("legal_text", "legal_basis", basis(law(text="")))


def _authority() -> Iterator[Defect]:
    for text in ("", "无"):
        levels = {"exercise_level": "市、区县", "authority_division": text}
        yield Defect("authority_undivided", "authority_division", put(**levels), text)
    yield Defect(
        "authority_divided_alone",
        "authority_division",
        put(exercise_level="区县", authority_division="乡镇（街道）受理，区县审批"),
    )
    for text in ("示例区民政局、示例区财政局", "示例区民政局，示例区残联，示例区财政局"):
        yield Defect(
            "joint_agencies_unsaid", "joint_agencies", put(agency=text, joint_agencies=("无",)), text
        )
    yield Defect("none_and_more", "joint_agencies", put(joint_agencies=("无", "示例区财政局")))
    yield Defect(
        "joint_with_itself", "joint_agencies", put(agency="示例区民政局", joint_agencies=("示例区民政局",))
    )
    yield Defect(
        "joint_with_itself",
        "joint_agencies",
        put(agency="示例区民政局", joint_agencies=("示例区财政局", "示例区民政局")),
        "two",
    )


def _material(name: str, **attributes: Any) -> Material:
    return Material(name=name, **{"copies_and_spec": "原件1份", "source": "申请人自备", **attributes})


def _materials() -> Iterator[Defect]:
    for text in (
        "其他材料",
        "有关材料",
        "申请表等相关证明",
        "法律法规规定的其他材料",
        "其他需要提供的材料",
        "身份证等证件",
        "按规定提供的照片",
        "视情况而定的证明",
    ):
        yield Defect("materials_vague", "materials", more("materials", _material(text)), text)
    yield Defect(
        "materials_vague",
        "materials",
        more("materials", _material("申请表", copies_and_spec="若干份")),
        "copies",
    )
    yield Defect(
        "materials_vague", "materials", part("materials", instructions="按要求提供。"), "instructions"
    )
    for text in (
        "符合其他条件。",
        "提交有关材料。",
        "视情况而定。",
        "符合规定条件。",
        "法律法规规定的其他情形。",
        "原则上年满18周岁。",
    ):
        yield Defect(
            "conditions_vague",
            "conditions",
            edited("conditions", lambda said, text=text: f"{said}\n{text}"),
            text,
        )  # type: ignore[misc]
    for text in ("营业执照", "申请人结婚证", "不动产权证书原件", "税务登记证"):
        yield Defect("material_shared", "materials", more("materials", _material(text)), text)
    yield Defect(
        "material_twice", "materials", more("materials", _material("情况说明书"), _material("情况说明书"))
    )
    for text in (
        "证明你妈是你妈",
        "单身证明",
        "健在证明",
        "社区出具的贫困证明",
        "同一人证明",
        "村委会开具的无业证明",
    ):
        yield Defect("odd_proof", "materials", more("materials", _material(text)), text)
    yield Defect("material_bare", "materials", more("materials", _material("情况说明书", copies_and_spec="")))
    yield Defect(
        "material_bare", "materials", more("materials", _material("情况说明书", source="")), "source"
    )
    yield Defect("material_bare", "materials", part("materials", copies_and_spec="", shared_from=""), "known")
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
    yield Defect(
        "not_in_catalog",
        "name",
        lambda values, around: (values, replace(around, catalog=[{"name": "完全不同的事"}])),
    )
    yield Defect(
        "not_in_catalog",
        "name",
        lambda v, around: (v, replace(around, catalog=[{"name": f"{v['name']}办"}])),
        "near",
    )


def citizen_number() -> str:
    """An invented number whose check character holds."""
    from item_store.check_characters import citizen_check

    body = "50010919900101001"
    return body + citizen_check(body)


def _codes() -> Iterator[Defect]:
    for place in (3, 8, 12, 16, 17):
        yield Defect(
            "code_wrong", "implementation_code", digit("implementation_code", place), f"place {place}"
        )
    for name, change in {
        "short": lambda code: code[:-1],
        "type": lambda code: f"{code[:2]}99{code[4:]}",
        "region": lambda code: f"99{code[2:]}",
    }.items():
        yield Defect("code_wrong", "basic_code", edited("basic_code", change), name)
    yield Defect(
        "code_wrong",
        "implementation_code",
        edited("implementation_code", lambda code: "TE" + code[2:]),
        "temporary",
    )
    yield Defect("code_unknown", "basic_code", put(basic_code="A12B345678"))
    yield Defect("code_unknown", "implementation_code", put(implementation_code="511A00-0123-045"))
    yield Defect(
        "code_apart",
        "basic_code",
        edited(
            "basic_code",
            lambda code: code[:8] + str((int(code[8]) + 1) % 10) + code[9:],
            lambda code: code[4:8] != "0000",
        ),
    )
    yield Defect(
        "code_other_type",
        "basic_code",
        edited("basic_code", lambda code: f"{code[:2]}03{code[4:]}", lambda code: code[2:4] != "03"),
    )
    yield Defect("code_other_level", "implementation_code", put(exercise_level="村（社区）"))
    yield Defect("code_other_level", "implementation_code", put(exercise_level="市"), "city")
    yield Defect(
        "code_taken",
        "implementation_code",
        beside(lambda own: Item("twin", {**own.values, "name": "完全不同的事"})),
    )


SOURCES = (_service, _audience, _basis, _authority, _materials, _agreement, _codes)
