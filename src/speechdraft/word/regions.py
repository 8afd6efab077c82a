"""The written paragraphs in a document that came back: where each stands now, and whether a hand was in it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from speechdraft.word.marks import Mark
from speechdraft.word.markup import W
from speechdraft.word.returned import key_of_tag, text_in

__all__ = [
    "Region",
    "block_of",
    "has_a_hand",
    "has_marks",
    "marks_of_paragraph",
    "regions",
    "remove",
    "style_of",
    "unmark",
    "w",
]


def w(name: str) -> str:
    """Return a name of WordprocessingML as lxml has it."""
    return f"{{{W}}}{name}"


_P: Final = w("p")
_START: Final = w("bookmarkStart")
_END: Final = w("bookmarkEnd")
_COMMENT_ANCHORS: Final = frozenset({"commentRangeStart", "commentReference"})
_PLAIN: Final = frozenset(
    {
        "r",
        "t",
        "br",
        "cr",
        "tab",
        "ptab",
        "sym",
        "noBreakHyphen",
        "softHyphen",
        "sdt",
        "sdtContent",
        "bookmarkStart",
        "bookmarkEnd",
        "commentRangeEnd",
        "annotationRef",
        "proofErr",
        "lastRenderedPageBreak",
    }
)
"""What a paragraph has in it that we wrote, and what programs put there by themselves; the text is judged by itself."""
_PROPERTIES: Final = frozenset({"pPr", "rPr", "sdtPr", "sdtEndPr"})
_TRACKED_PROPERTIES: Final = tuple(map(w, ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange")))
_NO_COLOUR: Final = frozenset({"auto", "000000", "none", "clear", "0", "false", "off"})
_LOOKS: Final = ("highlight", "color", "u", "strike", "dstrike", "i", "em")
"""By these people mark a word that somebody is to look at again."""


@dataclass(slots=True, eq=False)
class Region:
    """The paragraphs that a mark spans in the document now."""

    mark: Mark
    start: etree._Element
    paragraphs: list[etree._Element]
    is_shared: bool = False
    """Whether one of them is another mark's, too: they were joined."""

    def text(self) -> str:
        """Return what stands there now."""
        return "\n".join(map(text_in, self.paragraphs))


def regions(body: etree._Element) -> tuple[list[Region], list[etree._Element]]:
    """Return the regions of our marks in the order of the document, and the marks of copies, which count for nothing.

    A paragraph that was copied has its mark twice in some programs; the first is the one.
    """
    found: list[Region] = []
    copies: list[etree._Element] = []
    seen: set[tuple[str, bool]] = set()
    ends: dict[str | None, deque[etree._Element]] = {}
    for found_end in body.iter(_END):
        ends.setdefault(found_end.get(w("id")), deque()).append(found_end)
    for start in body.iter(_START):
        waiting = ends.get(start.get(w("id")))
        end = waiting.popleft() if waiting else None
        mark = Mark.read(start.get(w("name"), ""))
        if mark is None:
            continue
        first = None if (mark.paragraph, mark.is_left) in seen else _paragraph_at(start)
        if first is None:
            copies.append(start)
            continue
        seen.add((mark.paragraph, mark.is_left))
        found.append(Region(mark=mark, start=start, paragraphs=_span(first, end)))
    counts: dict[etree._Element, int] = {}
    for region in found:
        for paragraph in region.paragraphs:
            counts[paragraph] = counts.get(paragraph, 0) + 1
    for region in found:
        region.is_shared = any(counts[paragraph] > 1 for paragraph in region.paragraphs)
    return found, copies


def has_marks(document: etree._Element) -> bool:
    """Return whether a document has a paragraph that is known as one of ours."""
    return any(Mark.read(start.get(w("name"), "")) is not None for start in document.iter(_START))


def _paragraph_at(start: etree._Element) -> etree._Element | None:
    """Return the paragraph in which a bookmark begins: its own, or the next where it stands between paragraphs."""
    own = next(start.iterancestors(_P), None)
    if own is not None:
        return own
    return next((paragraph for sibling in start.itersiblings() for paragraph in sibling.iter(_P)), None)


def _span(first: etree._Element, end: etree._Element | None) -> list[etree._Element]:
    """Return the paragraphs up to the bookmark's end, if they stand side by side in that order; else the first."""
    if end is None:
        return [first]
    last = next(end.iterancestors(_P), None)
    if last is None:
        last = next((sibling for sibling in end.itersiblings(_P, preceding=True)), first)
    paragraphs = [first]
    element: etree._Element | None = first
    while element is not None and element is not last:
        element = element.getnext()
        if element is not None and element.tag == _P:
            paragraphs.append(element)
    if element is not last:
        return [first]
    if len(paragraphs) > 1 and end.getparent() is last and not _says_before(last, end):
        paragraphs.pop()  # the bookmark took the mark of its own paragraph in, not a word of the next one
    return paragraphs


def _says_before(paragraph: etree._Element, end: etree._Element) -> bool:
    for inner in paragraph.iter(f"{{{W}}}*"):
        if inner is end:
            return False
        if inner.tag == w("t") and inner.text:
            return True
    return True


def block_of(element: etree._Element, body: etree._Element) -> etree._Element:
    """Return the block of the body that an element stands in: itself, or the table or box around it."""
    block = element
    for above in element.iterancestors():
        if above is body:
            break
        block = above
    return block


def style_of(paragraph: etree._Element) -> str:
    """Return the identifier of a paragraph's style, or an empty text."""
    style = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if style is None else style.get(w("val"), "")


def has_a_hand(paragraph: etree._Element, keys: Mapping[str, str], is_somebodys_comment: Callable[[str], bool]) -> bool:
    """Return whether a paragraph has something in it that a person put there, its words left aside.

    Tracked changes, comments, footnotes, pictures, fields, links, controls that are not ours, words in colour.
    """
    if next(paragraph.iterancestors(w("txbxContent")), None) is not None:
        return True  # a text box is there twice, for old programs and new ones: both would have to be renewed
    return any(_is_from_a_hand(element, keys, is_somebodys_comment) for element in _inner(paragraph))


def _inner(element: etree._Element) -> Iterator[etree._Element]:
    """Return what stands in an element, properties without what stands in them."""
    for child in element:
        yield child
        if _local(child) not in _PROPERTIES:
            yield from _inner(child)


def _is_from_a_hand(
    element: etree._Element, keys: Mapping[str, str], is_somebodys_comment: Callable[[str], bool]
) -> bool:
    name = _local(element)
    if name in _PROPERTIES:
        return _has_marked(element) or next(element.iter(*_TRACKED_PROPERTIES), None) is not None
    if name == "sdt":
        return key_of_tag(element, keys) is None
    if name in _COMMENT_ANCHORS:
        return is_somebodys_comment(element.get(w("id"), ""))
    return name not in _PLAIN


def _has_marked(properties: etree._Element) -> bool:
    """Return whether a run's properties single its words out, facts aside: a gap is coloured by us."""
    run = properties.getparent()
    if properties.tag != w("rPr") or run is None or run.find(w("t")) is None:
        return False
    found = (properties.find(w(look)) for look in _LOOKS)
    marked = any(look is not None and look.get(w("val"), "true").lower() not in _NO_COLOUR for look in found)
    return marked and next(run.iterancestors(w("sdt")), None) is None


def _local(element: etree._Element) -> str:
    """Return an element's name in WordprocessingML, or an empty text for one that is of another kind."""
    tag = str(element.tag)
    return tag.removeprefix(f"{{{W}}}") if tag.startswith(f"{{{W}}}") else ""


def marks_of_paragraph(paragraph: etree._Element) -> list[etree._Element]:
    """Return where bookmarks that are not ours begin and end in a paragraph, in order."""
    ours = {start.get(w("id")) for start in paragraph.iter(_START) if Mark.read(start.get(w("name"), "")) is not None}
    return [mark for mark in paragraph.iter(_START, _END) if mark.get(w("id")) not in ours]


def unmark(starts: Collection[etree._Element], body: etree._Element) -> None:
    """Take bookmarks out, all of them in one pass: a small file may have very many."""
    if not starts:
        return
    numbers = {start.get(w("id")) for start in starts}
    for start in starts:
        remove(start)
    numbers -= {other.get(w("id")) for other in body.iter(_START)}
    for end in list(body.iter(_END)):
        if end.get(w("id")) in numbers:
            remove(end)


def remove(element: etree._Element) -> None:
    """Take an element out of the one around it, if there is one."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
