"""Places named in a question: those the published items have, and what has the shape of a place."""

import re
from collections.abc import Iterable
from functools import cache

_SHAPE = re.compile(
    r"(?:我在|我是|我家在|住在|在|是|地址是)?((?:[一-鿿]{1,3}(?:省|市))?[一-鿿]{1,3}(?:区|县)(?!域|别|分|间|级)"
    r"(?:[一-鿿]{1,5}(?:街道|镇|乡|路))?|[一-鿿]{2,3}(?:街道|镇))"
)
_ENDINGS = ("自治县", "新区", "街道", "区", "县", "市", "镇", "乡", "省")


@cache
def short(region: str) -> str:
    """The name people use: 朝阳区 without 区, the last part of a chain of places."""
    last = re.split(r"[省市](?=.)", region)[-1]
    for ending in _ENDINGS:
        if last.endswith(ending) and len(last) - len(ending) >= 2:
            return last[: -len(ending)]
    return last


def named(text: str, regions: Iterable[str]) -> str:
    """The published region the text names, the longest name first; empty where none."""
    best = ""
    for region in regions:
        if len(region) > len(best) and _names(text, region):
            best = region
    return best


def shaped(text: str) -> str:
    """What looks like the name of a district or town and is all that the text says; else empty."""
    match = _SHAPE.fullmatch(text.strip("呢吧的。？?! "))
    return match.group(1) if match else ""


def without(text: str, region: str) -> str:
    """The text without the place and the words around it."""
    names = sorted({region, region.rsplit("市", maxsplit=1)[-1], short(region)} - {""}, key=len, reverse=True)
    around = "|".join(map(re.escape, names))
    return re.sub(
        rf"(?:我在|我是|住在|在)?(?:{around})(?:的|这边|这里|那边)?(?:[一-鿿]{{1,4}}(?:街道|镇|乡))?",
        " ",
        text,
    ).strip()


def _names(text: str, region: str) -> bool:
    """Whether the text has the region's short name, with which all its longer ones begin."""
    return len(short(region)) >= 2 and short(region) in text
