"""Enumerators: right for every count, and no two alike."""

from __future__ import annotations

import pytest

from speechdraft.numbering import FORMS, MOST, chinese, counting, enumerator

NUMBERED = [form for form in FORMS if form != "none"]


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (0, "零"), (1, "一"), (2, "二"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九"), (20, "二十"),
        (21, "二十一"), (30, "三十"), (99, "九十九"),
    ],
)  # fmt: skip
def test_chinese_numerals(number: int, numeral: str) -> None:
    assert chinese(number) == numeral


def test_before_a_measure_word_two_is_liang() -> None:
    assert [counting(number) for number in (1, 2, 3, 12, 20, 22)] == ["一", "两", "三", "十二", "二十", "二十二"]


@pytest.mark.parametrize("number", [-1, 100])
def test_no_numeral_beyond_ninety_nine(number: int) -> None:
    with pytest.raises(ValueError, match=f"no Chinese numeral for {number}: 0 to 99"):
        chinese(number)


@pytest.mark.parametrize(
    ("form", "first", "second", "eleventh"),
    [
        ("一、", "一、", "二、", "十一、"),
        ("（一）", "（一）", "（二）", "（十一）"),
        ("1.", "1.", "2.", "11."),
        ("（1）", "（1）", "（2）", "（11）"),
        ("第一，", "第一，", "第二，", "第十一，"),
        ("一要", "一要", "二要", "十一要"),
        ("一是", "一是", "二是", "十一是"),
        ("首先", "首先，", "其次，", "第十一，"),
        ("none", "", "", ""),
    ],
)
def test_forms(form: str, first: str, second: str, eleventh: str) -> None:
    assert [enumerator(form, number) for number in (1, 2, 11)] == [first, second, eleventh]


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (1, ["首先，"]),
        (2, ["首先，", "最后，"]),
        (3, ["首先，", "其次，", "最后，"]),
        (4, ["首先，", "其次，", "再次，", "最后，"]),
        (6, ["首先，", "其次，", "再次，", "第四，", "第五，", "最后，"]),
    ],
)
def test_first_next_again_last(total: int, words: list[str]) -> None:
    assert [enumerator("首先", number, total) for number in range(1, total + 1)] == words


def test_a_form_that_is_none() -> None:
    with pytest.raises(ValueError, match="no form of enumerators “甲、”"):
        enumerator("甲、", 1)


@pytest.mark.parametrize("form", NUMBERED)
def test_every_number_up_to_ninety_nine_has_its_own_enumerator(form: str) -> None:
    for total in (5, MOST):
        found = [enumerator(form, number, total) for number in range(1, total + 1)]
        assert len(set(found)) == total
        assert all(found)


@pytest.mark.parametrize("form", NUMBERED)
def test_enumerators_read_back_stand_in_order(form: str) -> None:
    numerals = {chinese(number): number for number in range(1, MOST + 1)}
    words = {"首先，": 1, "其次，": 2, "再次，": 3}

    def number_of(text: str) -> int:
        bare = text.strip("（）、.，第要是")
        return words.get(text) or (int(bare) if bare.isdigit() else numerals[bare])

    assert [number_of(enumerator(form, number)) for number in range(1, MOST + 1)] == list(range(1, MOST + 1))
