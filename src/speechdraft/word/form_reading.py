"""A filled-in Word form as the facts that stand in it.

It is read as a workbook is: each row by the key in its controls' tags, each cell by what its column is for. A cell
counts whole, so that what somebody typed beside a control, or after deleting it, is read too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from speechdraft import parcels
from speechdraft.facts import Dictionary, FactSpec
from speechdraft.forms.cells import Cell, Sheet
from speechdraft.forms.part import FormPart
from speechdraft.forms.rows import MARKER, ROLES, WHOLE, item_leaves, leaves, spec_at
from speechdraft.forms.workbook_reading import SheetReader
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.values import FactType
from speechdraft.word.controls import FORM_TAG
from speechdraft.word.form import COLUMNS, FORM, TO_FILL, shown_of, tag_of
from speechdraft.word.markup import W
from speechdraft.word.properties import CUSTOM, property_of
from speechdraft.word.returned import document_of, text_in

__all__ = ["form_parts"]

_KEY_COLUMN: Final = 1
_FIRST: Final = 2
"""The columns of the roles in a sheet's head; a list's parts begin at the second of them."""
_BESIDE: Final = 90
"""The first column that no form has: what stands there is told and not read."""
_TO_FILL = re.compile("|".join(map(re.escape, TO_FILL)))
_MADE = re.compile(rf"{re.escape(FORM_TAG)}([^|]+)\|([^|]+)")
_LIST: Final = "[]"


def form_parts(data: bytes, file: str, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    """Return what each office's part of a filled-in form gives.

    What cannot be used goes to ``problems`` as a warning with the fact where it stands. Raises ProblemError where the
    file cannot be read, is no Word document, or is no form (``not-a-form``).
    """
    parts = parcels.opened(data, file)
    problems.extend(parcels.warnings_of(parts, file))
    document = document_of(parts, file)[1]
    reader = _FormReader(_tags(dictionary), dictionary, property_of(parts.get(CUSTOM, b""), FORM))
    sheets = reader.sheets(document)
    if not reader.is_form:
        raise ProblemError(
            [
                Problem(
                    code="not-a-form",
                    message=_("this document is no form: nothing in it says which fact is which"),
                    place=Place(file=file),
                    hint=_("speechdraft facts form SPEECH -o form.docx writes one; a draft goes back with facts pull"),
                )
            ]
        )
    return [part for sheet in sheets for part in SheetReader(sheet, file, dictionary, problems).parts()]


def _tags(dictionary: Dictionary) -> dict[str, tuple[str, str]]:
    """Return what the tags mean that are too long to say it themselves: the row's key and its column."""
    known: dict[str, tuple[str, str]] = {}
    for name, spec in dictionary.items():
        keys = [(name, role) for role in ROLES]
        if spec.type is FactType.LIST:
            keys += [(name + _LIST, leaf.key or WHOLE) for leaf in item_leaves(spec)]
        else:
            keys += [(f"{name}.{leaf.key}", "value") for leaf in leaves(spec) if leaf.path]
        known |= {tag_of(*key): key for key in keys}
    return known


@dataclass(slots=True)
class _FormReader:
    """Turns a form's tables into sheets, row by row."""

    tags: Mapping[str, tuple[str, str]]
    dictionary: Dictionary
    outline: str
    is_form: bool = False
    rows: list[tuple[Cell, ...]] = field(default_factory=list)

    def sheets(self, document: etree._Element) -> list[Sheet]:
        """Return a sheet for each office, by its heading."""
        body = document.find(f"{{{W}}}body")
        found: list[Sheet] = []
        name = ""
        for element in [] if body is None else list(body.iter(f"{{{W}}}p", f"{{{W}}}tbl")):
            if any(above.tag == f"{{{W}}}tbl" for above in element.iterancestors()):
                continue
            if element.tag == f"{{{W}}}tbl":
                self._table(element)
            elif _style(element) == "Heading1":
                found += self._sheet(name)
                name = text_in(element).strip()
            else:
                self._paragraph(element)
        return [*found, *self._sheet(name)]

    def _sheet(self, name: str) -> list[Sheet]:
        rows, self.rows = self.rows, []
        if not rows:
            return []
        head = (
            Cell(row=0, column=_KEY_COLUMN, text=MARKER + self.outline),
            *(Cell(row=0, column=column, text=role) for column, role in enumerate(ROLES, start=_FIRST)),
        )
        return [Sheet(name=name, hidden=False, rows=(head, *rows))]

    def _meaning(self, control: etree._Element) -> tuple[str, str] | None:
        """Return the row's key and the column that a control is for, or None where it is not ours."""
        element = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
        tag = "" if element is None else element.get(f"{{{W}}}val", "")
        if tag in self.tags:
            return self.tags[tag]
        made = _MADE.fullmatch(tag)
        return None if made is None else (made[1], made[2])

    def _meanings(self, element: etree._Element) -> Iterator[tuple[tuple[str, str], etree._Element]]:
        for control in element.iter(f"{{{W}}}sdt"):
            meaning = self._meaning(control)
            if meaning is not None:
                self.is_form = True
                yield meaning, control

    # Rows.

    def _paragraph(self, paragraph: etree._Element) -> None:
        """Read the controls of a paragraph, such as where a list's values are from."""
        by_key: dict[str, dict[int, str]] = {}
        for (key, column), control in self._meanings(paragraph):
            content = control.find(f"{{{W}}}sdtContent")
            text = "" if content is None else _typed(content)
            if text and column in ROLES:
                by_key.setdefault(key, {})[_FIRST + ROLES.index(column)] = text
        for key, texts in by_key.items():
            self._add(key, texts)

    def _table(self, table: etree._Element) -> None:
        rows = [_Row(cells=list(_cells(row)), meanings=[]) for row in table.iter(f"{{{W}}}tr") if _is_own(row, table)]
        for row in rows:
            row.meanings = [next((one for one, _control in self._meanings(cell)), None) for cell in row.cells]
        places: dict[int, tuple[str, str]] = {}
        above = ""
        for row in rows:
            places |= {place: one for place, one in enumerate(row.meanings) if one is not None}
        lists = Counter(key for key, _column in places.values() if key.endswith(_LIST))
        for row in rows:
            key = row.key
            if key is not None:
                above = key
            if lists:
                self._item(row, lists.most_common(1)[0][0], places, begun=bool(above))
            elif key is not None:
                self._fact(row, key)
            elif above:
                self._beside(row, above)

    def _fact(self, row: _Row, key: str) -> None:
        """Read a fact's row, or that of a part of one."""
        spec = self._spec(key)
        shown = {} if spec is None else shown_of(spec)
        texts: dict[int, str] = {}
        for place, cell in enumerate(row.cells):
            meaning = row.meanings[place]
            column = meaning[1] if meaning is not None else COLUMNS[place] if place < len(COLUMNS) else ""
            text = _typed(cell)
            if column in shown or column not in ROLES:
                if text and text != shown.get(column, text if spec is None else ""):
                    texts[_BESIDE + place] = text
            elif text and column != "name":
                texts[_FIRST + ROLES.index(column)] = text
        self._add(key, texts)

    def _item(self, row: _Row, key: str, places: Mapping[int, tuple[str, str]], *, begun: bool) -> None:
        """Read a row of a list's table; the first tells which column holds which part."""
        if not begun:
            return
        columns = {place: column for place, (_key, column) in places.items()}
        texts = {
            (_FIRST + 1 if place in columns else _BESIDE) + place: text
            for place, cell in enumerate(row.cells)
            if (place in columns or place > 0) and (text := _typed(cell))
        }
        if texts and (not self.rows or self.rows[-1][0].text != key):
            self._add(f"{key}:", {_FIRST + 1 + place: column for place, column in columns.items()})
        self._add(key, texts)

    def _beside(self, row: _Row, above: str) -> None:
        """Keep what stands in a row that is not ours, such as one that somebody added: it is told, and below what."""
        texts = {_BESIDE + place: text for place, cell in enumerate(row.cells) if (text := _typed(cell))}
        if len(row.cells) > 1:
            self._add("", texts, above)

    def _add(self, key: str, texts: Mapping[int, str], above: str = "") -> None:
        if not texts:
            return
        number = len(self.rows) + 1
        name = (key or above).rstrip(":")
        cells = [Cell(row=number, column=column, text=text, name=name) for column, text in texts.items()]
        self.rows.append((Cell(row=number, column=_KEY_COLUMN, text=key), *cells))

    def _spec(self, key: str) -> FactSpec | None:
        """Return what a row's fact, or part of one, is."""
        name, _dot, path = key.partition(".")
        spec = self.dictionary.get(name)
        return None if spec is None else spec_at(spec, tuple(path.split(".")) if path else ())


@dataclass(slots=True)
class _Row:
    """A row's cells, and what each is for, as its first control says."""

    cells: list[etree._Element]
    meanings: list[tuple[str, str] | None]

    @property
    def key(self) -> str | None:
        """The key that most of its controls have."""
        found = Counter(meaning[0] for meaning in self.meanings if meaning is not None)
        return found.most_common(1)[0][0] if found else None


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """Return a row's cells, those in a control of somebody's own included."""
    return (cell for cell in row.iter(f"{{{W}}}tc") if next(cell.iterancestors(f"{{{W}}}tr")) is row)


def _is_own(row: etree._Element, table: etree._Element) -> bool:
    return next(row.iterancestors(f"{{{W}}}tbl")) is table


def _typed(element: etree._Element) -> str:
    """Return what somebody typed into a cell or control: a line for each paragraph, without what shows where to."""
    paragraphs = list(element.iter(f"{{{W}}}p"))
    lines = "\n".join(map(text_in, paragraphs)) if paragraphs else text_in(element)
    return _TO_FILL.sub("", lines).strip()


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{{{W}}}pPr/{{{W}}}pStyle")
    return "" if style is None else style.get(f"{{{W}}}val", "")
