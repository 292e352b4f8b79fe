"""Entries of structured fields as guides write them: lists, tables, arrows and running text."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from item_store.checks.basis import likely_rank
from item_store.closed_lists import closed_list, comparable
from item_store.guide_reading.sections import cells_of, guide_words
from item_store.parts import Faq, LegalBasis, Location, Material, Step

NUMBER = re.compile(
    r"^\s*(?:[（(]\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*[）)]、?|\d{1,2}\s*(?:[、．)）]|\.(?!\d))"
    r"|[一二三四五六七八九十]{1,3}、|[①-⑳]|第[一二三四五六七八九十]+步[：:，、]?|[-*•·●■◆]\s)\s*"
)
STARTS = re.compile(r"(?=[①-⑳])|(?<=[；;。])\s*(?=[（(]?\d{1,2}[）)、．.])")
ENDS = "；;。，,、 "
COPIES = re.compile(
    r"(?:(?:纸质|电子|彩色)?(?:原件|复印件|正本|副本|电子版|电子件|扫描件)?(?:和|及|、|，)?(?:原件|复印件)?"
    r"(?:各|共|一式)?\s*(?:\d+|[一二两三四五])\s*[份张本套页](?:（[^（）]*）|\([^()]*\))?)"
)
ONLY_FORM = re.compile(r"^(?:原件|复印件|电子件|原件(?:和|及|、)复印件|核验原件|原件核验后退还)$")
BRACKET = re.compile(r"[（(](?P<inside>[^（()）]*(?:（[^（）]*）[^（()）]*)?)[）)]\s*[；;。，,]?$")
SITUATION = re.compile(
    r"^(?P<when>[^，。；]{2,24}?的)[，,](?:还)?(?:另|需|须|应|要)?(?:另|外)?(?:需|须|应|要)?(?:提供|提交|带上?|出具)?(?P<name>.+)$"
)
SHARED = re.compile(r"免(?:于)?提交|无需提交|系统(?:自动)?(?:核验|获取|调取)|不用(?:带|交)")
DEFERRABLE, PLEDGE = re.compile(r"容缺"), re.compile(r"告知承诺|可(?:书面)?承诺")
DAYS = re.compile(
    r"(?:\d+|[一二三四五六七八九十]+)\s*个?(?:工作日|自然日|日|天|小时|分钟)(?:内)?|即时|当场|当日|当天"
)
ARROWS = re.compile(r"\s*(?:→|->|—>|=>|⇒|➜|▶|>>)\s*")
STATUTE = re.compile(r"《[^》]+》(?:[（(][^（()）]*[）)])?")
ARTICLE = re.compile(
    r"第[一二三四五六七八九十百零\d]+条(?:之[一二三四五])?(?:第[（(]?[一二三四五六七八九十\d]+[）)]?[款项])*"
)
QUESTION = re.compile(r"^(?:问题?\s*\d*|Q\d*)\s*[：:.、]\s*", re.IGNORECASE)
ANSWER = re.compile(r"^(?:答案?|A\d*)\s*[：:.、]\s*", re.IGNORECASE)
PHONE = re.compile(
    r"(?:联系|咨询|窗口)?(?:电话|热线)?[：:]?\s*(?P<phone>[（(]?0\d{2,3}[)）]?[-－— ]?\d{7,8})"
)
HOURS = re.compile(
    r"(?:(?:办理|受理|办公|工作|服务)?时间[：:]?\s*)?(?P<hours>(?:工作日|每周|周|星期)[^。；\n]*?\d{1,2}[：:点]"
    r"(?:(?![，,]?\s*(?:联系|咨询)?电话)[^。；\n（）])*(?:（[^）]*）)?)"
)
ADDRESS = re.compile(r"(?:地址|地点)[：:]\s*")
LEVELS = {
    "村（社区）": r"社区|村(?:便民|委会)|村级",
    "乡镇（街道）": r"街道|镇|乡",
    "区县": r"[区县市](?:政务|行政|服务)",
}


def entries(text: str) -> list[str]:
    """Numbered or bulleted entries, further lines with the one they follow; else a line each."""
    lines = [line for raw in text.split("\n") for line in STARTS.split(raw) if line.strip()]
    if not any(NUMBER.match(line) for line in lines):
        return [line.strip() for line in lines]
    found: list[str] = []
    for line in lines:
        if NUMBER.match(line) or not found:
            found.append(NUMBER.sub("", line).strip())
        else:
            found[-1] += f"\n{line.strip()}"
    return found


def _apart(text: str, separators: str) -> list[str]:
    """Cut at separators that stand outside brackets."""
    pieces, depth = [""], 0
    for character in text:
        depth += (character in "（(《“") - (character in "）)》”" and depth > 0)
        if character in separators and not depth:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces if piece.strip()]


def materials(text: str) -> tuple[Material, ...]:
    if table := _table(text):
        return tuple(table)
    said = entries(text)
    if len(said) == 1:
        said = _apart(said[0], "；;\n")
        said = said if len(said) > 1 else [p for one in _apart(said[0], "、，,。") for p in _and(one)]
    return tuple(material for one in said if (material := _material(one)))


def _and(text: str) -> list[str]:
    """甲1份和乙1份 are two materials; 户口簿和身份证 without copies of their own is left as one."""
    cut = re.split(r"(?<=[份张本套页件])(?:和|以及|及|与)", text)
    return [piece for piece in cut if piece]


def _material(text: str) -> Material | None:
    when = SITUATION.match(text)
    name = (when["name"] if when else text).strip(ENDS)
    said: dict[str, Any] = {"situations": (when["when"].removesuffix("的"),)} if when else {}
    notes = []
    while found := BRACKET.search(name):
        notes.append(found["inside"])
        if not _is_note(found["inside"]):
            break
        name = name[: found.start()].strip(ENDS)
        said |= _noted(found["inside"])
    name, _, rest = name.partition("\n")
    name, _, form = name.rpartition("，") if ONLY_FORM.match(name.rpartition("，")[2]) else (name, "", "")
    said |= {"copies_and_spec": form} if form else {}
    if copies := COPIES.search(name):
        said.setdefault("copies_and_spec", copies[0].strip(ENDS))
        name = name.replace(copies[0], "").strip(ENDS + "：:")
    said |= {"instructions": rest.strip()} if rest.strip() else {}
    return Material(name=name, **_typed(said)) if len(name) > 1 else None


def _is_note(text: str) -> bool:
    return any(p.search(text) for p in (COPIES, ONLY_FORM, SHARED, DEFERRABLE, PLEDGE))


def _noted(note: str) -> dict[str, Any]:
    said: dict[str, Any] = {}
    if COPIES.search(note) or ONLY_FORM.match(note):
        kept = [
            p for p in _apart(note, "，,；;") if not any(q.search(p) for q in (SHARED, DEFERRABLE, PLEDGE))
        ]
        said["copies_and_spec"] = "，".join(kept)
    said |= {"deferrable": True} if DEFERRABLE.search(note) else {}
    said |= {"pledge": True} if PLEDGE.search(note) else {}
    return said | ({"shared_from": note} if SHARED.search(note) else {})


def _typed(said: dict[str, Any]) -> dict[str, Any]:
    copies = str(said.get("copies_and_spec", ""))
    words = {"原件和复印件": r"原件.*复印件", "复印件": "复印", "电子件": "电子|扫描", "原件": "原件"}
    told = next((name for name, word in words.items() if re.search(word, copies)), "")
    return {"material_type": told, **said} if told else said


def _table(text: str) -> list[Material]:
    """A table with a heading row that names the material."""
    rows = [cells_of(line) for line in text.split("\n")]
    header = next((n for n, row in enumerate(rows) if len(row) > 1 and "name" in _columns(row)), None)
    if header is None:
        return []
    columns = _columns(rows[header])
    found = []
    for row in rows[header + 1 :]:
        said = {
            key: row[n] for key, n in columns.items() if n < len(row) and row[n] and set(row[n]) - set("-—:/")
        }
        if said.get("name"):
            found.append(Material(**_typed(said)))
    return found


def _columns(row: Sequence[str]) -> dict[str, int]:
    known: Mapping[str, list[str]] = guide_words()["material_columns"]
    titles = {comparable(title): key for key, names in known.items() for title in names}
    titles |= {comparable(title): key for key, title in Material.titles().items()}
    found: dict[str, int] = {}
    for number, cell in enumerate(row):
        if (key := titles.get(comparable(cell))) and key not in found:
            found[key] = number
    return found


def steps(text: str) -> tuple[Step, ...]:
    one_line = text.replace("\n", "") if ARROWS.search(text) else ""
    said = ARROWS.split(one_line) if one_line else entries(text)
    if len(said) == 1:
        said = _apart(said[0].rstrip("。"), "；;、")
    return tuple(step for one in said if (step := _step(one)))


def _step(text: str) -> Step | None:
    """受理（1个工作日）：核对材料。"""
    plain = NUMBER.sub("", text).strip("；;，,、 ")
    lead, _, description = _parted(plain)
    days = DAYS.search(lead) or DAYS.search(description)
    name = re.sub(r"[（(][^（()）]*[）)]", "", lead).strip(ENDS)
    name = DAYS.sub("", name).strip(ENDS + "：:")
    told = days[0].removesuffix("内") if days else ""
    return Step(name=name, days=told, description=description.strip()) if name else None


def _parted(text: str) -> tuple[str, str, str]:
    found = re.search(r"[：:。，,\n]", re.sub(r"[（(][^（()）]*[）)]", lambda m: "x" * len(m[0]), text))
    return (text[: found.start()], text[found.start()], text[found.end() :]) if found else (text, "", "")


def bases(text: str) -> tuple[LegalBasis, ...]:
    """Each title begins an entry; a rank before it counts, else the rank its title tells."""
    plain = "\n".join(entries(text))
    starts = [match.start() for match in STATUTE.finditer(plain) if _begins(plain, match.start())]
    pieces = zip([0, *starts][: len(starts)], starts, [*starts[1:], len(plain)], strict=False)
    return tuple(
        _basis(plain[max(before, start - 12) : start], plain[start:end]) for before, start, end in pieces
    )


def _begins(text: str, start: int) -> bool:
    """Not a title quoted inside another's text."""
    before = text[:start].rstrip(" 　")
    line = before.rsplit("\n", 1)[-1]
    short = len(line) <= 12 and not ARTICLE.search(line)
    return not line or short or before.endswith(("、", "；", "和"))


def _basis(before: str, text: str) -> LegalBasis:
    title = STATUTE.match(text)
    assert title is not None  # noqa: S101 - pieces begin at a title
    rest = text[title.end() :].strip()
    article = ARTICLE.match(rest)
    rest = rest[article.end() :] if article else rest
    ranks = [rank for rank in closed_list("legal_rank").choices if rank in before.rsplit("\n", 1)[-1]]
    rank = max(ranks, key=len, default="") or likely_rank(title[0])
    return LegalBasis(
        title=title[0],
        rank=rank,
        article=article[0] if article else "",
        text=rest.strip("：:，,；;、“”\n 。") and rest.strip("：:，,；;、“”\n "),
    )


def locations(text: str) -> tuple[Location, ...]:
    return tuple(place for one in _blocks(text) if (place := _location(one)))


def _blocks(text: str) -> Iterator[str]:
    """An indented line, or one that gives only hours, phone or address, goes with the place above."""
    block = ""
    for line in entries(text):
        goes_on = re.match(r"^\s*(?:地址|电话|联系电话|咨询电话|办理时间|时间|办公时间|工作时间)[：:]", line)
        if block and goes_on:
            block += f"\n{line}"
        else:
            yield from [block] if block else []
            block = line
    if block:
        yield block


def _location(text: str) -> Location | None:
    phone, hours = PHONE.search(text), HOURS.search(text)
    place = text
    for found in (phone, hours):
        place = place.replace(found[0], " ") if found else place
    named = ADDRESS.search(place)
    name, address = (place[: named.start()], place[named.end() :]) if named else _name_and_address(place)
    address = _tidy(address)
    if len(address) < 3:
        return None
    level = next((level for level, word in LEVELS.items() if re.search(word, f"{name}{address}")), "")
    said = {
        "name": _tidy(name),
        "hours": hours and hours["hours"].strip(ENDS),
        "phone": phone and phone["phone"],
    }
    return Location(address=address, level=level, **{key: value for key, value in said.items() if value})


def _name_and_address(text: str) -> tuple[str, str]:
    """甲中心：某路1号, or 甲中心（某路1号）."""
    inside = re.match(r"^(?P<name>[^（(]{3,30})[（(](?P<address>[^（()）]*[路街号楼组][^（()）]*)[）)]", text)
    if inside:
        return inside["name"], inside["address"]
    name, colon, address = re.sub(r"：", ":", text, count=1).partition(":")
    return (name, address) if colon and len(address.strip()) > 3 else ("", text)


def _tidy(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[（(]\s*[）)]", "", text)).strip(ENDS + "：:\n（(")


def questions(text: str) -> tuple[Faq, ...]:
    found: list[tuple[str, list[str]]] = []
    for line in re.split(r"\n|(?=\s(?:答|A)[：:])|(?<=[？?])\s*(?=\S)", text):
        plain = NUMBER.sub("", line).strip()
        is_answer = ANSWER.match(plain)
        if not plain:
            continue
        if not is_answer and (QUESTION.match(plain) or plain.endswith(("？", "?"))):
            found.append((QUESTION.sub("", plain), []))
        elif found:
            found[-1][1].append(ANSWER.sub("", plain))
    return tuple(Faq(question=question, answer="\n".join(answer)) for question, answer in found)
