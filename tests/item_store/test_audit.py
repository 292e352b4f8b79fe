"""Every act leaves a sealed line, and whatever is done to the lines afterwards is found."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from item_store.audit import Act, AuditHead, Book, Flaw, FlawKind, Told, Wanted, verify
from item_store.contract import ItemStore
from item_store.database import create_engine
from item_store.outcomes import Conflict, Saved
from item_store.register import Switch
from item_store.store import open_store
from tests.item_store.conftest import SteppingClock
from tests.item_store.test_stores import make


async def acts_of(store: ItemStore) -> list[tuple[str, str, str]]:
    return [(line.act.by, line.act.action, line.act.subject) for line in await store.audit_lines()]


async def test_every_act_is_on_record(store: ItemStore) -> None:
    await store.publish(make(), by="publisher")
    await store.publish(make(), by="publisher")
    await store.publish_many([make(content="新"), make("b")], by="import")
    await store.roll_back("a", "publisher")
    await store.withdraw("b", by="publisher")
    await store.switch_off(Switch("…", item_id="a", by="publisher"))
    await store.switch_on("a", "", "publisher")
    await store.record([Act("reviewer", "look", "case:1", {"pages": 2}), Act("system", "tidy", "sessions")])
    assert await acts_of(store) == [
        ("publisher", "publish", "item:a"),
        ("import", "publish", "item:a"),
        ("import", "publish", "item:b"),
        ("publisher", "publish", "item:a"),
        ("publisher", "roll_back", "item:a"),
        ("publisher", "withdraw", "item:b"),
        ("publisher", "switch_off", "switch:a:"),
        ("publisher", "switch_on", "switch:a:"),
        ("reviewer", "look", "case:1"),
        ("system", "tidy", "sessions"),
    ]
    lines = await store.audit_lines()
    assert [line.sequence for line in lines] == list(range(1, 11))
    assert await store.audit_head() == AuditHead(10, lines[-1].seal)
    assert [line.sequence for line in await store.audit_lines(after=4, limit=2)] == [5, 6]
    assert await verify(store) == []


async def test_who_entered_and_changed_a_draft_is_on_record(store: ItemStore) -> None:
    draft = await store.create_draft("bureau", {"template": "catalog", "authors": ["wang"]})
    data = {"template": "catalog", "answered": ["name"], "last": {"person": "li"}}
    await store.save_draft(draft.id, data, draft.version)
    await store.save_draft(draft.id, data, 9)
    await store.delete_draft(draft.id)
    await store.delete_draft(draft.id)
    assert await acts_of(store) == [
        ("wang", "enter", f"draft:{draft.id}"),
        ("li", "change", f"draft:{draft.id}"),
        ("system", "delete", f"draft:{draft.id}"),
    ]
    assert (await store.audit_lines())[1].act.details == {"version": 2, "field": "name"}
    assert await verify(store) == []


@pytest.fixture(params=["sqlite", "postgresql"])
async def tampered(
    request: pytest.FixtureRequest, database_address: Callable[[str], str], clock: SteppingClock
) -> AsyncIterator[tuple[ItemStore, AsyncEngine]]:
    """A store with nine lines, and somebody else's way into its database."""
    address = database_address(request.param)
    opened, engine = await open_store(address, clock), create_engine(address)
    await opened.publish_many([make(f"i{n}") for n in range(6)], by="publisher")
    await opened.record([Act("reviewer", "look", f"case:{n}") for n in range(3)])
    yield opened, engine
    await engine.dispose()
    await opened.close()


async def run(engine: AsyncEngine, *statements: str) -> None:
    async with engine.execution_options(writes=True).begin() as connection:
        for statement in statements:
            await connection.execute(text(statement))


COLUMNS = '"sequence", "at", "by", "action", "subject", "details", "previous", "seal"'
TAMPERING: list[tuple[list[str], list[Flaw]]] = [
    (["update audit_lines set \"by\" = 'nobody' where sequence = 3"], [Flaw(FlawKind.CHANGED, 3, "item:i2")]),
    (["update audit_lines set details = '[1]' where sequence = 8"], [Flaw(FlawKind.CHANGED, 8, "case:1")]),
    (["update audit_lines set seal = previous where sequence = 8"], [Flaw(FlawKind.CHANGED, 8, "case:1")]),
    (["delete from audit_lines where sequence = 4"], [Flaw(FlawKind.MISSING, 4)]),
    (["delete from audit_lines where sequence = 1"], [Flaw(FlawKind.MISSING, 1)]),
    (["delete from audit_lines where sequence > 7"], [Flaw(FlawKind.CUT_OFF, 8), Flaw(FlawKind.CUT_OFF, 9)]),
    (
        [f"insert into audit_lines ({COLUMNS}) select 10, at, \"by\", action, subject, details, previous, seal "
         "from audit_lines where sequence = 9"],
        [Flaw(FlawKind.ADDED, 10), Flaw(FlawKind.CHANGED, 10, "case:2")],
    ),
    (["update item_versions set content = '改过' where id = 'i4'"], [Flaw(FlawKind.VERSION_CHANGED, 5, "item:i4")]),
    (["delete from item_versions where id = 'i4'"], [Flaw(FlawKind.VERSION_MISSING, 5, "item:i4")]),
]  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), TAMPERING)
async def test_tampering_is_found_and_named(
    tampered: tuple[ItemStore, AsyncEngine], statements: list[str], expected: list[Flaw]
) -> None:
    store, engine = tampered
    assert await verify(store) == []
    await run(engine, *statements)
    found = await verify(store)
    assert set(expected) <= set(found)
    # Only the line after a changed seal may be named beside the changed one.
    assert {flaw.sequence for flaw in found} <= {flaw.sequence for flaw in expected} | {8}


async def test_any_column_of_any_line(tampered: tuple[ItemStore, AsyncEngine]) -> None:
    store, engine = tampered
    changes: dict[str, Any] = {
        "by": "'x'", "action": "'x'", "subject": "'x'", "details": "'[1]'", "previous": "'x'", "seal": "'x'"
    }  # fmt: skip
    for line in await store.audit_lines():
        for column, value in changes.items():
            where = f"where sequence = {line.sequence}"
            kept = f'create table kept as select "{column}" as old from audit_lines {where}'
            await run(engine, kept, f'update audit_lines set "{column}" = {value} {where}')
            assert line.sequence in {flaw.sequence for flaw in await verify(store)}, (line.sequence, column)
            await run(
                engine,
                f'update audit_lines set "{column}" = (select old from kept) {where}',
                "drop table kept",
            )
    assert await verify(store) == []


async def test_a_rewritten_history_is_found_by_its_anchor(
    tampered: tuple[ItemStore, AsyncEngine], database_address: Callable[[str], str]
) -> None:
    store, engine = tampered
    anchor = await store.audit_head()
    assert await verify(store, anchor) == []
    from item_store.audit import NOTHING_BEFORE

    await run(
        engine,
        "delete from audit_lines",
        f"update audit_head set sequence = 0, seal = '{NOTHING_BEFORE}'",
    )
    await store.record([Act("somebody", "look", f"case:{n}") for n in range(9)])
    assert await verify(store) == []
    assert await verify(store, anchor) == [Flaw(FlawKind.OTHER_HISTORY, 9)]
    assert await verify(store, AuditHead(12, "0")) == [Flaw(FlawKind.OTHER_HISTORY, 12)]


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_two_processes_write_one_chain(
    backend: str, database_address: Callable[[str], str], clock: SteppingClock
) -> None:
    address = database_address(backend)
    first, second = await open_store(address, clock), await open_store(address, clock)
    try:
        for n in range(30):
            store = (first, second)[n % 2]
            await asyncio.gather(
                first.record([Act("one", "look", f"case:{n}")]),
                second.record([Act("two", "look", f"case:{n}")]),
                store.publish(make(f"i{n}"), by="three"),
            )
        assert (await first.audit_head()).sequence == 90
        assert await verify(second) == []
    finally:
        await first.close()
        await second.close()


def told(number: int, to: str = "m1") -> Told:
    at = datetime(2026, 3, 2, 1, number, tzinfo=UTC)
    return Told(at, Act("system", "answer", f"item:i{number}", {"to": to, "version": 1}))


async def test_what_was_told_is_kept_with_the_session_or_not_at_all(store: ItemStore) -> None:
    assert await store.save_session("p", {}, 0, [told(1), told(2, "m2")]) == Saved(1)
    assert await store.save_session("p", {}, 0, [told(3)]) == Conflict(1)
    assert await store.save_session("p", {}, 1, [told(4)]) == Saved(2)
    await store.note_told([told(5)])
    await store.note_told([])
    assert await store.unsealed() == 4
    assert list(await store.audit_lines(book=Book.ANSWERS)) == []
    assert [await store.seal_told(3), await store.seal_told(3), await store.seal_told()] == [3, 1, 0]
    lines = await store.audit_lines(book=Book.ANSWERS)
    assert [(line.sequence, line.at, line.act) for line in lines] == [
        (n, told(m).at, told(m, "m2" if m == 2 else "m1").act) for n, m in enumerate((1, 2, 4, 5), 1)
    ]
    assert await store.unsealed() == 0
    assert await store.audit_head(Book.ANSWERS) == AuditHead(4, lines[-1].seal)
    assert (await store.audit_head()).sequence == 0
    assert await verify(store, book=Book.ANSWERS) == []


async def test_lines_are_found_by_who_what_and_when(store: ItemStore) -> None:
    await store.note_told([told(n, f"m{n % 2}") for n in range(1, 9)])
    await store.seal_told()
    await store.record([Act("wang", "look", "case:1"), Act("li", "look", "case:1")])

    async def found(book: Book, **wanted: Any) -> list[int]:
        return [line.sequence for line in await store.audit_search(book, Wanted(**wanted))]

    assert await found(Book.ANSWERS) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert await found(Book.ANSWERS, to="m0", limit=2) == [8, 6]
    assert await found(Book.ANSWERS, subject="item:i3", by="system") == [3]
    assert await found(Book.ANSWERS, since=told(3).at, until=told(5).at) == [4, 3]
    assert await found(Book.ACTS, by="wang") == [1]
    assert await found(Book.ACTS, subject="case:1") == [2, 1]


ANSWER_TAMPERING = [
    ("update answer_lines set subject = 'item:x' where sequence = 3", FlawKind.CHANGED, 3),
    (
        'update answer_lines set details = \'{"to": "m1", "version": 2}\' where sequence = 3',
        FlawKind.CHANGED,
        3,
    ),
    ("delete from answer_lines where sequence = 4", FlawKind.MISSING, 4),
    ("delete from answer_lines where sequence > 4", FlawKind.CUT_OFF, 6),
    ("update answer_head set sequence = 4", FlawKind.ADDED, 5),
]


@pytest.mark.parametrize(("statement", "kind", "sequence"), ANSWER_TAMPERING)
async def test_tampering_with_answers_is_found(
    tampered: tuple[ItemStore, AsyncEngine], statement: str, kind: FlawKind, sequence: int
) -> None:
    store, engine = tampered
    await store.note_told([told(n) for n in range(1, 7)])
    await store.seal_told()
    assert await verify(store, book=Book.ANSWERS) == []
    await run(engine, statement)
    assert (kind, sequence) in {(flaw.kind, flaw.sequence) for flaw in await verify(store, book=Book.ANSWERS)}
    assert await verify(store) == []


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_replicas_seal_one_chain_and_nothing_twice(
    backend: str, database_address: Callable[[str], str], clock: SteppingClock
) -> None:
    """Verified while it is written, too: what comes meanwhile is no flaw."""
    address = database_address(backend)
    stores = [await open_store(address, clock) for _ in range(3)]
    try:
        for turn in range(10):
            flaws = await asyncio.gather(
                verify(stores[0], book=Book.ANSWERS),
                *(store.note_told([told(n)]) for n, store in enumerate(stores)),
                *(store.save_session(f"p{turn}{n}", {}, 0, [told(9)]) for n, store in enumerate(stores)),
                *(store.seal_told(4) for store in stores * 2),
            )
            assert flaws[0] == []
        while await stores[0].seal_told():
            pass
        lines = await stores[1].audit_lines(book=Book.ANSWERS)
        assert sorted(line.act.subject for line in lines) == sorted(
            [*(f"item:i{n}" for n in range(3)), *["item:i9"] * 3] * 10
        )
        assert await verify(stores[2], book=Book.ANSWERS) == []
    finally:
        for store in stores:
            await store.close()
