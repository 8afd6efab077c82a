"""The dictionary holds every fact that templates and outlines use, once, with all that a form asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from speechdraft.facts import FactSpec
from speechdraft.facts_reading import read_dictionary
from speechdraft.needs import needs_of
from speechdraft.outline import SectionSpec
from speechdraft.packs.folder import builtin_pack, read_yaml
from speechdraft.problems import Place, Problems
from speechdraft.samples import sample_facts
from speechdraft.values import FactType
from tests.pack.single import alone, dictionary
from tests.pack.support import OUTLINES, ROOT, TEMPLATES, always_read, bare, example, fresh, sources, words

_FILE = ROOT / "templates" / "facts.yaml"
_NAMES = tuple(dictionary())
_TIME_BOUND = "时政提法"
# What passes: congresses, plenums and plans by number, campaigns of a year.
_AGEING = re.compile(
    "党的[十二三]+大|[十二三]+届[一二三四五六七八九]中全会|[二三]十届|十[三四五六七]五|百年未有|疫情|两学一做|主题教育"
)
_HAN = re.compile("[\u4e00-\u9fff]")


def test_the_file_has_nothing_wrong() -> None:
    problems = Problems()
    node, _text = read_yaml(_FILE, problems)
    assert node is not None
    specs = read_dictionary(node, problems)
    assert [str(problem) for problem in problems.all()] == []
    assert set(specs) == set(_NAMES)


def _used() -> set[str]:
    """Return every fact that a template reads by name, or an outline's texts and conditions do."""
    found: set[str] = set()
    for template in TEMPLATES:
        speech = alone(template)
        found |= {name for name in always_read(speech)[0] if name in speech.dictionary}
    for outline in OUTLINES:
        found |= {name for needs in needs_of(fresh(bare(outline).speech)) for name in needs.facts}
    return found | sources(alone(TEMPLATES[0]), found)


def test_every_fact_is_used() -> None:
    assert sorted(set(_NAMES) - _used()) == []


def test_every_fact_that_is_used_is_there() -> None:
    for template in TEMPLATES:
        unknown = [str(problem) for needs in needs_of(fresh(alone(template))) for problem in needs.problems]
        assert unknown == []


def test_a_fact_says_its_group_whom_to_ask_and_an_example() -> None:
    for name, spec in dictionary().items():
        assert spec.group, name
        assert spec.formula or spec.ask, name
        assert spec.formula or _has_example(spec), name
        assert spec.type is not FactType.NUMBER or spec.unit, name


def _has_example(spec: FactSpec) -> bool:
    if spec.example is not None:
        return True
    return bool(spec.fields) and all(_has_example(inner) for inner in spec.fields.values())


def test_each_type_accepts_its_example() -> None:
    problems = Problems()
    for name, spec in dictionary().items():
        if not spec.formula:
            assert name in sample_facts({name: spec})
            _accepts(name, spec, problems)
    assert [str(problem) for problem in problems.all()] == []


def _accepts(name: str, spec: FactSpec, problems: Problems) -> None:
    from speechdraft.facts import Layer
    from speechdraft.facts_reading import read_facts
    from speechdraft.samples import _example  # the node that an example is
    from speechdraft.source import MappingNode

    node = MappingNode(entries={name: _example(name, spec)}, key_places={name: Place()}, place=Place())
    read_facts(node, Layer.SPEECH, {name: spec}, problems)


def test_an_example_is_as_one_would_type_it() -> None:
    for name, spec in dictionary().items():
        for text in _texts(spec):
            assert text == text.strip(), name
            assert not re.search(r"[,;:()\"'](?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])[,;:()\"']", text), (
                f"{name}: {text}"
            )
            assert text.count("“") == text.count("”"), f"{name}: {text}"
            assert not re.search("[Xx×＊*]{2,}|某某", text), f"{name}: {text}"
            assert spec.type is FactType.LONG_TEXT or not text.endswith("。"), f"{name}: {text}"


def _texts(spec: FactSpec) -> Iterator[str]:
    match spec.example:
        case str():
            yield spec.example
        case list() as items:
            yield from (item for item in items if isinstance(item, str))
        case _:
            pass
    for inner in spec.fields.values():
        if inner.type is not FactType.LONG_TEXT:
            yield from _texts(inner)


def test_names_can_be_told_apart_and_read_alone() -> None:
    for name in _NAMES:
        assert _HAN.match(name), name
        assert 2 <= len(name) <= 16, name
        assert not re.search(r"\d", name), name


def test_a_gap_says_what_it_wants() -> None:
    """A label is there only where it says more than the name."""
    assert [name for name in _NAMES if dictionary()[name].label == name] == []


# Phrases that age.


def _time_bound() -> list[str]:
    return [name for name in _NAMES if dictionary()[name].group == _TIME_BOUND]


def test_a_phrase_that_ages_says_when_it_was_right() -> None:
    """One that every speech needs has a default; a campaign that there may not be has an example alone."""
    assert _time_bound()
    assert [name for name in _time_bound() if dictionary()[name].as_of is None] == []
    assert [name for name in _time_bound() if not dictionary()[name].optional and not dictionary()[name].default] == []


def test_only_phrases_that_age_say_when_they_were_right() -> None:
    assert [name for name in _NAMES if dictionary()[name].as_of and dictionary()[name].group != _TIME_BOUND] == []


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_types_a_phrase_that_ages(template: str) -> None:
    for number, line in enumerate(words(template).split("\n"), start=1):
        assert _AGEING.findall(line) == [], f"templates/{template}.j2:{number}"


@pytest.mark.parametrize("outline", OUTLINES)
def test_no_outline_types_a_phrase_that_ages(outline: str) -> None:
    def texts(section: SectionSpec) -> Iterator[str]:
        yield section.heading
        yield section.text
        for child in section.sections:
            yield from texts(child)

    for section in bare(outline).speech.outline.outline.sections:
        for text in texts(section):
            assert _AGEING.findall(re.sub(r"\{\{.*?\}\}", "", text)) == [], text


# Computed facts.


@pytest.mark.parametrize("outline", OUTLINES)
def test_a_computed_share_is_a_share(outline: str) -> None:
    from decimal import Decimal

    from speechdraft.ink import Fact, Ink
    from speechdraft.speech import FactValues
    from speechdraft.values import Quantity

    speech = fresh(example(outline).speech)
    values = FactValues(speech, Ink())
    for name, spec in speech.dictionary.items():
        if spec.formula:
            value = values.look_up(name)
            if isinstance(value, Fact) and isinstance(value.value, Quantity):
                assert value.value.amount >= 0, name
                assert spec.type is not FactType.PERCENT or value.value.amount <= Decimal(100), name


def test_each_formula_reads_facts_that_there_are() -> None:
    speech = alone(TEMPLATES[0])
    for name, spec in dictionary().items():
        if spec.formula:
            read = fresh(speech).templates.usage_of_expression(spec.formula, Place()).names()
            assert [source for source in read if source not in dictionary()] == [], name


def test_outlines_override_only_what_differs() -> None:
    pack = builtin_pack()
    assert pack.manifest.language == "zh-CN"
    for outline in OUTLINES:
        for name in bare(outline).speech.outline.outline.facts:
            assert name in _NAMES, f"outlines/{outline}.yaml: {name}"
