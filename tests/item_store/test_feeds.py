"""Guides and feeds state what the record states, and hold before validators that nobody here wrote."""

import io
import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import docx
import pyshacl
import pytest
import rdflib

from item_store.feeds import Json, json_feed, schema_org
from item_store.feeds.cpsv import cpsv_ap
from item_store.fields import FIELD
from item_store.guides import guide, layouts
from item_store.guides.document import Words, qr_svg, word_document
from item_store.item import Item
from item_store.parts import Material, Part
from item_store.sample import sample_items
from tests.item_store.test_stores import make
from tests.json_ld import flaws

WORDS = Words("没有填写", "无", "事项编码 1，第 1 版", "示例数据")
FOURTEEN = "事项名称 事项类型 设定依据 实施机构 办结时限 收费标准 收费依据 申请材料 办理流程 办理形式 办理地点 办理时间 咨询电话 监督电话"


@cache
def items() -> list[Item]:
    return [item.published(1, datetime(2026, 3, 2, 1, tzinfo=UTC)) for item in sample_items()]


def address(item_id: str) -> str:
    return f"https://banshi.example/guide/{quote(item_id, safe='')}"


def bare() -> Item:
    return make("只有名称").published(1, datetime(2026, 3, 2, tzinfo=UTC))


def test_a_guide_has_the_fourteen_parts_in_their_order() -> None:
    for item in [*items(), bare()]:
        assert [part.title for part in guide(item).parts][:14] == FOURTEEN.split()


def test_a_guide_says_everything_that_its_fields_say() -> None:
    for item in items():
        said = {
            text
            for part in guide(item).parts
            for block in part.blocks
            for entry in block.entries
            for text in (entry.text, *(note for _, note in entry.notes))
        }
        for row in (*layouts()["guide"].parts, *layouts()["guide"].further):
            for field in row.fields:
                for value in item[field.key] or ():
                    if isinstance(value, Part):
                        assert {text for _, text in value.filled()} <= said
                if isinstance(item[field.key], str):
                    assert set(field.kind.show(item.values[field.key])) <= said, (item.id, field.key)


def test_an_empty_part_is_told_from_a_needless_one() -> None:
    free = guide(make(charges_fee="否")).part("fee_basis")
    assert (free.blocks, free.needless) == ((), True)
    assert not guide(make(charges_fee="是")).part("fee_basis").needless
    assert not guide(bare()).part("materials").needless


def test_the_older_guide_has_its_own_rows() -> None:
    titles = [part.title for part in guide(items()[0], "guide_2016").parts]
    assert titles[:3] == ["事项分类", "项目名称", "服务对象"]
    assert "收费依据和标准" in titles


def test_the_word_document_says_what_the_guide_says() -> None:
    for item in (*items()[:5], bare(), make("坏字", content="x", conditions="有\x0b控制字符")):
        content = word_document(guide(item), address(item.id), WORDS)
        document = docx.Document(io.BytesIO(content))
        (table,) = document.tables
        left = [row.cells[0].text for row in table.rows]
        right = "\n".join(row.cells[1].text for row in table.rows)
        assert left[:14] == FOURTEEN.split()
        for material in item.parts("materials", Material):
            assert material.name in right
        if item["materials"] is None:
            assert "没有填写" in right
        assert len(document.inline_shapes) == 1
        assert any(item.name in paragraph.text for paragraph in document.paragraphs)


def test_the_code_is_an_svg_without_styles_of_its_own() -> None:
    svg = qr_svg(address("a"))
    assert svg.startswith("<svg")
    assert "style=" not in svg


def test_schema_org_holds_before_its_types() -> None:
    described = [schema_org(item, address(item.id)) for item in [*items(), bare()]]
    assert flaws("schema.org", described) == []
    assert flaws("schema.org", [described[0] | {"providr": "x"}])


def test_schema_org_says_the_record() -> None:
    item = make(
        agency="示例局",
        promised_limit="5个工作日",
        charges_fee="否",
        enquiry_phone="023-60000000",
        materials=["户口簿"],
    )
    described = schema_org(item, address("a"))
    assert described["provider"]["name"] == "示例局"
    assert described["provider"]["contactPoint"][0]["telephone"] == "023-60000000"
    assert described["availableChannel"][0]["processingTime"] == "P5D"
    assert described["offers"]["price"] == 0
    assert described["subjectOf"]["supply"] == [{"@type": "HowToSupply", "name": "户口簿"}]
    assert "audience" not in described


def test_the_feed_holds_before_its_schema() -> None:
    feed = json_feed("目录", [*items(), bare()], "https://e.x/catalog", "https://e.x/catalog.json", address)
    assert flaws("json feed", feed) == []
    assert flaws("json feed", feed | {"items": [{"title": "without id"}]})
    again = [Item.from_record(entry["_banshi"]) for entry in feed["items"]]
    assert again == [*items(), bare()]


def test_cpsv_expands_whole_and_has_what_a_service_must_have() -> None:
    graph = cpsv_ap([*items(), bare()], address)
    assert flaws("cpsv", graph) == []
    assert flaws("cpsv", {"@context": {}, "@graph": [{"@id": "a:b", "name": "no term"}]})
    nodes = {node["@id"]: node for node in graph["@graph"]}
    services = [node for node in nodes.values() if node["@type"] == "cpsv:PublicService"]
    assert len(services) == len(items()) + 1
    for service in services:
        for key in ("dct:identifier", "dct:title", "dct:description", "cv:hasCompetentAuthority"):
            assert service[key], (service["@id"], key)
        links = [
            one["@id"]
            for key, value in service.items()
            if key.startswith(("cv:has", "cpsv:"))
            for one in as_list(value)
        ]
        assert set(links) <= set(nodes)


SH = "http://www.w3.org/ns/shacl#"
SHAPES = Path(__file__).parent / "shapes" / "cpsv_ap.ttl"


def shape_flaws(described: Json) -> set[tuple[str, str]]:
    """Which property, and how grave: found by pyshacl before shapes of our own, not the official ones.

    They are written from the specification of CPSV-AP 3.2: the classes and datatypes of what the feed uses, its
    mandatory properties as violations, those a reader would miss as warnings.
    """
    data = rdflib.Graph().parse(data=json.dumps(described), format="json-ld")
    _, report, _ = pyshacl.validate(data, shacl_graph=rdflib.Graph().parse(SHAPES))
    path, severity = rdflib.URIRef(f"{SH}resultPath"), rdflib.URIRef(f"{SH}resultSeverity")
    return {
        (
            re.split("[/#]", str(report.value(result, path)))[-1],
            str(report.value(result, severity))[len(SH) :],
        )
        for result in report.subjects(severity)
    }


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
def test_cpsv_holds_before_shapes_of_its_profile() -> None:
    assert shape_flaws(cpsv_ap(items(), address)) == set()
    missed = {"thematicArea", "contactPoint", "hasLegalResource", "hasChannel", "produces"}
    assert shape_flaws(cpsv_ap([bare()], address)) == {(name, "Warning") for name in missed}


SPOILED: list[tuple[str, str, Any, str]] = [
    ("cpsv:PublicService", "dct:identifier", None, "identifier"),
    ("cpsv:PublicService", "dct:title", "无语言", "title"),
    ("cpsv:PublicService", "dct:description", None, "description"),
    ("cpsv:PublicService", "cv:hasCompetentAuthority", {"@id": "urn:nobody"}, "hasCompetentAuthority"),
    (
        "cpsv:PublicService",
        "cv:processingTime",
        {"@value": "5 days", "@type": "xsd:string"},
        "processingTime",
    ),
    ("cv:PublicOrganisation", "skos:prefLabel", None, "prefLabel"),
    ("cv:PublicOrganisation", "dct:spatial", {"@id": "urn:nowhere"}, "spatial"),
    ("cv:Evidence", "dct:title", None, "title"),
    ("cv:Cost", "cv:hasValue", {"@value": "0", "@type": "xsd:integer"}, "hasValue"),
    ("cv:Cost", "cv:value", {"@value": "0", "@type": "xsd:double"}, "value"),
    ("cv:ContactPoint", "cv:telephone", None, "telephone"),
]


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize(("kind", "key", "value", "named"), SPOILED)
def test_the_shapes_find_what_is_spoiled(kind: str, key: str, value: Any, named: str) -> None:
    described = cpsv_ap(items()[:3], address)
    node = next(node for node in described["@graph"] if node["@type"] == kind)
    node[key] = value
    if value is None:
        del node[key]
    assert (named, "Violation") in shape_flaws(described)


def as_list(value: object) -> list[dict[str, str]]:
    return value if isinstance(value, list) else [value]  # type: ignore[list-item]


@pytest.mark.parametrize("layout", ["guide", "guide_2016"])
def test_every_part_of_a_layout_has_fields(layout: str) -> None:
    for row in (*layouts()[layout].parts, *layouts()[layout].further):
        assert row.title
        assert all(field.key in FIELD for field in row.fields)
