"""Set formulas stand in the drafts word for word, in their order, and nowhere but in their macros."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.draft import plain
from speechdraft.packs.folder import builtin_pack
from tests.pack.formulas import any_formula, damaged, formulas, imported
from tests.pack.support import MACROS, OUTLINES, ROOT, TEMPLATES, bare, empty, full, lines, words

LONG = 7
"""From here on a formula is long enough that words which nearly are it must be meant for it."""

ORDER = (
    # Who says it and what guides; each line before the next where several stand in one sentence.
    ("紧密团结", "以指导思想为指导", "深入学习贯彻指导思想", "指导思想"),
    ("党建重要思想", "党建和组织工作重要论述"),
    ("两个确立",),
    ("四个意识", "确立与维护", "集中统一领导"),
    ("政治三力", "四个政治"),
    ("总要求和路线", "组织路线"),
    ("高素质干部队伍",),
    ("组织保证", "中国式现代化"),
)

PARTS = {  # what a formula itself names, in the accepted order
    "四个意识": ("四个意识", "四个自信", "两个维护"),
    "确立与维护": ("两个确立", "两个维护"),
    "政治三力": ("判断力", "领悟力", "执行力"),
    "四个政治": ("立场", "方向", "原则", "道路"),
    "组织路线内容": ("组织体系建设", "高素质干部", "优秀人才", "德才兼备", "以德为先", "任人唯贤", "组织保证"),
    "选人原则": ("德才兼备", "以德为先", "任人唯贤"),
    "忠诚干净担当": ("忠诚", "干净", "担当"),
    "政治生活四性": ("政治性", "时代性", "原则性", "战斗性"),
    "组工干部标准": ("讲政治", "重公道", "业务精", "作风好"),
    "把方向": ("把方向", "管大局", "保落实"),
    "两新与新就业": ("新经济组织", "新社会组织", "新就业群体"),
    "十三个坚持": ("党的全面领导", "自我革命", "政治建设", "江山", "思想建党", "组织体系", "忠诚干净担当", "英才"),
}


WORD_FOR_WORD = {  # typed a second time, so that a slip in the macro file is seen
    "指导思想": "习近平新时代中国特色社会主义思想",
    "党中央": "以习近平同志为核心的党中央",
    "两个确立": "深刻领悟“两个确立”的决定性意义",
    "四个意识": "增强“四个意识”、坚定“四个自信”、做到“两个维护”",
    "确立与维护": "坚定拥护“两个确立”、坚决做到“两个维护”",
    "集中统一领导": "坚决维护党中央权威和集中统一领导",
    "总要求和路线": "新时代党的建设总要求和新时代党的组织路线",
    "选人原则": "坚持德才兼备、以德为先、任人唯贤",
    "组工干部标准": "讲政治、重公道、业务精、作风好",
    "组工干部忠诚": "政治上绝对可靠、对党绝对忠诚",
    "忠诚干净担当": "忠诚干净担当",
    "三个区分开来": "“三个区分开来”",
    "八项规定": "中央八项规定精神",
}


def test_formulas_are_word_for_word() -> None:
    assert {name: formulas()[name] for name in WORD_FOR_WORD} == WORD_FOR_WORD


def used(outline: str) -> set[str]:
    """Return the macros that an outline's templates and texts import."""
    pack = builtin_pack()
    found: set[str] = set()
    for _path, section in bare(outline).speech.outline.outline.walk():
        if section.template:
            found |= imported(pack.templates()[section.template].read_text(encoding="utf-8"))
        found |= imported(section.text) | imported(section.heading)
    return found


@pytest.mark.parametrize("outline", OUTLINES)
def test_each_formula_that_an_outline_uses_stands_whole(outline: str) -> None:
    conditional = {section.template for _path, section in bare(outline).speech.outline.outline.walk() if section.when}
    there = {line.template for line in lines(full(outline).draft)}
    text = "\n".join(line.text for line in lines(full(outline).draft))
    for name in used(outline):
        only_there = all(
            name not in imported(builtin_pack().templates()[template].read_text(encoding="utf-8"))
            for template in there - {""}
        )
        if only_there and conditional:
            continue
        assert formulas()[name] in text, name


@pytest.mark.parametrize("outline", OUTLINES)
def test_no_formula_is_damaged(outline: str) -> None:
    for kind in (full, empty):
        text = "\n".join(line.text for line in lines(kind(outline).draft))
        assert {name: found for name, formula in _long() if (found := list(damaged(formula, text)))} == {}


def _long() -> list[tuple[str, str]]:
    return [(name, formula) for name, formula in formulas().items() if len(formula) >= LONG]


@pytest.mark.parametrize("outline", OUTLINES)
def test_formulas_that_stand_together_keep_their_order(outline: str) -> None:
    rank = {formulas()[name]: index for index, names in enumerate(ORDER) for name in names}
    for line in lines(full(outline).draft):
        for sentence in re.split("[。！？；：]", line.text):
            ranks = [rank[found[0]] for found in any_formula().finditer(sentence) if found[0] in rank]
            assert ranks == sorted(ranks), f"{line.place()}: {sentence}"


def test_the_order_names_formulas_that_there_are() -> None:
    assert {name for names in ORDER for name in names} | PARTS.keys() <= formulas().keys()


@pytest.mark.parametrize("name", sorted(PARTS))
def test_a_formula_names_its_parts_in_order(name: str) -> None:
    places = [formulas()[name].index(part) for part in PARTS[name]]
    assert places == sorted(places)


def test_each_formula_is_used() -> None:
    in_templates = set().union(
        *(imported(path.read_text(encoding="utf-8")) for path in builtin_pack().templates().values())
    )
    assert sorted(formulas().keys() - in_templates) == []


def test_each_import_is_used_where_it_stands() -> None:
    for name, path in builtin_pack().templates().items():
        text = path.read_text(encoding="utf-8")
        for macro in imported(text):
            assert re.search(rf"\b{macro}\(\)", text), f"{name}: {macro}"


def _typed_out(text: str) -> list[str]:
    return [found[0] for found in any_formula().finditer(text)]


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_types_a_formula(template: str) -> None:
    for number, line in enumerate(words(template).split("\n"), start=1):
        assert _typed_out(line) == [], f"templates/{template}.j2:{number}"


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_template_types_a_damaged_formula(template: str) -> None:
    assert {name: found for name, formula in _long() if (found := list(damaged(formula, words(template))))} == {}


@pytest.mark.parametrize("outline", OUTLINES)
def test_no_outline_types_a_formula(outline: str) -> None:
    text = (ROOT / "outlines" / f"{outline}.yaml").read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), start=1):
        written = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|#.*$", "\ufffc", line)
        assert _typed_out(written) == [], f"outlines/{outline}.yaml:{number}"


def test_quotation_marks_of_formulas_are_paired() -> None:
    for name, formula in formulas().items():
        assert formula.count("“") == formula.count("”"), name
        assert not re.search("[\ufffc\\s]", formula), name


@given(st.sampled_from(sorted(formulas().values())), st.data())
def test_a_damaged_formula_is_found(formula: str, data: st.DataObject) -> None:
    if len(formula) < LONG:
        return
    at = data.draw(st.integers(1, len(formula) - 2))
    edit = data.draw(st.sampled_from(("wrong", "lost", "more")))
    tail = formula[at + (edit != "more") :]
    wrong = formula[:at] + ("" if edit == "lost" else "錯") + tail
    if wrong == formula:
        return
    assert list(damaged(formula, f"要{wrong}，{formula}。"))
    assert list(damaged(formula, f"要{formula}。")) == []


def test_titles_hold_no_damaged_formula() -> None:
    for outline in OUTLINES:
        title = plain(full(outline).draft.title)
        assert all(not list(damaged(formula, title)) for formula in formulas().values() if len(formula) >= LONG)


def test_macros_stand_in_one_file() -> None:
    others = [
        name
        for name, path in builtin_pack().templates().items()
        if name != MACROS and "macro" in path.read_text(encoding="utf-8")
    ]
    assert others == []
