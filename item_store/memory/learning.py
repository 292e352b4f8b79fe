"""Proposals and learned aliases on dicts: the twin of store_learning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from item_store.contract import ChangeKind, Clock
from item_store.learning import (
    Accepted,
    Hint,
    LearnedAlias,
    NotWaiting,
    Proposal,
    ProposalState,
    Refused,
    accept_acts,
    refuse_act,
    revoke_acts,
)
from item_store.memory.register import MemoryRegister


class MemoryLearning(MemoryRegister):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._proposals: dict[int, Proposal] = {}
        self._proposal_numbers: dict[tuple[str, str], int] = {}
        self._marks: dict[int, set[str]] = {}
        self._aliases: dict[tuple[str, str], LearnedAlias] = {}
        self._last_number = 0

    async def note_hint(self, hint: Hint, readable_from: int) -> None:
        number = self._proposal_numbers.get((hint.key, hint.item_id)) or self._begin(hint)
        before = self._proposals[number]
        if before.state is not ProposalState.WAITING:
            return
        self._marks[number].add(hint.mark)
        people = len(self._marks[number])
        words = before.words or (hint.words if people >= readable_from else "")
        times = {hint.heard.value: getattr(before, hint.heard) + 1}
        self._proposals[number] = replace(before, words=words, people=people, last_at=self._clock(), **times)

    def _begin(self, hint: Hint) -> int:
        self._last_number += 1
        waiting = ProposalState.WAITING
        new = Proposal(self._last_number, "", hint.item_id, 0, 0, 0, 0, waiting, self._clock())
        self._proposals[new.number] = new
        self._proposal_numbers[hint.key, hint.item_id] = new.number
        self._marks[new.number] = set()
        return new.number

    async def proposals(self, people: int, limit: int = 100) -> Sequence[Proposal]:
        known = [p for p in self._waiting() if p.people >= people and p.words]
        return sorted(known, key=lambda p: (-p.people, -p.times, p.number))[:limit]

    def _waiting(self) -> list[Proposal]:
        return [p for p in self._proposals.values() if p.state is ProposalState.WAITING]

    async def proposal(self, number: int) -> Proposal | None:
        return self._proposals.get(number)

    async def accept_proposal(
        self, number: int, alias: str, item_ids: Sequence[str], by: str
    ) -> Accepted | NotWaiting:
        if not self._decide(number, ProposalState.ACCEPTED):
            return NotWaiting(number)
        for item_id in item_ids:
            self._aliases.setdefault((alias, item_id), LearnedAlias(item_id, alias, by, self._clock()))
            self._note(item_id, 0, ChangeKind.LEARNED, self._clock())
        self._write(accept_acts(number, alias, item_ids, by))
        return Accepted(alias, tuple(item_ids))

    async def refuse_proposal(self, number: int, by: str) -> Refused | NotWaiting:
        if not self._decide(number, ProposalState.REFUSED):
            return NotWaiting(number)
        self._write([refuse_act(number, by)])
        return Refused(number)

    def _decide(self, number: int, state: ProposalState) -> bool:
        proposal = self._proposals.get(number)
        if proposal is None or proposal.state is not ProposalState.WAITING:
            return False
        self._proposals[number] = replace(proposal, state=state)
        self._marks[number] = set()
        return True

    async def learned_aliases(self, item_ids: Sequence[str] | None = None) -> Sequence[LearnedAlias]:
        known = [self._aliases[key] for key in sorted(self._aliases)]
        return [learned for learned in known if item_ids is None or learned.item_id in item_ids]

    async def revoke_alias(self, alias: str, by: str) -> Sequence[str]:
        item_ids = sorted(item_id for said, item_id in self._aliases if said == alias)
        for item_id in item_ids:
            del self._aliases[alias, item_id]
            self._note(item_id, 0, ChangeKind.LEARNED, self._clock())
        self._write(revoke_acts(alias, item_ids, by))
        return item_ids

    async def forget_proposals_before(self, when: datetime) -> int:
        old = {proposal.number for proposal in self._waiting() if proposal.last_at < when}
        for number in old:
            del self._proposals[number], self._marks[number]
        self._proposal_numbers = {
            key: number for key, number in self._proposal_numbers.items() if number not in old
        }
        return len(old)
