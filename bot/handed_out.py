"""Files handed to people, kept for a day: a page fetches them, and a repeated message brings them again."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from bot.messages import Reply
from bot.services import Services
from item_store.files import StoredFile

UNIT = "download"
"""In place of a unit: nobody's attachments."""

KEPT = timedelta(days=1)


async def keep(services: Services, person: str, reply: Reply) -> Reply:
    """The reply, its file kept under a key of its own for this person."""
    file = reply.file
    if file is None:
        return reply
    now = services.clock()
    head = "\0".join((person, file.name, now.isoformat(), "")).encode()
    key = hashlib.sha256(head + file.content).hexdigest()
    await services.store.put_file(
        StoredFile(key, file.name, file.media_type, UNIT, person, now, file.content)
    )
    return replace(reply, file=replace(file, key=key))


async def fetch(services: Services, person: str, key: str) -> StoredFile | None:
    """A file this person was handed; None when it is somebody else's or forgotten."""
    kept = await services.store.file(key)
    return kept if kept and (kept.unit, kept.by) == (UNIT, person) else None


async def again(services: Services, person: str, reply: Reply) -> Reply:
    """A reply from the history with its file; without it once the file is forgotten."""
    if reply.file is None:
        return reply
    kept = await fetch(services, person, reply.file.key)
    return replace(reply, file=replace(reply.file, content=kept.content) if kept else None)


async def tidy(services: Services) -> None:
    """Forget what was handed out long ago."""
    await services.store.forget_files(UNIT, services.clock() - KEPT)
