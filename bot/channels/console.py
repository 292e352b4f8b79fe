"""A terminal conversation, for trying everything without any other channel."""

import asyncio
import getpass
import sys
from pathlib import Path
from uuid import uuid4

from bot.conversation import Conversation
from bot.messages import File, Incoming, IncomingFile
from bot.rendering import plain
from bot.texts import Texts
from item_store.files import MAX_FILE

CHANNEL = "console"
PROMPT = "> "
SEND = "/file "
"""Before the path of a file to send."""


class Console:
    """Reads lines and prints replies until the input ends; files handed out are put into a folder."""

    def __init__(self, conversation: Conversation, texts: Texts, folder: Path = Path()) -> None:
        self._conversation = conversation
        self._texts = texts
        self._folder = folder

    async def run(self) -> None:
        """Talk until end of input."""
        while (line := await asyncio.to_thread(_read)) is not None:
            print(await self.answer(line))

    async def answer(self, line: str) -> str:
        """What is printed for one typed line."""
        sender = getpass.getuser()
        file = _file(line.removeprefix(SEND).strip()) if line.startswith(SEND) else None
        if isinstance(file, str):
            return self._texts.say(file, limit=MAX_FILE // 1024 // 1024)
        limit = await self._conversation.longest(CHANNEL, sender)
        if len(line) > limit:
            return self._texts.say("console.too_long", limit=limit)
        text = "" if file else line
        incoming = Incoming(channel=CHANNEL, sender=sender, text=text, message_id=uuid4().hex, file=file)
        replies = await self._conversation.converse(incoming)
        saved = [self._save(reply.file) for reply in replies if reply.file]
        return "\n\n".join([*(plain(reply) for reply in replies), *saved])

    def _save(self, file: File) -> str:
        """Where a file was put; one that stands there already is never written over."""
        name, number = Path(Path(file.name).name), 1
        path = self._folder / name
        while path.exists():
            path, number = self._folder / f"{name.stem}-{number}{name.suffix}", number + 1
        path.write_bytes(file.content)
        return self._texts.say("console.saved", path=path)


def _file(said: str) -> IncomingFile | str:
    """The file at a path, or the phrase that says why not."""
    path = Path(said).expanduser()
    if not path.is_file():
        return "import.no_file"
    if path.stat().st_size > MAX_FILE:
        return "web.error.file_too_large"
    return IncomingFile(name=path.name[-200:], content=path.read_bytes())


def _read() -> str | None:
    """A line, or None at the end of input; the prompt is shown to people only."""
    if sys.stdin.isatty():
        print(PROMPT, end="", flush=True)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None
