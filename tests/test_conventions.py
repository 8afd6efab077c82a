"""What stands on one line of the typed speech, and how its date is set."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given

from speechdraft.conventions import Line, date_line, title_on_one_line, typed_lines
from speechdraft.draft import Draft, Text, plain
from tests.drafts import drafts, heading, paragraph, small_draft


def test_run_in_heading_shares_the_line_of_the_next_paragraph_only() -> None:
    title = heading(1, "一、", Text(text="总结"))
    lead = heading(2, "（一）", Text(text="强基"), run_in=True)
    lone = heading(2, "（二）", Text(text="聚才"), run_in=True)
    first, second = paragraph(Text(text="甲。")), paragraph(Text(text="乙。"))
    assert list(typed_lines([title, lead, first, second, lone])) == [
        Line(heading=title),
        Line(heading=lead, paragraph=first),
        Line(paragraph=second),
        Line(heading=lone),
    ]


def test_run_in_heading_before_another_heading_stands_alone() -> None:
    lead, title = heading(2, "", Text(text="强基"), run_in=True), heading(1, "", Text(text="部署"))
    assert list(typed_lines([lead, title])) == [Line(heading=lead), Line(heading=title)]


@given(drafts())
def test_every_block_stands_on_one_line_and_in_its_order(draft: Draft) -> None:
    lines = typed_lines(draft.blocks())
    assert [block for line in lines for block in (line.heading, line.paragraph) if block] == list(draft.blocks())


def test_date_stands_in_parentheses_once() -> None:
    draft = small_draft()
    assert plain(date_line(draft)) == "（2026年2月10日）"
    assert plain(date_line(replace(draft, date=date_line(draft)))) == "（2026年2月10日）"
    assert date_line(replace(draft, date=())) == ()


def test_title_on_one_line() -> None:
    assert title_on_one_line(small_draft()) == "在清河市组织部长会议上的讲话"
