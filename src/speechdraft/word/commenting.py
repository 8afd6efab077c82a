"""The comments of a document that people have edited: ours come and go with what they say, all others stay."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word.base import COMMENTS
from speechdraft.word.comments import comments
from speechdraft.word.marks import comment_digest
from speechdraft.word.parts import add_part, related, remove_part, serialized
from speechdraft.word.properties import AUTHOR
from speechdraft.word.regions import remove, w
from speechdraft.word.restyling import Styles
from speechdraft.word.returned import read_xml, text_in

__all__ = ["Comments", "lines_in"]

_RANGES: Final = (w("commentRangeStart"), w("commentRangeEnd"))
_REFERENCE: Final = w("commentReference")
_STYLE: Final = "CommentReference"


def lines_in(comment: etree._Element) -> tuple[str, ...]:
    """Return what a comment says, a line each paragraph."""
    return tuple(text_in(paragraph) for paragraph in comment.iter(w("p")))


class Comments:
    """The comments of one document, and where they stand in its text."""

    def __init__(
        self, parts: dict[str, bytes], source: str, body: etree._Element, styles: Styles, told: Iterable[str] | None
    ) -> None:
        """Read them from ``parts``; ``source`` is the document's part, ``told`` the digests of what ours say.

        Without these (None), all that bear our name count as they were written.
        """
        self._parts, self._source, self._body, self._styles = parts, source, body, styles
        self._name = related(parts, source, RT.COMMENTS)
        self._root = read_xml(parts[self._name], self._name) if self._name else None
        self._by_number = {} if self._root is None else {found.get(w("id"), ""): found for found in self._root}
        ours = (comment for comment in self._by_number.values() if comment.get(w("author")) == AUTHOR)
        self._told = {comment_digest(lines_in(comment)) for comment in ours} if told is None else set(told)
        self._next = 0

    def is_somebodys(self, number: str) -> bool:
        """Return whether a comment is another person's, or one of ours that a hand has changed."""
        comment = self._by_number.get(number)
        return comment is not None and not self._is_as_told(comment)

    def told(self) -> dict[str, str]:
        """Return the comments of ours that say what they said when they were written: their digests by number."""
        return {
            number: comment_digest(lines_in(comment))
            for number, comment in self._by_number.items()
            if self._is_as_told(comment)
        }

    def digests(self) -> tuple[str, ...]:
        """Return what the register is to keep: the digests of what ours say."""
        return tuple(dict.fromkeys(self.told().values()))

    def first_line(self, number: str) -> str:
        """Return the first line of a comment."""
        return next(iter(lines_in(self._by_number[number])), "")

    def anchored(self) -> frozenset[str]:
        """Return the numbers of the comments that the text refers to."""
        return frozenset(reference.get(w("id"), "") for reference in self._body.iter(_REFERENCE))

    def numbers_at(self, paragraphs: Iterable[etree._Element]) -> frozenset[str]:
        """Return the numbers of the comments that some paragraphs refer to."""
        return frozenset(found.get(w("id"), "") for place in paragraphs for found in place.iter(_REFERENCE))

    def say(self, lines: tuple[str, ...], first: etree._Element, last: etree._Element) -> None:
        """Put a comment of ours beside what stands from the paragraph ``first`` to the paragraph ``last``."""
        number = self._add(read_xml(comments([lines], ""), COMMENTS)[0])
        place = 1 if len(first) and first[0].tag == w("pPr") else 0
        first.insert(place, etree.Element(w("commentRangeStart"), {w("id"): number}))
        last.append(etree.Element(w("commentRangeEnd"), {w("id"): number}))
        last.append(self._reference(number))

    def say_of(self, control: etree._Element, comment: etree._Element) -> None:
        """Put a copy of another document's comment at a control."""
        number = self._add(copy.deepcopy(comment))
        control.addprevious(etree.Element(w("commentRangeStart"), {w("id"): number}))
        end = etree.Element(w("commentRangeEnd"), {w("id"): number})
        control.addnext(end)
        end.addnext(self._reference(number))

    def take_back(self, numbers: Iterable[str]) -> None:
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

    def finish(self) -> None:
        """Put them back into the parts; the comments of ours that the text refers to no more are gone."""
        self.take_back(self.told().keys() - self.anchored())
        if self._root is None:
            return
        if len(self._root):
            self._parts[self._name] = serialized(self._root)
        else:
            remove_part(self._parts, self._name)

    def _is_as_told(self, comment: etree._Element) -> bool:
        return comment.get(w("author")) == AUTHOR and comment_digest(lines_in(comment)) in self._told

    def _add(self, comment: etree._Element) -> str:
        if self._root is None:
            self._name = COMMENTS
            add_part(self._parts, COMMENTS, CT.WML_COMMENTS, RT.COMMENTS, self._source)
            self._root = read_xml(comments((), ""), COMMENTS)
        taken = self._by_number.keys() | self.anchored()
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
