"""What a message means after the ones before it: follow-ups, choices, corrections, places, new topics."""

import re
from dataclasses import replace

from knowledge import places, scope, words
from knowledge.deciding import OPTIONS
from knowledge.entry import Entry
from knowledge.index import Index
from knowledge.lexicon import Lexicon, for_names
from knowledge.outcomes import Candidate, Choose, Context, Found, Human, NotFound, Outcome
from knowledge.reading import Question, read
from knowledge.text import plain
from knowledge.tokens import cut

_DIGITS = {
    sign: number
    for number, signs in enumerate(("1一①首", "2二②两", "3三③", "4四④", "5五⑤"))
    for sign in signs
}
_ORDINAL = re.compile(
    r"(?:我)?(?:要|选|是|就|问|选择|办)*(?:的是)?(?:第)?([1-5一二三四五两①②③④⑤首])(?:个|项|条|种|号)?(?:吧|的|呢|啊)?"
)
_LAST = re.compile(r"(?:我)?(?:要|选|是|就)*(?:最后|最末)(?:一)?(?:个|项|条|种)?(?:吧|的|呢)?")
_NONE = re.compile(
    r"(?:都|全)(?:不是|不对|没有|不要)(?:的|我要的)?|没有(?:我要的|一个对的)|以上都不是|没一个(?:是|对)"
)


def follow(question: Question, index: Index, context: Context) -> Outcome | None:
    """The outcome of a message that leans on what was said before; None where it stands by itself."""
    if context.options:
        chosen = _choice(question, context, index)
        if chosen is not None:
            return chosen
    elif _is_ordinal(plain(question.text)):
        return NotFound()
    if context.item and index.get(context.item) is not None and _leans(question):
        return Found(item=context.item, aspects=question.aspects)
    return None


def corrected(question: Question, index: Index, context: Context) -> Question:
    """A correction ("不是，我是问补办") or a bare place is read together with what was spoken of before."""
    if not context.question or scope.social(question):
        return question
    regions = tuple(index.regions)
    correction = words.pattern("corrections").match(plain(question.text))
    said = read(plain(question.text)[correction.end() :], regions) if correction else question
    if (correction or context.item) and _only_action(said):
        return _with_action(index.get(context.item), read(context.question, regions), said)
    if places.shaped(question.text) or (question.region and not question.content):
        before = read(context.question, regions)
        aspects = question.aspects or before.aspects or context.aspects
        return replace(before, region=question.region, aspects=aspects)
    return said if correction and said.content else question


def picked(item: str, index: Index, context: Context) -> Outcome:
    """One of several items that was chosen; where other places have it too and none is known, asks which."""
    entry, found = index.get(item), Found(item=item, aspects=context.aspects)
    if entry is None or context.region or _is_one_name(context.options, index):
        return found
    namesakes = index.namesakes(entry, OPTIONS)
    if len({one.region for one in namesakes}) < 2:
        return found
    options = tuple(one.id for one in namesakes)
    meant = (Candidate(item, entry.name, 1.0),)
    return Choose(options=options, about="region", aspects=context.aspects, candidates=meant)


def _is_one_name(options: tuple[str, ...], index: Index) -> bool:
    """Whether the options are one item of several places or situations, so that the choice settles it."""
    return len(options) > 1 and len({entry.name for one in options if (entry := index.get(one))}) == 1


def says_none(said: str) -> bool:
    """Whether a plain message turns down every option ("都不是")."""
    return _NONE.fullmatch(said) is not None


def remember(outcome: Outcome, question: Question, context: Context) -> Context:
    """What the next message may lean on; a new topic forgets the old one, a place is kept."""
    region = question.region or context.region
    if isinstance(outcome, Found):
        aspects = outcome.aspects or question.aspects
        return Context(item=outcome.item, aspects=aspects, region=region, question=_topic(question, context))
    if isinstance(outcome, Choose):
        asked = context.asked + 1
        aspects = question.aspects or context.aspects
        # The place that is named next goes with the item that was picked, not with the question before.
        is_picked = outcome.about == "region" and (context.options or not question.content)
        topic = outcome.candidates[0].name if is_picked else _topic(question, context)
        return Context(
            aspects=aspects,
            region=region,
            options=outcome.options,
            asked=asked,
            question=topic,
        )
    if isinstance(outcome, NotFound | Human):
        return Context(region=region)
    return replace(context, region=region)


def _topic(question: Question, context: Context) -> str:
    """The last question that named a topic: a bare "第二个" or "多少钱" does not replace it."""
    bare = _is_ordinal(plain(question.text)) or _leans(question) or not question.content
    return context.question if bare and context.question else question.raw


def _choice(question: Question, context: Context, index: Index) -> Outcome | None:
    said = plain(question.text)
    if says_none(said):
        return NotFound()
    place = _place_in_list(said, len(context.options))
    if place is not None:
        return picked(context.options[place], index, context)
    entries = [entry for item in context.options if (entry := index.get(item)) and plain(entry.name) == said]
    named = [one.id for one in entries if not question.region or places.covers(one.region, question.region)]
    return picked(named[0], index, context) if named else None


def _is_ordinal(said: str) -> bool:
    return bool(_LAST.fullmatch(said) or (_ORDINAL.fullmatch(said) and "第" in said))


def _place_in_list(said: str, options: int) -> int | None:
    if _LAST.fullmatch(said):
        return options - 1
    match = _ORDINAL.fullmatch(said)
    place = _DIGITS[match.group(1)] if match else options
    return place if place < options else None


def _leans(question: Question) -> bool:
    """Only aspects are asked and nothing is named: 那要多久？"""
    return bool(question.aspects) and not question.folded.concepts and len(question.content) <= 2


def _only_action(question: Question) -> bool:
    return bool(question.actions) and not question.folded.concepts and len(question.content) <= 6


def _with_action(item: Entry | None, before: Question, said: Question) -> Question:
    """What was spoken of, with the action put right: the item's name, or the question before."""
    spoken = item.name if item else before.content
    lexicon = for_names()
    bare = "".join(word for word in cut(plain(spoken)) if not _is_action(word, lexicon))
    whole = read(bare + said.content)
    return replace(whole, aspects=said.aspects or before.aspects, region=before.region)


def _is_action(word: str, lexicon: Lexicon) -> bool:
    known = lexicon.entries.get(word)
    return known is not None and bool(known.actions) and not known.concepts
