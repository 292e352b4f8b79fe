"""A new clerk at the chat page on a phone: signs in, fills an item in by buttons and typing, submits it."""

import os
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.app import App
from item_store.one_time_codes import hash_of
from item_store.people import Invitation, grants_of
from item_store.units import Unit, UnitKind
from tests.bot.channels.browser.conftest import Open
from tests.bot.channels.browser.test_web_browser import axe_violations, overflow

CODE = "ABCD-2345-EFGH"
UNIT = "示例区民政局"
PHONE = (390, 844)
SHOTS = os.environ.get("SHOTS", "")
"""A folder for a picture of every step, to be looked at."""

MOST_MESSAGES = {"nothing": 47, "claimed": 22, "pasted": 28}
"""What each way may take from the first word to the confirmation; no more than it takes now."""

HEADING = re.compile(r"【(\d+)/\d+】(\S+)")
BLOCK = "1．居民户口簿\n　　来源渠道：公安机关\n　　纸质材料份数和规格：复印件1份\n2．收入证明"

# What is pressed or typed for each field, by its title; a leading ▸ is a button.
ANSWERS: dict[str, tuple[str, ...]] = {
    "事项名称": ("困难家庭临时补助申请",),
    "事项类型": ("▸公共服务", "▸基本社会服务"),
    "设定依据": ("行政法规《社会救助暂行办法》第四十七条：对遭遇突发困难的家庭给予临时救助。", "▸完成"),
    "行使层级": ("▸区县",),
    "行使内容": ("为生活困难的家庭办理临时补助。",),
    "实施机构": (f"▸{UNIT}",),
    "实施主体性质": ("▸法定机关",),
    "法定办结时限": ("▸20个工作日",),
    "受理条件": ("具有本区户籍，家庭遭遇突发困难。",),
    "申请材料": (BLOCK, "▸完成"),
    "联办机构": ("▸无",),
    "中介服务": ("▸无",),
    "办理流程": ("受理 1个工作日\n审查 5个工作日\n办结 1个工作日", "▸完成"),
    "数量限制": ("▸无",),
    "结果名称": ("临时补助审批表",),
    "结果样本": ("▸跳过",),
    "是否收费": ("▸否",),
    "服务对象": ("▸自然人",),
    "办件类型": ("▸承诺件",),
    "承诺办结时限": ("7个工作日",),
    "通办范围": ("▸跳过",),
    "办理形式": ("▸窗口办理",),
    "是否支持预约办理": ("▸否",),
    "是否支持网上支付": ("▸否",),
    "是否支持物流快递": ("▸否",),
    "运行系统": ("▸市级",),
    "办理地点": ("示例区青石路1号一楼1号窗口", "示例区政务服务中心", "▸区县", "▸完成"),
    "办理时间": ("周一至周五 9:00–12:00，14:00–17:30（节假日除外）",),
    "咨询电话": ("023-00000001",),
    "常见问题": ("▸跳过",),
    "监督电话": ("023-00000002",),
}
GUIDE = """困难家庭临时补助申请办事指南
一、行使内容
为生活困难的家庭办理临时补助。
二、设定依据
行政法规《社会救助暂行办法》第四十七条：对遭遇突发困难的家庭给予临时救助。
三、实施机构
示例区民政局
四、受理条件
具有本区户籍，家庭遭遇突发困难。
五、申请材料
1．居民户口簿，复印件1份
2．收入证明，原件1份
六、办理流程
1．受理 1个工作日
2．审查 5个工作日
3．办结 1个工作日
七、法定办结时限
20个工作日
八、承诺办结时限
7个工作日
九、是否收费
否
十、结果名称
临时补助审批表
十一、办理地点
示例区青石路1号一楼1号窗口
十二、办理时间
周一至周五 9:00–12:00，14:00–17:30（节假日除外）
十三、咨询电话
023-00000001
十四、监督电话
023-00000002
"""


@dataclass
class Clerk:
    """Speaks by the page; counts messages and the machine's time."""

    page: Page
    shots: Path | str = ""
    messages: int = 0
    seconds: float = 0.0
    hidden: list[str] = field(default_factory=list)

    async def say(self, text: str) -> str:
        await self.page.locator("#text").fill(text)
        return await self._sent(self.page.locator("#send").click)

    async def press(self, label: str) -> str:
        buttons = self.page.locator("#latest .choices button")
        return await self._sent(buttons.get_by_text(label, exact=True).last.click)

    async def do(self, answer: str) -> str:
        return await (self.press(answer[1:]) if answer.startswith("▸") else self.say(answer))

    async def _sent(self, send) -> str:
        before = await self.page.locator(".exchange").count()
        began = time.perf_counter()
        await send()
        exchange = self.page.locator(".exchange").nth(before)
        await expect(exchange.locator(".reply").first).to_be_visible()
        self.seconds += time.perf_counter() - began
        self.messages += 1
        await self._look()
        return await exchange.inner_text()

    async def _look(self) -> None:
        """Whether the question and its first answers are in sight on this screen."""
        reply = self.page.locator("#latest .reply").last
        question = await reply.bounding_box()
        buttons = reply.locator(".choices button")
        button = await buttons.last.bounding_box() if await buttons.count() else None
        header = await self.page.locator("header").bounding_box()
        composer = await self.page.locator(".composer").bounding_box()
        cards = await self.page.locator("#latest .card").count()
        top, bottom = header["y"] + header["height"], composer["y"]
        seen = question["y"] >= top - 1 and (not button or button["y"] + button["height"] <= bottom)
        # Before the confirmation stands all that was filled in, to be read first.
        if not seen and not cards:
            self.hidden.append((await reply.inner_text())[:60])
        if self.shots:
            await self.page.screenshot(path=Path(self.shots) / f"{self.messages:03}.png")

    async def asked(self) -> str:
        """The title of the field that is asked; empty when nothing is."""
        found = HEADING.findall(await self.page.locator("#latest").inner_text())
        return found[-1][1] if found else ""

    async def begin(self) -> None:
        await self.say(f"登录 {CODE}")
        await self.press("新事项")
        await self.press("实施清单")

    async def fill(self) -> None:
        """Answer whatever is asked until nothing is."""
        while title := await self.asked():
            for answer in ANSWERS[title]:
                await self.do(answer)

    async def submit(self) -> str:
        """Submit, mending what the rules find by their buttons."""
        told = await self.press("提交")
        for _ in range(12):
            if await self.page.locator("#latest button", has_text="确认提交").count():
                return await self.press("确认提交")
            told = await self._mend(told)
        raise AssertionError(told)

    async def _mend(self, told: str) -> str:
        """By the first button, else with a reason."""
        labels = await self.page.locator("#latest .choices button").all_inner_texts()
        if "情况属实，说明理由" in labels:
            await self.press("情况属实，说明理由")
            return await self.say("已核实")
        return await self.press(labels[0])


@pytest.fixture
async def clerk(open_page: Open, app: App) -> AsyncIterator[Clerk]:
    store = app.services.store
    await store.put_unit(Unit(UNIT, UNIT, UnitKind.AGENCY))
    until = app.services.clock() + timedelta(days=1)
    await store.invite(Invitation(hash_of(CODE), until, "test", "王芳", grants_of(UNIT, ["clerk"])))
    page = await open_page(*PHONE, reduced_motion="reduce")
    opened = Clerk(page, shots=SHOTS and Path(SHOTS))
    yield opened
    print(f"{opened.messages} messages, {opened.seconds:.1f} s of waiting for the machine")
    assert await overflow(page) == 0


async def test_from_nothing_to_submitted(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.fill()
    assert await clerk.asked() == ""
    told = await clerk.submit()
    assert "已提交，等待审核" in told
    assert clerk.hidden == []
    assert clerk.messages <= MOST_MESSAGES["nothing"]


async def test_a_claimed_item(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.say("临时救助金给付")
    await clerk.page.locator("#latest button", has_text="认领").first.click()
    await expect(clerk.page.locator("#latest")).to_contain_text("带入了")
    clerk.messages += 1
    await clerk.fill()
    assert "已提交，等待审核" in await clerk.submit()
    assert clerk.hidden == []
    assert clerk.messages <= MOST_MESSAGES["claimed"]


async def test_a_pasted_guide(clerk: Clerk) -> None:
    await clerk.begin()
    await clerk.say(GUIDE)
    await clerk.press("都填进去")
    await clerk.fill()
    assert "已提交，等待审核" in await clerk.submit()
    assert clerk.messages <= MOST_MESSAGES["pasted"]


async def test_field_five_is_changed_after_thirty(clerk: Clerk) -> None:
    await clerk.begin()
    while await clerk.asked() != "监督电话":
        for answer in ANSWERS[await clerk.asked()]:
            await clerk.do(answer)
    told = await clerk.say("修改第5项")
    assert "【5/36】设定依据" in told
    assert "《社会救助暂行办法》" in told
    await clerk.say("删1")
    await clerk.say("法律《社会救助法》第二条：公民有获得救助的权利。")
    told = await clerk.press("完成")
    assert "已记下 设定依据：《社会救助法》" in told
    assert await clerk.asked() == "监督电话"
    await clerk.say(ANSWERS["监督电话"][0])
    told = await clerk.press("预览")
    assert "《社会救助法》" in told
    assert "《社会救助暂行办法》" not in told
    assert clerk.hidden == []


async def test_a_file_by_keyboard_and_a_download_after_a_reload(clerk: Clerk, tmp_path: Path) -> None:
    page = clerk.page
    await expect(page.locator("#upload")).to_be_hidden()
    await clerk.say(f"登录 {CODE}")
    await expect(page.locator("#upload label")).to_be_visible()
    await page.locator("#send").focus()
    await page.keyboard.press("Tab")
    await expect(page.locator("#file")).to_be_focused()
    table = tmp_path / "事项.csv"
    table.write_text("序号,事项名称,事项类型\n1,困难家庭补助,公共伏务\n", encoding="utf-8")
    async with page.expect_file_chooser() as chosen:
        await page.locator("#file").press("Enter")
    await (await chosen.value).set_files(table)
    await expect(page.locator("#latest .reply")).to_contain_text(
        "第2行C列 事项类型：“公共伏务”不在规定的选项里"
    )
    await expect(page.locator("#latest .said")).to_contain_text("事项.csv")
    await clerk.say("下载")
    await clerk.press(f"{UNIT}的草稿（1 份）")
    await page.reload()
    async with page.expect_download() as fetched:
        await page.locator("#latest .file a").click()
    download = await fetched.value
    assert download.suggested_filename == f"{UNIT}-实施清单.xlsx"
    large = tmp_path / "大.pdf"
    large.write_bytes(b"%PDF" + b"x" * (10 * 1024 * 1024))
    await page.locator("#file").set_input_files(large)
    await expect(page.get_by_role("alert")).to_contain_text("文件超过 10 MB")


async def test_a_file_without_script(open_page: Open, app: App, clerk: Clerk, tmp_path: Path) -> None:
    page = await open_page(*PHONE, java_script_enabled=False)
    await page.locator("#text").fill(f"登录 {CODE}")
    await page.locator("#send").click()
    table = tmp_path / "事项.csv"
    table.write_text("序号,事项名称,事项类型\n1,困难家庭补助,公共服务\n", encoding="utf-8")
    await page.locator("#file").set_input_files(table)
    await page.get_by_role("button", name="上传", exact=True).click()
    await expect(page.locator("#latest .reply")).to_contain_text("新建草稿 1 份")
    assert await overflow(page) == 0


async def test_axe_finds_nothing_in_a_draft(clerk: Clerk, open_page: Open) -> None:
    page = await open_page(*PHONE, reduced_motion="reduce", bypass_csp=True)
    staff = Clerk(page)
    await staff.begin()
    await staff.say("困难家庭临时补助申请")
    assert await axe_violations(page) == []
