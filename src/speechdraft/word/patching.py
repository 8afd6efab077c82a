"""New texts into the controls of a document that people have edited: every byte outside those controls stays.

Parsing and writing the document anew would move namespaces, quotation marks and blanks that Word or LibreOffice put
there; so the controls are found by their offsets in the part's bytes, and in them no more than the runs of text are
replaced: bookmarks, and where a comment begins and ends, stay too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

from speechdraft.word.markup import W, escape

__all__ = ["Filling", "Patched", "patched"]

_SEPARATOR: Final = " "
_TEXT: Final = frozenset({"t", "br", "cr", "tab", "ptab", "noBreakHyphen", "softHyphen", "sym"})
_PLAIN: Final = _TEXT | {"rPr", "lastRenderedPageBreak"}
"""What a run of text may have; one with anything else stays as it is, or keeps the control as it is."""
_MARKERS: Final = frozenset(
    {"bookmarkStart", "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "proofErr", "permStart", "permEnd"}
)
"""What may stand between runs and says nothing itself (ECMA-376-1, 17.13)."""
_REFERENCES: Final = frozenset({"commentReference", "annotationRef", "footnoteReference", "endnoteReference"})
_EMPTY = re.compile(rb"<((?:\w+:)?rPr)>\s*</\1>")
_SHADING = re.compile(rb"<(?:\w+:)?shd\b[^>]*?(?:/>|>\s*</(?:\w+:)?shd\s*>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """A new text for a control; ``was_gap`` says that it takes the place of a gap, whose shading goes.

    ``bound`` says that the control may stay bound to the store.
    """

    text: str
    was_gap: bool = False
    bound: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Patched:
    """A part with its controls' new texts, and the controls that were left as they are.

    What is left is a control with a tracked change, another control, a field, a picture or several paragraphs in it.
    """

    data: bytes
    left: frozenset[int]


@dataclass(slots=True)
class _Run:
    """A run's places in the bytes; -1 is not met yet."""

    start: int
    end: int = -1
    look: tuple[int, int] = (-1, -1)
    says: bool = False
    is_plain: bool = True


@dataclass(slots=True)
class _Control:
    """A control's places in the bytes; -1 is not met yet.

    ``room`` is where runs may stand: the content, or the inside of its one paragraph behind the paragraph's properties;
    ``has_room`` says that what has the room is no empty tag.
    """

    index: int
    depth: int
    prefix: bytes = b""
    content: tuple[int, int] = (-1, -1)
    room: int = -1
    placeholder: tuple[int, int] = (-1, -1)
    binding: tuple[int, int] = (-1, -1)
    runs: list[_Run] = field(default_factory=list)
    paragraphs: int = 0
    has_room: bool = True
    is_odd: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the walk is within the content."""
        return self.content[0] >= 0 and self.content[1] < 0


@dataclass(slots=True)
class _Finder:
    """Walks the part and notes where the wanted controls stand."""

    data: bytes
    wanted: frozenset[int]
    open: list[_Control] = field(default_factory=list)
    found: list[_Control] = field(default_factory=list)
    path: list[tuple[str, int]] = field(default_factory=list)
    count: int = 0

    def run(self) -> list[_Control]:
        """Return the wanted controls that have a content, in order."""
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = lambda name, attributes: self._start(parser.CurrentByteIndex, name, attributes)
        parser.EndElementHandler = lambda name: self._end(parser.CurrentByteIndex, name)
        parser.Parse(self.data, True)  # noqa: FBT003  (expat's interface)
        return [control for control in self.found if control.index in self.wanted and control.content[1] >= 0]

    def _start(self, offset: int, name: str, attributes: Mapping[str, str]) -> None:
        local = name.removeprefix(W + _SEPARATOR)
        if local == "br" and attributes.get(f"{W}{_SEPARATOR}type", "textWrapping") != "textWrapping":
            local = "page break"
        self.path.append((local, offset))
        if local == "sdt":
            for around in self.open:
                around.is_odd = around.is_odd or around.is_open
            self.open.append(_Control(index=self.count, depth=len(self.path)))
            self.count += 1
        elif self.open:
            self._start_within(self.open[-1], local, offset)

    def _start_within(self, control: _Control, local: str, offset: int) -> None:
        depth = len(self.path) - control.depth
        if local == "sdtContent" and depth == 1:
            end = _tag_end(self.data, offset)
            tag = self.data[offset:end]
            control.prefix = tag[1 : tag.index(b"sdtContent")]
            control.content, control.room = (end, -1), end
            control.has_room = not tag.endswith(b"/>")
        elif not control.is_open:
            return
        elif local == "p" and depth == 2:
            control.paragraphs += 1
            end = _tag_end(self.data, offset)
            control.room = end
            control.has_room = not self.data[offset:end].endswith(b"/>")
        elif local == "r" and self._holds_runs(depth):
            control.runs.append(_Run(start=offset))
        elif control.runs and self.path[-2] == ("r", control.runs[-1].start):
            run = control.runs[-1]
            run.says = run.says or local in _TEXT
            run.is_plain = run.is_plain and local in _PLAIN
            control.is_odd = control.is_odd or local not in _PLAIN | _REFERENCES
        elif local == "rPrChange" or (self._holds_runs(depth) and local not in _MARKERS | {"pPr"}):
            control.is_odd = True

    def _holds_runs(self, depth: int) -> bool:
        """Return whether an element stands where runs do, by its depth: in the control's content or its paragraph."""
        return depth == 2 or (depth == 3 and self.path[-2][0] == "p")

    def _end(self, offset: int, name: str) -> None:
        del name
        local, begun = self.path.pop()
        if not self.open:
            return
        control = self.open[-1]
        depth = len(self.path) + 1 - control.depth
        if local == "sdt" and depth == 0:
            self.found.append(self.open.pop())
        elif local == "sdtContent" and depth == 1:
            control.content = (control.content[0], offset)
        elif local == "showingPlcHdr" and depth == 2 and not control.is_open:
            control.placeholder = (begun, self._element_end(begun, offset))
        elif local == "dataBinding" and depth == 2 and not control.is_open:
            control.binding = (begun, self._element_end(begun, offset))
        elif control.is_open:
            self._end_within(control, local, begun, offset, depth)

    def _end_within(self, control: _Control, local: str, begun: int, offset: int, depth: int) -> None:
        run = control.runs[-1] if control.runs and control.runs[-1].end < 0 else None
        if run is not None and run.start == begun:
            run.end = self._element_end(begun, offset)
        elif run is not None and local == "rPr" and self.path[-1][1] == run.start:
            run.look = (begun, self._element_end(begun, offset))
        elif local == "pPr" and depth == 3 and self.path[-1][0] == "p":
            control.room = self._element_end(begun, offset)

    def _element_end(self, begun: int, end_offset: int) -> int:
        """Return where an element ends; what expat says of the end of an empty tag depends on its version."""
        first = _tag_end(self.data, begun)
        if self.data[first - 2 : first - 1] == b"/":
            return first
        return _tag_end(self.data, end_offset)


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


def patched(data: bytes, fillings: Mapping[int, Filling]) -> Patched:
    """Return the document part with some controls, by their place among all of it, showing a new text.

    The new text takes the look of the control's first words. Raises ValueError for a part that is not UTF-8.
    """
    data.decode("utf-8")
    changes: list[tuple[int, int, bytes]] = []
    done: set[int] = set()
    for control in _Finder(data, frozenset(fillings)).run():
        if control.is_odd or control.paragraphs > 1:
            continue
        filling = fillings[control.index]
        new = _replacement(data, control, filling)
        if new is None:
            continue
        changes += new
        if control.placeholder[0] >= 0:
            changes.append((*control.placeholder, b""))
        if control.binding[0] >= 0 and not filling.bound:
            changes.append((*control.binding, b""))
        done.add(control.index)
    out = bytearray(data)
    for start, end, new_bytes in sorted(changes, reverse=True):
        out[start:end] = new_bytes
    return Patched(data=bytes(out), left=frozenset(fillings) - done)


def _replacement(data: bytes, control: _Control, filling: Filling) -> list[tuple[int, int, bytes]] | None:
    """Return what takes the place of which bytes, or None where nothing can."""
    said = [run for run in control.runs if run.says]
    if not all(run.is_plain for run in said):
        return None
    first = next(iter([*said, *(run for run in control.runs if run.is_plain)]), None)
    look = data[first.look[0] : first.look[1]] if first is not None and first.look[0] >= 0 else b""
    if filling.was_gap:
        look = _EMPTY.sub(rb"<\1/>", _SHADING.sub(b"", look))  # as whoever writes the part anew would write it
    run = _run(filling.text, control.prefix, look)
    if said:
        return [(said[0].start, said[0].end, run), *((other.start, other.end, b"") for other in said[1:])]
    start = control.room
    if control.has_room:
        return [(start, start, run)]
    if control.paragraphs:
        return None
    return [(start - 2, start, b">%b</%bsdtContent>" % (run, control.prefix))]


def _run(text: str, prefix: bytes, look: bytes) -> bytes:
    content: list[bytes] = []
    for part in re.split("([\n\t])", text):
        if part in {"\n", "\t"}:
            content.append(b"<%b%b/>" % (prefix, b"br" if part == "\n" else b"tab"))
        elif part:
            content.append(b'<%bt xml:space="preserve">%b</%bt>' % (prefix, escape(part).encode(), prefix))
    return b"<%br>%b%b</%br>" % (prefix, look, b"".join(content), prefix)
