"""``facts form``, ``merge`` and ``status`` as commands: what they print, what they write, how they end."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands import run_command

from .speeches import write_speech
from .workbooks import changed, keys, sheet_with

FACTS = "# 基本\n地区: 清河市  # 核过\n会议日期: 2026-02-10\n层级: 市\n录取人数: 120\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_speech(tmp_path / "small", FACTS)


def run(*arguments: str) -> tuple[int, str, str]:
    done = run_command(*arguments)
    return done.status, done.out, done.err


def test_a_form_goes_out(folder: Path) -> None:
    assert run("facts", "form", "small") == (
        0,
        (
            "small/small-form.xlsx: asks for 6 facts\n\n"
            "ask       facts\n办公室        1\n组织一科      2\n干部一科      2\nOthers        1\n\n"
            "when it comes back: speechdraft facts merge small small/small-form.xlsx\n"
        ),
        "",
    )
    assert load_workbook(folder / "small-form.xlsx").sheetnames[:3] == ["办公室", "组织一科", "干部一科"]
    assert run("facts", "form", "small")[0] == 0  # the same again
    (folder / "small-form.xlsx").write_bytes(b"PK answers")
    status, _output, errors = run("facts", "form", "small")
    assert status == 1
    assert errors.startswith("small/small-form.xlsx: already-there: this file is there already, perhaps with")
    assert run("facts", "form", "small", "--force")[0] == 0


@pytest.mark.usefixtures("folder")
def test_a_form_for_one_office() -> None:
    assert run("facts", "form", "small", "-o", "f.yaml", "--for", "干部一科")[0] == 0
    text = Path("f.yaml").read_text("utf-8")
    assert "到位率:" in text
    assert "讲话人:" not in text
    status, _output, errors = run("facts", "form", "small", "-o", "g.yaml", "--for", "干部二科")
    assert status == 1
    assert errors.startswith(
        "unknown-office: nothing in this speech is to be asked of “干部二科”\n  did you mean 干部一科?"
    )
    status, _output, errors = run("facts", "form", "small", "-o", "g.ods")
    assert (status, errors.splitlines()[0]) == (1, "g.ods: unknown-format: a form cannot be written as “.ods”")


def filled(folder: Path, values: dict[str, object]) -> bytes:
    run("facts", "form", "small", "--all", "--force")

    def change(book) -> None:  # type: ignore[no-untyped-def]
        for name, value in values.items():
            sheet = sheet_with(book, name)
            sheet.cell(keys(sheet)[name], 3).value = value  # type: ignore[assignment]

    return changed((folder / "small-form.xlsx").read_bytes(), change)


def test_forms_come_back_from_several_people(folder: Path) -> None:
    Path("甲.xlsx").write_bytes(filled(folder, {"到位人数": 108, "录取人数": 125, "到位率": "九成"}))
    Path("乙.yaml").write_text("outline: other\n讲话人: 书记 沈立川\n到位人数: 108\n不认识: 1\n", "utf-8")
    status, output, errors = run("facts", "merge", "small", "甲.xlsx", "乙.yaml")
    assert status == 0
    assert errors == (
        "甲.xlsx[干部一科!C9]: bad-number: “到位率”: “九成” is not a percentage\n  write 36.5 or 36.5%\n"
        "乙.yaml: other-outline: this form was written for the outline “other”, and the speech is after “small”\n"
        "  facts of the same name were merged all the same\n"
        "乙.yaml:4:1: unknown-fact: no fact “不认识”\n"
        "  no template can use it; declare it under “facts:” of the outline if you mean to\n"
    )
    assert [line.rstrip() for line in output.splitlines()] == [
        "new (2)",
        "  讲话人    书记沈立川  乙.yaml",
        "  到位人数  108名       甲.xlsx[干部一科], 乙.yaml",
        "in conflict; nothing of it is written (1)",
        "  录取人数",
        "    small/facts.yaml   120名",
        "    甲.xlsx[干部一科]  125名",
        "  settle with --take NAME=ours, NAME=theirs, NAME=both (lists) or NAME=FILE, or in small/facts.yaml",
        "small/facts.yaml: 2 facts brought over, 3 the same as before, 1 conflict, 1 could not be read (see above)",
    ]
    assert (folder / "facts.yaml").read_text("utf-8") == (
        "outline: small\n" + FACTS + "讲话人: 书记 沈立川\n到位人数: 108\n"
    )
    assert run("facts", "merge", "small", "甲.xlsx", "乙.yaml", "--strict")[0] == 3
    status, output, _errors = run("facts", "merge", "small", "甲.xlsx", "--take", "录取人数=theirs", "--json")
    told = json.loads(output)
    assert [line["outcome"] for line in told["facts"] if line["fact"] == "录取人数"] == ["taken"]
    assert "录取人数: 125\n" in (folder / "facts.yaml").read_text("utf-8")


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    Path("乙.yaml").write_text("讲话人: 书记 沈立川\n", "utf-8")
    before = (folder / "facts.yaml").read_bytes()
    status, output, errors = run("facts", "merge", "small", "乙.yaml", "--dry-run", "--source", "办公室")
    # Nor is anything said of a form that names no outline.
    assert (status, errors) == (0, "")
    assert output.endswith("nothing was written (--dry-run)\n")
    assert (folder / "facts.yaml").read_bytes() == before
    run("facts", "merge", "small", "乙.yaml", "--source", "办公室")
    assert (folder / "facts.yaml").read_text("utf-8").endswith("讲话人: {value: 书记 沈立川, source: 办公室}\n")


def test_where_a_value_is_from_without_the_value_is_told(folder: Path) -> None:
    Path("乙.yaml").write_text("讲话人: {value: , source: 办公室, note: 待定}\n到位人数: 108\n", "utf-8")
    status, _output, errors = run("facts", "merge", "small", "乙.yaml")
    assert status == 0
    assert errors == (
        "乙.yaml:1:6: no-value: “讲话人” has no value, but: source: 办公室, note: 待定\n"
        "  it was not merged; nothing else was lost\n"
    )


def test_a_list_of_which_a_form_has_less_is_told(folder: Path) -> None:
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text("utf-8") + "存在问题: [一, 二]\n", "utf-8")
    Path("乙.yaml").write_text("存在问题: [一]\n", "utf-8")
    _status, output, _errors = run("facts", "merge", "small", "乙.yaml")
    assert output == (
        "kept as they are, though a form has less (1)\n"
        "  存在问题: not all of its items are in 乙.yaml\n"
        "  to take the shorter list: --take NAME=theirs\n"
        "small/facts.yaml: 0 facts brought over, 1 the same as before, 0 conflicts\n"
    )


def test_an_outline_is_no_form(folder: Path) -> None:
    run("new", "small", "else")
    status, _output, errors = run("facts", "merge", "small", "else/outline.yaml")
    assert status == 1
    assert errors.startswith(
        "else/outline.yaml: not-a-form: this is an outline, and no form\n"
        "  name a form that came back, or a facts file\n"
    )


def test_a_document_is_no_speech(folder: Path) -> None:
    Path("small/small.docx").write_bytes(b"PK")
    status, _output, errors = run("draft", "small/small.docx")
    assert status == 1
    assert errors.startswith(
        "small/small.docx: not-a-speech: this is a document; a speech is the folder of its facts file, or that file\n"
        "  what was typed in a draft: speechdraft facts pull small/small.docx; to bring a draft up to date: speechdraft "
        "draft SPEECH --update small/small.docx\n"
    )


def test_a_take_that_means_nobody_stops_all(folder: Path) -> None:
    Path("乙.yaml").write_text("讲话人: 书记 沈立川\n", "utf-8")
    before = (folder / "facts.yaml").read_bytes()
    status, output, errors = run("facts", "merge", "small", "乙.yaml", "--take", "地区=丁")
    assert (status, output) == (1, "")
    assert errors == (
        "--take: bad-setting: “地区=丁” does not say whose value is to stand\n"
        "  choose one of ours, theirs, both, 乙.yaml\n"
        "1 error; nothing was written\n"
    )
    assert (folder / "facts.yaml").read_bytes() == before


BROKEN = {
    "没有.xlsx": (None, "没有.xlsx: no-such-file"),
    "坏.xlsx": (b"PK\x03\x04", "坏.xlsx: damaged-file"),
    "坏.yaml": (b"a: [", "坏.yaml:"),
    "旧.xls": (b"\xd0\xcf\x11\xe0", "旧.xls: unknown-format"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_file_that_cannot_be_read_stops_all(folder: Path, name: str) -> None:
    data, message = BROKEN[name]
    if data is not None:
        Path(name).write_bytes(data)
    Path("好.yaml").write_text("讲话人: 书记 沈立川\n", "utf-8")
    before = (folder / "facts.yaml").read_bytes()
    status, _output, errors = run("facts", "merge", "small", "好.yaml", name)
    assert status == 1
    assert errors.startswith(message)
    assert (folder / "facts.yaml").read_bytes() == before


def test_a_speech_without_facts_gets_a_file(folder: Path) -> None:
    (folder / "facts.yaml").unlink()
    Path("乙.yaml").write_text("地区: 清河市\n", "utf-8")
    assert run("facts", "merge", "small", "乙.yaml")[0] == 0
    assert (folder / "facts.yaml").read_text("utf-8") == "outline: small\n地区: 清河市\n"


def test_the_ledger_by_office_and_by_standing(folder: Path) -> None:
    (folder / "facts.yaml").write_text("outline: small\n" + FACTS.replace("120", "{value: 120, source: 年报}"), "utf-8")
    status, output, errors = run("facts", "status", "small", "--by", "office")
    assert (status, errors) == (0, "")
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert lines[:6] == [
        "fact stands value group",
        "办公室",
        "地区 given 清河市 会议",
        "层级 given 市 会议",
        "会议日期 given 2026年2月10日 会议",
        "讲话人 missing 会议",
    ]
    assert lines[-1] == "6 missing, 4 given, 1 left out"
    output = run("facts", "status", "small", "--by", "standing")[1]
    assert output.index("missing") < output.index("given") < output.index("left out")
    assert "120名 (年报)" in output
    assert run("facts", "status", "small", "--by", "colour")[0] == 2


def test_the_ledger_is_sent_on_as_a_workbook(folder: Path) -> None:
    status, output, _errors = run("facts", "status", "small", "--xlsx", "ledger.xlsx")
    assert status == 0
    assert output.splitlines()[0] == "ledger.xlsx: 11 facts"
    sheet = load_workbook(io.BytesIO(Path("ledger.xlsx").read_bytes())).active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:4] == ("fact", "what it is", "stands", "value")
    assert rows[1] == (
        "地区", None, "given", "清河市", "会议", "办公室", None, None, None, None, "front matter", "small/facts.yaml:3:5",
    )  # fmt: skip
    assert run("facts", "status", "small", "--xlsx", "ledger.xlsx")[0] == 1
    assert run("facts", "status", "small", "--xlsx", "ledger.xlsx", "--force")[0] == 0
    assert run("facts", "status", "small", "--xlsx", "ledger.csv")[0] == 1
    assert folder.is_dir()


def test_a_draft_says_what_is_worth_a_look(folder: Path) -> None:
    (folder / "facts.yaml").write_text(
        "outline: small\n地区: 清河市\n会议日期: 2026-02-10\n录取人数: 120\n到位人数: 130\n", "utf-8"
    )
    status, _output, errors = run("draft", "small", "-o", "small.md")
    assert status == 0
    assert [line.split(": ")[1] for line in errors.splitlines() if not line.startswith(" ")][:1] == ["contradiction"]
    assert "stale-default: the default of “层级”" in errors
    assert run("draft", "small", "-o", "small.md", "--strict")[0] == 3


def test_a_check_of_the_outline_finds_rules_that_cannot_be_judged(folder: Path) -> None:
    text = (folder / "outline.yaml").read_text("utf-8").replace("- 到位人数 <= 录取人数", "- 到位人 <= 录取人数")
    (folder / "outline.yaml").write_text(text, "utf-8")
    errors = run("outline", "check", "small")[2]
    assert "bad-rule: the rule “到位人 <= 录取人数” cannot be judged: no fact “到位人”" in errors
