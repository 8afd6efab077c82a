"""What a user types, read as the type says, and said as a speech says it."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from speechdraft.values import Day, FactType, Person, Quantity, Value, ValueRefusal, join_texts, read_scalar, spoken

N, P, M = FactType.NUMBER, FactType.PERCENT, FactType.MONEY


def _said(kind: FactType, typed: str, unit: str = "") -> str:
    return spoken(kind, read_scalar(kind, typed, unit=unit))


def _refused(kind: FactType, typed: str, unit: str = "", choices: tuple[str, ...] = ()) -> str:
    with pytest.raises(ValueRefusal) as refusal:
        read_scalar(kind, typed, unit=unit, choices=choices)
    return refusal.value.reason


@pytest.mark.parametrize(
    ("typed", "unit", "amount", "said"),
    [
        ("128", "名", "128", "128名"),
        ("128名", "名", "128", "128名"),
        ("128 名", "名", "128", "128名"),
        ("128人", "名", "128", "128人"),
        ("1,200", "名", "1200", "1200名"),
        ("12，345", "", "12345", "12345"),
        ("１２８", "名", "128", "128名"),
        ("-3", "", "-3", "-3"),
        ("−3.50", "", "-3.50", "-3.50"),
        ("1.2万", "名", "12000", "1.2万名"),
        ("3亿", "", "300000000", "3亿"),
        ("近300", "名", "300", "近300名"),
        ("300多", "名", "300", "300多名"),
        ("300余名", "", "300", "300余名"),
        ("1.2万余人", "", "12000", "1.2万余人"),
        ("300多万人", "", "3000000", "300多万人"),
        ("007", "", "7", "007"),
        ("0", "名", "0", "0名"),
        ("12平方米", "", "12", "12平方米"),
    ],
)
def test_numbers(typed: str, unit: str, amount: str, said: str) -> None:
    value = read_scalar(N, typed, unit=unit)
    assert isinstance(value, Quantity)
    assert value.amount == Decimal(amount)
    assert spoken(N, value) == said


@pytest.mark.parametrize(
    "typed", ["很多", "1.2.3", "1 2", "--3", "12!", "三", "1,2", "十二名同志和三名干部", "12，", "0x10"]
)
def test_what_is_no_number(typed: str) -> None:
    assert _refused(N, typed) == "not-a-number"


@pytest.mark.parametrize(
    ("typed", "amount", "said"),
    [
        ("36.5", "36.5", "36.5%"),
        ("36.5%", "36.5", "36.5%"),
        ("36.5％", "36.5", "36.5%"),
        ("36.5 %", "36.5", "36.5%"),
        ("近40%", "40", "近40%"),
        ("2.3个百分点", "2.3", "2.3个百分点"),
        ("100", "100", "100%"),
    ],
)
def test_percentages(typed: str, amount: str, said: str) -> None:
    value = read_scalar(P, typed)
    assert isinstance(value, Quantity)
    assert value.amount == Decimal(amount)
    assert spoken(P, value) == said


@pytest.mark.parametrize("typed", ["36.5万", "3人", "36.5‰"])
def test_what_is_no_percentage(typed: str) -> None:
    assert _refused(P, typed) == "not-a-percent"


@pytest.mark.parametrize(
    ("typed", "unit", "amount", "of", "said"),
    [
        ("1200万元", "", "1200", "万元", "1200万元"),
        ("1200万", "", "1200", "万元", "1200万元"),
        ("1200", "万元", "1200", "万元", "1200万元"),
        ("3.5亿", "万元", "3.5", "亿元", "3.5亿元"),
        ("1,200元", "", "1200", "元", "1200元"),
        ("1200余万元", "", "1200", "万元", "1200余万元"),
        ("1200万余元", "", "1200", "万元", "1200余万元"),
        ("1200多万", "", "1200", "万元", "1200多万元"),
        ("近912亿元", "", "912", "亿元", "近912亿元"),
    ],
)
def test_money(typed: str, unit: str, amount: str, of: str, said: str) -> None:
    value = read_scalar(M, typed, unit=unit)
    assert isinstance(value, Quantity)
    assert (value.amount, value.unit) == (Decimal(amount), of)
    assert spoken(M, value) == said


def test_what_is_no_money() -> None:
    assert _refused(M, "1200") == "no-unit"
    assert _refused(M, "1200美元") == "not-money"
    assert _refused(M, "一千") == "not-money"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-02-10", "2026年2月10日"),
        ("2026-2-10", "2026年2月10日"),
        ("2026/2/10", "2026年2月10日"),
        ("2026.2.10", "2026年2月10日"),
        ("2026.10", "2026年10月"),
        ("2026年2月10日", "2026年2月10日"),
        ("2026 年 2 月 10 日", "2026年2月10日"),
        ("2026年2月10号", "2026年2月10日"),
        ("２０２６年２月", "2026年2月"),
        (" 2024-02-29 ", "2024年2月29日"),
    ],
)
def test_dates(typed: str, said: str) -> None:
    assert _said(FactType.DATE, typed) == said


@pytest.mark.parametrize("typed", ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00", "0000-01-01", "2026年2月31日"])
def test_days_that_there_are_not(typed: str) -> None:
    assert _refused(FactType.DATE, typed) == "no-such-date"


@pytest.mark.parametrize(
    "typed", ["明天", "2026", "26-02-10", "10/2/2026", "2026-02-10 15:00", "20260210", "2026年2月10日上午"]
)
def test_what_is_no_date(typed: str) -> None:
    assert _refused(FactType.DATE, typed) == "not-a-date"


def test_years() -> None:
    assert read_scalar(FactType.YEAR, "2026") == 2026
    assert read_scalar(FactType.YEAR, "2026 年") == 2026
    assert _said(FactType.YEAR, "２０２６年") == "2026"
    assert _refused(FactType.YEAR, "26") == "not-a-year"
    assert _refused(FactType.YEAR, "今年") == "not-a-year"


@pytest.mark.parametrize(
    ("typed", "means"), [("是", True), ("YES", True), ("true", True), ("否", False), ("没有", False), ("no", False)]
)
def test_yes_and_no(typed: str, *, means: bool) -> None:
    assert read_scalar(FactType.YES_NO, typed) is means
    assert _said(FactType.YES_NO, typed) == ("是" if means else "否")


def test_what_is_neither_yes_nor_no_and_what_is_no_choice() -> None:
    assert _refused(FactType.YES_NO, "也许") == "not-yes-or-no"
    assert read_scalar(FactType.CHOICE, " 市 ", choices=("省", "市")) == "市"
    assert _refused(FactType.CHOICE, "乡", choices=("省", "市")) == "not-a-choice"


@pytest.mark.parametrize(
    ("typed", "post", "name"),
    [
        ("市委常委、组织部部长 周明远", "市委常委、组织部部长", "周明远"),
        ("市委常委　周明远", "市委常委", "周明远"),
        ("市委 常委 周明远", "市委 常委", "周明远"),
        ("周明远", "", "周明远"),
    ],
)
def test_persons(typed: str, post: str, name: str) -> None:
    value = read_scalar(FactType.PERSON, typed)
    assert value == Person(post=post, name=name)
    assert spoken(FactType.PERSON, value) == post + name


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("聚焦主业。", "聚焦主业"),
        ("聚焦主业；，", "聚焦主业"),
        ("聚焦主业！", "聚焦主业！"),
        ("等等……", "等等……"),
        ("。", "。"),
        ("（试行）", "（试行）"),
    ],
)
def test_a_text_leaves_its_last_mark_to_the_sentence(typed: str, said: str) -> None:
    assert _said(FactType.TEXT, typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("第一段\n\n 第二段；\n", "第一段。\n第二段。"),
        ("完了。", "完了。"),
        ("好！", "好！"),
        ("他说：“好。”", "他说：“好。”"),
        ("如下：", "如下："),
        ("；", "；。"),
    ],
)
def test_a_long_text_is_whole_sentences(typed: str, said: str) -> None:
    assert _said(FactType.LONG_TEXT, typed) == said


def test_lists_and_records_are_said_with_commas_but_not_between_quotations() -> None:
    assert join_texts(["甲", "乙", "丙"]) == "甲、乙、丙"
    assert join_texts(["“甲”", "“乙”", "丙"]) == "“甲”“乙”、丙"
    assert join_texts(["《甲》", "《乙》"]) == "《甲》《乙》"
    assert join_texts(["“甲”", "“乙”"], "，") == "“甲”，“乙”"
    assert spoken(FactType.LIST, ("甲。", None, "乙")) == "甲、乙"
    assert (
        spoken(
            FactType.RECORD, {"标题": "甲", "做法": None, "数据": Quantity(amount=Decimal(3), digits="3", unit="个")}
        )
        == "甲、3个"
    )


def test_lists_and_records_are_not_read_from_one_text() -> None:
    assert _refused(FactType.LIST, "甲") == "not-a-list"
    assert _refused(FactType.RECORD, "甲") == "not-a-record"


# Laws

_decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=2)
_before = st.sampled_from(["", "近", "约", "超过", "逾", "将近"])
_after = st.sampled_from(["", "多", "余"])


@given(_decimals, _before, st.sampled_from(["", "万", "亿"]), _after, st.sampled_from(["", "名", "个", "平方米", "m²"]))
def test_a_number_that_is_said_is_read_back_as_the_same(
    amount: Decimal, before: str, scale: str, after: str, unit: str
) -> None:
    value = read_scalar(N, f"{before}{amount:f}{scale}{after}{unit}", unit="项")
    assert isinstance(value, Quantity)
    assert value.amount == amount * {"": 1, "万": 10**4, "亿": 10**8}[scale]
    assert value.unit == (unit or "项")
    assert read_scalar(N, spoken(N, value), unit="人") == value


@given(_decimals, _before, _after)
def test_a_percentage_that_is_said_is_read_back_as_the_same(amount: Decimal, before: str, after: str) -> None:
    value = read_scalar(P, f"{before}{amount:f}{after}%")
    assert isinstance(value, Quantity)
    assert value.amount == amount
    assert read_scalar(P, spoken(P, value)) == value


@given(_decimals, _before, _after, st.sampled_from(["元", "万元", "亿元", "万", "亿", ""]))
def test_money_that_is_said_is_read_back_as_the_same(amount: Decimal, before: str, after: str, unit: str) -> None:
    value = read_scalar(M, f"{before}{amount:f}{after}{unit}", unit="万元")
    assert isinstance(value, Quantity)
    assert value.amount == amount
    assert value.unit.removesuffix("元") == (unit or "万").removesuffix("元")
    assert read_scalar(M, spoken(M, value), unit="元") == value


@given(
    st.dates(min_value=datetime.date(1000, 1, 1)), st.sampled_from(["{}-{}-{}", "{}/{}/{}", "{}.{}.{}", "{}年{}月{}日"])
)
def test_a_date_that_is_said_is_read_back_as_the_same(date: datetime.date, form: str) -> None:
    value = read_scalar(FactType.DATE, form.format(date.year, date.month, date.day))
    assert value == Day(year=date.year, month=date.month, day=date.day)
    assert value.iso() == date.isoformat()
    assert read_scalar(FactType.DATE, spoken(FactType.DATE, value)) == value
    month = Day(year=date.year, month=date.month, day=None)
    assert read_scalar(FactType.DATE, spoken(FactType.DATE, month)) == month


@given(
    st.sampled_from([kind for kind in FactType if kind not in {FactType.LIST, FactType.RECORD}]),
    st.text(),
    st.text(max_size=3),
)
@example(FactType.DATE, "٢٠٢٦-٠٢-٣٠", "")
@example(N, "٣", "")
@example(N, "²", "")
@example(FactType.YEAR, "²⁰²⁶", "")
def test_any_text_is_read_or_refused(kind: FactType, typed: str, unit: str) -> None:
    try:
        value: Value = read_scalar(kind, typed, unit=unit, choices=("省",))
    except ValueRefusal:
        return
    assert isinstance(spoken(kind, value), str)


@given(st.text())
def test_a_text_loses_only_blanks_around_it_and_the_marks_behind_it(typed: str) -> None:
    said = _said(FactType.TEXT, typed)
    assert typed.strip().startswith(said)
    assert set(typed.strip()[len(said) :]) <= set("。；，、;, ")
    assert said or not typed.strip()


@given(st.text())
def test_a_long_text_keeps_every_word(typed: str) -> None:
    said = _said(FactType.LONG_TEXT, typed)
    dropped = str.maketrans("", "", "。；，、;, ")
    assert "".join(said.translate(dropped).split()) == "".join(typed.translate(dropped).split())
    assert bool(said) == bool(typed.strip())


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1))
def test_a_list_that_is_said_holds_every_item_in_order(items: list[str]) -> None:
    joined, rest = join_texts(items), items
    assume("、" not in "".join(items))
    position = 0
    for item in rest:
        assert joined.startswith(item, position) or joined.startswith(f"、{item}", position)
        position = joined.index(item, position) + len(item)
    assert position == len(joined)
