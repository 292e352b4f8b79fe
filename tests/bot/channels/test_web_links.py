"""Phones and addresses in answers can be tapped; amounts, codes and dates cannot."""

import pytest

from bot.channels.web_links import linked


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("023-68261234", "tel:02368261234"),
        ("023-00001501", "tel:02300001501"),
        ("（023）68261234", "tel:02368261234"),
        ("02368261234", "tel:02368261234"),
        ("窗口 13896541234", "tel:13896541234"),
        ("400-811-2345", "tel:4008112345"),
        ("请拨打 12345 咨询", "tel:12345"),
        ("请马上拨打 110！", "tel:110"),
        ("公积金热线12329", "tel:12329"),
        ("咨询电话：68261234", "tel:68261234"),
        ("网上办理：https://example.org/a?b=1&c=2。", "https://example.org/a?b=1&amp;c=2"),
    ],
)
def test_can_be_tapped(text: str, target: str) -> None:
    assert f'<a href="{target}" ' in linked(text)


@pytest.mark.parametrize(
    "text",
    ["12345 元", "20180301", "11500109MB1234567X400010900100001", "68261234 份", "120 平方米", "2026-02-11"],
)
def test_cannot_be_tapped(text: str) -> None:
    assert linked(text) == text


def test_a_heading_that_says_phone_makes_short_numbers_phones() -> None:
    assert "tel:12333" in linked("12333", "咨询电话")
    assert "tel:" not in linked("12333", "收费标准")


def test_every_phone_of_a_list_is_linked() -> None:
    assert linked("023-68261234、023-68265678", "电话").count("<a ") == 2


def test_markup_in_a_record_is_shown_not_obeyed() -> None:
    assert linked("<b>023-68261234</b>\"'") == (
        '&lt;b&gt;<a href="tel:02368261234" rel="noopener noreferrer">023-68261234</a>&lt;/b&gt;&#34;&#39;'
    )


def test_an_address_cannot_break_out_of_its_link() -> None:
    assert "<script" not in linked('https://example.org/"><script>alert(1)</script>')
    assert 'href="javascript' not in linked("javascript:alert(1)")
