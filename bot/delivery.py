"""Sends to someone who did not just speak: by the channel that the recipient's address begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.messages import Replies


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side has it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be taken: the bot was blocked or removed, or the address leads nowhere; a phrase key."""

    why: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Certainly not sent; may be tried again after so many seconds. `busy`: we sent too much (429)."""

    seconds: float
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Not sent: the group lives at another address now."""

    address: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Perhaps sent, perhaps not; a phrase key."""

    why: str


Outcome = Sent | Refused | TryLater | Moved | Unknown

NO_CHANNEL = Refused("delivery.no_channel")


class Sender(Protocol):
    """One channel's way out; `address` is whole, with the channel's name before the colon."""

    async def send(self, address: str, replies: Replies) -> Outcome:
        """Never raises for anything the other side can do."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


@dataclass(frozen=True)
class Delivery:
    """All channels that can reach somebody by themselves."""

    senders: Mapping[str, Sender]

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(self.senders)

    async def send(self, address: str, replies: Replies) -> Outcome:
        sender = self.senders.get(address.partition(":")[0])
        return await sender.send(address, replies) if sender else NO_CHANNEL

    async def close(self) -> None:
        for sender in {id(sender): sender for sender in self.senders.values()}.values():
            await sender.close()
