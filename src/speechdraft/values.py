"""What a fact's value is, by type: reading what a user typed, and how the speech says it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, TypeAlias, assert_never

__all__ = [
    "YUAN",
    "Day",
    "FactType",
    "Person",
    "Quantity",
    "Value",
    "ValueRefusal",
    "join_texts",
    "read_scalar",
    "spoken",
]


class FactType(StrEnum):
    """The types that a fact can have."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    PERCENT = "percent"
    MONEY = "money"
    DATE = "date"
    YEAR = "year"
    CHOICE = "choice"
    YES_NO = "yes-no"
    PERSON = "person"
    LIST = "list"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number, a percentage or a sum of money.

    ``amount`` is what the digits say (36.5 for 36.5%; 1200 for 1200万元), ``digits`` what stands before the unit as it
    was typed (``近1.2万``), ``unit`` ``%``, 元, 万元, 亿元 or a measure word.
    """

    amount: Decimal
    digits: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A date; ``day`` is None where only the month is known."""

    year: int
    month: int
    day: int | None

    def iso(self) -> str:
        """Return the date after ISO 8601."""
        return f"{self.year:04d}-{self.month:02d}" + ("" if self.day is None else f"-{self.day:02d}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with the post that they hold. Either may be empty."""

    post: str
    name: str


Value: TypeAlias = "str | int | bool | Quantity | Day | Person | tuple[Value | None, ...] | Mapping[str, Value | None]"
"""A fact's value. A list's item or a record's field that nobody gave is None."""


class ValueRefusal(Exception):  # noqa: N818  (not an error of the program: what was typed is not of the type)
    """What was typed is not a value of the type; ``reason`` names which way, for the caller to put into words."""

    def __init__(self, reason: str) -> None:
        """Keep the reason: ``not-a-number``, ``no-unit``, ``out-of-range``, ``not-a-date`` …"""
        super().__init__(reason)
        self.reason = reason


YUAN: Final = {"元": Decimal(1), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
"""What each unit of money comes to in 元."""

_NUMBER = re.compile(
    r"(?P<before>近|约|超|超过|逾|将近|大约)?\s*(?P<digits>[-+−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)"
    r"\s*(?P<early>多|余)?(?P<scale>万|亿)?(?P<after>多|余)?\s*(?P<unit>.*)"
)
_HAN_UNIT = re.compile(r"[\u4e00-\u9fff/·A-Za-z²]{0,6}")
_DATES = (
    re.compile(r"(\d{4})\s*[-./]\s*(\d{1,2})(?:\s*[-./]\s*(\d{1,2}))?"),
    re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?"),
)
_DAY_ALONE = re.compile(r"(\d{1,2})\s*(?:月|[-./])\s*(\d{1,2})\s*[日号]?|(\d{1,2})\s*月")
_YEAR = re.compile(r"(\d{4})\s*年?")
_YES = frozenset({"是", "有", "yes", "y", "true", "on", "√", "✓"})
_NO = frozenset({"否", "无", "没有", "不是", "no", "n", "false", "off", "×"})
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．％－＋", "0123456789.%-+")
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}


_LONGEST = 100
_SHORT = {
    FactType.NUMBER: "not-a-number",
    FactType.PERCENT: "not-a-percent",
    FactType.MONEY: "not-money",
    FactType.DATE: "not-a-date",
    FactType.YEAR: "not-a-year",
}
"""The types whose values are short, with the reason why a longer one is refused."""


def read_scalar(kind: FactType, typed: str, *, unit: str = "", choices: tuple[str, ...] = ()) -> Value:
    """Return what a typed text means as a value of a type. Raises ValueRefusal."""
    text = typed.strip()
    if kind in _SHORT and len(text) > _LONGEST:
        # No pattern is tried on what is far too long for it.
        raise ValueRefusal(_SHORT[kind])
    match kind:
        case FactType.TEXT:
            return text
        case FactType.LONG_TEXT:
            return "\n".join(line.strip() for line in text.splitlines() if line.strip())
        case FactType.NUMBER | FactType.PERCENT | FactType.MONEY:
            return _quantity(kind, text, unit)
        case FactType.DATE:
            return _day(text)
        case FactType.YEAR:
            year = _YEAR.fullmatch(text.translate(_FULL_WIDTH))
            if year is None:
                raise ValueRefusal("not-a-year")
            return int(year[1])
        case FactType.CHOICE:
            if text not in choices:
                raise ValueRefusal("not-a-choice")
            return text
        case FactType.YES_NO:
            if text.lower() in _YES:
                return True
            if text.lower() in _NO:
                return False
            raise ValueRefusal("not-yes-or-no")
        case FactType.PERSON:
            post, _blank, name = text.replace("\N{IDEOGRAPHIC SPACE}", " ").rpartition(" ")
            return Person(post=post.strip(), name=name)
        case FactType.LIST:
            raise ValueRefusal("not-a-list")
        case FactType.RECORD:
            raise ValueRefusal("not-a-record")
        case _:
            assert_never(kind)


def _quantity(kind: FactType, typed: str, unit: str) -> Quantity:
    found = _NUMBER.fullmatch(typed.translate(_FULL_WIDTH))
    if found is None:
        raise ValueRefusal(_SHORT[kind])
    plain = found["digits"].replace(",", "").replace("，", "").replace("−", "-")
    amount = Decimal(plain)
    scale, typed_unit = found["scale"] or "", found["unit"]
    early, after = found["early"] or "", found["after"] or ""
    if kind is FactType.PERCENT:
        if scale or typed_unit not in {"", "%", "个百分点"}:
            raise ValueRefusal("not-a-percent")
        unit = typed_unit or "%"
    elif kind is FactType.MONEY:
        # “1200万” alone is 1200万元; a bare number has the dictionary's unit.
        unit = scale + typed_unit if typed_unit else (f"{scale}元" if scale else unit)
        scale = ""
        if unit not in YUAN:
            raise ValueRefusal("no-unit" if not unit else "not-money")
        # 1200余万元 is typed 1200余万元 or 1200万余元; the first is the usage.
        early, after = early or after, ""
    else:
        if _HAN_UNIT.fullmatch(typed_unit) is None:
            raise ValueRefusal("not-a-number")
        amount *= _SCALES.get(scale, Decimal(1))
        unit = typed_unit or unit
    digits = (found["before"] or "") + plain + early + scale + after
    return Quantity(amount=amount, digits=digits, unit=unit)


def _day(typed: str) -> Day:
    text = typed.translate(_FULL_WIDTH)
    for form in _DATES:
        found = form.fullmatch(text)
        if found is None:
            continue
        year, month, day = int(found[1]), int(found[2]), int(found[3]) if found[3] else None
        try:
            datetime.date(year, month, day or 1)
        except ValueError:
            raise ValueRefusal("no-such-date") from None
        return Day(year=year, month=month, day=day)
    raise ValueRefusal("no-year" if _DAY_ALONE.fullmatch(text) else "not-a-date")


_TRAILING = "。；，、;, "
_CLOSED = ("。", "！", "？", "…", "。”", "！”", "？”", "。）", "：")


def spoken(kind: FactType, value: Value) -> str:
    """Return the value as a sentence says it.

    A text is a phrase: a mark that the user typed behind it is left to the sentence. A long text is whole sentences
    and always ends in a mark; its line feeds part paragraphs. Dates and figures are in Arabic numerals (GB/T
    15835-2011, 4.1.1–4.1.3).
    """
    match value:
        case bool():
            return "是" if value else "否"
        case int():
            return str(value)
        case str():
            if kind is FactType.LONG_TEXT:
                return "\n".join(_sentence(line) for line in value.splitlines())
            return value if value.endswith("……") else value.rstrip(_TRAILING) or value
        case Quantity():
            return value.digits + value.unit
        case Day():
            return f"{value.year}年{value.month}月" + ("" if value.day is None else f"{value.day}日")
        case Person():
            return value.post + value.name
        case tuple():
            return join_texts([spoken(FactType.TEXT, item) for item in value if item is not None])
        case Mapping():
            return join_texts([spoken(FactType.TEXT, item) for item in value.values() if item is not None])
        case _:
            assert_never(value)


def _sentence(line: str) -> str:
    if line.endswith(_CLOSED):
        return line
    return (line.rstrip(_TRAILING) or line) + "。"


def join_texts(texts: list[str], mark: str = "、") -> str:
    """Return the texts joined by a mark.

    No 、 stands between quotations or book titles side by side (GB/T 15834-2011, 4.5.3.5).
    """
    joined = ""
    for text in texts:
        side_by_side = mark == "、" and (joined[-1:] + text[:1]) in {"”“", "》《"}
        joined += text if not joined or side_by_side else mark + text
    return joined
