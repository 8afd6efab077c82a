"""Values typed into a draft come back: what is taken, what is a conflict, what is refused and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from speechdraft.facts import Layer
from speechdraft.facts_reading import read_facts
from speechdraft.problems import Problems
from speechdraft.pulling import with_changes
from speechdraft.recording import recorded
from speechdraft.returned_facts import Outcome, Step
from speechdraft.source import parse
from tests.building import SPEECH
from tests.keeping.support import (
    FULL,
    Typist,
    element,
    opened,
    parts_of,
    pulled,
    run,
    sparse,
    speech_with,
    steps,
    taken,
    w,
    without_store,
    written,
)

EMPTY = speech_with({})
GIVEN = speech_with(FULL)


def only(outcomes: tuple[Outcome, ...]) -> Outcome:
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def filled(key: str, text: str, *numbers: int, speech: Any = EMPTY) -> bytes:
    """Return the draft with a text typed into mentions of one entry."""
    typist = Typist(written(speech))
    typist.type(key, text, *numbers)
    return typist.saved()


# What is taken.


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("地区", "清河市", "清河市"),
        ("会议名称", "2026年全市组织部长会议。", "2026年全市组织部长会议。"),
        ("会议日期", "2026年3月1日", "2026-03-01"),
        ("会议日期", " 2026-03 ", "2026-03"),
        ("讲话人", "市委常委、组织部部长 周明远", {"职务": "市委常委、组织部部长", "姓名": "周明远"}),
        ("人数", "128", "128"),
        ("人数", "128名", "128"),
        ("人数", "近1,280余人", "近1280余人"),
        ("占比", "36.5", "36.5%"),
        ("占比", "３６．５％", "36.5%"),
        ("投资", "912", "912"),
        ("投资", "3000万元", "3000万元"),
        ("年度", "2026年", "2026"),
        ("层级", "市", "市"),
        ("回顾", "一段\n\n二段。", "一段\n二段。"),
        ("项目", "船舶配套、新型储能", ["船舶配套", "新型储能"]),
        ("项目", "船舶配套\n新型储能\n", ["船舶配套", "新型储能"]),
        ("班子.名称", "市委班子", {"名称": "市委班子"}),
        ("班子.人数", "9", {"人数": "9"}),
        ("成绩[1].标题", "选人更准", [{"标题": "选人更准"}]),
        ("成绩[1].数量", "3", [{"数量": "3"}]),
        ("成绩[1].做法", "摸清人头、压实责任", [{"做法": ["摸清人头", "压实责任"]}]),
        ("人数|number", "128", "128"),
    ],
)
def test_a_value_typed_into_a_gap_is_taken(key: str, typed: str, value: Any) -> None:
    data = filled(key, typed)
    name = key.partition("|")[0].partition("[")[0].partition(".")[0]
    assert taken(data, EMPTY) == {name: value}
    assert only(pulled(data, EMPTY).outcomes).step is Step.NEW
    # Once taken, it is as in the file.
    assert pulled(data, with_changes(EMPTY, pulled(data, EMPTY).changes)).outcomes == ()


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("地区", "云陂县", "云陂县"),
        ("会议日期", "2026年3月1日", "2026-03-01"),
        ("讲话人", "市委副书记周明远", "市委副书记 周明远"),
        ("讲话人", "市委常委、组织部部长李 四", {"职务": "市委常委、组织部部长", "姓名": "李 四"}),
        ("讲话人", "市长助理 王五", "市长助理 王五"),
        # A blank tells more than the post that was there before and is the beginning of this one.
        ("讲话人", "市委常委、组织部部长助理 陈立", "市委常委、组织部部长助理 陈立"),
        ("人数", "130名", "130"),
        ("人数", "130人", "130人"),
        ("占比", "37%", "37%"),
        ("投资", "1000万元", "1000万元"),
        ("年度", "2027", "2027"),
        ("层级", "县", "县"),
        ("人数|number", "130", "130"),
        ("项目[2]", "绿色食品", ["船舶配套", "绿色食品"]),
        ("班子.人数", "11人", {"名称": "市委班子", "人数": "11"}),
        ("会议名称|title", "2026年全市\n组织部长会议", "2026年全市组织部长会议"),
        ("回顾|2/2", "这一年不平凡", "这一年不容易。\n这一年不平凡"),
        ("回顾|1/2", "一。\n二。", "一。\n二。\n这一年不寻常。"),
    ],
)
def test_a_value_changed_in_the_document_goes_before_the_file_s(key: str, typed: str, value: Any) -> None:
    data = filled(key, typed, speech=GIVEN)
    name = key.partition("|")[0].partition("[")[0].partition(".")[0]
    assert taken(data, GIVEN) == {name: value}
    assert only(pulled(data, GIVEN).outcomes).step is Step.CHANGED
    assert pulled(data, with_changes(GIVEN, pulled(data, GIVEN).changes)).outcomes == ()


def test_what_nobody_touched_brings_nothing_back() -> None:
    for speech in (EMPTY, GIVEN, speech_with(sparse("地区", "成绩", "回顾"))):
        assert pulled(written(speech), speech).outcomes == ()


def test_a_value_typed_into_one_of_several_mentions_is_taken() -> None:
    assert taken(filled("地区", "云陂县", 2, speech=GIVEN), GIVEN) == {"地区": "云陂县"}
    assert taken(filled("地区", "云陂县", 0), EMPTY) == {"地区": "云陂县"}


def test_the_same_value_in_other_words_is_no_disagreement() -> None:
    typist = Typist(written(GIVEN))
    typist.type("人数", "1280名", 0)
    typist.type("人数", "1,280", 1)
    typist.type("人数|number", "1280")
    assert taken(typist.saved(), GIVEN) == {"人数": "1280"}


def test_a_date_changed_in_all_its_forms_is_one_change() -> None:
    typist = Typist(written(GIVEN))
    typist.type("会议日期", "2026年3月1日")
    typist.type("会议日期|month_day", "3月1日")
    assert steps(pulled(typist.saved(), GIVEN).outcomes) == [("会议日期", "changed")]


def test_a_value_that_means_what_the_file_says_is_no_change() -> None:
    for key, typed in (("人数", "128"), ("地区", "清河市。"), ("会议日期", "2026-02-10"), ("占比", "36.5")):
        assert pulled(filled(key, typed, speech=GIVEN), GIVEN).outcomes == ()


def test_what_the_file_has_already_is_no_conflict() -> None:
    data = filled("地区", "云陂县", speech=GIVEN)
    assert pulled(data, speech_with(FULL | {"地区": "云陂县"})).outcomes == ()


def test_tracked_insertions_are_taken_and_deletions_are_not() -> None:
    typist = Typist(written(EMPTY))
    deleted = element("<w:del w:id='1' w:author='张'><w:r><w:delText>【待补：人数】</w:delText></w:r></w:del>")
    inserted = element("<w:ins w:id='2' w:author='张'/>")
    inserted.append(run("128名"))
    typist.fill("人数", 0, deleted, inserted)
    assert taken(typist.saved(), EMPTY) == {"人数": "128"}


def test_formatting_within_a_value_does_not_matter() -> None:
    typist = Typist(written(EMPTY))
    typist.fill("人数", 0, run("1", "<w:b/>"), run("28", "<w:i/>"), run("名"))
    assert taken(typist.saved(), EMPTY) == {"人数": "128"}


def test_controls_that_were_moved_copied_or_deleted_are_read_where_they_are() -> None:
    typist = Typist(written(GIVEN))
    typist.type("人数", "130名", 1)
    moved = typist.control("人数", 1)
    next(typist.paragraphs()).append(moved)
    moved.addnext(typist.twin("人数", 0))
    removed = typist.control("占比")
    removed.getparent().remove(removed)  # type: ignore[union-attr]
    assert taken(typist.saved(), GIVEN) == {"人数": "130"}


def test_comments_in_and_around_a_value_do_not_matter() -> None:
    typist = Typist(written(EMPTY))
    start, end = element("<w:commentRangeStart w:id='9'/>"), element("<w:commentRangeEnd w:id='9'/>")
    typist.fill("人数", 0, start, run("128名"), end, element("<w:r><w:commentReference w:id='9'/></w:r>"))
    assert taken(typist.saved(), EMPTY) == {"人数": "128"}


def test_an_emptied_control_brings_nothing_back() -> None:
    typist = Typist(written(GIVEN))
    typist.fill("地区", 0)
    typist.fill("地区", 1, run("  "))
    assert pulled(typist.saved(), GIVEN).outcomes == ()


# Conflicts: both left alone, and reported whole.


def test_mentions_that_disagree_are_a_conflict() -> None:
    typist = Typist(written(GIVEN))
    typist.type("地区", "云陂县", 0)
    typist.type("地区", "石渡区", 3)
    result = pulled(typist.saved(), GIVEN)
    assert result.changes == {}
    assert only(result.outcomes) == Outcome(
        path="地区",
        step=Step.CONFLICT,
        in_file="清河市",
        in_word=("云陂县", "石渡区"),
        reason="its mentions in the document disagree",
    )


def test_two_forms_of_a_value_that_disagree_are_a_conflict() -> None:
    typist = Typist(written(GIVEN))
    typist.type("人数", "130名")
    typist.type("人数|number", "140")
    assert only(pulled(typist.saved(), GIVEN).outcomes).in_word == ("130名", "140名")
    typist = Typist(written(GIVEN))
    typist.type("会议名称", "甲会议")
    typist.type("会议名称|title", "乙会议")
    assert only(pulled(typist.saved(), GIVEN).outcomes).step is Step.CONFLICT


def test_paragraphs_of_a_long_text_that_disagree_with_themselves_are_a_conflict() -> None:
    sections = [{"text": "{{ 回顾 }}"}, {"text": "{{ 回顾 }}"}]
    speech = speech_with({"回顾": "一。\n二。"}, sections)
    typist = Typist(written(speech))
    typist.type("回顾|2/2", "三。", 0)
    assert taken(typist.saved(), speech) == {"回顾": "一。\n三。"}
    typist.type("回顾|2/2", "四。", 1)
    result = pulled(typist.saved(), speech)
    assert result.changes == {}
    assert only(result.outcomes).in_word == ("三。", "四。")


def test_a_text_of_several_lines_is_taken_where_it_has_them_and_not_from_a_heading() -> None:
    speech = speech_with(sparse(地区="清河市\n云陂县"))
    assert taken(filled("地区", "清河市\n石渡区", speech=speech), speech) == {"地区": "清河市\n石渡区"}
    outcome = only(pulled(filled("地区|line", "清河市石渡区", speech=speech), speech).outcomes)
    assert (outcome.step, outcome.in_word, outcome.reason) == (
        Step.REFUSED,
        ("清河市石渡区",),
        "another form of the fact was changed; change the fact itself",
    )


def test_a_fact_changed_in_the_file_too_is_a_conflict() -> None:
    data = filled("人数", "130名", speech=GIVEN)
    result = pulled(data, speech_with(FULL | {"人数": "140"}))
    assert result.changes == {}
    assert only(result.outcomes) == Outcome(
        path="人数",
        step=Step.CONFLICT,
        in_file="140名",
        in_word=("130名",),
        reason="the facts file was changed, too",
    )


def test_a_gap_that_was_filled_on_both_sides_is_a_conflict() -> None:
    assert only(pulled(filled("人数", "130"), speech_with({"人数": "140"})).outcomes).step is Step.CONFLICT


def test_a_fact_that_left_the_file_is_a_conflict_when_it_was_changed() -> None:
    data = filled("人数", "130名", speech=GIVEN)
    assert only(pulled(data, speech_with(sparse("人数"))).outcomes).step is Step.CONFLICT


def test_items_that_moved_in_the_file_are_not_taken_for_others() -> None:
    data = filled("项目[1]", "绿色食品", speech=GIVEN)
    result = pulled(data, speech_with(FULL | {"项目": ["人工智能", "船舶配套", "新型储能"]}))
    assert (result.changes, only(result.outcomes).step) == ({}, Step.CONFLICT)


def test_a_store_that_was_lost_is_read_from_its_copy() -> None:
    typist = Typist(written(GIVEN))
    typist.type("地区", "云陂县")
    typist.type("回顾|2/2", "这一年不平凡。")
    data = without_store(typist.saved(), copy=True)
    assert pulled(data, GIVEN).outcomes == pulled(typist.saved(), GIVEN).outcomes
    assert opened(data).notes == ()


def test_without_a_store_and_its_copy_only_gaps_can_be_taken() -> None:
    typist = Typist(written(speech_with(sparse("人数", "占比"))))
    typist.type("人数", "130")
    typist.type("地区", "云陂县")
    result = pulled(without_store(typist.saved(), copy=False), speech_with(sparse("人数", "占比")))
    assert {name: change.value for name, change in result.changes.items()} == {"人数": "130"}
    assert [(one.path, one.step, one.reason) for one in result.outcomes if one.step is not Step.NEW] == [
        ("地区", Step.CONFLICT, "the facts file has another value, and the document has lost what was written in it")
    ]


# What is refused, and why.


@pytest.mark.parametrize(
    ("key", "typed", "reason"),
    [
        ("人数", "很多", "“人数”: “很多” is not a number; write digits, with the unit if you like: 128, 1.2万, 近300名"),
        ("占比", "120%", "“占比”: 120% cannot be; it lies between 0% and 100%; correct the figure, or the fact's min and max in the dictionary"),
        ("会议日期", "2026年2月30日", "“会议日期”: there is no day 2026年2月30日; write 2026-02-10 or 2026年2月10日"),
        ("层级", "乡", "“层级”: “乡” is none of the choices; choose one of 省, 市, 县"),
        ("讲话人", "市长李四", "put a blank between post and name"),
        ("人数", "128【待补：人数】", "words stand beside the gap's mark; put the value in its place"),
        ("人数", "【待补：128名】", "words stand beside the gap's mark; put the value in its place"),
        ("增加", "28名", "it is computed from other facts; change those, or give it in the facts file"),
        ("会议日期|month_day", "2月10日", "another form of the fact was changed; change the fact itself"),
        ("地区", "清\uffff河", None),
    ],
)  # fmt: skip
def test_what_is_no_value_of_the_fact_is_refused_with_the_reason(key: str, typed: str, reason: str | None) -> None:
    if reason is None:
        typed, reason = "清\ufdd0河", "the character U+FDD0 cannot stand in a document"
    result = pulled(filled(key, typed), EMPTY)
    assert result.changes == {}
    outcome = only(result.outcomes)
    assert (outcome.path, outcome.step, outcome.reason) == (key.partition("|")[0], Step.REFUSED, reason)
    assert outcome.in_word == (typed,)


@pytest.mark.parametrize(
    ("fact", "text", "reason"),
    [
        ("班子", "{{ 班子 }}", "it has several fields; write them into the facts file"),
        ("成绩", "{{ 成绩 | join }}", "it is a list of several fields; write them into the facts file"),
        ("人数", "{{ 人数 - 上年 }}", "another form of the fact was changed; change the fact itself"),
        ("项目", "{{ 项目 | length }}", "another form of the fact was changed; change the fact itself"),
        ("项目", "{{ 项目 | series }}", "another form of the fact was changed; change the fact itself"),
        ("会议日期", "{{ 会议日期 | year }}", "another form of the fact was changed; change the fact itself"),
    ],
)
def test_a_gap_for_what_one_text_cannot_give_is_refused(fact: str, text: str, reason: str) -> None:
    speech = speech_with({}, [{"text": text}], speech=SPEECH)
    typist = Typist(written(speech))
    key = next(key for key in opened(typist.data).stored if key.startswith(fact))
    typist.type(key, "12")
    result = pulled(typist.saved(), speech)
    assert (result.changes, only(result.outcomes).reason) == ({}, reason)


def test_a_fact_that_the_outline_has_no_more_is_refused() -> None:
    data = filled("人数", "130", speech=GIVEN)
    speech = speech_with({}, [{"text": "完。"}], {"讲话人": {"type": "person"}}, speech={"title": "讲"})
    assert only(pulled(data, speech).outcomes).reason == "the outline has no such fact any more"


def test_one_line_of_a_heading_cannot_say_where_a_long_text_s_paragraphs_end() -> None:
    speech = speech_with(FULL, [{"heading": "{{ 回顾 }}", "text": "{{ 回顾 }}"}])
    typist = Typist(written(speech))
    typist.type("回顾|line", "这一年不平凡。")
    assert only(pulled(typist.saved(), speech).outcomes).step is Step.REFUSED
    typist.type("回顾|1/2", "这一年真不容易。")
    assert steps(pulled(typist.saved(), speech).outcomes) == [("回顾", "changed"), ("回顾", "refused")]


def test_a_refused_fact_does_not_keep_the_others_from_being_taken() -> None:
    typist = Typist(written(EMPTY))
    typist.type("人数", "很多")
    typist.type("地区", "清河市")
    assert taken(typist.saved(), EMPTY) == {"地区": "清河市"}


def test_a_derived_form_that_agrees_with_nothing_is_refused_beside_the_change() -> None:
    typist = Typist(written(GIVEN))
    typist.type("会议日期", "2026年3月1日")
    typist.type("会议日期|month_day", "4月1日")
    assert steps(pulled(typist.saved(), GIVEN).outcomes) == [("会议日期", "changed"), ("会议日期", "refused")]


# Into the file.

FACTS = """\
# 本市的情况
outline: test  # 不动
地区: '清河市'   # 地名

人数: {value: 128, source: 干部一科, as_of: 2025-12-31, confirmed: 是, note: 快报数}
讲话人: {post: 部长, name: 周明远}
成绩:
  # 头一项
  - 标题: 选人更准  # 定了
    数量: 3个
    做法: [摸清人头, 压实责任]
  - 标题:
    数量:
别的: 留着
项目:
- 甲  # 一
-
- 乙
"""


def file_after(facts: str, typed: dict[str, str]) -> str:
    """Return a facts file after texts were typed into the draft of it."""
    specs = speech_with({}).dictionary
    given = read_facts(parse(facts, "facts.yaml", Problems()), Layer.SPEECH, specs, Problems())
    speech = replace(speech_with({}), given=given)
    typist = Typist(written(speech))
    for key, text in typed.items():
        typist.type(key, text)
    return recorded(facts.encode(), pulled(typist.saved(), speech).changes, "facts.yaml").decode()


@pytest.mark.parametrize(
    ("key", "typed", "before", "after"),
    [
        ("地区", "云陂县", "'清河市'", "云陂县"),
        ("成绩[1].标题", "选人更实", "选人更准", "选人更实"),
        ("成绩[1].数量", "4", "3个", "4"),
        ("成绩[1].做法[2]", "一抓到底", "压实责任", "一抓到底"),
        ("项目[2]", "丙", "- 乙", "- 丙"),
        ("讲话人", "部长李四", "周明远", "李四"),
        ("占比", "36.5%", "- 乙\n", "- 乙\n占比: 36.5%\n"),
        # Whoever confirmed the old value has not seen the new one.
        ("人数", "130名", "value: 128", "value: 130"),
    ],
)
def test_only_the_values_change_in_the_file(key: str, typed: str, before: str, after: str) -> None:
    expected = FACTS.replace(before, after, 1)
    assert file_after(FACTS, {key: typed}) == (
        expected.replace("confirmed: 是", "confirmed: no") if key == "人数" else expected
    )


def test_a_new_value_is_not_the_one_that_its_source_gave() -> None:
    facts = "地区: {value: 清河市, source: 县委办}  # 核\n"
    assert file_after(facts, {"地区": "云陂县"}) == "地区: {value: 云陂县, source: 县委办, confirmed: no}  # 核\n"


def test_a_form_that_was_written_for_the_facts_keeps_its_comments() -> None:
    form = "地区:  # 地名\n成绩:  # 每项\n  - 标题:  # 一句话\n    数量:  # 个\n    做法:\n# 尾\n"
    after = file_after(form, {"地区": "清河市", "成绩[1].标题": "选人更准", "成绩[1].数量": "3个"})
    assert after == form.replace("地区:", "地区: 清河市").replace("标题:", "标题: 选人更准").replace("数量:", "数量: 3")


def test_an_item_without_a_value_is_none_in_the_draft_either() -> None:
    speech = speech_with({"项目": ["甲", "", "乙"]})
    typist = Typist(written(speech))
    typist.type("项目[2]", "丙")
    assert taken(typist.saved(), speech) == {"项目": ["甲", "", "丙"]}


def test_a_form_s_empty_item_is_filled_and_not_another_begun() -> None:
    speech = speech_with({"成绩": [{"标题": "", "数量": ""}]})
    typist = Typist(written(speech))
    typist.type("成绩[1].标题", "选人更准")
    typist.type("成绩[1].数量", "3")
    assert taken(typist.saved(), speech) == {"成绩": [{"标题": "选人更准", "数量": "3"}]}


def test_a_person_s_part_is_changed_in_its_own_words() -> None:
    sections = [{"text": "{{ 讲话人.职务 }}，{{ 讲话人.姓名 }}"}]
    for before, after in (
        ({"post": "部长", "name": "周明远"}, {"post": "部长", "name": "李四"}),
        ({"职务": "部长", "姓名": "周明远"}, {"职务": "部长", "姓名": "李四"}),
        ("部长 周明远", {"职务": "部长", "姓名": "李四"}),
    ):
        speech = speech_with({"讲话人": before}, sections)
        typist = Typist(written(speech))
        typist.type("讲话人.姓名", "李四")
        assert taken(typist.saved(), speech) == {"讲话人": after}


def test_two_fields_of_one_fact_are_one_change() -> None:
    typist = Typist(written(GIVEN))
    typist.type("成绩[1].标题", "甲")
    typist.type("成绩[2].做法[1]", "乙")
    value = taken(typist.saved(), GIVEN)["成绩"]
    assert value[0] == {"标题": "甲", "数量": "3", "做法": ["摸清人头", "压实责任"]}
    assert value[1] == {"标题": "底子更厚", "数量": "5", "做法": ["乙"]}


def test_a_default_that_was_changed_is_given_in_the_file() -> None:
    speech = speech_with({}, [{"text": "{{ 层级 }}"}], {"层级": {"default": "市"}, "讲话人": {}, "会议名称": {}, "会议日期": {}, "地区": {}})  # fmt: skip
    typist = Typist(written(speech))
    typist.type("层级", "县")
    assert steps(pulled(typist.saved(), speech).outcomes) == [("层级", "changed")]
    assert taken(typist.saved(), speech) == {"层级": "县"}


def test_a_formula_that_was_given_after_all_can_be_changed() -> None:
    speech = speech_with(FULL | {"增加": "30"})
    typist = Typist(written(speech))
    typist.type("增加", "31名")
    assert taken(typist.saved(), speech) == {"增加": "31"}


def test_the_document_is_only_read() -> None:
    typist = Typist(written(GIVEN))
    typist.type("地区", "云陂县")
    data = typist.saved()
    returned = opened(data)
    before = parts_of(data)
    pulled(data, GIVEN)
    assert returned.parts[returned.document_part] == before["word/document.xml"]
    assert len(list(returned.document.iter(w("sdt")))) == len(list(typist.root.iter(w("sdt"))))
