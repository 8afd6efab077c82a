"""Paths into facts, and values put where one leads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.slots import list_indices, name_of, put, steps_of
from tests.facts.documents import PLAINS


@pytest.mark.parametrize(
    ("path", "name", "steps"),
    [
        ("地区", "地区", ()),
        ("班子.名称", "班子", ("名称",)),
        ("项目[2]", "项目", (1,)),
        ("成绩[12].做法[1]", "成绩", (11, "做法", 0)),
    ],
)
def test_a_path_is_a_name_and_steps(path: str, name: str, steps: tuple[int | str, ...]) -> None:
    assert (name_of(path), steps_of(path)) == (name, steps)


def test_the_items_that_paths_lead_through_are_told_by_list() -> None:
    assert list_indices(["地区", "成绩[1].标题", "成绩[3].做法[2]", "成绩[1].做法[1]"]) == {
        "成绩": {1, 3},
        "成绩[3].做法": {2},
        "成绩[1].做法": {1},
    }


@pytest.mark.parametrize(
    ("whole", "steps", "after"),
    [
        ("旧", (), "新"),
        (None, ("甲",), {"甲": "新"}),
        (None, (0, "甲"), [{"甲": "新"}]),
        ({"甲": "1", "乙": "2"}, ("乙",), {"甲": "1", "乙": "新"}),
        ({"post": "部长", "name": "周"}, ("姓名",), {"post": "部长", "name": "新"}),
        ({"姓名": "周", "name": "x"}, ("姓名",), {"姓名": "新", "name": "x"}),
        (["1", "2"], (1,), ["1", "新"]),
        # What has no value is no item.
        ([None, "1", "", {"甲": ""}, "2"], (1,), [None, "1", "", {"甲": ""}, "新"]),
        (["1", {"甲": None, "乙": []}], (1, "甲"), ["1", {"甲": "新", "乙": []}]),
        (["1"], (3,), ["1", None, None, "新"]),
    ],
)
def test_a_value_is_put_where_the_steps_lead(whole: Any, steps: tuple[int | str, ...], after: Any) -> None:
    assert put(whole, steps, "新") == after


@given(PLAINS, st.lists(st.integers(0, 3) | st.sampled_from(["甲", "标题"]), max_size=3).map(tuple))
def test_the_value_that_is_there_is_never_changed(whole: Any, steps: tuple[int | str, ...]) -> None:
    before = repr(whole)
    put(whole, steps, "新")
    assert repr(whole) == before
