from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.facts import FactSpec, Given, Layer
from speechdraft.facts_reading import read_facts
from speechdraft.givers import Giver
from speechdraft.merging import Contribution, Merge, Outcome, _together, merge, read_takes
from speechdraft.problems import Problems
from speechdraft.recording import recorded
from speechdraft.source import MappingNode, Plain, decode, parse
from speechdraft.values import FactType

from .documents import LAW
from .specs import Facts, Specs, dictionaries, facts_of, given_of, spec, told

_Case: TypeAlias = tuple[Specs, Facts, list[Facts]]


@st.composite
def cases(draw: st.DrawFn) -> _Case:
    """Return a dictionary, a facts file's facts, and what up to three people give; often the same as others gave."""
    dictionary = draw(dictionaries())
    ours = draw(facts_of(dictionary))
    theirs: list[Facts] = []
    for _number in range(draw(st.integers(1, 3))):
        facts = draw(facts_of(dictionary))
        for name in list(facts):
            known = [{"value": facts[name]}, *({"value": one[name]} for one in (ours, *theirs) if name in one)]
            facts[name] = known[draw(st.integers(0, len(known) - 1))]["value"]
        theirs.append(facts)
    return dictionary, ours, theirs


def file_of(facts: Facts) -> bytes:
    from speechdraft.splicing import entry_lines

    lines = ["# 情况", "outline: x  # 提纲", "不认识的: 留着"]
    for name, value in facts.items():
        lines += [f"# {name}", *entry_lines(name, value)]
    return ("\n".join(lines) + "\n").encode()


def read(data: bytes, dictionary: Specs) -> dict[str, Given]:
    problems = Problems()
    node = parse(decode(data, "f"), "f", problems)
    assert isinstance(node, MappingNode)
    known = {name: part for name, part in node.entries.items() if name in dictionary}
    node = MappingNode(entries=known, key_places=node.key_places, place=node.place)
    given = read_facts(node, Layer.SPEECH, dictionary, problems)
    assert problems.all() == (), data.decode()
    return given


def merged(dictionary: Specs, ours: Facts, theirs: list[Facts]) -> Merge:
    contributions = [
        Contribution(giver=Giver(f"{number}.xlsx"), given=given_of(facts, dictionary))
        for number, facts in enumerate(theirs)
    ]
    return merge(given_of(ours, dictionary), contributions, dictionary, {})


@LAW
@given(cases())
def test_nothing_that_was_given_is_lost(case: _Case) -> None:
    dictionary, ours, theirs = case
    result = merged(dictionary, ours, theirs)
    data = file_of(ours)
    after = read(recorded(data, result.changes, "f"), dictionary)
    before = read(data, dictionary)
    conflicts = {line.name: line for line in result.conflicts if not line.particular}
    for name, given_before in before.items():
        assert _together([after[name].value, given_before.value]) == after[name].value
        if name in conflicts:
            assert told(after)[name] == told(before)[name]
    for number, facts in enumerate(theirs):
        for name, one in given_of(facts, dictionary).items():
            if name in conflicts:
                assert f"{number}.xlsx" in [difference.who for difference in conflicts[name].theirs]
                continue
            assert _together([after[name].value, one.value]) == after[name].value
            assert set(one.source.split("、")) <= set(after[name].source.split("、")) | {""}
            assert set(one.note.split("；")) <= set(after[name].note.split("；")) | {""}
            if one.as_of is not None:
                assert (after[name].as_of or one.as_of) >= one.as_of
                assert after[name].as_of is not None


@LAW
@given(cases())
def test_merging_the_same_again_brings_nothing(case: _Case) -> None:
    dictionary, ours, theirs = case
    data = file_of(ours)
    once = recorded(data, merged(dictionary, ours, theirs).changes, "f")
    contributions = [Contribution(giver=Giver("x"), given=given_of(facts, dictionary)) for facts in theirs]
    again = merge(read(once, dictionary), contributions, dictionary, {})
    assert again.changes == {}
    assert {line.outcome for line in again.lines} <= {Outcome.SAME, Outcome.CONFLICT}


@LAW
@given(cases())
def test_who_gives_first_makes_no_difference(case: _Case) -> None:
    dictionary, ours, theirs = case
    one, other = merged(dictionary, ours, theirs), merged(dictionary, ours, theirs[::-1])
    assert [(line.name, line.outcome, line.particular) for line in one.lines] == [
        (line.name, line.outcome, line.particular) for line in other.lines
    ]
    first, second = (read(recorded(file_of(ours), result.changes, "f"), dictionary) for result in (one, other))
    assert {name: (given.value, given.as_of, given.confirmed) for name, given in first.items()} == {
        name: (given.value, given.as_of, given.confirmed) for name, given in second.items()
    }


DICTIONARY = {
    "党员总数": spec(FactType.NUMBER, unit="名"),
    "成绩": spec(FactType.LIST),
    "讲话人": spec(FactType.PERSON),
    "县区": spec(FactType.LIST, fields={"名称": FactSpec(), "人数": FactSpec()}),
    "会议": spec(FactType.RECORD, fields={"名称": FactSpec(), "地点": FactSpec()}),
}


def outcome_of(ours: Facts, *theirs: Facts, takes: Sequence[str] = ()) -> Merge:
    contributions = [
        Contribution(giver=Giver(f"{'甲乙丙'[number]}.xlsx", "一科"), given=given_of(facts, DICTIONARY))
        for number, facts in enumerate(theirs)
    ]
    problems = Problems()
    settled = read_takes(takes, contributions, DICTIONARY, problems)
    problems.raise_errors()
    return merge(given_of(ours, DICTIONARY), contributions, DICTIONARY, settled)


CASES: list[tuple[Facts, Facts, Outcome, Plain]] = [
    ({}, {"党员总数": "98600"}, Outcome.NEW, "98600"),
    ({"党员总数": "98600"}, {"党员总数": "98,600名"}, Outcome.SAME, None),
    ({"党员总数": "98600"}, {"党员总数": "98650"}, Outcome.CONFLICT, None),
    ({"成绩": ["一", "二"]}, {"成绩": ["一", "新", "二"]}, Outcome.COMPLETED, ["一", "新", "二"]),
    ({"成绩": ["一", "二"]}, {"成绩": ["二"]}, Outcome.SAME, None),
    ({"成绩": ["一"]}, {"成绩": ["二"]}, Outcome.CONFLICT, None),
    ({"讲话人": {"姓名": "沈立川"}}, {"讲话人": "书记 沈立川"}, Outcome.COMPLETED, "书记 沈立川"),
    (
        {"会议": {"名称": "部长会议"}},
        {"会议": {"地点": "礼堂"}},
        Outcome.COMPLETED,
        {"名称": "部长会议", "地点": "礼堂"},
    ),
    (
        {"县区": [{"名称": "甲", "人数": "3"}, {"名称": "乙"}]},
        {"县区": [{"名称": "甲", "人数": "3"}, {"名称": "乙", "人数": "7"}]},
        Outcome.COMPLETED,
        [{"名称": "甲", "人数": "3"}, {"名称": "乙", "人数": "7"}],
    ),
    ({"县区": [{"名称": "乙"}]}, {"县区": [{"人数": "7"}]}, Outcome.CONFLICT, None),
    ({"会议": {"名称": "部长会议"}}, {"会议": {"名称": "年会", "地点": "礼堂"}}, Outcome.CONFLICT, None),
]


@pytest.mark.parametrize(("ours", "theirs", "outcome", "written"), CASES)
def test_what_becomes_of_a_value(ours: Facts, theirs: Facts, outcome: Outcome, written: Plain) -> None:
    result = outcome_of(ours, theirs)
    assert [line.outcome for line in result.lines] == [outcome]
    assert [change.value for change in result.changes.values()] == ([] if written is None else [written])


def test_a_conflict_tells_both_values_and_who_gave_them() -> None:
    result = outcome_of(
        {"党员总数": {"value": "98600", "source": "年报"}}, {"党员总数": "98650"}, {"党员总数": "98700"}
    )
    (line,) = result.conflicts
    assert line.ours is not None
    assert (line.ours.text, [(one.who, one.text) for one in line.theirs]) == (
        "98600名（年报）",
        [("甲.xlsx[一科]", "98650名"), ("乙.xlsx[一科]", "98700名")],
    )
    assert result.changes == {}


TAKES: list[tuple[list[str], Facts]] = [
    (["ours"], {}),
    (["theirs"], {}),
    (["甲"], {"党员总数": "98650"}),
    (["党员总数=乙.xlsx"], {"党员总数": "98700"}),
    (["党员总数=ours"], {}),
    (["both"], {}),
]


@pytest.mark.parametrize(("takes", "written"), TAKES)
def test_the_user_says_whose_value_stands(takes: list[str], written: Facts) -> None:
    result = outcome_of({"党员总数": "98600"}, {"党员总数": "98650"}, {"党员总数": "98700"}, takes=takes)
    assert {name: change.value for name, change in result.changes.items()} == written


@pytest.mark.parametrize(
    ("take", "reason"),
    [
        ("党员总数=theirs", "theirs differ from each other; name one of them: 甲.xlsx[一科], 乙.xlsx[一科]"),
        ("党员总数=both", "both can stand only where each is a list"),
        ("党员总数=丙", "丙 has no value for it"),
    ],
)
def test_what_the_user_says_and_cannot_be_done_is_told(take: str, reason: str) -> None:
    theirs: tuple[Facts, ...] = ({"党员总数": "98650"}, {"党员总数": "98700"}, {"成绩": ["一"]})
    result = outcome_of({"党员总数": "98600"}, *theirs, takes=[take])
    assert [(line.outcome, line.reason) for line in result.conflicts] == [(Outcome.CONFLICT, reason)]
    assert list(result.changes) == ["成绩"]


def test_the_line_of_a_settled_fact_names_the_winner() -> None:
    result = outcome_of({"党员总数": "98600"}, {"党员总数": "98650"}, {"党员总数": "98700"}, takes=["乙.xlsx[一科]"])
    assert [(line.outcome, line.text, line.winners) for line in result.lines] == [
        (Outcome.TAKEN, "98700名", ("乙.xlsx[一科]",))
    ]


@pytest.mark.parametrize("name", ["表[1].xlsx", "表[1]", "干部[一]科", "表[1].xlsx[干部[一]科]"])
def test_brackets_in_a_forms_name_do_no_harm(name: str) -> None:
    assert name in Giver("收回/表[1].xlsx", "干部[一]科").names


def test_lists_of_several_people_are_put_together_on_request() -> None:
    result = outcome_of({"成绩": ["一"]}, {"成绩": ["二", "一"]}, {"成绩": ["三"]}, takes=["成绩=both"])
    assert result.changes["成绩"].value == ["一", "二", "三"]


def test_a_shorter_list_replaces_a_longer_where_the_user_says_so() -> None:
    result = outcome_of({"成绩": ["一", "二"]}, {"成绩": ["二"]}, takes=["成绩=theirs"])
    assert result.changes["成绩"].value == ["二"]
    assert recorded("成绩: [一, 二]\n".encode(), result.changes, "f") == "成绩:\n  - 二\n".encode()


def test_a_taken_value_leaves_the_old_ones_source_behind() -> None:
    ours: Facts = {"党员总数": {"value": "98600", "source": "年报", "confirmed": "yes"}}
    result = outcome_of(ours, {"党员总数": {"value": "98650", "source": "组织二科"}}, takes=["theirs"])
    data = "党员总数: {value: 98600, source: 年报, confirmed: yes}  # 核\n".encode()
    assert recorded(data, result.changes, "f").decode() == "党员总数: {value: 98650, source: 组织二科}  # 核\n"


def test_a_form_confirms_a_value_and_brings_its_day() -> None:
    ours: Facts = {"党员总数": {"value": "98600", "as_of": "2024-12-31", "confirmed": "no", "note": "待核"}}
    theirs: Facts = {"党员总数": {"value": "98600", "as_of": "2025-12-31", "confirmed": "yes", "source": "组织二科"}}
    result = outcome_of(ours, theirs)
    assert [line.outcome for line in result.lines] == [Outcome.COMPLETED]
    assert result.changes["党员总数"].particulars == {
        "source": "组织二科",
        "as_of": "2025-12-31",
        "confirmed": "yes",
    }


def test_a_doubt_about_a_confirmed_value_is_a_conflict() -> None:
    ours: Facts = {"党员总数": {"value": "98600", "confirmed": "yes"}}
    (line,) = outcome_of(ours, {"党员总数": {"value": "98600", "confirmed": "no"}}).conflicts
    assert (line.particular, line.text) == ("confirmed", "confirmed")


@pytest.mark.parametrize(
    ("take", "written"), [("党员总数=ours", {}), ("党员总数=theirs", {"confirmed": "no"}), ("甲", {"confirmed": "no"})]
)
def test_the_user_settles_a_doubt(take: str, written: dict[str, str]) -> None:
    ours: Facts = {"党员总数": {"value": "98600", "confirmed": "yes"}}
    result = outcome_of(ours, {"党员总数": {"value": "98600", "confirmed": "no"}}, takes=[take])
    assert result.conflicts == ()
    assert {name: change.particulars for name, change in result.changes.items()} == (
        {"党员总数": written} if written else {}
    )


def test_a_list_of_which_a_form_has_less_is_kept_and_told() -> None:
    (line,) = outcome_of({"成绩": ["一", "二", "三"]}, {"成绩": ["一", "三"]}).lines
    assert (line.outcome, line.reason) == (Outcome.SAME, "not all of its items are in 甲.xlsx[一科]")


def test_a_source_and_a_note_stay_as_typed_where_nothing_is_new() -> None:
    ours: Facts = {"党员总数": {"value": "98600", "source": "甲、、甲", "note": "先核实；"}}
    assert outcome_of(ours, {"党员总数": {"value": "98600", "source": "甲"}}).changes == {}
    result = outcome_of(ours, {"党员总数": {"value": "98600", "source": "甲、乙", "note": "再核"}})
    assert result.changes["党员总数"].particulars == {"source": "甲、、甲、乙", "note": "先核实；再核"}


def test_two_people_of_whom_one_confirms_a_value_and_one_does_not_are_in_conflict() -> None:
    one, other = ({"党员总数": {"value": "98600", "confirmed": said}} for said in ("yes", "no"))
    result = outcome_of({}, one, other)
    (line,) = result.conflicts
    assert (line.particular, line.text, line.ours) == ("confirmed", "", None)
    assert [(one.who, one.text) for one in line.theirs] == [
        ("甲.xlsx[一科]", "confirmed"),
        ("乙.xlsx[一科]", "not confirmed"),
    ]
    # The value itself is taken, and is neither.
    assert result.changes["党员总数"].value == "98600"
    assert result.changes["党员总数"].particulars == {}


@pytest.mark.parametrize("take", ["丁", "党员总数=丁", "没有=ours"])
def test_a_take_that_means_nobody_is_refused(take: str) -> None:
    problems = Problems()
    read_takes([take], [Contribution(giver=Giver("甲.xlsx", "一科"), given={})], DICTIONARY, problems)
    assert problems.has_errors


def test_a_settled_value_that_was_there_already_gets_what_vouches_for_it() -> None:
    ours: Facts = {"党员总数": {"value": "98600", "confirmed": "no"}}
    same: Facts = {"党员总数": {"value": "98600", "confirmed": "yes", "source": "组织二科"}}
    result = outcome_of(ours, same, {"党员总数": "98650"}, takes=["党员总数=甲.xlsx"])
    assert result.changes["党员总数"].value is None
    assert result.changes["党员总数"].particulars == {"source": "组织二科", "confirmed": "yes"}
