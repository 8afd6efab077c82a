"""A .docx that came back: its facts as they stand in the text now, read within bounds.

The reader's program may be Word, WPS or LibreOffice, and the file from anyone's machine. Nothing in it runs, nothing is
fetched, entities are not expanded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Severity
from speechdraft.word.base import DOCUMENT
from speechdraft.word.controls import NAMESPACE, TAG, TITLE_FORM, Stored, split_key, tag_of
from speechdraft.word.marks import fact_mark
from speechdraft.word.markup import W
from speechdraft.word.package import PackageError, unpack

__all__ = ["Mention", "Returned", "is_gap_text", "key_of_tag", "open_docx", "read_xml", "spoken_words", "text_in"]

_GAP = re.compile(r"\s*【待补：[^】]*】\s*")
_LEAVES: Final = frozenset({"t", "br", "cr", "tab", "noBreakHyphen"})
_GONE: Final = frozenset({"del", "moveFrom", "instrText", "delText"})
_LONE_BREAKS: Final = frozenset({"br", "cr"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A control in the text: the entry that it shows, and what stands in it now."""

    key: str
    text: str

    @property
    def is_empty(self) -> bool:
        """Return whether nobody has filled it: it shows its gap, or nothing."""
        return not self.text.strip() or is_gap_text(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a returned .docx holds: its parts, the store's entries by key, the mentions in the order of the text."""

    parts: Mapping[str, bytes]
    document: etree._Element
    store_part: str
    stored: Mapping[str, Stored]
    mentions: tuple[Mention, ...]
    order: tuple[str, ...] = ()
    """The marks of its paragraphs in the order in which they were written."""
    notes: tuple[Problem, ...] = field(default=())

    def texts(self, key: str) -> tuple[str, ...]:
        """Return the different texts that the filled mentions of an entry have now."""
        return tuple(dict.fromkeys(m.text for m in self.mentions if m.key == key and not m.is_empty))


def open_docx(data: bytes, file: str) -> Returned:
    """Return what a .docx of ours holds.

    Raises ProblemError: ``damaged-docx`` for what is no .docx or cannot be read, ``not-ours`` for one that has no store
    of facts. What was ignored (macros, links to other files) is in the notes.
    """
    try:
        parts = unpack(data)
    except PackageError as error:
        raise ProblemError([_damaged(file, str(error))]) from None
    document = read_xml(parts.get(DOCUMENT, b""), file)
    found = _store(parts, file)
    if found is None:
        raise ProblemError(
            [
                Problem(
                    code="not-ours",
                    message=_("this document has no facts in it that could be read back"),
                    place=Place(file=file),
                    hint=_(
                        "take a draft that speechdraft wrote, not a clean copy (--final) or a text pasted elsewhere"
                    ),
                )
            ]
        )
    part, stored, order = found
    keys = {tag_of(key): key for key in stored}
    return Returned(
        parts=parts,
        document=document,
        store_part=part,
        stored=stored,
        mentions=tuple(_mentions(document, keys)),
        order=order,
        notes=tuple(_notes(parts, file)),
    )


def read_xml(data: bytes, file: str) -> etree._Element:
    """Return a part's tree. Raises ProblemError (``damaged-docx``) for what is no XML or has a DTD."""
    if b"<!DOCTYPE" in data[:4096]:
        raise ProblemError([_damaged(file, _("it declares a document type, which no Word document does"))])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ProblemError([_damaged(file, str(error))]) from None


def _damaged(file: str, reason: str) -> Problem:
    return Problem(
        code="damaged-docx",
        message=_("this .docx cannot be read: {reason}").format(reason=reason),
        place=Place(file=file),
        hint=_("open it in Word and save it again; the facts file is as it was"),
    )


def _store(parts: Mapping[str, bytes], file: str) -> tuple[str, dict[str, Stored], tuple[str, ...]] | None:
    for name in sorted(parts):
        if not re.fullmatch(r"customXml/item\d+\.xml", name) or NAMESPACE.encode() not in parts[name]:
            continue
        root = read_xml(parts[name], file)
        if root.tag == f"{{{NAMESPACE}}}facts":
            order = tuple((root.findtext(f"{{{NAMESPACE}}}order") or "").split())
            return name, dict(_entries(root)), order
    return None


def _entries(root: etree._Element) -> Iterator[tuple[str, Stored]]:
    for fact in root.iter(f"{{{NAMESPACE}}}fact"):
        texts = {name: fact.findtext(f"{{{NAMESPACE}}}{name}") or "" for name in ("name", "written", "value")}
        if texts["name"]:
            yield texts["name"], Stored(written=texts["written"], value=texts["value"])


def _mentions(document: etree._Element, keys: Mapping[str, str]) -> Iterator[Mention]:
    for control in document.iter(f"{{{W}}}sdt"):
        key = key_of_tag(control, keys)
        content = control.find(f"{{{W}}}sdtContent")
        if key is None or content is None or _is_gone(control):
            continue
        text = text_in(content)
        if split_key(key)[1] == TITLE_FORM:
            text = text.replace("\n", "")
        yield Mention(key=key, text=text)


def key_of_tag(control: etree._Element, keys: Mapping[str, str]) -> str | None:
    """Return the entry that a control's tag names, or None where it is not ours."""
    tag = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
    name = "" if tag is None else tag.get(f"{{{W}}}val", "")
    return keys.get(name) if name.startswith(TAG) else None


def _is_gone(element: etree._Element) -> bool:
    """Return whether a tracked change has taken the element out."""
    return any(_name(above) in _GONE for above in element.iterancestors())


def text_in(element: etree._Element) -> str:
    """Return the text that stands in an element, tracked deletions left aside; line breaks are line feeds."""
    text = ""
    for inner in element.iter(f"{{{W}}}*"):
        name = _name(inner)
        if name not in _LEAVES or _is_gone(inner):
            continue
        if name == "t":
            text += inner.text or ""
        else:
            text += "\n" if name in _LONE_BREAKS else ("-" if name == "noBreakHyphen" else "\t")
    return text


def spoken_words(element: etree._Element, keys: Mapping[str, str]) -> str:
    """Return a paragraph's words with each fact named in place of its value, as its mark was made from."""
    text = ""
    skip: set[etree._Element] = set()
    for inner in element.iter(f"{{{W}}}*"):
        if inner in skip or _is_gone(inner):
            continue
        name = _name(inner)
        if name == "sdt":
            key = key_of_tag(inner, keys)
            if key is not None:
                text += fact_mark(key)
                skip.update(inner.iterdescendants())
        elif name == "t":
            text += inner.text or ""
        elif name in _LEAVES:
            text += "\n" if name in _LONE_BREAKS else ("-" if name == "noBreakHyphen" else "\t")
    return text


def is_gap_text(text: str) -> bool:
    """Return whether a text is a gap's mark and nothing else."""
    return _GAP.fullmatch(text) is not None


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _notes(parts: Mapping[str, bytes], file: str) -> Iterator[Problem]:
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        yield _ignored(file, _("this document carries macros; they are ignored"))
    if any(b'TargetMode="External"' in content for name, content in parts.items() if name.endswith(".rels")):
        yield _ignored(file, _("this document points to other files or addresses; they are not followed"))


def _ignored(file: str, message: str) -> Problem:
    return Problem(code="ignored-content", message=message, place=Place(file=file), severity=Severity.WARNING)
