"""Every phrase key that the readers and checks of item_store name can be said."""

import ast
import re
from pathlib import Path

import pytest

import item_store
from bot.texts import Texts

SOURCE = Path(item_store.__file__).parent
MODULES = ["codes.py", "deadline_reader.py", "calendar/notices.py", "tasks.py", "plans/__init__.py"]
KEY = re.compile(r"(?:code|deadline|notice|plan|schedule|stage)\.[a-z_]+")


def keys(path: Path) -> set[str]:
    texts = (
        n.value
        for n in ast.walk(ast.parse(path.read_text("utf8")))
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    )
    return {found[0] for text in texts if (found := KEY.match(text))}


@pytest.mark.parametrize("module", MODULES)
def test_every_key_a_module_names_can_be_said(module: str) -> None:
    named = keys(SOURCE / module)
    assert named
    assert {key for key in named if not Texts().knows(key)} == set()
