"""The parts of a package beside the text: finding one, adding one, taking one out with everything that points to it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from speechdraft.word.trees import read_xml

__all__ = ["add_part", "folder_of_part", "related", "remove_part", "serialized"]

_CONTENT_TYPES: Final = "[Content_Types].xml"
_CT: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def serialized(root: etree._Element) -> bytes:
    """Return a part's tree as its bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def related(parts: Mapping[str, bytes], source: str, relation: str) -> str:
    """Return the part to which a relationship leads from the part ``source``, or an empty text where none is there."""
    for element, path in _relations(parts, _relations_of(source)):
        if element.get("Type") == relation and path in parts:
            return path
    return ""


def add_part(parts: dict[str, bytes], name: str, content_type: str, relation: str, source: str) -> None:
    """Add a part's content type and the relationship that leads to it from the part ``source``; not its content."""
    types = read_xml(parts[_CONTENT_TYPES], _CONTENT_TYPES)
    if not any(element.get("PartName") == f"/{name}" for element in types):
        etree.SubElement(types, f"{{{_CT}}}Override", PartName=f"/{name}", ContentType=content_type)
        parts[_CONTENT_TYPES] = serialized(types)
    rels_name = _relations_of(source)
    if any(path == name for _element, path in _relations(parts, rels_name)):
        return
    rels = read_xml(parts[rels_name], rels_name) if rels_name in parts else etree.Element(f"{{{_REL}}}Relationships")
    taken = {element.get("Id") for element in rels}
    identifier = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
    target = posixpath.relpath(name, posixpath.dirname(source))
    etree.SubElement(rels, f"{{{_REL}}}Relationship", Id=identifier, Type=relation, Target=target)
    parts[rels_name] = serialized(rels)


def remove_part(parts: dict[str, bytes], name: str) -> None:
    """Take a part out, with its own relationships, its content type and every relationship that leads to it."""
    parts.pop(name, None)
    parts.pop(_relations_of(name), None)
    types = read_xml(parts[_CONTENT_TYPES], _CONTENT_TYPES)
    for element in list(types):
        if element.get("PartName") == f"/{name}":
            types.remove(element)
    parts[_CONTENT_TYPES] = serialized(types)
    for rels_name in [other for other in parts if other.endswith(".rels")]:
        leading = [element for element, path in _relations(parts, rels_name) if path == name]
        for element in leading:
            rels = element.getparent()
            assert rels is not None  # noqa: S101  (a relationship stands among others)
            rels.remove(element)
            parts[rels_name] = serialized(rels)


def folder_of_part(name: str) -> str:
    """Return the folder that a part stands in, with its slash: a glossary has parts of its own beside it."""
    return posixpath.dirname(name) + "/"


def _relations(parts: Mapping[str, bytes], rels_name: str) -> Iterator[tuple[etree._Element, str]]:
    """Return the relationships of a part that lead within the package, and where they lead."""
    if rels_name not in parts:
        return
    folder = posixpath.dirname(posixpath.dirname(rels_name))
    for element in list(read_xml(parts[rels_name], rels_name).iter(f"{{{_REL}}}Relationship")):
        target = element.get("Target", "")
        if element.get("TargetMode") != "External":
            yield element, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")


def _relations_of(name: str) -> str:
    return posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
