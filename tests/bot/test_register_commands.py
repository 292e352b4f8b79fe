"""`banshi sync` shows before it does; `banshi audit verify` names what was changed."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0), capsys.readouterr().out


def register(path: Path, *rows: dict[str, Any]) -> str:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


def test_a_register_is_shown_then_applied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = f"sqlite:///{tmp_path / 'x.db'}"
    file = register(tmp_path / "all.jsonl", {"id": "a", "name": "甲"}, {"id": "b", "name": "乙"})
    code, said = run(capsys, "sync", file, "--db", db)
    assert (code, "新增：2 个" in said, "a 甲" in said, "已经办好" in said) == (0, True, True, False)
    code, said = run(capsys, "sync", file, "--db", db, "--apply")
    assert (code, "已经办好" in said) == (0, True)
    code, said = run(capsys, "sync", file, "--db", db)
    assert said == "一致：2 个事项\n"
    fewer = register(tmp_path / "fewer.jsonl", {"id": "a", "name": "甲改"}, {"id": "", "name": ""})
    code, said = run(capsys, "sync", fewer, "--db", db, "--apply")
    assert code == 1
    assert "没有比对" in said


def test_tampering_is_named_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.db"
    db = f"sqlite:///{path}"
    file = register(tmp_path / "all.jsonl", *({"id": f"i{n}", "name": f"事项{n}"} for n in range(5)))
    run(capsys, "sync", file, "--db", db, "--apply")
    whole = "办理记录完整，共 5 行。\n回答记录完整，共 0 行。\n"
    assert run(capsys, "audit", "verify", "--db", db) == (0, whole)
    code, heads = run(capsys, "audit", "head", "--db", db)
    acts, answers = heads.split()
    anchors = ["--anchor", acts, "--anchor", answers]
    assert run(capsys, "audit", "verify", *anchors, "--db", db)[0] == 0
    # As noted down by a version that knew of acts alone.
    assert run(capsys, "audit", "verify", "--anchor", acts.removeprefix("acts:"), "--db", db)[0] == 0
    for wrong in ("soon", "acts:5", "5:x", f"letters:{acts}", "acts:five:" + "0" * 64):
        assert run(capsys, "audit", "verify", "--anchor", wrong, "--db", db)[0] == 2
    code, listed = run(capsys, "audit", "list", "--subject", "item:i1", "--db", db)
    assert [line.split("\t")[2:5] for line in listed.splitlines()] == [
        ["synchronisation", "publish", "item:i1"]
    ]
    assert run(capsys, "audit", "list", "--on", "2020-01-01", "--db", db) == (0, "")
    assert len(run(capsys, "audit", "list", "--last", "2", "--db", db)[1].splitlines()) == 2
    with sqlite3.connect(path) as connection:
        connection.execute("update audit_lines set \"by\" = 'x' where sequence = 2")
        connection.execute("update item_versions set content = 'x' where id = 'i4'")
    connection.close()
    code, said = run(capsys, "audit", "verify", "--db", db)
    assert code == 1
    assert "办理记录：第 2 行被改过（item:i1）" in said
    assert "第 5 行记录的公布内容被改过（item:i4）" in said
