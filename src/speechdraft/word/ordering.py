"""Where the paragraphs of an updated document stand: after the outline, but for what people have moved."""

from __future__ import annotations

import copy
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

from speechdraft.word.alignment import longest_in_order
from speechdraft.word.pairing import Pair
from speechdraft.word.regions import block_of, w
from speechdraft.word.returned import text_in

__all__ = ["first_block", "insert_behind", "insert_first", "reorder"]


@dataclass(slots=True)
class _Unit:
    """What moves together: a paragraph of ours (or several that were joined), and the blocks behind it."""

    place: int
    blocks: list[etree._Element]
    pairs: list[Pair]


def first_block(pair: Pair, body: etree._Element) -> etree._Element:
    """Return the block of the body in which a paragraph begins that stands in it."""
    assert pair.region is not None  # noqa: S101  (asked before)
    return block_of(pair.region.paragraphs[0], body)


def reorder(pairs: Sequence[Pair], body: etree._Element) -> None:
    """Put paragraphs into the order of the outline where that changed; not those that people have moved.

    What stands behind a paragraph and is none of ours goes with it. The pairs note what was moved, and by whom.
    """
    positions = {start: position for position, start in enumerate(body.iter(w("bookmarkStart")))}
    present = [(positions[pair.region.start], pair) for pair in pairs if pair.region is not None]
    here = [pair for _position, pair in sorted(present, key=lambda one: one[0])]
    stayed = longest_in_order([pair.old_place for pair in here])
    places = {pair: place for place, pair in enumerate(pairs)}
    units: list[_Unit] = []
    for pair in here:
        if pair.old_place not in stayed:
            pair.is_by_hand = True
        elif units and units[-1].blocks[0] is first_block(pair, body):
            units[-1].pairs.append(pair)
        else:
            units.append(_Unit(place=places[pair], blocks=[first_block(pair, body)], pairs=[pair]))
    order = [unit.place for unit in units]
    if order == sorted(order):
        return
    still = longest_in_order(order)
    for unit in units:
        for pair in unit.pairs:
            pair.was_moved = unit.place not in still
    _lay_out(units, body)


def _lay_out(units: list[_Unit], body: etree._Element) -> None:
    """Put the units into order, each with the blocks up to the next one; what follows the last stays behind it."""
    last = units[-1].pairs[-1].region
    assert last is not None  # noqa: S101  (it stands in the document)
    stop = block_of(last.paragraphs[-1], body)
    place = body.index(units[0].blocks[0])
    for unit, following in zip_longest(units, units[1:]):
        while unit.blocks[-1] is not stop:
            block = unit.blocks[-1].getnext()
            if block is None or (following is not None and block is following.blocks[0]):
                break
            unit.blocks.append(block)
    blocks = [block for unit in sorted(units, key=lambda unit: unit.place) for block in unit.blocks]
    for block in blocks:
        body.remove(block)
    for offset, block in enumerate(blocks):
        body.insert(place + offset, block)


def insert_first(paragraph: etree._Element, following: etree._Element | None, body: etree._Element) -> None:
    """Put a new paragraph before the block that follows it, or at the body's end where none does."""
    if following is None:
        following = body.find(w("sectPr"))
    if following is None:
        body.append(paragraph)
    else:
        following.addprevious(paragraph)


def insert_behind(
    paragraph: etree._Element, anchor: etree._Element, blank: etree._Element | None, known: Collection[etree._Element]
) -> None:
    """Put a new paragraph behind a block, and behind what people have written there.

    ``known`` are the blocks of ours; ``blank`` is the empty paragraph that is to stand before it, if one is.
    """
    element = _behind_what_was_added(anchor, known)
    if blank is not None:
        following = element.getnext()
        if following is None or following.tag != w("p") or text_in(following) or following in known:
            following = copy.deepcopy(blank)
            element.addnext(following)
        element = following
    element.addnext(paragraph)


def _behind_what_was_added(anchor: etree._Element, known: Collection[etree._Element]) -> etree._Element:
    """Return the last block that people have added between one of ours and the next.

    Behind the last of ours it is that itself: what people put after a speech is another thing.
    """
    element = anchor
    following = anchor.getnext()
    while following is not None and following not in known and following.tag != w("sectPr"):
        if following.tag != w("p") or text_in(following):
            element = following
        following = following.getnext()
    return element if following is not None and following in known else anchor
