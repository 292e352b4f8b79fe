"""A terminal conversation, for trying everything without any other channel."""

import asyncio
import getpass
import sys
from uuid import uuid4

from pydantic import ValidationError

from bot.conversation import Conversation
from bot.messages import MAX_TEXT, Incoming
from bot.rendering import plain
from bot.texts import Texts

PROMPT = "> "


class Console:
    """Reads lines and prints replies until the input ends."""

    def __init__(self, conversation: Conversation, texts: Texts) -> None:
        self._conversation = conversation
        self._texts = texts

    async def run(self) -> None:
        """Talk until end of input."""
        while (line := await asyncio.to_thread(_read)) is not None:
            print(await self.answer(line))

    async def answer(self, line: str) -> str:
        """What is printed for one typed line."""
        try:
            incoming = Incoming(
                channel="console", sender=getpass.getuser(), text=line, message_id=uuid4().hex
            )
        except ValidationError:
            return self._texts.say("console.too_long", limit=MAX_TEXT)
        replies = await self._conversation.converse(incoming)
        return "\n\n".join(plain(reply) for reply in replies)


def _read() -> str | None:
    """A line, or None at the end of input; the prompt is shown to people only."""
    if sys.stdin.isatty():
        print(PROMPT, end="", flush=True)
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None
