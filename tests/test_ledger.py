"""The ledger: how it stands with each fact that an outline uses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from speechdraft.facts import Layer, stack
from speechdraft.facts_reading import read_facts
from speechdraft.ledger import Entry, Standing, ledger
from speechdraft.problems import Problems
from speechdraft.source import parse
from tests.building import speech_of

DICTIONARY: dict[str, Any] = {
    "甲": {"default": "默认的甲"},
    "乙": {"ask": "干部一科", "group": "基本"},
    "丙": {"type": "number", "unit": "名", "formula": "丁 + 戊"},
    "丁": {"type": "number"},
    "戊": {"type": "number"},
    "己": {"optional": True},
    "庚": {},
    "辛": {},
    "壬": {"default": "没有人用"},
    "癸": {"type": "list", "fields": {"名": {}, "注": {"optional": True}}},
}
TREE = [
    {"heading": "{{ 甲 }}", "text": "{{ 乙 }}{{ 丙 }}{% clause %}{{ 己 }}{% endclause %}"},
    {"text": "{{ 乙 }}", "when": "辛 is given", "sections": [{"each": "癸", "text": "{{ item.名 }}"}]},
]


@pytest.fixture(autouse=True)
def _on_one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")  # 2026-01-01


def _ledger(**facts: Any) -> dict[str, Entry]:
    entries = ledger(speech_of(TREE, dictionary=DICTIONARY, facts=facts))
    assert len({entry.name for entry in entries}) == len(entries)
    return {entry.name: entry for entry in entries}


def _standings(**facts: Any) -> dict[str, str]:
    return {name: entry.standing.value for name, entry in _ledger(**facts).items()}


def test_with_nothing_given() -> None:
    assert _standings() == {
        "甲": "defaulted", "乙": "missing", "丙": "missing", "丁": "missing", "戊": "missing", "己": "left-out",
        "辛": "missing", "癸": "missing",
    }  # fmt: skip
    entries = _ledger()
    assert entries["丙"].needs == ("丁", "戊")
    assert entries["乙"].needs == ()
    assert (entries["甲"].text, entries["甲"].is_default, entries["乙"].text, entries["乙"].given) == (
        "默认的甲",
        True,
        "",
        None,
    )


def test_with_values() -> None:
    facts = {
        "甲": "自己的甲",
        "乙": "乙",
        "丁": "3",
        "戊": "4",
        "己": "己",
        "辛": "辛",
        "癸": [{"名": "一"}, {"名": "二"}],
    }
    assert _standings(**facts) == {
        "甲": "given", "乙": "given", "丙": "computed", "丁": "given", "戊": "given", "己": "given", "辛": "given", "癸": "given",
    }  # fmt: skip
    entries = _ledger(**facts)
    assert (entries["丙"].text, entries["癸"].text) == ("7名", "一、二")
    assert not entries["甲"].is_default


def test_some_of_what_a_computed_fact_needs() -> None:
    entry = _ledger(丁="3")["丙"]
    assert (entry.standing, entry.needs) == (Standing.MISSING, ("戊",))


def test_a_value_that_lacks_a_part_is_missing_and_shown() -> None:
    entry = _ledger(癸=[{"名": "一"}, {"注": "二"}])["癸"]
    assert (entry.standing, entry.needs, entry.text) == (Standing.MISSING, ("癸[2].名",), "一、二")
    assert entry.standing_of_value is Standing.GIVEN
    doubtful = _ledger(癸={"value": [{"注": "二"}], "confirmed": "否"})["癸"]
    assert (doubtful.standing, doubtful.standing_of_value) == (Standing.MISSING, Standing.UNCONFIRMED)


def test_a_part_that_nothing_reads_is_not_missing() -> None:
    dictionary = {"会": {"type": "record", "fields": {"名": {}, "地": {}}}}
    needs = {
        "{{ 会.名 }}": (),
        "{{ 会.地 }}": ("会.地",),
        "{{ 会['地'] }}": ("会.地",),
        "{% set 它 = 会 %}{{ 它.名 }}": ("会.地",),
        "{% clause %}{{ 会.名 | join }}{% endclause %}": (),
    }
    for text, lacking in needs.items():
        speech = speech_of([{"text": text}], dictionary=dictionary, facts={"会": {"名": "年会"}})
        assert [entry.needs for entry in ledger(speech)] == [lacking], text


def test_a_value_in_place_of_a_computed_one() -> None:
    assert _standings(丙="9")["丙"] == "given"


def test_what_is_given_and_not_used_comes_last() -> None:
    standings = _standings(庚="庚", 壬="壬")
    assert dict(list(standings.items())[-2:]) == {"庚": "unused", "壬": "unused"}


def test_a_users_own_default_that_this_speech_does_not_read_is_not_named() -> None:
    speech = speech_of(TREE, dictionary=DICTIONARY, facts={"壬": "壬"})
    user = read_facts(parse("庚: 庚", "f.yaml", Problems()), Layer.USER, speech.dictionary, Problems())
    entries = ledger(replace(speech, given=stack([user, speech.given])))
    assert [entry.name for entry in entries if entry.standing is Standing.UNUSED] == ["壬"]


def test_sections_that_read_a_fact() -> None:
    entries = _ledger()
    assert entries["乙"].sections == ("1", "2")
    assert entries["丁"].sections == ("1",)
    assert entries["辛"].sections == ("2",)
    assert entries["癸"].sections == ("2.1",)


def test_doubtful_and_old_values() -> None:
    entries = _ledger(
        乙={"value": "乙", "confirmed": "否"},
        丁={"value": "3", "as_of": "2024-07-01"},
        戊={"value": "4", "as_of": "2025-06-30"},
    )
    assert [entries[name].standing.value for name in "乙丁戊"] == ["unconfirmed", "stale", "given"]
    assert [entries[name].age for name in "乙丁戊"] == [0, 18, 0]


def test_the_layer_of_a_value_is_known() -> None:
    speech = speech_of(TREE, dictionary=DICTIONARY)
    user = read_facts(parse("乙: 乙", "f.yaml", Problems()), Layer.USER, speech.dictionary, Problems())
    given = {entry.name: entry.given for entry in ledger(replace(speech, given=stack([user])))}["乙"]
    assert given is not None
    assert given.layer is Layer.USER
