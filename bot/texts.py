"""Phrases people see, from the catalogs in locales/."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import locales

FOLDER = Path(locales.__file__).parent
LOCALES = tuple(sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/banshi.po")))
"""The languages there is a catalog of."""


class UnknownPhraseError(KeyError):
    """A phrase key that no catalog has; a mistake in the program, never of a person."""


@cache
def catalog(locale: str) -> Mapping[str, str]:
    """Phrase keys and their text in one language."""
    from babel.messages.pofile import read_po

    path = FOLDER / locale / "LC_MESSAGES" / "banshi.po"
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale=locale) if m.id and m.string}


def best_locale(wanted: str, default: str) -> str:
    """The spoken locale nearest to a language tag such as zh-Hant-TW or en-GB."""
    tag = wanted.replace("_", "-").lower()
    traditional = any(part in tag for part in ("hant", "tw", "hk", "mo"))
    nearest = {"en": "en", "zh": "zh_TW" if traditional else "zh_CN"}.get(tag[:2], default)
    return nearest if nearest in LOCALES else default


class Texts:
    """The phrases of one locale."""

    def __init__(self, locale: str = "zh_CN") -> None:
        self.locale = locale if locale in LOCALES else "zh_CN"

    def say(self, key: str, /, **details: object) -> str:
        """The phrase with its details put in. Raises UnknownPhraseError."""
        try:
            phrase = catalog(self.locale)[key]
        except KeyError as error:
            raise UnknownPhraseError(key) from error
        return phrase.format_map(details) if details else phrase

    def knows(self, key: str) -> bool:
        """Whether the catalog has this key; for phrases named by data, such as an aspect's label."""
        return key in catalog(self.locale)
