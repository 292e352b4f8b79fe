"""A file somebody sent, checked by its content and kept for a unit."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.rights import identity
from bot.turn import Turn
from item_store.files import RefusedFile, StoredFile, digest_of, media_type_of


@dataclass(frozen=True, slots=True)
class KeptFile:
    """Its digest and name; or the phrase that says why it was not taken."""

    digest: str = ""
    name: str = ""
    refused: str = ""
    details: Mapping[str, str] = field(default_factory=dict)


async def keep_file(turn: Turn, unit: str) -> KeptFile:
    """Keep the file of this message."""
    file = turn.incoming.file
    if file is None:
        return KeptFile(refused="file.empty")
    kind = media_type_of(file.content)
    if isinstance(kind, RefusedFile):
        return KeptFile(refused=kind.why, details=kind.details)
    digest = digest_of(file.content)
    now = turn.services.clock()
    await turn.services.store.put_file(
        StoredFile(digest, file.name, kind, unit, identity(turn), now, file.content)
    )
    return KeptFile(digest, file.name)
