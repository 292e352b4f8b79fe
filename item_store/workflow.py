"""The way from a draft to a published version: stages and moves as data, decided by pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from item_store.calendar import Calendar, Day
from item_store.chains import Chain, Stage
from item_store.people import ROLES, Grant, Reach

__all__ = [
    "DRAFT",
    "PUBLISHED",
    "TAKEN_BACK",
    "Action",
    "Actor",
    "Move",
    "Moved",
    "Noted",
    "Opinion",
    "Progress",
    "Refused",
    "Remark",
    "Why",
    "due_day",
    "fields_to_mend",
    "move",
    "moves_of",
    "waiting_places",
    "waiting_roles",
]

DRAFT, PUBLISHED, TAKEN_BACK = "draft", "published", "taken_back"
FILLERS = ("clerk", "head")


class Action(StrEnum):
    SUBMIT = "submit"
    PASS = "pass"  # noqa: S105 - a move, no password
    RETURN = "return"
    TAKE_BACK = "take_back"


class Why(StrEnum):
    """Why a move was refused; the phrase is review.refused.<value>."""

    NO_SUCH_MOVE = "no_such_move"
    NOT_YOUR_ROLE = "not_your_role"
    OTHER_UNIT = "other_unit"
    OWN_DRAFT = "own_draft"
    ALREADY_SAID = "already_said"
    NOTHING_NAMED = "nothing_named"
    NOT_CODED = "not_coded"


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the table: who may do what where, and where that leads."""

    at: str
    action: Action
    role: str
    to: str


@dataclass(frozen=True, slots=True)
class Remark:
    """What a reviewer says of one field; an empty key speaks of the whole."""

    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """One role's decision at one stage."""

    stage: str
    role: str
    person: str
    action: Action
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case stands, as far as its next move depends on it.

    `units` is the reporting unit and those competent above it; `opinions` are of this stage's round.
    """

    at: str
    units: tuple[str, ...]
    authors: frozenset[str] = frozenset()
    opinions: tuple[Opinion, ...] = ()
    resume_at: str = ""
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """A person and the roles they hold, each in a unit."""

    person: str
    grants: tuple[Grant, ...]

    def holds(self, role: str) -> bool:
        return any(grant.role == role for grant in self.grants)

    def holds_in(self, role: str, units: Sequence[str]) -> bool:
        """Whether the role counts in the unit that `units` begins with."""
        given = [grant.unit for grant in self.grants if grant.role == role]
        return bool(units) and any(ROLES[role].counts_in(unit, units) for unit in given)


@dataclass(frozen=True, slots=True)
class Moved:
    """The case stands somewhere else; `remarks` are for the clerk when it came back."""

    progress: Progress
    opinion: Opinion | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Noted:
    """An opinion is kept; others are still to be heard at this stage."""

    progress: Progress
    opinion: Opinion
    awaited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    why: Why
    details: Mapping[str, str] = field(default_factory=dict)


Outcome = Moved | Noted | Refused


def moves_of(chain: Chain) -> tuple[Move, ...]:
    """Every move a chain allows."""
    first = chain.keys[0]
    rows = [Move(DRAFT, Action.SUBMIT, role, first) for role in FILLERS]
    rows += [Move(at, Action.TAKE_BACK, role, TAKEN_BACK) for at in (DRAFT, *chain.keys) for role in FILLERS]
    for stage, after in zip(chain.stages, (*chain.keys[1:], PUBLISHED), strict=True):
        rows += [Move(stage.key, Action.PASS, role, after) for role in stage.roles]
        rows += [Move(stage.key, Action.RETURN, role, DRAFT) for role in stage.roles]
    return tuple(rows)


def move(  # noqa: PLR0917 - the six things a move depends on
    chain: Chain,
    progress: Progress,
    actor: Actor,
    action: Action,
    remarks: Sequence[Remark] = (),
    role: str = "",
) -> Outcome:
    """What comes of an action; `role` says as whom, where the person holds several at this stage."""
    rows = [row for row in moves_of(chain) if row.at == progress.at and row.action == action]
    if not rows:
        return Refused(Why.NO_SUCH_MOVE, {"action": action, "at": progress.at})
    spoken_for = [row for row in rows if role in ("", row.role)]
    held = [row for row in spoken_for if actor.holds(row.role)]
    if not held:
        roles = "、".join(row.role for row in spoken_for or rows)
        return Refused(Why.NOT_YOUR_ROLE, {"roles": roles})
    units = progress.units[1:] if _is_above(chain, progress.at, action) else progress.units
    here = [row for row in held if actor.holds_in(row.role, units)]
    if not here:
        return Refused(Why.OTHER_UNIT, {"unit": progress.units[0]})
    if action in (Action.SUBMIT, Action.TAKE_BACK):
        return _by_clerk(progress, actor, here[0])
    return _by_reviewer(chain, progress, actor, here, tuple(remarks))


def _is_above(chain: Chain, at: str, action: Action) -> bool:
    decides = action in (Action.PASS, Action.RETURN)
    return decides and chain.stage(at).above


def _by_clerk(progress: Progress, actor: Actor, row: Move) -> Outcome:
    authors = progress.authors | {actor.person}
    return Moved(replace(progress, at=row.to, authors=authors, opinions=()))


def _by_reviewer(
    chain: Chain, progress: Progress, actor: Actor, rows: Sequence[Move], remarks: tuple[Remark, ...]
) -> Outcome:
    if actor.person in progress.authors:
        return Refused(Why.OWN_DRAFT)
    said = {opinion.role for opinion in progress.opinions}
    row = next((row for row in rows if row.role not in said), None)
    if row is None:
        return Refused(Why.ALREADY_SAID)
    if row.action is Action.RETURN and not any(remark.text.strip() for remark in remarks):
        return Refused(Why.NOTHING_NAMED)
    stage = chain.stage(row.at)
    if stage.gives_code and row.action is Action.PASS and not progress.coded:
        return Refused(Why.NOT_CODED)
    opinion = Opinion(row.at, row.role, actor.person, row.action, remarks)
    return _heard(chain, stage, progress, opinion)


def _heard(chain: Chain, stage: Stage, progress: Progress, opinion: Opinion) -> Outcome:
    """With one more opinion: wait for the rest, go on, or go back with everything that was said."""
    opinions = (*progress.opinions, opinion)
    awaited = tuple(role for role in stage.roles if role not in {o.role for o in opinions})
    if awaited:
        return Noted(replace(progress, opinions=opinions), opinion, awaited)
    if any(o.action is Action.RETURN for o in opinions):
        remarks = tuple(remark for o in opinions if o.action is Action.RETURN for remark in o.remarks)
        resume = stage.key if chain.resumes else ""
        return Moved(replace(progress, at=DRAFT, opinions=(), resume_at=resume), opinion, remarks)
    after = _after(chain, stage, progress.resume_at)
    resume = "" if after == progress.resume_at else progress.resume_at
    return Moved(replace(progress, at=after, opinions=(), resume_at=resume), opinion)


def _after(chain: Chain, stage: Stage, resume_at: str) -> str:
    """The stage that follows; after a return and the sign-off, the one that had returned it."""
    keys = chain.keys
    at = keys.index(stage.key)
    if resume_at in keys and at == 0:
        return keys[max(keys.index(resume_at), 1)] if len(keys) > 1 else PUBLISHED
    return keys[at + 1] if at + 1 < len(keys) else PUBLISHED


def waiting_roles(chain: Chain, progress: Progress) -> tuple[str, ...]:
    """Who is to speak now; nobody at a closed case or a draft."""
    stage = next((s for s in chain.stages if s.key == progress.at), None)
    said = {opinion.role for opinion in progress.opinions}
    return tuple(role for role in stage.roles if role not in said) if stage else ()


def waiting_places(chain: Chain, progress: Progress) -> tuple[tuple[str, str], ...]:
    """(role, unit given for) of those who may speak now; an empty unit stands for any."""
    if progress.at not in chain.keys:
        return ()
    units = progress.units[1:] if chain.stage(progress.at).above else progress.units
    places = {Reach.OWN: units[:1], Reach.BELOW: units, Reach.ALL: ("",)}
    roles = waiting_roles(chain, progress)
    return tuple((role, unit) for role in roles for unit in places[ROLES[role].reach])


def due_day(stage: Stage, entered: date, calendar: Calendar) -> Day:
    """The last working day of a stage."""
    return calendar.add_working_days(entered, stage.days)


def fields_to_mend(remarks: Iterable[Remark]) -> tuple[str, ...]:
    """The fields that were named, each once, in the order they were."""
    return tuple(dict.fromkeys(remark.field for remark in remarks if remark.field))
