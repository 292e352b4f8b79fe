"""Learning: words of several people become a proposal, and count only once a person accepts them."""

from datetime import timedelta
from typing import Any

import pytest

from item_store.contract import ChangeKind, ItemStore
from item_store.item import Item
from item_store.learning import Accepted, Heard, Hint, NotWaiting, ProposalState, Refused

ENOUGH = 3


def hint(person: int = 1, words: str = "搬煤气表", item_id: str = "gas", heard: Heard = Heard.CHOSEN) -> Hint:
    return Hint(f"key of {words}", f"mark of {person}", words, item_id, heard)


async def hear(store: ItemStore, *people: int, **details: Any) -> None:
    for person in people:
        await store.note_hint(hint(person, **details), ENOUGH)


async def proposed(store: ItemStore) -> int:
    """The number of a proposal that enough people made."""
    await hear(store, 1, 2, 3)
    (proposal,) = await store.proposals(ENOUGH)
    return proposal.number


async def test_words_are_proposed_when_enough_people_used_them(store: ItemStore) -> None:
    await hear(store, 1, 2, 2, 2)
    assert await store.proposals(ENOUGH) == []
    await hear(store, 3, heard=Heard.CORRECTED)
    (proposal,) = await store.proposals(ENOUGH)
    assert (proposal.words, proposal.item_id, proposal.people) == ("搬煤气表", "gas", 3)
    assert (proposal.chosen, proposal.corrected, proposal.unanswered, proposal.times) == (4, 1, 0, 5)
    assert proposal == await store.proposal(proposal.number)


async def test_words_of_few_are_not_kept_readable(store: ItemStore) -> None:
    await hear(store, 1, 2)
    (number,) = [n for n in range(1, 5) if await store.proposal(n)]
    proposal = await store.proposal(number)
    assert proposal is not None
    assert (proposal.words, proposal.people) == ("", 2)
    assert await store.proposals(1) == []


async def test_the_same_words_for_another_item_are_another_proposal(store: ItemStore) -> None:
    await hear(store, 1, 2, 3, 4)
    await hear(store, 1, 2, 3, item_id="water")
    await hear(store, 1, 2, 3, item_id="", heard=Heard.UNANSWERED)
    assert [(p.item_id, p.people) for p in await store.proposals(ENOUGH)] == [
        ("gas", 4),
        ("water", 3),
        ("", 3),
    ]
    assert len(await store.proposals(ENOUGH, limit=2)) == 2


async def test_accepting_puts_the_alias_in_force_and_tells_every_replica(store: ItemStore) -> None:
    number, before = await proposed(store), await store.sequence()
    assert await store.accept_proposal(number, "搬表", ["gas", "gas-2"], "anna") == Accepted(
        "搬表", ("gas", "gas-2")
    )
    assert [(a.item_id, a.alias, a.by) for a in await store.learned_aliases()] == [
        ("gas", "搬表", "anna"),
        ("gas-2", "搬表", "anna"),
    ]
    assert [a.item_id for a in await store.learned_aliases(["gas-2", "other"])] == ["gas-2"]
    told = await store.changes_since(before)
    assert [(c.item_id, c.kind, c.version) for c in told] == [
        ("gas", ChangeKind.LEARNED, 0),
        ("gas-2", ChangeKind.LEARNED, 0),
    ]
    assert await store.proposals(ENOUGH) == []


async def test_a_proposal_is_decided_once(store: ItemStore) -> None:
    number = await proposed(store)
    await store.accept_proposal(number, "搬表", ["gas"], "anna")
    assert await store.accept_proposal(number, "移表", ["gas"], "bert") == NotWaiting(number)
    assert await store.refuse_proposal(number, "bert") == NotWaiting(number)
    assert await store.refuse_proposal(number + 1, "bert") == NotWaiting(number + 1)
    assert [a.alias for a in await store.learned_aliases()] == ["搬表"]


async def test_what_was_refused_is_never_proposed_again(store: ItemStore) -> None:
    number = await proposed(store)
    assert await store.refuse_proposal(number, "anna") == Refused(number)
    await hear(store, 4, 5, 6, 7)
    assert await store.proposals(1) == []
    refused = await store.proposal(number)
    assert refused is not None
    assert (refused.state, refused.people) == (ProposalState.REFUSED, 3)
    assert await store.learned_aliases() == []


async def test_a_revoked_alias_is_gone_everywhere_and_may_come_back(store: ItemStore) -> None:
    await store.accept_proposal(await proposed(store), "搬表", ["gas", "gas-2"], "anna")
    before = await store.sequence()
    assert await store.revoke_alias("搬表", "bert") == ["gas", "gas-2"]
    assert await store.revoke_alias("搬表", "bert") == []
    assert await store.learned_aliases() == []
    assert [c.item_id for c in await store.changes_since(before)] == ["gas", "gas-2"]
    await hear(store, 1, 2, 3, words="移表")
    (proposal,) = await store.proposals(ENOUGH)
    await store.accept_proposal(proposal.number, "搬表", ["gas"], "bert")
    assert [(a.alias, a.by) for a in await store.learned_aliases()] == [("搬表", "bert")]


async def test_the_published_record_stays_as_it_is(store: ItemStore) -> None:
    await store.publish(Item("gas", {"name": "燃气表移位"}, aliases=("移表",)))
    published, history = await store.published("gas"), await store.history("gas")
    await store.accept_proposal(await proposed(store), "搬表", ["gas"], "anna")
    assert (await store.published("gas"), await store.history("gas")) == (published, history)
    assert published is not None
    assert published.published_at is not None
    assert await store.published_as_of("gas", published.published_at + timedelta(days=9)) == published


async def test_decisions_are_in_the_audit(store: ItemStore) -> None:
    await store.accept_proposal(await proposed(store), "搬表", ["gas"], "anna")
    await store.revoke_alias("搬表", "bert")
    await hear(store, 1, 2, 3, words="别的话")
    (proposal,) = await store.proposals(ENOUGH)
    await store.refuse_proposal(proposal.number, "cora")
    acts = [line.act for line in await store.audit_lines()]
    assert [(act.by, act.action, act.subject) for act in acts] == [
        ("anna", "accept_alias", "item:gas"),
        ("bert", "revoke_alias", "item:gas"),
        ("cora", "refuse_alias", f"proposal:{proposal.number}"),
    ]


async def test_old_words_are_forgotten_and_decisions_are_not(store: ItemStore, clock: Any) -> None:
    number = await proposed(store)
    await store.refuse_proposal(number, "anna")
    await hear(store, 1, 2, 3, words="旧话")
    clock.now += timedelta(days=100)
    await hear(store, 1, words="新话")
    assert await store.forget_proposals_before(clock.now - timedelta(days=1)) == 1
    await hear(store, 4, words="旧话")
    assert await store.proposals(2) == []
    assert (await store.proposal(number)) is not None


@pytest.mark.parametrize("heard", list(Heard))
async def test_every_way_of_hearing_is_counted(store: ItemStore, heard: Heard) -> None:
    await hear(store, 1, 2, 3, heard=heard)
    (proposal,) = await store.proposals(ENOUGH)
    assert getattr(proposal, heard) == proposal.times == 3
