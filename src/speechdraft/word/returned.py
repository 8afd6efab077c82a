"""A .docx that came back: its facts as they stand in the text now, read within bounds.

The reader's program may be Word, WPS or LibreOffice, and the file from anyone's machine. Nothing in it runs, nothing is
fetched, entities are not expanded.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from speechdraft import parcels
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Severity
from speechdraft.word.base import DOCUMENT
from speechdraft.word.controls import FORM_TAG, LONGEST_LABEL, TAG, Stored, tag_of
from speechdraft.word.marks import Words
from speechdraft.word.markup import W
from speechdraft.word.parts import without_macros
from speechdraft.word.storing import missing_parts, read_store
from speechdraft.word.trees import read_xml

__all__ = [
    "Mention",
    "Returned",
    "document_of",
    "is_gap_text",
    "key_of_tag",
    "open_docx",
    "read_parts",
    "spoken_words",
    "text_in",
]

_GAP = re.compile(r"\s*【待补：([^】]*)】\s*")
_ESCAPED = re.compile("_x005F_(?=x[0-9A-Fa-f]{4}_)")
"""How LibreOffice writes the first character of _x0041_, which other formats take for an escape."""
_STRICT: Final = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SIGNS: Final = {
    "br": "\n",
    "cr": "\n",
    "tab": "\t",
    "ptab": "\t",
    "noBreakHyphen": "\N{NON-BREAKING HYPHEN}",
    "softHyphen": "\N{SOFT HYPHEN}",
}
"""Elements that stand for a character (ECMA-376-1, 17.3.3); LibreOffice turns such characters into them."""
_GONE: Final = frozenset({"del", "moveFrom", "instrText", "delText", "rt", "txbxContent"})
"""What stands in these is not part of the text around them: deleted, a field's code, a reading aid, a text box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A control in the text: the entry that it shows, what stands in it now, and its label.

    ``index`` is its place among all controls of the document, those that are not ours included.
    """

    key: str
    text: str
    index: int
    label: str = ""

    @property
    def shows_gap(self) -> bool:
        """Return whether it shows its gap, as it was written, and nothing else."""
        return is_gap_text(self.text, self.label)

    @property
    def is_empty(self) -> bool:
        """Return whether nobody has filled it: it shows its gap, or nothing."""
        return not self.text.strip() or self.shows_gap


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a returned .docx holds: its parts, the store's entries by key, the mentions in the order of the text.

    ``store_part`` is empty where the program that saved it has lost the store: then nobody knows what was written, and
    the entries are those that the controls name.
    """

    parts: Mapping[str, bytes]
    document_part: str
    document: etree._Element
    store_part: str
    stored: Mapping[str, Stored]
    mentions: Mapping[str, tuple[Mention, ...]]
    order: tuple[str, ...] = ()
    """The words of its register; see :class:`speechdraft.word.marks.Register`."""
    missing: Mapping[str, bytes] = field(default_factory=dict)
    """Those of its parts that were not in it, or otherwise: a program had lost the store or what names it."""
    macros: Mapping[str, bytes | None] = field(default_factory=dict)
    """What is to be written so that no macros are: their parts, which go, and those that led to them."""
    notes: tuple[Problem, ...] = field(default=())


def open_docx(data: bytes, file: str) -> Returned:
    """Return what a .docx of ours holds.

    Raises ProblemError: those of :func:`speechdraft.parcels.opened`, ``not-a-docx`` for another kind of file,
    ``damaged-file`` for what cannot be read, ``not-ours`` for one without facts. What was ignored (macros, links to
    other files) is in the notes.
    """
    return read_parts(parcels.opened(data, file), file)


def read_parts(parts: Mapping[str, bytes], file: str) -> Returned:
    """Return what the parts of a .docx of ours hold. Raises what :func:`open_docx` raises, unpacking aside."""
    notes = parcels.warnings_of(parts, file)
    sound = without_macros(parts)
    macros = {name: sound.get(name) for name, part in parts.items() if sound.get(name) != part}
    main, document = document_of(sound, file)
    missing = missing_parts(sound, main, file)
    parts = {**sound, **missing}
    found = read_store(parts, file)
    part, stored, order = ("", _entries_of_tags(document), ()) if found is None else found
    if found is None and not stored:
        raise ProblemError(
            [
                Problem(
                    code="not-ours",
                    message=_("this document has no facts in it that could be read back"),
                    place=Place(file=file),
                    hint=_("this is a form: speechdraft facts merge takes it back")
                    if any(tag.startswith(FORM_TAG) for tag in map(_tag_of_control, document.iter(f"{{{W}}}sdt")))
                    else _(
                        "take a draft that speechdraft wrote, not a clean copy (--final) or a text pasted elsewhere"
                    ),
                )
            ]
        )
    mentions: dict[str, list[Mention]] = {key: [] for key in stored}
    for mention in _mentions(document, {tag_of(key): key for key in stored}):
        mentions[mention.key].append(mention)
    return Returned(
        parts=parts,
        document_part=main,
        document=document,
        store_part=part,
        stored=stored,
        mentions={key: tuple(found) for key, found in mentions.items()},
        order=order,
        missing=missing,
        macros=macros,
        notes=(*notes, *([] if part else [_store_lost(file)])),
    )


def document_of(parts: Mapping[str, bytes], file: str) -> tuple[str, etree._Element]:
    """Return a .docx's document part and its tree. Raises ProblemError: ``not-a-docx``, ``damaged-file``."""
    main = _main_part(parts, file)
    document = read_xml(parts[main], file)
    if document.tag != f"{{{W}}}document":
        raise ProblemError([_no_document(file, strict=etree.QName(document).namespace == _STRICT)])
    return main, document


def _store_lost(file: str) -> Problem:
    return Problem(
        code="store-lost",
        message=_("the program that saved this document has lost the store of its facts"),
        place=Place(file=file),
        hint=_("what was written where is not known: only gaps that somebody filled can be read back, or filled"),
        severity=Severity.WARNING,
    )


def _no_document(file: str, *, strict: bool = False) -> Problem:
    if strict:
        message = _("this document was saved as “Strict Open XML”, in which everything has other names")
        hint = _("in Word, save it as “Word Document (*.docx)”")
    else:
        message, hint = _("this file is no Word document"), _("see whether it is the file you meant")
    return Problem(code="not-a-docx", message=message, place=Place(file=file), hint=hint)


def _main_part(parts: Mapping[str, bytes], file: str) -> str:
    """Return the part that the package names as its document: Word on the web calls it document2.xml at times."""
    if "_rels/.rels" in parts:
        for link in read_xml(parts["_rels/.rels"], file).iter("{*}Relationship"):
            target = posixpath.normpath(posixpath.join("/", link.get("Target", ""))).lstrip("/")
            if link.get("Type", "").endswith("/officeDocument") and target in parts:
                return target
    if DOCUMENT in parts:
        return DOCUMENT
    raise ProblemError([_no_document(file)])


def _entries_of_tags(document: etree._Element) -> dict[str, Stored]:
    """Return an entry for each of our controls whose tag is its key; what was written in it is not known."""
    names = (_tag_of_control(control) for control in document.iter(f"{{{W}}}sdt"))
    keys = (name.removeprefix(TAG) for name in names if name.startswith(TAG))
    return {key: Stored(written="", value="") for key in keys if key and not key.startswith("#")}


def _mentions(document: etree._Element, keys: Mapping[str, str]) -> Iterator[Mention]:
    for index, control in enumerate(document.iter(f"{{{W}}}sdt")):
        key = key_of_tag(control, keys)
        content = control.find(f"{{{W}}}sdtContent")
        if key is None or content is None or _is_gone(control):
            continue
        alias = control.find(f"{{{W}}}sdtPr/{{{W}}}alias")
        label = "" if alias is None else alias.get(f"{{{W}}}val", "")
        yield Mention(key=key, text=text_in(content), index=index, label=label)


def _tag_of_control(control: etree._Element) -> str:
    tag = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
    return "" if tag is None else tag.get(f"{{{W}}}val", "")


def key_of_tag(control: etree._Element, keys: Mapping[str, str]) -> str | None:
    """Return the entry that a control's tag names, or None where it is not ours."""
    return keys.get(_tag_of_control(control))


def _is_gone(element: etree._Element) -> bool:
    """Return whether an element is not part of the text that it stands in, such as for a tracked deletion."""
    return any(_name(above) in _GONE for above in element.iterancestors())


def text_in(element: etree._Element) -> str:
    """Return the text that stands in an element, tracked deletions left aside; line breaks are line feeds."""
    within = set(element.iterancestors())
    return "".join(_said(inner, within) for inner in element.iter(f"{{{W}}}*"))


def spoken_words(element: etree._Element, keys: Mapping[str, str]) -> str:
    """Return a paragraph's words with each fact named in place of its value, as its mark was made from."""
    words = Words()
    within = set(element.iterancestors())
    skip: set[etree._Element] = set()
    for inner in element.iter(f"{{{W}}}*"):
        if inner in skip:
            continue
        key = key_of_tag(inner, keys) if _name(inner) == "sdt" else None
        if key is None:
            said = _said(inner, within)
            if said:
                words.say(said, strong=_is_strong(inner))
        elif not _is_gone(inner):
            words.name(key)
            skip.update(inner.iterdescendants())
    return str(words)


def _is_strong(leaf: etree._Element) -> bool:
    run = leaf.getparent()
    bold = None if run is None else run.find(f"{{{W}}}rPr/{{{W}}}b")
    return bold is not None and bold.get(f"{{{W}}}val", "true") not in {"0", "false", "off"}


def _said(leaf: etree._Element, within: set[etree._Element]) -> str:
    """Return what a single element says, or an empty text; ``within`` are the ancestors that need no second look."""
    name = _name(leaf)
    if name == "t":
        said = _ESCAPED.sub("_", leaf.text or "")
    elif name == "sym":
        said = _symbol(leaf.get(f"{{{W}}}char", ""))
    else:
        said = _SIGNS.get(name, "")
    if said and any(_name(above) in _GONE for above in _up_to(leaf, within)):
        return ""
    return said


def _up_to(leaf: etree._Element, within: set[etree._Element]) -> Iterable[etree._Element]:
    for above in leaf.iterancestors():
        if above in within:
            return
        yield above


def _symbol(digits: str) -> str:
    """Return a character that was inserted as a symbol of some font (ECMA-376-1, 17.3.3.30)."""
    if re.fullmatch("[0-9A-Fa-f]{1,6}", digits) is None:
        return ""
    code = int(digits, 16)
    return chr(code) if ord(" ") <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF else ""


def is_gap_text(text: str, label: str = "") -> bool:
    """Return whether a text is a gap's mark and nothing else; with a label, whether it is that gap's own mark.

    A label that is too long for a control is known by its beginning.
    """
    found = _GAP.fullmatch(text)
    if found is None:
        return False
    return not label or (found[1].startswith(label) if len(label) == LONGEST_LABEL else found[1] == label)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
