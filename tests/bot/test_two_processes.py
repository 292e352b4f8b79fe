"""What one process publishes, another answers from within a second, on SQLite and PostgreSQL."""

import asyncio
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.app import open_app
from bot.settings import Settings
from item_store.item import Item
from item_store.register import Switch
from item_store.store import open_store

OTHER = """
import asyncio, sys
from pathlib import Path
from bot import logging
from bot.app import open_app
from bot.asking import answer_line
from bot.settings import Settings

async def main():
    settings = Settings(data_dir=Path(sys.argv[2]), db=sys.argv[1], log_level="ERROR")
    logging.set_up(settings)
    async with open_app(settings) as app:
        app.services.catalogue.start_following()
        print("ready", flush=True)
        while True:
            line = await asyncio.to_thread(sys.stdin.readline)
            if not line:
                return
            print(repr(answer_line(line.strip(), app.services)["text"]), flush=True)

asyncio.run(main())
"""


async def asked(other: asyncio.subprocess.Process, question: str) -> str:
    assert other.stdin
    assert other.stdout
    other.stdin.write(f"{question}\n".encode())
    return (await other.stdout.readline()).decode()


async def within_a_second(other: asyncio.subprocess.Process, question: str, expected: str) -> float:
    """How long until the other process answers so."""
    started = time.perf_counter()
    while expected not in await asked(other, question):
        assert time.perf_counter() - started < 5, f"{expected} was never said"
        await asyncio.sleep(0.02)
    taken = time.perf_counter() - started
    assert taken <= 1
    return taken


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
async def test_the_other_process_answers_anew(
    backend: str, database_address: Callable[[str], str], tmp_path: Path
) -> None:
    address = database_address(backend)
    item = Item.from_record(
        {
            "id": "a",
            "name": "示例船舶登记",
            "enquiry_phone": "023-60000001",
            "charges_fee": "否",
            "materials": ["登记表"],
        }
    )
    store = await open_store(address)
    await store.publish(item)
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OTHER, address, str(tmp_path / "other"),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert other.stdout
        assert (await other.stdout.readline()).strip() == b"ready"
        question = "示例船舶登记的咨询电话"
        assert "023-60000001" in await asked(other, question)
        for number in range(2, 6):
            await store.publish(Item.from_record(item.record() | {"enquiry_phone": f"023-6000000{number}"}))
            await within_a_second(other, question, f"023-6000000{number}")
        await store.switch_off(Switch("正在核对登记材料", item_id="a", by="test"))
        await within_a_second(other, question, "正在核对登记材料")
        await store.switch_on("a", "", "test")
        await store.roll_back("a", "test", version=1)
        await within_a_second(other, question, "023-60000001")
    finally:
        assert other.stdin
        other.stdin.close()
        await asyncio.wait_for(other.wait(), 10)
        await store.close()


async def test_this_process_answers_at_once(tmp_path: Path) -> None:
    async with open_app(Settings(data_dir=tmp_path)) as app:
        await app.services.store.publish(Item.from_record({"id": "a", "name": "示例船舶登记"}))
        assert await app.services.catalogue.refresh() == 1
        assert app.services.catalogue.item("a") is not None
