"""Reads the question files: `question = what is meant`, one a line, and the index they are asked of."""

from functools import cache
from pathlib import Path

from knowledge.entry import Entry
from knowledge.index import Index

FOLDER = Path(__file__).parent
CODES = {
    "居民身份证补领": "11500105009272345K4000112001000",
    "养犬登记（个人养犬）": "11500105009272345K4000120015001",
}


def rows(name: str) -> list[tuple[str, str]]:
    """Questions with what is meant."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf8").splitlines()
    pairs = [line.rpartition(" = ") for line in lines if line and not line.startswith("#")]
    return [(question, meant.strip()) for question, _, meant in pairs]


def conversations(name: str) -> list[list[tuple[str, str]]]:
    """Messages divided by |, each with what it comes to."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf8").splitlines()
    told = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [[(said, meant) for said, _, meant in (turn.partition(" = ") for turn in turns)] for turns in told]


@cache
def index() -> Index:
    """The items of items.txt, numbered; a few have codes."""
    lines = (FOLDER / "items.txt").read_text(encoding="utf8").splitlines()
    names = [line for line in lines if line and not line.startswith("#")]
    return Index.build(
        Entry(f"item-{n}", name, code=CODES.get(name, ""), region="重庆市嘉澄区")
        for n, name in enumerate(names, 1)
    )
