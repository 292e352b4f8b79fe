"""Places named in a question: those the published items have, what has the shape of one, those far away."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from knowledge import words

_SHAPE = re.compile(
    r"(?:我在|我是|我家在|住在|在|是|地址是)?((?:[一-鿿]{1,3}(?:省|市))?[一-鿿]{1,3}(?:区|县)(?!域|别|分|间|级)"
    r"(?:[一-鿿]{1,5}(?:街道|镇|乡|路))?|[一-鿿]{2,3}(?:街道|镇))"
)
_PARTS = re.compile(r".+?(?:省|市|区|县|旗|街道|镇|乡|村)(?=.{2}|$)")
_LOCAL = re.compile(r".+(?:街道|镇|乡|社区|村)")
_NO_STREET = r"(?![东南西北中一二三四五]?(?:路|街|大道|号线)|小区|花园|烤鸭|板鸭)"
_SOMEWHERE = "某地"
_ENDINGS = ("自治县", "新区", "社区", "街道", "区", "县", "市", "镇", "乡", "省")


@cache
def short(region: str) -> str:
    """The name people use: 朝阳区 without 区, the last part of a chain of places."""
    last = local(region) or re.split(r"[省市](?=.)", region)[-1]
    for ending in _ENDINGS:
        if last.endswith(ending) and len(last) - len(ending) >= 2:
            return last[: -len(ending)]
    return last


@cache
def local(region: str) -> str:
    """The town or community alone, where the region names one within its district; else empty."""
    *above, last = _PARTS.findall(region) or [region]
    return last if above and _LOCAL.fullmatch(last) else ""


def named(text: str, regions: Iterable[str]) -> str:
    """The published region the text names, the longest name first; empty where none."""
    best = ""
    for region in regions:
        if len(region) > len(best) and _names(text, region):
            best = region
    return best


def covers(region: str, place: str) -> bool:
    """Whether items of the region serve the place: it is the place, or lies around it."""
    return place.startswith(region) or region.endswith(place)


def shaped(text: str) -> str:
    """What looks like the name of a district or town and is all that the text says; else empty."""
    match = _SHAPE.fullmatch(text.strip("呢吧的。？?! "))
    return match.group(1) if match else ""


def without(text: str, region: str) -> str:
    """The text without the place and the words around it."""
    parts = _PARTS.findall(region)
    tails = {"".join(parts[start:]) for start in range(len(parts))}
    names = sorted({region, short(region), *tails}, key=len, reverse=True)
    around = "|".join(map(re.escape, names))
    return re.sub(
        rf"(?:我在|我是|住在|在)?(?:{around})(?:的|这边|这里|那边)?(?:[一-鿿]{{1,4}}(?:街道|镇|乡))?",
        " ",
        text,
    ).strip()


def far(text: str, regions: tuple[str, ...]) -> str:
    """The place not served here at which the matter is to be done; empty where none, or where unsure."""
    names = _far_names(regions)
    found = names.search(text) if names else None
    if not names or not found:
        return ""
    around = names.sub(_SOMEWHERE, text)
    if _served(regions).search(around) or named(around, regions):
        return ""
    patterns = words.sections("far")
    there = patterns["there"].search(around) and not patterns["here"].search(around)
    return found.group() if there or patterns["between"].search(around) else ""


@lru_cache(maxsize=4)
def _far_names(regions: tuple[str, ...]) -> re.Pattern[str] | None:
    """Provinces and prefectures that the items are not of; None where it is not known which they are of."""
    if not _served(regions).pattern:
        return None
    away: list[str] = []
    for province, towns in words.pairs("provinces"):
        if not _are_in(regions, [province, *towns]):
            away += [province, *towns]
        elif _are_in(regions, towns):
            away += [town for town in towns if not _are_in(regions, [town])]
    longest = "|".join(sorted(away, key=len, reverse=True))
    return re.compile(rf"(?:(?:{longest})(?:省|市|自治区)?{_NO_STREET})+")


@lru_cache(maxsize=4)
def _served(regions: tuple[str, ...]) -> re.Pattern[str]:
    """The provinces and prefectures that the items are of."""
    every = [name for province, towns in words.pairs("provinces") for name in (province, *towns)]
    return re.compile("|".join(name for name in every if _are_in(regions, [name])))


def _are_in(regions: tuple[str, ...], names: list[str]) -> bool:
    pattern = re.compile("|".join(names) or r"(?!)")
    return any(pattern.search(region) for region in regions)


def _names(text: str, region: str) -> bool:
    """Whether the text has the region's short name, with which all its longer ones begin.

    Towns are often named like common words, so they are meant where they stand whole or where somebody is.
    """
    own, name = local(region), short(region)
    if own:
        return own in text or text == name or (name in text and bool(_somebody_in(name).search(text)))
    return len(name) >= 2 and name in text


@cache
def _somebody_in(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:在|住|去|到|是){re.escape(name)}")
