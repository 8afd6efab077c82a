"""Bookmarks: by which a written paragraph is known again, and whether a hand has changed it.

A bookmark's name says which paragraph it is and what its words were; facts aside, for a paragraph whose fact was filled
in is no changed one, and its enumerator aside, for a section that goes moves those behind it up. What a name has no
room for stands in the store's register. WORD.md's finding stands behind this: bookmarks survive edits, splits and
LibreOffice, w14:paraId does not.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from itertools import count as counting
from typing import Final

from speechdraft.draft import ON_ONE_LINE, Block, Heading, Inline, Origin, Paragraph, Section, Strong, Text
from speechdraft.word.controls import TITLE_FORM, key_of

__all__ = [
    "MARK",
    "Mark",
    "Marks",
    "Record",
    "Register",
    "Words",
    "comment_digest",
    "digest_of",
    "key_of_block",
    "name_of_paragraph",
    "names_of",
    "names_within",
    "words_of",
]

MARK: Final = "_sd_"
"""How the name of a bookmark of ours begins; a leading _ hides it."""
_NAME = re.compile(rf"{MARK}([0-9a-f]{{12}})_([0-9a-f]{{12}})(_o)?")
_RECORD = re.compile(r"([0-9a-f]{12})_([0-9a-f]{12})_([0-9a-f]{12})_([A-Za-z0-9]*)_(.*)", re.DOTALL)
_COMMENT: Final = "c_"
_DIGEST_BYTES: Final = 6
_BREAKS = re.compile("([\n\t])")
_PLACE = re.compile(r"\[\d+\]")
_WAY = re.compile(rf"\|(?:computed|{ON_ONE_LINE}|{TITLE_FORM}|\d+/\d+)$")
"""Forms that say the same as the fact itself: it gets or loses them with its value."""
_FACT: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
_STRONG: Final = "\N{START OF TEXT}"
"""Where strong type begins or ends among the words. No document can hold this character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a bookmark says of a written paragraph: which it is, and the digest of its words.

    ``is_left`` says that the speech has the paragraph no more, and that it was left for the hand that is in it.
    """

    paragraph: str
    words: str
    is_left: bool = False

    @property
    def name(self) -> str:
        """The bookmark's name; Word takes 40 characters at most."""
        return f"{MARK}{self.paragraph}_{self.words}{'_o' if self.is_left else ''}"

    def left(self) -> Mark:
        """Return the mark of the same paragraph as one that the speech has no more."""
        return replace(self, is_left=True)

    @staticmethod
    def read(name: str) -> Mark | None:
        """Return what a bookmark's name says, or None where it is not ours."""
        found = _NAME.fullmatch(name)
        return None if found is None else Mark(paragraph=found[1], words=found[2], is_left=found[3] is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the register keeps of a written paragraph.

    Its mark; ``text``, the digest of its text with the values that its facts had; its style; and the enumerator that
    it opens with (``二、``), which is part of neither digest.
    """

    mark: Mark
    text: str
    style: str
    number: str = ""

    def __str__(self) -> str:
        """Return the record as one word of the register."""
        return f"{self.mark.paragraph}_{self.mark.words}_{self.text}_{self.style}_{self.number}"

    @staticmethod
    def read(word: str) -> Record | None:
        """Return the record that a word of the register is, or None where it is none."""
        found = _RECORD.fullmatch(word)
        if found is None:
            return None
        mark = Mark(paragraph=found[1], words=found[2])
        return Record(mark=mark, text=found[3], style=found[4], number=found[5])


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """What a document's store keeps beside the facts: its paragraphs as written, and what its comments said."""

    paragraphs: tuple[Record, ...] = ()
    comments: tuple[str, ...] = ()
    """Digests of our comments' lines: a comment of ours that says something else now has a hand in it."""

    def words(self) -> tuple[str, ...]:
        """Return the register as words without blanks, as the store has them."""
        return (*map(str, self.paragraphs), *(_COMMENT + digest for digest in self.comments))

    @staticmethod
    def read(words: Iterable[str]) -> Register:
        """Return the register that a store's words are; what is not understood is left out."""
        told = tuple(words)
        records = (Record.read(word) for word in told)
        return Register(
            paragraphs=tuple({record.mark.paragraph: record for record in records if record is not None}.values()),
            comments=tuple(word.removeprefix(_COMMENT) for word in told if word.startswith(_COMMENT)),
        )


class Marks:
    """Gives the paragraphs of one document their records; no two are alike."""

    def __init__(self) -> None:
        """Start with none."""
        self._given: dict[str, int] = {}

    def record(self, key: str, inlines: tuple[Inline, ...], style: str, number: str = "") -> Record:
        """Return the record of the next paragraph of a section; ``key`` names section and kind of paragraph.

        ``number`` is the enumerator that the inlines begin with.
        """
        count = self._given[key] = self._given.get(key, 0) + 1
        text = "".join(_texts(inlines)).removeprefix(number)
        mark = Mark(paragraph=name_of_paragraph(key, count), words=digest_of(words_of(inlines).removeprefix(number)))
        return Record(mark=mark, text=digest_of(text), style=style, number=number)


def key_of_block(origin: Origin, kind: type[Block]) -> str:
    """Return what a section's headings or paragraphs are known by beside their place among those of their section."""
    return f"{origin.key}|{kind.__name__}"


def name_of_paragraph(key: str, count: int) -> str:
    """Return the name of the ``count``-th paragraph (from 1) of a key in its mark."""
    return digest_of(f"{key}\n{count}")


def names_of(section: Section, known: Container[str]) -> Iterator[str]:
    """Return the names that the paragraphs of a section itself have in their marks, as far as they are known."""
    for kind in (Heading, Paragraph):
        for count in counting(1):
            name = name_of_paragraph(key_of_block(section.origin, kind), count)
            if name not in known:
                break
            yield name


def names_within(section: Section, known: Container[str]) -> Iterator[str]:
    """Return the names that the paragraphs of a section and of those within it have, as far as they are known."""
    yield from names_of(section, known)
    for child in section.sections:
        yield from names_within(child, known)


@dataclass(slots=True)
class Words:
    """The words of a paragraph as its mark is made from them: strong or not, each fact named in place of its value.

    An item of a list is named without its place, so that it is the same when others come before it; and a fact is the
    same on one line or several, worked out or not.
    """

    _said: list[str] = field(default_factory=list)
    _strong: bool = False

    def say(self, text: str, *, strong: bool) -> None:
        """Add a text. Breaks and tabs are in no type."""
        for piece in _BREAKS.split(text.replace("\r\n", "\n").replace("\r", "\n")):
            if piece and not _BREAKS.fullmatch(piece) and strong is not self._strong:
                self._said.append(_STRONG)
                self._strong = strong
            self._said.append(piece)

    def name(self, key: str) -> None:
        """Add a fact, by the key of its entry in the store."""
        self._said.append(f"{_FACT}{_WAY.sub('', _PLACE.sub('[]', key))}{_FACT}")

    def __str__(self) -> str:
        """Return what was added, as one text."""
        return "".join(self._said)


def words_of(inlines: Iterable[Inline]) -> str:
    """Return the words of a paragraph that is to be written."""
    words = Words()
    for inline in inlines:
        strong = isinstance(inline, Strong)
        for leaf in inline.inlines if isinstance(inline, Strong) else (inline,):
            if isinstance(leaf, Text):
                words.say(leaf.text, strong=strong)
            elif leaf.text:  # what says nothing has no control
                words.name(key_of(leaf))
    return str(words)


def _texts(inlines: Iterable[Inline]) -> Iterable[str]:
    for inline in inlines:
        yield from _texts(inline.inlines) if isinstance(inline, Strong) else (inline.text,)


def comment_digest(lines: Iterable[str]) -> str:
    """Return the digest of what a comment says, a line each paragraph."""
    return digest_of("\n".join(lines))


def digest_of(text: str) -> str:
    """Return 12 hexadecimal digits for a text."""
    return blake2b(text.encode(errors="replace"), digest_size=_DIGEST_BYTES).hexdigest()
