"""Publishing and withdrawing within a transaction: versions, changes, and who is to be told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from item_store.audit import Act
from item_store.contract import ChangeKind, Clock, NotPublished, Published, Unchanged, Withdrawn
from item_store.database import PUBLICATION_LOCK, take_lock
from item_store.fields import FIELDS
from item_store.item import Item
from item_store.register import Notice
from item_store.standing import change_notice, claim_notice, publish_act, withdraw_act
from item_store.tables import changes, item_versions, items
from item_store.tables.review import claims, followers, item_links, notices

BATCH = 500
STANDING = and_(items.c.id == item_versions.c.id, items.c.current_version == item_versions.c.version)

Outcome = Published | Unchanged


async def publish_on(
    connection: AsyncConnection, clock: Clock, new: Sequence[Item], by: str
) -> tuple[list[Outcome], list[Act]]:
    """Publish in this transaction; the acts are for its audit."""
    # One publisher at a time, so that sequences become visible in their order.
    await take_lock(connection, PUBLICATION_LOCK)
    outcomes: list[Outcome] = []
    for start in range(0, len(new), BATCH):
        outcomes += await _publish_batch(connection, clock(), new[start : start + BATCH])
    return outcomes, [publish_act(outcome.item, by) for outcome in outcomes if isinstance(outcome, Published)]


async def _publish_batch(connection: AsyncConnection, now: datetime, batch: Sequence[Item]) -> list[Outcome]:
    query = select(items).where(items.c.id.in_([item.id for item in batch]))
    standing = {row.id: row for row in await connection.execute(query)}
    outcomes: list[Outcome] = []
    for item in batch:
        row = standing.get(item.id)
        if row and row.current_version and row.digest == item.digest:
            outcomes.append(Unchanged(item.published(row.current_version, now)))
        else:
            outcomes.append(Published(item.published(row.last_version + 1 if row else 1, now)))
    published = [outcome.item for outcome in outcomes if isinstance(outcome, Published)]
    await _append(connection, published)
    await _tell(connection, now, {item.id: item for item in published})
    dates = await _dates(connection, [o.item.id for o in outcomes if isinstance(o, Unchanged)])
    return [_dated(outcome, dates) for outcome in outcomes]


def _dated(outcome: Outcome, dates: Mapping[str, datetime]) -> Outcome:
    if isinstance(outcome, Published):
        return outcome
    return Unchanged(outcome.item.published(outcome.item.version, dates[outcome.item.id]))


async def withdraw_on(
    connection: AsyncConnection, clock: Clock, item_id: str, by: str
) -> tuple[Withdrawn | NotPublished, list[Act]]:
    await take_lock(connection, PUBLICATION_LOCK)
    query = select(item_versions).join(items, STANDING).where(items.c.id == item_id)
    row = (await connection.execute(query)).first()
    if row is None:
        return NotPublished(item_id), []
    await connection.execute(update(items).where(items.c.id == item_id).values(current_version=None))
    now = clock()
    change = {"item_id": item_id, "version": row.version, "kind": ChangeKind.WITHDRAWN, "at": now}
    await connection.execute(insert(changes), [change])
    await _tell(connection, now, {}, item_of(row))
    return Withdrawn(item_id, row.version), [withdraw_act(item_id, row.version, by)]


async def _append(connection: AsyncConnection, published: Sequence[Item]) -> None:
    if not published:
        return
    await connection.execute(insert(item_versions), [row_of(item) for item in published])
    standing = [{"item": item.id, "current": item.version, "digest": item.digest} for item in published]
    first = [row for row in standing if row["current"] == 1]
    later = [row for row in standing if row["current"] != 1]
    if first:
        await connection.execute(_NEW_ITEM, first)
    if later:
        await connection.execute(_NEXT_VERSION, later)
    await connection.execute(insert(changes), [_change(item) for item in published])


_NEW_ITEM = insert(items).values(
    id=bindparam("item"), current_version=bindparam("current"), last_version=bindparam("current")
)
_NEXT_VERSION = (
    update(items)
    .where(items.c.id == bindparam("item"))
    .values(current_version=bindparam("current"), last_version=bindparam("current"))
)


async def _tell(
    connection: AsyncConnection, now: datetime, published: Mapping[str, Item], withdrawn: Item | None = None
) -> None:
    """Followers are told; units that claimed an item get a task to look at it."""
    ids = [*published, *([withdrawn.id] if withdrawn else [])]
    if not ids:
        return
    await _tell_followers(connection, now, published, withdrawn, ids)
    await _tell_claimers(connection, now, published, withdrawn, ids)


async def _tell_followers(
    connection: AsyncConnection,
    now: datetime,
    published: Mapping[str, Item],
    withdrawn: Item | None,
    ids: Sequence[str],
) -> None:
    rows = (await connection.execute(select(followers).where(followers.c.item_id.in_(ids)))).all()
    if not rows:
        return
    older = [
        (item.id, item.version - 1) for item in published.values() if item.id in {r.item_id for r in rows}
    ]
    before = await versions_on(connection, older)
    told = [
        change_notice(row.person, before.get(row.item_id), published.get(row.item_id), withdrawn)
        for row in rows
    ]
    await put_notices(connection, now, told)


async def _tell_claimers(
    connection: AsyncConnection,
    now: datetime,
    published: Mapping[str, Item],
    withdrawn: Item | None,
    ids: Sequence[str],
) -> None:
    rows = (await connection.execute(select(item_links).where(item_links.c.upper_id.in_(ids)))).all()
    tasks = []
    for row in rows:
        upper = published.get(row.upper_id) or withdrawn
        assert upper is not None  # noqa: S101 - the query asked for these ids
        kind = ChangeKind.PUBLISHED if row.upper_id in published else ChangeKind.WITHDRAWN
        # A withdrawal is told apart from the publication of the same version.
        number = upper.version if kind is ChangeKind.PUBLISHED else -upper.version
        task = {"lower_id": row.lower_id, "upper_id": row.upper_id, "upper_version": number}
        tasks.append(task | {"unit": row.unit, "kind": kind, "state": "waiting", "at": now})
    if tasks:
        await connection.execute(insert(claims), tasks)
        await put_notices(connection, now, [claim_notice(task) for task in tasks])


async def put_notices(connection: AsyncConnection, now: datetime, told: Iterable[Notice]) -> None:
    """Leave notices to be delivered; one that stands there already is not put again."""
    wanted = {notice.key: notice for notice in told}
    if not wanted:
        return
    query = select(notices.c.key).where(notices.c.key.in_(list(wanted)))
    known = set((await connection.execute(query)).scalars())
    rows = [_notice_row(notice, now) for notice in wanted.values() if notice.key not in known]
    if rows:
        await connection.execute(insert(notices), rows)


def _notice_row(notice: Notice, now: datetime) -> dict[str, Any]:
    row = {"key": notice.key, "person": notice.person, "phrase": notice.phrase}
    return row | {"details": dict(notice.details), "at": now, "state": "waiting"}


async def versions_on(connection: AsyncConnection, wanted: Sequence[tuple[str, int]]) -> dict[str, Item]:
    found: dict[str, Item] = {}
    for item_id, version in wanted:
        chosen = and_(item_versions.c.id == item_id, item_versions.c.version == version)
        row = (await connection.execute(select(item_versions).where(chosen))).first()
        if row:
            found[item_id] = item_of(row)
    return found


async def _dates(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, datetime]:
    query = select(item_versions.c.id, item_versions.c.published_at).join(items, STANDING)
    rows = await connection.execute(query.where(items.c.id.in_(ids))) if ids else ()
    return {row.id: row.published_at for row in rows}


def _change(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.id,
        "version": item.version,
        "kind": ChangeKind.PUBLISHED,
        "at": item.published_at,
    }


def row_of(item: Item) -> dict[str, Any]:
    row: dict[str, Any] = {"id": item.id, "version": item.version, "region": item.region}
    row |= {"aliases": list(item.aliases), "source": item.source, "published_at": item.published_at}
    for field in FIELDS:
        value = item.values.get(field.key)
        row[field.key] = None if value is None else field.kind.record(value)
    return row


def item_of(row: Row[Any]) -> Item:
    return Item.from_record(dict(row._mapping))
