"""Outline, facts and templates → draft: which sections stand, how they are numbered, what is missing."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdraft.compose import compose
from speechdraft.draft import Draft, FactText, Gap, Heading, Paragraph, Strong, Text, leaves, plain
from speechdraft.ink import Fact, Ink, MissingFact
from speechdraft.json_tree import to_json
from speechdraft.needs import needs_of
from speechdraft.numbering import FORMS, chinese
from speechdraft.plaintext import to_text
from speechdraft.problems import Severity
from speechdraft.source import bad_character
from speechdraft.speech import FactValues
from tests.building import attempted, composed, drafted, lines, outline_of, problems_of, speech_of, written, yaml_of

RECORDS = {"成绩": {"type": "list", "fields": {"标题": {}, "做法": {}}}}
THREE = {"成绩": [{"标题": f"标题{numeral}", "做法": f"做法{numeral}"} for numeral in "甲乙丙"]}


def _paragraph(draft: Draft, index: int = 0) -> Paragraph:
    return [block for block in draft.blocks() if isinstance(block, Paragraph)][index]


# The tree


def test_sections_stand_in_order_with_headings_text_and_templates() -> None:
    draft = drafted(
        [
            {"template": "opening"},
            {"heading": "总结{{ 年 }}年", "text": "第一段\n第二段", "sections": [{"heading": "成绩", "run_in": True, "text": "很好。"}]},
            {"heading": "部署", "minutes": 12.5},
        ],
        dictionary={"年": {"type": "year"}},
        facts={"年": "2025"},
        templates={"opening": "今天开会。"},
        minutes=60,
        pace=200,
    )  # fmt: skip
    assert lines(draft) == ["今天开会。", "一、总结2025年", "第一段", "第二段", "（一）成绩", "很好。", "二、部署"]
    first, second, third = draft.sections
    assert (first.heading, first.origin.template, first.origin.section) == (None, "opening", "1")
    assert [block.level for block in draft.blocks() if isinstance(block, Heading)] == [1, 2, 1]
    assert [block.run_in for block in draft.blocks() if isinstance(block, Heading)] == [False, True, False]
    assert (second.sections[0].origin.section, second.sections[0].origin.outline_place) == ("2.1", "2.1")
    assert (third.minutes, draft.minutes, draft.pace, draft.outline) == (12.5, 60, 200, "test")


def test_text_goes_before_the_template() -> None:
    sections = [{"template": "t", "text": "自己的话。"}]
    assert lines(drafted(sections, templates={"t": "模板的话。"})) == ["自己的话。"]


def test_a_text_on_several_lines_is_several_paragraphs() -> None:
    assert lines(
        drafted(
            "id: t\ntitle: t\nspeech: {title: t, speaker: '', date: ''}\nsections:\n- text: |\n    一。\n\n    二。\n"
        )
    ) == ["一。", "二。"]


def test_front_matter() -> None:
    dictionary = {"会议": {}, "人": {"type": "person"}, "日期": {"type": "date"}}
    speech = {
        "title": "在{{ 会议 }}上的\n讲话",
        "speaker": "{{ 人 }}",
        "date": "{{ 日期 }}",
        "salutation": "同志们、\n朋友们：",
    }
    facts = {"会议": "部长会议", "人": "部长 李明", "日期": "2026-02-10"}
    draft = drafted([{"text": "完。"}], dictionary=dictionary, facts=facts, speech=speech)
    assert draft.title == (
        Text(text="在"),
        FactText(fact="会议", text="部长会议", label="会议"),
        Text(text="上的\n讲话"),
    )
    assert (plain(draft.speaker), plain(draft.date), plain(draft.salutation)) == (
        "部长李明",
        "2026年2月10日",
        "同志们、朋友们：",
    )
    assert draft.created == "2026-02-10"
    bare = drafted([{"text": "完。"}], dictionary=dictionary, speech=speech)
    assert [gap.fact for gap in bare.gaps()] == ["会议", "人", "日期"]
    assert bare.created == ""


def test_the_title_knows_how_many_parts_there_are() -> None:
    speech = {"title": "讲{{ parts | cn }}点意见", "speaker": "", "date": "", "salutation": ""}
    sections = [{"text": "开头。"}, {"heading": "甲", "text": "一。"}, {"heading": "乙", "text": "二。"}]
    assert plain(drafted(sections, speech=speech).title) == "讲两点意见"


@pytest.mark.parametrize(("typed", "created"), [("2026-02", "2026-02-01"), ("2026年2月10日", "2026-02-10")])
def test_the_day_of_the_document_is_the_speechs(typed: str, created: str) -> None:
    speech = {"title": "讲话", "speaker": "", "date": "（{{ 日期 | month_day }}）"}
    draft = drafted([{"text": "完。"}], dictionary={"日期": {"type": "date"}}, facts={"日期": typed}, speech=speech)
    assert draft.created == created


def test_defaults_of_the_front_matter_are_the_speaker_and_the_day() -> None:
    draft = drafted(
        [{"text": "完。"}],
        speech={"title": "讲话"},
        dictionary={"讲话人": {"type": "person"}, "会议日期": {"type": "date"}},
    )
    assert [plain(part) for part in (draft.speaker, draft.date, draft.salutation)] == [
        "【待补：讲话人】",
        "【待补：会议日期】",
        "同志们：",
    ]


# Numbers


def _numbers(draft: Draft) -> list[str]:
    return [block.number for block in draft.blocks() if isinstance(block, Heading)]


def test_numbers_by_depth_restart_in_each_parent() -> None:
    tree = [
        {
            "heading": "甲",
            "sections": [
                {
                    "heading": "乙",
                    "sections": [
                        {"heading": "丙", "sections": [{"heading": "丁", "sections": [{"heading": "戊"}]}] * 2}
                    ]
                    * 2,
                }
            ]
            * 2,
        }
    ] * 2
    found = _numbers(drafted(tree))
    assert found[:6] == ["一、", "（一）", "1.", "（1）", "（1）", "（2）"]
    assert [number for number in found if number.endswith("、")] == ["一、", "二、"]
    assert [number for number in found if number in {"（一）", "（二）"}] == ["（一）", "（二）"] * 2
    assert [number for number in found if number in {"1.", "2."}] == ["1.", "2."] * 4


def test_numbers_by_choice() -> None:
    tree = [{"heading": "甲", "numbered": form, "sections": [{"heading": "乙"}] * 3} for form in FORMS]
    found = _numbers(drafted(tree, numbering=["none"]))
    chosen = [found[index + 1 : index + 4] for index in range(0, len(found), 4)]
    assert [numbers[1] for numbers in chosen] == [
        "二、",
        "（二）",
        "2.",
        "（2）",
        "第二，",
        "二要",
        "二是",
        "其次，",
        "",
    ]
    assert chosen[7] == ["首先，", "其次，", "最后，"]


def test_a_section_without_a_heading_has_no_number_and_takes_none() -> None:
    draft = drafted([{"text": "一。"}, {"heading": "甲"}, {"text": "二。"}, {"heading": "乙"}])
    assert lines(draft) == ["一。", "一、甲", "二。", "二、乙"]


@pytest.mark.parametrize("form", [form for form in FORMS if form != "none"])
@pytest.mark.parametrize("total", [1, 2, 3, 4, 5, 11, 99])
def test_sections_are_numbered_from_one_without_a_hole(form: str, total: int) -> None:
    sections = [
        {"heading": "全", "numbered": form, "sections": [{"heading": f"第{index}节"} for index in range(total)]}
    ]
    found = _numbers(drafted(sections))[1:]
    assert len(found) == total == len(set(found))


def test_more_sections_than_have_numerals() -> None:
    many = [{"heading": "节"}] * 100
    assert [str(problem) for problem in problems_of(many)] == [
        "outline.yaml:108:3: too-many-sections: more than 99 numbered sections stand side by side"
    ]
    assert len(_numbers(drafted(many, numbering=["none"]))) == 100


def test_headings_count_what_is_really_there() -> None:
    dictionary = {**RECORDS, "有": {"type": "yes-no"}}
    tree = [
        {
            "heading": "实施“{{ count | cn }}项工程”（{{ number }}之{{ parts }}）",
            "sections": [
                {"heading": "甲", "when": "有"},
                {"heading": "{{ item.标题 }}", "each": "成绩", "text": "{{ index }}：{{ item.做法 }}。"},
                {"text": "不数。"},
            ],
        },
        {"heading": "二", "text": "共{{ parts | cn }}点，{{ count }}。"},
    ]
    with_it = drafted(tree, dictionary=dictionary, facts={**THREE, "有": "是"})
    assert lines(with_it)[0] == "一、实施“四项工程”（一、之2）"
    without = drafted(tree, dictionary=dictionary, facts={**THREE, "有": "否"})
    assert lines(without) == [
        "一、实施“三项工程”（一、之2）",
        "（一）标题甲", "1：做法甲。", "（二）标题乙", "2：做法乙。", "（三）标题丙", "3：做法丙。",
        "不数。", "二、二", "共两点，0。",
    ]  # fmt: skip


def test_children_without_headings_are_counted_where_none_has_one() -> None:
    assert (
        lines(drafted([{"text": "{{ count | cn }}条", "sections": [{"text": "一。"}, {"text": "二。"}]}]))[0] == "两条"
    )


# each, when, optional, with, inline


def test_each_knows_where_its_facts_are() -> None:
    draft = drafted([{"each": "成绩", "text": "{{ item.标题 }}"}], dictionary=RECORDS, facts=THREE)
    facts = [leaf for block in draft.blocks() for leaf in block.inlines if isinstance(leaf, FactText)]
    assert [(fact.fact, fact.label) for fact in facts] == [
        ("成绩[1].标题", "成绩第1项·标题"),
        ("成绩[2].标题", "成绩第2项·标题"),
        ("成绩[3].标题", "成绩第3项·标题"),
    ]
    assert [section.origin.section for section in draft.sections] == ["1", "2", "3"]
    assert {section.origin.outline_place for section in draft.sections} == {"1"}


def test_each_over_a_missing_list_shows_one_item_to_fill() -> None:
    draft = drafted([{"heading": "{{ item.标题 }}", "each": "成绩", "text": "{{ item.做法 }}。"}], dictionary=RECORDS)
    assert lines(draft) == ["一、【待补：成绩·标题】", "【待补：成绩·做法】。"]
    assert [gap.fact for gap in draft.gaps()] == ["成绩"]


def test_the_count_of_a_missing_list_is_missing() -> None:
    tree = [
        {"heading": "办好{{ count | cn }}件事（共{{ parts }}点）", "sections": [{"heading": "{{ item.标题 }}", "each": "成绩"}, {"heading": "乙"}]},
        {"text": "{{ count }}", "sections": [{"text": "{{ item.标题 }}", "each": "成绩"}]},
        {"heading": "丙", "sections": [{"heading": "丁"}, {"text": "不数{{ item.标题 }}", "each": "成绩"}], "text": "{{ count }}"},
    ]  # fmt: skip
    draft = drafted(tree, dictionary=RECORDS)
    assert [line for line in lines(draft) if "标题" not in line] == [
        "一、办好【待补：成绩】件事（共2点）",
        "（二）乙",
        "【待补：成绩】",
        "二、丙",
        "1",
        "（一）丁",
    ]
    assert [gap.fact for gap in draft.gaps()] == ["成绩"]
    tree = [{"heading": "共{{ parts | cn }}点", "each": "成绩"}]
    assert lines(drafted(tree, dictionary=RECORDS)) == ["一、共【待补：成绩】点"]
    assert lines(drafted(tree, dictionary=RECORDS, facts=THREE))[0] == "一、共三点"


def test_each_over_a_missing_optional_list_leaves_the_section_out() -> None:
    optional = {"成绩": {**RECORDS["成绩"], "optional": True}}
    composition = composed(
        [{"text": "始。"}, {"heading": "甲", "each": "成绩"}, {"heading": "乙"}], dictionary=optional
    )
    assert lines(composition.draft) == ["始。", "一、乙"]
    assert composition.left_out == ("2",)
    assert composition.problems == ()


def test_a_field_that_an_item_does_not_give_is_a_gap_of_that_item() -> None:
    draft = drafted(
        [{"each": "成绩", "text": "{{ item.标题 }}：{{ item.做法 }}。"}], dictionary=RECORDS, facts={"成绩": [{"标题": "甲"}, {"做法": "乙"}]}
    )  # fmt: skip
    assert lines(draft) == ["甲：【待补：成绩第1项·做法】。", "【待补：成绩第2项·标题】：乙。"]
    assert [gap.fact for gap in draft.gaps()] == ["成绩[1].做法", "成绩[2].标题"]


def test_each_over_lists_of_other_kinds() -> None:
    dictionary = {"单位": {"type": "list"}}
    facts = {"单位": ["一科", "二科"]}
    assert lines(drafted([{"each": "单位", "text": "{{ item }}"}], dictionary=dictionary, facts=facts)) == [
        "一科",
        "二科",
    ]
    assert lines(drafted([{"each": "['甲', 单位[0]]", "text": "{{ item }}"}], dictionary=dictionary, facts=facts)) == [
        "甲",
        "一科",
    ]
    tree = [{"with": {"表": ["甲", "{{ 单位 | last }}"]}, "sections": [{"each": "表", "text": "{{ item }}"}]}]
    assert lines(drafted(tree, dictionary=dictionary, facts=facts)) == ["甲", "二科"]


@pytest.mark.parametrize("each", ["地区", "'文'", "3", "1 + 数", "true"])
def test_each_over_what_is_no_list(each: str) -> None:
    problems = problems_of(
        [{"text": "完。"}, {"each": each, "text": "x"}],
        dictionary={"地区": {}, "数": {"type": "number"}},
        facts={"地区": "清河", "数": "3"},
    )
    assert [(problem.code, str(problem.place)) for problem in problems] == [("not-a-list", "outline.yaml:10:9")]


def test_nested_each_reaches_the_outer_item_by_a_parameter() -> None:
    dictionary = {"片区": {"type": "list", "fields": {"名": {}, "村": {"type": "list"}}}}
    facts = {"片区": [{"名": "东", "村": ["一", "二"]}, {"名": "西", "村": ["三"]}]}
    tree = [
        {
            "each": "片区",
            "with": {"片": "{{ item.名 }}"},
            "sections": [{"each": "item.村", "text": "{{ 片 }}{{ item }}{{ index }}"}],
        }
    ]
    assert lines(drafted(tree, dictionary=dictionary, facts=facts)) == ["东一1", "东二2", "西三1"]


@pytest.mark.parametrize(
    ("when", "stands"),
    [("有", True), ("not 有", False), ("数 > 100", True), ("数 > 100 and 无", False), ("地区 == '清河'", True), ("选 is missing", True), ("选", False), ("选 > 3", False), ("1", True)],
)  # fmt: skip
def test_when(when: str, *, stands: bool) -> None:
    dictionary = {
        "有": {"type": "yes-no"},
        "无": {"type": "yes-no"},
        "数": {"type": "number"},
        "地区": {},
        "选": {"optional": True, "type": "number"},
    }
    facts = {"有": "是", "无": "否", "数": "128", "地区": "清河"}
    composition = composed([{"heading": "甲", "when": when}, {"heading": "乙"}], dictionary=dictionary, facts=facts)
    assert lines(composition.draft) == (["一、甲", "二、乙"] if stands else ["一、乙"])
    assert composition.problems == ()


@pytest.mark.parametrize("when", ["有", "数 > 100", "数 == 3", "数 != 3", "有 and 数 > 3", "数 + 1 > 3"])
def test_when_that_a_missing_fact_leaves_open_keeps_the_section_and_says_so(when: str) -> None:
    dictionary = {"有": {"type": "yes-no"}, "数": {"type": "number"}}
    composition = composed([{"text": "甲", "when": when}], dictionary=dictionary)
    assert lines(composition.draft) == ["甲"]
    name = when.split(maxsplit=1)[0]
    assert [str(problem) for problem in composition.problems] == [
        f"outline.yaml:10:9: undecided: whether this section stands depends on “{name}”, which is missing; it is kept"
    ]
    assert composition.problems[0].severity is Severity.WARNING


@pytest.mark.parametrize("when", ["'甲' in 列", "'甲' not in 列", "'甲' in 列 and 1 > 0", "名 in ['甲']"])
def test_what_is_in_a_missing_list_or_is_missing_itself_is_open(when: str) -> None:
    composition = composed([{"text": "甲", "when": when}], dictionary={"列": {"type": "list"}, "名": {}})
    assert lines(composition.draft) == ["甲"]
    assert [problem.code for problem in composition.problems] == ["undecided"]


def test_what_a_section_waits_for_is_needed_once_and_last() -> None:
    dictionary = {"类": {"ask": "办公室"}, "名": {}, "选": {"optional": True}}
    tree = [
        {"heading": "甲", "when": "类 == '一'"},
        {"heading": "乙", "when": "类 == '二'", "text": "{{ 名 }}。"},
        {"text": "丙。", "when": "名 == '三'"},
        {"text": "{{ 名 }}", "when": "选 == '三'"},
    ]
    draft = drafted(tree, dictionary=dictionary)
    assert [gap.fact for gap in draft.gaps()] == ["名"]
    assert [(gap.fact, gap.ask) for gap in draft.needed()] == [("名", ""), ("类", "办公室")]
    # Not for a section that the speech is without.
    rest = compose(speech_of(tree, dictionary=dictionary), ["/甲", "/乙"]).draft
    assert [gap.fact for gap in rest.needed()] == ["名"]


def test_an_optional_section_goes_when_what_it_prints_is_missing() -> None:
    dictionary = {"甲": {}, "乙": {}, "选": {"optional": True}}
    tree = [
        {"heading": "有{{ 甲 }}", "optional": True, "sections": [{"text": "下。"}]},
        {"heading": "乙", "text": "{{ 乙 }}。", "optional": True},
        {
            "heading": "丙",
            "text": "丙{% clause %}，{{ 选 }}{% endclause %}{% if 乙 %}有乙{% endif %}。",
            "optional": True,
        },
        {"heading": "丁"},
    ]
    composition = composed(tree, dictionary=dictionary, facts={"甲": "甲"})
    assert lines(composition.draft) == ["一、有甲", "下。", "二、丙", "丙。", "三、丁"]
    assert composition.left_out == ("2",)
    assert composition.problems == ()
    everything = composed(tree, dictionary=dictionary, facts={"甲": "甲", "乙": "乙", "选": "选"})
    assert lines(everything.draft) == ["一、有甲", "下。", "二、乙", "乙。", "三、丙", "丙，选有乙。", "四、丁"]
    assert everything.left_out == ()


def test_an_optional_section_is_left_out_item_by_item() -> None:
    tree = [{"each": "成绩", "heading": "{{ item.标题 }}", "text": "{{ item.做法 }}", "optional": True}]
    composition = composed(
        tree,
        dictionary=RECORDS,
        facts={"成绩": [{"标题": "甲", "做法": "好"}, {"标题": "乙"}, {"标题": "丙", "做法": "好"}]},
    )
    assert lines(composition.draft) == ["一、甲", "好", "二、丙", "好"]


def test_a_warning_of_a_section_that_was_left_out_is_not_given_to_the_next() -> None:
    dictionary = {"甲": {}, "选": {"optional": True}}
    tree = [{"text": "{{ 选 }}{{ 甲 }}", "optional": True}, {"text": "完。"}]
    composition = composed(tree, dictionary=dictionary)
    assert lines(composition.draft) == ["完。"]
    assert [str(problem.place) for problem in composition.problems] == ["outline.yaml:9"]


def test_parameters() -> None:
    dictionary = {**RECORDS, "地区": {}, "数": {"type": "number", "unit": "名"}}
    facts = {**THREE, "地区": "清河", "数": "128"}
    tree = [
        {
            "template": "t",
            "with": {"口径": "全{{ 地区 }}", "人数": "{{ 数 }}", "表": "{{ 成绩 }}", "列": ["甲", "{{ 地区 }}"], "记": {"名": "{{ 数 + 1 }}"}, "空": ""},
            "sections": [{"text": "下面也有{{ 口径 }}{{ 人数 | number }}。"}],
        }
    ]  # fmt: skip
    template = "{{ 口径 }}{{ 人数 + 1 }}{{ 人数 }}{% for 项 in 表 %}{{ 项.标题 }}{% endfor %}{{ 列 }}{{ 记.名 }}{{ 空 | default('无') }}"
    draft = drafted(tree, dictionary=dictionary, facts=facts, templates={"t": template})
    assert lines(draft) == ["全清河129128名标题甲标题乙标题丙甲、清河129", "下面也有全清河128。"]
    texts = [leaf.fact for leaf in _paragraph(draft).inlines if isinstance(leaf, FactText)]
    assert texts == ["地区", "数", "成绩[1].标题", "成绩[2].标题", "成绩[3].标题", "地区"]


def test_a_parameter_goes_before_a_fact_and_a_missing_one_stays_a_gap() -> None:
    dictionary = {"地区": {}, "另": {}}
    tree = [{"text": "{{ 地区 }}", "with": {"地区": "{{ 另 }}"}}, {"text": "{{ 地区 }}"}]
    draft = drafted(tree, dictionary=dictionary, facts={"地区": "清河"})
    assert lines(draft) == ["【待补：另】", "清河"]


def test_inline_sections_run_on_inside_the_paragraph() -> None:
    tree = [
        {
            "heading": "甲", "run_in": True, "inline": True, "text": "第一段\n第二段，", "numbered": "一要",
            "sections": [{"heading": "学{{ 地区 }}", "text": "学好。"}, {"heading": "干！", "text": "干好。"}, {"text": "收。"}],
        },
        {"inline": True, "sections": [{"text": "只有下面。"}]},
        {"inline": True, "text": "只有上面。"},
    ]  # fmt: skip
    draft = drafted(tree, dictionary={"地区": {}}, facts={"地区": "清河"})
    assert lines(draft) == [
        "一、甲",
        "第一段",
        "第二段，一要学清河。学好。二要干！干好。收。",
        "只有下面。",
        "只有上面。",
    ]
    assert draft.sections[0].sections == ()
    strong = [inline for inline in _paragraph(draft, 1).inlines if isinstance(inline, Strong)]
    assert [plain((one,)) for one in strong] == ["一要学清河。", "二要干！"]


def test_a_single_section_that_runs_on_has_no_enumerator() -> None:
    tree = [{"inline": True, "text": "当前，", "numbered": "一要", "sections": [{"heading": "{{ item.标题 }}", "each": "成绩"}, {"text": "收。"}]}]  # fmt: skip
    assert lines(drafted(tree, dictionary=RECORDS, facts=THREE)) == ["当前，一要标题甲。二要标题乙。三要标题丙。收。"]
    assert lines(drafted(tree, dictionary=RECORDS, facts={"成绩": THREE["成绩"][:1]})) == ["当前，标题甲。收。"]
    apart = [{"numbered": "一要", "sections": [{"heading": "甲"}]}]
    assert lines(drafted(apart)) == ["一要甲"]


# What a fact's value does to the text


def test_a_long_text_of_several_paragraphs_is_written_as_several_and_stays_strong() -> None:
    draft = drafted(
        [{"text": "前**重：{{ 文 }}**后"}], dictionary={"文": {"type": "long-text"}}, facts={"文": "第一\n\n第二。"}
    )
    assert lines(draft) == ["前重：第一。", "第二。后"]
    assert [isinstance(inline, Strong) for inline in _paragraph(draft).inlines] == [False, True, True]
    assert _paragraph(draft, 1).inlines[0] == Strong(
        inlines=(FactText(fact="文", text="第二。", label="文", form="2/2"),)
    )


def test_a_line_feed_in_a_fact_breaks_no_heading() -> None:
    tree = [{"heading": "学{{ 文 }}和**{{ 文 }}**", "text": "完。"}]
    draft = drafted(tree, dictionary={"文": {}}, facts={"文": "甲\n乙"})
    assert lines(draft) == ["一、学甲乙和甲乙", "完。"]


def test_no_value_is_read_as_markup_or_as_a_template() -> None:
    value = "**{{ 地区 }}** {% if %} {# #} <b>&amp; \\n"
    draft = drafted([{"text": "前**{{ 文 }}**后"}], dictionary={"文": {}, "地区": {}}, facts={"文": value})
    assert _paragraph(draft).inlines == (
        Text(text="前"),
        Strong(inlines=(FactText(fact="文", text=value, label="文"),)),
        Text(text="后"),
    )


# Formulas

FIGURES = {
    "今年": {"type": "number", "unit": "名"},
    "去年": {"type": "number", "unit": "名"},
    "增幅": {"type": "percent", "formula": "今年 / 去年 - 1"},
    "合计": {"type": "number", "unit": "名", "formula": "今年 + 去年"},
    "投资": {"type": "money", "unit": "万元", "formula": "单价 * 今年"},
    "单价": {"type": "money"},
    "日期": {"type": "date"},
    "年": {"type": "year", "formula": "日期 | year"},
    "上年": {"type": "year", "formula": "年 - 1"},
    "多": {"type": "yes-no", "formula": "今年 > 去年"},
    "名称": {"formula": "上年 ~ '年' ~ 地区 ~ '会议'"},
    "地区": {},
    "同": {"formula": "地区"},
}


@pytest.mark.parametrize(
    ("name", "said"),
    [("增幅", "28%"), ("合计", "228名"), ("投资", "1.54万元"), ("年", "2026"), ("上年", "2025"), ("多", "是"), ("名称", "2025年清河会议"), ("同", "清河")],
)  # fmt: skip
def test_computed_facts(name: str, said: str) -> None:
    facts = {"今年": "128", "去年": "100", "单价": "120元", "日期": "2026-02-10", "地区": "清河"}
    draft = drafted([{"text": f"{{{{ {name} }}}}。"}], dictionary=FIGURES, facts=facts)
    assert _paragraph(draft).inlines == (FactText(fact=name, text=said, label=name), Text(text="。"))


@pytest.mark.parametrize(
    ("name", "needs"),
    [("增幅", ("今年", "去年")), ("投资", ("单价", "今年")), ("上年", ("日期",)), ("多", ("今年",)), ("名称", ("日期", "地区")), ("同", ("地区",))],
)  # fmt: skip
def test_a_computed_fact_that_lacks_others_is_one_gap_that_names_them(name: str, needs: tuple[str, ...]) -> None:
    composition = composed([{"text": f"{{{{ {name} }}}}。"}], dictionary=FIGURES)
    (gap,) = composition.draft.gaps()
    assert (gap.fact, gap.label, gap.needs) == (name, name, needs)
    assert lines(composition.draft) == [f"【待补：{name}】。"]
    assert composition.problems == ()


def test_a_given_value_goes_before_the_formula() -> None:
    assert written("{{ 增幅 }}", dictionary=FIGURES, facts={"增幅": "3%"}) == ["3%"]


def test_a_computed_fact_disturbs_neither_enumeration_nor_clause() -> None:
    dictionary = {**FIGURES, "选": {"optional": True}, "带选": {"formula": "地区 ~ 选"}}
    template = "{{ enum('一是') }}{{ 合计 }}；{{ enum('一是') }}{{ 名称 }}；{% clause %}{% if 带选 %}{{ 带选 }}{% endif %}好。{% endclause %}"
    facts = {"今年": "1", "去年": "2", "日期": "2026-02", "地区": "清河"}
    assert written(template, dictionary=dictionary, facts=facts) == ["一是3名；二是2025年清河会议；好。"]


def test_a_computed_fact_leaves_an_optional_section_only_where_it_is_printed() -> None:
    tree = [{"text": "{% if 名称 %}{{ 名称 }}{% else %}无名{% endif %}", "optional": True}]
    assert lines(drafted(tree, dictionary=FIGURES)) == ["无名"]


@pytest.mark.parametrize(
    ("dictionary", "message"),
    [
        ({"甲": {"type": "number", "formula": "乙 + 1"}, "乙": {"type": "number", "formula": "甲 + 1"}}, "formula of “甲”: formula-cycle: the formula of “甲” needs itself\n  甲 → 乙 → 甲"),
        ({"甲": {"type": "number", "formula": "甲"}}, "formula of “甲”: formula-cycle: the formula of “甲” needs itself\n  甲 → 甲"),
        ({"甲": {"type": "number", "formula": "已 + 1"}}, "formula of “甲”: unknown-fact: no fact “已”"),
        ({"甲": {"type": "number", "formula": "提拔数 + 1"}, "提拔人数": {}}, "formula of “甲”: unknown-fact: no fact “提拔数”\n  did you mean 提拔人数?"),
        ({"甲": {"type": "number", "formula": "1 +"}}, "formula of “甲”: template-syntax: this is not template syntax: the end comes too soon"),
        ({"甲": {"type": "number", "formula": "1 2"}}, "formula of “甲”: template-syntax: this is not template syntax: something stands behind the expression"),
        ({"甲": {"type": "number", "formula": "''.__class__"}}, "formula of “甲”: refused-name: the name “.__class__” is not allowed in a template"),
        ({"甲": {"type": "number", "formula": "1 / 0"}}, "formula of “甲”: bad-arithmetic: a division by zero"),
        ({"甲": {"type": "number", "formula": "'文'"}}, "formula of “甲”: bad-formula: the formula of “甲” does not give what the fact is"),
        ({"甲": {"formula": "1 + 1"}}, "formula of “甲”: bad-formula: the formula of “甲” does not give what the fact is"),
        ({"甲": {"type": "date", "formula": "2026"}}, "formula of “甲”: bad-formula: the formula of “甲” does not give what the fact is"),
        ({"甲": {"type": "year", "formula": "1 / 3"}}, "formula of “甲”: bad-formula: the formula of “甲” does not give what the fact is"),
        ({"甲": {"type": "year", "formula": "乙"}, "乙": {"type": "number", "default": "9" * 30}}, "formula of “甲”: bad-formula: the formula of “甲” does not give what the fact is"),
    ],
)  # fmt: skip
def test_a_formula_that_is_wrong(dictionary: Mapping[str, Any], message: str) -> None:
    assert [str(problem) for problem in problems_of([{"text": "{{ 甲 }}"}], dictionary=dictionary)] == [message]


def test_a_very_long_number_is_still_said() -> None:
    dictionary = {"乙": {"type": "number", "formula": "甲"}, "甲": {"type": "number"}}
    assert written("{{ 甲 }} {{ 乙 }}", dictionary=dictionary, facts={"甲": "9" * 40}) == ["9" * 40 + " " + "9" * 40]


def test_what_a_fact_is_computed_from() -> None:
    values = FactValues(speech_of([{"text": "完。"}], dictionary=FIGURES), Ink())
    assert values.sources("名称") == ("上年", "地区", "年", "日期")
    assert values.sources("地区") == ()
    assert isinstance(values.look_up("地区"), MissingFact)
    assert values.look_up("无此") is None
    assert values.look_up("增幅") is values.look_up("增幅")


# Problems


def test_everything_wrong_is_said_at_once_where_it_stands() -> None:
    tree = [
        {"heading": "{{ 无一 }}", "text": "{{ 无二 }}"},
        {"template": "没有"},
        {"template": "t", "when": "无三", "with": {"x": "{{ 无四 }}"}},
        {"each": "无五", "text": "{{ item }}"},
        {"text": "{{ self }}"},
    ]
    problems = problems_of(
        tree,
        templates={"t": "好\n{{ 无六 }}{{ x }}", "u": "u"},
        speech={"title": "{{ 无七 }}", "speaker": "", "date": ""},
    )
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("unknown-fact", "outline.yaml:4"),
        ("unknown-fact", "outline.yaml:8"),
        ("unknown-fact", "outline.yaml:9"),
        ("unknown-template", "outline.yaml:10:13"),
        ("unknown-fact", "outline.yaml:12"),
        ("unknown-fact", "outline.yaml:14"),
        ("unknown-fact", "templates/t.j2:2"),
        ("unknown-fact", "outline.yaml:15"),
        ("refused-name", "outline.yaml:17:9"),
    ]


def test_the_line_of_a_text_on_several_lines() -> None:
    text = "id: t\ntitle: t\nspeech: {title: t, speaker: '', date: ''}\nsections:\n- heading: 甲\n  text: |\n    一\n    二{{ 无 }}\n    {{ 1 / 0 }}\n"
    assert [str(problem.place) for problem in problems_of(text)] == ["outline.yaml:8"]
    assert [str(problem) for problem in problems_of(text.replace("{{ 无 }}", ""))] == [
        "outline.yaml:9: bad-arithmetic: a division by zero"
    ]


def test_what_goes_wrong_while_it_is_written_is_collected_too() -> None:
    dictionary = {"数": {"type": "number"}, "文": {}}
    tree = [{"heading": "{{ 数 / 0 }}"}, {"text": "{{ 文 | cn }}"}, {"text": "{{ 数 | cn }}"}]
    problems = problems_of(tree, dictionary=dictionary, facts={"数": "3", "文": "三"})
    assert [(problem.code, str(problem.place)) for problem in problems] == [
        ("bad-arithmetic", "outline.yaml:9:12"),
        ("not-a-count", "outline.yaml:10:9"),
    ]


def test_needs_name_the_facts_of_each_section_in_order() -> None:
    dictionary = {name: {} for name in "甲乙丙丁戊己庚"} | {"甲": {"formula": "庚"}}
    tree = [
        {"heading": "{{ 甲 }}", "template": "t", "when": "乙"},
        {
            "each": "丙",
            "with": {"x": "{{ 丁 }}{{ item }}"},
            "sections": [{"text": "{{ x }}{{ index }}{{ 戊 }}{% include 'u' %}"}],
        },
    ]
    speech = speech_of(tree, dictionary=dictionary, templates={"t": "{% include 'u' %}{{ 甲 }}", "u": "{{ 己 }}"})
    assert [(needs.section, needs.facts) for needs in needs_of(speech)] == [
        ("", ()),
        ("1", ("乙", "甲", "己")),
        ("2", ("丙", "丁")),
        ("2.1", ("戊", "己")),
    ]
    assert not any(needs.problems for needs in needs_of(speech))


# Digest


def test_the_digest_tells_outline_templates_and_values_apart_and_nothing_else() -> None:
    def digest(text: str = "一", template: str = "二", facts: Mapping[str, Any] | None = None, **more: Any) -> str:
        tree = [{"text": text}, {"template": "t"}]
        dictionary = {"地区": {}, "数": {"type": "number"}}
        return drafted(tree, templates={"t": template}, dictionary=dictionary, facts=facts or {}, **more).digest

    assert digest() == digest()
    assert re.fullmatch("[0-9a-f]{64}", digest())
    different = [
        digest(),
        digest(text="三"),
        digest(template="三"),
        digest(facts={"地区": "清河"}),
        digest(facts={"数": "3"}),
        digest(minutes=3),
    ]
    assert len(set(different)) == len(different)
    assert digest(facts={"数": "3", "地区": "清河"}) == digest(facts={"地区": "清河", "数": "3"})


# Laws

_texts = st.text(st.characters(exclude_categories=["Cs"]).filter(lambda one: bad_character(one) is None))


def _words(text: str) -> str:
    return "".join(text.split())


@given(_texts, st.sampled_from(["text", "long-text"]))
def test_any_text_that_is_given_stands_in_the_draft_and_in_what_is_written(text: str, kind: str) -> None:
    draft = drafted(
        [{"heading": "头{{ 文 }}", "text": "前{{ 文 }}后"}],
        dictionary={"文": {"type": kind}},
        facts={"文": text},
        speech={"title": "题{{ 文 }}", "speaker": "", "date": "", "salutation": ""},
    )
    if not text.strip():
        assert [gap.fact for gap in draft.gaps()] == ["文"]
        return
    said = plain(draft.title)[1:]
    dropped = str.maketrans("", "", "。；，、;, ")
    assert _words(said.translate(dropped)) == _words(text.translate(dropped))
    assert _words("".join(lines(draft))) == _words(f"一、头{said}前{said}后")
    assert _words(to_text(draft)) == _words(f"题{said}一、头{said}前{said}后")
    tree = json.loads(to_json(draft))
    assert [part["text"] for part in tree["title"]] == ["题", said]
    assert _words("".join(part["text"] for part in tree["sections"][0]["heading"]["inlines"])) == _words(f"头{said}")


@given(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3), st.data())
def test_numbers_of_any_tree_are_unique_and_in_order(numbering: list[str], data: st.DataObject) -> None:
    def tree(depth: int) -> list[dict[str, Any]]:
        count = data.draw(st.integers(0, 4 if depth else 6))
        return [
            {
                **({"heading": "节"} if data.draw(st.booleans()) else {"text": "段"}),
                **({"numbered": data.draw(st.sampled_from(FORMS))} if data.draw(st.booleans()) else {}),
                "sections": tree(depth + 1) if depth < 2 else [],
            }
            for _index in range(count)
        ]

    sections = tree(0) or [{"text": "完"}]
    draft = drafted(sections, numbering=numbering)

    def check(found: tuple[Any, ...]) -> None:
        numbers = [section.heading.number for section in found if section.heading is not None]
        if any(numbers):
            assert len(set(numbers)) == len(numbers)
            numerals = {chinese(number): number for number in range(1, 100)}
            order = {"首先，": 1, "其次，": 2, "再次，": 3, "最后，": len(numbers)}
            values = [
                order.get(one) or numerals.get(one.strip("（）、，第要是")) or int(one.strip("（）."))
                for one in numbers
            ]
            assert values == list(range(1, len(numbers) + 1))
        for section in found:
            check(section.sections)

    check(draft.sections)


CLAUSES = (
    "今天，{{ 必一 }}召开会议{% clause %}，{{ 选一 }}{% endclause %}{% clause %}，{{ 选二 }}和{{ 必二 }}{% endclause %}。"
    "{% clause %}刚才，{{ 选三 }}同志{% clause %}（{{ 选一 }}）{% endclause %}发了言。{% endclause %}\n"
    "{% clause %}{{ enum('一是') }}抓{{ 选一 }}。{% endclause %}{% clause %}{{ enum('一是') }}抓{{ 选列 | join }}。{% endclause %}"
    "{{ enum('一是') }}抓{{ 必二 }}。{% clause %}{% for 项 in 选列 %}{{ enum('第一，') }}{{ 项 }}；{% endfor %}{% endclause %}\n"
    "{% clause %}{{ enum('一是') }}{{ 合计 }}{% if 选二 %}、{{ 选二 }}{% endif %}。{% endclause %}{{ enum('一是') }}完。\n"
)  # fmt: skip
CLAUSE_FACTS: dict[str, Any] = {
    "必一": "县里", "必二": "乡里。", "选一": "部长到会；", "选二": "书记讲话，", "选三": "李明", "选列": ["班子。", "队伍"], "数": "3",
}  # fmt: skip
CLAUSE_DICTIONARY: dict[str, Any] = {
    **{name: {"optional": name.startswith("选")} for name in CLAUSE_FACTS},
    "选列": {"type": "list", "optional": True},
    "数": {"type": "number", "unit": "名", "optional": True},
    "合计": {"type": "number", "unit": "名", "formula": "数 * 2", "optional": True},
}


@settings(max_examples=200)
@given(st.sets(st.sampled_from(sorted(CLAUSE_FACTS))))
def test_with_any_part_of_its_facts_a_template_leaves_no_hole(names: set[str]) -> None:
    facts = {name: CLAUSE_FACTS[name] for name in names}
    composition = composed([{"template": "t"}], dictionary=CLAUSE_DICTIONARY, facts=facts, templates={"t": CLAUSES})
    draft = composition.draft
    text = "\n".join(lines(draft))
    assert composition.problems == ()
    assert not re.search(r"[，。；、：]{2}|（）|^[，。；、]|[，；、]$|【待补：选", text, re.MULTILINE)
    required = {name for name in ("必一", "必二") if name not in names}
    assert {gap.fact for gap in draft.gaps()} == required
    for name in required:
        assert f"【待补：{name}】" in text
    found = re.findall(r"([一二三四五])是", text)
    assert found == list("一二三四五")[: len(found)]
    for name in names & {"选一", "选二", "选三"}:
        assert CLAUSE_FACTS[name].rstrip("；，") in text or name in {"选二", "选三"}
    shown = {leaf.fact for block in draft.blocks() for leaf in leaves(block.inlines) if isinstance(leaf, FactText)}
    assert {name.split("[")[0] for name in shown} - {"合计"} <= names


_names = st.sampled_from(["地区", "数", "成绩", "选", "item", "count", "x", "无"])
_heads = st.sampled_from(
    ["", "头", "{{ 地区 }}", "{{ count | cn }}", "{{ item.标题 }}", "{{ 数 + 1 }}", "{{", "{{ 无 }}", "**{{ 选 }}**"]
)


@st.composite
def _section(draw: st.DrawFn, depth: int = 0) -> dict[str, Any]:
    section: dict[str, Any] = {}
    for key, values in (
        ("heading", _heads),
        ("text", _heads),
        ("template", st.sampled_from(["t", "u", "无"])),
        ("each", st.sampled_from(["成绩", "选列", "地区", "item", "x", "[1, 2]"])),
        ("when", st.sampled_from(["选", "数 > 3", "not 地区", "count", "地区 in 成绩", "1 / 数"])),
        ("with", st.dictionaries(_names, _heads | st.lists(_heads, max_size=2), max_size=2)),
        ("optional", st.sampled_from(["yes", "no"])),
        ("inline", st.sampled_from(["yes", "no"])),
        ("run_in", st.sampled_from(["yes", "no"])),
        ("numbered", st.sampled_from(FORMS)),
    ):
        if draw(st.integers(0, 3)) == 0:
            section[key] = draw(values)
    if depth < 2:
        section["sections"] = draw(st.lists(_section(depth + 1), max_size=2))
    return section


@settings(max_examples=200)
@given(st.lists(_section(), min_size=1, max_size=3), st.booleans())
def test_any_outline_ends_in_a_draft_or_in_problems(sections: list[dict[str, Any]], full: bool) -> None:  # noqa: FBT001
    dictionary = {
        **RECORDS,
        "地区": {},
        "数": {"type": "number"},
        "选": {"optional": True},
        "选列": {"type": "list", "optional": True},
    }
    facts = {**THREE, "地区": "清河", "数": "128", "选": "选", "选列": ["一"]} if full else {}
    speech = speech_of(
        sections, dictionary=dictionary, facts=facts, templates={"t": "{{ 地区 }}", "u": "{{ x }}{{ item }}"}
    )
    composition, problems = attempted(lambda: compose(speech))
    if composition is None:
        assert any(problem.severity is Severity.ERROR for problem in problems)
        return
    draft = composition.draft
    assert all(isinstance(block, Heading | Paragraph) for block in draft.blocks())
    for gap in draft.gaps():
        assert isinstance(gap, Gap)
        assert gap.text in to_text(draft)
    assert yaml_of(outline_of(sections)) == speech.outline.text


def test_a_fact_that_is_looked_up_is_the_given_one() -> None:
    speech = speech_of([{"text": "完。"}], dictionary={"地区": {"label": "地区名称"}}, facts={"地区": "清河"})
    fact = FactValues(speech, Ink()).look_up("地区")
    assert isinstance(fact, Fact)
    assert (fact.ref, fact.label, fact.text) == ("地区", "地区", "清河")


def test_a_speech_is_composed_as_often_as_one_likes() -> None:
    # Each time its loops go round 16,000 times, of the 20,000 that one composition may.
    text = "{% for a in 列 %}{% for b in 十五 %}" + "长" + "{% endfor %}{% endfor %}"
    facts = {"列": [str(number) for number in range(1000)], "十五": list("一二三四五六七八九十甲乙丙丁戊")}
    speech = speech_of([{"text": text}], dictionary={name: {"type": "list"} for name in facts}, facts=facts)
    first = compose(speech)
    assert [compose(speech) for _time in range(3)] == [first] * 3
