from __future__ import annotations

from hypothesis import assume, given
from hypothesis import strategies as st

from speechdraft.facts import FactSpec, item_spec, plain_value
from speechdraft.interview import Interview, questions_of
from speechdraft.source import Plain
from speechdraft.values import FactType

from .documents import LAW
from .specs import Facts, Specs, cases, given_of, spec

DICTIONARY = {
    "地区": FactSpec(),
    "人数": spec(FactType.NUMBER, unit="名"),
    "层级": spec(FactType.CHOICE, choices=("省", "市")),
    "讲话人": spec(FactType.PERSON),
    "成绩": spec(FactType.LIST, fields={"标题": FactSpec(), "做法": spec(FactType.LIST)}),
}


def interview(names: list[str], values: Facts | None = None) -> tuple[Interview, list[tuple[str, Plain, bool]]]:
    saved: list[tuple[str, Plain, bool]] = []
    made = Interview(DICTIONARY, names, values or {}, lambda *what: saved.append(what))
    return made, saved


def at(value: Plain, path: tuple[str | int, ...]) -> Plain:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def begins_with_its_first_field(spec: FactSpec, value: Plain) -> bool:
    """Return whether each item of each list has what is asked for first: leaving that ends the list."""
    if spec.type is FactType.LIST and isinstance(value, list):
        inner = item_spec(spec)
        return all(
            at(item, questions_of(inner, None)[0]) is not None and begins_with_its_first_field(inner, item)
            for item in value
        )
    if spec.type is FactType.RECORD and isinstance(value, dict):
        return all(begins_with_its_first_field(spec.fields[name], part) for name, part in value.items())
    return True


@LAW
@given(cases())
def test_whoever_answers_all_questions_gives_the_facts(case: tuple[Specs, Facts]) -> None:
    dictionary, facts = case
    wanted = {name: plain_value(dictionary[name], one.value) for name, one in given_of(facts, dictionary).items()}
    assume(all(begins_with_its_first_field(dictionary[name], value) for name, value in wanted.items()))
    saved: dict[str, Plain] = {}
    talk = Interview(dictionary, list(wanted), {}, lambda name, value, _replaces: saved.update({name: value}))
    while (question := talk.question) is not None:
        answer = at(wanted[question.name], question.path)
        if isinstance(answer, str):
            assert talk.answer(answer) == ()
        else:
            talk.skip()
    got = given_of({name: {"value": value} for name, value in saved.items()}, dictionary)
    assert {name: one.value for name, one in got.items()} == {
        name: one.value for name, one in given_of(facts, dictionary).items()
    }


@LAW
@given(st.lists(st.sampled_from(["一", "", "<", "12"]), max_size=30))
def test_nobody_gets_lost(steps: list[str]) -> None:
    talk, _saved = interview(list(DICTIONARY))
    for step in steps:
        question = talk.question
        if question is None:
            break
        before = (question.name, question.path)
        if step == "<":
            if talk.back():
                now = talk.question
                assert now is not None
                assert (now.name, now.path) != before
        elif step:
            problems = talk.answer(step)
            assert not problems or talk.question == question
        else:
            talk.skip()


def test_an_answer_that_is_none_is_asked_again() -> None:
    talk, saved = interview(["人数"])
    (problem,) = talk.answer("二十")
    assert (problem.code, problem.message) == ("bad-number", "“人数”: “二十” is not a number")
    assert problem.hint == "write digits, with the unit if you like: 128, 1.2万, 近300名"
    assert saved == []
    assert talk.answer("近300") == ()
    assert saved == [("人数", "近300", False)]
    assert talk.question is None


def test_a_choice_is_made_by_its_number() -> None:
    talk, saved = interview(["层级"])
    assert talk.answer("3")[0].code == "bad-choice"
    talk.answer("2")
    assert saved == [("层级", "市", False)]


def test_a_list_is_asked_for_item_by_item() -> None:
    talk, saved = interview(["成绩", "地区"])
    labels = []
    for answer in ("强基", "办法一", "办法二", "", "铸魂", "", "", "清河市"):
        question = talk.question
        assert question is not None
        labels.append(question.label)
        if answer:
            assert talk.answer(answer) == ()
        else:
            talk.skip()
    assert labels == [
        "成绩 1 · 标题",
        "成绩 1 · 做法 1",
        "成绩 1 · 做法 2",
        "成绩 1 · 做法 3",
        "成绩 2 · 标题",
        "成绩 2 · 做法 1",
        "成绩 3 · 标题",
        "地区",
    ]
    assert saved[-2] == ("成绩", [{"标题": "强基", "做法": ["办法一", "办法二"]}, {"标题": "铸魂"}], False)
    assert talk.question is None


def test_going_back_shows_what_was_answered() -> None:
    talk, saved = interview(["地区", "人数"])
    talk.answer("清河市")
    assert talk.back()
    question = talk.question
    assert question is not None
    assert (question.label, question.current, question.number, question.total) == ("地区", "清河市", 1, 2)
    assert not talk.back()
    talk.answer("云陂县")
    assert saved[-1] == ("地区", "云陂县", True)


def test_going_back_within_a_list_goes_to_the_item_before() -> None:
    talk, saved = interview(["地区", "成绩"])
    for answer in ("清河市", "强基", "办法一"):
        talk.answer(answer)
    found = []
    while talk.back():
        question = talk.question
        assert question is not None
        found.append((question.label, question.current))
    assert found == [("成绩 1 · 做法 1", "办法一"), ("成绩 1 · 标题", "强基"), ("地区", "清河市")]
    talk.skip()
    # A part of a value that is changed replaces no whole one, with what is known of that.
    talk.answer("铸魂")
    assert saved[-1] == ("成绩", [{"标题": "铸魂", "做法": ["办法一"]}], False)


def test_going_back_from_the_end_shows_the_last_question() -> None:
    talk, _saved = interview(["地区", "人数"])
    talk.answer("清河市")
    talk.answer("128")
    assert talk.question is None
    assert talk.back()
    question = talk.question
    assert question is not None
    assert (question.label, question.current) == ("人数", "128")


def test_a_character_that_no_document_has_is_refused() -> None:
    talk, saved = interview(["地区"])
    (problem,) = talk.answer("清河\x0b市")
    assert str(problem) == "bad-character: the character U+000B cannot stand in a document"
    assert saved == []


def test_only_a_new_item_is_announced_as_one() -> None:
    talk = Interview(DICTIONARY, ["成绩"], {"成绩": [{"标题": "强基", "做法": ["办法一"]}]}, lambda *_what: None)
    found = []
    while (question := talk.question) is not None:
        found.append((question.label, question.new_item))
        talk.skip()
    assert found == [
        ("成绩 1 · 标题", 0),
        ("成绩 1 · 做法 1", 0),
        ("成绩 1 · 做法 2", 2),
        ("成绩 2 · 标题", 2),
    ]


def test_an_interview_goes_on_in_the_middle_of_a_list() -> None:
    value: Plain = [{"标题": "强基"}]
    talk = Interview(DICTIONARY, ["成绩"], {"成绩": value}, lambda *_what: None, (0, "做法", 0))
    question = talk.question
    assert question is not None
    assert question.label == "成绩 1 · 做法 1"
    assert questions_of(DICTIONARY["成绩"], value) == [(0, "标题"), (0, "做法", 0), (1, "标题")]


def test_only_the_parts_that_are_named_are_asked_for() -> None:
    value: Plain = [{"标题": "强基"}, {"做法": ["一"]}]
    saved: list[tuple[str, Plain, bool]] = []
    only = {"成绩": [(0, "做法"), (1, "标题")]}
    talk = Interview(DICTIONARY, ["成绩", "地区"], {"成绩": value}, lambda *what: saved.append(what), (), only)
    labels = []
    for answer in ("办法一", "", "铸魂"):
        question = talk.question
        assert question is not None
        labels.append(question.label)
        if answer:
            assert talk.answer(answer) == ()
        else:
            talk.skip()
    assert labels == ["成绩 1 · 做法 1", "成绩 1 · 做法 2", "成绩 2 · 标题"]
    assert saved[-1] == ("成绩", [{"标题": "强基", "做法": ["办法一"]}, {"做法": ["一"], "标题": "铸魂"}], False)
    question = talk.question
    assert question is not None
    assert question.label == "地区"


def test_an_interview_left_elsewhere_goes_on_there() -> None:
    value: Plain = [{"标题": "强基"}]
    only = {"成绩": [(0, "做法")]}
    talk = Interview(DICTIONARY, ["成绩"], {"成绩": value}, lambda *_what: None, (1, "标题"), only)
    question = talk.question
    assert question is not None
    assert (question.label, question.new_item) == ("成绩 2 · 标题", 2)


def test_a_value_is_removed_and_asked_for_again() -> None:
    talk, saved = interview(["人数", "讲话人"], {"人数": "12", "讲话人": {"职务": "书记", "姓名": "甲"}})
    assert talk.remove() == ("人数", "12")
    assert talk.remove() == ("人数", None)
    assert saved == [("人数", None, True)]
    talk.answer("13")
    assert saved[-1] == ("人数", "13", False)
    assert talk.remove() == ("讲话人 · 职务", "书记")
    assert saved[-1] == ("讲话人", {"职务": None, "姓名": "甲"}, False)
    talk.skip()
    assert talk.remove() == ("讲话人 · 姓名", "甲")
    assert saved[-1] == ("讲话人", None, False)


def test_an_item_is_removed_where_it_begins() -> None:
    value: Plain = [{"标题": "强基", "做法": ["一", "二"]}, {"标题": "铸魂"}, {"标题": "聚才"}]
    talk = Interview(DICTIONARY, ["成绩"], {"成绩": value}, lambda *what: saved.append(what), (0, "做法", 0))
    saved: list[tuple[str, Plain, bool]] = []
    assert talk.remove() == ("成绩 1 · 做法 1", "一")
    assert saved[-1][1] == [{"标题": "强基", "做法": ["二"]}, {"标题": "铸魂"}, {"标题": "聚才"}]
    assert talk.back()
    question = talk.question
    assert question is not None
    assert (question.label, question.begins_item) == ("成绩 1 · 标题", True)
    assert talk.remove() == ("成绩 1", {"标题": "强基", "做法": ["二"]})
    assert saved[-1] == ("成绩", [{"标题": "铸魂"}, {"标题": "聚才"}], False)
    question = talk.question
    assert question is not None
    assert (question.label, question.current) == ("成绩 1 · 标题", "铸魂")


def test_the_parts_that_are_asked_for_move_up_with_their_items() -> None:
    value: Plain = [{"标题": "强基"}, {"标题": "铸魂"}, {"做法": ["一"]}]
    only = {"成绩": [(0, "标题"), (1, "做法"), (2, "标题")]}
    talk = Interview(DICTIONARY, ["成绩"], {"成绩": value}, lambda *_what: None, (), only)
    talk.remove()
    labels = []
    while (question := talk.question) is not None:
        labels.append(question.label)
        talk.skip()
    assert labels == ["成绩 1 · 做法 1", "成绩 2 · 标题"]


def test_an_item_may_begin_with_a_part_that_is_left_empty() -> None:
    talk, saved = interview(["成绩", "地区"])
    question = talk.question
    assert question is not None
    assert (question.new_item, question.may_begin_empty) == (1, True)
    talk.pass_over()
    question = talk.question
    assert question is not None
    assert question.label == "成绩 1 · 做法 1"
    talk.answer("一")
    assert saved == [("成绩", [{"标题": None, "做法": ["一"]}], False)]
    talk.pass_over()  # of a list of texts there is no more than the item itself
    question = talk.question
    assert question is not None
    assert (question.label, question.new_item) == ("成绩 2 · 标题", 2)
    talk.skip()
    question = talk.question
    assert question is not None
    assert question.label == "地区"
