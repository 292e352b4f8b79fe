"""Conversations: aspects asked later, corrections, new topics, choices by number."""

import pytest

from knowledge.answering import Context, Found, answer
from tests.questions.sheets import conversations, index


@pytest.mark.parametrize("turns", conversations("followups"), ids=lambda turns: turns[0][0])
def test_each_message_is_taken_with_those_before(turns: list[tuple[str, str]]) -> None:
    context, got = Context(), []
    for said, _ in turns:
        outcome = answer(said, index(), context)
        context = Context.from_dict(outcome.context.to_dict())
        entry = index().get(outcome.item) if isinstance(outcome, Found) else None
        got.append(entry.name if entry else outcome.name)
    assert got == [meant for _, meant in turns]
