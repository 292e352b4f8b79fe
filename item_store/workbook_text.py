"""Text as a workbook's cells can hold it."""

import re

LONGEST_CELL = 32_767
# Readers take _xHHHH_ for a character, so the underscore of a text that says so itself is written out.
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def workbook_text(text: str) -> str:
    return ESCAPE_LIKE.sub("_x005F_", text)
