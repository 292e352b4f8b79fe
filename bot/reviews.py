"""What handlers and the desk need of reviewing: the chains, who decides on what, one case to see."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.services import Services
from bot.settings import Settings
from item_store.calendar import shipped_calendar
from item_store.cases import Case
from item_store.chains import Chain, with_own
from item_store.differences import Difference, differences, differences_from_catalog
from item_store.fields import Field
from item_store.item import Item
from item_store.people import ROLES, Person, Reach, Right
from item_store.reviewing import Review
from item_store.templates import TEMPLATES
from item_store.workflow import DRAFT, PUBLISHED, Actor, waiting_roles

DECIDING = frozenset({Right.SIGN_OFF, Right.REVIEW, Right.CODE, Right.PUBLISH})


def chains(settings: Settings) -> Mapping[str, Chain]:
    """The district's own chains and choice, then the shipped ones. Raises ChainError."""
    return _chains(settings.chains_dir, settings.chains)


@cache
def _chains(folder: Path | None, chosen: str) -> Mapping[str, Chain]:
    ids = [key for part in chosen.split(",") if (key := part.strip())]
    return with_own(sorted(folder.glob("*.yaml")) if folder else (), ids)


def review(services: Services) -> Review:
    """Reviewing with this process's store, chains and clock."""
    settings = services.settings
    return Review(services.store, chains(settings), shipped_calendar(), services.clock, settings.code_region)


def desks(person: Person) -> list[tuple[str, str]]:
    """The roles and units whose cases this person may decide on."""
    found = []
    for grant in person.grants:
        role = ROLES.get(grant.role)
        if role and role.rights & DECIDING:
            found.append((grant.role, "" if role.reach is Reach.ALL else grant.unit))
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Dossier:
    """A case with all that a reviewer looks at beside it."""

    case: Case
    chain: Chain
    item: Item
    published: Item | None
    from_published: Mapping[str, Difference]
    from_catalog: Mapping[str, Difference]

    @property
    def fields(self) -> list[Field]:
        """The fields of the template, in its order."""
        return list(TEMPLATES[self.case.template].fields)

    def shown(self, field: Field) -> list[str]:
        """What the case says of a field, line by line."""
        raw = self.case.record.get(field.key)
        value = field.kind.load(raw) if raw is not None else ""
        return field.kind.show(value) if isinstance(value, str | tuple) and value else []

    def differs(self, key: str) -> tuple[Difference, ...]:
        """Differences of one field, to the published version and to the catalog."""
        both = (self.from_published.get(key), self.from_catalog.get(key))
        return tuple(difference for difference in both if difference)

    @property
    def stage_title(self) -> str:
        at = self.case.progress.at
        return self.chain.stage(at).title if at in self.chain.keys else ""

    @property
    def ended(self) -> str:
        """The phrase for a case that waits for no reviewer: back with the clerk, published or taken back."""
        at = self.case.progress.at
        return f"cases.{at if at in (DRAFT, PUBLISHED) else 'taken_back'}"

    @property
    def differing(self) -> list[Field]:
        """The fields that say something else than what is published, or than the catalog."""
        return [field for field in self.fields if self.differs(field.key)]

    @property
    def is_coding(self) -> bool:
        at = self.case.progress.at
        return at in self.chain.keys and self.chain.stage(at).gives_code

    def roles_of(self, person: Person) -> list[str]:
        """As which roles this person may decide now."""
        at, units = self.case.progress.at, self.case.progress.units
        above = at in self.chain.keys and self.chain.stage(at).above
        actor = Actor(person.id, person.grants)
        waiting = waiting_roles(self.chain, self.case.progress)
        return [role for role in waiting if actor.holds_in(role, units[1:] if above else units)]


def role_title(name: str) -> str:
    """The official name of a role."""
    return ROLES[name].title if name in ROLES else name


async def dossier(services: Services, case: Case) -> Dossier:
    """The case beside the published version and the catalog entry of the same item."""
    item = case.item
    published = await services.store.published(case.item_id)
    entry = _catalog_entry(services, item, published)
    return Dossier(
        case,
        chains(services.settings)[case.chain],
        item,
        published,
        _by_key(differences(published, item)) if published else {},
        _by_key(differences_from_catalog(entry, item)) if entry else {},
    )


def _catalog_entry(services: Services, item: Item, published: Item | None) -> Item | None:
    """A published item of the same basic code, or of the same name elsewhere."""
    code = item.text("basic_code")
    others = (other for other in services.catalogue.items() if other.id != item.id)
    same = (o for o in others if (code and o.text("basic_code") == code) or o.name == item.name)
    return next(same, None)


def _by_key(found: Iterable[Difference]) -> Mapping[str, Difference]:
    return {difference.field.key: difference for difference in found}


async def may_see(services: Services, person: Person, case: Case) -> bool:
    """Whoever fills in for the unit, and whoever may decide at some stage of the case."""
    units = case.progress.units
    if person.may(Right.FILL, units[:1]):
        return True
    actor = Actor(person.id, person.grants)
    return any(actor.holds_in(role, units) for role in chains(services.settings)[case.chain].roles)
