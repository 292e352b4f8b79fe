"""Names of items: a plain name, not a document's title, and not another item's."""

import re
from collections.abc import Iterator

from item_store.closed_lists import comparable
from item_store.findings import Filled, Problem

DOCUMENT_NUMBER = re.compile(
    r"[（(]?[\u4e00-\u9fff]{0,8}[〔\[【（(](?:19|20)\d\d[〕\]】）)]\s*\d+\s*号[）)]?|第\d+号令?"
)
ABOUT = re.compile(
    r"^《?关于(?:印发|公布|做好|开展|加强|进一步做好|规范)?《?(?P<core>.+?)》?(?:工作)?"
    r"(?:的(?:实施)?(?:通知|办法|意见|规定|批复|函|决定|方案))?》?$"
)
GENERAL = re.compile(r"^(?:其他|有关|相关)|(?:等(?:事项|业务|服务)?|其他事项|相关事项|有关事项)$")


def about(filled: Filled) -> Iterator[Problem]:
    """关于…的通知 is the title of a document."""
    name = filled.text("name")
    if name.startswith(("关于", "《关于")):
        match = ABOUT.match(name)
        core = match["core"].strip("《》") if match else ""
        usable = len(core) >= 2 and not core.startswith("关于")
        yield Problem("name", {"text": name}, {"name": core} if usable else None)


def document_number(filled: Filled) -> Iterator[Problem]:
    name = filled.text("name")
    if found := DOCUMENT_NUMBER.search(name):
        plain = DOCUMENT_NUMBER.sub("", name).strip("《》 （）()")
        yield Problem("name", {"text": found[0]}, {"name": plain} if len(plain) >= 2 else None)


def general(filled: Filled) -> Iterator[Problem]:
    """A name that says 其他 or 等事项 tells nobody what is done."""
    if found := GENERAL.search(filled.text("name")):
        yield Problem("name", {"text": found[0]})


def duplicate(filled: Filled) -> Iterator[Problem]:
    """Another item of the unit under nearly the same name; names that differ in what is done are not."""
    name = filled.text("name")
    for item in filled.around.unit_items if name else ():
        if item.id == filled.around.item_id or not item.name:
            continue
        if _same(filled, name, item.name):
            yield Problem("name", {"name": item.name, "id": item.id})
            return


def _same(filled: Filled, name: str, other: str) -> bool:
    one, two = _core(filled, name), _core(filled, other)
    if one == two:
        return True
    if _telling(filled, one) != _telling(filled, two):
        return False
    return filled.around.similarity(one, two) >= float(filled.data["at_least"])


def _core(filled: Filled, name: str) -> str:
    plain = re.sub(r"[\W_]", "", comparable(name))
    for word in filled.data["empty_words"]:
        plain = plain.replace(word, "")
    return plain or comparable(name)


def _telling(filled: Filled, name: str) -> frozenset[str]:
    return frozenset(word for word in filled.data["telling_words"] if word in name)
