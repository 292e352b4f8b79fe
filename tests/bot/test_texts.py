"""Every phrase the program says exists in every locale, with the same details."""

import ast
import re
from pathlib import Path

import pytest

from bot.texts import LOCALES, Texts, UnknownPhraseError, best_locale, catalog

SOURCE = Path(__file__).parents[2] / "bot"
DETAIL = re.compile(r"\{(\w+)\}")


def said_keys() -> set[str]:
    """Keys given to say() as plain strings anywhere in bot/."""
    keys = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say" and node.args:
                argument = node.args[0]
                if isinstance(argument, ast.Constant):
                    keys.add(argument.value)
    return keys


@pytest.mark.parametrize("locale", LOCALES)
def test_every_said_key_is_in_the_catalog(locale: str) -> None:
    assert said_keys() - catalog(locale).keys() == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_every_locale_has_the_same_phrases_and_details(locale: str) -> None:
    here, there = catalog("zh_CN"), catalog(locale)
    assert here.keys() == there.keys()
    different = {key for key in here if set(DETAIL.findall(here[key])) != set(DETAIL.findall(there[key]))}
    assert different == set()


def test_no_chinese_sentence_in_code() -> None:
    sentence = re.compile(r"[\u4e00-\u9fff]{6,}|[\u4e00-\u9fff][，。！？]")
    found = []
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf8"))
        documented = {ast.get_docstring(n, clean=False) for n in ast.walk(tree) if isinstance(n, DOCUMENTED)}
        constants = (
            n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)
        )
        found += [(path.name, text) for text in constants if text not in documented and sentence.search(text)]
    assert found == []


DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_an_unknown_phrase_is_an_error() -> None:
    with pytest.raises(UnknownPhraseError):
        Texts().say("no.such.phrase")


@pytest.mark.parametrize(
    ("tag", "locale"),
    [
        ("zh-CN", "zh_CN"),
        ("zh-hans", "zh_CN"),
        ("zh-TW", "zh_TW"),
        ("zh_Hant_HK", "zh_TW"),
        ("en-GB", "en"),
        ("fr", "zh_CN"),
        ("", "zh_CN"),
    ],
)
def test_best_locale(tag: str, locale: str) -> None:
    assert best_locale(tag, "zh_CN") == locale
