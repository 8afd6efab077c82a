"""Outlines: what they may say, where each part stands, and the schema that editors check them with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.i18n import use_language
from speechdraft.numbering import FORMS
from speechdraft.outline import Outline, OutlineFile, SectionSpec, json_schema, read_outline
from speechdraft.problems import Problems
from speechdraft.source import parse
from tests.building import outline_of, yaml_of

SMALL = """\
id: small
title: 小会讲话
for: 开小会
minutes: 20
speech:
  title: 在小会上的讲话
sections:
  - template: opening/conference
  - heading: 总结
    minutes: 12.5
    numbered: 第一，
    with: {口径: 全市, 数: [1, 2]}
    sections:
      - template: review/lead
        each: 成绩
      - text: |
          第一段
          第二段
        when: 有
        optional: true
      - heading: 收尾
        run_in: true
        inline: false
"""


def _read(text: str) -> tuple[OutlineFile | None, list[str]]:
    problems = Problems()
    outline = read_outline(parse(text, "o.yaml", problems), "o.yaml", text, problems)
    return outline, [str(problem) for problem in problems.all()]


def _file(text: str) -> OutlineFile:
    outline, problems = _read(text)
    assert problems == []
    assert outline is not None
    return outline


def test_a_whole_outline() -> None:
    outline = _file(SMALL).outline
    assert (outline.id, outline.title, outline.for_, outline.minutes, outline.pace) == (
        "small",
        "小会讲话",
        "开小会",
        20,
        180,
    )
    assert outline.numbering == ("一、", "（一）", "1.", "（1）")
    assert outline.speech.salutation == "同志们："
    assert outline.sections[0] == SectionSpec(template="opening/conference")
    second = outline.sections[1]
    assert (second.heading, second.minutes, second.numbered, second.with_) == (
        "总结",
        12.5,
        "第一，",
        {"口径": "全市", "数": ["1", "2"]},
    )
    assert [one.each for one in second.sections] == ["成绩", "", ""]
    assert [one.when for one in second.sections] == ["", "有", ""]
    assert [one.optional for one in second.sections] == [False, True, False]
    assert [one.run_in for one in second.sections] == [False, False, True]


def test_sections_are_walked_parents_first_each_with_its_place() -> None:
    file = _file(SMALL)
    assert [path for path, _section in file.outline.walk()] == [(0,), (1,), (1, 0), (1, 1), (1, 2)]
    assert str(file.place((1,))) == "o.yaml:9:5"
    assert str(file.place((1,), "heading")) == "o.yaml:9:14"
    assert str(file.place((1, 0), "each")) == "o.yaml:15:15"
    assert str(file.place((1, 1), "text")) == "o.yaml:17:11"
    assert str(file.speech_place("title")) == "o.yaml:6:10"


def test_a_place_that_the_file_does_not_have_is_that_of_what_is_around_it() -> None:
    file = _file(SMALL)
    assert str(file.speech_place("date")) == "o.yaml:6:3"
    assert str(file.place((0,), "heading")) == "o.yaml:8:5"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("id: small", "id: Small One"), "1:5: wrong-value: “Small One” cannot stand here\n  small letters, digits and hyphens"),
        (("id: small\n", ""), "1:1: missing-key: the key “id” is missing\n  add a line “id: …”"),
        (("minutes: 20", "minutes: inf"), "4:10: wrong-type: expected a number\n  write it in digits, such as 12"),
        (("minutes: 20", "minutes: 0"), "4:10: wrong-value: the number 0 is out of range\n  it must be more than 0"),
        (("minutes: 20", "pace: 20"), "4:7: wrong-value: the number 20 is out of range\n  it must be at least 60"),
        (("minutes: 20", "pace: 快"), "4:7: wrong-type: expected a whole number\n  write it in digits, such as 12"),
        (("minutes: 20", "numbering: []"), "4:12: wrong-value: this list is empty"),
        (
            ("minutes: 20", "numbering: [一、, 甲乙]"),
            ("4:17: wrong-value: “甲乙” cannot stand here\n"
            "  choose one of 一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先, none"),
        ),
        (("  title: 在小会上的讲话", "  titel: 讲话"), "6:3: missing-key: the key “title” is missing\n  add a line “title: …”"),
        (("template: opening/conference", "tempalte: opening/conference"), "8:5: unknown-key: no key “tempalte” here\n  did you mean template?"),
        (("template: opening/conference", "template: ../opening"), "8:15: wrong-value: “../opening” cannot name a template"),
        (("template: opening/conference", "template: /etc/passwd"), "8:15: wrong-value: “/etc/passwd” cannot name a template"),
        (("template: opening/conference", "template: C:\\x"), "8:15: wrong-value: “C:\\x” cannot name a template"),
        (("template: opening/conference", "template: a/.b"), "8:15: wrong-value: “a/.b” cannot name a template"),
        (("run_in: true", "run_in: 好"), "22:17: wrong-type: expected true or false"),
        (("        run_in: true", "        facts: {}"), "22:9: unknown-key: no key “facts” here\n  known here: each, heading, inline, minutes, numbered, optional, run_in, sections, template, text, when, with"),
        (("minutes: 20", "facts: {甲: {typ: text}}"), "4:13: unknown-key: no key “typ” here\n  did you mean type?"),
    ],
)  # fmt: skip
def test_what_is_wrong(change: tuple[str, str], message: str) -> None:
    assert change[0] in SMALL
    outline, problems = _read(SMALL.replace(*change))
    assert outline is None
    assert f"o.yaml:{message}" in problems


def test_an_empty_outline_and_one_that_is_a_list() -> None:
    assert _read("# nothing\n") == (None, ["o.yaml: empty-file: this outline is empty"])
    assert _read("- template: x\n") == (
        None,
        ["o.yaml:1:1: wrong-type: expected a mapping\n  write each “name: value” on a line of its own"],
    )


def test_an_outline_that_does_not_parse_is_not_called_empty() -> None:
    _outline, problems = _read("id: [\n")
    assert [problem.split(": ")[1] for problem in problems] == ["yaml-syntax"]


def test_the_forms_of_numbers_are_those_that_numbering_knows() -> None:
    for form in FORMS:
        _file(yaml_of(outline_of([{"heading": "甲", "numbered": form}], numbering=[form])))


def test_the_schema_describes_every_key_and_knows_its_draft() -> None:
    schema = json_schema()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    keys = {"id", "title", "for", "minutes", "pace", "speech", "numbering", "facts", "sections"}
    assert keys <= set(schema["properties"])
    section = schema["$defs"]["SectionSpec"]["properties"]
    assert "with" in section
    assert all("description" in entry or "$ref" in entry for entry in section.values())
    assert schema["additionalProperties"] is False
    assert json.loads(json.dumps(schema)) == schema


def test_the_schema_is_in_the_users_language() -> None:
    use_language("zh_CN")
    section = json_schema()["$defs"]["SectionSpec"]["properties"]
    assert section["run_in"]["description"] == "标题与正文是否同行。"


def test_every_outline_of_the_pack_is_read(pytestconfig: pytest.Config) -> None:
    files = sorted((Path(pytestconfig.rootpath) / "outlines").glob("*.yaml"))
    assert files
    for path in files:
        assert _file(path.read_text(encoding="utf-8")).outline.id == path.stem


_keys = [*Outline.model_fields, *SectionSpec.model_fields, "for", "with", "x"]
_values = st.recursive(
    st.sampled_from(["甲", "1", "true", "{{ x }}", "", "一、", "a/b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_keys), inner, max_size=4),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(_keys), _values, max_size=6) | _values)
def test_any_value_is_an_outline_or_has_problems(value: object) -> None:
    outline, problems = _read(yaml_of(value))
    assert (outline is None) == bool(problems)
