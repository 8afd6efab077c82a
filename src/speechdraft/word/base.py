"""The base package: all that a .docx of ours needs beside its text, made with python-docx.

Not from python-docx's own template, which brings a Japanese theme that overrides fonts, an old compatibility mode and
789 KB of styles nobody uses, but part by part.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.package import Package

from speechdraft.word.controls import GLOSSARY, ITEM, ITEM_PROPERTIES, item_properties
from speechdraft.word.layouts import Layout
from speechdraft.word.markup import CHINESE, DECLARATION, W, attribute
from speechdraft.word.package import unpack
from speechdraft.word.properties import CORE, CUSTOM
from speechdraft.word.styles import cells, leading, page, styles

__all__ = ["COMMENTS", "DOCUMENT", "base", "section"]

DOCUMENT: Final = "word/document.xml"
COMMENTS: Final = "word/comments.xml"

_ODD, _EVEN = "rId1", "rId2"

# What stands nearest to a font where it is missing: Word looks for these next.
_KIN = {"方正小标宋简体": "华文中宋", "仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体"}


@cache
def base(layout: Layout, *, commented: bool, kept: bool) -> Mapping[str, bytes]:
    """Return the parts of a document by name; text, comments, store and properties are empty and yet to be given.

    ``kept`` is whether it has a store, and building blocks for its controls.
    """
    package = Package()

    def part(name: str, content_type: str, content: bytes = b"") -> Part:
        return Part(PackURI(f"/{name}"), content_type, content, package)

    document = part(DOCUMENT, CT.WML_DOCUMENT_MAIN)
    package.relate_to(document, RT.OFFICE_DOCUMENT)
    package.relate_to(part(CORE, CT.OPC_CORE_PROPERTIES), RT.CORE_PROPERTIES)
    package.relate_to(part(CUSTOM, CT.OFC_CUSTOM_PROPERTIES), RT.CUSTOM_PROPERTIES)
    document.load_rel(RT.FOOTER, part("word/footer1.xml", CT.WML_FOOTER, _footer(layout, even=False)), _ODD)
    document.load_rel(RT.FOOTER, part("word/footer2.xml", CT.WML_FOOTER, _footer(layout, even=True)), _EVEN)
    document.relate_to(part("word/styles.xml", CT.WML_STYLES, styles(layout)), RT.STYLES)
    document.relate_to(part("word/settings.xml", CT.WML_SETTINGS, _settings(layout)), RT.SETTINGS)
    document.relate_to(part("word/fontTable.xml", CT.WML_FONT_TABLE, _fonts(layout)), RT.FONT_TABLE)
    if commented:
        document.relate_to(part(COMMENTS, CT.WML_COMMENTS), RT.COMMENTS)
    if kept:
        item = part(ITEM, CT.XML)
        item.relate_to(part(ITEM_PROPERTIES, CT.OFC_CUSTOM_XML_PROPERTIES, item_properties()), RT.CUSTOM_XML_PROPS)
        document.relate_to(item, RT.CUSTOM_XML)
        document.relate_to(part(GLOSSARY, CT.WML_DOCUMENT_GLOSSARY), RT.GLOSSARY_DOCUMENT)
    stream = io.BytesIO()
    package.save(stream)
    return MappingProxyType(unpack(stream.getvalue()))


def section(layout: Layout, paper: str = "") -> str:
    """Return the properties of the document's one section, w:sectPr; ``paper`` is its page where not the layout's."""
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{_ODD}"/>'
        f'<w:footerReference w:type="even" r:id="{_EVEN}"/>{paper or page(layout)}</w:sectPr>'
    )


def _footer(layout: Layout, *, even: bool) -> bytes:
    """Return a footer: — 1 — (GB/T 9704-2012, 7.5).

    The field has a result in it, for programs that do not count pages.
    """
    number = layout.page_number
    if number.place == "centre":
        place = '<w:jc w:val="center"/>'
    else:
        side = "left" if even else "right"
        away = number.indent.characters
        place = f'<w:ind w:{side}Chars="{away * 100}" w:{side}="{cells(layout, away)}"/><w:jc w:val="{side}"/>'
    runs = (
        '<w:t xml:space="preserve">— </w:t>',
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>2</w:t>" if even else "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        '<w:t xml:space="preserve"> —</w:t>',
    )
    return (
        f'{DECLARATION}<w:ftr xmlns:w="{W}"><w:p><w:pPr><w:pStyle w:val="Footer"/>{place}</w:pPr>'
        + "".join(f"<w:r><w:rPr>{CHINESE}</w:rPr>{run}</w:r>" for run in runs)
        + "</w:p></w:ftr>"
    ).encode()


def _settings(layout: Layout) -> bytes:
    """Return the settings: those of a Chinese Word's own new document, with odd and even pages apart."""
    compatible = "".join(
        f"<w:{name}/>"
        for name in (
            "spaceForUL",
            "balanceSingleByteDoubleByteWidth",
            "doNotLeaveBackslashAlone",
            "ulTrailSpace",
            "doNotExpandShiftReturn",
            "adjustLineHeightInTable",
            "useFELayout",
        )
    )
    modes = "".join(
        f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'
        for name, value in (
            ("compatibilityMode", 15),
            ("overrideTableStyleFontSizeAndJustification", 1),
            ("enableOpenTypeFeatures", 1),
            ("doNotFlipMirrorIndents", 1),
            ("differentiateMultirowTableHeaders", 1),
        )
    )
    return (
        f'{DECLARATION}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>'
        f'<w:defaultTabStop w:val="{cells(layout, 2)}"/><w:evenAndOddHeaders/>'
        f'<w:drawingGridVerticalSpacing w:val="{leading(layout) // 2}"/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        f"<w:compat>{compatible}{modes}</w:compat>"
        '<w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
        '<w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
    ).encode()


def _fonts(layout: Layout) -> bytes:
    """Return the table of the fonts that the styles name."""
    typefaces = (layout.body, layout.title, layout.front, *layout.headings, layout.page_number.typeface)
    fonts = "".join(
        f'<w:font w:name="{attribute(font)}">'
        + (f'<w:altName w:val="{_KIN[font]}"/>' if font in _KIN else "")
        # 86 is GB 2312: with it Word takes another Chinese font, not a Latin one, for a font that is missing.
        + '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for font in sorted({typeface.font for typeface in typefaces})
    )
    return f'{DECLARATION}<w:fonts xmlns:w="{W}">{fonts}</w:fonts>'.encode()
