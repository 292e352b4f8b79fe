"""The store's contract on dicts: for tests, trying out, and programs that keep nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from item_store.audit import Told
from item_store.contract import (
    Clock,
    Conflict,
    Data,
    Draft,
    DraftState,
    ItemStore,
    KeptQuestion,
    Saved,
    StoredSession,
    utc_now,
)
from item_store.memory.audit import MemoryAudit
from item_store.memory.cases import MemoryCases
from item_store.memory.learning import MemoryLearning
from item_store.memory.liaison import MemoryDeliveries, MemoryRecords
from item_store.memory.people import MemoryFiles, MemoryPeople
from item_store.standing import draft_act


class MemorySessions(MemoryAudit):
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._sessions: dict[str, tuple[StoredSession, datetime]] = {}
        self._seen: dict[tuple[str, str], datetime] = {}

    async def load_session(self, person: str) -> StoredSession | None:
        kept = self._sessions.get(person)
        return kept[0] if kept else None

    async def save_session(
        self, person: str, data: Data, version: int, said: Sequence[Told] = ()
    ) -> Saved | Conflict:
        kept = self._sessions.get(person)
        standing = kept[0].version if kept else 0
        if standing != version:
            return Conflict(standing)
        self._sessions[person] = (StoredSession(dict(data), version + 1), self._clock())
        self._unsealed += said
        return Saved(version + 1)

    async def forget_sessions_before(self, when: datetime) -> int:
        old = [person for person, (_, at) in self._sessions.items() if at < when]
        for person in old:
            del self._sessions[person]
        return len(old)

    async def first_time(self, channel: str, message_id: str) -> bool:
        first = (channel, message_id) not in self._seen
        self._seen.setdefault((channel, message_id), self._clock())
        return first

    async def forget_messages_before(self, when: datetime) -> int:
        old = [key for key, at in self._seen.items() if at < when]
        for key in old:
            del self._seen[key]
        return len(old)


class MemoryQuestions:
    def __init__(self) -> None:
        super().__init__()
        self._questions: list[KeptQuestion] = []

    async def keep_question(
        self, text: str, outcome: str, candidates: Sequence[str], when: datetime, channel: str
    ) -> None:
        self._questions.append(KeptQuestion(text, outcome, tuple(candidates), when, channel))

    async def kept_questions(self, limit: int = 100) -> Sequence[KeptQuestion]:
        oldest_first = sorted(self._questions, key=lambda question: question.at)
        return tuple(oldest_first[::-1][:limit])


class MemoryDrafts(MemoryAudit):
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._drafts: dict[str, Draft] = {}

    async def create_draft(self, owner: str, data: Data) -> Draft:
        draft = Draft(uuid4().hex, owner, dict(data), 1, self._clock())
        self._drafts[draft.id] = draft
        self._write([draft_act("enter", draft.id, data, 1)])
        return draft

    async def create_drafts(self, owner: str, rows: Sequence[Data]) -> int:
        return len([await self.create_draft(owner, row) for row in rows])

    async def load_draft(self, draft_id: str) -> Draft | None:
        return self._drafts.get(draft_id)

    async def save_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        return self._save(draft_id, data, version, DraftState.OPEN)

    async def submit_draft(self, draft_id: str, data: Data, version: int) -> Saved | Conflict:
        return self._save(draft_id, data, version, DraftState.SUBMITTED)

    def _save(self, draft_id: str, data: Data, version: int, state: DraftState) -> Saved | Conflict:
        draft = self._drafts.get(draft_id)
        if draft is None or draft.version != version or draft.state is not DraftState.OPEN:
            return Conflict(draft.version if draft else 0)
        saved = replace(draft, data=dict(data), version=version + 1, state=state, updated_at=self._clock())
        self._drafts[draft_id] = saved
        self._write([draft_act("change", draft_id, data, version + 1)])
        return Saved(version + 1)

    async def drafts_of(self, owner: str) -> Sequence[Draft]:
        own = [draft for draft in self._drafts.values() if draft.owner == owner]
        return sorted(own, key=lambda draft: draft.updated_at, reverse=True)

    async def open_drafts(self) -> Mapping[tuple[str, str], int]:
        drafts = (draft for draft in self._drafts.values() if draft.state is DraftState.OPEN)
        return Counter((draft.owner, draft.data.get("template", "")) for draft in drafts)

    async def delete_draft(self, draft_id: str) -> bool:
        draft = self._drafts.get(draft_id)
        if draft is None or draft.state is not DraftState.OPEN:
            return False
        del self._drafts[draft_id]
        self._write([draft_act("delete", draft_id, {}, 0)])
        return True


class MemoryStore(
    MemoryLearning,
    MemoryCases,
    MemorySessions,
    MemoryQuestions,
    MemoryDrafts,
    MemoryPeople,
    MemoryFiles,
    MemoryRecords,
    MemoryDeliveries,
):
    async def close(self) -> None:
        """Nothing is held open."""


def open_memory(clock: Clock = utc_now) -> ItemStore:
    return MemoryStore(clock)
