"""What citizens' choices teach: proposals for aliases, in force only once a person accepts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from item_store.audit import Act


class Heard(StrEnum):
    """How words came to be noticed."""

    CHOSEN = "chosen"
    CORRECTED = "corrected"
    UNANSWERED = "unanswered"


class ProposalState(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Hint:
    """One person's words for one item, none where nothing was found.

    `key` stands for the words and `mark` for the person with these words: keyed hashes that cannot be read.
    """

    key: str
    mark: str
    words: str
    item_id: str
    heard: Heard


@dataclass(frozen=True, slots=True)
class Proposal:
    """Words that so many people used; empty until enough of them did."""

    number: int
    words: str
    item_id: str
    people: int
    chosen: int
    corrected: int
    unanswered: int
    state: ProposalState
    last_at: datetime

    @property
    def times(self) -> int:
        return self.chosen + self.corrected + self.unanswered


@dataclass(frozen=True, slots=True)
class LearnedAlias:
    """A wording that a person let an item be found by; it is no part of the published record."""

    item_id: str
    alias: str
    by: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """The alias is in force for these items."""

    alias: str
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be proposed again."""

    number: int


@dataclass(frozen=True, slots=True)
class NotWaiting:
    """There is no such proposal, or somebody has decided on it."""

    number: int


def accept_acts(number: int, alias: str, item_ids: Sequence[str], by: str) -> list[Act]:
    details = {"alias": alias, "proposal": number}
    return [Act(by, "accept_alias", f"item:{item_id}", details) for item_id in item_ids]


def refuse_act(number: int, by: str) -> Act:
    return Act(by, "refuse_alias", f"proposal:{number}")


def revoke_acts(alias: str, item_ids: Sequence[str], by: str) -> list[Act]:
    return [Act(by, "revoke_alias", f"item:{item_id}", {"alias": alias}) for item_id in item_ids]


class LearningContract(Protocol):
    async def note_hint(self, hint: Hint, readable_from: int) -> None:
        """Count the words, a person once; they are kept readable only from so many people on."""

    async def proposals(self, people: int, limit: int = 100) -> Sequence[Proposal]:
        """Waiting and used by at least so many, those of most people first."""

    async def proposal(self, number: int) -> Proposal | None: ...

    async def accept_proposal(
        self, number: int, alias: str, item_ids: Sequence[str], by: str
    ) -> Accepted | NotWaiting:
        """Put the alias in force for these items, on every replica."""

    async def refuse_proposal(self, number: int, by: str) -> Refused | NotWaiting: ...

    async def learned_aliases(self, item_ids: Sequence[str] | None = None) -> Sequence[LearnedAlias]:
        """In force, by alias and item; of these items or of all."""

    async def revoke_alias(self, alias: str, by: str) -> Sequence[str]:
        """Take it away from every item; their ids."""

    async def forget_proposals_before(self, when: datetime) -> int:
        """Drop those waiting that nobody's words were counted for since."""
