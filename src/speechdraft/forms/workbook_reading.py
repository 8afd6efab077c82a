"""A filled-in workbook as the facts that stand in it, each with the cell that it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from speechdraft import parcels
from speechdraft.facts import PARTICULARS, Dictionary, FactSpec, item_spec
from speechdraft.forms.cells import Cell, Sheet, Trouble, sheets_in
from speechdraft.forms.part import FormPart, without_value
from speechdraft.forms.rows import CAPTION, MARKER, WHOLE, WRITTEN_OUT, spec_at
from speechdraft.givers import Giver
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity, beginning
from speechdraft.source import MappingNode, Node, Scalar, SequenceNode, parse
from speechdraft.values import FactType

__all__ = ["SheetReader", "workbook_parts"]

_HEAD_ROWS: Final = 50
"""In how many of a sheet's first rows its marker is looked for: rows may have been inserted above it."""
_KEY = re.compile(r"(?P<name>[^.\[\]:#]+)(?:\.(?P<path>.+))?")
_ITEM = re.compile(r"(?P<name>[^.\[\]:#]+)\[\](?P<head>:?)")
_WRITTEN_OUT = re.compile(rf"{WRITTEN_OUT}\n[ -]")
"""How a cell begins that holds YAML; one that somebody typed may begin in the same word."""


def workbook_parts(data: bytes, file: str, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    """Return what each sheet of a filled-in form gives.

    What cannot be used goes to ``problems`` as a warning with its cell. Raises ProblemError where the file cannot be
    read, is no workbook, or is no form (``not-a-form``).
    """
    parts = parcels.opened(data, file)
    problems.extend(parcels.warnings_of(parts, file))
    sheets = sheets_in(parts, file)
    readers = [SheetReader(sheet, file, dictionary, problems) for sheet in sheets]
    if not any(reader.is_form for reader in readers):
        raise ProblemError(
            [
                Problem(
                    code="not-a-form",
                    message=_("this workbook is no form: the hidden column A that says which fact is which is missing"),
                    place=Place(file=file),
                    hint=_("speechdraft facts form SPEECH -o form.xlsx writes one"),
                )
            ]
        )
    found: list[FormPart] = []
    for reader in readers:
        if reader.is_form:
            found += reader.parts()
        elif reader.sheet.rows and not reader.sheet.hidden:
            problems.add(
                _warning(
                    "sheet-ignored",
                    _("the sheet “{name}” is not part of the form; it was not read").format(name=reader.sheet.name),
                    Place(file=f"{file}[{reader.sheet.name}]"),
                )
            )
    return found


@dataclass(slots=True)
class _Entry:
    """What rows gave of one fact so far."""

    place: Place
    cells: dict[tuple[str, ...], Node] = field(default_factory=dict)
    items: list[Node] = field(default_factory=list)
    particulars: dict[str, Node] = field(default_factory=dict)


@dataclass(slots=True)
class _Table:
    """A list's table while its rows are read: which column holds which part of an item."""

    name: str
    layer: int
    columns: dict[int, tuple[str, ...]]


class SheetReader:
    """Reads one sheet. Where a row stands twice, the second begins a new layer, so that neither hides the other."""

    def __init__(self, sheet: Sheet, file: str, dictionary: Dictionary, problems: Problems) -> None:
        self.sheet = sheet
        self._file = file
        self._dictionary = dictionary
        self._problems = problems
        self._layers: list[dict[str, _Entry]] = []
        self._table: _Table | None = None
        self._captions: dict[int, Cell] = {}
        self._key_column = 0
        self._roles: dict[int, str] = {}
        self._outline = ""
        self._find_marker()

    @property
    def is_form(self) -> bool:
        """Return whether the sheet has the keys of a form."""
        return bool(self._key_column)

    def parts(self) -> list[FormPart]:
        """Return what the sheet gives: one part, or more where rows stand in it several times."""
        for row in self.sheet.rows:
            self._row(row)
        self._beside_the_form(self._captions, set())
        return [
            FormPart(giver=Giver(self._file, self.sheet.name), outline=self._outline, node=self._node(layer))
            for layer in self._layers
        ]

    def _find_marker(self) -> None:
        for row in self.sheet.rows[:_HEAD_ROWS]:
            for cell in row:
                if cell.text.startswith(MARKER):
                    self._key_column = cell.column
                    self._outline = cell.text.removeprefix(MARKER).strip()
                    self._roles = {other.column: other.text for other in row if other.column > cell.column}
                    return

    # Rows.

    def _row(self, row: tuple[Cell, ...]) -> None:
        key = next((cell.text for cell in row if cell.column == self._key_column), "")
        cells = {cell.column: cell for cell in row if cell.column != self._key_column}
        item = _ITEM.fullmatch(key)
        # The captions of a table wider than the form stand above its head, which tells its columns.
        captions, self._captions = self._captions, {}
        self._beside_the_form(captions, set(cells) if item is not None and item["head"] else set())
        if key.startswith(MARKER):
            return
        if key == CAPTION:
            self._table = None
            self._captions = {column: cell for column, cell in cells.items() if column not in self._roles}
        elif item is not None and item["head"]:
            self._begin_table(item["name"], cells)
        elif item is not None and (self._table is None or self._table.name != item["name"]):
            self._stray(cells, _("the head of its table is missing"))
        elif item is not None or (not key and self._table is not None):
            self._item(cells)
        elif not key:
            self._beside_the_form(cells, set())
        else:
            self._table = None
            self._fact(key, cells)

    def _fact(self, key: str, cells: dict[int, Cell]) -> None:
        found = _KEY.fullmatch(key)
        if found is None:
            self._stray(cells, _("“{key}” in column A names no fact").format(key=key[:40]))
            return
        name, path = found["name"], tuple(found["path"].split(".")) if found["path"] else ()
        spec = self._dictionary.get(name)
        part = spec_at(spec, path) if spec is not None else FactSpec()
        nodes: dict[str, Node] = {}
        for column, role in self._roles.items():
            if column in cells and (role == "value" or role in PARTICULARS):
                node = self._node_of(cells[column], (part or FactSpec()) if role == "value" else FactSpec())
                if node is not None:
                    nodes[role] = node
        value = nodes.pop("value", None)
        if path:  # a part has no source of its own
            columns = {column for column, role in self._roles.items() if role in nodes}
            self._stray({column: cells[column] for column in columns}, "")
            nodes = {}
        if value is not None or nodes:
            place = self._place(next(cells[column] for column in self._roles if column in cells))
            entry = self._entry(name, place, path, value)
            if value is not None:
                entry.cells[path] = value
            entry.particulars.update(nodes)
        self._beside_the_form(cells, set(self._roles))

    def _entry(self, name: str, place: Place, path: tuple[str, ...], value: Node | None) -> _Entry:
        """Return where a row's values go: the first layer in which they do not stand yet."""
        for layer in self._layers:
            entry = layer.get(name)
            if entry is None or (path not in entry.cells if value is not None and path else not entry.cells):
                return layer.setdefault(name, _Entry(place=place))
        self._layers.append({name: _Entry(place=place)})
        return self._layers[-1][name]

    # Tables.

    def _begin_table(self, name: str, cells: dict[int, Cell]) -> None:
        layer = next((i for i, one in enumerate(self._layers) if name not in one or not one[name].items), None)
        if layer is None:
            layer = len(self._layers)
            self._layers.append({})
        columns = {column: () if cell.text == WHOLE else tuple(cell.text.split(".")) for column, cell in cells.items()}
        self._table = _Table(name=name, layer=layer, columns=columns)

    def _item(self, cells: dict[int, Cell]) -> None:
        table = self._table
        assert table is not None  # noqa: S101  (the caller has seen it)
        spec = self._dictionary.get(table.name)
        inner = item_spec(spec) if spec is not None else FactSpec()
        parts: dict[tuple[str, ...], Node] = {}
        for column, path in table.columns.items():
            if column in cells:
                node = self._node_of(cells[column], spec_at(inner, path) or FactSpec())
                if node is not None:
                    parts[path] = node
        if parts:
            place = self._place(next(cells[column] for column in table.columns if column in cells))
            entry = self._layers[table.layer].setdefault(table.name, _Entry(place=place))
            entry.items.append(_joined(parts, place))
        self._beside_the_form(cells, {*table.columns, min(self._roles, default=0)})

    # Cells.

    def _node_of(self, cell: Cell, spec: FactSpec) -> Node | None:
        """Return what a cell gives, or None where it gives nothing that can be used."""
        place = self._place(cell)
        if cell.trouble is not None:
            message = {
                Trouble.ERROR: _("this cell shows an error ({text}); it was not read"),
                Trouble.NOT_COMPUTED: _("the formula in this cell was never computed ({text}); it was not read"),
            }[cell.trouble]
            self._problems.add(_warning("bad-cell", message.format(text=cell.text[:40]), place))
            return None
        if _WRITTEN_OUT.match(cell.text):
            node = parse(cell.text, place.file, self._problems)
            return node.entries[WRITTEN_OUT[:-1]] if isinstance(node, MappingNode) else None
        if spec.type is FactType.LIST:
            lines = [line.strip() for line in cell.text.split("\n") if line.strip()]
            return SequenceNode(items=tuple(Scalar(text=line, given=True, place=place) for line in lines), place=place)
        return Scalar(text=cell.text, given=True, place=place)

    def _place(self, cell: Cell) -> Place:
        return Place(file=f"{self._file}[{self.sheet.name}!{cell.address}]")

    def _beside_the_form(self, cells: Mapping[int, Cell], known: set[int]) -> None:
        self._stray({column: cell for column, cell in cells.items() if column not in known}, "")

    def _stray(self, cells: Mapping[int, Cell], why: str) -> None:
        for cell in cells.values():
            message = _("“{text}” stands beside the form; it was not read").format(text=beginning(cell.text, 40))
            self._problems.add(_warning("stray-cell", message, self._place(cell), why))

    def _node(self, layer: Mapping[str, _Entry]) -> MappingNode:
        entries: dict[str, Node] = {}
        for name, entry in layer.items():
            value: Node | None = None
            if () in entry.cells and (entry.items or len(entry.cells) > 1):
                whole = entry.cells.pop(())
                message = _("“{name}” is given in its parts below; what stands beside its name was not read")
                self._problems.add(_warning("stray-cell", message.format(name=name), whole.place))
            if entry.items:
                value = SequenceNode(items=tuple(entry.items), place=entry.place)
            elif entry.cells:
                value = _joined(entry.cells, entry.place)
            if value is None:
                self._problems.extend(without_value(name, entry.particulars, entry.place))
            else:
                entries[name] = _with_particulars(value, entry)
        places = {name: node.place for name, node in entries.items()}
        return MappingNode(entries=entries, key_places=places, place=Place(file=self._file))


def _with_particulars(value: Node, entry: _Entry) -> Node:
    # A record may have a field “value”; as the value of an entry it cannot be taken for one with particulars.
    entries = {"value": value, **entry.particulars}
    return MappingNode(
        entries=entries, key_places={key: node.place for key, node in entries.items()}, place=entry.place
    )


def _joined(cells: Mapping[tuple[str, ...], Node], place: Place) -> Node:
    """Return the mapping that cells by path make, or the one cell that is the whole."""
    if () in cells:
        return cells[()]
    groups: dict[str, dict[tuple[str, ...], Node]] = {}
    for path, node in cells.items():
        groups.setdefault(path[0], {})[path[1:]] = node
    entries = {name: _joined(inner, next(iter(inner.values())).place) for name, inner in groups.items()}
    return MappingNode(entries=entries, key_places={name: node.place for name, node in entries.items()}, place=place)


def _warning(code: str, message: str, place: Place, hint: str = "") -> Problem:
    return Problem(code=code, message=message, place=place, hint=hint, severity=Severity.WARNING)
