"""Figures of every unit, with the rules checked anew only where something was published since."""

import asyncio
from collections.abc import Mapping, Sequence

from bot.catalogue import Catalogue
from bot.texts import Texts
from item_store.accuracy import flaws_of_unit, seal_of_proofs, seal_of_unit
from item_store.figures import Figures, figures, is_catalog_alone
from item_store.item import Item
from item_store.proofs import Proofs
from item_store.rules import Finding

PATIENCE = 2.0
"""Seconds a page waits for the rules; with many items it is shown before they are all checked."""

Seal = tuple[int, int]


class UnitFigures:
    """Completeness and coverage are counted at once, accuracy is checked beside the answers."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._known: dict[str, tuple[Seal, Mapping[str, tuple[Finding, ...]]]] = {}
        self._checking: asyncio.Task[None] | None = None

    async def rows(self, patience: float = PATIENCE) -> list[Figures]:
        """A row a unit; without accuracy where the check is not through."""
        if self._checking is None or self._checking.done():
            self._checking = asyncio.create_task(self._check())
        done, _ = await asyncio.wait({self._checking}, timeout=patience)
        for task in done:
            task.result()
        return figures(self._catalogue.items(), self.flaws)

    def flaws(self, item: Item) -> Sequence[Finding] | None:
        """What breaks a hard rule in this version of an item; None before it is checked."""
        _, known = self._known.get(item.text("agency"), (None, {}))
        return known.get(item.id)

    async def close(self) -> None:
        """Let go of a check that is running."""
        if self._checking:
            self._checking.cancel()
            await asyncio.gather(self._checking, return_exceptions=True)

    async def _check(self) -> None:
        proofs = await asyncio.to_thread(Proofs.of, self._catalogue.items())
        seal = seal_of_proofs(proofs)
        for agency, items in self._units().items():
            now = (seal, seal_of_unit(items))
            before, _ = self._known.get(agency, (None, {}))
            if before != now:
                self._known[agency] = (now, await asyncio.to_thread(flaws_of_unit, items, proofs))

    def _units(self) -> dict[str, list[Item]]:
        found: dict[str, list[Item]] = {}
        for item in self._catalogue.items():
            found.setdefault(item.text("agency"), []).append(item)
        return found


def to_mend(texts: Texts, item: Item, flaws: Sequence[Finding]) -> list[str]:
    """What an item lacks and what breaks a rule in it, in words."""
    lines = [texts.say("figures.uncovered")] if is_catalog_alone(item) else []
    if item.missing:
        titles = "、".join(field.title for field in item.missing)
        lines.append(texts.say("figures.missing", titles=titles))
    for flaw in flaws:
        said = texts.say(f"rule.{flaw.rule.id}", **flaw.details)
        lines.append(said + (texts.say(flaw.because, **flaw.details) if flaw.because else ""))
    return lines
