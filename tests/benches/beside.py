"""Citizens ask over Telegram while a thousand groups are reminded by the same process: how much later they hear."""

import asyncio
import random
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import App, open_app, prefer_answers
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_delivery import TelegramSender
from bot.delivery import Delivery
from bot.pace import Pace
from bot.reminders import Reminders
from bot.settings import Settings
from tests.benches.mishaps import MORNING, WORK
from tests.benches.rush import plan_groups
from tests.telegram_api.recorder import Recorder, Refusal, message

QUESTIONS = (
    "办身份证要带什么",
    "新生儿上户口多久能办好",
    "公积金提取在哪办",
    "社保卡丢了怎么补",
    "结婚登记要钱吗",
    "开个小餐馆需要什么手续",
    "老年人优待证咋个办",
    "残疾证在哪里申请",
)
PEOPLE = 400
A_SECOND = 9.0
"""Questions, at moments that do not know of each other."""

NETWORK = 0.03
"""Seconds a call of the Bot API takes."""

QUIET = 100.0
"""Seconds of asking while nothing else goes on: longer than the reminders take."""

WAITS = 20.0
"""Seconds after which a question counts as not answered."""


SHARED = "/dev/shm" if Path("/dev/shm").is_dir() else None


class Limited(Recorder):
    """Telegram that keeps to its limits: 30 messages a second, 20 a minute to a group; more is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: dict[int, asyncio.Future[float]] = {}
        self.moments: deque[float] = deque()
        self.groups: dict[int, deque[float]] = defaultdict(deque)
        self.lines: Counter[int] = Counter()
        self.most = self.refused = 0

    async def do_request(self, url: str, method: str, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        if name not in ("sendMessage", "sendDocument"):
            return await super().do_request(url, method, *args, **kwargs)
        if self._is_full():
            self.refused += 1
            self.refuse(name, Refusal(429, "Too Many Requests: retry after 1", {"retry_after": 1}))
            return await super().do_request(url, method, *args, **kwargs)
        outcome = await super().do_request(url, method, *args, **kwargs)
        self._note(self.calls.pop().given)
        await asyncio.sleep(NETWORK)
        return outcome

    def _is_full(self) -> bool:
        now = time.perf_counter()
        while self.moments and self.moments[0] <= now - 1:
            self.moments.popleft()
        return len(self.moments) >= 30

    def _note(self, given: dict[str, Any]) -> None:
        chat, now = int(given["chat_id"]), time.perf_counter()
        self.moments.append(now)
        self.most = max(self.most, len(self.moments))
        if chat < 0:
            self.lines[chat] += len(WORK.findall(given["text"]))
        elif chat in self.answered and not self.answered[chat].done():
            self.answered[chat].set_result(now)

    async def ask(self, number: int, question: str) -> float:
        """Seconds until the first message of the answer was on its way."""
        self.answered[number] = asyncio.get_running_loop().create_future()
        before = time.perf_counter()
        await self.push(message(question, number))
        async with asyncio.timeout(WAITS):
            return await self.answered[number] - before

    async def push(self, said: dict[str, Any], **_: Any) -> int:
        return await super().push(message=said)


@dataclass
class Beside:
    """How long each question took by its number, asked at the same moments alone and beside the reminders."""

    alone: dict[int, float] = field(default_factory=dict)
    busy: dict[int, float] = field(default_factory=dict)
    arrived: int = 0
    seconds: float = 0.0
    most_in_a_second: int = 0
    refused: int = 0
    questions_a_second: float = A_SECOND

    @property
    def later(self) -> list[float]:
        """How much later each question was answered; that it waited for other questions is in both."""
        return sorted(self.busy[number] - self.alone[number] for number in self.busy.keys() & self.alone)

    @property
    def most(self) -> float:
        return self.later[-1]

    def line(self) -> str:
        alone, busy, later = sorted(self.alone.values()), sorted(self.busy.values()), self.later
        return (
            f"reminders {self.arrived:,} in {self.seconds:.0f} s beside {len(busy):,} questions "
            f"({self.questions_a_second:.0f} a second)  most in a second {self.most_in_a_second} of 30  "
            f"refused {self.refused}\n"
            f"  an answer alone p50 {_at(alone, 0.5)}  p99 {_at(alone, 0.99)}  max {_at(alone, 1)} ms, "
            f"beside the reminders p50 {_at(busy, 0.5)}  p99 {_at(busy, 0.99)}  max {_at(busy, 1)} ms\n"
            f"  the same {len(later):,} questions at the same moments later by "
            f"p50 {_at(later, 0.5)}  p99 {_at(later, 0.99)}  max {_at(later, 1)} ms"
        )


def _at(sorted_: Sequence[float], share: float) -> str:
    return f"{1000 * sorted_[min(len(sorted_) - 1, int(share * len(sorted_)))]:.0f}"


async def beside(groups: int = 1000, each: int = 20, quiet: float = QUIET) -> Beside:
    """The same questions, first alone, then while all groups are reminded."""
    # In memory where there is such a folder: how slow a disk is with others at work is not measured here.
    with tempfile.TemporaryDirectory(dir=SHARED) as folder:
        token = SecretStr("1:token")
        settings = Settings(data_dir=Path(folder), telegram_token=token, question_limit=1000)
        async with open_app(settings, _clock()) as app:
            await plan_groups(app.services.store, groups, each)
            app.services.catalogue.start_following()
            prefer_answers()
            return await _measure(app, groups * each, quiet)


def _clock() -> Callable[[], datetime]:
    """It begins in the morning of a working day."""
    began = time.monotonic()
    return lambda: MORNING + timedelta(seconds=time.monotonic() - began)


async def _measure(app: App, reminders: int, quiet: float) -> Beside:
    api, pace, found = Limited(), Pace(time.monotonic), Beside()
    channel = TelegramChannel(app.conversation, app.services, lambda: api, pace)
    delivery = Delivery({"telegram": TelegramSender(app.services.settings, lambda: api)})
    loop = Reminders(app.services, delivery, time.monotonic, pace, lambda: app.conversation.under_way > 0)
    await channel.start()
    await _ask(api, {}, lambda began: time.monotonic() - began < 3)
    await _ask(api, found.alone, lambda began: time.monotonic() - began < quiet)
    api.most, started = 0, time.monotonic()
    loop.start()
    await _ask(api, found.busy, lambda _: sum(api.lines.values()) < reminders)
    found.seconds = time.monotonic() - started
    found.arrived, found.most_in_a_second = sum(api.lines.values()), api.most
    found.refused = api.refused
    await loop.stop()
    await channel.stop()
    return found


async def _ask(api: Limited, answers: dict[int, float], goes_on: Callable[[float], bool]) -> None:
    """Questions at random moments, the same each time, nobody waiting for another's answer."""
    asked: set[asyncio.Task[None]] = set()
    dice, began = random.Random(1), time.monotonic()

    async def one(number: int) -> None:
        answers[number] = await api.ask(1 + number % PEOPLE, QUESTIONS[number % len(QUESTIONS)])

    number, moment = 0, began
    while goes_on(began):
        number += 1
        asked.add(asyncio.create_task(one(number)))
        moment += dice.expovariate(A_SECOND)
        await asyncio.sleep(moment - time.monotonic())
    await asyncio.gather(*asked)
