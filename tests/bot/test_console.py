"""The terminal: what is typed, files that are sent, and files that are handed out."""

from pathlib import Path

from bot.channels.console import Console
from bot.conversation import Conversation
from bot.messages import MAX_TEXT, File, Replies, Reply
from bot.texts import Texts
from bot.turn import Turn


class Return:
    """A handler that hands a file back."""

    __name__ = "return"

    def wants(self, turn: Turn) -> bool:
        return True

    async def handle(self, turn: Turn) -> Replies:
        file = turn.incoming.file
        return [Reply(f"heard {turn.text}", file=File(file.name, file.content[::-1]) if file else None)]


async def test_a_file_goes_in_and_comes_out_without_writing_over_another(app, tmp_path: Path) -> None:
    console = Console(Conversation(app.services, [Return()]), Texts(), tmp_path)
    sent = tmp_path / "表.csv"
    sent.write_bytes(b"abc")
    told = await console.answer(f"/file {sent}")
    assert (tmp_path / "表-1.csv").read_bytes() == b"cba"
    assert sent.read_bytes() == b"abc"
    assert "已存到" in told
    assert await console.answer("/file 没有.csv") == "没有这个文件"


async def test_a_long_line_is_refused_by_name(app, tmp_path: Path) -> None:
    console = Console(Conversation(app.services, [Return()]), Texts(), tmp_path)
    assert f"{MAX_TEXT} 个字以内" in await console.answer("长" * (MAX_TEXT + 1))
    assert await console.answer("长") == "heard 长"
