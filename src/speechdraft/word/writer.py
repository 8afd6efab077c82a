"""A draft as a .docx: the body built as text, put into the base package.

A fact becomes runs in a content control in ``_control``, and every paragraph with its bookmark is made by ``_append``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import assert_never

from speechdraft.conventions import date_line, typed_lines
from speechdraft.draft import Block, Draft, FactText, Gap, Heading, Inline, Paragraph, Strong, Text, plain
from speechdraft.slots import name_of
from speechdraft.titles import broken, width
from speechdraft.word import styles
from speechdraft.word.base import COMMENTS, DOCUMENT, base, section
from speechdraft.word.comments import comments, lines_of
from speechdraft.word.controls import GLOSSARY, ITEM, TITLE_FORM, Controls, glossary, store
from speechdraft.word.layouts import Layout
from speechdraft.word.marks import Marks, Record, Register, comment_digest, key_of_block
from speechdraft.word.markup import CHINESE, DECLARATION, R, W, escape
from speechdraft.word.package import pack
from speechdraft.word.properties import CORE, CUSTOM, core, custom, moment
from speechdraft.word.seal import OPEN, seal
from speechdraft.word.storing import record

__all__ = ["to_docx", "to_parts"]


def to_docx(draft: Draft, layout: Layout, *, final: bool = False, known: Iterable[str] = ()) -> bytes:
    """Return the draft as a .docx, the same bytes for the same draft and layout.

    Every fact is a content control, every paragraph has a mark to be known by, and comments say what is open; a
    ``final`` copy has the text alone. ``known`` are the entries that the store of an earlier document has; they stand
    first in this one's, so that paragraphs can go from one to the other. Its dates are the draft's own, or
    SOURCE_DATE_EPOCH where that is set. Raises ValueError when ``draft.created`` is no date.
    """
    return pack(to_parts(draft, layout, final=final, known=known))


def to_parts(draft: Draft, layout: Layout, *, final: bool = False, known: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the parts of the draft as a .docx, by name; see :func:`to_docx`."""
    body = _Body(layout, known, final=final)
    body.front(draft)
    body.text(draft)
    stored = body.controls.stored()
    parts = dict(base(layout, commented=bool(body.comments), kept=not final))
    parts[DOCUMENT] = (
        f'{DECLARATION}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>'
        f"{''.join(body.paragraphs)}{section(layout)}</w:body></w:document>"
    ).encode()
    if body.comments:
        parts[COMMENTS] = comments(body.comments.values(), moment(draft))
    if not final:
        said = tuple(map(comment_digest, body.comments.values()))
        words = Register(paragraphs=tuple(body.records), comments=said).words()
        parts[ITEM] = store(stored, words)
        parts[GLOSSARY] = glossary(body.controls.placeholders(), record(stored, words))
    parts[CORE] = core(draft)
    parts[CUSTOM] = custom(draft, layout, OPEN)
    return seal(parts)


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
    """The paragraphs of one document, its controls, and what its comments say of which fact."""

    def __init__(self, layout: Layout, known: Iterable[str], *, final: bool) -> None:
        """Start empty."""
        self._layout = layout
        self._final = final
        self._marks = Marks()
        self.paragraphs: list[str] = []
        self.records: list[Record] = []
        self.controls = Controls(known)
        self.comments: dict[str, tuple[str, ...]] = {}

    def front(self, draft: Draft) -> None:
        """Add title, speaker, date in parentheses, a blank line, and the salutation."""
        title = broken(draft.title, self._layout.title_characters)
        self._add(styles.TITLE, tuple(map(_broken_fact, title)), "title")
        self._add(styles.SPEAKER, draft.speaker, "speaker")
        self._add(styles.DATE, date_line(draft), "date")
        if self.paragraphs:
            self.paragraphs.append("<w:p/>")
        self._add(styles.SALUTATION, draft.salutation, "salutation")

    def text(self, draft: Draft) -> None:
        """Add the body."""
        for line in typed_lines(draft.blocks()):
            if line.heading is not None and line.paragraph is not None:
                self._run_in(line.heading, line.paragraph)
            elif line.heading is not None:
                heading = line.heading
                style = styles.heading(heading.level)
                self._add(style, _heading(heading), _key(heading), _outline(heading), heading.number)
            elif line.paragraph is not None:
                self._add(styles.BODY, line.paragraph.inlines, _key(line.paragraph))

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
            properties = f"{separated}{_outline(heading)}{_SEPARATOR}"
            self._add(style, inlines, _key(heading), properties, heading.number)
            rest = _after(heading.stop, paragraph.inlines)
            self._append("", self._runs(rest, _PLAIN), self._marks.record(_key(paragraph), rest, styles.BODY))
        else:
            lead = (*inlines, Text(text=heading.stop))
            text = self._runs(lead, _Look(style=f"{style}Char")) + self._runs(paragraph.inlines, _PLAIN)
            record = self._marks.record(_key(paragraph), (*lead, *paragraph.inlines), styles.BODY, heading.number)
            self._append("", text, record)

    def _add(self, style: str, inlines: tuple[Inline, ...], key: str, properties: str = "", number: str = "") -> None:
        if plain(inlines):
            self._append(properties, self._runs(inlines, _PLAIN), self._marks.record(key, inlines, style, number))

    def _append(self, properties: str, content: str, record: Record) -> None:
        if not self._final:
            number = len(self.paragraphs)
            self.records.append(record)
            name = record.mark.name
            content = f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'
        style = f'<w:pStyle w:val="{record.style}"/>'
        self.paragraphs.append(f"<w:p><w:pPr>{style}{properties}</w:pPr>{content}</w:p>")

    def _runs(self, inlines: tuple[Inline, ...], look: _Look) -> str:
        return "".join([self._inline(inline, look) for inline in inlines])

    def _inline(self, inline: Inline, look: _Look) -> str:
        match inline:
            case Text():
                return _run(inline.text, look)
            case FactText():
                return self._control(inline, _run(inline.text, look), look)
            case Gap():
                return self._control(inline, _run(inline.text, replace(look, shaded=True)), look)
            case Strong():
                return self._runs(inline.inlines, replace(look, bold=True))
            case _:
                assert_never(inline)

    def _control(self, inline: FactText | Gap, runs: str, look: _Look) -> str:
        """Return a fact's runs in their control; at its first mention with a comment if there is something to say."""
        if self._final or not runs:
            return runs
        control = self.controls.control(inline, runs, look.properties())
        lines = lines_of(inline)
        # What is said of a list is said of all its items.
        subject = inline.fact if isinstance(inline, Gap) else name_of(inline.fact)
        if not lines or subject in self.comments:
            return control
        number = len(self.comments)
        self.comments[subject] = lines
        return (
            f'<w:commentRangeStart w:id="{number}"/>{control}<w:commentRangeEnd w:id="{number}"/>'
            f'<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:commentReference w:id="{number}"/></w:r>'
        )


def _key(block: Block) -> str:
    return key_of_block(block.origin, type(block))


def _broken_fact(inline: Inline) -> Inline:
    """Return a fact that a title's line break falls into as a form of its own: other mentions have no break."""
    return replace(inline, form=TITLE_FORM) if isinstance(inline, FactText) and "\n" in inline.text else inline


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
