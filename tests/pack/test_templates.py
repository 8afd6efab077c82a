"""Every template alone, used by an outline or not: with all, with some and without any of its facts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speechdraft.draft import Draft, plain
from speechdraft.proof import proofread
from tests.pack.single import alone, in_outlines, sampled
from tests.pack.support import TEMPLATES, always_read, composed, fact_of, facts_and_fields, replaced, some_of, without


def stumbles(draft: Draft) -> list[str]:
    """Return what a reader would stumble over; a section that repeats for equal samples may repeat its words."""
    return [str(problem) for problem in proofread(draft) if problem.code != "repeated-sentence"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_with_all_its_facts(template: str) -> None:
    composition = composed(sampled(template))
    assert [str(problem) for problem in composition.problems] == []
    assert [gap.fact for gap in composition.draft.gaps()] == []
    assert stumbles(composition.draft) == []
    assert composition.draft.sections[0].paragraphs


@pytest.mark.parametrize("template", TEMPLATES)
def test_without_any_fact(template: str) -> None:
    speech = alone(template)
    composition = composed(speech)
    draft = composition.draft
    assert [str(problem) for problem in composition.problems] == []
    assert stumbles(draft) == []
    _read, printed = always_read(speech)
    gaps = {gap.fact for gap in draft.gaps()}
    assert sorted(name for name in printed if not speech.dictionary[name].optional and name not in gaps) == []
    assert sorted(name for name in gaps if speech.dictionary[name].optional) == []
    text = "".join(plain(block.inlines) for block in draft.blocks())
    assert [gap.fact for gap in draft.gaps() if gap.text not in text] == []


@pytest.mark.parametrize("template", TEMPLATES)
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_with_some_of_its_facts(template: str, data: st.DataObject) -> None:
    speech = sampled(template)
    missing = data.draw(some_of(facts_and_fields(speech.given)))
    composition = composed(replaced(speech, without(speech.given, missing)))
    assert [str(problem) for problem in composition.problems] == []
    assert stumbles(composition.draft) == []
    gaps = {gap.fact for gap in composition.draft.gaps() if gap.fact == fact_of(gap.fact)}
    assert sorted(name for name in gaps if speech.dictionary[name].optional) == []


def test_the_first_line_says_what_the_template_writes() -> None:
    from speechdraft.packs.folder import builtin_pack

    for name, path in builtin_pack().templates().items():
        first = path.read_text(encoding="utf-8").split("\n")[0]
        assert first.startswith(("{# ", "{#- ")), name
        assert first.rstrip().endswith(("#}", "-#}")), name


def test_what_repeats_for_a_list_says_so() -> None:
    for name, use in in_outlines().items():
        assert set(use) <= {"each", "with"}, name
