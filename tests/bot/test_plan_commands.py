"""`banshi plan` and `banshi calendar`: every row with its reminders, and a year taken over once."""

import argparse
from pathlib import Path

import pytest

from bot import liaison, plan_commands
from bot.__main__ import parser
from bot.app import App
from bot.settings import Settings
from item_store.calendar import shipped_calendar
from item_store.calendar.notices import table_of
from item_store.plans import load_plan, plan_names
from item_store.records import StartedPlan


def words(*given: str) -> argparse.Namespace:
    return parser().parse_args(given)


@pytest.mark.parametrize("name", plan_names())
def test_every_row_of_every_shipped_plan_is_shown(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert plan_commands.show(words("plan", "show", name), Settings()) == 0
    shown = capsys.readouterr().out.splitlines()
    for task in load_plan(name).all_tasks:
        assert any(line.startswith(f"{task.number}. ") and task.deadline in line for line in shown)
    assert sum(line.startswith("    ") for line in shown) >= len(load_plan(name).tasks)


@pytest.mark.parametrize(("year", "provisional"), [(2026, False), (2027, True)])
def test_a_year_not_announced_is_said_to_be_provisional(
    year: int, provisional: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        f"name: p\ntitle: t\nyear: {year}\nstarts: {year}-01-01\nends: {year}-12-31\n"
        "tasks:\n  - {number: '1', work: w, lead: [a], deadline: 6月30日前}\n",
        encoding="utf-8",
    )
    assert plan_commands.show(words("plan", "show", str(path)), Settings()) == 0
    assert ("日期暂定" in capsys.readouterr().out) is provisional


def test_a_file_with_mistakes_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "name: p\ntitle: t\nyear: 2026\nstarts: 2026-01-01\nends: 2026-12-31\n"
        "tasks:\n  - {number: '1', work: w, lead: [a], deadline: 过几天}\n",
        encoding="utf-8",
    )
    assert plan_commands.show(words("plan", "show", str(path)), Settings()) == 1
    assert "过几天" in capsys.readouterr().out


def test_an_unknown_plan_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert plan_commands.show(words("plan", "show", "nowhere"), Settings()) == 1
    assert "nowhere" in capsys.readouterr().out


async def test_a_plan_is_started_with_its_units(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    given = words("plan", "start", "beibei-2021-9", "--units")
    assert await plan_commands.start(given, app.services) == 0
    assert "已启动" in capsys.readouterr().out
    assert await app.services.store.kept(StartedPlan, "beibei-2021-9")
    assert "区政务服务办" in {unit.name for unit in await app.services.store.units()}


async def test_a_calendar_year_is_taken_over_and_may_be_corrected(
    app: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "2027.csv"
    path.write_text(table_of(shipped_calendar().notices[2026]).replace("2026", "2027"), encoding="utf-8")
    outcome = await plan_commands.import_calendar(words("calendar", "import", str(path)), app.services)
    assert outcome == 1
    assert "2027" in capsys.readouterr().out
    path.write_text(table_of(shipped_calendar().notices[2025]), encoding="utf-8")
    for _ in range(2):
        assert await plan_commands.import_calendar(words("calendar", "import", str(path)), app.services) == 0
    known = await liaison.calendar(app.services.store)
    assert known.notices[2025].days == shipped_calendar().notices[2025].days
