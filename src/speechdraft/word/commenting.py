"""The comments of a document that people have edited: ours come and go with what they say, all others stay."""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.base import COMMENTS
from speechdraft.word.comments import comments
from speechdraft.word.marks import comment_digest, digest_of
from speechdraft.word.parts import add_part, related, remove_parts, serialized
from speechdraft.word.properties import AUTHOR
from speechdraft.word.regions import remove, w
from speechdraft.word.restyling import Styles
from speechdraft.word.returned import Returned, text_in
from speechdraft.word.transplanting import tag_and_label
from speechdraft.word.trees import read_xml

__all__ = ["EDITED", "LEFT", "REMARKS", "Comments", "comments_in", "has_comments_of_ours", "lines_in"]

EDITED: Final = "讲话稿已更新，这一段改动过，保留原样。"
LEFT: Final = "新的讲话稿里没有这一段了；因为改动过，保留原样。"
REMARKS: Final = frozenset({EDITED, LEFT})
"""First lines of what an update says of a paragraph that was kept."""

_RANGES: Final = (w("commentRangeStart"), w("commentRangeEnd"))
_REFERENCE: Final = w("commentReference")
_STYLE: Final = "CommentReference"
_ELSEWHERE: Final = tuple(map(w, ("del", "moveFrom", "txbxContent")))
"""No comment is put on what stands in these."""
_MOMENT = re.compile(r"[1-9]\d{3}-(?!00)\d\d-(?!00)\d\dT")
"""How a date begins that is one: LibreOffice gives a comment without a date that of the day 0-00-00."""


def lines_in(comment: etree._Element) -> tuple[str, ...]:
    """Return what a comment says, a line each paragraph."""
    return tuple(text_in(paragraph) for paragraph in comment.iter(w("p")))


def has_comments_of_ours(returned: Returned) -> bool:
    """Return whether a document has a comment that says what is open."""
    name = related(returned.parts, returned.document_part, RT.COMMENTS)
    found = read_xml(returned.parts[name], name) if name else ()
    return any(comment.get(w("author")) == AUTHOR for comment in found)


class Comments:
    """The comments of one document, and where they stand in its text."""

    def __init__(  # noqa: PLR0913  (where they are, what ours look like, what they said, when)
        self,
        parts: dict[str, bytes],
        source: str,
        body: etree._Element,
        styles: Styles,
        told: Iterable[str] | None,
        made: str,
    ) -> None:
        """Read them from ``parts``; ``source`` is the document's part, ``told`` the digests of what ours say.

        Without these (None), all that bear our name count as they were written. New ones bear the moment ``made``.
        """
        self._parts, self._source, self._body, self._styles, self._made = parts, source, body, styles, made
        self._name = related(parts, source, RT.COMMENTS)
        self._root = read_xml(parts[self._name], self._name) if self._name else None
        self._by_number = {} if self._root is None else {found.get(w("id"), ""): found for found in self._root}
        ours = (comment for comment in self._by_number.values() if comment.get(w("author")) == AUTHOR)
        self._told = {comment_digest(lines_in(comment)) for comment in ours} if told is None else set(told)
        self._told_at_first = frozenset(self._told)
        self._there_at_first = {digest for number, digest in self._as_told().items() if number in self._anchored()}
        self._next = 0

    def is_somebodys(self, number: str) -> bool:
        """Return whether a comment is another person's, or one of ours that a hand has changed."""
        comment = self._by_number.get(number)
        return comment is not None and not self._is_as_told(comment)

    # What an update says of a paragraph.

    def remark(self, lines: tuple[str, ...], paragraphs: Sequence[etree._Element]) -> None:
        """Put a comment beside a paragraph that was kept."""
        first, last = paragraphs[0], paragraphs[-1]
        number = self._add(read_xml(comments([lines], self._made), COMMENTS)[0])
        place = 1 if len(first) and first[0].tag == w("pPr") else 0
        first.insert(place, etree.Element(w("commentRangeStart"), {w("id"): number}))
        last.append(etree.Element(w("commentRangeEnd"), {w("id"): number}))
        last.append(self._reference(number))

    def take_remarks_back(self, paragraphs: Iterable[etree._Element]) -> None:
        """Take out what an earlier update said of a paragraph, if nobody has answered."""
        numbers = {found.get(w("id"), "") for place in paragraphs for found in place.iter(_REFERENCE)}
        if numbers and not any(map(self.is_somebodys, numbers)):
            self._take_back(number for number in numbers & self._as_told().keys() if self._is_remark(number))

    # What is said of the facts.

    def settle(
        self, new_parts: Mapping[str, bytes], new_source: str, new_body: etree._Element, lost: Collection[str]
    ) -> tuple[str, ...]:
        """Have each fact's comment once, as the new document has it, and put all into the parts.

        One that a hand took out stays out, but one that is ``lost`` (by its digest) with the paragraph that it stood in
        comes once at another mention. Returns the digests that the document's register is to have.
        """
        wanted = _comments_on_controls(new_parts, new_source, new_body)
        anchored = self._anchored()
        there: set[str] = set()
        stale: list[str] = []
        for number, digest in self._as_told().items():
            if self._is_remark(number):
                continue
            if number in anchored and digest in wanted and digest not in there:
                there.add(digest)
            else:
                stale.append(number)
        self._take_back(number for number in stale if not self._is_answered(number))
        come_back = {digest for digest in lost if _elsewhere(digest) not in self._told_at_first}
        taken_out = self._told_at_first - self._there_at_first - come_back
        controls: dict[str, etree._Element] = {}
        for control in self._body.iter(w("sdt")):
            if next(control.iterancestors(*_ELSEWHERE), None) is None:
                controls.setdefault(tag_and_label(control)[0], control)
        for digest, (tag, comment) in wanted.items():
            if digest not in there and digest not in taken_out and tag in controls:
                self._say_of(controls[tag], comment)
        self._take_back(self._as_told().keys() - self._anchored())
        self._finish()
        told = [*self._as_told().values(), *(one for one in wanted if one in taken_out)]
        told += [_elsewhere(one) for one in wanted if one in lost and one in told]
        return tuple(dict.fromkeys(told))

    def _say_of(self, control: etree._Element, comment: etree._Element) -> None:
        """Put a copy of another document's comment at a control."""
        number = self._add(copy.deepcopy(comment))
        control.addprevious(etree.Element(w("commentRangeStart"), {w("id"): number}))
        end = etree.Element(w("commentRangeEnd"), {w("id"): number})
        control.addnext(end)
        end.addnext(self._reference(number))

    def _is_answered(self, number: str) -> bool:
        """Return whether somebody's comment stands in the same paragraph as one of ours."""
        for reference in self._body.iter(_REFERENCE):
            if reference.get(w("id")) == number:
                paragraph = next(reference.iterancestors(w("p")), None)
                others = [] if paragraph is None else paragraph.iter(_REFERENCE)
                return any(self.is_somebodys(other.get(w("id"), "")) for other in others)
        return False

    # All of them.

    def _as_told(self) -> dict[str, str]:
        """Return the comments of ours that say what they said when they were written: their digests by number."""
        return {
            number: comment_digest(lines_in(comment))
            for number, comment in self._by_number.items()
            if self._is_as_told(comment)
        }

    def _is_as_told(self, comment: etree._Element) -> bool:
        return comment.get(w("author")) == AUTHOR and comment_digest(lines_in(comment)) in self._told

    def _is_remark(self, number: str) -> bool:
        return next(iter(lines_in(self._by_number[number])), "") in REMARKS

    def _anchored(self) -> frozenset[str]:
        """Return the numbers of the comments that the text refers to."""
        return frozenset(reference.get(w("id"), "") for reference in self._body.iter(_REFERENCE))

    def _take_back(self, numbers: Iterable[str]) -> None:
        """Take comments out, and from the text what leads to them."""
        gone = frozenset(numbers)
        if not gone:
            return
        for element in list(self._body.iter(*_RANGES, _REFERENCE)):
            if element.get(w("id")) not in gone:
                continue
            run = element.getparent()
            remove(element)
            if run is not None and run.tag == w("r") and all(child.tag == w("rPr") for child in run):
                remove(run)
        for number in gone & self._by_number.keys():
            remove(self._by_number.pop(number))

    def _add(self, comment: etree._Element) -> str:
        if self._root is None:
            self._name = COMMENTS
            add_part(self._parts, COMMENTS, CT.WML_COMMENTS, RT.COMMENTS, self._source)
            self._root = read_xml(comments((), ""), COMMENTS)
        taken = self._by_number.keys() | self._anchored()
        while str(self._next) in taken:
            self._next += 1
        number = str(self._next)
        self._styles.adapt(comment)
        comment.set(w("id"), number)
        self._root.append(comment)
        self._by_number[number] = comment
        self._told.add(comment_digest(lines_in(comment)))
        return number

    def _reference(self, number: str) -> etree._Element:
        run = etree.Element(w("r"))
        look = etree.SubElement(run, w("rPr"))
        etree.SubElement(look, w("rStyle"), {w("val"): _STYLE})
        etree.SubElement(run, _REFERENCE, {w("id"): number})
        self._styles.adapt(run)
        return run

    def _finish(self) -> None:
        """Put them back into the parts."""
        if self._root is None:
            return
        for comment in self._root:
            if _MOMENT.match(comment.get(w("date"), "2026-01-01T")) is None:
                del comment.attrib[w("date")]
        if len(self._root):
            self._parts[self._name] = serialized(self._root)
        else:
            remove_parts(self._parts, [self._name])


def _elsewhere(digest: str) -> str:
    """Return what the register keeps of a comment that came at another mention, so that it comes there but once."""
    return digest_of(f"elsewhere {digest}")


def comments_in(returned: Returned, paragraphs: Iterable[etree._Element]) -> frozenset[str]:
    """Return the digests of the comments that a document has in some paragraphs."""
    name = related(returned.parts, returned.document_part, RT.COMMENTS)
    if not name:
        return frozenset()
    numbers = {found.get(w("id")) for paragraph in paragraphs for found in paragraph.iter(_REFERENCE)}
    found = read_xml(returned.parts[name], name)
    return frozenset(comment_digest(lines_in(comment)) for comment in found if comment.get(w("id")) in numbers)


def _comments_on_controls(
    parts: Mapping[str, bytes], source: str, body: etree._Element
) -> dict[str, tuple[str, etree._Element]]:
    """Return the comments of a new document by their digests: the tag of the control that each is on, and itself."""
    name = related(parts, source, RT.COMMENTS)
    if not name:
        return {}
    by_number = {comment.get(w("id")): comment for comment in read_xml(parts[name], name)}
    found: dict[str, tuple[str, etree._Element]] = {}
    for start in body.iter(w("commentRangeStart")):
        control = start.getnext()
        comment = by_number.get(start.get(w("id")))
        if control is not None and comment is not None:
            found[comment_digest(lines_in(comment))] = (tag_and_label(control)[0], comment)
    return found
