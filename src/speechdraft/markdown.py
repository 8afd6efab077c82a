"""A draft as Markdown (CommonMark), in which no word of a fact or a template is read as markup."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import groupby, pairwise
from typing import NamedTuple, assert_never

from speechdraft.conventions import Line, date_line, typed_lines
from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Strong, Text

__all__ = ["to_markdown"]

_DEEPEST = 6
"""Markdown has six levels of headings; the title takes the first."""

_MARKS = re.compile(r"[\\`*_\[\]<>&#|~$^{}]")
"""Marks that mean something anywhere in a line, those of the common extensions (tables, mathematics) included."""

_MARKS_AT_LINE_START = re.compile(r"^(?:([-+=:])|(\d{1,9})([.)]))")
"""Marks that mean something only where a line begins: lists, rules, definitions, and 1. or 1) before an item."""


class _Piece(NamedTuple):
    """A stretch of escaped Markdown."""

    source: str
    strong: bool


def to_markdown(draft: Draft) -> str:
    r"""Return the draft as Markdown with ``\n`` line ends.

    The title is a heading of the first level, a section's heading stands one level below its own; a run-in heading
    is the strong lead of its paragraph. Gaps are strong.
    """
    blocks = [_heading(1, _pieces(draft.title))]
    blocks += [_paragraph(_pieces(inlines)) for inlines in (draft.speaker, date_line(draft), draft.salutation)]
    blocks += [_line(line) for line in typed_lines(draft.blocks())]
    return "\n".join(f"{block}\n" for block in blocks if block)


def _line(line: Line) -> str:
    heading = line.heading
    body = [] if line.paragraph is None else _pieces(line.paragraph.inlines)
    if heading is None:
        return _paragraph(body)
    pieces = [_Piece(_escape(heading.number), strong=False), *_pieces(heading.inlines)]
    if heading.run_in:
        return _paragraph([*_lead(heading, pieces), *body])
    return _heading(heading.level + 1, pieces)


def _lead(heading: Heading, pieces: Iterable[_Piece]) -> list[_Piece]:
    # The closing mark stays outside: two asterisks between a mark and a word would not close.
    words = "".join(piece.source for piece in pieces).replace("\n", "") + heading.stop
    return [_Piece(words[:-1], strong=True), _Piece(words[-1:], strong=False)]


def _heading(level: int, pieces: Iterable[_Piece]) -> str:
    source = _join(piece._replace(source=piece.source.replace("\n", "")) for piece in pieces).strip()
    return f"{'#' * min(level, _DEEPEST)} {source}" if source else ""


def _paragraph(pieces: Iterable[_Piece]) -> str:
    r"""Return the pieces as a paragraph; a line feed in them is a hard line break (a backslash before ``\n``)."""
    lines = [line.strip() for line in _join(pieces).split("\n")]
    return "\\\n".join(_MARKS_AT_LINE_START.sub(r"\2\\\1\3", line) for line in lines if line)


def _pieces(inlines: Iterable[Inline]) -> list[_Piece]:
    pieces: list[_Piece] = []
    for inline in inlines:
        match inline:
            case Text() | FactText():
                pieces.append(_Piece(_escape(inline.text), strong=False))
            case Gap():
                pieces.append(_Piece(_escape(inline.text), strong=True))
            case Strong():
                pieces += [_Piece(piece.source, strong=True) for piece in _pieces(inline.inlines)]
            case _:
                assert_never(inline)
    return pieces


def _escape(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)


def _join(pieces: Iterable[_Piece]) -> str:
    """Return the pieces as one source, each stretch of strong ones marked once."""
    runs = [
        ("".join(piece.source for piece in run), strong)
        for strong, run in groupby((piece for piece in pieces if piece.source), key=lambda piece: piece.strong)
    ]
    source = ""
    for (run, strong), (following, _) in pairwise([*runs, ("", False)]):
        words = run.strip()
        if not strong or not words:
            source += run
            continue
        before, _, after = run.partition(words)
        source += before
        source += _strong(words, source[-1:], (after + following)[:1]) + after
    return source


def _strong(words: str, previous: str, following: str) -> str:
    """Return the words marked as strong between two neighbouring characters.

    Asterisks beside a mark such as 【 or 。 open or close nothing when a word stands on their other side (CommonMark
    0.31, 6.2: left- and right-flanking delimiter runs), as is usual in Chinese; there the HTML element does it.
    """
    opens = _is_word(words[0]) or _is_break(previous)
    closes = _is_word(words[-1]) or _is_break(following)
    return f"**{words}**" if opens and closes else f"<strong>{words}</strong>"


def _is_word(character: str) -> bool:
    """Return whether the character is part of a word. Symbols (×, ￥) are not: readers do not agree on them."""
    return not character.isspace() and unicodedata.category(character)[0] not in "PS"


def _is_break(character: str) -> bool:
    """Return whether the character is a space or a mark, or none at all. Symbols beyond ASCII are not, as above."""
    if not character or character in "\t\n" or unicodedata.category(character) == "Zs":
        return True
    return not _is_word(character) and (character.isascii() or unicodedata.category(character)[0] == "P")
