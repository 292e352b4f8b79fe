"""Mends what is typed wrong: pinyin and initials for characters, same-sounding and look-alike characters."""

import re
from functools import cache
from itertools import accumulate, groupby, pairwise, product

from knowledge import words
from knowledge.pinyin import reading, sounds, spelled, syllable, syllables, usual
from knowledge.tokens import cut, is_common, is_word

_CHINESE = re.compile(r"[一-鿿]+")
_LATIN = re.compile(r"[a-z]+(?:[ '][a-z]+)*")
_KEPT = re.compile(
    r"(?:app|ktv|sc|id|qq|ok|hi|hello|wifi|vip|pos|ems|cng|lng|ai|nfc|mba|ct|pdf|ppt|word|excel|sos|hpv|dna)"
)
LONGEST_WORD = 8
AROUND = sorted(product(range(4), range(5)), key=lambda sides: (-sum(sides), sides[0]))
"""How many characters before and after typed pinyin may belong to its word, the most first."""
EDGES = {2: 2, 3: 1}
"""So many ends of a short stretch must be ends of words; a longer one says enough by itself."""
TRADE = set("办税审查交接换续领补鉴停管开学费房车拿挪")
"""Characters that are words of this trade: beside one other they are what was meant."""
NEVER = set("怎么")
NO_INITIAL = set("aeiouv")
"""Few syllables or none begin with these: letters with one of them are taken for English."""
BARE = 3.5
"""What a syllable by itself costs, where a listed word costs 1 to 2: it is taken where nothing else fits."""
Place = tuple[int, int]


def correct(text: str) -> str:
    """The text with pinyin read as words, and listed words put for what only sounds or looks like them."""
    return _mended(_without_slips(_pinyin_read(text)))


def _without_slips(text: str) -> str:
    """Put right what is often mistyped and could not be told from a word by itself."""
    meant = _slips()
    return re.sub("|".join(meant), lambda slip: meant[slip[0]], text)


@cache
def _slips() -> dict[str, str]:
    return {slip: meant for meant, slips in words.pairs("slips") for slip in slips}


def _pinyin_read(text: str) -> str:
    match = _LATIN.search(text)
    while match:
        start, end = match.span()
        written = re.sub(r"[ ']", "", match.group())
        if not _KEPT.fullmatch(written) and (
            found := _mixed(text, start, end, written) or _whole(text, start, end, written)
        ):
            text, end = found
        match = _LATIN.search(text, end)
    return text


def _mixed(text: str, start: int, end: int, written: str) -> tuple[str, int] | None:
    """Pinyin that makes a listed word, by itself or with the characters around it: canji证, 居住zheng."""
    for before, after in AROUND:
        head, tail = text[max(0, start - before) : start], text[end : end + after]
        if len(head) == before and len(tail) == after and (word := _word_around(head, written, tail)):
            return text[: start - before] + word + text[end + after :], start - before + len(word)
    return None


def _word_around(head: str, written: str, tail: str) -> str:
    """A listed word with this beginning and end whose rest is written in pinyin or initials; or empty."""
    table = spelled()
    if not head and not tail:
        return next(iter(table.by_pinyin.get(written) or table.by_initials.get(written, [])), "")
    near = table.by_first.get(head[0], ()) if head else table.by_last.get(tail[-1], ())
    fitting = (
        word
        for word in near
        if len(word) > len(head) + len(tail) and word.startswith(head) and word.endswith(tail)
    )
    return next(
        (word for word in fitting if _written_as(word[len(head) : len(word) - len(tail)], written)), ""
    )


def _written_as(beginning: str, written: str) -> bool:
    said = reading(beginning)
    return "".join(said) == written or (len(written) > 1 and "".join(sound[0] for sound in said) == written)


def _whole(text: str, start: int, end: int, written: str) -> tuple[str, int] | None:
    """A run of several words in pinyin; where it cannot be read whole, the words in it that can."""
    read = _read_run(written) or _read_apart(text[start:end].replace("'", "").split())
    return (text[:start] + read + text[end:], start + len(read)) if read else None


def _read_apart(written: list[str]) -> str:
    """What is pinyin together or word by word, initials between by themselves; empty where none is read."""
    parts: list[str] = []
    for is_pinyin, group in groupby(written, key=lambda word: bool(syllables(word))):
        together = list(group)
        whole = _read_run("".join(together)) if is_pinyin else ""
        parts += [whole] if whole else [_read_run(word) or _initials(word) or word for word in together]
    return "".join(parts) if any(map(_CHINESE.fullmatch, parts)) else ""


def _initials(written: str) -> str:
    """The listed word of these initials; none where a vowel makes them look like English."""
    found = spelled().by_initials.get(written, ()) if NO_INITIAL.isdisjoint(written) else ()
    return next(iter(found), "")


def _read_run(written: str) -> str:
    """The fewest and longest listed words that make up the run; empty where it is no pinyin.

    Between listed words a syllable may stand for itself, as the character that is most often said so.
    """
    table = spelled()
    best: list[tuple[float, str, bool] | None] = [(0.0, "", False), *([None] * len(written))]
    for end in range(1, len(written) + 1):
        for start in range(max(0, end - table.longest), end):
            before = best[start]
            listed = next(iter(table.by_pinyin.get(written[start:end], ())), "")
            word = listed or usual().get(written[start:end], "")
            if word and before:
                cost = before[0] + (1 + 2 / len(word) if listed else BARE)
                current = best[end]
                if current is None or cost < current[0]:
                    best[end] = (cost, before[1] + word, before[2] or bool(listed))
    last = best[-1]
    return last[1] if last and last[2] else ""


def _mended(text: str) -> str:
    """Put listed words for stretches that only sound or look like them, the longest first."""
    typed, known = text, sounds().known
    settled: set[int] = set()
    for start, end in _stretches(text):
        if not settled.isdisjoint(range(start, end)):
            continue
        part = text[start:end]
        if part in known:
            settled.update(range(start, end))
        elif (word := _meant(part)) and _is_apart(typed, start, end):
            text = text[:start] + word + text[end:]
            settled.update(range(start, end))
    return text


def _stretches(text: str) -> list[Place]:
    """The stretches that may be a listed word, the longest first: few begin and are as long as one."""
    found = [
        (start, start + size)
        for start, (one, other) in enumerate(pairwise(text))
        for size in _sizes(one, other)
        if size <= min(LONGEST_WORD, len(text) - start)
    ]
    return sorted(found, key=lambda place: (place[0] - place[1], place))


def _sizes(one: str, other: str) -> set[int]:
    """How long listed words are whose first two characters are, sound or look like these."""
    listed, alike = sounds(), _lookalikes()
    sizes = set(listed.sizes_by_sounds.get((syllable(one), syllable(other)), ()))
    sizes.update(listed.sizes_by_pair.get(one + other, ()))
    for like in alike.get(one, ()):
        sizes.update(listed.sizes_by_pair.get(like + other, ()))
    for like in alike.get(other, ()):
        sizes.update(listed.sizes_by_pair.get(one + like, ()))
    return sizes


def _is_apart(text: str, start: int, end: int) -> bool:
    """Whether enough ends of a stretch are ends of words: a slip leaves the words around it whole."""
    edges = {0, *accumulate(map(len, cut(text, spaces=True)))}
    return (start in edges) + (end in edges) >= EDGES.get(end - start, 0)


def _meant(part: str) -> str | None:
    """The listed word that differs in one character alike in sound or look, or in two of a longer one."""
    if not _CHINESE.fullmatch(part):
        return None
    sounding, looking = sounds().by_sound.get(tuple(map(syllable, part)), ()), _looking_like(part)
    if not (sounding or looking) or (len(part) == 2 and is_word(part)):
        return None
    meant = (word for word in sounding if _may_be(part, word, two_from=4))
    return next(meant, None) or next((word for word in looking if _may_be(part, word, two_from=5)), None)


def _may_be(part: str, word: str, two_from: int) -> bool:
    """A common character by itself or beside a whole word is no slip; but for the last one of 某某证."""
    wrong = [place for place, (one, other) in enumerate(zip(part, word, strict=True)) if one != other]
    if not NEVER.isdisjoint(part[place] for place in wrong):
        return False
    if len(wrong) != 1:
        return len(wrong) == 2 and len(part) >= two_from
    slip = wrong[0]
    if len(part) == 2:
        return not is_common(part[slip]) and part[slip] not in TRADE
    beside = part[1:] if slip == 0 else part[:-1]
    return len(part) > 3 or slip == 1 or word[slip] == "证" or not is_word(beside)


def _looking_like(part: str) -> list[str]:
    known, table = sounds().known, _lookalikes()
    changed = (part[:n] + other + part[n + 1 :] for n, one in enumerate(part) for other in table.get(one, ()))
    return [word for word in changed if word in known]


@cache
def _lookalikes() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for line in words.lines("lookalikes"):
        group = line.split()
        for character in group:
            table.setdefault(character, set()).update(set(group) - {character})
    return {character: frozenset(others) for character, others in table.items()}
