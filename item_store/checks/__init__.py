"""The checks behind the rows of rules.yaml, by what they look at; a row names one as module.function."""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType

from item_store.checks import (
    agreement,
    audience,
    authority,
    basis,
    coding,
    fees,
    materials,
    naming,
    places,
    service,
    shape,
    time,
    wording,
)
from item_store.findings import Filled, Problem

Check = Callable[[Filled], Iterator[Problem]]

MODULES: Mapping[str, ModuleType] = {
    module.__name__.rpartition(".")[2]: module
    for module in (
        agreement,
        audience,
        authority,
        basis,
        coding,
        fees,
        materials,
        naming,
        places,
        service,
        shape,
        time,
        wording,
    )
}


def check_named(name: str) -> Check:
    """The check of a row; a name that is none is a mistake in the rows."""
    module, _, function = name.partition(".")
    check: Check = getattr(MODULES[module], function)
    return check
