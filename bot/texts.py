"""Phrases people see, from the catalogs in locales/."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import locales

LOCALES = ("zh_CN", "zh_TW", "en")


class UnknownPhrase(KeyError):
    """A phrase key that no catalog has; a mistake in the program, never of a person."""


@cache
def catalog(locale: str) -> Mapping[str, str]:
    """Phrase keys and their text in one language."""
    from babel.messages.pofile import read_po

    path = Path(locales.__file__).parent / locale / "LC_MESSAGES" / "banshi.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id and m.string}


def best_locale(wanted: str, default: str) -> str:
    """The spoken locale nearest to a language tag such as zh-Hant-TW or en-GB."""
    tag = wanted.replace("_", "-").lower()
    if tag.startswith("en"):
        return "en"
    if tag.startswith("zh"):
        return "zh_TW" if any(part in tag for part in ("hant", "tw", "hk", "mo")) else "zh_CN"
    return default


class Texts:
    """The phrases of one locale."""

    def __init__(self, locale: str = "zh_CN") -> None:
        self.locale = locale if locale in LOCALES else "zh_CN"

    def say(self, key: str, /, **details: object) -> str:
        """The phrase with its details put in. Raises UnknownPhrase."""
        try:
            phrase = catalog(self.locale)[key]
        except KeyError as error:
            raise UnknownPhrase(key) from error
        return phrase.format_map(details) if details else phrase

    def knows(self, key: str) -> bool:
        """Whether the catalog has this key; for phrases named by data, such as an aspect's label."""
        return key in catalog(self.locale)
