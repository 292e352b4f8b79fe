"""From a question to an outcome: the list of STEPS, tried in order until one has an outcome."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from knowledge import deciding, following, scope
from knowledge.index import Index
from knowledge.judging import judge
from knowledge.kinds import CERTAIN, LIKELY, SURE
from knowledge.outcomes import (
    Candidate,
    Choose,
    Context,
    Emergency,
    Farewell,
    Found,
    Greeting,
    Help,
    Human,
    NotFound,
    Outcome,
    OutOfScope,
    Thanks,
)
from knowledge.ranking import FEATURES, Scored
from knowledge.reading import Question, parts_of, read

__all__ = [
    "STEPS", "Candidate", "Choose", "Context", "Emergency", "Explanation", "Farewell", "Found", "Greeting",
    "Help", "Human", "NotFound", "OutOfScope", "Outcome", "Thanks", "answer", "choose", "explain",
]  # fmt: skip


@dataclass(slots=True)
class Turn:
    """One message on its way through the steps; candidates are ranked when the first step asks for them."""

    question: Question
    index: Index
    context: Context
    _ranked: list[Scored] | None = None

    @property
    def ranked(self) -> list[Scored]:
        if self._ranked is None:
            ranked = judge(self.question, self.index, self.place) if self.question.content else []
            self._ranked = deciding.in_place(ranked, self.place)
        return self._ranked

    @property
    def sure(self) -> float:
        """The probability that the best candidate is what was meant."""
        return self.ranked[0].sure if self.ranked else 0.0

    @property
    def is_sure(self) -> bool:
        """Whether the best candidate may be answered outright."""
        return bool(self.ranked) and deciding.is_sure(self.question, self.ranked)

    @property
    def place(self) -> str:
        """The place named now, or else remembered."""
        return self.question.region or self.context.region


Step = Callable[[Turn], Outcome | None]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question got its outcome."""

    question: Question
    step: str
    outcome: Outcome
    candidates: tuple[tuple[Candidate, dict[str, float]], ...]


def answer(question: str, index: Index, context: Context = Context()) -> Outcome:  # noqa: B008  (it never changes)
    """What the question comes to; the outcome's context is to be given with the next question."""
    return _decide(_turn(question, index, context))[1]


def choose(item: str, index: Index, context: Context = Context()) -> Outcome:  # noqa: B008
    """What it comes to that an item is picked by a tap: found, or asked in which place."""
    outcome = following.picked(item, index, context)
    return replace(outcome, context=following.remember(outcome, read(""), context))


def explain(question: str, index: Index, context: Context = Context()) -> Explanation:  # noqa: B008
    """The same, with the tokens, the candidates and their parts, and the step that decided."""
    turn = _turn(question, index, context)
    step, outcome = _decide(turn)
    parts = {one.entry.id: _parts(one) for one in turn.ranked}
    shown = tuple((candidate, parts.get(candidate.id, {})) for candidate in outcome.candidates)
    return Explanation(turn.question, step, outcome, shown)


def call_for_help(turn: Turn) -> Outcome | None:
    """Somebody in danger is sent to the emergency number before anything else."""
    service = scope.emergency(turn.question)
    if service and turn.is_sure:
        service = scope.emergency(turn.question, scope.BALANCED)
    if not service and scope.alarming(turn.question, LIKELY):
        service = scope.alarming(turn.question, _alarmed_from(turn))
    return Emergency(service=service, candidates=_likely(turn)) if service else None


def be_social(turn: Turn) -> Outcome | None:
    """A message that is only a greeting, thanks, farewell, a call for a person or about the bot."""
    kinds: dict[str, type[Outcome]] = {
        "greeting": Greeting, "thanks": Thanks, "farewell": Farewell, "human": Human, "help": Help,
    }  # fmt: skip
    kind = scope.social(turn.question)
    return kinds[kind]() if kind else None


def find_code(turn: Turn) -> Outcome | None:
    """A code or id that was typed or pasted names its item; one that no item has names none."""
    alone = turn.question.clean.strip()
    codes = (turn.question.raw.strip(), *turn.question.codes)
    found = list({entry.id: entry for code in codes for entry in turn.index.with_code(code)}.values())
    if not found:
        return NotFound() if turn.question.codes == (alone,) else None
    candidates = tuple(Candidate(entry.id, entry.name, 1.0 / len(found)) for entry in found[:5])
    if len(found) == 1:
        return Found(item=found[0].id, candidates=candidates)
    return Choose(options=tuple(entry.id for entry in found[:5]), about="situation", candidates=candidates)


def pass_over_gibberish(turn: Turn) -> Outcome | None:
    return OutOfScope(kind="gibberish") if scope.is_gibberish(turn.question) else None


def follow_up(turn: Turn) -> Outcome | None:
    """Asked of the item just spoken of, or a choice among the options just offered."""
    return following.follow(turn.question, turn.index, turn.context)


def leave_to_far_places(turn: Turn) -> Outcome | None:
    """What is to be done at a place that is not served here."""
    place = turn.question.far
    return OutOfScope(kind="far", place=place, candidates=_likely(turn)) if place else None


def keep_to_scope(turn: Turn) -> Outcome | None:
    """Complaints, chat, other bodies' matters, insults and attempts on the bot are answered as such."""
    kind = scope.outside(turn.question)
    if not kind or (kind in scope.ARGUABLE and deciding.stands_firm(turn.question, turn.ranked)):
        return None
    return OutOfScope(kind=kind)


def leave_to_others(turn: Turn) -> Outcome | None:
    """What sounds like a grievance or another body's matter is answered only where an item fits surely."""
    kind = scope.doubtful(turn.question)
    if not kind or deciding.stands_doubt(turn.question, turn.ranked):
        return None
    return OutOfScope(kind=kind)


def know_by_likeness(turn: Turn) -> Outcome | None:
    """A message like those that no item answers, where no item fits either."""
    kind = deciding.likeness(turn.question, turn.ranked)
    if kind == "meta":
        return Help()
    return OutOfScope(kind=kind) if kind else None


def search(turn: Turn) -> Outcome | None:
    """The item that is meant, or the few that may be."""
    ranked = turn.ranked
    candidates = deciding.candidates(ranked)
    if not candidates or not deciding.is_offered(ranked):
        return NotFound(candidates=candidates)
    items, is_sure = _asked_apart(turn), turn.is_sure
    left_open = deciding.differ_by_action(turn.question, ranked) if len(items) < 2 else []
    if is_sure and _lacks_place(turn, ranked):
        return _choose(turn, deciding.same_name(ranked), candidates)
    if left_open and turn.sure >= deciding.EVEN:
        return _choose(turn, left_open, candidates)
    if is_sure:
        item, *also = items if candidates[0].id in items else [candidates[0].id, *items]
        return Found(item=item, also=tuple(also[: deciding.OPTIONS]), candidates=candidates)
    if len(items) > 1:
        return Found(item=items[0], also=items[1:], candidates=_first(items[0], candidates))
    return _choose(turn, deciding.conceivable(turn.question, ranked), candidates)


def say_nothing_found(turn: Turn) -> Outcome | None:
    return NotFound(candidates=deciding.candidates(turn.ranked, 0.0))


STEPS: tuple[Step, ...] = (
    call_for_help,
    be_social,
    find_code,
    follow_up,
    leave_to_far_places,
    keep_to_scope,
    pass_over_gibberish,
    leave_to_others,
    know_by_likeness,
    search,
    say_nothing_found,
)


def _choose(turn: Turn, options: list[Scored], candidates: tuple[Candidate, ...]) -> Outcome:
    """Ask which is meant; after two such questions in a row answer the likelier one, or nothing."""
    if turn.context.options and turn.context.asked >= deciding.IN_A_ROW:
        likely = candidates[0].score >= deciding.EVEN
        return (
            Found(item=candidates[0].id, candidates=candidates) if likely else NotFound(candidates=candidates)
        )
    offered = options[: deciding.OPTIONS]
    about = deciding.splits(offered)
    return Choose(options=tuple(one.entry.id for one in offered), about=about, candidates=candidates)


def _lacks_place(turn: Turn, ranked: list[Scored]) -> bool:
    """Whether several places have the best item and none is known."""
    return not turn.place and len({one.entry.region for one in deciding.same_name(ranked)}) > 1


def _asked_apart(turn: Turn) -> tuple[str, ...]:
    """The items that the parts of a message surely ask for, where each part names a thing of its own."""
    items: list[str] = []
    for part in parts_of(turn.question):
        ranked = deciding.in_place(judge(part, turn.index, turn.place), turn.place)
        if ranked and deciding.is_sure(part, ranked) and not _lacks_place(turn, ranked):
            items.append(ranked[0].entry.id)
    return tuple(dict.fromkeys(items))


def _alarmed_from(turn: Turn) -> float:
    """How alarming a message must be: the less, the less there is of an item, a complaint or talk in it."""
    if scope.complains(turn.question) or scope.is_harmless(turn.question) or turn.is_sure:
        return CERTAIN
    asks = not set(turn.question.aspects) <= {"phone", "place"}
    return SURE if asks or turn.sure >= deciding.EVEN else LIKELY


def _likely(turn: Turn) -> tuple[Candidate, ...]:
    """The items for who meant one after all, where one is likely."""
    return deciding.candidates(turn.ranked) if turn.sure >= deciding.EVEN else ()


def _first(item: str, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates with the one that is answered at their head."""
    return tuple(sorted(candidates, key=lambda one: one.id != item))


def _turn(question: str, index: Index, context: Context) -> Turn:
    regions = tuple(index.regions)
    return Turn(following.corrected(read(question, regions), index, context), index, context)


def _decide(turn: Turn) -> tuple[str, Outcome]:
    for step in STEPS:
        outcome = step(turn)
        if outcome is not None:
            return step.__name__, _completed(outcome, turn)
    raise AssertionError("the last step always has an outcome")


def _completed(outcome: Outcome, turn: Turn) -> Outcome:
    """Add the aspects asked, what stood nearest all the same, and what the conversation is to remember."""
    aspects = outcome.aspects or turn.question.aspects
    if isinstance(outcome, OutOfScope) and not outcome.candidates:
        outcome = replace(outcome, candidates=deciding.candidates(turn.ranked, 0.0))
    return replace(outcome, aspects=aspects, context=following.remember(outcome, turn.question, turn.context))


def _parts(scored: Scored) -> dict[str, float]:
    return {"sure": scored.sure, "score": scored.score} | dict(
        zip(FEATURES, scored.features.tolist(), strict=True)
    )
