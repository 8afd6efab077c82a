"""Lines that fold where Chinese folds."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from speechdraft.cli.edge import plain_table
from speechdraft.cli.folding import Folded, fold, padded

_TEXTS = st.text("中文情况，。“”（）、a1.-_/ \n", max_size=80)


def _printed(renderable: object, width: int) -> list[str]:
    file = io.StringIO()
    Console(file=file, width=width, highlight=False).print(renderable)
    return [line.rstrip() for line in file.getvalue().splitlines()]


def test_chinese_folds_anywhere_but_before_a_closing_mark() -> None:
    assert fold("把有人改过的稿更新到最新（改过的文字保留）", 24) == ["把有人改过的稿更新到最新", "（改过的文字保留）"]
    assert fold("各部分的段式和字数和分钟。", 24) == ["各部分的段式和字数和分", "钟。"]


def test_a_line_ends_behind_a_stop_that_is_near_its_end() -> None:
    assert fold("读书班期数、理论轮训人数、理论宣讲队伍", 30) == ["读书班期数、理论轮训人数、", "理论宣讲队伍"]


def test_latin_words_stay_whole_unless_they_are_longer_than_a_line() -> None:
    assert fold("写成 .docx 或 windows-fonts 都行", 16) == ["写成 .docx 或", "windows-fonts 都", "行"]
    assert fold("https://example.invalid/a", 10) == ["https://ex", "ample.inva", "lid/a"]


@given(_TEXTS, st.integers(6, 40))
def test_no_line_is_too_wide_and_no_letter_is_lost(text: str, width: int) -> None:
    lines = fold(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


@given(_TEXTS, st.integers(12, 40))
def test_on_a_console_as_well(text: str, width: int) -> None:
    lines = _printed(Folded(text, hanging=4), width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(cell_len(line) <= width for line in lines)


def test_hanging_lines() -> None:
    assert _printed(Folded("甲乙丙丁戊己庚", hanging=2), 8) == ["甲乙丙丁", "  戊己庚"]


def test_styles_survive_folding() -> None:
    file = io.StringIO()
    Console(
        file=file, width=8, force_terminal=True, color_system="standard", legacy_windows=False, no_color=False
    ).print(Folded("甲乙[red]丙丁戊[/]己"))
    assert file.getvalue() == "甲乙\x1b[31m丙丁\x1b[0m\n\x1b[31m戊\x1b[0m己\n"


def test_a_table_keeps_its_first_column_on_a_narrow_terminal() -> None:
    table = plain_table(("section", "left"), ("characters", "right"), ("minutes", "right"))
    table.add_row("一、很长很长的标题", "1234", "5.6")
    assert "".join(line[:12].rstrip() for line in _printed(table, 20)[1:]) == "一、很长很长的标题"


def test_padding_counts_cells() -> None:
    assert padded("情况", 6) == "情况  "
