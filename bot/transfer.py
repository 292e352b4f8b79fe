"""Bringing items in and out of the database on the command line, with a progress bar and a report."""

import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from bot.settings import Settings
from bot.texts import Texts
from item_store.exporting import export_items
from item_store.importing import ImportReport, RefusedFileError, import_file
from item_store.store import open_store

SHOWN = 50
"""Problems printed; the rest are counted."""
