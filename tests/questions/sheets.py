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


def lines(name: str) -> list[str]:
    """The lines of a file, without comments."""
    every = (FOLDER / f"{name}.txt").read_text(encoding="utf8").splitlines()
    return [line for line in every if line and not line.startswith("#")]


def rows(name: str) -> list[tuple[str, str]]:
    """Questions with what is meant."""
    pairs = [line.rpartition(" = ") for line in lines(name)]
    return [(question, meant.strip()) for question, _, meant in pairs]


def conversations(name: str) -> list[list[tuple[str, str]]]:
    """Messages divided by |, each with what it comes to."""
    told = [line.split(" | ") for line in lines(name)]
    return [[(said, meant) for said, _, meant in (turn.partition(" = ") for turn in turns)] for turns in told]


@cache
def index() -> Index:
    """The items of items.txt, numbered; a few have codes."""
    return Index.build(
        Entry(f"item-{n}", name, code=CODES.get(name, ""), region="重庆市嘉澄区")
        for n, name in enumerate(lines("items"), 1)
    )
