"""Every transcript, on every channel."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.settings import Settings
from tests.drivers import Driver
from tests.drivers.direct import DirectDriver
from tests.transcripts import MovedClock, Player, steps_of

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "conversations").glob("*.yaml"))


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
    settings = Settings(data_dir=tmp_path, question_limit=1000)
    async with AsyncExitStack() as stack:

        async def restart() -> App:
            await stack.aclose()
            return await stack.enter_async_context(open_app(settings, clock))

        await Player(restart, open_driver, clock, channel).play(steps)
