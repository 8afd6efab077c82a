"""What empty controls show, in a document that people have edited: its glossary may have entries of others."""

from __future__ import annotations

from collections.abc import Collection

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.controls import GLOSSARY, PLACEHOLDER
from speechdraft.word.parts import add_part, folder_of_part, related, remove_parts, serialized
from speechdraft.word.regions import remove, w
from speechdraft.word.returned import text_in
from speechdraft.word.trees import read_xml

__all__ = ["forget_placeholders", "take_placeholders"]


def take_placeholders(parts: dict[str, bytes], source: str, ours: bytes | None, used: Collection[str]) -> None:
    """Put the entries ``used`` of a glossary of ours into that of the document, whose text is the part ``source``."""
    if ours is None or not used:
        return
    name = related(parts, source, RT.GLOSSARY_DOCUMENT)
    if not name:
        add_part(parts, GLOSSARY, CT.WML_DOCUMENT_GLOSSARY, RT.GLOSSARY_DOCUMENT, source)
        parts[GLOSSARY] = serialized(read_xml(ours, GLOSSARY))  # as it is written from now on, so that twice is once
        return
    root = read_xml(parts[name], name)
    entries = root.find(w("docParts"))
    if entries is None:
        entries = etree.SubElement(root, w("docParts"))
    there = {_name_of(entry): entry for entry in entries}
    for entry in list(read_xml(ours, GLOSSARY).iter(w("docPart"))):
        before = there.get(_name_of(entry))
        if _name_of(entry) not in used:
            continue
        if before is None:
            entries.append(entry)
        elif text_in(before) != text_in(entry):
            entries.replace(before, entry)
    parts[name] = serialized(root)


def forget_placeholders(parts: dict[str, bytes], source: str) -> None:
    """Take our entries out of the glossary; one that has nothing else goes, with all that is beside it."""
    name = related(parts, source, RT.GLOSSARY_DOCUMENT) or GLOSSARY
    if name not in parts:
        return
    root = read_xml(parts[name], name)
    entries = [entry for entry in root.iter(w("docPart")) if entry.find(w("docPartPr")) is not None]
    ours = [entry for entry in entries if _name_of(entry).startswith(PLACEHOLDER)]
    for entry in ours:
        remove(entry)
    if len(entries) > len(ours):
        parts[name] = serialized(root)
        return
    folder = folder_of_part(name)
    remove_parts(parts, {other for other in parts if other.startswith(folder) and not other.endswith(".rels")})


def _name_of(entry: etree._Element) -> str:
    name = entry.find(f"{w('docPartPr')}/{w('name')}")
    return "" if name is None else name.get(w("val"), "")
