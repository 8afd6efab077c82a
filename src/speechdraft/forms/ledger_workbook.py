"""The ledger of a speech's facts as an Excel workbook, to send on: one line a fact, nothing to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from speechdraft.forms.telling import still_needed
from speechdraft.forms.workbook import finished, write_text
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing, section_names, standing_name

__all__ = ["ledger_workbook"]

_MOST_IN_A_CELL = 32_767
_COLOURS = {
    Standing.MISSING: "F8D0CC",
    Standing.UNCONFIRMED: "FBE5C0",
    Standing.STALE: "FBE5C0",
    Standing.UNUSED: "EEEEEE",
    Standing.LEFT_OUT: "EEEEEE",
}


def ledger_workbook(title: str, entries: Sequence[Entry]) -> bytes:
    """Return the workbook. The same ledger gives the same bytes."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # noqa: S101  (a new workbook has a sheet)
    sheet.title = _("Ledger")
    columns = (
        (_("fact"), 26),
        (_("what it is"), 30),
        (_("stands"), 12),
        (_("value"), 46),
        (_("group"), 14),
        (_("ask"), 14),
        (_("source"), 18),
        (_("as of"), 12),
        (_("confirmed"), 11),
        (_("note"), 26),
        (_("sections"), 16),
        (_("where it is given"), 30),
    )
    rows = [tuple(name for name, _width in columns), *(_row(entry) for entry in entries)]
    standings: list[Standing | None] = [None, *(entry.standing for entry in entries)]
    for number, (row, standing) in enumerate(zip(rows, standings, strict=True), start=1):
        for column, text in enumerate(row, start=1):
            cell = cast("Cell", sheet.cell(number, column))
            write_text(cell, text[:_MOST_IN_A_CELL])
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            cell.font = Font(bold=number == 1)
        if standing in _COLOURS:
            sheet.cell(number, 3).fill = PatternFill("solid", fgColor=_COLOURS[standing])
    for column, (_name, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows)}"
    book.properties.title = title
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4 (ECMA-376, 18.3.1.63)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    return finished(book)


def _row(entry: Entry) -> tuple[str, ...]:
    given = entry.given
    confirmed = "" if given is None or given.confirmed is None else _("yes") if given.confirmed else _("no")
    return (
        entry.name,
        entry.spec.label,
        standing_name(entry.standing),
        "\n".join(text for text in (entry.text, still_needed(entry)) if text),
        entry.spec.group,
        entry.spec.ask,
        given.source if given is not None else "",
        given.as_of.isoformat() if given is not None and given.as_of is not None else "",
        confirmed,
        given.note if given is not None else "",
        section_names(entry),
        str(given.place) if given is not None and not entry.is_default else "",
    )
