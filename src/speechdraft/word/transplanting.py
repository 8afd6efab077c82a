"""Paragraphs from a new document into one that people have edited: numbers, styles and bindings of its own."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from speechdraft.word.controls import tag_of
from speechdraft.word.marks import Mark
from speechdraft.word.regions import Region, marks_of_paragraph, remove, style_of, unmark, w
from speechdraft.word.restyling import Styles

__all__ = ["Transplants", "drop", "is_run_in", "release_items", "rename", "renumber", "tag_and_label", "tags", "unwrap"]

_START: Final = w("bookmarkStart")
_SDT: Final = w("sdt")
_FIRST_CONTROL: Final = 1001
_ITEM: Final = re.compile(r"(.+?)\[(\d+)\]")


class _Numbers:
    """Numbers that nothing of a kind has yet."""

    def __init__(self, taken: Iterable[str], first: int) -> None:
        """Begin with ``first``."""
        self._taken = set(taken)
        self._next = first

    def free(self) -> str:
        """Return the next free one."""
        while str(self._next) in self._taken:
            self._next += 1
        self._next += 1
        return str(self._next - 1)


class Transplants:
    """Takes paragraphs of a new document over into an edited one."""

    def __init__(
        self, body: etree._Element, styles: Styles, keys: Mapping[str, str], new_keys: Mapping[str, str]
    ) -> None:
        """Take them into ``body``; ``keys`` and ``new_keys`` are the entries of both documents by their tags."""
        self._body, self._styles = body, styles
        self._keys, self._new_keys = keys, new_keys
        self._bookmarks = _Numbers((found.get(w("id"), "") for found in body.iter(_START)), 0)
        self._controls = _Numbers((found.get(w("val"), "") for found in body.iter(w("id"))), _FIRST_CONTROL)
        self._entries = {key: number for number, key in enumerate(new_keys.values(), start=1)}

    def paragraph(self, wanted: Region) -> etree._Element:
        """Return a paragraph of the new document as the edited one can have it, without comments."""
        paragraph = copy.deepcopy(wanted.paragraphs[0])
        for anchor in list(paragraph.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))):
            around = anchor.getparent()
            remove(around if anchor.tag == w("commentReference") and around is not None else anchor)
        ends = {end.get(w("id")): end for end in paragraph.iter(w("bookmarkEnd"))}
        for start in paragraph.iter(_START):
            number = self._bookmarks.free()
            ends[start.get(w("id"))].set(w("id"), number)
            start.set(w("id"), number)
        for control in paragraph.iter(_SDT):
            identifier = control.find(f"{w('sdtPr')}/{w('id')}")
            if identifier is not None:
                identifier.set(w("val"), self._controls.free())
        self._styles.adapt(paragraph)
        return paragraph

    def put_in_place_of(self, region: Region, wanted: Region, *, restyled: bool) -> None:
        """Put a new paragraph in the place of an untouched one, which leaves it others' bookmarks and its properties.

        Of these it takes its own where it is to be ``restyled``, or goes on in one line with the next, or no longer.
        """
        old, paragraph = region.paragraphs[0], self.paragraph(wanted)
        mine, theirs = paragraph.find(w("pPr")), old.find(w("pPr"))
        if mine is not None and theirs is not None:
            section = theirs.find(w("sectPr"))
            if not restyled and is_run_in(old) == is_run_in(paragraph):
                paragraph.replace(mine, copy.deepcopy(theirs))
            elif section is not None:
                mine.append(copy.deepcopy(section))
        unmark([region.start], self._body)
        place = 1 if len(paragraph) and paragraph[0].tag == w("pPr") else 0
        for mark in marks_of_paragraph(old):
            if mark.tag == _START:
                paragraph.insert(place, mark)
                place += 1
            else:
                paragraph.append(mark)
        old.addprevious(paragraph)
        remove(old)
        region.paragraphs = [paragraph]
        region.start = next(
            start for start in paragraph.iter(_START) if Mark.read(start.get(w("name"), "")) is not None
        )

    def has_style_of_a_hand(self, paragraph: etree._Element, written: str) -> bool:
        """Return whether a paragraph has another style than it was written in; an empty one is not known."""
        return bool(written) and not self._styles.is_ours(style_of(paragraph), written)

    def rekey(self, region: Region, wanted: Region) -> None:
        """Bind the controls of a kept paragraph to the item of a list that it is of now, where others came before."""
        labels = dict(map(tag_and_label, wanted.paragraphs[0].iter(_SDT)))
        now = _items(self._new_keys.get(tag) for tag in tags(wanted.paragraphs[0]))
        for paragraph in region.paragraphs:
            before = _items(self._keys.get(tag) for tag in tags(paragraph))
            for control in paragraph.iter(_SDT):
                key = self._keys.get(tag_and_label(control)[0], "")
                item = _ITEM.match(key)
                if item is None or len(before[item[1]]) != 1 or len(now.get(item[1], ())) != 1:
                    continue
                new = f"{item[1]}[{next(iter(now[item[1]]))}]{key[item.end() :]}"
                if new != key and new in self._entries:
                    _bind(control, new, self._entries[new], labels.get(tag_of(new), ""))


def _items(keys: Iterable[str | None]) -> dict[str, set[str]]:
    """Return the numbers of the items that some keys name, by the list that they are of."""
    found: dict[str, set[str]] = {}
    for key in keys:
        item = None if key is None else _ITEM.match(key)
        if item is not None:
            found.setdefault(item[1], set()).add(item[2])
    return found


def _bind(control: etree._Element, key: str, number: int, label: str) -> None:
    """Bind a control to an entry of the store."""
    for name, value in (("tag", tag_of(key)), ("alias", label)):
        element = control.find(f"{w('sdtPr')}/{w(name)}")
        if element is not None and value:
            element.set(w("val"), value)
    binding = control.find(f"{w('sdtPr')}/{w('dataBinding')}")
    if binding is not None:
        binding.set(w("xpath"), re.sub(r"fact\[\d+\]", f"fact[{number}]", binding.get(w("xpath"), "")))
    part = control.find(f"{w('sdtPr')}/{w('placeholder')}/{w('docPart')}")
    if part is not None:
        part.set(w("val"), re.sub(r"\d+$", str(number), part.get(w("val"), "")))


def release_items(region: Region, keys: Mapping[str, str]) -> None:
    """Make plain text of the items of lists in a paragraph that is left over: their places are other items' now."""
    for paragraph in region.paragraphs:
        for control in list(paragraph.iter(_SDT)):
            if _ITEM.match(keys.get(tag_and_label(control)[0], "")) is not None:
                unwrap(control)


def unwrap(control: etree._Element) -> None:
    """Leave what stands in a control, and take the control away."""
    content = control.find(w("sdtContent"))
    for child in list(content) if content is not None else []:
        control.addprevious(child)
    remove(control)


def rename(region: Region, mark: Mark) -> None:
    """Give a region another mark."""
    region.mark = mark
    region.start.set(w("name"), mark.name)


def is_run_in(paragraph: etree._Element) -> bool:
    """Return whether a paragraph's own mark is hidden, so that the next one goes on in its line."""
    return paragraph.find(f"{w('pPr')}/{w('rPr')}/{w('specVanish')}") is not None


def tag_and_label(control: etree._Element) -> tuple[str, str]:
    """Return a control's tag and its label; they are empty where it has none."""
    tag, label = (control.find(f"{w('sdtPr')}/{w(name)}") for name in ("tag", "alias"))
    return "" if tag is None else tag.get(w("val"), ""), "" if label is None else label.get(w("val"), "")


def tags(paragraph: etree._Element) -> list[str]:
    """Return the tags of a paragraph's controls, in order."""
    return [tag_and_label(control)[0] for control in paragraph.iter(_SDT)]


def renumber(paragraph: etree._Element, before: str, after: str) -> bool:
    """Put a new enumerator in the place of the one that a paragraph opens with; return whether that could be done."""
    if not before:
        return False
    rest = before
    taken: list[tuple[etree._Element, str]] = []
    for element in paragraph.iter(w("t")):
        if not rest:
            break
        if any(
            above.tag in {w("ins"), w("del"), w("moveFrom"), w("moveTo"), _SDT} for above in element.iterancestors()
        ):
            return False
        text = element.text or ""
        piece = text[: len(rest)]
        if not rest.startswith(piece):
            return False
        taken.append((element, text[len(piece) :]))
        rest = rest[len(piece) :]
    if rest:
        return False
    for place, (element, tail) in enumerate(taken):
        element.text = ("" if place else after) + tail
    return True


def drop(paragraph: etree._Element, body: etree._Element) -> None:
    """Take a paragraph out; it stays as an empty one where something needs it: a section, a table's cell."""
    parent = paragraph.getparent()
    if parent is None:
        return
    marks = marks_of_paragraph(paragraph)
    numbers = [mark.get(w("id")) for mark in marks]
    for mark in marks:
        if numbers.count(mark.get(w("id"))) == 1:  # its other end is in another paragraph
            paragraph.addprevious(mark)
    properties = paragraph.find(w("pPr"))
    is_last = parent is not body and next(paragraph.itersiblings(w("p")), None) is None
    if is_last or (properties is not None and properties.find(w("sectPr")) is not None):
        for child in list(paragraph):
            if child is not properties:
                paragraph.remove(child)
        return
    parent.remove(paragraph)
