"""Likeness: the quick way in bytes tells what rapidfuzz tells of the texts themselves."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from knowledge import likeness

TEXTS = st.lists(st.text("身份证补领换𠮷a？é", max_size=12), min_size=1, max_size=4)
MANY = "".join(map(chr, range(ord("一"), ord("一") + 300)))


@given(asked=TEXTS, texts=TEXTS)
def test_partials_are_those_of_the_texts_themselves(asked: list[str], texts: list[str]) -> None:
    told = [[fuzz.partial_ratio(one, text) / 100 for text in texts] for one in asked]
    np.testing.assert_allclose(likeness.partials(asked, texts), told, atol=1e-6)


def test_more_characters_than_a_byte_has_values_are_compared_as_they_are() -> None:
    assert likeness.partials([MANY], [MANY[100:140], "甲甲"]).round(2).tolist() == [[1.0, 0.0]]


def test_characters_that_were_not_asked_never_meet() -> None:
    assert likeness.partials(["甲"], ["乙", "丙甲"]).tolist() == [[0.0, 1.0]]


def test_no_texts_have_no_likeness() -> None:
    assert likeness.partials(["甲"], []).shape == likeness.ratios(["甲"], []).shape == (1, 0)
