from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdraft.problems import ProblemError, Problems
from speechdraft.source import MappingNode, Plain, parse, to_plain
from speechdraft.splicing import entry_lines, same, with_entries, with_entry_nested

from .documents import LAW, NAMES, PLAINS, TEXTS, Document, documents


def plain(text: str) -> dict[str, Plain]:
    problems = Problems()
    node = parse(text, "f", problems)
    assert problems.all() == (), text
    if node is None:
        return {}
    assert isinstance(node, MappingNode)
    return {key: to_plain(value) for key, value in node.entries.items()}


@LAW
@given(NAMES, PLAINS)
def test_what_is_written_is_read_again(name: str, value: Plain) -> None:
    text = "\n".join(entry_lines(name, value)) + "\n"
    assert same(plain(text)[name], value), text


@settings(LAW, max_examples=400)
@given(documents(), NAMES, PLAINS)
def test_one_value_changes_and_no_other_character(document: Document, name: str, value: Plain) -> None:
    before = plain(document.text)
    edited = with_entries(document.text, {name: value}, "f")
    assert same(plain(edited), {**before, name: value}), edited
    names = [entry.name for entry in document.entries]
    if name in names:
        at = names.index(name)
        head = document.head + "".join(entry.text for entry in document.entries[:at]) + document.entries[at].before
        tail = "".join(entry.text for entry in document.entries[at + 1 :]) + document.tail
        assert edited.startswith(head)
        assert edited.endswith(tail)
    else:
        # What is new stands in one place, before a closing “...”.
        cut = document.text.rfind("...") if document.tail.startswith("...") else len(document.text)
        assert edited.startswith(document.text[:cut])
        assert edited.endswith(document.text[cut:])


@LAW
@given(documents(), NAMES, TEXTS.filter(lambda text: "\n" not in text))
def test_a_comment_behind_a_value_stays(document: Document, name: str, value: str) -> None:
    edited = with_entries(document.text, {name: value}, "f")
    for entry in document.entries:
        if entry.name == name and "\n" not in entry.value.replace("\r", "\n"):
            assert entry.behind in edited


@LAW
@given(documents(), NAMES, PLAINS)
def test_the_same_value_changes_nothing(document: Document, name: str, value: Plain) -> None:
    once = with_entries(document.text, {name: value}, "f")
    assert with_entries(once, {name: value}, "f") == once


@LAW
@given(documents())
def test_a_value_goes_one_level_deeper_with_all_that_stands_in_it(document: Document) -> None:
    before = plain(document.text)
    for name, value in before.items():
        if isinstance(value, (dict, list)):
            edited = with_entry_nested(document.text, name, "value", "f")
            assert same(plain(edited), {**before, name: {"value": value}})
            for entry in document.entries:
                if entry.name == name and "#" in entry.value:
                    assert edited.count("#") == document.text.count("#")


@LAW
@given(documents(), st.dictionaries(NAMES, PLAINS))
def test_several_values_at_once(document: Document, values: dict[str, Plain]) -> None:
    edited = with_entries(document.text, values, "f")
    assert same(plain(edited), {**plain(document.text), **values})
    for entry in document.entries:
        if entry.name not in values:
            assert entry.text in edited


EDITS: list[tuple[str, str, Plain, str]] = [
    (
        "问题:  # 逐条\n  # 首\n  - 一\n  - 二  # 乙\n  # 末\n  - 三\n下: x\n",
        "问题",
        ["一", "三"],
        "问题:  # 逐条\n  # 首\n  - 一\n  # 末\n  - 三\n下: x\n",
    ),
    (
        "成绩:\n  -\n    标题: 一\n\n  - 标题: 二  # 乙\n    做法: 丙",
        "成绩",
        [{"标题": "二", "做法": "丙"}],
        "成绩:\n\n  - 标题: 二  # 乙\n    做法: 丙",
    ),
    ("成绩:\n- - 一\n  - 二\n- - 三\n", "成绩", [["二"], ["三"]], "成绩:\n- - 二\n- - 三\n"),
    ("问题:  # 逐条\n  - 一\n  - 二\n下: x\n", "问题", None, "问题:  # 逐条\n下: x\n"),
    (
        "讲话人:\n  职务: 书记\n  姓名: 甲  # 核\n",
        "讲话人",
        {"职务": None, "姓名": "甲"},
        "讲话人:\n  职务:\n  姓名: 甲  # 核\n",
    ),
    ("地区:\n", "地区", "清河市", "地区: 清河市\n"),
    ("地区:  # 问 办公室\n层级: 市\n", "地区", "清河市", "地区: 清河市  # 问 办公室\n层级: 市\n"),
    ("地区: '旧'  # 核\r\n层级: 市", "地区", "a: b", "地区: 'a: b'  # 核\r\n层级: 市"),
    ("地区: 旧", "层级", "市", "地区: 旧\n层级: 市\n"),
    ("", "层级", "市", "层级: 市\n"),
    ("# 只有注\n", "层级", "市", "# 只有注\n层级: 市\n"),
    (
        "甲: {value: 1, source: 一科}  # 核\n",
        "甲",
        {"value": "2", "source": "一科"},
        "甲: {value: 2, source: 一科}  # 核\n",
    ),
    (
        "甲: {value: 1}\n",
        "甲",
        {"value": "1", "confirmed": "yes"},
        "甲: {value: 1, confirmed: yes}\n",
    ),
    (
        "成绩:  # 逐条\n  - 标题:  # 一个短语\n    做法:\n下: x\n",
        "成绩",
        [{"标题": "一", "做法": "二"}, {"标题": "三", "做法": "四"}],
        "成绩:  # 逐条\n  - 标题: 一  # 一个短语\n    做法: 二\n  - 标题: 三\n    做法: 四\n下: x\n",
    ),
    (
        "问题:\n- 一  # 甲\n- 二\n\n# 下一组\n",
        "问题",
        ["一", "二", "三"],
        "问题:\n- 一  # 甲\n- 二\n- 三\n\n# 下一组\n",
    ),
    ("问题:\n  -\n", "问题", ["一"], "问题:\n  - 一\n"),
    ("文:\n", "文", "一\n二", "文: |-\n  一\n  二\n"),
    ("文: |\n  旧\n  旧\n\n# 尾\n", "文", "新", "文: 新\n\n# 尾\n"),
    ("甲:\n  - 一\n  - 二  # 注\n乙: x\n", "甲", "一\n二", "甲:\n  |-\n    一\n    二\n乙: x\n"),
    ("讲话人:\n", "讲话人", {"职务": "书记", "姓名": "沈立川"}, "讲话人: {职务: 书记, 姓名: 沈立川}\n"),
    # What is not new in a list or mapping on one line stays in its quotation marks; what goes leaves no name behind.
    (
        "甲: {value: ['一'], note: n}\n",
        "甲",
        {"value": ["一", "二"], "note": "n"},
        "甲: {value: ['一', 二], note: n}\n",
    ),
    ("甲: {value: 1, note: x}\n", "甲", {"value": "2"}, "甲: {value: 2}\n"),
    ("甲: 1\n", "甲", {}, "甲: {}\n"),
    # A plus in a comment is not the one that makes blank lines part of a text.
    ("文: |  # 一科+二科\n  旧\n\n乙: x\n", "文", "新", "文: 新  # 一科+二科\n\n乙: x\n"),
    ("文: |-  # 核\n  旧\n  的\n乙: x\n", "文", "新\n的", "文: |-  # 核\n  新\n  的\n乙: x\n"),
    ("文: >  # 核\n  旧\n乙: x\n", "文", ["新"], "文: # 核\n  - 新\n乙: x\n"),
    ("文: |  # 核\n  旧\n乙: x\n", "文", None, "文: # 核\n乙: x\n"),
    ("文: |+\n  旧\n\n乙: x\n", "文", "新", "文: 新\n\n乙: x\n"),
    ("文:\n  - |+\n    旧\n\n乙: x\n", "文", "新", "文:\n  新\n\n乙: x\n"),
]


@pytest.mark.parametrize(("text", "name", "value", "edited"), EDITS)
def test_edits_as_a_person_would_make_them(text: str, name: str, value: Plain, edited: str) -> None:
    assert with_entries(text, {name: value}, "f") == edited


def test_a_list_gets_a_source_and_keeps_its_comments() -> None:
    text = "成绩:  # 逐条\n  # 第一条\n  - 一  # 甲\n\n  - 二\n下: x\n"
    nested = with_entry_nested(text, "成绩", "value", "f")
    assert nested == "成绩:  # 逐条\n  # 第一条\n  value:\n    - 一  # 甲\n\n    - 二\n下: x\n"
    assert (
        with_entries(nested, {"成绩": {"value": ["一", "二"], "source": "组织一科"}}, "f")
        == "成绩:  # 逐条\n  # 第一条\n  value:\n    - 一  # 甲\n\n    - 二\n  source: 组织一科\n下: x\n"
    )


def test_each_of_very_many_lists_is_replaced() -> None:
    # A look at the whole text for each of them would take minutes.
    names = [f"清单{number}" for number in range(15_000)]
    text = "".join(f"{name}:\n  - 甲\n  - 乙\n" for name in names)
    edited = "".join(f"{name}:\n  - 丙\n" for name in names)
    assert with_entries(text, {name: ["丙"] for name in names}, "f") == edited
    once = "".join(f"{name}:\n  - - 甲\n    - 乙\n" for name in names)
    nested = "".join(f"{name}:\n  - - 丙\n" for name in names)
    assert with_entries(once, {name: [["丙"]] for name in names}, "f") == nested


@pytest.mark.parametrize("text", ["- 一\n", "一\n", "甲: [\n", "甲: 1\n甲: 2\n"])
def test_what_is_no_mapping_is_refused(text: str) -> None:
    with pytest.raises(ProblemError):
        with_entries(text, {"甲": "1"}, "f")


def test_items_between_others_leave_their_comments_where_they_are() -> None:
    text = "成绩:\n  - 甲  # 问张三\n  # 丙科的\n  - 丙  # 问王五\n  - 丁\n其他: 1\n"
    assert with_entries(text, {"成绩": ["甲", "乙", "丙", "丁", "戊"]}, "f") == (
        "成绩:\n  - 甲  # 问张三\n  - 乙\n  # 丙科的\n  - 丙  # 问王五\n  - 丁\n  - 戊\n其他: 1\n"
    )


def test_a_list_that_ends_in_a_text_with_its_blank_lines_is_nested_alone() -> None:
    text = "成绩:\n  - |+\n    一\n\n地区:\n# 问办公室\n层级: 市\n"
    assert with_entry_nested(text, "成绩", "value", "f") == (
        "成绩:\n  value:\n    - |+\n      一\n\n地区:\n# 问办公室\n层级: 市\n"
    )
