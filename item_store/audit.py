"""Who did what and when, each line sealed with the hash of the one before, so that a change is found."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from item_store.item import Item

SYSTEM = "system"
"""Who acts when no person does."""

NOTHING_BEFORE = "0" * 64
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """`subject` is a kind and an id, such as item:…, draft:…, case:…; details are JSON-able."""

    by: str
    action: str
    subject: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditLine:
    sequence: int
    at: datetime
    act: Act
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last line, to be noted down somewhere else: a rewritten history has another one."""

    sequence: int
    seal: str


class FlawKind(StrEnum):
    """What was found; the phrase is audit.<value>."""

    CHANGED = "changed"
    REPLACED = "replaced"
    MISSING = "missing"
    CUT_OFF = "cut_off"
    ADDED = "added"
    OTHER_HISTORY = "other_history"
    VERSION_CHANGED = "version_changed"
    VERSION_MISSING = "version_missing"


@dataclass(frozen=True, slots=True)
class Flaw:
    kind: FlawKind
    sequence: int
    subject: str = ""


def seal_of(sequence: int, at: datetime, act: Act, previous: str) -> str:
    """The hash of a line and of all before it."""
    said = [act.by, act.action, act.subject, act.details]
    content = [sequence, at.astimezone(UTC).isoformat(), *said, previous]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def next_lines(head: AuditHead, at: datetime, acts: Iterable[Act]) -> list[AuditLine]:
    """The lines that follow the last one."""
    lines: list[AuditLine] = []
    sequence, previous = head.sequence, head.seal
    for act in acts:
        sequence += 1
        seal = seal_of(sequence, at, act, previous)
        lines.append(AuditLine(sequence, at, act, previous, seal))
        previous = seal
    return lines


@dataclass(slots=True)
class Verifier:
    """Reads lines in their order and keeps what is wrong."""

    flaws: list[Flaw] = field(default_factory=list)
    sequence: int = 0
    seal: str = NOTHING_BEFORE

    def read(self, line: AuditLine) -> bool:
        """Whether the line itself is whole."""
        self.flaws += [Flaw(FlawKind.MISSING, n) for n in range(self.sequence + 1, line.sequence)]
        in_order = line.sequence == self.sequence + 1
        whole = line.seal == seal_of(line.sequence, line.at, line.act, line.previous)
        if not whole:
            self.flaws.append(Flaw(FlawKind.CHANGED, line.sequence, line.act.subject))
        elif in_order and line.previous != self.seal:
            # This line is whole, so the one before is not the one that it was sealed upon.
            self.flaws.append(Flaw(FlawKind.REPLACED, self.sequence, line.act.subject))
        self.sequence, self.seal = line.sequence, line.seal
        return whole

    def end(self, head: AuditHead) -> None:
        """Compare with the last line that was written down apart."""
        if self.sequence < head.sequence:
            self.flaws += [Flaw(FlawKind.CUT_OFF, n) for n in range(self.sequence + 1, head.sequence + 1)]
        elif self.sequence > head.sequence:
            self.flaws += [Flaw(FlawKind.ADDED, n) for n in range(head.sequence + 1, self.sequence + 1)]
        elif self.seal != head.seal:
            self.flaws.append(Flaw(FlawKind.REPLACED, self.sequence))


class AuditContract(Protocol):
    async def record(self, acts: Sequence[Act]) -> None:
        """Acts that change nothing else in the store; all others are recorded with the change itself."""

    async def audit_lines(self, after: int = 0, limit: int = PAGE) -> Sequence[AuditLine]: ...

    async def audit_head(self) -> AuditHead: ...


class _Audited(AuditContract, Protocol):
    async def version(self, item_id: str, version: int) -> Item | None: ...


async def verify(store: _Audited, anchor: AuditHead | None = None) -> list[Flaw]:
    """Everything that is not as it was written; with an anchor, also a history that was rewritten whole."""
    verifier = Verifier()
    head = await store.audit_head()
    async for line in _all_lines(store):
        if verifier.read(line) and line.act.action == "publish":
            verifier.flaws += await _version_flaws(store, line)
        if anchor and line.sequence == anchor.sequence and line.seal != anchor.seal:
            verifier.flaws.append(Flaw(FlawKind.OTHER_HISTORY, anchor.sequence))
    verifier.end(head)
    if anchor and anchor.sequence > verifier.sequence:
        verifier.flaws.append(Flaw(FlawKind.OTHER_HISTORY, anchor.sequence))
    return sorted(set(verifier.flaws), key=lambda flaw: (flaw.sequence, flaw.kind))


async def _all_lines(store: AuditContract) -> AsyncIterator[AuditLine]:
    after = 0
    while lines := await store.audit_lines(after):
        for line in lines:
            yield line
        after = lines[-1].sequence


async def _version_flaws(store: _Audited, line: AuditLine) -> list[Flaw]:
    """Whether the version that was published then still says the same."""
    item_id = line.act.subject.removeprefix("item:")
    item = await store.version(item_id, int(line.act.details.get("version", 0)))
    if item is None:
        return [Flaw(FlawKind.VERSION_MISSING, line.sequence, line.act.subject)]
    if item.digest != line.act.details.get("digest"):
        return [Flaw(FlawKind.VERSION_CHANGED, line.sequence, line.act.subject)]
    return []
