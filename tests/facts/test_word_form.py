"""The Word form: what it asks, and what comes back of it, however it was filled in."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from lxml import etree

from speechdraft.facts import FactSpec, Given, Layer, plain_value
from speechdraft.facts_reading import read_facts
from speechdraft.forms import FormPart
from speechdraft.forms.document import form_document, tag_of
from speechdraft.forms.document_reading import form_parts
from speechdraft.forms.prefilled import cell_text, part_at
from speechdraft.forms.rows import WHOLE, item_leaves, leaves
from speechdraft.givers import Giver
from speechdraft.merging import Contribution, merge
from speechdraft.problems import ProblemError, Problems
from speechdraft.recording import recorded
from speechdraft.source import Plain
from speechdraft.values import FactType
from speechdraft.word.controls import FORM_TAG
from speechdraft.word.markup import W
from speechdraft.word.package import repacked
from tests.building import write_speech
from tests.commands import Run
from tests.keeping.libreoffice import LibreOffice
from tests.keeping.support import FULL, speech_with, w, written
from tests.keeping.test_safety import HOSTILE
from tests.word.office import validate
from tests.word.readback import parts as parts_of

from .documents import LAW
from .specs import Facts, Specs, cases, entries_of, given_of, spec, told
from .test_merging import read


def form(dictionary: Mapping[str, FactSpec], given: Mapping[str, Given] | None = None) -> bytes:
    return form_document("x", "讲话", entries_of(dictionary, given or {}))


def read_back(data: bytes, dictionary: Mapping[str, FactSpec]) -> tuple[list[FormPart], list[str]]:
    problems = Problems()
    found = form_parts(data, "f.docx", dictionary, problems)
    return found, [str(problem) for problem in problems.all()]


def facts_in(data: bytes, dictionary: Mapping[str, FactSpec]) -> tuple[dict[str, Given], list[str]]:
    """Return the facts of a form with one part for each office, and what it said."""
    found, problems = read_back(data, dictionary)
    given: dict[str, Given] = {}
    reading = Problems()
    for part in found:
        here = read_facts(part.node, Layer.SPEECH, dictionary, reading)
        assert not set(here) & set(given)
        given |= here
    return given, [*problems, *map(str, reading.all())]


class Pen:
    """Somebody with a form open."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.root = etree.fromstring(parts_of(data)["word/document.xml"])

    def controls(self, key: str, column: str = "value") -> list[etree._Element]:
        tag = tag_of(key, column)
        return [
            control
            for control in self.root.iter(w("sdt"))
            if (found := control.find(f"{w('sdtPr')}/{w('tag')}")) is not None and found.get(w("val")) == tag
        ]

    def write(self, key: str, text: str, column: str = "value", number: int = 0) -> None:
        content = self.controls(key, column)[number].find(w("sdtContent"))
        assert content is not None
        for child in list(content):
            content.remove(child)
        run = etree.SubElement(content, w("r"))
        for index, line in enumerate(text.split("\n")):
            if index:
                etree.SubElement(run, w("br"))
            for part in re.split("(\t)", line):
                if part == "\t":
                    etree.SubElement(run, w("tab"))
                else:
                    words = etree.SubElement(run, w("t"))
                    words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                    words.text = part

    def row_of(self, key: str, column: str = "value", number: int = 0) -> etree._Element:
        return next(self.controls(key, column)[number].iterancestors(w("tr")))

    def cell_of(self, key: str, column: str = "value", number: int = 0) -> etree._Element:
        return next(self.controls(key, column)[number].iterancestors(w("tc")))

    def saved(self) -> bytes:
        return repacked(
            self.data, {"word/document.xml": etree.tostring(self.root, encoding="UTF-8", xml_declaration=True)}
        )


def fill(data: bytes, dictionary: Mapping[str, FactSpec], given: Mapping[str, Given]) -> bytes:
    """Return a form into which somebody has written facts; lists get rows as they need."""
    pen = Pen(data)
    for name, one in given.items():
        spec_ = dictionary[name]
        value = plain_value(spec_, one.value)
        if spec_.type is FactType.LIST:
            assert isinstance(value, list)
            columns = item_leaves(spec_)
            first = columns[0].key or WHOLE
            while len(pen.controls(f"{name}[]", first)) < len(value):
                last = pen.row_of(f"{name}[]", first, -1)
                last.addnext(copy.deepcopy(last))
            for number, item in enumerate(value):
                for leaf in columns:
                    part = part_at(item, leaf.path)
                    if part is not None:
                        pen.write(f"{name}[]", cell_text(part), leaf.key or WHOLE, number)
        else:
            for leaf in leaves(spec_):
                part = part_at(value, leaf.path)
                if part is not None:
                    pen.write(f"{name}.{leaf.key}" if leaf.path else name, cell_text(part))
        texts = {
            "source": one.source,
            "note": one.note,
            "as_of": str(one.as_of or ""),
            "confirmed": {True: "yes", False: "no", None: ""}[one.confirmed],
        }
        for column, text in texts.items():
            if text:
                pen.write(name, text, column)
    return pen.saved()


# The law, and the same through LibreOffice.


@settings(LAW, max_examples=60)
@given(cases())
def test_a_form_that_is_filled_in_and_merged_gives_the_facts(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    wanted = given_of(facts, dictionary)
    back, problems = facts_in(fill(form(dictionary), dictionary, wanted), dictionary)
    assert problems == []
    result = merge({}, [Contribution(giver=Giver("f.docx"), given=back)], dictionary, {})
    assert told(read(recorded(b"outline: x\n", result.changes, "f"), dictionary)) == told(wanted)


@settings(LAW, max_examples=60)
@given(cases())
def test_a_form_that_has_the_facts_already_gives_them_back(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    wanted = given_of(facts, dictionary)
    back, problems = facts_in(form(dictionary, wanted), dictionary)
    assert problems == []
    assert told(back) == told(wanted)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Any:
    office = LibreOffice(tmp_path_factory.mktemp("libreoffice"))
    yield office
    office.close()


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cases())
def test_a_form_that_libreoffice_saved_gives_the_same(libreoffice: LibreOffice, case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    wanted = given_of(facts, dictionary)
    saved = libreoffice.edited(libreoffice.edited(fill(form(dictionary), dictionary, wanted)))
    back, problems = facts_in(saved, dictionary)
    assert (told(back), problems) == (told(wanted), [])


DICTIONARY = {
    "地区": FactSpec(label="地名", example="清河市", ask="办公室", group="会议"),
    "人数": spec(FactType.NUMBER, unit="名", example="128", ask="干部一科"),
    "到位率": spec(FactType.PERCENT, ask="干部一科"),
    "会议日期": spec(FactType.DATE, ask="办公室"),
    "层级": spec(FactType.CHOICE, choices=("省", "市, 州"), ask="办公室"),
    "讲话人": spec(FactType.PERSON, ask="办公室"),
    "回顾": spec(FactType.LONG_TEXT, ask="办公室"),
    "成绩": spec(FactType.LIST, fields={"标题": FactSpec(), "数量": spec(FactType.NUMBER)}, ask="办公室"),
    "问题": spec(FactType.LIST, ask="干部一科"),
    "一个名字长得装不进标记里的事实所以只能用它的摘要来称呼它别的办法没有了": FactSpec(ask="办公室"),
}
LONG = list(DICTIONARY)[-1]


def test_controls_filled_in_libreoffice_come_back(libreoffice: LibreOffice) -> None:
    data = form(DICTIONARY)
    pen = Pen(data)

    def typed(key: str, text: str, column: str = "value", number: int = 0) -> dict[str, Any]:
        identifier = pen.controls(key, column)[number].find(f"{w('sdtPr')}/{w('id')}")
        assert identifier is not None
        return {"do": "fill", "number": int(str(identifier.get(w("val")))), "text": text}

    saved = libreoffice.edited(
        data,
        typed("地区", "清河 & 市"),
        typed("人数", "128"),
        typed("人数", "干部一科", "source"),
        typed("层级", "市, 州"),
        typed("讲话人.职务", "部长"),
        typed("回顾", "一。\n二。"),
        typed("成绩[]", "选人更准", "标题", 1),
        typed("问题[]", "人手少", WHOLE, 0),
        typed(LONG, "长"),
    )
    back, problems = facts_in(saved, DICTIONARY)
    assert problems == []
    assert {name: one.typed for name, one in back.items()} == {
        "地区": "清河 & 市",
        "人数": "128",
        "层级": "市, 州",
        "讲话人": {"职务": "部长"},
        "回顾": "一。\n二。",
        "成绩": [{"标题": "选人更准"}],
        "问题": ["人手少"],
        LONG: "长",
    }
    assert back["人数"].source == "干部一科"


# What it looks like.


def test_it_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "f.docx"
    for data in (
        form(DICTIONARY),
        form({}),
        form(DICTIONARY, given_of({"成绩": {"value": [{"标题": "甲\n乙"}]}}, DICTIONARY)),
    ):
        path.write_bytes(data)
        assert validate(path) == []


def test_the_same_facts_give_the_same_bytes() -> None:
    assert form(DICTIONARY) == form(DICTIONARY)


def test_it_asks_office_by_office_with_unit_and_example() -> None:
    text = "\n".join("".join(one.itertext()) for one in Pen(form(DICTIONARY)).root.iter(w("p")))
    assert text.index("办公室") < text.index("干部一科")
    assert all(words in text for words in ("地名", "清河市", "128名", "名", "%"))
    assert text.count("Fill in the yellow cells") == 1


def test_choices_are_chosen_from_a_list_and_all_else_is_plain_text() -> None:
    pen = Pen(form(DICTIONARY))

    def kind(key: str, column: str = "value") -> etree._Element:
        properties = pen.controls(key, column)[0].find(w("sdtPr"))
        assert properties is not None
        return properties[-1]

    assert [one.get(w("value")) for one in kind("层级")] == ["省", "市, 州"]
    assert [one.get(w("value")) for one in kind("人数", "confirmed")] == ["yes", "no"]
    assert kind("会议日期").tag == w("text")
    assert kind("回顾").get(w("multiLine")) == "1"
    assert kind("成绩[]", "数量").tag == w("text")


def test_identifiers_are_unique_and_tags_short() -> None:
    properties = list(Pen(form(DICTIONARY)).root.iter(w("sdtPr")))
    identifiers = [one.find(w("id")).get(w("val")) for one in properties]  # type: ignore[union-attr]
    assert len(set(identifiers)) == len(identifiers)
    tags = [str(one.find(w("tag")).get(w("val"))) for one in properties]  # type: ignore[union-attr]
    assert all(tag.startswith(FORM_TAG) and len(tag) <= 64 for tag in tags)
    labels = [one.get(w("val"), "") for one in Pen(form(DICTIONARY)).root.iter(w("alias"))]
    assert labels
    assert all(len(label) <= 64 for label in labels)


# However it was filled in.


def only(data: bytes) -> dict[str, Plain]:
    back, problems = facts_in(data, DICTIONARY)
    assert problems == []
    return {name: one.typed for name, one in back.items()}


def test_an_empty_form_gives_nothing() -> None:
    assert read_back(form(DICTIONARY), DICTIONARY) == ([], [])


def test_what_is_typed_beside_a_control_or_in_its_place_is_read() -> None:
    pen = Pen(form(DICTIONARY))
    beside = etree.SubElement(next(pen.cell_of("地区").iter(w("p"))), w("r"))
    etree.SubElement(beside, w("t")).text = "清河市"
    cell = pen.cell_of("人数")
    for child in list(cell):
        if child.tag == w("p"):
            cell.remove(child)
    for line in ("128", ""):
        etree.SubElement(etree.SubElement(etree.SubElement(cell, w("p")), w("r")), w("t")).text = line
    assert only(pen.saved()) == {"地区": "清河市", "人数": "128"}


def test_tracked_changes_formatting_and_paragraphs_are_read_as_they_stand() -> None:
    pen = Pen(form(DICTIONARY))
    content = pen.controls("人数")[0].find(w("sdtContent"))
    assert content is not None
    content.append(
        etree.fromstring(
            f"<x xmlns:w='{W}'><w:ins w:id='1'><w:r><w:rPr><w:b/></w:rPr><w:t>12</w:t></w:r><w:r><w:t>8</w:t></w:r>"
            "</w:ins></x>"
        )[0]
    )
    gone = etree.fromstring(f"<x xmlns:w='{W}'><w:del w:id='2'/></x>")[0]
    content.insert(0, gone)
    gone.append(content[1])
    pen.write("回顾", "一。")
    cell = pen.cell_of("回顾")
    more = etree.SubElement(etree.SubElement(etree.SubElement(cell, w("p")), w("r")), w("t"))
    more.text = "二。"
    assert only(pen.saved()) == {"人数": "128", "回顾": "一。\n二。"}


def test_rows_that_were_moved_are_read_where_they_are() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("人数", "128")
    pen.row_of("地区").addprevious(pen.row_of("人数"))
    pen.write("讲话人.姓名", "周明远")
    pen.row_of("回顾").addnext(pen.row_of("讲话人.姓名"))
    assert only(pen.saved()) == {"人数": "128", "讲话人": {"姓名": "周明远"}}


def test_rows_that_were_added_to_a_list_are_read() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("成绩[]", "甲", "标题", 3)
    last = pen.row_of("成绩[]", "标题", 3)
    last.addnext(copied := copy.deepcopy(last))
    # As Word adds one: without controls.
    plain = copy.deepcopy(copied)
    for control in list(plain.iter(w("sdt"))):
        control.getparent().remove(control)  # type: ignore[union-attr]
    for cell, text in zip(plain.iter(w("tc")), ("", "丙", "3"), strict=True):
        etree.SubElement(etree.SubElement(next(cell.iter(w("p"))), w("r")), w("t")).text = text
    copied.addnext(plain)
    pen.write("成绩[]", "乙", "标题", 4)
    pen.write("成绩[]", "2", "数量", 4)
    assert only(pen.saved()) == {"成绩": [{"标题": "甲"}, {"标题": "乙", "数量": "2"}, {"标题": "丙", "数量": "3"}]}


def test_a_row_that_was_copied_with_another_value_hides_neither() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("人数", "128")
    row = pen.row_of("人数")
    row.addnext(copy.deepcopy(row))
    pen.write("人数", "130", number=1)
    found, problems = read_back(pen.saved(), DICTIONARY)
    assert problems == []
    read_values = [read_facts(part.node, Layer.SPEECH, DICTIONARY, Problems())["人数"].typed for part in found]
    assert read_values == ["128", "130"]


def test_what_stands_beside_the_form_is_told() -> None:
    pen = Pen(form(DICTIONARY))
    row = pen.row_of("人数")
    cells = list(row.iter(w("tc")))
    for place, text in ((3, "，约"), (2, "（人）")):
        etree.SubElement(etree.SubElement(next(cells[place].iter(w("p"))), w("r")), w("t")).text = text
    added = copy.deepcopy(row)
    for control in list(added.iter(w("sdt"))):
        control.getparent().remove(control)  # type: ignore[union-attr]
    for cell in added.iter(w("tc")):
        for run in list(cell.iter(w("r"))):
            run.getparent().remove(run)  # type: ignore[union-attr]
    etree.SubElement(etree.SubElement(next(added.iter(w("p"))), w("r")), w("t")).text = "退休人数 12"
    row.addnext(added)
    pen.write("人数", "128")
    back, problems = facts_in(pen.saved(), DICTIONARY)
    assert {name: one.typed for name, one in back.items()} == {"人数": "128"}
    assert problems == [
        "f.docx[干部一科!人数]: stray-cell: “（人）” stands beside the form; it was not read",
        "f.docx[干部一科!人数]: stray-cell: “，约” stands beside the form; it was not read",
        "f.docx[干部一科!人数]: stray-cell: “退休人数 12” stands beside the form; it was not read",
    ]


def test_what_is_typed_over_the_example_of_a_part_is_told() -> None:
    dictionary = {"会议": spec(FactType.RECORD, fields={"名称": FactSpec(example="年会"), "地点": FactSpec()})}
    pen = Pen(form(dictionary))
    pen.write("会议.地点", "礼堂")
    (example,) = (one for one in pen.row_of("会议.名称").iter(w("t")) if one.text == "年会")
    example.text = "部长会议"
    back, problems = facts_in(pen.saved(), dictionary)
    assert {fact: one.typed for fact, one in back.items()} == {"会议": {"地点": "礼堂"}}
    assert problems == ["f.docx[Others!会议.名称]: stray-cell: “部长会议” stands beside the form; it was not read"]


DIGITS = "write digits, with the unit if you like: 128, 1.2万, 近300名"


def test_what_is_no_value_is_said_with_its_place() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("人数", "很多")
    _back, problems = facts_in(pen.saved(), DICTIONARY)
    assert problems == ["f.docx[干部一科!人数]: bad-number: “人数”: “很多” is not a number\n  " + DIGITS]


def test_a_source_without_a_value_is_said() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("成绩", "组织一科", "source")
    back, problems = facts_in(pen.saved(), DICTIONARY)
    assert back == {}
    assert problems == [
        "f.docx[办公室!成绩]: no-value: “成绩” has no value, but: source: 组织一科\n  it was not merged; nothing else was lost"
    ]


def test_a_fact_that_the_dictionary_does_not_know_any_more_is_said() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("地区", "清河市")
    _back, problems = facts_in(pen.saved(), {name: one for name, one in DICTIONARY.items() if name != "地区"})
    assert [problem.partition("\n")[0] for problem in problems] == ["f.docx[办公室!地区]: unknown-fact: no fact “地区”"]


def test_what_is_unconfirmed_is_shown_with_its_particulars() -> None:
    facts: Facts = {
        "人数": {"value": "128", "source": "干部一科", "as_of": "2025-12-31", "confirmed": "no", "note": "快报"}
    }
    wanted = given_of(facts, DICTIONARY)
    data = form(DICTIONARY, wanted)
    assert told(facts_in(data, DICTIONARY)[0]) == told(wanted)


def test_other_files_are_refused() -> None:
    for data, code in (
        (written(speech_with(FULL)), "not-a-form"),
        (b"PK", "damaged-file"),
        (b"", "not-an-office-file"),
    ):
        with pytest.raises(ProblemError) as caught:
            read_back(data, DICTIONARY)
        assert [problem.code for problem in caught.value.problems] == [code]


# As somebody types it.


@pytest.fixture
def speech(folder: Path) -> Path:
    sections = [{"text": "{{ 地区 }}{{ 人数 }}{{ 问题 | join }}"}]
    dictionary = {"地区": {"ask": "办公室"}, "人数": {"type": "number", "ask": "干部一科"}, "问题": {"type": "list"}}
    return write_speech(folder / "会", sections, dictionary=dictionary, facts="outline: test\n")


def test_out_and_back(run: Callable[..., Run], speech: Path) -> None:
    assert run("facts", "form", "会", "-o", "会/表.docx").out.splitlines()[0] == "会/表.docx: asks for 3 facts"
    pen = Pen((speech / "表.docx").read_bytes())
    pen.write("地区", "清河市")
    pen.write("人数", "128")
    pen.write("问题[]", "人手少", WHOLE, 2)
    (speech / "表.docx").write_bytes(pen.saved())
    done = run("facts", "merge", "会", "会/表.docx")
    assert done.status == 0
    assert done.out.splitlines()[-1] == "会/facts.yaml: 3 facts brought over, 0 the same as before, 0 conflicts"
    assert (speech / "facts.yaml").read_text("utf-8") == "outline: test\n地区: 清河市\n人数: 128\n问题:\n  - 人手少\n"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_document_is_a_problem_and_changes_nothing(run: Callable[..., Run], speech: Path, name: str) -> None:
    (speech / "表.docx").write_bytes(HOSTILE[name][0]())
    done = run("facts", "merge", "会", "会/表.docx")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("会/表.docx: ")
    assert done.err.endswith("1 error; nothing was written\n")
    assert (speech / "facts.yaml").read_text("utf-8") == "outline: test\n"


def test_a_form_is_no_draft_and_a_draft_is_no_form(run: Callable[..., Run], speech: Path) -> None:
    assert run("facts", "form", "会", "-o", "会/表.docx").status == 0
    done = run("facts", "pull", "会/表.docx", "会")
    assert done.err.startswith(
        "会/表.docx: not-ours: this document has no facts in it that could be read back\n"
        "  this is a form: speechdraft facts merge takes it back\n"
    )
    assert run("draft", "会").status == 0
    done = run("facts", "merge", "会", "会/会.docx")
    assert done.err.startswith(
        "会/会.docx: not-a-form: this document is no form: nothing in it says which fact is which\n"
        "  speechdraft facts form SPEECH -o form.docx writes one; a draft goes back with facts pull"
    )
    assert speech.is_dir()
