"""An unchanging part of the index: posting lists, wordings, entries as flat arrays, in memory or mapped."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.entry import Entry

ARRAYS = (
    "keys", "starts", "rows", "owner", "kind", "same", "actions", "marks", "sizes", "scale", "text",
    "text_ends", "entry", "entry_ends", "flags", "region", "key_hash", "key_item",
)  # fmt: skip
EMPTY = 128
"""A file of an empty array is no longer than its header, and cannot be mapped."""
ENTRIES = 4_096
"""So many entries of a part are kept as they were read: most questions are for the same few."""


@dataclass(frozen=True, slots=True)
class Row:
    """One wording of one item, as it is indexed; rows that are the same but for the item have one hash."""

    kind: int
    same: np.uint64
    text: str
    actions: int
    marks: int
    terms: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Analysed:
    """An entry with its wordings read."""

    entry: Entry
    flags: int
    rows: tuple[Row, ...]


class Segment:
    """Rows of several items. Items and rows are numbered from 0; `alive` says which items are still valid.

    Where many places have the same item, its row is looked at once: all but the first are hidden.
    """

    def __init__(self, arrays: dict[str, Any], alive: NDArray[np.bool_] | None = None) -> None:
        self.arrays = arrays
        self.keys: NDArray[np.uint32] = arrays["keys"]
        self.starts: NDArray[np.int64] = arrays["starts"]
        self.rows: NDArray[np.int32] = arrays["rows"]
        self.owner: NDArray[np.int32] = arrays["owner"]
        self.kind: NDArray[np.uint8] = arrays["kind"]
        self.same: NDArray[np.uint64] = arrays["same"]
        self.actions: NDArray[np.int64] = arrays["actions"]
        self.marks: NDArray[np.int64] = arrays["marks"]
        self.sizes: NDArray[np.float32] = arrays["sizes"]
        self.scale: NDArray[np.float32] = arrays["scale"]
        self.flags: NDArray[np.uint16] = arrays["flags"]
        self.region: NDArray[np.uint64] = arrays["region"]
        _, number, many = np.unique(self.same, return_inverse=True, return_counts=True)
        self._number = number.astype(np.int32)
        self._together = np.argsort(number, kind="stable").astype(np.int32)
        self._groups = np.append(0, np.cumsum(many)).astype(np.int32)
        self._hidden: tuple[int, NDArray[np.int64]] | None = None
        self._entries: dict[int, Entry] = {}
        self.alive = np.ones(len(self.flags), dtype=np.bool_) if alive is None else alive
        self.dead = int(len(self.alive) - self.alive.sum())

    def __len__(self) -> int:
        return len(self.flags) - self.dead

    def positions(self, terms: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Where each term's posting list is, -1 where the segment has none."""
        if not len(self.keys):
            return np.full(len(terms), -1, dtype=np.int64)
        places = np.searchsorted(self.keys, terms)
        places[places == len(self.keys)] = 0
        return np.where(self.keys[places] == terms, places, -1).astype(np.int64)

    def counts(self, terms: NDArray[np.uint32]) -> NDArray[np.int64]:
        """In how many rows each term is."""
        places = self.positions(terms)
        return np.where(places >= 0, self.starts[places + 1] - self.starts[places], 0)

    def postings(self, places: NDArray[np.int64]) -> list[NDArray[np.int32]]:
        """The rows of each of several terms."""
        ends = zip(self.starts[places].tolist(), self.starts[places + 1].tolist(), strict=True)
        return [self.rows[start:end] for start, end in ends]

    @property
    def hidden(self) -> NDArray[np.int64]:
        """Rows of items that are no longer valid, and those that are the same as an earlier one."""
        # Kept with how many items are dead, which another thread may change at any moment.
        dead, known = self.dead, self._hidden
        if known is None or known[0] != dead:
            known = self._hidden = dead, self._rows_hidden()
        return known[1]

    def _rows_hidden(self) -> NDArray[np.int64]:
        valid = np.flatnonzero(self.alive[self.owner])
        first = np.full(len(self.same), -1, dtype=np.int64)
        # Of several numbers for one place the last is kept.
        first[self._number[valid][::-1]] = valid[::-1]
        shown = np.zeros(len(self.same), dtype=np.bool_)
        shown[first[first >= 0]] = True
        return np.flatnonzero(~shown)

    def alike(self, row: int, near: NDArray[np.uint64], most: int) -> list[int]:
        """Valid rows that are the same as this one: of items of the regions near first, then one a region."""
        number = self._number[row]
        rows = self._together[self._groups[number] : self._groups[number + 1]]
        if len(rows) == 1 or (most == 1 and not len(near)):
            return [row]
        return self._by_region(rows, near, most)

    def namesakes(self, same: np.uint64, most: int) -> list[int]:
        """Valid items with a row of this hash, one a region first."""
        rows = self._by_region(np.flatnonzero(self.same == same), self.region[:0], most)
        return [int(self.owner[row]) for row in rows]

    def _by_region(self, rows: NDArray[np.integer[Any]], near: NDArray[np.uint64], most: int) -> list[int]:
        rows = rows[self.alive[self.owner[rows]]]
        regions = self.region[self.owner[rows]]
        again = np.ones(len(rows), dtype=np.bool_)
        again[np.unique(regions, return_index=True)[1]] = False
        order = np.lexsort((again, ~np.isin(regions, near)))
        return [int(one) for one in rows[order[:most]]]

    def texts(self, rows: NDArray[np.int64]) -> list[str]:
        """The folded wordings of several rows."""
        blob, ends = self.arrays["text"], self.arrays["text_ends"]
        starts = np.where(rows > 0, ends[rows - 1], 0)
        places = zip(starts.tolist(), ends[rows].tolist(), strict=True)
        return [blob[start:end].tobytes().decode() for start, end in places]

    def entry(self, item: int) -> Entry:
        known = self._entries.get(item)
        if known is None:
            known = Entry.from_json(_slice(self.arrays["entry"], self.arrays["entry_ends"], item))
            if len(self._entries) >= ENTRIES:
                self._entries.clear()
            self._entries[item] = known
        return known

    def items_with(self, key: str) -> list[int]:
        """Items that have this id or code, by the hash of it; the caller compares the entry."""
        hashes = self.arrays["key_hash"]
        wanted = key_hash(key)
        first, last = np.searchsorted(hashes, [wanted, wanted + 1]) if len(hashes) else (0, 0)
        found = self.arrays["key_item"][first:last]
        return [int(item) for item in found if self.alive[item]]

    def kill(self, item: int) -> None:
        if self.alive[item]:
            self.alive[item] = False
            self.dead += 1

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", self.arrays[name])
        np.save(folder / "alive.npy", self.alive)
        (folder / "segment.json").write_text(json.dumps({"items": len(self.flags)}), encoding="utf8")

    @classmethod
    def load(cls, folder: Path) -> "Segment":
        """Maps the arrays; only which items are alive is read into memory, to be changed there."""
        arrays = {name: _mapped(folder / f"{name}.npy") for name in ARRAYS}
        return cls(arrays, np.load(folder / "alive.npy", allow_pickle=False))


def _mapped(path: Path) -> NDArray[Any]:
    """As a plain array: numpy's own class for mapped files is slow to index."""
    if path.stat().st_size <= EMPTY:
        return np.load(path, allow_pickle=False)  # type: ignore[no-any-return]
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False)).view(np.ndarray)


def key_hash(key: str) -> np.uint64:
    digest = hashlib.blake2b(key.encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little") >> 1)


def codes_of(entry: Entry) -> set[str]:
    """The id and every code; of a code by the national scheme, its 12 characters of basic code as well."""
    given = {entry.id.lower(), *(code.lower() for code in entry.codes())}
    return given | {code[19:31] for code in given if len(code) in (31, 33)}


def build(items: Sequence[Analysed]) -> Segment:
    """Sort all terms of all rows into posting lists."""
    rows = [row for item in items for row in item.rows]
    keys, starts, posted = _postings(rows)
    return Segment(
        {
            "keys": keys,
            "starts": starts,
            "rows": posted,
            "owner": np.repeat(np.arange(len(items), dtype=np.int32), [len(item.rows) for item in items]),
            "kind": np.array([row.kind for row in rows], dtype=np.uint8),
            "same": np.array([row.same for row in rows], dtype=np.uint64),
            "actions": np.array([row.actions for row in rows], dtype=np.int64),
            "marks": np.array([row.marks for row in rows], dtype=np.int64),
            **_sizes(keys, starts, posted, len(rows)),
            "flags": np.array([item.flags for item in items], dtype=np.uint16),
            "region": np.array([key_hash(item.entry.region) for item in items], dtype=np.uint64),
            **_blob("text", [row.text.encode() for row in rows]),
            **_blob("entry", [item.entry.to_json() for item in items]),
            **_key_table(items),
        }
    )


def merge(segments: Sequence[Segment]) -> Segment:
    """One segment of all living items, from arrays alone: nothing is read anew."""
    keep = [np.flatnonzero(segment.alive[segment.owner]) for segment in segments]
    terms, posted, first = [], [], 0
    for segment, kept in zip(segments, keep, strict=True):
        renumber = np.full(len(segment.owner), -1, dtype=np.int32)
        renumber[kept] = np.arange(first, first + len(kept), dtype=np.int32)
        rows = renumber[segment.rows]
        terms.append(np.repeat(segment.keys, np.diff(segment.starts))[rows >= 0])
        posted.append(rows[rows >= 0])
        first += len(kept)
    keys, starts, ordered = _sorted_postings(np.concatenate(terms), np.concatenate(posted))
    owners, first = [], 0
    for segment, kept in zip(segments, keep, strict=True):
        number = np.cumsum(segment.alive, dtype=np.int32) - 1 + first
        owners.append(number[segment.owner[kept]])
        first += len(segment)
    return Segment(
        {
            "keys": keys,
            "starts": starts,
            "rows": ordered,
            "owner": np.concatenate(owners) if owners else np.zeros(0, np.int32),
            "kind": np.concatenate([s.kind[k] for s, k in zip(segments, keep, strict=True)]),
            "same": np.concatenate([s.same[k] for s, k in zip(segments, keep, strict=True)]),
            "actions": np.concatenate([s.actions[k] for s, k in zip(segments, keep, strict=True)]),
            "marks": np.concatenate([s.marks[k] for s, k in zip(segments, keep, strict=True)]),
            **_sizes(keys, starts, ordered, sum(map(len, keep))),
            "flags": np.concatenate([s.flags[s.alive] for s in segments]),
            "region": np.concatenate([s.region[s.alive] for s in segments]),
            **_joined("text", segments, keep),
            **_joined("entry", segments, [np.flatnonzero(segment.alive) for segment in segments]),
            **_merged_keys(segments),
        }
    )


def _postings(rows: Sequence[Row]) -> tuple[Any, Any, Any]:
    lengths = [len(row.terms) for row in rows]
    terms = np.concatenate([row.terms for row in rows]) if rows else np.zeros(0, np.uint32)
    return _sorted_postings(terms, np.repeat(np.arange(len(rows), dtype=np.int32), lengths))


def _sorted_postings(terms: NDArray[np.uint32], posted: NDArray[np.int32]) -> tuple[Any, Any, Any]:
    """Rows come in rising order, so a stable sort by term leaves each list sorted."""
    order = np.argsort(terms, kind="stable")
    keys, starts = np.unique(terms[order], return_index=True)
    return keys, np.append(starts, len(terms)).astype(np.int64), posted[order]


def _sizes(keys: Any, starts: Any, posted: Any, rows: int) -> dict[str, Any]:
    """The weight of each row's characters, pairs and concepts by rarity; and what long rows lose."""
    lengths = np.diff(starts)
    every, family = np.repeat(idf(lengths, rows), lengths), np.repeat(families(keys), lengths)
    sums = [np.bincount(posted[family == f], weights=every[family == f], minlength=rows) for f in range(3)]
    sizes = np.stack(sums, axis=1).astype(np.float32)
    return {"sizes": sizes, "scale": (1 / np.sqrt(1 + sizes[:, 1])).astype(np.float32)}


def families(keys: NDArray[np.uint32]) -> NDArray[np.int8]:
    """0 for a character, 1 for a pair of them, 2 for a concept."""
    pair = (keys >= 0x10000).astype(np.int8)
    return pair + 2 * ((keys >= 0xE000) & (keys <= 0xF8FF)).astype(np.int8)


def idf(counts: NDArray[np.int64], rows: int) -> NDArray[np.float32]:
    """How much a term tells: much when it is in few rows."""
    return np.log1p((rows + 1) / (counts + 0.5)).astype(np.float32)


def _blob(name: str, parts: Sequence[bytes]) -> dict[str, Any]:
    return {
        name: np.frombuffer(b"".join(parts), dtype=np.uint8),
        f"{name}_ends": np.cumsum([len(part) for part in parts], dtype=np.int64),
    }


def _slice(blob: Any, ends: Any, number: int) -> bytes:
    start = int(ends[number - 1]) if number else 0
    return bytes(blob[start : int(ends[number])])


def _key_table(items: Sequence[Analysed]) -> dict[str, Any]:
    pairs = [(key_hash(code), number) for number, item in enumerate(items) for code in codes_of(item.entry)]
    hashes = np.array([pair[0] for pair in pairs], dtype=np.uint64)
    return _sorted_keys(hashes, np.array([pair[1] for pair in pairs], dtype=np.int32))


def _sorted_keys(hashes: Any, numbers: Any) -> dict[str, Any]:
    order = np.argsort(hashes, kind="stable")
    return {"key_hash": hashes[order], "key_item": numbers[order]}


def _merged_keys(segments: Sequence[Segment]) -> dict[str, Any]:
    hashes, numbers, first = [], [], 0
    for segment in segments:
        number = np.cumsum(segment.alive, dtype=np.int32) - 1 + first
        kept = segment.alive[segment.arrays["key_item"]]
        hashes.append(segment.arrays["key_hash"][kept])
        numbers.append(number[segment.arrays["key_item"][kept]])
        first += len(segment)
    return _sorted_keys(np.concatenate(hashes), np.concatenate(numbers))


def _joined(name: str, segments: Sequence[Segment], keep: Sequence[NDArray[Any]]) -> dict[str, Any]:
    """The kept parts of several blobs, one after another."""
    blobs, lengths = [], []
    for segment, kept in zip(segments, keep, strict=True):
        blob, ends = segment.arrays[name], segment.arrays[f"{name}_ends"]
        sizes = np.diff(ends, prepend=0)
        wanted = np.zeros(len(ends), dtype=np.bool_)
        wanted[kept] = True
        blobs.append(blob if wanted.all() else blob[np.repeat(wanted, sizes)])
        lengths.append(sizes[wanted])
    return {name: np.concatenate(blobs), f"{name}_ends": np.cumsum(np.concatenate(lengths), dtype=np.int64)}
