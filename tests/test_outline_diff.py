"""``outline diff``: sections matched as a reader would, and what that means for the facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.outline_diff import Change, Fate, OutlineDiff, outline_diff
from tests.building import SPEECH, Tree, outline_of, speech_of, write_speech, yaml_of
from tests.commands import Run

TEMPLATES = {
    name: f"{name}。" for name in ("opening/a", "opening/b", "tasks/a", "tasks/b", "tasks/c", "tasks/d", "closing/a")
}


def diff(old: list[Tree], new: list[Tree], **more: Any) -> OutlineDiff:
    """Return what changed between two trees; ``more`` is what the new outline says besides."""
    return outline_diff(speech_of(old, templates=TEMPLATES), speech_of(new, templates=TEMPLATES, **more))


def told(found: OutlineDiff) -> list[str]:
    """Return the changes of sections, a line each."""
    return [
        " ".join(
            [
                one.fate.value,
                one.old.number if one.old else "-",
                one.new.number if one.new else "-",
                *(f"{change.key}: {change.old} > {change.new}" for change in one.changes),
            ]
        )
        for one in found.sections
    ]


A: Tree = {"heading": "打好攻坚仗", "template": "tasks/a"}
B: Tree = {"heading": "配强一线人", "template": "tasks/b"}
C: Tree = {"heading": "带出硬作风", "template": "tasks/c"}
D: Tree = {"heading": "抓实基层党建", "template": "tasks/d"}
OPENING: Tree = {"template": "opening/a"}
CLOSING: Tree = {"text": "我的话完了，谢谢大家。"}
WHOLE: list[Tree] = [OPENING, A, B, C, CLOSING]


def test_the_same_outline() -> None:
    found = diff(WHOLE, WHOLE)
    assert not found
    assert found == OutlineDiff(outline=(), sections=(), facts=(), checks=(), needed=(), unneeded=())


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ([A, B], [A, D, B], ["added - 2"]),
        ([A, B, C], [A, C], ["removed 2 -"]),
        ([A, B, C], [B, C], ["removed 1 -"]),
        ([A, B, C], [C, A, B], ["moved 3 1"]),
        ([A, B, C], [B, C, {**A, "minutes": 3}], ["moved 1 3 minutes: None > 3.0"]),
        # Sections that only come to have another number did not change.
        ([A, B, C], [D, A, B, C], ["added - 1"]),
        ([A, B], [{**A, "heading": "打赢攻坚仗"}, B], ["changed 1 1 heading: 打好攻坚仗 > 打赢攻坚仗"]),
        # Put in quite other words, it is still known by its template.
        ([A, B], [{**A, "heading": "啃下硬骨头"}, B], ["changed 1 1 heading: 打好攻坚仗 > 啃下硬骨头"]),
        ([A, B], [A, {**B, "template": "closing/a"}], ["changed 2 2 template: tasks/b > closing/a"]),
        # Without a heading, a template of the same family stands in the place of another.
        ([OPENING, A], [{"template": "opening/b"}, A], ["changed 1 1 template: opening/a > opening/b"]),
        ([OPENING, A], [{"template": "closing/a"}, A], ["removed 1 -", "added - 1"]),
        (
            [{"heading": "小结", "template": "tasks/a"}],
            [{"heading": "小结", "text": "好。"}],
            ["changed 1 1 template: tasks/a > None text: None > 好。"],
        ),
        (
            [A, CLOSING],
            [A, {"text": "我的话讲完了，谢谢各位。"}],
            ["changed 2 2 text: 我的话完了，谢谢大家。 > 我的话讲完了，谢谢各位。"],
        ),
        (
            [{**A, "with": {"甲": "一", "乙": ["二"]}}],
            [{**A, "with": {"甲": "二", "丙": "三"}}],
            ["changed 1 1 with.甲: 一 > 二 with.乙: ['二'] > None with.丙: None > 三"],
        ),
        (
            [{**A, "when": "有", "optional": True}],
            [{**A, "each": "项", "run_in": True}],
            ["changed 1 1 when: 有 > None optional: True > None each: None > 项 run_in: None > True"],
        ),
    ],
)
def test_sections(old: list[Tree], new: list[Tree], lines: list[str]) -> None:
    facts = {"有": {"type": "yes-no"}, "项": {"type": "list"}}
    found = outline_diff(
        speech_of(old, templates=TEMPLATES, dictionary=facts), speech_of(new, templates=TEMPLATES, dictionary=facts)
    )
    assert told(found) == lines


def test_sections_that_are_put_below_another_and_taken_out_again() -> None:
    flat = [A, B, C]
    deep = [A, {"heading": "干部工作", "sections": [B, C]}]
    assert told(diff(flat, deep)) == ["added - 2", "moved 2 2.1", "moved 3 2.2"]
    assert told(diff(deep, flat)) == ["removed 2 -", "moved 2.1 2", "moved 2.2 3"]


def test_a_section_that_moves_takes_those_below_along() -> None:
    part = {"heading": "干部工作", "sections": [B, C]}
    assert told(diff([part, A, D], [A, D, part])) == ["moved 1 3"]


def test_a_heading_alone_is_known_by_what_stands_below() -> None:
    old = [{"heading": "干部工作", "sections": [B, C]}, A]
    new = [{"heading": "锻造队伍", "sections": [B, C, D]}, A]
    assert told(diff(old, new)) == ["changed 1 1 heading: 干部工作 > 锻造队伍", "added - 1.3"]


def test_a_removed_part_is_told_with_all_that_stood_below() -> None:
    assert told(diff([A, {"heading": "干部工作", "sections": [B, C]}, D], [A, D])) == [
        "removed 2 -",
        "removed 2.1 -",
        "removed 2.2 -",
    ]


def test_sections_that_say_the_same_are_matched_in_order() -> None:
    turn = {"template": "tasks/d"}
    assert told(diff([turn, A, turn, B, turn], [turn, A, turn, turn, B, turn])) == ["added - 4"]


def test_what_stands_above_the_sections() -> None:
    found = diff(
        [A],
        [A],
        minutes=12,
        numbering=["一要"],
        speech={**SPEECH, "title": "在会上的讲话", "salutation": "同志们："},
    )
    assert found.outline == (
        Change(key="minutes", old=None, new=12.0),
        Change(key="speech.title", old="讲话", new="在会上的讲话"),
        Change(key="speech.salutation", old=None, new="同志们："),
        Change(key="numbering", old=["一、", "（一）", "1.", "（1）"], new=["一要"]),
    )
    assert [one.fate for one in found.outline] == [Fate.CHANGED if one.old else Fate.ADDED for one in found.outline]


def test_facts_and_checks_of_the_outline() -> None:
    old = speech_of([A], templates=TEMPLATES, facts={}, checks=["1 < 2", "2 < 3"])
    new = speech_of([A], templates=TEMPLATES, checks=["2 < 3", {"check": "3 < 4", "message": "不对"}])
    found = outline_diff(old, new)
    assert [(one.name, one.fate) for one in found.checks] == [("3 < 4", Fate.ADDED), ("1 < 2", Fate.REMOVED)]
    assert found.checks[0].changes == (Change(key="message", old=None, new="不对"),)


def test_the_facts_that_are_needed() -> None:
    facts = {
        "增幅": {"type": "percent", "formula": "今年 / 去年 - 1"},
        "今年": {"type": "number"},
        "去年": {"type": "number", "default": "5"},
        "地区": {},
        "口号": {"optional": True},
    }
    old = speech_of([{"text": "{{ 今年 }}{{ 地区 }}"}], dictionary=facts)
    new = speech_of([{"text": "{{ 增幅 }}{% clause %}{{ 口号 }}{% endclause %}"}], dictionary=facts)
    found = outline_diff(old, new)
    assert [(one.name, one.has_default, one.spec.optional) for one in found.needed] == [
        ("去年", True, False),
        ("口号", False, True),
    ]
    assert [one.name for one in found.unneeded] == ["地区"]


_sections = st.recursive(
    st.sampled_from([A, B, C, D, OPENING, CLOSING, {**A, "minutes": 3}, {**B, "heading": "选强一线人"}]),
    lambda inner: st.builds(
        lambda heading, below: {"heading": heading, "sections": below},
        st.sampled_from(["上篇", "下篇"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)
_trees = st.lists(_sections, min_size=1, max_size=5)


@given(_trees, _trees)
def test_every_section_is_told_once_or_is_as_it_was(old: list[Tree], new: list[Tree]) -> None:
    before, after = speech_of(old, templates=TEMPLATES), speech_of(new, templates=TEMPLATES)
    found = outline_diff(before, after)
    for numbers in (
        [one.old.number for one in found.sections if one.old],
        [one.new.number for one in found.sections if one.new],
    ):
        assert len(numbers) == len(set(numbers))
    count = [len(list(speech.outline.outline.walk())) for speech in (before, after)]
    fates = [one.fate for one in found.sections]
    assert count[0] - fates.count(Fate.REMOVED) == count[1] - fates.count(Fate.ADDED)
    assert bool(found) == (before.outline.outline != after.outline.outline)
    assert not outline_diff(after, after)


# The command.

OLD: list[Tree] = [
    {"template": "opening"},
    {
        "heading": "总结{{ 年 }}年",
        "minutes": 2,
        "text": "这一年，办成了{{ 件数 }}件实事，群众是满意的，我们是尽力的，成绩来之不易。",
    },
    {"heading": "部署工作", "text": "要抓{{ 重点 }}。", "with": {"领域": "干部"}},
]
NEW: list[Tree] = [
    {"template": "opening"},
    {"heading": "部署工作", "text": "要抓{{ 重点 }}。", "with": {"领域": "人才"}},
    {
        "heading": "总结{{ 年 }}年",
        "minutes": 2.5,
        "text": "这一年，办成了一批实事，群众是满意的，我们是尽力的，成绩来之不易。",
    },
    {"text": "谢谢[b]大家[/b]，{{ 祝愿 }}"},
]
FACTS_OF = {
    "年": {"type": "year"},
    "件数": {"type": "number", "unit": "件", "ask": "办公室"},
    "重点": {},
}


def _write(**new: object) -> None:
    templates = {"opening": "各位："}
    write_speech(Path("old"), OLD, facts_of=FACTS_OF, templates=templates, checks=["件数 > 0"])
    facts_of = {**FACTS_OF, "重点": {"ask": "研究室"}, "祝愿": {"ask": "研究室"}}
    facts = {"年": 2025, "件数": 12, "祝愿": "祝好"}
    write_speech(Path("new"), NEW, facts=facts, facts_of=facts_of, templates=templates, minutes=9, **new)


def test_what_changed_is_told(run: Callable[..., Run]) -> None:
    _write()
    done = run("outline", "diff", "old", "new")
    assert (done.status, done.err) == (0, "")
    assert (
        done.out
        == """\
− old/outline.yaml
+ new/outline.yaml

outline
  + minutes: 9

sections of the outline
  → 3 → 2  部署工作
      ~ with.领域: 干部 → 人才
  ~ 3  总结{{ 年 }}年
      ~ text: 这一年，办成了{{ 件数 }}件实事，群众是满意… → 这一年，办成了一批实事，群众是满意…
      ~ minutes: 2 → 2.5
  + 4  谢谢[b]大家[/b]，{{ 祝愿 }}

facts of the outline
  ~ 重点
      + ask: 研究室
  + 祝愿
      + ask: 研究室

checks of the outline
  − 件数 > 0

1 more fact is needed
  + 祝愿  ask 研究室  given already in new/facts.yaml

1 fact is no longer needed
  − 件数  ask 办公室  given in new/facts.yaml
"""
    )
    for names in (("old/outline.yaml", "new/outline.yaml"), ("old/facts.yaml", "new/facts.yaml")):
        assert run("outline", "diff", *names) == done


def test_what_changed_as_json(run: Callable[..., Run]) -> None:
    _write()
    found = json.loads(run("outline", "diff", "old", "new", "--json").out)
    assert list(found) == [
        "old",
        "new",
        "outline",
        "sections",
        "facts",
        "checks",
        "needed",
        "no_longer_needed",
    ]
    assert found["outline"] == [{"key": "minutes", "fate": "added", "old": None, "new": 9}]
    assert found["sections"][0] == {
        "fate": "moved",
        "old_section": "3",
        "new_section": "2",
        "heading": "部署工作",
        "template": None,
        "changes": [{"key": "with.领域", "fate": "changed", "old": "干部", "new": "人才"}],
    }
    assert found["checks"] == [{"check": "件数 > 0", "fate": "removed", "changes": []}]
    assert found["needed"] == [{"fact": "祝愿", "ask": "研究室", "optional": False, "default": False, "given": True}]
    assert found["no_longer_needed"] == [
        {"fact": "件数", "ask": "办公室", "optional": False, "default": False, "given": True}
    ]


def test_a_folder_alone_is_compared_with_the_outline_it_was_started_from(run: Callable[..., Run]) -> None:
    run("new", "half-year-meeting", "s")
    done = run("outline", "diff", "s")
    assert (done.status, done.err) == (0, "")
    assert done.out == "s/outline.yaml: nothing changed since half-year-meeting (organization-work 0.1.0)\n"
    outline = Path("s/outline.yaml")
    # The outline's own name may change; the facts file still says what it is for.
    text = outline.read_text(encoding="utf-8").replace("id: half-year-meeting", "id: ours")
    outline.write_text(text.replace("minutes: 11", "minutes: 15"), encoding="utf-8")
    assert (
        run("outline", "diff", "s").out
        == """\
− half-year-meeting (organization-work 0.1.0)
+ s/outline.yaml

outline
  ~ id: half-year-meeting → ours
  ~ minutes: 11 → 15

the same facts are needed as before
"""
    )


def test_an_outline_alone_has_nothing_to_be_compared_with(run: Callable[..., Run]) -> None:
    done = run("outline", "diff", "inauguration")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "nothing-to-compare: “inauguration” is no speech's folder with an outline of its own; what is it to be compared"
        " with?\n"
        "  name two outlines: speechdraft outline diff OLD NEW\n"
        "1 error; nothing was written\n"
    )


def test_a_speech_after_an_outline_that_no_pack_has(run: Callable[..., Run]) -> None:
    Path("s").mkdir()
    Path("s/outline.yaml").write_text(yaml_of(outline_of([CLOSING], id="ours")), encoding="utf-8")
    done = run("outline", "diff", "s")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "unknown-outline: no outline “ours”\n"
        "  speechdraft outline list shows all there are\n"
        "  name the one to compare with: speechdraft outline diff OLD s\n"
        "1 error; nothing was written\n"
    )


def test_every_two_outlines_of_the_pack_can_be_compared(run: Callable[..., Run]) -> None:
    names = [row["id"] for row in json.loads(run("outline", "list", "--json").out)]
    for old, new in pairwise(names):
        done = run("outline", "diff", old, new)
        assert (done.status, done.err) == (0, "")
    assert run("outline", "diff", "examples-of-nobody", names[0]).status == 1


def test_a_template_that_is_not_there(run: Callable[..., Run]) -> None:
    _write()
    Path("new/templates/opening.j2").unlink()
    done = run("outline", "diff", "old", "new")
    assert (done.status, done.out) == (1, "")
    assert done.err.startswith("new/outline.yaml:21:13: unknown-template: no template “opening”\n")
