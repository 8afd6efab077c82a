"""Marks and the register: what a document knows of what was written in it."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from speechdraft.draft import Draft, FactText, Gap, Inline, Strong, Text
from speechdraft.word.controls import tag_of
from speechdraft.word.layouts import GBT9704
from speechdraft.word.marks import Mark, Marks, Record, Register, comment_digest, digest_of, words_of
from speechdraft.word.returned import open_docx, spoken_words
from speechdraft.word.writer import to_docx
from tests.drafts import drafts
from tests.keeping.support import w
from tests.word.samples import speech

hexes = st.text("0123456789abcdef", min_size=12, max_size=12)
marks = st.builds(Mark, paragraph=hexes, words=hexes, is_left=st.booleans())
written = st.builds(Mark, paragraph=hexes, words=hexes)
numbers = st.sampled_from(["", "一、", "（十一）", "1.", "第二，", "一要", "最后，"])
records = st.builds(
    Record, mark=written, text=hexes, style=st.sampled_from(["", "BodyText", "Heading2"]), number=numbers
)


@given(marks)
def test_a_mark_is_read_as_it_was_named(mark: Mark) -> None:
    assert Mark.read(mark.name) == mark
    assert len(mark.name) <= 40
    assert mark.name.startswith("_")
    assert mark.left().is_left
    assert (mark.left().paragraph, mark.left().words) == (mark.paragraph, mark.words)


@given(st.text())
def test_any_name_is_read(name: str) -> None:
    mark = Mark.read(name)
    assert mark is None or mark.name == name


@given(st.lists(records, unique_by=lambda record: record.mark.paragraph), st.lists(hexes))
def test_a_register_is_read_as_it_was_written(paragraphs: list[Record], comments: list[str]) -> None:
    register = Register(paragraphs=tuple(paragraphs), comments=tuple(comments))
    assert Register.read(" ".join(register.words()).split()) == register


@given(st.lists(st.text()))
def test_any_words_are_read_as_a_register(words: list[str]) -> None:
    register = Register.read(words)
    assert len({record.mark.paragraph for record in register.paragraphs}) == len(register.paragraphs)


def test_a_number_is_in_neither_digest() -> None:
    one, other = (
        Marks().record(
            "甲", (Text(text=f"{number}要干"), FactText(fact="乙", text="九", label="乙")), "Heading1", number
        )
        for number in ("一、", "十二、")
    )
    assert (one.mark, one.text) == (other.mark, other.text)
    assert one.text == digest_of("要干九")


def test_no_two_paragraphs_have_the_same_name() -> None:
    given_marks = Marks()
    names = [given_marks.record("甲", (Text(text="一"),), "BodyText").mark.paragraph for _time in range(9)]
    assert len(set(names)) == 9


def fact(name: str, text: str = "九", form: str = "") -> FactText:
    return FactText(fact=name, text=text, label=name, form=form)


def test_words_are_the_same_whatever_a_fact_says() -> None:
    same: list[list[tuple[Inline, ...]]] = [
        [(Text(text="有"), fact("甲")), (Text(text="有"), fact("甲", "十")), (Text(text="有"), Gap(fact="甲", label="甲"))],
        [(fact("甲[1].乙"),), (fact("甲[2].乙"),)],
        [(fact("甲"),), (fact("甲", form="line"),), (fact("甲", form="title"),), (fact("甲", form="1/3"),)],
        [(Text(text="一\r\n二"),), (Text(text="一\n二"),), (Text(text="一\r二"),)],
        [(Text(text="一二"),), (Text(text="一"), Text(text="二"))],
        [(Strong(inlines=(Text(text="一"), Text(text=""))),), (Strong(inlines=(Text(text="一"),)), Strong(inlines=()))],
    ]  # fmt: skip
    for group in same:
        assert len({words_of(inlines) for inlines in group}) == 1
    different: list[tuple[Inline, ...]] = [
        (Text(text="一二"),),
        (Strong(inlines=(Text(text="一二"),)),),
        (Strong(inlines=(Text(text="一"),)), Text(text="二")),
        (fact("一二"),),
        (fact("一二", form="month_day"),),
        (fact("一[1]"),),
    ]
    assert len({words_of(inlines) for inlines in different}) == len(different)


def test_the_words_are_told_as_ever() -> None:
    """Whoever changes how they are told makes every draft that people have unknown."""
    inlines = (Text(text="在"), fact("清河市[2].名称", form="computed"), Strong(inlines=(Text(text="开会\t"),)))
    assert words_of(inlines) == "在\ufffc清河市[].名称\ufffc\x02开会\t"
    assert digest_of("在全市会议上") == "f400de7ec343"
    assert comment_digest(["一", "二"]) == "eed02f991661"


def assert_known(data: bytes) -> None:
    """Assert that a document as it was written has the words that its marks were made from."""
    returned = open_docx(data, "draft.docx")
    keys = {tag_of(key): key for key in returned.stored}
    records = {record.mark.paragraph: record for record in Register.read(returned.order).paragraphs}
    starts = list(returned.document.iter(w("bookmarkStart")))
    assert len(records) == len(starts)
    for start in starts:
        mark = Mark.read(str(start.get(w("name"))))
        assert mark is not None
        record = records[mark.paragraph]
        assert record.mark == mark
        paragraph = start.getparent()
        assert paragraph is not None
        words = spoken_words(paragraph, keys)
        assert words.startswith(record.number)
        assert digest_of(words.removeprefix(record.number)) == mark.words


def test_the_words_of_a_written_document_are_those_of_its_marks() -> None:
    assert_known(to_docx(speech(), GBT9704))


@given(drafts())
def test_the_words_of_any_written_document_are_those_of_its_marks(draft: Draft) -> None:
    assert_known(to_docx(replace(draft, created=""), GBT9704))


def test_comments_are_known_by_all_their_lines() -> None:
    assert comment_digest(["一", "二"]) != comment_digest(["一二"])
    assert re.fullmatch("[0-9a-f]{12}", comment_digest([]))
