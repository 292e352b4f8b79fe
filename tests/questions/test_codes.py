"""Codes and ids, typed alone or within a question, in capitals or not."""

import pytest

from knowledge.answering import Found
from tests.questions.judging import asked
from tests.questions.sheets import index, rows


@pytest.mark.parametrize(("question", "name"), rows("codes"))
def test_a_code_names_its_item(question: str, name: str) -> None:
    outcome = asked(question)
    assert isinstance(outcome, Found)
    entry = index().get(outcome.item)
    assert entry is not None
    assert entry.name == name
