"""The form filled in by LibreOffice, saved by it, and merged."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import uuid
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl import load_workbook

from speechdraft.facts import FactSpec, Given
from speechdraft.givers import Giver
from speechdraft.merging import Contribution, Outcome, merge
from speechdraft.recording import recorded
from speechdraft.values import FactType
from tests.word.office import missing

from .specs import Facts, given_of, spec, told
from .test_merging import read
from .workbooks import facts_in, form, keys, sheet_with

SCRIPT = Path(__file__).with_name("fill_by_uno.py")
PYTHON = "/usr/bin/python3"
NO_CALC = 77


def _why_not() -> str:
    """Return why LibreOffice cannot fill in a workbook here, or an empty text."""
    if shutil.which("soffice") is None:
        return "there is no LibreOffice here"
    if subprocess.run([PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        return "the system's Python has no uno (package python3-uno)"
    return ""


DICTIONARY: dict[str, FactSpec] = {
    "地区": FactSpec(ask="办公室"),
    "时限": FactSpec(ask="办公室"),
    "编号": FactSpec(ask="办公室"),
    "说明": spec(FactType.LONG_TEXT, ask="办公室"),
    "会议日期": spec(FactType.DATE, ask="办公室"),
    "截止月份": spec(FactType.DATE, ask="办公室"),
    "本年度": spec(FactType.YEAR, ask="办公室"),
    "层级": spec(FactType.CHOICE, choices=("省", "市, 州", "县"), ask="办公室"),
    "有强基工程": spec(FactType.YES_NO, ask="办公室"),
    "讲话人": spec(FactType.PERSON, ask="办公室"),
    "人数": spec(FactType.NUMBER, unit="名", ask="干部一科"),
    "大约人数": spec(FactType.NUMBER, unit="名", ask="干部一科"),
    "面积": spec(FactType.NUMBER, unit="亩", ask="干部一科"),
    "到位率": spec(FactType.PERCENT, ask="干部一科"),
    "增幅": spec(FactType.PERCENT, max="1000", ask="干部一科"),
    "投资": spec(FactType.MONEY, ask="干部一科"),
    "经费": spec(FactType.MONEY, unit="万元", ask="干部一科"),
    "会议": spec(FactType.RECORD, fields={"名称": FactSpec(), "人数": spec(FactType.NUMBER)}, ask="办公室"),
    "成绩": spec(
        FactType.LIST,
        fields={"标题": FactSpec(), "数量": spec(FactType.NUMBER), "做法": spec(FactType.LIST)},
        ask="组织一科",
    ),
    "问题": spec(FactType.LIST, ask="组织一科"),
}
SIMPLE = {
    "地区": "清河市",
    "时限": "3月10日",
    "编号": "007",
    "说明": "第一段。\n第二段：a = b。",
    "会议日期": "2026-02-10",
    "截止月份": "2026年6月",
    "本年度": "2026",
    "层级": "市, 州",
    "有强基工程": "是",
    "讲话人.职务": "市委常委、组织部部长",
    "讲话人.姓名": "沈立川",
    "人数": "128",
    "大约人数": "近1.2万",
    "面积": "36.75",
    "到位率": "90.8%",
    "增幅": "0.5%",
    "投资": "912亿元",
    "经费": "1280.5",
    "会议.名称": "部长会议",
    "会议.人数": "260",
}
ITEMS = [[f"坚持第{number}条", str(number * 10), f"做法甲{number}\n做法乙{number}"] for number in range(1, 9)]
PROBLEMS = ["=不是公式", "- 一", "2026.10"]


def commands(data: bytes) -> list[list[object]]:
    """Return what is typed: every simple fact, two lists (one with more items than rows), particulars."""
    book = load_workbook(io.BytesIO(data))
    typed: list[list[object]] = []
    for key, text in SIMPLE.items():
        sheet = sheet_with(book, key)
        typed.append([sheet.title, keys(sheet)[key], 3, text])
    sheet = sheet_with(book, "人数")
    row = keys(sheet)["人数"]
    typed += [[sheet.title, row, column, text] for column, text in ((5, "干部一科"), (6, "2025-12-31"), (8, "已核"))]
    sheet = sheet_with(book, "问题")
    # From the bottom up, so that inserted rows move nothing that is still to be typed.
    for head, items in sorted(
        [
            (keys(sheet)["成绩[]:"], ITEMS),
            (keys(sheet)["问题[]:"], [[text] for text in PROBLEMS]),
        ],
        reverse=True,
    ):
        typed.append(["insert", sheet.title, head + 2, 5])
        for offset, item in enumerate(items, start=1):
            typed += [[sheet.title, head + offset, column, text] for column, text in enumerate(item, start=3)]
    return typed


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if reason := _why_not():
        missing(reason)
    folder = tmp_path_factory.mktemp("office")
    empty, done, script = folder / "form.xlsx", folder / "filled.xlsx", folder / "commands.json"
    data = form(DICTIONARY)
    empty.write_bytes(data)
    script.write_text(json.dumps(commands(data), ensure_ascii=False), "utf-8")
    pipe = f"speechdraft{uuid.uuid4().hex}"
    program = subprocess.Popen(
        [
            "soffice",
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        run = subprocess.run(
            [PYTHON, str(SCRIPT), pipe, str(empty), str(done), str(script)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if run.returncode == NO_CALC:
            missing("this LibreOffice opens no workbooks (package libreoffice-calc-nogui)")
        assert run.returncode == 0, run.stderr
        program.wait(60)
    finally:
        program.kill()
    return done


def expected() -> Mapping[str, Given]:
    facts: Facts = {key: text for key, text in SIMPLE.items() if "." not in key}
    return given_of(
        {
            **facts,
            "人数": {"value": "128", "source": "干部一科", "as_of": "2025-12-31", "note": "已核"},
            "讲话人": {"职务": SIMPLE["讲话人.职务"], "姓名": SIMPLE["讲话人.姓名"]},
            "会议": {"名称": "部长会议", "人数": "260"},
            "成绩": [{"标题": one, "数量": two, "做法": [*three.split("\n")]} for one, two, three in ITEMS],
            "问题": [*PROBLEMS],
        },
        DICTIONARY,
    )


def test_a_form_that_libreoffice_filled_in_is_merged(filled: Path) -> None:
    back, problems = facts_in(filled.read_bytes(), DICTIONARY)
    assert problems == ()
    result = merge({}, [Contribution(giver=Giver("filled.xlsx"), given=back)], DICTIONARY, {})
    assert {line.outcome for line in result.lines} == {Outcome.NEW}
    data = recorded("# 情况\noutline: x\n会议日期:  # 一天\n".encode(), result.changes, "f")
    after = read(data, DICTIONARY)
    assert told(after) == told(expected())
    assert data.startswith("# 情况\noutline: x\n会议日期: 2026-02-10  # 一天\n".encode())


def test_what_libreoffice_saves_is_still_a_form_to_fill_in(filled: Path) -> None:
    book = load_workbook(filled)
    office = book["办公室"]
    assert office.column_dimensions["A"].hidden
    row = keys(office)["层级"]
    assert any(f"C{row}" in str(one.sqref) for one in office.data_validations.dataValidation)
