"""A written .docx read back as the XML it is."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def w(name: str) -> str:
    """Return a name of WordprocessingML as lxml has it."""
    return f"{{{W}}}{name}"


@dataclass(frozen=True)
class Read:
    """A paragraph: its style's identifier and its text, tabs and line breaks included."""

    style: str
    text: str


def child(element: etree._Element, *names: str) -> etree._Element:
    """Return the child of a child … of an element; it must be there."""
    for name in names:
        found = element.find(w(name))
        assert found is not None, name
        element = found
    return element


def names(element: etree._Element) -> list[str]:
    """Return the names of an element's children, in order."""
    return [etree.QName(found).localname for found in element]


def attributes(element: etree._Element) -> dict[str, str]:
    """Return an element's attributes by name, as text."""
    return {etree.QName(str(name)).localname: str(value) for name, value in element.attrib.items()}


def val(element: etree._Element) -> str:
    """Return an element's w:val."""
    return str(element.get(w("val")))


def parts(data: bytes) -> dict[str, bytes]:
    """Return the parts of a document by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xml(data: bytes, name: str = "word/document.xml") -> etree._Element:
    """Return the root of a part."""
    return etree.fromstring(parts(data)[name])


def paragraphs(data: bytes, name: str = "word/document.xml") -> list[Read]:
    """Return the paragraphs of a part, in order."""
    return [Read(style(paragraph), text(paragraph)) for paragraph in xml(data, name).iter(w("p"))]


def style(paragraph: etree._Element) -> str:
    """Return the identifier of a paragraph's style."""
    found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "Normal" if found is None else str(found.get(w("val")))


def text(paragraph: etree._Element) -> str:
    """Return a paragraph's text."""
    marks = {w("tab"): "\t", w("br"): "\n"}
    return "".join(
        marks.get(str(element.tag), element.text or "") for element in paragraph.iter(w("t"), w("tab"), w("br"))
    )
