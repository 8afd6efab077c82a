"""The dictionary, the values that people give, and the layers that they come from."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.facts import FactSpec, Given, Layer, example_text, stack
from speechdraft.facts_reading import defaults, read_dictionary, read_facts, read_option
from speechdraft.problems import Place, Problem, Problems, Severity
from speechdraft.source import bad_character, parse, with_line_feeds
from speechdraft.values import Day, FactType, Person, Quantity, spoken
from tests.building import Tree, yaml_of

DICTIONARY = """
地区: {}
数: {type: number, unit: 名, min: 1, max: 200}
率: {type: percent}
增幅: {type: percent, min: -100, max: 500}
钱: {type: money}
专款: {type: money, unit: 万元, min: 1, max: 5000}
日期: {type: date}
年: {type: year}
层级: {type: choice, choices: [省, 市]}
有: {type: yes-no}
人: {type: person}
成绩: {type: list, fields: {标题: {}, 数据: {type: number, unit: 个}}}
单位: {type: list}
会场: {type: record, fields: {地点: {}, 时间: {type: date}}}
"""


def _dictionary(text: str | Tree) -> tuple[dict[str, FactSpec], list[str]]:
    problems = Problems()
    node = parse(yaml_of(text), "d.yaml", problems)
    assert node is not None, problems.all()
    return read_dictionary(node, problems), [str(problem) for problem in problems.all()]


SPECS, _NONE = _dictionary(DICTIONARY)


def _facts(text: str | Tree) -> tuple[dict[str, Given], tuple[Problem, ...]]:
    problems = Problems()
    return read_facts(parse(yaml_of(text), "f.yaml", problems), Layer.SPEECH, SPECS, problems), problems.all()


def _given(text: str | Tree) -> dict[str, Any]:
    given, problems = _facts(text)
    assert not problems
    return {name: one.value for name, one in given.items()}


def _refused(text: str) -> str:
    given, problems = _facts(text)
    assert len(problems) == 1, given
    return str(problems[0])


def test_the_dictionary_of_these_tests_is_sound() -> None:
    assert _NONE == []
    assert list(SPECS) == [
        "地区",
        "数",
        "率",
        "增幅",
        "钱",
        "专款",
        "日期",
        "年",
        "层级",
        "有",
        "人",
        "成绩",
        "单位",
        "会场",
    ]


# The dictionary


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("地区: {typ: text}", "1:6: unknown-key: no key “typ” here\n  did you mean type?"),
        (
            "地区: {type: txet}",
            (
                "1:12: wrong-value: “txet” cannot stand here\n  did you mean text?\n  choose one of text, long-text, "
                "number, percent, money, date, year, choice, yes-no, person, list, record"
            ),
        ),
        ("地区:", "1:4: wrong-type: expected a mapping\n  write each “name: value” on a line of its own"),
        ("地区: [甲]", "1:5: wrong-type: expected a mapping\n  write each “name: value” on a line of its own"),
        ("地区: {unit: [名]}", '1:12: wrong-type: expected a text\n  put it between quotation marks: "…"'),
        ("地区: {optional: 也许}", "1:16: wrong-type: expected true or false"),
        ("地区: {as_of: 2026-02-30}", "1:13: wrong-type: expected a date such as 2026-02-10"),
        ("地区: {max: 很多}", "1:11: wrong-type: expected a number\n  write it in digits, such as 12"),
        ("地区: {max: inf}", "1:11: wrong-type: expected a number\n  write it in digits, such as 12"),
        (
            "层级: {type: choice}",
            "1:5: no-choices: “层级” is a choice without choices\n  add choices: [ …, … ]",
        ),
        (
            "层级: {type: choice, choices: [省, 市], default: 县}",
            "1:46: bad-choice: “层级”: “县” is none of the choices\n  choose one of 省, 市",
        ),
        (
            "成绩: {type: list, fields: {标题: {}, 数据: {type: number, default: 很多}}}",
            (
                "1:63: bad-number: “成绩.数据”: “很多” is not a number\n"
                "  write digits, with the unit if you like: 128, 1.2万, 近300"
            ),
        ),
        ("成绩: {type: list, fields: {标题: }}", "1:31: wrong-type: expected a mapping"),
        (
            "成绩:\n  type: list\n  fields:\n    标 题: {}",
            (
                "4:5: bad-name: “标 题” cannot name a fact\n"
                "  a name is made of letters, Chinese characters and digits, and does not begin with a digit or “_”"
            ),
        ),
    ],
)
def test_an_entry_that_is_wrong(entry: str, message: str) -> None:
    assert _dictionary(entry)[1] == [f"d.yaml:{message}"]


@pytest.mark.parametrize("name", ["_地区", "1号", "甲-乙", "甲.乙", "甲 乙", "“甲”"])
def test_a_name_that_no_template_can_read(name: str) -> None:
    specs, problems = _dictionary({name: {}})
    assert specs == {}
    assert problems == [
        (
            f"d.yaml:1:1: bad-name: “{name}” cannot name a fact\n"
            "  a name is made of letters, Chinese characters and digits, and does not begin with a digit or “_”"
        )
    ]


def test_one_wrong_entry_leaves_the_others() -> None:
    specs, problems = _dictionary("甲: {typ: text}\n乙: {type: date}\n丙: []")
    assert list(specs) == ["乙"]
    assert [problem.split(":")[3] for problem in problems] == [" unknown-key", " wrong-type"]


def test_a_dictionary_is_a_mapping() -> None:
    assert _dictionary("- 甲") == (
        {},
        ["d.yaml:1:1: wrong-type: expected a mapping of names to what each fact is"],
    )


def test_a_percentage_is_a_share_unless_said_otherwise() -> None:
    assert SPECS["率"].bounds() == (0, 100)
    assert SPECS["增幅"].bounds() == (-100, 500)
    assert FactSpec(type=FactType.NUMBER).bounds() == (None, None)


def test_an_example_is_shown_as_a_speech_says_it() -> None:
    assert example_text(FactSpec(type=FactType.DATE, example="2026-02-10")) == "2026年2月10日"
    assert example_text(FactSpec(type=FactType.NUMBER, unit="名", example="128")) == "128名"
    assert example_text(FactSpec(type=FactType.NUMBER, example="很多")) == "很多"
    assert example_text(FactSpec(type=FactType.LIST, example=["甲", "乙"])) == "甲、乙"
    assert example_text(FactSpec()) == ""


# What people give


def test_values_of_every_type() -> None:
    assert _given(
        "outline: annual-conference\n地区: 清河市\n数: 128\n率: 36.5%\n增幅: -5\n钱: 1200万元\n日期: 2026-02-10\n年: 2026\n"
        "层级: 市\n有: 是\n人: 部长 李明\n成绩:\n  - 标题: 甲\n    数据: 3\n  - {标题: 乙}\n单位: [一科, 二科]\n"
        "会场: {地点: 礼堂, 时间: 2026-02}\n"
    ) == {
        "地区": "清河市",
        "数": Quantity(amount=Decimal(128), digits="128", unit="名"),
        "率": Quantity(amount=Decimal("36.5"), digits="36.5", unit="%"),
        "增幅": Quantity(amount=Decimal(-5), digits="-5", unit="%"),
        "钱": Quantity(amount=Decimal(1200), digits="1200", unit="万元"),
        "日期": Day(year=2026, month=2, day=10),
        "年": 2026,
        "层级": "市",
        "有": True,
        "人": Person(post="部长", name="李明"),
        "成绩": (
            {"标题": "甲", "数据": Quantity(amount=Decimal(3), digits="3", unit="个")},
            {"标题": "乙", "数据": None},
        ),
        "单位": ("一科", "二科"),
        "会场": {"地点": "礼堂", "时间": Day(year=2026, month=2, day=None)},
    }


def test_a_value_with_where_it_is_from() -> None:
    given, problems = _facts(
        "数: {value: 128, source: 干部一科, as_of: 2025-12-31, confirmed: 是, note: 含挂职}\n地区: {value: 清河}\n"
    )
    assert not problems
    assert given["数"] == Given(
        value=Quantity(amount=Decimal(128), digits="128", unit="名"),
        layer=Layer.SPEECH,
        place=Place(file="f.yaml", line=1, column=4),
        typed="128",
        source="干部一科",
        as_of=datetime.date(2025, 12, 31),
        confirmed=True,
        note="含挂职",
    )
    assert (given["地区"].source, given["地区"].as_of, given["地区"].confirmed) == ("", None, None)


def test_a_list_with_where_it_is_from() -> None:
    assert _given("单位:\n  value: [一科, 二科]\n  source: 办公室\n") == {"单位": ("一科", "二科")}


@pytest.mark.parametrize(
    "text",
    ["地区:", "地区: ''", "地区: '  '", "地区: 　", "数: {value: , source: 干部一科}", "成绩: []", "成绩:\n  -", "成绩:\n  - 标题:\n    数据:", "会场: {地点: , 时间: }", "人: {职务: , 姓名: }", "单位: ['', '']", "{}"],
)  # fmt: skip
def test_what_has_no_value_is_not_given(text: str) -> None:
    assert _facts(text) == ({}, ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("地区: [甲]", "1:5: wrong-type: expected a text for “地区”"),
        ("日期: {年: 2026}", "1:5: wrong-type: expected a date for “日期”"),
        (
            "数: 很多",
            ("1:4: bad-number: “数”: “很多” is not a number\n"
            "  write digits, with the unit if you like: 128, 1.2万, 近300名"),
        ),
        (
            "数: 300",
            ("1:4: out-of-range: “数”: 300 cannot be\n"
            "  it lies between 1名 and 200名; correct the figure, or the fact's min and max in the dictionary"),
        ),
        (
            "率: 300",
            ("1:4: out-of-range: “率”: 300 cannot be\n"
            "  it lies between 0% and 100%; correct the figure, or the fact's min and max in the dictionary"),
        ),
        ("率: 三成", "1:4: bad-number: “率”: “三成” is not a percentage\n  write 36.5 or 36.5%"),
        ("率: 3人", "1:4: bad-number: “率”: “3人” is not a percentage\n  write 36.5 or 36.5%"),
        ("钱: 1200", "1:4: bad-number: “钱”: “1200” has no unit\n  write 元, 万元 or 亿元 behind the figure"),
        (
            "专款: 3亿元",
            ("1:5: out-of-range: “专款”: 3亿元 cannot be\n"
            "  it lies between 1万元 and 5000万元; correct the figure, or the fact's min and max in the dictionary"),
        ),
        (
            "专款: 9000元",
            ("1:5: out-of-range: “专款”: 9000元 cannot be\n"
            "  it lies between 1万元 and 5000万元; correct the figure, or the fact's min and max in the dictionary"),
        ),
        ("钱: 3美元", "1:4: bad-number: “钱”: “3美元” is not a sum of money\n  write 元, 万元 or 亿元 behind the figure"),
        ("日期: 8月31日", "1:5: bad-date: “日期”: “8月31日” has no year\n  write the year, too: 2026-02-10 or 2026年2月10日"),
        ("地区: {value: 清河市, souce: 办公室}", "1:18: unknown-key: no key “souce” here\n  did you mean source?"),
        (
            "地区: {value: 清河市, 部门: 办公室}",
            "1:18: unknown-key: no key “部门” here\n  choose one of source, as_of, confirmed, note",
        ),
        ("日期: 明天", "1:5: bad-date: “日期”: “明天” is not a date\n  write 2026-02-10 or 2026年2月10日"),
        ("日期: 2026-02-30", "1:5: bad-date: “日期”: there is no day 2026-02-30\n  write 2026-02-10 or 2026年2月10日"),
        ("年: 26", "1:4: bad-date: “年”: “26” is not a year\n  write four digits: 2026"),
        ("层级: 县", "1:5: bad-choice: “层级”: “县” is none of the choices\n  choose one of 省, 市"),
        ("有: 也许", "1:4: bad-choice: “有”: “也许” is neither yes nor no\n  write 是 or 否"),
        ("人: {性名: 李明}", "1:5: unknown-field: “人” has no field “性名”\n  its fields: 职务, 姓名"),
        ("成绩: 甲", "1:5: not-a-list: “成绩” is a list\n  put each item on a line of its own, after “- ”"),
        ("成绩: {标题: 甲}", "1:5: not-a-list: “成绩” is a list\n  put each item on a line of its own, after “- ”"),
        ("成绩:\n  - 甲", "2:5: not-a-record: “成绩[1]” has fields: 标题, 数据\n  write each as “field: value”"),
        (
            "成绩:\n  - 标题: 甲\n  - 标提: 乙",
            "3:5: unknown-field: “成绩[2]” has no field “标提”\n  did you mean 标题?",
        ),
        (
            "成绩:\n  - 标题: 甲\n    数据: 很多",
            ("3:9: bad-number: “成绩[1].数据”: “很多” is not a number\n"
            "  write digits, with the unit if you like: 128, 1.2万, 近300个"),
        ),
        ("单位:\n  - [一科]", "2:5: wrong-type: expected a text for “单位[1]”"),
        ("会场: 礼堂", "1:5: not-a-record: “会场” has fields: 地点, 时间\n  write each as “field: value”"),
        (
            "会场: {时间: 2026-02-30}",
            "1:10: bad-date: “会场.时间”: there is no day 2026-02-30\n  write 2026-02-10 or 2026年2月10日",
        ),
        ("数: {value: 3, as_of: 去年底}", "1:22: bad-date: “as_of”: “去年底” is not a date\n  write 2026-02-10 or 2026年2月10日"),
        ("数: {value: 3, confirmed: 也许}", "1:26: bad-choice: “confirmed”: “也许” is neither yes nor no\n  write 是 or 否"),
        ("地曲: 清河", "1:1: unknown-fact: no fact “地曲”\n  did you mean 地区?"),
        (
            "无此情况: 清河",
            ("1:1: unknown-fact: no fact “无此情况”\n"
            "  no template can use it; declare it under “facts:” of the outline if you mean to"),
        ),
        ("- 地区", "1:1: wrong-type: expected a mapping of facts to their values"),
    ],
)  # fmt: skip
def test_a_value_that_is_wrong(text: str, message: str) -> None:
    assert _refused(text) == f"f.yaml:{message}"


def test_an_unknown_fact_is_only_worth_a_look() -> None:
    given, problems = _facts("地曲: 清河\n地区: 清河\n")
    assert list(given) == ["地区"]
    assert [problem.severity for problem in problems] == [Severity.WARNING]


def test_everything_wrong_is_said_at_once() -> None:
    given, problems = _facts("数: 很多\n日期: 明天\n地区: 清河\n率: 300\n成绩: 甲\n")
    assert list(given) == ["地区"]
    assert [(problem.code, problem.place.line) for problem in problems] == [
        ("bad-number", 1),
        ("bad-date", 2),
        ("out-of-range", 4),
        ("not-a-list", 5),
    ]


# Layers


def test_a_higher_layer_goes_before_a_lower_one_and_says_so() -> None:
    specs, _problems = _dictionary(
        "地区: {default: 某市}\n层级: {default: 市}\n办公室: {default: 办公室}\n会议: {default: 会}"
    )
    problems = Problems()
    layers = [defaults(specs, "d.yaml")]
    for layer, text in (
        (Layer.USER, "地区: 清河\n层级: 县\n办公室: 综合科"),
        (Layer.SPEECH, "层级: 省\n办公室: 研究室\n地区:\n"),
    ):
        layers.append(read_facts(parse(text, "f.yaml", problems), layer, specs, problems))
    layers.append(read_option("办公室=秘书科", specs, problems))
    given = stack(layers)
    assert not problems.all()
    assert {name: (one.value, one.layer) for name, one in given.items()} == {
        "地区": ("清河", Layer.USER),
        "层级": ("省", Layer.SPEECH),
        "办公室": ("秘书科", Layer.OPTION),
        "会议": ("会", Layer.PACK),
    }
    assert stack(reversed(layers)) == given


def test_a_default_has_its_day() -> None:
    specs, _problems = _dictionary(
        "全会: {default: 二十届四中全会, as_of: 2025-10-23}\n数: {type: number, default: '3'}"
    )
    given = defaults(specs, "d.yaml")
    assert given["全会"].as_of == datetime.date(2025, 10, 23)
    assert given["全会"].layer is Layer.PACK
    assert given["数"].value == Quantity(amount=Decimal(3), digits="3", unit="")


def _option(setting: str) -> tuple[dict[str, Any], list[str]]:
    problems = Problems()
    given = read_option(setting, SPECS, problems)
    return {name: one.value for name, one in given.items()}, [str(problem) for problem in problems.all()]


def test_a_fact_given_on_the_command_line() -> None:
    assert _option("地区=清河市") == ({"地区": "清河市"}, [])
    assert _option(" 地区 = 甲=乙 ") == ({"地区": "甲=乙"}, [])
    assert _option("地区=") == ({}, [])


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("地区", "bad-setting: “地区” does not set a fact\n  write --set 名称=值, for instance --set 地区=清河市"),
        ("=清河", "bad-setting: “=清河” does not set a fact\n  write --set 名称=值, for instance --set 地区=清河市"),
        ("地曲=清河", "unknown-fact: no fact “地曲”\n  did you mean 地区?"),
        ("日期=明天", "bad-date: “日期”: “明天” is not a date\n  write 2026-02-10 or 2026年2月10日"),
        ("地区=清\x08河", "bad-character: the character U+0008 cannot stand in a document"),
        ("地区=\ufdd00\ufdd1", "bad-character: the character U+FDD0 cannot stand in a document"),
        ("地区=\udc80", "bad-character: the character U+DC80 cannot stand in a document"),
    ],
)
def test_a_setting_that_is_wrong(setting: str, message: str) -> None:
    assert _option(setting) == ({}, [f"--set: {message}"])


def test_an_unknown_fact_on_the_command_line_is_an_error() -> None:
    problems = Problems()
    read_option("地曲=清河", SPECS, problems)
    assert problems.has_errors


# Laws

_texts = st.text(st.characters(exclude_categories=["Cs"]).filter(lambda one: bad_character(one) is None)).map(
    with_line_feeds
)


@given(
    st.fixed_dictionaries({"地区": _texts, "单位": st.lists(_texts), "会场": st.fixed_dictionaries({"地点": _texts})})
)
def test_any_text_is_given_as_it_was_typed(values: dict[str, Any]) -> None:
    given, problems = _facts(yaml.safe_dump(values, allow_unicode=True, width=100_000, default_style='"'))
    assert not problems
    found = {name: one.value for name, one in given.items()}
    assert found.get("地区", "") == values["地区"].strip()
    assert list(found.get("单位", ())) == [text.strip() for text in values["单位"] if text.strip()]
    place = values["会场"]["地点"].strip()
    assert found.get("会场") == ({"地点": place, "时间": None} if place else None)


_shapes: st.SearchStrategy[Any] = st.recursive(
    st.text(max_size=6) | st.sampled_from(["128", "2026-02-10", "是", "市", "36.5%", "1200万元", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["value", "source", "标题", "数据", "姓名", "地点", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*SPECS, "outline", "无"]), _shapes, max_size=5))
def test_any_shape_of_value_is_given_or_refused(values: dict[str, Any]) -> None:
    given, problems = _facts(yaml_of(values))
    for name, one in given.items():
        assert isinstance(spoken(SPECS[name].type, one.value), str)
    assert {problem.place.file for problem in problems} <= {"f.yaml"}
    assert given.keys() <= values.keys()
