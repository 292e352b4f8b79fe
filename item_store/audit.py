"""Who did what and when, each line sealed with the hash of the one before, so that a change is found."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from item_store.item import Item

SYSTEM = "system"
"""Who acts when no person does."""


class Book(StrEnum):
    """What staff and the program did, and what those who asked were told: a chain of lines each."""

    ACTS = "acts"
    ANSWERS = "answers"


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
class Told:
    """What somebody was told and when; its line is sealed a little later."""

    at: datetime
    act: Act


@dataclass(frozen=True, slots=True)
class AuditLine:
    sequence: int
    at: datetime
    act: Act
    previous: str
    seal: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines to show; what is empty excludes none."""

    by: str = ""
    to: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100


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


def next_lines(head: AuditHead, said: Iterable[Told]) -> list[AuditLine]:
    """The lines that follow the last one."""
    lines: list[AuditLine] = []
    sequence, previous = head.sequence, head.seal
    for told in said:
        sequence += 1
        seal = seal_of(sequence, told.at, told.act, previous)
        lines.append(AuditLine(sequence, told.at, told.act, previous, seal))
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

    async def audit_lines(
        self, after: int = 0, limit: int = PAGE, book: Book = Book.ACTS
    ) -> Sequence[AuditLine]: ...

    async def audit_head(self, book: Book = Book.ACTS) -> AuditHead: ...

    async def audit_search(self, book: Book, wanted: Wanted) -> Sequence[AuditLine]:
        """Newest first."""

    async def note_told(self, said: Sequence[Told]) -> None:
        """Keep what was told, to be sealed soon: nobody who is being answered waits for the chain."""

    async def seal_told(self, limit: int = PAGE) -> int:
        """Add the oldest of what was told to the chain of answers; says how many lines."""

    async def unsealed(self) -> int:
        """How much of what was told is not in the chain yet."""


class _Audited(AuditContract, Protocol):
    async def version(self, item_id: str, version: int) -> Item | None: ...


async def verify(store: _Audited, anchor: AuditHead | None = None, book: Book = Book.ACTS) -> list[Flaw]:
    """Everything that is not as it was written; with an anchor, also a history that was rewritten whole."""
    verifier = Verifier()
    head = await store.audit_head(book)
    while lines := await store.audit_lines(verifier.sequence, book=book):
        for line in lines:
            verifier.flaws += await _flaws_of(store, verifier, line, anchor)
        # Read before the lines: what is written while this runs is then read as well, and no flaw.
        head = await store.audit_head(book)
    verifier.end(head)
    if anchor and anchor.sequence > verifier.sequence:
        verifier.flaws.append(Flaw(FlawKind.OTHER_HISTORY, anchor.sequence))
    return sorted(set(verifier.flaws), key=lambda flaw: (flaw.sequence, flaw.kind))


async def _flaws_of(
    store: _Audited, verifier: Verifier, line: AuditLine, anchor: AuditHead | None
) -> list[Flaw]:
    """What a line tells that is no more so."""
    flaws: list[Flaw] = []
    if verifier.read(line) and line.act.action == "publish":
        flaws += await _version_flaws(store, line)
    if anchor and line.sequence == anchor.sequence and line.seal != anchor.seal:
        flaws.append(Flaw(FlawKind.OTHER_HISTORY, anchor.sequence))
    return flaws


async def _version_flaws(store: _Audited, line: AuditLine) -> list[Flaw]:
    """Whether the version that was published then still says the same."""
    item_id = line.act.subject.removeprefix("item:")
    item = await store.version(item_id, int(line.act.details.get("version", 0)))
    if item is None:
        return [Flaw(FlawKind.VERSION_MISSING, line.sequence, line.act.subject)]
    if item.digest != line.act.details.get("digest"):
        return [Flaw(FlawKind.VERSION_CHANGED, line.sequence, line.act.subject)]
    return []
