"""别名建议: what citizens' choices propose, decided on by those who may teach."""

from bot import learning
from bot.commands import read_command
from bot.learning_command import accepted
from bot.messages import Choice, Replies, Reply
from bot.rights import permitted, who
from bot.turn import Turn
from item_store.learning import NotWaiting, Proposal, Refused
from item_store.people import Person, Right

SHOWN = 8
"""Proposals listed at once, those of most people first."""


def wants(turn: Turn) -> bool:
    """Its buttons and command, and the alias that was asked for."""
    if turn.action:
        return turn.action.get("do") == "learn"
    command = read_command(turn.text)
    return command.name == "learn" if command else bool(turn.text and _rewriting(turn))


async def handle(turn: Turn) -> Replies:
    """List, show, or decide; only for those who may teach somewhere."""
    person = await who(turn)
    if person is None or not person.units_with(Right.TEACH):
        return [Reply(turn.say("staff.not_allowed"))]
    what = {**turn.action, **_rewriting(turn)}
    if what.get("what", "list") == "list":
        return [await listing(turn)]
    proposal = await learning.find(turn.services, int(what["number"]))
    if isinstance(proposal, NotWaiting):
        text = turn.say("learn.not_waiting", number=proposal.number)
        return [Reply(text, choices=(list_button(turn),))]
    return [await decide(turn, person, proposal, what)]


async def decide(turn: Turn, person: Person, proposal: Proposal, what: dict[str, str]) -> Reply:
    """What one button about one proposal does."""
    alias, item_id = what.get("alias") or proposal.words, what.get("item") or proposal.item_id
    match what["what"]:
        case "accept":
            return await accept(turn, person, proposal, alias, item_id)
        case "refuse":
            return await refuse(turn, person, proposal)
        case "rewrite":
            asked = {"number": str(proposal.number), "item": item_id}
            turn.session.task["rewrite"] = {**asked, "turn": turn.session.turns + 1}
            return Reply(turn.say("learn.rewrite", words=proposal.words), choices=(list_button(turn),))
    return await show(turn, proposal, alias, item_id)


async def listing(turn: Turn) -> Reply:
    """A button a proposal."""
    waiting = await learning.waiting(turn.services)
    if not waiting:
        return Reply(turn.say("learn.none"))
    lines = [(each, learning.line(turn.texts, turn.services.catalogue, each)) for each in waiting[:SHOWN]]
    choices = tuple(Choice(label, _do("show", each)) for each, label in lines)
    return Reply(turn.say("learn.list", count=len(waiting)), choices=choices)


async def show(turn: Turn, proposal: Proposal, alias: str, item_id: str) -> Reply:
    """One proposal: what it would change, and the ways to decide."""
    catalogue = turn.services.catalogue
    said = learning.told(turn.texts, catalogue, proposal)
    problem = learning.wrong(catalogue, alias, item_id) if item_id else ""
    if not item_id or problem == "item":
        return Reply(f"{said}\n{turn.say('learn.which_item')}", choices=_items(turn, proposal))
    found = await learning.effect(turn.services, proposal, alias, item_id, every=False)
    choices = [
        Choice(turn.say("learn.rewrite_button"), _do("rewrite", proposal, alias, item_id)),
        Choice(turn.say("learn.refuse_button"), _do("refuse", proposal)),
        list_button(turn),
    ]
    if problem:
        said += f"\n{learning.told_problem(turn.texts, problem)}"
    else:
        choices.insert(0, Choice(turn.say("learn.accept_button"), _do("accept", proposal, alias, item_id)))
    effect = learning.told_effect(turn.texts, catalogue, alias, found)
    return Reply(f"{said}\n{effect}", choices=tuple(choices))


async def accept(turn: Turn, person: Person, proposal: Proposal, alias: str, item_id: str) -> Reply:
    """Put it in force, with the right asked for anew."""
    if not await _may(turn, person, item_id, proposal):
        return Reply(turn.say("learn.not_yours"), choices=(list_button(turn),))
    outcome = await learning.accept(turn.services, proposal, alias, item_id, person.id)
    return Reply(accepted(turn.texts, outcome), choices=(list_button(turn),))


async def refuse(turn: Turn, person: Person, proposal: Proposal) -> Reply:
    """Never propose it again."""
    if not await _may(turn, person, proposal.item_id, proposal):
        return Reply(turn.say("learn.not_yours"), choices=(list_button(turn),))
    outcome = await turn.services.store.refuse_proposal(proposal.number, person.id)
    key = "learn.refused" if isinstance(outcome, Refused) else "learn.not_waiting"
    return Reply(turn.say(key, number=proposal.number), choices=(list_button(turn),))


def list_button(turn: Turn) -> Choice:
    """Back to all proposals."""
    return Choice(turn.say("learn.list_button"), {"do": "learn", "what": "list"}, numbered=False)


def _items(turn: Turn, proposal: Proposal) -> tuple[Choice, ...]:
    """The items nearest to words that found nothing, to be taken for one of them."""
    near = learning.nearest(turn.services.catalogue, proposal.words)
    choices = [Choice(item.name, _do("show", proposal, item_id=item.id)) for item in near]
    return (*choices, Choice(turn.say("learn.refuse_button"), _do("refuse", proposal)), list_button(turn))


def _rewriting(turn: Turn) -> dict[str, str]:
    """The alias just typed as a button to show it; empty unless the message before asked for one."""
    asked = turn.session.task.get("rewrite", {})
    if not turn.text or read_command(turn.text) or asked.get("turn") != turn.session.turns:
        return {}
    return {"what": "show", "number": asked["number"], "item": asked["item"], "alias": turn.text}


def _do(what: str, proposal: Proposal, alias: str = "", item_id: str = "") -> dict[str, str]:
    named = {"alias": alias, "item": item_id}
    filled = {key: value for key, value in named.items() if value}
    return {"do": "learn", "what": what, "number": str(proposal.number), **filled}


async def _may(turn: Turn, person: Person, item_id: str, proposal: Proposal) -> bool:
    """Whether the person may teach in the item's unit; where that is none of ours, in the one above all."""
    item = turn.services.catalogue.item(item_id)
    agency = item.text("agency") if item else ""
    units = await turn.services.store.units()
    own = [unit.id for unit in units if agency and unit.name == agency]
    top = [unit.id for unit in units if not unit.competent and unit.id in person.units_with(Right.TEACH)]
    unit = next(iter([*own, *top]), "")
    return await permitted(turn, Right.TEACH, unit, f"proposal:{proposal.number}") is not None
