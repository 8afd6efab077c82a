"""New texts into the controls of a document that people have edited: every byte outside those controls stays.

Parsing and writing the document anew would move namespaces, quotation marks and blanks that Word or LibreOffice put
there; so the controls are found by their offsets in the part's bytes, and only what stands in them is replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from speechdraft.word.markup import W, escape

__all__ = ["Patched", "patched"]

_SEPARATOR: Final = " "
_TRACKED: Final = frozenset({"ins", "del", "moveFrom", "moveTo"})
_SHADING = re.compile(rb"<(\w+:)?shd\b[^>]*?(/>|>\s*</(\w+:)?shd>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """A part with its controls' new texts, how many were written, and the tags that were left for a tracked change."""

    data: bytes
    count: int
    tracked: tuple[str, ...]


@dataclass(slots=True)
class _Control:
    """A control's places in the bytes; -1 is not met yet."""

    depth: int
    tag: str = ""
    content: tuple[int, int] = (-1, -1)
    placeholder: tuple[int, int] = (-1, -1)
    look: tuple[int, int] = (-1, -1)
    is_tracked: bool = False
    is_nested: bool = False


@dataclass(slots=True)
class _Finder:
    """Walks the part and notes where its controls stand."""

    data: bytes
    open: list[_Control] = field(default_factory=list)
    found: list[_Control] = field(default_factory=list)
    path: list[tuple[str, int]] = field(default_factory=list)

    def run(self) -> list[_Control]:
        """Return the controls with a tag and a content, in order."""
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = lambda name, attributes: self._start(parser.CurrentByteIndex, name, attributes)
        parser.EndElementHandler = lambda name: self._end(parser.CurrentByteIndex, name)
        parser.Parse(self.data, True)  # noqa: FBT003  (expat's interface)
        return [control for control in self.found if control.tag and control.content[1] >= 0]

    def _start(self, offset: int, name: str, attributes: Mapping[str, str]) -> None:
        local = name.removeprefix(W + _SEPARATOR)
        self.path.append((local, offset))
        control = self.open[-1] if self.open else None
        match local:
            case "sdt":
                if control is not None and control.content[0] >= 0:
                    control.is_nested = True
                self.open.append(_Control(depth=len(self.path)))
            case "tag" if control is not None and len(self.path) == control.depth + 2:
                control.tag = attributes.get(f"{W}{_SEPARATOR}val", "")
            case "sdtContent" if control is not None and len(self.path) == control.depth + 1:
                control.content = (_tag_end(self.data, offset), -1)
            case _ if local in _TRACKED and control is not None and control.content[0] >= 0:
                control.is_tracked = True
            case _:
                pass

    def _end(self, offset: int, name: str) -> None:
        local, begun = self.path.pop()
        del name
        control = self.open[-1] if self.open else None
        if control is None:
            return
        inside = control.content[0] >= 0 and control.content[1] < 0
        match local:
            case "sdt":
                self.found.append(self.open.pop())
            case "sdtContent" if len(self.path) == control.depth:
                control.content = (control.content[0], offset)
            case "showingPlcHdr" if len(self.path) == control.depth + 1:
                control.placeholder = (begun, _element_end(self.data, begun, offset))
            case "rPr" if inside and control.look[0] < 0 and self.path[-1][0] == "r":
                control.look = (begun, _element_end(self.data, begun, offset))
            case _:
                pass


def _tag_end(data: bytes, offset: int) -> int:
    """Return where the tag that begins at an offset ends; a > may stand in an attribute's value."""
    quote = 0
    for index in range(offset, len(data)):
        byte = data[index]
        if quote:
            if byte == quote:
                quote = 0
        elif byte in b"\"'":
            quote = byte
        elif byte == ord(">"):
            return index + 1
    return len(data)


def _element_end(data: bytes, begun: int, end_offset: int) -> int:
    """Return where an element ends; of an empty tag, expat gives the end the offset of its beginning."""
    first = _tag_end(data, begun)
    if data[first - 2 : first - 1] == b"/":
        return first
    return _tag_end(data, end_offset)


def patched(data: bytes, texts: Mapping[str, str]) -> Patched:
    """Return the document part with each control whose tag is among ``texts`` showing its new text.

    The new text takes the look of the control's first run, without the shading of a gap. A control with a tracked
    change or another control inside is left as it is. Raises ValueError for a part that is not UTF-8.
    """
    data.decode("utf-8")
    changes: list[tuple[int, int, bytes]] = []
    tracked: list[str] = []
    count = 0
    for control in _Finder(data).run():
        text = texts.get(control.tag)
        if text is None:
            continue
        if control.is_tracked or control.is_nested:
            tracked.append(control.tag)
            continue
        start, end = control.content
        prefix = _prefix(data, start)
        look = data[control.look[0] : control.look[1]] if control.look[0] >= 0 else b""
        changes.append((start, end, _run(text, prefix, _SHADING.sub(b"", look))))
        if control.placeholder[0] >= 0:
            changes.append((*control.placeholder, b""))
        count += 1
    out = bytearray(data)
    for start, end, new in sorted(changes, reverse=True):
        out[start:end] = new
    return Patched(data=bytes(out), count=count, tracked=tuple(dict.fromkeys(tracked)))


def _prefix(data: bytes, content_start: int) -> bytes:
    """Return the prefix that the document uses for Word's namespace (``w:``), as its sdtContent tag has it."""
    found = re.search(rb"<((?:[\w.-]+:)?)sdtContent[^<]*$", data[max(0, content_start - 4096) : content_start])
    return found[1] if found is not None else b"w:"


def _run(text: str, prefix: bytes, look: bytes) -> bytes:
    lines = [
        b'<%bt xml:space="preserve">%b</%bt>' % (prefix, escape(line).encode(), prefix) if line else b""
        for line in text.split("\n")
    ]
    return b"<%br>%b%b</%br>" % (prefix, look, (b"<%bbr/>" % prefix).join(lines), prefix)
