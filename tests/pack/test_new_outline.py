"""An outline of one's own, as the README's guide makes it: from the pack's templates, without a new one."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from speechdraft.compose import Composition
from speechdraft.draft import plain
from speechdraft.proof import proofread
from speechdraft.speech import Speech
from speechdraft.speeches import Loaded, load_speech
from speechdraft.templating import Templates
from tests.pack.support import ROOT, composed, replaced

FOLDER = Path(__file__).resolve().parent / "quarterly-review"


@cache
def loaded() -> Loaded:
    return load_speech(FOLDER)


@cache
def made() -> Composition:
    return composed(loaded().speech)


def headings(composition: Composition) -> list[str]:
    return [
        section.heading.number + plain(section.heading.inlines)
        for section in composition.draft.sections
        if section.heading is not None
    ]


def test_it_makes_a_complete_draft() -> None:
    assert [str(problem) for problem in (*loaded().problems, *made().problems)] == []
    assert [gap.fact for gap in made().draft.gaps()] == []
    assert [str(problem) for problem in proofread(made().draft)] == []


def test_it_counts_by_itself() -> None:
    assert headings(made()) == [
        "一、看成绩，先看办成了几件",
        "二、讲道理，先讲透这个主题",
        "三、建机制，先建好这三项",
        "四、抓要害，先抓住这几处",
        "五、担责任，先担起自己这份",
    ]
    opening = plain(made().draft.sections[0].paragraphs[0].inlines)
    assert opening.endswith("下面，我讲五点意见。")


def test_it_has_the_length_of_its_minutes() -> None:
    draft = made().draft
    assert draft.minutes is not None
    assert abs(draft.characters() - draft.minutes * draft.pace) <= draft.minutes * draft.pace * 0.2


def test_without_facts_it_has_gaps_and_no_holes() -> None:
    composition = composed(replaced(loaded().speech, {}))
    assert composition.draft.gaps()
    assert [str(problem) for problem in proofread(composition.draft)] == []


@pytest.mark.parametrize(
    ("line", "instead", "says"),
    [
        ("review/numbered-paragraphs", "review/we-parallel", "一年来，我们把空转的支部转了起来。"),
        ("review/numbered-paragraphs", "review/we-always", "我们始终把空转的支部转了起来。"),
        ("review/numbered-paragraphs", "review/numbered-paragraphs", "一是把空转的支部转了起来。"),
        ("tasks/item-musts", "tasks/item-series", "一要把办结的决定权交给提诉求的人，本人不签字不销号；二要"),
        ("tasks/item-musts", "tasks/item-musts", "要把办结的决定权交给提诉求的人，本人不签字不销号。要每月"),
    ],
)
def test_one_line_changes_a_form(tmp_path: Path, line: str, instead: str, says: str) -> None:
    outline = (FOLDER / "outline.yaml").read_text(encoding="utf-8")
    assert outline.count(f"template: {line}") == 1
    (tmp_path / "outline.yaml").write_text(outline.replace(f"template: {line}", f"template: {instead}"), "utf-8")
    (tmp_path / "facts.yaml").write_text((FOLDER / "facts.yaml").read_text(encoding="utf-8"), "utf-8")
    draft = composed(load_speech(tmp_path).speech).draft
    assert says in "".join(plain(block.inlines) for block in draft.blocks())
    assert [str(problem) for problem in proofread(draft)] == []


def test_it_adds_no_template() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {"outline.yaml", "facts.yaml"}
    assert (ROOT / "templates").is_dir()


def test_a_template_of_ones_own_goes_before_the_packs(tmp_path: Path) -> None:
    (tmp_path / "templates" / "closing").mkdir(parents=True)
    own = tmp_path / "templates" / "closing" / "couplet-and-call.j2"
    own.write_text("{# 自己的结尾 #}\n同志们，散会以后就动手，{{ 地方战略 }}等不起。\n", "utf-8")
    for name in ("outline.yaml", "facts.yaml"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), "utf-8")
    draft = composed(load_speech(tmp_path).speech).draft
    assert plain(draft.sections[-1].paragraphs[0].inlines) == "同志们，散会以后就动手，建设滨海科创名城等不起。"


def test_speeches_are_values() -> None:
    speech: Speech = loaded().speech
    assert isinstance(speech.templates, Templates)
    assert replace(speech, given=speech.given) == speech
