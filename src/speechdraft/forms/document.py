"""The form as a Word document: a table for each office that owes facts, with a content control wherever to write.

A control's tag says which fact it is for, and which column of it, so that it goes with its row when rows are moved,
copied or sent on alone. The controls are bound to nothing: a form is filled in by programs that know no bindings.

The form's own words stand in controls too, whose tags have their digest: what somebody typed among them, or made of
them, is told from them wherever it has got to, and whatever the dictionary says by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, TypeAlias

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT

from speechdraft.facts import FactSpec, example_text
from speechdraft.forms.prefilled import cell_text, filled_in, part_at, particulars_of, value_to_show, yes_no
from speechdraft.forms.rows import WHOLE, Leaf, item_leaves, leaves
from speechdraft.forms.telling import office_of, told
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing
from speechdraft.problems import Problem, ProblemError
from speechdraft.source import Plain
from speechdraft.values import FactType
from speechdraft.word.base import DOCUMENT, base, section
from speechdraft.word.controls import FORM_TAG, GLOSSARY, LONGEST_LABEL, building_block, glossary
from speechdraft.word.layouts import WINDOWS_FONTS
from speechdraft.word.markup import CHINESE, DECLARATION, R, W, attribute, escape
from speechdraft.word.package import pack
from speechdraft.word.parts import add_part
from speechdraft.word.properties import CORE, CUSTOM, core_of, custom_of

__all__ = ["COLUMNS", "FORM", "TO_FILL", "form_document", "own_tag", "shown_of", "tag_of"]

FORM: Final = "speechdraft.form"
"""The custom property that names the outline that a form was written for."""
COLUMNS: Final = ("name", "value", "unit", "example", "source", "as_of", "confirmed", "note")
"""What the columns of an office's table are for, in order."""
TO_FILL: Final = ("【待填】", "【请选】")
"""What an empty control shows: where to write, and where to choose. Where one may write beside a value it is blank."""

_WIDTHS: Final = (2900, 3500, 760, 2490, 1350, 1250, 1220, 1100)
"""The columns' widths in twips, which fill the page between its margins."""
_PAPER: Final = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1247" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/>'
)
_NUMBER_WIDTH: Final = 700
_SPARE_ROWS: Final = 4
_LONGEST_TAG: Final = 64
_FILL, _HEAD = "FFF9DB", "F2F2F2"
_BLANK: Final = "　　"
_LARGEST: Final = 8 * 1024 * 1024
"""Bytes of the text that a form may have: Word may make twice as much of it, and no more than that is read back."""
_EMPTY: Final = {"fill": TO_FILL[0], "choose": TO_FILL[1], "blank": _BLANK}
_WRITE, _CHOOSE, _MAY_WRITE = _EMPTY
_KINDS: Final = {"as_of": FactType.DATE, "confirmed": FactType.YES_NO}


def form_document(outline: str, title: str, entries: Iterable[Entry]) -> bytes:
    """Return a .docx to fill in. The same facts give the same bytes.

    Raises ProblemError (``form-too-large``) for one that could not be read back.
    """
    by_office: dict[str, list[Entry]] = {}
    for entry in entries:
        by_office.setdefault(office_of(entry), []).append(entry)
    form = _Form()
    form.head(title)
    for number, (office, owed) in enumerate(by_office.items()):
        form.office(office, owed, on_a_new_page=number > 0)
    if not by_office:
        form.body.append(_paragraph(form.own([(_("Nothing is missing"), _PLAIN)])))
    parts = dict(base(WINDOWS_FONTS, commented=False, kept=False))
    add_part(parts, GLOSSARY, CT.WML_DOCUMENT_GLOSSARY, RT.GLOSSARY_DOCUMENT, DOCUMENT)
    blocks = "".join(building_block(name, _words(text, _SHOWN)) for name, text in _EMPTY.items())
    parts[GLOSSARY] = glossary((), blocks)
    parts[DOCUMENT] = (
        f'{DECLARATION}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{"".join(form.body)}'
        f"{section(WINDOWS_FONTS, _PAPER)}</w:body></w:document>"
    ).encode()
    if len(parts[DOCUMENT]) > _LARGEST:
        raise ProblemError([_too_large(form.count)])
    parts[STYLES] = parts[STYLES].replace(b"</w:styles>", _STYLES.encode() + b"</w:styles>")
    parts[CORE] = core_of(title)
    parts[CUSTOM] = custom_of({FORM: outline})
    return pack(parts)


def tag_of(key: str, column: str) -> str:
    """Return a control's tag: the row's key, as a workbook has it in its hidden column, and what its column is for."""
    whole = f"{FORM_TAG}{key}|{column}"
    if len(whole.encode("utf-16-le", errors="replace")) <= 2 * _LONGEST_TAG:
        return whole
    return f"{FORM_TAG}#{blake2b(whole.encode(errors='replace'), digest_size=12).hexdigest()}"


def own_tag(text: str) -> str:
    """Return the tag of a control with words of the form's own; blanks and line ends do not count."""
    return f"{FORM_TAG}={blake2b(''.join(text.split()).encode(errors='replace'), digest_size=4).hexdigest()}"


def _too_large(cells: int) -> Problem:
    return Problem(
        code="form-too-large",
        message=_("a Word form with {cells} cells to fill in is too large to be read back").format(cells=cells),
        hint=_("write it as .xlsx, or for one office at a time (--for)"),
    )


def shown_of(spec: FactSpec) -> dict[str, str]:
    """Return what a row shows in the columns that nobody is to write in, by what they are for."""
    choices = "" if spec.type is not FactType.CHOICE else "／".join(spec.choices)
    unit = spec.unit or ("%" if spec.type is FactType.PERCENT else "")
    return {"unit": unit, "example": example_text(spec) or choices}


# Runs and paragraphs.

STYLES: Final = "word/styles.xml"
_SIZE: Final = '<w:sz w:val="21"/><w:szCs w:val="21"/>'
_PLAIN: Final = f"<w:rPr>{CHINESE}</w:rPr>"
_GREY: Final = f'<w:rPr>{CHINESE}<w:color w:val="7F7F7F"/></w:rPr>'
_SMALL: Final = f'<w:rPr>{CHINESE}<w:color w:val="595959"/><w:sz w:val="18"/><w:szCs w:val="18"/></w:rPr>'
_BOLD: Final = '<w:rPr><w:rFonts w:ascii="黑体" w:hAnsi="黑体" w:eastAsia="黑体" w:hint="eastAsia"/></w:rPr>'
_SHOWN: Final = '<w:rPr><w:rStyle w:val="PlaceholderText"/></w:rPr>'
_LINES: Final = '<w:snapToGrid w:val="0"/><w:spacing w:before="{}" w:after="{}" w:line="300" w:lineRule="atLeast"/>'
_NO_INDENT: Final = '<w:ind w:firstLineChars="0" w:firstLine="0"/>'
_LINE: Final = "F"
_STYLES: Final = (
    f'<w:style w:type="paragraph" w:customStyle="1" w:styleId="{_LINE}"><w:name w:val="Form"/>'
    f'<w:basedOn w:val="Normal"/><w:pPr>{_LINES.format(20, 20)}{_NO_INDENT}<w:jc w:val="left"/></w:pPr>'
    f"<w:rPr>{CHINESE}{_SIZE}</w:rPr></w:style>"
    '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:basedOn w:val="DefaultParagraphFont"/><w:rPr><w:color w:val="7F7F7F"/></w:rPr></w:style>'
)
"""Styles that a form has beside a speech's. What each of thousands of cells would say again stands there."""
_Words: TypeAlias = list[tuple[str, str]]
"""Words of the form's own: texts, each with the look of its run."""


def _words(text: str, look: str) -> str:
    """Return a run's content: its look, and a text with its line feeds."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [f"<w:t{_kept(line)}>{escape(line)}</w:t>" if line else "" for line in text.split("\n")]
    return look + "<w:br/>".join(lines)


def _kept(line: str) -> str:
    """Return what keeps the blanks at a line's ends, where there are any."""
    return ' xml:space="preserve"' if line != line.strip() else ""


def _run(text: str, look: str = _PLAIN) -> str:
    return f"<w:r>{_words(text, look)}</w:r>" if text else ""


def _paragraph(content: str, *, place: str = "", before: int = 20, kept: bool = False) -> str:
    keep = "<w:keepNext/>" if kept else ""
    lines = _LINES.format(before, 20) if before != 20 else ""
    side = f'<w:jc w:val="{place}"/>' if place else ""
    return f'<w:p><w:pPr><w:pStyle w:val="{_LINE}"/>{keep}{lines}{side}</w:pPr>{content}</w:p>'


# Tables.


def _cell(width: int, content: str, *, fill: str = "", span: int = 1) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    spans = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spans}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{content}</w:tc>"
    )


def _row(cells: Iterable[str], *, head: bool = False) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{'<w:tblHeader/>' if head else ''}</w:trPr>{''.join(cells)}</w:tr>"


def _table(widths: Iterable[int], rows: Iterable[str]) -> str:
    columns = tuple(widths)
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(columns)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


@dataclass(slots=True)
class _Form:
    """Writes the form from top to bottom."""

    body: list[str] = field(default_factory=list)
    count: int = 0
    """How many controls there are to write in."""
    identifier: int = 0

    def head(self, title: str) -> None:
        """Add the title and how to fill the form in."""
        size = '<w:sz w:val="36"/><w:szCs w:val="36"/>'
        words = self.own([(title, f"<w:rPr>{CHINESE}{size}</w:rPr>")])
        self.body.append(f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{words}</w:p>')
        told_how = (
            _("Fill in the yellow cells and send the file back. What stays empty stays open."),
            _("Rows may be added to the lists: below the last one, or as a copy of another."),
        )
        self.body += [_paragraph(self.own([(line, _GREY)])) for line in told_how]

    def own(self, words: _Words) -> str:
        """Return words of the form's own in a control that tells them from what somebody types."""
        text = "".join(text for text, _look in words)
        if not text.strip():
            return ""
        self.identifier += 1
        return (
            f'<w:sdt><w:sdtPr><w:tag w:val="{own_tag(text)}"/><w:id w:val="{self.identifier}"/></w:sdtPr>'
            f"<w:sdtContent>{''.join(_run(*one) for one in words)}</w:sdtContent></w:sdt>"
        )

    def office(self, office: str, entries: list[Entry], *, on_a_new_page: bool) -> None:
        """Add what an office owes: a table, and one for each list; what can be left out comes last."""
        size = '<w:sz w:val="28"/><w:szCs w:val="28"/>'
        page = "<w:pageBreakBefore/>" if on_a_new_page else ""
        self.body.append(
            f'<w:p><w:pPr><w:pStyle w:val="Heading1"/>{page}<w:spacing w:before="240" w:after="60"/>'
            f"{_NO_INDENT}</w:pPr>{self.own([(office, f'<w:rPr>{CHINESE}{size}</w:rPr>')])}</w:p>"
        )
        rows: list[str] = []
        group = None
        for entry in sorted(entries, key=lambda entry: entry.standing is Standing.LEFT_OUT):
            left_out = entry.standing is Standing.LEFT_OUT
            heading = _("Can be left out") if left_out else entry.spec.group or _("Others")
            is_list = entry.spec.type is FactType.LIST
            if is_list and rows:
                self._facts(rows)
                rows, group = [], None
            if is_list:
                self._list(entry, heading)
                continue
            if heading != group:
                group = heading
                caption = _paragraph(self.own([(heading, _BOLD)]), kept=True)
                rows.append(_row([_cell(sum(_WIDTHS), caption, span=len(_WIDTHS))]))
            rows += self._fact(entry)
        if rows:
            self._facts(rows)

    def _facts(self, rows: list[str]) -> None:
        labels = (
            _("fact"), _("value"), _("unit"), _("example"), _("source"), _("as of"), _("confirmed"), _("note"),
        )  # fmt: skip
        cells = [self._head_cell(width, label) for width, label in zip(_WIDTHS, labels, strict=True)]
        self.body += [_table(_WIDTHS, [_row(cells, head=True), *rows]), _paragraph("")]

    def _fact(self, entry: Entry) -> Iterator[str]:
        given = filled_in(entry)
        value = None if given is None else value_to_show(entry.spec, given)
        particulars = particulars_of(given)
        own, *parts = leaves(entry.spec)
        if own.path:
            yield self._line(entry.name, _about(entry), None, None, particulars)
            parts = [own, *parts]
        else:
            yield self._line(entry.name, _about(entry), own, value, particulars)
        for leaf in parts:
            yield self._line(f"{entry.name}.{leaf.key}", _about_part(leaf), leaf, part_at(value, leaf.path), None)

    def _line(
        self, key: str, label: _Words, leaf: Leaf | None, value: Plain, particulars: Mapping[str, str] | None
    ) -> str:
        """Return a row; ``particulars`` None is that of a part, which has none of its own."""
        texts = {} if leaf is None else shown_of(leaf.spec)
        cells = []
        for column, width in zip(COLUMNS, _WIDTHS, strict=True):
            if column == "name":
                cells.append(_cell(width, _paragraph(self.own(label))))
            elif column == "value" and leaf is not None:
                control = self._control(tag_of(key, column), key, leaf.spec, cell_text(value))
                cells.append(_cell(width, _paragraph(control), fill=_FILL))
            elif column in {"value", "unit", "example"}:
                cells.append(_cell(width, _paragraph(self.own([(texts.get(column, ""), _SMALL)]))))
            elif particulars is None:
                cells.append(_cell(width, _paragraph("")))
            else:
                control = self._particular(key, column, particulars, _MAY_WRITE)
                cells.append(_cell(width, _paragraph(control), fill=_FILL))
        return _row(cells)

    def _particular(self, key: str, column: str, particulars: Mapping[str, str], empty: str = _WRITE) -> str:
        spec = FactSpec(type=_KINDS.get(column, FactType.TEXT))
        return self._control(tag_of(key, column), f"{key}·{column}", spec, particulars.get(column, ""), empty)

    def _list(self, entry: Entry, heading: str) -> None:
        given = filled_in(entry)
        value = None if given is None else value_to_show(entry.spec, given)
        items = value if isinstance(value, list) else []
        particulars = particulars_of(given)
        self.body.append(
            _paragraph(self.own([(f"{heading} · ", _GREY), *_about(entry, on_one_line=True)]), before=120, kept=True)
        )
        labels = {"source": _("source"), "as_of": _("as of"), "confirmed": _("confirmed"), "note": _("note")}
        line = _run("　", _SMALL).join(
            self.own([(f"{label}：", _SMALL)]) + self._particular(entry.name, column, particulars)
            for column, label in labels.items()
        )
        self.body.append(_paragraph(line, kept=True))
        columns = item_leaves(entry.spec)
        width = (sum(_WIDTHS) - _NUMBER_WIDTH) // len(columns)
        widths = (_NUMBER_WIDTH, *[width] * len(columns))
        head = [
            self._head_cell(_NUMBER_WIDTH, ""),
            *(self._head_cell(width, leaf.key or _("content"), leaf) for leaf in columns),
        ]
        rows = [_row(head, head=True)]
        for number in range(len(items) + _SPARE_ROWS):
            item = items[number] if number < len(items) else None
            cells = [_cell(_NUMBER_WIDTH, _paragraph(self.own([(str(number + 1), _GREY)]), place="center"))]
            for leaf in columns:
                text = cell_text(part_at(item, leaf.path))
                control = self._control(
                    tag_of(f"{entry.name}[]", leaf.key or WHOLE), leaf.key or entry.name, leaf.spec, text
                )
                cells.append(_cell(width, _paragraph(control), fill=_FILL))
            rows.append(_row(cells))
        self.body += [_table(widths, rows), _paragraph("")]

    def _control(self, tag: str, label: str, spec: FactSpec, text: str, empty: str = _WRITE) -> str:
        """Return a control to write in, or to choose in, with the text that there is already.

        ``empty`` names what it shows without a text, if it is not to choose in.
        """
        self.count += 1
        self.identifier += 1
        choices = spec.choices if spec.type is FactType.CHOICE else yes_no() if spec.type is FactType.YES_NO else ()
        shows = _CHOOSE if choices else empty
        items = "".join(
            f'<w:listItem w:displayText="{(one := attribute(choice))}" w:value="{one}"/>' for choice in choices
        )
        kind = f"<w:dropDownList>{items}</w:dropDownList>" if choices else '<w:text w:multiLine="1"/>'
        return (
            f'<w:sdt><w:sdtPr><w:alias w:val="{attribute(label[:LONGEST_LABEL])}"/>'
            f'<w:tag w:val="{attribute(tag)}"/><w:id w:val="{self.identifier}"/>'
            f'<w:lock w:val="sdtLocked"/><w:placeholder><w:docPart w:val="{shows}"/></w:placeholder>'
            f"{'' if text else '<w:showingPlcHdr/>'}{kind}</w:sdtPr>"
            f"<w:sdtContent>{_run(text) if text else _run(_EMPTY[shows], _SHOWN)}</w:sdtContent></w:sdt>"
        )

    def _head_cell(self, width: int, label: str, leaf: Leaf | None = None) -> str:
        """Return a cell of a table's head; of a list's table it says what the part is."""
        content = _paragraph(self.own([(label, _BOLD)]), place="center")
        if leaf is not None and leaf.path:
            about = told(leaf.path[-1], leaf.spec, with_office=False)
            content += _paragraph(self.own([(about, _SMALL)]), place="center")
        return _cell(width, content, fill=_HEAD)


def _about(entry: Entry, *, on_one_line: bool = False) -> _Words:
    """Return a fact's name, and what there is to say of it below, or all of it behind."""
    more = [entry.spec.label] if entry.spec.label not in {"", entry.name} else []
    if on_one_line:
        more = [told(entry.name, entry.spec, with_office=False)]
    if entry.is_default:
        more.append(_("without a value it is: {value}").format(value=" ".join(entry.text.split())))
    return [(entry.name, _BOLD), *((f"　{line}" if on_one_line else f"\n{line}", _SMALL) for line in more)]


def _about_part(leaf: Leaf) -> _Words:
    """Return the name of a part of a fact, and its label below."""
    label = leaf.spec.label
    return [(f"　{leaf.key}", _PLAIN), *([(f"\n{label}", _SMALL)] if label not in {"", leaf.path[-1]} else [])]
