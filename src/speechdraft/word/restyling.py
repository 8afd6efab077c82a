"""The styles of a document that people have edited, under whichever names their program gave them.

Word and WPS name a style after their own language when they save it: ``Heading1`` becomes ``1`` or ``berschrift1``.
What stays is the name within, ``heading 1``.
"""

from __future__ import annotations

import copy
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.parts import related, serialized
from speechdraft.word.regions import w
from speechdraft.word.trees import read_xml

__all__ = ["Styles"]

_STYLED: Final = (w("pStyle"), w("rStyle"))
_LINKS: Final = (w("basedOn"), w("next"))


class Styles:
    """Which style of an edited document is which of ours."""

    def __init__(self, parts: dict[str, bytes], source: str, ours: bytes) -> None:
        """Read the styles of ``parts``, whose document is the part ``source``; ``ours`` are those we write."""
        self._parts = parts
        self._name = related(parts, source, RT.STYLES)
        self._root = read_xml(parts[self._name], self._name) if self._name else None
        self._theirs = {} if self._root is None else _identifiers(self._root)
        self._ours = {style.get(w("styleId"), ""): style for style in read_xml(ours, "styles.xml").iter(w("style"))}
        self._names = {identifier: _name(style) for identifier, style in self._ours.items()}

    def adapt(self, element: etree._Element) -> None:
        """Give what we wrote the names that the styles have in the document; one that it has not is added."""
        for styled in element.iter(*_STYLED):
            styled.set(w("val"), self.theirs(styled.get(w("val"), "")))

    def theirs(self, identifier: str) -> str:
        """Return what a style of ours is called in the document."""
        name = self._names.get(identifier)
        if name is None or self._root is None:
            return identifier
        if name not in self._theirs:
            self._theirs[name] = self._linked(identifier) or self._added(identifier)
        return self._theirs[name]

    def is_ours(self, theirs: str, ours: str) -> bool:
        """Return whether a style of the document is the one that we call ``ours``."""
        if self._root is None or not theirs:
            return theirs == ours
        name = self._names.get(ours)
        return name is not None and self._theirs.get(name) == theirs

    def _linked(self, identifier: str) -> str:
        """Return the form within a paragraph that the document gives a style: its name is of the program's language."""
        style = self._ours[identifier]
        name = self._names.get(_link(style), "")
        if self._root is None or style.get(w("type")) != "character" or name not in self._theirs:
            return ""
        partners = (other for other in self._root.iter(w("style")) if other.get(w("styleId")) == self._theirs[name])
        found = next(map(_link, partners), "")
        return found if found in self._theirs.values() else ""

    def _added(self, identifier: str) -> str:
        assert self._root is not None  # noqa: S101  (asked before)
        taken = set(self._theirs.values())
        free = next(one for one in (identifier, f"{identifier}speechdraft") if one not in taken)
        self._theirs[self._names[identifier]] = free
        style = copy.deepcopy(self._ours[identifier])
        style.set(w("styleId"), free)
        for link in list(style.iter(w("link"))):
            style.remove(link)
        for link in style.iter(*_LINKS):
            link.set(w("val"), self.theirs(link.get(w("val"), "")))
        self._root.append(style)
        self._parts[self._name] = serialized(self._root)
        return free


def _identifiers(root: etree._Element) -> dict[str, str]:
    """Return what the styles of a document are called, by the names that every program knows them by."""
    return {_name(style): style.get(w("styleId"), "") for style in root.iter(w("style"))}


def _name(style: etree._Element) -> str:
    name = style.find(w("name"))
    return "" if name is None else name.get(w("val"), "").lower()


def _link(style: etree._Element) -> str:
    link = style.find(w("link"))
    return "" if link is None else link.get(w("val"), "")
