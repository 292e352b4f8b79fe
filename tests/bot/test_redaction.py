"""Personal numbers are taken out; codes of items and agencies are not."""

import pytest

from bot.redaction import MARK, redact

PERSONAL = [
    "11010519491231002X",
    "110105194912310021",
    "13800138000",
    "138 0013 8000",
    "+86 138-0013-8000",
    "6222 0202 0001 1234 567",
    "zhang.san@example.org",
    "E12345678",
    "110105491231002",
]
NOT_PERSONAL = [
    "11500199MB1X00000A4500721005001",
    "023-63621234",
    "91500199MA60ABCD3X",
    "12345",
    "2026年3月1日",
]


@pytest.mark.parametrize("number", PERSONAL)
def test_personal_numbers_are_marked(number: str) -> None:
    said = redact(f"我的号码{number}，怎么办")
    assert number not in said
    assert MARK in said
    assert said.startswith("我的号码")
    assert said.endswith("，怎么办")


@pytest.mark.parametrize("number", NOT_PERSONAL)
def test_other_numbers_stay(number: str) -> None:
    assert redact(f"问一下 {number} 这个") == f"问一下 {number} 这个"
