"""The package around the text: styles, footers, settings, and what Word's schema asks of all of it."""

# ruff: noqa: SIM905  a list of names is read more easily as one text

from __future__ import annotations

import io
from collections import Counter

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Mm, Pt
from lxml import etree

from speechdraft.word.layouts import GBT9704, LAYOUTS, READING, Layout
from speechdraft.word.writer import to_docx
from tests.word.readback import W, attributes, child, paragraphs, parts, val, w, xml
from tests.word.samples import bare, gap, paragraph, speech

EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)

# ECMA-376, CT_PPr and CT_RPr: Word refuses a document in which they stand in another order.
PARAGRAPH_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
).split()
RUN_ORDER = (
    "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish "
    "webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang "
    "eastAsianLayout specVanish oMath"
).split()


def every_part(data: bytes) -> list[etree._Element]:
    """Return the roots of all parts in WordprocessingML."""
    return [etree.fromstring(content) for name, content in parts(data).items() if name.startswith("word/")]


@EVERY_LAYOUT
def test_properties_stand_in_the_order_of_the_schema(layout: Layout) -> None:
    for root in every_part(to_docx(speech(), layout)):
        for name, order in (("pPr", PARAGRAPH_ORDER), ("rPr", RUN_ORDER)):
            for properties in root.iter(w(name)):
                places = [order.index(etree.QName(child).localname) for child in properties]
                assert places == sorted(set(places)), etree.tostring(properties)


@EVERY_LAYOUT
def test_every_style_that_is_used_exists(layout: Layout) -> None:
    data = to_docx(speech(), layout)
    there = [style.get(w("styleId")) for style in xml(data, "word/styles.xml").iter(w("style"))]
    assert len(there) == len(set(there))
    for root in every_part(data):
        for name in ("pStyle", "rStyle", "basedOn", "next", "link"):
            assert {found.get(w("val")) for found in root.iter(w(name))} <= set(there)


def test_ids_are_unique() -> None:
    data = to_docx(speech(), GBT9704)
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        counts = Counter(found.get(w("id")) for found in xml(data).iter(w(name)))
        assert counts
        assert set(counts.values()) == {1}
        assert set(counts) == {comment.get(w("id")) for comment in xml(data, "word/comments.xml")}


def test_styles_are_words_own() -> None:
    document = docx.Document(io.BytesIO(to_docx(speech(), GBT9704)))
    names = {style.style_id: style.name for style in document.styles if style.type is WD_STYLE_TYPE.PARAGRAPH}
    assert names == {
        "Normal": "Normal",
        "Title": "Title",
        "Signature": "Signature",
        "Date": "Date",
        "Salutation": "Salutation",
        "BodyText": "Body Text",
        "Heading1": "Heading 1",
        "Heading2": "Heading 2",
        "Heading3": "Heading 3",
        "Heading4": "Heading 4",
        "Header": "Header",
        "Footer": "Footer",
        "CommentText": "annotation text",
    }
    levels = [
        (style.get(w("styleId")), found.get(w("val")))
        for style in xml(to_docx(speech(), GBT9704), "word/styles.xml").iter(w("style"))
        for found in style.iter(w("outlineLvl"))
    ]
    assert levels == [("Heading1", "0"), ("Heading2", "1"), ("Heading3", "2"), ("Heading4", "3")]


def test_linked_styles_name_each_other() -> None:
    styles = {style.get(w("styleId")): style for style in xml(to_docx(bare(), GBT9704), "word/styles.xml")}
    links = {name: link.get(w("val")) for name, style in styles.items() for link in style.iter(w("link"))}
    assert len(links) == 8
    assert all(links[other] == name for name, other in links.items())


@EVERY_LAYOUT
def test_every_font_is_named_for_every_script_and_stands_in_the_table(layout: Layout) -> None:
    data = to_docx(bare(), layout)
    table = {font.get(w("name")) for font in xml(data, "word/fontTable.xml")}
    used = set()
    for fonts in xml(data, "word/styles.xml").iter(w("rFonts")):
        assert len(set(fonts.attrib.values())) == 1
        assert {etree.QName(name).localname for name in fonts.attrib} == {"ascii", "hAnsi", "eastAsia", "cs"}
        used |= set(fonts.attrib.values())
    assert used == table
    assert not any("Theme" in content.decode() for name, content in parts(data).items() if "styles" in name)


def test_the_page_is_that_of_the_standard() -> None:
    section = docx.Document(io.BytesIO(to_docx(bare(), GBT9704))).sections[0]
    expected = (Mm(210), Mm(297), Mm(37), Mm(35), Mm(28), Mm(26))
    found = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    for length, wanted in zip(found, expected, strict=True):
        assert length is not None
        assert abs(length - wanted) <= Pt(0.1)


@pytest.mark.parametrize(
    ("layout", "grid"),
    [(GBT9704, ("linesAndChars", "579", "-1024")), (READING, ("linesAndChars", "796", "409"))],
    ids=["gbt9704", "reading"],
)
def test_the_grid_holds_the_layouts_lines_and_characters(layout: Layout, grid: tuple[str, str, str]) -> None:
    found = next(xml(to_docx(bare(), layout)).iter(w("docGrid")))
    kind, pitch, space = (str(found.get(w(name))) for name in ("type", "linePitch", "charSpace"))
    assert (kind, pitch, space) == grid
    assert int(pitch) / 20 * layout.lines <= layout.height < int(pitch) / 20 * (layout.lines + 1)
    cell = layout.body.size + int(space) / 4096
    assert cell * layout.characters <= layout.width < cell * (layout.characters + 1)


def test_size_and_leading_stand_in_defaults_and_normal() -> None:
    styles = xml(to_docx(bare(), GBT9704), "word/styles.xml")
    default = child(styles, "docDefaults", "rPrDefault", "rPr", "sz")
    normal = next(style for style in styles.iter(w("style")) if style.get(w("styleId")) == "Normal")
    assert val(default) == val(child(normal, "rPr", "sz")) == "32"
    assert attributes(child(normal, "pPr", "spacing")) == {"line": "579", "lineRule": "exact"}


def footers(layout: Layout) -> dict[str, etree._Element]:
    """Return the paragraph of each footer by its kind."""
    data = to_docx(bare(), layout)
    related = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    targets = {
        str(relation.get("Id")): str(relation.get("Target")) for relation in xml(data, "word/_rels/document.xml.rels")
    }
    return {
        str(found.get(w("type"))): next(xml(data, f"word/{targets[str(found.get(related))]}").iter(w("p")))
        for found in xml(data).iter(w("footerReference"))
    }


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages() -> None:
    found = footers(GBT9704)
    assert set(found) == {"default", "even"}
    assert next(xml(to_docx(bare(), GBT9704), "word/settings.xml").iter(w("evenAndOddHeaders"))) is not None
    for kind, side in (("default", "right"), ("even", "left")):
        assert next(found[kind].iter(w("jc"))).get(w("val")) == side
        assert attributes(next(found[kind].iter(w("ind")))) == {f"{side}Chars": "100", side: "315"}


@EVERY_LAYOUT
def test_a_page_number_is_a_field_with_a_result(layout: Layout) -> None:
    for kind, number in (("default", "1"), ("even", "2")):
        words = ["".join(str(words) for words in run.itertext()) for run in footers(layout)[kind].iter(w("r"))]
        assert words == ["— ", "", " PAGE ", "", number, "", " —"]


def test_page_numbers_of_the_reading_copy_stand_in_the_middle() -> None:
    assert {next(found.iter(w("jc"))).get(w("val")) for found in footers(READING).values()} == {"center"}


def test_the_document_is_a_modern_chinese_one() -> None:
    data = to_docx(bare(), GBT9704)
    settings = xml(data, "word/settings.xml")
    modes = {found.get(w("name")): found.get(w("val")) for found in settings.iter(w("compatSetting"))}
    assert modes["compatibilityMode"] == "15"
    assert next(settings.iter(w("themeFontLang"))).get(w("eastAsia")) == "zh-CN"
    assert next(xml(data, "word/styles.xml").iter(w("lang"))).get(w("eastAsia")) == "zh-CN"
    assert not any("theme" in name for name in parts(data))


def test_the_parts_are_these_alone() -> None:
    names = [
        "[Content_Types].xml",
        "_rels/.rels",
        "customXml/_rels/item1.xml.rels",
        "customXml/item1.xml",
        "customXml/itemProps1.xml",
        "docProps/core.xml",
        "docProps/custom.xml",
        "word/_rels/document.xml.rels",
        "word/comments.xml",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/glossary/document.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert list(parts(to_docx(bare(paragraph(gap("人数"))), GBT9704))) == names
    plain = [name for name in names if "comments" not in name]
    assert list(parts(to_docx(bare(paragraph("一句话。")), GBT9704))) == plain
    alone = [name for name in plain if not name.startswith("customXml/") and "glossary" not in name]
    assert list(parts(to_docx(bare(paragraph(gap("人数"))), GBT9704, final=True))) == alone


def test_every_run_says_that_its_quotation_marks_are_chinese() -> None:
    data = to_docx(speech(), GBT9704)
    for root in (xml(data), xml(data, "word/comments.xml"), xml(data, "word/footer1.xml")):
        for run in root.iter(w("r")):
            if run.find(w("t")) is not None:
                assert child(run, "rPr", "rFonts").get(w("hint")) == "eastAsia"


def test_space_at_the_ends_of_a_run_is_kept() -> None:
    data = to_docx(bare(paragraph("  两端  ")), GBT9704)
    assert paragraphs(data)[0].text == "  两端  "
    space = "{http://www.w3.org/XML/1998/namespace}space"
    assert all(found.get(space) == "preserve" for found in xml(data).iter(f"{{{W}}}t"))
