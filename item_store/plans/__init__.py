"""Plans as files: the shipped examples, and any other file of the same layout."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from item_store.tasks import Plan

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PlanProblem:
    """A place in the file (tasks 3 deadline) and what is wrong there."""

    where: str
    why: str


class PlanError(Exception):
    """The plan cannot be used; the problems say where and why."""

    def __init__(self, *problems: PlanProblem) -> None:
        super().__init__("; ".join(f"{problem.where}: {problem.why}" for problem in problems))
        self.problems = problems


def plan_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def load_plan(name: str) -> Plan:
    """A shipped plan by its name."""
    if name not in plan_names():
        raise PlanError(PlanProblem(name, "plan.unknown"))
    return read_plan((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def read_plan(text: str) -> Plan:
    """A plan from the text of a YAML file."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else ""
        raise PlanError(PlanProblem(where, "plan.not_yaml")) from error
    if not isinstance(content, dict):
        raise PlanError(PlanProblem("", "plan.not_a_mapping"))
    return plan_from(content)


def plan_from(content: Mapping[str, Any]) -> Plan:
    """A plan from plain data; each task takes over the plan's name, year and first and last day."""
    shared = {"plan": content.get("name"), "year": content.get("year")}
    shared |= {key: content.get(key) for key in ("starts", "ends")}
    rows = {
        key: [shared | row if isinstance(row, dict) else row for row in content.get(key) or ()]
        for key in ("tasks", "supervision")
    }
    try:
        return Plan.model_validate({**content, **rows})
    except ValidationError as error:
        raise PlanError(*_problems(error)) from error


def _problems(error: ValidationError) -> list[PlanProblem]:
    return [
        PlanProblem(" ".join(map(str, fault["loc"])), fault["msg"].removeprefix("Value error, "))
        for fault in error.errors(include_url=False)
    ]
