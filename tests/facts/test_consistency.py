from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.consistency import contradictions
from speechdraft.problems import ProblemError
from speechdraft.speeches import load_speech

from .speeches import OUTLINE, write_speech

COUNTIES = "县区:\n  - {名称: 云陂县, 人数: 60}\n  - {名称: 石渡区, 人数: 60}\n"


def found(tmp_path: Path, facts: str, *rules: str) -> list[str]:
    outline = OUTLINE
    if rules:
        head, _checks, tail = OUTLINE.partition("checks:\n")
        lines = "".join(f"  - {rule}\n" for rule in rules)
        outline = f"{head}checks:\n{lines}sections:{tail.partition('sections:')[2]}"
    speech = load_speech(write_speech(tmp_path / "s", facts, outline)).speech
    return [str(problem).replace((tmp_path / "s").as_posix() + "/", "") for problem in contradictions(speech)]


def test_rules_that_hold_say_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, "录取人数: 120\n到位人数: 109\n到位率: 90.8%\n" + COUNTIES) == []


def test_a_contradiction_names_the_facts_and_their_places(tmp_path: Path) -> None:
    facts = "录取人数: 120\n到位人数: {value: 130, source: 一科}\n到位率: 90.8%\n" + COUNTIES.replace("60}", "61}")
    assert found(tmp_path, facts) == [
        (
            "facts.yaml:3:7: contradiction: “到位人数 <= 录取人数” does not hold: 到位人数 is 130名, 录取人数 is 120名\n"
            "  录取人数: facts.yaml:2:7\n"
            "  the rule: outline.yaml:26:5"
        ),
        (
            "facts.yaml:4:6: contradiction: 到位率与人数不符 (到位率 is 90.8%, 到位人数 is 130名, 录取人数 is 120名)\n"
            "  到位人数: facts.yaml:3:7\n"
            "  录取人数: facts.yaml:2:7\n"
            "  the rule: outline.yaml:27:13"
        ),
        (
            "facts.yaml:6:3: contradiction: “县区 | sum('人数') == 录取人数” does not hold:"
            " 县区 is 云陂县、61名、石渡区、61名, 录取人数 is 120名\n"
            "  录取人数: facts.yaml:2:7\n"
            "  the rule: outline.yaml:28:5"
        ),
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "录取人数: 120\n",
        "到位人数: 130\n到位率: 10%\n",
        "录取人数: 120\n县区:\n  - {名称: 云陂县}\n",
    ],
)
def test_a_rule_over_missing_facts_is_not_judged(tmp_path: Path, facts: str) -> None:
    assert found(tmp_path, facts) == []


SHARES = [
    ("66.7%", 80, True),
    ("67%", 80, True),
    ("66.67%", 80, True),
    ("66.6%", 80, False),
    ("66%", 80, False),
    ("50%", 60, True),
    ("100%", 120, True),
    ("近70%", 80, False),
]


@pytest.mark.parametrize(("share", "arrived", "holds"), SHARES)
def test_a_percentage_follows_from_counts_as_far_as_it_was_typed(
    tmp_path: Path, share: str, arrived: int, *, holds: bool
) -> None:
    facts = f"录取人数: 120\n到位人数: {arrived}\n到位率: {share}\n"
    assert (found(tmp_path, facts, "到位率 == 到位人数 / 录取人数") == []) is holds


RULES = [
    ("到位率 <= 1", True),
    ("到位率 > 0.905 and 到位率 < 0.91", True),
    ("录取人数 - 到位人数 == 缺口", True),
    ("缺口 == 12", False),
    ("会议日期 >= 会议日期", True),
    ("备注 is missing or 录取人数 > 1000", True),
    ("备注 is given", False),
    ("not (到位人数 > 录取人数)", True),
]


@pytest.mark.parametrize(("rule", "holds"), RULES)
def test_what_a_rule_can_say(tmp_path: Path, rule: str, *, holds: bool) -> None:
    facts = "会议日期: 2026-02-10\n录取人数: 120\n到位人数: 109\n到位率: 90.8%\n"
    assert (found(tmp_path, facts, rule) == []) is holds


BAD = [
    (
        "到位人 <= 录取人数",
        "bad-rule: the rule “到位人 <= 录取人数” cannot be judged: no fact “到位人”\n  did you mean 到位人数",
    ),
    ("录取人数", "bad-rule: the rule “录取人数” cannot be judged: it says neither yes nor no"),
    ("录取人数 <", "bad-rule: the rule “录取人数 <” cannot be judged: this is not template syntax"),
    ("录取人数.__class__ == 1", "bad-rule: the rule “录取人数.__class__ == 1” cannot be judged: the name"),
    (
        "地区 < 录取人数",
        "bad-rule: the rule “地区 < 录取人数” cannot be judged: a number and a text cannot be compared",
    ),
    ("录取人数 / 0 == 1", "bad-rule: the rule “录取人数 / 0 == 1” cannot be judged: a division by zero"),
]


@pytest.mark.parametrize(("rule", "message"), BAD)
def test_a_rule_that_cannot_be_judged_is_a_warning_at_its_place(tmp_path: Path, rule: str, message: str) -> None:
    (problem,) = found(tmp_path, "地区: 清河市\n录取人数: 120\n", rule)
    assert problem.startswith(f"outline.yaml:26:5: {message}")


def test_a_dictionary_has_rules_too(tmp_path: Path) -> None:
    folder = write_speech(tmp_path / "s", "录取人数: 12\n到位人数: 13\n")
    (folder / "templates").mkdir()
    (folder / "templates" / "facts.yaml").write_text("checks:\n  - 到位人数 + 0 <= 录取人数\n", "utf-8")
    rules = [rule.check for rule in load_speech(folder).speech.outline.rules]
    assert "到位人数 + 0 <= 录取人数" in rules
    assert rules[-3:] == ["到位人数 <= 录取人数", "到位率 == 到位人数 / 录取人数", "县区 | sum('人数') == 录取人数"]


def test_a_fact_may_still_be_called_checks(tmp_path: Path) -> None:
    folder = write_speech(tmp_path / "s")
    (folder / "templates").mkdir()
    (folder / "templates" / "facts.yaml").write_text("checks: {type: number}\n", "utf-8")
    assert load_speech(folder).speech.dictionary["checks"].type == "number"


def test_a_rule_that_is_none_is_refused(tmp_path: Path) -> None:
    outline = OUTLINE.replace("  - 到位人数 <= 录取人数", "  - {chek: 到位人数 <= 录取人数}")
    with pytest.raises(ProblemError, match=r"outline.yaml:26:6: unknown-key: no key “chek” here"):
        load_speech(write_speech(tmp_path / "s", "", outline))
