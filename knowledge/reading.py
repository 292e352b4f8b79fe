"""A question read: tidied, aspects found and taken out, official words put in, cut into what is searched for."""

import re
from dataclasses import dataclass
from functools import cache

from knowledge import aspects, marks, places, rules, spelling, text, tokens, words
from knowledge.lexicon import Folded, for_questions

_CODE = re.compile(r"(?<![0-9a-z])(?=[0-9a-z-]*\d{3})[0-9a-z][0-9a-z-]{7,63}(?![0-9a-z])")


@dataclass(frozen=True, slots=True)
class Question:
    """What the question says, step by step, so that `ask --why` can show it."""

    raw: str
    text: str
    topic: str
    tokens: tuple[str, ...]
    content: str
    folded: Folded
    actions: int
    marks: int
    aspects: tuple[str, ...]
    additions: tuple[str, ...]
    codes: tuple[str, ...]
    region: str


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
    return Question(
        raw=raw,
        text=meant,
        topic=topic,
        tokens=cut,
        content=content,
        folded=lexicon.fold(content),
        actions=lexicon.fold(text.plain(asked)).actions,
        marks=marks.of_question(meant),
        aspects=aspects.aspects(spans),
        additions=rules.additions(meant),
        codes=tuple(_CODE.findall(clean)),
        region=region,
    )


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
