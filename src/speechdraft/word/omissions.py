"""Sections that a hand took out of a document: all that was written for them is gone, so the speech is without them.

The document's register keeps their paragraphs all the same: by these the next update knows that they were taken out,
and not that they are new.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from lxml import etree

from speechdraft.draft import Draft, Section
from speechdraft.word.commenting import comments_in
from speechdraft.word.controls import tag_of
from speechdraft.word.marks import Record, Register, names_of, names_within
from speechdraft.word.pairing import Pair, all_words, paired
from speechdraft.word.regions import Region, unmark, w
from speechdraft.word.returned import Returned
from speechdraft.word.transplanting import drop

__all__ = ["Omissions", "omissions"]

_MATH: Final = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_THINGS: Final = (
    *map(w, ("drawing", "pict", "object", "tbl", "sym", "fldChar", "fldSimple")),
    *map(w, ("footnoteReference", "endnoteReference", "commentReference")),
    f"{{{_MATH}}}oMath",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Omissions:
    """Sections that a hand took out.

    ``keys`` are theirs (:attr:`~speechdraft.draft.Origin.key`), without those of sections within them; ``written`` the
    names under which the document's register has their paragraphs; ``records`` those of the whole speech, in order, and
    ``texts`` what the paragraphs that were taken out would say, by their names; ``comments`` the digests of what would
    be said beside them.
    """

    keys: frozenset[str] = frozenset()
    written: frozenset[str] = frozenset()
    records: tuple[Record, ...] = ()
    texts: Mapping[str, str]
    comments: frozenset[str] = frozenset()

    def without(self, register: Register) -> Register:
        """Return a document's register without what was taken out."""
        left = tuple(record for record in register.paragraphs if record.mark.paragraph not in self.written)
        return Register(paragraphs=left, comments=register.comments)

    def among(self, records: Collection[Record]) -> tuple[Record, ...]:
        """Return the records of the speech without them, and among these, at their places, those of what they were."""
        if not self.keys:
            return tuple(records)
        fresh = {record.mark.paragraph: record for record in records}
        known = {record.mark.paragraph for record in self.records}
        names = (record.mark.paragraph for record in self.records)
        found = [fresh.get(name, record) for name, record in zip(names, self.records, strict=True)]
        kept = [one for one in found if one.mark.paragraph in fresh or one.mark.paragraph in self.texts]
        return (*kept, *(record for name, record in fresh.items() if name not in known))

    def places(self) -> Iterator[tuple[int, str]]:
        """Return the text of each paragraph, and behind which one of the speech without them (from 0) it would be."""
        place = -1
        for record in self.records:
            text = self.texts.get(record.mark.paragraph)
            if text is None:
                place += 1
            else:
                yield place, text


class _State(Enum):
    """How it stands with a section and those within it."""

    EMPTY = auto()
    """It says nothing itself."""
    NEW = auto()
    """Nothing was ever written for it."""
    NAMESAKE = auto()
    """What was written under its name, and is gone, reads otherwise: another section's, unless those within it tell."""
    STANDS = auto()
    GONE = auto()
    """All that was written for it is in the document no more."""


class _Judge:
    """Looks section by section for what a document has of the paragraphs that were written for it."""

    def __init__(
        self, old: Register, pairs: Collection[Pair], alive: Mapping[str, Region], is_of_item: Callable[[Pair], bool]
    ) -> None:
        self.replaced: set[str] = set()
        """The names under which the register has what was of other sections."""
        self._is_of_item = is_of_item
        self._pairs = {pair.record.mark.paragraph: pair for pair in pairs}
        self._paired = {pair.before.mark.paragraph for pair in pairs if pair.before is not None}
        self._written = {record.mark.paragraph for record in old.paragraphs}
        self._alive = alive
        self.known = self._written | self._pairs.keys()

    def judged(self, section: Section) -> tuple[_State, list[Section]]:
        """Return the state of a section with all within it, and what of it was taken out: itself, or some of these."""
        own = self._own(section)
        gone: list[Section] = []
        within: list[_State] = []
        for child in section.sections:
            state, found = self.judged(child)
            within.append(state)
            gone += found
        if own is _State.NAMESAKE and _State.GONE in within:  # its heading counts them, say
            own = _State.GONE
        if own is _State.NAMESAKE and _State.STANDS not in within:
            own = _State.NEW
            self.replaced.update(self._names_before(section))
        states = {own, *within}
        if _State.STANDS in states:
            return _State.STANDS, gone
        # What is new within a section that was taken out stays out with it; elsewhere it comes in.
        if own is _State.GONE or (_State.GONE in states and _State.NEW not in states):
            return _State.GONE, [section]
        if _State.GONE in states:
            return _State.STANDS, gone
        return (_State.NEW if _State.NEW in states else _State.EMPTY), gone

    def _own(self, section: Section) -> _State:
        """Return the state of what a section says itself."""
        names = list(names_of(section, self.known))
        pairs = [self._pairs[name] for name in names if name in self._pairs]
        others = self._others(names)
        if any(pair.region is not None for pair in pairs) or any(name in self._alive for name in others):
            return _State.STANDS
        if not pairs:
            return _State.EMPTY
        if all(pair.before is None for pair in pairs):
            return _State.GONE if others else _State.NEW
        return _State.GONE if any(map(self._is_itself, pairs)) else _State.NAMESAKE

    def _is_itself(self, pair: Pair) -> bool:
        """Return whether a paragraph is the one that was written, and does not just have its name.

        Its words say so, except those of a list's item, which all items have: then its text does.
        """
        before, now = pair.before, pair.record
        if before is None:
            return False
        same_words = before.mark.words == now.mark.words and not self._is_of_item(pair)
        return same_words or before.text == now.text

    def _others(self, names: Collection[str]) -> list[str]:
        """Return the names of what a section's template wrote once and writes no more."""
        before = {pair.before.mark.paragraph for name in names if (pair := self._pairs.get(name)) and pair.before}
        if before and before.isdisjoint(names):
            return []
        return [name for name in names if name in self._written and name not in self._paired]

    def written_for(self, section: Section) -> Iterator[str]:
        """Return the names under which the document's register has the paragraphs of a section and those within it."""
        yield from self._names_before(section)
        for child in section.sections:
            yield from self.written_for(child)

    def _names_before(self, section: Section) -> Iterator[str]:
        """Return the names under which the register has what a section says itself."""
        names = list(names_of(section, self.known))
        for name in names:
            pair = self._pairs.get(name)
            if pair is not None and pair.before is not None:
                yield pair.before.mark.paragraph
        yield from self._others(names)


def omissions(old: Returned, new: Returned, draft: Draft) -> Omissions:
    """Return which sections of a draft, written as ``new``, a hand took out of the ``old`` document.

    A section that is only in part gone is none of them, and neither is one that was never in the document. What
    is left of one that says nothing, an empty line or a mark alone, is taken out of the old document's tree.
    """
    nothing = Omissions(texts={})
    body, new_body = old.document.find(w("body")), new.document.find(w("body"))
    register, whole = Register.read(old.order), Register.read(new.order)
    if body is None or new_body is None or not register.paragraphs:
        return nothing
    keys, new_keys = ({tag_of(key): key for key in one.stored} for one in (old, new))
    pairing = paired(body, new_body, (register, whole), keys, new_keys)
    emptied = {pair: pair.region for pair in pairing.pairs if pair.region and _says_nothing(pair.region, body)}
    for pair in emptied:
        pair.region = None
    alive = {region.mark.paragraph: region for _place, region, _record in pairing.gone}
    judge = _Judge(register, pairing.pairs, alive, lambda pair: _has_items(pair.wanted, new_keys))
    gone = [one for section in draft.sections for one in judge.judged(section)[1]]
    if not gone:
        return replace(nothing, written=frozenset(judge.replaced))
    names = {name for section in gone for name in names_within(section, judge.known)}
    for pair, region in emptied.items():
        if pair.record.mark.paragraph in names:
            unmark([region.start], body)
            if not region.is_shared:
                for paragraph in region.paragraphs:
                    drop(paragraph, body)
    gone_pairs = [pair for pair in pairing.pairs if pair.record.mark.paragraph in names]
    return Omissions(
        keys=frozenset(section.origin.key for section in gone),
        written=frozenset({name for section in gone for name in judge.written_for(section)} | judge.replaced),
        records=whole.paragraphs,
        texts={pair.record.mark.paragraph: pair.wanted.text() for pair in gone_pairs},
        comments=comments_in(new, (pair.wanted.paragraphs[0] for pair in gone_pairs)),
    )


def _has_items(region: Region, keys: Mapping[str, str]) -> bool:
    """Return whether a paragraph has facts in it that are items of a list."""
    tags = (tag.get(w("val"), "") for paragraph in region.paragraphs for tag in paragraph.iter(w("tag")))
    return any("[" in keys.get(tag, "") for tag in tags)


def _says_nothing(region: Region, body: etree._Element) -> bool:
    """Return whether a mark is left where nothing stands any more, not even a picture or what is struck out."""
    if not region.is_shared:
        return not all_words(region).strip() and all(
            next(paragraph.iter(*_THINGS), None) is None for paragraph in region.paragraphs
        )
    identifier = region.start.get(w("id"))
    within = False
    for element in body.iter(w("bookmarkStart"), w("bookmarkEnd"), w("t"), w("delText"), *_THINGS):
        if element is region.start:
            within = True
        elif within and element.tag == w("bookmarkEnd") and element.get(w("id")) == identifier:
            return True
        elif within and element.tag not in {w("bookmarkStart"), w("bookmarkEnd")}:
            return False
    return False
