from __future__ import annotations

from hypothesis import given, settings

from speechdraft.facts import Given, Layer, plain_value
from speechdraft.facts_reading import read_facts
from speechdraft.forms.workbook import workbook_form
from speechdraft.forms.workbook_reading import workbook_parts
from speechdraft.forms.yaml_form import yaml_form
from speechdraft.problems import Problems
from speechdraft.source import Plain, parse

from .documents import LAW
from .specs import Facts, Specs, cases, entries_of, given_of, told


@LAW
@given(cases())
def test_a_value_and_what_is_typed_for_it_are_inverse(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    first = given_of(facts, dictionary)
    again: dict[str, Plain] = {name: {"value": plain_value(dictionary[name], one.value)} for name, one in first.items()}
    assert {name: one.value for name, one in given_of(again, dictionary).items()} == {
        name: one.value for name, one in first.items()
    }


@LAW
@given(cases())
def test_a_yaml_form_gives_back_what_it_was_given(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    first = given_of(facts, dictionary)
    problems = Problems()
    text = yaml_form("some-outline", "题目", entries_of(dictionary, first))
    again = read_facts(parse(text, "f", problems), Layer.SPEECH, dictionary, problems)
    assert problems.all() == (), text
    assert told(again) == told(first), text


@settings(LAW, max_examples=60)
@given(cases())
def test_a_workbook_gives_back_what_it_was_given(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    first = given_of(facts, dictionary)
    problems = Problems()
    data = workbook_form("some-outline", "题目", entries_of(dictionary, first))
    parts = workbook_parts(data, "f.xlsx", dictionary, problems)
    again: dict[str, Given] = {}
    for part in parts:
        again.update(read_facts(part.node, Layer.SPEECH, dictionary, problems))
        assert part.outline == "some-outline"
    assert problems.all() == ()
    assert told(again) == told(first)
    assert data == workbook_form("some-outline", "题目", entries_of(dictionary, first))
