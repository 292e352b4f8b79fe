"""找人工: where a person can be reached."""

from bot.messages import Choice, Replies, Reply
from bot.turn import Turn

CHOICE = {"do": "ask_staff"}


def wants(turn: Turn) -> bool:
    """The button; the words are recognised by knowledge."""
    return turn.action.get("do") == "ask_staff"


async def handle(turn: Turn) -> Replies:
    """Name the phone of the item spoken of, or the enquiry line."""
    return [where_to_turn(turn)]


def where_to_turn(turn: Turn) -> Reply:
    """The phone to call, by the item just spoken of."""
    line = turn.services.settings.enquiry_line
    item = turn.services.catalogue.item(turn.session.context.get("item", ""))
    if item and item.text("enquiry_phone"):
        details = {"name": item.name, "agency": item.text("agency"), "phone": item.text("enquiry_phone")}
        return Reply(turn.say("ask_staff.item", **details, line=line))
    return Reply(turn.say("ask_staff.line", line=line))


def button(turn: Turn) -> Choice:
    """The 找人工 button other replies carry."""
    return Choice(turn.say("choice.ask_staff"), CHOICE)
