"""Every fact in the written document is a content control: what a program that opens it will find."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from lxml import etree

from speechdraft.compose import compose
from speechdraft.draft import Draft, FactText, Gap, leaves
from speechdraft.sayings import Sayings
from speechdraft.speeches import load_speech
from speechdraft.word.controls import NAMESPACE, key_of, tag_of
from speechdraft.word.layouts import GBT9704
from speechdraft.word.returned import text_in
from speechdraft.word.writer import to_docx
from tests.building import SPEECH
from tests.drafts import drafts
from tests.keeping.support import FULL, Typist, fresh, opened, parts_of, sparse, speech_with, texts, w, written
from tests.word.office import validate
from tests.word.readback import val
from tests.word.samples import bare, fact, gap, paragraph

ROOT = Path(__file__).parents[2]
BOUND = re.compile(r"/f:facts\[1\]/f:fact\[(\d+)\]/f:value\[1\]")


def controls_of(data: bytes) -> list[etree._Element]:
    return list(opened(data).document.iter(w("sdt")))


def said_of(control: etree._Element, name: str) -> str:
    found = control.find(f"{w('sdtPr')}/{w(name)}")
    return "" if found is None else val(found)


def binding_of(control: etree._Element) -> etree._Element:
    found = control.find(f"{w('sdtPr')}/{w('dataBinding')}")
    assert found is not None
    return found


def entry_number(control: etree._Element) -> int:
    found = BOUND.fullmatch(str(binding_of(control).get(w("xpath"))))
    assert found is not None
    return int(found[1])


FILLED = written(speech_with(FULL))
EMPTY = written(speech_with({}))


@pytest.mark.parametrize("data", [FILLED, EMPTY], ids=["full", "empty"])
def test_every_fact_of_the_draft_stands_in_a_control_of_its_own(data: bytes) -> None:
    speech = speech_with(FULL if data is FILLED else {})
    inlines = [
        leaf
        for line in compose(speech).draft.runs_of_inlines()
        for leaf in leaves(line)
        if isinstance(leaf, (FactText, Gap))
    ]
    tags = [said_of(control, "tag").removesuffix("|title") for control in controls_of(data)]
    assert tags == [tag_of(key_of(inline)) for inline in inlines]
    outside = re.sub(rb"<w:sdt>.*?</w:sdt>", b"", parts_of(data)["word/document.xml"]).decode()
    assert "清河市" not in outside
    assert "待补" not in outside


@pytest.mark.parametrize("data", [FILLED, EMPTY], ids=["full", "empty"])
def test_identifiers_and_marks_are_unique(data: bytes) -> None:
    root = opened(data).document
    identifiers = [said_of(control, "id") for control in root.iter(w("sdt"))]
    assert len(set(identifiers)) == len(identifiers)
    marks = [str(mark.get(w("name"))) for mark in root.iter(w("bookmarkStart"))]
    assert len(set(marks)) == len(marks)
    assert all(re.fullmatch(r"_sd_[0-9a-f]{12}_[0-9a-f]{12}", mark) for mark in marks)
    numbers = [str(mark.get(w("id"))) for mark in root.iter(w("bookmarkStart"))]
    assert sorted(numbers) == sorted(str(end.get(w("id"))) for end in root.iter(w("bookmarkEnd")))
    assert len(set(numbers)) == len(numbers)


def test_mirrored_mentions_share_one_binding_and_other_forms_have_their_own() -> None:
    bound: dict[str, set[int]] = {}
    for control in controls_of(FILLED):
        bound.setdefault(said_of(control, "tag"), set()).add(entry_number(control))
    assert all(len(numbers) == 1 for numbers in bound.values())
    assert len({min(numbers) for numbers in bound.values()}) == len(bound)
    assert Counter(said_of(control, "tag") for control in controls_of(FILLED))["fact:地区"] == 5
    assert {"fact:会议日期", "fact:会议日期|month_day", "fact:人数|number"} <= set(bound)


def test_the_store_has_an_element_for_each_fact_and_no_attributes() -> None:
    root = etree.fromstring(parts_of(FILLED)["customXml/item1.xml"])
    assert [element.tag for element in root.iter() if element.attrib] == []
    keys = [fact.findtext(f"{{{NAMESPACE}}}name") for fact in root.iter(f"{{{NAMESPACE}}}fact")]
    for control in controls_of(FILLED):
        assert tag_of(str(keys[entry_number(control) - 1])) == said_of(control, "tag")
    assert {binding_of(control).get(w("storeItemID")) for control in controls_of(FILLED)} == {
        "{2ADC3F7F-0A58-5619-99EE-AB5AFCEECCE4}"
    }
    item = etree.fromstring(parts_of(FILLED)["customXml/itemProps1.xml"])
    of_item = "{http://schemas.openxmlformats.org/officeDocument/2006/customXml}"
    assert item.tag == f"{of_item}datastoreItem"
    assert item.get(f"{of_item}itemID") == "{2ADC3F7F-0A58-5619-99EE-AB5AFCEECCE4}"
    assert [one.get(f"{of_item}uri") for one in item.iter(f"{of_item}schemaRef")] == [NAMESPACE]


def test_filled_controls_look_like_plain_text() -> None:
    control = Typist(FILLED).control("地区", 1)
    assert control.find(f".//{w('showingPlcHdr')}") is None
    assert [etree.QName(one).localname for one in control.iter(w("shd"), w("highlight"), w("color"))] == []
    strong = Typist(FILLED).control("地区", 4)
    assert [etree.QName(one).localname for one in strong.iter(w("b"))] == [
        "b",
        "b",
    ]  # of the text, and of what is typed


def test_gaps_are_placeholders_that_show_their_label_shaded() -> None:
    typist = Typist(EMPTY)
    control = typist.control("成绩[1].标题")
    assert control.find(f"{w('sdtPr')}/{w('showingPlcHdr')}") is not None
    assert said_of(control, "alias") == "成绩·标题"
    run = control.find(f"{w('sdtContent')}/{w('r')}")
    assert run is not None
    assert run.findtext(w("t")) == "【待补：成绩·标题】"
    shading = run.find(f"{w('rPr')}/{w('shd')}")
    assert shading is not None
    assert (val(shading), shading.get(w("fill"))) == ("clear", "FFFF00")
    # What is typed there is not shaded: it takes the control's own look.
    assert control.find(f"{w('sdtPr')}/{w('rPr')}/{w('shd')}") is None


def test_every_placeholder_is_in_the_glossary_with_the_gap_that_it_shows() -> None:
    glossary = etree.fromstring(parts_of(FILLED)["word/glossary/document.xml"])
    shown = {
        val(name): "".join(part.itertext())
        for part in glossary.iter(w("docPart"))
        if (name := part.find(f"{w('docPartPr')}/{w('name')}")) is not None
    }
    for control in controls_of(FILLED):
        place = control.find(f"{w('sdtPr')}/{w('placeholder')}/{w('docPart')}")
        assert place is not None
        assert shown[val(place)] == f"【待补：{said_of(control, 'alias')}】"


def test_a_gap_can_be_filled_with_several_lines_and_so_can_a_title() -> None:
    def lines(control: etree._Element) -> str | None:
        kind = control.find(f"{w('sdtPr')}/{w('text')}")
        assert kind is not None
        return kind.get(w("multiLine"))

    assert lines(Typist(EMPTY).control("回顾")) == "1"
    assert lines(Typist(FILLED).control("会议名称|title")) == "1"
    assert lines(Typist(FILLED).control("地区")) is None


LONG = "一个很长很长的名字" * 9


def test_long_keys_have_short_tags_that_tell_them_apart() -> None:
    names = [LONG, LONG + "乙", "甲" * 59, "甲" * 60, "𠀀" * 29, "𠀀" * 30]
    data = to_docx(bare(paragraph(*(fact(name, "值") for name in names))), GBT9704)
    tags = [said_of(control, "tag") for control in controls_of(data)]
    assert len(set(tags)) == len(names)
    assert all(len(tag.encode("utf-16-le")) // 2 <= 64 for tag in tags)
    assert [tag.startswith("fact:#") for tag in tags] == [True, True, False, True, False, True]
    assert all(len(said_of(control, "alias")) <= 64 for control in controls_of(data))
    assert texts(data) == {name: ["值"] for name in names}


def test_a_gap_with_a_long_label_is_still_known_as_a_gap() -> None:
    data = to_docx(bare(paragraph(gap(LONG), gap("甲" * 64), gap("甲" * 65))), GBT9704)
    assert [mention.is_empty for found in opened(data).mentions.values() for mention in found] == [True, True, True]


def test_facts_stand_in_title_speaker_date_salutation_headings_and_run_in_headings() -> None:
    typist = Typist(FILLED)
    places = {
        val(style)
        for control in controls_of(FILLED)
        if (style := next(control.iterancestors(w("p"))).find(f"{w('pPr')}/{w('pStyle')}")) is not None
    }
    assert places >= {"Title", "Signature", "Date", "Salutation", "Heading1", "BodyText"}
    run_in = typist.paragraph_of("地区", 3)
    assert run_in.find(f".//{w('specVanish')}") is not None
    assert typist.paragraph_of("人数", 0).find(f"{w('pPr')}/{w('pStyle')}").get(w("val")) == "Heading1"  # type: ignore[union-attr]


def test_a_long_run_in_heading_keeps_its_facts() -> None:
    sections = [{"heading": "把{{ 地区 }}" + "的事情一件一件办好" * 4, "run_in": True, "text": "干。"}]
    data = written(speech_with({"地区": "清河市"}, sections))
    assert texts(data)["地区"] == ["清河市", "清河市"]
    assert Typist(data).control("地区", 1).find(f".//{w('rStyle')}").get(w("val")) == "Heading1Char"  # type: ignore[union-attr]


def test_a_title_s_line_break_within_a_fact_is_a_form_of_it() -> None:
    assert texts(FILLED)["会议名称|title"] == ["2026年全市组织部长会议\n暨基层党建工作推进会"]
    assert texts(FILLED)["会议名称"] == ["2026年全市组织部长会议暨基层党建工作推进会"]


def test_a_long_text_of_several_paragraphs_has_a_control_in_each() -> None:
    typist = Typist(FILLED)
    first, second = typist.paragraph_of("回顾|1/2"), typist.paragraph_of("回顾|2/2")
    assert first.getnext() is second
    # In a heading it stands on one line, which is a form of its own.
    data = written(speech_with(FULL, [{"heading": "{{ 回顾 }}", "text": "{{ 回顾 }}"}]))
    assert texts(data)["回顾|line"] == ["这一年不容易。这一年不寻常。"]


def test_gaps_in_place_of_another_form_do_not_take_the_fact_s_own_value() -> None:
    sections = [
        {
            "text": "{{ 会议日期 }}；{{ 会议日期 | month_day }}；{{ 会议日期 | year }}；{{ 人数 | number }}；{{ 人数 | cn }}；"
            "{{ 人数 - 上年 }}；{{ 项目 | length }}；{{ 项目 | series }}；{{ 占比 | round }}"
        }
    ]
    assert list(texts(written(speech_with({}, sections, speech=SPEECH)))) == [
        "会议日期",
        "会议日期|month_day",
        "会议日期|year",
        "人数|number",
        "人数|cn",
        "人数|computed",
        "项目|length",
        "项目|series",
        "占比|round",
    ]


@pytest.mark.parametrize("facts", [{}, FULL, sparse("地区", "成绩")], ids=["empty", "full", "sparse"])
def test_what_the_speech_says_for_a_key_is_what_the_draft_has_for_it(facts: dict[str, object]) -> None:
    speech = speech_with(facts)
    sayings = Sayings(speech)
    for key, stored in fresh(speech).items():
        said = sayings.text(key)
        assert (said or "").replace("\n", "") == stored.written.replace("\n", "")


EXAMPLES = sorted((ROOT / "examples").glob("*/*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[f"{path.parent.name}-{path.stem}" for path in EXAMPLES])
def test_the_same_holds_for_the_examples_of_the_built_in_pack(path: Path) -> None:
    speech = load_speech(path).speech
    sayings = Sayings(speech)
    for key, stored in fresh(speech).items():
        assert (sayings.text(key) or "").replace("\n", "") == stored.written.replace("\n", ""), key


@given(drafts())
def test_any_draft_s_facts_are_read_back_from_controls_with_identifiers_of_their_own(draft: Draft) -> None:
    draft = replace(draft, created="2026-02-10", title=())
    data = to_docx(draft, GBT9704)
    controls = list(etree.fromstring(parts_of(data)["word/document.xml"]).iter(w("sdt")))
    facts = [
        leaf.text
        for line in draft.runs_of_inlines()
        for leaf in leaves(line)
        if isinstance(leaf, (FactText, Gap)) and leaf.text
    ]
    # A paragraph that says nothing is not written.
    assert [text_in(content) for control in controls for content in control.iter(w("sdtContent"))] == [
        text.replace("\r\n", "\n").replace("\r", "\n") for text in facts
    ]
    identifiers = [said_of(control, "id") for control in controls]
    assert len(set(identifiers)) == len(identifiers)


@pytest.mark.parametrize("data", [FILLED, EMPTY], ids=["full", "empty"])
def test_the_documents_are_valid(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(data)
    assert validate(path) == []
