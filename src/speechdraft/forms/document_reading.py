"""A filled-in Word form as the facts that stand in it.

It is read as a workbook is: each row by the key in its controls' tags, each cell by what its column is for. A cell
counts whole, so that what somebody typed beside a control, or after deleting it, is read too; what cannot be read so
is told with what it stands near to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from speechdraft import parcels
from speechdraft.facts import PARTICULARS, Dictionary, FactSpec
from speechdraft.forms import cells
from speechdraft.forms.cells import Sheet
from speechdraft.forms.document import COLUMNS, FORM, shown_of, tag_of
from speechdraft.forms.document_pieces import Cell, Content, Meaning, Piece, Row, blocks, content_of, rows_of
from speechdraft.forms.part import FormPart
from speechdraft.forms.rows import MARKER, ROLES, WHOLE, item_leaves, leaves, spec_at
from speechdraft.forms.workbook_reading import SheetReader
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity
from speechdraft.values import FactType
from speechdraft.word.controls import FORM_TAG
from speechdraft.word.markup import W
from speechdraft.word.properties import CUSTOM, property_of
from speechdraft.word.returned import document_of

__all__ = ["form_parts"]

_KEY_COLUMN: Final = 1
_FIRST: Final = 2
"""The columns of the roles in a sheet's head; a list's parts begin at the second of them."""
_COLUMNS: Final = {role: _FIRST + ROLES.index(role) for role in ("value", *PARTICULARS)}
_BESIDE: Final = 90
"""The first column that no form has: what stands there is told and not read."""
_MADE = re.compile(rf"{re.escape(FORM_TAG)}([^|]+)\|([^|]+)")
_LIST: Final = "[]"
_NUMBER = re.compile("[（(]?([0-9]{1,4})[)）.．、]?")


def form_parts(data: bytes, file: str, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    """Return what each office's part of a filled-in form gives.

    What cannot be used goes to ``problems`` as a warning with the fact where it stands. Raises ProblemError where the
    file cannot be read, is no Word document, or is no form (``not-a-form``).
    """
    parts = parcels.opened(data, file)
    problems.extend(parcels.warnings_of(parts, file))
    document = document_of(parts, file)[1]
    reader = _FormReader(_tags(dictionary), dictionary, property_of(parts.get(CUSTOM, b""), FORM), file, problems)
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


def _tags(dictionary: Dictionary) -> dict[str, Meaning]:
    """Return what the tags mean that are too long to say it themselves: the row's key and its column."""
    known: dict[str, Meaning] = {}
    for name, spec in dictionary.items():
        keys = [(name, role) for role in ROLES]
        if spec.type is FactType.LIST:
            keys += [(name + _LIST, leaf.key or WHOLE) for leaf in item_leaves(spec)]
        else:
            keys += [(f"{name}.{leaf.key}", "value") for leaf in leaves(spec) if leaf.path]
        known |= {tag_of(*key): key for key in keys}
    return known


@dataclass(slots=True)
class _List:
    """A list's table: its items, each by the paths of its parts. ``begun`` is whether a table of it has come yet."""

    key: str
    begun: bool
    items: list[Mapping[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """What a table is: whose, if it is a list's; the usual shape of its rows; what its grid's columns are for."""

    key: str
    size: int
    shape: tuple[tuple[int, int], ...]
    columns: dict[int, str]

    def column(self, row: Row, cell: Cell) -> str:
        """Return what a cell without a control is for: nothing in a row with merged, split, or more or fewer cells."""
        return self.columns.get(cell.start, "") if row.shape == self.shape else ""

    def numbers(self, cell: Cell, text: str) -> bool:
        """Return whether a text is no more than a row's number."""
        found = _NUMBER.fullmatch(text)
        return found is not None and cell.start == 0 and int(found[1]) <= self.size


@dataclass(slots=True)
class _Found:
    """What a row or paragraph gives: texts by key and column; and what stands beside all that is asked for."""

    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    beside: list[str] = field(default_factory=list)

    def give(self, key: str, column: str, text: str) -> None:
        """Add a text; a second one for the same place is beside it."""
        texts = self.texts.setdefault(key, {})
        if text and column in texts:
            self.beside.append(text)
        elif text:
            texts[column] = text

    def own(self, content: Content, *, whole: bool) -> None:
        """Add what stands in controls; ``whole`` is whether what stands beside the only one belongs to it."""
        meanings = content.meanings
        if len(meanings) == 1 and whole and not (_is_item(meanings[0]) and len(content.inside(meanings[0])) > 1):
            self.give(*meanings[0], content.typed)
            return
        for meaning in meanings:
            for text in content.inside(meaning):
                self.give(*meaning, text)
        self.beside.append(content.beside)


@dataclass(slots=True)
class _FormReader:
    """Turns a form's tables into sheets, row by row.

    A control says itself what it is for. What stands in none goes by its column, in a row like the table's others;
    whatever else somebody typed is told with the fact that it stands near to.
    """

    tags: Mapping[str, Meaning]
    dictionary: Dictionary
    outline: str
    file: str
    problems: Problems
    is_form: bool = False
    keys: set[str] = field(default_factory=set)
    """The keys of all rows with controls."""
    office: str = ""
    near: str = ""
    pending: str = ""
    """The list whose particulars stand last, above its table."""
    lines: list[tuple[str, str, Mapping[int, str]]] = field(default_factory=list)
    """Rows of a sheet to be: a key, what it stands near to, texts by column."""
    lists: list[_List] = field(default_factory=list)

    def sheets(self, document: etree._Element) -> list[Sheet]:
        """Return a sheet for each office, by its heading; none if this is no form."""
        body = document.find(f"{{{W}}}body")
        tags = (element.get(f"{{{W}}}val", "") for element in document.iter(f"{{{W}}}tag"))
        self.keys = {meaning[0] for meaning in map(self._meaning, tags) if meaning is not None}
        self.is_form = bool(self.keys or self.outline)
        if body is None or not self.is_form:
            return []
        found: list[Sheet] = []
        for element in blocks(body):
            if element.tag == f"{{{W}}}tbl":
                self._table(rows_of(element, self._meaning))
                continue
            content = content_of(element, self._meaning)
            if _style(element) == "Heading1" and content.all and not content.meanings:
                found += self._sheet()
                self.office = " ".join((content.own or content.all).split())
                self._tell([content.typed])
            else:
                self._paragraph(content)
        return [*found, *self._sheet(at_end=True)]

    def _sheet(self, *, at_end: bool = False) -> list[Sheet]:
        """Return what has been read since the last heading; what only stands above the first goes with what follows."""
        if not at_end and not self.office and not self.lists and not any(key for key, _near, _texts in self.lines):
            return []
        for one in self.lists:
            paths = list(dict.fromkeys(path for item in one.items for path in item))
            columns = {path: _FIRST + 1 + number for number, path in enumerate(paths)}
            near = _name_of(one.key)
            if paths:
                self.lines.append((f"{one.key}:", near, {column: path for path, column in columns.items()}))
            self.lines += [(one.key, near, {columns[path]: text for path, text in item.items()}) for item in one.items]
        head = (
            cells.Cell(row=0, column=_KEY_COLUMN, text=MARKER + self.outline),
            *(cells.Cell(row=0, column=column, text=role) for column, role in enumerate(ROLES, start=_FIRST)),
        )
        otherwise = next((near for _key, near, _texts in self.lines if near), self.office or "-")
        rows = [
            (
                cells.Cell(row=number, column=_KEY_COLUMN, text=key),
                *(
                    cells.Cell(row=number, column=column, text=text, name=near or otherwise)
                    for column, text in texts.items()
                ),
            )
            for number, (key, near, texts) in enumerate(self.lines, start=1)
        ]
        name, self.lines, self.lists, self.near, self.pending = self.office, [], [], "", ""
        return [Sheet(name=name, hidden=False, rows=(head, *rows))] if rows else []

    def _meaning(self, tag: str) -> Meaning | None:
        """Return the row's key and the column that a tag is for, or None where it is not ours."""
        if tag in self.tags:
            return self.tags[tag]
        made = _MADE.fullmatch(tag)
        return None if made is None else (made[1], made[2])

    # What was found.

    def _take(self, found: _Found, home: str = "") -> None:
        """Keep what a row or paragraph gives; ``home`` is the list whose table it stands in."""
        for key, texts in found.texts.items():
            self.near = _name_of(key)
            if key.endswith(_LIST):
                self._item(key, texts, home)
                continue
            spec = self.dictionary.get(key)
            known = {column for column in texts if column in _COLUMNS}
            if (
                spec is not None and spec.fields and spec.type is FactType.RECORD
            ):  # its values stand in rows of their own
                known.discard("value")
            found.beside += [text for column, text in texts.items() if column not in known]
            line = {_COLUMNS[column]: text for column, text in texts.items() if column in known}
            if line:
                self.lines.append((key, key, line))
        self._tell(found.beside)

    def _item(self, key: str, texts: Mapping[str, str], home: str) -> None:
        if not texts:
            return
        own = next((one for one in reversed(self.lists) if one.key == key), None)
        if own is None:
            own = _List(key, begun=False)
            self.lists.append(own)
        own.items.append(texts)
        if key != home:
            name = _name_of(key)
            message = _("a row of the list “{name}” stands elsewhere in the form; it was read as one of that list")
            place = Place(file=f"{self.file}[{self.office}!{name}]")
            self.problems.add(
                Problem(code="moved-row", message=message.format(name=name), place=place, severity=Severity.WARNING)
            )

    def _tell(self, texts: list[str]) -> None:
        """Keep what was typed where nothing is asked for: it is told, with what it stands near to."""
        found = {_BESIDE + place: text for place, text in enumerate(texts) if text}
        if found:
            self.lines.append(("", self.near, found))

    def _paragraph(self, content: Content) -> None:
        """Read a paragraph, such as that of where a list's values are from: what is behind a label belongs to it."""
        found = _Found()
        slots = list(_slots(content))
        keys = {key for key, _column in content.meanings}
        labels = [slot for slot in slots if slot.own]
        for slot in slots:
            if slot.meanings:
                found.own(slot, whole=True)
            elif slot.typed and len(keys) == 1 and len(labels) == len(PARTICULARS) and slot.own:
                found.give(next(iter(keys)), PARTICULARS[labels.index(slot)], slot.typed)
            else:
                found.beside.append(slot.typed)
        self._take(found)
        lists = [key for key in keys if key in self.dictionary and self.dictionary[key].type is FactType.LIST]
        if lists:
            self.pending = lists[-1]

    # Tables.

    def _table(self, rows: list[Row]) -> None:
        heads = [row for row in rows if row.is_head]
        table = self._kind(rows, heads)
        if table.key:
            self.near, self.pending = _name_of(table.key), ""
            last = next((one for one in reversed(self.lists) if one.key == table.key), None)
            if last is None or (last.begun and heads):
                self.lists.append(_List(table.key, begun=True))
            else:
                last.begun = True
        for row in rows:
            if row.is_head:
                self._tell([cell.content.typed for cell in row.cells])
            elif table.key:
                self._item_row(row, table)
            else:
                self._fact_row(row, table)

    def _kind(self, rows: list[Row], heads: list[Row]) -> _Table:
        """Return what a table is, by most of its controls; by what stands above it, and its head, if it has none."""
        counts = Counter(key for row in rows for key in {key for key, _column in row.meanings})
        above = self.pending + _LIST if self.pending else ""
        most = counts.most_common(1)[0][0] if counts else ""
        key = above if above in counts or (heads and not counts) else most if most.endswith(_LIST) else ""
        theirs = [row for row in rows if any(_is_of(meaning, key) for meaning in row.meanings)]
        shapes = Counter(row.shape for row in theirs)
        usual = heads[0].shape if heads else tuple((place, 1) for place in range(len(COLUMNS)))
        shape = usual if usual in shapes or not shapes else shapes.most_common(1)[0][0]
        if key:
            columns = self._by_labels(key, heads, shape)
        elif len(shape) == len(COLUMNS):
            columns = dict(zip((start for start, _span in shape), COLUMNS, strict=True))
        else:
            columns = {0: "name"}
        votes: dict[int, Counter[str]] = {}
        for cell in (cell for row in theirs if row.shape == shape for cell in row.cells):
            for meaning in cell.content.meanings:
                if _is_of(meaning, key):
                    votes.setdefault(cell.start, Counter())[meaning[1]] += 1
        voted = {start: one.most_common(1)[0][0] for start, one in votes.items()}
        rest = {start: one for start, one in columns.items() if start not in voted and one not in voted.values()}
        known = not key or key == above or not heads or bool(columns)
        return _Table(key, len(rows), shape, rest | voted if known else {})

    def _by_labels(self, key: str, heads: list[Row], shape: tuple[tuple[int, int], ...]) -> dict[int, str]:
        """Return which part of a list's items each column holds, by its label, or else by its order."""
        spec = self.dictionary.get(_name_of(key))
        paths = [] if spec is None else [leaf.key or WHOLE for leaf in item_leaves(spec)]
        labels = {cell.start: cell.content.all.partition("\n")[0].strip() for row in heads for cell in row.cells}
        found = {start: label for start, label in labels.items() if label in paths}
        if found or len(shape) != len(paths) + 1 or (heads and paths != [WHOLE]):
            return found
        return {start: path for (start, _span), path in zip(shape[1:], paths, strict=True)}

    def _item_row(self, row: Row, table: _Table) -> None:
        """Read a row of a list's table. One without controls, such as Word adds, is read if all of it fits."""
        found = _Found()
        foreign = any(key != table.key for key, _column in row.meanings)
        fits = True
        for cell in row.cells:
            column = table.column(row, cell)
            text = cell.content.typed
            if cell.content.meanings:
                found.own(cell.content, whole=_is_plain(cell, row, table))
            elif not text or table.numbers(cell, text):
                continue
            elif column and not foreign and (table.key, column) not in row.meanings:
                found.give(table.key, column, text)
            else:
                found.beside.append(text)
                fits = False
        if row.meanings or (fits and not row.repeated):
            self._take(found, table.key)
        else:
            self._tell([cell.content.typed for cell in row.cells])

    def _fact_row(self, row: Row, table: _Table) -> None:
        """Read a fact's row, or that of a part of one; by its name where it has no controls any more."""
        found = _Found()
        keys = {key for key, _column in row.meanings}
        key = next(iter(keys)) if len(keys) == 1 else "" if keys else self._named(row, table)
        spec = self._spec(key)
        shown = {} if spec is None else shown_of(spec)
        for cell in row.cells:
            column = table.column(row, cell) if key else ""
            text = cell.content.typed
            if cell.content.meanings:
                found.own(cell.content, whole=_is_plain(cell, row, table))
            elif column == "name":
                known = {key.rpartition(".")[2], key, "" if spec is None else spec.label}
                found.beside += [line for line in text.split("\n") if line.strip() not in known]
            elif column in shown:
                found.beside.append("" if text == shown[column] else text)
            elif column and text and (key, column) not in row.meanings and not key.endswith(_LIST):
                found.give(key, column, text)
            elif not (any(key.endswith(_LIST) for key in keys) and table.numbers(cell, text)):
                found.beside.append(text)
        self.keys |= {key} if key else set()
        self._take(found)

    def _named(self, row: Row, table: _Table) -> str:
        """Return the fact that a row without controls names, if it is the only row that does; else nothing."""
        name = next((cell for cell in row.cells if table.column(row, cell) == "name"), None)
        key = "" if name is None else name.content.all.partition("\n")[0].strip()
        spec = self.dictionary.get(key)
        return key if spec is not None and spec.type is not FactType.LIST and key not in self.keys else ""

    def _spec(self, key: str) -> FactSpec | None:
        """Return what a row's fact, or part of one, is."""
        name, _dot, path = key.partition(".")
        spec = self.dictionary.get(name)
        return None if spec is None else spec_at(spec, tuple(path.split(".")) if path else ())


def _name_of(key: str) -> str:
    return key.removesuffix(_LIST)


def _is_item(meaning: Meaning) -> bool:
    return meaning[0].endswith(_LIST)


def _is_of(meaning: Meaning, key: str) -> bool:
    """Return whether a control is of a list's table, or, without a key, of a table of facts."""
    return meaning[0] == key if key else not _is_item(meaning)


def _is_plain(cell: Cell, row: Row, table: _Table) -> bool:
    """Return whether a cell is as it was written, and not merged with others."""
    return cell.span == 1 or (row.shape == table.shape and (cell.start, cell.span) in table.shape)


def _slots(content: Content) -> Iterator[Content]:
    """Return a paragraph's content label by label."""
    pieces: list[Piece] = []
    for piece in content.pieces:
        if piece.own and pieces:
            yield Content(tuple(pieces))
            pieces = []
        pieces.append(piece)
    if pieces:
        yield Content(tuple(pieces))


def _style(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{{{W}}}pPr/{{{W}}}pStyle")
    return "" if style is None else style.get(f"{{{W}}}val", "")
