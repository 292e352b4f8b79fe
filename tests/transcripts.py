"""Plays a conversation written in YAML and fails on the first reply that is not the expected one.

Steps: 说 what a person types · 按 the label of a button pressed · 发件 a file · 答 the whole reply, … standing for any
text · 按钮 the labels under it · 人 who speaks from here on · 换 the channel from here on · 时间 moves the clock · 重启 ·
设置 of this place, first of all ·
邀请 a one-time code for a member of staff · 草稿 a draft that is filled in already, 认领 from an upper item · 撤权 takes their roles away. {码} stands for the last code that was shown.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot.app import App
from item_store.one_time_codes import CODE, hash_of
from item_store.people import Invitation, grants_of
from item_store.templates import TEMPLATES
from item_store.units import Unit, UnitKind
from tests.drivers import Driver, Heard

SPEAKING = ("说", "按", "发件")
UNITS = {"分钟": "minutes", "小时": "hours", "天": "days"}
MARKS = re.compile(r"[\s【】〔〕：]|^\d+\. ", re.MULTILINE)


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 2, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, by: str) -> None:
        """Move on by a time such as 2天."""
        number, unit = re.fullmatch(r"(\d+)\s*(分钟|小时|天)", by).groups()
        self.now += timedelta(**{UNITS[unit]: int(number)})


def steps_of(path: Path) -> list[dict[str, Any]]:
    """The steps of a transcript."""
    return yaml.safe_load(path.read_text("utf8"))


def squeezed(text: str) -> str:
    """A text without what channels render differently."""
    return MARKS.sub("", text)


def matches(expected: str, text: str) -> bool:
    """Whether a reply is the expected one."""
    pattern = ".*?".join(re.escape(squeezed(part)) for part in expected.split("…"))
    return re.fullmatch(pattern, squeezed(text), re.DOTALL) is not None


OpenWorld = Callable[[], Awaitable[App]]
OpenDriver = Callable[[App, str], Awaitable[Driver]]


class Player:
    """Plays one transcript over drivers."""

    def __init__(self, restart: OpenWorld, driver: OpenDriver, clock: MovedClock, channel: str) -> None:
        self._restart, self._open_driver, self._clock = restart, driver, clock
        self._drivers: dict[str, Driver] = {}
        self._channel, self._person = channel, "citizen"
        self._app: App | None = None
        self._heard: list[Heard] = []
        self._unread = False
        self._code = ""

    async def play(self, steps: list[dict[str, Any]]) -> None:
        """Play all steps in order."""
        self._app = await self._restart()
        try:
            for number, step in enumerate(steps, 1):
                await self._step(number, step)
        finally:
            await self._hang_up()

    async def _step(self, number: int, step: dict[str, Any]) -> None:
        spoken = next((kind for kind in SPEAKING if kind in step), None)
        if spoken:
            assert not self._unread, f"step {number}: the reply before is not expected: {self._text()}"
            self._heard, self._unread = await self._speak(spoken, step[spoken]), True
            shown = CODE.search(self._text())
            self._code = shown.group() if shown else self._code
        if "答" in step:
            self._unread = False
            assert matches(step["答"], self._text()), (
                f"step {number}: expected\n{step['答']}\nheard\n{self._text()}"
            )
        if "按钮" in step:
            labels = [label for heard in self._heard for label, _ in heard.buttons]
            assert labels == step["按钮"], f"step {number}: buttons {labels}"
        await self._change(step)

    async def _change(self, step: dict[str, Any]) -> None:
        self._person = step.get("人", self._person)
        self._channel = step.get("换", self._channel)
        if "邀请" in step:
            await self._invite(step["邀请"])
        if "草稿" in step:
            await self._draft(step["草稿"])
        if "撤权" in step:
            await self._revoke(step["撤权"])
        if "时间" in step:
            self._clock.move(step["时间"])
        if step.get("重启"):
            await self._hang_up()
            self._app = await self._restart()

    async def _invite(self, row: dict[str, Any]) -> None:
        kind = UnitKind(row.get("类别", UnitKind.AGENCY))
        store, unit = self._app.services.store, Unit(row["单位"], row["单位"], kind, row.get("主管", ""))
        await store.put_unit(unit)
        until = self._clock() + timedelta(days=7)
        grants = grants_of(unit.id, row["角色"])
        await store.invite(Invitation(hash_of(row["码"]), until, "test", row["名"], grants))

    async def _draft(self, row: dict[str, Any]) -> None:
        """A draft that is filled in already; that it is filled in by dialogue is shown elsewhere."""
        template = TEMPLATES[row["模板"]]
        values, claimed = dict(row["值"]), {}
        if "认领" in row:
            upper = next(i for i in self._app.services.catalogue.items() if i.name == row["认领"])
            keys = {field.key for field in template.asked}
            values = {key: raw for key, raw in upper.record().items() if key in keys} | values
            claimed = {"source_item": upper.id}
        data = {
            "template": template.name,
            "values": values,
            "answered": list(values),
            "skipped": [field.key for field in template.asked if field.key not in values],
            **claimed,
        }
        await self._app.services.store.create_draft(row["单位"], data)

    async def _revoke(self, name: str) -> None:
        store = self._app.services.store
        for person in await store.people():
            if person.name == name:
                await store.revoke(person.id)

    async def _speak(self, kind: str, said: Any) -> list[Heard]:
        driver = await self._driver()
        if kind == "说":
            return await driver.say(self._person, str(said).strip().replace("{码}", self._code))
        if kind == "发件":
            return await driver.send_file(self._person, said["名"], said["内容"].encode())
        buttons = {label: key for heard in self._heard for label, key in heard.buttons}
        assert said in buttons, f"no button {said}: {list(buttons)}"
        return await driver.press(self._person, buttons[said])

    async def _driver(self) -> Driver:
        if self._channel not in self._drivers:
            assert self._app
            self._drivers[self._channel] = await self._open_driver(self._app, self._channel)
        return self._drivers[self._channel]

    async def _hang_up(self) -> None:
        for driver in self._drivers.values():
            await driver.close()
        self._drivers.clear()

    def _text(self) -> str:
        return "\n".join(heard.text for heard in self._heard)
