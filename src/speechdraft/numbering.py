"""Enumerators and Chinese numerals: 一、 （一） 1. （1） 第一， 一要 一是 首先 …"""

from __future__ import annotations

__all__ = ["FORMS", "MOST", "chinese", "counting", "enumerator"]

_DIGITS = "零一二三四五六七八九"
MOST = 99
"""The highest number that has a Chinese numeral here; no speech counts further."""

_SEQUENCE = ("首先", "其次", "再次")
_LAST = "最后"

FORMS = ("一、", "（一）", "1.", "（1）", "第一，", "一要", "一是", "首先", "none")
"""The forms an outline may ask for; ``none`` is no enumerator."""


def chinese(number: int) -> str:
    """Return the Chinese numeral for 0 to 99: 3 → 三, 10 → 十, 21 → 二十一."""
    if not 0 <= number <= MOST:
        message = f"no Chinese numeral for {number}: 0 to {MOST}"
        raise ValueError(message)
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


def counting(number: int) -> str:
    """Return the numeral before a measure word: as :func:`chinese`, but 2 → 两 (两点意见, 两项机制)."""
    return "两" if number == 2 else chinese(number)


def enumerator(form: str, number: int, total: int | None = None) -> str:
    """Return the enumerator of the ``number``-th sibling (from 1) in a form of :data:`FORMS`.

    首先 goes on 其次, 再次 and, for the ``total``-th of at least two, 最后; where a series of that kind is longer than
    four, its middle counts on as 第四，第五，… because the language has no further word. Raises ValueError for a form
    that is not known or a number beyond :data:`MOST`.
    """
    match form:
        case "none":
            return ""
        case "一、":
            return chinese(number) + "、"
        case "（一）":
            return f"（{chinese(number)}）"
        case "1.":
            return f"{number}."
        case "（1）":
            return f"（{number}）"
        case "第一，":
            return f"第{chinese(number)}，"
        case "一要" | "一是":
            return chinese(number) + form[1]
        case "首先":
            if total is not None and number == total and total > 1:
                return _LAST + "，"
            return (_SEQUENCE[number - 1] if number <= len(_SEQUENCE) else f"第{chinese(number)}") + "，"
        case _:
            message = f"no form of enumerators “{form}”"
            raise ValueError(message)
