"""The form as an Excel workbook: a sheet for each office that owes facts, written with openpyxl.

Cells are typed: what a program would silently turn into something else (3月10日 into a date) stands in cells of text; a
figure has a number's format with its unit, a choice a drop-down. Nothing is locked: people add rows, notes and colours.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from speechdraft.facts import FactSpec, Given
from speechdraft.forms.prefilled import cell_text, filled_in, part_at, particulars_of, value_to_show, yes_no
from speechdraft.forms.rows import CAPTION, MARKER, ROLES, WHOLE, item_leaves, leaves
from speechdraft.forms.telling import office_of, still_needed, told
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing
from speechdraft.source import Plain
from speechdraft.values import FactType

__all__ = ["finished", "sheet_names", "workbook_form", "write_text"]

_KEY, _NAME, _VALUE = 1, 2, 3
_WIDTHS = {"name": 26, "value": 46, "about": 46, "source": 18, "as_of": 13, "confirmed": 11, "note": 26}
_LISTS = "speechdraft"
"""The hidden sheet that holds what drop-downs offer."""
_SPARE_ROWS = 5
_MOST_IN_A_CELL = 32_767
"""Characters that a cell can hold (Excel's specifications and limits)."""
_DAY = "yyyy-mm-dd"
_FIGURE = re.compile(r"-?(?:0|[1-9]\d{0,12})(?:\.\d{0,5}[1-9])?")
"""A figure that a spreadsheet gives back as it was typed: it keeps 15 digits."""
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def workbook_form(outline: str, title: str, entries: Iterable[Entry]) -> bytes:
    """Return a workbook to fill in. The same facts give the same bytes."""
    by_office: dict[str, list[Entry]] = {}
    for entry in entries:
        by_office.setdefault(office_of(entry), []).append(entry)
    book = Workbook()
    lists = book.active
    assert lists is not None  # noqa: S101  (a new workbook has a sheet)
    choices = _Choices(lists)
    for office, name in zip(by_office, sheet_names(by_office), strict=True):
        sheet = book.create_sheet(name)
        _Sheet(sheet, choices).fill(outline, f"{title} · {office}", by_office[office])
    if not by_office:
        _Sheet(book.create_sheet(_("Nothing is missing")), choices).fill(outline, title, [])
    lists.title = _LISTS
    book.move_sheet(lists, len(book.sheetnames))
    lists.sheet_state = "hidden"
    book.active = 0
    return finished(book)


def sheet_names(offices: Iterable[str]) -> list[str]:
    """Return a sheet's name for each office: at most 31 characters, none that Excel refuses, each another."""
    names: list[str] = []
    for office in offices:
        plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]+", " ", office).strip()[:31] or "-"
        name, number = plain, 2
        while name.lower() in {taken.lower() for taken in [*names, _LISTS]}:
            name = f"{plain[:27]} {number}"
            number += 1
        names.append(name)
    return names


def finished(book: Workbook) -> bytes:
    """Return a workbook's bytes without the time of writing, so that the same content is the same file."""
    stream = io.BytesIO()
    book.save(stream)
    result = io.BytesIO()
    with zipfile.ZipFile(stream) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", data)
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            new.writestr(entry, data)
    return result.getvalue()


class _Choices:
    """The drop-downs of a workbook. What they offer stands on a sheet of its own: a choice may hold a comma."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._columns: dict[tuple[str, ...], int] = {}

    def formula(self, choices: tuple[str, ...]) -> str:
        """Return the range in which choices stand."""
        if choices not in self._columns:
            column = self._columns[choices] = len(self._columns) + 1
            for row, choice in enumerate(choices, start=1):
                write_text(_cell_at(self._sheet, row, column), choice)
        letter = get_column_letter(self._columns[choices])
        return f"{_LISTS}!${letter}$1:${letter}${len(choices)}"


def _cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """Return a cell; ours are never merged ones."""
    return cast("Cell", sheet.cell(row, column))


def write_text(cell: Cell, text: str) -> None:
    """Put a text into a cell as a text, though it begins with “=” or looks like an escape."""
    cell.value = _ESCAPE.sub("_x005F_", text)
    cell.data_type = "s"
    cell.number_format = "@"


class _Sheet:
    """Writes one office's sheet from top to bottom."""

    def __init__(self, sheet: Worksheet, choices: _Choices) -> None:
        self._sheet = sheet
        self._choices = choices
        self._row = 0
        self._drop_downs: dict[tuple[str, ...], DataValidation] = {}

    def fill(self, outline: str, title: str, entries: list[Entry]) -> None:
        """Write the head, then the facts by group; what can be left out comes last."""
        self._head(outline, title)
        group = None
        for entry in sorted(entries, key=lambda entry: entry.standing is Standing.LEFT_OUT):
            left_out = entry.standing is Standing.LEFT_OUT
            heading = _("Can be left out") if left_out else entry.spec.group or _("Others")
            if heading != group:
                group = heading
                self._caption(heading, bold=True)
            self._fact(entry)
        self._dress()

    def _head(self, outline: str, title: str) -> None:
        self._next(MARKER + outline)
        for column, role in enumerate(ROLES, start=_NAME):
            write_text(self._at(column), role)
        self._sheet.row_dimensions[self._row].hidden = True
        self._caption(title, bold=True)
        self._caption(_("Fill in the yellow cells and send the file back. What stays empty stays open."))
        self._caption(_("Rows may be added to the lists; nothing may stand in the hidden column A."))
        self._next(CAPTION)
        labels = (
            _("fact"),
            _("value"),
            _("what it is"),
            _("source"),
            _("as of"),
            _("confirmed"),
            _("note"),
        )
        for column, label in enumerate(labels, start=_NAME):
            self._label(column, label, bold=True)
        self._sheet.freeze_panes = f"C{self._row + 1}"

    def _fact(self, entry: Entry) -> None:
        spec, given = entry.spec, filled_in(entry)
        value = None if given is None else value_to_show(spec, given)
        self._next(entry.name)
        self._label(_NAME, entry.name)
        about = told(entry.name, spec, with_office=False)
        if entry.is_default:
            about += _("; without a value it is: {value}").format(value=" ".join(entry.text.split()))
        elif entry.needs:
            about = _("; ").join((about, still_needed(entry)))
        self._label(_NAME + 2, about, grey=True)
        self._particulars(given)
        if spec.type is FactType.LIST:
            self._table(entry.name, spec, value if isinstance(value, list) else [])
            return
        for leaf in leaves(spec):
            if leaf.path:
                self._next(f"{entry.name}.{leaf.key}")
                self._label(_NAME, f"  {leaf.key}")
                self._label(_NAME + 2, told(leaf.path[-1], leaf.spec, with_office=False), grey=True)
            self._cell(_VALUE, leaf.spec, part_at(value, leaf.path))

    def _particulars(self, given: Given | None) -> None:
        texts = particulars_of(given)
        kinds = {"as_of": FactType.DATE, "confirmed": FactType.YES_NO}
        for role in ("source", "note", "as_of", "confirmed"):
            spec = FactSpec(type=kinds.get(role, FactType.TEXT))
            self._cell(_NAME + ROLES.index(role), spec, texts.get(role, ""))

    def _table(self, name: str, spec: FactSpec, items: list[Plain]) -> None:
        columns = item_leaves(spec)
        if spec.fields:
            self._next(CAPTION)
            for column, leaf in enumerate(columns, start=_VALUE):
                self._label(column, f"{leaf.key}: {told(leaf.path[-1], leaf.spec, with_office=False)}", grey=True)
        self._next(f"{name}[]:")
        for column, leaf in enumerate(columns, start=_VALUE):
            write_text(self._at(column), leaf.key or WHOLE)
        self._sheet.row_dimensions[self._row].hidden = True
        for number in range(1, len(items) + _SPARE_ROWS + 1):
            self._next(f"{name}[]")
            self._label(_NAME, f"  {number}")
            item = items[number - 1] if number <= len(items) else None
            for column, leaf in enumerate(columns, start=_VALUE):
                self._cell(column, leaf.spec, part_at(item, leaf.path))
        self._caption(_("  (more: insert rows above this line)"))

    def _cell(self, column: int, spec: FactSpec, value: Plain) -> None:
        """Write a cell to fill in: its format, its drop-down, and the value that there is already."""
        cell = self._at(column)
        text = cell_text(value)
        native = _native(spec, text)
        if native is None and text and len(text) <= _MOST_IN_A_CELL:
            write_text(cell, text)
        elif native is not None:
            cell.value = native
        cell.number_format = _number_format(spec) if native is not None or not text else "@"
        cell.fill = PatternFill("solid", fgColor="FFF9DB")
        cell.alignment = Alignment(horizontal="left", vertical="top", wrap_text=True)
        side = Side(style="thin", color="D9D2B0")
        cell.border = Border(left=side, right=side, top=side, bottom=side)
        choices = spec.choices if spec.type is FactType.CHOICE else yes_no() if spec.type is FactType.YES_NO else ()
        if choices:
            self._drop_down(choices).add(cell)

    def _drop_down(self, choices: tuple[str, ...]) -> DataValidation:
        if choices not in self._drop_downs:
            made = DataValidation(
                type="list",
                formula1=self._choices.formula(choices),
                allow_blank=True,
                showErrorMessage=True,
                errorStyle="warning",
                error=_("this is none of the choices"),
            )
            self._drop_downs[choices] = made
            self._sheet.add_data_validation(made)
        return self._drop_downs[choices]

    def _caption(self, text: str, *, bold: bool = False) -> None:
        self._next(CAPTION)
        self._label(_NAME, text, bold=bold, wrap=False)

    def _label(self, column: int, text: str, *, bold: bool = False, grey: bool = False, wrap: bool = True) -> None:
        cell = self._at(column)
        write_text(cell, text[:_MOST_IN_A_CELL])
        cell.font = Font(bold=bold, color="666666" if grey else "000000")
        cell.alignment = Alignment(vertical="top", wrap_text=wrap)

    def _next(self, key: str) -> None:
        self._row += 1
        write_text(self._at(_KEY), key)

    def _at(self, column: int) -> Cell:
        return _cell_at(self._sheet, self._row, column)

    def _dress(self) -> None:
        self._sheet.column_dimensions["A"].hidden = True
        for column, role in enumerate(ROLES, start=_NAME):
            self._sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS[role]
        self._sheet.sheet_view.showGridLines = False
        self._sheet.page_setup.orientation = "landscape"
        self._sheet.page_setup.paperSize = 9  # A4 (ECMA-376, 18.3.1.63)
        self._sheet.page_setup.fitToHeight = 0
        self._sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]


def _native(spec: FactSpec, text: str) -> float | int | date | None:
    """Return what a spreadsheet holds for a text, or None where the text itself must stand there.

    Only what comes back as it was typed: 近300, 1.20 and 2026年2月 are texts.
    """
    match spec.type:
        case FactType.NUMBER | FactType.MONEY if spec.type is FactType.NUMBER or spec.unit:
            return _number(Decimal(text)) if _FIGURE.fullmatch(text) else None
        case FactType.PERCENT:
            figure = text.removesuffix("%")
            return float(Decimal(figure) / 100) if _FIGURE.fullmatch(figure) else None
        case FactType.YEAR:
            return int(text) if re.fullmatch(r"[1-9]\d{3}", text) else None
        case FactType.DATE:
            found = _ISO_DAY.fullmatch(text)
            try:
                return date(int(found[1]), int(found[2]), int(found[3])) if found and int(found[1]) > 1900 else None
            except ValueError:
                return None
        case _:
            return None


def _number(amount: Decimal) -> float | int:
    return int(amount) if amount == int(amount) else float(amount)


def _number_format(spec: FactSpec) -> str:
    match spec.type:
        case FactType.NUMBER | FactType.MONEY:
            unit = spec.unit.replace('"', "")
            return f'General"{unit}"' if unit else "General"
        case FactType.PERCENT:
            return "0.00%"
        case FactType.YEAR:
            return "0"
        case FactType.DATE:
            return _DAY
        case _:
            return "@"
