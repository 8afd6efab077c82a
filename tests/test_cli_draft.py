"""``speechdraft draft``: what it writes, what it reports, how it exits."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from speechdraft.writers import LAYOUT_NAMES
from tests.building import write_speech
from tests.commands import Run, run_program

TREE = [
    {"text": "在{{ 地区 }}开会，选{{ 合计 }}。"},
    {"heading": "部署{{ 年 }}年", "minutes": 0.05, "text": "好。" * 20},
    {"heading": "再说", "text": "到{{ 地区 }}。", "optional": True},
]
FACTS_OF: dict[str, Any] = {
    "地区": {"ask": "办公室", "example": "清河市"},
    "甲": {"type": "number", "unit": "名", "ask": "干部一科"},
    "乙": {"type": "number"},
    "合计": {"type": "number", "unit": "名", "formula": "甲 + 乙"},
    "年": {"type": "year", "default": "2026"},
    "日期": {"type": "date"},
}
FULL = {"地区": "清河市", "甲": "3", "乙": "4", "日期": "2026-02-10"}
FRONT = {"title": "在{{ 地区 }}的讲话", "speaker": "", "date": "{{ 日期 }}", "salutation": "同志们："}


def _speech(facts: Mapping[str, Any] | None, **more: Any) -> None:
    write_speech(Path("s"), more.pop("sections", TREE), facts=facts, facts_of=FACTS_OF, speech=FRONT, **more)


def _words(document: str | bytes) -> str:
    """Return the words of a .docx, those in content controls among them."""
    with zipfile.ZipFile(io.BytesIO(document) if isinstance(document, bytes) else document) as package:
        assert package.testzip() is None
        return "".join(re.findall("<w:t(?: [^>]*)?>([^<]*)</w:t>", package.read("word/document.xml").decode()))


def test_a_full_draft(run: Callable[..., Run]) -> None:
    _speech(FULL, minutes=3)
    done = run("draft", "s")
    assert (done.status, done.err) == (0, "")
    assert [line.rstrip() for line in done.out.splitlines()] == (
        "s/s.docx: 73 characters, 0.4 minutes at 180 characters a minute\n"
        "\n"
        "section                              characters  minutes  planned\n"
        "(no heading) 在清河市开会，选7名。…          11      0.1\n"
        "一、部署2026年                               49      0.3    0.1 !\n"
        "二、再说                                      9      0.1\n"
        "whole speech                                 73      0.4        3\n"
        "\n"
        "no gaps: every fact that the draft needs is given\n"
    ).splitlines()
    text = _words("s/s.docx")
    for words in ("在清河市的讲话", "同志们：", "在清河市开会，选7名。", "部署2026年", "到清河市。"):
        assert words in text
    assert "待补" not in text


def test_a_sparse_draft_says_what_is_missing_and_whom_to_ask(run: Callable[..., Run]) -> None:
    _speech({"甲": "3"})
    done = run("draft", "s")
    assert (done.status, done.err) == (0, "")
    said = [line.rstrip() for line in done.out.splitlines()]
    gaps = said[said.index("left out for want of facts: sections 3") + 2 :]
    assert gaps == [
        "3 gaps:",
        "missing  for example  ask",
        "日期",
        "合计     needs 乙",
        "地区     清河市       办公室",
        "",
        "fill them in s/facts.yaml, then draft again",
    ]
    text = _words("s/s.docx")
    for name in ("地区", "合计", "日期"):
        assert f"【待补：{name}】" in text
    assert "再说" not in text


def test_every_gap_has_a_row_and_a_computed_one_says_what_it_waits_for(run: Callable[..., Run]) -> None:
    _speech({"地区": "清河市"}, sections=[{"text": "选{{ 合计 }}，{{ 甲 }}。"}])
    said = [line.rstrip() for line in run("draft", "s").out.splitlines()]
    assert said[said.index("3 gaps:") :][:5] == [
        "3 gaps:",
        "missing  for example   ask",
        "日期",
        "合计     needs 甲, 乙  干部一科",
        "甲                     干部一科",
    ]


@pytest.mark.parametrize("facts", [None, {}])
@pytest.mark.parametrize("layout", LAYOUT_NAMES)
def test_without_any_fact_it_is_a_valid_document_still(
    facts: Mapping[str, Any] | None, layout: str, run: Callable[..., Run]
) -> None:
    _speech(facts)
    assert run("draft", "s", "--layout", layout).status == 0
    text = _words("s/s.docx")
    assert "（【待补：日期】）" in text
    assert "在【待补：地区】开会，选【待补：合计】。" in text


def test_the_same_input_gives_the_same_bytes(run: Callable[..., Run], folder: Path) -> None:
    _speech(FULL)
    for suffix in ("docx", "html", "md", "txt", "json"):
        first, second = folder / f"1.{suffix}", folder / f"2.{suffix}"
        assert run("draft", "s", "-o", first).status == run("draft", "s", "-o", second).status == 0
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("suffix", [".html", ".md", ".txt", ".json", ".docx", ".MD"])
def test_other_forms_by_the_name_of_the_output(suffix: str, run: Callable[..., Run]) -> None:
    _speech(FULL)
    done = run("draft", "s", "-o", f"稿{suffix}")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith(f"稿{suffix}: 73 characters")
    data = Path(f"稿{suffix}").read_bytes()
    if suffix == ".docx":
        assert "在清河市开会" in _words(data)
    else:
        assert "清河市" in data.decode()
        assert b"\r" not in data
    assert not Path("s/s.docx").exists()


def test_facts_of_the_command_line_go_before_the_file(run: Callable[..., Run]) -> None:
    _speech(FULL)
    assert run("draft", "s", "-o", "稿.txt", "--set", "地区=石渡县", "--set", "甲=30").status == 0
    assert "在石渡县开会，选34名。" in Path("稿.txt").read_text(encoding="utf-8")


def test_another_facts_file_has_a_draft_of_its_own_name(run: Callable[..., Run]) -> None:
    _speech(FULL)
    Path("s/稀.yaml").write_text("地区: 石渡县\n", encoding="utf-8")
    assert run("draft", "s/稀.yaml").status == 0
    assert "到石渡县。" in _words("s/稀.docx")
    assert not Path("s/s.docx").exists()


def test_the_folder_that_one_stands_in(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    _speech(FULL)
    monkeypatch.chdir("s")
    assert run("draft", ".").out.startswith("s.docx: 73 characters")
    assert Path("s.docx").exists()


def test_strict_tells_gaps_and_warnings_from_a_clean_draft(run: Callable[..., Run]) -> None:
    _speech(FULL)
    assert run("draft", "s", "--strict").status == 0
    _speech({**FULL, "无此": "x"})
    done = run("draft", "s", "--strict")
    assert done.status == 3
    assert done.err == (
        "s/facts.yaml:5:1: unknown-fact: no fact “无此”\n"
        "  no template can use it; declare it under “facts:” of the outline if you mean to\n"
    )
    _speech({})
    assert run("draft", "s", "--strict").status == 3
    assert run("draft", "s").status == 0
    assert Path("s/s.docx").exists()


def test_json_for_another_program(run: Callable[..., Run]) -> None:
    _speech({"甲": "3", "无此": "x"})
    done = run("draft", "s", "-o", "稿.txt", "--json")
    assert (done.status, done.err) == (0, "")
    told = json.loads(done.out)
    assert (told["output"], told["outline"]) == ("稿.txt", "test")
    assert told["characters"] == sum(section["characters"] for section in told["sections"]) + len("同志们：")
    assert [(section["heading"], section["planned"]) for section in told["sections"]] == [
        (None, None),
        ("一、部署2026年", 0.05),
    ]
    assert [(gap["fact"], gap["needs"], gap["ask"]) for gap in told["gaps"]] == [
        ("地区", ["地区"], "办公室"),
        ("日期", ["日期"], ""),
        ("合计", ["乙"], ""),
    ]
    assert told["left_out"] == ["3"]
    assert [(problem["code"], problem["severity"], problem["place"]) for problem in told["problems"]] == [
        ("unknown-fact", "warning", "s/facts.yaml:2:1")
    ]


def test_warnings_of_the_draft_stand_on_the_standard_error(run: Callable[..., Run]) -> None:
    _speech({}, sections=[{"text": "甲", "when": "甲 > 3"}])
    done = run("draft", "s", "-o", "稿.txt")
    assert done.status == 0
    assert done.err == (
        "s/outline.yaml:29:9: undecided: whether this section stands depends on “甲”, which is missing; it is kept\n"
    )


def test_markup_in_a_heading_is_no_markup_on_the_terminal(run: Callable[..., Run]) -> None:
    _speech({**FULL, "地区": "[red]清[/]河:100:"}, sections=[{"heading": "在{{ 地区 }}"}])
    assert "一、在[red]清[/]河:100:" in run("draft", "s").out


def test_whatever_the_width_of_the_terminal(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    _speech({}, sections=[{"heading": "很长的标题" * 30, "text": "{{ 地区 }}"}])
    for width in ("60", "300"):
        monkeypatch.setenv("COLUMNS", width)
        done = run("draft", "s", "-o", "稿.txt", "--force")
        assert done.status == 0
        assert "".join(done.out.split()).count("很长的标题") >= 1


def test_the_program_itself(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    _speech(FULL)
    done = run_program("draft", "s", "-o", "稿.txt")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("稿.txt: 73 characters, 0.4 minutes")
    assert "在清河市开会" in (folder / "稿.txt").read_text(encoding="utf-8")
    version = run_program("--version")
    assert version.out.startswith("speechdraft ")
    assert version.status == 0


def test_a_reader_that_stops_reading_is_no_fault(folder: Path) -> None:
    import subprocess
    import sys

    del folder
    _speech(FULL)
    with subprocess.Popen(
        [sys.executable, "-m", "speechdraft", "draft", "s", "--json", "-o", "稿.txt"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert "Traceback" not in said
    assert "stumbled" not in said
