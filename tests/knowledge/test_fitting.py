"""Fitting and measuring: the arithmetic finds what was put in, and the programs run on a small set."""

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from knowledge import bench, evaluation, tuning
from knowledge.fitting import GROWTH, Sample, boosted, hits, softmax
from knowledge.index import Index
from knowledge.judgements import Judged, judged
from knowledge.judging import SIGNS
from knowledge.sets import entry_of, read_index, read_lines, right_answers
from knowledge.trees import Trees

ROWS = [
    {"id": f"i{n}", "name": name}
    for n, name in enumerate(("养犬登记", "养犬注销登记", "工伤认定申请", "结婚登记"))
]
QUESTIONS = [
    {"question": "狗证", "gold": ["i0"], "class": "plain"},
    {"question": "狗死了注销狗证", "gold_name": "养犬注销登记", "class": "story"},
    {"question": "上班受伤申请工伤", "gold_names": ["工伤认定申请"], "class": "plain"},
    {"question": "今天天气怎么样", "gold": [], "class": "outside"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of sets as the programs read it."""
    made = tmp_path / "small"
    made.mkdir()
    for name, rows in (("items", ROWS), ("questions", QUESTIONS)):
        text = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (made / f"{name}.jsonl").write_text(text, encoding="utf8")
    return made


def test_softmax_prefers_what_is_right() -> None:
    random = np.random.default_rng(1)
    samples = []
    for _ in range(60):
        features = random.random((6, 2))
        right = np.arange(6) == np.argmax(features[:, 0])
        samples.append(Sample(features, right, tuple("abcdef"), 0, 1.0))
    weights = softmax(samples, 0.1)
    assert weights[0] > 5 * abs(weights[1])
    assert hits(samples, weights, 1) > 0.95


def test_trees_tell_probabilities_as_the_library_that_grew_them() -> None:
    random = np.random.default_rng(2)
    rows = random.random((6000, 3)).astype(np.float32)
    right = random.random(6000) < np.where(rows[:, 1] > 0.5, rows[:, 0], 0.2)
    weight = random.random(6000) + 0.5
    likely = Trees.of(boosted(rows, right, weight)).probabilities(rows)
    library = HistGradientBoostingClassifier(**GROWTH, early_stopping=False, random_state=0)
    library.fit(rows, right, sample_weight=weight)
    assert likely == pytest.approx(library.predict_proba(rows)[:, 1], abs=1e-5)
    for low, high, _, told, true in tuning.reliability(likely, right.astype(float)):
        assert low <= told <= high
        assert told == pytest.approx(true, abs=0.06)


def test_candidates_are_judged_beside_each_other(folder: Path) -> None:
    every = Judged.together([judged(read_index(folder), read_lines(folder / "questions.jsonl"), 1.0)] * 2)
    assert every.rows.shape == (len(every.right), len(SIGNS))
    assert np.unique(every.message).tolist() == list(range(len(np.unique(every.message))))
    best = every.best(every.right.astype(float))
    assert len(best) == len(np.unique(every.message))
    whole, without, small, _ = (every.right[best][every.record[best] == record] for record in range(4))
    assert whole.sum() == 6
    assert not without.any()
    assert small.any()


def test_right_answers_by_id_and_name() -> None:
    assert [right_answers(question) for question in QUESTIONS] == [
        {"i0"},
        {"养犬注销登记"},
        {"工伤认定申请"},
        set(),
    ]
    assert entry_of({"id": "a", "name": "b", "audience": "自然人 法人"}).audience == ("自然人", "法人")


def test_figures(folder: Path) -> None:
    index = read_index(folder)
    pairs = evaluation.measure(QUESTIONS, index, "small")
    shown = evaluation.figures(pairs)
    assert shown["hit@5"] == 1.0
    assert shown["outside answered"] == 0.0


def test_the_evaluation_prints_all_sets(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["evaluation", str(folder.parent), "--sets", "small", "--no-peers"])
    evaluation.main()
    printed = capsys.readouterr().out
    assert "small: 4 questions" in printed
    assert "story: 1" in printed


def test_tuning_fits_without_storing(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["tuning", f"{folder}=2"])
    tuning.main()
    assert "on items not fitted" in capsys.readouterr().out


def test_bench_measures_a_saved_index(tmp_path: Path) -> None:
    names = [f"{row['name']}办理" for row in ROWS]
    Index.build(bench.varied(names, 50)).save(tmp_path / "index")
    figures = bench.ours(tmp_path / "index", names, 5)
    assert figures["found after change"] == 1.0
    assert len({entry.name for entry in bench.varied(names, 50)}) == 50
