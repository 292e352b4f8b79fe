"""Taking a draft through its chain: what each act of a person makes of a case, kept by the store."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

from item_store import codes
from item_store.adjustments import ADD, CANCEL, CHANGE, Grounds, accepts
from item_store.audit import Act
from item_store.calendar import Calendar
from item_store.cases import Case, CodeTaken, Step, Submission
from item_store.chains import Chain, chain_for
from item_store.contract import ItemStore
from item_store.item import Item
from item_store.outcomes import Conflict
from item_store.people import Person
from item_store.register import Notice, Phrase
from item_store.templates import TEMPLATES
from item_store.units import chain as units_above
from item_store.workflow import (
    DRAFT,
    PUBLISHED,
    Action,
    Actor,
    Moved,
    Noted,
    Progress,
    Refused,
    Remark,
    Why,
    due_day,
    fields_to_mend,
    move,
    waiting_places,
)

CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class NoChain:
    """No chain is laid down for such a unit's change of such a list."""

    unit: str
    template: str
    change: str


@dataclass(frozen=True, slots=True)
class NoGrounds:
    """A change or cancellation needs a reason of the list and its basis."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The case as it stands now, and what the decision came to."""

    case: Case
    outcome: Moved | Noted


@dataclass(frozen=True, slots=True)
class Coded:
    case: Case


@dataclass(frozen=True, slots=True)
class WrongCode:
    problem: codes.CodeCheck


@dataclass(frozen=True, slots=True)
class Proposal:
    """A code to give; `shared` when an item of the same name and type has it elsewhere."""

    code: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what to a case, and as whom."""

    person: Person
    action: Action
    remarks: tuple[Remark, ...] = ()
    role: str = ""
    submission: Submission | None = None


@dataclass(frozen=True)
class Review:
    """What decisions need beside the store: the chains, the calendar, the clock, the region of codes."""

    store: ItemStore
    chains: Mapping[str, Chain]
    calendar: Calendar
    clock: Callable[[], datetime]
    code_region: str

    def chain(self, case: Case) -> Chain:
        return self.chains[case.chain]

    async def submit(
        self, submission: Submission, unit: str, person: Person
    ) -> Decided | Refused | Conflict | NoChain | NoGrounds | CodeTaken:
        """Hand a draft over: a new case, or the one that came back and was mended."""
        standing = await self.store.case_of_draft(submission.draft_id)
        case = standing if standing and standing.progress.at == DRAFT else await self._new(submission, unit)
        if not isinstance(case, Case):
            return case
        record = await self._record(submission, unit, case)
        authors = case.progress.authors | set(submission.data.get("authors", ()))
        progress = replace(case.progress, authors=authors, coded=bool(record.get("basic_code")))
        mended = replace(case, record=record, progress=progress, remarks=())
        return await self._act(mended, Deed(person, Action.SUBMIT, submission=submission))

    async def obstacle(self, data: Mapping[str, Any], unit: str) -> str | None:
        """Why a draft could not be handed over now: no_chain or no_grounds."""
        found = await self._new(Submission("", data, 0), unit)
        if isinstance(found, Case):
            return None
        return "no_chain" if isinstance(found, NoChain) else "no_grounds"

    async def _new(self, submission: Submission, unit: str) -> Case | NoChain | NoGrounds:
        units = {each.id: each for each in await self.store.units()}
        data, now = submission.data, self.clock()
        adjustment = data.get("adjustment", {})
        change = str(adjustment.get("change", ADD))
        grounds = Grounds(str(adjustment.get("reason", "")), str(adjustment.get("basis", "")))
        template = str(data["template"])
        if change in (CHANGE, CANCEL) and not accepts(template, change, grounds):
            return NoGrounds()
        kind = units[unit].kind if unit in units else ""
        chain = chain_for(self.chains.values(), kind, template, change)
        if chain is None:
            return NoChain(unit, template, change)
        progress = Progress(DRAFT, units_above(units, unit))
        item_id = str(data.get("item") or adjustment.get("item") or submission.draft_id)
        return Case(
            uuid4().hex, template, change, chain.id, submission.draft_id, item_id, {}, progress, now, grounds
        )

    async def _record(self, submission: Submission, unit: str, case: Case) -> dict[str, Any]:
        """The item as proposed: what stands already, under what the draft says."""
        standing = await self.store.published(case.item_id)
        own = await self.store.unit(unit)
        base: dict[str, Any] = {"region": own.region if own else "", "source": own.name if own else unit}
        template = TEMPLATES[case.template]
        if standing:
            kept = {k: v for k, v in standing.record().items() if k not in ("version", "published_at")}
            asked = {field.key for field in template.asked}
            base |= {key: value for key, value in kept.items() if key not in asked}
        coded = {key: case.record[key] for key in ("basic_code", "implementation_code") if key in case.record}
        effective = submission.data.get("adjustment", {}).get("effective_on", "")
        extra = {"effective_on": effective} if effective else {}
        source = str(submission.data.get("source_item", ""))
        upper = {"source_item": source} if source else {}
        coded = await self._code_of(source, case) | coded
        return {**base, **coded, **submission.data["values"], **extra, **upper, "id": case.item_id}

    async def _code_of(self, upper_id: str, case: Case) -> dict[str, Any]:
        """What is claimed has the code of the upper item, where no stage of the chain gives it one."""
        upper = await self.store.published(upper_id) if upper_id else None
        if upper is None or any(stage.gives_code for stage in self.chain(case).stages):
            return {}
        return {"basic_code": upper.text("basic_code")} if upper["basic_code"] else {}

    async def decide(
        self, case: Case, person: Person, action: Action, remarks: Sequence[Remark] = (), role: str = ""
    ) -> Decided | Refused | Conflict | CodeTaken:
        """Pass, return or take back."""
        return await self._act(case, Deed(person, action, tuple(remarks), role))

    async def _act(self, case: Case, deed: Deed) -> Decided | Refused | Conflict | CodeTaken:
        chain = self.chain(case)
        actor = Actor(deed.person.id, deed.person.grants)
        outcome = move(chain, case.progress, actor, deed.action, deed.remarks, deed.role)
        if isinstance(outcome, Refused):
            return outcome
        moved = self._moved(case, chain, outcome)
        saved = await self.store.save_case(moved, await self._step(moved, case, outcome, deed))
        if isinstance(saved, Conflict | CodeTaken):
            return saved
        return Decided(replace(moved, version=saved.version), outcome)

    def _moved(self, case: Case, chain: Chain, outcome: Moved | Noted) -> Case:
        opinions = (*case.opinions, outcome.opinion) if outcome.opinion else case.opinions
        remarks = outcome.remarks if isinstance(outcome, Moved) else case.remarks
        due = case.due
        if isinstance(outcome, Moved):
            at = outcome.progress.at
            today = self.clock().astimezone(CHINA).date()
            due = due_day(chain.stage(at), today, self.calendar).date if at in chain.keys else None
        return replace(case, progress=outcome.progress, opinions=opinions, remarks=remarks, due=due)

    async def _step(self, moved: Case, before: Case, outcome: Moved | Noted, deed: Deed) -> Step:
        chain = self.chain(moved)
        step = Step(
            acts=(_act_of(moved, before, outcome, deed),),
            waiting=waiting_places(chain, moved.progress),
            submission=deed.submission,
            by=deed.person.id,
            notices=_notices(moved, chain) if isinstance(outcome, Moved) else (),
        )
        if not isinstance(outcome, Moved):
            return step
        if outcome.progress.at == DRAFT:
            draft = await self.store.load_draft(moved.draft_id)
            return replace(step, reopened=reopened(draft.data, moved.remarks) if draft else None)
        if outcome.progress.at == PUBLISHED:
            return replace(step, **_publication(moved))
        return step

    async def propose_code(self, case: Case) -> Proposal | WrongCode:
        """The code that an item of the same name and type has anywhere, else the next free one."""
        item = case.item
        same = await self.store.basic_code_of(item.name, item.text("item_type"))
        if same:
            return Proposal(same, True)
        scheme = codes.scheme_for(self.code_region)
        taken = await self.store.given_codes()
        found = codes.next_free(scheme, taken, item.text("item_type")) if scheme else None
        if isinstance(found, codes.Valid):
            return Proposal(found.code, False)
        return WrongCode(found or codes.Unrecognised(""))

    async def give_code(
        self, case: Case, person: Person, basic_code: str, implementation_code: str = ""
    ) -> Coded | WrongCode | CodeTaken | Refused | Conflict:
        """Write the codes into the case; passing it on is a decision of its own."""
        chain = self.chain(case)
        allowed = move(
            chain, replace(case.progress, coded=True), Actor(person.id, person.grants), Action.PASS
        )
        if isinstance(allowed, Refused):
            return allowed
        if case.progress.at not in chain.keys or not chain.stage(case.progress.at).gives_code:
            return Refused(Why.NO_SUCH_MOVE, {"action": "code", "at": case.progress.at})
        given = {"basic_code": basic_code, "implementation_code": implementation_code}
        kinds = {"basic_code": codes.CodeKind.BASIC, "implementation_code": codes.CodeKind.IMPLEMENTATION}
        for key, code in given.items():
            checked = codes.check(code, kinds[key]) if code or key == "basic_code" else None
            if isinstance(checked, codes.Wrong | codes.Unrecognised):
                return WrongCode(checked)
        record = {**case.record, **{key: code for key, code in given.items() if code}}
        coded = replace(case, record=record, progress=replace(case.progress, coded=True))
        act = Act(person.id, "code", f"case:{case.id}", {key: code for key, code in given.items() if code})
        waiting = waiting_places(chain, coded.progress)
        step = Step(acts=(act,), waiting=waiting, codes=(basic_code,), by=person.id)
        saved = await self.store.save_case(coded, step)
        if isinstance(saved, Conflict | CodeTaken):
            return saved
        return Coded(replace(coded, version=saved.version))


def _act_of(moved: Case, before: Case, outcome: Moved | Noted, deed: Deed) -> Act:
    details: dict[str, Any] = {"from": before.progress.at, "to": moved.progress.at, "item": moved.item_id}
    if deed.action is Action.SUBMIT:
        details |= {"digest": moved.item.digest, "change": moved.change, "reason": moved.grounds.reason}
    if outcome.opinion:
        remarks = [[remark.field, remark.text] for remark in outcome.opinion.remarks]
        details |= {"role": outcome.opinion.role, "remarks": remarks}
    return Act(deed.person.id, deed.action, f"case:{moved.id}", details)


def _notices(moved: Case, chain: Chain) -> tuple[Notice, ...]:
    """To the clerks when it comes back or is published, else to those who are to decide."""
    details = {"case": moved.id, "name": moved.name, "due": moved.due.isoformat() if moved.due else ""}
    ends = {DRAFT: Phrase.CASE_RETURNED, PUBLISHED: Phrase.CASE_PUBLISHED}
    at = moved.progress.at
    if at in ends:
        told = [(person, ends[at]) for person in sorted(f"person:{p}" for p in moved.progress.authors)]
    else:
        places = waiting_places(chain, moved.progress)
        told = [(f"role:{role}:{unit}", Phrase.CASE_WAITS) for role, unit in places]
    key = f"{moved.id}:{moved.version + 1}"
    return tuple(Notice(f"{phrase}:{key}:{person}", person, phrase, details) for person, phrase in told)


def _publication(case: Case) -> dict[str, Any]:
    """What the last move puts in force, now or on the day that was asked for."""
    said = str(case.record.get("effective_on", ""))
    effective = datetime.fromisoformat(said).replace(tzinfo=CHINA) if said else None
    upper = str(case.record.get("source_item", ""))
    if case.change == CANCEL:
        return {"withdraw": True, "effective_at": effective}
    item: Item = case.item
    return {"publish": item, "effective_at": effective, "upper": upper}


def reopened(data: Mapping[str, Any], remarks: Sequence[Remark]) -> dict[str, Any]:
    """The draft's data with exactly the named fields open again; what they said is kept to be used again."""
    asked = {field.key for field in TEMPLATES[data["template"]].asked}
    named = [key for key in fields_to_mend(remarks) if key in asked]
    values, dropped = dict(data.get("values", {})), dict(data.get("dropped", {}))
    for key in named:
        if key in values:
            dropped[key] = values.pop(key)
    mend: dict[str, list[str]] = {}
    for remark in remarks:
        mend.setdefault(remark.field if remark.field in asked else "", []).append(remark.text)
    return {
        **data,
        "values": values,
        "dropped": dropped,
        "answered": [key for key in data.get("answered", ()) if key not in named],
        "skipped": [key for key in data.get("skipped", ()) if key not in named],
        "wanted": "",
        "mend": mend,
    }
