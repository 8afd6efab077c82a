"""Sections that a hand took out of a draft: the numbers follow, and they stay out."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from lxml import etree

from speechdraft.word.markup import W
from speechdraft.word.returned import open_docx
from tests.building import speech_of
from tests.keeping.support import element, w
from tests.updating.support import (
    CLOSING,
    FACTS,
    OPENING,
    RESULTS,
    SECTIONS,
    TEAM,
    WORK,
    Editor,
    comments,
    fates,
    paragraphs,
    speech_with,
    update,
    written,
)

POINTS = [
    {
        "heading": "办好{{ count | cn }}件事",
        "text": "下面，我强调{{ count | cn }}点。",
        "numbered": "一要",
        "sections": [{"heading": f"抓{name}", "text": f"把{name}抓到底。"} for name in "学查改建"],
    },
    CLOSING,
]
DRAFT = written(speech_with())


def without(*beginnings: str, data: bytes = DRAFT) -> Editor:
    """Return somebody who has deleted paragraphs from a draft."""
    editor = Editor(data)
    for beginning in beginnings:
        editor.delete(editor.paragraph(beginning))
    return editor


def body(data: bytes) -> list[str]:
    """Return the paragraphs behind title, speaker and day."""
    return paragraphs(data)[3:]


def test_numbers_and_counts_follow_a_section_that_was_deleted() -> None:
    speech = speech_with(POINTS)
    done = update(without("二要抓查", "把查抓", data=written(speech)).saved(), speech)
    assert body(done.data) == [
        "同志们：",
        "一、办好三件事",
        "下面，我强调三点。",
        "一要抓学",
        "把学抓到底。",
        "二要抓改",
        "把改抓到底。",
        "三要抓建",
        "把建抓到底。",
        "同志们，让我们一起干！",
    ]
    assert fates(done) == [
        ("renewed", "一、办好三件事"),
        ("renewed", "下面，我强调三点"),
        ("taken-out", "二要抓查"),
        ("taken-out", "把查抓到底。"),
        ("renewed", "二要抓改"),
        ("renewed", "三要抓建"),
    ]
    assert [section.origin.outline_place for section in done.composition.draft.sections[0].sections] == ["1.1", "1.3", "1.4"]  # fmt: skip
    assert done.taken_out == {"1.2"}
    assert done.composition.draft.characters() == sum(len(text) for text in body(done.data))


def test_it_stays_out_whatever_changes_in_the_rest() -> None:
    speech = speech_with(POINTS)
    once = update(without("二要抓查", "把查抓", data=written(speech)).saved(), speech).data
    more = copy.deepcopy(POINTS)
    more[0]["sections"].insert(0, {"heading": "抓防", "text": "把防抓到底。"})  # type: ignore[attr-defined]
    twice = update(once, speech_with(more)).data
    assert [text for text in body(twice) if "要" in text or "点" in text] == [
        "下面，我强调四点。",
        "一要抓防",
        "二要抓学",
        "三要抓改",
        "四要抓建",
    ]
    third = update(without("三要抓改", "把改抓", data=twice).saved(), speech)
    assert [text for text in body(third.data) if "要" in text or "点" in text] == [
        "下面，我强调两点。",
        "一要抓学",
        "二要抓建",
    ]
    assert [text for fate, text in fates(third) if fate == "taken-out"] == [
        "二要抓查",
        "把查抓到底。",
        "三要抓改",
        "把改抓到底。",
    ]


def test_a_section_with_all_those_within_it() -> None:
    gone = ("一、看清成绩", "一年来", "这一年不容易", "这一年不寻常", "（一）强基", "阵地", "（二）选贤", "干部一个")
    done = update(without(*gone).saved(), speech_with())
    assert body(done.data) == paragraphs(written(speech_with([OPENING, WORK, TEAM, CLOSING])))[3:]
    assert done.taken_out == {"2", "2.1"}
    assert [section.origin.section for section in done.composition.draft.sections] == ["1", "2", "3", "4"]


def test_an_item_of_a_list() -> None:
    done = update(without("（一）强基", "阵地").saved(), speech_with())
    assert [text for text in body(done.data) if text.startswith(("（", "。"))] == [
        "（一）选贤任能",
        "。干部一个一个看准，群众看在眼里。",
    ]
    assert done.taken_out == frozenset()
    # It is known by its text where others come before it, and what is new is not taken for it.
    items: list[Any] = [{"标题": "聚才用才", "做法": "人才一批一批引来"}, *FACTS["成绩"]]
    again = update(done.data, speech_with(facts={"成绩": items}))
    assert [text for text in body(again.data) if text.startswith("（")] == ["（一）聚才用才", "（二）选贤任能"]


@pytest.mark.parametrize("left", ["二、抓好落实", "要抓紧", "要抓实"])
def test_where_only_a_part_was_deleted_the_section_counts(left: str) -> None:
    gone = [text for text in ("二、抓好落实", "要抓紧", "要抓实") if text != left]
    done = update(without(*gone).saved(), speech_with())
    assert [fate for fate, _text in fates(done)] == ["deleted", "deleted"]
    assert "今天，清河市召开会议，讲三点意见。" in body(done.data)
    assert "三、带好队伍" in body(done.data)


def test_what_is_new_in_a_section_that_was_never_there_is_not_taken_for_deleted() -> None:
    new = {"heading": "再加一件事", "template": "other"}
    done = update(without("要抓实").saved(), speech_with([OPENING, RESULTS, new, *SECTIONS[2:]]))
    assert ("new", "二、再加一件事") in fates(done)
    assert ("renewed", "今天，清河市召开") in fates(done)


def test_a_count_in_words_of_a_hand_is_told_in_a_comment_and_a_number_follows() -> None:
    editor = without(
        "一、看清成绩", "一年来", "这一年不容易", "这一年不寻常", "（一）强基", "阵地", "（二）选贤", "干部一个"
    )
    editor.type_in(editor.paragraph("今天，"), 3, "（记）")
    editor.type_in(editor.paragraph("三、带好"), 4, "（记）")
    done = update(editor.saved(), speech_with())
    said = [text for _author, text in comments(done.data) if "新稿" in text]
    assert said == ["讲话稿已更新，这一段改动过，保留原样。/新稿：今天，清河市召开会议，讲两点意见。"]
    assert "今天，清河市（记）召开会议，讲三点意见。" in body(done.data)
    assert "二、带好（记）队伍" in body(done.data)


@pytest.mark.parametrize("keeps_marks", [True, False])
def test_a_section_comes_back_with_its_paragraphs_from_a_fresh_draft(keeps_marks: bool) -> None:  # noqa: FBT001
    once = update(without("二、抓好落实", "要抓紧", "要抓实").saved(), speech_with()).data
    editor, fresh = Editor(once), Editor(DRAFT)
    place = editor.paragraph("二、带好队伍")
    for number, beginning in enumerate(("二、抓好落实", "要抓紧", "要抓实"), 700):
        paragraph = fresh.paragraph(beginning)
        for mark in list(paragraph.iter(w("bookmarkStart"), w("bookmarkEnd"))):
            mark.set(w("id"), str(number))
            if not keeps_marks:
                mark.getparent().remove(mark)  # type: ignore[union-attr]
        for one in list(paragraph.iter(w("commentRangeStart"), w("commentRangeEnd"), w("commentReference"))):
            one.getparent().remove(one)  # type: ignore[union-attr]
        for one in paragraph.iter(w("sdt")):
            identifier = one.find(f"{w('sdtPr')}/{w('id')}")
            assert identifier is not None
            identifier.set(w("val"), str(number * 100 + int(str(identifier.get(w("val")))) % 100))
        place.addprevious(paragraph)
    done = update(editor.saved(), speech_with())
    assert paragraphs(done.data) == paragraphs(DRAFT)
    assert done.taken_out == frozenset()


def test_a_section_that_was_cut_and_put_elsewhere_without_its_marks_is_known() -> None:
    editor = Editor(DRAFT)
    last = editor.paragraph("同志们，让")
    for beginning in ("二、抓好落实", "要抓紧", "要抓实"):
        paragraph = editor.paragraph(beginning)
        for mark in list(paragraph.iter(w("bookmarkStart"), w("bookmarkEnd"))):
            mark.getparent().remove(mark)  # type: ignore[union-attr]
        editor.move(paragraph, last)
        last = paragraph
    done = update(editor.saved(), speech_with(facts={"投资": "1000"}))
    assert body(done.data)[-4:] == [
        "同志们，让我们一起干！",
        "二、抓好落实",
        "要抓紧，选派【待补：人数】到村，投资1000亿元，不许松劲。",
        "要抓实，【待补：人数】一个不少。",
    ]
    assert fates(done) == [("renewed", "要抓紧，选派【待")]


@pytest.mark.parametrize("gone", [("要抓紧",), ("二、抓好落实", "要抓紧", "要抓实")])
def test_what_was_said_of_a_gap_in_a_deleted_paragraph_is_said_at_another_once(gone: tuple[str, ...]) -> None:
    sections = [*SECTIONS[:-1], {"text": "{{ 人数 }}，都去。"}]
    said = "待补：人数（单位：名）/示例：128名/提供：干部一科"
    speech = speech_with(sections)
    done = update(without(*gone, data=written(speech)).saved(), speech)
    assert [text for _author, text in comments(done.data)] == [said]
    # Whoever takes it out there does not want it.
    editor = Editor(done.data)
    editor.uncomment("待补：人数")
    editor.type_in(editor.paragraph("要带好"), 2, "——")
    again = update(editor.saved(), speech)
    assert comments(again.data) == []
    assert comments(update(again.data, speech).data) == []
    # Only the comment taken out, the paragraph there: that was so before.
    editor = Editor(written(speech))
    editor.uncomment("待补：人数")
    editor.type_in(editor.paragraph("要带好"), 2, "——")
    assert comments(update(editor.saved(), speech).data) == []


def test_what_a_program_leaves_of_a_deleted_section_goes() -> None:
    """An empty line, and a bookmark around nothing, which moved to the next paragraph."""
    editor = Editor(DRAFT)
    heading = editor.paragraph("二、抓好落实")
    for one in heading.findall(w("r")):
        heading.remove(one)
    following = editor.paragraph("三、带好队伍")
    for beginning in ("要抓紧", "要抓实"):
        paragraph = editor.paragraph(beginning)
        marks = [next(paragraph.iter(w("bookmarkStart"))), next(paragraph.iter(w("bookmarkEnd")))]
        editor.delete(paragraph)
        for mark in reversed(marks):
            following.insert(1, mark)
    done = update(editor.saved(), speech_with())
    assert body(done.data) == body(written(speech_with([OPENING, RESULTS, TEAM, CLOSING])))
    assert not [one for one in open_docx(done.data, "").document.iter(w("p")) if not "".join(one.itertext()) and one.find(w("pPr")) is not None]  # fmt: skip
    assert len(comments(done.data)) == 0


def test_an_empty_line_with_a_picture_is_not_nothing() -> None:
    editor = without("要抓紧", "要抓实")
    heading = editor.paragraph("二、抓好落实")
    run = heading.findall(w("r"))[0]
    for one in list(run):
        if one.tag == w("t"):
            run.remove(one)
    run.append(element("<w:pict/>"))
    assert [fate for fate, _text in fates(update(editor.saved(), speech_with()))] == ["kept", "deleted", "deleted"]


def test_all_of_it() -> None:
    editor = Editor(DRAFT)
    for paragraph in editor.paragraphs():
        if "".join(paragraph.itertext()) and "讲话" not in "".join(paragraph.itertext()):
            editor.delete(paragraph)
    done = update(editor.saved(), speech_with())
    assert paragraphs(done.data) == ["在全市组织部长会议上的讲话"]
    assert done.composition.draft.sections == ()


EACH = [
    {
        "heading": "办成{{ count | cn }}件实事",
        "sections": [{"each": "实事", "heading": "{{ item }}办成了", "text": "我们把{{ item }}办成了。"}],
    },
    CLOSING,
]


def listed(*items: str) -> Any:
    """Return the speech with a section for each of some items."""
    return speech_of(list(EACH), dictionary={"实事": {"type": "list"}}, facts={"实事": list(items)})


def test_an_item_before_a_section_that_was_deleted_may_go() -> None:
    data = without("（二）乙办成了", "我们把乙", data=written(listed("甲", "乙", "丙"))).saved()
    data = update(data, listed("甲", "乙", "丙")).data
    assert [line for line in paragraphs(data) if "办成" in line] == [
        "一、办成两件实事",
        "（一）甲办成了",
        "我们把甲办成了。",
        "（二）丙办成了",
        "我们把丙办成了。",
    ]
    data = update(data, listed("乙", "丙")).data
    assert [line for line in paragraphs(data) if "办成" in line] == [
        "一、办成一件实事",
        "（一）丙办成了",
        "我们把丙办成了。",
    ]
    assert "（二）丁办成了" in paragraphs(update(data, listed("乙", "丙", "丁")).data)


OF_ONE_TEMPLATE = {"task": "{{ 领域 }}要从{{ 领域 }}的根子上抓起，一抓到底。"}


def task(area: str) -> dict[str, Any]:
    """Return a section by the one template."""
    return {"heading": f"抓{area}", "template": "task", "with": {"领域": area}}


def tasks(*areas: str) -> Any:
    """Return the speech with a section by the one template for each of some areas."""
    return speech_with([*map(task, areas), CLOSING], templates=OF_ONE_TEMPLATE)


def test_another_section_by_the_template_of_a_deleted_one_comes_in() -> None:
    data = without("一、抓党建", "党建要", data=written(tasks("党建", "干部"))).saved()
    data = update(data, tasks("党建", "干部")).data
    done = update(data, tasks("人才", "干部"))
    assert [line for line in body(done.data) if "抓" in line] == [
        "一、抓人才",
        "人才要从人才的根子上抓起，一抓到底。",
        "二、抓干部",
        "干部要从干部的根子上抓起，一抓到底。",
    ]


def test_another_item_in_the_place_of_a_deleted_one_comes_in() -> None:
    data = without("（三）丙办成了", "我们把丙", data=written(listed("甲", "乙", "丙"))).saved()
    data = update(data, listed("甲", "乙", "丙")).data
    done = update(data, listed("甲", "乙", "丁"))
    assert [line for line in paragraphs(done.data) if "办成" in line][-2:] == ["（三）丁办成了", "我们把丁办成了。"]
    assert "一、办成三件实事" in paragraphs(done.data)


def test_what_is_new_within_a_deleted_section_stays_out_with_it() -> None:
    gone = ("一、办成两件实事", "（一）甲办成了", "我们把甲", "（二）乙办成了", "我们把乙")
    data = without(*gone, data=written(listed("甲", "乙"))).saved()
    data = update(data, listed("甲", "乙")).data
    done = update(data, listed("甲", "乙", "丙"))
    assert [line for line in paragraphs(done.data) if "办成" in line] == []


@pytest.mark.parametrize(
    "thing",
    [
        f'<w:r xmlns:w="{W}"><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>',
        '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:r><m:t>x</m:t></m:r></m:oMath>',
    ],
    ids=["symbol", "equation"],
)
def test_what_a_hand_put_in_the_place_of_the_words_stays(thing: str) -> None:
    speech = speech_with(POINTS)
    editor = without("二要抓查", data=written(speech))
    paragraph = editor.paragraph("把查抓")
    for run in list(paragraph.iter(w("r"))):
        run.getparent().remove(run)
    paragraph.append(etree.fromstring(thing))
    done = update(editor.saved(), speech)
    root = open_docx(done.data, "").document
    assert next(root.iter(etree.fromstring(thing).tag, w("sym")), None) is not None
    assert "kept" in [fate for fate, _text in fates(done)]
