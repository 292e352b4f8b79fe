"""Two questions in one message: the first item is found, the other is told as well."""

import pytest

from knowledge.answering import Found
from tests.questions.judging import asked
from tests.questions.sheets import index, rows


@pytest.mark.parametrize(("question", "names"), rows("two"))
def test_all_that_is_asked_is_found(question: str, names: str) -> None:
    outcome = asked(question)
    assert isinstance(outcome, Found)
    found = [index().get(item) for item in (outcome.item, *outcome.also)]
    assert [entry.name for entry in found if entry] == names.split()
