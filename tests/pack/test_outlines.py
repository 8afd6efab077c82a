"""Every outline with its example's facts is a complete draft of its length; without facts it says all it lacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speechdraft.draft import count_characters, leaves
from speechdraft.ledger import ledger, stale_problems
from speechdraft.needs import needs_of
from speechdraft.plaintext import to_text
from speechdraft.problems import Place
from speechdraft.proof import proofread
from speechdraft.speeches import load_speech
from tests.pack.single import samples
from tests.pack.support import (
    OUTLINES,
    ROOT,
    always_read,
    bare,
    composed,
    empty,
    example,
    fact_of,
    facts_and_fields,
    fresh,
    full,
    replaced,
    some_of,
    sources,
    without,
)

LENGTHS = {  # characters; PATTERNS.md, “The five skeletons”
    "half-year-meeting": 2000,
    "work-conference": 4000,
    "training-closing": 10900,
    "department-heads-conference": 10500,
    "annual-conference": 11000,
}
PARTS: dict[str, tuple[int, ...]] = {  # characters of the top level's parts; the same table
    "half-year-meeting": (150, 340, 610, 440, 375, 75),
    "training-closing": (140, 180 + 590 + 1270 + 1200, 720 + 1570 + 1930 + 510 + 870, 90 + 260 + 280 + 230 + 610, 160),
    "annual-conference": (
        222,
        172 + 193 + 205 + 387 + 145 + 407,
        904 + 726 + 1891 + 919 + 2041,
        208 + 185 + 357 + 227 + 451,
        122 + 225 + 221 + 501,
        109,
    ),
}
PARAGRAPHS: dict[
    str, dict[str, tuple[int, ...]]
] = {  # characters of each run of siblings, and where they stand (section of the draft)
    "annual-conference": {"2": (193, 205, 387, 145), "4": (185, 357, 227, 451), "5": (225, 221, 501)},
    "department-heads-conference": {"2": (290, 305, 430, 590, 230, 170)},
    "training-closing": {"2": (590, 1270, 1200), "3": (720, 1570, 1930, 510, 870), "4": (260, 280, 230, 610)},
}


def near(found: int, wanted: int) -> bool:
    """Within 20 %; a part of less than 300 characters within 60."""
    return abs(found - wanted) <= max(wanted * 0.2, 60)


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_example_makes_a_complete_draft(outline: str) -> None:
    loaded = example(outline)
    composition = full(outline)
    assert [str(problem) for problem in (*loaded.problems, *composition.problems)] == []
    assert [gap.fact for gap in composition.draft.gaps()] == []
    assert composition.left_out == ()


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_complete_draft_reads_without_a_stumble(outline: str) -> None:
    assert [str(problem) for problem in proofread(full(outline).draft)] == []


COMMON = ("基本情况", "会议", "时政提法")
"""Groups of facts that an example may give beyond what its outline uses, as a department's own defaults would."""


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_example_gives_every_fact_that_the_outline_uses_and_no_other(outline: str) -> None:
    speech = example(outline).speech
    read, _printed = always_read(speech)
    anywhere = {name for needs in needs_of(fresh(speech)) for name in needs.facts}
    given_by_hand = {name for name, one in speech.given.items() if one.place.file}
    asked = {name for name in read if speech.dictionary[name].default is None and not speech.dictionary[name].formula}
    asked |= {name for name in sources(speech, read) if not speech.dictionary[name].formula}
    assert sorted(asked - speech.given.keys()) == []
    unused = given_by_hand - anywhere - sources(speech, anywhere)
    assert [name for name in sorted(unused) if speech.dictionary[name].group not in COMMON] == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_complete_draft_has_the_length_of_its_kind(outline: str) -> None:
    draft = full(outline).draft
    wanted = LENGTHS.get(outline)
    if wanted is None:
        assert draft.minutes is not None
        wanted = round(draft.minutes * draft.pace)
    found = draft.characters()
    assert abs(found - wanted) <= wanted * 0.2, f"{found} characters, {wanted} wanted"


@pytest.mark.parametrize("outline", sorted(PARTS))
def test_each_part_has_its_length(outline: str) -> None:
    found = tuple(section.characters() for section in full(outline).draft.sections)
    assert len(found) == len(PARTS[outline])
    wrong = [pair for pair in zip(found, PARTS[outline], strict=True) if not near(*pair)]
    assert wrong == [], "(found, wanted)"


@pytest.mark.parametrize(
    ("outline", "place"), [(name, place) for name in sorted(PARAGRAPHS) for place in PARAGRAPHS[name]]
)
def test_each_item_has_its_length(outline: str, place: str) -> None:
    part = full(outline).draft.sections[int(place) - 1]
    items = [section.characters() for section in part.sections if section.heading is not None]
    if not items:
        items = [section.characters() for section in part.sections]
    wanted = PARAGRAPHS[outline][place]
    wrong = [pair for pair in zip(items, wanted, strict=False) if not near(*pair)]
    assert len(items) >= len(wanted)
    assert wrong == [], "(found, wanted)"


def test_the_paragraphs_of_a_work_conference_have_their_length() -> None:
    """Opening 360, ten paragraphs of 230 to 430, closing 157."""
    opening, *parts, closing = full("work-conference").draft.sections
    assert near(opening.characters(), 360)
    assert near(closing.characters(), 157)
    found = [section.characters() for part in parts for section in part.sections]
    assert [count for count in found if not 230 * 0.8 <= count <= 430 * 1.2] == []


def test_the_items_of_a_department_heads_conference_have_their_length() -> None:
    """Opening 117; review's lead 150; must-uphold 305, problems 236, guidance 270; leads 80 to 125, items 80 to 525."""
    opening, review, uphold, problems, guidance, *parts, closing = full("department-heads-conference").draft.sections
    lead = review.characters() - sum(section.characters() for section in review.sections)
    found = [opening.characters(), lead, *(section.characters() for section in (uphold, problems, guidance, closing))]
    assert [pair for pair in zip(found, (117, 150, 305, 236, 270, 150), strict=True) if not near(*pair)] == []
    items = [section.characters() for part in parts for section in part.sections]
    assert [count for count in items if not 80 * 0.8 <= count <= 525 * 1.2] == []
    leads = [sum(map(count_characters, part.paragraphs)) for part in parts]
    assert [count for count in leads if not 80 * 0.8 <= count <= 125 * 1.2] == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_the_minutes_of_the_parts_make_up_the_whole(outline: str) -> None:
    draft = full(outline).draft
    assert draft.minutes is not None
    budgets = [section.minutes for section in draft.sections if section.minutes is not None]
    assert sum(budgets) <= draft.minutes
    for section in draft.sections:
        if section.minutes is not None:
            spoken = section.characters() / draft.pace
            assert abs(spoken - section.minutes) <= max(section.minutes * 0.25, 0.75), (
                f"{section.origin.section}: {spoken:.1f} minutes, {section.minutes} given"
            )


# Without facts, with few, with any.


@pytest.mark.parametrize("outline", OUTLINES)
def test_without_facts_every_needed_one_is_a_visible_gap(outline: str) -> None:
    speech = replaced(bare(outline).speech, {})
    composition = empty(outline)
    draft = composition.draft
    text = to_text(draft)
    gaps = draft.gaps()
    assert gaps
    for gap in gaps:
        assert gap.text in text
        assert not speech.dictionary[gap.fact].optional
        assert gap.label
    _read, printed = always_read(speech)
    needed = {name for name in printed if not speech.dictionary[name].optional}
    assert sorted(needed - {gap.fact for gap in gaps}) == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_without_facts_no_sentence_has_a_hole(outline: str) -> None:
    assert [str(problem) for problem in proofread(empty(outline).draft)] == []


@pytest.mark.parametrize("outline", OUTLINES)
def test_with_the_defaults_alone_no_sentence_has_a_hole(outline: str) -> None:
    composition = composed(bare(outline).speech)
    # A condition that no default decides leaves its section standing, and says so.
    problems = [problem for problem in composition.problems if problem.code != "undecided"]
    assert [str(problem) for problem in (*problems, *proofread(composition.draft))] == []


@pytest.mark.parametrize("outline", OUTLINES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_with_any_part_of_its_facts_no_sentence_has_a_hole(outline: str, data: st.DataObject) -> None:
    speech = example(outline).speech
    missing = data.draw(some_of(facts_and_fields(speech.given)))
    draft = composed(replaced(speech, without(speech.given, missing))).draft
    assert [str(problem) for problem in proofread(draft)] == []
    gaps = {fact_of(gap.fact) for gap in draft.gaps()}
    # A field that a given record lacks is a gap, even where the speech could do without the record.
    whole = {gap.fact for gap in draft.gaps() if gap.fact == fact_of(gap.fact)}
    assert {name for name in whole if speech.dictionary[name].optional} == set()
    explained = {leaf.fact for leaf in missing} | {name for name in gaps if speech.dictionary[name].formula}
    read, _printed = always_read(speech)
    # A section whose condition is undecided stands, and says what it lacks.
    assert {name for name in gaps if name in read} <= explained


SPARSE = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "examples").glob("*/facts-*.yaml"))


def test_one_example_is_sparse() -> None:
    assert SPARSE


@pytest.mark.parametrize("file", SPARSE)
def test_a_sparse_example_reads_without_a_stumble(file: str) -> None:
    loaded = load_speech(ROOT / Path(file))
    composition = composed(loaded.speech)
    assert [str(problem) for problem in (*loaded.problems, *composition.problems)] == []
    assert [str(problem) for problem in proofread(composition.draft)] == []
    assert len(loaded.speech.given) < len(example(loaded.speech.outline.outline.id).speech.given) / 2
    assert all(not gap.label.startswith("【") for gap in composition.draft.gaps())


def test_no_draft_has_an_empty_paragraph() -> None:
    for outline in OUTLINES:
        for kind in (full, empty):
            for inlines in kind(outline).draft.runs_of_inlines():
                assert all(leaf.text for leaf in leaves(inlines)), outline


@pytest.mark.parametrize(("day", "codes"), [("2026-10-23", set()), ("2026-10-24", {"stale-default"})])
def test_a_default_older_than_twelve_months_asks_for_a_look(day: str, codes: set[str]) -> None:
    speech = load_speech(ROOT / "examples" / "work-conference", [f"会议日期={day}"]).speech
    name = "历次全会提法"
    assert stale_problems(ledger(fresh(speech))) == []  # given by hand
    by_default = {**speech.given, name: bare("work-conference").speech.given[name]}
    problems = stale_problems(ledger(fresh(replaced(speech, by_default))))
    assert {problem.code for problem in problems} == codes
    assert all(name in problem.message for problem in problems)


def _choices() -> list[tuple[str, str, str]]:
    """Return every value of each choice that decides which sections stand: outline, fact, value."""
    found: dict[tuple[str, str, str], None] = {}
    for outline in OUTLINES:
        speech = bare(outline).speech
        for _path, section in speech.outline.outline.walk():
            if section.when:
                names = fresh(speech).templates.usage_of_expression(section.when, Place()).names()
                choices = ((name, value) for name in names for value in speech.dictionary[name].choices)
                found.update(dict.fromkeys((outline, name, value) for name, value in choices))
    return list(found)


@pytest.mark.parametrize(("outline", "name", "value"), _choices())
def test_a_speech_is_complete_whatever_is_chosen(outline: str, name: str, value: str) -> None:
    speech = load_speech(ROOT / "examples" / outline, [f"{name}={value}"]).speech
    composition = composed(replaced(speech, {**samples(), **speech.given}))
    assert composition.problems == ()
    assert [gap.fact for gap in composition.draft.gaps()] == []
    assert [str(problem) for problem in proofread(composition.draft)] == []
    headings = [len(section.sections) for section in composition.draft.sections if section.heading is not None]
    usual = [len(section.sections) for section in full(outline).draft.sections if section.heading is not None]
    assert headings == usual
