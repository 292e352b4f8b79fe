"""Addresses nobody can guess: of a calendar feed or a bulletin page, kept as hashes, revoked at once."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date

from bot import liaison
from bot.services import Services
from item_store.calendar.feed import told_events, wanted_events
from item_store.records import Address, FeedEvent

FEED, BULLETIN = "feed", "bulletin"


def hash_of(token: str) -> str:
    """No salt: a token is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def new_address(services: Services, kind: str, units: Sequence[str], about: str, made_by: str) -> str:
    """The path under which it is served from now on."""
    token = secrets.token_urlsafe(32)
    address = Address(token_hash=hash_of(token), kind=kind, units=tuple(units), about=about, made_by=made_by)
    await services.store.keep(address, 0)
    suffix = ".ics" if kind == FEED else ""
    return f"/liaison/{kind}/{token}{suffix}"


async def address_of(services: Services, kind: str, token: str) -> Address | None:
    """What a path stands for; None for an unknown or a revoked one."""
    kept = await services.store.kept(Address, hash_of(token))
    known = kept and kept.record.kind == kind and not kept.record.revoked
    return kept.record if kept and known else None


async def revoke_all(services: Services, made_by: str) -> int:
    """All addresses somebody was given."""
    count = 0
    for kept in await services.store.all_kept(Address):
        if kept.record.made_by == made_by and not kept.record.revoked:
            await services.store.keep(kept.record.model_copy(update={"revoked": True}), kept.version)
            count += 1
    return count


async def feed_events(services: Services, units: Sequence[str], today: date) -> list[FeedEvent]:
    """What a calendar shows, its sequences written down before anybody is told of them."""
    store = services.store
    wanted = []
    for kept in await liaison.running_plans(store):
        situation = await liaison.situation(services, kept.record.plan)
        wanted += wanted_events(situation, units, today)
    told = [each for unit in units for each in await store.all_kept(FeedEvent, f"{unit}@")]
    events, changed = told_events(wanted, [each.record for each in told], services.clock())
    versions = {each.record.key: each.version for each in told}
    for event in changed:
        await store.keep(event, versions.get(event.key, 0))
    return events
