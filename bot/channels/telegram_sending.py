"""From replies to Telegram messages, and their way out past every refusal Telegram can give."""

import asyncio
import contextlib
import dataclasses
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.channels.telegram_reading import QUESTION, Place
from bot.channels.telegram_splitting import split, visible
from bot.messages import DELIVERED, Choice, File, Replies, Reply
from bot.rendering import html

log = structlog.get_logger()

ROW_WIDTH = 30
"""Columns of a keyboard row on a small phone; a Chinese character takes two."""

ROW_BUTTONS = 3
LONG_LABEL = 20
"""Characters beyond which a telephone cuts a button's label, so that the text has to list them."""

TYPING_AFTER = 0.3
"""Seconds an answer may take before the person is shown that it is being written."""

TYPING_LASTS = 4.5
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message as Telegram takes it."""

    text: str = ""
    file: File | None = None
    keyboard: InlineKeyboardMarkup | None = None


def outgoing(replies: Replies, choose: str) -> deque[Outgoing]:
    """The messages of some replies; `choose` stands above buttons that come without words."""
    messages: deque[Outgoing] = deque()
    numbered = 0
    for reply in replies:
        messages.extend(_messages(reply, numbered, choose))
        numbered += sum(choice.numbered for choice in reply.choices)
    return messages


async def deliver(bot: Bot, place: Place, messages: deque[Outgoing]) -> None:
    """Send what is left, taking away what is out; raises TelegramError for what is to be tried later."""
    while messages:
        try:
            await send(bot, place, messages[0])
        except ChatMigrated as error:
            place = dataclasses.replace(place, chat=error.new_chat_id, reply_to=None)
            continue
        except Forbidden as error:
            log.info("telegram.blocked", chat=place.chat, reason=error.message)
            messages.clear()
            return
        except BadRequest as error:
            log.error("telegram.refused", chat=place.chat, reason=error.message)
        messages.popleft()


@contextlib.asynccontextmanager
async def typing(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Show that an answer is being written while this takes longer than a moment."""
    showing = asyncio.create_task(_show_typing(bot, place))
    try:
        yield
    finally:
        showing.cancel()


async def _show_typing(bot: Bot, place: Place) -> None:
    await asyncio.sleep(TYPING_AFTER)
    while True:
        with contextlib.suppress(TelegramError):
            await bot.send_chat_action(place.chat, ChatAction.TYPING, message_thread_id=place.thread)
        await asyncio.sleep(TYPING_LASTS)


async def send(bot: Bot, place: Place, message: Outgoing) -> None:
    """One message; raises TelegramError."""
    answered = ReplyParameters(place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
    if message.file:
        await bot.send_document(
            place.chat,
            message.file.content,
            filename=message.file.name,
            message_thread_id=place.thread,
            reply_parameters=answered,
            reply_markup=message.keyboard,
        )
        return
    await bot.send_message(
        place.chat,
        message.text,
        parse_mode=ParseMode.HTML,
        message_thread_id=place.thread,
        reply_parameters=answered,
        reply_markup=message.keyboard,
        link_preview_options=NO_PREVIEW,
    )


def _messages(reply: Reply, numbered: int, choose: str) -> Iterator[Outgoing]:
    """Text and card in as many messages as needed, then the file; the buttons under the last."""
    labels = _labels(reply, numbered)
    listed = "\n".join(labels) if any(len(label) > LONG_LABEL for label in labels) else ""
    text = html(dataclasses.replace(reply, text="\n".join(filter(None, (reply.text, listed))), file=None))
    parts = [Outgoing(part) for part in split(_encodable(text)) if visible(part).strip()]
    if reply.file:
        parts.append(Outgoing(file=reply.file))
    keyboard = _keyboard(reply, labels)
    if keyboard and not parts:
        parts.append(Outgoing(choose))
    yield from parts[:-1]
    yield from (dataclasses.replace(part, keyboard=keyboard) for part in parts[-1:])


def _encodable(text: str) -> str:
    """Without the half characters that a damaged record may hold and no network can carry."""
    return text.encode("utf-8", "ignore").decode()


def _labels(reply: Reply, numbered: int) -> list[str]:
    """What stands on the buttons; with the number that can be typed instead where a question is asked."""
    labels = []
    several = sum(choice.numbered for choice in reply.choices) > 1
    for choice in reply.choices:
        numbered += choice.numbered
        shown = choice.numbered and several and reply.card is None
        labels.append(f"{numbered}. {choice.label}" if shown else choice.label)
    return labels


def _keyboard(reply: Reply, labels: Sequence[str]) -> InlineKeyboardMarkup | None:
    if not reply.choices:
        return None
    mark = QUESTION if reply.card is None else ""
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(_encodable(label), callback_data=_data(choice, mark))
                for choice, label in row
            ]
            for row in _rows(zip(reply.choices, labels, strict=True))
        ]
    )


def _data(choice: Choice, mark: str) -> str:
    """What the button sends; the buttons of a group's reminder stay when one person has pressed."""
    return choice.id if choice.id.startswith(DELIVERED) else mark + choice.id


def _rows(buttons: Iterable[tuple[Choice, str]]) -> Iterator[list[tuple[Choice, str]]]:
    """Buttons side by side as far as their labels can be read; those of a row are equally wide."""
    row: list[tuple[Choice, str]] = []
    widest = 0
    for choice, label in buttons:
        widest = max(widest, _columns(label))
        if row and (len(row) == ROW_BUTTONS or widest * (len(row) + 1) > ROW_WIDTH):
            yield row
            row, widest = [], _columns(label)
        row.append((choice, label))
    if row:
        yield row


def _columns(label: str) -> int:
    return sum(1 if character < "\u2e80" else 2 for character in label)
