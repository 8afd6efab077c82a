"""A draft that people have edited, brought up to a new one: paragraph by paragraph, nobody's words lost.

Three texts meet: what was written (its digest is in each paragraph's mark), what stands there now, and what would be
written today. A paragraph that nobody touched is renewed; one that was edited stays, and if the new text differs, that
goes into a comment beside it.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.base import COMMENTS
from speechdraft.word.comments import comments
from speechdraft.word.controls import GLOSSARY, Stored, store, tag_of
from speechdraft.word.marks import Mark, digest_of
from speechdraft.word.markup import W
from speechdraft.word.package import pack
from speechdraft.word.parts import add_part, remove_part, serialized
from speechdraft.word.properties import AUTHOR
from speechdraft.word.returned import Returned, key_of_tag, read_xml, spoken_words, text_in

__all__ = ["Fate", "Updated", "Written", "update"]


class Fate(StrEnum):
    """What became of one paragraph."""

    UNCHANGED = "unchanged"
    RENEWED = "renewed"
    """Nobody had touched it; it has its new text."""
    KEPT = "kept"
    """Edited by hand; its new text is the one that it was written with."""
    BOTH = "both"
    """Edited by hand, and the new text differs: that stands in a comment."""
    NEW = "new"
    REMOVED = "removed"
    """The speech has it no more, and nobody had touched it."""
    ORPHANED = "orphaned"
    """The speech has it no more, but it was edited: it stays, with a comment."""
    DELETED = "deleted"
    """Deleted by hand; it stays deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One paragraph of the report: what became of it, and its text (the new one of a paragraph not kept)."""

    fate: Fate
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """The document brought up to date, and what became of each paragraph, in the order of the speech."""

    data: bytes
    paragraphs: tuple[Written, ...]


def _w(name: str) -> str:
    return f"{{{W}}}{name}"


_START: Final = _w("bookmarkStart")
_FOREIGN: Final = tuple(map(_w, ("ins", "del", "moveFrom", "moveTo", "commentRangeStart", "commentReference")))


@dataclass(slots=True)
class _Region:
    """The paragraphs that a mark spans in the document, and what they say now."""

    mark: Mark
    paragraphs: list[etree._Element]
    touched: bool = False
    fate: Fate = Fate.UNCHANGED

    def text(self) -> str:
        return "".join(map(text_in, self.paragraphs))


@dataclass(slots=True)
class _Numbers:
    """Numbers that no bookmark, control or comment of the document has yet."""

    bookmark: int
    control: int
    comment: int


@dataclass(slots=True)
class _Update:
    """One document being brought up to date."""

    old: Returned
    new: Returned
    unsettled: Collection[str]
    parts: dict[str, bytes]
    body: etree._Element
    numbers: _Numbers
    comments: etree._Element | None
    report: list[Written] = field(default_factory=list)

    def run(self) -> None:
        regions = {region.mark.paragraph: region for region in _regions(self.old)}
        for region in regions.values():
            region.touched = self._is_touched(region, list(regions.values()))
        fresh = {region.mark.paragraph: region for region in _regions(self.new)}
        self._reorder(regions, fresh)
        anchor: etree._Element | None = None
        written = frozenset(self.old.order)
        for name, wanted in fresh.items():
            if name in regions:
                anchor = self._meet(regions[name], wanted)
            elif name in written:
                self._tell(Fate.DELETED, wanted)
            else:
                anchor = self._insert(wanted, anchor)
                self._tell(Fate.NEW, wanted)
        for name, region in regions.items():
            if name not in fresh:
                self._without_successor(region)

    def _tell(self, fate: Fate, region: _Region) -> None:
        self.report.append(Written(fate=fate, text=region.text()))

    def _meet(self, region: _Region, wanted: _Region) -> etree._Element:
        """Settle a paragraph that is on both sides; return the last element that it now has."""
        same = region.mark.words == wanted.mark.words
        if region.touched:
            if same:
                self._tell(Fate.KEPT, region)
            else:
                self._tell(Fate.BOTH, region)
                self._remark(region, ("讲话稿已更新，这一段改动过，保留原样。", f"新稿：{wanted.text()}"))
        elif same:
            self._tell(Fate.UNCHANGED, region)
        else:
            paragraph = self._transplanted(wanted)
            _keep_style(region.paragraphs[0], paragraph, wanted.paragraphs[0])
            region.paragraphs[0].addprevious(paragraph)
            for old in region.paragraphs:
                _drop(old)
            region.paragraphs = [paragraph]
            self._tell(Fate.RENEWED, wanted)
        return region.paragraphs[-1]

    def _without_successor(self, region: _Region) -> None:
        if region.touched:
            self._tell(Fate.ORPHANED, region)
            self._remark(region, ("新的讲话稿里没有这一段了；因为改动过，保留原样。",))
            return
        self._tell(Fate.REMOVED, region)
        for paragraph in region.paragraphs:
            _drop(paragraph)

    def _is_touched(self, region: _Region, all_regions: list[_Region]) -> bool:
        keys = {tag_of(key): key for key in self.old.stored}
        if len(region.paragraphs) != 1:
            return True
        paragraph = region.paragraphs[0]
        if sum(paragraph in other.paragraphs for other in all_regions) > 1:
            return True
        if digest_of(spoken_words(paragraph, keys)) != region.mark.words:
            return True
        if any(key_of_tag(control, keys) in self.unsettled for control in paragraph.iter(_w("sdt"))):
            return True
        return any(self._is_foreign(element) for element in paragraph.iter(*_FOREIGN))

    def _is_foreign(self, element: etree._Element) -> bool:
        """Return whether a tracked change or a comment is somebody's: all but the comments that we wrote."""
        if element.tag not in {_w("commentRangeStart"), _w("commentReference")}:
            return True
        if self.comments is None:
            return False
        identifier = element.get(_w("id"))
        return any(
            comment.get(_w("id")) == identifier and comment.get(_w("author")) != AUTHOR for comment in self.comments
        )

    def _reorder(self, regions: Mapping[str, _Region], fresh: Mapping[str, _Region]) -> None:
        """Move paragraphs after the outline where its order changed; not where people moved them in the document."""
        common = [name for name in fresh if name in regions]
        written = [name for name in self.old.order if name in regions and name in fresh]
        now = sorted(common, key=lambda name: self._place(regions[name].paragraphs[0]))
        if common == written or now != written:
            return
        for earlier, later in pairwise(common):
            after = regions[earlier].paragraphs[-1]
            for paragraph in regions[later].paragraphs:
                after.addnext(paragraph)
                after = paragraph

    def _place(self, paragraph: etree._Element) -> int:
        return self.body.index(paragraph) if paragraph.getparent() is self.body else len(self.body)

    def _insert(self, wanted: _Region, anchor: etree._Element | None) -> etree._Element:
        paragraph = self._transplanted(wanted)
        if anchor is None:
            self.body.insert(0, paragraph)
        else:
            anchor.addnext(paragraph)
        return paragraph

    def _transplanted(self, wanted: _Region) -> etree._Element:
        """Return a paragraph of the new document with numbers that the old one has free, and its comments with it."""
        paragraph = copy.deepcopy(wanted.paragraphs[0])
        ends = {end.get(_w("id")): end for end in paragraph.iter(_w("bookmarkEnd"))}
        for start in paragraph.iter(_START):
            self.numbers.bookmark += 1
            ends[start.get(_w("id"))].set(_w("id"), str(self.numbers.bookmark))
            start.set(_w("id"), str(self.numbers.bookmark))
        for control in paragraph.iter(_w("sdt")):
            identifier = control.find(f"{_w('sdtPr')}/{_w('id')}")
            if identifier is not None:
                self.numbers.control += 1
                identifier.set(_w("val"), str(self.numbers.control))
        renumbered: dict[str | None, str] = {}
        for reference in list(paragraph.iter(_w("commentRangeStart"), _w("commentRangeEnd"), _w("commentReference"))):
            old = reference.get(_w("id"))
            if old not in renumbered:
                renumbered[old] = self._adopt(old)
            reference.set(_w("id"), renumbered[old])
        return paragraph

    def _adopt(self, identifier: str | None) -> str:
        """Take a comment of the new document over; return its new number."""
        root = read_xml(self.new.parts[COMMENTS], COMMENTS)
        for comment in root:
            if comment.get(_w("id")) == identifier:
                return self._comment(comment)
        return "0"

    def _comment(self, comment: etree._Element) -> str:
        self.numbers.comment += 1
        comment.set(_w("id"), str(self.numbers.comment))
        self._all_comments().append(comment)
        return str(self.numbers.comment)

    def _all_comments(self) -> etree._Element:
        if self.comments is None:
            add_part(self.parts, COMMENTS, CT.WML_COMMENTS, RT.COMMENTS, self.old.document_part)
            self.comments = read_xml(comments((), ""), COMMENTS)
        return self.comments

    def _remark(self, region: _Region, lines: tuple[str, ...]) -> None:
        """Put a comment of ours beside a kept paragraph."""
        for comment in read_xml(comments([lines], ""), COMMENTS):
            number = self._comment(comment)
        first, last = region.paragraphs[0], region.paragraphs[-1]
        start = etree.Element(_w("commentRangeStart"), {_w("id"): number})
        place = 1 if len(first) and first[0].tag == _w("pPr") else 0
        first.insert(place, start)
        etree.SubElement(last, _w("commentRangeEnd"), {_w("id"): number})
        run = etree.SubElement(last, _w("r"))
        look = etree.SubElement(run, _w("rPr"))
        etree.SubElement(look, _w("rStyle"), {_w("val"): "CommentReference"})
        etree.SubElement(run, _w("commentReference"), {_w("id"): number})


def _regions(document: Returned) -> Iterator[_Region]:
    """Return the regions of our marks, in the order of the document; a mark that was copied counts once."""
    body = document.document.find(_w("body"))
    if body is None:
        return
    seen: set[str] = set()
    ends = {end.get(_w("id")): end for end in body.iter(_w("bookmarkEnd"))}
    for start in body.iter(_START):
        mark = Mark.read(start.get(_w("name"), ""))
        first = _paragraph_of(start)
        if mark is None or first is None or mark.paragraph in seen:
            continue
        seen.add(mark.paragraph)
        end = ends.get(start.get(_w("id")))
        last = first if end is None else _paragraph_of(end)
        yield _Region(mark=mark, paragraphs=_span(first, first if last is None else last))


def _paragraph_of(element: etree._Element) -> etree._Element | None:
    return next((above for above in element.iterancestors(_w("p"))), None)


def _span(first: etree._Element, last: etree._Element) -> list[etree._Element]:
    """Return the paragraphs from the first to the last, if they stand side by side in that order; else the first."""
    paragraphs = [first]
    element: etree._Element | None = first
    while element is not None and element is not last:
        element = element.getnext()
        if element is not None and element.tag == _w("p"):
            paragraphs.append(element)
    return paragraphs if element is last else [first]


def _keep_style(old: etree._Element, paragraph: etree._Element, wanted: etree._Element) -> None:
    """Give a renewed paragraph the properties of the old one where a hand gave that another style."""
    before, after = old.find(_w("pPr")), wanted.find(_w("pPr"))
    if before is None or after is None or _style(before) == _style(after):
        return
    mine = paragraph.find(_w("pPr"))
    if mine is not None:
        paragraph.replace(mine, copy.deepcopy(before))


def _style(properties: etree._Element) -> str:
    style = properties.find(_w("pStyle"))
    return "" if style is None else style.get(_w("val"), "")


def _drop(paragraph: etree._Element) -> None:
    """Take a paragraph out; one that holds a section's properties stays as an empty one."""
    parent = paragraph.getparent()
    if parent is None:
        return
    properties = paragraph.find(_w("pPr"))
    if properties is not None and properties.find(_w("sectPr")) is not None:
        for child in list(paragraph):
            if child is not properties:
                paragraph.remove(child)
        return
    parent.remove(paragraph)


def update(old: Returned, new: Returned, stored: Mapping[str, Stored], unsettled: Collection[str]) -> Updated:
    """Return the old document brought up to the new one, which was written with the old one's entries as ``known``.

    ``stored`` are the entries that its store is to have. A paragraph with one of the ``unsettled`` entries, of which
    the document has a value that is not to be lost, counts as touched.
    """
    parts = dict(old.parts)
    body = old.document.find(_w("body"))
    if body is None:
        return Updated(data=pack(parts), paragraphs=())
    there = read_xml(parts[COMMENTS], COMMENTS) if COMMENTS in parts else None
    work = _Update(
        old=old,
        new=new,
        unsettled=unsettled,
        parts=parts,
        body=body,
        numbers=_Numbers(
            bookmark=_highest(body, _START),
            control=max([0, *(int(found) for found in map(_control_id, body.iter(_w("sdt"))) if found.isdecimal())]),
            comment=-1 if there is None else _highest(there, _w("comment")),
        ),
        comments=there,
    )
    work.run()
    if work.comments is not None:
        _forget_lone_comments(work.comments, body)
        parts[COMMENTS] = serialized(work.comments)
        if not len(work.comments):
            remove_part(parts, COMMENTS)
    parts[old.document_part] = serialized(old.document)
    parts[old.store_part] = store(stored, new.order)
    if GLOSSARY in parts and GLOSSARY in new.parts:
        parts[GLOSSARY] = new.parts[GLOSSARY]
    return Updated(data=pack(parts), paragraphs=tuple(work.report))


def _highest(root: etree._Element, tag: str) -> int:
    identifiers = (element.get(_w("id"), "") for element in root.iter(tag))
    return max([-1, *(int(found) for found in identifiers if found.isdecimal())])


def _control_id(control: etree._Element) -> str:
    identifier = control.find(f"{_w('sdtPr')}/{_w('id')}")
    return "" if identifier is None else identifier.get(_w("val"), "")


def _forget_lone_comments(root: etree._Element, body: etree._Element) -> None:
    """Take our own comments out that no text refers to any more; other people's stay."""
    used = {reference.get(_w("id")) for reference in body.iter(_w("commentReference"))}
    for comment in list(root):
        if comment.get(_w("author")) == AUTHOR and comment.get(_w("id")) not in used:
            root.remove(comment)
