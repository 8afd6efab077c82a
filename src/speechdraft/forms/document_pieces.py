"""What stands in a form that came back, piece by piece: in its controls, in words of its own, and beside both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree

from speechdraft.forms.document import TO_FILL, own_tag
from speechdraft.word.controls import FORM_TAG
from speechdraft.word.markup import W
from speechdraft.word.returned import text_in

__all__ = ["Cell", "Content", "Meaning", "Piece", "Row", "blocks", "content_of", "rows_of", "said"]

Meaning: TypeAlias = tuple[str, str]
"""What a control is for: the key of its row, and its column."""
_Find: TypeAlias = Callable[[str], Meaning | None]
"""Gives what a tag means, or None for one that is not of a control to write in."""

_GONE: Final = frozenset({"del", "moveFrom", "delText", "instrText", "rt"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A text, and the control that it stands in; ``own`` are the form's own words, as it wrote them."""

    text: str
    meaning: Meaning | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in a cell or paragraph."""

    pieces: tuple[Piece, ...]

    @property
    def meanings(self) -> list[Meaning]:
        """What its controls are for, each once."""
        return list(dict.fromkeys(piece.meaning for piece in self.pieces if piece.meaning is not None))

    @property
    def own(self) -> str:
        """The form's own words in it."""
        return "".join(piece.text for piece in self.pieces if piece.own)

    @property
    def typed(self) -> str:
        """All that somebody typed, in controls and beside them."""
        return said(piece.text for piece in self.pieces if not piece.own)

    @property
    def beside(self) -> str:
        """What somebody typed beside the controls."""
        return said(piece.text for piece in self.pieces if not piece.own and piece.meaning is None)

    @property
    def all(self) -> str:
        """All its text, the form's own words among it."""
        return said(piece.text for piece in self.pieces)

    def inside(self, meaning: Meaning) -> list[str]:
        """Return what stands in each control that is for something; those that nobody wrote in are left out."""
        texts = (said([piece.text]) for piece in self.pieces if piece.meaning == meaning)
        return [text for text in texts if text]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: the first of the table's grid columns that it covers, how many it covers, and what stands in it."""

    start: int
    span: int
    content: Content


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; ``repeated`` is whether it stands again at the top of each page, as a head does."""

    cells: tuple[Cell, ...]
    repeated: bool

    @property
    def shape(self) -> tuple[tuple[int, int], ...]:
        """Where its cells begin and how wide they are, by which it is told from rows with merged or split cells."""
        return tuple((cell.start, cell.span) for cell in self.cells)

    @property
    def meanings(self) -> list[Meaning]:
        """What the controls in it are for, each once."""
        return list(dict.fromkeys(meaning for cell in self.cells for meaning in cell.content.meanings))

    @property
    def is_head(self) -> bool:
        """Whether it has a table's head in it, and nothing to write in. A row that Word adds below one is no head."""
        return self.repeated and not self.meanings and any(cell.content.own for cell in self.cells)


def said(texts: Iterable[str]) -> str:
    """Return texts as one, without what shows where to write: that stands alone, or before or behind what was typed."""
    text = "".join(texts).strip()
    shown = True
    while shown:
        shown = False
        for sign in TO_FILL:
            shorter = text.removeprefix(sign).removesuffix(sign).strip()
            shown = shown or shorter != text
            text = shorter
    return text


def blocks(element: etree._Element) -> Iterator[etree._Element]:
    """Return the paragraphs and tables of a body or the like, those in controls and insertions included."""
    for child in _children(element):
        if _name(child) in {"p", "tbl"}:
            yield child
        else:
            yield from blocks(child)


def rows_of(table: etree._Element, find: _Find) -> list[Row]:
    """Return a table's rows as they stand now, those whose deletion was tracked left aside."""
    return [_row(row, find) for row in _inner(table, "tr") if row.find(f"{{{W}}}trPr/{{{W}}}del") is None]


def content_of(element: etree._Element, find: _Find, meaning: Meaning | None = None) -> Content:
    """Return what stands in a cell or paragraph: a line for each paragraph, those of text boxes included.

    ``meaning`` is what a control around all of it is for.
    """
    pieces: list[Piece] = []
    _collect(element, meaning, find, pieces)
    return Content(tuple(pieces))


def _row(row: etree._Element, find: _Find) -> Row:
    place = _number(row.find(f"{{{W}}}trPr/{{{W}}}gridBefore"), 0)
    cells: list[Cell] = []
    for cell in _inner(row, "tc"):
        span = _number(cell.find(f"{{{W}}}tcPr/{{{W}}}gridSpan"), 1)
        cells.append(Cell(place, span, content_of(cell, find, _around(cell, find))))
        place += span
    mark = row.find(f"{{{W}}}trPr/{{{W}}}tblHeader")
    off = mark is None or mark.get(f"{{{W}}}val", "true") in {"0", "false", "off"}
    return Row(tuple(cells), repeated=not off)


def _around(cell: etree._Element, find: _Find) -> Meaning | None:
    """Return what the control is for that a program has put around a cell, in place of what stands in it."""
    for above in cell.iterancestors():
        if _name(above) == "tr":
            break
        if _name(above) == "sdt" and (meaning := find(_tag(above))) is not None:
            return meaning
    return None


def _collect(element: etree._Element, meaning: Meaning | None, find: _Find, found: list[Piece]) -> None:
    for child in _children(element):
        name = _name(child)
        if name == "p" and found:
            found.append(Piece("\n", meaning))
        if name == "sdt":
            _collect_control(child, meaning, find, found)
        elif len(child):
            _collect(child, meaning, find, found)
        elif text := text_in(child) or (name == "t" and child.text) or "":  # m:t stands in a formula
            found.append(Piece(text, meaning))
        if name == "txbxContent":
            found.append(Piece("\n", meaning))


def _collect_control(control: etree._Element, meaning: Meaning | None, find: _Find, found: list[Piece]) -> None:
    """Add what stands in a control: one piece, unless there are others in it."""
    tag = _tag(control)
    here = find(tag) or meaning
    pieces: list[Piece] = []
    _collect(control, here, find, pieces)
    text = "".join(piece.text for piece in pieces)
    if any(piece.meaning != here for piece in pieces):
        found += [Piece("", here), *pieces]
    elif here is not None and here != meaning:
        found.append(Piece(said([text]), here))
    else:
        found.append(Piece(text, here, own=tag.startswith(f"{FORM_TAG}=") and tag == own_tag(text)))


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """Return what stands in an element and is text now; of a thing that is there in two ways, the first."""
    chosen = any(_name(child) == "Choice" for child in element)
    for child in element:
        name = _name(child)
        if name and name not in _GONE and not name.endswith("Pr") and not (chosen and name == "Fallback"):
            yield child


def _inner(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """Return the rows of a table or the cells of a row, those in a control of somebody's own included."""
    for child in _children(element):
        if _name(child) == name:
            yield child
        elif _name(child) not in {"tbl", "p"}:
            yield from _inner(child, name)


def _tag(control: etree._Element) -> str:
    element = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
    return "" if element is None else element.get(f"{{{W}}}val", "")


def _number(element: etree._Element | None, otherwise: int) -> int:
    text = "" if element is None else element.get(f"{{{W}}}val", "")
    return int(text) if re.fullmatch("[0-9]{1,3}", text) else otherwise


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
