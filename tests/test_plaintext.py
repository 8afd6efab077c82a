"""Plain text: as it would be typed."""

from __future__ import annotations

from hypothesis import given

from speechdraft.conventions import date_line
from speechdraft.draft import Draft, Heading, Section, Text, plain
from speechdraft.plaintext import to_text
from tests.drafts import draft_of, drafts, heading, paragraph, small_draft


def test_small_draft() -> None:
    assert to_text(small_draft()) == (
        "在清河市\n"
        "组织部长会议上的讲话\n"
        "张三\n"
        "（2026年2月10日）\n"
        "\n"
        "同志们：\n"
        "　　今天，我们召开会议，主要任务是总结去年、部署今年。\n"
        "　　一、全面总结回顾\n"
        "　　这一年，提拔【待补：提拔使用干部人数】名，增长【待补：同比增长】；提拔【待补：提拔使用干部人数】名。\n"
        "　　（一）建<b>*数*</b>。1. 用好数据。\n"
        "　　# 管好数据。\n"
    )


def test_without_front_matter() -> None:
    section = Section(origin=paragraph().origin, heading=None, paragraphs=(paragraph(Text(text="同志们，今天开会。")),))
    assert to_text(draft_of(section)) == "　　同志们，今天开会。\n"


def test_empty_draft() -> None:
    assert to_text(draft_of()) == ""


def test_run_in_heading_without_a_paragraph_stands_alone() -> None:
    lone = Section(
        origin=paragraph().origin, heading=heading(2, "（一）", Text(text="抓什么？"), run_in=True), paragraphs=()
    )
    next_one = Section(origin=lone.origin, heading=heading(1, "二、", Text(text="部署")), paragraphs=())
    assert to_text(draft_of(lone, next_one)) == "　　（一）抓什么？\n　　二、部署\n"


@given(drafts())
def test_every_word_survives(draft: Draft) -> None:
    words = [plain(part) for part in (draft.title, draft.speaker, date_line(draft), draft.salutation)]
    for block in draft.blocks():
        if isinstance(block, Heading):
            words.append(block.number + plain(block.inlines) + (block.stop if block.run_in else ""))
        else:
            words.append(plain(block.inlines))
    assert "".join(to_text(draft).split()) == "".join("".join(words).split())
