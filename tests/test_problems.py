"""Problems: what they look like, that they are kept once, and what “did you mean” offers."""

from __future__ import annotations

import pytest

from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity, did_you_mean


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (Place(), ""),
        (Place(file="o.yaml"), "o.yaml"),
        (Place(file="o.yaml", line=3), "o.yaml:3"),
        (Place(file="o.yaml", line=3, column=7), "o.yaml:3:7"),
        (Place(section="2.3"), "section 2.3"),
        (Place(file="o.yaml", section="2.3"), "o.yaml"),
    ],
)
def test_a_place_is_shown_as_editors_make_it_a_link(place: Place, shown: str) -> None:
    assert str(place) == shown


def test_a_problem_has_its_hint_on_lines_of_its_own() -> None:
    place = Place(file="o.yaml", line=3)
    assert str(Problem(code="a-code", message="what", place=place, hint="one way\nor another")) == (
        "o.yaml:3: a-code: what\n  one way\n  or another"
    )
    assert str(Problem(code="a-code", message="what")) == "a-code: what"


def test_the_same_problem_is_kept_once_and_in_the_order_found() -> None:
    first, second = Problem(code="b", message="1"), Problem(code="a", message="2")
    problems = Problems()
    problems.extend([first, second, first])
    problems.add(Problem(code="a", message="2"))
    assert problems.all() == (first, second)


def test_warnings_stop_nothing_but_go_along_with_errors() -> None:
    warning = Problem(code="w", message="look", severity=Severity.WARNING)
    error = Problem(code="e", message="stop")
    problems = Problems()
    problems.add(warning)
    assert not problems.has_errors
    problems.raise_errors()
    problems.add(error)
    assert problems.has_errors
    with pytest.raises(ProblemError) as raised:
        problems.raise_errors()
    assert raised.value.problems == (warning, error)
    assert str(raised.value) == "w: look\ne: stop"


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("review/we-paralel", ["review/we-parallel", "closing/call"], "did you mean review/we-parallel?"),
        ("地曲", ["地区", "层级"], "did you mean 地区?"),
        ("会议名", ["会议名称", "会议日期", "讲话人"], "did you mean 会议名称, 会议日期?"),
        ("甲", ["乙"], ""),
        ("甲", [], ""),
        ("x", iter(["xy"]), "did you mean xy?"),
    ],
)
def test_what_may_have_been_meant(name: str, known: list[str], hint: str) -> None:
    assert did_you_mean(name, known) == hint
