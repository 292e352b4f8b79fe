"""待审: the cases that wait for somebody, one of them with its differences, and the decision on it."""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.clock import CHINA
from bot.commands import Command, read_review
from bot.messages import Card, Choice, Line, Replies, Reply, Section
from bot.prompts import cut
from bot.reviews import Dossier, desks, dossier, may_see, review, role_title
from bot.rights import identity, who
from bot.turn import Turn
from item_store.cases import Case, CodeTaken, Waiting
from item_store.differences import Difference, LineKind
from item_store.fields import Field
from item_store.outcomes import Conflict
from item_store.people import Person, Use
from item_store.reviewing import Coded, Decided, Proposal, WrongCode
from item_store.workflow import DRAFT, PUBLISHED, Action, Noted, Opinion, Refused, Remark

OWN = ("reviews", "case", "case_whole", "case_pass", "case_return", "case_code")
SHOWN = 8
"""Cases listed at once."""

LINES = 6
"""Lines of a field shown before 「看全文」."""


def wants(turn: Turn) -> bool:
    """Its buttons and words; remarks and codes only while a case is open."""
    if turn.incoming.group:
        return False
    if turn.action:
        return turn.action.get("do") in OWN
    command = read_review(turn.text)
    if command is None:
        return False
    return command.name == "reviews" or (command.name in ("remark", "code") and "case" in turn.session.task)


async def handle(turn: Turn) -> Replies:
    """The queue, a case, or a decision; only for those who decide on something."""
    person = await who(turn)
    if person is None or not desks(person):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    do = turn.action.get("do", "")
    if do in ("case", "case_whole"):
        return await show(turn, person, turn.action["case"], whole=do == "case_whole")
    command = None if do else read_review(turn.text)
    if do == "reviews" or (command and command.name == "reviews"):
        return [await queue(turn, person)]
    return await on_case(turn, person, do, command)


async def queue(turn: Turn, person: Person) -> Reply:
    """What waits for this person, the most pressing first."""
    offset = int(turn.action.get("from", "0"))
    today = turn.services.clock().astimezone(CHINA).date()
    found = await turn.services.store.queue(desks(person), today, offset, SHOWN)
    if not found.total:
        return Reply(turn.say("review.nothing"))
    choices = [Choice(_line(turn, row, today), {"do": "case", "case": row.case_id}) for row in found.rows]
    if offset + SHOWN < found.total:
        more = {"do": "reviews", "from": str(offset + SHOWN)}
        choices.append(Choice(turn.say("review.more"), more, numbered=False))
    return Reply(turn.say("review.queue", total=found.total, late=found.late), choices=tuple(choices))


def _line(turn: Turn, row: Waiting, today: date) -> str:
    late = row.due is not None and row.due < today
    key = "review.line_late" if late else "review.line"
    return turn.say(key, name=cut(row.name), due=row.due.isoformat() if row.due else "")


async def show(turn: Turn, person: Person, case_id: str, whole: bool = False) -> Replies:
    """One case, opened here: remarks that are typed from now on are about it."""
    case = await turn.services.store.case(case_id)
    if case is None or not await may_see(turn.services, person, case):
        return [Reply(turn.say("review.gone"), choices=(list_button(turn),))]
    seen = await dossier(turn.services, case)
    if turn.session.task.get("case") != case_id:
        turn.session.task = {"staff": person.id, "case": case_id, "remarks": {}}
    return [Reply(card=_card(turn, seen, whole), choices=tuple(await _choices(turn, person, seen, whole)))]


async def on_case(turn: Turn, person: Person, do: str, command: Command | None) -> Replies:
    """A remark, a code or a decision on the case that is open."""
    case = await turn.services.store.case(turn.session.task.get("case", ""))
    if case is None or not await may_see(turn.services, person, case):
        return [Reply(turn.say("review.gone"), choices=(list_button(turn),))]
    if command and command.name == "remark":
        return [await remark(turn, person, case, command)]
    if do == "case_code" or command:
        code = command.title if command else turn.action["code"]
        return [await give_code(turn, person, case, code)]
    return [await decide(turn, person, case, Action.PASS if do == "case_pass" else Action.RETURN)]


async def remark(turn: Turn, person: Person, case: Case, command: Command) -> Reply:
    """Keep a remark on a field, or on the whole, until the decision."""
    seen = await dossier(turn.services, case)
    field = next((f for f in seen.fields if f.number == command.number), None) if command.number else None
    if command.number and field is None:
        return Reply(turn.say("review.no_such_field", number=command.number))
    key = field.key if field else ""
    remarks = {**turn.session.task.get("remarks", {}), key: command.title}
    turn.session.task["remarks"] = remarks
    title = field.title if field else turn.say("review.whole")
    text = turn.say("review.noted", title=title, text=command.title, count=len(remarks))
    return Reply(text, choices=tuple(await _choices(turn, person, seen, whole=True)))


async def decide(turn: Turn, person: Person, case: Case, action: Action) -> Reply:
    """Pass or return with the remarks; what came of it, and what waits next."""
    said: Mapping[str, str] = turn.session.task.get("remarks", {})
    remarks = [Remark(key, text) for key, text in said.items()]
    outcome = await review(turn.services).decide(case, person, action, remarks)
    await _note(turn, person, case, action, not isinstance(outcome, Refused))
    if isinstance(outcome, Refused):
        return Reply(refused(turn, outcome), choices=(list_button(turn),))
    if not isinstance(outcome, Decided):
        return _overtaken(turn, case)
    turn.session.task = {"staff": person.id}
    # Whoever decided asks next: the answer is to be the new one, here at once and elsewhere within a second.
    await turn.services.catalogue.refresh()
    return Reply(_came_to(turn, outcome), choices=(list_button(turn),))


def _came_to(turn: Turn, decided: Decided) -> str:
    case, at = decided.case, decided.case.progress.at
    if isinstance(decided.outcome, Noted):
        return turn.say("review.heard", name=case.name, count=len(decided.outcome.awaited))
    if at in (DRAFT, PUBLISHED):
        return turn.say(f"review.{'returned' if at == DRAFT else 'published'}", name=case.name)
    stage = review(turn.services).chain(case).stage(at)
    return turn.say("review.moved", name=case.name, stage=stage.title, due=case.due or "")


async def give_code(turn: Turn, person: Person, case: Case, said: str) -> Reply:
    """Give the codes that are typed or proposed: the basic one, and the implementation code after it."""
    basic, _, rest = said.strip().partition(" ")
    outcome = await review(turn.services).give_code(case, person, basic, rest.replace(" ", ""))
    await _note(turn, person, case, "code", isinstance(outcome, Coded))
    match outcome:
        case Coded():
            seen = await dossier(turn.services, outcome.case)
            text = turn.say("review.coded", name=case.name, code=basic)
            return Reply(text, choices=tuple(await _choices(turn, person, seen, whole=True)))
        case WrongCode():
            why = getattr(outcome.problem, "why", "code.unrecognised")
            details = getattr(outcome.problem, "details", {})
            reason = turn.say(why, **details) if turn.texts.knows(why) else why
            return Reply(turn.say("review.wrong_code", code=basic, why=reason))
        case CodeTaken():
            return Reply(turn.say("review.code_taken", code=outcome.code))
        case Refused():
            return Reply(refused(turn, outcome))
        case Conflict():
            return _overtaken(turn, case)


def refused(turn: Turn, outcome: Refused) -> str:
    """Why a decision was not taken, in words."""
    roles = "、".join(role_title(role) for role in outcome.details.get("roles", "").split("、"))
    return turn.say(f"review.refused.{outcome.why}", **{**outcome.details, "roles": roles})


def _overtaken(turn: Turn, case: Case) -> Reply:
    again = Choice(turn.say("review.look_again"), {"do": "case", "case": case.id}, numbered=False)
    return Reply(turn.say("review.overtaken", name=case.name), choices=(again,))


async def _note(turn: Turn, person: Person, case: Case, right: str, allowed: bool) -> None:
    use = Use(person.id, identity(turn), right, case.unit, f"case:{case.id}", allowed, turn.services.clock())
    await turn.services.store.note_use(use)


def list_button(turn: Turn) -> Choice:
    return Choice(turn.say("review.list"), {"do": "reviews"}, numbered=False)


async def _choices(turn: Turn, person: Person, seen: Dossier, whole: bool) -> Iterable[Choice]:
    choices: list[Choice] = []
    if seen.roles_of(person):
        choices += await _deciding(turn, seen)
    if not whole:
        look = {"do": "case_whole", "case": seen.case.id}
        choices.append(Choice(turn.say("choice.full"), look, numbered=False))
    return (*choices, list_button(turn))


async def _deciding(turn: Turn, seen: Dossier) -> list[Choice]:
    back = Choice(turn.say("review.return"), {"do": "case_return"}, numbered=False)
    if seen.is_coding and not seen.case.progress.coded:
        proposal = await review(turn.services).propose_code(seen.case)
        if not isinstance(proposal, Proposal):
            return [back]
        key = "review.share_code" if proposal.shared else "review.give_code"
        give = {"do": "case_code", "code": proposal.code}
        return [Choice(turn.say(key, code=proposal.code), give, numbered=False), back]
    return [Choice(turn.say("review.pass"), {"do": "case_pass"}, numbered=False), back]


def _card(turn: Turn, seen: Dossier, whole: bool) -> Card:
    """The case by section, each field with its differences and the remarks made on it."""
    case, sections = seen.case, []
    for section in dict.fromkeys(field.section for field in seen.fields):
        speaking = [f for f in seen.fields if f.section == section and _speaks(seen, f)]
        lines = [_field(turn, seen, field, whole) for field in speaking]
        if lines:
            sections.append(Section(turn.say(f"section.{section}"), tuple(lines)))
    origin = [
        Line(seen.stage_title or turn.say(seen.ended, count=len(case.remarks)), seen.chain.title),
        Line(case.unit, turn.say("review.unit")),
        Line(turn.say(f"review.change.{case.change}", basis=case.grounds.basis), turn.say("review.kind")),
    ]
    if case.due:
        origin.append(Line(case.due.isoformat(), turn.say("review.due")))
    spoken = [opinion for opinion in case.opinions if opinion.remarks]
    earlier = [Line(turn.say("review.said", **_said(seen, opinion))) for opinion in spoken]
    if earlier:
        sections.append(Section(turn.say("review.earlier"), tuple(earlier)))
    return Card(case.name, tuple(sections), tuple(origin), turn.say("review.how"))


def _said(seen: Dossier, opinion: Opinion) -> dict[str, str]:
    titles = {field.key: field.title for field in seen.fields}
    text = "；".join(f"{titles.get(r.field, '')} {r.text}".strip() for r in opinion.remarks)
    return {"role": role_title(opinion.role), "text": text}


def _speaks(seen: Dossier, field: Field) -> bool:
    return bool(seen.shown(field) or seen.differs(field.key))


def _field(turn: Turn, seen: Dossier, field: Field, whole: bool) -> Line:
    lines = seen.shown(field)
    shown = lines if whole else [cut(line) for line in lines[:LINES]]
    if len(shown) < len(lines):
        shown.append(turn.say("review.cut", count=len(lines)))
    notes = [Line(text, turn.say("review.before")) for text in _old(seen.from_published.get(field.key))]
    notes += [Line(text, turn.say("review.catalog")) for text in _old(seen.from_catalog.get(field.key))]
    said = turn.session.task.get("remarks", {}).get(field.key)
    if said:
        notes.append(Line(said, turn.say("review.remark")))
    text = "\n".join(shown) or turn.say("fill.empty")
    return Line(text, f"{field.number or ''} {field.title}".strip(), tuple(notes))


def _old(difference: Difference | None) -> list[str]:
    """What the other side says that this one does not."""
    if difference is None:
        return []
    old = [line.text for line in difference.lines if line.kind is LineKind.OLD]
    return [cut(text) for text in old] or ["—"]
