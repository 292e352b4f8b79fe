"""People who press and type anything at all in the guided dialogue, and what must hold after every step."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.catalogue import Catalogue
from bot.conversation import Conversation
from bot.messages import Choice, Incoming, IncomingFile, Replies
from bot.rule_check import RuleCheck
from bot.services import Services
from bot.settings import Settings
from bot.texts import Texts
from item_store.contract import DraftState, ItemStore
from item_store.one_time_codes import hash_of
from item_store.people import Invitation, grants_of
from item_store.sample import sample_items
from item_store.templates import TEMPLATES
from item_store.units import Unit

UNIT = Unit("civil", "示例区民政局")
SPEAKERS = (("web", "a"), ("telegram", "a"), ("console", "b"), ("web", "c"))
"""One person on two channels, a colleague, and somebody without any right."""

WORDS = [
    "返回",
    "跳过",
    "预览",
    "暂存",
    "退出",
    "帮助",
    "提交",
    "完成",
    "修改",
    "修改条目",
    "补充属性",
    "我的草稿",
    "新事项",
    "修改第5项",
    "修改第三十六项",
    "修改99",
    "修改办理",
    "修改设定依据",
    "删2",
    "删第1条",
    "第2条移到第1条",
    "改第1条",
    "补充1",
    "问：身份证要带什么",
    "/help",
    "/start",
    "登录",
    "登录错码",
    "换个渠道",
    "1",
    "3",
    "这是什么？",
    "怎么填",
    "20",
    "二十个工作日或5天",
    "无",
    "示例",
    "，",
    "0",
]
BLOCKS = (
    "1．身份证\n2．户口簿\n　　纸质材料份数和规格：原件1份",
    "甲\n乙\n丙",
    "受理 1个工作日\n办结",
    "法律《示例法》第三条：内容\n规章《示例办法》第一条：内容",
    "可以代办吗？可以。",
    "示例路1号|中心|9:00–17:00|023-00000001",
    "x" * 1900,
    "事项名称：示例\n受理条件：年满18周岁\n办理地点：示例路1号\n咨询电话：023-00000001\n是否收费：否\n办理时间：周一",
)
OPEN_AT_ONCE = 4

FILES = (b"", b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n x", b"MZ", b"PK\x03\x04broken")


@dataclass
class Figures:
    """What happened on a walk."""

    steps: int = 0
    answers: int = 0
    submitted: int = 0
    restarts: int = 0
    lost: list[str] = field(default_factory=list)
    dead_ends: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class MovingClock:
    """A minute a step, so that nobody speaks too fast."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def kept_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Everything answered that a draft still holds, be it set aside or under way."""
    part = data.get("part") or {}
    under_way = {part["field"]: part["entries"]} if part.get("entries") else {}
    return {**data["dropped"], **data["values"], **under_way}


class Walker:
    """Random steps over one store; checks after each."""

    def __init__(self, store: ItemStore, clock: MovingClock, settings: Settings, seed: int) -> None:
        self.store, self.clock, self.settings = store, clock, settings
        self.random = random.Random(seed)
        self.texts = Texts("zh_CN")
        self.figures = Figures()
        self.choices: dict[tuple[str, str], list[Choice]] = {}
        self.old: dict[tuple[str, str], list[str]] = {}
        self.deleting: dict[str, str] = {}
        self.held: dict[str, dict[str, Any]] = {}
        self.said = ""
        self.leaving: Callable[[str], None] = lambda _draft_id: None
        """Told before a draft is deleted on purpose."""
        self.claims = self.texts.say("prefill.claim", name="", agency="")[:2]

    async def begin(self) -> None:
        """Staff and published items."""
        await self.store.put_unit(UNIT)
        for number, person in enumerate(("", "a", "b")):
            links = person if number == 1 else ""
            first = await self.store.person_of("web:a") if links else None
            grants = grants_of(UNIT.id, ["clerk"])
            code = f"code{number}{self.random.random()}"
            identity = ("web:a", "telegram:a", "console:b")[number]
            until = self.clock() + timedelta(days=1)
            await self.store.invite(
                Invitation(hash_of(code), until, "bench", f"人{number}", grants, first.id if first else "")
            )
            await self.store.redeem(hash_of(code), identity)
        if not await self.store.published_count():
            await self.store.publish_many(sample_items()[:8])
        self.catalogue = Catalogue(self.store)
        await self.catalogue.load()
        self.restart()

    def restart(self) -> None:
        """A new process over the same store."""
        check = RuleCheck(self.catalogue, self.store)
        services = Services(self.store, self.catalogue, self.settings, self.clock, check)
        self.conversation = Conversation(services)
        self.figures.restarts += 1

    async def step(self) -> Replies:
        """One message by somebody, and all checks."""
        if self.random.random() < 0.002:
            self.restart()
        speaker = self.random.choices(SPEAKERS, (60, 15, 24, 1))[0]
        self.clock.now += timedelta(minutes=1)
        self.figures.steps += 1
        incoming = await self._message(speaker)
        replies = await self.conversation.converse(incoming)
        if self.random.random() < 0.01:
            replies = await self.conversation.converse(incoming)
        await self._check(speaker, replies)
        return replies

    async def _message(self, speaker: tuple[str, str]) -> Incoming:
        base = {"channel": speaker[0], "sender": speaker[1], "message_id": f"m{self.figures.steps}"}
        good, kind = await self._example(speaker), self.random.random()
        choices = self._worth_pressing(speaker, good)
        if kind < 0.02 and self.old.get(speaker):
            self.said = "[old]"
            choice = self.random.choice(self.old[speaker])
            if choice in self.deleting:
                self.leaving(self.deleting[choice])
            return Incoming(**base, choice=choice)
        if kind < 0.03:
            self.said = "file"
            return Incoming(**base, file=IncomingFile(name="图.png", content=self.random.choice(FILES)))
        if choices and (kind < 0.33 or (not good and kind < 0.9)):
            pressed = self.random.choice(choices)
            if pressed.action.get("do") == "really_delete":
                self.leaving(pressed.action["draft"])
            self.said = f"[{pressed.label}]"
            return Incoming(**base, choice=pressed.id)
        self.said = self._text(kind, good)
        return Incoming(**base, text=self.said)

    def _worth_pressing(self, speaker: tuple[str, str], good: str) -> list[Choice]:
        """Buttons; those that leave the dialogue are pressed less often."""
        choices = self.choices.get(speaker, [])
        stay = [
            c for c in choices if c.action.get("do") not in ("command", "drafts", "ask", "show", "ask_staff")
        ]
        return stay if stay and self.random.random() < 0.6 else choices

    def _text(self, kind: float, good: str) -> str:
        if good and kind < 0.80:
            return good
        if not good:
            return self.random.choice(["新事项", "我的草稿", "我的草稿", *WORDS[:4]])
        return self.random.choice(BLOCKS if kind > 0.95 else WORDS)

    async def _example(self, speaker: tuple[str, str]) -> str:
        """A good answer to what is asked."""
        session = await self.store.load_session(":".join(speaker))
        task = session.data.get("task", {}) if session else {}
        draft = await self.store.load_draft(task["draft"]) if task.get("draft") else None
        key, _, rest = str(task.get("asked", "")).partition("/")
        if draft is None or not task.get("draft"):
            return ""
        if not key:
            return "提交"
        if rest and self.random.random() < 0.4:
            return "完成"
        example: str = TEMPLATES[draft.data["template"]].by_key[key].example
        return example.partition("\n")[0] if "\n" in example and self.random.random() < 0.5 else example

    async def _check(self, speaker: tuple[str, str], replies: Replies) -> None:
        text = "\n".join(reply.text for reply in replies)
        failed = self.texts.say("conversation.failed", phone=self.settings.enquiry_line)
        if failed in text:
            self.figures.errors.append(f"{self.said} -> {text}")
        if not replies or not any(reply.text or reply.card for reply in replies):
            self.figures.errors.append(f"{self.said} -> nothing said")
        shown = [choice for reply in replies for choice in reply.choices]
        self.old[speaker] = [*self.old.get(speaker, []), *(choice.id for choice in shown)][-40:]
        self.choices[speaker] = shown
        self.deleting |= {c.id: c.action["draft"] for c in shown if c.action.get("do") == "really_delete"}
        session = await self.store.load_session(":".join(speaker))
        if session and session.data["task"].get("draft") and not shown:
            self.figures.dead_ends.append(f"{self.said} -> {text}")
        await self._check_drafts(text)

    async def _check_drafts(self, text: str) -> None:
        drafts = await self.store.drafts_of(UNIT.id)
        open_ones = [draft for draft in drafts if draft.state is DraftState.OPEN]
        for draft in open_ones:
            kept, before = kept_of(draft.data), self.held.get(draft.id, {})
            self.figures.answers += len(kept.keys() - before.keys())
            for key, value in before.items():
                title = TEMPLATES[draft.data["template"]].by_key[key].title
                if kept.get(key) != value and not self._explained(text, title, kept.get(key, []), value):
                    self.figures.lost.append(f"{self.said}: {key} {value!r} became {kept.get(key)!r}\n{text}")
            self.held[draft.id] = kept
        gone = self.held.keys() - {draft.id for draft in open_ones}
        self.figures.submitted += len(gone & {draft.id for draft in drafts})
        for draft in open_ones[OPEN_AT_ONCE:]:
            self.leaving(draft.id)
            await self.store.delete_draft(draft.id)
            gone = gone | {draft.id}
        for draft_id in gone:
            self.held.pop(draft_id, None)

    def _explained(self, text: str, title: str, now: Any, before: Any) -> bool:
        """An answer changes only where the person was told so; entries grow, or shrink by 删."""
        told = self.texts.say("fill.noted", title=title, value="") in text
        brought = self.texts.say("prefill.done", count="", titles="")[:3] in text
        ticked = self.texts.say("fill.ticked", count=0, values="").partition("0")[0] in text
        if (
            told
            or (brought and title in text)
            or (ticked and title in text)
            or self.said.startswith(f"[{self.claims}")
        ):
            return True
        if not isinstance(now, list) or not isinstance(before, list):
            return False
        return self.texts.say("part.removed", name="") in text or len(now) >= len(before)
