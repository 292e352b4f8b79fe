"""Catch-all wording, and numbers of persons, in texts citizens read."""

import re
from collections.abc import Iterator

from item_store.citizen_ids import citizen_id_numbers
from item_store.findings import Filled, Problem, Values
from item_store.parts import Material

CLAUSE = re.compile(r"[^，；。\n]*[，；。\n]?")
LEFT_OVER = re.compile(r"^[\s、，；。及和与或等以]+|[\s、，；及和与或等以]+$")
NUMBERING = re.compile(r"^\s*(?:[（(]?[\d一二三四五六七八九十]+[)）.．、])\s*$")
MATERIAL_TEXTS = ("name", "copies_and_spec", "instructions", "acceptance_standard")


def _pattern(filled: Filled) -> re.Pattern[str]:
    return re.compile("|".join(filled.data["patterns"]))


def vague_materials(filled: Filled) -> Iterator[Problem]:
    """The wording is taken out; a material that is nothing else is taken away."""
    materials, vague = filled.parts("materials", Material), _pattern(filled)
    found = [m for m in materials if any(vague.search(getattr(m, key)) for key in MATERIAL_TEXTS)]
    if not found:
        return
    hit = next(match for m in found for key in MATERIAL_TEXTS if (match := vague.search(getattr(m, key))))
    kept = tuple(mended for m in materials if (mended := _plainer(m, vague)))
    yield Problem("materials", {"name": found[0].name, "words": hit[0]}, {"materials": kept})


def _plainer(material: Material, vague: re.Pattern[str]) -> Material | None:
    texts = {key: _without(getattr(material, key), vague) for key in MATERIAL_TEXTS}
    return material.model_copy(update=texts) if texts["name"] else None


def _without(text: str, vague: re.Pattern[str]) -> str:
    while vague.search(text):
        text = LEFT_OVER.sub("", vague.sub("", text))
    return text


def vague_text(filled: Filled) -> Iterator[Problem]:
    """In running text the whole clause goes, for half of it would say something else."""
    vague = _pattern(filled)
    for key in filled.data["fields"]:
        text = filled.text(key)
        if found := vague.search(text):
            yield Problem(key, {"words": found[0]}, {key: _without_clauses(text, vague)})


def _without_clauses(text: str, vague: re.Pattern[str]) -> str:
    kept = (_kept_clauses(line, vague) for line in text.split("\n"))
    lines = [line for line in kept if line.strip() and not NUMBERING.match(line)]
    return "\n".join(lines).strip("，； \n")


def _kept_clauses(line: str, vague: re.Pattern[str]) -> str:
    if not vague.search(line):
        return line
    kept = [clause for clause in CLAUSE.findall(line) if not vague.search(clause)]
    return re.sub(r"[，；]$", "。", "".join(kept).strip())


def personal_number(filled: Filled) -> Iterator[Problem]:
    """An ID number of a person in what will be published; it is starred out."""
    for field in filled.around.fields:
        text = filled.text(field.key) if field.filled_by == "clerk" else ""
        if spans := citizen_id_numbers(text):
            yield Problem(field.key, {}, _starred(field.key, text, [(s.start, s.end) for s in spans]))


def _starred(key: str, text: str, spans: list[tuple[int, int]]) -> Values:
    for start, end in reversed(spans):
        text = f"{text[:start]}{'*' * (end - start)}{text[end:]}"
    return {key: text}
