"""Pages as LibreOffice 25 renders them."""

from __future__ import annotations

import io
import random

import docx
import pytest

from speechdraft.conventions import typed_lines
from speechdraft.draft import Draft, plain
from speechdraft.word.layouts import GBT9704, LAYOUTS, READING, Layout
from speechdraft.word.writer import to_docx
from tests.keeping.libreoffice import LibreOffice
from tests.word.office import Line, Office, Rendered
from tests.word.readback import w, xml
from tests.word.samples import bare, draft, gap, heading, paragraph, speech

POINTS = 72 / 25.4
YELLOW = (255, 255, 0)
EVERY_LAYOUT = pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)


def spoken_text(spoken: Draft) -> str:
    """Return all that stands in the body of a draft, without spaces."""
    text = ""
    for line in typed_lines(spoken.blocks()):
        if line.heading is not None:
            text += line.heading.number + plain(line.heading.inlines)
        if line.heading is not None and line.paragraph is not None:
            text += line.heading.stop
        if line.paragraph is not None:
            text += plain(line.paragraph.inlines)
    return "".join(text.split())


@EVERY_LAYOUT
def test_a_page_of_plain_text_has_the_layouts_lines_and_characters(office: Office, layout: Layout) -> None:
    text = "党建工作组织干部" * (layout.lines * layout.characters // 2)
    first, second, *_ = office.render(to_docx(bare(paragraph(text)), layout)).pages()
    *lines, number = second
    assert [len(line.text) for line in lines] == [layout.characters] * layout.lines
    assert number.text == "—2—"
    # Two characters of the first line are its indent.
    counts = [len(line.text) for line in first[:-1]]
    assert counts == [layout.characters - 2, *[layout.characters] * (layout.lines - 1)]
    left, right = layout.area.left * POINTS, (layout.area.left + layout.area.width) * POINTS
    for line in lines:
        assert abs(line.left - left) < 2
        assert abs(line.right - right) < 2


@pytest.fixture(scope="module")
def rendered(office: Office) -> Rendered:
    """Return the whole speech as it is printed."""
    return office.render(to_docx(speech(), GBT9704))


def test_page_numbers_stand_right_on_odd_and_left_on_even_pages_one_character_in(rendered: Rendered) -> None:
    pages = rendered.pages()
    assert len(pages) >= 4
    character = GBT9704.width / GBT9704.characters
    left = GBT9704.area.left * POINTS
    right = left + GBT9704.width
    for page, lines in enumerate(pages, 1):
        number = lines[-1]
        assert number.text == f"—{page}—"
        if page % 2:
            assert abs(number.right - (right - character)) < 2
        else:
            assert abs(number.left - (left + character)) < 2


def test_page_numbers_stand_seven_millimetres_under_the_text(rendered: Rendered) -> None:
    under = (GBT9704.area.top + GBT9704.area.height + GBT9704.page_number.below) * POINTS
    for lines in rendered.pages():
        assert abs((lines[-1].top + lines[-1].bottom) / 2 - under) < 4


def test_page_numbers_of_the_reading_copy_stand_in_the_middle(office: Office) -> None:
    centre = (READING.area.left + READING.area.width / 2) * POINTS
    for lines in office.render(to_docx(speech(), READING)).pages():
        assert abs((lines[-1].left + lines[-1].right) / 2 - centre) < 2


def middle(line: Line) -> float:
    """Return the middle of a line, from left to right."""
    return (line.left + line.right) / 2


def test_the_front_stands_in_the_middle_and_the_salutation_at_the_edge(rendered: Rendered) -> None:
    page = rendered.pages()[0]
    front = ["在清河市组织部长会议", "暨基层党建工作推进会上的讲话", "市委常委、组织部部长陈立", "（2026年2月10日）"]
    assert [line.text for line in page[:5]] == [*front, "同志们："]
    centre = (GBT9704.area.left + GBT9704.area.width / 2) * POINTS
    assert all(abs(middle(line) - centre) < 3 for line in page[:4])
    assert abs(page[4].left - GBT9704.area.left * POINTS) < 2
    # A blank line stands between.
    assert page[4].top - page[3].top > 1.9 * GBT9704.leading.points


@EVERY_LAYOUT
def test_nothing_of_a_speech_is_lost(office: Office, layout: Layout) -> None:
    spoken = bare(*speech().blocks())
    assert office.render(to_docx(spoken, layout)).text() == spoken_text(spoken)


@EVERY_LAYOUT
def test_no_mark_is_lost_at_the_end_of_a_line(office: Office, layout: Layout) -> None:
    chance = random.Random(7)  # noqa: S311  for variety, not secrecy

    def clause() -> str:
        return "".join(chance.choices("党建工作组织干部队伍人才基层", k=chance.randint(2, 14))) + chance.choice(
            "，、；。："
        )

    spoken = bare(*(paragraph("".join(clause() for _ in range(20)) + "完。") for _ in range(40)))
    assert office.render(to_docx(spoken, layout)).text() == spoken_text(spoken)


@EVERY_LAYOUT
def test_a_run_in_heading_and_its_paragraph_share_a_line_at_any_length(office: Office, layout: Layout) -> None:
    words = "把去年的账算清楚把今年的活排明白" * 3
    blocks = [
        block
        for length in range(1, layout.characters + 8)
        for block in (heading(2, "（一）", words[:length], run_in=True), paragraph("接着往下说" * layout.characters))
    ]
    lines = [line for page in office.render(to_docx(bare(*blocks), layout)).pages() for line in page[:-1]]
    starts = [line for line in lines if line.text.startswith("（一）")]
    assert len(starts) == len(blocks) // 2
    indent = (layout.area.left + 2 * layout.area.width / layout.characters) * POINTS
    for length, start in enumerate(starts, 1):
        head = f"（一）{words[:length]}。"
        following = lines[lines.index(start) + 1]
        assert (start.text + following.text).startswith(head + "接着")
        assert abs(start.left - indent) < 8, start
        if len(head) + 4 <= layout.characters:
            assert start.text.startswith(head + "接"), start
        assert not following.text.startswith("。"), following


def test_gaps_are_shaded_wherever_they_stand(office: Office) -> None:
    blocks = (
        heading(1, "一、", "实施", gap("工程")),
        heading(2, "（一）", "办好", gap("实事"), run_in=True),
        paragraph("说到做到。"),
        paragraph("培训", gap("人数"), "人。"),
    )
    spoken = draft(*blocks, title=(gap("会议"),), speaker=(gap("讲话人"),), date=(gap("日期"),))
    page = office.render(to_docx(spoken, GBT9704))
    text = page.text()
    for found in spoken.gaps():
        assert found.text in text
    # At 36 dots an inch a character of 16 points is 8 × 8 pixels, half of them under its strokes.
    shaded = sum(len(found.text) for found in spoken.gaps())
    assert page.count_pixels(YELLOW, 1) > shaded * 8 * 8 * 0.4


def test_a_complete_draft_shows_no_gap(office: Office) -> None:
    page = office.render(to_docx(draft(heading(1, "一、", "算账"), paragraph("一笔一笔算。")), GBT9704))
    assert "待补" not in page.text()
    assert page.count_pixels(YELLOW, 1) == 0


def test_comments_and_separators_outlive_libreoffice(libreoffice: LibreOffice) -> None:
    saved = libreoffice.edited(to_docx(speech(), GBT9704))
    found = [comment.text.split("\n")[0] for comment in docx.Document(io.BytesIO(saved)).comments]
    assert found == [
        f"待补：{missing.label}" + (f"（单位：{missing.unit}）" if missing.unit else "") for missing in speech().gaps()
    ]
    written = xml(to_docx(speech(), GBT9704))
    assert len(list(xml(saved).iter(w("specVanish")))) == len(list(written.iter(w("specVanish")))) > 0
