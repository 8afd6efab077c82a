"""Where a document keeps what was written in it: the store that its controls are bound to, and a copy of its words.

Word keeps the store. LibreOffice 25.2 writes it without the relationship by which it finds it again, and so loses it
when it saves for the second time; it empties it when a bound control has & or < in it. It keeps the glossary as it is,
in which the copy stands as a building block; Word may throw that away, which then has the store.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.controls import GUID, NAMESPACE, Stored, building_block, item_properties, store
from speechdraft.word.markup import W, escape
from speechdraft.word.parts import add_part, related
from speechdraft.word.trees import read_xml

__all__ = ["add_store", "missing_parts", "read_store", "record", "store_parts"]

_RECORD: Final = "speechdraft-record"
"""The name of the building block that holds the copy. It begins as those of our placeholders do, and goes with them."""
_STORE = re.compile(r"customXml/item(\d+)\.xml")
_TAG = re.compile(rb"<(?P<end>/?)(?:\w+:)?(?P<name>docPart|name|t)(?P<attributes>\s[^<>]*)?>")
_NAMED = re.compile(rb'[\s:]val="%b"' % _RECORD.encode())


def read_store(parts: Mapping[str, bytes], file: str) -> tuple[str, dict[str, Stored], tuple[str, ...]] | None:
    """Return the store's part with its entries and the words of the register, or None where there is none.

    Raises ProblemError (``damaged-file``).
    """
    for name in sorted(parts):
        if _STORE.fullmatch(name) is None or NAMESPACE.encode() not in parts[name]:
            continue
        root = read_xml(parts[name], file)
        if root.tag == f"{{{NAMESPACE}}}facts":
            return name, dict(_entries(root)), tuple((root.findtext(f"{{{NAMESPACE}}}order") or "").split())
    return None


def _entries(root: etree._Element) -> Iterator[tuple[str, Stored]]:
    for fact in root.iter(f"{{{NAMESPACE}}}fact"):
        name, written, value = (fact.find(f"{{{NAMESPACE}}}{name}") for name in ("name", "written", "value"))
        if name is not None and name.text:
            yield (
                name.text,
                Stored(
                    written="" if written is None else written.text or "",
                    value=None if value is None else value.text or "",
                ),
            )


def store_parts(
    parts: Mapping[str, bytes], document_part: str, store_part: str, entries: Mapping[str, Stored], order: Iterable[str]
) -> dict[str, bytes]:
    """Return the parts that are to be written so that a document's store has these entries and this register."""
    words = tuple(order)
    written = {store_part: store(entries, words)}
    name = related(parts, document_part, RT.GLOSSARY_DOCUMENT)
    if name:
        written[name] = _with_record(parts[name], entries, words)
    return written


def record(entries: Mapping[str, Stored], order: Iterable[str]) -> str:
    """Return the building block that holds a copy of what the store says was written."""
    return building_block(_RECORD, f'<w:t xml:space="preserve">{_record_text(entries, order)}</w:t>')


def _record_text(entries: Mapping[str, Stored], order: Iterable[str]) -> str:
    facts = [[key, entry.written] for key, entry in entries.items()]
    return escape(json.dumps({"facts": facts, "order": " ".join(order)}, ensure_ascii=False))


def _with_record(glossary: bytes, entries: Mapping[str, Stored], order: Iterable[str]) -> bytes:
    """Return a glossary with another record in it; all else stays byte for byte."""
    words = tuple(order)
    place = _place_of_record(glossary)
    if place is None:
        return glossary.replace(b"</w:docParts>", record(entries, words).encode() + b"</w:docParts>")
    return glossary[: place.start] + _record_text(entries, words).encode() + glossary[place.stop :]


def _place_of_record(glossary: bytes) -> slice | None:
    """Return where the record's text stands in a glossary; in one pass, whatever is in it."""
    is_ours = False
    for tag in _TAG.finditer(glossary):
        attributes = tag["attributes"] or b""
        if tag["name"] == b"docPart":
            is_ours = False
        elif tag["name"] == b"name":
            is_ours = is_ours or _NAMED.search(attributes) is not None
        elif is_ours and not tag["end"] and not attributes.endswith(b"/"):
            stop = glossary.find(b"<", tag.end())
            if glossary.startswith(b"</", stop):
                return slice(tag.end(), stop)
    return None


def _read_record(glossary: bytes, file: str) -> tuple[dict[str, Stored], tuple[str, ...]] | None:
    if _RECORD.encode() not in glossary:
        return None
    for block in read_xml(glossary, file).iter(f"{{{W}}}docPart"):
        name = block.find(f"{{{W}}}docPartPr/{{{W}}}name")
        if name is None or name.get(f"{{{W}}}val") != _RECORD:
            continue
        try:
            told = json.loads("".join(text.text or "" for text in block.iter(f"{{{W}}}t")))
            entries = {str(key): Stored(written=str(written), value="") for key, written in told["facts"]}
            return entries, tuple(str(told["order"]).split())
        except (ValueError, TypeError, KeyError, RecursionError):
            continue
    return None


def missing_parts(parts: Mapping[str, bytes], document_part: str, file: str) -> dict[str, bytes]:
    """Return the parts that are to be added or changed so that a document has its store as it was written with.

    None where it has it, or where nobody knows any more what was written.
    """
    found = read_store(parts, file)
    if found is not None and related(parts, found[0], RT.CUSTOM_XML_PROPS):
        return {}
    whole = dict(parts)
    if found is not None:
        _name_store(whole, found[0])
    else:
        kept = _read_record(parts.get(related(parts, document_part, RT.GLOSSARY_DOCUMENT), b""), file)
        if kept is None:
            return {}
        whole[add_store(whole, document_part)] = store(*kept)
    return {name: part for name, part in whole.items() if parts.get(name) != part}


def add_store(parts: dict[str, bytes], document_part: str) -> str:
    """Add a store, without its content, to a document that has none; return the part's name."""
    numbers = (found[1] for name in parts if (found := re.fullmatch(r"customXml/itemProps(\d+)\.xml", name)))
    ours = [number for number in numbers if GUID.encode() in parts[f"customXml/itemProps{number}.xml"]]
    free = (str(number) for number in range(1, len(parts) + 2) if f"customXml/item{number}.xml" not in parts)
    name = f"customXml/item{next(iter([*ours, *free]))}.xml"
    add_part(parts, name, CT.XML, RT.CUSTOM_XML, document_part)
    _name_store(parts, name)
    return name


def _name_store(parts: dict[str, bytes], name: str) -> None:
    """Give the store the part that names it, by which controls are bound to it."""
    properties = name.replace("customXml/item", "customXml/itemProps")
    add_part(parts, properties, CT.OFC_CUSTOM_XML_PROPERTIES, RT.CUSTOM_XML_PROPS, name)
    parts.setdefault(properties, item_properties())
