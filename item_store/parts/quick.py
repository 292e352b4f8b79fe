"""Entries of a structured field from what a clerk types or pastes: a line, several, or a numbered block."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from item_store.closed_lists import closed_list
from item_store.parts import Faq, LegalBasis, Location, Material, Part, Step
from item_store.parts.text import NUMBERED, read_parts

APART = re.compile(r"\s*[|｜\t]\s*")
TRAILING_LIMIT = re.compile(
    r"^(?P<name>.+?)\s*[，,：:\s（(]\s*(?P<days>[\d一二三四五六七八九十]+\s*个?(?:工作)?[日天]|即时(?:办结)?|当场)[)）]?$"
)
STATUTE = re.compile(
    r"^(?P<title>《[^》]+》(?:（[^）]*）|\([^)]*\))?)\s*(?P<article>第.+?条(?:第.+?[款项目])*)?\s*[:：，,]?\s*(?P<text>.*)$",
    re.DOTALL,
)
QUESTION = re.compile(r"^(?:问[:：]?\s*)?(?P<question>.+?[？?])\s*(?:答[:：]?\s*)?(?P<answer>.+)$", re.DOTALL)

COLUMNS: Mapping[type[Part], tuple[str, ...]] = {
    Material: ("name", "copies_and_spec", "source", "instructions"),
    Step: ("name", "days", "description"),
    LegalBasis: ("title", "article", "text"),
    Location: ("address", "name", "hours", "phone"),
    Faq: ("question", "answer"),
}
"""What stands where in a line cut by bars or tabs."""


def read_quick(model: type[Part], text: str) -> list[dict[str, Any]]:
    """Entries as records. Numbered text is read as written by part_text, other lines are an entry each."""
    if not text.strip():
        return []
    if NUMBERED.match(text.split("\n", maxsplit=1)[0]):
        entries = read_parts(model, text)
        return [_refined(model, entry) for entry in entries]
    return [_line(model, line) for line in _blocks(model, text)]


def _blocks(model: type[Part], text: str) -> list[str]:
    """Lines that are an entry each; a law or a question goes on until the next one begins."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    begins = BEGINS.get(model)
    if begins is None:
        return lines
    blocks = lines[:1]
    for line in lines[1:]:
        if begins(line):
            blocks.append(line)
        else:
            blocks[-1] += f"\n{line}"
    return blocks


def _line(model: type[Part], line: str) -> dict[str, Any]:
    cells = APART.split(line)
    if len(cells) > 1:
        return {key: cell for key, cell in zip(COLUMNS[model], cells, strict=False) if cell}
    return _refined(model, {model.lead(): line})


def _refined(model: type[Part], entry: dict[str, Any]) -> dict[str, Any]:
    """An entry that has only its leading text, with the attributes that can be told from it."""
    lead = entry.get(model.lead(), "")
    refine = REFINE.get(model)
    return refine(lead) if refine and len(entry) == 1 else entry


def _step(text: str) -> dict[str, Any]:
    found = TRAILING_LIMIT.match(text)
    return found.groupdict() if found else {"name": text}


def _statute(text: str) -> dict[str, Any]:
    """《…法》第…条：…, before it the rank where it is written."""
    rank, rest = _rank(text)
    found = STATUTE.match(rest)
    entry = {key: said for key, said in found.groupdict().items() if said} if found else {"title": rest}
    return {**entry, "rank": rank} if rank else entry


def _rank(text: str) -> tuple[str, str]:
    ranks = (rank for rank in closed_list("legal_rank").choices if text.startswith(rank))
    rank = next(ranks, "")
    rest = text.removeprefix(rank).lstrip("：: ，,")
    # A title may itself begin with 法律, as a rank it stands before another word.
    return (rank, rest) if rank and rest else ("", text)


def _question(text: str) -> dict[str, Any]:
    found = QUESTION.match(text)
    return found.groupdict() if found else {"question": text}


REFINE: Mapping[type[Part], Callable[[str], dict[str, Any]]] = {
    Step: _step,
    LegalBasis: _statute,
    Faq: _question,
}
BEGINS: Mapping[type[Part], Callable[[str], bool]] = {
    LegalBasis: lambda line: line.startswith("《") or bool(_rank(line)[0]),
    Faq: lambda line: line.startswith("问") or ("？" in line and not line.startswith("答")),
}
