"""What is not a question for an item: danger first, then greetings and the like, then what others answer."""

import re
from functools import lru_cache

from knowledge import pinyin, words
from knowledge.kinds import CALL, COMPLAINT, heard, kinds
from knowledge.lexicon import for_questions
from knowledge.reading import LETTER, Question
from knowledge.sayings import CALLS
from knowledge.talk import talk
from knowledge.text import plain

SERVICES = ("120", "119", "110", "122")
"""The first of them that a message calls for is the one it is sent to."""
SOCIAL = ("greeting", "thanks", "farewell", "human", "help")
OUTSIDE = ("prompt", "abuse", "complaint", "elsewhere", "chat")
ARGUABLE = ("abuse", "complaint", "elsewhere", "chat")
"""Kinds whose words stand in questions for an item as well: an item that fits firmly is offered."""
DOUBTFUL = {"grievance": "complaint", "beyond": "elsewhere"}
"""Sections that only say something together with a doubtful match, and the kind they are of."""

NEAREST = 2.0
FIRM, PRESUMED = 0.22, 0.33
"""How near what no item answers must be, items being at 1, for firm and for doubtful words to count."""
CLEAR = 0.95
"""From where a kind is said outright."""
LIKELY, RISKY = 0.7, 0.5
"""From where it is presumed when no item fits."""
CALM, BALANCED = -3.0, 2.0
"""Below this weight there is no danger, whatever single words say; and where an item surely fits."""
IN_PASSING, HARMLESS = -2.0, -1.0
"""From these weights, in natural logarithms of odds, what hardly any item fits is mere talk, and what has no
words of danger must be a call for certain."""
OUTWEIGHED = 20.0
"""Nor where all words together speak so much more for another kind: 抢钱 is also said of a high fee."""


TYPED = 1 / 3
"""The share of letters in a message that is typed in pinyin."""
UNSEEN = 2.0
"""So much more both must say, on average, of a message in characters that sounds like a call."""
NO_WORD = re.compile(r"[\W_]")


def emergency(question: Question, least: float = CALM) -> str:
    """The number to call by words of danger, or empty; they do not count where all others speak against."""
    if is_calm(question):
        return ""
    named = next((one for one in SERVICES if _says(f"{CALLS}{one}", question)), "")
    if not named:
        return ""
    text, enough = plain(question.text), CALM if is_urgent(question) else least
    counts = kinds().weigh(text)[CALL] > enough and not kinds().is_other(text, OUTWEIGHED)
    return named if counts else ""


def alarming(question: Question, least: float) -> str:
    """The number to call by all the words together, or by their sound: what is mistyped sounds the same."""
    if is_calm(question):
        return ""
    text = plain(question.text)
    typed = len(LETTER.findall(question.clean)) > TYPED * len(question.clean)
    said = kinds().service(text, least)
    if said or (not typed and kinds().is_other(text)):
        return said
    sounding = least if typed else 2 * (least + UNSEEN) - kinds().weigh(text)[CALL]
    return heard().service(pinyin.heard(question.clean), sounding)


def is_calm(question: Question) -> bool:
    """Whether the message is mere talk, or speaks of what is over and wants what follows from it."""
    settled = _says("settled", question) and not is_urgent(question)
    return settled or bool(_is_talk(question))


def is_urgent(question: Question) -> bool:
    """Whether there are words that only somebody in danger says."""
    return _says("urgent", question)


def social(question: Question) -> str:
    """The kind, where the whole message is nothing else."""
    return _is_talk(question) or ("help" if _told(question, CLEAR) == "meta" else "")


def _is_talk(question: Question) -> str:
    """The kind of talk that the whole message is, by its words."""
    bare, patterns = plain(question.text), words.sections("scope")
    return next((kind for kind in SOCIAL if bare and patterns[kind].fullmatch(bare)), "")


def outside(question: Question) -> str:
    """The kind of what no item answers, or empty; in the raw text there are marks that tidying takes away."""
    if words.sections("scope")["prompt"].search(question.raw.lower()):
        return "prompt"
    near = nearness(question) > FIRM
    said = next((kind for kind in OUTSIDE if near and _says(kind, question)), "")
    kind = _told(question, CLEAR)
    return said or (kind if kind in OUTSIDE or kind == "gibberish" else "")


def nearness(question: Question) -> float:
    """How near the most like message that no item answers is, by how near the sayings of items are."""
    beyond, told = question.beyond[:1], question.told[:1]
    return min(NEAREST, beyond[0].share / told[0].share if told else NEAREST) if beyond else 0.0


def is_near(question: Question) -> bool:
    """Whether messages that no item answers are near enough to make an answer risky."""
    return nearness(question) > RISKY


def likely(question: Question) -> str:
    """The kind of message that is about as near as any item, or that all the words speak for."""
    by_words = "" if question.aspects else kinds().presumed(plain(question.text))
    return _told(question, _presumed_from(question)) or by_words


def is_harmless(question: Question) -> bool:
    """Whether it sounds so much like talk that it must be a call for certain."""
    return talk().weigh(plain(question.text)) > HARMLESS


def is_talk(question: Question) -> bool:
    """Whether something is only spoken of, by all the words together."""
    return not question.aspects and talk().weigh(plain(question.text)) > IN_PASSING


def complains(question: Question) -> bool:
    """Whether there are words of complaint."""
    return _says("complaint", question) or _says("grievance", question)


def grieves(question: Question) -> bool:
    """Whether all the words together are those of a complaint."""
    return kinds().weigh(plain(question.text))["complaint"] >= COMPLAINT


def accuses(question: Question, name: str) -> bool:
    """Whether somebody reports another, and the item of this name is not there to accept reports."""
    return _says("accusing", question) and not words.sections("scope")["accepts"].search(name)


def grievance(question: Question) -> str:
    """A complaint by its words alone, for a message that hardly any item fits."""
    near = nearness(question) > FIRM
    return DOUBTFUL["grievance"] if near and _says("grievance", question) else ""


def doubtful(question: Question) -> str:
    """The kind of what is probably no question for an item, unless one fits very well."""
    near = nearness(question) > PRESUMED
    said = next((kind for section, kind in DOUBTFUL.items() if near and _says(section, question)), "")
    kind = _told(question, _presumed_from(question))
    return said or (kind if kind in OUTSIDE else "")


def _presumed_from(question: Question) -> float:
    """Who asks for materials, fees or the like asks for an item, be it one that is not on record."""
    return CLEAR if question.aspects else LIKELY


def _told(question: Question, least: float) -> str:
    """The kind of the message that is most like the question, where it is so near."""
    near = question.content and question.beyond and nearness(question) >= least
    return question.beyond[0].wordings[0] if near else ""


def is_gibberish(question: Question) -> bool:
    """Too little to be a question: no letters, one character, one character repeated, or no word known."""
    bare = NO_WORD.sub("", plain(question.text))
    unread = bare.isascii() and not for_questions().fold(bare).found
    return len(bare) < 2 or len(set(bare)) == 1 or unread


def _says(section: str, question: Question) -> bool:
    """In the words that were typed, or in standard ones."""
    return any(_stands_in(text, section) for text in dict.fromkeys((question.clean, question.text)))


@lru_cache(maxsize=256)
def _stands_in(text: str, section: str) -> bool:
    """Kept for the last few: several steps look for the same in one message."""
    return bool(words.sections("scope")[section].search(text))
