"""Faults of prose that can be counted: ../shared/PROSE.md, GB/T 15834 (punctuation), GB/T 15835 (numerals)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

import pytest

from speechdraft.draft import Draft, Section, plain
from speechdraft.plaintext import to_text
from tests.pack.formulas import any_formula
from tests.pack.support import OUTLINES, ROOT, TEMPLATES, Line, full, lines, paragraphs, words

_HAN = "\u4e00-\u9fff"
_ASCII = re.compile(rf"(?<=[{_HAN}”》）])[,.;:!?()\"'](?=[{_HAN}“《（]|$)|(?<=[{_HAN}])[()\"']|[()\"'](?=[{_HAN}])")
_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "【": "】"}
_WORN = ("进一步", "切实", "着力", "不断")
_CALLS = 4
_LONGEST = 80
"""A sentence that is heard: PROSE.md asks for about 60 characters; from here on nobody follows."""


@pytest.mark.parametrize("outline", OUTLINES)
def test_no_ascii_mark_stands_among_chinese(outline: str) -> None:
    for line in lines(full(outline).draft):
        found = _ASCII.search(line.text)
        assert found is None, f"{line.place()}: {line.text}"


@pytest.mark.parametrize("outline", OUTLINES)
def test_marks_are_paired_in_each_paragraph(outline: str) -> None:
    for line in lines(full(outline).draft):
        waiting: list[str] = []
        for character in line.text:
            if character in _PAIRS:
                waiting.append(_PAIRS[character])
            elif character in _PAIRS.values():
                assert waiting, f"{line.place()}: {line.text}"
                assert waiting.pop() == character, f"{line.place()}: {line.text}"
        assert waiting == [], f"{line.place()}: {line.text}"


@pytest.mark.parametrize("outline", OUTLINES)
def test_worn_words_stand_once_in_a_paragraph_at_most(outline: str) -> None:
    found = [
        (line.place(), word, text.count(word))
        for line in paragraphs(full(outline).draft)
        for text in [any_formula().sub("", line.text)]
        for word in _WORN
        if text.count(word) > 1
    ]
    assert found == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_hall_is_called_only_where_the_speech_turns(outline: str) -> None:
    text = to_text(full(outline).draft)
    assert len(re.findall("同志们[，：！]", text)) <= _CALLS
    # In the body it opens a paragraph's turn, not every one of them.
    opened = [line for line in paragraphs(full(outline).draft) if line.text.startswith("同志们，")]
    assert len(opened) <= 3


@pytest.mark.parametrize("outline", OUTLINES)
def test_sentences_can_be_followed_by_ear(outline: str) -> None:
    found = [
        f"{line.place()}: {len(sentence)}: {sentence}"
        for line in paragraphs(full(outline).draft)
        for sentence in _sentences(line)
        if len(sentence) > _LONGEST
    ]
    assert found == []


def _sentences(line: Line) -> Iterator[str]:
    """Return what stands between stops; a formula counts for one character, since the hall knows it by heart."""
    if line.template.startswith("guidance/") or line.template == "theory/line-content":
        return  # one long sentence by its nature: what the year is for, what the line says
    yield from re.split("[。！？；：]", any_formula().sub("\ufffc", line.text))


@pytest.mark.parametrize("outline", OUTLINES)
def test_clauses_can_be_said_in_one_breath(outline: str) -> None:
    found = [
        f"{line.place()}: {clause}"
        for line in paragraphs(full(outline).draft)
        for clause in re.split("[，。！？；：、]", any_formula().sub("\ufffc", line.text))
        if len(clause) > 32
    ]
    assert found == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_neighbours_do_not_open_with_the_same_words(outline: str) -> None:
    """Two paragraphs side by side open alike only where the pattern is a parallel one (一年来，我们…)."""
    parallel = {"review/we-parallel", "review/we-always", "review/numbered-paragraphs"}
    before = ""
    for line in paragraphs(full(outline).draft):
        opening = line.text.removeprefix("同志们，")[:4]
        if line.template not in parallel:
            assert opening != before, f"{line.place()}: {line.text[:20]}"
        before = opening


# Headings of siblings.

UNLIKE: dict[str, dict[str, str]] = {}
"""Headings that may differ from their siblings in length, by outline, each with its reason."""


@pytest.mark.parametrize("outline", OUTLINES)
def test_headings_side_by_side_are_of_one_length(outline: str) -> None:
    for headings in _siblings(full(outline).draft.sections):
        lengths = [len(heading) for heading in headings if heading not in UNLIKE.get(outline, {})]
        if len(headings) > 2:
            assert max(lengths) - min(lengths) <= 3, headings


@pytest.mark.parametrize("outline", OUTLINES)
def test_headings_side_by_side_pause_alike(outline: str) -> None:
    for headings in _siblings(full(outline).draft.sections):
        if len(headings) > 2:
            assert len({heading.count("，") for heading in headings}) == 1, headings


def _siblings(sections: tuple[Section, ...]) -> Iterator[list[str]]:
    yield [plain(section.heading.inlines) for section in sections if section.heading is not None]
    for section in sections:
        yield from _siblings(section.sections)


@pytest.mark.parametrize("outline", OUTLINES)
def test_bold_leads_in_one_paragraph_are_of_one_length(outline: str) -> None:
    from speechdraft.draft import Strong

    for line in paragraphs(full(outline).draft):
        leads = [
            re.sub("^[一二三四五六七八九十]+[要是]", "", plain(inline.inlines)).rstrip("。")
            for inline in line.inlines
            if isinstance(inline, Strong)
        ]
        if len(leads) > 2:
            assert max(map(len, leads)) - min(map(len, leads)) <= 3, leads


# What templates may not say of themselves.

FIXED = {
    "theory/branch-history": "三湾改编 has its year and its place",
    "theory/cadre-shoulder": "焦裕禄 came to 兰考 in a year that is known",
    "problems/by-area-with-figures": "60岁 is what the statistic counts, not what it found",
}
_PLACE = re.compile(
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|"
    "湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|"
    "香港|澳门|石家庄|太原|呼和浩特|沈阳|长春|哈尔滨|南京|杭州|合肥|福州|南昌|济南|郑州|"
    "武汉|长沙|广州|南宁|海口|成都|贵阳|昆明|拉萨|西安|兰州|西宁|银川|乌鲁木齐|深圳|"
    "大连|青岛|宁波|厦门|苏州|无锡|温州|徐州|洛阳|桂林|延安|遵义|井冈山|雄安|浦东|"
    "珠三角|长三角|京津冀"
)
_FIGURE = re.compile(
    r"[0-9０-９]|(?<!每)(?!一名)[一二三四五六七八九十百千万亿]+(?:名|人次|万元|亿元|个百分点|%|％|余名|多名)|百分之"
)
_CLAIM = re.compile(
    "位居全[省市国县]|走在(?:全[省市国县])?前列|名列前茅|全[省市国]第[一二三]|排名第[一二三]|全[省国]领先"
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_has_a_figure_a_claim_or_a_place(template: str) -> None:
    for number, line in enumerate(words(template).split("\n"), start=1):
        place = f"templates/{template}.j2:{number}"
        assert _CLAIM.search(line) is None, place
        if template not in FIXED:
            assert _FIGURE.search(line) is None, f"{place}: {line}"
            assert _PLACE.findall(line) == [], place


def test_what_is_excepted_is_still_there() -> None:
    assert set(FIXED) <= set(TEMPLATES)
    assert [template for template in FIXED if not _FIGURE.search(words(template))] == []


def test_no_example_names_a_real_place() -> None:
    for path in sorted((ROOT / "examples").glob("*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert _PLACE.findall(text) == [], path.name
    dictionary = (ROOT / "templates" / "facts.yaml").read_text(encoding="utf-8")
    assert _PLACE.findall(dictionary) == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_puts_words_into_a_mouth(template: str) -> None:
    """A quotation after 强调 or 指出 is a fact; the template writes the marks around it and no word inside."""
    for number, line in enumerate(words(template).split("\n"), start=1):
        spoken = re.search("(?:强调|指出|要求|提出|明确)，?[：]?“(?!\ufffc)", line)
        assert spoken is None, f"templates/{template}.j2:{number}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_numerals_are_arabic_in_figures_and_chinese_in_fixed_words(template: str) -> None:
    """What a template counts itself is fixed (两个维护, 三会一课) or follows from what there is; see GB/T 15835."""
    for number, line in enumerate(words(template).split("\n"), start=1):
        assert re.search("第[0-9]", line) is None, f"templates/{template}.j2:{number}"


def _runs(draft: Draft) -> list[list[str]]:
    return [list(group) for _key, group in groupby(line.template for line in lines(draft))]


def test_each_draft_has_more_than_one_hand() -> None:
    for outline in OUTLINES:
        assert len(_runs(full(outline).draft)) > 3
