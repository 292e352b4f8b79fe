"""`banshi learn`: proposals for aliases listed, looked at and decided on from the command line."""

import argparse
import getpass

from bot import learning
from bot.clock import china_day
from bot.services import Services
from bot.texts import Texts
from item_store.learning import Accepted, NotWaiting, Proposal, Refused


async def run(arguments: argparse.Namespace, services: Services) -> int:
    """Do what was asked and print what came of it; 1 when nothing could be done."""
    by = f"console:{getpass.getuser()}"
    texts = Texts(services.settings.locale)
    match arguments.what:
        case "list":
            print(await listed(services, texts))
            return 0
        case "aliases":
            print(await aliases(services, texts))
            return 0
        case "revoke":
            return await revoke(services, texts, arguments.alias, by)
    proposal = await learning.find(services, arguments.number)
    if isinstance(proposal, NotWaiting):
        print(texts.say("learn.not_waiting", number=arguments.number))
        return 1
    return await decide(arguments, services, texts, proposal, by)


async def decide(
    arguments: argparse.Namespace, services: Services, texts: Texts, proposal: Proposal, by: str
) -> int:
    """Show, accept or refuse one proposal."""
    if arguments.what == "refuse":
        refused = isinstance(await services.store.refuse_proposal(proposal.number, by), Refused)
        print(texts.say("learn.refused" if refused else "learn.not_waiting", number=proposal.number))
        return int(not refused)
    if arguments.what == "show":
        print(await shown(arguments, services, texts, proposal))
        return 0
    outcome = await learning.accept(services, proposal, *named(arguments, proposal), by)
    print(accepted(texts, outcome))
    return int(not isinstance(outcome, Accepted))


async def listed(services: Services, texts: Texts) -> str:
    """A line a proposal, with its number."""
    waiting = await learning.waiting(services)
    rows = [f"{each.number}. {learning.line(texts, services.catalogue, each)}" for each in waiting]
    return "\n".join(rows) or texts.say("learn.none")


async def aliases(services: Services, texts: Texts) -> str:
    """A line an alias in force: the item, who and when."""
    rows = []
    for learned in await services.store.learned_aliases():
        item = services.catalogue.item(learned.item_id)
        name = item.name if item else learned.item_id
        details = {"alias": learned.alias, "name": name, "by": learned.by, "date": china_day(learned.since)}
        rows.append(texts.say("learn.alias", **details))
    return "\n".join(rows) or texts.say("learn.no_aliases")


async def shown(arguments: argparse.Namespace, services: Services, texts: Texts, proposal: Proposal) -> str:
    """One proposal with what it would change; without an item, the counts alone."""
    said = learning.told(texts, services.catalogue, proposal)
    alias, item_id = named(arguments, proposal)
    if not item_id:
        return f"{said}\n{texts.say('learn.name_item', number=proposal.number)}"
    problem = learning.wrong(services.catalogue, alias, item_id)
    if problem:
        return f"{said}\n{learning.told_problem(texts, problem)}"
    found = await learning.effect(services, proposal, alias, item_id, arguments.every)
    return f"{said}\n{learning.told_effect(texts, services.catalogue, alias, found)}"


def named(arguments: argparse.Namespace, proposal: Proposal) -> tuple[str, str]:
    """The alias and the item, those of the command before those of the proposal."""
    return arguments.alias or proposal.words, arguments.item or proposal.item_id


async def revoke(services: Services, texts: Texts, alias: str, by: str) -> int:
    """Take an alias back."""
    item_ids = await learning.revoke(services, alias, by)
    print(texts.say("learn.revoked" if item_ids else "learn.no_such_alias", alias=alias))
    return int(not item_ids)


def accepted(texts: Texts, outcome: Accepted | NotWaiting | learning.WrongAlias) -> str:
    """What came of accepting."""
    match outcome:
        case Accepted():
            return texts.say("learn.accepted", alias=outcome.alias, count=len(outcome.item_ids))
        case NotWaiting():
            return texts.say("learn.not_waiting", number=outcome.number)
    return learning.told_problem(texts, outcome.why)
