"""Chains: who reviews what in which order and in how many working days, one YAML file each."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from item_store.people import ROLES

FOLDER = Path(__file__).parent


class ChainError(ValueError):
    """A chain file cannot be used: which file, which key, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Stage:
    """`above` asks for a role held in a unit above the reporting one."""

    key: str
    title: str
    roles: tuple[str, ...]
    days: int
    above: bool = False
    gives_code: bool = False

    @property
    def parallel(self) -> bool:
        return len(self.roles) > 1


@dataclass(frozen=True, slots=True)
class Chain:
    """`source` names the document; kinds of unit, templates and changes say what it is for.

    One that is not `usual` is used only where a district has chosen it.
    """

    id: str
    title: str
    source: str
    units: tuple[str, ...]
    templates: tuple[str, ...]
    changes: tuple[str, ...]
    stages: tuple[Stage, ...]
    resumes: bool = True
    usual: bool = True

    def stage(self, key: str) -> Stage:
        return next(stage for stage in self.stages if stage.key == key)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(stage.key for stage in self.stages)

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(role for stage in self.stages for role in stage.roles))


class _StageRow(BaseModel):
    model_config = ConfigDict(extra="forbid")
    key: str = Field(pattern=r"^[a-z_]+$")
    title: str = Field(min_length=1)
    roles: tuple[str, ...] = Field(min_length=1)
    days: int = Field(ge=0, le=250)
    above: bool = False
    gives_code: bool = False


class _ChainRow(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str = Field(min_length=1)
    source: str = Field(min_length=1)
    units: tuple[str, ...] = Field(min_length=1)
    templates: tuple[str, ...] = Field(min_length=1)
    changes: tuple[str, ...] = ("add", "change", "cancel")
    resumes: bool = True
    usual: bool = True
    stages: tuple[_StageRow, ...] = Field(min_length=1)


RESERVED = frozenset({"draft", "published", "taken_back"})


def read_chain(path: Path) -> Chain:
    """The chain of a file; raises ChainError naming file, key and rule."""
    try:
        row = _ChainRow.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ChainError(f"{path.name}: {place}: {first['msg']}") from error
    except yaml.YAMLError as error:
        raise ChainError(f"{path.name}: not YAML: {error}") from error
    _check(path, row)
    stages = tuple(Stage(**_plain(stage)) for stage in row.stages)
    shared = {key: getattr(row, key) for key in _ChainRow.model_fields if key != "stages"}
    return Chain(**shared, stages=stages)


def _plain(stage: _StageRow) -> dict[str, Any]:
    return {key: getattr(stage, key) for key in _StageRow.model_fields}


def _check(path: Path, row: _ChainRow) -> None:
    keys = [stage.key for stage in row.stages]
    for key in keys:
        if key in RESERVED or keys.count(key) > 1:
            raise ChainError(f"{path.name}: stages.{key}: each stage needs a key of its own")
    for stage in row.stages:
        if len(set(stage.roles)) < len(stage.roles):
            raise ChainError(f"{path.name}: stages.{stage.key}.roles: a role stands there twice")
        for role in stage.roles:
            if role not in ROLES:
                raise ChainError(f"{path.name}: stages.{stage.key}.roles: {role} is no role of roles.yaml")


@cache
def shipped_chains() -> dict[str, Chain]:
    """The documents' chains, by id."""
    return {chain.id: chain for chain in map(read_chain, sorted(FOLDER.glob("*.yaml")))}


def with_own(paths: Iterable[Path], chosen: Iterable[str] = ()) -> dict[str, Chain]:
    """A district's own chains and those it chose before the others, so that they are found first."""
    every = {chain.id: chain for chain in map(read_chain, paths)}
    every |= {key: chain for key, chain in shipped_chains().items() if key not in every}
    first: dict[str, Chain] = {}
    for key in chosen:
        if key not in every:
            raise ChainError(f"chains: {key} is no chain; there are {', '.join(every)}")
        first[key] = replace(every[key], usual=True)
    return first | {key: chain for key, chain in every.items() if key not in first}


def chain_for(chains: Iterable[Chain], unit_kind: str, template: str, change: str) -> Chain | None:
    """The first chain for such a unit's change of such a list."""
    return next(
        (
            chain
            for chain in chains
            if chain.usual
            and unit_kind in chain.units
            and template in chain.templates
            and change in chain.changes
        ),
        None,
    )
