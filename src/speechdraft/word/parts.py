"""The parts of a package beside the text: finding one, adding one, taking one out with everything that points to it."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from lxml import etree

from speechdraft import parcels
from speechdraft.i18n import _
from speechdraft.problems import ProblemError
from speechdraft.word.trees import damaged, read_xml

__all__ = ["add_part", "folder_of_part", "related", "remove_parts", "serialized", "without_macros"]

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
    types = _content_types(parts)
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


def remove_parts(parts: dict[str, bytes], names: Collection[str]) -> None:
    """Take parts out, with their own relationships, content types and every relationship that leads to one of them."""
    if not names:
        return
    for name in names:
        parts.pop(name, None)
        parts.pop(_relations_of(name), None)
    types = _content_types(parts)
    for element in list(types):
        if element.get("PartName", "").removeprefix("/") in names:
            types.remove(element)
    parts[_CONTENT_TYPES] = serialized(types)
    for rels_name in [other for other in parts if other.endswith(".rels")]:
        leading = [element for element, path in _relations(parts, rels_name) if path in names]
        for element in leading:
            rels = element.getparent()
            assert rels is not None  # noqa: S101  (a relationship stands among others)
            rels.remove(element)
            if element is leading[-1]:
                parts[rels_name] = serialized(rels)


def without_macros(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts without those of macros and all that leads to them."""
    sound = dict(parts)
    led_to = {
        _target(rels_name, link) for rels_name, link in parcels.relationships(parts) if parcels.leads_to_macros(link)
    }
    remove_parts(sound, {name for name in parts if name in led_to or parcels.is_macro(name)})
    return sound


def folder_of_part(name: str) -> str:
    """Return the folder that a part stands in, with its slash: a glossary has parts of its own beside it."""
    return posixpath.dirname(name) + "/"


def _content_types(parts: Mapping[str, bytes]) -> etree._Element:
    """Return the list of content types, without which no program opens a package. Raises ProblemError."""
    if _CONTENT_TYPES not in parts:
        raise ProblemError([damaged(_CONTENT_TYPES, _("this part is missing in it"))])
    return read_xml(parts[_CONTENT_TYPES], _CONTENT_TYPES)


def _relations(parts: Mapping[str, bytes], rels_name: str) -> Iterator[tuple[etree._Element, str]]:
    """Return the relationships of a part that lead within the package, and where they lead."""
    if rels_name not in parts:
        return
    for element in list(read_xml(parts[rels_name], rels_name).iter(f"{{{_REL}}}Relationship")):
        if element.get("TargetMode") != "External":
            yield element, _target(rels_name, element)


def _target(rels_name: str, relationship: etree._Element) -> str:
    """Return the part that a relationship in the part ``rels_name`` leads to."""
    folder = posixpath.dirname(posixpath.dirname(rels_name))
    return posixpath.normpath(posixpath.join("/", folder, relationship.get("Target", ""))).lstrip("/")


def _relations_of(name: str) -> str:
    return posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
