"""Everything a person can do, one module each; HANDLERS lists them in order of precedence."""

from typing import Protocol

from bot.handlers import (
    adjust_item,
    ask,
    ask_staff,
    bind,
    bulletins,
    claim_items,
    contacts,
    download,
    expired,
    fill_item,
    follow,
    learn,
    my_cases,
    my_drafts,
    plans,
    remind,
    review,
    sent_reminders,
    sign_in,
    staff_help,
    start,
    tasks,
    upload_workbook,
)
from bot.messages import Replies
from bot.turn import Turn


class Handler(Protocol):
    """A module that answers the turns it wants."""

    __name__: str

    def wants(self, turn: Turn) -> bool:
        """Whether this turn is for this handler."""
        ...

    async def handle(self, turn: Turn) -> Replies:
        """Answer it."""
        ...


HANDLERS: tuple[Handler, ...] = (
    tasks,
    remind,
    sign_in,
    bind,
    plans,
    contacts,
    bulletins,
    sent_reminders,
    staff_help,
    my_drafts,
    download,
    upload_workbook,
    learn,
    review,
    my_cases,
    adjust_item,
    claim_items,
    follow,
    fill_item,
    start,
    expired,
    ask_staff,
    ask,
)
