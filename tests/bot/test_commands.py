"""Commands as staff type them, and answers that only look like commands."""

import pytest

from bot.commands import Command, is_asking, read_command, read_outside, read_review
from bot.liaison_words import kind_named, role_named


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("返回", Command("back")),
        (" 上一步 ", Command("back")),
        ("跳過", Command("skip")),
        ("修改第5项", Command("change", 5)),
        ("修改五", Command("change", 5)),
        ("改第二十一項", Command("change", 21)),
        ("改第十项", Command("change", 10)),
        ("修改“设定依据”", Command("change", title="设定依据")),
        ("问：要带什么", Command("ask", title="要带什么")),
        ("登录 ABCD-2345-EFGH", Command("sign_in", title="ABCD-2345-EFGH")),
        ("/signin abcd2345efgh", Command("sign_in", title="abcd2345efgh")),
        ("登录不了怎么办", None),
        ("返回原籍的证明", None),
        ("跳过一级审核", None),
        ("删2", None),
        ("完成", None),
    ],
)
def test_commands(text: str, command: Command | None) -> None:
    assert read_command(text) == command


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("完成", Command("done")),
        ("删2", Command("remove", 2)),
        ("删除第三条", Command("remove", 3)),
        ("第3条移到第1条", Command("move", 3, 1)),
        ("把第3条移到1", Command("move", 3, 1)),
        ("改第2条", Command("edit", 2)),
        ("补充第2条", Command("edit", 2)),
        ("修改第2项", Command("change", 2)),
        ("返回", Command("back")),
        ("第3条", None),
    ],
)
def test_commands_about_entries(text: str, command: Command | None) -> None:
    assert read_command(text, in_part=True) == command


@pytest.mark.parametrize(
    ("text", "asking"), [("这一项怎么填？", True), ("能代办吗", True), ("户口簿", False), ("一\n二？", False)]
)
def test_questions_are_told_from_answers(text: str, asking: bool) -> None:
    assert is_asking(text) is asking


@pytest.mark.parametrize(
    ("text", "name"), [("新事項", "new"), ("下載", "download"), ("草稿", "drafts"), ("開始填報", "new")]
)
def test_traditional_words_are_commands(text: str, name: str) -> None:
    assert read_outside(text) == Command(name)


@pytest.mark.parametrize(
    ("text", "name"), [("待審列表", "reviews"), ("我的報送", "cases"), ("待認領", "claims")]
)
def test_traditional_words_of_review(text: str, name: str) -> None:
    assert read_review(text) == Command(name)


def test_traditional_roles_and_kinds() -> None:
    assert (role_named("科室負責人"), kind_named("行政機關")) == ("section_head", "agency")
