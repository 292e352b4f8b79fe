"""A button from long ago, or from another life of this conversation."""

from bot.messages import Replies, Reply
from bot.turn import EXPIRED, Turn


def wants(turn: Turn) -> bool:
    """A button whose meaning is no longer kept."""
    return turn.action is EXPIRED


async def handle(turn: Turn) -> Replies:
    """Say so, and how to go on."""
    return [Reply(turn.say("expired.button"))]
