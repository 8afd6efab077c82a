"""A layout as Word's named styles (styles.xml), and as the size, margins and grid of its pages.

The styles are Word's own, by identifier and name, so that its navigation pane, its tables of contents and other
programs know what is a heading. They name a font for Latin text too: Word counts “ ” … — as Latin.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from speechdraft.word.layouts import Layout, Typeface
from speechdraft.word.markup import DECLARATION, W, attribute, twips

__all__ = [
    "BODY",
    "DATE",
    "DEEPEST",
    "SALUTATION",
    "SPEAKER",
    "TITLE",
    "cells",
    "heading",
    "leading",
    "page",
    "styles",
]

TITLE: Final = "Title"
SPEAKER: Final = "Signature"
DATE: Final = "Date"
SALUTATION: Final = "Salutation"
BODY: Final = "BodyText"
DEEPEST: Final = 4
"""The deepest level that has a style of its own; a deeper heading looks like it."""


def heading(level: int) -> str:
    """Return the style of a heading's paragraph; the same and ``Char`` is its form within a paragraph."""
    return f"Heading{min(level, DEEPEST)}"


def leading(layout: Layout) -> int:
    """Return the distance from line to line in twips."""
    return round(layout.leading.points * 20)


def cells(layout: Layout, characters: int) -> int:
    """Return the width of some characters of the grid in twips.

    A cell is a whole number of twips, as LibreOffice rounds it anyway; rounded down, so that a full line has room.
    """
    return twips(layout.area.width) // layout.characters * characters


def page(layout: Layout) -> str:
    """Return size, margins and grid of the page, for w:sectPr.

    Right and bottom margins are what the text area leaves over; the footer's distance is what brings the middle of
    the page number's line to its place. ``charSpace`` is what a character's cell has over the default size, in
    4096ths of a point.
    """
    paper, area, number = layout.paper, layout.area, layout.page_number
    width, height = twips(paper.width), twips(paper.height)
    top, left = twips(area.top), twips(area.left)
    right, bottom = width - left - twips(area.width), height - top - twips(area.height)
    footer = bottom - twips(number.below) - _footer_line(layout) // 2
    space = math.floor(4096 * (cells(layout, 1) / 20 - layout.body.size))
    return (
        f'<w:pgSz w:w="{width}" w:h="{height}"/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}"'
        f' w:header="{top // 2}" w:footer="{footer}" w:gutter="0"/>'
        f'<w:docGrid w:type="linesAndChars" w:linePitch="{leading(layout)}" w:charSpace="{space}"/>'
    )


def styles(layout: Layout) -> bytes:
    """Return styles.xml."""
    return (
        f'{DECLARATION}<w:styles xmlns:w="{W}"><w:docDefaults><w:rPrDefault><w:rPr>{_face(layout.body)}'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/>'
        f"</w:docDefaults>{_LATENT}{''.join(style.xml() for style in _styles(layout))}</w:styles>"
    ).encode()


# A style that is not defined here stays out of sight until it is used.
_LATENT = (
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
    ' w:defQFormat="0" w:count="376"/>'
)
_TABLE = (
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
    '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
    "</w:tblCellMar></w:tblPr>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """A style. ``paragraph`` and ``run`` are its properties, in the order that the schema wants."""

    identifier: str
    name: str
    kind: str = "paragraph"
    based: str = "Normal"
    following: str = ""
    link: str = ""
    paragraph: str = ""
    run: str = ""
    table: str = ""

    def xml(self) -> str:
        """Return w:style. What is based on nothing is the default of its kind; ours is only what Word does not name."""
        default = "" if self.based else ' w:default="1"'
        ours = ' w:customStyle="1"' if self.name.endswith(" Char") else ""
        return "".join(
            (
                f'<w:style w:type="{self.kind}"{default}{ours} w:styleId="{self.identifier}">',
                f'<w:name w:val="{self.name}"/>',
                f'<w:basedOn w:val="{self.based}"/>' if self.based else "",
                f'<w:next w:val="{self.following}"/>' if self.following else "",
                f'<w:link w:val="{self.link}"/>' if self.link else "",
                "<w:qFormat/>" if self.kind == "paragraph" else '<w:uiPriority w:val="99"/>',
                f"<w:pPr>{self.paragraph}</w:pPr>" if self.paragraph else "",
                f"<w:rPr>{self.run}</w:rPr>" if self.run else "",
                f"{self.table}</w:style>",
            )
        )


def _styles(layout: Layout) -> Iterator[_Style]:
    """Return all styles, the ones that others are based on first."""
    exact = f'<w:spacing w:line="{leading(layout)}" w:lineRule="exact"/>'
    normal = f'<w:widowControl w:val="0"/>{_HANGING}{exact}<w:jc w:val="both"/>'
    yield _Style(identifier="Normal", name="Normal", based="", paragraph=normal, run=_size(layout.body.size))
    yield _Style(identifier=_FONT, name="Default Paragraph Font", kind="character", based="")
    yield _Style(identifier="TableNormal", name="Normal Table", kind="table", based="", table=_TABLE)
    yield _Style(identifier="NoList", name="No List", kind="numbering", based="")
    yield from _front(layout)
    yield from _text(layout)
    yield from _margin(layout)


_FONT = "DefaultParagraphFont"

# Word lets punctuation hang over the margin unless told not to; to say so changes nothing there. LibreOffice 25.2
# takes this the other way round, and that is wanted: it loses some of the marks that hang.
_HANGING = "<w:overflowPunct/>"


def _front(layout: Layout) -> Iterator[_Style]:
    """Return the styles above the text. Title and salutation stand half a line off from what is between them."""
    half = leading(layout) // 2
    title = f'<w:keepNext/><w:spacing w:after="{half}"/><w:jc w:val="center"/>'
    centred = '<w:jc w:val="center"/>'
    apart = f'<w:spacing w:before="{half}"/>'
    front, body = _face(layout.front), _face(layout.body)
    yield _Style(identifier=TITLE, name="Title", following=SPEAKER, paragraph=title, run=_face(layout.title))
    yield _Style(identifier=SPEAKER, name="Signature", following=DATE, paragraph=centred, run=front)
    yield _Style(identifier=DATE, name="Date", following=SALUTATION, paragraph=centred, run=front)
    yield _Style(identifier=SALUTATION, name="Salutation", following=BODY, paragraph=apart, run=body)


def _text(layout: Layout) -> Iterator[_Style]:
    """Return the styles of paragraphs and headings.

    The first line's indent stands there twice: Word goes by characters, LibreOffice by the width.
    """
    characters = layout.indent.characters
    indent = f'<w:ind w:firstLineChars="{characters * 100}" w:firstLine="{cells(layout, characters)}"/>'
    yield _Style(identifier=BODY, name="Body Text", paragraph=indent, run=_face(layout.body))
    for level, typeface in enumerate(layout.headings, 1):
        paragraph, within = heading(level), f"{heading(level)}Char"
        yield _Style(
            identifier=paragraph,
            name=f"heading {level}",
            following=BODY,
            link=within,
            paragraph=f'<w:keepNext/>{indent}<w:outlineLvl w:val="{level - 1}"/>',
            run=_face(typeface),
        )
        yield _Style(
            identifier=within,
            name=f"Heading {level} Char",
            kind="character",
            based=_FONT,
            link=paragraph,
            run=_face(typeface),
        )


def _margin(layout: Layout) -> Iterator[_Style]:
    """Return the styles of what stands beside the text: page numbers and comments."""
    number = _face(layout.page_number.typeface)
    footer = f'<w:snapToGrid w:val="0"/><w:spacing w:line="{_footer_line(layout)}" w:lineRule="exact"/>'
    comment = '<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/><w:jc w:val="left"/>'
    small = _size(_COMMENT)
    yield _Style(identifier="Header", name="header", paragraph=footer, run=number)
    yield _Style(identifier="Footer", name="footer", paragraph=footer, run=number)
    yield _Style(identifier="CommentText", name="annotation text", paragraph=comment, run=small)
    yield _Style(identifier="CommentReference", name="annotation reference", kind="character", based=_FONT, run=small)


_COMMENT: Final = 10.5
"""The size of comments, 五号, as Word's own are."""


def _footer_line(layout: Layout) -> int:
    """Return the height of the page number's line in twips."""
    return round(layout.page_number.typeface.size * 1.3 * 20)


def _size(points: float) -> str:
    half_points = round(points * 2)
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def _face(typeface: Typeface) -> str:
    font = attribute(typeface.font)
    fonts = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}" w:cs="{font}"/>'
    return fonts + ("<w:b/><w:bCs/>" if typeface.bold else "") + _size(typeface.size)
