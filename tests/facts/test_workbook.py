from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from speechdraft.facts import FactSpec
from speechdraft.forms.workbook import sheet_names
from speechdraft.givers import Giver
from speechdraft.merging import Contribution, merge
from speechdraft.problems import ProblemError
from speechdraft.recording import recorded
from speechdraft.values import Day, FactType

from .documents import LAW
from .specs import Facts, Specs, cases, given_of, spec, told
from .test_merging import read
from .workbooks import changed, facts_in, fill, form, keys, put, sheet_with, with_parts


@settings(LAW, max_examples=60)
@given(cases())
def test_a_form_that_is_filled_in_and_merged_gives_the_facts(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    wanted = given_of(facts, dictionary)
    back, problems = facts_in(changed(form(dictionary), lambda book: fill(book, dictionary, wanted)), dictionary)
    assert problems == ()
    result = merge({}, [Contribution(giver=Giver("f.xlsx"), given=back)], dictionary, {})
    data = recorded(b"outline: x\n", result.changes, "f")
    assert told(read(data, dictionary)) == told(wanted)


_Typed: TypeAlias = str | bool | int | float | datetime.date
DICTIONARY = {
    "地区": FactSpec(label="地名", example="清河市", ask="办公室"),
    "人数": spec(FactType.NUMBER, unit="名", ask="干部一科"),
    "到位率": spec(FactType.PERCENT, ask="干部一科"),
    "会议日期": spec(FactType.DATE, ask="办公室"),
    "层级": spec(FactType.CHOICE, choices=("省", "市, 州"), ask="办公室"),
    "时限": FactSpec(ask="办公室"),
    "讲话人": spec(FactType.PERSON, ask="办公室"),
    "成绩": spec(FactType.LIST, fields={"标题": FactSpec(), "数量": spec(FactType.NUMBER)}, ask="办公室"),
    "问题": spec(FactType.LIST, ask="干部一科"),
}


def typed(name: str, value: _Typed, number_format: str | None = None) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        sheet = sheet_with(book, name)
        cell = sheet.cell(keys(sheet)[name], 3)
        cell.value = value
        if number_format is not None:
            cell.number_format = number_format

    return change


CELLS: list[tuple[str, _Typed, str | None, str | None]] = [
    ("人数", 128, None, "128"),
    ("人数", 36.5, None, "36.5"),
    ("人数", "近300", None, "近300"),
    ("人数", 1e15, None, "1000000000000000"),
    ("到位率", 0.365, None, "36.5%"),
    ("到位率", 0.07, None, "7%"),
    ("到位率", 36.5, "General", "36.5"),
    ("到位率", "36.5%", None, "36.5%"),
    ("会议日期", datetime.date(2026, 2, 10), None, "2026-02-10"),
    ("会议日期", 46063, 'yyyy"年"m"月"d"日"', "2026-02-10"),
    ("会议日期", 46063, 'yyyy"年"m"月"', "2026-02"),
    ("会议日期", 46063, "[$-804]yyyy-mm-dd;@", "2026-02-10"),
    ("会议日期", "2026年2月10日", None, "2026年2月10日"),
    ("时限", 46091, 'm"月"d"日"', "3月10日"),
    ("时限", 0.395833333333333, "h:mm", "9:30"),
    ("时限", "=1+1", None, None),
    ("地区", True, None, "是"),
    ("地区", "  清河市 ", None, "清河市"),
    # So does Excel write a line end of Windows.
    ("地区", "清河市_x000D_\n云陂县", None, "清河市\n云陂县"),
]


@pytest.mark.parametrize(("name", "value", "number_format", "text"), CELLS)
def test_a_cell_gives_what_a_person_sees_in_it(
    name: str, value: _Typed, number_format: str | None, text: str | None
) -> None:
    back, problems = facts_in(changed(form(DICTIONARY), typed(name, value, number_format)), DICTIONARY)
    if text is None:  # a formula that no program has computed
        assert [problem.code for problem in problems] == ["bad-cell"]
        assert back == {}
    else:
        assert problems == ()
        assert back[name].typed == text


@pytest.mark.parametrize(
    ("built_in", "day"),
    [
        ("31", Day(year=2026, month=2, day=10)),
        ("57", Day(year=2026, month=2, day=None)),
        ("14", Day(year=2026, month=2, day=10)),
    ],
)
def test_dates_as_chinese_excel_and_wps_format_them(built_in: str, day: Day) -> None:
    import io
    import re
    import zipfile

    data = changed(form(DICTIONARY), typed("会议日期", 46063, 'yyyy"年"'))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        styles = archive.read("xl/styles.xml").decode()
    (number,) = re.findall(r'<numFmt [^>]*numFmtId="(\d+)"[^>]*formatCode="yyyy&quot;年&quot;"', styles) or re.findall(
        r'formatCode="yyyy&quot;年&quot;" numFmtId="(\d+)"', styles
    )
    styles = styles.replace(f'numFmtId="{number}"', f'numFmtId="{built_in}"')
    styles = re.sub(r"<numFmts.*?</numFmts>", "", styles, flags=re.DOTALL)
    back, _problems = facts_in(with_parts(data, {"xl/styles.xml": styles.encode()}), DICTIONARY)
    assert back["会议日期"].value == day


def test_rows_that_people_put_in_between_do_not_disturb() -> None:
    def change(book: Workbook) -> None:
        sheet = sheet_with(book, "地区")
        put(sheet, keys(sheet)["地区"], 3, "清河市")
        sheet.insert_rows(1, 3)
        sheet.insert_rows(keys(sheet)["会议日期"], 2)
        put(sheet, keys(sheet)["层级"], 3, "市, 州")

    back, problems = facts_in(changed(form(DICTIONARY), change), DICTIONARY)
    assert problems == ()
    assert {name: one.typed for name, one in back.items()} == {"地区": "清河市", "层级": "市, 州"}


def test_rows_that_are_sorted_keep_their_facts() -> None:
    def change(book: Workbook) -> None:
        sheet = sheet_with(book, "人数")
        one, other = keys(sheet)["人数"], keys(sheet)["到位率"]
        for column in range(1, 9):
            first, second = sheet.cell(one, column).value, sheet.cell(other, column).value
            sheet.cell(one, column).value, sheet.cell(other, column).value = second, first
        sheet.cell(other, 3).value = 128
        sheet.cell(other, 3).number_format = "General"

    back, _problems = facts_in(changed(form(DICTIONARY), change), DICTIONARY)
    assert back["人数"].typed == "128"


def test_a_list_has_more_items_than_rows() -> None:
    def change(book: Workbook) -> None:
        sheet = sheet_with(book, "成绩")
        head = keys(sheet)["成绩[]:"]
        sheet.insert_rows(head + 3, 4)
        for number in range(8):
            put(sheet, head + 1 + number, 3, f"标题{number}")
            sheet.cell(head + 1 + number, 4).value = number

    back, problems = facts_in(changed(form(DICTIONARY), change), DICTIONARY)
    assert problems == ()
    assert back["成绩"].typed == [{"标题": f"标题{number}", "数量": str(number)} for number in range(8)]


def test_a_row_that_stands_twice_is_given_twice() -> None:
    def change(book: Workbook) -> None:
        sheet = sheet_with(book, "人数")
        row = keys(sheet)["人数"]
        sheet.cell(row, 3).value = 128
        last = sheet.max_row + 1
        for column, value in ((1, "人数"), (3, 130)):
            sheet.cell(last, column).value = value

    from speechdraft.facts import Layer
    from speechdraft.facts_reading import read_facts
    from speechdraft.forms.workbook_reading import workbook_parts
    from speechdraft.problems import Problems

    problems = Problems()
    parts = workbook_parts(changed(form(DICTIONARY), change), "f.xlsx", DICTIONARY, problems)
    values = [read_facts(part.node, Layer.SPEECH, DICTIONARY, problems) for part in parts]
    assert [one["人数"].typed for one in values if "人数" in one] == ["128", "130"]


STRAYS: list[tuple[Callable[[Worksheet], object], str | None]] = [
    (lambda sheet: sheet.cell(5, 12, "另有情况"), "stray-cell: “另有情况” stands beside the form; it was not read"),
    (lambda sheet: sheet.cell(sheet.max_row + 1, 3, "再补一句"), "stray-cell: “再补一句” stands beside the form"),
    (
        lambda sheet: sheet.cell(keys(sheet)["地区"], 8, "没有这个数"),
        "no-value: “地区” has no value, but: note: 没有这个数",
    ),
    (lambda sheet: sheet.cell(keys(sheet)["讲话人"], 3, "书记"), None),
]


@pytest.mark.parametrize(("change", "message"), STRAYS)
def test_nothing_that_is_written_elsewhere_goes_unsaid(
    change: Callable[[Worksheet], object], message: str | None
) -> None:
    _back, problems = facts_in(changed(form(DICTIONARY), lambda book: change(sheet_with(book, "地区"))), DICTIONARY)
    if message is None:
        assert problems == ()
    else:
        assert message in str(problems[0])


def test_a_sheet_that_is_not_ours_is_said() -> None:
    def change(book: Workbook) -> None:
        book.create_sheet("说明").cell(1, 1, "请看")

    _back, problems = facts_in(changed(form(DICTIONARY), change), DICTIONARY)
    assert [str(problem) for problem in problems] == [
        "f.xlsx[说明]: sheet-ignored: the sheet “说明” is not part of the form; it was not read"
    ]


def test_an_error_in_a_cell_is_said() -> None:
    _back, problems = facts_in(changed(form(DICTIONARY), typed("人数", "#REF!")), DICTIONARY)
    assert [problem.code for problem in problems] == ["bad-cell"]


def test_a_workbook_of_another_kind_is_no_form() -> None:
    def change(book: Workbook) -> None:
        for sheet in book.worksheets:
            sheet.cell(1, 1).value = "x"

    with pytest.raises(ProblemError, match="not-a-form"):
        facts_in(changed(form(DICTIONARY), change), DICTIONARY)


def test_each_office_has_a_sheet_with_drop_downs_and_typed_cells() -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    book = load_workbook(BytesIO(form(DICTIONARY)))
    assert book.sheetnames == ["办公室", "干部一科", "speechdraft"]
    assert book["speechdraft"].sheet_state == "hidden"
    office, cadres = book["办公室"], book["干部一科"]
    assert office.column_dimensions["A"].hidden
    formats = {name: office.cell(keys(office)[name], 3).number_format for name in ("地区", "会议日期", "时限")}
    assert formats == {"地区": "@", "会议日期": "yyyy-mm-dd", "时限": "@"}
    assert cadres.cell(keys(cadres)["人数"], 3).number_format == 'General"名"'
    assert cadres.cell(keys(cadres)["到位率"], 3).number_format == "0.00%"
    lists = {str(one.sqref): one.formula1 for one in office.data_validations.dataValidation}
    assert f"C{keys(office)['层级']}" in lists
    assert ("省", "市, 州") in list(book["speechdraft"].iter_cols(max_row=2, values_only=True))
    assert office.cell(keys(office)["地区"], 4).value == "地名; a text; for example 清河市"


@LAW
@given(st.lists(st.text(min_size=1, max_size=40), max_size=5))
def test_sheets_have_names_that_excel_takes(offices: list[str]) -> None:
    names = sheet_names(offices)
    assert len({name.lower() for name in names}) == len(offices)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\'") for name in names)


def test_a_list_wider_than_the_form_is_read_whole() -> None:
    parts = [f"第{number}项" for number in "一二三四五六七八九"]
    specs = {"甲": FactSpec(type=FactType.LIST, fields={part: FactSpec() for part in parts})}
    wanted = given_of({"甲": [dict.fromkeys(parts, "有")]}, specs)
    back, problems = facts_in(changed(form(specs), lambda book: fill(book, specs, wanted)), specs)
    assert problems == ()
    assert back["甲"].value == wanted["甲"].value
