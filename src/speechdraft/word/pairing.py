"""The paragraphs of an edited document beside those of a new one: which is which, and where each stands now."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from lxml import etree

from speechdraft.word import styles
from speechdraft.word.alignment import aligned
from speechdraft.word.marks import Record, Register, digest_of
from speechdraft.word.regions import Region, regions, unmark, w
from speechdraft.word.returned import spoken_words, text_in

__all__ = ["Pair", "Pairing", "all_words", "paired"]

_ALIKE: Final = 0.5
_LONGEST_COMPARED: Final = 3000
"""Characters of two texts of which it is asked how alike they are."""
# The enumerators of speechdraft.numbering; asked only where the register is lost, or does not know what stands there.
_NUMBER: Final = re.compile(
    "[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|[0-9]+\\.|（[0-9]+）|第[一二三四五六七八九十]+，"
    "|[一二三四五六七八九十]+[要是]|首先，|其次，|再次，|最后，"
)


@dataclass(slots=True, eq=False)
class Pair:
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
    """Whether it stands elsewhere now than it did, because the outline's order changed."""
    is_by_hand: bool = False
    """Whether a hand put it where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    """The pairs in the order of the new draft, and what the document has beside them."""

    pairs: list[Pair]
    gone: list[tuple[int, Region, Record | None]]
    """What the new draft has no more: behind which of its paragraphs it stood (-1 for none), where, its record."""


def paired(
    body: etree._Element,
    new_body: etree._Element,
    registers: tuple[Register, Register],
    keys: Mapping[str, str],
    new_keys: Mapping[str, str],
) -> Pairing:
    """Return which paragraph of a document is which of the new one.

    ``registers`` are those of both; ``keys`` and ``new_keys`` the entries of both by their tags.

    Marks that a copied paragraph brought with it are taken out, and one that was cut and put back without its mark, as
    some programs do it, has it again.
    """
    old, new = registers
    found, copies = regions(body)
    unmark(copies, body)
    if _mark_again(body, found, old, {**new_keys, **keys}):
        found = regions(body)[0]
    alive = {region.mark.paragraph: region for region in found if not region.mark.is_left}
    left = {region.mark.paragraph: region for region in found if region.mark.is_left}
    known = {record.mark.paragraph for record in old.paragraphs}
    records = [*old.paragraphs, *(_record_of(region, keys) for name, region in alive.items() if name not in known)]
    fresh = {region.mark.paragraph: region for region in regions(new_body)[0]}
    new_records = [record for record in new.paragraphs if record.mark.paragraph in fresh]

    def is_alike(there: int, here: int) -> bool:
        region, wanted = alive.get(records[there].mark.paragraph), fresh[new_records[here].mark.paragraph]
        if region is None or records[there].style != new_records[here].style:
            return False
        return new_records[here].style != styles.BODY or _is_alike(all_words(region), wanted.text())

    places = aligned(records, new_records, is_alike)
    pairs: list[Pair] = []
    for place, record in enumerate(new_records):
        pair = Pair(wanted=fresh[record.mark.paragraph], record=record)
        if place in places:
            pair.old_place = places[place]
            pair.before = records[pair.old_place]
            pair.region = alive.get(pair.before.mark.paragraph)
        elif record.mark.paragraph in left:
            pair.region = left.pop(record.mark.paragraph)
            pair.before = Record(mark=pair.region.mark, text="", style="")
            pair.old_place = len(records) + place
        pairs.append(pair)
    before = sorted((there, here) for here, there in places.items())
    known_places = [there for there, _here in before]
    gone: list[tuple[int, Region, Record | None]] = []
    for place, record in enumerate(records):
        nearest = bisect_left(known_places, place)
        is_paired = nearest < len(before) and known_places[nearest] == place
        if not is_paired and record.mark.paragraph in alive:
            behind = before[nearest - 1][1] if nearest else -1
            gone.append((behind, alive[record.mark.paragraph], record))
    gone += [(len(pairs), region, None) for region in left.values()]
    return Pairing(pairs=pairs, gone=gone)


def _mark_again(body: etree._Element, found: Iterable[Region], old: Register, keys: Mapping[str, str]) -> bool:
    """Give paragraphs without a mark, which have the words of one that has gone, its mark; return whether one has."""
    there = {region.mark.paragraph: region.paragraphs for region in found}
    lost = [record for record in old.paragraphs if record.mark.paragraph not in there]
    marked = {paragraph for paragraphs in there.values() for paragraph in paragraphs}
    left = (
        [paragraph for paragraph in body.iter(w("p")) if paragraph not in marked and text_in(paragraph)] if lost else []
    )
    by_words: dict[str, list[etree._Element]] = {}
    for paragraph in left:
        words = spoken_words(paragraph, keys)
        number = _NUMBER.match(words)
        by_words.setdefault(digest_of(words[number.end() :] if number is not None else words), []).append(paragraph)
    numbers = (one.get(w("id"), "") for one in body.iter(w("bookmarkStart")))
    last = identifier = max((int(one) for one in numbers if one.isdecimal()), default=0)
    for record in lost:
        paragraphs = by_words.get(record.mark.words, [])
        if paragraphs:
            identifier += 1
            _mark(paragraphs.pop(0), record.mark.name, str(identifier))
    return identifier > last


def _mark(paragraph: etree._Element, name: str, identifier: str) -> None:
    place = 1 if len(paragraph) and paragraph[0].tag == w("pPr") else 0
    paragraph.insert(place, etree.Element(w("bookmarkStart"), {w("id"): identifier, w("name"): name}))
    paragraph.append(etree.Element(w("bookmarkEnd"), {w("id"): identifier}))


def _record_of(region: Region, keys: Mapping[str, str]) -> Record:
    """Return a record of a paragraph that the register does not have: a program has lost the store."""
    words = spoken_words(region.paragraphs[0], keys)
    number = _NUMBER.match(words)
    known = number is not None and digest_of(words[number.end() :]) == region.mark.words
    return Record(mark=region.mark, text="", style="", number=number[0] if number is not None and known else "")


def all_words(region: Region) -> str:
    """Return what stands in a region, tracked deletions too: a sentence that is struck out is known all the same."""
    found = (text for paragraph in region.paragraphs for text in paragraph.iter(w("t"), w("delText")))
    return "".join(text.text or "" for text in found)


def _is_alike(one: str, other: str) -> bool:
    """Return whether two texts are much the same, as when a sentence is put in other words."""
    if len(one) + len(other) > _LONGEST_COMPARED:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
