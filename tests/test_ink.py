"""Facts as templates meet them: what they print, count and compare as, given or missing."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.draft import FactText, Gap, Strong, Text, leaves, plain
from speechdraft.facts import FactSpec
from speechdraft.ink import (
    CLOSE,
    OPEN,
    ArithmeticRefusalError,
    Fact,
    Ink,
    MissingFact,
    NeededFactMissingError,
    OptionalFactMissingError,
    arithmetic,
    inlines_of,
    number_of,
    unmarked,
)
from speechdraft.values import Day, FactType, Person, Quantity, Value

RECORD: Mapping[str, FactSpec] = {
    "标题": FactSpec(),
    "数据": FactSpec(type=FactType.NUMBER, unit="个", optional=True),
    "来源": FactSpec(ask="研究室"),
}


def _fact(value: Value, kind: FactType = FactType.TEXT, ink: Ink | None = None, **spec: Any) -> Fact:
    return Fact(ink or Ink(), "甲", "甲", FactSpec(type=kind, **spec), value)


def _number(amount: str, unit: str = "名", kind: FactType = FactType.NUMBER) -> Fact:
    return _fact(Quantity(amount=Decimal(amount), digits=amount, unit=unit), kind)


def _missing(name: str = "乙", ink: Ink | None = None, **spec: Any) -> MissingFact:
    return MissingFact(ink or Ink(), name, name, FactSpec(**spec))


def _printed(value: Fact | MissingFact) -> FactText | Gap:
    mark = str(value)
    assert mark == f"{OPEN}{len(value.ink.printed) - 1}{CLOSE}"
    return value.ink.printed[-1]


# Printing


def test_a_given_fact_prints_what_a_speech_says() -> None:
    assert _printed(_number("128")) == FactText(fact="甲", text="128名", label="甲")
    assert _printed(_number("128").saying("一百二十八", "cn")) == FactText(
        fact="甲", text="一百二十八", label="甲", form="cn"
    )


def test_a_missing_fact_prints_a_gap_with_all_that_helps_to_fill_it() -> None:
    fact = _missing(type=FactType.NUMBER, unit="名", label="新提拔的", example="128", ask="干部一科")
    assert _printed(fact) == Gap(
        fact="乙", label="乙", unit="名", example="128名", ask="干部一科", needs=("乙",), about="新提拔的", slot="乙"
    )
    gap = _printed(_missing(type=FactType.PERCENT))
    assert isinstance(gap, Gap)
    assert gap.unit == "%"


def test_an_optional_fact_that_is_missing_ends_the_clause_that_prints_it() -> None:
    ink = Ink()
    fact = _missing(ink=ink, optional=True)
    assert isinstance(_printed(fact), Gap)
    assert ink.bare_optional == ["乙"]
    ink.clauses = 1
    with pytest.raises(OptionalFactMissingError):
        str(fact)


def test_a_required_fact_that_is_missing_ends_a_trial() -> None:
    ink = Ink(on_trial=True)
    with pytest.raises(NeededFactMissingError):
        str(_missing(ink=ink))
    assert ink.printed == []


def test_what_is_printed_aside_is_forgotten() -> None:
    ink = Ink(clauses=1, on_trial=True)
    str(_fact("甲", ink=ink))
    with ink.aside():
        assert plain(tuple(unmarked(f"{_missing(ink=ink, optional=True)}{_missing(ink=ink)}", ink.printed))) == (
            "【待补：乙】【待补：乙】"
        )
    assert (ink.clauses, ink.on_trial, len(ink.printed), ink.bare_optional) == (1, True, 1, [])


def test_items_and_fields_know_where_they_stand() -> None:
    items = _fact(({"标题": "一", "数据": None}, "二"), FactType.LIST, fields=RECORD).items()
    assert [item.ref for item in items] == ["甲[1]", "甲[2]"]
    first = items[0]
    assert isinstance(first, Fact)
    title, figure = first.field("标题"), first.field("数据")
    assert isinstance(title, Fact)
    assert (title.ref, title.label, title.text) == ("甲[1].标题", "甲第1项·标题", "一")
    assert isinstance(figure, MissingFact)
    assert (figure.ref, figure.spec.optional) == ("甲[1].数据", True)
    assert first.field("别的") is None
    assert first.fields() == ("标题", "数据", "来源")


def test_a_person_has_a_post_and_a_name() -> None:
    person = _fact(Person(post="", name="李明"), FactType.PERSON)
    post, name = person.field("职务"), person.field("姓名")
    assert isinstance(post, MissingFact)
    assert isinstance(name, Fact)
    assert name.text == "李明"
    assert person.field("年龄") is None
    assert person.fields() == ("职务", "姓名")


def test_a_person_without_a_name_is_printed_with_a_gap() -> None:
    person = _fact(Person(post="县委书记", name=""), FactType.PERSON, ask="办公室")
    assert list(unmarked(str(person), person.ink.printed)) == [
        FactText(fact="甲.职务", text="县委书记", label="甲·职务"),
        Gap(fact="甲.姓名", label="甲·姓名", ask="办公室", needs=("甲.姓名",), slot="甲.姓名"),
    ]
    post = person.field("职务")
    assert isinstance(post, Fact)
    assert _printed(post) == FactText(fact="甲.职务", text="县委书记", label="甲·职务")


def test_what_is_no_list_has_no_items() -> None:
    with pytest.raises(TypeError):
        _fact("甲").items()


def test_a_missing_list_shows_one_item_to_fill() -> None:
    (item,) = _missing(type=FactType.LIST, fields=RECORD, ask="干部一科").items()
    assert isinstance(item, MissingFact)
    title, source = item.field("标题"), item.field("来源")
    assert title is not None
    assert source is not None
    gaps = [_printed(title), _printed(source)]
    assert [(gap.fact, gap.label) for gap in gaps] == [("乙", "乙·标题"), ("乙", "乙·来源")]
    assert [gap.slot for gap in gaps if isinstance(gap, Gap)] == ["乙[1].标题", "乙[1].来源"]
    assert [gap.ask for gap in gaps if isinstance(gap, Gap)] == ["干部一科", "研究室"]


def test_a_missing_optional_list_has_no_items_but_in_a_clause() -> None:
    ink = Ink()
    fact = _missing(ink=ink, type=FactType.LIST, optional=True)
    assert fact.items() == ()
    ink.clauses = 1
    (item,) = fact.items()
    with pytest.raises(OptionalFactMissingError):
        str(item)


# Conditions


def test_what_a_condition_makes_of_a_fact() -> None:
    assert bool(_fact("无"))
    assert bool(_number("0"))
    assert not _fact(value=False, kind=FactType.YES_NO)
    assert not _missing()


@pytest.mark.parametrize(
    ("compare", "left", "right", "holds"),
    [
        (operator.gt, _number("128"), 100, True),
        (operator.lt, _number("128"), _number("129", "个"), True),
        (operator.le, _number("128"), 128, True),
        (operator.ge, 128, _number("128"), True),
        (operator.gt, _number("36.5", "%", FactType.PERCENT), 0.3, True),
        (operator.gt, _number("36.5", "%", FactType.PERCENT), 30, False),
        (operator.eq, _number("2.3", "个百分点", FactType.PERCENT), Decimal("0.023"), True),
        (operator.gt, _number("1", "亿元", FactType.MONEY), _number("9999", "万元", FactType.MONEY), True),
        (operator.eq, _number("1200", "万元", FactType.MONEY), 12_000_000, True),
        (operator.eq, _fact("清河"), "清河", True),
        (operator.ne, "清河", _fact("清河"), False),
        (operator.eq, _fact("128"), 128, False),
        (operator.ne, _fact("128"), 128, True),
        (operator.eq, _fact(2026, FactType.YEAR), 2026, True),
        (operator.lt, _fact(Day(year=2026, month=2, day=10), FactType.DATE), "2026-03-01", True),
        (operator.eq, _fact(value=True, kind=FactType.YES_NO), True, True),
        (operator.lt, _fact("甲"), "乙", False),
    ],
)
def test_comparisons(compare: Callable[[object, object], object], left: object, right: object, *, holds: bool) -> None:
    assert compare(left, right) is holds


def test_a_number_and_a_text_have_no_order() -> None:
    with pytest.raises(ArithmeticRefusalError, match="a number and a text cannot be compared"):
        operator.lt(_number("3"), "三")


@pytest.mark.parametrize("compare", [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge])
@pytest.mark.parametrize("other", [_fact("清河"), 3, "清河", None])
def test_a_missing_fact_leaves_a_comparison_open(compare: Callable[[object, object], object], other: object) -> None:
    fact = _missing()
    assert compare(fact, other) is fact
    assert compare(other, fact) is fact
    assert not compare(fact, other)


# Arithmetic


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (_number("36.5", "%", FactType.PERCENT), "0.365"),
        (_number("2.3", "个百分点", FactType.PERCENT), "0.023"),
        (_number("3", "万元", FactType.MONEY), "30000"),
        (_number("3", "亿元", FactType.MONEY), "300000000"),
        (_number("3", "元", FactType.MONEY), "3"),
        (_number("128"), "128"),
        (_fact(2026, FactType.YEAR), "2026"),
        (0.1, "0.1"),
        (7, "7"),
    ],
)
def test_what_arithmetic_takes_a_value_for(value: object, number: str) -> None:
    assert number_of(value) == Decimal(number)


@pytest.mark.parametrize(
    "value", [_fact("3"), _fact(value=True, kind=FactType.YES_NO), True, "3", None, _fact(("甲",), FactType.LIST)]
)
def test_what_is_no_number(value: object) -> None:
    assert number_of(value) is None
    with pytest.raises(ArithmeticRefusalError):
        arithmetic("+", value, 1)


_numbers = st.integers(-(10**9), 10**9)


@given(st.sampled_from(["+", "-", "*", "/", "//", "%"]), _numbers, _numbers)
def test_arithmetic_between_facts_is_that_between_numbers(sign: str, left: int, right: int) -> None:
    first, second = _number(str(left)), _number(str(right), "个")
    operate = {"+": operator.add, "-": operator.sub, "*": operator.mul}
    if not right and sign not in operate:
        with pytest.raises(ArithmeticRefusalError, match="a division by zero"):
            arithmetic(sign, first, second)
        return
    result = arithmetic(sign, first, second)
    assert isinstance(result, Decimal)
    assert result == arithmetic(sign, left, right) == arithmetic(sign, first, right)
    if sign in operate:
        assert result == operate[sign](left, right) == operate[sign](first, right) == operate[sign](left, second)
    elif sign == "/":
        assert abs(result * right - left) <= abs(right) * Decimal("1e-18")


def test_a_result_of_more_than_eighteen_digits_is_refused() -> None:
    assert arithmetic("*", 10**9, 10**9) == 10**18
    with pytest.raises(ArithmeticRefusalError, match="a number of more than 18 digits"):
        arithmetic("*", 10**9, 10**9 + 1)


@given(st.sampled_from(["+", "-", "*", "/", "//", "%"]), st.one_of(st.none(), _numbers), st.one_of(st.none(), _numbers))
def test_what_is_missing_makes_the_result_missing_and_says_what_it_needs(
    sign: str, left: int | None, right: int | None
) -> None:
    sides = [_missing(name) if number is None else number for name, number in (("左", left), ("右", right))]
    needs = tuple(name for name, number in (("左", left), ("右", right)) if number is None)
    if not needs:
        return
    result = arithmetic(sign, *sides)
    assert isinstance(result, MissingFact)
    assert result.needs == needs


# Back to inlines


def test_marks_become_facts_and_stars_of_the_template_strong_type() -> None:
    ink = Ink()
    place, gap = _fact("**清**河", ink=ink), _missing(ink=ink)
    line = f"在{place}，**{gap}是重点**；2 * 3 ** 4，**不是 **。"
    assert inlines_of(line, ink.printed) == (
        Text(text="在"),
        FactText(fact="甲", text="**清**河", label="甲"),
        Text(text="，"),
        Strong(inlines=(ink.printed[1], Text(text="是重点"))),
        Text(text="；2 * 3 ** 4，**不是 **。"),
    )


@given(st.lists(st.tuples(st.text("甲乙*。 ", max_size=5), st.text(max_size=5)), max_size=6))
def test_no_text_of_a_fact_is_read_as_markup(parts: list[tuple[str, str]]) -> None:
    ink = Ink()
    line = "".join(text + str(_fact(value, ink=ink)) for text, value in parts)
    found = inlines_of(line, ink.printed)
    assert [leaf.text for leaf in leaves(found) if isinstance(leaf, FactText)] == [
        fact.text for fact in ink.printed if isinstance(fact, FactText)
    ]
    own = "".join(leaf.text for leaf in leaves(found) if isinstance(leaf, Text))
    assert own.replace("*", "") == "".join(text for text, _value in parts).replace("*", "")
