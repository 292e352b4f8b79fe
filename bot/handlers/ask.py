"""A question about items: found, one of a few, not found, or not ours to answer."""

from dataclasses import replace
from functools import singledispatch

from bot import answer_record, answers, hints, metrics
from bot.handlers import ask_staff, start
from bot.messages import Choice, Replies, Reply
from bot.redaction import redact
from bot.turn import Turn
from item_store.item import Item
from item_store.learning import Heard
from knowledge import answering
from knowledge.answering import Context, Outcome

ACTIONS = ("show", "ask", "none_of_these", "choose")

SPOKEN_OF = answering.Found | answering.Choose | answering.NotFound
"""Outcomes that change what is being spoken of; thanks and the like do not."""


def wants(turn: Turn) -> bool:
    """Everything nobody else wanted."""
    return True


async def handle(turn: Turn) -> Replies:
    """Answer a typed question, or do what a button says."""
    action = turn.action
    match action.get("do"):
        case "show":
            if action.get("asked"):
                await hints.note(turn, action["asked"], action["item"], Heard.CHOSEN)
            if action.get("region"):
                turn.session.context["region"] = action["region"]
            aspects = tuple(filter(None, action["aspects"].split(",")))
            asked = None if "full" in action else which_place(turn, action["item"], aspects)
            return asked or show(turn, action["item"], aspects, "full" in action)
        case "none_of_these":
            await hints.note(turn, action.get("asked", ""), "", Heard.UNANSWERED)
            return [nothing_fits(turn)]
        case "ask":
            return await ask(turn, action["question"])
    if not turn.text:
        return [start.welcome(turn)]
    return await ask(turn, turn.text)


async def ask(turn: Turn, question: str) -> Replies:
    """Put a question, without personal numbers, to knowledge and say what came of it."""
    question = redact(question)
    context = Context.from_dict(turn.session.context)
    outcome = answering.answer(question, turn.services.catalogue.index, context)
    if isinstance(outcome, SPOKEN_OF):
        turn.session.context = outcome.context.to_dict() | chosen_place(turn, context, outcome)
    if isinstance(outcome, answering.NotFound | answering.Choose):
        await keep(turn, question, outcome)
    await hints.note_outcome(turn, question, context, outcome)
    return tell(turn, outcome)


def tell(turn: Turn, outcome: Outcome) -> Replies:
    """Count and record an outcome, and say what came of it."""
    metrics.outcomes.labels(outcome.name).inc()
    answer_record.note_outcome(turn, outcome)
    return reply_to(outcome, turn)


def which_place(turn: Turn, item_id: str, aspects: tuple[str, ...]) -> Replies | None:
    """The question for the place, where several have the item that was tapped and none is known."""
    context = Context.from_dict(turn.session.context)
    if item_id == context.item:
        return None
    outcome = answering.choose(item_id, turn.services.catalogue.index, replace(context, aspects=aspects))
    if not isinstance(outcome, answering.Choose):
        return None
    turn.session.context = outcome.context.to_dict()
    return tell(turn, outcome)


def chosen_place(turn: Turn, before: Context, outcome: Outcome) -> dict[str, str]:
    """The region to remember when one of several places was picked in words ("第二个")."""
    if not isinstance(outcome, answering.Found) or outcome.item not in before.options:
        return {}
    items = [turn.services.catalogue.item(option) for option in before.options]
    chosen = turn.services.catalogue.item(outcome.item)
    about_place = chosen and answers.is_about_place([item for item in items if item])
    return {"region": chosen.region} if chosen and about_place else {}


async def keep(turn: Turn, question: str, outcome: Outcome) -> None:
    """Keep a question that was not answered at once, for staff to look at."""
    candidates = [candidate.id for candidate in outcome.candidates]
    await turn.services.store.keep_question(
        text=question,
        outcome=outcome.name,
        candidates=candidates,
        when=turn.services.clock(),
        channel=turn.incoming.channel,
    )


def show(turn: Turn, item_id: str, aspects: tuple[str, ...], full: bool = False) -> Replies:
    """Show parts of one item, and speak of it from now on."""
    item = turn.services.catalogue.item(item_id)
    if item is None:
        return [Reply(turn.say("ask.withdrawn", line=turn.services.settings.enquiry_line))]
    turn.session.context = {
        **turn.session.context,
        "item": item_id,
        "aspects": list(aspects),
        "options": [],
        "asked": 0,
    }
    return [answers.reply(turn, item, aspects, full)]


def nothing_fits(turn: Turn) -> Reply:
    """The person said that no choice is right."""
    turn.session.context = {}
    line = turn.services.settings.enquiry_line
    return Reply(turn.say("ask.none_of_these", line=line), choices=(ask_staff.button(turn),))


@singledispatch
def reply_to(outcome: Outcome, turn: Turn) -> Replies:
    """What is said for an outcome; the named ones follow."""
    key = f"outcome.{outcome.name}"
    return [Reply(turn.say(key, line=turn.services.settings.enquiry_line))]


@reply_to.register
def _(outcome: answering.Found, turn: Turn) -> Replies:
    replies = list(show(turn, outcome.item, outcome.aspects))
    others = [turn.services.catalogue.item(other) for other in outcome.also]
    return replies + [answers.reply(turn, item, outcome.aspects) for item in others if item]


@reply_to.register
def _(outcome: answering.Choose, turn: Turn) -> Replies:
    aspects = ",".join(outcome.aspects)
    items = [turn.services.catalogue.item(option) for option in outcome.options]
    known = [item for item in items if item]
    about_place = answers.is_about_place(known)
    # Which of several places is chosen says where somebody lives, not what they call the item.
    told = {} if about_place else {"asked": outcome.context.question}
    choices = [
        Choice(
            label, {"do": "show", "item": item.id, "aspects": aspects} | told | place_of(item, about_place)
        )
        for item, label in answers.distinct_labels(known)
    ]
    choices.append(Choice(turn.say("choice.none_of_these"), {"do": "none_of_these", **told}))
    about = "region" if about_place else outcome.about
    text = turn.say(f"choose.{about}", name=known[0].name if known else "")
    return [Reply(text, choices=(*choices, ask_staff.button(turn)))]


def place_of(item: Item, about_place: bool) -> dict[str, str]:
    """What a button that names a place is to remember."""
    return {"region": item.region} if about_place else {}


@reply_to.register
def _(outcome: answering.NotFound, turn: Turn) -> Replies:
    line = turn.services.settings.enquiry_line
    return [Reply(turn.say("ask.not_found", line=line), choices=(ask_staff.button(turn),))]


@reply_to.register
def _(outcome: answering.Greeting | answering.Help, turn: Turn) -> Replies:
    return [start.welcome(turn)]


@reply_to.register
def _(outcome: answering.Human, turn: Turn) -> Replies:
    return [ask_staff.where_to_turn(turn)]


@reply_to.register
def _(outcome: answering.OutOfScope, turn: Turn) -> Replies:
    text = turn.say(
        f"out_of_scope.{outcome.kind}", line=turn.services.settings.enquiry_line, place=outcome.place
    )
    return [Reply(text, choices=_after_all(turn, outcome) if outcome.place else ())]


@reply_to.register
def _(outcome: answering.Emergency, turn: Turn) -> Replies:
    return [Reply(turn.say("emergency", service=outcome.service), choices=_after_all(turn, outcome))]


def _after_all(turn: Turn, outcome: Outcome) -> tuple[Choice, ...]:
    """A button for who meant the likely item after all."""
    likely = next((one for one in outcome.candidates if one.score), None)
    item = turn.services.catalogue.item(likely.id) if likely else None
    if item is None:
        return ()
    action = {"do": "show", "item": item.id, "aspects": ",".join(outcome.aspects)}
    return (Choice(turn.say("choice.after_all", name=item.name), action),)
