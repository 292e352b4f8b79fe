"""The seam to the rules: what they find in a whole draft before it is submitted."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from item_store.contract import Draft
from item_store.kinds import Value


class Rule(Protocol):
    """A row of the rules; a hard one stops submission, a soft one takes a reason."""

    @property
    def id(self) -> str: ...

    @property
    def hard(self) -> bool: ...


class Finding(Protocol):
    """What a rule found: the field, details for the phrase rule.<id>, and a repair where there is one."""

    @property
    def rule(self) -> Rule: ...

    @property
    def field(self) -> str: ...

    @property
    def details(self) -> Mapping[str, str]: ...

    @property
    def repair(self) -> Mapping[str, Value] | None:
        """Values that mend it; an empty one takes the answer away."""
        ...

    @property
    def because(self) -> str:
        """A further phrase key, said with the same details; empty for none."""
        ...


Check = Callable[[Draft, Mapping[str, Value]], Awaitable[Sequence[Finding]]]
"""Checks the values of a draft, knowing what else is published and drafted."""


async def nothing_found(draft: Draft, values: Mapping[str, Value]) -> Sequence[Finding]:
    """Where no rules are loaded."""
    return ()
