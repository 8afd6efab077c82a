"""A draft as a .docx: the body built as text, put into the base package.

A fact becomes runs in ``_fact``, a gap in ``_gap``, and every paragraph is made by ``_paragraph``: that is where a
content control or a bookmark goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import assert_never

from speechdraft.conventions import date_line, typed_lines
from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Paragraph, Strong, Text, plain
from speechdraft.word import styles
from speechdraft.word.base import COMMENTS, DOCUMENT, base, section
from speechdraft.word.comments import comments
from speechdraft.word.layouts import Layout
from speechdraft.word.markup import CHINESE, DECLARATION, R, W, escape
from speechdraft.word.package import pack
from speechdraft.word.properties import CORE, CUSTOM, core, custom, moment
from speechdraft.word.seal import OPEN, seal
from speechdraft.word.titles import broken, width

__all__ = ["to_docx"]


def to_docx(draft: Draft, layout: Layout) -> bytes:
    """Return the draft as a .docx, the same bytes for the same draft and layout.

    Its dates are the draft's own, or SOURCE_DATE_EPOCH where that is set. Raises ValueError when ``draft.created`` is
    no date.
    """
    body = _Body(layout)
    body.front(draft)
    body.text(draft)
    parts = dict(base(layout, commented=bool(body.gaps)))
    parts[DOCUMENT] = (
        f'{DECLARATION}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
        f"{''.join(body.paragraphs)}{section(layout)}</w:body></w:document>"
    ).encode()
    if body.gaps:
        parts[COMMENTS] = comments(body.gaps.values(), moment(draft))
    parts[CORE] = core(draft)
    parts[CUSTOM] = custom(draft, layout, OPEN)
    return pack(seal(parts))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a run has beside its paragraph's style, in the order that the schema wants."""

    style: str = ""
    bold: bool = False
    shaded: bool = False

    def properties(self) -> str:
        """Return w:rPr."""
        return "".join(
            (
                "<w:rPr>",
                f'<w:rStyle w:val="{self.style}"/>' if self.style else "",
                CHINESE,
                "<w:b/><w:bCs/>" if self.bold else "",
                '<w:shd w:val="clear" w:color="auto" w:fill="FFFF00"/>' if self.shaded else "",
                "</w:rPr>",
            )
        )


_PLAIN = _Look()

# A style separator: the mark of the heading's paragraph is never shown, so that the next one goes on in its line.
_SEPARATOR = "<w:rPr><w:vanish/><w:specVanish/></w:rPr>"
# Two readings of “the same line”. Word takes the indent in characters first, so that the line is indented whichever
# of its two paragraphs it asks; LibreOffice draws the heading as a box within the indented line and asks the other.
_SEPARATED = '<w:keepNext w:val="0"/><w:ind w:firstLineChars="{}" w:firstLine="0"/>'
# So many characters may that box be wider than its text.
_BOX = 2


class _Body:
    """The paragraphs of one document, and the gaps that have a comment in it."""

    def __init__(self, layout: Layout) -> None:
        """Start empty."""
        self._layout = layout
        self.paragraphs: list[str] = []
        self.gaps: dict[str, Gap] = {}

    def front(self, draft: Draft) -> None:
        """Add title, speaker, date in parentheses, a blank line, and the salutation."""
        self._add(styles.TITLE, broken(draft.title, self._layout.title_characters))
        self._add(styles.SPEAKER, draft.speaker)
        self._add(styles.DATE, date_line(draft))
        if self.paragraphs:
            self.paragraphs.append("<w:p/>")
        self._add(styles.SALUTATION, draft.salutation)

    def text(self, draft: Draft) -> None:
        """Add the body."""
        for line in typed_lines(draft.blocks()):
            if line.heading is not None and line.paragraph is not None:
                self._run_in(line.heading, line.paragraph)
            elif line.heading is not None:
                self._add(styles.heading(line.heading.level), _heading(line.heading), _outline(line.heading))
            elif line.paragraph is not None:
                self._add(styles.BODY, line.paragraph.inlines)

    def _run_in(self, heading: Heading, paragraph: Paragraph) -> None:
        """Add a heading and the paragraph that goes on in its line.

        A short heading is a paragraph of its own before a style separator, and so stands in the navigation pane
        without its full stop. LibreOffice 25.2 loses what such a heading has beyond its first line: a long one is a
        run in the heading's linked character style.
        """
        inlines = _heading(heading)
        style = styles.heading(heading.level)
        indent = self._layout.indent.characters
        if indent + width(plain(inlines) + heading.stop) + _BOX <= self._layout.characters:
            separated = _SEPARATED.format(indent * 100)
            self._add(style, inlines, f"{separated}{_outline(heading)}{_SEPARATOR}")
            text = self._runs(_after(heading.stop, paragraph.inlines), _PLAIN)
        else:
            lead = self._runs((*inlines, Text(text=heading.stop)), _Look(style=f"{style}Char"))
            text = lead + self._runs(paragraph.inlines, _PLAIN)
        self.paragraphs.append(_paragraph(styles.BODY, "", text))

    def _add(self, style: str, inlines: tuple[Inline, ...], properties: str = "") -> None:
        if plain(inlines):
            self.paragraphs.append(_paragraph(style, properties, self._runs(inlines, _PLAIN)))

    def _runs(self, inlines: tuple[Inline, ...], look: _Look) -> str:
        return "".join([self._inline(inline, look) for inline in inlines])

    def _inline(self, inline: Inline, look: _Look) -> str:
        match inline:
            case Text():
                return _run(inline.text, look)
            case FactText():
                return self._fact(inline, look)
            case Gap():
                return self._gap(inline, look)
            case Strong():
                return self._runs(inline.inlines, replace(look, bold=True))
            case _:
                assert_never(inline)

    @staticmethod
    def _fact(fact: FactText, look: _Look) -> str:
        return _run(fact.text, look)

    def _gap(self, gap: Gap, look: _Look) -> str:
        """Return the gap shaded, at its fact's first mention with the comment that tells how to fill it."""
        run = _run(gap.text, replace(look, shaded=True))
        if gap.fact in self.gaps:
            return run
        number = len(self.gaps)
        self.gaps[gap.fact] = gap
        return (
            f'<w:commentRangeStart w:id="{number}"/>{run}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{number}"/></w:r>'
        )


def _heading(heading: Heading) -> tuple[Inline, ...]:
    return _after(heading.number, heading.inlines)


def _after(text: str, inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return the inlines with a text before them, in one run with theirs where they begin with text."""
    if inlines and isinstance(inlines[0], Text):
        return (Text(text=text + inlines[0].text), *inlines[1:])
    return (Text(text=text), *inlines)


def _outline(heading: Heading) -> str:
    """Return the outline level of a heading that is deeper than its style's; Word has nine, the last is 8."""
    if heading.level <= styles.DEEPEST:
        return ""
    return f'<w:outlineLvl w:val="{min(heading.level, 9) - 1}"/>'


def _paragraph(style: str, properties: str, content: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


_BREAKS = re.compile("\r\n|[\r\n\t]")


def _run(text: str, look: _Look) -> str:
    """Return the text as a run, line feeds and tabs as Word has them."""
    if not text:
        return ""
    content = _words(text) if _BREAKS.search(text) is None else _lines(text)
    return f"<w:r>{look.properties()}{content}</w:r>"


def _lines(text: str) -> str:
    content = ""
    start = 0
    for found in _BREAKS.finditer(text):
        content += _words(text[start : found.start()]) + ("<w:tab/>" if found.group() == "\t" else "<w:br/>")
        start = found.end()
    return content + _words(text[start:])


def _words(text: str) -> str:
    return f'<w:t xml:space="preserve">{escape(text)}</w:t>' if text else ""
