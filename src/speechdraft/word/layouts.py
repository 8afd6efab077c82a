"""Layouts: page, grid and typefaces, each value with the clause of GB/T 9704-2012 that it is from.

A value that the standard does not give has the clause :data:`OURS`. Lengths on paper are in millimetres, sizes and
leadings of type in points, as the standard and Word's own dialogs have them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final, Literal

__all__ = [
    "GBT9704",
    "LAYOUTS",
    "OURS",
    "READING",
    "WINDOWS_FONTS",
    "Indent",
    "Layout",
    "Leading",
    "PageNumber",
    "Paper",
    "TextArea",
    "Typeface",
]

OURS: Final = "本项目"
"""The clause of a value that is not from the standard."""

_POINTS_A_MILLIMETRE = 72 / 25.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The sheet, in millimetres."""

    width: float
    height: float
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArea:
    """The part of the page that bears text (版心), in millimetres; ``top`` and ``left`` are the margins before it."""

    top: float
    left: float
    width: float
    height: float
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Typeface:
    """A font, its size in points and its weight."""

    font: str
    size: float
    clause: str
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """The distance from line to line, in points."""

    points: float
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indent:
    """A distance in characters of the body."""

    characters: int
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNumber:
    """The page number: its dash stands ``below`` millimetres under the text area.

    ``outer`` puts it right on odd and left on even pages, ``indent`` away from the edge; ``centre`` in the middle.
    """

    typeface: Typeface
    place: Literal["outer", "centre"]
    below: float
    indent: Indent
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a speech stands on paper. ``headings`` are by level; a deeper level looks like the last."""

    name: str
    paper: Paper
    area: TextArea
    leading: Leading
    body: Typeface
    title: Typeface
    front: Typeface
    headings: tuple[Typeface, Typeface, Typeface, Typeface]
    indent: Indent
    page_number: PageNumber

    @property
    def width(self) -> float:
        """The width of the text area in points."""
        return self.area.width * _POINTS_A_MILLIMETRE

    @property
    def height(self) -> float:
        """The height of the text area in points."""
        return self.area.height * _POINTS_A_MILLIMETRE

    @property
    def lines(self) -> int:
        """The lines of a full page."""
        return math.floor(self.height / self.leading.points)

    @property
    def characters(self) -> int:
        """The characters of a full line: as many as stand in it at their size, give or take half of one.

        The grid then sets them a little closer or wider, so that the line is full (5.2.3: 撑满版心).
        """
        return round(self.width / self.body.size)

    @property
    def title_characters(self) -> int:
        """The characters that stand in one line of the title."""
        return math.floor(self.width / self.title.size)


GBT9704: Final = Layout(
    name="gbt9704",
    paper=Paper(width=210, height=297, clause="5.1"),
    area=TextArea(top=37, left=28, width=156, height=225, clause="5.2.1"),
    leading=Leading(points=28.95, clause="5.2.3"),
    body=Typeface(font="仿宋_GB2312", size=16, clause="5.2.2"),
    title=Typeface(font="方正小标宋简体", size=22, clause="7.3.1"),
    front=Typeface(font="楷体_GB2312", size=16, clause=OURS),
    headings=(
        Typeface(font="黑体", size=16, clause="7.3.3"),
        Typeface(font="楷体_GB2312", size=16, clause="7.3.3"),
        Typeface(font="仿宋_GB2312", size=16, bold=True, clause=f"7.3.3；加粗：{OURS}"),
        Typeface(font="仿宋_GB2312", size=16, clause="7.3.3"),
    ),
    indent=Indent(characters=2, clause="7.3.3"),
    page_number=PageNumber(
        typeface=Typeface(font="宋体", size=14, clause="7.5"),
        place="outer",
        below=7,
        indent=Indent(characters=1, clause="7.5"),
        clause="7.5",
    ),
)
"""The layout of official documents (党政机关公文格式): 22 lines of 28 characters."""

WINDOWS_FONTS: Final = replace(
    GBT9704,
    name="windows-fonts",
    body=replace(GBT9704.body, font="仿宋"),
    title=Typeface(font="宋体", size=22, bold=True, clause=f"7.3.1；宋体加粗代小标宋：{OURS}"),
    front=replace(GBT9704.front, font="楷体"),
    headings=(
        GBT9704.headings[0],
        replace(GBT9704.headings[1], font="楷体"),
        replace(GBT9704.headings[2], font="仿宋"),
        replace(GBT9704.headings[3], font="仿宋"),
    ),
)
"""The same with the fonts that every Chinese Windows has."""

READING: Final = replace(
    GBT9704,
    name="reading",
    leading=Leading(points=39.8, clause=OURS),
    body=replace(GBT9704.body, size=22, clause=OURS),
    title=replace(GBT9704.title, size=26, clause=OURS),
    front=replace(GBT9704.front, size=22),
    headings=(
        replace(GBT9704.headings[0], size=22, clause=OURS),
        replace(GBT9704.headings[1], size=22, clause=OURS),
        replace(GBT9704.headings[2], size=22, clause=OURS),
        replace(GBT9704.headings[3], size=22, clause=OURS),
    ),
    page_number=replace(GBT9704.page_number, place="centre", clause=OURS),
)
"""The copy that is read aloud: body in 二号, 16 lines of 20 characters, numbered in the middle, printed on one side."""

LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {layout.name: layout for layout in (GBT9704, WINDOWS_FONTS, READING)}
)
"""The layouts by name, the default first."""
