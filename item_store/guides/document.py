"""A service guide as a Word document."""

import io
from dataclasses import dataclass
from typing import Any

import docx
import segno
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell

from item_store.guides import Block, Entry, Guide, GuidePart

LATIN, CHINESE, HEADING = "Times New Roman", "仿宋", "黑体"


@dataclass(frozen=True, slots=True)
class Words:
    """What the document says beside the record, in the reader's language."""

    not_filled: str
    nothing: str
    origin: str
    notice: str = ""


def word_document(guide: Guide, address: str, words: Words) -> bytes:
    """The guide as docx: a table of its parts, and a code that leads to its page."""
    document = docx.Document()
    _set_up(document)
    heading = document.add_heading(guide.item.name, level=1)
    _font(heading.runs[0], HEADING, 18)
    for line in filter(None, (guide.title, words.notice)):
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.autofit = False
    for part in guide.parts:
        left, right = table.add_row().cells
        left.width, right.width = Cm(3.2), Cm(12.8)
        _write(left.paragraphs[0], part.title, bold=True)
        _fill(right, part, words)
    document.add_paragraph()
    document.add_paragraph(words.origin)
    document.add_picture(io.BytesIO(_picture(address)), width=Cm(3))
    document.add_paragraph(address)
    return _bytes(document)


def _set_up(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), CHINESE)


def _font(run: Any, name: str, size: int) -> None:
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.rPr.rFonts.set(qn("w:eastAsia"), name)


def _fill(cell: _Cell, part: GuidePart, words: Words) -> None:
    if not part.blocks:
        _write(cell.paragraphs[0], words.nothing if part.needless else words.not_filled)
        return
    lines = [line for block in part.blocks for line in _lines(block)]
    for number, (text, bold, indent) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.6 * indent)
        paragraph.paragraph_format.space_after = Pt(2)
        _write(paragraph, text, bold)


def _lines(block: Block) -> list[tuple[str, bool, int]]:
    """(text, bold, indent) of every line."""
    lines = [(block.heading, True, 0)] if block.heading and len(block.entries) > 1 else []
    lead = f"{block.heading}：" if block.heading and len(block.entries) == 1 else ""
    for number, entry in enumerate(block.entries, 1):
        mark = f"{number}. " if block.ordered else ""
        lines.append((f"{lead}{mark}{entry.text}", False, 0))
        lines += _notes(entry)
    return lines


def _notes(entry: Entry) -> list[tuple[str, bool, int]]:
    return [(f"{title}：{text}", False, 1) for title, text in entry.notes]


def _write(paragraph: Any, text: str, bold: bool = False) -> None:
    paragraph.add_run(_writable(text)).bold = bold


def _writable(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(character for character in text if character in "\n\t" or ord(character) >= 32)


def _picture(address: str) -> bytes:
    picture = io.BytesIO()
    segno.make(address, error="m").save(picture, kind="png", scale=8, border=2)
    return picture.getvalue()


def qr_svg(address: str) -> str:
    """The code of an address as an SVG to put into a page."""
    return str(segno.make(address, error="m").svg_inline(scale=4, border=2, omitsize=True))


def _bytes(document: Document) -> bytes:
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()
