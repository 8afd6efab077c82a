"""YAML as people write it: text with its place, and every slip with a way out."""

from __future__ import annotations

import codecs
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from speechdraft.problems import Place, ProblemError, Problems
from speechdraft.source import (
    MAX_BYTES,
    MappingNode,
    Node,
    Plain,
    Scalar,
    SequenceNode,
    bad_character,
    decode,
    node_at,
    parse,
    to_plain,
)
from tests.building import attempted


def _read(text: str) -> tuple[Plain, list[str]]:
    problems = Problems()
    node = parse(text, "f.yaml", problems)
    return None if node is None else to_plain(node), [str(problem) for problem in problems.all()]


def _node(text: str) -> Node:
    problems = Problems()
    node = parse(text, "f.yaml", problems)
    assert not problems.all()
    assert node is not None
    return node


def _problem(text: str) -> str:
    value, problems = _read(text)
    assert len(problems) == 1, value
    return problems[0]


@pytest.mark.parametrize(
    "typed",
    ["3:30", "no", "yes", "是", "007", "2026.10", "1e3", "0x1F", "2026-02-10", "null", "12:30:00", "=", "1_000"],
)
def test_a_value_stays_what_was_typed(typed: str) -> None:
    assert _read(f"值: {typed}") == ({"值": typed}, [])


def test_nothing_behind_a_name_is_not_given() -> None:
    node = _node("甲:\n乙: # 还没有\n丙: ''\n")
    assert isinstance(node, MappingNode)
    assert [isinstance(one, Scalar) and one.given for one in node.entries.values()] == [False, False, True]
    assert to_plain(node) == {"甲": None, "乙": None, "丙": ""}


def test_places_count_lines_and_characters_from_one() -> None:
    node = _node("地区: 清河\n成绩:\n  - 标题: 甲\n    做法: 乙\n")
    assert isinstance(node, MappingNode)
    assert node.key_places["成绩"] == Place(file="f.yaml", line=2, column=1)
    key, value = node_at(node, ("成绩", 0, "做法"))
    assert (str(key), str(value)) == ("f.yaml:4:5", "f.yaml:4:9")
    assert isinstance(node.entries["成绩"], SequenceNode)


def test_a_path_that_leads_nowhere_ends_at_the_last_node_there_is() -> None:
    node = _node("甲:\n  乙: 丙\n")
    assert str(node_at(node, ("甲", "丁", "戊"))[1]) == "f.yaml:2:3"
    assert str(node_at(node, (3,))[1]) == "f.yaml:1:1"


@pytest.mark.parametrize(
    ("mark", "value"),
    [("|", "第一行\n第二行\n"), (">", "第一行第二行\n"), ("|-", "第一行\n第二行"), ("|2", "  第一行\n  第二行\n")],
)
def test_a_block_of_text_stands_where_its_first_line_does(mark: str, value: str) -> None:
    node = _node(f"甲: 乙\n文: {mark}\n    第一行\n    第二行\n丙: 丁\n")
    assert isinstance(node, MappingNode)
    assert to_plain(node.entries["文"]) == value
    assert node.entries["文"].place.line == 3
    assert node.entries["丙"].place.line == 5


def test_chinese_that_goes_on_in_the_next_line_gets_no_blank() -> None:
    assert _read("文: 总结去年工作，\n  部署今年任务\n英: two\n  words\n") == (
        {"文": "总结去年工作，部署今年任务", "英": "two words"},
        [],
    )


def test_a_blank_that_was_typed_between_chinese_words_stays() -> None:
    for text in (
        "文: 李四 王五\n  赵六\n",
        "文: '李四 王五\n  赵六'\n",
        '文: "李四 王五\n  赵六"\n',
        "文: >-\n  李四 王五\n  赵六\n",
    ):
        assert _read(f"零: 甲 乙\n{text}") == ({"零": "甲 乙", "文": "李四 王五赵六"}, [])


def test_a_text_in_quotes_goes_on_in_the_next_line_too() -> None:
    assert _read('文: "总结去年工作，\n  部署今年任务"\n') == ({"文": "总结去年工作，部署今年任务"}, [])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(end: str) -> None:
    node = _node(f"甲: 一{end}乙: |{end}  二{end}  三{end}丙: 四{end}")
    assert to_plain(node) == {"甲": "一", "乙": "二\n三\n", "丙": "四"}
    assert node_at(node, ("丙",))[1].line == 5


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有注释\n", "---\n", "\ufeff"])
def test_nothing_is_nothing_and_no_problem(text: str) -> None:
    value, problems = _read(text)
    assert not value
    assert problems == []


QUOTES = "values that hold “: ”, “#” or quotation marks are safe in single quotes: '…'"


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("地区: 清河\n数: a: b\n", "2:5", "a colon stands where none is expected", QUOTES),
        (
            "层级: 市\n地区：清河\n数: 3\n",
            "2:1",
            "this line has no colon after its name",
            f"after a name stands a half-width colon and a space: “名称: 值”, not “名称：值”\n  {QUOTES}",
        ),
        (
            "层级: 市\n地区:清河\n数: 3\n",
            "2:1",
            "this line has no colon after its name",
            f"after the colon behind a name stands a space: “名称: 值”, not “名称:值”\n  {QUOTES}",
        ),
        (
            "地区：清河\n层级：市\n",
            "1:1",
            "this line has no colon after its name",
            f"after a name stands a half-width colon and a space: “名称: 值”, not “名称：值”\n  {QUOTES}",
        ),
        (
            "地区:清河\n",
            "1:1",
            "this line has no colon after its name",
            f"after the colon behind a name stands a space: “名称: 值”, not “名称:值”\n  {QUOTES}",
        ),
        (
            "成绩:\n\t- 甲\n",
            "2:1",
            "a value cannot begin with this character",
            f"indent with spaces, not with tabs\n  {QUOTES}",
        ),
        ("甲: 一\n文: '没有收尾\n乙: 二\n", "2:4", "a quotation mark or bracket is not closed", QUOTES),
        ("甲: 一\n文: [一, 二\n乙: 三\n", "2:4", "a [ … ] is not closed, or lacks a comma", QUOTES),
        ("甲: 一\n文: {一: 二\n乙: 三\n", "2:4", "a { … } is not closed, or lacks a comma", QUOTES),
        (
            "文:\n  - 一\n - 二\n",
            "3:2",
            "a name is expected here; the line may be indented too far or too little",
            QUOTES,
        ),
        ("文: @甲\n", "1:4", "a value cannot begin with this character", QUOTES),
        (
            "文: {{ 地区 }}\n",
            "1:5",
            "a list or mapping stands where a name is expected",
            'put a text that begins with {{ or [ in quotes: "{{ … }}"',
        ),
        ("甲: 一\n---\n乙: 二\n", "2:1", "a second document begins here; one file holds one", "remove the line ---"),
        (
            "文: - 一\n",
            "1:4",
            "this cannot be read as YAML: block sequence entries are not allowed in this context",
            QUOTES,
        ),
    ],
)
def test_what_does_not_parse(text: str, place: str, message: str, hint: str) -> None:
    assert _problem(text) == f"f.yaml:{place}: yaml-syntax: {message}\n  {hint}"


def test_a_key_that_stands_twice() -> None:
    value, problems = _read("地区: 清河\n层级: 市\n地区: 石渡\n")
    assert value == {"地区": "清河", "层级": "市"}
    assert problems == [
        "f.yaml:3:1: duplicate-key: “地区” stands here a second time\n  it stands first in line 1; keep one of them"
    ]


def test_aliases_and_tags_are_not_read() -> None:
    assert _problem("甲: &x 一\n乙: *x\n") == (
        "f.yaml:2:4: yaml-alias: aliases (*x) are not read\n  write the value out"
    )
    assert _problem("甲: !!python/object:os.system 一\n") == (
        "f.yaml:1:4: yaml-tag: tags (tag:yaml.org,2002:python/object:os.system) are not read\n"
        "  every value is plain text, a list or a mapping"
    )


INVISIBLE = "it is invisible and often comes along when text is copied; delete it"


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("地区: 清\x08河\n", "1:6", "U+0008"),
        ("地区: 清河\n数: 一\x00二\n", "2:5", "U+0000"),
        ("地区: 清河\n数: 一\ufffe二\n", "2:5", "U+FFFE"),
        ('甲: 一\n地区: "清\\x08河"\n', "2:5", "U+0008"),
        ("甲: 一\n地区: 清\ufdd0河\n", "2:5", "U+FDD0"),
        ("甲: 一\n地\ufdd1区: 清河\n", "2:1", "U+FDD1"),
        ("文: |\n  第一行\n  清\ufdd0河\n", "2:3", "U+FDD0"),
    ],
)
def test_a_character_that_no_document_holds(text: str, place: str, name: str) -> None:
    assert _problem(text) == (
        f"f.yaml:{place}: bad-character: the character {name} cannot stand in a document\n  {INVISIBLE}"
    )


def test_depth_number_and_size_are_bounded() -> None:
    assert _problem("[" * 5000) == "f.yaml:1:41: too-deep: nested more than 40 levels deep"
    assert _problem("".join(f"- {number}\n" for number in range(100_001))) == (
        "f.yaml:100000:3: too-large: more than 100000 values in one file"
    )
    assert _problem("甲" * (MAX_BYTES + 1)) == (
        "f.yaml: too-large: this file is too large to be an outline or a list of facts"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
@pytest.mark.parametrize("text", ["outline: annual-conference\r\n地区: 清河市\r\n", "a: 镕\n"])
def test_text_as_windows_writes_it(encoding: str, text: str) -> None:
    data = text.encode(encoding)
    assert decode(data, "f.yaml") == text


@pytest.mark.parametrize("bom", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8])
def test_chinese_from_the_first_character_on_with_a_bom(bom: bytes) -> None:
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF8: "utf-8"}[bom]
    assert decode(bom + "地区: 清河".encode(encoding), "f.yaml") == "地区: 清河"


def test_gbk_from_the_first_character_on() -> None:
    assert decode("地区: 清河\r\n".encode("gbk"), "f.yaml") == "地区: 清河\r\n"


@pytest.mark.parametrize(
    "data", [b"\xff\xff\xff\xff", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", codecs.BOM_UTF16_LE + b"\0\xd8"]
)
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(ProblemError) as error:
        decode(data, "f.yaml")
    assert str(error.value) == (
        "f.yaml: not-text: this is not a text file (neither UTF-8, UTF-16 nor GB18030)\n  save it as text in UTF-8"
    )


@pytest.mark.parametrize("good", ["\t\n\r 甲\x85", "\U00020000", "\ue000", "\ufdcf\ufdf0"])
def test_characters_that_a_document_holds(good: str) -> None:
    assert bad_character(good) is None


def test_the_first_bad_character_is_named() -> None:
    assert bad_character("清\x0b河\x00") == (1, "U+000B")


# Laws

_characters = st.characters(exclude_categories=["Cs"]).filter(lambda character: bad_character(character) is None)
_values: st.SearchStrategy[Any] = st.recursive(
    st.text(_characters),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(_characters, min_size=1), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(_characters, min_size=1), _values, max_size=4))
@example({"甲": "\x85", "乙": "\u2028", "丙": "\x7f", "丁": "\xad", "戊": "'\"\\", "己": "\n\n", "庚": " 甲 "})
def test_whatever_is_written_as_yaml_is_read_as_it_was(value: dict[str, Any]) -> None:
    """PyYAML breaks no line here: where it would, it puts Chinese words apart that had no blank between them."""
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=100_000, default_style='"')
    assert _read(text) == (_with_line_feeds(value), [])


def _with_line_feeds(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, list):
        return [_with_line_feeds(item) for item in value]
    return {key: _with_line_feeds(item) for key, item in value.items()}


def test_however_a_line_end_is_escaped_it_is_a_line_feed() -> None:
    assert _read('a: "一\\r\\n二\\r三\\n\\r四"') == ({"a": "一\n二\n三\n\n四"}, [])


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
@example(b"\xff\xfe\x00\x00")
@example("中中: 文\nb: \x00".encode())
@example(b'a: "\\ud800"')
@example(b'a: "\\U00110000"')
@example(b"? ? ?")
@example(b"%YAML 9.9\n---\na: b")
@example(b"a: |9\n x")
@example(b"a: &\xe4\xb8\xad x")
def test_any_bytes_end_in_a_value_or_in_problems(data: bytes) -> None:
    problems = Problems()
    text, refused = attempted(lambda: decode(data, "f.yaml"))
    if text is None:
        assert [problem.code for problem in refused] == ["not-text"]
        return
    node = parse(text, "f.yaml", problems)
    assert node is None or not isinstance(node, Scalar)
    for problem in problems.all():
        assert problem.place.file == "f.yaml"
        assert problem.place.line is None or problem.place.line >= 1
        assert problem.place.column is None or problem.place.column >= 1


_PIECES = ["甲", "乙: ", ": ", "- ", "\n", "\n  ", "{", "}", "[", "]", ",", '"', "'", "|", ">", "#", "\t", "：", "&a", "*a", "!!x ", "---", "?", "\x08", "\ufdd0", "%"]  # fmt: skip


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_medley_of_yaml_ends_in_a_value_or_in_problems(text: str) -> None:
    value, problems = _read(text)
    assert value is None or isinstance(value, (dict, list))
    assert (value, problems) == _read(text)
