"""The parts of a package beside the text: adding one, and taking one out with everything that points to it."""

from __future__ import annotations

import posixpath
from typing import Final

from lxml import etree

__all__ = ["add_part", "remove_part", "serialized"]

_CONTENT_TYPES: Final = "[Content_Types].xml"
_CT: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_REL: Final = "http://schemas.openxmlformats.org/package/2006/relationships"


def serialized(root: etree._Element) -> bytes:
    """Return a part's tree as its bytes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def add_part(parts: dict[str, bytes], name: str, content_type: str, relation: str, source: str) -> None:
    """Add a part's content type and the relationship that leads to it from the part ``source``; not its content."""
    types = etree.fromstring(parts[_CONTENT_TYPES])
    if not any(element.get("PartName") == f"/{name}" for element in types):
        etree.SubElement(types, f"{{{_CT}}}Override", PartName=f"/{name}", ContentType=content_type)
        parts[_CONTENT_TYPES] = serialized(types)
    rels_name = _relations_of(source)
    rels = etree.fromstring(parts[rels_name])
    target = posixpath.relpath(name, posixpath.dirname(source))
    if not any(element.get("Target") in {target, f"/{name}"} for element in rels):
        taken = {element.get("Id") for element in rels}
        identifier = next(f"rId{number}" for number in range(1, len(taken) + 2) if f"rId{number}" not in taken)
        etree.SubElement(rels, f"{{{_REL}}}Relationship", Id=identifier, Type=relation, Target=target)
        parts[rels_name] = serialized(rels)


def remove_part(parts: dict[str, bytes], name: str) -> None:
    """Take a part out, with its own relationships, its content type and every relationship that leads to it."""
    parts.pop(name, None)
    parts.pop(_relations_of(name), None)
    types = etree.fromstring(parts[_CONTENT_TYPES])
    for element in list(types):
        if element.get("PartName") == f"/{name}":
            types.remove(element)
    parts[_CONTENT_TYPES] = serialized(types)
    for rels_name in [other for other in parts if other.endswith(".rels")]:
        rels = etree.fromstring(parts[rels_name])
        folder = posixpath.dirname(posixpath.dirname(rels_name))
        for element in list(rels):
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            if element.get("TargetMode") != "External" and path == name:
                rels.remove(element)
                parts[rels_name] = serialized(rels)


def _relations_of(name: str) -> str:
    return posixpath.join(posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels")
