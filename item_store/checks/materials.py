"""What citizens are asked to bring: nothing twice, nothing shared, nothing nobody can give."""

import re
from collections.abc import Iterator

from item_store.closed_lists import comparable
from item_store.findings import Filled, Problem, changed, without
from item_store.parts import Material
from item_store.proofs import proof_of

HOLDER = re.compile(r"^(?:申请人|本人|夫妻双方|双方|单位|企业|公司|经营者|当事人|法定代表人)(?:的|本人)?")
SURRENDERED = re.compile(r"收回|收缴|缴回|交回|注销")
FORM = re.compile(r"[（(]?(?:原件|复印件|正本|副本|正副本|及|和|、)+[）)]?$")


def plain_name(name: str) -> str:
    return FORM.sub("", HOLDER.sub("", comparable(name)))


def shared(filled: Filled) -> Iterator[Problem]:
    """What a shared source holds is fetched, not asked for."""
    sources = {**filled.data["sources"], **filled.around.shared_sources}
    held = {plain_name(name): system for name, system in sources.items()}
    materials = filled.parts("materials", Material)
    for number, material in enumerate(materials):
        system = held.get(plain_name(material.name))
        kept = material.shared_from or material.situations or SURRENDERED.search(material.copies_and_spec)
        if system and not kept:
            mended = changed(materials, number, shared_from=system)
            yield Problem("materials", {"name": material.name, "system": system}, {"materials": mended})
            return


def twice(filled: Filled) -> Iterator[Problem]:
    materials = filled.parts("materials", Material)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for number, material in enumerate(materials):
        key = (comparable(material.name), material.situations)
        if key in seen:
            mended = without(materials, number)
            yield Problem("materials", {"name": material.name}, {"materials": mended})
            return
        seen.add(key)


def odd_proof(filled: Filled) -> Iterator[Problem]:
    """A proof no body can rightly give; the applicant's own word is offered instead."""
    odd = re.compile("|".join(filled.data["patterns"]))
    materials = filled.parts("materials", Material)
    for number, material in enumerate(materials):
        if not material.pledge and odd.search(f"{material.name}（{material.source}）"):
            mended = changed(materials, number, pledge=True)
            yield Problem("materials", {"name": material.name}, {"materials": mended})
            return


def bare(filled: Filled) -> Iterator[Problem]:
    """Copies and form, and where it comes from; filled in where the unit says so of the same material."""
    needed = ("copies_and_spec", "source")
    materials = filled.parts("materials", Material)
    lacking = [m for m in materials if not m.shared_from and not all(getattr(m, key) for key in needed)]
    if not lacking:
        return
    known = {
        comparable(m.name): m for item in filled.around.unit_items for m in item.parts("materials", Material)
    }
    mended = tuple(_as_known(m, known.get(comparable(m.name)), needed) for m in materials)
    whole = all(m.shared_from or all(getattr(m, key) for key in needed) for m in mended)
    names = "、".join(material.name for material in lacking[:3])
    yield Problem("materials", {"names": names}, {"materials": mended} if whole else None)


def _as_known(material: Material, known: Material | None, needed: tuple[str, ...]) -> Material:
    if known is None:
        return material
    return material.model_copy(update={key: getattr(material, key) or getattr(known, key) for key in needed})


def circle(filled: Filled) -> Iterator[Problem]:
    """Circular proof: this item asks for what another issues, which asks for what this one issues."""
    own = proof_of(filled.around.item_id, filled.values)
    links = filled.around.proofs.circle(own, frozenset(filled.data["foundations"]))
    if not links:
        return
    steps = [name for link in links for name in (link.proof.name, link.material)]
    way = " → ".join([*steps, own.name])
    materials = filled.parts("materials", Material)
    number = next(n for n, material in enumerate(materials) if material.name == links[0].material)
    giver = links[1].proof.agency if len(links) > 1 else own.agency
    mended = changed(materials, number, shared_from=giver or links[-1].proof.name)
    details = {"name": links[0].material, "way": way, "agency": giver}
    yield Problem("materials", details, {"materials": mended})
