"""The writer: what of a draft stands where in the document."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdraft.conventions import date_line
from speechdraft.draft import Draft, Gap, Heading, Paragraph, plain
from speechdraft.word.layouts import GBT9704, LAYOUTS, READING
from speechdraft.word.seal import is_untouched
from speechdraft.word.writer import to_docx
from tests.drafts import drafts
from tests.word.readback import Read, child, names, paragraphs, parts, text, val, w, xml
from tests.word.samples import bare, draft, fact, gap, heading, inlines, long_speech, paragraph, speech, strong

GAPS = inlines("去年培训", gap("培训人数", unit="名"), "，今年再培训", gap("培训人数", unit="名"), "。")


def body(*blocks: Heading | Paragraph) -> list[Read]:
    """Return the paragraphs of a document of the blocks alone."""
    return paragraphs(to_docx(bare(*blocks), GBT9704))


def runs(data: bytes) -> list[tuple[str, set[str]]]:
    """Return the runs with the names of their properties, the hint for fonts left out."""
    return [(text(run), set(names(child(run, "rPr"))) - {"rFonts"}) for run in xml(data).iter(w("r"))]


def test_the_front_is_title_speaker_date_a_blank_line_and_salutation() -> None:
    assert paragraphs(to_docx(draft(paragraph("开会。")), GBT9704)) == [
        Read("Title", "在全市组织部长会议上的讲话"),
        Read("Signature", "市委常委、组织部部长陈立"),
        Read("Date", "（2026年2月10日）"),
        Read("Normal", ""),
        Read("Salutation", "同志们："),
        Read("BodyText", "开会。"),
    ]


def test_a_date_that_has_its_parentheses_gets_no_more() -> None:
    found = paragraphs(to_docx(draft(date="（2026年2月）"), GBT9704))
    assert Read("Date", "（2026年2月）") in found


def test_a_date_that_is_a_gap_stands_in_parentheses() -> None:
    found = paragraphs(to_docx(draft(date=(gap("会议日期"),)), GBT9704))
    assert Read("Date", "（【待补：会议日期】）") in found


def test_what_the_front_lacks_leaves_nothing_behind() -> None:
    found = paragraphs(to_docx(draft(paragraph("开会。"), speaker="", date="", salutation=""), GBT9704))
    assert found == [Read("Title", "在全市组织部长会议上的讲话"), Read("Normal", ""), Read("BodyText", "开会。")]
    assert body(paragraph("开会。")) == [Read("BodyText", "开会。")]
    blank = inlines("")
    found = paragraphs(to_docx(draft(title=blank, speaker=blank, date=blank, salutation=blank), GBT9704))
    assert found == []


def test_a_long_title_is_one_paragraph_with_line_breaks() -> None:
    title = "在全市组织部长会议暨基层党建工作推进会上的讲话"
    assert paragraphs(to_docx(draft(title=title), GBT9704))[0] == Read(
        "Title", "在全市组织部长会议\n暨基层党建工作推进会上的讲话"
    )
    # 17 characters a line there
    title = "在全市组织部长会议上的讲话提纲和说明稿"
    assert "\n" not in paragraphs(to_docx(draft(title=title), GBT9704))[0].text
    assert "\n" in paragraphs(to_docx(draft(title=title), READING))[0].text


@pytest.mark.parametrize(("level", "style"), [(1, "Heading1"), (2, "Heading2"), (3, "Heading3"), (4, "Heading4")])
def test_a_stand_alone_heading_has_the_style_of_its_level(level: int, style: str) -> None:
    assert body(heading(level, "一、", "算账"), paragraph("算。")) == [
        Read(style, "一、算账"),
        Read("BodyText", "算。"),
    ]


@pytest.mark.parametrize(("level", "outline"), [(5, "4"), (9, "8"), (12, "8")])
def test_a_deeper_heading_looks_like_the_fourth_and_keeps_its_place_in_the_outline(level: int, outline: str) -> None:
    data = to_docx(bare(heading(level, "①", "算账")), GBT9704)
    assert paragraphs(data) == [Read("Heading4", "①算账")]
    assert [val(found) for found in xml(data).iter(w("outlineLvl"))] == [outline]


def test_a_short_run_in_heading_stands_before_a_style_separator_without_its_stop() -> None:
    data = to_docx(bare(heading(2, "（一）", "算账", run_in=True), paragraph("一笔一笔算。")), GBT9704)
    assert paragraphs(data) == [Read("Heading2", "（一）算账"), Read("BodyText", "。一笔一笔算。")]
    first, second = xml(data).iter(w("p"))
    assert names(child(first, "pPr")) == ["pStyle", "keepNext", "ind", "rPr"]
    assert names(child(first, "pPr", "rPr")) == ["vanish", "specVanish"]
    assert names(child(second, "pPr")) == ["pStyle"]


def test_a_long_run_in_heading_is_a_run_in_the_linked_style() -> None:
    title = "着眼引得进留得住用得好把各类人才放到产业链最缺人的环节上去"
    data = to_docx(bare(heading(2, "（一）", title, run_in=True), paragraph("一个一个引。")), GBT9704)
    assert paragraphs(data) == [Read("BodyText", f"（一）{title}。一个一个引。")]
    styled = [run for run in xml(data).iter(w("r")) if "rStyle" in names(child(run, "rPr"))]
    assert [(val(child(run, "rPr", "rStyle")), text(run)) for run in styled] == [
        ("Heading2Char", f"（一）{title}"),
        ("Heading2Char", "。"),
    ]


@pytest.mark.parametrize(("count", "short"), [(20, True), (21, False)])
def test_a_run_in_heading_is_short_while_it_fits_in_a_line_with_room(count: int, short: bool) -> None:  # noqa: FBT001
    found = body(heading(2, "（一）", "算" * count, run_in=True), paragraph("算。"))
    assert len(found) == (2 if short else 1)


def test_a_run_in_heading_that_ends_in_a_mark_gets_no_stop() -> None:
    assert body(heading(2, "", "算什么账？", run_in=True), paragraph("老账。"))[1] == Read("BodyText", "老账。")


def test_a_run_in_heading_before_an_empty_paragraph_does_not_run_into_the_next() -> None:
    blocks = heading(2, "", "算账？", run_in=True), paragraph(""), paragraph("散会。")
    assert body(*blocks) == [Read("Heading2", "算账？"), Read("BodyText", ""), Read("BodyText", "散会。")]


def test_a_run_in_heading_without_a_paragraph_stands_alone() -> None:
    assert body(
        heading(2, "（一）", "算账", run_in=True), heading(3, "1.", "老账", run_in=True), paragraph("算。")
    ) == [Read("Heading2", "（一）算账"), Read("Heading3", "1.老账"), Read("BodyText", "。算。")]
    assert body(heading(2, "（一）", "算账", run_in=True)) == [Read("Heading2", "（一）算账")]


def test_strong_type_is_bold() -> None:
    data = to_docx(bare(paragraph("先", strong("算账", fact("数", "3笔")), "再说。")), GBT9704)
    assert runs(data) == [("先", set()), ("算账", {"b", "bCs"}), ("3笔", {"b", "bCs"}), ("再说。", set())]


def test_every_mention_of_a_gap_is_shaded_and_the_first_has_a_comment() -> None:
    data = to_docx(bare(Paragraph(inlines=GAPS, origin=paragraph().origin)), GBT9704)
    assert runs(data) == [
        ("去年培训", set()),
        ("【待补：培训人数】", {"shd"}),
        ("", {"rStyle"}),
        ("，今年再培训", set()),
        ("【待补：培训人数】", {"shd"}),
        ("。", set()),
    ]
    assert names(next(xml(data).iter(w("p")))) == [
        "pPr",
        "bookmarkStart",
        "r",
        "commentRangeStart",
        "sdt",
        "commentRangeEnd",
        "r",
        "r",
        "sdt",
        "r",
        "bookmarkEnd",
    ]


def test_a_gap_anywhere_has_its_comment() -> None:
    data = to_docx(
        draft(
            heading(1, "一、", gap("主题")),
            heading(2, "（一）", gap("工程"), run_in=True),
            paragraph(strong(gap("承诺")), gap("主题"), gap("地区")),
            title=inlines("在", gap("地区"), "会议上的讲话"),
            speaker=(gap("讲话人"),),
        ),
        GBT9704,
    )
    document = docx.Document(io.BytesIO(data))
    found = [comment.text.split("\n")[0] for comment in document.comments]
    assert found == ["待补：地区", "待补：讲话人", "待补：主题", "待补：工程", "待补：承诺"]
    anchors = [
        (start.tag, start.get(w("id"))) for start in xml(data).iter(w("commentRangeStart"), w("commentRangeEnd"))
    ]
    starts, ends = w("commentRangeStart"), w("commentRangeEnd")
    assert anchors == [(tag, str(number)) for number in range(5) for tag in (starts, ends)]
    assert [found.get(w("id")) for found in xml(data).iter(w("commentReference"))] == list("01234")


def test_a_comment_says_all_that_helps_to_fill_the_gap() -> None:
    full = Gap(fact="人数", label="培训人数", unit="名", example="1260", ask="组织一科", needs=("人数",))
    computed = Gap(fact="占比", label="硕士占比", needs=("硕士人数", "总人数"), about="年末数")
    document = docx.Document(io.BytesIO(to_docx(bare(paragraph(full, computed)), GBT9704)))
    assert [(comment.author, comment.initials, comment.text) for comment in document.comments] == [
        ("speechdraft", "稿", "待补：培训人数（单位：名）\n示例：1260\n提供：组织一科"),
        ("speechdraft", "稿", "待补：硕士占比\n说明：年末数\n由其他情况算出，请补：硕士人数、总人数"),
    ]


def test_a_complete_draft_has_no_comments() -> None:
    assert "word/comments.xml" not in parts(to_docx(draft(paragraph("开会。")), GBT9704))


def test_tabs_and_line_feeds_are_words_own() -> None:
    data = to_docx(bare(paragraph("一\t二\n三\r\n四\r五")), GBT9704)
    assert paragraphs(data) == [Read("BodyText", "一\t二\n三\n四\n五")]


def test_what_xml_cannot_hold_never_breaks_the_document() -> None:
    data = to_docx(bare(paragraph("一\x00二\x1f三\ud800四\ufffe五")), GBT9704)
    assert paragraphs(data) == [Read("BodyText", "一\ufffd二\ufffd三\ufffd四\ufffd五")]


# Any text that a user may type, on one line.
TYPED = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1)
LINE = TYPED | st.sampled_from(["a\tb", " ", "  两端  ", "]]>", "&amp;", "<w:t>", "“引号”", "\u3000", "🀄", "\u2028"])


@settings(deadline=None)  # the first long title loads the segmenter
@given(title=LINE, value=LINE, label=LINE, lead=LINE, short=st.booleans())
def test_any_text_a_user_may_type_survives(title: str, value: str, label: str, lead: str, *, short: bool) -> None:
    content = (fact("值", value), gap(label), strong(lead))
    blocks = (heading(1, "一、", value), heading(2, "（一）", lead, run_in=short), paragraph(*content))
    data = to_docx(draft(*blocks, title=title, speaker=value, salutation=lead), GBT9704)
    found = paragraphs(data)
    assert found[0].text.replace("\n", "") == title
    assert (found[1].text, found[4].text) == (value, lead)
    stop = blocks[1].stop if short else ""
    assert "".join(read.text for read in found[5:]) == f"一、{value}（一）{lead}{stop}{plain(content)}"
    assert docx.Document(io.BytesIO(data)).core_properties.title == title
    assert paragraphs(data, "word/comments.xml")[0].text == f"待补：{label}"


@settings(deadline=None)
@given(drafts())
def test_any_draft_is_written_whole(spoken: Draft) -> None:
    data = to_docx(replace(spoken, created="2026-02-10"), GBT9704)
    blocks = [(block.number if isinstance(block, Heading) else "") + plain(block.inlines) for block in spoken.blocks()]
    whole = "".join([*map(plain, (spoken.title, spoken.speaker, date_line(spoken), spoken.salutation)), *blocks])
    read = "".join(found.text for found in paragraphs(data))
    # A long title gets line feeds, a run-in heading its stop.
    assert re.sub("[\n。]", "", read) == re.sub("[\n。]", "", whole)
    commented = docx.Document(io.BytesIO(data)).comments if spoken.gaps() else ()
    assert len(commented) == len(spoken.gaps())
    assert is_untouched(data)


def test_the_properties_say_what_it_was_made_from() -> None:
    data = to_docx(draft(title="在全市\n会议上的讲话"), READING)
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.title, properties.author, properties.last_modified_by, properties.language) == (
        "在全市会议上的讲话",
        "speechdraft",
        "speechdraft",
        "zh-CN",
    )
    assert str(properties.created) == str(properties.modified) == "2026-02-10 00:00:00+00:00"
    custom = {element.get("name"): element[0].text for element in xml(data, "docProps/custom.xml")}
    seal = custom.pop("speechdraft.content")
    assert seal is not None
    assert len(seal) == 64
    assert custom == {
        "speechdraft.pack": "speechdraft",
        "speechdraft.pack-version": "1.0.0",
        "speechdraft.inputs": "ab" * 32,
        "speechdraft.outline": "annual-conference",
        "speechdraft.layout": "reading",
    }


def test_source_date_epoch_goes_before_the_drafts_own_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    data = to_docx(bare(paragraph(gap("人数"))), GBT9704)
    assert str(docx.Document(io.BytesIO(data)).core_properties.created) == "2023-11-14 22:13:20+00:00"
    assert b'w:date="2023-11-14T22:13:20Z"' in parts(data)["word/comments.xml"]
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert b"2026-02-10T00:00:00Z" in parts(to_docx(bare(), GBT9704))["docProps/core.xml"]


def test_a_draft_without_a_date_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid isoformat string: 'gestern'"):
        to_docx(draft(created="gestern"), GBT9704)


def test_the_same_draft_gives_the_same_bytes_in_every_process_and_layout() -> None:
    program = (
        "import sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2])!r})\n"
        "from tests.word.samples import speech\n"
        "from speechdraft.word.layouts import LAYOUTS\n"
        "from speechdraft.word.writer import to_docx\n"
        "for layout in LAYOUTS.values():\n"
        "    sys.stdout.buffer.write(to_docx(speech(), layout))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert outputs == {b"".join(to_docx(speech(), layout) for layout in LAYOUTS.values())}


def test_another_draft_gives_other_bytes() -> None:
    assert to_docx(speech(), GBT9704) != to_docx(replace(speech(), digest="cd" * 32), GBT9704)


def test_a_long_speech_is_written_whole() -> None:
    spoken = long_speech()
    read = paragraphs(to_docx(spoken, GBT9704))
    assert 11000 <= spoken.characters() <= 12000
    assert sum(len("".join(found.text.split())) for found in read[4:]) == spoken.characters()
