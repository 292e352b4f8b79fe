"""Speaks with the conversation itself, as a channel would."""

from itertools import count

from bot.app import App
from bot.messages import Incoming, IncomingFile
from bot.rendering import plain
from tests.drivers import Heard

NUMBERS = count(1)


class DirectDriver:
    """No channel in between."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def say(self, person: str, text: str) -> list[Heard]:
        return await self._send(person, text=text)

    async def press(self, person: str, button: str) -> list[Heard]:
        return await self._send(person, choice=button)

    async def send_file(self, person: str, name: str, content: bytes) -> list[Heard]:
        return await self._send(person, file=IncomingFile(name=name, content=content))

    async def close(self) -> None:
        pass

    async def _send(self, person: str, **said: object) -> list[Heard]:
        message_id = f"m{next(NUMBERS)}"
        incoming = Incoming.model_validate(
            {"channel": "console", "sender": person, "message_id": message_id, **said}
        )
        return [heard(reply) for reply in await self._app.conversation.converse(incoming)]


def heard(reply) -> Heard:
    """A reply without its buttons in the text."""
    from dataclasses import replace

    text = plain(replace(reply, choices=()))
    return Heard(text, tuple((choice.label, choice.id) for choice in reply.choices))
