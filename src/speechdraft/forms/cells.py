"""The cells of an .xlsx file as texts, as a person sees them; nothing else of the file is read.

Not by openpyxl, which stops at styles that other programs write, and gives a date that Chinese Excel or WPS formatted
(numFmtId 27–36 and 50–58 have no code in the file) as a bare number.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Final

from lxml import etree
from lxml.etree import _Element

from speechdraft.i18n import _
from speechdraft.parcels import require_no_dtd, tree_of
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.source import without_bad_characters

__all__ = ["Cell", "Sheet", "Trouble", "sheets_in"]

_MOST_CELLS: Final = 200_000
_MOST_SHEETS: Final = 200


class Trouble(Enum):
    """Why a cell has no text that can be used."""

    ERROR = "error"
    """It shows #REF!, #N/A or the like."""
    NOT_COMPUTED = "not-computed"
    """It holds a formula, and no result was saved with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell that is not empty. Rows and columns start at 1. ``name`` is how to call one that is not in a workbook."""

    row: int
    column: int
    text: str
    trouble: Trouble | None = None
    name: str = ""

    @property
    def address(self) -> str:
        """Return the cell's name: ``C5``."""
        if self.name:
            return self.name
        letters, column = "", self.column
        while column:
            column, rest = divmod(column - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return f"{letters}{self.row}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet's cells, row by row."""

    name: str
    hidden: bool
    rows: tuple[tuple[Cell, ...], ...]


def sheets_in(parts: Mapping[str, bytes], file: str) -> list[Sheet]:
    """Return the sheets of a workbook whose parts :func:`speechdraft.parcels.opened` gave.

    Raises ProblemError: ``not-an-office-file`` for an office file of another kind, ``damaged-file``,
    ``file-too-large``.
    """
    try:
        return _Book(parts, file).sheets()
    except (etree.XMLSyntaxError, ValueError, KeyError, IndexError, OverflowError, InvalidOperation) as error:
        raise ProblemError(
            [
                Problem(
                    code="damaged-file",
                    message=_("this file is damaged: {reason}").format(reason=str(error)[:120]),
                    place=Place(file=file),
                    hint=_("ask for it again; nothing of it was read"),
                )
            ]
        ) from None


class _Book:
    """Reads a workbook's parts, each within bounds."""

    def __init__(self, parts: Mapping[str, bytes], file: str) -> None:
        self._parts = parts
        self._file = file
        self._strings: list[str] = []
        self._formats: list[_Format] = []
        self._epoch = _EPOCH
        self._left = _MOST_CELLS

    def sheets(self) -> list[Sheet]:
        book_name = self._target_of("", "/officeDocument")
        book = self._root(book_name) if book_name in self._parts else None
        if book is None or _local(book) != "workbook":
            raise ProblemError(
                [
                    Problem(
                        code="not-an-office-file",
                        message=_("this file is no workbook"),
                        place=Place(file=self._file),
                        hint=_("see whether it is the file you meant"),
                    )
                ]
            )
        for properties in book.iter("{*}workbookPr"):
            if properties.get("date1904", "0") in {"1", "true"}:
                self._epoch = _EPOCH_1904
        shared = self._children(self._target_of(book_name, "/sharedStrings"), "si")
        self._strings = [_clean(_text_of(item)) for item in shared]  # here and not for each cell that shows it
        self._formats = self._cell_formats(self._target_of(book_name, "/styles"))
        targets = self._targets(book_name)
        found: list[Sheet] = []
        for sheet in list(book.iter("{*}sheet"))[:_MOST_SHEETS]:
            links = [str(value) for key, value in sheet.items() if str(key).endswith("}id")]
            target = next((targets[link] for link in links if link in targets), "")
            if target in self._parts and target.endswith(".xml"):
                hidden = sheet.get("state", "visible") != "visible"
                found.append(Sheet(name=sheet.get("name", ""), hidden=hidden, rows=tuple(self._rows(target))))
        return found

    # Parts and what they refer to.

    def _targets(self, part: str, kind: str = "") -> dict[str, str]:
        """Return the parts that a part refers to, by the reference's name."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        if relations not in self._parts:
            return {}
        return {
            link.get("Id", ""): posixpath.normpath(posixpath.join("/", folder, link.get("Target", ""))).lstrip("/")
            for link in self._root(relations).iter("{*}Relationship")
            if link.get("TargetMode") != "External" and link.get("Type", "").endswith(kind)
        }

    def _target_of(self, part: str, kind: str) -> str:
        return next(iter(self._targets(part, kind).values()), "")

    def _root(self, part: str) -> _Element:
        return tree_of(self._parts[part])

    def _children(self, part: str, tag: str) -> Iterator[_Element]:
        if part in self._parts and part.endswith(".xml"):
            yield from self._root(part).iterchildren(f"{{*}}{tag}")

    def _cell_formats(self, part: str) -> list[_Format]:
        if part not in self._parts or not part.endswith(".xml"):
            return []
        root = self._root(part)
        codes = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter("{*}numFmt")}
        known: dict[str, _Format] = {}
        formats: list[_Format] = []
        for group in root.iterchildren("{*}cellXfs"):
            for one in group.iterchildren("{*}xf"):
                number = one.get("numFmtId", "0")
                if number not in known:
                    known[number] = _format_of(codes.get(number) or _BUILT_IN.get(number, ""))
                formats.append(known[number])
        return formats

    # Cells.

    def _rows(self, part: str) -> Iterator[tuple[Cell, ...]]:
        stream = io.BytesIO(self._parts[part])
        number = 0
        for _event, row in etree.iterparse(
            stream, tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        ):
            if not number:
                require_no_dtd(row)
            number = int(row.get("r", str(number + 1)))
            cells = tuple(self._cells(row, number))
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]
            if cells:
                yield cells

    def _cells(self, row: _Element, number: int) -> Iterator[Cell]:
        column = 0
        for node in row.iterchildren("{*}c"):
            self._left -= 1
            if self._left < 0:
                raise ProblemError(
                    [
                        Problem(
                            code="file-too-large",
                            message=_("more than {most} cells in one file").format(most=_MOST_CELLS),
                            place=Place(file=self._file),
                            hint=_("a form has some hundreds; see whether it is the file you meant"),
                        )
                    ]
                )
            column = _column_of(node.get("r", "")) or column + 1
            cell = self._cell(node, number, column)
            if cell is not None:
                yield cell

    def _cell(self, node: _Element, row: int, column: int) -> Cell | None:
        kind = node.get("t", "n")
        raw = next((part.text or "" for part in node.iterchildren("{*}v")), "")
        formula = next(node.iterchildren("{*}f"), None)
        if kind == "e":
            return Cell(row=row, column=column, text=raw, trouble=Trouble.ERROR)
        if formula is not None and not raw and kind != "str":
            return Cell(row=row, column=column, text=f"={formula.text or ''}", trouble=Trouble.NOT_COMPUTED)
        text = self._shown(node, kind, raw)
        return Cell(row=row, column=column, text=text) if text else None

    def _shown(self, node: _Element, kind: str, raw: str) -> str:
        match kind:
            case "s":
                index = int(raw or -1)
                return self._strings[index] if 0 <= index < len(self._strings) else ""
            case "inlineStr":
                return _clean("".join(_text_of(part) for part in node.iterchildren("{*}is")))
            case "str":
                return _clean(_unescaped(raw))
            case "b":
                return "是" if raw == "1" else "否"
            case "d":
                return _clean(raw.removesuffix("T00:00:00"))
            case _:
                style = int(node.get("s", "0"))
                shape = self._formats[style] if 0 <= style < len(self._formats) else _Format.NUMBER
                return _number_text(raw, shape, self._epoch) if raw else ""


def _clean(text: str) -> str:
    return without_bad_characters(text).strip()


def _local(node: _Element) -> str:
    return str(node.tag).rpartition("}")[2]


def _text_of(node: _Element) -> str:
    """Return a rich text's letters, without the readings that stand above Chinese and Japanese ones (rPh)."""
    parts = [
        piece.text or ""
        for part in node.iterchildren("{*}t", "{*}r")
        for piece in ([part] if _local(part) == "t" else part.iterchildren("{*}t"))
    ]
    return _unescaped("".join(parts))


def _unescaped(text: str) -> str:
    """Return a text without the escapes of characters that XML cannot hold (ECMA-376, 22.9.2.19: ``_x000D_``)."""
    plain = re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _column_of(address: str) -> int:
    letters = re.match("[A-Z]{1,3}", address)
    column = 0
    for letter in letters.group() if letters else "":
        column = column * 26 + ord(letter) - ord("A") + 1
    return column


# Numbers as they are shown.


class _Format(Enum):
    """What a cell's format makes of a number."""

    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MONTH = "month"
    DAY_OF_YEAR = "day of a year that is not shown"
    MOMENT = "day and time"
    TIME = "time"


_BUILT_IN: Final = {
    "9": "0%", "10": "0.00%", "14": "yyyy-mm-dd", "15": "d-mmm-yy", "16": "d-mmm", "17": "mmm-yy", "18": "h:mm",
    "19": "h:mm:ss", "20": "h:mm", "21": "h:mm:ss", "22": "yyyy-mm-dd h:mm", "45": "mm:ss", "46": "[h]:mm:ss",
    "47": "mm:ss", "27": "yyyy年m月", "28": "m月d日", "29": "m月d日", "30": "m-d-yy", "31": "yyyy年m月d日",
    "32": "h时mm分", "33": "h时mm分ss秒", "34": "h时mm分", "35": "h时mm分ss秒", "36": "yyyy年m月", "50": "yyyy年m月",
    "51": "m月d日", "52": "yyyy年m月", "53": "m月d日", "54": "m月d日", "55": "h时mm分", "56": "h时mm分ss秒",
    "57": "yyyy年m月", "58": "m月d日",
}  # fmt: skip
"""Formats that stand in a file by number alone (ECMA-376, 18.8.30; those from 27 on as in its list for zh-cn)."""

_EPOCH: Final = datetime.datetime(1899, 12, 30)  # noqa: DTZ001  (a spreadsheet's days have no zone)
"""Day 0 from March 1900 on (ECMA-376, 18.17.4.1: 1900 counts as a leap year)."""
_EPOCH_1904: Final = datetime.datetime(1904, 1, 1)  # noqa: DTZ001


def _format_of(code: str) -> _Format:
    section = re.sub(r'"[^"]*"|\\.|[_*].|\[[^\]]*\]', "", code).partition(";")[0].lower().replace("general", "")
    if "%" in section:
        return _Format.PERCENT
    if re.search("[0#?]", section) and "s" not in section:
        return _Format.NUMBER
    year, day = "y" in section or "e" in section, "d" in section
    time = "h" in section or "s" in section
    month = "m" in section and (year or day or not time)
    if time:
        return _Format.MOMENT if year or day else _Format.TIME
    if year and month:
        return _Format.DAY if day else _Format.MONTH
    if month and day:
        return _Format.DAY_OF_YEAR
    return _Format.DAY if year or day else _Format.NUMBER


def _number_text(raw: str, shape: _Format, epoch: datetime.datetime) -> str:
    # 15 digits are what a spreadsheet keeps; 0.365 stands in the file as 0.36499999999999999.
    number = Decimal(f"{float(raw):.15g}")
    if not number.is_finite():
        raise ValueError(raw)
    if shape is _Format.NUMBER:
        return _digits(number)
    if shape is _Format.PERCENT:
        return _digits(number * 100) + "%"
    if not 0 <= number < 2_958_466:  # 31 December 9999
        return _digits(number)
    moment = epoch + datetime.timedelta(seconds=round(float(number) * 86_400))
    match shape:
        case _Format.DAY:
            return moment.date().isoformat()
        case _Format.MONTH:
            return f"{moment.year}-{moment.month:02d}"
        case _Format.DAY_OF_YEAR:
            return f"{moment.month}月{moment.day}日"
        case _Format.TIME:
            return f"{moment.hour}:{moment.minute:02d}"
        case _Format.MOMENT:
            time = f" {moment.hour}:{moment.minute:02d}" if moment.hour or moment.minute else ""
            return moment.date().isoformat() + time


def _digits(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
