"""Validation: each thing wrong with its line and column, in the user's words, in the order of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import pytest
from pydantic import BaseModel, ConfigDict, Field

from speechdraft.problems import Problems
from speechdraft.schema import NAME_PATTERN, validate
from speechdraft.source import parse


class _Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: str = ""
    count: int | None = None


class _Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    for_: str = Field(default="", alias="for")
    share: float | None = Field(default=None, gt=0, le=1, allow_inf_nan=False)
    sure: bool = False
    inner: _Inner | None = None
    many: tuple[_Inner, ...] = Field(default=(), min_length=1)
    named: Mapping[str, _Inner] = Field(default_factory=dict)


def _check(text: str) -> tuple[_Outer | None, list[str]]:
    problems = Problems()
    node = parse(text, "f.yaml", problems)
    assert node is not None
    return validate(_Outer, node, problems), [str(problem) for problem in problems.all()]


def test_what_is_right() -> None:
    model, problems = _check(
        "name: a-1\nfor: 会议\nshare: 0.5\nsure: yes\ninner: {word: 甲, count: 3}\nmany: [{word: 乙}]\n"
    )
    assert problems == []
    assert model is not None
    assert (model.for_, model.share, model.sure) == ("会议", 0.5, True)
    assert model.inner == _Inner(word="甲", count=3)
    assert model.many == (_Inner(word="乙"),)


def test_a_key_with_nothing_behind_it_is_as_good_as_not_there() -> None:
    model, problems = _check("name: a\nfor:\nshare:\ninner: {word: }\nmany: \n")
    assert problems == []
    assert model is not None
    assert (model.for_, model.share, model.inner, model.many) == ("", None, _Inner(), ())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("shore: x", "2:1: unknown-key: no key “shore” here\n  did you mean share, sure?"),
        ("sonst: x", "2:1: unknown-key: no key “sonst” here\n  known here: for, inner, many, name, named, share, sure"),
        ("for_: x", "2:1: unknown-key: no key “for_” here\n  did you mean for?"),
        ("for: [x]", '2:6: wrong-type: expected a text\n  put it between quotation marks: "…"'),
        ("share: viel", "2:8: wrong-type: expected a number\n  write it in digits, such as 12"),
        ("share: nan", "2:8: wrong-type: expected a number\n  write it in digits, such as 12"),
        ("share: 0", "2:8: wrong-value: the number 0 is out of range\n  it must be more than 0"),
        ("share: 1.5", "2:8: wrong-value: the number 1.5 is out of range\n  it must be at most 1"),
        ("sure: 也许", "2:7: wrong-type: expected true or false"),
        ("inner: x", "2:8: wrong-type: expected a mapping\n  write each “name: value” on a line of its own"),
        ("inner: {count: 3.5}", "2:16: wrong-type: expected a whole number\n  write it in digits, such as 12"),
        ("inner: {wort: 甲}", "2:9: unknown-key: no key “wort” here\n  did you mean word?"),
        ("many: x", "2:7: wrong-type: expected a list\n  write each item on a line of its own, behind “- ”"),
        ("many: {word: x}", "2:7: wrong-type: expected a list\n  write each item on a line of its own, behind “- ”"),
        ("many: []", "2:7: wrong-value: this list is empty"),
        ("many:\n  - word: 甲\n  - wort: 乙", "4:5: unknown-key: no key “wort” here\n  did you mean word?"),
        ("named: {甲: {wort: 乙}}", "2:13: unknown-key: no key “wort” here\n  did you mean word?"),
        ("named: [甲]", "2:8: wrong-type: expected a mapping\n  write each “name: value” on a line of its own"),
    ],
)
def test_what_is_wrong(line: str, message: str) -> None:
    assert _check(f"name: a\n{line}\n") == (None, [f"f.yaml:{message}"])


def test_what_is_missing_and_what_cannot_be_a_name() -> None:
    assert _check("for: x\n") == (None, ["f.yaml:1:1: missing-key: the key “name” is missing\n  add a line “name: …”"])
    assert _check("name: 甲 乙\n") == (
        None,
        ["f.yaml:1:7: wrong-value: “甲 乙” cannot stand here\n  small letters, digits and hyphens"],
    )


def test_all_at_once_in_the_order_of_the_file() -> None:
    _model, problems = _check("x: 1\nmany:\n  - x: 1\n    count: x\nshare: y\nname: _\nsure: [x]\n")
    assert [problem.split(":")[1] for problem in problems] == ["1", "3", "4", "5", "6", "7"]
