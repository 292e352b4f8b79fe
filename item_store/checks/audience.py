"""Whom an item serves, and the themes it is listed under."""

from collections.abc import Iterator

from item_store.closed_lists import closed_list
from item_store.findings import Filled, Problem

INDIVIDUAL, ORGANISATION = "个人", "法人"
BRACKET = "（"


def theme_class(who: str) -> str:
    return INDIVIDUAL if who.startswith(("自然人", INDIVIDUAL)) else ORGANISATION


def themes_of(audience: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The official themes by the class of an audience."""
    classes = {theme_class(who) for who in audience}
    return {name: frozenset(closed_list("theme").group(name)) for name in sorted(classes)}


def order(filled: Filled) -> Iterator[Problem]:
    said = filled.names("audience")
    ordered = tuple(sorted(said, key=lambda who: theme_class(who) != INDIVIDUAL))
    if ordered != said:
        yield Problem("audience", {"order": "、".join(ordered)}, {"audience": ordered})


def theme(filled: Filled) -> Iterator[Problem]:
    """Every audience finds a theme of its own list, and no theme is of neither's list."""
    themes, audience = filled.names("theme"), filled.names("audience")
    if not themes or not audience:
        return
    lists = themes_of(audience)
    plain = {theme: theme.partition(BRACKET)[0] for theme in themes}
    kept = tuple(theme for theme in themes if any(plain[theme] in one for one in lists.values()))
    covered = all(any(plain[theme] in one for theme in kept) for one in lists.values())
    strange = [theme for theme in themes if theme not in kept]
    known = set(closed_list("theme").choices)
    if covered and not any(plain[theme] in known for theme in strange):
        return  # a theme of no list at all is the closed list's own matter
    details = {"themes": "、".join(strange or themes), "audience": "、".join(audience)}
    yield Problem("theme", details, {"theme": kept} if covered else None)


def unfit_name(filled: Filled) -> Iterator[Problem]:
    """个体工商户 count as individuals."""
    individual = any(theme_class(who) == INDIVIDUAL for who in filled.names("audience"))
    name = filled.text("name")
    found = next((word for word in filled.data["individual_words"] if word in name), None)
    if found and filled.names("audience") and not individual:
        yield Problem("audience", {"word": found}, {"audience": ("自然人", *filled.names("audience"))})
