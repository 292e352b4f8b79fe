"""Deciding on proposals for aliases: what each would change, and accepting, refusing or revoking it."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot import regression
from bot.catalogue import Catalogue
from bot.hints import LONGEST, SHORTEST
from bot.redaction import MARK, redact
from bot.regression import Answer, Changed, Effect, Wish
from bot.services import Services
from bot.texts import Texts
from item_store.item import Item
from item_store.learning import Accepted, NotWaiting, Proposal, ProposalState
from knowledge import answering
from knowledge.text import plain, tidy

SHOWN = 10
"""Changed regression questions told one by one; the others are counted."""


@dataclass(frozen=True, slots=True)
class WrongAlias:
    """It cannot become an alias; the phrase is learn.wrong.<why>."""

    why: str


async def waiting(services: Services) -> Sequence[Proposal]:
    """What enough people used and nobody has decided on."""
    return await services.store.proposals(services.settings.learn_people)


async def find(services: Services, number: int) -> Proposal | NotWaiting:
    """A proposal that can be decided on."""
    proposal = await services.store.proposal(number)
    known = proposal and proposal.words and proposal.state is ProposalState.WAITING
    return proposal if proposal and known else NotWaiting(number)


async def effect(services: Services, proposal: Proposal, alias: str, item_id: str, every: bool) -> Effect:
    """What the alias would change; asked in another thread, so that nobody waits for it."""
    known = regression.known_questions(services.catalogue, services.settings.regression)
    wish = Wish(proposal.words, alias, tuple(services.catalogue.namesakes(item_id)))
    trial = regression.trial(services.catalogue, wish, known, every)
    return await asyncio.to_thread(trial.run)


async def accept(
    services: Services, proposal: Proposal, alias: str, item_id: str, by: str
) -> Accepted | NotWaiting | WrongAlias:
    """Put the alias in force for the item and its namesakes."""
    alias = tidy(alias)
    problem = wrong(services.catalogue, alias, item_id)
    if problem:
        return WrongAlias(problem)
    namesakes = services.catalogue.namesakes(item_id)
    outcome = await services.store.accept_proposal(proposal.number, alias, namesakes, by)
    await services.catalogue.refresh()
    return outcome


async def revoke(services: Services, alias: str, by: str) -> Sequence[str]:
    """Take an alias back from all its items."""
    item_ids = await services.store.revoke_alias(alias, by)
    await services.catalogue.refresh()
    return item_ids


def wrong(catalogue: Catalogue, alias: str, item_id: str) -> str:
    """Why an alias cannot be given to an item; empty when it can."""
    if catalogue.item(item_id) is None:
        return "item"
    if not SHORTEST <= len(plain(alias)) <= LONGEST:
        return "length"
    if MARK in redact(alias):
        return "personal"
    return "known" if catalogue.is_called(item_id, alias) else ""


def nearest(catalogue: Catalogue, words: str) -> list[Item]:
    """The items that words which found nothing may have meant, best first."""
    candidates = answering.answer(words, catalogue.index).candidates
    return [item for each in candidates if (item := catalogue.item(each.id))]


def told_problem(texts: Texts, why: str) -> str:
    """What is wrong with an alias, and how to mend it."""
    return texts.say(f"learn.wrong.{why}", shortest=SHORTEST, longest=LONGEST)


def line(texts: Texts, catalogue: Catalogue, proposal: Proposal) -> str:
    """A proposal on one line."""
    item = catalogue.item(proposal.item_id)
    name = item.name if item else texts.say("learn.no_item")
    return texts.say("learn.line", words=proposal.words, name=name, people=proposal.people)


def told(texts: Texts, catalogue: Catalogue, proposal: Proposal) -> str:
    """How often the words were used, and how."""
    counts = {"chosen": proposal.chosen, "corrected": proposal.corrected, "unanswered": proposal.unanswered}
    head = line(texts, catalogue, proposal)
    return "\n".join([head, texts.say("learn.counts", times=proposal.times, **counts)])


def told_effect(texts: Texts, catalogue: Catalogue, alias: str, found: Effect) -> str:
    """What is answered now, what would be, and which regression questions would change."""
    now, then = answer(texts, catalogue, found.now), answer(texts, catalogue, found.then)
    lines = [texts.say("learn.effect", alias=alias, now=now, then=then)]
    counts = {"changed": len(found.changed), "tried": found.tried, "total": found.total}
    lines.append(texts.say("learn.regression", **counts))
    lines += (change(texts, catalogue, each) for each in found.changed[:SHOWN])
    more = len(found.changed) - SHOWN
    return "\n".join([*lines, texts.say("learn.more", count=more)] if more > 0 else lines)


def change(texts: Texts, catalogue: Catalogue, changed: Changed) -> str:
    """One regression question: for better or worse, before and after."""
    gain = standing(catalogue, changed.after, changed.known.item_id)
    gain -= standing(catalogue, changed.before, changed.known.item_id)
    key = "learn.better" if gain > 0 else "learn.worse" if gain < 0 else "learn.same"
    before, after = answer(texts, catalogue, changed.before), answer(texts, catalogue, changed.after)
    return texts.say(key, question=changed.known.question, before=before, after=after)


def standing(catalogue: Catalogue, given: Answer, item_id: str) -> int:
    """How good an answer is: 3 right, 2 right among the choices, 1 nothing found, 0 wrong."""
    right = set(catalogue.namesakes(item_id)) & set(given.item_ids)
    if given.outcome == "found":
        return 3 if right else 0
    return 2 if right else 1


def answer(texts: Texts, catalogue: Catalogue, given: Answer) -> str:
    """An answer in words."""
    key = f"learn.answer.{given.outcome}"
    if not texts.knows(key):
        key = "learn.answer.other"
    return texts.say(key, names=_names(catalogue, given.item_ids))


def _names(catalogue: Catalogue, item_ids: Iterable[str]) -> str:
    items = (catalogue.item(item_id) for item_id in item_ids)
    return "、".join(dict.fromkeys(item.name for item in items if item))
