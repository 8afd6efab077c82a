"""Nothing is said twice: within one draft, and between the example drafts of different kinds."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import combinations

import pytest

from speechdraft.draft import FactText, leaves
from tests.pack.formulas import any_formula
from tests.pack.single import sampled
from tests.pack.support import OUTLINES, TEMPLATES, composed, example, full, lines, masked

WITHIN = 20
BETWEEN = 24
_BREAK = re.compile("[\ufffc\n]+")


def runs(text: str, length: int) -> dict[str, int]:
    """Return the runs of a text with where each first begins; none goes over a break or is said by a formula."""
    found: dict[str, int] = {}
    at = 0
    for piece in re.split("(\ufffc|\n)", any_formula().sub("\ufffc", text)):
        for start in range(len(piece) - length + 1):
            found.setdefault(piece[start : start + length], at + start)
        at += len(piece)
    return found


def repeated(text: str, length: int) -> list[str]:
    """Return the longest runs of at least ``length`` characters that a text has twice."""
    plain = any_formula().sub("\ufffc", text)
    counts: Counter[str] = Counter()
    for piece in _BREAK.split(plain):
        counts.update(piece[start : start + length] for start in range(len(piece) - length + 1))
    twice = [run for run, count in counts.items() if count > 1]
    return _joined(twice)


def _joined(twice: list[str]) -> list[str]:
    """Join runs that overlap in all but one character, so that one repetition is told once."""
    joined: list[str] = []
    for run in twice:
        if joined and joined[-1].endswith(run[:-1]):
            joined[-1] += run[-1]
        else:
            joined.append(run)
    return joined


@pytest.mark.parametrize("outline", OUTLINES)
def test_no_words_stand_twice_in_one_draft(outline: str) -> None:
    draft = full(outline).draft
    mentions = Counter(
        leaf.fact for inlines in draft.runs_of_inlines() for leaf in leaves(inlines) if isinstance(leaf, FactText)
    )
    text = "\n".join(masked(line.inlines, mentions) for line in lines(draft))
    assert repeated(text, WITHIN) == []


@cache
def _said_alike(outline: str) -> dict[str, int]:
    """Return the facts that all speeches of a time say alike (a plenum, a plan), as :func:`masked` wants them."""
    dictionary = example(outline).speech.dictionary
    return {name: 2 if spec.group == "时政提法" else 1 for name, spec in dictionary.items()}


@cache
def _words(outline: str) -> dict[str, str]:
    """Return the words of a draft, facts with them, by the template that wrote them."""
    found: dict[str, list[str]] = {}
    for line in lines(full(outline).draft):
        found.setdefault(line.template, []).append(masked(line.inlines, _said_alike(outline)))
    return {template: "\n".join(texts) for template, texts in found.items()}


@pytest.mark.parametrize(("one", "other"), list(combinations(OUTLINES, 2)))
def test_no_two_kinds_share_words_beyond_the_templates_that_they_share(one: str, other: str) -> None:
    left, right = _words(one), _words(other)
    both = left.keys() & right.keys() - {""}
    in_one = runs("\n".join(text for template, text in left.items() if template not in both), BETWEEN)
    in_other = runs("\n".join(text for template, text in right.items() if template not in both), BETWEEN)
    assert _joined([run for run in in_one if run in in_other]) == []


def test_two_templates_share_no_words() -> None:
    """Any two may stand in one outline, so none may say what another says."""
    first: dict[str, str] = {}
    shared: dict[tuple[str, str], list[str]] = {}
    for template in TEMPLATES:
        own = set[str]()
        for line in lines(composed(sampled(template)).draft):
            own |= runs(masked(line.inlines), WITHIN).keys()
        for run in sorted(own):
            if run in first:
                shared.setdefault((first[run], template), []).append(run)
            else:
                first[run] = template
    assert {pair: _joined(found) for pair, found in shared.items()} == {}
