"""A Bot API in memory that records every call, keeps updates until they are confirmed, and fails on demand."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

BOT = {"id": 666, "is_bot": True, "first_name": "办事", "username": "BanshiBot"}
SILENT = {"getMe", "getUpdates", "deleteWebhook", "setWebhook", "setMyCommands"}

NUMBERS = count(1000)
"""Update numbers only ever rise, also for a bot that is started again."""


@dataclass
class Call:
    """One call of the bot."""

    method: str
    given: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """The inline keyboard, row after row."""
        rows = json.loads(self.given.get("reply_markup", "{}")).get("inline_keyboard", [])
        return [(button["text"], button["callback_data"]) for row in rows for button in row]


@dataclass
class Refusal:
    """An answer Telegram gives instead of doing as it was told."""

    code: int
    description: str
    parameters: dict[str, int] = field(default_factory=dict)


TIMED_OUT = TimedOut("no answer")
CUT_OFF = NetworkError("no network")


class Recorder(BaseRequest):
    """Both requests of a bot: calls go in, recorded answers come out."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.refusals: dict[str, deque[Refusal | Exception | None]] = {}
        self.waiting: list[dict[str, Any]] = []
        self.stored_files: dict[str, bytes] = {}
        self.offset = 0
        self._changed = asyncio.Condition()
        self._numbers = NUMBERS

    @property
    def read_timeout(self) -> float:
        return 5

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    def sent(self, *methods: str) -> list[Call]:
        """The calls of these methods; without names all that people could notice."""
        return [
            call
            for call in self.calls
            if call.method in methods or (not methods and call.method not in SILENT)
        ]

    def refuse(self, method: str, *refusals: Refusal | Exception | None) -> None:
        """Refuse the next calls of a method; None lets one through."""
        self.refusals.setdefault(method, deque()).extend(refusals)

    async def push(self, **update: Any) -> int:
        """Put an update into the queue and give its number."""
        number = next(self._numbers)
        async with self._changed:
            self.waiting.append({"update_id": number, **update})
            self._changed.notify_all()
        return number

    async def confirmed(self, number: int, seconds: float = 10) -> None:
        """Wait until the bot has let go of an update."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.offset > number)

    async def handle(self, **update: Any) -> None:
        """Put an update into the queue and wait until it is done with."""
        await self.confirmed(await self.push(**update))

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if method == "GET":
            return 200, self.stored_files[name]
        given = request_data.json_parameters if request_data else {}
        files = _files(request_data)
        self.calls.append(Call(name, given, files))
        refusal = self.refusals[name].popleft() if self.refusals.get(name) else None
        if refusal:
            return _refused(refusal)
        return 200, json.dumps({"ok": True, "result": await self._result(name, given)}).encode()

    async def _result(self, name: str, given: dict[str, Any]) -> Any:
        match name:
            case "getMe":
                return BOT
            case "getUpdates":
                return await self._updates(int(given.get("offset", 0)), float(given.get("timeout", 0)))
            case "sendMessage" | "sendDocument":
                chat = {"id": int(given["chat_id"]), "type": "private"}
                return {
                    "message_id": next(self._numbers),
                    "date": 1,
                    "chat": chat,
                    "text": given.get("text", ""),
                }
            case "getFile":
                path = given["file_id"]
                return {"file_id": path, "file_unique_id": path, "file_path": path}
        return True

    async def _updates(self, offset: int, held: float) -> list[dict[str, Any]]:
        async with self._changed:
            self.offset = max(self.offset, offset)
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
            self._changed.notify_all()
            try:
                async with asyncio.timeout(held or 0.001):
                    await self._changed.wait_for(lambda: self.waiting)
            except TimeoutError:
                return []
            return self.waiting[:100]


def _files(data: RequestData | None) -> dict[str, bytes]:
    if data is None or not data.contains_files:
        return {}
    return {name: content for name, content, _ in data.multipart_data.values()}


def _refused(refusal: Refusal | Exception) -> tuple[int, bytes]:
    if isinstance(refusal, Exception):
        raise refusal
    answer = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    return refusal.code, json.dumps({**answer, "parameters": refusal.parameters}).encode()


def person(number: int = 7, **more: Any) -> dict[str, Any]:
    """Somebody who writes."""
    return {"id": number, "is_bot": False, "first_name": "某人", "language_code": "zh-hans", **more}


def private(number: int = 7) -> dict[str, Any]:
    """The private chat with somebody."""
    return {"id": number, "type": "private", "first_name": "某人"}


def message(text: str = "", sender: int = 7, **more: Any) -> dict[str, Any]:
    """A message in a private chat, or elsewhere as `more` says."""
    base = {"message_id": 5, "date": 1, "chat": private(sender), "from": person(sender)}
    return {**base, **({"text": text} if text else {}), **more}


def pressed(data: str, sender: int = 7, **more: Any) -> dict[str, Any]:
    """A button somebody pressed; `more` is about the message it stands under."""
    under = {
        "message_id": 6,
        "date": 1,
        "chat": private(sender),
        "from": BOT,
        "text": "您要办哪一项？",
        **more,
    }
    return {"id": "99", "from": person(sender), "chat_instance": "1", "data": data, "message": under}
