"""Composes full records from the sample files, in which what agencies and items share is said once."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
LEVEL_DIGIT = "4"
INSTANT = "即时办结"
Record = dict[str, Any]
Rows = Mapping[str, Any]


def read_file(name: str) -> Record:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return dict(yaml.load(text, Loader=LOADER))  # noqa: S506 - both are safe loaders


@cache
def district() -> Record:
    """The district: its name, towns and communities, enquiry line, places and what is shared."""
    return read_file("district")


def records() -> list[Record]:
    composed = [record for name in district()["agencies"] for record in _agency_records(read_file(name))]
    return sorted(composed, key=lambda record: "自然人" not in record["audience"])


def _agency_records(agency: Rows) -> Iterator[Record]:
    # One file may hold several small agencies, each a part of its own.
    for part in agency.get("agencies", [agency]):
        more = [row for name in part.get("more_items", []) for row in read_file(name)["items"]]
        yield from (_record(part, row) for row in [*part["items"], *more])


def _record(agency: Rows, row: Rows) -> Record:
    shared = district()
    said = shared["defaults"] | agency["shared"] | row
    locations = shared["locations"] | agency["locations"]
    materials = shared["materials"] | agency.get("materials", {})
    promised = said["promised_limit"]
    return _own(row) | {
        **{key: value for key, value in said.items() if key not in ("id", "locations", "credit_code")},
        "implementation_code": said["credit_code"] + LEVEL_DIGIT + said["basic_code"],
        "case_type": "即办件" if promised == INSTANT else "承诺件",
        "legal_basis": [_keyed(("rank", "title", "article", "text"), basis) for basis in row["legal_basis"]],
        "materials": [_material(materials, material) for material in row["materials"]],
        "procedure": [_step(promised, step) for step in row["procedure"]],
        "handling_location": _places(locations, said["locations"]),
        "faq": [_keyed(("question", "answer"), pair) for pair in row["faq"]],
    }


def _own(row: Rows) -> Record:
    shared = district()
    own = {key: shared[key] for key in ("source", "version", "published_at")}
    return own | {"id": f"sample-{row['id']}", "region": shared["name"]}


def _keyed(keys: Sequence[str], values: Sequence[str]) -> Record:
    return dict(zip(keys, values, strict=True))


def _material(named: Rows, row: Rows) -> Record:
    own = {**(named[row["use"]] if "use" in row else {}), **row}
    composed = district()["material_forms"][own["form"]] | own
    return {key: value for key, value in composed.items() if key not in ("use", "form")}


def _step(promised: str, row: Sequence[Any]) -> Record:
    """Days are counted in the unit of the promised limit."""
    name, days, description = row
    unit = promised.lstrip("0123456789")
    return {"name": name, "days": f"{days}{unit}" if days else "即时", "description": description}


def _places(locations: Rows, names: Sequence[str]) -> list[Record]:
    places = [locations[name] for name in names]
    return [dict(one) for place in places for one in (place if isinstance(place, list) else [place])]
