"""A form's workbook filled in as a person would, with openpyxl standing in for the office program."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from speechdraft.facts import FactSpec, Given, Layer, item_spec, plain_value
from speechdraft.facts_reading import read_facts
from speechdraft.forms.rows import leaves, spec_at
from speechdraft.forms.workbook import workbook_form
from speechdraft.forms.workbook_reading import workbook_parts
from speechdraft.problems import Problem, Problems
from speechdraft.source import Plain
from speechdraft.values import FactType

from .specs import entries_of

_FIGURE = r"-?(0|[1-9]\d{0,8})(\.\d{0,2}[1-9])?"
"""What a spreadsheet shows as it was typed; 0.00 it makes 0."""


def form(dictionary: Mapping[str, FactSpec], given: Mapping[str, Given] | None = None) -> bytes:
    return workbook_form("some-outline", "题目", entries_of(dictionary, given or {}))


def changed(data: bytes, change: Callable[[Workbook], object]) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_parts(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """Return a zip with parts put in, replaced, or (None) left out."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = dict.fromkeys([*old.namelist(), *parts])
        for name in names:
            part = parts[name] if name in parts else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def keys(sheet: Worksheet) -> dict[str, int]:
    """Return the first row of each key of a form's sheet."""
    found: dict[str, int] = {}
    for row in range(1, sheet.max_row + 1):
        found.setdefault(str(sheet.cell(row, 1).value or ""), row)
    return found


def sheet_with(book: Workbook, name: str) -> Worksheet:
    return next(sheet for sheet in book.worksheets if name in keys(sheet))


def native(spec: FactSpec, text: str) -> object:
    """Return what a spreadsheet makes of what a person types into a cell of the form."""
    plain = text.replace(",", "")
    if spec.type in {FactType.NUMBER, FactType.PERCENT, FactType.MONEY} and re.fullmatch(_FIGURE, plain):
        return float(Decimal(plain) / 100) if spec.type is FactType.PERCENT else float(plain)
    if spec.type is FactType.PERCENT and re.fullmatch(_FIGURE + "%", plain):
        return float(Decimal(plain[:-1]) / 100)
    if spec.type is FactType.DATE and re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if spec.type is FactType.YEAR and re.fullmatch(r"[1-9]\d{3}", text):
        return int(text)
    return text


def fill(book: Workbook, dictionary: Mapping[str, FactSpec], facts: Mapping[str, Given]) -> None:
    """Type facts into a form's workbook."""
    for name, given in facts.items():
        spec = dictionary[name]
        sheet = sheet_with(book, name)
        row = keys(sheet)[name]
        if given.source:
            put(sheet, row, 5, given.source)
        if given.as_of is not None:
            sheet.cell(row, 6).value = given.as_of
        if given.confirmed is not None:
            put(sheet, row, 7, "是" if given.confirmed else "否")
        if given.note:
            put(sheet, row, 8, given.note)
        value = plain_value(spec, given.value)
        if spec.type is FactType.LIST:
            fill_table(sheet, name, spec, value if isinstance(value, list) else [])
            continue
        for leaf in leaves(spec):
            key = f"{name}.{leaf.key}" if leaf.path else name
            type_in(sheet, keys(sheet)[key], 3, leaf.spec, at(value, leaf.path))


def fill_table(sheet: Worksheet, name: str, spec: FactSpec, items: list[Plain]) -> None:
    head = keys(sheet)[f"{name}[]:"]
    columns = {
        column: () if str(cell.value) == "=" else tuple(str(cell.value).split("."))
        for column, cell in enumerate(sheet[head], start=1)
        if column > 1 and cell.value is not None
    }
    for offset, item in enumerate(items):
        for column, path in columns.items():
            inner = spec_at(item_spec(spec), path)
            assert inner is not None
            type_in(sheet, head + 1 + offset, column, inner, at(item, path))


def at(value: Plain, path: tuple[str, ...]) -> Plain:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def type_in(sheet: Worksheet, row: int, column: int, spec: FactSpec, value: Plain) -> None:
    if value is None:
        return
    from speechdraft.forms.prefilled import cell_text

    typed = native(spec, cell_text(value))
    if isinstance(typed, str):
        put(sheet, row, column, typed)
    else:
        sheet.cell(row, column).value = typed  # type: ignore[assignment]


def put(sheet: Worksheet, row: int, column: int, text: str) -> None:
    cell = sheet.cell(row, column)
    cell.value = text.replace("_x", "_x005F_x")
    cell.data_type = "s"


def facts_in(data: bytes, dictionary: Mapping[str, FactSpec]) -> tuple[dict[str, Given], tuple[Problem, ...]]:
    """Return what a filled-in workbook gives, and what is worth a look in it."""
    problems = Problems()
    given: dict[str, Given] = {}
    for part in workbook_parts(data, "f.xlsx", dictionary, problems):
        given.update(read_facts(part.node, Layer.SPEECH, dictionary, problems))
    return given, problems.all()
