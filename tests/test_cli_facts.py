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
    entries = {entry["fact"]: entry for entry in json.loads(run("facts", "status", "s", "--json").out)}
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
    entries = json.loads(run("facts", "status", "s", "--set", "乙=4", "--set", "地区=清河", "--json").out)
    assert {entry["fact"]: entry["value"] for entry in entries if entry["fact"] in {"乙", "合计", "地区"}} == {
        "地区": "清河",
        "乙": "4",
        "合计": "7名",
    }


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
