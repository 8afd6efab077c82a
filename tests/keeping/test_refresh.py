"""Changed facts go into a draft that people have edited; nothing else of it changes, to the byte."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from speechdraft.compose import Speech
from speechdraft.problems import ProblemError
from speechdraft.pulling import with_changes
from speechdraft.refreshing import Refreshed
from speechdraft.returned_facts import Outcome, Step
from speechdraft.word.controls import GLOSSARY, Stored, store
from speechdraft.word.package import repacked
from speechdraft.word.seal import is_untouched
from tests.building import SPEECH
from tests.keeping.support import (
    FULL,
    SECTIONS,
    Typist,
    assert_spared,
    element,
    opened,
    parts_of,
    pulled,
    refreshed,
    run,
    sparse,
    speech_with,
    steps,
    texts,
    w,
    without_store,
    written,
)
from tests.word.office import validate

EMPTY = speech_with({})
GIVEN = speech_with(FULL)


def put_in(data: bytes, speech: Speech) -> Refreshed:
    """Return what a refresh gives, which changes nothing around the controls."""
    result = refreshed(data, speech)
    assert_spared(data, result.data)
    for name, content in parts_of(result.data).items():
        if name.endswith((".xml", ".rels")):
            etree.fromstring(content)
    again = refreshed(result.data, speech)
    assert again.data == result.data
    assert [outcome for outcome in again.outcomes if outcome.step is Step.REFRESHED] == []
    return result


def only(outcomes: tuple[Outcome, ...]) -> Outcome:
    assert len(outcomes) == 1, outcomes
    return outcomes[0]


def with_fact(**instead: Any) -> Speech:
    return speech_with(FULL | instead)


# What is put in.


@pytest.mark.parametrize("speech", [EMPTY, GIVEN], ids=["empty", "full"])
def test_where_nothing_changed_the_very_bytes_stay(speech: Speech) -> None:
    data = written(speech)
    result = refreshed(data, speech)
    assert result.data is data
    assert result.outcomes == ()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("地区", "云陂县", {"地区": "云陂县"}),
        ("会议日期", "2026-03-01", {"会议日期": "2026年3月1日", "会议日期|month_day": "3月1日"}),
        ("讲话人", "市长 李四", {"讲话人": "市长李四"}),
        ("人数", "130", {"人数": "130名", "人数|number": "130", "增加": "30名"}),
        ("占比", "40", {"占比": "40%"}),
        ("年度", "2027", {"年度": "2027"}),
        ("层级", "县", {"层级": "县"}),
        ("回顾", "一。\n二。", {"回顾|1/2": "一。", "回顾|2/2": "二。"}),
        ("项目", ["甲", "乙"], {"项目[1]": "甲", "项目[2]": "乙"}),
        ("班子", {"名称": "区委班子", "人数": "11"}, {"班子.名称": "区委班子", "班子.人数": "11人"}),
        ("地区", 'a<b>&"c"\'𠀀\t\U0001f600]]>', {"地区": 'a<b>&"c"\'𠀀\t\U0001f600]]>'}),
    ],
)
def test_a_changed_fact_is_put_into_all_its_mentions(name: str, value: Any, said: dict[str, str]) -> None:
    before = texts(written(GIVEN))
    result = put_in(written(GIVEN), with_fact(**{name: value}))
    after = texts(result.data)
    assert {key: set(found) for key, found in after.items() if found != before[key]} == {
        key: {text} for key, text in said.items()
    }
    assert {outcome.step for outcome in result.outcomes} == {Step.REFRESHED}
    stored = opened(result.data).stored
    assert all(stored[key] == Stored(written=text, value=text) for key, text in said.items())


def test_gaps_are_filled_and_look_like_plain_text() -> None:
    result = put_in(written(EMPTY), speech_with(sparse("成绩", "回顾", "项目")))
    typist = Typist(result.data)
    assert texts(result.data)["人数"] == ["128名", "128名"]
    assert texts(result.data)["人数|number"] == ["128"]
    assert texts(result.data)["会议日期|month_day"] == ["2月10日"]
    control = typist.control("人数")
    assert control.find(f".//{w('showingPlcHdr')}") is None
    assert control.find(f".//{w('shd')}") is None
    assert texts(result.data)["地区"] == ["清河市"] * 5
    assert len(typist.control("地区", 4).findall(f".//{w('sdtContent')}//{w('b')}")) == 1


def test_a_title_takes_the_line_breaks_that_it_would_have_now() -> None:
    long = "2027年全市人才工作会议暨重点产业人才对接大会"
    assert texts(put_in(written(GIVEN), with_fact(会议名称=long)).data)["会议名称|title"][0].replace("\n", "") == long
    short = put_in(written(GIVEN), with_fact(会议名称="组织部长会议"))
    assert texts(short.data)["会议名称|title"] == ["组织部长会议"]
    # And where it had none.
    longer = put_in(written(with_fact(会议名称="组织部长会议")), GIVEN)
    assert set(texts(longer.data)["会议名称"]) == {FULL["会议名称"]}


def test_a_heading_s_long_text_stays_on_one_line() -> None:
    sections = [{"heading": "{{ 回顾 }}", "text": "{{ 回顾 }}"}]
    result = put_in(written(speech_with(FULL, sections)), speech_with(FULL | {"回顾": "一。\n二。"}, sections))
    assert texts(result.data)["回顾|line"] == ["一。二。"]


def test_an_untouched_draft_stays_sealed_and_a_touched_one_unsealed() -> None:
    data = put_in(written(GIVEN), with_fact(地区="云陂县")).data
    assert is_untouched(data)
    typist = Typist(written(GIVEN))
    next(typist.paragraphs()).append(run("加一句"))
    assert not is_untouched(put_in(typist.saved(), with_fact(地区="云陂县")).data)


def test_a_fact_that_the_outline_prints_no_more_is_changed_where_it_still_stands() -> None:
    fewer = speech_with(FULL | {"占比": "40"}, [{"text": "完。"}])
    assert texts(put_in(written(GIVEN), fewer).data)["占比"] == ["40%"]


def test_edited_prose_comments_and_tracked_changes_stay_as_they_are() -> None:
    typist = Typist(written(GIVEN))
    paragraph = typist.paragraph_of("地区", 1)
    paragraph.insert(1, run("手改的话，", "<w:color w:val='FF0000'/>"))
    paragraph.append(element("<w:ins w:id='90' w:author='张'><w:r><w:t>增补</w:t></w:r></w:ins>"))
    paragraph.append(element("<w:del w:id='91' w:author='张'><w:r><w:delText>删去</w:delText></w:r></w:del>"))
    control = typist.control("地区", 1)
    control.addprevious(element("<w:commentRangeStart w:id='70'/>"))
    control.addnext(element("<w:commentRangeEnd w:id='70'/>"))
    result = put_in(typist.saved(), with_fact(地区="云陂县"))
    assert set(texts(result.data)["地区"]) == {"云陂县"}
    text = parts_of(result.data)["word/document.xml"].decode()
    assert all(words in text for words in ("手改的话，", "增补", "删去", 'w:commentRangeStart w:id="70"'))


def test_a_comment_anchored_within_a_value_keeps_its_anchor() -> None:
    typist = Typist(written(GIVEN))
    inner = (
        element("<w:commentRangeStart w:id='70'/>"),
        run("清河"),
        element("<w:commentRangeEnd w:id='70'/>"),
        element("<w:r><w:commentReference w:id='70'/></w:r>"),
        run("市"),
    )
    typist.fill("地区", 1, *inner)
    result = put_in(typist.saved(), with_fact(地区="云陂县"))
    content = Typist(result.data).content("地区", 1)
    assert [etree.QName(one).localname for one in content] == ["commentRangeStart", "r", "commentRangeEnd", "r"]
    assert texts(result.data)["地区"][1] == "云陂县"


def test_mentions_that_nobody_filled_follow_when_a_pulled_value_comes_back() -> None:
    typist = Typist(written(EMPTY))
    typist.type("人数", "130", 0)
    now = with_changes(EMPTY, pulled(typist.saved(), EMPTY).changes)
    result = put_in(typist.saved(), now)
    # What a hand typed stays as it typed it.
    assert texts(result.data)["人数"] == ["130", "130名"]
    assert texts(result.data)["人数|number"] == ["130"]
    # What is agreed upon counts as written: the next change finds no conflict.
    later = put_in(result.data, speech_with({"人数": "140"}))
    assert texts(later.data)["人数"] == ["140名", "140名"]


# What is left as it is.


def test_what_was_changed_in_the_document_alone_stays_and_is_said() -> None:
    typist = Typist(written(GIVEN))
    typist.type("人数", "130名", 1)
    data = typist.saved()
    result = put_in(data, GIVEN)
    assert texts(result.data)["人数"] == ["128名", "130名"]
    assert only(result.outcomes) == Outcome(path="人数", step=Step.IN_WORD, in_file="128名", in_word=("130名",))


def test_what_was_changed_on_both_sides_is_a_conflict_and_stays() -> None:
    typist = Typist(written(GIVEN))
    typist.type("会议日期", "2026年4月1日")
    data = typist.saved()
    result = put_in(data, with_fact(会议日期="2026-03-01", 地区="云陂县"))
    assert texts(result.data)["会议日期"] == ["2026年4月1日"]
    # Its other forms stay with it.
    assert texts(result.data)["会议日期|month_day"] == ["2月10日"]
    assert texts(result.data)["地区"] == ["云陂县"] * 5
    assert [outcome for outcome in result.outcomes if outcome.path == "会议日期"] == [
        Outcome(
            path="会议日期",
            step=Step.CONFLICT,
            in_file="2026年3月1日",
            in_word=("2026年4月1日",),
            reason="the facts file was changed, too",
        )
    ]


@pytest.mark.parametrize(
    "inner",
    [
        "<w:ins w:id='1' w:author='张'><w:r><w:t>清河市</w:t></w:r></w:ins>",
        "<w:r><w:rPr><w:rPrChange w:id='1' w:author='张'><w:rPr/></w:rPrChange></w:rPr><w:t>清河市</w:t></w:r>",
        "<w:r><w:t>清河市</w:t></w:r><w:del w:id='1' w:author='张'><w:r><w:delText>的</w:delText></w:r></w:del>",
        "<w:fldSimple w:instr='X'><w:r><w:t>清河市</w:t></w:r></w:fldSimple>",
    ],
)
def test_a_tracked_change_in_one_mention_keeps_them_all(inner: str) -> None:
    typist = Typist(written(GIVEN))
    typist.fill("地区", 2, *element(f"<w:x>{inner}</w:x>"))
    data = typist.saved()
    result = put_in(data, with_fact(地区="云陂县", 人数="130"))
    assert texts(result.data)["地区"] == ["清河市"] * 5
    assert texts(result.data)["人数"] == ["130名", "130名"]
    assert [(o.path, o.step, o.reason) for o in result.outcomes if o.step is not Step.REFRESHED] == [
        ("地区", Step.CONFLICT, "a tracked change or a field stands in it")
    ]
    assert opened(result.data).stored["地区"].written == "清河市"


def test_what_was_emptied_by_hand_stays_empty() -> None:
    typist = Typist(written(GIVEN))
    typist.fill("地区", 1)
    assert texts(put_in(typist.saved(), with_fact(地区="云陂县")).data)["地区"] == [
        "云陂县",
        "",
        "云陂县",
        "云陂县",
        "云陂县",
    ]
    typist.type("人数", "【待补：人数】")
    result = put_in(typist.saved(), with_fact(人数="130"))
    assert [(o.path, o.step, o.reason) for o in result.outcomes] == [
        ("人数", Step.CONFLICT, "it was emptied in the draft"),
        ("增加", Step.REFRESHED, ""),
    ]


def test_a_value_that_left_the_file_stays_in_the_draft() -> None:
    result = put_in(written(GIVEN), speech_with(sparse("占比")))
    assert texts(result.data)["占比"] == ["36.5%"]
    assert only(result.outcomes).reason == "the facts file has no value for it any more"


@pytest.mark.parametrize("now", ["一。", "一。\n二。\n三。"])
def test_a_long_text_of_another_number_of_paragraphs_stays(now: str) -> None:
    result = put_in(written(GIVEN), with_fact(回顾=now))
    assert texts(result.data)["回顾|2/2"] == ["这一年不寻常。"]
    outcome = only(result.outcomes)
    assert (outcome.step, outcome.reason) == (
        Step.REFUSED,
        "it has another number of paragraphs now; speechdraft draft --update writes them",
    )


@pytest.mark.parametrize("items", [["船舶配套"], ["绿色食品", "船舶配套", "新型储能"]])
def test_a_list_of_another_number_of_items_stays(items: list[str]) -> None:
    result = put_in(written(GIVEN), with_fact(项目=items))
    assert (texts(result.data)["项目[1]"], texts(result.data)["项目[2]"]) == (["船舶配套"], ["新型储能"])
    outcome = only(result.outcomes)
    assert (outcome.path, outcome.step, outcome.in_file, outcome.reason) == (
        "项目",
        Step.REFUSED,
        "、".join(items),
        "the list has other items than in the draft; speechdraft draft --update writes them",
    )


def test_a_list_that_grew_within_a_list_stays_alone() -> None:
    merits = [*FULL["成绩"][:1], {"标题": "底子厚了", "数量": "6", "做法": ["补齐短板", "盘活资源"]}]
    result = put_in(written(GIVEN), with_fact(成绩=merits))
    assert steps(result.outcomes) == [
        ("成绩[2].做法", "refused"),
        ("成绩[2].标题", "refreshed"),
        ("成绩[2].数量", "refreshed"),
    ]
    assert texts(result.data)["成绩[2].做法[1]"] == ["补齐短板"]


def test_a_gap_for_the_first_of_several_items_is_not_filled_with_one() -> None:
    result = put_in(written(EMPTY), speech_with({"成绩": FULL["成绩"]}))
    assert steps(result.outcomes) == [("成绩", "refused")]
    one = put_in(written(EMPTY), speech_with({"成绩": FULL["成绩"][1:]}))
    assert texts(one.data)["成绩[1].标题"] == ["底子更厚"]


def test_a_gap_for_what_is_worked_out_stays_a_gap() -> None:
    sections = [{"text": "比上年多{{ 人数 - 上年 }}名，{{ 项目 | length }}项。"}]
    result = put_in(written(speech_with({}, sections, speech=SPEECH)), speech_with(FULL, sections, speech=SPEECH))
    reason = "something in the draft is worked out from it; speechdraft draft --update writes it"
    assert [(outcome.path, outcome.step, outcome.reason) for outcome in result.outcomes] == [
        ("人数", Step.REFUSED, reason),
        ("项目", Step.REFUSED, reason),
    ]


def test_a_long_text_typed_in_one_gap_is_as_in_the_file_afterwards() -> None:
    typist = Typist(written(EMPTY))
    typist.type("回顾", "一。\n二。")
    now = with_changes(EMPTY, pulled(typist.saved(), EMPTY).changes)
    assert put_in(typist.saved(), now).outcomes == ()


def test_mentions_of_a_long_text_that_nobody_filled_follow_too() -> None:
    sections = [{"text": "{{ 回顾 }}"}, {"text": "{{ 回顾 }}"}]
    speech = speech_with({"回顾": "一。\n二。"}, sections)
    typist = Typist(written(speech))
    typist.type("回顾|1/2", "甲", 0)
    typist.type("回顾|2/2", "乙", 1)
    now = with_changes(speech, pulled(typist.saved(), speech).changes)
    after = texts(put_in(typist.saved(), now).data)
    assert (after["回顾|1/2"], after["回顾|2/2"]) == (["甲", "甲。"], ["乙。", "乙"])


def test_a_part_of_a_long_text_that_became_two_is_as_in_the_file_afterwards() -> None:
    typist = Typist(written(GIVEN))
    typist.type("回顾|1/2", "一。\n二")
    now = with_changes(GIVEN, pulled(typist.saved(), GIVEN).changes)
    assert put_in(typist.saved(), now).outcomes == ()


def test_a_store_that_was_lost_is_made_again_from_its_copy(tmp_path: Path) -> None:
    data = without_store(written(GIVEN), copy=True)
    result = put_in(data, with_fact(地区="云陂县"))
    assert texts(result.data)["地区"] == ["云陂县"] * 5
    assert opened(result.data).missing == {}
    path = tmp_path / "draft.docx"
    path.write_bytes(result.data)
    assert validate(path) == []


def test_a_copy_that_was_lost_is_made_again() -> None:
    data = written(GIVEN)
    glossary = parts_of(data)[GLOSSARY]
    data = repacked(data, {GLOSSARY: re.sub(rb"<w:docPart>(?:(?!<w:docPart>).)*-record.*?</w:docPart>", b"", glossary)})
    result = refreshed(data, with_fact(地区="云陂县"))
    lost = without_store(result.data, copy=True)
    assert opened(lost).stored["地区"].written == "云陂县"


def test_a_glossary_in_which_very_many_call_themselves_the_copy_is_read_once() -> None:
    data = written(GIVEN)
    parts = parts_of(data)
    glossary = parts[GLOSSARY].replace(b"speechdraft-record", b"other")
    block = b'<w:docPart><w:docPartPr><w:name w:val="speechdraft-record"/></w:docPartPr></w:docPart>'
    crowded = glossary.replace(b"</w:docParts>", block * 11_000 + b"</w:docParts>")
    result = refreshed(repacked(data, {GLOSSARY: crowded}), with_fact(地区="云陂县"))
    # None of them has a text that could be the copy, so that it stands behind them, and is found there.
    after = parts_of(result.data)[GLOSSARY]
    assert after.startswith(crowded.removesuffix(b"</w:docParts></w:glossaryDocument>"))
    assert opened(without_store(result.data, copy=True)).stored["地区"].written == "云陂县"
    again = refreshed(result.data, with_fact(地区="清河市"))
    assert len(parts_of(again.data)[GLOSSARY]) == len(after)


def test_without_a_store_and_its_copy_gaps_are_filled_and_all_else_is_left() -> None:
    data = without_store(written(speech_with(sparse("人数", "增加"))), copy=False)
    result = refreshed(data, with_fact(地区="云陂县"))
    assert texts(result.data)["人数"] == ["128名", "128名"]
    assert texts(result.data)["地区"] == ["清河市"] * 5
    assert ("地区", "conflict") in steps(result.outcomes)


def test_a_deleted_control_is_not_missed() -> None:
    typist = Typist(written(GIVEN))
    for control in typist.controls("人数"):
        control.getparent().remove(control)  # type: ignore[union-attr]
    assert ("人数", "refreshed") in steps(put_in(typist.saved(), with_fact(人数="130")).outcomes)


# The store, for a program that goes by it when it opens the document.


def stored_values(data: bytes) -> dict[str, str | None]:
    return {key: entry.value for key, entry in opened(data).stored.items()}


def as_libreoffice(typist: Typist) -> bytes:
    """Return the document with the store as LibreOffice leaves it: the last control's text, gaps and all."""
    data = typist.saved()
    returned = opened(data)
    entries = {
        key: Stored(written=entry.written, value=returned.mentions[key][-1].text)
        for key, entry in returned.stored.items()
    }
    return repacked(data, {returned.store_part: store(entries, returned.order)})


def test_a_store_with_gaps_in_it_is_put_right() -> None:
    data = as_libreoffice(Typist(written(EMPTY)))
    assert stored_values(data)["人数"] == "【待补：人数】"
    result = put_in(data, EMPTY)
    assert set(stored_values(result.data).values()) == {""}
    assert result.outcomes == ()


def test_a_value_typed_once_is_in_the_store_whatever_the_last_mention_says() -> None:
    typist = Typist(written(EMPTY))
    typist.type("人数", "130名", 0)
    data = as_libreoffice(typist)
    assert stored_values(data)["人数"] == "【待补：人数】"
    assert stored_values(put_in(data, EMPTY).data)["人数"] == "130名"


def test_mentions_that_differ_are_bound_to_nothing_until_they_agree() -> None:
    typist = Typist(written(GIVEN))
    typist.type("地区", "云陂县", 0)
    result = put_in(as_libreoffice(typist), GIVEN)
    assert stored_values(result.data)["地区"] is None
    assert (
        b"<name>\xe5\x9c\xb0\xe5\x8c\xba</name><written>\xe6\xb8\x85\xe6\xb2\xb3\xe5\xb8\x82</written></fact>"
        in (parts_of(result.data)["customXml/item1.xml"])
    )
    # The other entries keep their places, by which they are bound.
    assert list(opened(result.data).stored) == list(opened(typist.data).stored)
    now = with_changes(GIVEN, pulled(result.data, GIVEN).changes)
    agreed = put_in(result.data, now)
    assert texts(agreed.data)["地区"] == ["云陂县"] * 5
    assert stored_values(agreed.data)["地区"] == "云陂县"


def test_one_emptied_mention_is_not_filled_by_way_of_the_store() -> None:
    typist = Typist(written(GIVEN))
    typist.fill("地区", 1)
    assert stored_values(put_in(typist.saved(), GIVEN).data)["地区"] is None


# Other hands' XML.


def test_a_document_in_another_encoding_is_refused() -> None:
    data = written(GIVEN)
    text = parts_of(data)["word/document.xml"].decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    data = repacked(data, {"word/document.xml": text.encode("utf-16")})
    with pytest.raises(ProblemError) as caught:
        refreshed(data, with_fact(地区="云陂县"))
    assert [problem.code for problem in caught.value.problems] == ["damaged-file"]


def test_blanks_comments_and_quotation_marks_of_the_xml_stay() -> None:
    data = written(GIVEN)
    text = parts_of(data)["word/document.xml"].decode()
    text = text.replace("<w:body>", "<!-- \u0001 -->".replace("\u0001", "x > y") + "\n<w:body >  ")
    text = re.sub(r'w:val="(BodyText)"', r"w:val='\1'  ", text)
    data = repacked(data, {"word/document.xml": text.encode()})
    result = put_in(data, with_fact(地区="云陂县", 人数="130"))
    assert texts(result.data)["地区"] == ["云陂县"] * 5


def test_the_rest_of_the_zip_stays_as_it_is() -> None:
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.comment = "说明".encode()
        for index, (name, content) in enumerate(reversed(parts_of(written(GIVEN)).items())):
            info = zipfile.ZipInfo(name, (2026, 1, 1 + index, 8, 30, 0))
            info.external_attr = 0o600 << 16
            kind = zipfile.ZIP_STORED if index % 2 else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, kind)
    data = stream.getvalue()
    result = refreshed(data, with_fact(地区="云陂县"))
    with zipfile.ZipFile(io.BytesIO(data)) as one, zipfile.ZipFile(io.BytesIO(result.data)) as other:
        if not is_untouched(result.data):
            assert one.comment == other.comment

            def told(entry: zipfile.ZipInfo) -> tuple[object, ...]:
                return entry.filename, entry.date_time, entry.external_attr, entry.compress_type

            assert list(map(told, one.infolist())) == list(map(told, other.infolist()))


def test_sections_that_came_and_went_do_not_matter() -> None:
    more = speech_with(FULL | {"人数": "130"}, [*SECTIONS[:2], {"text": "新的一段，{{ 地区 }}。"}, *SECTIONS[3:]])
    assert texts(put_in(written(GIVEN), more).data)["人数"] == ["130名", "130名"]
    assert replace(more).dictionary == GIVEN.dictionary
