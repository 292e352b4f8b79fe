"""telegram-test-api as Telegram behaves: this stands in front and puts right what it leaves out or has otherwise.

It sends no `is_bot` of the bot and no `chat_instance`, gives dates in milliseconds and results that are null, lets go
of updates that nobody has confirmed, does not hold getUpdates open, sends no secret header, calls a webhook only once,
numbers quick calls alike, keeps the keyboard of an edited message, and does not know some methods.
"""

import asyncio
import os
import shutil
import socket
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientError, ClientSession, web

HERE = Path(__file__).parent
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
NOT_KNOWN = {"setMyCommands", "sendChatAction"}


def installed_server() -> None:
    """Install the server at first use; without npm the test is skipped, but never where CI is set."""
    if shutil.which("npm") is None:
        assert os.environ.get("CI") != "true", "the Telegram round trips need npm"
        pytest.skip("npm is not here")


async def install() -> None:
    """Put the packages of the lock file in place, once."""
    installed_server()
    if (HERE / "node_modules" / "telegram-test-api").is_dir():
        return
    npm = await asyncio.create_subprocess_exec("npm", "ci", "--no-audit", "--no-fund", "--silent", cwd=HERE)
    failed = await npm.wait()
    assert not (failed and os.environ.get("CI") == "true"), "npm ci failed"
    if failed:
        pytest.skip("npm ci failed")


def free_port() -> int:
    """A port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class BotApi:
    """The server, the shim before it, and a person with a telephone."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.commands_set = asyncio.Event()
        self.deliveries: list[int] = []
        self.offset = 0
        self._upstream = f"http://127.0.0.1:{free_port()}"
        self._port = free_port()
        self._kept: list[dict[str, Any]] = []
        self._webhook: dict[str, str] = {}
        self._delivering: set[asyncio.Task[None]] = set()
        self._numbers = count(1)

    @property
    def url(self) -> str:
        """What the bot takes for Telegram."""
        return f"http://127.0.0.1:{self._port}"

    async def __aenter__(self) -> "BotApi":
        await install()
        self._node = await asyncio.create_subprocess_exec(
            "node", "server.js", self._upstream.rpartition(":")[2], cwd=HERE, stdin=-1, stdout=-1
        )
        assert self._node.stdout
        assert await self._node.stdout.readline() == b"ready\n"
        self._session = ClientSession()
        application = web.Application()
        application.router.add_post(f"/bot{self.token}/{{method}}", self._call)
        application.router.add_post("/deliver", self._deliver)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._delivering:
            task.cancel()
        await asyncio.gather(*self._delivering, return_exceptions=True)
        await self._runner.cleanup()
        await self._session.close()
        assert self._node.stdin
        self._node.stdin.close()
        await self._node.wait()

    async def say(self, text: str, sender: int = 1) -> None:
        """Type a message; commands are marked as such."""
        entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        await self._user(
            "sendMessage", sender, text=text, **({"entities": entities} if text[0] == "/" else {})
        )

    async def press(self, message: dict[str, Any], label: str, sender: int = 1) -> None:
        """Press a button of a message the bot sent."""
        data = next(key for shown, key in buttons(message) if shown == label)
        shown = message["message"]
        under = {
            "message_id": message["messageId"],
            "date": 1,
            "chat": {"id": sender, "type": "private"},
            "text": shown["text"],
            "reply_markup": shown["reply_markup"],
        }
        await self._user("sendCallback", sender, data=data, message=under)

    async def sent(self, number: int, seconds: float = 15) -> list[dict[str, Any]]:
        """What the bot has sent, oldest first, once it is this many messages."""
        async with asyncio.timeout(seconds):
            while len(messages := await self._history()) < number:  # noqa: ASYNC110  # another process
                await asyncio.sleep(0.05)
        return messages

    async def confirmed(self, seconds: float = 15) -> None:
        """Wait until the bot has let go of every update."""
        async with asyncio.timeout(seconds):
            while self._kept or self._delivering:  # noqa: ASYNC110  # and still so a moment later
                await asyncio.sleep(0.05)

    async def _history(self) -> list[dict[str, Any]]:
        answer = await self._post("/getUpdatesHistory", {"token": self.token})
        messages: list[dict[str, Any]] = [
            entry for entry in answer["result"] if "chat_id" in entry.get("message", {})
        ]
        return messages

    async def _user(self, route: str, sender: int, **more: Any) -> None:
        person = {"id": sender, "first_name": "某人", "is_bot": False, "language_code": "zh-hans"}
        chat = {"id": sender, "first_name": "某人", "type": "private"}
        await self._post(
            f"/{route}", {"botToken": self.token, "from": person, "chat": chat, "date": 1, **more}
        )

    async def _post(self, path: str, data: Any) -> dict[str, Any]:
        async with self._session.post(self._upstream + path, json=data) as response:
            answer: dict[str, Any] = await response.json()
            return answer

    async def _call(self, request: web.Request) -> web.Response:
        method, given = request.match_info["method"], dict(await request.post())
        if method in NOT_KNOWN:
            if method == "setMyCommands":
                self.commands_set.set()
            return web.json_response({"ok": True, "result": True})
        if method == "setWebhook":
            self._webhook = {key: str(value) for key, value in given.items()}
            given["url"] = f"{self.url}/deliver"
        if method == "getUpdates":
            result = await self._updates(
                int(str(given.get("offset", 0))), float(str(given.get("timeout", 0)))
            )
            return web.json_response({"ok": True, "result": result})
        if method.startswith("editMessage"):
            given.setdefault("reply_markup", '{"inline_keyboard": []}')
        answer = await self._post(f"/bot{self.token}/{method}", given)
        return web.json_response(_mended(method, answer))

    async def _updates(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        self.offset = max(self.offset, offset)
        self._kept = [update for update in self._kept if update["update_id"] >= offset]
        for _ in range(max(1, int(seconds * 20))):
            answer = await self._post(f"/bot{self.token}/getUpdates", {})
            self._kept += [_mended_update(update) for update in answer["result"]]
            if self._kept:
                break
            await asyncio.sleep(0.05)
        return self._kept

    async def _deliver(self, request: web.Request) -> web.Response:
        update = {**_mended_update(await request.json()), "update_id": next(self._numbers)}
        task = asyncio.create_task(self._call_webhook(update))
        self._delivering.add(task)
        task.add_done_callback(self._delivering.discard)
        return web.Response()

    async def _call_webhook(self, update: dict[str, Any]) -> None:
        """Call until it is taken, as Telegram does."""
        headers = {SECRET_HEADER: self._webhook.get("secret_token", "")}
        while True:
            try:
                async with self._session.post(self._webhook["url"], json=update, headers=headers) as response:
                    self.deliveries.append(response.status)
                    if response.ok:
                        return
            except ClientError:
                self.deliveries.append(0)
            await asyncio.sleep(0.2)


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    """The buttons under a message of the server's history."""
    rows = (message["message"].get("reply_markup") or {}).get("inline_keyboard", [])
    return [(button["text"], button["callback_data"]) for row in rows for button in row]


def _mended(method: str, answer: dict[str, Any]) -> dict[str, Any]:
    result = answer.get("result")
    if method == "getMe":
        result["is_bot"] = True
    elif method == "sendMessage":
        kept = ("message_id", "chat", "text", "reply_markup")
        result = {key: result[key] for key in kept if result.get(key)} | {"date": result["date"] // 1000}
    elif result is None and answer["ok"]:
        result = True
    return {**answer, "result": result}


def _mended_update(update: dict[str, Any]) -> dict[str, Any]:
    query = update.get("callback_query")
    return {**update, "callback_query": {**query, "chat_instance": "1"}} if query else update
