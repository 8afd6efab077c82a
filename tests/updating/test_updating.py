"""A draft that people have edited, brought up to a speech that has changed: paragraph by paragraph."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from lxml import etree

from speechdraft.problems import ProblemError
from speechdraft.pulling import pull
from speechdraft.refreshing import refresh
from speechdraft.renewing import open_questions_of, renewed
from speechdraft.speech import Speech
from speechdraft.word.marks import Mark
from speechdraft.word.package import pack, repacked
from speechdraft.word.returned import open_docx, text_in
from speechdraft.word.seal import is_untouched
from tests.building import speech_of
from tests.keeping.support import element, parts_of, run, w, without_store
from tests.updating.support import (
    CLOSING,
    FACTS,
    OPENING,
    RESULTS,
    SECTIONS,
    TEAM,
    WORK,
    Editor,
    anchors,
    canonical,
    comments,
    fates,
    paragraphs,
    speech_with,
    update,
    words_typed,
    written,
)

DRAFT = written(speech_with())
GAP = ("speechdraft", "待补：人数（单位：名）/示例：128名/提供：干部一科")
EDITED = "讲话稿已更新，这一段改动过，保留原样。/新稿："
LEFT = ("speechdraft", "新的讲话稿里没有这一段了；因为改动过，保留原样。")
REWRITTEN = speech_with(
    templates={"work": "要抓早，选派{{ 人数 }}到村。\n要抓实了，{{ 人数 }}一个不少。", "team": "要带强队伍。"}
)
WITHOUT_WORK = speech_with([OPENING, RESULTS, TEAM, CLOSING])


def editor() -> Editor:
    """Return somebody with the draft open."""
    return Editor(DRAFT)


def find(data: bytes, text: str) -> etree._Element:
    """Return the paragraph in which a text stands."""
    return Editor(data).paragraph(text)


def style(paragraph: etree._Element) -> str:
    """Return the identifier of a paragraph's style."""
    found = paragraph.find(f"{w('pPr')}/{w('pStyle')}")
    return "" if found is None else str(found.get(w("val")))


def around(data: bytes, text: str) -> list[str]:
    """Return the paragraphs before and behind the one in which a text stands, with it."""
    there = paragraphs(data)
    place = next(number for number, one in enumerate(there) if text in one)
    return there[max(place - 1, 0) : place + 2]


# Nobody touched it.


def test_nothing_new_leaves_an_untouched_draft_as_it_is() -> None:
    done = update(DRAFT, speech_with())
    assert done.data == DRAFT
    assert is_untouched(done.data)
    assert fates(done) == []
    assert [one.text for one in done.paragraphs] == paragraphs(DRAFT)


@pytest.mark.parametrize(
    "speech",
    [WITHOUT_WORK, REWRITTEN, speech_with(facts={"人数": "128", "地区": None}), speech_with([TEAM, WORK])],
    ids=["section gone", "templates changed", "facts changed", "all anew"],
)
def test_an_untouched_draft_is_written_anew(speech: Speech) -> None:
    assert update(DRAFT, speech).data == written(speech)


def test_a_draft_that_was_only_saved_again_has_the_text_of_a_fresh_one() -> None:
    typist = editor()
    again = repacked(typist.data, {"docProps/app.xml": b'<?xml version="1.0"?><Properties/>'})
    done = update(again, WITHOUT_WORK)
    assert paragraphs(done.data) == paragraphs(written(WITHOUT_WORK))
    assert comments(done.data) == comments(written(WITHOUT_WORK))
    assert not is_untouched(done.data)


# A paragraph that nobody touched, in a draft that was edited.


def edited(text: str = "群众看在眼里") -> Editor:
    """Return somebody who has typed into one paragraph, which is not what the test is about."""
    typist = editor()
    typist.type_in(typist.paragraph("一年来"), 3, "（记）")
    return typist


def test_an_untouched_paragraph_is_renewed_and_an_edited_one_is_kept() -> None:
    done = update(edited().saved(), REWRITTEN)
    assert fates(done) == [
        ("kept", "一年来（记），成"),
        ("renewed", "要抓早，选派【待"),
        ("renewed", "要抓实了，【待补"),
        ("renewed", "要带强队伍。"),
    ]
    assert comments(done.data) == [GAP]


def test_a_changed_fact_renews_what_says_it() -> None:
    done = update(edited().saved(), speech_with(facts={"投资": "1000", "会议名称": "全市组织工作会议"}))
    assert fates(done) == [
        ("renewed", "在全市组织工作会"),
        ("kept", "一年来（记），成"),
        ("renewed", "要抓紧，选派【待"),
    ]
    title = re.search(rb"<dc:title>(.*?)</dc:title>", parts_of(done.data)["docProps/core.xml"])
    assert title is not None
    assert title[1].decode() == "在全市组织工作会议上的讲话"


def test_a_fact_taken_away_leaves_a_gap() -> None:
    done = update(edited().saved(), speech_with(facts={"投资": None}))
    assert "投资【待补：投资】，" in text_in(find(done.data, "要抓紧"))
    assert ("speechdraft", "待补：投资（单位：亿元）") in comments(done.data)


def test_a_style_that_a_hand_gave_stays() -> None:
    typist = edited()
    typist.restyle(typist.paragraph("要抓实"), "Heading3")
    centred = typist.paragraph("要带好队伍").find(w("pPr"))
    assert centred is not None
    centred.append(element('<w:jc w:val="center"/>'))
    done = update(typist.saved(), REWRITTEN)
    assert style(find(done.data, "要抓实了")) == "Heading3"
    assert style(find(done.data, "要抓早")) == "BodyText"
    assert find(done.data, "要带强队伍").find(f"{w('pPr')}/{w('jc')}") is not None


def test_a_heading_that_goes_on_in_its_line_now_takes_the_properties_for_it() -> None:
    run_in = speech_with([OPENING, RESULTS, WORK | {"run_in": True}, TEAM, CLOSING])
    done = update(edited().saved(), run_in)
    assert find(done.data, "二、抓好").find(f"{w('pPr')}/{w('rPr')}/{w('specVanish')}") is not None
    assert text_in(find(done.data, "要抓紧")).startswith("。")
    back = update(done.data, speech_with())
    assert find(back.data, "二、抓好").find(f"{w('pPr')}/{w('rPr')}") is None
    assert text_in(find(back.data, "要抓紧")).startswith("要")


def test_bookmarks_of_others_stay_in_a_renewed_paragraph_and_about_a_removed_one() -> None:
    typist = edited()
    first, second = typist.paragraph("要抓紧"), typist.paragraph("要抓实")
    typist.insert(first, 2, element('<w:bookmarkStart w:id="77" w:name="_Toc1"/>'))
    first.append(element('<w:bookmarkEnd w:id="77"/>'))
    typist.insert(second, 2, element('<w:bookmarkStart w:id="78" w:name="甲"/>'))
    typist.paragraph("要带好").append(element('<w:bookmarkEnd w:id="78"/>'))
    data = typist.saved()
    for speech in (REWRITTEN, WITHOUT_WORK):
        done = update(data, speech)
        names = [one.get(w("name")) for one in Editor(done.data).root.iter(w("bookmarkStart"))]
        assert "甲" in names
        assert ("_Toc1" in names) == (speech is REWRITTEN)


def test_the_end_of_a_section_stays() -> None:
    typist = edited()
    for text in ("要抓实", "要带好"):
        properties = typist.paragraph(text).find(w("pPr"))
        assert properties is not None
        properties.append(element('<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'))
    for speech in (REWRITTEN, WITHOUT_WORK):
        done = Editor(update(typist.saved(), speech).data)
        assert len(list(done.root.iter(w("sectPr")))) == 3
        for section in done.root.iter(w("sectPr")):
            above = section.getparent()
            assert above is not None
            # Behind the other properties of its paragraph, and nothing but a tracked change behind it.
            assert above.tag == w("body") or above[-1] is section


def test_a_paragraph_in_a_table_is_renewed_there_and_leaves_an_empty_one() -> None:
    typist = edited()
    table = element(
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
        "<w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>"
    )
    paragraph = typist.paragraph("要抓实")
    paragraph.addprevious(table)
    next(table.iter(w("tc"))).append(paragraph)
    cell = next(Editor(update(typist.saved(), REWRITTEN).data).root.iter(w("tc")))
    assert [text_in(one) for one in cell.iter(w("p"))] == ["要抓实了，【待补：人数】一个不少。"]
    cell = next(Editor(update(typist.saved(), WITHOUT_WORK).data).root.iter(w("tc")))
    assert [text_in(one) for one in cell.iter(w("p"))] == [""]


# Text edited by hand.


def test_where_both_changed_the_new_text_goes_into_a_comment_on_the_whole_paragraph() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要抓实"), 3, "，再抓实")
    data = typist.saved()
    done = update(data, REWRITTEN)
    new = f"{EDITED}要抓实了，【待补：人数】一个不少。"
    assert fates(done)[1] == ("both", "要抓实，再抓实，")
    assert comments(done.data) == [GAP, ("speechdraft", new)]
    assert anchors(done.data)[new.replace("/", "")] == "要抓实，再抓实，【待补：人数】一个不少。"
    # What was said once is not said again, not even where the comment was deleted.
    typist = Editor(done.data)
    typist.uncomment("新稿")
    again = update(typist.saved(), REWRITTEN)
    assert fates(again) == [("kept", "要抓实，再抓实，")]
    assert comments(again.data) == [GAP]


def test_a_newer_text_takes_the_place_of_the_one_in_the_comment() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要带好"), 2, "——")
    once = update(typist.saved(), REWRITTEN).data
    twice = update(once, speech_with(templates={"team": "要带出队伍。"})).data
    assert [text for _author, text in comments(twice)] == [GAP[1], f"{EDITED}要带出队伍。"]
    # Whoever writes what the speech says needs no comment any more.
    typist = Editor(twice)
    paragraph = typist.paragraph("要带——好")
    for one in paragraph.findall(w("r")) + paragraph.findall(w("sdt")):
        if one.find(w("commentReference")) is None:
            paragraph.remove(one)
    paragraph.insert(2, run("要带出队伍。"))
    done = update(typist.saved(), speech_with(templates={"team": "要带出队伍。"}))
    assert fates(done) == []
    assert comments(done.data) == [GAP]


def test_the_same_change_on_both_sides_is_none() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要抓实"), 3, "了")
    done = update(typist.saved(), speech_with(templates={"work": REWRITTEN_WORK}))
    assert fates(done) == []
    assert comments(done.data) == [GAP]


REWRITTEN_WORK = "要抓紧，选派{{ 人数 }}到村，投资{{ 投资 }}，**不许松劲**。\n要抓实了，{{ 人数 }}一个不少。"


def test_a_paragraph_split_in_two_has_one_comment_on_both() -> None:
    typist = editor()
    second = typist.split(typist.paragraph("要抓实"), 4)
    typist.type_in(second, 0, "第二，")
    done = update(typist.saved(), REWRITTEN)
    assert around(done.data, "第二，") == ["要抓实，【待补：人数】", "第二，一个不少。", "三、带好队伍"]
    assert anchors(done.data)[f"{EDITED}要抓实了，【待补：人数】一个不少。".replace("/", "")] == (
        "要抓实，【待补：人数】第二，一个不少。"
    )


def test_joined_paragraphs_are_kept_for_both() -> None:
    typist = editor()
    typist.join(typist.paragraph("要抓紧"))
    joined = "要抓紧，选派【待补：人数】到村，投资912亿元，不许松劲。要抓实，【待补：人数】一个不少。"
    assert joined in paragraphs(update(typist.saved(), speech_with()).data)
    done = update(typist.saved(), REWRITTEN)
    assert [fate for fate, _text in fates(done)] == ["both", "both", "renewed"]
    assert joined in paragraphs(done.data)
    assert [text.partition("新稿：")[2] for _author, text in comments(done.data)] == [
        "",
        "要抓早，选派【待补：人数】到村。",
        "要抓实了，【待补：人数】一个不少。",
    ]
    done = update(typist.saved(), WITHOUT_WORK)
    assert joined in paragraphs(done.data)


def test_the_return_key_at_the_end_of_a_paragraph_leaves_it_untouched() -> None:
    typist = editor()
    typist.add("手写的一段。", typist.paragraph("要抓紧"))
    done = update(typist.saved(), REWRITTEN)
    assert fates(done)[0] == ("renewed", "要抓早，选派【待")
    assert around(done.data, "手写的一段")[0].startswith("要抓早")


def test_a_bookmark_that_ends_before_the_first_word_of_the_next_paragraph_ends_with_its_own() -> None:
    typist = editor()
    first, second = typist.paragraph("要抓紧"), typist.paragraph("要抓实")
    second.insert(1, next(first.iter(w("bookmarkEnd"))))
    done = update(typist.saved(), REWRITTEN)
    assert [fate for fate, _text in fates(done)] == ["renewed", "renewed", "renewed"]


def test_bookmarks_between_paragraphs_are_found() -> None:
    typist = editor()
    paragraph = typist.paragraph("要抓紧")
    paragraph.addprevious(next(paragraph.iter(w("bookmarkStart"))))
    paragraph.addnext(next(paragraph.iter(w("bookmarkEnd"))))
    done = update(typist.saved(), REWRITTEN)
    assert paragraphs(done.data) == paragraphs(written(REWRITTEN))


# Deleted and moved.


def test_what_was_deleted_stays_deleted() -> None:
    typist = editor()
    typist.delete(typist.paragraph("要抓实"))
    data = typist.saved()
    for speech in (speech_with(), REWRITTEN):
        done = update(data, speech)
        assert ("deleted", "要抓实") in [(fate, text[:3]) for fate, text in fates(done)]
        assert not [text for text in paragraphs(done.data) if "要抓实" in text]
    # Also where another section of the same kind comes before it, so that it has that one's name.
    done = update(data, speech_with([OPENING, RESULTS, WORK | {"heading": "先抓"}, *SECTIONS[2:]]))
    assert [text[:3] for text in paragraphs(done.data) if text.startswith("要抓")] == ["要抓紧", "要抓实", "要抓紧"]


def test_what_people_moved_stays_where_they_put_it() -> None:
    typist = editor()
    typist.move(typist.paragraph("要抓实"), typist.paragraph("同志们，让"))
    done = update(typist.saved(), REWRITTEN)
    assert paragraphs(done.data)[-1] == "要抓实了，【待补：人数】一个不少。"
    # The outline's own move leaves it there, too.
    done = update(typist.saved(), speech_with([OPENING, WORK, RESULTS, TEAM, CLOSING]))
    assert paragraphs(done.data)[-1] == "要抓实，【待补：人数】一个不少。"
    assert [text for text in paragraphs(done.data) if re.match("[一二三]、", text)] == [
        "一、抓好落实",
        "二、看清成绩",
        "三、带好队伍",
    ]


def test_a_moved_section_takes_along_what_people_wrote_in_it() -> None:
    typist = editor()
    typist.add("手写的一段。", typist.paragraph("要抓紧"))
    typist.type_in(typist.paragraph("要抓实"), 3, "（记）")
    done = update(typist.saved(), speech_with([OPENING, WORK, RESULTS, TEAM, CLOSING]))
    there = paragraphs(done.data)
    place = there.index("一、抓好落实")
    assert [text[:6] for text in there[place : place + 5]] == ["一、抓好落实", "要抓紧，选派", "手写的一段。", "要抓实（记）", "二、看清成绩"]  # fmt: skip
    assert ("moved", "要抓紧，选派【待") in fates(done)


def test_what_people_wrote_behind_the_speech_stays_behind_it() -> None:
    typist = editor()
    typist.add("附件：名单", typist.paragraph("同志们，让"))
    done = update(typist.saved(), speech_with([*SECTIONS, {"text": "完了。"}]))
    assert paragraphs(done.data)[-3:] == ["同志们，让我们一起干！", "完了。", "附件：名单"]


def test_a_new_section_stands_behind_what_people_wrote_in_the_one_before() -> None:
    typist = editor()
    typist.add("手写的一段。", typist.paragraph("要抓实"))
    done = update(typist.saved(), speech_with([*SECTIONS[:3], {"heading": "再加"}, *SECTIONS[3:]]))
    assert around(done.data, "三、再加") == ["手写的一段。", "三、再加", "四、带好队伍"]


def test_a_note_before_the_title_stays_first() -> None:
    typist = editor()
    typist.body.insert(0, element("<w:p><w:r><w:t>（送审稿）</w:t></w:r></w:p>"))
    done = update(typist.saved(), speech_with([{"text": "先说一句。"}, *SECTIONS]))
    assert paragraphs(done.data)[:2] == ["（送审稿）", "在全市组织部长会议上的讲话"]
    assert around(done.data, "先说一句") == ["同志们：", "先说一句。", "今天，清河市召开会议，讲三点意见。"]


def test_front_matter_that_comes_later_stands_at_its_place_with_its_blank_line() -> None:
    bare = speech_with(speech={"title": "讲话", "speaker": "", "date": "", "salutation": ""})
    typist = Editor(written(bare))
    typist.type_in(typist.paragraph("一年来"), 3, "（记）")
    done = update(typist.saved(), speech_with())
    whole = [text_in(one) for one in Editor(done.data).body.iter(w("p"))]
    assert whole[:6] == [
        "在全市组织部长会议上的讲话",
        "部长陈立",
        "（2026年2月10日）",
        "",
        "同志们：",
        "今天，清河市召开会议，讲三点意见。",
    ]


# Enumerators.


def test_an_edited_heading_gets_its_new_number() -> None:
    typist = editor()
    paragraph = typist.paragraph("三、带好队伍")
    typist.type_in(paragraph, 5, "好")
    typist.split_run(paragraph, 1)  # as a spelling checker parts runs
    done = update(typist.saved(), WITHOUT_WORK)
    assert ("kept", "二、带好队好伍") in fates(done)
    assert "二、带好队好伍" in paragraphs(done.data)
    assert comments(done.data) == []


def test_a_number_that_a_hand_changed_stays_and_is_remarked_on() -> None:
    typist = editor()
    paragraph = typist.paragraph("三、带好队伍")
    said = next(paragraph.iter(w("t")))
    said.text = "四、带好队伍"
    assert fates(update(typist.saved(), speech_with())) == [("kept", "四、带好队伍")]
    done = update(typist.saved(), WITHOUT_WORK)
    assert ("both", "四、带好队伍") in fates(done)
    assert comments(done.data) == [("speechdraft", f"{EDITED}二、带好队伍")]


def test_numbers_follow_in_headings_that_a_program_keeps_in_one_line() -> None:
    long = "着眼引得进、留得住、用得好，把各类人才放到产业链最缺人的环节上去"
    sections = [
        OPENING,
        {"heading": "先", "sections": [{"heading": name, "run_in": True, "text": "要干。"} for name in ("甲", long)]},
    ]
    typist = Editor(written(speech_with(sections)))
    typist.type_in(typist.paragraph("要干。"), 0, "")
    paragraph = typist.paragraph(long)
    typist.type_in(paragraph, len(text_in(paragraph)), "真干。")
    fewer = [OPENING, {"heading": "先", "sections": [{"heading": long, "run_in": True, "text": "要干。"}]}]
    done = update(typist.saved(), speech_with(fewer))
    assert paragraphs(done.data)[-1] == f"（一）{long}。要干。真干。"


# Changes tracked, comments, and all else that people put into a text.


def test_tracked_changes_stay_tracked() -> None:
    typist = editor()
    typist.track(typist.paragraph("要抓实"), 3, "，再抓实")
    typist.strike(typist.paragraph("要带好"), 2, 2)
    done = update(typist.saved(), REWRITTEN)
    assert [fate for fate, _text in fates(done)] == ["renewed", "both", "both"]
    root = Editor(done.data).root
    assert [one.get(w("author")) for one in root.iter(w("ins"), w("del"))] == ["王", "王"]
    assert next(root.iter(w("delText"))).text == "好队"


def test_a_paragraph_deleted_with_changes_tracked_is_not_written_again() -> None:
    typist = editor()
    paragraph = typist.paragraph("同志们，让")
    properties = paragraph.find(w("pPr"))
    assert properties is not None
    properties.append(element('<w:rPr><w:del w:id="901" w:author="王"/></w:rPr>'))
    typist.strike(paragraph, 0, len("同志们，让我们一起干！"))
    done = update(typist.saved(), speech_with([*SECTIONS[:-1], {"text": "同志们，让我们一起加油干！"}]))
    assert [fate for fate, _text in fates(done)] == ["both"]
    assert "同志们，让我们一起加油干！" not in paragraphs(done.data)


@pytest.mark.parametrize("change", ["<w:pPrChange w:id='901' w:author='王'><w:pPr/></w:pPrChange>", "<w:rPr><w:ins w:id='901' w:author='王'/></w:rPr>"])  # fmt: skip
def test_a_tracked_change_of_a_paragraph_s_properties_counts_as_a_hand(change: str) -> None:
    typist = editor()
    properties = typist.paragraph("要带好").find(w("pPr"))
    assert properties is not None
    properties.append(element(change))
    assert ("both", "要带好队伍，清河") in fates(update(typist.saved(), REWRITTEN))


def test_a_comment_of_somebody_keeps_its_paragraph_and_stays() -> None:
    typist = editor()
    typist.comment(typist.paragraph("要带好"), "再想想")
    done = update(typist.saved(), REWRITTEN)
    assert ("both", "要带好队伍，清河") in fates(done)
    assert comments(done.data) == [GAP, ("王", "再想想"), ("speechdraft", f"{EDITED}要带强队伍。")]
    # Where the words stay the same there is nothing to tell.
    assert fates(update(typist.saved(), speech_with())) == []
    # Its facts are renewed all the same.
    done = update(typist.saved(), speech_with(facts={"地区": "云州市"}))
    assert ("kept", "要带好队伍，云州") in fates(done)
    assert "要带好队伍，云州市要先行。" in paragraphs(done.data)


@pytest.mark.parametrize(
    "inner",
    [
        '<w:r><w:footnoteReference w:id="2"/></w:r>',
        "<w:r><w:drawing/></w:r>",
        '<w:fldSimple w:instr="PAGE"/>',
        '<w:hyperlink w:anchor="甲"/>',
        "<w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent/></w:sdt>",
        '<w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t>。</w:t></w:r>',
        "<w:r><w:rPr><w:b/></w:rPr><w:t>。</w:t></w:r>",
        "<w:r><w:br w:type='page'/></w:r>",
    ],
)
def test_what_is_no_word_is_somebody_s_too(inner: str) -> None:
    typist = editor()
    paragraph = typist.paragraph("同志们，让")
    if "。" in inner:
        # The last mark of the sentence, in another type.
        said = next(paragraph.iter(w("t")))
        said.text = (said.text or "")[:-1]
        inner = inner.replace("。", "！")
    paragraph.insert(len(paragraph) - 1, element(inner))
    done = renewed(typist.saved(), speech_with([*SECTIONS[:-1], {"text": "同志们，让我们一起加油干！"}]), "x")
    assert fates(done) == [("both", "同志们，让我们一")]


@pytest.mark.parametrize(
    "look", ["<w:color w:val='000000'/>", "<w:u w:val='none'/>", "<w:b w:val='false'/>", "<w:sz w:val='32'/>"]
)
def test_a_look_that_marks_nothing_is_no_hand(look: str) -> None:
    typist = editor()
    for one in typist.paragraph("要带好").iter(w("rPr")):
        one.append(element(look))
    assert ("renewed", "要带强队伍。") in fates(update(typist.saved(), REWRITTEN))


def test_a_text_box_is_left_as_it_is() -> None:
    typist = editor()
    paragraph = typist.paragraph("要带好")
    box = element(
        '<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent/></v:textbox>'
        "</v:shape></w:pict></w:r></w:p>"
    )
    paragraph.addprevious(box)
    next(box.iter(w("txbxContent"))).append(paragraph)
    done = update(typist.saved(), REWRITTEN)
    assert ("both", "要带好队伍，清河") in fates(done)
    done = update(typist.saved(), speech_with([OPENING, RESULTS, WORK, CLOSING]))
    assert "要带好队伍，清河市要先行。" in words_typed(done.data)


# Comments of ours.


def test_our_comment_goes_with_its_gap() -> None:
    done = update(edited().saved(), speech_with(facts={"人数": "128"}))
    assert comments(done.data) == []
    assert "word/comments.xml" not in parts_of(done.data)
    assert b"comments" not in parts_of(done.data)["[Content_Types].xml"]


def test_our_comment_goes_to_another_mention_when_its_paragraph_goes() -> None:
    typist = edited()
    shorter = speech_with(templates={"work": "要抓实，{{ 人数 }}一个不少。"})
    done = update(typist.saved(), shorter)
    assert comments(done.data) == [GAP]
    assert anchors(done.data) == {GAP[1].replace("/", ""): "【待补：人数】"}


def test_a_comment_of_ours_that_a_hand_deleted_does_not_come_back() -> None:
    typist = edited()
    typist.uncomment("待补")
    done = update(typist.saved(), REWRITTEN)
    assert comments(done.data) == []
    assert comments(update(done.data, WITHOUT_WORK).data) == []


def test_a_comment_of_ours_that_a_hand_wrote_in_is_somebody_s() -> None:
    typist = editor()
    typist.comment_further("待补", "问过了，下周给")
    done = update(typist.saved(), speech_with(facts={"人数": "128"}))
    assert comments(done.data) == [(GAP[0], f"{GAP[1]}/问过了，下周给")]


def test_a_comment_of_ours_that_somebody_answered_stays() -> None:
    typist = editor()
    typist.comment(typist.paragraph("要抓紧"), "128", "李")
    done = update(typist.saved(), speech_with(facts={"人数": "128"}))
    assert comments(done.data) == [GAP, ("李", "128")]


def test_what_is_not_confirmed_is_said_once_at_the_words() -> None:
    speech = speech_with(facts={"地区": {"value": "清河市", "confirmed": False, "source": "办公室"}})
    done = update(edited().saved(), speech)
    assert comments(done.data) == [("speechdraft", "待核：地区/尚未确认/来源：办公室"), GAP]
    assert anchors(done.data)["待核：地区尚未确认来源：办公室"] == "清河市"
    assert comments(update(done.data, speech_with()).data) == [GAP]


# What the speech has no more.


def test_what_is_gone_from_the_speech_goes_unless_a_hand_was_in_it() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要抓实"), 3, "，再抓实")
    done = update(typist.saved(), WITHOUT_WORK)
    assert fates(done) == [
        ("renewed", "今天，清河市召开"),
        ("removed", "二、抓好落实"),
        ("removed", "要抓紧，选派【待"),
        ("orphaned", "要抓实，再抓实，"),
        ("renewed", "二、带好队伍"),
    ]
    assert around(done.data, "再抓实")[0] == "。干部一个一个看准，群众看在眼里。"
    # The gap is nobody's to fill any more, but it stands there.
    assert comments(done.data) == [LEFT]
    # It comes back to where it stands, and is told of once.
    back = update(done.data, speech_with())
    assert ("kept", "要抓实，再抓实，") in fates(back)
    assert comments(back.data) == [GAP]
    assert [text for text in paragraphs(back.data) if "抓实" in text] == ["要抓实，再抓实，【待补：人数】一个不少。"]


def test_a_comment_on_what_is_gone_is_not_made_again() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要抓实"), 3, "，再抓实")
    typist = Editor(update(typist.saved(), WITHOUT_WORK).data)
    typist.uncomment("没有这一段")
    done = update(typist.saved(), WITHOUT_WORK)
    assert fates(done) == [("orphaned", "要抓实，再抓实，")]
    assert comments(done.data) == []


def test_the_heading_in_whose_line_a_kept_paragraph_goes_on_stays_with_it() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("干部一个"), 3, "（记）")
    done = update(typist.saved(), speech_with(facts={"成绩": FACTS["成绩"][:1]}))
    assert fates(done) == [("orphaned", "（二）选贤任能"), ("orphaned", "。干部一个一个看")]
    assert comments(done.data) == [LEFT, GAP]


# Lists.

NEW_ITEM = {"标题": "聚才用才", "做法": "人才一批一批引来"}


def items(*chosen: Any) -> Speech:
    return speech_with(facts={"成绩": list(chosen)})


ONE, TWO = FACTS["成绩"]


def test_an_edited_item_stays_with_its_values_when_others_come_before_it() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("阵地一处"), 2, "我们的")
    done = update(typist.saved(), items(NEW_ITEM, ONE, TWO))
    assert ("kept", "。阵地一处一处建") in fates(done)
    assert around(done.data, "我们的")[0] == "（二）强基固本"
    mentions = open_docx(done.data, "").mentions
    assert [one.text for one in mentions["成绩[2].做法"]] == ["阵地一处一处建好"]
    # Its control is bound to the second item from now on: what changes there changes here.
    changed = ONE | {"做法": "阵地全部建好"}
    again = update(done.data, items(NEW_ITEM, changed, TWO))
    assert "阵地全部建好，我们的群众" in "".join(paragraphs(again.data))


def test_an_edited_item_that_is_gone_keeps_its_values_as_text() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("阵地一处"), 2, "我们的")
    done = update(typist.saved(), items(TWO))
    assert "。阵地一处一处建好，我们的群众看在眼里。" in paragraphs(done.data)
    assert [one.text for one in open_docx(done.data, "").mentions["成绩[1].做法"]] == ["干部一个一个看准"]
    assert "。阵地一处一处建好，我们的群众看在眼里。" in paragraphs(update(done.data, items(NEW_ITEM, TWO)).data)


def test_a_list_turned_round_takes_edited_items_along() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("阵地一处"), 2, "我们的")
    done = update(typist.saved(), items(TWO, ONE))
    assert [text for text in paragraphs(done.data) if "看在眼里" in text or text.startswith("（")][1:] == [
        "（一）选贤任能",
        "。干部一个一个看准，群众看在眼里。",
        "（二）强基固本",
        "。阵地一处一处建好，我们的群众看在眼里。",
    ]


# Values typed into controls.


def test_a_typed_value_goes_before_the_file_s_and_can_still_be_pulled() -> None:
    typist = edited()
    typist.type("人数", "130名", 0)
    typist.type("地区", "海州市", 1)
    data = typist.saved_by_word()
    for _time in range(2):
        done = update(data, REWRITTEN)
        assert [(one.path, one.step.value) for one in done.outcomes] == [("地区", "changed"), ("人数", "new")]
        assert "要抓早，选派130名到村。" in paragraphs(done.data)
        assert "今天，海州市召开会议，讲三点意见。" in paragraphs(done.data)
        data = done.data
    taken = pull(open_docx(data, ""), speech_with())
    assert {name: change.value for name, change in taken.changes.items()} == {"地区": "海州市", "人数": "130"}


def test_a_typed_value_that_the_file_has_too_is_nothing_to_tell() -> None:
    typist = edited()
    typist.type("人数", "130名", 0)
    done = update(typist.saved_by_word(), speech_with(facts={"人数": "130"}))
    assert done.outcomes == ()
    assert "要抓实，130名一个不少。" in paragraphs(done.data)
    assert comments(done.data) == []


@pytest.mark.parametrize(("typed", "step"), [("海州市", "conflict"), ("大约很多亿", "refused")])
def test_a_value_that_cannot_be_taken_stays_and_so_does_its_paragraph(typed: str, step: str) -> None:
    key = "地区" if step == "conflict" else "投资"
    typist = editor()
    typist.type(key, typed)
    speech = speech_with(facts={"地区": "云州市"} if step == "conflict" else {})
    for _time in range(2):
        done = update(typist.saved_by_word(), speech)
        assert [(one.path, one.step.value) for one in done.outcomes] == [(key, step)]
        assert typed in "".join(paragraphs(done.data))
        typist = Editor(done.data)


def test_a_value_of_a_fact_that_the_speech_says_no_more_is_not_lost() -> None:
    typist = editor()
    typist.type("投资", "1200亿元")
    data = typist.saved_by_word()
    for speech in (WITHOUT_WORK, REWRITTEN):
        done = update(data, speech)
        assert "1200亿元" in "".join(paragraphs(done.data))
        assert [(one.path, one.step.value) for one in done.outcomes] == [("投资", "changed")]


def test_a_value_that_a_hand_took_out_is_not_put_in_again() -> None:
    typist = editor()
    content = typist.content("地区", 1)
    for one in list(content):
        content.remove(one)
    done = update(typist.saved(), speech_with())
    assert fates(done) == [("kept", "要带好队伍，要先")]
    assert "要带好队伍，要先行。" in paragraphs(done.data)


# Other programs.


def renamed(data: bytes, names: dict[str, str]) -> bytes:
    """Return a document as a program of another language saves it, which names styles in that."""
    parts = parts_of(data)
    for name in ("word/document.xml", "word/styles.xml", "word/comments.xml"):
        text = parts[name].decode()
        for before, after in names.items():
            text = re.sub(
                rf'(<w:(?:pStyle|rStyle|basedOn|next|link) w:val="|w:styleId="){before}"', rf'\g<1>{after}"', text
            )
        parts[name] = text.encode()
    return pack(parts)


def test_styles_are_known_by_the_name_that_no_program_changes() -> None:
    names = {"Heading1": "1", "Heading2": "2", "BodyText": "a5", "CommentText": "a7", "CommentReference": "a8"}
    typist = edited()
    typist.type_in(typist.paragraph("要抓实"), 3, "（记）")
    data = renamed(typist.saved(), names)
    done = update(data, speech_with([*SECTIONS, {"heading": "再加", "text": "再说。"}], templates={"work": "要抓。"}))
    assert style(find(done.data, "四、再加")) == "1"
    assert style(find(done.data, "再说。")) == "a5"
    assert style(find(done.data, "要抓。")) == "a5"
    part = parts_of(done.data)["word/comments.xml"].decode()
    assert 'w:val="CommentText"' not in part
    assert ("renewed", "要抓。") in fates(done)


def test_a_style_that_a_program_dropped_comes_back() -> None:
    parts = parts_of(edited().saved())
    root = etree.fromstring(parts["word/styles.xml"])
    for one in list(root.iter(w("style"))):
        if one.get(w("styleId")) == "Heading3":
            root.remove(one)
    parts["word/styles.xml"] = etree.tostring(root)
    deep = {"heading": "甲", "sections": [{"heading": "乙", "sections": [{"heading": "丙"}]}]}
    done = update(pack(parts), speech_with([*SECTIONS, deep]))
    assert style(find(done.data, "丙")) == "Heading3"


def test_numbers_of_other_programs_are_not_given_twice() -> None:
    typist = edited()
    for place, one in enumerate(typist.root.iter(w("id"))):
        one.set(w("val"), str(-(2**31) + place) if place % 2 else str(2**31 - 1 - place))
    done = update(typist.saved(), REWRITTEN)
    assert all(-(2**31) <= int(str(one.get(w("val")))) < 2**31 for one in Editor(done.data).root.iter(w("id")))


def test_what_others_have_in_the_glossary_stays() -> None:
    typist = edited()
    other = element('<w:docPart><w:docPartPr><w:name w:val="别人的"/></w:docPartPr><w:docPartBody/></w:docPart>')
    root = etree.fromstring(parts_of(typist.data)["word/glossary/document.xml"])
    root[0].append(other)
    data = repacked(typist.saved(), {"word/glossary/document.xml": etree.tostring(root)})
    assert "别人的".encode() in parts_of(update(data, REWRITTEN).data)["word/glossary/document.xml"]


def test_a_copied_paragraph_is_somebody_s_own() -> None:
    typist = editor()
    paragraph = typist.paragraph("要抓实")
    twin = element(etree.tostring(paragraph).decode())
    for one in twin.iter(w("id")):
        one.set(w("val"), "99")
    for one in twin.iter(w("bookmarkStart"), w("bookmarkEnd")):
        one.set(w("id"), "99")
    typist.paragraph("要带好").addnext(twin)
    done = update(typist.saved(), REWRITTEN)
    assert ("renewed", "要抓实了，【待补") in fates(done)
    assert around(done.data, "要带强队伍")[2] == "要抓实，【待补：人数】一个不少。"
    marks = [Mark.read(str(one.get(w("name")))) for one in Editor(done.data).root.iter(w("bookmarkStart"))]
    assert len({mark.paragraph for mark in marks if mark}) == len(marks)


def test_a_document_that_lost_its_store_is_updated_by_its_marks() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("三、带好"), 4, "好")
    parts = {name: part for name, part in parts_of(typist.saved()).items() if "customXml" not in name}
    parts["word/glossary/document.xml"] = parts["word/glossary/document.xml"].replace(b"speechdraft-record", b"x")
    for name in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
        parts[name] = re.sub(rb"<(?:Relationship|Override)[^>]*customXml/[^>]*/>", b"", parts[name])
    done = update(pack(parts), REWRITTEN)
    assert ("renewed", "要抓早，选派【待") in fates(done)
    assert ("kept", "三、带好好队伍") in fates(done)
    assert "store-lost" in [note.code for note in done.notes]


def test_the_marks_of_very_many_copies_are_taken_out_at_once() -> None:
    # A look at the whole text for each of them would take hours.
    data = edited().saved()
    text = parts_of(data)["word/document.xml"]
    mark = re.search(rb'<w:bookmarkStart[^>]*w:name="_sd_[^>]*/>', text)
    assert mark is not None
    copies = b"".join(mark[0].replace(b'w:id="', b'w:id="9%d' % number) for number in range(100_000))
    at_the_end = text.index(b"<w:sectPr")
    for place in (text.index(b"</w:p>"), at_the_end):
        crowded = repacked(data, {"word/document.xml": text[:place] + copies + text[place:]})
        assert canonical(renewed(crowded, REWRITTEN, "draft.docx").data) == canonical(update(data, REWRITTEN).data)


FORMER = {"人数": "128", "地区": "清河市"}
NOW = {"人数": "130", "地区": "云陂县"}


def lost_store() -> bytes:
    """Return a draft of facts that are others now, after a program that lost the store and its copy."""
    data = written(speech_with(facts=FORMER))
    parts = {name: part for name, part in parts_of(data).items() if re.search("customXml|glossary", name) is None}
    for name in ("word/_rels/document.xml.rels", "[Content_Types].xml"):
        parts[name] = re.sub(rb"<(?:Relationship|Override)[^>]*(?:customXml|glossary)[^>]*/>", b"", parts[name])
    return pack(parts)


def conflicts(data: bytes, speech: Speech) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return what a pull says of each fact that differs."""
    outcomes = pull(open_docx(data, "draft.docx"), speech).outcomes
    return [(outcome.path, outcome.step.value, outcome.in_word) for outcome in outcomes]


@pytest.mark.parametrize("order", ["u", "r", "uu", "ur", "ru", "rr", "uru", "ruru", "uurr"])
def test_a_conflict_of_a_document_that_lost_its_store_stays_one(order: str) -> None:
    speech, data = speech_with(facts=NOW), lost_store()
    expected = [("地区", "conflict", ("清河市",)), ("人数", "conflict", ("128名",))]
    assert sorted(conflicts(data, speech)) == sorted(expected)
    for step in order:
        if step == "u":
            done = renewed(data, speech, "draft.docx")
            told = [problem.message for problem in open_questions_of(done, "draft.docx")]
            assert [message for message in told if message.startswith("“人数” is 128名 in the draft: ")]
            data = done.data
        else:
            returned = open_docx(data, "draft.docx")
            data = refresh(returned, data, open_docx(written(speech), "").stored, speech).data
        assert sorted(conflicts(data, speech)) == sorted(expected)
        assert "选派128名到村" in words_typed(data)
        assert "清河市召开会议" in words_typed(data)
    # One word settles it, on either side.
    assert conflicts(data, speech_with(facts=FORMER)) == []
    hand = Editor(data)
    hand.type("人数", "130名")
    hand.type("地区", "云陂县")
    settled = update(hand.saved(), speech)
    assert conflicts(settled.data, speech) == []
    assert not [one for one in settled.outcomes if one.path in {"人数", "地区"}]


def test_a_long_name_of_a_document_that_lost_its_store_is_no_change_of_a_hand() -> None:
    name = "录取" * 40
    sections = [{"text": f"选派{{{{ {name} }}}}到村。"}, {"text": "说{{ 地区 }}。"}]
    before, now = (
        speech_of(
            sections,
            dictionary={name: {}, "地区": {}},
            facts={name: value, "地区": "甲"},
            speech={"title": "讲话", "speaker": "", "date": "", "salutation": ""},
        )
        for value in ("128", "130")
    )
    typist = Editor(written(before))
    lost = without_store(typist.saved(), copy=False)
    for _time in range(2):
        lost = renewed(lost, now, "draft.docx").data
        assert [step for _path, step, _in_word in conflicts(lost, now)] == ["conflict"]


# What is refused.


def problems(data: bytes, speech: Speech | None = None) -> str:
    """Return what is wrong with a draft, as the terminal shows it."""
    with pytest.raises(ProblemError) as caught:
        renewed(data, speech or speech_with(), "会议.docx")
    return str(caught.value)


def test_a_draft_of_another_outline_is_refused_unless_one_insists() -> None:
    assert problems(DRAFT, speech_with(id="other")) == (
        "会议.docx: other-outline: this draft was written from the outline “test”, and the speech has “other”\n"
        "  name the speech that the draft is of; with --force it is brought up to this one all the same"
    )
    done = renewed(edited().saved(), speech_with(id="other"), "会议.docx", any_outline=True)
    assert made_from(done.data)["speechdraft.outline"] == "other"


def made_from(data: bytes) -> dict[str, str]:
    """Return what a document says of what it was made from."""
    part = parts_of(data)["docProps/custom.xml"]
    found = {str(one.get("name")): "".join(one.itertext()) for one in etree.fromstring(part)}
    return {name: text for name, text in found.items() if name != "speechdraft.content"}


def test_a_draft_says_what_it_is_made_from_now() -> None:
    changed = speech_with(facts={"地区": "云陂县"})
    done = update(edited().saved(), changed)
    assert made_from(done.data) == made_from(written(changed)) != made_from(DRAFT)
    # What people typed is no part of it before it stands in the facts file.
    by_hand = edited()
    by_hand.type("地区", "石渡区")
    assert made_from(update(by_hand.saved(), speech_with()).data) == made_from(DRAFT)


def test_a_document_without_marks_is_refused() -> None:
    typist = editor()
    for one in list(typist.root.iter(w("bookmarkStart"), w("bookmarkEnd"))):
        one.getparent().remove(one)  # type: ignore[union-attr]
    assert problems(typist.saved()) == (
        "会议.docx: no-marks: no paragraph of this document is known as one of the draft's: its bookmarks are lost\n"
        "  its facts can still be renewed: speechdraft facts refresh 会议.docx"
    )


def test_a_speech_without_a_fact_can_be_updated() -> None:
    front = {"title": "讲话", "speaker": "", "date": "", "salutation": ""}
    before = speech_with([{"text": "一句。"}, {"text": "两句。"}], speech=front)
    typist = Editor(written(before))
    typist.type_in(typist.paragraph("一句"), 1, "整")
    done = update(typist.saved(), speech_with([{"text": "一句。"}, {"text": "三句。"}], speech=front))
    assert paragraphs(done.data) == ["讲话", "一整句。", "三句。"]


# Values that the speech says no more.


def stale(data: bytes, speech: Speech) -> list[tuple[str, str, str, tuple[str, ...], str]]:
    """Return what an update says of facts."""
    return [(one.path, one.step.value, one.in_file, one.in_word, one.reason) for one in update(data, speech).outcomes]


def test_a_value_left_in_a_kept_paragraph_is_told() -> None:
    typist = editor()
    typist.type_in(typist.paragraph("要抓紧"), 3, "（记）")
    data = typist.saved()
    assert stale(data, speech_with(facts={"投资": None})) == [
        ("投资", "refused", "", ("912亿元",), "the facts file has no value for it any more")
    ]
    assert stale(data, WITHOUT_WORK) == []


def test_a_value_that_cannot_be_changed_where_it_stands_is_told() -> None:
    typist = editor()
    content = typist.content("投资")
    said = content[0]
    content.insert(0, element("<w:fldSimple w:instr='DOCPROPERTY 甲'/>"))
    content[0].append(said)
    assert stale(typist.saved(), speech_with(facts={"投资": "1000"})) == [
        ("投资", "refused", "1000亿元", ("912亿元",), "the facts file has something else, which cannot be put there")
    ]


# How long it takes.


def test_a_speech_of_twelve_thousand_characters_takes_a_moment() -> None:
    text = (
        "要把人头摸清，逐村逐社区登记造册，谁在外、谁在岗、谁能干，三天之内建账，半个月之内核实，{{ 地区 }}一个不漏。"
        * 2
    )
    sections = [{"heading": f"第{number}件", "text": f"第{number}，{text}选派{{{{ 人数 }}}}。"} for number in range(97)]
    typist = Editor(written(speech_with(sections)))
    for number in range(0, 90, 3):
        typist.type_in(typist.paragraph(f"第{number}，"), 5, "（记）")
    data = typist.saved()
    assert sum(map(len, paragraphs(data))) > 12_000
    changed = [{**one, "text": one["text"].replace("人头", "底数")} for one in reversed(sections)]
    start = time.process_time()
    done = renewed(data, speech_with(changed), "x")
    assert time.process_time() - start < 2
    assert sum(fate == "both" for fate, _text in fates(done)) == 30
