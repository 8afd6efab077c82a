"""The form that a user fills: a facts file that reads back, whatever the dictionary says of a fact."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from speechdraft.facts import Layer
from speechdraft.facts_reading import read_facts
from speechdraft.forms import yaml_form
from speechdraft.ledger import ledger
from speechdraft.problems import Problems
from speechdraft.source import bad_character, parse, to_plain
from tests.building import speech_of
from tests.test_ledger import DICTIONARY, TREE


def _form(tree: Any, dictionary: Any, title: str = "试", **facts: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    speech = speech_of(tree, dictionary=dictionary, facts=facts)
    text = yaml_form("test", title, ledger(speech))
    problems = Problems()
    node = parse(text, "facts.yaml", problems)
    assert node is not None
    read = read_facts(node, Layer.SPEECH, speech.dictionary, problems)
    assert not problems.all(), text
    plain = to_plain(node)
    assert isinstance(plain, dict)
    return text, plain, {name: one.value for name, one in read.items()}


def test_a_form_names_every_fact_that_is_asked_for() -> None:
    text, plain, values = _form(TREE, DICTIONARY)
    assert list(plain) == ["outline", "乙", "丁", "戊", "辛", "癸", "己"]
    assert plain["outline"] == "test"
    assert plain["癸"] == [{"名": None, "注": None}]
    assert values == {}
    assert "# without a value it is: 默认的甲\n# 甲:\n" in text
    assert "# computed: 丁 + 戊\n# 丙:\n" in text
    assert "ask 干部一科" in text


def test_what_is_given_already_stands_in_the_form() -> None:
    _text, _plain, values = _form(TREE, DICTIONARY, 乙="已有", 癸=[{"名": "一"}])
    assert values == {"乙": "已有", "癸": ({"名": "一", "注": None},)}


def test_a_value_that_lacks_a_part_stands_in_the_form_with_a_place_for_it() -> None:
    dictionary = DICTIONARY | {"人": {"type": "person"}}
    tree = [*TREE, {"text": "{{ 人 }}"}]
    text, _plain, _values = _form(tree, dictionary, 癸=[{"名": "一"}, {"注": "二"}], 人={"职务": "县委书记"})
    assert "# a list\n# needs 癸[2].名\n癸:\n  - 名: 一\n  - 注: 二\n    名:\n" in text
    assert "# a person\n# needs 人.姓名\n人:\n  职务: 县委书记\n  姓名:\n" in text


_words = st.text(st.characters(exclude_categories=["Cs"]).filter(lambda one: bad_character(one) is None), max_size=12)
_specs = st.fixed_dictionaries(
    {},
    optional={
        "label": _words,
        "unit": _words,
        "ask": _words,
        "group": _words,
        "example": _words | st.lists(_words, max_size=2),
        "optional": st.sampled_from(["yes", "no"]),
        "type": st.sampled_from(["text", "long-text", "number", "list", "date"]),
    },
)


@given(st.lists(_specs, min_size=1, max_size=4), _words, _words.filter(str.strip))
def test_any_dictionary_gives_a_form_that_reads_back(specs: list[dict[str, Any]], title: str, default: str) -> None:
    dictionary: dict[str, Any] = {f"情况{index}": spec for index, spec in enumerate(specs)}
    dictionary["默认"] = {"type": "long-text", "default": default}
    dictionary["记录"] = {"type": "record", "fields": {"一": specs[0], "二": {}}}
    tree = [{"text": "{% clause %}" + "".join(f"{{{{ {name} }}}}" for name in dictionary) + "{% endclause %}"}]
    _text, plain, values = _form(tree, dictionary, title)
    assert set(plain) == {"outline", *dictionary} - {"默认"}
    assert values == {}
