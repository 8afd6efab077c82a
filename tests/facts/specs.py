"""Dictionaries and values of every type, for hypothesis."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TypeAlias

from hypothesis import strategies as st

from speechdraft.facts import FactSpec, Given, Layer
from speechdraft.facts_reading import read_facts
from speechdraft.ledger import Entry, Standing
from speechdraft.problems import Place, Problems
from speechdraft.source import MappingNode, Node, Plain, Scalar, SequenceNode
from speechdraft.values import FactType

from .documents import LINES

NOWHERE = Place(file="facts.yaml", line=1)
NAMES = ("地区", "人数", "成绩", "讲话人", "到位率", "_下划线"[1:], "x1", "期限")
FIELDS = ("标题", "做法", "数据", "value", "source")

_FIGURES = st.one_of(
    st.integers(-5, 10**9).map(str),
    st.decimals(0, 10**6, places=2, allow_nan=False).map(str),
    st.sampled_from(
        ["近300", "1.2万", "1,280", "128", "36.50", "0.07", "1200余", "超1亿", "１２８", "99999999999999999"]
    ),
)


def spec(kind: FactType, **more: object) -> FactSpec:
    return FactSpec(type=kind, **more)


SIMPLE = st.sampled_from(
    [
        spec(FactType.TEXT),
        spec(FactType.LONG_TEXT),
        spec(FactType.NUMBER, unit="名"),
        spec(FactType.NUMBER),
        spec(FactType.PERCENT, min="-1000000000", max="1000000000000000000"),
        spec(FactType.MONEY),
        spec(FactType.MONEY, unit="万元"),
        spec(FactType.DATE),
        spec(FactType.YEAR),
        spec(FactType.CHOICE, choices=("省", "市", "县, 区", "no", "1")),
        spec(FactType.YES_NO),
        spec(FactType.PERSON),
    ]
)
SPECS: st.SearchStrategy[FactSpec] = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.just(spec(FactType.LIST)),
        st.dictionaries(st.sampled_from(FIELDS), inner, min_size=1, max_size=3).map(
            lambda fields: spec(FactType.RECORD, fields=fields)
        ),
        st.dictionaries(st.sampled_from(FIELDS), inner, min_size=1, max_size=3).map(
            lambda fields: spec(FactType.LIST, fields=fields)
        ),
    ),
    max_leaves=4,
)
DAYS = st.dates(datetime.date(1901, 1, 1), datetime.date(2100, 12, 31))


@st.composite
def typed(draw: st.DrawFn, one: FactSpec) -> Plain:
    """Return what somebody might type for a fact; reading it may find nothing wrong."""
    match one.type:
        case FactType.TEXT:
            return draw(LINES)
        case FactType.LONG_TEXT:
            return "\n".join(draw(st.lists(LINES, min_size=1, max_size=3)))
        case FactType.NUMBER:
            return draw(_FIGURES) + draw(st.sampled_from(["", "名", "个"]))
        case FactType.PERCENT:
            return draw(_FIGURES.filter(lambda text: not set(text) & set("万亿"))) + draw(
                st.sampled_from(["", "%", "个百分点"])
            )
        case FactType.MONEY:
            return draw(_FIGURES.filter(lambda text: not set(text) & set("万亿"))) + draw(
                st.sampled_from(["元", "万元", "亿元"] + ([""] if one.unit else []))
            )
        case FactType.DATE:
            return draw(
                st.one_of(
                    DAYS.map(str),
                    DAYS.map(lambda day: f"{day.year}年{day.month}月{day.day}日"),
                    DAYS.map(lambda day: f"{day.year}-{day.month:02d}"),
                )
            )
        case FactType.YEAR:
            return f"{draw(st.integers(0, 9999)):04d}" + draw(st.sampled_from(["", "年"]))
        case FactType.CHOICE:
            return draw(st.sampled_from(one.choices))
        case FactType.YES_NO:
            return draw(st.sampled_from(["是", "否", "yes", "NO", "true", "无"]))
        case FactType.PERSON:
            if draw(st.booleans()):
                return draw(LINES)
            return {name: draw(LINES) for name in draw(st.sampled_from([("职务",), ("职务", "姓名")]))}
        case FactType.RECORD:
            return {name: draw(typed(inner)) for name, inner in one.fields.items() if draw(st.integers(0, 4))} or {
                name: draw(typed(inner)) for name, inner in one.fields.items()
            }
        case FactType.LIST:
            inner = spec(FactType.RECORD, fields=one.fields) if one.fields else spec(FactType.TEXT)
            return draw(st.lists(typed(inner), min_size=1, max_size=4))


_PARTICULARS = st.fixed_dictionaries(
    {},
    optional={
        "source": LINES,
        "as_of": DAYS.map(str),
        "confirmed": st.sampled_from(["yes", "no"]),
        "note": LINES,
    },
)


@st.composite
def dictionaries(draw: st.DrawFn, least: int = 1) -> dict[str, FactSpec]:
    """Return dictionaries of a few facts, asked of different offices."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=least, max_size=4))
    offices = st.sampled_from(["", "干部一科", "组织二科: 甲/乙", "a" * 40])
    return {name: draw(SPECS).model_copy(update={"ask": draw(offices)}) for name in names}


Facts: TypeAlias = dict[str, Plain]
"""What a facts file holds."""
Specs: TypeAlias = dict[str, FactSpec]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Specs, Facts]:
    """Return a dictionary and facts of it."""
    dictionary = draw(dictionaries())
    return dictionary, draw(facts_of(dictionary))


@st.composite
def facts_of(draw: st.DrawFn, dictionary: Mapping[str, FactSpec], *, every: bool = False) -> dict[str, Plain]:
    """Return what a facts file might hold for a dictionary."""
    found: dict[str, Plain] = {}
    for name, one in dictionary.items():
        if not every and not draw(st.integers(0, 3)):
            continue
        value = draw(typed(one))
        particulars = draw(_PARTICULARS) if draw(st.booleans()) else {}
        found[name] = {"value": value, **particulars}
    return found


def node_of(plain: Plain) -> Node:
    match plain:
        case None:
            return Scalar(text="", given=False, place=NOWHERE)
        case str():
            return Scalar(text=plain, given=True, place=NOWHERE)
        case list():
            return SequenceNode(items=tuple(node_of(item) for item in plain), place=NOWHERE)
        case dict():
            entries = {key: node_of(value) for key, value in plain.items()}
            return MappingNode(entries=entries, key_places=dict.fromkeys(entries, NOWHERE), place=NOWHERE)


def given_of(plain: Mapping[str, Plain], dictionary: Mapping[str, FactSpec]) -> dict[str, Given]:
    """Return facts as they are read; all of them must be right."""
    problems = Problems()
    given = read_facts(node_of(dict(plain)), Layer.SPEECH, dictionary, problems)
    assert problems.all() == (), problems.all()
    return given


def told(given: Mapping[str, Given]) -> dict[str, object]:
    """Return what of given facts has to survive: value and particulars, wherever they stand."""
    return {name: (one.value, one.source, one.as_of, one.confirmed, one.note) for name, one in given.items()}


def entries_of(dictionary: Mapping[str, FactSpec], given: Mapping[str, Given]) -> list[Entry]:
    return [
        Entry(
            name=name,
            spec=one,
            standing=Standing.GIVEN if name in given else Standing.MISSING,
            text="",
            given=given.get(name),
            sections=(),
        )
        for name, one in dictionary.items()
    ]
