"""The document's properties: what every program shows of it, and what it was made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Final

from speechdraft.clock import said_moment
from speechdraft.conventions import title_on_one_line
from speechdraft.draft import Draft
from speechdraft.word.layouts import Layout
from speechdraft.word.markup import DECLARATION, attribute, escape

__all__ = [
    "AUTHOR",
    "CORE",
    "CUSTOM",
    "LAYOUT",
    "OUTLINE",
    "SEAL",
    "core",
    "core_of",
    "custom",
    "custom_of",
    "entitled",
    "made_from",
    "moment",
    "property_of",
]

AUTHOR: Final = "speechdraft"
CORE: Final = "docProps/core.xml"
CUSTOM: Final = "docProps/custom.xml"
SEAL: Final = "speechdraft.content"
OUTLINE: Final = "speechdraft.outline"
LAYOUT: Final = "speechdraft.layout"

_PACK = "speechdraft.pack"
_PACK_VERSION = "speechdraft.pack-version"
_INPUTS = "speechdraft.inputs"
_TITLE = re.compile(r"<dc:title>([^<]*)</dc:title>")

# MS-OLEPS, 2.18.2 (UserDefinedProperties); the first two identifiers of a property are taken.
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST = 2


def moment(draft: Draft) -> str:
    """Return when the document was made: midnight of the draft's day, or SOURCE_DATE_EPOCH, as W3CDTF in UTC.

    An empty text where the speech has no day yet: then the document bears none.
    """
    said = said_moment()
    if said is not None:
        return said.strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{date.fromisoformat(draft.created)}T00:00:00Z" if draft.created else ""


def property_of(custom_part: bytes, name: str) -> str:
    """Return a custom property of a document that came back, or an empty text; its writer may have been Word."""
    found = _property(name).search(custom_part.decode(errors="replace"))
    return unescape(found[1]) if found is not None else ""


def made_from(custom_part: bytes, new: bytes) -> bytes:
    """Return a document's custom properties, saying of what it was made what those of a new one say."""
    text = custom_part.decode(errors="replace")
    for name in (_PACK, _PACK_VERSION, _INPUTS, OUTLINE):
        found = _property(name).search(text)
        if found is not None:
            text = text[: found.start(1)] + escape(property_of(new, name)) + text[found.end(1) :]
    return text.encode()


def entitled(core_part: bytes, new: bytes, title: str) -> bytes:
    """Return a document's core properties with the title that those of a new one have, if ``title`` is theirs yet."""
    text = core_part.decode(errors="replace")
    found, wanted = _TITLE.search(text), _TITLE.search(new.decode())
    if found is None or wanted is None or unescape(found[1]) != title:
        return core_part
    return (text[: found.start(1)] + wanted[1] + text[found.end(1) :]).encode()


def _property(name: str) -> re.Pattern[str]:
    return re.compile(rf'name="{re.escape(attribute(name))}"[^>]*>\s*<vt:lpwstr>([^<]*)</vt:lpwstr>')


def core(draft: Draft) -> bytes:
    """Return the core properties: title, author and date."""
    return core_of(title_on_one_line(draft), moment(draft), draft.language)


def core_of(title: str, made: str = "", language: str = "zh-CN") -> bytes:
    """Return the core properties of a document with a title, made at a moment, if it bears one."""
    dates = (
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{made}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{made}</dcterms:modified>'
    )
    return (
        DECLARATION
        + '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{AUTHOR}</dc:creator>"
        f"<dc:language>{escape(language)}</dc:language><cp:lastModifiedBy>{AUTHOR}</cp:lastModifiedBy>"
        f"{dates if made else ''}</cp:coreProperties>"
    ).encode()


def custom(draft: Draft, layout: Layout, seal: str) -> bytes:
    """Return the custom properties: what the document was made from, and its seal."""
    values = {
        _PACK: draft.pack.name,
        _PACK_VERSION: draft.pack.version,
        _INPUTS: draft.digest,
        OUTLINE: draft.outline,
        LAYOUT: layout.name,
        SEAL: seal,
    }
    return custom_of(values)


def custom_of(values: Mapping[str, str]) -> bytes:
    """Return custom properties of these names and values."""
    return (
        DECLARATION + '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
        ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        + "".join(
            f'<property fmtid="{_FORMAT}" pid="{number}" name="{attribute(name)}">'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
            for number, (name, value) in enumerate(values.items(), _FIRST)
        )
        + "</Properties>"
    ).encode()
