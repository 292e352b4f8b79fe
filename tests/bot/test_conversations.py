"""Every transcript, on every channel."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.settings import Settings
from item_store.chains import shipped_chains
from tests.drivers import Driver
from tests.drivers.direct import DirectDriver
from tests.transcripts import MovedClock, Player, steps_of

FOLDER = Path(__file__).parents[1] / "conversations"
TRANSCRIPTS = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("chain", shipped_chains())
def test_every_ready_chain_is_played_from_draft_to_answer(chain: str) -> None:
    """With a return, the mend, the publication, and a citizen who is answered from it."""
    steps = steps_of(FOLDER / f"chain_{chain}.yaml")
    pressed = [str(step.get("按", "")) for step in steps]
    said = [str(step.get("答", "")) for step in steps]
    published = next(n for n, text in enumerate(said) if "已公布，马上按新内容回答群众" in text)
    returned, mended = pressed.index("退回"), next(n for n, p in enumerate(pressed) if p.startswith("修改 "))
    assert returned < mended < published
    assert any(step.get("人") == "群众" for step in steps[published:])


async def open_driver(app: App, channel: str) -> Driver:
    """The driver of a channel over a running app."""
    if channel == "web":
        from tests.drivers.web import WebDriver

        return await WebDriver.open(app)
    if channel == "telegram":
        from tests.drivers.telegram import TelegramDriver

        return await TelegramDriver.open(app)
    return DirectDriver(app)


@pytest.mark.parametrize("channel", ["direct", "web", "telegram"])
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_transcript(path: Path, channel: str, tmp_path: Path) -> None:
    steps = steps_of(path)
    clock = MovedClock()
    # What a place sets for itself stands in the first step.
    settings = Settings(data_dir=tmp_path, question_limit=1000, **steps[0].get("设置", {}))
    async with AsyncExitStack() as stack:

        async def restart() -> App:
            await stack.aclose()
            return await stack.enter_async_context(open_app(settings, clock))

        await Player(restart, open_driver, clock, channel).play(steps)
