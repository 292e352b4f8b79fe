"""What happens to a button and its message once it is pressed."""

from html import escape

import structlog
from telegram import CallbackQuery, Message
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.channels.telegram_reading import QUESTION
from bot.channels.telegram_splitting import LIMIT, units

log = structlog.get_logger()


async def acknowledge(query: CallbackQuery, words: str = "") -> None:
    """Stop the button's clock. An old query can no longer be answered, which does not matter."""
    try:
        await query.answer(words or None, show_alert=bool(words))
    except TelegramError as error:
        log.info("telegram.callback", reason=error.message)


async def tidy(query: CallbackQuery) -> None:
    """Put what was chosen in place of the buttons of a question; those under a card stay useful."""
    data, message = query.data or "", query.message
    if not data.startswith(QUESTION) or not isinstance(message, Message):
        return
    text = _with_choice(message, data)
    try:
        if text and units(text) <= LIMIT:
            await query.edit_message_text(text, parse_mode=ParseMode.HTML)
        else:
            await query.edit_message_reply_markup(None)
    except TelegramError as error:
        log.info("telegram.tidy", reason=error.message)


def _with_choice(message: Message, data: str) -> str:
    """The question with the label that was chosen; empty when the message does not show it."""
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    label = next((button.text for row in rows for button in row if button.callback_data == data), "")
    return f"{message.text_html}\n\n→ <b>{escape(label)}</b>" if label and message.text else ""
