"""The audit on lists."""

from collections.abc import Iterable, Sequence

from item_store.audit import (
    NOTHING_BEFORE,
    PAGE,
    Act,
    AuditHead,
    AuditLine,
    Book,
    Told,
    Wanted,
    next_lines,
)
from item_store.contract import Clock


class MemoryAudit:
    _clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self._books: dict[Book, list[AuditLine]] = {book: [] for book in Book}
        self._unsealed: list[Told] = []

    async def record(self, acts: Sequence[Act]) -> None:
        self._write(acts)

    def _write(self, acts: Iterable[Act]) -> None:
        at = self._clock()
        self._append(Book.ACTS, [Told(at, act) for act in acts])

    def _append(self, book: Book, said: Iterable[Told]) -> None:
        self._books[book] += next_lines(self._head(book), said)

    def _head(self, book: Book) -> AuditHead:
        lines = self._books[book]
        return AuditHead(lines[-1].sequence, lines[-1].seal) if lines else AuditHead(0, NOTHING_BEFORE)

    async def audit_lines(
        self, after: int = 0, limit: int = PAGE, book: Book = Book.ACTS
    ) -> Sequence[AuditLine]:
        return tuple(self._books[book][after : after + limit])

    async def audit_head(self, book: Book = Book.ACTS) -> AuditHead:
        return self._head(book)

    async def audit_search(self, book: Book, wanted: Wanted) -> Sequence[AuditLine]:
        found = [line for line in reversed(self._books[book]) if _is_wanted(line, wanted)]
        return found[: wanted.limit]

    async def note_told(self, said: Sequence[Told]) -> None:
        self._unsealed += said

    async def seal_told(self, limit: int = PAGE) -> int:
        sealed = self._unsealed[:limit]
        del self._unsealed[:limit]
        self._append(Book.ANSWERS, sealed)
        return len(sealed)

    async def unsealed(self) -> int:
        return len(self._unsealed)


def _is_wanted(line: AuditLine, wanted: Wanted) -> bool:
    act = line.act
    said = (act.by, act.subject, act.details.get("to", ""))
    named = all(
        want in ("", is_) for want, is_ in zip((wanted.by, wanted.subject, wanted.to), said, strict=True)
    )
    after = wanted.since is None or line.at >= wanted.since
    return named and after and (wanted.until is None or line.at < wanted.until)
