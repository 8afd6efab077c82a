"""``draft --final``: the clean copy, of a fresh draft and of an edited one, and what keeps it from being written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from speechdraft.problems import ProblemError
from speechdraft.word.cleaning import cleaned
from speechdraft.word.package import pack, repacked
from speechdraft.word.returned import open_docx, text_in
from speechdraft.word.seal import is_untouched
from tests.commands import Run
from tests.keeping.support import element, parts_of, w
from tests.updating.support import (
    CLOSING,
    FACTS,
    FRONT,
    OPENING,
    RESULTS,
    SECTIONS,
    WORK,
    Editor,
    paragraphs,
    speech_with,
    update,
    written,
)
from tests.updating.test_command import write
from tests.word.office import validate

Runner = Callable[..., Run]
DRAFT = Path("会/会.docx")
FINAL = Path("会/会-final.docx")
WHOLE = FACTS | {"人数": "128"}


def text_of(data: bytes) -> list[str]:
    """Return the paragraphs of any document."""
    root = etree.fromstring(parts_of(data)["word/document.xml"])
    return [text for paragraph in root.iter(w("p")) if (text := text_in(paragraph))]


def assert_clean(data: bytes) -> None:
    """Assert that nothing of ours but the text, its styles and its properties is in a document."""
    parts = parts_of(data)
    names = {"[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "docProps/custom.xml", "docProps/app.xml"}
    assert {name for name in parts if not name.startswith("word/")} <= names
    assert not {name for name in parts if re.search("comments|glossary|people", name)}
    found = {etree.QName(one).localname for one in etree.fromstring(parts["word/document.xml"]).iter()}
    assert not found & {"sdt", "commentRangeStart", "commentRangeEnd", "commentReference", "dataBinding"}
    for name, part in parts.items():
        if name not in {"docProps/custom.xml", "docProps/core.xml"}:
            assert not re.search(rb"speechdraft|_sd_|comments|glossary|customXml", part), name


@pytest.fixture
def speech(run: Runner) -> Runner:
    """Return what runs a command line where the whole speech is drafted."""
    write(facts=WHOLE)
    assert run("draft", "会").status == 0
    return run


# What keeps it from being written.


def test_all_that_is_missing_or_not_confirmed_is_said_at_once(run: Runner) -> None:
    facts = FACTS | {"地区": {"value": "清河市", "confirmed": False}, "会议日期": None}
    write(facts={name: value for name, value in facts.items() if value is not None})
    done = run("draft", "会", "--final")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "会/facts.yaml: not-final: “会议日期” is missing\n"
        "会/facts.yaml: not-final: “人数” is missing\n"
        "  ask 干部一科\n"
        "会/facts.yaml:4:3: not-final: “地区” is not confirmed: 清河市\n"
        "  when it is right, write confirmed: yes\n"
        "3 errors; nothing was written\n"
    )
    assert not FINAL.exists()


def finals(run: Runner, sections: list[dict[str, Any]], facts: Mapping[str, Any], dictionary: Mapping[str, Any]) -> str:
    """Return what is said of a speech that is to be final."""
    write(sections=sections, facts=dict(facts), dictionary=dict(dictionary), speech=FRONT | {"title": "讲话", "date": "", "speaker": ""})  # fmt: skip
    return run("draft", "会", "--final").err


def test_what_a_computed_fact_comes_from_has_to_be_confirmed(run: Runner) -> None:
    numbers = {"今年": {"type": "number"}, "去年": {"type": "number"}, "增加": {"type": "number", "formula": "今年 - 去年"}}  # fmt: skip
    facts = {"今年": {"value": "9", "confirmed": False}, "去年": "4"}
    assert "“今年” is not confirmed: 9" in finals(run, [{"text": "增加{{ 增加 }}。"}], facts, numbers)
    # Worked out where it stands it is no fact of its own.
    assert "“今年” is not confirmed: 9" in finals(run, [{"text": "增加{{ 今年 - 去年 }}。"}], facts, numbers)
    # So has one that the speech could do without, where it says what comes from it.
    optional = numbers | {"今年": {"type": "number", "optional": True}}
    assert "“今年” is not confirmed: 9" in finals(run, [{"text": "增加{{ 增加 }}。"}], facts, optional)


def test_what_is_missing_of_a_computed_fact_is_named_with_whom_to_ask(run: Runner) -> None:
    numbers = {
        "今年": {"type": "number", "ask": "干部一科"},
        "去年": {"type": "number", "ask": "档案室"},
        "增加": {"type": "number", "formula": "今年 - 去年", "ask": "办公室"},
    }
    assert finals(run, [{"text": "增加{{ 增加 }}。"}], {}, numbers) == (
        "会/facts.yaml: not-final: “增加” is missing\n"
        "  needs 今年, 去年; ask 干部一科, 档案室\n"
        "1 error; nothing was written\n"
    )


def test_a_value_that_lacks_a_part_has_to_be_confirmed_all_the_same(run: Runner) -> None:
    persons = {"某人": {"type": "person"}}
    assert finals(
        run, [{"text": "{{ 某人 }}。"}], {"某人": {"value": {"职务": "书记"}, "confirmed": False}}, persons
    ) == (
        "会/facts.yaml: not-final: “某人.姓名” is missing\n"
        "会/facts.yaml:2:3: not-final: “某人” is not confirmed: 书记\n"
        "  when it is right, write confirmed: yes\n"
        "2 errors; nothing was written\n"
    )


def test_what_the_speech_can_do_without_and_does_not_say_need_not_be_confirmed(run: Runner) -> None:
    optional = {"甲": {"optional": True}, "乙": {"optional": True}}
    facts = {"甲": {"value": "九", "confirmed": False}}
    clause = "开会。{% clause %}有{{ 甲 }}和{{ 乙 }}。{% endclause %}"
    assert finals(run, [{"text": clause}], facts, optional) == ""
    assert "“甲” is not confirmed: 九" in finals(run, [{"text": clause}], facts | {"乙": "十"}, optional)


def test_a_stale_fact_is_remarked_on_and_no_obstacle(run: Runner) -> None:
    write(facts=WHOLE | {"投资": {"value": "912", "as_of": "2023-12-31", "confirmed": True}})
    run("draft", "会")
    part = parts_of(DRAFT.read_bytes())["word/comments.xml"]
    assert "".join(etree.fromstring(part).itertext()) == "待核：投资已过25个月，请核对截至：2023-12-31"
    assert run("draft", "会", "--final").status == 0
    assert_clean(FINAL.read_bytes())


def test_facts_that_contradict_each_other_are_refused_and_all_else_is_told_beside(run: Runner) -> None:
    facts = WHOLE | {"投资": {"value": "912", "as_of": "2023-12-31"}, "人数": "128", "地区": {"value": "清河市", "confirmed": False}}  # fmt: skip
    write(facts=facts, checks=[{"check": "人数 > 500", "message": "人数应过五百"}])
    done = run("draft", "会", "--final")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "会/facts.yaml:5:3: not-final: “地区” is not confirmed: 清河市\n"
        "  when it is right, write confirmed: yes\n"
        "会/facts.yaml:18:5: contradiction: 人数应过五百 (人数 is 128名)\n"
        "  the rule: 会/outline.yaml:12:10\n"
        "会/facts.yaml:8:3: stale-fact: “投资” dates from 2023-12-31 and is 25 months old: 912亿元\n"
        "  see whether it still holds; then give it a newer day (as_of)\n"
        "2 errors; nothing was written\n"
    )
    # A draft for the desk is written all the same, and so is a copy of one in which somebody has put it right.
    facts["地区"] = "清河市"
    write(facts=facts, checks=["人数 > 500"])
    assert run("draft", "会").status == 0
    assert "contradiction" in run("draft", "会", "--update", DRAFT, "--final").err
    editor = Editor(DRAFT.read_bytes())
    editor.type("人数", "501名")
    DRAFT.write_bytes(editor.saved_by_word())
    done = run("draft", "会", "--update", DRAFT, "--final")
    assert (done.status, [line.split(": ")[1] for line in done.err.splitlines() if line.startswith("会")]) == (
        0,
        ["stale-fact"],
    )


def test_tracked_changes_are_refused(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.track(editor.paragraph("要抓实"), 3, "，再抓实")
    DRAFT.write_bytes(editor.saved())
    done = speech("draft", "会", "--update", DRAFT, "--final")
    assert done.err == (
        "会/会.docx: tracked-changes: changes are tracked in this document\n"
        "  accept or reject them in Word first\n"
        "1 error; nothing was written\n"
    )


@pytest.mark.parametrize(
    "change",
    [
        "<w:pPrChange w:id='9' w:author='王'><w:pPr/></w:pPrChange>",
        "<w:rPr><w:del w:id='9' w:author='王'/></w:rPr>",
        "<w:numPr><w:numberingChange w:id='9' w:author='王'/></w:numPr>",
    ],
)
def test_tracked_changes_of_any_kind_are_refused(change: str) -> None:
    editor = Editor(written(speech_with(facts=WHOLE)))
    properties = editor.paragraph("要抓实").find(w("pPr"))
    assert properties is not None
    properties.append(element(change))
    with pytest.raises(ProblemError, match="tracked-changes"):
        cleaned(open_docx(editor.saved(), "x"), "x")


# All that ECMA-376-1, 17.13.5 has, wherever it stands.
@pytest.mark.parametrize(
    "name",
    [
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "rPrChange",
        "pPrChange",
        "sectPrChange",
        "tblPrChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
        "tblPrExChange",
        "numberingChange",
        "cellIns",
        "cellDel",
        "cellMerge",
    ],
)
def test_no_kind_of_tracked_change_goes_unseen(name: str) -> None:
    editor = Editor(written(speech_with(facts=WHOLE)))
    editor.paragraph("要抓实").append(element(f"<w:{name} w:id='9' w:author='王'/>"))
    with pytest.raises(ProblemError, match="tracked-changes"):
        cleaned(open_docx(editor.saved(), "x"), "x")


def test_a_tracked_change_in_a_footnote_is_one() -> None:
    data = written(speech_with(facts=WHOLE))
    note = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:ins w:id="9" w:author="王"/></w:p></w:footnote></w:footnotes>'
    with pytest.raises(ProblemError, match="tracked-changes"):
        cleaned(open_docx(repacked(data, {"word/footnotes.xml": note.encode()}), "x"), "x")


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_what_an_update_left_to_settle_keeps_it_open(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.type_in(editor.paragraph("要抓实"), 3, "，再抓实")
    editor.type_in(editor.paragraph("要带好"), 2, "（记）")
    editor.type("投资", "很多")
    DRAFT.write_bytes(editor.saved_by_word())
    write(
        facts=WHOLE,
        sections=[OPENING, RESULTS, WORK, CLOSING],
        templates={"work": "要抓紧，选派{{ 人数 }}到村，投资{{ 投资 }}。\n要抓到底，{{ 人数 }}一个不少。"},
    )
    problems = (
        "会/会.docx: not-final: “投资” is 很多 in the draft: “投资”: “很多” is not a number; "
        "write digits, with the unit if you like: 128, 1.2万, 近300亿元\n"
        "会/会.docx: not-final: “要抓紧，选派128名到村，投…” was edited, and the speech says something else there now\n"
        "  draft --update says so in a comment beside it; settle it, then delete the comment\n"
        "会/会.docx: not-final: “要抓实，再抓实，128名一个…” was edited, and the speech says something else there now\n"
        "  draft --update says so in a comment beside it; settle it, then delete the comment\n"
        "会/会.docx: not-final: “要带（记）好队伍，清河市要先…” was edited, and the speech has it no more\n"
        "  draft --update says so in a comment beside it; settle it, then delete the comment\n"
        "4 errors; nothing was written\n"
    )
    assert speech("draft", "会", "--update", DRAFT, "--final").err == problems
    assert speech("draft", "会", "--update", DRAFT).status == 0
    assert speech("draft", "会", "--update", DRAFT, "--final").err == problems
    editor = Editor(DRAFT.read_bytes())
    editor.uncomment("保留原样")
    editor.type("投资", "912亿元")
    DRAFT.write_bytes(editor.saved_by_word())
    assert speech("draft", "会", "--update", DRAFT, "--final").err == ""
    assert "要抓实，再抓实，128名一个不少。" in text_of(FINAL.read_bytes())


def test_a_value_that_was_typed_into_the_draft_and_taken_over_is_final(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.type("投资", "913亿元")
    DRAFT.write_bytes(editor.saved_by_word())
    done = speech("draft", "会", "--update", DRAFT, "--final")
    assert (done.status, done.err) == (0, "")
    assert "要抓紧，选派128名到村，投资913亿元，不许松劲。" in text_of(FINAL.read_bytes())


def test_a_gap_that_was_copied_into_the_text_keeps_it_open(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.add("再看看【待补：表数】。", editor.paragraph("要抓实"))
    DRAFT.write_bytes(editor.saved())
    assert speech("draft", "会", "--update", DRAFT, "--final").err == (
        "会/会.docx: not-final: “【待补：表数】” stands in the text\n  fill it, or take it out\n1 error; nothing was written\n"
    )


def test_a_clean_copy_of_the_facts_alone_is_refused_beside_a_draft_that_a_hand_has_changed(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.type_in(editor.paragraph("要抓实"), 3, "，再抓实")
    DRAFT.write_bytes(editor.saved())
    message = (
        "会/会.docx: changed-by-hand: this draft was changed by hand, and a clean copy made of the facts alone is "
        "without that\n"
        "  speechdraft draft 会 --update 会/会.docx --final takes the changes along; --force writes it of the facts alone\n"
        "1 error; nothing was written\n"
    )
    for more in ((), ("-o", "终.docx"), ("-o", "终.md")):
        done = speech("draft", "会", "--final", *more)
        assert (done.status, done.err) == (1, message)
    assert not FINAL.exists()
    assert speech("draft", "会", "--update", DRAFT, "--final").status == 0
    assert "要抓实，再抓实，128名一个不少。" in text_of(FINAL.read_bytes())
    assert speech("draft", "会", "--final", "--force").status == 0
    assert "要抓实，128名一个不少。" in text_of(FINAL.read_bytes())
    # Another draft than the default one, beside the copy that is asked for.
    Path("新.docx").write_bytes(DRAFT.read_bytes())
    DRAFT.unlink()
    done = speech("draft", "会", "--final", "-o", "新-final.docx")
    assert (done.status, done.err) == (1, message.replace("会/会.docx", "新.docx"))


def test_it_is_told_together_with_what_is_missing(run: Runner) -> None:
    write()
    run("draft", "会")
    DRAFT.write_bytes(b"")
    err = run("draft", "会", "--final").err
    assert [line.split(": ")[1] for line in err.splitlines() if line.startswith("会/")] == [
        "not-final",
        "changed-by-hand",
    ]


# The clean copy.


def test_the_clean_copy_of_a_fresh_draft(speech: Runner) -> None:
    done = speech("draft", "会", "--final")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("会/会-final.docx: 175 characters")
    data = FINAL.read_bytes()
    assert_clean(data)
    assert text_of(data) == paragraphs(DRAFT.read_bytes())
    # Nobody has touched it: it may be written again.
    assert is_untouched(data)
    assert speech("draft", "会", "--final").status == 0


def test_other_forms_have_a_clean_copy_too(speech: Runner) -> None:
    for suffix in ("html", "md", "txt", "json"):
        assert speech("draft", "会", "--final", "-o", f"会.{suffix}").status == 0


def a_hand(editor: Editor) -> None:
    editor.type_in(editor.paragraph("要抓实"), 3, "，再抓实")
    editor.comment(editor.paragraph("一年来"), "写得好")
    paragraph = editor.paragraph("要带好")
    paragraph.insert(1, element('<w:bookmarkStart w:id="901" w:name="甲"/>'))
    paragraph.append(element('<w:bookmarkEnd w:id="901"/>'))
    paragraph.append(element("<w:sdt><w:sdtPr><w:tag w:val='别人的'/></w:sdtPr><w:sdtContent><w:r><w:t>。</w:t></w:r></w:sdtContent></w:sdt>"))  # fmt: skip
    # What LibreOffice makes of the bookmark of a paragraph that is copied.
    mark = next(editor.marks())
    editor.paragraph("同志们：").append(element(f'<w:bookmarkStart w:id="902" w:name="{mark.get(w("name"))}_Copy_1"/>'))
    editor.paragraph("同志们：").append(element('<w:bookmarkEnd w:id="902"/>'))


def test_the_clean_copy_of_an_edited_draft(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    a_hand(editor)
    before = editor.saved()
    DRAFT.write_bytes(before)
    done = speech("draft", "会", "--update", DRAFT, "--final")
    assert (done.status, "  王: 写得好\n" in done.err) == (0, True)
    assert DRAFT.read_bytes() == before
    data = FINAL.read_bytes()
    root = etree.fromstring(parts_of(data)["word/document.xml"])
    assert [one.get(w("name")) for one in root.iter(w("bookmarkStart"))] == ["甲"]
    assert [one.get(w("id")) for one in root.iter(w("bookmarkEnd"))] == ["901"]
    assert [one.get(w("val")) for one in root.iter(w("tag"))] == ["别人的"]
    assert not list(root.iter(w("commentReference")))
    assert not [run for run in root.iter(w("r")) if all(child.tag == w("rPr") for child in run)]
    assert "word/comments.xml" not in parts_of(data)
    assert text_of(data) == paragraphs(before)
    # Headings are Word's own.
    styles = [one.get(w("val")) for one in root.iter(w("pStyle"))]
    assert [one for one in styles if str(one).startswith(("Title", "Heading"))] == [
        "Title",
        "Heading1",
        "Heading2",
        "Heading2",
        "Heading1",
        "Heading1",
    ]
    # It is a copy: it may be written again, under another name too.
    assert is_untouched(data)
    assert speech("draft", "会", "--update", DRAFT, "--final").status == 0
    assert speech("draft", "会", "--update", DRAFT, "--final", "-o", "终.docx").status == 0
    assert Path("终.docx").read_bytes() == data


def test_comments_of_others_are_told_when_a_clean_copy_leaves_them_out(speech: Runner) -> None:
    editor = Editor(DRAFT.read_bytes())
    editor.comment(editor.paragraph("要抓实"), "这句太硬，改柔和些", "王芳")
    DRAFT.write_bytes(editor.saved())
    done = speech("draft", "会", "--update", DRAFT, "--final")
    assert done.status == 0
    assert done.err == (
        "会/会.docx: comments-left-out: 1 comment of others is not in the clean copy\n"
        "  王芳: 这句太硬，改柔和些\n"
        "  see in the draft whether they are settled; then resolve or delete them\n"
    )
    assert speech("draft", "会", "--update", DRAFT, "--final", "--strict").status == 3
    for number in range(6):
        editor.comment(editor.paragraph("要抓紧"), f"第{number}条：" + "要改一改，" * 9, "李")
    DRAFT.write_bytes(editor.saved())
    assert speech("draft", "会", "--update", DRAFT, "--final").err == (
        "会/会.docx: comments-left-out: 7 comments of others are not in the clean copy\n"
        "  王芳: 这句太硬，改柔和些\n"
        + "".join(f"  李: 第{number}条：要改一改，要改一改，要改一改，要改一改…\n" for number in range(4))
        + "  and 2 more\n"
        "  see in the draft whether they are settled; then resolve or delete them\n"
    )
    # An ordinary update keeps them, and has nothing to say of them.
    assert speech("draft", "会", "--update", DRAFT, "--strict").status == 0


def test_a_comment_that_somebody_resolved_is_settled_and_one_of_ours_with_an_answer_is_not(run: Runner) -> None:
    write(facts=WHOLE | {"投资": {"value": "912", "as_of": "2023-12-31"}})
    run("draft", "会")
    editor = Editor(DRAFT.read_bytes())
    editor.comment(editor.paragraph("要抓实"), "改过了", "王芳")
    parts = parts_of(editor.saved())
    comments = (
        parts["word/comments.xml"].decode().replace("<w:p><w:r><w:t", '<w:p xmlns:w14="x" w14:paraId="0A"><w:r><w:t')
    )
    extended = b'<x:commentsEx xmlns:x="y"><x:commentEx x:paraId="0A" x:done="1"/></x:commentsEx>'
    DRAFT.write_bytes(pack(parts | {"word/comments.xml": comments.encode(), "word/commentsExtended.xml": extended}))
    assert "comments-left-out" not in run("draft", "会", "--update", DRAFT, "--final").err
    editor = Editor(DRAFT.read_bytes())
    editor.comment_further("待核：投资", "已核，按此数")
    DRAFT.write_bytes(editor.saved())
    assert (
        "  speechdraft: 待核：投资 已过25个月，请核对 截至：202…\n"
        in run("draft", "会", "--update", DRAFT, "--final").err
    )


def test_a_final_copy_somebody_worked_on_is_left_alone(speech: Runner) -> None:
    speech("draft", "会", "--final")
    parts = parts_of(FINAL.read_bytes())
    parts["word/document.xml"] = parts["word/document.xml"].replace("要抓实".encode(), "要真抓".encode())
    FINAL.write_bytes(pack(parts))
    done = speech("draft", "会", "--final")
    assert (done.status, "changed-by-hand" in done.err) == (1, True)


def test_the_glossary_of_others_stays_without_ours() -> None:
    data = written(speech_with(facts=WHOLE))
    root = etree.fromstring(parts_of(data)["word/glossary/document.xml"])
    root[0].append(
        element('<w:docPart><w:docPartPr><w:name w:val="别人的"/></w:docPartPr><w:docPartBody/></w:docPart>')
    )
    data = repacked(data, {"word/glossary/document.xml": etree.tostring(root)})
    parts = parts_of(cleaned(open_docx(data, "x"), "x"))
    names = [one.get(w("val")) for one in etree.fromstring(parts["word/glossary/document.xml"]).iter(w("name"))]
    assert names == ["别人的"]


def test_what_word_puts_beside_the_glossary_goes_with_it() -> None:
    data = written(speech_with(facts=WHOLE))
    rels = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>'
    more = {
        "word/glossary/styles.xml": b"<x/>",
        "word/glossary/_rels/document.xml.rels": rels,
        "word/people.xml": b"<x/>",
    }
    parts = parts_of(cleaned(open_docx(repacked(data, more), "x"), "x"))
    assert not [name for name in parts if "glossary" in name or "people" in name]


def test_comments_in_footnotes_go_too() -> None:
    data = written(speech_with(facts=WHOLE))
    note = (
        f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:commentRangeStart w:id="7"/><w:r><w:t>注</w:t></w:r>'
        '<w:commentRangeEnd w:id="7"/><w:r><w:commentReference w:id="7"/></w:r></w:p></w:footnote></w:footnotes>'
    )
    parts = parts_of(cleaned(open_docx(repacked(data, {"word/footnotes.xml": note.encode()}), "x"), "x"))
    assert b"comment" not in parts["word/footnotes.xml"]
    assert "注" in parts["word/footnotes.xml"].decode()


def test_clean_copies_are_valid(tmp_path: Path) -> None:
    speech = speech_with(facts=WHOLE)
    editor = Editor(written(speech))
    a_hand(editor)
    updated = update(editor.saved(), speech_with([*SECTIONS, {"heading": "再加", "text": "再说。"}], facts=WHOLE)).data
    for name, data in {"updated": updated, "final": cleaned(open_docx(updated, "x"), "x")}.items():
        path = tmp_path / f"{name}.docx"
        path.write_bytes(data)
        assert validate(path) == []
