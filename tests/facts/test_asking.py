"""The interview in a real terminal."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal

from .speeches import write_speech


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield write_speech(tmp_path / "small", "# 基本\n地区: 清河市  # 核过\n会议日期: 2026-02-10\n层级: 市\n")
    os.chdir(before)


def facts(folder: Path) -> str:
    return (folder / "facts.yaml").read_text("utf-8").partition("层级: 市\n")[2]


def test_an_interview_from_the_first_question_to_the_last(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small")
    first = terminal.type("市委常委、组织部部长")
    assert "讲话人 · 职务" in first
    assert facts(folder) == ""
    terminal.type("沈立川")
    terminal.wait_for("存在问题 1")
    assert facts(folder) == "讲话人: {职务: 市委常委、组织部部长, 姓名: 沈立川}\n"
    terminal.type("有的村账目不清")
    terminal.type("")
    assert "录取人数" in terminal.type("一百二")
    assert "“录取人数”: “一百二” is not a number" in terminal.type("120")
    terminal.type("/b")
    assert "now: 120" in terminal.type("")
    terminal.type("108")
    terminal.type("90%")
    terminal.type("云陂县")
    terminal.type("60")
    terminal.type("")
    assert "a paragraph a line; an empty line ends it" in terminal.type("第一段")
    terminal.type("第二段")
    terminal.type("")
    status, printed = terminal.ends()
    assert status == 0
    assert printed.strip().endswith("7 facts answered; that was all")
    assert facts(folder) == (
        "讲话人: {职务: 市委常委、组织部部长, 姓名: 沈立川}\n"
        "存在问题:\n  - 有的村账目不清\n录取人数: 120\n到位人数: 108\n到位率: 90%\n"
        "县区:\n  - 名称: 云陂县\n    人数: 60\n备注: |-\n  第一段\n  第二段\n"
    )
    assert (folder / "facts.yaml").read_text("utf-8").startswith("outline: small\n# 基本\n地区: 清河市  # 核过\n")


@pytest.mark.parametrize("key", [b"\x03", b"\x04", b"/q\n", "、退出\n".encode()])
def test_it_goes_on_where_it_was_left(folder: Path, tmp_path: Path, key: bytes) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "--for", "干部一科")
    terminal.type("")
    terminal.type("108")
    terminal.press(key)
    status, printed = terminal.ends()
    assert status == 0
    assert "1 fact answered; stopped at “到位率”" in printed
    again = Terminal(tmp_path, "facts", "ask", "small", "--for", "干部一科")
    assert "到位率  1/2" in again.type("90%")
    assert "录取人数  2/2" in again.type("120")
    assert again.ends()[0] == 0
    assert facts(folder) == "到位人数: 108\n到位率: 90%\n录取人数: 120\n"


def test_it_goes_on_in_the_middle_of_a_list(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "--for", "组织一科")
    terminal.type("")
    terminal.type("云陂县")
    terminal.type("/q")
    terminal.ends()
    again = Terminal(tmp_path, "facts", "ask", "small", "--for", "组织一科")
    assert "县区 1 · 人数" in again.type("60")
    again.type("/q")
    again.ends()
    assert facts(folder) == "县区:\n  - 名称: 云陂县\n    人数: 60\n"


@pytest.mark.parametrize(
    "kept", ["", "{", "[1]", '{"x": 1}', "[" * 100_000], ids=["empty", "cut", "list", "other", "deep"]
)
def test_a_damaged_memory_of_where_it_was_left_does_no_harm(folder: Path, tmp_path: Path, kept: str) -> None:
    (tmp_path / "speechdraft").mkdir()
    (tmp_path / "speechdraft" / "ask.json").write_text(kept, "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small", "--for", "干部一科")
    assert "录取人数  1/3" in terminal.type("120")
    terminal.type("/q")
    assert terminal.ends()[0] == 0
    assert facts(folder) == "录取人数: 120\n"


def test_an_unconfirmed_value_is_confirmed(folder: Path, tmp_path: Path) -> None:
    (folder / "facts.yaml").write_text("outline: small\n到位人数: {value: 108, confirmed: no}  # 核\n", "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small", "到位人数")
    assert "now: 108 (unconfirmed); Enter leaves it" in terminal.type("/ok")
    assert terminal.ends()[0] == 0
    text = (folder / "facts.yaml").read_text("utf-8")
    assert re.fullmatch(
        r"outline: small\n到位人数: \{value: 108, confirmed: yes, as_of: \d{4}-\d\d-\d\d\}  # 核\n", text
    )


def test_an_answer_that_cannot_be_written_is_asked_for_again(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "录取人数")
    terminal.wait_for(r"\n> $")
    (folder / "facts.yaml").chmod(0o400)
    terminal.text = "\n> "
    terminal.type("120")
    said = terminal.wait_for(r"\n> $")
    assert "the file is read-only\n  write under another name, or allow writing: chmod u+w small/facts.yaml\n" in said
    assert facts(folder) == ""
    (folder / "facts.yaml").chmod(0o600)
    terminal.text = "\n> "
    terminal.type("120")
    assert terminal.ends()[0] == 0
    assert facts(folder) == "录取人数: 120\n"


def test_a_command_in_a_long_text_ends_it(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "备注", "录取人数")
    terminal.type("第一段")
    terminal.type("//b 是文件名")
    terminal.type("/路径")
    terminal.type("/?")
    assert "now: 第一段" in terminal.type("、返回")
    assert facts(folder) == "备注: |-\n  第一段\n  /b 是文件名\n  /路径\n"
    assert "this is the first question" in terminal.type("新的")
    terminal.type("/s")
    assert "录取人数" in terminal.type("/b")
    terminal.type("又一段")
    terminal.type("/q")
    status, printed = terminal.ends()
    assert (status, "1 fact answered; stopped at “录取人数”" in printed) == (0, True)
    assert facts(folder) == "备注: 又一段\n"


def test_going_back_shows_how_it_stands_now(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "录取人数", "到位人数")
    terminal.type("120")
    terminal.type("/b")
    assert "now: 120 (given); Enter leaves it" in terminal.type("/q")
    assert terminal.ends()[0] == 0
    assert facts(folder) == "录取人数: 120\n"


def test_values_and_items_are_removed(folder: Path, tmp_path: Path) -> None:
    given = "录取人数: {value: 120, source: 年报}  # 核\n县区:  # 逐个\n  - 名称: 云陂县\n    人数: 60\n  # 末\n  - 名称: 石渡县\n    人数: 9\n"
    (folder / "facts.yaml").write_text("outline: small\n层级: 市\n" + given, "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small", "录取人数", "县区")
    terminal.type("/del")
    assert "录取人数 removed: 120; typing it again brings it back" in terminal.type("/删除")
    assert facts(folder) == given.replace(" {value: 120, source: 年报}", "")
    assert "there is no value here that could be removed" in terminal.type("")
    assert "/del removes the whole item" in terminal.type("、删除")
    assert "县区 1 removed: 云陂县, 60" in terminal.type("")
    terminal.type("/del")
    assert "县区 1 · 人数 removed: 9" in terminal.type("/q")
    assert terminal.ends()[0] == 0
    assert facts(folder) == "录取人数:  # 核\n县区:  # 逐个\n  # 末\n  - 名称: 石渡县\n    人数:\n"


def test_only_what_a_value_lacks_is_asked_for(folder: Path, tmp_path: Path) -> None:
    given = "讲话人: {职务: 县委书记}\n存在问题: [一]\n录取人数: 9\n到位人数: 9\n到位率: 100%\n县区:\n  - 名称: 甲\n    人数: 5\n  - 名称: 乙\n"
    (folder / "facts.yaml").write_text("outline: small\n会议日期: 2026-02-10\n地区: 清河\n层级: 市\n" + given, "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small")
    assert "讲话人 · 姓名  1/3" in terminal.type("沈立川")
    assert "县区 2 · 人数  2/3" in terminal.type("4")
    assert "备注  3/3" in terminal.type("")
    assert terminal.ends()[0] == 0
    done = given.replace("县委书记", "县委书记, 姓名: 沈立川") + "    人数: 4\n"
    assert facts(folder) == done


def test_the_first_item_of_a_list_is_not_called_one_more(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "县区")
    first = terminal.type("/s")
    assert "one more item" not in first
    assert "/s leaves this part of the item empty and goes on to the next" in first
    assert "县区 1 · 人数" in terminal.type("60")
    assert "one more item; Enter alone ends the list" in terminal.type("")
    assert terminal.ends()[0] == 0
    assert facts(folder) == "县区:\n  - 名称:\n    人数: 60\n"


def test_what_was_merged_meanwhile_is_not_written_over(folder: Path, tmp_path: Path) -> None:
    (folder / "facts.yaml").write_text("outline: small\n县区:\n  - {名称: 甲县, 人数: 10}\n", "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small", "县区")
    terminal.type("")
    terminal.type("")
    merged = "outline: small\n县区:\n  - {名称: 甲县, 人数: 10}\n  - {名称: 乙县, 人数: 20}\n"
    (folder / "facts.yaml").write_text(merged, "utf-8")
    terminal.type("丙县")
    said = terminal.type("/q")
    assert "“县区” was changed in the facts file meanwhile; nothing was saved\n" in said
    assert "now: 乙县" in said
    assert terminal.ends()[0] == 0
    assert (folder / "facts.yaml").read_text("utf-8") == merged


def test_each_fact_that_was_changed_meanwhile_is_told(folder: Path, tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "地区", "备注", "录取人数")
    terminal.wait_for(r"\n> $")
    text = (folder / "facts.yaml").read_text("utf-8") + "录取人数: 150\n"
    (folder / "facts.yaml").write_text(text, "utf-8")
    terminal.text = "\n> "
    terminal.type("云陂县")
    terminal.type("")
    terminal.type("120")
    said = terminal.type("/q")
    assert "“录取人数” was changed in the facts file meanwhile; nothing was saved\n" in said
    assert terminal.ends()[0] == 0
    assert facts(folder) == "录取人数: 150\n"
    assert "地区: 云陂县  # 核过\n" in (folder / "facts.yaml").read_text("utf-8")


def test_what_was_changed_meanwhile_is_not_confirmed_unseen(folder: Path, tmp_path: Path) -> None:
    text = "outline: small\n到位人数: {value: 108, confirmed: no}\n"
    (folder / "facts.yaml").write_text(text, "utf-8")
    terminal = Terminal(tmp_path, "facts", "ask", "small", "到位人数")
    terminal.wait_for(r"\n> $")
    (folder / "facts.yaml").write_text(text.replace("108", "99"), "utf-8")
    terminal.text = "\n> "
    terminal.type("/ok")
    said = terminal.type("/q")
    assert "“到位人数” was changed in the facts file meanwhile; nothing was saved\n" in said
    assert "now: 99" in said
    assert terminal.ends()[0] == 0
    assert (folder / "facts.yaml").read_text("utf-8") == text.replace("108", "99")


@pytest.mark.parametrize("key", [b"\x03", b"\x04"])
def test_paragraphs_that_were_typed_are_saved_when_somebody_leaves(folder: Path, tmp_path: Path, key: bytes) -> None:
    terminal = Terminal(tmp_path, "facts", "ask", "small", "备注")
    terminal.type("第一段")
    terminal.type("第二段")
    terminal.press(key)
    status, printed = terminal.ends()
    assert status == 0
    assert "1 fact answered" in printed
    assert facts(folder) == "备注: |-\n  第一段\n  第二段\n"
