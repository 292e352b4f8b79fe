"""Published items for machines: schema.org JSON-LD of one item, and a JSON Feed of a list."""

from collections.abc import Callable, Iterable
from typing import Any

from item_store.item import Item
from item_store.limits import UnreadableLimit
from item_store.parts import LegalBasis, Location, Material, Step

Json = dict[str, Any]
AddressOf = Callable[[str], str]

LANGUAGE = "zh-CN"
FEED_VERSION = "https://jsonfeed.org/version/1.1"


def schema_org(item: Item, address: str) -> Json:
    """The item as a schema.org GovernmentService; what the record does not say is left out."""
    return filled(
        {
            "@context": "https://schema.org",
            "@type": "GovernmentService",
            "@id": f"{address}#service",
            "url": address,
            "name": item.name,
            "alternateName": list(item.aliases),
            "identifier": identifiers(item),
            "serviceType": item.text("item_type"),
            "description": item.text("content"),
            "category": list(item.names("theme")),
            "provider": _organisation(item),
            "areaServed": {"@type": "AdministrativeArea", "name": item.region} if item.region else None,
            "audience": [{"@type": "Audience", "audienceType": name} for name in item.names("audience")],
            "availableChannel": _channels(item, address),
            "hoursAvailable": _hours(item.text("handling_hours")),
            "offers": _offer(item),
            "serviceOutput": {"@type": "Thing", "name": item.text("result_name")}
            if item["result_name"]
            else None,
            "termsOfService": item.text("conditions"),
            "subjectOf": _how_to(item, address),
        }
    )


def filled(pairs: Json) -> Json:
    return {key: value for key, value in pairs.items() if value not in (None, "", [], {})}


def identifiers(item: Item) -> list[str]:
    codes = [item.text(key) for key in ("implementation_code", "basic_code")]
    return list(dict.fromkeys(code for code in (*codes, item.id) if code))


def _organisation(item: Item) -> Json | None:
    if not item["agency"]:
        return None
    phones = [
        filled({"@type": "ContactPoint", "contactType": kind, "telephone": item.text(key)})
        for key, kind in (("enquiry_phone", "customer service"), ("supervision_phone", "complaints"))
        if item[key]
    ]
    return filled({"@type": "GovernmentOrganization", "name": item.text("agency"), "contactPoint": phones})


def _channels(item: Item, address: str) -> list[Json]:
    """One a place, or one for the page where no place is named."""
    common = {"@type": "ServiceChannel", "processingTime": duration(item), "availableLanguage": LANGUAGE}
    places = item.parts("handling_location", Location)
    named = [
        filled(common | {"name": place.name or place.address, "serviceLocation": _place(place)})
        for place in places
    ]
    return named or [filled(common | {"serviceUrl": address})]


def _place(place: Location) -> Json:
    return filled(
        {
            "@type": "Place",
            "name": place.name or place.address,
            "address": place.address,
            "telephone": place.phone,
            "openingHoursSpecification": _hours(place.hours),
        }
    )


def _hours(text: str) -> Json | None:
    """Hours as they are written: reading days and times out of them would be guessing."""
    return {"@type": "OpeningHoursSpecification", "description": text} if text else None


def _offer(item: Item) -> Json | None:
    if item["charges_fee"] == "否":
        return {"@type": "Offer", "price": 0, "priceCurrency": "CNY"}
    if item["charges_fee"] == "是":
        return filled({"@type": "Offer", "priceCurrency": "CNY", "description": item.text("fee_standard")})
    return None


def _how_to(item: Item, address: str) -> Json:
    """Materials and steps, with the version they are of."""
    supplies = [{"@type": "HowToSupply", "name": m.name} for m in item.parts("materials", Material)]
    steps = [
        filled({"@type": "HowToStep", "position": n, "name": s.name, "text": s.description or s.name})
        for n, s in enumerate(item.parts("procedure", Step), 1)
    ]
    return filled(
        {
            "@type": "HowTo",
            "@id": f"{address}#guide",
            "name": item.name,
            "url": address,
            "inLanguage": LANGUAGE,
            "version": item.version,
            "datePublished": item.published_at.isoformat() if item.published_at else None,
            "supply": supplies,
            "step": steps,
            "citation": [_law(basis) for basis in item.parts("legal_basis", LegalBasis)],
        }
    )


def _law(basis: LegalBasis) -> Json:
    return filled(
        {
            "@type": "Legislation",
            "name": basis.title,
            "legislationIdentifier": basis.article,
            "text": basis.text,
        }
    )


def duration(item: Item) -> str | None:
    """The promised limit, else the statutory one, in ISO 8601; days are days, of whatever kind."""
    for key in ("promised_limit", "statutory_limit"):
        limit = item.limit(key) if item[key] else None
        if limit is not None and not isinstance(limit, UnreadableLimit):
            return f"P{limit.days}D"
    return None


def json_feed(title: str, items: Iterable[Item], home: str, feed: str, address_of: AddressOf) -> Json:
    """A list as JSON Feed 1.1, each entry with its whole record."""
    return {
        "version": FEED_VERSION,
        "title": title,
        "home_page_url": home,
        "feed_url": feed,
        "language": LANGUAGE,
        "items": [_feed_entry(item, address_of(item.id)) for item in items],
    }


def _feed_entry(item: Item, address: str) -> Json:
    published = item.published_at.isoformat() if item.published_at else None
    return filled(
        {
            "id": address,
            "url": address,
            "title": item.name,
            "content_text": item.text("content") or item.name,
            "date_published": published,
            "tags": list(item.names("theme")),
            "authors": [{"name": item.text("agency")}] if item["agency"] else None,
            "_banshi": item.record(),
        }
    )
