"""Files that staff hand in: which kinds are taken, told by their content, and how they are kept."""

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

MAX_FILE = 10 * 1024 * 1024
"""Bytes of one file."""

MAX_UNPACKED = 20 * MAX_FILE
"""Bytes an office file may unpack to; more is a trap."""

MAGIC: Mapping[bytes, str] = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"%PDF-": "application/pdf",
}
OFFICE: Mapping[str, str] = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as it is kept; its digest is its name in the store."""

    digest: str
    name: str
    media_type: str
    unit: str
    by: str
    at: datetime
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """Why a file is not taken: a phrase key and its details."""

    why: str
    details: Mapping[str, str] = field(default_factory=dict)


def media_type_of(content: bytes) -> str | RefusedFile:
    """The type a file has by its content, whatever its name says."""
    if not content:
        return RefusedFile("file.empty")
    if len(content) > MAX_FILE:
        return RefusedFile("file.too_large", {"limit": str(MAX_FILE // 1024 // 1024)})
    for beginning, media_type in MAGIC.items():
        if content.startswith(beginning):
            return media_type
    return _office_type(content) if content.startswith(b"PK\x03\x04") else RefusedFile("file.type")


def _office_type(content: bytes) -> str | RefusedFile:
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError):
        return RefusedFile("file.broken")
    names = {entry.filename for entry in entries}
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        return RefusedFile("file.broken")
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        return RefusedFile("file.macros")
    return next((kind for part, kind in OFFICE.items() if part in names), RefusedFile("file.type"))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class FileContract(Protocol):
    async def put_file(self, file: StoredFile) -> None:
        """Keep a file; one that is kept already stays as it is."""

    async def file(self, digest: str) -> StoredFile | None: ...

    async def forget_files(self, unit: str, before: datetime) -> int:
        """Those kept for this unit before a moment; how many there were."""
