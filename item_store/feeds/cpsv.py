"""Published items as CPSV-AP public services in JSON-LD."""

import re
from collections.abc import Iterable

from item_store.feeds import LANGUAGE, AddressOf, Json, duration, filled, identifiers
from item_store.item import Item
from item_store.parts import LegalBasis, Location, Material

CONTEXT: Json = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "euvoc": "http://publications.europa.eu/resource/authority/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

CHINESE: Json = {"@id": "euvoc:language/ZHO", "@type": "dct:LinguisticSystem"}
YUAN: Json = {
    "@id": "euvoc:currency/CNY",
    "@type": "skos:Concept",
    "skos:prefLabel": {"@value": "人民币元", "@language": LANGUAGE},
}
TERRITORY = "http://data.europa.eu/88u/dataset/atu-type"

Linked = tuple[Json, str]
"""A node, and the property of the service that leads to it."""


def cpsv_ap(items: Iterable[Item], address_of: AddressOf) -> Json:
    """Items as CPSV-AP public services in one graph."""
    graph: dict[str, Json] = {}
    for item in items:
        for node in _service_nodes(item, address_of(item.id)):
            graph.setdefault(str(node["@id"]), node)
    return {"@context": CONTEXT, "@graph": list(graph.values())}


def _said(text: str) -> Json:
    return {"@value": text, "@language": LANGUAGE}


def _service_nodes(item: Item, address: str) -> list[Json]:
    parts = [*_evidence(item, address), *_laws(item, address), *_cpsv_channels(item, address)]
    parts += [*_costs(item, address), *_outputs(item, address), *_contact(item, address)]
    parts += [*_conditions(item, address), *_concepts(item)]
    agency, region = _agency(item, address), _region(item)
    service: Json = {
        "@id": f"{address}#service",
        "@type": "cpsv:PublicService",
        "dct:identifier": identifiers(item)[0],
        "dct:title": _said(item.name),
        "dct:description": _said(item.text("content") or item.name),
        "dct:language": {"@id": CHINESE["@id"]},
        "dct:spatial": {"@id": region["@id"]},
        "dcat:keyword": [_said(name) for name in (*item.aliases, *item.names("theme"))],
        "cv:hasCompetentAuthority": {"@id": agency["@id"]},
        "foaf:page": {"@id": address},
        "cv:processingTime": _xsd_duration(item),
    }
    for node, link in parts:
        service.setdefault(link, []).append({"@id": node["@id"]})
    return [
        filled(service),
        agency,
        region,
        CHINESE,
        *([YUAN] if item["charges_fee"] == "否" else []),
        {"@id": address, "@type": "foaf:Document"},
        *(node for node, _ in parts),
    ]


def _xsd_duration(item: Item) -> Json | None:
    time = duration(item)
    return {"@value": time, "@type": "xsd:duration"} if time else None


def _agency(item: Item, address: str) -> Json:
    name = item.text("agency")
    region = _region(item)["@id"]
    return {
        "@id": f"{str(region).replace('region', 'agency', 1)}:{_plain(name)}"
        if name
        else f"{address}#agency",
        "@type": "cv:PublicOrganisation",
        "dct:identifier": name or item.id,
        "dct:title": _said(name or item.id),
        "skos:prefLabel": _said(name or item.id),
        "dct:spatial": {"@id": region},
    }


def _region(item: Item) -> Json:
    """Where the item is handled and what its agency covers; the country where the record does not say."""
    name = item.region or "CN"
    kinds = ["dct:Location", TERRITORY]
    return {"@id": f"urn:region:{_plain(name)}", "@type": kinds, "dct:title": _said(name)}


def _plain(text: str) -> str:
    """Text as a part of an identifier."""
    return re.sub(r"[\s<>\"{}|\\^`:%/?#]+", "-", text)


def _evidence(item: Item, address: str) -> list[Linked]:
    return [
        (_named("cv:Evidence", f"{address}#material-{n}", material.name), "cpsv:hasInput")
        for n, material in enumerate(item.parts("materials", Material), 1)
    ]


def _laws(item: Item, address: str) -> list[Linked]:
    return [
        (_named("eli:LegalResource", f"{address}#basis-{n}", basis.title), "cv:hasLegalResource")
        for n, basis in enumerate(item.parts("legal_basis", LegalBasis), 1)
    ]


def _cpsv_channels(item: Item, address: str) -> list[Linked]:
    places = item.parts("handling_location", Location)
    return [
        (
            _named("cv:Channel", f"{address}#place-{n}", place.name or place.address)
            | {"dct:description": _said(" ".join(filter(None, (place.address, place.hours, place.phone))))},
            "cv:hasChannel",
        )
        for n, place in enumerate(places, 1)
    ]


def _costs(item: Item, address: str) -> list[Linked]:
    if item["charges_fee"] not in ("是", "否"):
        return []
    text = item.text("fee_standard") or item.text("charges_fee")
    cost: Json = {"@id": f"{address}#fee", "@type": "cv:Cost", "dct:identifier": f"{item.id}-fee"}
    cost |= {"dct:description": _said(text)}
    if item["charges_fee"] == "否":
        cost |= {"cv:hasValue": {"@value": "0.0", "@type": "xsd:double"}}
        cost |= {"cv:currency": {"@id": YUAN["@id"]}}
    return [(cost, "cv:hasCost")]


def _outputs(item: Item, address: str) -> list[Linked]:
    name = item.text("result_name")
    return [(_named("cv:Output", f"{address}#result", name), "cpsv:produces")] if name else []


def _contact(item: Item, address: str) -> list[Linked]:
    phone = item.text("enquiry_phone")
    contact: Json = {"@id": f"{address}#enquiries", "@type": "cv:ContactPoint", "cv:telephone": phone}
    return [(contact | {"cv:contactPage": {"@id": address}}, "cv:contactPoint")] if phone else []


def _conditions(item: Item, address: str) -> list[Linked]:
    text = item.text("conditions")
    return [(_named("cv:Requirement", f"{address}#conditions", text), "cv:holdsRequirement")] if text else []


def _concepts(item: Item) -> list[Linked]:
    """Themes and audiences: what others may group services by."""
    links = {"theme": "cv:thematicArea", "audience": "dct:audience"}
    return [
        (
            {"@id": f"urn:{key}:{_plain(name)}", "@type": "skos:Concept", "skos:prefLabel": _said(name)},
            link,
        )
        for key, link in links.items()
        for name in item.names(key)
    ]


def _named(kind: str, identity: str, name: str) -> Json:
    return {
        "@id": identity,
        "@type": kind,
        "dct:identifier": identity.rpartition("/")[2],
        "dct:title": _said(name),
    }
