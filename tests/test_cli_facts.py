"""``speechdraft facts status``: how it stands with a speech's facts."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.building import write_speech
from tests.commands import Run

TREE = [{"text": "{{ 地区 }}{{ 合计 }}{{ 年 }}{% clause %}{{ 选 }}{% endclause %}"}]
FACTS_OF: dict[str, Any] = {
    "地区": {"ask": "办公室", "group": "基本"},
    "甲": {"type": "number", "ask": "干部一科", "group": "数字"},
    "乙": {"type": "number", "group": "数字"},
    "合计": {"type": "number", "unit": "名", "formula": "甲 + 乙", "group": "数字"},
    "年": {"type": "year", "default": "2026"},
    "选": {"optional": True},
    "闲": {},
}


@pytest.fixture(autouse=True)
def _speech(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    write_speech(folder / "s", TREE, facts={"甲": {"value": "3", "source": "台账"}, "闲": "x"}, facts_of=FACTS_OF)


def _rows(said: str) -> list[list[str]]:
    return [line.split() for line in said.splitlines() if line.strip()]


def test_the_table_by_group_and_the_counts(run: Callable[..., Run]) -> None:
    done = run("facts", "status", "s")
    assert (done.status, done.err) == (0, "")
    rows = _rows(done.out)
    assert rows[1:3] == [["基本"], ["地区", "missing", "办公室"]]
    assert ["数字"] in rows
    assert ["乙", "missing"] in rows
    assert ["合计", "missing", "needs", "乙"] in rows
    assert ["年", "default", "2026"] in rows
    assert ["选", "left", "out"] in rows
    assert ["闲", "unused", "x"] in rows
    assert [row[:3] for row in rows if row[0] == "甲"] == [["甲", "given", "3"]]
    assert rows[-1] == ["3", "missing,", "1", "given,", "1", "default,", "1", "left", "out,", "1", "unused"]


def test_only_what_is_missing(run: Callable[..., Run]) -> None:
    rows = _rows(run("facts", "status", "s", "--missing").out)
    assert [row[0] for row in rows[1:-1]] == ["基本", "地区", "数字", "乙", "合计"]
    assert rows[-1][:2] == ["3", "missing,"]


def test_as_json(run: Callable[..., Run]) -> None:
    told = json.loads(run("facts", "status", "s", "--json").out)
    assert told["problems"] == []
    entries = {entry["fact"]: entry for entry in told["facts"]}
    assert {name: entry["standing"] for name, entry in entries.items()} == {
        "地区": "missing", "甲": "given", "乙": "missing", "合计": "missing", "年": "defaulted", "选": "left-out", "闲": "unused",
    }  # fmt: skip
    assert (entries["甲"]["value"], entries["甲"]["source"], entries["甲"]["place"]) == (
        "3",
        "台账",
        "s/facts.yaml:2:3",
    )
    assert (entries["合计"]["needs"], entries["合计"]["unit"], entries["地区"]["ask"]) == (["乙"], "名", "办公室")


def test_facts_of_the_command_line_count(run: Callable[..., Run]) -> None:
    entries = json.loads(run("facts", "status", "s", "--set", "乙=4", "--set", "地区=清河", "--json").out)["facts"]
    assert {entry["fact"]: entry["value"] for entry in entries if entry["fact"] in {"乙", "合计", "地区"}} == {
        "地区": "清河",
        "乙": "4",
        "合计": "7名",
    }


def test_as_json_with_what_is_worth_a_look(run: Callable[..., Run]) -> None:
    Path("s/facts.yaml").write_text("甲: {value: 3, as_of: 2023-05-31}\n地曲: 清河\n", encoding="utf-8")
    told = json.loads(run("facts", "status", "s", "--json").out)
    assert told["problems"] == [
        {
            "code": "unknown-fact",
            "severity": "warning",
            "message": "no fact “地曲”",
            "place": "s/facts.yaml:2:1",
            "hint": "did you mean 地区?",
        },
        {
            "code": "stale-fact",
            "severity": "warning",
            "message": "“甲” dates from 2023-05-31 and is 31 months old: 3",
            "place": "s/facts.yaml:1:4",
            "hint": "see whether it still holds; then give it a newer day (as_of); ask 干部一科",
        },
    ]


def test_a_value_that_lacks_a_part_is_missing_everywhere(run: Callable[..., Run]) -> None:
    fields = {"姓名": {}, "建议": {"ask": "研究室"}, "备注": {"optional": True}}
    facts_of = {
        "述职人": {"type": "list", "fields": fields, "ask": "办公室"},
        "讲话人": {"type": "person", "ask": "办公室"},
    }
    tree = [{"each": "述职人", "text": "给{{ item.姓名 }}的建议：{{ item.建议 }}。"}]
    facts = {"述职人": [{"姓名": "甲", "建议": "多走访"}, {"姓名": "乙"}], "讲话人": {"职务": "县委书记"}}
    speech = {"title": "讲话", "speaker": "{{ 讲话人 }}", "date": "", "salutation": ""}
    write_speech(Path("t"), tree, facts=facts, facts_of=facts_of, speech=speech)
    assert [line.rstrip() for line in run("facts", "status", "t", "--missing").out.splitlines()] == [
        "fact      stands   value                                ask",
        "Others",
        "  讲话人  missing  县委书记 needs 讲话人.姓名           办公室",
        "  述职人  missing  甲、多走访、乙 needs 述职人[2].建议  办公室",
        "",
        "2 missing",
    ]
    assert run("facts", "form", "t", "-o", "f.yaml").out.splitlines()[0] == "f.yaml: asks for 2 facts"
    said = [line.rstrip() for line in run("draft", "t", "-o", "t.txt").out.splitlines()]
    assert said[said.index("2 gaps:") :][:4] == [
        "2 gaps:",
        "missing         for example  ask",
        "讲话人.姓名                  办公室",
        "述职人[2].建议               研究室",
    ]
    assert Path("t.txt").read_text("utf-8").splitlines()[1] == "县委书记【待补：讲话人·姓名】"
    assert run("draft", "t", "--final").err == (
        "t/facts.yaml: not-final: “讲话人.姓名” is missing\n  ask 办公室\n"
        "t/facts.yaml: not-final: “述职人[2].建议” is missing\n  ask 研究室\n"
        "2 errors; nothing was written\n"
    )


def test_a_template_that_reads_only_the_post_needs_no_name(run: Callable[..., Run]) -> None:
    facts = {"前任": {"职务": "县委书记"}}
    write_speech(Path("t"), [{"text": "前任{{ 前任.职务 }}。"}], facts=facts, facts_of={"前任": {"type": "person"}})
    assert run("draft", "t", "-o", "t.txt").out.endswith("no gaps: every fact that the draft needs is given\n")
    assert run("facts", "status", "t", "--missing").out == "1 given\n"
    write_speech(
        Path("t"), [{"text": "{{ 前任.职务 }}{{ 前任 }}。"}], facts=facts, facts_of={"前任": {"type": "person"}}
    )
    assert run("facts", "status", "t", "--missing").out.endswith("1 missing\n")


def test_what_is_wrong_is_said(run: Callable[..., Run]) -> None:
    Path("s/facts.yaml").write_text("甲: 很多\n地曲: 清河\n", encoding="utf-8")
    done = run("facts", "status", "s")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "s/facts.yaml:1:4: bad-number: “甲”: “很多” is not a number\n"
        "  write digits, with the unit if you like: 128, 1.2万, 近300\n"
        "s/facts.yaml:2:1: unknown-fact: no fact “地曲”\n  did you mean 地区?\n"
        "1 error; nothing was written\n"
    )


def test_a_formula_that_cannot_be_read_is_said_and_no_traceback(run: Callable[..., Run]) -> None:
    write_speech(Path("t"), TREE, facts_of={**FACTS_OF, "合计": {"type": "number", "formula": "甲 +"}})
    done = run("facts", "status", "t")
    assert done.status == 1
    assert done.err.startswith("formula of “合计”: template-syntax: ")


@pytest.mark.skipif(os.name == "nt", reason="links as POSIX has them")
def test_a_link_that_leads_to_itself_is_said(run: Callable[..., Run]) -> None:
    Path("来.yaml").write_text("地区: 甲\n", encoding="utf-8")
    facts = Path("s") / "facts.yaml"
    facts.unlink()
    facts.symlink_to("facts.yaml")
    reason = os.strerror(errno.ELOOP)
    done = run("facts", "merge", "s", "来.yaml")
    assert (done.status, done.err) == (
        1,
        (
            f"s/facts.yaml: cannot-write: the file cannot be written: {reason}\n"
            "  write to another folder or under another name\n1 error; nothing was written\n"
        ),
    )
    done = run("facts", "status", facts)
    assert (done.status, done.err) == (
        1,
        (
            f"s/facts.yaml: cannot-read: the file cannot be read: {reason}\n"
            "  see whether you may read it, and whether another program holds it\n1 error; nothing was written\n"
        ),
    )


def test_any_number_as_the_day_is_taken(run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch) -> None:
    for epoch in ("9" * 11, "9" * 12, "9" * 30, "²", "-1", "x"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        assert run("facts", "status", "s").status == 0
        assert run("draft", "s", "--force").status == 0
