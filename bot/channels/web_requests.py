"""Reads what browsers post, and refuses by name what is not what the page sends."""

import hashlib
import json
import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from pydantic import ValidationError

from bot.messages import Incoming
from bot.settings import Settings

CHANNEL = "web"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MAX_BODY = 64 * 1024
"""Bytes of one post; MAX_TEXT characters in a form's encoding take less than half."""

STAFF_BODY = 256 * 1024
"""The same for staff, who may send STAFF_TEXT characters."""

PATTERNS = {
    "choice": re.compile(r"[0-9]{1,9}\.[0-9]{1,3}|"),
    "message_id": re.compile(r"[A-Za-z0-9_-]{0,64}"),
}
"""What the machine-made fields look like; only `text` is written by people."""


class RejectedError(Exception):
    """A post that cannot be taken; `reason` is the last part of the phrase key web.error.…"""

    def __init__(self, status: int, reason: str, **details: object) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.details = details


def check_origin(request: web.Request, settings: Settings) -> None:
    """Refuse a post that another site's page makes; SameSite covers browsers that name no origin."""
    origin = request.headers.get("Origin")
    own = {request.host}
    if settings.public_url is not None:
        own.add(urlsplit(str(settings.public_url)).netloc)
    if origin is not None and urlsplit(origin).netloc not in own:
        raise RejectedError(403, "origin")


async def read_posted(request: web.Request, limit: int = MAX_BODY) -> Mapping[str, object]:
    """The fields of a JSON or form post."""
    readers = {JSON: _from_json, FORM: _from_form}
    if request.content_type not in readers:
        raise RejectedError(415, "media_type")
    return readers[request.content_type](await _body(request, limit))


async def _body(request: web.Request, limit: int) -> str:
    body = bytearray()
    async for chunk in request.content.iter_chunked(MAX_BODY):
        body += chunk
        if len(body) > limit:
            raise RejectedError(413, "too_large", limit=limit // 1024)
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise RejectedError(400, "encoding") from error


def _from_json(body: str) -> Mapping[str, object]:
    try:
        posted = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RejectedError(400, "not_json") from error
    if not isinstance(posted, dict):
        raise RejectedError(422, "not_object")
    return posted


def _from_form(body: str) -> Mapping[str, object]:
    """A form's fields. The id of its message is its own mark and what was sent, so that sending
    it twice is one message, and going back to send something else is another."""
    try:
        posted = dict(parse_qsl(body, keep_blank_values=True, max_num_fields=8))
    except ValueError as error:
        raise RejectedError(400, "not_form") from error
    whole = "\n".join(posted.get(key, "") for key in ("message_id", "choice", "text"))
    return {**posted, "message_id": hashlib.sha256(whole.encode()).hexdigest()[:32]}


def incoming(posted: Mapping[str, object], person: str, language: str, limit: int) -> Incoming:
    """The message for the conversation; its text at most so many characters."""
    fields = {key: posted[key] for key in ("text", "choice", "message_id") if key in posted}
    try:
        message = Incoming(channel=CHANNEL, sender=person, language=language, **fields)  # type: ignore[arg-type]
    except ValidationError as error:
        raise _rejected(error, limit) from error
    if len(message.text) > limit:
        raise RejectedError(422, "too_long", limit=limit)
    for key, pattern in PATTERNS.items():
        if not pattern.fullmatch(getattr(message, key)):
            raise RejectedError(422, "wrong_value", field=key)
    if not message.text and not message.choice:
        raise RejectedError(422, "empty")
    return message


def _rejected(error: ValidationError, limit: int) -> RejectedError:
    first = error.errors()[0]
    field = first["loc"][0]
    if first["type"] == "string_too_long" and field == "text":
        return RejectedError(422, "too_long", limit=limit)
    return RejectedError(422, "wrong_type" if first["type"] == "string_type" else "wrong_value", field=field)


def language_of(request: web.Request) -> str:
    """The language the browser likes best."""
    return request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()[:35]
