"""Bookmarks: by which a written paragraph is known again, and whether a hand has changed it.

A bookmark's name says which paragraph it is and what its words were, facts aside: a fact that was filled in a
paragraph does not make it a changed one. WORD.md's finding stands behind this: bookmarks survive edits, splits and
LibreOffice, w14:paraId does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from speechdraft.draft import FactText, Gap, Inline, Text, leaves
from speechdraft.word.controls import key_of

__all__ = ["Mark", "Marks", "digest_of", "fact_mark", "words_of"]

_NAME = re.compile(r"_sd_([0-9a-f]{12})_([0-9a-f]{12})")
_FORMAT: Final = "_sd_{}_{}"  # a leading _ hides it; Word takes 40 characters at most
_DIGEST_BYTES: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a bookmark says of a written paragraph: which it is, and the digest of its words."""

    paragraph: str
    words: str

    @property
    def name(self) -> str:
        """The bookmark's name."""
        return _FORMAT.format(self.paragraph, self.words)

    @staticmethod
    def read(name: str) -> Mark | None:
        """Return what a bookmark's name says, or None where it is not ours."""
        found = _NAME.fullmatch(name)
        return None if found is None else Mark(paragraph=found[1], words=found[2])


class Marks:
    """Gives the paragraphs of one document their marks; no two are alike."""

    def __init__(self) -> None:
        """Start with none."""
        self._given: dict[str, int] = {}

    def mark(self, key: str, inlines: Iterable[Inline]) -> Mark:
        """Return the mark of the next paragraph of a section; ``key`` names section and kind of paragraph."""
        count = self._given[key] = self._given.get(key, 0) + 1
        return Mark(paragraph=digest_of(f"{key}\n{count}"), words=digest_of(words_of(tuple(inlines))))


def words_of(inlines: tuple[Inline, ...]) -> str:
    """Return the words of a paragraph, each fact named in place of its value."""
    return "".join(_words(inline) for inline in leaves(inlines))


def _words(inline: Text | FactText | Gap) -> str:
    return inline.text if isinstance(inline, Text) else fact_mark(key_of(inline))


def fact_mark(key: str) -> str:
    """Return what stands for a fact among the words."""
    return f"\N{OBJECT REPLACEMENT CHARACTER}{key}\N{OBJECT REPLACEMENT CHARACTER}"


def digest_of(text: str) -> str:
    """Return 12 hexadecimal digits for a text."""
    return blake2b(text.encode(errors="replace"), digest_size=_DIGEST_BYTES).hexdigest()
