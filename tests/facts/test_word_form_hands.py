"""What hands do to a Word form's tables: whatever somebody typed is read where it belongs, or told."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from speechdraft.facts import FactSpec, Given, Layer
from speechdraft.facts_reading import read_facts
from speechdraft.forms.rows import WHOLE
from speechdraft.problems import ProblemError, Problems
from speechdraft.source import Plain
from speechdraft.values import FactType
from speechdraft.word.controls import FORM_TAG
from speechdraft.word.markup import W
from tests.keeping.support import w

from .documents import LAW
from .specs import given_of, spec
from .test_word_form import Pen, facts_in, form, read_back

DICTIONARY = {
    "地区": FactSpec(label="地名", example="清河市", ask="办公室", group="会议"),
    "地点": FactSpec(ask="办公室", group="会议"),
    "会议": spec(FactType.RECORD, fields={"名称": FactSpec(), "届次": FactSpec()}, ask="办公室"),
    "县区": spec(FactType.LIST, fields={"名称": FactSpec(), "情况": FactSpec()}, ask="办公室"),
    "项目": spec(FactType.LIST, fields={"标题": FactSpec(), "情况": FactSpec()}, ask="办公室"),
    "问题": spec(FactType.LIST, ask="组织科"),
    "备注": FactSpec(ask="组织科", unit="条"),
}
LISTS = [name for name, one in DICTIONARY.items() if one.type is FactType.LIST]


class Hand(Pen):
    """Somebody with a form open who does more than fill it in. What they type has a number each time."""

    def __init__(self) -> None:
        super().__init__(form(DICTIONARY))
        self.typed = 0
        for table in self.all("tbl"):
            keys = {key for key, _column in map(meaning_of, table.iter(w("sdt"))) if key.endswith("[]")}
            table.set("list", next(iter(keys), "").removesuffix("[]"))

    def all(self, name: str) -> list[etree._Element]:
        return list(self.root.iter(w(name)))

    def one(self, name: str, number: int) -> etree._Element:
        found = self.all(name)
        return found[number % len(found)]

    def run(self) -> etree._Element:
        """Return a new piece of text."""
        self.typed += 1
        run = etree.Element(w("r"))
        etree.SubElement(run, w("t")).text = f"甲{self.typed}乙"
        return run

    def cell(self, text: etree._Element | None = None) -> etree._Element:
        cell = etree.Element(w("tc"))
        etree.SubElement(cell, w("tcPr"))
        paragraph = etree.SubElement(cell, w("p"))
        if text is not None:
            paragraph.append(text)
        return cell


Act = Callable[[Hand, int, int], None]


def fill(hand: Hand, first: int, _second: int) -> None:
    controls = [
        one
        for one in hand.all("sdt")
        if meaning_of(one)[1] in {"value", "source", "note", "标题", "情况", "名称", WHOLE}
    ]
    content = controls[first % len(controls)].find(w("sdtContent"))
    assert content is not None
    for child in list(content):
        content.remove(child)
    content.append(hand.run())


def type_beside(hand: Hand, first: int, second: int) -> None:
    paragraph = hand.one("p", first)
    places = [place for place, child in enumerate(paragraph) if child.tag != w("pPr")]
    paragraph.insert([*places, len(paragraph)][second % (len(places) + 1)], hand.run())


def add_paragraph(hand: Hand, first: int, second: int) -> None:
    paragraph = etree.Element(w("p"))
    paragraph.append(hand.run())
    if second % 2:
        hand.one("tc", first).append(paragraph)
    else:
        body = hand.one("body", 0)
        body.insert(first % len(body), paragraph)


def delete_row(hand: Hand, first: int, _second: int) -> None:
    row = hand.one("tr", first)
    parent_of(row).remove(row)


def move_row(hand: Hand, first: int, second: int) -> None:
    row, other = hand.one("tr", first), hand.one("tr", second)
    if row is not other:
        other.addnext(row)


def copy_row(hand: Hand, first: int, second: int) -> None:
    hand.one("tr", second).addnext(copy.deepcopy(hand.one("tr", first)))


def insert_row(hand: Hand, first: int, second: int) -> None:
    row = hand.one("tr", first)
    added = etree.Element(w("tr"))
    for place in range(len(row.findall(w("tc")))):
        added.append(hand.cell(hand.run() if (second >> place) % 2 else None))
    row.addprevious(added)


def merge_cells(hand: Hand, first: int, _second: int) -> None:
    cell = hand.one("tc", first)
    other = cell.getnext()
    if other is None or other.tag != w("tc"):
        return
    span = sum(span_of(one) for one in (cell, other))
    properties = cell.find(w("tcPr"))
    assert properties is not None
    for old in properties.findall(w("gridSpan")):
        properties.remove(old)
    etree.SubElement(properties, w("gridSpan")).set(w("val"), str(span))
    for paragraph in other.findall(w("p")):
        cell.append(paragraph)
    parent_of(other).remove(other)


def split_cell(hand: Hand, first: int, _second: int) -> None:
    hand.one("tc", first).addnext(hand.cell(hand.run()))


def swap_cells(hand: Hand, first: int, _second: int) -> None:
    cell = hand.one("tc", first)
    other = cell.getnext()
    if other is not None and other.tag == w("tc"):
        other.addnext(cell)


def take_control_off(hand: Hand, first: int, second: int) -> None:
    control = hand.one("sdt", first)
    if second % 2:
        for child in reversed(control.findall(f"{w('sdtContent')}/*")):
            control.addnext(child)
    else:
        control.addnext(hand.run())
    parent_of(control).remove(control)


def take_row_off(hand: Hand, first: int, _second: int) -> None:
    for control in list(hand.one("tr", first).iter(w("sdt"))):
        for child in reversed(control.findall(f"{w('sdtContent')}/*")):
            control.addnext(child)
        parent_of(control).remove(control)


def track(hand: Hand, first: int, second: int) -> None:
    run = hand.one("r", first)
    mark = etree.Element(w("ins" if second % 2 else "del"))
    run.addprevious(mark)
    mark.append(run)


ACTS: list[Act] = [
    fill, type_beside, add_paragraph, delete_row, move_row, copy_row, insert_row, merge_cells, split_cell, swap_cells,
    take_control_off, take_row_off, track,
]  # fmt: skip


def parent_of(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


def span_of(cell: etree._Element) -> int:
    found = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
    return 1 if found is None else int(found.get(w("val"), "1"))


def meaning_of(control: etree._Element) -> tuple[str, str]:
    found = control.find(f"{w('sdtPr')}/{w('tag')}")
    key, _bar, column = ("" if found is None else found.get(w("val"), "")).removeprefix(FORM_TAG).partition("|")
    return (key, column) if column else ("", "")


# Where a text may be read.

Where = tuple[str, str]
"""A fact, and which part or particular of it; "" for any."""


def allowed(text: etree._Element) -> set[Where]:
    """Return where a text may be read: as its control says, or its row, or its table or name where those say nothing."""
    for above in text.iterancestors(w("sdt")):
        key, column = meaning_of(above)
        if key:
            name, _dot, part = key.removesuffix("[]").partition(".")
            return {(name, part or column)}
    row = next(text.iterancestors(w("tr")), None)
    around = next(text.iterancestors(w("p"))) if row is None else row
    keys = {key.removesuffix("[]").partition(".")[0] for key, _column in map(meaning_of, around.iter(w("sdt"))) if key}
    if keys or row is None:
        return {(key, "") for key in keys}
    table = next(row.iterancestors(w("tbl")))
    first = next(row.iter(w("tc")))
    name = re.split("地名|甲", "".join(str(one.text) for one in first.iter(w("t"))))[0]
    return {(table.get("list", ""), ""), (name if name not in LISTS else "", "")}


def places(given: Given) -> Iterator[tuple[str, str]]:
    """Return the texts of a fact, each with its part or particular."""

    def inner(value: Plain, part: str) -> Iterator[tuple[str, str]]:
        match value:
            case str():
                yield part, value
            case list():
                for item in value:
                    yield from inner(item, WHOLE if isinstance(item, str) else "")
            case dict():
                for name, one in value.items():
                    yield from inner(one, name)
            case None:
                pass

    yield from inner(given.typed, "value")
    yield "source", given.source
    yield "note", given.note


@settings(LAW, max_examples=300)
@example([(fill, 3, 0), (merge_cells, 70, 0)])
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=8))
def test_what_somebody_typed_is_read_where_it_belongs_or_told(acts: list[tuple[Act, int, int]]) -> None:
    hand = Hand()
    for act, first, second in acts:
        act(hand, first, second)
    found, problems = read_back(hand.saved(), DICTIONARY)
    reading = Problems()
    read = [read_facts(part.node, Layer.SPEECH, DICTIONARY, reading) for part in found]
    words = "\n".join([*problems, *map(str, reading.all())])
    for text in hand.all("t"):
        typed = re.fullmatch("甲[0-9]+乙", text.text or "")
        if typed is None or next(text.iterancestors(w("del")), None) is not None:
            continue
        may = allowed(text)
        here = {
            (name, place)
            for given in read
            for name, one in given.items()
            for place, said in places(one)
            if typed[0] in said
        }
        elsewhere = {other for one in hand.all("t") if one.text == typed[0] for other in allowed(one)} | may
        assert all((name, place) in elsewhere or (name, "") in elsewhere for name, place in here), (typed[0], here)
        told = typed[0] in words
        assert told or any((name, place) in may or (name, "") in may for name, place in here), (typed[0], words)


# One by one.


def typed_in(data: bytes) -> tuple[dict[str, Plain], list[str]]:
    back, problems = facts_in(data, DICTIONARY)
    return {name: one.typed for name, one in back.items()}, problems


def counties(pen: Pen) -> etree._Element:
    """Write two items of a list, and return its last row."""
    for number, name in enumerate(("甲县", "乙县")):
        pen.write("县区[]", name, "名称", number)
        pen.write("县区[]", "好", "情况", number)
    return pen.row_of("县区[]", "名称", 3)


def plain_row(*texts: str) -> etree._Element:
    row = etree.Element(w("tr"))
    for text in texts:
        run = etree.SubElement(etree.SubElement(etree.SubElement(row, w("tc")), w("p")), w("r"))
        etree.SubElement(run, w("t")).text = text
    return row


TWO = [{"名称": "甲县", "情况": "好"}, {"名称": "乙县", "情况": "好"}]
BESIDE = "stray-cell: “{}” stands beside the form; it was not read"


def test_a_list_with_one_odd_row_is_read_as_if_it_were_not_there() -> None:
    for act in (merge_cells, swap_cells, split_cell):
        hand = Hand()
        last = counties(hand)
        act(hand, hand.all("tc").index(next(last.iter(w("tc")))), 0)
        told = [f"f.docx[办公室!县区]: {BESIDE.format('甲1乙')}"] if act is split_cell else []
        assert typed_in(hand.saved()) == ({"县区": TWO}, told)


def test_a_sum_below_a_list_is_no_item() -> None:
    pen = Pen(form(DICTIONARY))
    last = counties(pen)
    added = plain_row("合计", "二")
    properties = etree.Element(w("tcPr"))
    etree.SubElement(properties, w("gridSpan")).set(w("val"), "2")
    added[0].insert(0, properties)
    last.addnext(added)
    added.addnext(plain_row("总计", "", "三"))
    assert typed_in(pen.saved()) == (
        {"县区": TWO},
        [f"f.docx[办公室!县区]: {BESIDE.format(text)}" for text in ("合计", "二", "总计", "三")],
    )


def test_a_row_dragged_into_another_list_is_still_one_of_its_own() -> None:
    pen = Pen(form(DICTIONARY))
    last = counties(pen)
    pen.write("项目[]", "桥", "标题")
    last.addnext(pen.row_of("项目[]", "标题"))
    assert typed_in(pen.saved()) == (
        {"县区": TWO, "项目": [{"标题": "桥"}]},
        [
            "f.docx[办公室!项目]: moved-row: a row of the list “项目” stands elsewhere in the form; it was read as one of that list"
        ],
    )


def test_a_list_without_any_controls_goes_by_its_head() -> None:
    pen = Pen(form(DICTIONARY))
    rows = [pen.row_of("县区[]", "名称", number) for number in range(4)]
    table = parent_of(rows[0])
    for row in rows:
        table.remove(row)
    for texts in (("1", "甲县", "好"), ("2", "乙县", "好")):
        table.append(plain_row(*texts))
    assert typed_in(pen.saved()) == ({"县区": TWO}, [])


def test_a_row_without_controls_is_read_by_its_name_if_it_is_the_only_one() -> None:
    pen = Pen(form(DICTIONARY))
    row = pen.row_of("地区")
    row.addnext(plain_row("地区", "清河市", "", "", "", "", "", "核过"))
    pen.row_of("地点").addnext(plain_row("地点", "礼堂", "", "", "", "", "", ""))
    parent_of(row).remove(row)
    back, problems = facts_in(pen.saved(), DICTIONARY)
    assert {name: (one.typed, one.note) for name, one in back.items()} == {"地区": ("清河市", "核过")}
    assert problems == [f"f.docx[办公室!地点]: {BESIDE.format(text)}" for text in ("地点", "礼堂")]


def test_particulars_of_a_list_are_read_beside_their_controls_and_without() -> None:
    pen = Pen(form(DICTIONARY))
    counties(pen)
    for column in ("source", "note"):
        control = pen.controls("县区", column)[0]
        run = etree.Element(w("r"))
        etree.SubElement(run, w("t")).text = f"{column}甲"
        control.addnext(run)
        if column == "source":
            parent_of(control).remove(control)
    back, problems = facts_in(pen.saved(), DICTIONARY)
    assert (back["县区"].source, back["县区"].note, problems) == ("source甲", "note甲", [])


@pytest.mark.parametrize(
    ("typed", "is_read"),
    [("甲【待填】乙", "甲【待填】乙"), ("【待填】清河市", "清河市"), ("清河市【请选】", "清河市"), ("【待填】", None)],
)
def test_what_shows_where_to_write_is_no_value(typed: str, is_read: str | None) -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("地区", typed)
    assert typed_in(pen.saved()) == ({} if is_read is None else {"地区": is_read}, [])


@pytest.mark.parametrize("typed", ["value:", "value:\n甲"])
def test_a_text_that_begins_as_written_out_yaml_is_a_text(typed: str) -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("地区", typed)
    assert typed_in(pen.saved())[0] == {"地区": typed}


def test_what_stands_in_the_source_of_a_part_is_told() -> None:
    pen = Pen(form(DICTIONARY))
    pen.write("会议.名称", "年会")
    paragraph = next(pen.row_of("会议.名称").findall(w("tc"))[4].iter(w("p")))
    etree.SubElement(etree.SubElement(paragraph, w("r")), w("t")).text = "办公室"
    assert typed_in(pen.saved()) == (
        {"会议": {"名称": "年会"}},
        [f"f.docx[办公室!会议.名称]: {BESIDE.format('办公室')}"],
    )


def test_a_text_box_counts_once() -> None:
    pen = Pen(form(DICTIONARY))
    box = "<w:txbxContent><w:p><w:r><w:t>清河市</w:t></w:r></w:p></w:txbxContent>"
    run = etree.fromstring(
        f"<w:r xmlns:w='{W}' xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    next(pen.cell_of("地区").iter(w("p"))).append(run)
    assert typed_in(pen.saved()) == ({"地区": "清河市"}, [])


def test_a_name_and_a_value_in_one_cell_are_told_apart() -> None:
    hand = Hand()
    hand.write("地区", "清河市")
    merge_cells(hand, hand.all("tc").index(next(hand.row_of("地区").iter(w("tc")))), 0)
    assert typed_in(hand.saved()) == ({"地区": "清河市"}, [])


def test_a_row_whose_deletion_was_tracked_is_gone() -> None:
    pen = Pen(form(DICTIONARY))
    counties(pen)
    properties = pen.row_of("县区[]", "名称").find(w("trPr"))
    assert properties is not None
    etree.SubElement(properties, w("del"))
    assert typed_in(pen.saved()) == ({"县区": TWO[1:]}, [])


# Large ones.


def large(items: int) -> bytes:
    dictionary = {"县区": spec(FactType.LIST, fields={f"字段{number}": FactSpec() for number in range(11)})}
    values: list[Plain] = [{f"字段{number}": f"值{item}" for number in range(11)} for item in range(items)]
    return form(dictionary, given_of({"县区": {"value": values}}, dictionary))


def test_a_large_form_comes_back() -> None:
    (part,), problems = read_back(large(1200), {"县区": spec(FactType.LIST)})
    assert (problems, list(part.node.entries)) == ([], ["县区"])  # type: ignore[union-attr]


def test_a_form_too_large_to_come_back_is_not_written() -> None:
    with pytest.raises(ProblemError) as caught:
        large(2000)
    assert [str(problem) for problem in caught.value.problems] == [
        (
            "form-too-large: a Word form with 22048 cells to fill in is too large to be read back\n"
            "  write it as .xlsx, or for one office at a time (--for)"
        )
    ]
