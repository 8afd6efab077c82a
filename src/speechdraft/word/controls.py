"""Facts as content controls: each in the text bound to one store in the document, so that it is filled where it stands.

Every fact (and every other form of it, such as 2月10日) is one entry of the store; all its mentions are bound to that
entry, so that Word fills them together. The store is custom XML without attributes, which LibreOffice would drop, and
keeps beside each value what was written, by which a later reader tells what has been changed since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from speechdraft.draft import FactText, Gap
from speechdraft.word.markup import CHINESE, DECLARATION, W, attribute, escape

__all__ = [
    "FORM_TAG",
    "GLOSSARY",
    "GUID",
    "ITEM",
    "ITEM_PROPERTIES",
    "LONGEST_LABEL",
    "NAMESPACE",
    "PLACEHOLDER",
    "TAG",
    "TITLE_FORM",
    "Controls",
    "Stored",
    "building_block",
    "can_be_bound",
    "glossary",
    "item_properties",
    "key_of",
    "split_key",
    "store",
    "tag_of",
]

ITEM: Final = "customXml/item1.xml"
ITEM_PROPERTIES: Final = "customXml/itemProps1.xml"
GLOSSARY: Final = "word/glossary/document.xml"

NAMESPACE: Final = "urn:speechdraft:facts:1"
TAG: Final = "fact:"
FORM_TAG: Final = "form:"
"""How the tags of a form's controls begin; see :mod:`speechdraft.forms.document`."""
PLACEHOLDER: Final = "speechdraft"
"""How the names of what our empty controls show begin."""
GUID: Final = f"{{{uuid5(NAMESPACE_URL, NAMESPACE)}}}".upper()
"""Names the store to its controls."""
_LONGEST_TAG: Final = 64
"""In UTF-16 code units; Word refuses a longer one."""
LONGEST_LABEL: Final = 64
"""In characters. Word gives a control's title no more room either."""
_FIRST_ID: Final = 1001
_FORM: Final = "|"
TITLE_FORM: Final = "title"
"""The form of a fact that a title's line break falls into."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An entry of the store: what was written, and the value as it is now. Both are empty for a gap.

    ``value`` is None where the entry has no place for one, so that its controls are bound to nothing: a program that
    goes by the store when it opens the document leaves each as it is, though they differ.
    """

    written: str
    value: str | None


def key_of(inline: FactText | Gap) -> str:
    """Return the key of the store's entry for an inline: the fact's path, with the form that it is printed in."""
    match inline:
        case FactText(form=""):
            return inline.fact
        case FactText():
            return f"{inline.fact}{_FORM}{inline.form}"
        case Gap():
            path = inline.slot or inline.fact
            return f"{path}{_FORM}{inline.form}" if inline.form else path


def split_key(key: str) -> tuple[str, str]:
    """Return the fact's path and the form that a key names."""
    path, _mark, form = key.partition(_FORM)
    return path, form


def can_be_bound(text: str) -> bool:
    """Return whether a control may be bound to the store with this text in it.

    LibreOffice 25.2 empties every custom XML part of a document when a bound control has one of these characters.
    """
    return not set("&<") & set(text)


def tag_of(key: str) -> str:
    """Return a control's tag for a key: at most 64 characters, so that a long key is named by its digest."""
    if len((TAG + key).encode("utf-16-le", errors="replace")) <= 2 * _LONGEST_TAG:
        return TAG + key
    digest = blake2b(key.encode(errors="replace"), digest_size=12).hexdigest()
    return f"{TAG}#{digest}"


@dataclass(slots=True)
class _Entry:
    """An entry of the store while a document is written."""

    number: int
    text: str = ""
    label: str = ""


class Controls:
    """The controls of one document, as they are written one after the other."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        """Start with none; the entries of ``known`` keys stand first, in the order that another document has them."""
        self._entries = {key: _Entry(number=number) for number, key in enumerate(known, start=1)}
        self._count = 0

    def control(self, inline: FactText | Gap, runs: str, properties: str) -> str:
        """Return w:sdt around the runs of an inline; ``properties`` is the w:rPr of what will be typed in it."""
        key = key_of(inline)
        text = inline.text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(inline, FactText) else ""
        entry = self._entries.setdefault(key, _Entry(number=len(self._entries) + 1))
        if not entry.label:
            entry.text, entry.label = text, inline.label
        identifier = _FIRST_ID + self._count
        self._count += 1
        path = f"/f:facts[1]/f:fact[{entry.number}]/f:value[1]"
        lines = ' w:multiLine="1"' if "\n" in text or not text else ""
        shown = "" if text else "<w:showingPlcHdr/>"
        binding = (
            f'<w:dataBinding w:prefixMappings="xmlns:f=\'{NAMESPACE}\'" w:xpath="{path}" w:storeItemID="{GUID}"/>'
            if can_be_bound(text)
            else ""
        )
        return (
            f'<w:sdt><w:sdtPr>{properties}<w:alias w:val="{attribute(inline.label[:LONGEST_LABEL])}"/>'
            f'<w:tag w:val="{attribute(tag_of(key))}"/><w:id w:val="{identifier}"/>'
            f'<w:placeholder><w:docPart w:val="{_part_name(entry.number)}"/></w:placeholder>{shown}'
            f"{binding}<w:text{lines}/></w:sdtPr>"
            f"<w:sdtContent>{runs}</w:sdtContent></w:sdt>"
        )

    def stored(self) -> dict[str, Stored]:
        """Return the store's entries by key, in order."""
        return {key: Stored(written=entry.text, value=entry.text) for key, entry in self._entries.items()}

    def placeholders(self) -> Iterator[tuple[str, str]]:
        """Return the name and the text of what each entry's controls show while they are empty."""
        for key, entry in self._entries.items():
            label = entry.label or key
            yield _part_name(entry.number), Gap(fact=label, label=label).text


def _part_name(number: int) -> str:
    return f"{PLACEHOLDER}{number}"


def store(entries: Mapping[str, Stored], order: Iterable[str]) -> bytes:
    """Return the store's part: one element a fact, no attributes; then the words of the register, ``order``.

    Of the register knows :class:`speechdraft.word.marks.Register`.
    """
    return (
        f'{DECLARATION}<facts xmlns="{NAMESPACE}">'
        + "".join(
            f"<fact><name>{escape(key)}</name><written>{escape(entry.written)}</written>"
            + ("" if entry.value is None else f"<value>{escape(entry.value)}</value>")
            + "</fact>"
            for key, entry in entries.items()
        )
        + f"<order>{escape(' '.join(order))}</order></facts>"
    ).encode()


def item_properties() -> bytes:
    """Return the part that names the store (ECMA-376-1, 15.2.6, Custom XML Data Storage Properties)."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
    return (
        f'{DECLARATION}<ds:datastoreItem ds:itemID="{GUID}" xmlns:ds="{namespace}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{NAMESPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    ).encode()


def glossary(placeholders: Iterable[tuple[str, str]], record: str) -> bytes:
    """Return the part with the building blocks that empty controls show, and with one more, ``record``.

    (ECMA-376-1, 11.3.8, Glossary Document.)
    """
    look = f'<w:rPr>{CHINESE}<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/></w:rPr>'
    return (
        f'{DECLARATION}<w:glossaryDocument xmlns:w="{W}"><w:docParts>'
        + "".join(
            building_block(name, f'{look}<w:t xml:space="preserve">{escape(text)}</w:t>') for name, text in placeholders
        )
        + f"{record}</w:docParts></w:glossaryDocument>"
    ).encode()


def building_block(name: str, run: str) -> str:
    """Return a building block of a name with one run in it (ECMA-376-1, 17.12.5, docPart)."""
    return (
        f'<w:docPart><w:docPartPr><w:name w:val="{name}"/><w:category><w:name w:val="General"/>'
        '<w:gallery w:val="placeholder"/></w:category><w:types><w:type w:val="bbPlcHdr"/></w:types>'
        '<w:behaviors><w:behavior w:val="content"/></w:behaviors></w:docPartPr><w:docPartBody>'
        f"<w:p><w:r>{run}</w:r></w:p></w:docPartBody></w:docPart>"
    )
