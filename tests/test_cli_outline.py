"""``speechdraft outline``: list, show, check, schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from speechdraft.outline import json_schema
from tests.building import write_speech
from tests.commands import Run

TREE = [
    {"template": "opening"},
    {
        "heading": "部署{{ 年 }}年",
        "minutes": 2,
        "text": "共{{ count }}项。",
        "sections": [{"heading": "{{ item }}", "each": "事项", "text": "{{ 说明 }}"}],
    },
]
FACTS_OF = {
    "年": {"type": "year", "example": "2026"},
    "事项": {"type": "list", "example": ["甲", "乙"]},
    "说明": {"example": "说明的例子。"},
    "选": {"optional": True},
}
TEMPLATES = {"opening": "今年是{{ 年 }}年。"}


def _speech(**more: object) -> None:
    write_speech(Path("s"), TREE, facts={"年": "2025", "事项": ["丙"]}, facts_of=FACTS_OF, templates=TEMPLATES, **more)


def test_the_list(run: Callable[..., Run]) -> None:
    done = run("outline", "list")
    assert (done.status, done.err) == (0, "")
    assert any(line.startswith("annual-conference ") for line in done.out.splitlines())
    rows = json.loads(run("outline", "list", "--json").out)
    assert [set(row) for row in rows] == [{"id", "title", "for", "minutes"}] * len(rows)
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)


def test_an_outline_alone_is_shown_with_sample_facts(run: Callable[..., Run]) -> None:
    _speech(minutes=5)
    done = run("outline", "show", "s/outline.yaml")
    assert (done.status, done.err) == (0, "")
    assert [line.rstrip() for line in done.out.splitlines()] == [
        "test  试  40 characters, 0.2 / 5 minutes",
        "├── opening  9 characters, 0.1 minutes",
        "│     年",
        "└── 一、部署2026年  31 characters, 0.2 / 2 minutes",
        "      年",
        "    ├── （一）甲  9 characters, 0.1 minutes",
        "    │     事项, 说明",
        "    └── （二）乙  9 characters, 0.1 minutes",
        "          事项, 说明",
        "",
        "lengths with the sample facts of the dictionary",
    ]


def test_a_speech_is_shown_with_its_own_facts(run: Callable[..., Run]) -> None:
    _speech()
    for target in ("s", "s/facts.yaml"):
        said = [line.rstrip() for line in run("outline", "show", target, "--no-facts").out.splitlines()]
        assert said == [
            "test  试  33 characters, 0.2 minutes",
            "├── opening  9 characters, 0.1 minutes",
            "└── 一、部署2025年  24 characters, 0.1 / 2 minutes",
            "    └── （一）丙  11 characters, 0.1 minutes",
        ]


def test_the_tree_as_json(run: Callable[..., Run]) -> None:
    _speech()
    tree = json.loads(run("outline", "show", "s", "--json").out)
    first, second = tree
    assert (first["template"], first["heading"], first["facts"], first["section"]) == ("opening", None, ["年"], "1")
    assert (second["heading"], second["planned"]) == ("一、部署2025年", 2)
    assert [(child["section"], child["heading"], child["facts"]) for child in second["sections"]] == [
        ("2.1", "（一）丙", ["事项", "说明"])
    ]


def test_every_outline_of_the_pack_is_shown_and_checked(run: Callable[..., Run]) -> None:
    for row in json.loads(run("outline", "list", "--json").out):
        assert run("outline", "show", row["id"]).status == 0
        assert run("outline", "check", row["id"]).status == 0


def test_a_check_without_complaint(run: Callable[..., Run]) -> None:
    _speech()
    done = run("outline", "check", "s")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("test: nothing to object to")


def test_a_check_names_each_complaint_once(run: Callable[..., Run]) -> None:
    write_speech(
        Path("s"),
        [{"template": "t"}, {"template": "t"}, {"template": "u"}],
        facts_of=FACTS_OF,
        templates={"t": "好\n{{ 年度 }}"},
    )
    done = run("outline", "check", "s")
    assert done.status == 1
    codes = [line.split(": ")[:2] for line in done.err.splitlines() if not line.startswith(" ")]
    assert ["s/templates/t.j2:2", "unknown-fact"] in codes
    assert ["s/outline.yaml:24:13", "unknown-template"] in codes
    assert len(codes) == len({tuple(code) for code in codes})


def test_a_warning_is_no_error_unless_strict(run: Callable[..., Run]) -> None:
    write_speech(Path("s"), [{"template": "t"}], facts_of=FACTS_OF, templates={"t": "好\n{{ 选 }}"})
    done = run("outline", "check", "s")
    assert done.status == 0
    assert done.err.startswith(
        "s/templates/t.j2:2: optional-outside-clause: the optional fact “选” is printed outside a clause\n"
    )
    assert run("outline", "check", "s", "--strict").status == 3


def test_a_check_for_another_program(run: Callable[..., Run]) -> None:
    write_speech(Path("s"), [{"template": "t"}], facts_of=FACTS_OF, templates={"t": "好\n{{ 选 }}"})
    done = run("outline", "check", "s", "--json")
    assert (done.status, done.err) == (0, "")
    warning = {
        "code": "optional-outside-clause",
        "severity": "warning",
        "message": "the optional fact “选” is printed outside a clause",
        "place": "s/templates/t.j2:2",
        "hint": json.loads(done.out)["problems"][0]["hint"],
    }
    assert json.loads(done.out) == {"outline": "test", "passed": True, "problems": [warning]}
    assert run("outline", "check", "s", "--json", "--strict").status == 3
    Path("s/templates/t.j2").unlink()
    done = run("outline", "check", "s", "--json")
    assert (done.status, done.err) == (1, "")
    told = json.loads(done.out)
    assert (told["passed"], [problem["code"] for problem in told["problems"]]) == (False, ["unknown-template"])


def test_an_outline_that_cannot_be_read_is_told_to_another_program(run: Callable[..., Run]) -> None:
    Path("o.yaml").write_text("id: o\n", encoding="utf-8")
    done = run("outline", "check", "o.yaml", "--json")
    assert (done.status, done.err) == (1, "")
    told = json.loads(done.out)
    assert (told["outline"], told["passed"]) == ("o.yaml", False)
    assert [problem["message"] for problem in told["problems"]] == [
        "the key “title” is missing",
        "the key “speech” is missing",
        "the key “sections” is missing",
    ]


def test_a_formula_is_checked_where_its_fact_is_read(run: Callable[..., Run]) -> None:
    facts_of = {
        "增幅": {"type": "percent", "formula": "今年 / 去年 - 1"},
        "今年": {"type": "number"},
        "别的": {"formula": "坏 +"},
    }
    write_speech(Path("s"), [{"text": "{{ 增幅 }}"}], facts_of=facts_of)
    done = run("outline", "check", "s")
    assert done.status == 1
    assert done.err.splitlines()[0] == "formula of “增幅”: unknown-fact: no fact “去年”"


def test_the_schema(run: Callable[..., Run]) -> None:
    done = run("outline", "schema")
    assert (done.status, done.err) == (0, "")
    assert json.loads(done.out) == json_schema()


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_outline_that_is_wrong(command: str, run: Callable[..., Run]) -> None:
    Path("o.yaml").write_text("id: o\n", encoding="utf-8")
    done = run("outline", command, "o.yaml")
    assert done.status == 1
    assert done.err == (
        "o.yaml:1:1: missing-key: the key “title” is missing\n  add a line “title: …”\n"
        "o.yaml:1:1: missing-key: the key “speech” is missing\n  add a line “speech: …”\n"
        "o.yaml:1:1: missing-key: the key “sections” is missing\n  add a line “sections: …”\n"
        "3 errors; nothing was written\n"
    )
