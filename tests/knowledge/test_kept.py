"""What was made from the words is kept, and made anew where it cannot be read."""

from pathlib import Path

import numpy as np
import pytest

from knowledge import kept


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
