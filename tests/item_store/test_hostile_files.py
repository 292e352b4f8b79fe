"""Files that are wrong, or meant to do harm, are refused by name and at once."""

import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from item_store.importing import RefusedFileError, read_rows
from item_store.rows import MEGABYTE, from_csv, from_workbook

SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
CELL = '<c r="{}" t="inlineStr"><is><t>事项名称</t></is></c>'


def plain_workbook(path: Path) -> Path:
    book = Workbook()
    assert book.active is not None
    book.active.append(["事项名称", "实施机构"])
    book.active.append(["甲", "局"])
    book.save(path)
    return path


def with_entry(path: Path, name: str, content: bytes) -> Path:
    """The same workbook with one entry more, or another content of one."""
    with zipfile.ZipFile(plain_workbook(path)) as archive:
        entries = {entry: archive.read(entry) for entry in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, kept in (entries | {name: content}).items():
            archive.writestr(entry, kept)
    return path


def refusal(path: Path) -> str:
    began = time.monotonic()
    with pytest.raises(RefusedFileError) as refused:
        read_rows(path)
    assert time.monotonic() - began < 10
    assert path.name in str(refused.value)
    return refused.value.why


def test_a_plain_workbook_is_read(tmp_path: Path) -> None:
    assert read_rows(plain_workbook(tmp_path / "plain.xlsx")).total == 1


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = with_entry(tmp_path / "bomb.xlsx", "xl/media/image1.png", bytes(257 * MEGABYTE))
    assert path.stat().st_size < MEGABYTE
    assert refusal(path) == "import.unpacks_too_large"


def test_a_bomb_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = with_entry(tmp_path / "bomb.xlsx", "xl/media/image1.png", bytes(20 * MEGABYTE))
    real, said = (20 * MEGABYTE).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    content = path.read_bytes()
    assert real in content
    path.write_bytes(content.replace(real, said))
    assert refusal(path) == "import.damaged_workbook"


def test_a_single_cell_far_out_is_refused(tmp_path: Path) -> None:
    row = f'<row r="1">{CELL.format("A1")}</row><row r="1048576">{CELL.format("XFD1048576")}</row>'
    path = with_entry(tmp_path / "far.xlsx", "xl/worksheets/sheet1.xml", SHEET.format(row).encode())
    assert refusal(path) == "import.too_many_cells"


def test_the_address_of_a_far_cell_may_lie_across_pieces(tmp_path: Path) -> None:
    far = f'<row r="1048576">{CELL.format("XFD1048576")}</row>'
    before = len(SHEET.partition("{}")[0]) + len('<!----><row r="1048576"><c r="XFD')
    row = f"<!--{'x' * (MEGABYTE - before)}-->{far}"
    path = with_entry(tmp_path / "far.xlsx", "xl/worksheets/sheet1.xml", SHEET.format(row).encode())
    assert refusal(path) == "import.too_many_cells"


def test_macros_are_refused_whatever_the_ending_says(tmp_path: Path) -> None:
    assert refusal(with_entry(tmp_path / "macros.xlsx", "xl/vbaProject.bin", b"code")) == "import.macros"


def test_too_many_entries_are_refused(tmp_path: Path) -> None:
    path = plain_workbook(tmp_path / "many.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(from_workbook.MOST_ENTRIES):
            archive.writestr(f"xl/{number}.xml", "")
    assert refusal(path) == "import.unpacks_too_large"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "import.damaged_workbook"),
        (b"not a workbook", "import.damaged_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "import.old_or_encrypted_workbook"),
        (b"PK\x03\x04" + bytes(100), "import.damaged_workbook"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, why: str, tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    path.write_bytes(content)
    assert refusal(path) == why


def test_an_archive_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "items.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert refusal(path) == "import.not_workbook"


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_off_workbook_is_refused(share: float, tmp_path: Path) -> None:
    path = plain_workbook(tmp_path / "items.xlsx")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert refusal(path) == "import.damaged_workbook"


def test_broken_xml_is_refused(tmp_path: Path) -> None:
    path = with_entry(tmp_path / "items.xlsx", "xl/workbook.xml", b"<workbook><sheets><sheet")
    assert refusal(path) in ("import.damaged_workbook", "import.no_table")


@pytest.mark.parametrize(("name", "module"), [("a.xlsx", "LARGEST_WORKBOOK"), ("a.csv", "LARGEST_CSV")])
def test_a_file_too_large_is_refused_unread(
    name: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_workbook if name.endswith("xlsx") else from_csv, module, 10)
    (tmp_path / name).write_bytes(bytes(11))
    assert refusal(tmp_path / name) == "import.too_large"


def test_a_table_of_too_many_empty_cells_is_refused(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text("事项名称,实施机构\n" + ("," * 999_999 + "\n") * 9, encoding="utf-8")
    assert refusal(tmp_path / "items.csv") == "import.too_many_cells"


def test_text_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_bytes("事项名称,实施机构\n".encode() + b"\xff\xff\xfe\x80,\n")
    assert refusal(tmp_path / "items.csv") == "import.encoding"


def test_a_cell_without_end_is_refused(tmp_path: Path) -> None:
    (tmp_path / "items.csv").write_text('事项名称,实施机构\n"' + "长" * (5 * MEGABYTE), encoding="utf-8")
    assert refusal(tmp_path / "items.csv") == "import.not_csv"
