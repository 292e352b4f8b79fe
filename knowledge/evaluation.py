"""Measures a folder of sets, by class, with reliability and peers: `python -m knowledge.evaluation FOLDER`.

Each set is a folder with questions.jsonl and items.jsonl; SET:NAME takes the items of another folder.
outside.jsonl beside the questions, and complaints.jsonl, hold what no item answers; aspects.jsonl holds
which part of a guide is asked.
"""

import argparse
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.answering import answer
from knowledge.index import Index
from knowledge.lexicon import for_names
from knowledge.outcomes import Outcome
from knowledge.peers import peers
from knowledge.reading import read
from knowledge.sets import Lines, is_right, read_index, read_lines, right_answers, topic_of
from knowledge.text import plain
from knowledge.tuning import reliability

SETS = ("citizen:jiangbei", "jiangbei", "guangdong", "changchun")
COMPLAINTS_WITH = "guangdong"
INTENTS = {
    "ask_material": "materials", "ask_processing_location": "place", "ask_processing_time": "hours",
    "ask_condition": "conditions", "ask_deadline": "limit", "ask_payment_requirement": "fee",
    "ask_contact_method": "phone", "request_full_info": "overview",
}  # fmt: skip
Pair = tuple[dict[str, Any], Outcome]


def place(question: dict[str, Any], outcome: Outcome) -> int:
    """Where the first right candidate stands, from 0; 99 where none is right."""
    right = right_answers(question)
    found = (n for n, one in enumerate(outcome.candidates) if is_right(one, right))
    return next(found, 99)


def figures(pairs: Sequence[Pair]) -> dict[str, float]:
    """What is counted for questions with a right answer, or for those without one."""
    inside = [(place(*pair), pair[1].name) for pair in pairs if right_answers(pair[0])]
    outside = [outcome.name for question, outcome in pairs if not right_answers(question)]
    shown: dict[str, float] = {}
    if inside:
        shown |= {f"hit@{first}": _share(at < first for at, _ in inside) for first in (1, 3, 5)}
        shown["right at once"] = _share(at == 0 and name == "found" for at, name in inside)
        chosen = (at < 5 if name == "choose" else at == 0 and name == "found" for at, name in inside)
        shown["right after a choice"] = _share(chosen)
        shown["wrong and sure"] = _share(at > 0 and name == "found" for at, name in inside)
        shown["refused"] = _share(name not in ("found", "choose") for _, name in inside)
    if outside:
        shown["outside answered"] = _share(name == "found" for name in outside)
        shown["outside refused"] = _share(name not in ("found", "choose") for name in outside)
    return shown


def measure(questions: Lines, index: Index, title: str) -> list[Pair]:
    """Ask everything and print the figures, then those of each class."""
    pairs = [(question, answer(question["question"], index)) for question in questions]
    print(f"{title}: {len(pairs)} questions, {_shown(figures(pairs))}", flush=True)
    classes = defaultdict(list)
    for pair in pairs:
        classes[pair[0].get("class", "")].append(pair)
    for name, group in sorted(classes.items()) if len(classes) > 1 else ():
        print(f"  {name}: {len(group)}, {_shown(figures(group))}")
    return pairs


def measure_missing(questions: Lines, index: Index, title: str) -> None:
    """Ask as if what is right were not on record, where every right name is listed: none fits then."""
    listed = [question for question in questions if question.get("gold_names")]
    right = set().union(*map(right_answers, listed))
    if listed:
        kept = (entry for entry in index.entries() if not is_right(entry, right))
        asked = [
            {"question": question["question"], "class": question.get("class", "")} for question in listed
        ]
        measure(asked, Index.build(kept), f"{title}, right items taken away")


def print_reliability(pairs: Sequence[Pair]) -> None:
    """What the told probability was worth."""
    answered = [pair for pair in pairs if pair[1].candidates]
    likely = np.array([outcome.candidates[0].score for _, outcome in answered])
    right = np.array([float(place(*pair) == 0) for pair in answered])
    for low, high, count, told, true in reliability(likely, right):
        print(f"  told {low:.2f} to {high:.2f}: {count} questions, mean {told:.3f}, right {true:.3f}")


def print_labels(questions: Lines) -> None:
    """How far labels contradict each other: one question with several right names can be met only once."""
    named: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for question in questions:
        named[question["question"]][topic_of(question)] += 1
    best = sum(max(names.values()) for names in named.values()) / max(1, len(questions))
    print(f"  the labels allow at most {best:.3f} at the first place")


def left_open(question: dict[str, Any], outcome: Outcome) -> bool:
    """Whether the name put first has every character asked for: words alone cannot tell it from the label."""
    if place(question, outcome) == 0 or not outcome.candidates:
        return False
    asked = set(read(question["question"]).folded.text)
    return asked <= set(for_names().fold(plain(outcome.candidates[0].name)).text)


def print_open(pairs: Sequence[Pair], shown: int) -> None:
    """The labels that another name fits as well, their share, and what is reached when either counts."""
    is_open = [bool(right_answers(question)) and left_open(question, outcome) for question, outcome in pairs]
    cases = list(compress(pairs, is_open))
    if not cases:
        return
    every = max(1, sum(bool(right_answers(question)) for question, _ in pairs))
    sure = sum(outcome.name == "found" for _, outcome in cases)
    first, five = (
        sum(place(*pair) < most or one for pair, one in zip(pairs, is_open, strict=True)) / every
        for most in (1, 5)
    )
    print(
        f"  {len(cases) / every:.3f} of the labels are left open by the words asked ({sure / every:.3f} "
        f"answered at once); were either right, hit@1 would be {first:.3f} and hit@5 {five:.3f}"
    )
    named = Counter(
        f"{question['question']}: {topic_of(question)} or {outcome.candidates[0].name}"
        for question, outcome in cases
    )
    for case, often in named.most_common(shown):
        print(f"    {often} x {case}" if often > 1 else f"    {case}")


def print_aspects(questions: Lines, index: Index) -> None:
    wanted = [(line["question"], INTENTS[line["intent"]]) for line in questions if line["intent"] in INTENTS]
    missed = [(asked, want) for asked, want in wanted if answer(asked, index).aspects != (want,)]
    print(f"aspects: {len(wanted)} questions, exactly right {1 - len(missed) / max(1, len(wanted)):.3f}")
    for asked, want in missed:
        print(f"  {asked}: {want} not found alone")


def print_peers(named: list[str], questions: Lines) -> None:
    """Ready matchers on the same questions, names only."""
    asked = [question for question in questions if right_answers(question)]
    for name, build in peers(named):
        find = build()
        ranks = [_rank(right_answers(question), find(question["question"])) for question in asked]
        shares = ", ".join(f"hit@{first} {_share(rank < first for rank in ranks):.3f}" for first in (1, 3, 5))
        print(f"  {name}: {shares}", flush=True)


def _rank(right: set[str], names: Sequence[str]) -> int:
    return next((n for n, name in enumerate(names) if name in right), 99)


def _share(values: Iterable[bool]) -> float:
    every = list(values)
    return sum(every) / max(1, len(every))


def _shown(shown: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.3f}" for name, value in shown.items())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("EVAL"))
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--open", type=int, default=40, help="so many open labels are listed a set")
    given = parser.parse_args()
    if given.folder is None:
        parser.error("say the folder of the sets, or set EVAL")
    indexes: dict[str, Index] = {}
    for told in given.sets:
        name, _, items = told.partition(":")
        folder, of = given.folder / name, items or name
        indexes[of] = indexes.get(of) or read_index(given.folder / of)
        _measure_set(folder, indexes[of], given.open)
        if not given.no_peers:
            names = dict.fromkeys(item["name"] for item in read_lines(given.folder / of / "items.jsonl"))
            print_peers(list(names), read_lines(folder / "questions.jsonl"))
    _measure_rest(given.folder, indexes)


def _measure_set(folder: Path, index: Index, shown: int) -> None:
    questions = read_lines(folder / "questions.jsonl")
    pairs = measure(questions, index, folder.name)
    print_reliability(pairs)
    print_labels(questions)
    print_open(pairs, shown)
    if (folder / "outside.jsonl").exists():
        measure(read_lines(folder / "outside.jsonl"), index, f"{folder.name}, outside")
    measure_missing(questions, index, folder.name)


def _measure_rest(folder: Path, indexes: dict[str, Index]) -> None:
    index = indexes.get(COMPLAINTS_WITH) or next(iter(indexes.values()))
    if (folder / "complaints.jsonl").exists():
        measure(read_lines(folder / "complaints.jsonl"), index, "complaints")
    if (folder / "aspects.jsonl").exists():
        print_aspects(read_lines(folder / "aspects.jsonl"), index)


if __name__ == "__main__":
    main()
