"""Whether an item agrees with its catalog entry, and whether what is not public has its basis."""

from collections.abc import Iterator

from item_store.closed_lists import comparable
from item_store.fields import CATALOG_FIELDS, FIELD, Field
from item_store.findings import Filled, Problem, Values
from item_store.kinds import Value

NEAR = 0.6


def entry_of(filled: Filled) -> Values | None:
    """The catalog entry of an item: by basic code, else by name."""
    code, name = filled.text("basic_code"), comparable(filled.text("name"))
    by_code = [entry for entry in filled.around.catalog if code and entry.get("basic_code") == code]
    by_name = [entry for entry in filled.around.catalog if comparable(str(entry.get("name", ""))) == name]
    return next(iter([*by_code, *by_name]), None)


def with_catalog(filled: Filled) -> Iterator[Problem]:
    entry = entry_of(filled)
    for field in CATALOG_FIELDS if entry else ():
        listed = entry.get(field.key) if entry else None
        said = filled.values.get(field.key)
        if listed and said and not _agree(listed, said):
            yield Problem(field.key, _sides(field, listed, said), {field.key: listed})


def _agree(one: Value, other: Value) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return comparable(str(one)) == comparable(str(other))
    return one == other or sorted(map(str, one)) == sorted(map(str, other))


def _sides(field: Field, listed: Value, said: Value) -> dict[str, str]:
    show = field.kind.show
    return {"listed": "；".join(show(listed)), "said": "；".join(show(said))}


def not_in_catalog(filled: Filled) -> Iterator[Problem]:
    """A catalog list stands, and the item is not on it; the nearest name is offered."""
    name = filled.text("name")
    if not filled.around.catalog or not name or entry_of(filled) is not None:
        return
    names = [str(entry.get("name", "")) for entry in filled.around.catalog]
    nearest = max(names, key=lambda listed: filled.around.similarity(name, listed))
    near = filled.around.similarity(name, nearest) >= NEAR
    yield Problem("name", {"name": name, "nearest": nearest}, {"name": nearest} if near else None)


def secret_without_basis(filled: Filled) -> Iterator[Problem]:
    if filled.text("is_public") == "否" and "is_public" not in filled.around.attachments:
        yield Problem("is_public", {"title": FIELD["is_public"].title})
