"""Drafts for the tests of the writers: a small one, and a strategy for any."""

from __future__ import annotations

from hypothesis import strategies as st

from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Origin, PackRef, Paragraph, Section, Strong, Text

PLACE = Origin(section="1", template="opening/conference")

PACK = PackRef(name="speechdraft", version="0.1.0")


def small_draft() -> Draft:
    """Return a draft with one of everything, and marks of HTML and Markdown in its facts."""
    promoted = Gap(
        fact="提拔人数", label="提拔使用干部人数", unit="人", example="128", ask="干部一科", needs=("提拔人数",)
    )
    growth = Gap(fact="增长", label="同比增长", needs=("今年", "去年"))
    return Draft(
        outline="annual-conference",
        title=(
            Text(text="在"),
            FactText(fact="会议", text="清河市\n组织部长会议", label="会议名称"),
            Text(text="上的讲话"),
        ),
        speaker=(Text(text="张三"),),
        date=(FactText(fact="日期", text="2026年2月10日", label="会议日期"),),
        salutation=(Text(text="同志们："),),
        sections=(
            Section(
                origin=PLACE,
                heading=None,
                paragraphs=(paragraph(Text(text="今天，我们召开会议，主要任务是总结去年、部署今年。")),),
            ),
            Section(
                origin=Origin(section="2"),
                heading=heading(1, "一、", Text(text="全面总结回顾")),
                paragraphs=(
                    paragraph(
                        Strong(inlines=(Text(text="这一年，"),)),
                        Text(text="提拔"),
                        promoted,
                        Text(text="名，增长"),
                        growth,
                        Text(text="；提拔"),
                        promoted,
                        Text(text="名。"),
                    ),
                ),
                sections=(
                    Section(
                        origin=Origin(section="2.1"),
                        heading=heading(
                            2,
                            "（一）",
                            Text(text="建"),
                            FactText(fact="平台", text="<b>*数*</b>", label="平台"),
                            run_in=True,
                        ),
                        paragraphs=(paragraph(Text(text="1. 用好数据。")), paragraph(Text(text="# 管好数据。"))),
                        minutes=2.5,
                    ),
                ),
                minutes=12,
            ),
        ),
        pack=PACK,
        digest="0123abcd",
        created="2026-02-10",
        pace=180,
        minutes=60,
    )


def heading(level: int, number: str, *inlines: Inline, run_in: bool = False) -> Heading:
    """Return a heading."""
    return Heading(level=level, number=number, inlines=inlines, run_in=run_in, origin=PLACE)


def paragraph(*inlines: Inline) -> Paragraph:
    """Return a paragraph."""
    return Paragraph(inlines=inlines, origin=PLACE)


def draft_of(*sections: Section, title: tuple[Inline, ...] = ()) -> Draft:
    """Return a draft of these sections with nothing before them but perhaps a title."""
    return Draft(
        outline="test",
        title=title,
        speaker=(),
        date=(),
        salutation=(),
        sections=sections,
        pack=PACK,
        digest="",
        created="2026-02-10",
        pace=180,
    )


_MARKS = "*_`#<>&[]()!|~$^{}\\\"'+-=:.)1 \n　【】。，“”要×"

texts = st.text(st.sampled_from(_MARKS) | st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
"""Any text that XML can hold, with the marks of markup more often than chance would bring them."""


_names = texts.map(lambda text: text if text.strip() else "甲")
"""Any name; every fact has one."""


@st.composite
def _leaves(draw: st.DrawFn) -> Text | FactText | Gap:
    kind = draw(st.integers(0, 2))
    if kind == 0:
        return Text(text=draw(texts))
    if kind == 1:
        return FactText(fact=draw(_names), text=draw(texts), label=draw(texts))
    needs = tuple(draw(st.lists(texts, max_size=2)))
    unit, example, ask = draw(st.tuples(texts, texts, texts))
    return Gap(fact=draw(_names), label=draw(texts), unit=unit, example=example, ask=ask, needs=needs)


@st.composite
def _inlines(draw: st.DrawFn) -> tuple[Inline, ...]:
    strong = st.lists(_leaves(), max_size=3).map(lambda leaves: Strong(inlines=tuple(leaves)))
    return tuple(draw(st.lists(_leaves() | strong, max_size=4)))


@st.composite
def _sections(draw: st.DrawFn, depth: int = 1) -> Section:
    head = None
    if draw(st.booleans()):
        number = draw(st.sampled_from(["", "一、", "（一）", "1.", "第一，"]))
        head = heading(draw(st.integers(1, 7)), number, *draw(_inlines()), run_in=draw(st.booleans()))
    return Section(
        origin=Origin(section=draw(texts), template=draw(st.none() | texts)),
        heading=head,
        paragraphs=tuple(paragraph(*inlines) for inlines in draw(st.lists(_inlines(), max_size=2))),
        sections=tuple(draw(st.lists(_sections(depth + 1), max_size=2))) if depth < 3 else (),
        minutes=draw(st.none() | st.floats(0, 600)),
    )


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw any draft."""
    title, speaker, date, salutation = draw(st.tuples(_inlines(), _inlines(), _inlines(), _inlines()))
    return Draft(
        outline=draw(texts),
        title=title,
        speaker=speaker,
        date=date,
        salutation=salutation,
        sections=tuple(draw(st.lists(_sections(), max_size=2))),
        pack=PackRef(name=draw(texts), version=draw(texts)),
        digest=draw(texts),
        created=draw(texts),
        pace=draw(st.integers(1, 400)),
        minutes=draw(st.none() | st.floats(0, 600)),
    )
