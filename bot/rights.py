"""Who is speaking and what they may do: denied unless a role allows it, and every use on record."""

from bot.turn import Turn
from item_store.people import Person, Right, Use
from item_store.units import chain


def identity(turn: Turn) -> str:
    """The person on this channel, in a group or not."""
    return f"{turn.incoming.channel}:{turn.incoming.sender}"


async def who(turn: Turn) -> Person | None:
    """The member of staff who speaks; nobody in a group, where others read along."""
    if turn.incoming.group:
        return None
    return await turn.services.store.person_of(identity(turn))


async def permitted(turn: Turn, right: Right, unit: str, about: str = "") -> Person | None:
    """The person, when they may do this in the unit; asked anew each time, so that revoking works at once."""
    person = await who(turn)
    if person is None:
        return None
    allowed = person.may(right, (unit,)) or person.may(right, await _chain(turn, unit))
    use = Use(person.id, identity(turn), right, unit, about, allowed, turn.services.clock())
    await turn.services.store.note_use(use)
    return person if allowed else None


async def _chain(turn: Turn, unit: str) -> tuple[str, ...]:
    return chain({each.id: each for each in await turn.services.store.units()}, unit)
