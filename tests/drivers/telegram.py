"""Speaks with the Telegram channel through a Bot API in memory."""

import html
import re
from dataclasses import replace

from pydantic import SecretStr

from bot.app import App
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_splitting import visible
from tests.drivers import Heard
from tests.telegram_api.recorder import Call, Recorder, message, pressed

NUMBER = re.compile(r"^\d+\. ")


class TelegramDriver:
    """The channel over long polling."""

    def __init__(self, channel: TelegramChannel, api: Recorder) -> None:
        self._channel = channel
        self._api = api
        self._people: dict[str, int] = {}

    @classmethod
    async def open(cls, app: App) -> "TelegramDriver":
        """Start the channel over a running app."""
        api = Recorder()
        settings = app.services.settings.model_copy(update={"telegram_token": SecretStr("1:token")})
        channel = TelegramChannel(app.conversation, replace(app.services, settings=settings), lambda: api)
        await channel.start()
        return cls(channel, api)

    async def say(self, person: str, text: str) -> list[Heard]:
        return await self._send(message=message(text, self._number(person)))

    async def press(self, person: str, button: str) -> list[Heard]:
        return await self._send(callback_query=pressed(button, self._number(person)))

    async def send_file(self, person: str, name: str, content: bytes) -> list[Heard]:
        key = f"file{len(self._api.stored_files)}"
        self._api.stored_files[key] = content
        document = {"file_id": key, "file_unique_id": key, "file_name": name, "file_size": len(content)}
        return await self._send(message=message("", self._number(person), document=document))

    async def close(self) -> None:
        await self._channel.stop()

    async def _send(self, **update: object) -> list[Heard]:
        before = len(self._api.calls)
        await self._api.handle(**update)
        new = self._api.calls[before:]
        return [heard(call) for call in new if call.method in {"sendMessage", "sendDocument"}]

    def _number(self, person: str) -> int:
        return self._people.setdefault(person, len(self._people) + 1)


def heard(call: Call) -> Heard:
    """A message without its markup, the numbers on its buttons, and the list that repeats their labels."""
    labels = {label for label, _ in call.buttons}
    lines = html.unescape(visible(call.given.get("text", ""))).split("\n")
    text = "\n".join([*(line for line in lines if line not in labels), *call.files])
    return Heard(text, tuple((NUMBER.sub("", label), key) for label, key in call.buttons))
