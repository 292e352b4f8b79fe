"""Items and questions as JSON lines, for measuring and fitting: a question comes with what is right."""

import json
from pathlib import Path
from typing import Any

from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.outcomes import Candidate

Lines = list[dict[str, Any]]
FOLDS = 5
"""What is fitted is judged on so many parts in turn, each fitted without it."""


def read_lines(path: Path) -> Lines:
    with path.open(encoding="utf8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def read_index(folder: Path) -> Index:
    """The items of a folder; only what an entry knows is taken."""
    return Index.build(entry_of(row) for row in read_lines(folder / "items.jsonl"))


def entry_of(row: dict[str, Any]) -> Entry:
    """A row under the item's keys; lists may be given as texts divided by spaces."""
    audience = row.get("audience") or ()
    return Entry(
        id=row["id"],
        name=row["name"],
        aliases=tuple(row.get("aliases", ())),
        agency=row.get("agency", ""),
        region=row.get("region", ""),
        code=row.get("implementation_code", ""),
        item_type=row.get("item_type", ""),
        audience=tuple(audience.split() if isinstance(audience, str) else audience),
    )


def right_answers(question: dict[str, Any]) -> set[str]:
    """The ids and names that are right; empty for a question that no item answers."""
    names = question.get("gold_names") or [question.get("gold_name")]
    return {*(question.get("gold") or ()), *(name for name in names if name)}


def is_right(one: Entry | Candidate, right: set[str]) -> bool:
    """Whether it is among the right answers, by its id or its name."""
    return one.id in right or one.name in right


def topic_of(question: dict[str, Any]) -> str:
    """One right answer that stands for all: questions on it are judged and weighed together."""
    return str(question.get("gold_name") or min(right_answers(question), default=""))
