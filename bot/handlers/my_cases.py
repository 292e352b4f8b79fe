"""我的报送: where the unit's submitted items stand; 零报告: to say that it has none."""

from bot.clock import CHINA
from bot.commands import read_review
from bot.handlers import my_drafts
from bot.messages import Choice, Line, Replies, Reply
from bot.prompts import cut
from bot.reviews import review
from bot.rights import permitted, who
from bot.turn import Turn
from item_store.cases import Case
from item_store.people import Person, Right
from item_store.workflow import DRAFT, PUBLISHED

NAMES = ("cases", "zero", "zero_sure")
SHOWN = 12


def wants(turn: Turn) -> bool:
    """Its words and buttons, outside an open draft."""
    if turn.incoming.group:
        return False
    return _name(turn) in NAMES and (bool(turn.action) or not turn.session.task.get("draft"))


def _name(turn: Turn) -> str:
    if turn.action:
        return turn.action.get("do", "")
    return getattr(read_review(turn.text), "name", "")


async def handle(turn: Turn) -> Replies:
    """Only for those who submit for a unit."""
    person = await who(turn)
    if person is None or not person.units_with(Right.SUBMIT):
        return [Reply(turn.say("staff.not_allowed"))]
    turn.session.task["staff"] = person.id
    match _name(turn):
        case "zero":
            return [await which_unit(turn, person)]
        case "zero_sure":
            return [await report_zero(turn, turn.action["unit"])]
    return [await listing(turn, person)]


async def listing(turn: Turn, person: Person) -> Reply:
    """The unit's cases, last opened first; those that came back can be opened to be mended."""
    found: list[Case] = []
    for unit in person.units_with(Right.SUBMIT):
        found += await turn.services.store.cases_of_unit(unit, SHOWN)
    if not found:
        return Reply(turn.say("cases.none"))
    found.sort(key=lambda case: case.opened_at, reverse=True)
    lines = [Line(stand(turn, case), cut(case.name)) for case in found[:SHOWN]]
    back = [case for case in found[:SHOWN] if case.progress.at == DRAFT]
    choices = [_mend(turn, case) for case in back]
    text = "\n".join([turn.say("cases.list"), *(f"{line.label}：{line.text}" for line in lines)])
    return Reply(text, choices=tuple(choices))


def stand(turn: Turn, case: Case) -> str:
    """Where a case stands, in a few words."""
    at = case.progress.at
    chain = review(turn.services).chains.get(case.chain)
    if chain is None or at not in chain.keys:
        return turn.say(f"cases.{at if at in (DRAFT, PUBLISHED) else 'taken_back'}", count=len(case.remarks))
    return turn.say("cases.at", stage=chain.stage(at).title, due=case.due or "")


def _mend(turn: Turn, case: Case) -> Choice:
    label = turn.say("cases.mend", name=cut(case.name))
    return Choice(label, {"do": "open", "draft": case.draft_id}, numbered=False)


async def which_unit(turn: Turn, person: Person) -> Reply:
    """A zero report is asked for twice, because it ends the matter for the unit."""
    choices = []
    for unit in person.units_with(Right.SUBMIT):
        name = await my_drafts.unit_name(turn, unit)
        choices.append(Choice(turn.say("zero.sure", unit=name), {"do": "zero_sure", "unit": unit}))
    return Reply(turn.say("zero.ask", year=_year(turn)), choices=tuple(choices))


async def report_zero(turn: Turn, unit: str) -> Reply:
    """Keep it, unless the unit has something under way."""
    person = await permitted(turn, Right.SUBMIT, unit, "zero_report")
    if person is None:
        return Reply(turn.say("staff.not_allowed"))
    name = await my_drafts.unit_name(turn, unit)
    under_way = [c for c in await turn.services.store.cases_of_unit(unit) if c.progress.at != "taken_back"]
    if under_way:
        return Reply(turn.say("zero.has_cases", unit=name, count=len(under_way)))
    new = await turn.services.store.report_zero(unit, _year(turn), person.id)
    return Reply(turn.say("zero.kept" if new else "zero.known", unit=name, year=_year(turn)))


def _year(turn: Turn) -> str:
    return str(turn.services.clock().astimezone(CHINA).year)
