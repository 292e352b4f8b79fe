"""Code schemes as data, one file a region; what a file leaves out is as in the national one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
NATIONAL = "national"


@dataclass(frozen=True)
class Scheme:
    """How one region writes its basic codes."""

    name: str
    title: str
    region: str
    region_title: str
    types: Mapping[str, str]
    levels: Mapping[str, str]
    parts: Mapping[str, str]
    also: Mapping[str, str]
    older: str = ""

    def type_digits(self, item_type: str) -> str | None:
        """The digits of an item type, by its title, another title of it, or the digits themselves."""
        if item_type in self.types:
            return item_type
        by_title = {title: digits for digits, title in self.types.items()} | dict(self.also)
        return by_title.get(item_type)

    def is_older(self, code: str) -> bool:
        return bool(self.older and re.fullmatch(self.older, code))


@dataclass(frozen=True)
class CreditTerms:
    """The official terms of a credit code's characters."""

    parts: Mapping[str, str]
    departments: Mapping[str, str]
    body_kinds: Mapping[str, str]
    temporary: tuple[str, ...]
    provinces: Mapping[str, str]
    state: str


@cache
def schemes() -> Mapping[str, Scheme]:
    """Every shipped scheme by its name."""
    national = _read(NATIONAL)
    names = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem != "credit_code")
    return {name: Scheme(name=name, **(national | _read(name))) for name in names}


@cache
def scheme_for(region: str) -> Scheme | None:
    """The scheme of the two digits a basic code begins with; a province with no file counts nationally."""
    own = [scheme for scheme in schemes().values() if scheme.region == region and not scheme.older]
    if own:
        return own[0]
    title = credit_terms().provinces.get(region)
    if title is None:
        return None
    national = schemes()[NATIONAL]
    return Scheme(**(vars(national) | {"region": region, "region_title": title}))


def older_scheme(code: str) -> Scheme | None:
    return next((scheme for scheme in schemes().values() if scheme.is_older(code)), None)


@cache
def credit_terms() -> CreditTerms:
    terms = _read("credit_code")
    return CreditTerms(**(terms | {"temporary": tuple(terms["temporary"])}))


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return content
