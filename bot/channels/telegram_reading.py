"""From a Telegram update to what a person sent, or nothing where the bot was not spoken to."""

import re
from dataclasses import dataclass

from telegram import CallbackQuery, Chat, Document, Message, MessageEntity, Update, User
from telegram.constants import ChatType, UpdateType

from bot.handlers.bind import COMMANDS as GROUP_COMMANDS
from bot.handlers.start import COMMANDS
from bot.messages import MAX_TEXT, Incoming, IncomingFile

ALLOWED = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE, UpdateType.CALLBACK_QUERY)
"""Kinds of update asked for; all others would only cost time."""

QUESTION = "?"
"""Before the id of a button that answers a question, whose keyboard goes once it is pressed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a chat, a topic in it, the message it answers."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    private: bool = True

    @property
    def group(self) -> str:
        """The group and topic a conversation belongs to; empty in a private chat."""
        if self.private:
            return ""
        return f"{self.chat}/{self.thread}" if self.thread else str(self.chat)


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody sent to the bot; `notice` is a phrase about a part that cannot be read."""

    update: int
    place: Place
    sender: str
    language: str = ""
    text: str = ""
    choice: str = ""
    document: Document | None = None
    notice: str = ""

    @property
    def asks(self) -> bool:
        """Whether anything is left for the conversation beside the notice."""
        return bool(self.text or self.choice or self.document) or not self.notice

    def incoming(self, file: IncomingFile | None = None) -> Incoming:
        """The same as every channel hands it on."""
        return Incoming(
            channel="telegram",
            sender=self.sender,
            text=self.text,
            choice=self.choice,
            message_id=str(self.update),
            language=self.language,
            group=self.place.group,
            file=file,
        )


def read(update: Update, me: User) -> Heard | None:
    """What was sent to the bot; None for what is not for it."""
    if update.callback_query:
        return _pressed(update.update_id, update.callback_query)
    message = update.message or update.edited_message
    if message is None or not _addressed(message, me):
        return None
    return _said(update.update_id, message, me)


def spoken_by(update: Update) -> str:
    """Who an update is from, so that one person's are handled in order."""
    user, chat = update.effective_user, update.effective_chat
    return f"{user.id if user else ''}:{chat.id if chat else ''}"


def meant_for_another(query: CallbackQuery) -> bool:
    """Whether the buttons, in a group, belong to an answer somebody else was given."""
    asked = _answered(query.message)
    asker = asked.from_user if asked else None
    return bool(asker and not asker.is_bot and asker.id != query.from_user.id)


def _pressed(number: int, query: CallbackQuery) -> Heard | None:
    message = query.message
    if message is None or not query.data:
        return None
    asked = _answered(message)
    place = _place(message.chat, _topic(message), asked.message_id if asked else None)
    choice = query.data.removeprefix(QUESTION)
    return Heard(number, place, str(query.from_user.id), _language(query.from_user), choice=choice)


def _said(number: int, message: Message, me: User) -> Heard | None:
    sender = _sender(message)
    text = re.sub(
        rf"@{re.escape(me.username or '')}\b", "", message.text or message.caption or "", flags=re.I
    )
    document = None if message.animation else message.document
    attached = message.effective_attachment is not None and document is None
    if sender is None or not (text or document or attached):
        return None
    place = _place(message.chat, _topic(message), message.message_id)
    heard = Heard(number, place, str(sender.id), _language(message.from_user), text.strip())
    return _noticed(heard, document, attached)


def _noticed(heard: Heard, document: Document | None, attached: bool) -> Heard:
    """The same with its document, or with a word on what is too long or not understood."""
    base = (heard.update, heard.place, heard.sender, heard.language)
    if len(heard.text) > MAX_TEXT:
        return Heard(*base, notice="telegram.too_long")
    notice = "telegram.not_understood" if attached else ""
    return Heard(*base, heard.text, document=document, notice=notice)


def _sender(message: Message) -> User | Chat | None:
    """The person, or the group or channel in whose name an administrator speaks; never another bot."""
    if message.sender_chat:
        return message.sender_chat
    user = message.from_user
    return None if user is None or user.is_bot else user


def _language(user: User | None) -> str:
    return (user.language_code or "")[:35] if user else ""


def _topic(message: object) -> int | None:
    """The topic of a forum; elsewhere a thread is only a chain of answers and cannot be sent to."""
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None


def _answered(message: object) -> Message | None:
    """The message this one answers; all in a topic seem to answer its first, which nobody wrote."""
    before = message.reply_to_message if isinstance(message, Message) else None
    return None if before is None or before.forum_topic_created else before


def _place(chat: Chat, thread: int | None, answered: int | None) -> Place:
    private = chat.type == ChatType.PRIVATE
    return Place(chat.id, thread, None if private else answered, private)


def _addressed(message: Message, me: User) -> bool:
    """In a group the bot listens when it is answered, mentioned, or given a command."""
    if message.chat.type == ChatType.PRIVATE:
        return True
    before = _answered(message)
    if before and before.from_user and before.from_user.id == me.id:
        return True
    entities = {**message.parse_entities(), **message.parse_caption_entities()}
    return any(_calls(entity, text, me) for entity, text in entities.items())


def _calls(entity: MessageEntity, text: str, me: User) -> bool:
    name = f"@{me.username}".lower()
    match entity.type:
        case MessageEntity.MENTION:
            return text.lower() == name
        case MessageEntity.TEXT_MENTION:
            return entity.user is not None and entity.user.id == me.id
        case MessageEntity.BOT_COMMAND:
            command, at, bot = text.lower().partition("@")
            return f"@{bot}" == name if at else command in (*COMMANDS, *GROUP_COMMANDS)
    return False
