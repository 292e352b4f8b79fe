"""Files over HTTP: an upload is refused before all of it was read; downloads are never shown as a page."""

import hashlib
from pathlib import PurePath
from urllib.parse import quote

from aiohttp import BodyPartReader, web

from bot.channels.web_requests import PATTERNS, RejectedError
from bot.messages import IncomingFile
from item_store.files import MAX_FILE, StoredFile

MULTIPART = "multipart/form-data"
MOST_PARTS = 4
MARGIN = 8 * 1024
"""Bytes of a post beside its file."""

LONGEST_NAME = 200
PIECE = 64 * 1024


async def read_upload(request: web.Request) -> tuple[IncomingFile, str]:
    """The file of a post, and its message id; raises RejectedError."""
    if request.content_type != MULTIPART:
        raise RejectedError(415, "file_form")
    if (request.content_length or 0) > MAX_FILE + MARGIN:
        raise _too_large()
    try:
        file, mark = await _read_parts(request)
    except (ValueError, AssertionError, RuntimeError, UnicodeError) as error:
        raise RejectedError(400, "file_form") from error
    if file is None or not (file.name or file.content):
        raise RejectedError(422, "no_file")
    return file, _message_id(request, mark, file)


async def _read_parts(request: web.Request) -> tuple[IncomingFile | None, str]:
    file, mark = None, ""
    reader = await request.multipart()
    for _ in range(MOST_PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader):
            raise RejectedError(400, "file_form")
        if part.name == "file":
            file = IncomingFile(name=_name(part.filename or ""), content=await _content(part, MAX_FILE))
        elif part.name == "message_id":
            mark = (await _content(part, MARGIN)).decode()
    return file, mark


async def _content(part: BodyPartReader, limit: int) -> bytes:
    content = bytearray()
    while piece := await part.read_chunk(PIECE):
        content += piece
        if len(content) > limit:
            raise _too_large()
    return bytes(content)


def _too_large() -> RejectedError:
    return RejectedError(413, "file_too_large", limit=MAX_FILE // 1024 // 1024)


def _name(said: str) -> str:
    """The last part of a path, its ending kept."""
    return PurePath(said.replace("\\", "/")).name[-LONGEST_NAME:]


def _message_id(request: web.Request, mark: str, file: IncomingFile) -> str:
    """The script's own id; of a plain form the page's mark and what was sent, as for messages."""
    if not PATTERNS["message_id"].fullmatch(mark):
        raise RejectedError(422, "wrong_value", field="message_id")
    if by_script(request):
        return mark
    whole = "\n".join((mark, file.name)).encode() + file.content
    return hashlib.sha256(whole).hexdigest()[:32]


def by_script(request: web.Request) -> bool:
    """Whether the page's script asks, which wants JSON, or a plain form."""
    return "application/json" in request.headers.get("Accept", "")


def download(kept: StoredFile) -> web.Response:
    """A file to be saved, never shown as a page of this site."""
    response = web.Response(body=kept.content, content_type=kept.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(kept.name, safe='')}"
    return response
