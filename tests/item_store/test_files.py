"""Files are told by their content, whatever their name; traps are refused."""

import io
import zipfile

import pytest

from item_store.files import MAX_FILE, RefusedFile, media_type_of
from item_store.nearest import nearest


def archive(*names: str, size: int = 1) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, b"0" * size)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (
            archive("word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (archive("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
)
def test_types_that_are_taken(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "file.empty"),
        (b"MZ", "file.type"),
        (b"<svg/>", "file.type"),
        (b"%PDF-" + b"0" * MAX_FILE, "file.too_large"),
        (archive("readme.txt"), "file.type"),
        (b"PK\x03\x04 cut off", "file.broken"),
        (archive("xl/workbook.xml", "xl/vbaProject.bin"), "file.macros"),
        (archive("xl/workbook.xml", *(f"{n}" for n in range(21)), size=MAX_FILE), "file.broken"),
    ],
)
def test_files_that_are_refused(content: bytes, why: str) -> None:
    refused = media_type_of(content)
    assert isinstance(refused, RefusedFile)
    assert refused.why == why


def test_the_nearest_choices_stand_first() -> None:
    choices = ("社会保险", "基本社会服务", "行政审批", "行政许可")
    assert nearest("社保", choices)[0] == "社会保险"
    assert nearest("审批", choices)[0] == "行政审批"
    assert nearest("xyz", choices) == ()
