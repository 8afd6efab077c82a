"""The sandbox: what templates can do, what they cannot, and how much."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speechdraft.compose import Composition
from speechdraft.draft import plain
from speechdraft.ink import CLOSE, OPEN
from speechdraft.problems import Place, ProblemError
from speechdraft.templating import Templates
from tests.building import composed, drafted, problems_of, refusal, written

DICTIONARY = {
    "地区": {},
    "数": {"type": "number", "unit": "名"},
    "率": {"type": "percent"},
    "钱": {"type": "money"},
    "日期": {"type": "date"},
    "年": {"type": "year"},
    "有": {"type": "yes-no"},
    "人": {"type": "person"},
    "成绩": {"type": "list", "fields": {"标题": {}, "做法": {}}},
    "单位": {"type": "list"},
    "选": {"optional": True},
    "选列": {"type": "list", "optional": True},
}
FACTS = {
    "地区": "清河市",
    "数": "128",
    "率": "36.5",
    "钱": "1200万元",
    "日期": "2026-02-10",
    "年": "2026",
    "有": "否",
    "人": "部长 李明",
    "成绩": [{"标题": "甲", "做法": "乙"}, {"标题": "丙", "做法": "丁"}],
    "单位": ["一科", "二科", "三科"],
}
OTHERS = {"m": "{% macro f(词='') %}某{{ 词 }}{% endmacro %}正文", "lines": "第一行\n第二行\n"}


def _full(template: str) -> list[str]:
    return written(template, dictionary=DICTIONARY, facts=FACTS, templates=OTHERS)


def _empty(template: str) -> list[str]:
    return written(template, dictionary=DICTIONARY, templates=OTHERS)


def _refused(template: str) -> str:
    return refusal(template, dictionary=DICTIONARY, facts=FACTS, templates=OTHERS)


# What a template can do


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("在{{ 地区 }}。", "在清河市。"),
        ("{{ 数 }} {{ 率 }} {{ 钱 }} {{ 日期 }} {{ 年 }} {{ 人 }}", "128名 36.5% 1200万元 2026年2月10日 2026 部长李明"),
        ("{{ 人.姓名 }}{{ 人.职务 }}{{ 人['姓名'] }}", "李明部长李明"),
        ("{{ 数 | number }}", "128"),
        ("{{ 3 | cn }}{{ 2 | cn }}{{ 2 | ordinal }}{{ 0 | cn }}", "三两二零"),
        ("{{ 单位 | length }}{{ 单位 | length | cn }}", "3三"),
        ("{{ 单位 }}", "一科、二科、三科"),
        ("{{ 单位 | join('和') }}", "一科和二科和三科"),
        ("{{ ['“甲”', '“乙”', 地区] | join }}", "“甲”“乙”、清河市"),
        ("{{ 单位 | first }}{{ 单位 | last }}{{ 单位[1] }}{{ 单位[-1] }}", "一科三科二科三科"),
        ("{{ 成绩[0].标题 }}{{ (成绩 | last).做法 }}", "甲丁"),
        ("{{ 日期 | year }} {{ 日期 | month_day }}", "2026 2月10日"),
        ("{{ 单位 | series }}", "一是一科；二是二科；三是三科。"),
        ("{{ 单位 | series('首先') }}", "首先，一科；其次，二科；最后，三科。"),
        ("{{ ['甲'] | series }}", "甲。"),
        ("{{ [单位[0]] | series('一要') }}", "一科。"),
        ("{{ ['甲。乙', '丙；'] | series }}", "一是甲。乙。二是丙；。"),
        ("{{ 数 + 1 }} {{ 数 - 28 }} {{ 数 * 2 }} {{ 数 / 3 | round(2) }} {{ (数 / 3) | round(2) }}", "129 100 256 42.66666666666666666666666667 42.67"),
        ("{{ 数 // 10 }} {{ 数 % 10 }} {{ -数 }} {{ +数 }} {{ 0.1 + 0.2 }} {{ 1.50 }}", "12 8 -128 128 0.3 1.5"),
        ("{{ 率 * 100 }} {{ 率 + 1 }} {{ 钱 / 10000 }}", "36.5 1.365 1200"),
        ("{{ 数 ~ '人' ~ 1 ~ 地区 }}", "128名人1清河市"),
        ("{% if 有 %}有{% elif 数 > 100 %}多{% else %}无{% endif %}", "多"),
        ("{% if 率 > 0.3 and 钱 >= 12000000 and not 有 and 地区 == '清河市' %}对{% endif %}", "对"),
        ("{% if 数 is given and 选 is missing and 没有 is missing %}对{% endif %}", "对"),
        ("{% if 地区 in ['清河市', '某市'] %}在{% endif %}", "在"),
        ("{% if '二科' in 单位 and 单位[0] in 单位 and '四科' not in 单位 and '清河' in 地区 %}在{% endif %}", "在"),
        ("{{ '有' if 有 else '无' }}{{ '有' if 有 }}。", "无。"),
        ("{{ 没有 | default('缺') }}{{ 地区 | default('缺') }}", "缺清河市"),
        ("{% set 词 = '好' %}{{ 词 ~ 词 }}", "好好"),
        ("{% macro f(甲, 乙='二') %}{{ 甲 }}{{ 乙 }}{% endmacro %}{{ f('一') }}{{ f(乙='丙', 甲=数) }}", "一二128名丙"),
        ("{% import 'm' as m %}{{ m.f('人') }}{% from 'm' import f as g %}{{ g() }}", "某人某"),
        ("始{% include 'm' %}终", "始正文终"),
        ("{% for 科 in 单位 %}{{ loop.index }}{{ 科 }}{{ '。' if loop.last else '；' }}{% endfor %}", "1一科；2二科；3三科。"),
        ("{% for 科 in 单位 if 科 != '二科' %}{{ loop.first }}{% else %}空{% endfor %}".replace("{{ loop.first }}", "{{ 科 }}/{{ loop.length }}"), "一科/2三科/2"),
        ("{% for 项 in 成绩 %}{{ enum('第一，') }}{{ 项.标题 }}。{% endfor %}{{ enum('第一，') }}完", "第一，甲。第二，丙。第三，完"),
        ("{{ enum('一是') }}{{ enum('一是', '乙') }}{{ enum('一是') }}{{ enum('一要') }}", "一是一是二是一要"),
        ("{# 注 #}{% raw %}{{ 原样 }}{% endraw %}", "{{ 原样 }}"),
        ("{{ (1, 数) }} {{ [1, '二'] }}", "1、128名 1、二"),
        ("**{{ 地区 }}的**事", "清河市的事"),
        ("\\{{ 地区 }}\\n", "\\清河市\\n"),
    ],
)  # fmt: skip
def test_what_a_template_prints(template: str, line: str) -> None:
    assert _full(template) == [line]


def test_one_line_is_one_paragraph_and_statements_take_none() -> None:
    assert _full("{% if 地区 %}\n第一段\n\n  {# 注 #}\n  {% set x = 1 %}\n  第二段  \n{% endif %}\n\n") == [
        "第一段",
        "第二段",
    ]
    assert _full("前{% include 'lines' %}后") == ["前第一行", "第二行后"]


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("在{{ 地区 }}。", "在【待补：地区】。"),
        ("{{ 数 | number }}{{ 数 + 1 }}{{ 1 - 数 }}{{ -数 }}{{ 数 | round }}{{ 率 * 数 }}", "【待补：数】【待补：数】【待补：数】【待补：数】【待补：数】【待补：率】"),
        ("{{ 单位 | length | cn }}{{ 单位 | join }}{{ 单位 | first }}{{ 单位[0] }}", "【待补：单位】" * 4),
        ("{{ 日期 | year }}{{ 日期 | month_day }}", "【待补：日期】【待补：日期】"),
        ("{{ 人.姓名 }}{{ 成绩[0].标题 }}", "【待补：人·姓名】【待补：成绩·标题】"),
        ("{{ 单位 | series }}完", "【待补：单位】。完"),
        ("{% for 项 in 成绩 %}{{ enum('一是') }}{{ 项.标题 }}：{{ 项.做法 }}。{% endfor %}", "一是【待补：成绩·标题】：【待补：成绩·做法】。"),
        ("{% for 科 in 选列 %}{{ 科 }}{% endfor %}好", "好"),
        ("{% for 科 in 选列 %}{{ 科 }}{% else %}无{% endfor %}", "无"),
        ("{{ 数 > 3 }}", "【待补：数】"),
        ("{% if 数 > 3 %}多{% else %}少{% endif %}", "少"),
        ("{% if 地区 == '清河市' or 地区 != '清河市' %}知{% else %}不知{% endif %}", "不知"),
        ("{% if 选列 | first %}有{% endif %}{% if 选 %}有{% endif %}无", "无"),
        ("{{ 地区 ~ '的' }}", "【待补：地区】的"),
        ("{% if '一科' in 单位 or '清' in 地区 %}在{% else %}不知{% endif %}", "不知"),
        ("{% if '一科' not in 单位 or 地区 not in ['清'] %}不在{% else %}不知{% endif %}", "不知"),
        ("{{ 数 if 数 else '无' }}", "无"),
        ("{{ 地区 | default('缺') }}", "【待补：地区】"),
    ],
)  # fmt: skip
def test_what_it_prints_where_a_fact_is_missing(template: str, line: str) -> None:
    assert _empty(template) == [line]


@pytest.mark.parametrize(
    ("template", "without", "with_it"),
    [
        ("好{% clause %}，{{ 选 }}{% endclause %}。", "好。", "好，选的。"),
        ("{% clause %}{% for 科 in 选列 %}{{ 科 }}、{% endfor %}等。{% endclause %}完", "完", "甲、乙、等。完"),
        ("{% clause %}有{{ 选列 | join }}。{% endclause %}完", "完", "有甲、乙。完"),
        ("{% clause %}外{% clause %}内{{ 选 }}{% endclause %}{% endclause %}完", "外完", "外内选的完"),
        ("{% clause %}外{{ 选 }}{% clause %}内{% endclause %}{% endclause %}完", "完", "外选的内完"),
        ("{{ enum('一是') }}甲；{% clause %}{{ enum('一是') }}{{ 选 }}；{% endclause %}{{ enum('一是') }}丙。", "一是甲；二是丙。", "一是甲；二是选的；三是丙。"),
        ("{% macro f() %}{{ 选 }}{% endmacro %}甲{% clause %}，{{ f() }}{% endclause %}。", "甲。", "甲，选的。"),
        ("{% clause %}{% if 选 %}有{% else %}无{% endif %}{% endclause %}", "无", "有"),
        ("甲{% clause %}{{ '，' ~ 选 ~ '，' }}{% endclause %}乙", "甲乙", "甲，选的，乙"),
    ],
)  # fmt: skip
def test_a_clause_goes_whole_when_an_optional_fact_is_missing(template: str, without: str, with_it: str) -> None:
    assert _empty(template) == [without]
    facts = {"选": "选的", "选列": ["甲", "乙"]}
    assert written(template, dictionary=DICTIONARY, facts=facts) == [with_it]


def test_a_required_fact_leaves_its_gap_in_a_clause_too() -> None:
    assert _empty("甲{% clause %}，{{ 地区 }}{% endclause %}。") == ["甲，【待补：地区】。"]


def test_an_optional_fact_outside_a_clause_leaves_a_gap_and_is_pointed_out() -> None:
    composition = composed([{"template": "t"}], dictionary=DICTIONARY, templates={"t": "甲\n{{ 选 }}"})
    assert [plain(block.inlines) for block in composition.draft.blocks()] == ["甲", "【待补：选】"]
    assert [str(problem) for problem in composition.problems] == [
        (
            "templates/t.j2:2: optional-outside-clause: the optional fact “选” is printed outside a clause\n"
            "  put the words that need it between {% clause %} and {% endclause %}"
        ),
        "outline.yaml:9:13: optional-outside-clause: the optional fact “选” is printed outside a clause; it leaves a gap",
    ]


# What it cannot


NOT_ALLOWED = "templates/t.j2:{line}: refused-name: {what}"
STATEMENTS = "\n  allowed: if for set macro include import clause"
FILTERS = "\n  allowed: cn default first join last length month_day number ordinal round series sum year"
METHODS = "\n  a template calls macros and enum(), and uses filters: {{ 名称 | filter }}"


def _name(name: str) -> str:
    return f"the name “{name}” is not allowed in a template"


def _construct(what: str, hint: str = STATEMENTS) -> str:
    return f"“{what}” is not allowed in a template{hint}"


HOSTILE = [
    ("{{ ''.__class__ }}", _name(".__class__")),
    ("{{ ''['__class__'] }}", _name("__class__")),
    ("{{ ''['__cla' ~ 'ss__'] }}", "“.__class__” is not allowed on this value"),
    ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "method calls are not allowed in a template" + METHODS),
    ("{{ enum.__self__ }}", _name(".__self__")),
    ("{% set x = enum %}{{ x.__self__ }}", _name(".__self__")),
    ("{% set x = enum %}{{ x['__se' ~ 'lf__'] }}", "“.__self__” is not allowed on this value"),
    ("{% set x = enum %}{{ x.im_self }}", "“.im_self” is not allowed on this value"),
    ("{% set x = enum %}{{ x.__func__.__globals__ }}", _name(".__globals__")),
    ("{{ __scope__ }}", _name("__scope__")),
    ("{{ _ }}", _name("_")),
    ("{% set _x = 1 %}", _name("_x")),
    ("{{ self }}", _name("self")),
    ("{{ self.__init__ }}", _name(".__init__")),
    ("{{ super() }}", _name("super")),
    ("{{ caller }}", _name("caller")),
    ("{{ caller() }}", _name("caller")),
    ("{% macro f() %}{{ caller() }}{% endmacro %}{% clause %}{{ f() }}{% endclause %}", _name("caller")),
    ("{% macro f() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1) }}", _name("kwargs")),
    ("{{ clause }}", _name("clause")),
    ("{{ clause(enum) }}", _name("clause")),
    ("{% set x = clause %}", _name("clause")),
    ("{% call clause(1) %}x{% endcall %}", _construct("call")),
    ("{% call(x) clause() %}x{% endcall %}", _construct("call")),
    ("{% call enum('一是') %}x{% endcall %}", _construct("call")),
    ("{{ range(10) }}", _name("range")),
    ("{{ dict(a=1) }}", _name("dict")),
    ("{{ lipsum() }}", _name("lipsum")),
    ("{{ cycler('a') }}", _name("cycler")),
    ("{{ joiner() }}", _name("joiner")),
    ("{% set x = namespace(a=1) %}", _name("namespace")),
    ("{% set x.y = 1 %}", "“set” gives a value to one name"),
    ("{% set x, y = 1, 2 %}", "“set” gives a value to one name"),
    ("{% set x %}…{% endset %}", _construct("set … endset")),
    ("{% for x, y in 成绩 %}{% endfor %}", "“for” gives each item to one name"),
    ("{% for x in 单位 recursive %}{{ loop(单位) }}{% endfor %}", _construct("for … recursive", "")),
    ("{{ '{}'.format(1) }}", "method calls are not allowed in a template" + METHODS),
    ("{{ '%s'.join(单位) }}", "method calls are not allowed in a template" + METHODS),
    ("{{ 单位.append('四科') }}", "method calls are not allowed in a template" + METHODS),
    ("{{ 成绩[0].标题.upper() }}", "method calls are not allowed in a template" + METHODS),
    ("{{ (enum or 1)('一是') }}", "method calls are not allowed in a template" + METHODS),
    ("{% for x in 单位 %}{{ loop.changed(x) }}{% endfor %}", "method calls are not allowed in a template" + METHODS),
    ("{% for x in 单位 %}{{ loop.cycle('a') }}{% endfor %}", "method calls are not allowed in a template" + METHODS),
    ("{% for x in 单位 %}{{ loop.changed }}{% endfor %}", "“.changed” is not allowed on this value"),
    ("{% for x in 单位 %}{{ loop.previtem }}{% endfor %}", "“.previtem” is not allowed on this value"),
    ("{% for x in 单位 %}{{ loop['index0'] }}{% endfor %}", "“.index0” is not allowed on this value"),
    ("{% for x in 单位 %}{{ loop._iterable }}{% endfor %}", _name("._iterable")),
    ("{% for x in 单位 %}{{ loop(单位) }}{% endfor %}", "this cannot be called"),
    ("{{ 地区() }}", "this cannot be called"),
    ("{% set f = 地区 %}{{ f(1) }}", "this cannot be called"),
    ("{{ enum(*单位) }}", _construct("*", "")),
    ("{{ enum(**成绩) }}", _construct("*", "")),
    ("{{ 单位 | join(*单位) }}", _construct("*", "")),
    ("{{ 地区 | attr('ink') }}", "no filter “attr”" + FILTERS),
    ("{{ 单位 | map('upper') }}", "no filter “map”" + FILTERS),
    ("{{ 单位 | map(attribute='ink') | first }}", "no filter “map”" + FILTERS),
    ("{{ 单位 | select }}", "no filter “select”" + FILTERS),
    ("{{ 成绩 | groupby('标题') }}", "no filter “groupby”" + FILTERS),
    ("{{ 地区 | tojson }}", "no filter “tojson”\n  did you mean join?"),
    ("{{ 地区 | pprint }}", "no filter “pprint”" + FILTERS),
    ("{{ 地区 | xmlattr }}", "no filter “xmlattr”" + FILTERS),
    ("{{ '%s' | format(地区) }}", "no filter “format”" + FILTERS),
    ("{{ 单位 | __each__(1) }}", "no filter “__each__”" + FILTERS),
    ("{{ 单位 | __joined__ }}", "no filter “__joined__”" + FILTERS),
    ("{{ 单位 | __listed__ }}", "no filter “__listed__”" + FILTERS),
    ("{{ 单位 | lenght }}", "no filter “lenght”\n  did you mean length?"),
    ("{% filter cn %}3{% endfilter %}", _construct("filter")),
    ("{% if 地区 is callable %}{% endif %}", "no test “callable”\n  allowed: given missing"),
    ("{% if 地区 is sameas 地区 %}{% endif %}", "no test “sameas”\n  allowed: given missing"),
    ("{% if 地区 is givn %}{% endif %}", "no test “givn”\n  did you mean given?"),
    ("{{ {'a': 1} }}", _construct("{ … }")),
    ("{{ 地区[0:1] }}", _construct("[ : ]")),
    ("{{ 9 ** 9 ** 9 }}", _construct("**")),
    ("{% extends 'm' %}", _construct("extends")),
    ("{% block x %}{% endblock %}", _construct("block")),
    ("{% with x = 1 %}{% endwith %}", _construct("with")),
    ("{% autoescape true %}{% endautoescape %}", _construct("autoescape")),
    ("{% include 地区 %}", "the name of an included template is a plain text in quotes"),
    ("{% include 'm' ~ '' %}", "the name of an included template is a plain text in quotes"),
    ("{% include ['没有', 'm'] %}", "the name of an included template is a plain text in quotes"),
    ("{% import 地区 as x %}", "the name of an included template is a plain text in quotes"),
    ("{% from 1 import x %}", "the name of an included template is a plain text in quotes"),
    ("{% include 'm' ignore missing %}", _construct("ignore missing", "")),
    ("{% import 'm' as x %}{{ x.__dict__ }}", _name(".__dict__")),
    ("{% import 'm' as x %}{{ x._body_stream }}", _name("._body_stream")),
    ("{% import 'm' as x %}{{ x.f.name }}", "“.name” is not allowed on this value"),
    ("{% import 'm' as x %}{{ x.f.f() }}", "method calls are not allowed in a template" + METHODS),
    ("{% macro f() %}{% endmacro %}{{ f.arguments }}", "“.arguments” is not allowed on this value"),
    ("{% macro f() %}{% endmacro %}{{ f._func }}", _name("._func")),
    ("{{ 1 .real }}", "“.real” is not allowed on this value"),
    ("{{ (1.5).as_integer_ratio }}", "“.as_integer_ratio” is not allowed on this value"),
    ("{{ '清河'[0] }}", "an item of this value cannot be had"),
    ("{{ 成绩[数] }}", "an item of this value cannot be had"),
    ("{% set x = [[1]] %}", "a list cannot stand in a list"),
    ("{{ [单位, (1, 2)] }}", "a list cannot stand in a list"),
]  # fmt: skip


@pytest.mark.parametrize(("template", "message"), HOSTILE, ids=[template for template, _message in HOSTILE])
def test_what_the_sandbox_refuses(template: str, message: str) -> None:
    assert _refused(f"第一行\n\n{template}") == f"templates/t.j2:3: refused-name: {message}"


FIELDS_OF_A_FACT = [
    ("{{ 地区.ink }}", "“地区” has no field “ink”\n  it has none"),
    ("{{ 地区.spec }}", "“地区” has no field “spec”\n  it has none"),
    ("{{ 地区['value'] }}", "“地区” has no field “value”\n  it has none"),
    ("{{ 地区['__cla' ~ 'ss__'] }}", "“地区” has no field “__class__”\n  it has none"),
    ("{{ 人.值 }}", "“人” has no field “值”\n  its fields: 职务, 姓名"),
    ("{{ 成绩.标题 }}", "“成绩” has no field “标题”\n  it is a list: each of its items may have fields"),
    ("{{ 成绩[1].标提 }}", "“成绩[2]” has no field “标提”\n  did you mean 标题?"),
    ("{% for 项 in 成绩 %}{{ 项.items }}{% endfor %}", "“成绩[1]” has no field “items”\n  its fields: 标题, 做法"),
    ("{{ 成绩[0].标题.x }}", "“成绩[1].标题” has no field “x”\n  it has none"),
]


@pytest.mark.parametrize(("template", "message"), FIELDS_OF_A_FACT)
def test_a_fact_has_the_fields_of_its_entry_and_no_other(template: str, message: str) -> None:
    assert _refused(template) == f"templates/t.j2:1: unknown-field: {message}"


@pytest.mark.parametrize(
    ("template", "code", "message"),
    [
        ("{{ true }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ none }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ 地区 is given }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ enum }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ [enum] }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ [1] | join(none) }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ ['', enum] | series }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{{ 地区 ~ enum }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{% macro f() %}{% endmacro %}{{ f }}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{% for x in 单位 %}{{ loop }}{% endfor %}", "not-printable", "this value cannot be printed\n  print a fact, a text or a number"),
        ("{% for x in 地区 %}{% endfor %}", "not-a-list", "“地区” is no list\n  declare it as type: list in the dictionary"),
        ("{% for x in '甲乙' %}{% endfor %}", "not-a-list", "this value is no list"),
        ("{% for x in 3 %}{% endfor %}", "not-a-list", "this value is no list"),
        ("{{ 数 | join }}", "not-a-list", "“数” is no list\n  declare it as type: list in the dictionary"),
        ("{{ '甲' | length }}", "not-a-list", "this value is no list"),
        ("{{ [] | first }}", "empty-list", "this list is empty"),
        ("{{ 单位[3] }}", "unknown-name", "“[3]” has no value here"),
        ("{{ 成绩[9].标题 }}", "unknown-name", "“[9]” has no value here"),
        ("{% from 'm' import g %}{{ g() }}", "unknown-name", "“g” has no value here"),
        ("{% import 'm' as m %}{{ m.g }}", "unknown-name", "“g” has no value here"),
        ("{% macro f(甲) %}{{ 甲 }}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{% macro f(甲) %}{{ 甲 + 1 }}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{% macro f(甲) %}{{ -甲 }}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{% macro f(甲) %}{{ 甲.乙 }}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{% macro f(甲) %}{% for x in 甲 %}{% endfor %}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{% macro f(甲) %}{{ 甲 | join }}{% endmacro %}{{ f() }}", "unknown-name", "“甲” has no value here"),
        ("{{ 地区 + 1 }}", "bad-arithmetic", "“+” stands between numbers only; texts are joined by ~"),
        ("{{ '甲' * 1000000 }}", "bad-arithmetic", "“*” stands between numbers only; texts are joined by ~"),
        ("{{ '%s' % 地区 }}", "bad-arithmetic", "“%” stands between numbers only; texts are joined by ~"),
        ("{{ [1] * 1000000 }}", "bad-arithmetic", "“*” stands between numbers only; texts are joined by ~"),
        ("{{ -地区 }}", "bad-arithmetic", "“-” stands between numbers only; texts are joined by ~"),
        ("{{ true + 1 }}", "bad-arithmetic", "“+” stands between numbers only; texts are joined by ~"),
        ("{{ 数 / 0 }}", "bad-arithmetic", "a division by zero"),
        ("{{ 数 // 0 }}", "bad-arithmetic", "a division by zero"),
        ("{{ 数 % 0 }}", "bad-arithmetic", "a division by zero"),
        ("{{ 999999999999 * 999999999999 }}", "bad-arithmetic", "a number of more than 18 digits"),
        ("{{ 9999999999999999999 }}", "bad-arithmetic", "a number of more than 18 digits"),
        ("{{ 1e400 }}", "bad-arithmetic", "a number of more than 18 digits"),
        (f"{{{{ {'9' * 5000} }}}}", "bad-arithmetic", "a number of more than 18 digits"),
        (f"{{{{ 0x{'f' * 5000} }}}}", "bad-arithmetic", "a number of more than 18 digits"),
        ("{% if 地区 > 3 %}{% endif %}", "bad-arithmetic", "a number and a text cannot be compared"),
        ("{% if 3 < 地区 %}{% endif %}", "bad-arithmetic", "a number and a text cannot be compared"),
        ("{% if 3 in 数 %}{% endif %}", "bad-arithmetic", "“in” looks into a list or a text"),
        ("{{ 地区 | round }}", "not-a-number", "only a number can be rounded, to 0 to 6 places"),
        ("{{ 数 | round(7) }}", "not-a-number", "only a number can be rounded, to 0 to 6 places"),
        ("{{ 数 | round('二') }}", "not-a-number", "only a number can be rounded, to 0 to 6 places"),
        ("{{ 地区 | year }}", "not-a-date", "this value is no date"),
        ("{{ 数 | cn }}", "not-a-count", "a Chinese numeral is for whole numbers from 0 to 99"),
        ("{{ 1.5 | cn }}", "not-a-count", "a Chinese numeral is for whole numbers from 0 to 99"),
        ("{{ 地区 | ordinal }}", "not-a-count", "a Chinese numeral is for whole numbers from 0 to 99"),
        ("{{ enum('甲、') }}", "unknown-form", "no form of enumerators “甲、”\n  一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先"),
        ("{{ enum('none') }}", "unknown-form", "no form of enumerators “none”\n  一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先"),
        ("{{ enum() }}", "unknown-form", "no form of enumerators “”\n  一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先"),
        ("{{ enum(数) }}", "unknown-form", "no form of enumerators “”\n  一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先"),
        ("{{ 单位 | series('x') }}", "unknown-form", "no form of enumerators “x”\n  一、, （一）, 1., （1）, 第一，, 一要, 一是, 首先"),
        ("{{ '\\x08' }}", "bad-character", "the character U+0008 cannot stand in a document"),
        ("{{ '\\ufdd00\\ufdd1' }}", "bad-character", "the character U+FDD0 cannot stand in a document"),
        ("{{ '\\ud800' }}", "bad-character", "the character U+D800 cannot stand in a document"),
        ("清\x0b河", "bad-character", "the character U+000B cannot stand in a document"),
        (f"清{OPEN}0{CLOSE}河", "bad-character", "the character U+FDD0 cannot stand in a document"),
        ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "calls-itself", "the macro “f” calls itself"),
        ("{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}", "calls-itself", "the macro “f” calls itself"),
        ("{{ 地区 ", "template-syntax", "this is not template syntax: a {{ … }} or {% … %} is not closed"),
        ("{% trans %}x{% endtrans %}", "template-syntax", "this is not template syntax: there is no statement “trans”"),
        ("{% debug %}", "template-syntax", "this is not template syntax: there is no statement “debug”"),
        ("{% do enum('一是') %}", "template-syntax", "this is not template syntax: there is no statement “do”"),
        ("{% from 'm' import __name__ %}", "template-syntax", "this is not template syntax: names starting with an underline can not be imported"),
        ("{{ 地区 is == 3 }}", "template-syntax", "this is not template syntax: “name” is expected and “==” stands there"),
        ("{{ 选无 }}", "unknown-fact", "no fact or parameter “选无”\n  did you mean 选, 选列?"),
        ("{{ loop }}", "unknown-fact", "no fact or parameter “loop”\n  declare it in templates/facts.yaml, under “facts:” of the outline, or pass it by “with:”"),
        ("{{ get_flashed_messages }}", "unknown-fact", "no fact or parameter “get_flashed_messages”\n  declare it in templates/facts.yaml, under “facts:” of the outline, or pass it by “with:”"),
    ],
)  # fmt: skip
def test_what_makes_no_sense(template: str, code: str, message: str) -> None:
    assert _refused(f"第一行\n\n{template}") == f"templates/t.j2:3: {code}: {message}"


@pytest.mark.parametrize("name", ["../m", "/m", "m.j2", "./m", "a/../m", "facts.yaml", "", "a\\b", "~/m", "C:m"])
def test_only_the_names_of_templates_are_found(name: str) -> None:
    problem = _refused(f"甲\n{{% include {name!r} %}}").splitlines()[0]
    assert problem == f"templates/t.j2:2: unknown-template: no template “{name}”"


def test_a_template_that_is_not_there_is_pointed_out_where_it_is_named() -> None:
    others = {"opening/conference": "{% include 'closing/cal' %}", "closing/call": "完"}
    assert refusal("甲\n{% include 'opening/confrence' %}", templates=others) == (
        "templates/t.j2:2: unknown-template: no template “opening/confrence”\n  did you mean opening/conference?"
    )
    assert refusal("{% include 'opening/conference' %}", templates=others) == (
        "templates/opening/conference.j2:1: unknown-template: no template “closing/cal”\n  did you mean closing/call?"
    )


def test_templates_that_call_each_other_in_a_ring() -> None:
    others = {"a": "甲\n{% include 'b' %}", "b": "乙\n\n{% import 'a' as x %}"}
    assert refusal("{% include 'a' %}", templates=others) == (
        "templates/b.j2:3: calls-itself: the template “a” calls itself\n  a → b → a"
    )
    assert refusal("{% include 't' %}") == "templates/t.j2:1: calls-itself: the template “t” calls itself\n  t → t"
    assert [str(problem) for problem in problems_of([{"text": "甲{% include 'a' %}"}], templates=others)] == [
        "templates/b.j2:3: calls-itself: the template “a” calls itself\n  a → b → a"
    ]


def test_the_line_is_that_of_the_template_which_ran() -> None:
    others = {"a": "甲\n乙{{ 3 / 0 }}", "b": "{% macro f() %}\n\n{{ 'x' | cn }}{% endmacro %}"}
    assert refusal("一\n{% include 'a' %}", templates=others) == (
        "templates/a.j2:2: bad-arithmetic: a division by zero"
    )
    assert refusal("{% from 'b' import f %}\n{{ f() }}", templates=others) == (
        "templates/b.j2:3: not-a-count: a Chinese numeral is for whole numbers from 0 to 99"
    )
    assert refusal("一\n{% include 'c' %}", templates={"c": "二\n三\n{% bad %}"}) == (
        "templates/c.j2:3: template-syntax: this is not template syntax: there is no statement “bad”"
    )
    assert refusal("一\n{% include 'c' %}", templates={"c": "二\n三\n{{ self }}"}) == (
        "templates/c.j2:3: refused-name: the name “self” is not allowed in a template"
    )


# How much

TOO_MUCH = "over-budget: this template wants too much: "
MANY = {"dictionary": DICTIONARY, "facts": {**FACTS, "单位": [f"{number}科" for number in range(1000)]}}


def _chain(count: int, first: str, step: str) -> str:
    return first + "".join(step.format(this=number, last=number - 1) for number in range(1, count + 1))


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{% for a in 单位 %}{% for b in 单位 %}{% for c in 单位 %}{% endfor %}{% endfor %}{% endfor %}", TOO_MUCH + "its loops go round too often"),
        ("{% for a in 单位 %}{% for b in 单位 %}{% endfor %}{% endfor %}", TOO_MUCH + "its loops go round too often"),
        ("{% for a in 单位 %}{% for b in 单位 if 0 %}{% endfor %}{% endfor %}", TOO_MUCH + "its loops go round too often"),
        (f"{{% for a in 单位 %}}{'长' * 2000}{{% endfor %}}", TOO_MUCH + "it writes too much text"),
        ("{% set x = '好' %}" + "{% set x = x ~ x %}" * 60 + "{{ x }}", TOO_MUCH + "it writes too much text"),
        ("{% set x = '好' %}" + "{% set x = [x, x] | join %}" * 60 + "{{ x }}", TOO_MUCH + "it writes too much text"),
        ("{% macro f(x) %}{{ x }}{{ x }}{% endmacro %}" + "{% set x = '好' %}" + "{% set x = f(x) %}" * 60, TOO_MUCH + "it writes too much text"),
        (_chain(60, "{% macro f0() %}好{% endmacro %}", "{{% macro f{this}() %}}{{{{ f{last}() }}}}{{{{ f{last}() }}}}{{% endmacro %}}") + "{{ f22() }}", TOO_MUCH + "it calls too many macros"),
        (_chain(60, "{% macro f0() %}{% endmacro %}", "{{% macro f{this}() %}}{{{{ f{last}() }}}}{{% endmacro %}}") + "{{ f60() }}", TOO_MUCH + "its macros call each other too deeply"),
        ("{% macro f(g) %}{{ g(g) }}{{ g(g) }}{% endmacro %}{{ f(f) }}", TOO_MUCH + "its macros call each other too deeply"),
        ("{% for a in 单位 %}{{ enum('一是') }}{% endfor %}", TOO_MUCH + "an enumeration of more than 99 items"),
        ("{{ 单位 | series }}", TOO_MUCH + "an enumeration of more than 99 items"),
        ("{% for a in 单位 %}{% include 'big' %}{% endfor %}", TOO_MUCH + "it writes too much text"),
        ("{% macro f() %}{% for a in 单位 %}{% include 'big' %}{% endfor %}{% endmacro %}{{ f() }}", TOO_MUCH + "it writes too much text"),
        ("{% set x = [1] %}" + "{% set x = [x, x] %}" * 60, "refused-name: a list cannot stand in a list"),
    ],
)  # fmt: skip
def test_a_template_that_wants_too_much_ends_in_one_problem(template: str, message: str) -> None:
    templates = {"big": "长" * 50_000}
    first, second = (refusal(template, templates=templates, **MANY) for _time in range(2))
    assert first == second == f"templates/t.j2:1: {message}"


def test_one_budget_holds_for_the_whole_speech_and_is_said_once() -> None:
    loop = "{% for a in 单位 %}{% endfor %}"
    assert drafted([{"text": loop}] * 20, **MANY).characters() == 0
    problems = problems_of([{"text": loop}] * 30, **MANY)
    assert [str(problem) for problem in problems] == [f"outline.yaml:29:9: {TOO_MUCH}its loops go round too often"]


def test_templates_that_include_each_other_twice() -> None:
    chain = {f"i{number}": f"{{% include 'i{number + 1}' %}}" * 2 for number in range(60)} | {"i60": "{{ 地区 }}"}
    assert refusal("{% include 'i0' %}", templates=chain, **MANY).endswith(TOO_MUCH + "it calls too many macros")


@pytest.mark.parametrize(
    "template",
    [
        "{{ " + "(" * 200 + "1" + ")" * 200 + " }}",
        "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}",
        "{% set x = " + "[" * 200 + "]" * 200 + " %}",
        "{{ " + "-" * 200 + "数 }}",
        "{% if " + "not " * 200 + "数 %}{% endif %}",
        "{{ 数" + " + 1" * 200 + " }}",
        "{% if 数" + " and 数" * 200 + " %}{% endif %}",
        "{{ 数" + " | default(1)" * 200 + " }}",
        "{{ " + "1 if 数 else " * 200 + "2 }}",
        "{% if 数 %}" + "{% elif 数 %}" * 200 + "{% endif %}",
        "{% if 数 %}" * 70 + "{% endif %}" * 70,
        "{% for x in 单位 %}" * 20 + "{% endfor %}" * 20,
        "{% clause %}" * 70 + "{% endclause %}" * 70,
        "{{ 成绩" + ".标题" * 200 + " }}",
        "{{ 成绩" + "[0]" * 200 + " }}",
        "{% macro f(x) %}{{ x }}{% endmacro %}{{ " + "f(" * 200 + "1" + ")" * 200 + " }}",
        "".join(f"{{% macro f{number}() %}}" for number in range(70)) + "{% endmacro %}" * 70,
    ],
    ids=lambda template: template[:24],
)
def test_what_is_nested_too_deeply(template: str) -> None:
    assert _refused(template) == "templates/t.j2:1: too-deep: this is nested too deeply"


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1" + " + 1" * 50 + " }}",
        "{{ 地区" + " ~ 1" * 5000 + " }}",
        "{% if 有 %}" * 25 + "{% endif %}" * 25 + "{% if 有 %}" + "{% elif 有 %}" * 50 + "{% endif %}好",
        "{% for x in 单位 %}" * 8 + "好" + "{% endfor %}" * 8,
        "{{ " + "(" * 20 + "1" + ")" * 20 + " }}",
    ],
    ids=lambda template: template[:24],
)
def test_what_is_nested_as_deep_as_a_speech_may_need(template: str) -> None:
    assert _full(template)


def test_the_bound_on_depth_is_below_the_one_of_python() -> None:
    """Loops, choices and clauses mixed: what the check lets through compiles."""
    for loops in range(15):
        for choices in range(0, 60 - 4 * loops, 5):
            template = "{% for x in 选列 %}" * loops + "{% if 有 %}" * choices
            template += "{% endif %}" * choices + "{% endfor %}" * loops + "好"
            assert _full(template) == ["好"]


# What is read, found without running


def _usage(text: str, **templates: str) -> list[tuple[str, int, bool, bool, bool]]:
    sources = {name: (source, f"{name}.j2") for name, source in {**templates, "t": text}.items()}
    found = Templates(sources.get, lambda: sources, lambda name, _asked_by: name).usage(
        "t", Place(file="o.yaml", line=7, column=3)
    )
    return [(one.name, one.line, one.printed, one.guarded, one.tentative) for one in found.mentions]


def test_how_a_template_reads_its_names() -> None:
    text = (
        "{{ 甲 }}\n{% clause %}{{ 乙 }}{% endclause %}\n{% if 丙 %}{{ 丙 }}{{ 丁 }}{% endif %}\n"
        "{% for 项 in 戊 %}{{ 项.x }}{% endfor %}\n{{ 己 | default(庚) }}{% set 辛 = 壬 %}{{ 辛 }}"
    )
    assert _usage(text) == [
        ("甲", 1, True, False, False),
        ("乙", 2, True, True, False),
        ("丙", 3, False, False, False),
        ("丙", 3, True, True, False),
        ("丁", 3, True, False, False),
        ("戊", 4, False, False, False),
        ("己", 5, True, False, True),
        ("庚", 5, True, False, False),
        ("壬", 5, False, False, False),
    ]


def test_an_included_template_reads_for_the_one_that_includes_it() -> None:
    names = [
        name for name, *_rest in _usage("{{ 甲 }}{% include 'a' %}{% import 'b' as b %}", a="{{ 乙 }}", b="{{ 丙 }}")
    ]
    assert names == ["甲", "乙"]


# Laws

_PIECES = [
    "{{ ", " }}", "{% if ", "{% endif %}", "{% for x in ", "{% endfor %}", " %}", "{% else %}", "{% clause %}",
    "{% endclause %}", "{% set x = ", "{% macro f(a, b=1) %}", "{% endmacro %}", "{% include 'm' %}",
    "{% import 'm' as m %}", "{% from 'm' import f %}", "f(", "m.f(", "enum('一是'", "x", "a", "地区", "数", "率", "单位",
    "成绩", "选", "选列", "日期", "人", "有", "loop", "loop.index", ".标题", ".x", "[0]", "[-1]", "[9]", "'文'", "1", "0", "2.5",
    "1e9", "none", "true", " + ", " - ", " * ", " / ", " // ", " % ", " ~ ", " == ", " < ", " in ", " not ", " and ",
    " or ", " is given", " if ", " else ", " | cn", " | join", " | join(", " | series", " | first", " | last",
    " | length", " | year", " | round", " | round(2)", " | default(", " | number", "(", ")", "[", "]", ",", "正文", "\n",
    "**", "{", "}", "|", "'", "\\x08", "{#", "#}", "{% raw %}", "{% endraw %}", "-%}", "{%-",
]  # fmt: skip
_atoms = st.sampled_from(
    [
        *DICTIONARY, "x", "f", "enum", "loop", "loop.index", "没有", "'文'", "'，'", "'一是'", "0", "1", "2.5", "-3", "1e9", "none",
        "true", "[]", "[1, '二', 地区]", "(数, 率)", "enum('一是')", "f()",
    ]
)  # fmt: skip
_expressions = st.recursive(
    _atoms,
    lambda inner: st.one_of(
        st.tuples(
            inner,
            st.sampled_from([*list("+-*/%~<>"), "//", "==", "!=", "<=", ">=", "in", "not in", "and", "or"]),
            inner,
        ).map(" ".join),
        st.tuples(
            inner,
            st.sampled_from(
                [
                    "cn",
                    "ordinal",
                    "number",
                    "join",
                    "length",
                    "first",
                    "last",
                    "year",
                    "month_day",
                    "round",
                    "series",
                    "default",
                    "sum",
                ]
            ),
        ).map(" | ".join),
        st.tuples(inner, st.sampled_from(["join", "round", "series", "default"]), inner).map(
            lambda parts: f"({parts[0]}) | {parts[1]}({parts[2]})"
        ),
        st.tuples(
            inner,
            st.sampled_from([".标题", ".姓名", ".x", "[0]", "[-1]", "[9]", "['做法']", " is given", " is missing"]),
        ).map(lambda parts: f"({parts[0]}){parts[1]}"),
        st.tuples(inner, inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]} else {parts[2]})"),
        st.tuples(inner, inner).map(lambda parts: f"({parts[0]} if {parts[1]})"),
        inner.map(lambda part: f"not ({part})"),
        inner.map(lambda part: f"-({part})"),
        st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
        st.tuples(st.sampled_from(["enum", "f", "m.f", "x"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
    ),
    max_leaves=6,
)
_HEAD = "{% import 'm' as m %}{% from 'm' import f %}{% set x = 数 %}"
_statements = st.one_of(
    _expressions.map("{{{{ {} }}}}".format),
    _expressions.map("{{% if {} %}}好{{% else %}}坏{{% endif %}}".format),
    _expressions.map("{{% for x in {} %}}{{{{ x }}}}{{{{ loop.index }}}}{{% endfor %}}".format),
    _expressions.map("{{% set x = {} %}}{{{{ x }}}}".format),
    _expressions.map("{{% clause %}}{{{{ {} }}}}{{% endclause %}}".format),
    _expressions.map("{{% macro g(a, b={}) %}}{{{{ a }}}}{{{{ b }}}}{{% endmacro %}}{{{{ g(1) }}}}".format),
)
_templates = st.lists(st.sampled_from(_PIECES), max_size=20).map("".join) | st.lists(_statements, max_size=4).map(
    "".join
)


@settings(max_examples=300)
@given(_templates | st.text(max_size=80), st.sampled_from([FACTS, {}]))
@example("{{ x }}{% set x = x %}", {})
@example("{{ 地区|join(地区|join) }}", FACTS)
def test_any_template_ends_in_a_draft_or_in_problems(template: str, facts: dict[str, object]) -> None:
    def once() -> Composition | str:
        try:
            return composed(
                [{"template": "t"}], dictionary=DICTIONARY, facts=facts, templates={**OTHERS, "t": template}
            )
        except ProblemError as error:
            return str(error)

    result = once()
    if isinstance(result, str):
        assert result == once()
        assert not re.search(r" at 0x|built-in|<class", result)
        return
    for block in result.draft.blocks():
        text = plain(block.inlines)
        assert OPEN not in text
        assert CLOSE not in text
        assert "\n" not in text
        assert " object at" not in text
