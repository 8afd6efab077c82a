"""The five kinds of speech have the skeletons that PATTERNS.md tells, as a written .docx shows them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from speechdraft.draft import Heading, Section, plain
from speechdraft.numbering import counting
from speechdraft.writers import write
from tests.pack.skeletons import front, skeleton
from tests.pack.support import OUTLINES, empty, full

# P is a paragraph without a heading; what stands behind a heading are the bold lead sentences inside its text.
SKELETONS = {
    "half-year-meeting": """
        P
        1 一要 run-in
        1 二要 run-in
        1 三要 run-in
        1 四要 run-in
        P
    """,
    "work-conference": """
        P
        1 一、 alone
        P P P
        1 二、 alone
        P P
        1 三、 alone
        P P P
        1 四、 alone
        P P
        P
    """,
    "training-closing": """
        P
        1 一、 alone
        P
        2 run-in
        P
        2 run-in
        P P
        2 run-in
        P P
        1 二、 alone
        2 （一） run-in
        P
        2 （二） run-in
        3 一要 run-in
        3 二要 run-in
        3 三要 run-in
        3 四要 run-in
        2 （三） run-in
        3 一是 run-in
        3 二是 run-in
        3 三是 run-in
        3 四是 run-in
        3 五是 run-in
        2 （四） run-in
        P
        2 （五） run-in 一要 二要
        1 三、 alone
        P
        2 一要 run-in
        2 二要 run-in
        2 三要 run-in
        2 四要 run-in
        P
    """,
    "department-heads-conference": """
        P
        P
        2 一是 alone
        P
        2 二是 alone
        P
        2 三是 alone
        P
        2 四是 alone
        P
        2 五是 alone
        P
        2 六是 alone
        P
        P
        P
        P
        1 一、 alone
        P
        2 （一） run-in
        2 （二） run-in
        2 （三） run-in
        1 二、 alone
        P
        2 （一） run-in
        2 （二） run-in
        2 （三） run-in
        2 （四） run-in
        2 （五） run-in
        2 （六） run-in
        2 （七） run-in
        1 三、 alone
        P
        2 （一） run-in
        P
        2 （二） run-in
        2 （三） run-in
        2 （四） run-in
        2 （五） run-in
        P
        2 （六） run-in
        1 四、 alone
        P
        2 （一） run-in
        2 （二） run-in
        2 （三） run-in
        1 五、 alone
        P
        2 （一） run-in
        2 （二） run-in
        2 （三） run-in
        P
    """,
    "annual-conference": """
        P
        1 一、 alone
        P
        P P P P
        P P
        1 二、 alone
        P P P
        2 第一， run-in - - -
        2 第二， run-in 一要 二要 三要 四要 五要 六要
        2 第三， run-in 一要 二要 三要
        2 第四， run-in 一要 二要 三要 四要 五要
        1 三、 alone
        P
        2 第一， run-in
        2 第二， run-in
        2 第三， run-in
        2 第四， run-in
        1 四、 alone
        P
        2 一要 run-in
        2 二要 run-in
        2 三要 run-in
        P
    """,
}


@cache
def written(outline: str) -> bytes:
    return write(full(outline).draft, ".docx", "gbt9704")


def wanted(outline: str) -> list[str]:
    found: list[str] = []
    for line in SKELETONS[outline].split("\n"):
        words = line.split()
        found += ["paragraph"] * len(words) if set(words) == {"P"} else [" ".join(words)] if words else []
    return found


@pytest.mark.parametrize("outline", sorted(SKELETONS))
def test_the_document_has_the_skeleton_of_its_kind(outline: str) -> None:
    assert skeleton(written(outline)) == wanted(outline)


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_front_matter_stands_above_the_speech(outline: str) -> None:
    found = front(written(outline))
    draft = full(outline).draft
    assert found["Title"] == plain(draft.title)
    assert found["Signature"] == plain(draft.speaker)
    assert found["Date"] == f"（{plain(draft.date)}）"
    assert found.get("Salutation", "") == plain(draft.salutation)
    # The salutation runs into the first sentence where it has no line of its own, and only there.
    first = next(iter(draft.blocks()))
    assert plain(first.inlines).startswith("同志们，") == (outline == "half-year-meeting")
    assert bool(draft.salutation) == (outline != "half-year-meeting")


@pytest.mark.parametrize("outline", OUTLINES)
def test_siblings_keep_one_form_of_enumerator_and_start_at_one(outline: str) -> None:
    for kind in (full, empty):
        for siblings in _families(kind(outline).draft.sections):
            numbers = [heading.number for heading in siblings if heading.number]
            shapes = {re.sub("[一二三四五六七八九十]+", "一", number) for number in numbers}
            assert len(shapes) <= 1, numbers
            assert not numbers or "一" in numbers[0], numbers
            assert len(set(numbers)) == len(numbers), numbers
            assert len({heading.run_in for heading in siblings}) <= 1, numbers


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_count_in_a_heading_fits(outline: str) -> None:
    for kind in (full, empty):
        draft = kind(outline).draft
        for section in _sections(draft.sections):
            if section.heading is None:
                continue
            children = sum(1 for child in section.sections if child.heading is not None)
            said = re.search("[“]?([两二三四五六七八九十]+)(?:项|点|条|件|个)", plain(section.heading.inlines))
            if said is not None:
                assert said[1] == counting(children), plain(section.heading.inlines)


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_opening_counts_the_parts_that_there_are(outline: str) -> None:
    for kind in (full, empty):
        draft = kind(outline).draft
        parts = sum(1 for section in draft.sections if section.heading is not None)
        opening = "".join(plain(paragraph.inlines) for paragraph in draft.sections[0].paragraphs)
        said = re.search("([一两二三四五六七八九十]+)(?:点(?:意见|表态|。)|个方面)", opening[-60:])
        assert said is not None, opening[-60:]
        assert said[1] == counting(parts), opening[-60:]


def _sections(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _sections(section.sections)


def _families(sections: tuple[Section, ...]) -> Iterator[list[Heading]]:
    yield [section.heading for section in sections if isinstance(section.heading, Heading)]
    for section in sections:
        yield from _families(section.sections)
