"""What was made from the words is kept, and made anew where it cannot be read."""

import os
from pathlib import Path

import numpy as np
import pytest

from knowledge import kept

FOLDER = kept.folder.__wrapped__


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(kept, "folder", lambda: tmp_path)
    return tmp_path


def test_arrays_are_made_once() -> None:
    made = []

    def make() -> dict[str, np.ndarray]:
        made.append(1)
        return {"some": np.arange(3)}

    assert kept.arrays("name", make)["some"].tolist() == [0, 1, 2]
    assert kept.arrays("name", make)["some"].tolist() == [0, 1, 2]
    assert len(made) == 1


@pytest.mark.parametrize("broken", [b"", b"no archive", b"PK\x03\x04 cut short"])
def test_a_broken_file_is_made_anew(folder: Path, broken: bytes) -> None:
    (folder / "name.npz").write_bytes(broken)
    assert kept.arrays("name", lambda: {"some": np.arange(2)})["some"].tolist() == [0, 1]
    assert kept.arrays("name", lambda: {})["some"].tolist() == [0, 1]


def test_texts_are_made_once(folder: Path) -> None:
    assert kept.text("rows.txt", lambda: "one").read_text(encoding="utf8") == "one"
    assert kept.text("rows.txt", lambda: "two").read_text(encoding="utf8") == "one"
    assert [path.name for path in folder.iterdir()] == ["rows.txt"]


def test_what_no_version_uses_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old, used = (tmp_path / "banshi" / name for name in ("words-old", "words-used"))
    for other in (old, used):
        other.mkdir(parents=True)
        (other / "name.npz").write_bytes(b"")
    long_ago = used.stat().st_mtime - kept.UNUSED - 60
    os.utime(old, (long_ago, long_ago))
    own = FOLDER()
    assert {path.name for path in own.parent.iterdir()} == {own.name, "words-used"}
