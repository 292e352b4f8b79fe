"""The published items by what they are called: changed one by one in milliseconds, kept on disk."""

import contextlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import marks, words
from knowledge import segment as parts
from knowledge.entry import Entry
from knowledge.lexicon import for_names
from knowledge.places import covers
from knowledge.segment import Analysed, Row, Segment
from knowledge.terms import Numbers, of_name
from knowledge.text import plain, tidy

FORMAT = 2
PENDING = 512
"""So many changed items are sorted anew at a search; more than that become a segment of their own."""
BUDGET = 3_500
"""So many postings are read for each candidate that is wanted, the rarest terms first."""
ENFORCES, PUNISHES = 1, 2
"""Bits of an item: the authority acts of itself and nobody applies; and it punishes, seizes or forces."""


class StaleIndexError(Exception):
    """The index on disk was made by another version or with other words: build it anew."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Rows of one segment that may be meant."""

    segment: Segment
    rows: NDArray[np.int64]
    scores: NDArray[np.float32]


@dataclass(slots=True)
class Index:
    """Items are found by `candidates`; `stamp` is free for the owner to say which content was put in."""

    stamp: str = ""
    segments: list[Segment] = field(default_factory=list)
    pending: dict[str, Analysed] = field(default_factory=dict)
    regions: Counter[str] = field(default_factory=Counter)
    _fresh: Segment | None = None

    @classmethod
    def build(cls, entries: Iterable[Entry], stamp: str = "") -> "Index":
        """An index of all entries at once, sorted in portions so that memory stays low."""
        index = cls(stamp)
        for entry in entries:
            index._add(entry)
        index.compact()
        return index

    def put(self, entry: Entry) -> None:
        """Add the item or put the new version in the place of the old one."""
        self.remove(entry.id)
        self._add(entry)

    def remove(self, item: str) -> None:
        """Take the item out; one that is not there is no error."""
        old = self.get(item)
        if old is None:
            return
        self.regions -= Counter(old.regions())
        if self.pending.pop(item, None) is not None:
            self._fresh = None
            return
        for segment in self.segments:
            for number in segment.items_with(item.lower()):
                if segment.entry(number).id == item:
                    segment.kill(number)

    def get(self, item: str) -> Entry | None:
        if item in self.pending:
            return self.pending[item].entry
        return next((entry for entry in self._with_key(item, self.segments) if entry.id == item), None)

    def entries(self) -> Iterator[Entry]:
        """All items, in no order."""
        for segment in self.segments:
            yield from (segment.entry(number) for number in np.flatnonzero(segment.alive).tolist())
        yield from (analysed.entry for analysed in self.pending.values())

    def with_code(self, code: str) -> list[Entry]:
        """Items that have this id, implementation code or basic code."""
        wanted = code.lower()
        found = [entry for entry in self._with_key(wanted, self._all()) if wanted in parts.codes_of(entry)]
        return list({entry.id: entry for entry in found}.values())

    def __len__(self) -> int:
        return sum(map(len, self.segments)) + len(self.pending)

    def size(self) -> int:
        """How many wordings there are."""
        return sum(len(segment.owner) for segment in self._all())

    def namesakes(self, entry: Entry, most: int) -> list[Entry]:
        """Items of this name, as several places have them, one a region first."""
        same = analyse(entry).rows[0].same
        found = [segment.entry(n) for segment in self._all() for n in segment.namesakes(same, most)]
        return found[:most]

    def regions_of(self, place: str) -> NDArray[np.uint64]:
        """Hashes of the regions whose items serve a place, and of none; empty where no place is known."""
        serving = ["", *(region for region in self.regions if covers(region, place))] if place else []
        return np.array([parts.key_hash(region) for region in serving], dtype=np.uint64)

    def counts(self, terms: Numbers) -> NDArray[np.int64]:
        """In how many wordings each term is."""
        return sum((segment.counts(terms) for segment in self._all()), np.zeros(len(terms), np.int64))

    def candidates(self, terms: Numbers, weights: NDArray[np.float32], limit: int) -> list[Hits]:
        """The rows that share most with the question, `limit` of them over all parts."""
        weighed = np.flatnonzero(weights)
        terms, weights = terms[weighed], weights[weighed]
        hits = [_best_rows(segment, terms, weights, limit) for segment in self._all()]
        scores = np.concatenate([hit.scores for hit in hits]) if hits else np.zeros(0, np.float32)
        least = np.partition(scores, -limit)[-limit] if len(scores) > limit else 0.0
        kept = [(hit, hit.scores >= least) for hit in hits]
        return [Hits(hit.segment, hit.rows[good], hit.scores[good]) for hit, good in kept if good.any()]

    def compact(self) -> None:
        """One segment of everything."""
        self._freeze()
        if len(self.segments) > 1 or any(segment.dead for segment in self.segments):
            self.segments = [parts.merge(self.segments)]

    def save(self, path: Path) -> None:
        """Write everything to a folder, in a new one first so that a crash leaves the old one whole.

        Of several processes that save to one place, the last to end is kept.
        """
        self.compact()
        path.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f"{path.name}.new-", dir=path.parent))
        for number, segment in enumerate(self.segments):
            segment.save(new / f"segment-{number}")
        about = {
            "format": FORMAT,
            "words": words.stamp(),
            "stamp": self.stamp,
            "segments": len(self.segments),
        }
        (new / "index.json").write_text(json.dumps(about | {"regions": dict(self.regions)}), encoding="utf8")
        _put_in_place(new, path)

    @classmethod
    def load(cls, path: Path) -> "Index":
        """Map a saved index; raises StaleIndexError when it does not fit this version and these words."""
        try:
            about = json.loads((path / "index.json").read_text(encoding="utf8"))
        except (OSError, ValueError) as error:
            raise StaleIndexError(f"{path}: no index that can be read; build it anew") from error
        if (about.get("format"), about.get("words")) != (FORMAT, words.stamp()):
            raise StaleIndexError(f"{path}: made by another version or with other words; build it anew")
        try:
            segments = [Segment.load(path / f"segment-{number}") for number in range(about["segments"])]
            return cls(about["stamp"], segments, regions=Counter(about["regions"]))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StaleIndexError(f"{path}: parts are missing or damaged; build it anew") from error

    def _add(self, entry: Entry) -> None:
        self.pending[entry.id] = analyse(entry)
        self.regions.update(entry.regions())
        self._fresh = None
        if len(self.pending) >= PENDING:
            self._freeze()
            self._merge_similar()

    def _freeze(self) -> None:
        if self.pending:
            self.segments.append(parts.build(list(self.pending.values())))
            self.pending.clear()
            self._fresh = None

    def _merge_similar(self) -> None:
        """Merge the newest parts while they are of like size: few parts, and each item moved few times."""
        while len(self.segments) > 1 and len(self.segments[-2]) <= 3 * len(self.segments[-1]):
            self.segments[-2:] = [parts.merge(self.segments[-2:])]

    def _all(self) -> list[Segment]:
        if self.pending and self._fresh is None:
            self._fresh = parts.build(list(self.pending.values()))
        return [*self.segments, self._fresh] if self._fresh is not None else self.segments

    def _with_key(self, key: str, segments: list[Segment]) -> Iterable[Entry]:
        for segment in segments:
            for number in segment.items_with(key.lower()):
                yield segment.entry(number)


def _put_in_place(new: Path, path: Path) -> None:
    """Folders cannot be exchanged in one step: where another process comes between, its folder stays."""
    with tempfile.TemporaryDirectory(prefix=f"{path.name}.old-", dir=path.parent) as old:
        with contextlib.suppress(FileNotFoundError):
            path.rename(Path(old) / "index")
        try:
            new.rename(path)
        except OSError:
            shutil.rmtree(new)


def analyse(entry: Entry) -> Analysed:
    """Read an entry's wordings once, so that searching reads nothing."""
    flags = _flags(entry)
    return Analysed(entry, flags, tuple(_row(kind, flags, text) for kind, text in entry.surfaces()))


def _row(kind: int, flags: int, text: str) -> Row:
    clean = plain(tidy(text))
    folded = for_names().fold(clean)
    same = parts.key_hash(f"{kind} {flags} {clean}")
    return Row(kind, same, folded.text, folded.actions, marks.of_name(clean), of_name(clean, folded))


def _flags(entry: Entry) -> int:
    """The bits of an item that the authority does of itself, and of one that punishes, seizes or forces."""
    patterns, named = words.sections("enforcement"), f"{entry.item_type} {entry.name}"
    punishes = bool(patterns["punishment"].search(named) or patterns["punishment"].search(entry.name))
    enforces = punishes or bool(patterns["supervision"].search(named))
    return ENFORCES * enforces | PUNISHES * punishes


def _best_rows(segment: Segment, terms: Numbers, weights: NDArray[np.float32], limit: int) -> Hits:
    """Add up the weights of shared terms, rarest term first, until enough postings are read."""
    places = segment.positions(terms)
    known = np.flatnonzero(places >= 0)
    lengths = segment.starts[places[known] + 1] - segment.starts[places[known]]
    rarest = np.argsort(lengths)
    read = known[rarest[: max(1, np.searchsorted(np.cumsum(lengths[rarest]), BUDGET * limit, "right"))]]
    postings = segment.postings(places[read])
    shares = np.repeat(weights[read], lengths[rarest[: len(read)]])
    found = np.concatenate([*postings, np.zeros(0, np.int32)])
    scores = np.bincount(found, shares, minlength=len(segment.owner)).astype(np.float32)
    scores *= segment.scale
    scores[segment.hidden] = 0
    rows = _highest(scores, limit)
    return Hits(segment, rows, scores[rows])


def _highest(scores: NDArray[np.float32], limit: int) -> NDArray[np.int64]:
    """The rows of the highest scores; those far below are left out first, as sorting many ties is slow."""
    highest = float(scores.max(initial=0.0))
    rows = np.zeros(0, np.int64)
    for share in (0.6, 0.4, 0.25, 0.1, 0.0):
        rows = np.flatnonzero(scores > highest * share)
        if len(rows) >= limit:
            break
    if len(rows) > limit:
        rows = np.sort(rows[np.argpartition(scores[rows], len(rows) - limit)[-limit:]])
    return rows
