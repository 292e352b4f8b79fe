"""What one message makes of an open draft: changes to save, and what is said before the next prompt."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.dialog import Form
from bot.messages import Choice, Reply
from bot.part_dialog import PartState


@dataclass(frozen=True, slots=True)
class View:
    """How the prompt is shown: which group and page of a long list, and choices that go before the others.

    `several`: a tap ticks a choice, and another takes all that are ticked.
    """

    group: str = ""
    page: int = 0
    first: tuple[Choice, ...] = ()
    several: bool = False


PLAIN = View()


@dataclass(frozen=True, slots=True)
class Step:
    """`form` None: nothing is saved. `asks`: the field is asked again after the replies. `ends`: the dialogue
    is left."""

    form: Form | None = None
    part: PartState | None = None
    notes: tuple[str, ...] = ()
    replies: tuple[Reply, ...] = ()
    view: View = PLAIN
    asks: bool = True
    ends: bool = False
    submits: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
