"""RULES: every cross-field and wording rule, declared once in rules.yaml, and the check of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from item_store.checks import check_named
from item_store.findings import Filled, Finding, Problem, Rule, Surroundings, Values
from item_store.templates import TEMPLATES

__all__ = ["RULE", "RULES", "Finding", "Rule", "Surroundings", "check", "check_order", "in_order", "repaired"]

RULES_FILE = Path(__file__).with_name("rules.yaml")
ORDER = "individuals_first"
"""The one rule about a list of entries, not about an item."""

TITLES = {field.key: field.title for template in TEMPLATES.values() for field in template.fields}


def _rule(row: dict[str, Any]) -> Rule:
    return Rule(
        row["id"],
        row["hard"],
        row["source"],
        row["reason"],
        tuple(row["fields"]),
        check_named(row["check"]),
        row.get("data", {}),
    )


def _load() -> tuple[Rule, ...]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows = yaml.load(RULES_FILE.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are safe
    return tuple(_rule(row) for row in rows)


RULES: tuple[Rule, ...] = _load()
RULE: dict[str, Rule] = {rule.id: rule for rule in RULES}


def check(values: Values, around: Surroundings | None = None) -> list[Finding]:
    """What in an item breaks a rule: hard findings first, then by the order of the rows."""
    filled = Filled(values, around or Surroundings())
    asked = {field.key for field in filled.around.fields}
    titles = TITLES | {field.key: field.title for field in filled.around.fields}
    found = [
        _finding(rule, problem, titles)
        for rule in RULES
        for problem in _problems(rule, filled)
        if problem.field in asked
    ]
    return sorted(found, key=lambda finding: not finding.rule.hard)


def _problems(rule: Rule, filled: Filled) -> Iterator[Problem]:
    if rule.id != ORDER:
        yield from rule.check(replace(filled, data=rule.data))


def _finding(rule: Rule, problem: Problem, titles: dict[str, str]) -> Finding:
    details = {"title": titles.get(problem.field, problem.field), **problem.details}
    return Finding(rule, problem.field, details, problem.repair, problem.because)


def repaired(values: Values, finding: Finding) -> Values:
    """The values with a finding's repair put in; an emptied field is left out."""
    merged = {**values, **(finding.repair or {})}
    return {key: value for key, value in merged.items() if value}


def is_for_individuals(entry: Values) -> bool:
    return any(
        who.startswith(("自然人", "个人")) for who in entry.get("audience", ()) if isinstance(who, str)
    )


def in_order(entries: Iterable[Values]) -> list[Values]:
    """A catalog list as it must be filed: items for individuals first, otherwise as they stood."""
    return sorted(entries, key=lambda entry: not is_for_individuals(entry))


def check_order(entries: Sequence[Values]) -> list[Finding]:
    """Entries for individuals that stand below one for organisations; `in_order` mends the list."""
    found, seen = [], False
    for number, entry in enumerate(entries, 1):
        if seen and is_for_individuals(entry):
            details = {"title": TITLES["audience"], "number": str(number), "name": str(entry.get("name", ""))}
            found.append(Finding(RULE[ORDER], "audience", details))
        seen = seen or not is_for_individuals(entry)
    return found
