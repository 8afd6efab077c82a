"""Markdown: whole outputs, and what a CommonMark reader makes of any text."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given
from markdown_it import MarkdownIt

from speechdraft.conventions import Line, date_line, typed_lines
from speechdraft.draft import Draft, FactText, Gap, Inline, Section, Strong, Text
from speechdraft.markdown import to_markdown
from tests.drafts import PLACE, draft_of, drafts, heading, paragraph, small_draft


def test_small_draft() -> None:
    assert to_markdown(small_draft()) == (
        "# 在清河市组织部长会议上的讲话\n"
        "\n"
        "张三\n"
        "\n"
        "（2026年2月10日）\n"
        "\n"
        "同志们：\n"
        "\n"
        "今天，我们召开会议，主要任务是总结去年、部署今年。\n"
        "\n"
        "## 一、全面总结回顾\n"
        "\n"
        "<strong>这一年，</strong>提拔<strong>【待补：提拔使用干部人数】</strong>名，增长<strong>【待补：同比增长】</strong>；"
        "提拔<strong>【待补：提拔使用干部人数】</strong>名。\n"
        "\n"
        "**（一）建\\<b\\>\\*数\\*\\</b\\>**。1. 用好数据。\n"
        "\n"
        "\\# 管好数据。\n"
    )


def test_empty_draft() -> None:
    assert to_markdown(draft_of()) == ""


@pytest.mark.parametrize(
    ("inlines", "source"),
    [
        ((Text(text="1. 甲"),), "1\\. 甲"),
        ((Text(text="2026) 乙"),), "2026\\) 乙"),
        ((Text(text="- 丙"),), "\\- 丙"),
        ((Text(text="+ 丁\n= 戊\n: 己"),), "\\+ 丁\\\n\\= 戊\\\n\\: 己"),
        ((Text(text="---"),), "\\---"),
        ((Text(text="第1. 3-2=1"),), "第1. 3-2=1"),
        ((Text(text="[甲](乙) `丙` &lt; a_b $x$ |"),), "\\[甲\\](乙) \\`丙\\` \\&lt; a\\_b \\$x\\$ \\|"),
        ((Text(text="    缩进"),), "缩进"),
        ((Text(text="甲\n\n乙"),), "甲\\\n乙"),
        ((Strong(inlines=(Text(text="要点"),)), Text(text="如下")), "**要点**如下"),
        ((Strong(inlines=(Text(text="要点。"),)), Text(text="如下")), "<strong>要点。</strong>如下"),
        ((Strong(inlines=(Text(text="要点。"),)),), "**要点。**"),
        ((Strong(inlines=(Text(text=" 要点 "),)), Text(text="甲")), "**要点** 甲"),
        ((Strong(inlines=(Text(text="甲"),)), Strong(inlines=(FactText(fact="", text="乙", label=""),))), "**甲乙**"),
        ((Text(text="甲"), Strong(inlines=(Text(text=" "),)), Text(text="乙")), "甲 乙"),
    ],
)
def test_paragraph(inlines: tuple[Inline, ...], source: str) -> None:
    section = Section(origin=PLACE, heading=None, paragraphs=(paragraph(*inlines),))
    assert to_markdown(draft_of(section)) == f"{source}\n"


def test_run_in_heading_that_ends_in_a_mark() -> None:
    section = Section(
        origin=PLACE,
        heading=heading(2, "（一）", Text(text="抓什么？"), run_in=True),
        paragraphs=(paragraph(Text(text="抓落实。")),),
    )
    assert to_markdown(draft_of(section)) == "**（一）抓什么**？抓落实。\n"


def test_headings_deeper_than_markdown_has() -> None:
    section = Section(origin=PLACE, heading=heading(6, "1.", Text(text="甲 #")), paragraphs=())
    assert to_markdown(draft_of(section)) == "###### 1.甲 \\#\n"


@given(drafts())
def test_a_reader_finds_every_word_and_no_markup_but_ours(draft: Draft) -> None:
    blocks = [("h1", _stretches(draft.title))]
    blocks += [("p", _stretches(inlines)) for inlines in (draft.speaker, date_line(draft), draft.salutation)]
    blocks += [_expected(line) for line in typed_lines(draft.blocks())]
    assert _read(to_markdown(draft)) == [block for block in blocks if block[1]]


_Stretches = list[tuple[str, bool]]


def _expected(line: Line) -> tuple[str, _Stretches]:
    head, body = line.heading, () if line.paragraph is None else line.paragraph.inlines
    if head is None:
        return "p", _stretches(body)
    if not head.run_in:
        return f"h{min(head.level + 1, 6)}", _stretches((Text(text=head.number), *head.inlines))
    words = head.number + "".join(text for text, _ in _stretches(head.inlines)) + head.stop
    lead = (Strong(inlines=(Text(text=words[:-1]),)), Text(text=words[-1:]))
    return "p", _stretches((*lead, *body))


def _stretches(inlines: tuple[Inline, ...]) -> _Stretches:
    """Return the words without white space, those in strong type apart."""
    parts: _Stretches = []
    for inline in inlines:
        if isinstance(inline, Strong):
            parts += [(leaf.text, True) for leaf in inline.inlines]
        else:
            parts.append((inline.text, isinstance(inline, Gap)))
    return _merged(parts)


def _merged(parts: _Stretches) -> _Stretches:
    bare = [("".join(text.split()), strong) for text, strong in parts]
    groups = groupby((part for part in bare if part[0]), key=lambda part: part[1])
    return [("".join(text for text, _ in group), strong) for strong, group in groups]


def _read(source: str) -> list[tuple[str, _Stretches]]:
    """Return each block's tag and its words, as a CommonMark reader with tables and strike-through sees them."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(source)
    blocks: list[tuple[str, _Stretches]] = []
    for opening, inline, _ in zip(tokens[::3], tokens[1::3], tokens[2::3], strict=True):
        assert opening.type in {"heading_open", "paragraph_open"}
        parts: _Stretches = []
        strong = 0
        for child in inline.children or []:
            match child.type, child.content:
                case ("strong_open", _) | ("html_inline", "<strong>"):
                    strong += 1
                case ("strong_close", _) | ("html_inline", "</strong>"):
                    strong -= 1
                case ("text" | "text_special", text):
                    parts.append((text, strong > 0))
                case (kind, _):
                    assert kind == "hardbreak"
        blocks.append((opening.tag, _merged(parts)))
    return blocks
