"""A question read: tidied, aspects taken out, official words put in, cut into what is searched for."""

import re
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from knowledge import aspects, marks, opinion, places, rules, sayings, spelling, text, tokens, words
from knowledge.deeds import deeds
from knowledge.lexicon import Folded, for_names, for_questions

_CODE = re.compile(r"(?<![0-9a-z])(?=[0-9a-z-]*\d{3})[0-9a-z][0-9a-z-]{7,63}(?![0-9a-z])")

_JOINT = re.compile(r"[,，。;；?？!！\s、]+|另外|还有|顺便|以及|再就是|同时|和(?!谐|解)|跟")
_NEXT = re.compile(r"[?？;；]|另外|还有(?=[,，]|.{0,12}(?:怎么|咋|啷个|如何|吗|不$|多|要))|顺便|再问|再就是")
LETTER = re.compile(r"[a-z]")
_SPACE = re.compile(r"(?<=[一-鿿]) +(?=[一-鿿])")
LONGEST_PART = 24
MOST_PARTS = 3
TOLD = 6
"""So many official wordings are taken from what people say."""
PLAIN_ACTIONS = (
    "new",
    "renew",
    "reissue",
    "cancel",
    "change",
    "correct",
    "extend",
    "transfer",
    "inspect",
    "query",
)
"""Families of action whose words are clear enough to overrule what a rule guessed."""
MARKED_ACTIONS = ("reissue", "cancel", "change", "extend")
"""Families that an official name always names: what has no action in its name is none of them."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the question says, step by step, so that `ask --why` can show it."""

    raw: str
    clean: str
    text: str
    topic: str
    tokens: tuple[str, ...]
    content: str
    whole: str
    named: tuple[str, ...]
    folded: Folded
    actions: int
    marks: int
    aspects: tuple[str, ...]
    additions: tuple[str, ...]
    told: tuple[sayings.Saying, ...]
    opinion: tuple[sayings.Saying, ...]
    deeds: NDArray[np.float32]
    beyond: tuple[sayings.Saying, ...]
    codes: tuple[str, ...]
    region: str
    far: str


def read(raw: str, regions: tuple[str, ...] = ()) -> Question:
    """Read a question; `regions` are the places that published items have."""
    clean = text.tidy(raw)
    meant = text.standard(spelling.correct(clean))
    region = places.named(meant, regions) if len(regions) > 1 else ""
    asked = text.without_courtesy(places.without(meant, region) if region else meant)
    spans = aspects.spans(asked)
    topic = _without(asked, spans)
    cut = tuple(token for token in tokens.cut(topic) if not _stop().fullmatch(token))
    content = "".join(cut)
    lexicon = for_questions()
    whole, said = lexicon.fold(text.plain(asked)), text.plain(meant)
    return Question(
        raw=raw,
        clean=clean,
        text=meant,
        topic=topic,
        tokens=cut,
        content=content,
        named=tuple(lexicon.fold(text.plain(part)).text for part in (clean, topic)),
        whole=whole.text,
        folded=lexicon.fold(content),
        actions=whole.actions,
        marks=marks.of_question(meant),
        aspects=aspects.aspects(spans),
        additions=_agreeing(_additions(meant), text.plain(asked)),
        told=sayings.nearest(said, TOLD),
        opinion=opinion.likely(said, TOLD),
        deeds=deeds().likely(said),
        beyond=sayings.outside(said),
        codes=tuple(_CODE.findall(clean)),
        region=region,
        far=places.far(meant, regions),
    )


def parts_of(question: Question) -> list[Question]:
    """The parts of a message that asks two things at once: each names a listed thing of its own."""
    # Whoever types in letters has spaces between any two words.
    said = _SPACE.sub("", question.text) if LETTER.search(question.clean) else question.text
    parts = [part for part in _JOINT.split(said) if 2 <= len(part) <= LONGEST_PART]
    if len({for_questions().fold(part).concepts for part in parts} - {frozenset()}) < 2:
        return []
    named = [part for part in map(read, parts) if part.folded.concepts]
    things = {part.folded.concepts for part in named}
    return named if len(things) > 1 and len(named) <= MOST_PARTS else []


def _additions(asked: str) -> tuple[str, ...]:
    """What the rules add, question by question: what is lost in one is not the thing of the other."""
    joined = _SPACE.sub("", asked)
    parts = [part for part in _NEXT.split(joined) if part]
    apart = tuple(dict.fromkeys(word for part in parts for word in rules.additions(part)))
    return apart or (rules.additions(joined) if parts != [joined] else ())


def _agreeing(additions: tuple[str, ...], asked: str) -> tuple[str, ...]:
    """Without wordings whose action is another than the one the question names outright."""
    lexicon = for_names()
    plain_actions = lexicon.bits(PLAIN_ACTIONS)
    named = lexicon.fold(asked).actions & plain_actions
    if not named:
        return additions
    other = named & lexicon.bits(MARKED_ACTIONS)
    said = {one: lexicon.fold(one).actions & plain_actions for one in additions}
    return tuple(one for one, actions in said.items() if actions & named or not (actions or other))


def _without(asked: str, spans: list[aspects.Span]) -> str:
    """The question without the asking places, but with the actions named in them: 怎么补 leaves 补."""
    parts, end = [], 0
    for span in spans:
        parts += [asked[end : span.start], " ", *_actions_in(asked[span.start : span.end]), " "]
        end = span.end
    return " ".join("".join([*parts, asked[end:]]).split())


def _actions_in(part: str) -> list[str]:
    lexicon = for_questions()
    return [word for word in lexicon.fold(part).found if lexicon.entries[word].actions]


@cache
def _stop() -> re.Pattern[str]:
    return words.pattern("stopwords")
