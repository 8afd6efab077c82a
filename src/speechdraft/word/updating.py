"""A draft that people have edited, brought up to a new one: paragraph by paragraph, nobody's words lost.

Three texts meet: what was written (its digest is in each paragraph's mark), what stands there now, and what would be
written today. A paragraph that nobody touched is renewed; one that was edited stays, and if the new text differs, that
goes into a comment beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from lxml import etree

from speechdraft.word import styles
from speechdraft.word.commenting import EDITED, LEFT, Comments, comments_in
from speechdraft.word.controls import GLOSSARY, tag_of
from speechdraft.word.glossaries import take_placeholders
from speechdraft.word.marks import Record, Register, digest_of
from speechdraft.word.omissions import Omissions
from speechdraft.word.ordering import first_block, insert_behind, insert_first, reorder
from speechdraft.word.pairing import Pair, Pairing, paired
from speechdraft.word.parts import serialized
from speechdraft.word.regions import Region, block_of, has_a_hand, unmark, w
from speechdraft.word.restyling import Styles
from speechdraft.word.returned import Returned, is_gap_text, key_of_tag, spoken_words, text_in
from speechdraft.word.transplanting import Transplants, drop, is_run_in, release_items, rename, renumber, tags

__all__ = ["Fate", "Updated", "Written", "update"]


class Fate(StrEnum):
    """What became of one paragraph."""

    UNCHANGED = "unchanged"
    RENEWED = "renewed"
    """Nobody had touched it; it has its new text."""
    MOVED = "moved"
    """Its text is the same; it stands where the outline has it now."""
    KEPT = "kept"
    """Edited by hand; its new text is the one that it was written with, its facts perhaps aside."""
    BOTH = "both"
    """Edited by hand, and the new text differs: that stands in a comment."""
    NEW = "new"
    REMOVED = "removed"
    """The speech has it no more, and nobody had touched it."""
    ORPHANED = "orphaned"
    """The speech has it no more, but it was edited: it stays, with a comment."""
    DELETED = "deleted"
    """Deleted by hand; it stays deleted."""
    TAKEN_OUT = "taken-out"
    """Deleted by hand with its whole section; the speech that the document is brought up to is without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One paragraph of the report: what became of it, and its text (the new one of a paragraph not kept).

    ``mark`` is the name of the bookmark by which a kept one is found in the document.
    """

    fate: Fate
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """The parts of the document brought up to date, but for its store; what became of each paragraph, in order."""

    parts: dict[str, bytes]
    register: Register
    paragraphs: tuple[Written, ...]


_SDT: Final = w("sdt")
_DOC_PART: Final = w("docPart")


@dataclass(slots=True)
class _Update:
    """One document being brought up to date."""

    old: Returned
    unsettled: Collection[str]
    body: etree._Element
    keys: Mapping[str, str]
    new_keys: Mapping[str, str]
    pairing: Pairing
    comments: Comments
    transplants: Transplants
    omitted: Omissions
    touched: set[Region] = field(default_factory=set)
    report: list[tuple[int, int, Written]] = field(default_factory=list)

    def run(self) -> None:
        judged = [(pair.region, pair.before) for pair in self.pairing.pairs if pair.region is not None]
        judged += [(region, record) for _place, region, record in self.pairing.gone]
        self.touched = {region for region, record in judged if self._is_touched(region, record)}
        reorder(self.pairing.pairs, self.body)
        self._settle()
        for place, text in self.omitted.places():
            self.report.append((place, len(self.report), Written(fate=Fate.TAKEN_OUT, text=text)))

    # Whether a hand was in it.

    def _is_touched(self, region: Region, record: Record | None) -> bool:
        if record is None or region.mark.is_left or len(region.paragraphs) != 1 or region.is_shared:
            return True
        paragraph = region.paragraphs[0]
        words = spoken_words(paragraph, self.keys)
        if not words.startswith(record.number) or digest_of(words[len(record.number) :]) != region.mark.words:
            return True
        return self._has_values_of_a_hand(region) or has_a_hand(paragraph, self.keys, self.comments.is_somebodys)

    def _has_values_of_a_hand(self, region: Region) -> bool:
        """Return whether a value stands in it that is not to be lost, or one was taken out of it."""
        for paragraph in region.paragraphs:
            for control in paragraph.iter(_SDT):
                key = key_of_tag(control, self.keys)
                content = control.find(w("sdtContent"))
                if key is None or content is None:
                    continue
                text, written = (one.replace("\n", "") for one in (text_in(content), self.old.stored[key].written))
                if not text.strip() or is_gap_text(text):
                    if written:
                        return True
                elif key in self.unsettled and text != written:
                    return True
        return False

    # What becomes of each.

    def _settle(self) -> None:
        known = {first_block(pair, self.body) for pair in self.pairing.pairs if pair.region is not None}
        anchor: etree._Element | None = None
        anchor_of_headings: etree._Element | None = None
        for place, pair in enumerate(self.pairing.pairs):
            if pair.region is not None:
                fate = self._met(pair, pair.region)
                anchor = block_of(pair.region.paragraphs[-1], self.body)
                anchor_of_headings = anchor_of_headings if pair.is_by_hand else anchor
            elif pair.before is None:
                fate = Fate.NEW
                behind = anchor if pair.record.style == styles.BODY else anchor_of_headings
                anchor = anchor_of_headings = self._insert(place, pair, behind, known)
            else:
                fate = Fate.DELETED
            if anchor is not None:
                known.add(anchor)
            self._tell(place, fate, pair.wanted if pair.region is None else pair.region)
        for place, region, _record in self.pairing.gone:
            self._tell(place, self._without_successor(region), region)

    def _tell(self, place: int, fate: Fate, region: Region) -> None:
        mark = region.mark.name if fate in {Fate.KEPT, Fate.BOTH, Fate.ORPHANED} else ""
        self.report.append((place, len(self.report), Written(fate=fate, text=region.text(), mark=mark)))

    def _met(self, pair: Pair, region: Region) -> Fate:
        """Settle a paragraph that is on both sides."""
        assert pair.before is not None  # noqa: S101  (it stands in the document)
        if region in self.touched:
            fate = self._kept(pair, region, pair.before)
            rename(region, pair.record.mark)
            self.transplants.rekey(region, pair.wanted)
            return fate
        same = text_in(region.paragraphs[0]) == text_in(pair.wanted.paragraphs[0])
        if same and self._looks_as_wanted(region.paragraphs[0], pair, pair.before):
            rename(region, pair.record.mark)
            self.comments.take_remarks_back(region.paragraphs)
        else:
            by_hand = self.transplants.has_style_of_a_hand(region.paragraphs[0], pair.before.style)
            restyled = pair.before.style not in {"", pair.record.style} and not by_hand
            self.transplants.put_in_place_of(region, pair.wanted, restyled=restyled)
        if same:
            return Fate.MOVED if pair.was_moved else Fate.UNCHANGED
        return Fate.RENEWED

    def _kept(self, pair: Pair, region: Region, before: Record) -> Fate:
        """Return what becomes of a paragraph that a hand was in; put a comment beside it if there is more to say."""
        wanted = pair.wanted.paragraphs[0]
        if len(region.paragraphs) == 1 and not region.is_shared and not self._has_values_of_a_hand(region):
            paragraph = region.paragraphs[0]
            if spoken_words(paragraph, self.keys) == spoken_words(wanted, self.new_keys):
                self.comments.take_remarks_back(region.paragraphs)
                if text_in(paragraph) != text_in(wanted):
                    return Fate.KEPT
                return Fate.MOVED if pair.was_moved else Fate.UNCHANGED
        numbered = before.number == pair.record.number or (
            text_in(region.paragraphs[0]).startswith(pair.record.number)
            if not before.style  # nobody knows any more what was written
            else renumber(region.paragraphs[0], before.number, pair.record.number)
        )
        if region.mark.words == pair.record.mark.words and numbered:
            if region.mark.is_left:  # the speech has it again
                self.comments.take_remarks_back(region.paragraphs)
            return Fate.KEPT
        self._remark(region, (EDITED, "新稿：" + text_in(wanted).replace("\n", "")))
        return Fate.BOTH

    def _remark(self, region: Region, lines: tuple[str, ...]) -> None:
        """Put a comment beside a kept paragraph, in the place of what an earlier update said of it."""
        if not region.is_shared:  # else it may have been said of the other one
            self.comments.take_remarks_back(region.paragraphs)
        self.comments.remark(lines, region.paragraphs)

    def _looks_as_wanted(self, paragraph: etree._Element, pair: Pair, before: Record) -> bool:
        """Return whether an untouched paragraph with the right text needs no other properties, style or controls."""
        wanted = pair.wanted.paragraphs[0]
        return (
            is_run_in(paragraph) == is_run_in(wanted)
            and tags(paragraph) == tags(wanted)
            and (
                before.style in {"", pair.record.style} or self.transplants.has_style_of_a_hand(paragraph, before.style)
            )
        )

    def _insert(
        self, place: int, pair: Pair, anchor: etree._Element | None, known: Collection[etree._Element]
    ) -> etree._Element:
        """Put a new paragraph behind another; return it."""
        paragraph = self.transplants.paragraph(pair.wanted)
        if anchor is None:
            later = (first_block(pair, self.body) for pair in self.pairing.pairs[place:] if pair.region is not None)
            insert_first(paragraph, next(later, None), self.body)
        else:
            blank = pair.wanted.paragraphs[0].getprevious()
            has_blank = blank is not None and blank.find(w("bookmarkStart")) is None
            insert_behind(paragraph, anchor, blank if has_blank else None, known)
        return paragraph

    def _without_successor(self, region: Region) -> Fate:
        """Settle a paragraph that the speech has no more."""
        if region not in self.touched and not self._leads_into_a_kept_one(region):
            unmark([region.start], self.body)
            drop(region.paragraphs[0], self.body)
            return Fate.REMOVED
        if not region.mark.is_left:
            if region in self.touched:
                self._remark(region, (LEFT,))
            release_items(region, self.keys)
            rename(region, region.mark.left())
        return Fate.ORPHANED

    def _leads_into_a_kept_one(self, region: Region) -> bool:
        """Return whether it is a heading in whose line a paragraph goes on that the speech has no more, and is kept."""
        if not is_run_in(region.paragraphs[-1]):
            return False
        following = region.paragraphs[-1].getnext()
        gone = (other for _place, other, _record in self.pairing.gone if other in self.touched)
        return any(other.paragraphs[0] is following for other in gone)


def update(old: Returned, new: Returned, omitted: Omissions, unsettled: Collection[str], made: str = "") -> Updated:
    """Return the old document brought up to the new one, which was written with the old one's entries as ``known``.

    The new one is without the sections that are ``omitted``; they stay known as such. A paragraph with one of the
    ``unsettled`` entries, of which the document has a value that is not to be lost, counts as touched. Comments
    that are added bear the moment ``made``, if any. The document's tree is changed. What its facts are to say, and its
    store, are left to the caller.
    """
    parts = dict(old.parts)
    body, new_body = old.document.find(w("body")), new.document.find(w("body"))
    register, new_register = omitted.without(Register.read(old.order)), Register.read(new.order)
    if body is None or new_body is None:
        return Updated(parts=parts, register=register, paragraphs=())
    keys, new_keys = ({tag_of(key): key for key in one.stored} for one in (old, new))
    restyled = Styles(parts, old.document_part, new.parts["word/styles.xml"])
    told = register.comments if old.store_part else None
    comments = Comments(parts, old.document_part, body, restyled, told, made)
    work = _Update(
        old=old,
        unsettled=unsettled,
        body=body,
        keys=keys,
        new_keys=new_keys,
        pairing=paired(body, new_body, (register, new_register), keys, new_keys),
        comments=comments,
        transplants=Transplants(body, restyled, keys, new_keys),
        omitted=omitted,
    )
    work.run()
    deleted = [pair for pair in work.pairing.pairs if pair.region is None and pair.before is not None]
    lost = omitted.comments | comments_in(new, (pair.wanted.paragraphs[0] for pair in deleted))
    digests = comments.settle(new.parts, new.document_part, new_body, lost)
    used = {found.get(w("val"), "") for found in new_body.iter(_DOC_PART)}
    take_placeholders(parts, old.document_part, new.parts.get(GLOSSARY), used)
    parts[old.document_part] = serialized(old.document)
    return Updated(
        parts=parts,
        register=Register(paragraphs=omitted.among(new_register.paragraphs), comments=digests),
        paragraphs=tuple(written for _place, _number, written in sorted(work.report, key=lambda line: line[:2])),
    )
