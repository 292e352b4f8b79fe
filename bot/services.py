"""What handlers are given: the store, the index of what is published, phrases, clock and settings."""

from dataclasses import dataclass, field

from bot.catalogue import Catalogue
from bot.checking import Check, nothing_found
from bot.clock import Clock
from bot.settings import Settings
from item_store.audit import Told
from item_store.contract import ItemStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may use; put together in bot.app and in tests."""

    store: ItemStore
    catalogue: Catalogue
    settings: Settings
    clock: Clock
    check: Check = nothing_found
    told: list[Told] = field(default_factory=list)
    """Answers given outside a conversation, not kept yet."""
