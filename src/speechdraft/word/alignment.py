"""Which paragraph of a new draft is which of an old one: by its text, its words, its place in the outline.

Names alone do not tell: when a section comes in before others of its kind, or a heading is put in other words, the
same paragraphs have other names than before. So the two registers are laid side by side as a reader would do it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from speechdraft.word.marks import Record

__all__ = ["aligned", "longest_in_order"]

_SAME_TEXT: Final = 8
_SAME_WORDS: Final = 2
_SAME_NAME: Final = 1
_MOST_CELLS: Final = 1_000_000
"""Of the table in which two registers are compared; a speech has two hundred paragraphs at most."""


def aligned(written: Sequence[Record], fresh: Sequence[Record], is_alike: Callable[[int, int], bool]) -> dict[int, int]:
    """Return for places in ``fresh`` the places in ``written`` of the same paragraphs; no place twice.

    First those that keep their order, then those that were moved, last those between the same neighbours of which
    ``is_alike`` (by their places in both) says that one is the other put in other words.
    """
    pairs = _in_order(written, fresh)
    for what in (_text_of, _name_of):
        taken = set(pairs.values())
        left: dict[tuple[str, ...], deque[int]] = {}
        for place, record in enumerate(written):
            if place not in taken:
                left.setdefault(what(record), deque()).append(place)
        for new, record in enumerate(fresh):
            waiting = left.get(what(record))
            if waiting and new not in pairs:
                pairs[new] = waiting.popleft()
    _pair_reworded(len(written), len(fresh), pairs, is_alike)
    return pairs


def _likeness(old: Record, new: Record) -> int:
    if old.style != new.style:
        return _SAME_NAME if _name_of(new) == _name_of(old) else 0
    return (
        _SAME_TEXT * (old.text == new.text)
        + _SAME_WORDS * (old.mark.words == new.mark.words)
        + _SAME_NAME * (_name_of(new) == _name_of(old))
    )


def _name_of(record: Record) -> tuple[str, ...]:
    return (record.mark.paragraph,)


def _text_of(record: Record) -> tuple[str, ...]:
    return record.style, record.text, record.mark.words


def _in_order(written: Sequence[Record], fresh: Sequence[Record]) -> dict[int, int]:
    """Return the pairs of the heaviest common sequence, beginning and end first, where nothing has changed."""
    start, stop = 0, 0
    shorter = min(len(written), len(fresh))
    while start < shorter and written[start] == fresh[start]:
        start += 1
    while stop < shorter - start and written[-1 - stop] == fresh[-1 - stop]:
        stop += 1
    pairs = {place: place for place in range(start)}
    pairs |= {len(fresh) - 1 - place: len(written) - 1 - place for place in range(stop)}
    old, new = written[start : len(written) - stop], fresh[start : len(fresh) - stop]
    if len(old) * len(new) <= _MOST_CELLS:
        pairs |= {start + here: start + there for here, there in _heaviest(old, new)}
    return pairs


def _heaviest(old: Sequence[Record], new: Sequence[Record]) -> list[tuple[int, int]]:
    best = [[0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for there in range(len(old) - 1, -1, -1):
        row, below = best[there], best[there + 1]
        for here in range(len(new) - 1, -1, -1):
            weight = _likeness(old[there], new[here])
            row[here] = max(below[here], row[here + 1], below[here + 1] + weight if weight else 0)
    pairs: list[tuple[int, int]] = []
    there = here = 0
    while there < len(old) and here < len(new):
        weight = _likeness(old[there], new[here])
        if weight and best[there][here] == best[there + 1][here + 1] + weight:
            pairs.append((here, there))
            there, here = there + 1, here + 1
        elif best[there][here] == best[there + 1][here]:
            there += 1
        else:
            here += 1
    return pairs


def _pair_reworded(
    count_written: int, count_fresh: int, pairs: dict[int, int], is_alike: Callable[[int, int], bool]
) -> None:
    """Pair what is left over between the same neighbours on both sides, in order, where it is alike."""
    ends = [(-1, -1), *sorted(pairs.items()), (count_fresh, count_written)]
    taken = set(pairs.values())
    for (new_before, old_before), (new_after, old_after) in pairwise(ends):
        waiting = [place for place in range(old_before + 1, old_after) if place not in taken]
        for new in range(new_before + 1, new_after):
            old = next((place for place in waiting if is_alike(place, new)), None)
            if old is not None:
                pairs[new] = old
                taken.add(old)  # where paragraphs were moved, the same one may lie between other neighbours, too
                waiting = [place for place in waiting if place > old]


def longest_in_order(numbers: Sequence[int]) -> set[int]:
    """Return the numbers of a longest ascending subsequence: what stayed where it was while others were moved."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_left(tails, number)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(number)
            ends.append(place)
        else:
            tails[length] = number
            ends[length] = place
    found: set[int] = set()
    place = ends[-1] if ends else -1
    while place >= 0:
        found.add(numbers[place])
        place = before[place]
    return found
