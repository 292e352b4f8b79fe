"""关注: be told when an item changes; for citizens as for staff."""

from bot.commands import read_review
from bot.messages import Choice, Replies, Reply
from bot.rights import identity
from bot.turn import Turn

NAMES = ("follow", "unfollow", "followed")


def wants(turn: Turn) -> bool:
    """Its words and buttons, said to the bot alone and outside an open draft."""
    if turn.incoming.group:
        return False
    return _name(turn) in NAMES and (bool(turn.action) or not turn.session.task.get("draft"))


def _name(turn: Turn) -> str:
    if turn.action:
        return turn.action.get("do", "")
    return getattr(read_review(turn.text), "name", "")


async def handle(turn: Turn) -> Replies:
    """Follow the item just spoken of, or leave it, or list what is followed."""
    name = _name(turn)
    if name == "followed":
        return [await _listing(turn)]
    item = turn.services.catalogue.item(turn.action.get("item") or turn.session.context.get("item", ""))
    if item is None:
        return [Reply(turn.say("follow.which"))]
    store = turn.services.store
    if name == "unfollow":
        known = await store.unfollow(item.id, identity(turn))
        return [Reply(turn.say("follow.ended" if known else "follow.not_followed", name=item.name))]
    new = await store.follow(item.id, identity(turn))
    stop = Choice(turn.say("follow.stop"), {"do": "unfollow", "item": item.id}, numbered=False)
    return [Reply(turn.say("follow.begun" if new else "follow.known", name=item.name), choices=(stop,))]


async def _listing(turn: Turn) -> Reply:
    followed = await turn.services.store.followed_by(identity(turn))
    items = [item for item_id in followed if (item := turn.services.catalogue.item(item_id))]
    if not items:
        return Reply(turn.say("follow.none"))
    choices = tuple(Choice(item.name, {"do": "show", "item": item.id, "aspects": ""}) for item in items)
    return Reply(turn.say("follow.list", count=len(items)), choices=choices)
