"""Long texts are cut so that nothing is lost, nothing is too long and no tag is broken."""

import re
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram_splitting import LIMIT, split, units, visible

PIECES = st.one_of(
    st.text(max_size=60).map(escape),
    st.text(max_size=60).map(lambda text: f"<b>{escape(text)}</b>"),
    st.sampled_from(
        ["&lt;" * 3000, "😀" * 5000, "<b>" + "字" * 9000 + "</b>", "&amp;&#128512;", "\n", "一句话。" * 900]
    ),
    st.sampled_from(['<a href="tg://x">', "<i>", "<code>"]).map(
        lambda tag: f"{tag}内&gt;容\n{'长' * 4100}</{tag[1:].split()[0].rstrip('>')}>"
    ),
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def assert_balanced(html: str) -> None:
    opened: list[str] = []
    for closing, name in re.findall(r"<(/?)(\w+)[^<>]*>", html):
        if closing:
            assert opened.pop() == name
        else:
            opened.append(name)
    assert opened == []
    assert not re.search(r"&(?!(?:lt|gt|amp|quot|#\w+);)", html), "a cut entity"
    assert not re.search(r"<(?!/?[a-z][^<>]*>)", html), "a cut tag"


@given(TEXTS)
def test_any_text_is_kept_whole(html: str) -> None:
    parts = list(split(html))
    assert "".join(map(visible, parts)) == visible(html)
    for part in parts:
        assert utf16(part) <= LIMIT
        assert_balanced(part)


@given(st.text())
def test_length_is_counted_in_utf_16(text: str) -> None:
    assert units(text) == utf16(text)


def test_a_short_text_stays_one() -> None:
    assert list(split("<b>甲</b>\n乙")) == ["<b>甲</b>\n乙"]


def test_the_cut_is_at_a_line_end() -> None:
    lines = [f"{number}. {'材料' * 30}" for number in range(300)]
    parts = list(split("\n".join(lines)))
    assert [line for part in parts for line in part.split("\n") if line] == lines


def test_one_long_line_is_cut_at_a_sentence() -> None:
    parts = list(split("这一句有十二个字在里面。" * 1000))
    assert all(part.endswith("。") for part in parts)
    assert len(parts) == 3


@pytest.mark.parametrize("size", [LIMIT - 1, LIMIT, LIMIT + 1])
def test_bold_text_is_closed_and_opened_again(size: int) -> None:
    parts = list(split(f"<b>{'字' * size}</b>"))
    assert all(part.startswith("<b>") and part.endswith("</b>") for part in parts)
    assert sum(part.count("字") for part in parts) == size
