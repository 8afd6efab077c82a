"""What is read of a control, in whichever way people and programs left it."""

from __future__ import annotations

import copy

import pytest
from lxml import etree

from speechdraft.word.controls import GLOSSARY
from speechdraft.word.package import pack, repacked
from speechdraft.word.returned import is_gap_text, text_in
from tests.keeping.support import (
    FULL,
    Typist,
    element,
    opened,
    parts_of,
    run,
    speech_with,
    texts,
    w,
    without_store,
    written,
)

SECTIONS = [{"text": "提拔{{ 人数 }}，又{{ 人数 }}。"}]
SPEECH = speech_with({}, SECTIONS, speech={"title": "讲话", "speaker": "", "date": "", "salutation": ""})
EMPTY = written(SPEECH)


@pytest.mark.parametrize(
    ("inner", "said"),
    [
        ("<w:r><w:t>128</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>名</w:t></w:r>", "128名"),
        ("<w:r><w:t>12</w:t><w:t>8</w:t></w:r><w:r/><w:r><w:rPr/></w:r><w:proofErr w:type='x'/>", "128"),
        ("<w:ins w:id='1'><w:r><w:t>128名</w:t></w:r></w:ins>", "128名"),
        ("<w:del w:id='1'><w:r><w:delText>【待补：人数】</w:delText></w:r></w:del><w:r><w:t>128</w:t></w:r>", "128"),
        ("<w:del w:id='1'><w:ins w:id='2'><w:r><w:t>9</w:t></w:r></w:ins></w:del><w:r><w:t>128</w:t></w:r>", "128"),
        ("<w:moveFrom w:id='1'><w:r><w:t>9</w:t></w:r></w:moveFrom><w:moveTo w:id='2'><w:r><w:t>8</w:t></w:r></w:moveTo>", "8"),
        ("<w:smartTag><w:r><w:t>128</w:t></w:r></w:smartTag><w:hyperlink><w:r><w:t>名</w:t></w:r></w:hyperlink>", "128名"),
        ("<w:fldSimple w:instr='=1'><w:r><w:t>128</w:t></w:r></w:fldSimple>", "128"),
        ("<w:r><w:fldChar/></w:r><w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:t>128</w:t></w:r>", "128"),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>128</w:t></w:r></w:sdtContent></w:sdt>", "128"),
        ("<w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:cr/><w:t>三</w:t><w:tab/><w:t>四</w:t></w:r>", "一\n二\n三\t四"),
        ("<w:r><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t><w:softHyphen/></w:r>", "甲\u2011乙\u00ad"),
        ("<w:r><w:sym w:font='Wingdings' w:char='2714'/><w:sym w:char='D800'/><w:sym w:char='x'/><w:sym/></w:r>", "✔"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>hé</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>河</w:t></w:r></w:rubyBase></w:ruby></w:r>", "河"),
        ("<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:pict><w:t>文</w:t></w:r>", "文"),
        ("<w:p><w:r><w:t>128</w:t></w:r></w:p>", "128"),
        ("<w:r><w:t>128</w:t></w:r><w:r><w:commentReference w:id='1'/></w:r><w:r><w:footnoteReference w:id='2'/></w:r>", "128"),
        ("", ""),
    ],
    ids=["formatted", "split", "inserted", "replaced", "deleted-insertion", "moved", "wrapped", "field", "complex-field", "nested", "breaks", "hyphens", "symbols", "ruby", "text-box", "block", "references", "nothing"],
)  # fmt: skip
def test_the_text_of_a_control(inner: str, said: str) -> None:
    typist = Typist(EMPTY)
    typist.fill("人数", 0, *element(f"<w:x>{inner}</w:x>"))
    assert texts(typist.saved())["人数"] == [said, "【待补：人数】"]


def test_a_control_that_a_tracked_change_took_out_is_not_read() -> None:
    typist = Typist(EMPTY)
    typist.type("人数", "128名", 0)
    control = typist.control("人数")
    gone = element("<w:del w:id='9' w:author='张'/>")
    control.addprevious(gone)
    gone.append(control)
    assert texts(typist.saved())["人数"] == ["【待补：人数】"]


def test_a_control_that_a_tracked_change_brought_is_read() -> None:
    typist = Typist(EMPTY)
    typist.type("人数", "128名", 0)
    control = typist.control("人数")
    new = element("<w:ins w:id='9' w:author='张'/>")
    control.addprevious(new)
    new.append(control)
    assert texts(typist.saved())["人数"] == ["128名", "【待补：人数】"]


def test_copied_controls_are_mentions_and_deleted_ones_are_none() -> None:
    typist = Typist(EMPTY)
    typist.type("人数", "128名")
    control = typist.control("人数")
    control.addnext(typist.twin("人数"))
    assert texts(typist.saved())["人数"] == ["128名"] * 3
    for each in typist.controls("人数"):
        each.getparent().remove(each)  # type: ignore[union-attr]
    assert texts(typist.saved())["人数"] == []


def test_controls_of_others_are_not_read() -> None:
    typist = Typist(EMPTY)
    paragraph = typist.paragraph_of("人数")
    paragraph.append(element("<w:sdt><w:sdtPr><w:tag w:val='fact:别的'/></w:sdtPr><w:sdtContent/></w:sdt>"))
    paragraph.append(element("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>甲</w:t></w:r></w:sdtContent></w:sdt>"))
    paragraph.append(element("<w:sdt><w:sdtPr><w:tag w:val='fact:人数'/></w:sdtPr></w:sdt>"))
    data = typist.saved()
    assert texts(data) == texts(EMPTY)
    # They count among the controls all the same, by which a control is found again.
    paragraph.append(typist.twin("人数"))
    assert [mention.index for mention in opened(typist.saved()).mentions["人数"]] == [0, 1, 5]


def test_only_a_gap_s_own_mark_is_a_gap() -> None:
    assert is_gap_text("【待补：人数】")
    assert is_gap_text(" 【待补：人数】\n", "人数")
    assert not is_gap_text("【待补：128名】", "人数")
    assert not is_gap_text("128【待补：人数】", "人数")
    typist = Typist(EMPTY)
    typist.type("人数", "【待补：128名】")
    assert [mention.is_empty for mention in opened(typist.saved()).mentions["人数"]] == [False, False]
    alias = typist.control("人数").find(f"{w('sdtPr')}/{w('alias')}")
    assert alias is not None
    alias.getparent().remove(alias)  # type: ignore[union-attr]
    assert [mention.is_empty for mention in opened(typist.saved()).mentions["人数"]] == [True, False]


def test_a_document_part_of_another_name_is_found() -> None:
    parts = parts_of(EMPTY)
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    parts["word/_rels/document2.xml.rels"] = parts.pop("word/_rels/document.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"document.xml", b"document2.xml")
    assert opened(pack(parts)).document_part == "word/document2.xml"
    assert texts(pack(parts)) == texts(EMPTY)


def test_any_prefix_for_word_s_names_will_do() -> None:
    typist = Typist(EMPTY)
    typist.type("人数", "128名")
    data = typist.saved()
    text = parts_of(data)["word/document.xml"].decode()
    renamed = (
        text.replace("<w:", "<zz:").replace("</w:", "</zz:").replace(" w:", " zz:").replace("xmlns:w=", "xmlns:zz=")
    )
    assert texts(repacked(data, {"word/document.xml": renamed.encode()}))["人数"] == ["128名", "128名"]


def test_a_store_of_another_number_is_found_and_others_are_passed_over() -> None:
    parts = parts_of(EMPTY)
    parts["customXml/item7.xml"] = parts.pop("customXml/item1.xml")
    parts["customXml/item1.xml"] = b"<urn:x xmlns:urn='urn:speechdraft:facts:1-not'/>"
    parts["customXml/item2.xml"] = b"<facts>urn:speechdraft:facts:1</facts>"
    assert opened(pack(parts)).store_part == "customXml/item7.xml"


def test_without_a_store_the_controls_tell_what_they_are() -> None:
    typist = Typist(EMPTY)
    typist.type("人数", "128名", 0)
    returned = opened(without_store(typist.saved(), copy=False))
    assert returned.store_part == ""
    assert [mention.text for mention in returned.mentions["人数"]] == ["128名", "【待补：人数】"]


def test_where_the_store_is_lost_its_copy_tells_what_was_written_and_in_which_order() -> None:
    data = written(speech_with(FULL))
    before, after = opened(data), opened(without_store(data, copy=False))
    copied = opened(without_store(data, copy=True))
    assert {key: entry.written for key, entry in copied.stored.items()} == {
        key: entry.written for key, entry in before.stored.items()
    }
    assert copied.order == before.order != after.order == ()


@pytest.mark.parametrize(
    "record",
    ["{", "[]", "{}", '{"facts": 1, "order": ""}', '{"facts": [["人数"]], "order": ""}', "[" * 100_000],
    ids=["cut", "list", "empty", "number", "half", "deep"],
)
def test_a_copy_that_is_damaged_is_none(record: str) -> None:
    data = without_store(written(speech_with(FULL)), copy=True)
    glossary = etree.fromstring(parts_of(data)[GLOSSARY])
    (block,) = (
        block for block in glossary.iter(w("docPart")) if "speechdraft-record" in etree.tostring(block).decode()
    )
    next(block.iter(w("t"))).text = record
    damaged = repacked(data, {GLOSSARY: etree.tostring(glossary)})
    assert opened(damaged).stored == opened(without_store(data, copy=False)).stored
    assert texts(damaged) == texts(data)


def test_the_text_of_a_paragraph_leaves_out_what_is_not_in_it() -> None:
    paragraph = element("<w:p/>")
    paragraph.append(run("前"))
    paragraph.append(element("<w:del><w:r><w:t>删</w:t></w:r></w:del>"))
    paragraph.append(element("<w:r><w:t>后</w:t></w:r>"))
    assert text_in(paragraph) == "前后"
    gone = element("<w:del/>")
    gone.append(copy.deepcopy(paragraph))
    # What is asked for itself is read, whatever stands around it.
    assert text_in(gone[0]) == "前后"
