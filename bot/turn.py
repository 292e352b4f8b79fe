"""One message being answered, with all a handler needs to answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.messages import Incoming
from bot.services import Services
from bot.sessions import Session
from bot.texts import Texts
from item_store.audit import Told

EXPIRED: Mapping[str, str] = {"do": "expired"}


@dataclass(slots=True)
class Turn:
    """What came in, from whom, and the means to answer."""

    incoming: Incoming
    session: Session
    services: Services
    texts: Texts
    told: list[Told] = field(default_factory=list)

    def say(self, key: str, /, **details: object) -> str:
        """A phrase in the person's language."""
        return self.texts.say(key, **details)

    @property
    def text(self) -> str:
        """The words typed; empty when a button was pressed."""
        return "" if self.action else self.incoming.text

    @property
    def action(self) -> Mapping[str, str]:
        """What the pressed button means, be it pressed, numbered or written out; empty for free words."""
        session, text = self.session, self.incoming.text
        if self.incoming.choice:
            return session.actions.get(self.incoming.choice, EXPIRED)
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(session.current):
            return session.actions.get(session.current[int(text) - 1], {})
        return session.actions.get(session.labels.get(text, ""), {})

    def said(self) -> str:
        """What the person did, for the record: the label of the button, the words, or a file's name."""
        labels = {key: label for label, key in self.session.labels.items()}
        file = self.incoming.file.name if self.incoming.file else ""
        return labels.get(self.incoming.choice, self.incoming.text) or file
