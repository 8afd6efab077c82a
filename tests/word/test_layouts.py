"""Layouts: their numbers, and where each is from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from speechdraft.word.layouts import GBT9704, LAYOUTS, OURS, READING, WINDOWS_FONTS

CLAUSE = re.compile(rf"(\d+(\.\d+)*(；.*：{OURS})?|{OURS})")


def values(owner: object, name: str = "") -> Iterator[tuple[str, object]]:
    """Return every value object in a layout with its name."""
    if isinstance(owner, tuple):
        for number, item in enumerate(owner, 1):
            yield from values(item, f"{name}[{number}]")
    elif is_dataclass(owner):
        yield name, owner
        for field in fields(owner):
            yield from values(getattr(owner, field.name), f"{name}.{field.name}".strip("."))


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_each_value_says_which_clause_it_is_from(layout: object) -> None:
    named = [(name, value) for name, value in values(layout) if name]
    assert len(named) == 14
    for name, value in named:
        assert CLAUSE.fullmatch(getattr(value, "clause", "")), name


def test_a_value_that_differs_from_the_standard_is_not_put_down_to_it() -> None:
    standard = dict(values(GBT9704))
    for name, value in values(READING):
        if name and value != standard[name]:
            assert OURS in getattr(value, "clause", ""), name


def test_the_default_is_the_standard() -> None:
    assert list(LAYOUTS) == ["gbt9704", "windows-fonts", "reading"]
    assert LAYOUTS["gbt9704"] is GBT9704


@pytest.mark.parametrize(
    ("name", "lines", "characters", "title_characters"),
    [("gbt9704", 22, 28, 20), ("windows-fonts", 22, 28, 20), ("reading", 16, 20, 17)],
)
def test_lines_and_characters_follow_from_page_and_type(
    name: str, lines: int, characters: int, title_characters: int
) -> None:
    layout = LAYOUTS[name]
    assert (layout.lines, layout.characters, layout.title_characters) == (lines, characters, title_characters)


def test_windows_fonts_are_those_that_windows_has() -> None:
    typefaces = (WINDOWS_FONTS.body, WINDOWS_FONTS.title, WINDOWS_FONTS.front, *WINDOWS_FONTS.headings)
    fonts = {typeface.font for typeface in (*typefaces, WINDOWS_FONTS.page_number.typeface)}
    assert fonts == {"仿宋", "楷体", "黑体", "宋体"}
    assert WINDOWS_FONTS.title.bold
