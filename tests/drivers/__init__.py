"""Ways to speak with a running banshi in tests, one a channel; all hear the same replies."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Heard:
    """One reply as a person perceives it: its text and its buttons, by label and id."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()


class Driver(Protocol):
    """One channel, spoken to by people with names."""

    async def say(self, person: str, text: str) -> list[Heard]:
        """Type a message."""
        ...

    async def press(self, person: str, button: str) -> list[Heard]:
        """Press the button with this id."""
        ...

    async def send_file(self, person: str, name: str, content: bytes) -> list[Heard]:
        """Upload a file."""
        ...

    async def close(self) -> None:
        """End the channel, not the program."""
        ...
