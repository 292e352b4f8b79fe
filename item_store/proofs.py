"""Which documents items ask for and issue, and circles in which none can be had before the other."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from item_store.closed_lists import comparable
from item_store.item import Item
from item_store.kinds import Value
from item_store.parts import Material

APART = re.compile(r"[、，,；;和或及与]")
BRACKETS = re.compile(r"\([^()]*\)|[《》“”\"]")
FORMS = re.compile(r"(?:原件|复印件|正本|副本|正副本|样本)+$")
SHORTEST = 3


def documents(text: str) -> frozenset[str]:
    """The documents a result or material names: 结婚证或离婚证 names two."""
    plain = BRACKETS.sub("", comparable(text))
    said = (FORMS.sub("", part) for part in APART.split(plain))
    return frozenset(part for part in said if len(part) >= SHORTEST)


@dataclass(frozen=True)
class Proof:
    """What one item issues and what it asks for without an alternative."""

    item_id: str
    name: str
    agency: str
    issues: frozenset[str]
    asks: Mapping[str, str]
    """Document → the material that asks for it."""


def proof_of(item_id: str, values: Mapping[str, Value]) -> Proof:
    """Only materials everyone must bring count: not what is shared, pledged, deferred or of one situation."""
    asks = {
        document: material.name
        for material in values.get("materials") or ()
        if isinstance(material, Material) and _must_bring(material)
        for document in documents(material.name)
    }
    issues = documents(str(values.get("result_name", "")))
    return Proof(item_id, str(values.get("name", "")), str(values.get("agency", "")), issues, asks)


def _must_bring(material: Material) -> bool:
    spared = material.shared_from or material.pledge or material.deferrable or material.situations
    return not spared and "或" not in material.name


@dataclass(frozen=True)
class Link:
    """One step of a circle: this item asks for a material that only the next one gives."""

    proof: Proof
    material: str


@dataclass(frozen=True)
class Proofs:
    """The proofs of all items; make it once and hand it to every check."""

    all: tuple[Proof, ...]

    @classmethod
    def of(cls, items: Iterable[Item]) -> "Proofs":
        return cls(tuple(proof_of(item.id, item.values) for item in items))

    def circle(self, own: Proof, foundations: frozenset[str]) -> tuple[Link, ...]:
        """The circle an item stands in, itself first; empty when all it asks for can be had.

        `foundations` are documents everyone has, whatever item issues them.
        """
        others = tuple(p for p in self.all if p.item_id != own.item_id) if own.item_id else self.all
        if not own.issues or not own.asks:
            return ()
        return _Graph((own, *others), foundations).circle(own)

    def __len__(self) -> int:
        return len(self.all)


NO_PROOFS = Proofs(())


@dataclass(frozen=True)
class _Graph:
    proofs: tuple[Proof, ...]
    foundations: frozenset[str]

    @cached_property
    def issuers(self) -> dict[str, list[Proof]]:
        found: dict[str, list[Proof]] = {}
        for proof in self.proofs:
            for document in proof.issues - self.foundations:
                found.setdefault(document, []).append(proof)
        return found

    def needs(self, proof: Proof) -> Iterator[tuple[str, str]]:
        """(document some item issues, material); an old copy of what the item itself issues is no need."""
        for asked, material in proof.asks.items():
            document = self._issued(asked)
            if document and document not in proof.issues:
                yield document, material

    def _issued(self, asked: str) -> str:
        """The longest issued document the asked one ends with: 申请人结婚证 asks for 结婚证."""
        ends = (asked[start:] for start in range(len(asked) - SHORTEST + 1))
        end = next((end for end in ends if end in self.issuers or end in self.foundations), "")
        return "" if end in self.foundations else end

    @cached_property
    def needed(self) -> dict[int, list[tuple[str, str]]]:
        return {number: list(self.needs(proof)) for number, proof in enumerate(self.proofs)}

    @cached_property
    def blocked(self) -> set[str]:
        """Documents nobody can ever get: every item that issues them needs another such document."""
        had: set[str] = set()
        waiting = dict(enumerate(self.proofs))
        while opened := [n for n in waiting if all(document in had for document, _ in self.needed[n])]:
            had.update(document for n in opened for document in waiting.pop(n).issues)
        return self.issuers.keys() - had

    def circle(self, own: Proof) -> tuple[Link, ...]:
        """The shortest way from an item back to it over documents that cannot be had."""
        ways: list[tuple[Link, ...]] = [(Link(own, material),) for _, material in self._blocked_needs(own)]
        goals = [document for document, _ in self._blocked_needs(own)]
        seen: set[str] = set()
        while ways:
            way, goal = ways.pop(0), goals.pop(0)
            if goal in own.issues:
                return way
            if goal in seen:
                continue
            seen.add(goal)
            for proof in self.issuers[goal]:
                for document, material in self._blocked_needs(proof):
                    ways.append((*way, Link(proof, material)))
                    goals.append(document)
        return ()

    def _blocked_needs(self, proof: Proof) -> list[tuple[str, str]]:
        return [need for need in self.needed[self.proofs.index(proof)] if need[0] in self.blocked]
