"""A draft that people have edited, brought up to a new one: paragraph by paragraph, nobody's words lost.

Three texts meet: what was written (its digest is in each paragraph's mark), what stands there now, and what would be
written today. A paragraph that nobody touched is renewed; one that was edited stays, and if the new text differs, that
goes into a comment beside it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.word import styles
from speechdraft.word.alignment import aligned, longest_in_order
from speechdraft.word.commenting import Comments, lines_in
from speechdraft.word.controls import GLOSSARY, tag_of
from speechdraft.word.marks import Mark, Record, Register, comment_digest, digest_of
from speechdraft.word.parts import add_part, related, serialized
from speechdraft.word.regions import (
    Region,
    block_of,
    has_a_hand,
    marks_of_paragraph,
    regions,
    remove,
    style_of,
    unmark,
    w,
)
from speechdraft.word.restyling import Styles
from speechdraft.word.returned import Returned, key_of_tag, read_xml, spoken_words, text_in

__all__ = ["Fate", "Updated", "Written", "update"]


class Fate(StrEnum):
    """What became of one paragraph."""

    UNCHANGED = "unchanged"
    RENEWED = "renewed"
    """Nobody had touched it; it has its new text."""
    MOVED = "moved"
    """Its text is the same; it stands where the outline has it now."""
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
    """The parts of the document brought up to date, but for its store; what became of each paragraph, in order."""

    parts: dict[str, bytes]
    register: Register
    paragraphs: tuple[Written, ...]


_START: Final = w("bookmarkStart")
_SDT: Final = w("sdt")
_BOTH: Final = "讲话稿已更新，这一段改动过，保留原样。"
_LEFT: Final = "新的讲话稿里没有这一段了；因为改动过，保留原样。"
_ALIKE: Final = 0.5
_LONGEST_COMPARED: Final = 3000
"""Characters of two texts of which it is asked how alike they are."""
_FIRST_CONTROL: Final = 1001
_ITEM: Final = re.compile(r"(.+?)\[(\d+)\]")
# The enumerators of speechdraft.numbering; asked only where the register is lost that would know.
_NUMBER: Final = re.compile(
    "[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+\\.|（[0-9]+）|第[一二三四五六七八九十]+，"
    "|[一二三四五六七八九十]+[要是]|首先，|其次，|再次，|最后，"
)


@dataclass(slots=True, eq=False)
class _Pair:
    """A paragraph of the new draft, and what the document has of it."""

    wanted: Region
    record: Record
    before: Record | None = None
    """What the register says of it; None where it is new."""
    old_place: int = -1
    """Its place in the register."""
    region: Region | None = None
    """Where it stands; None where it is new or was deleted by hand."""
    was_moved: bool = False
    is_by_hand: bool = False
    """Whether a hand put it where it stands."""


@dataclass(slots=True)
class _Unit:
    """What moves together: a paragraph of ours (or several that were joined), and the blocks behind it."""

    place: int
    blocks: list[etree._Element]
    pairs: list[_Pair]


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


@dataclass(slots=True)
class _Update:
    """One document being brought up to date."""

    old: Returned
    new: Returned
    unsettled: Collection[str]
    parts: dict[str, bytes]
    body: etree._Element
    new_body: etree._Element
    styles: Styles
    comments: Comments
    register: Register
    keys: Mapping[str, str] = field(init=False)
    new_keys: Mapping[str, str] = field(init=False)
    bookmark_numbers: _Numbers = field(init=False)
    control_numbers: _Numbers = field(init=False)
    pairs: list[_Pair] = field(init=False)
    gone: dict[int, Region] = field(init=False)
    """The regions that the new draft has not, by their place in the old one."""
    places: dict[int, int] = field(init=False)
    """The place in the old register of each paragraph of the new one that has one."""
    records: list[Record] = field(init=False)
    touched: set[Region] = field(init=False)
    report: list[tuple[tuple[int, int], Written]] = field(default_factory=list)

    def run(self) -> Updated:
        self.keys = {tag_of(key): key for key in self.old.stored}
        self.new_keys = {tag_of(key): key for key in self.new.stored}
        self.bookmark_numbers = _Numbers((found.get(w("id"), "") for found in self.body.iter(_START)), 0)
        self.control_numbers = _Numbers((found.get(w("val"), "") for found in self.body.iter(w("id"))), _FIRST_CONTROL)
        anchored = self.comments.anchored()
        told_before = frozenset(digest for number, digest in self._told_of_facts() if number in anchored)
        self._pair()
        self._reorder()
        self._settle()
        register = self._comment_on_facts(told_before)
        self.comments.finish()
        self._keep_placeholders()
        self.parts[self.old.document_part] = serialized(self.old.document)
        told = [written for _place, written in sorted(self.report, key=lambda line: line[0])]
        return Updated(parts=self.parts, register=register, paragraphs=tuple(told))

    # Which paragraph is which.

    def _pair(self) -> None:
        found, copies = regions(self.body)
        for start in copies:
            unmark(start, self.body)
        alive = {region.mark.paragraph: region for region in found if not region.mark.is_left}
        left = {region.mark.paragraph: region for region in found if region.mark.is_left}
        known = {record.mark.paragraph for record in self.register.paragraphs}
        self.records = [*self.register.paragraphs]
        self.records += [self._unknown(region) for name, region in alive.items() if name not in known]
        fresh = {region.mark.paragraph: region for region in regions(self.new_body)[0]}
        records = [record for record in Register.read(self.new.order).paragraphs if record.mark.paragraph in fresh]

        def is_alike(old: int, new: int) -> bool:
            there = alive.get(self.records[old].mark.paragraph)
            wanted = fresh[records[new].mark.paragraph]
            return (
                there is not None
                and self.records[old].style == records[new].style
                and (records[new].style != styles.BODY or _is_alike(there.text(), wanted.text()))
            )

        self.places = aligned(self.records, records, is_alike)
        self.pairs = []
        for place, record in enumerate(records):
            pair = _Pair(wanted=fresh[record.mark.paragraph], record=record)
            if place in self.places:
                pair.old_place = self.places[place]
                pair.before = self.records[pair.old_place]
                pair.region = alive.get(pair.before.mark.paragraph)
            elif record.mark.paragraph in left:
                pair.region = left.pop(record.mark.paragraph)
                pair.before = Record(mark=pair.region.mark, text="", style="")
                pair.old_place = len(self.records) + place
            self.pairs.append(pair)
        paired = set(self.places.values())
        self.gone = {
            place: alive[record.mark.paragraph]
            for place, record in enumerate(self.records)
            if place not in paired and record.mark.paragraph in alive
        }
        self.gone |= {len(self.records) + place: region for place, region in enumerate(left.values())}
        by_region = {pair.region: pair.before for pair in self.pairs}
        by_region |= {self.gone[place]: self.records[place] for place in self.gone if place < len(self.records)}
        self.touched = {region for region in found if self._is_touched(region, by_region.get(region))}

    def _unknown(self, region: Region) -> Record:
        """Return a record of a paragraph that the register does not have: its program has lost the store."""
        words = spoken_words(region.paragraphs[0], self.keys)
        number = _NUMBER.match(words)
        known = number is not None and digest_of(words[number.end() :]) == region.mark.words
        return Record(mark=region.mark, text="", style="", number=number[0] if known and number is not None else "")

    def _is_touched(self, region: Region, record: Record | None) -> bool:
        if record is None or region.mark.is_left or len(region.paragraphs) != 1 or region.is_shared:
            return True
        paragraph = region.paragraphs[0]
        words = spoken_words(paragraph, self.keys)
        if not words.startswith(record.number) or digest_of(words[len(record.number) :]) != region.mark.words:
            return True
        return self._has_unsettled(region) or has_a_hand(paragraph, self.keys, self.comments.is_somebodys)

    def _has_unsettled(self, region: Region) -> bool:
        """Return whether a value stands in it that is not to be lost, and is not the speech's."""
        for paragraph in region.paragraphs:
            for control in paragraph.iter(_SDT):
                key = key_of_tag(control, self.keys)
                content = control.find(w("sdtContent"))
                if key in self.unsettled and content is not None:
                    written = self.old.stored[key].written if key is not None else ""
                    if text_in(content).replace("\n", "") != written.replace("\n", ""):
                        return True
        return False

    # Their order.

    def _reorder(self) -> None:
        """Put paragraphs into the order of the outline where that changed; not those that people have moved.

        What stands behind a paragraph and is nobody's of ours goes with it.
        """
        positions = {start: position for position, start in enumerate(self.body.iter(_START))}
        present = [(positions[pair.region.start], pair) for pair in self.pairs if pair.region is not None]
        here = [pair for _position, pair in sorted(present, key=lambda one: one[0])]
        numbers = [pair.old_place for pair in here]
        stayed = longest_in_order(numbers)
        wanted_places = {pair: place for place, pair in enumerate(self.pairs)}
        units: list[_Unit] = []
        for pair in here:
            if pair.old_place not in stayed:
                pair.is_by_hand = True
            elif units and units[-1].blocks[0] is self._block(pair):
                units[-1].pairs.append(pair)
            else:
                units.append(_Unit(place=wanted_places[pair], blocks=[self._block(pair)], pairs=[pair]))
        order = [unit.place for unit in units]
        if order == sorted(order):
            return
        still = longest_in_order(order)
        for unit in units:
            for pair in unit.pairs:
                pair.was_moved = unit.place not in still
        self._lay_out(units)

    def _block(self, pair: _Pair) -> etree._Element:
        assert pair.region is not None  # noqa: S101  (asked before)
        return block_of(pair.region.paragraphs[0], self.body)

    def _lay_out(self, units: list[_Unit]) -> None:
        """Put the units into order, each with the blocks up to the next one; what follows the last stays behind it."""
        last = units[-1].pairs[-1].region
        assert last is not None  # noqa: S101  (it stands in the document)
        stop = block_of(last.paragraphs[-1], self.body)
        place = self.body.index(units[0].blocks[0])
        for unit, following in zip_longest(units, units[1:]):
            while unit.blocks[-1] is not stop:
                block = unit.blocks[-1].getnext()
                if block is None or (following is not None and block is following.blocks[0]):
                    break
                unit.blocks.append(block)
        blocks = [block for unit in sorted(units, key=lambda unit: unit.place) for block in unit.blocks]
        for block in blocks:
            self.body.remove(block)
        for offset, block in enumerate(blocks):
            self.body.insert(place + offset, block)

    # What becomes of each.

    def _settle(self) -> None:
        known = {self._block(pair) for pair in self.pairs if pair.region is not None}
        anchor: etree._Element | None = None
        anchor_of_headings: etree._Element | None = None
        for place, pair in enumerate(self.pairs):
            if pair.region is not None:
                self._meet(place, pair, pair.region)
                anchor = block_of(pair.region.paragraphs[-1], self.body)
                known.add(anchor)
                if not pair.is_by_hand:
                    anchor_of_headings = anchor
            elif pair.before is not None:
                self._tell(place, Fate.DELETED, pair.wanted)
            else:
                behind = anchor if pair.record.style == styles.BODY else anchor_of_headings
                anchor = anchor_of_headings = self._insert(place, pair, behind, known)
                known.add(anchor)
                self._tell(place, Fate.NEW, pair.wanted)
        before = sorted((old, new) for new, old in self.places.items())
        for old, region in self.gone.items():
            place = next((new for there, new in reversed(before) if there < old), -1)
            self._without_successor(region, (place, old + 1))

    def _tell(self, place: int, fate: Fate, region: Region) -> None:
        self.report.append(((place, 0), Written(fate=fate, text=region.text())))

    def _meet(self, place: int, pair: _Pair, region: Region) -> None:
        """Settle a paragraph that is on both sides."""
        assert pair.before is not None  # noqa: S101  (it stands in the document)
        if region in self.touched:
            self._tell(place, self._keep(pair, region, pair.before), region)
            _rename(region, pair.record.mark)
            self._rekey(region, pair.wanted)
            return
        same = text_in(region.paragraphs[0]) == text_in(pair.wanted.paragraphs[0])
        if same and self._looks_as_wanted(region.paragraphs[0], pair, pair.before):
            _rename(region, pair.record.mark)
        else:
            self._renew(pair, region, pair.before)
        fate = (Fate.MOVED if pair.was_moved else Fate.UNCHANGED) if same else Fate.RENEWED
        self._tell(place, fate, pair.wanted)

    def _keep(self, pair: _Pair, region: Region, before: Record) -> Fate:
        """Return what becomes of a paragraph that a hand was in; put a comment beside it if there is more to say."""
        wanted = pair.wanted.paragraphs[0]
        if len(region.paragraphs) == 1 and not region.is_shared and not self._has_unsettled(region):
            words = spoken_words(region.paragraphs[0], self.keys)
            if words == spoken_words(wanted, self.new_keys):
                self._take_remarks_back(region)
                return Fate.MOVED if pair.was_moved else Fate.UNCHANGED
        numbered = before.number == pair.record.number or _renumber(
            region.paragraphs[0], before.number, pair.record.number
        )
        if region.mark.words == pair.record.mark.words and numbered:
            return Fate.KEPT
        self._remark(region, (_BOTH, f"新稿：{text_in(wanted).replace(chr(10), '')}"))
        return Fate.BOTH

    def _looks_as_wanted(self, paragraph: etree._Element, pair: _Pair, before: Record) -> bool:
        """Return whether an untouched paragraph with the right text needs no other properties, style or controls."""
        wanted = pair.wanted.paragraphs[0]
        return (
            _is_run_in(paragraph) == _is_run_in(wanted)
            and _tags(paragraph) == _tags(wanted)
            and (before.style == pair.record.style or self._has_style_of_a_hand(paragraph, before))
        )

    def _has_style_of_a_hand(self, paragraph: etree._Element, before: Record) -> bool:
        return bool(before.style) and not self.styles.is_ours(style_of(paragraph), before.style)

    def _renew(self, pair: _Pair, region: Region, before: Record) -> None:
        """Put the new paragraph in the place of the old one, which leaves it its properties and others' bookmarks."""
        old = region.paragraphs[0]
        paragraph = self._transplanted(pair.wanted)
        mine, theirs = paragraph.find(w("pPr")), old.find(w("pPr"))
        stays = before.style in {"", pair.record.style} or self._has_style_of_a_hand(old, before)
        if mine is not None and theirs is not None:
            section = theirs.find(w("sectPr"))
            if stays and _is_run_in(old) == _is_run_in(paragraph):
                paragraph.replace(mine, copy.deepcopy(theirs))
            elif section is not None:
                mine.append(copy.deepcopy(section))
        unmark(region.start, self.body)
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
        region.start = next(paragraph.iter(_START))

    def _without_successor(self, region: Region, place: tuple[int, int]) -> None:
        if region not in self.touched:
            self.report.append((place, Written(fate=Fate.REMOVED, text=region.text())))
            unmark(region.start, self.body)
            _drop(region.paragraphs[0], self.body)
            return
        self.report.append((place, Written(fate=Fate.ORPHANED, text=region.text())))
        if not region.mark.is_left:
            self._remark(region, (_LEFT,))
            mark = region.mark
            _rename(region, Mark(paragraph=mark.paragraph, words=mark.words, is_left=True))

    # What the document takes over.

    def _insert(
        self, place: int, pair: _Pair, anchor: etree._Element | None, known: Collection[etree._Element]
    ) -> etree._Element:
        """Put a new paragraph behind another, and behind what people have written there; return it."""
        paragraph = self._transplanted(pair.wanted)
        blank = pair.wanted.paragraphs[0].getprevious()
        has_blank = blank is not None and blank.tag == w("p") and blank.find(_START) is None
        if anchor is None:
            before = next((self._block(later) for later in self.pairs[place:] if later.region is not None), None)
            if before is None:
                before = self.body.find(w("sectPr"))
            if before is None:
                self.body.append(paragraph)
            else:
                before.addprevious(paragraph)
            return paragraph
        element = _behind_what_was_added(anchor, known)
        following = element.getnext()
        if has_blank and blank is not None:
            if following is not None and following.tag == w("p") and not text_in(following) and following not in known:
                element = following
            else:
                own = copy.deepcopy(blank)
                element.addnext(own)
                element = own
        element.addnext(paragraph)
        return paragraph

    def _transplanted(self, wanted: Region) -> etree._Element:
        """Return a paragraph of the new document with numbers that the old one has free, in its styles, uncommented."""
        paragraph = copy.deepcopy(wanted.paragraphs[0])
        for anchor in list(paragraph.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))):
            around = anchor.getparent()
            remove(around if anchor.tag == w("commentReference") and around is not None else anchor)
        ends = {end.get(w("id")): end for end in paragraph.iter(w("bookmarkEnd"))}
        for start in paragraph.iter(_START):
            number = self.bookmark_numbers.free()
            ends[start.get(w("id"))].set(w("id"), number)
            start.set(w("id"), number)
        for control in paragraph.iter(_SDT):
            identifier = control.find(f"{w('sdtPr')}/{w('id')}")
            if identifier is not None:
                identifier.set(w("val"), self.control_numbers.free())
        self.styles.adapt(paragraph)
        return paragraph

    def _rekey(self, region: Region, wanted: Region) -> None:
        """Bind the controls of a kept paragraph to the item of a list that it is of now, where others came before."""
        numbers = {key: number for number, key in enumerate(self.new.stored, start=1)}
        labels = {tag: label for control in wanted.paragraphs[0].iter(_SDT) for tag, label in [_tag_and_label(control)]}
        now = _items(self.new_keys.get(tag) for tag in _tags(wanted.paragraphs[0]))
        for paragraph in region.paragraphs:
            before = _items(self.keys.get(tag) for tag in _tags(paragraph))
            for control in paragraph.iter(_SDT):
                key = key_of_tag(control, self.keys)
                item = None if key is None else _ITEM.match(key)
                if key is None or item is None or len(before[item[1]]) != 1 or len(now.get(item[1], ())) != 1:
                    continue
                new = f"{item[1]}[{next(iter(now[item[1]]))}]{key[item.end() :]}"
                if new != key and new in numbers:
                    _bind(control, tag_of(new), numbers[new], labels.get(tag_of(new), ""))

    # Comments.

    def _remark(self, region: Region, lines: tuple[str, ...]) -> None:
        self._take_remarks_back(region)
        self.comments.say(lines, region.paragraphs[0], region.paragraphs[-1])

    def _take_remarks_back(self, region: Region) -> None:
        """Take out what an earlier update said of a paragraph, if nobody has answered."""
        numbers = self.comments.numbers_at(region.paragraphs)
        if not any(map(self.comments.is_somebodys, numbers)):
            self.comments.take_back(number for number in numbers if self.comments.first_line(number) in {_BOTH, _LEFT})

    def _told_of_facts(self) -> list[tuple[str, str]]:
        """Return our comments on facts that are as they were written: their numbers and digests."""
        told = self.comments.told()
        return [(number, told[number]) for number in told if self.comments.first_line(number) not in {_BOTH, _LEFT}]

    def _comment_on_facts(self, told_before: frozenset[str]) -> Register:
        """Have each fact's comment once, as a fresh draft would; one that a hand took out stays out."""
        wanted = self._wanted_comments()
        anchored = self.comments.anchored()
        there: set[str] = set()
        stale: list[str] = []
        for number, digest in self._told_of_facts():
            if number in anchored and digest in wanted and digest not in there:
                there.add(digest)
            else:
                stale.append(number)
        self.comments.take_back(number for number in stale if not self._is_answered(number))
        controls: dict[str, etree._Element] = {}
        for control in self.body.iter(_SDT):
            if not any(above.tag in {w("del"), w("moveFrom"), w("txbxContent")} for above in control.iterancestors()):
                controls.setdefault(_tag_and_label(control)[0], control)
        taken_out = set(self.register.comments) - told_before
        for digest, (tag, comment) in wanted.items():
            if digest not in there and digest not in taken_out and tag in controls:
                self.comments.say_of(controls[tag], comment)
        digests = (*self.comments.digests(), *(digest for digest in wanted if digest in taken_out))
        return Register(paragraphs=Register.read(self.new.order).paragraphs, comments=tuple(dict.fromkeys(digests)))

    def _wanted_comments(self) -> dict[str, tuple[str, etree._Element]]:
        """Return the comments of the new document by their digests: the tag of the control that each is on, itself."""
        name = related(self.new.parts, self.new.document_part, RT.COMMENTS)
        if not name:
            return {}
        by_number = {comment.get(w("id")): comment for comment in read_xml(self.new.parts[name], name)}
        found: dict[str, tuple[str, etree._Element]] = {}
        for start in self.new_body.iter(w("commentRangeStart")):
            control = start.getnext()
            comment = by_number.get(start.get(w("id")))
            if control is not None and comment is not None:
                found[comment_digest(lines_in(comment))] = (_tag_and_label(control)[0], comment)
        return found

    def _is_answered(self, number: str) -> bool:
        """Return whether somebody's comment stands in the same paragraph as one of ours."""
        for reference in self.body.iter(w("commentReference")):
            if reference.get(w("id")) == number:
                paragraphs = list(reference.iterancestors(w("p")))[:1]
                return any(map(self.comments.is_somebodys, self.comments.numbers_at(paragraphs)))
        return False

    def _keep_placeholders(self) -> None:
        """Give the glossary what our controls show while they are empty; others' entries in it stay."""
        ours = self.new.parts.get(GLOSSARY)
        if ours is None:
            return
        name = related(self.parts, self.old.document_part, RT.GLOSSARY_DOCUMENT)
        if not name:
            add_part(self.parts, GLOSSARY, CT.WML_DOCUMENT_GLOSSARY, RT.GLOSSARY_DOCUMENT, self.old.document_part)
            self.parts[GLOSSARY] = ours
            return
        root, fresh = read_xml(self.parts[name], name), read_xml(ours, GLOSSARY)
        parts = root.find(w("docParts"))
        if parts is None:
            parts = etree.SubElement(root, w("docParts"))
        there = {_name_of_part(part): part for part in parts}
        used = {found.get(w("val")) for found in self.new_body.iter(w("docPart"))}
        for part in list(fresh.iter(w("docPart"))):
            before = there.get(_name_of_part(part))
            if _name_of_part(part) not in used:
                continue
            if before is None:
                parts.append(part)
            elif text_in(before) != text_in(part):
                parts.replace(before, part)
        self.parts[name] = serialized(root)


def _is_alike(one: str, other: str) -> bool:
    """Return whether two texts are much the same, as when a sentence is put in other words."""
    if len(one) + len(other) > _LONGEST_COMPARED:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _rename(region: Region, mark: Mark) -> None:
    region.start.set(w("name"), mark.name)


def _is_run_in(paragraph: etree._Element) -> bool:
    """Return whether a paragraph's own mark is hidden, so that the next one goes on in its line."""
    return paragraph.find(f"{w('pPr')}/{w('rPr')}/{w('specVanish')}") is not None


def _tag_and_label(control: etree._Element) -> tuple[str, str]:
    tag, label = (control.find(f"{w('sdtPr')}/{w(name)}") for name in ("tag", "alias"))
    return "" if tag is None else tag.get(w("val"), ""), "" if label is None else label.get(w("val"), "")


def _tags(paragraph: etree._Element) -> list[str]:
    return [_tag_and_label(control)[0] for control in paragraph.iter(_SDT)]


def _items(keys: Iterable[str | None]) -> dict[str, set[str]]:
    """Return the numbers of the items that some keys name, by the list that they are of."""
    found: dict[str, set[str]] = {}
    for key in keys:
        item = None if key is None else _ITEM.match(key)
        if item is not None:
            found.setdefault(item[1], set()).add(item[2])
    return found


def _bind(control: etree._Element, tag: str, number: int, label: str) -> None:
    """Bind a control to an entry of the store."""
    names = {"tag": tag, "alias": label}
    for name, value in names.items():
        element = control.find(f"{w('sdtPr')}/{w(name)}")
        if element is not None and value:
            element.set(w("val"), value)
    binding = control.find(f"{w('sdtPr')}/{w('dataBinding')}")
    if binding is not None:
        binding.set(w("xpath"), re.sub(r"fact\[\d+\]", f"fact[{number}]", binding.get(w("xpath"), "")))
    part = control.find(f"{w('sdtPr')}/{w('placeholder')}/{w('docPart')}")
    if part is not None:
        part.set(w("val"), re.sub(r"\d+$", str(number), part.get(w("val"), "")))


def _renumber(paragraph: etree._Element, before: str, after: str) -> bool:
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


def _behind_what_was_added(anchor: etree._Element, known: Collection[etree._Element]) -> etree._Element:
    """Return the block behind which a new paragraph goes: behind what people have added before the next of ours.

    Behind the last of ours it goes at once: what people put after a speech is another thing.
    """
    element = anchor
    following = anchor.getnext()
    while following is not None and following not in known and following.tag != w("sectPr"):
        if following.tag != w("p") or text_in(following):
            element = following
        following = following.getnext()
    return element if following is not None and following in known else anchor


def _drop(paragraph: etree._Element, body: etree._Element) -> None:
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
    needed = parent is not body and not any(sibling.tag == w("p") for sibling in paragraph.itersiblings())
    if needed or (properties is not None and properties.find(w("sectPr")) is not None):
        for child in list(paragraph):
            if child is not properties:
                paragraph.remove(child)
        return
    parent.remove(paragraph)


def _name_of_part(part: etree._Element) -> str:
    name = part.find(f"{w('docPartPr')}/{w('name')}")
    return "" if name is None else name.get(w("val"), "")


def update(old: Returned, new: Returned, unsettled: Collection[str]) -> Updated:
    """Return the old document brought up to the new one, which was written with the old one's entries as ``known``.

    A paragraph with one of the ``unsettled`` entries, of which the document has a value that is not to be lost, counts
    as touched. The document's tree is changed. What its facts are to say, and its store, are left to the caller.
    """
    parts = dict(old.parts)
    body, new_body = old.document.find(w("body")), new.document.find(w("body"))
    register = Register.read(old.order)
    if body is None or new_body is None:
        return Updated(parts=parts, register=register, paragraphs=())
    restyled = Styles(parts, old.document_part, new.parts["word/styles.xml"])
    work = _Update(
        old=old,
        new=new,
        unsettled=unsettled,
        parts=parts,
        body=body,
        new_body=new_body,
        styles=restyled,
        comments=Comments(parts, old.document_part, body, restyled, register.comments if old.store_part else None),
        register=register,
    )
    return work.run()
