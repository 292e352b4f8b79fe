"""The legal basis: rank, order, full title, article and text."""

import re
from collections.abc import Iterator

from item_store.closed_lists import closed_list
from item_store.findings import Filled, Problem, changed
from item_store.parts import LegalBasis

DELEGATED = "授权依据或委托依据"
STATE_COUNCIL = "国务院决定"
LOCAL = re.compile(r"^(?!城市|都市)[\u4e00-\u9fff]{2,6}?(?:省|自治区|自治州|自治县|市(?![场容政民区镇]))")
TITLED = re.compile(r"《[^》]+》")
KIND_OF_ACT = re.compile(r"(?:法|条例|办法|规定|细则|规则|决定|通知|意见)$")


def _ranks() -> tuple[str, ...]:
    return closed_list("legal_rank").choices


def plain_title(title: str) -> str:
    found = TITLED.search(title)
    return found[0].strip("《》") if found else title.strip()


def possible_ranks(title: str) -> tuple[str, ...]:
    """The ranks an act of this title may have, likeliest first; none where the title leaves all open."""
    core = re.sub(r"[（(][^（()）]*[）)]$", "", plain_title(title))
    local = bool(LOCAL.match(core))
    if core.endswith("法") and not core.endswith("办法"):
        return () if local else ("法律",)
    if core.startswith("国务院") and core.endswith("决定"):
        return (STATE_COUNCIL,)
    if core.endswith("条例"):
        return ("地方性法规",) if local else ("行政法规", "法律", "地方性法规")
    if core.endswith(("办法", "规定", "细则", "规则")):
        return ("规章", "地方性法规") if local else ("规章", "行政法规", "地方性法规")
    return ()


def likely_rank(title: str) -> str:
    return next(iter(possible_ranks(title)), "")


def order(filled: Filled) -> Iterator[Problem]:
    parts, ranks = filled.parts("legal_basis", LegalBasis), _ranks()
    known = [part for part in parts if part.rank in ranks]
    if known != sorted(known, key=lambda part: ranks.index(part.rank)):
        last = len(ranks)
        ordered = tuple(sorted(parts, key=lambda p: ranks.index(p.rank) if p.rank in ranks else last))
        yield Problem("legal_basis", {"order": "、".join(ranks)}, {"legal_basis": ordered})


def no_rank(filled: Filled) -> Iterator[Problem]:
    parts = filled.parts("legal_basis", LegalBasis)
    lacking = [part.title for part in parts if not part.rank]
    if lacking:
        mended = tuple(p.model_copy(update={"rank": p.rank or likely_rank(p.title)}) for p in parts)
        whole = all(part.rank for part in mended)
        details = {"name": "、".join(lacking), "ranks": "、".join(_ranks())}
        yield Problem("legal_basis", details, {"legal_basis": mended} if whole else None)


def other_rank(filled: Filled) -> Iterator[Problem]:
    """The rank given is not the one the title tells."""
    parts = filled.parts("legal_basis", LegalBasis)
    for number, part in enumerate(parts):
        possible = possible_ranks(part.title)
        if possible and part.rank in _ranks() and part.rank not in (*possible, DELEGATED):
            mended = changed(parts, number, rank=possible[0])
            details = {"name": part.title, "rank": part.rank, "meant": possible[0]}
            yield Problem("legal_basis", details, {"legal_basis": mended})
            return


def no_title(filled: Filled) -> Iterator[Problem]:
    """The full title of an act stands in 《》."""
    parts = filled.parts("legal_basis", LegalBasis)
    for number, part in enumerate(parts):
        if part.rank in (DELEGATED, STATE_COUNCIL) or TITLED.search(part.title):
            continue
        repair = None
        if KIND_OF_ACT.search(part.title):
            repair = {"legal_basis": changed(parts, number, title=f"《{part.title.strip('《》')}》")}
        yield Problem("legal_basis", {"name": part.title}, repair)
        return


def no_article(filled: Filled) -> Iterator[Problem]:
    for part in filled.parts("legal_basis", LegalBasis):
        if not part.article and part.rank not in (DELEGATED, STATE_COUNCIL):
            yield Problem("legal_basis", {"name": part.title})
            return


def no_text(filled: Filled) -> Iterator[Problem]:
    for part in filled.parts("legal_basis", LegalBasis):
        if not part.text:
            yield Problem("legal_basis", {"name": part.title})
            return
