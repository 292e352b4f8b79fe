"""What takes long to make from the word lists is made once and kept in a private folder."""

import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import words

Arrays = Mapping[str, NDArray[Any]]
UNUSED = 30 * 24 * 3600
"""Seconds after which what was made from other words is removed."""


def arrays(name: str, make: Callable[[], Arrays]) -> Arrays:
    """The arrays of this name as they were made before; made anew where none can be read."""
    path = folder() / f"{name}.npz"
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return dict(found)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        made = make()
    with _part_of(path).open("wb") as part:
        np.savez(part, **made)  # type: ignore[arg-type]
    _part_of(path).replace(path)
    return made


def text(name: str, make: Callable[[], str]) -> Path:
    """The text file of this name, made where it is missing."""
    path = folder() / name
    if not path.exists():
        _part_of(path).write_text(make(), encoding="utf8")
        _part_of(path).replace(path)
    return path


@cache
def folder() -> Path:
    """Of these words and this code; what lies there is read back as code would be: nobody else may write."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    private = base / "banshi" / f"words-{words.stamp()}"
    try:
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
        private.touch()
        _forget_old(private)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="banshi-words-"))
    return private


def _forget_old(private: Path) -> None:
    """Remove what no version has used for long; one that starts again after all makes its own anew."""
    for other in private.parent.glob("words-*"):
        if other != private and time.time() - other.stat().st_mtime > UNUSED:
            shutil.rmtree(other, ignore_errors=True)


def _part_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.{os.getpid()}")
