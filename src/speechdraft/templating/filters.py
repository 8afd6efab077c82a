"""The filters of templates: how a fact is printed otherwise than as it was given. All keep a missing fact missing."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from jinja2 import Undefined

from speechdraft.i18n import _
from speechdraft.ink import LARGEST, Fact, MissingFact, arithmetic, number_of
from speechdraft.numbering import MOST, chinese, counting
from speechdraft.templating.budget import RefusedError
from speechdraft.values import Day, join_texts

__all__ = [
    "COMPARISONS",
    "FILTERS",
    "bare",
    "figure",
    "items_of",
    "join",
    "plain_number",
    "printed",
    "text_in_form",
    "text_of",
    "within",
]


def text_of(value: object) -> str:
    """Return what a value says, facts without their marks."""
    if isinstance(value, Fact):
        return value.text
    return value.label if isinstance(value, MissingFact) else printed(value)


def printed(value: object) -> str:
    """Return a value as it is printed, facts as their marks. Raises RefusedError for what is no text and no number."""
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    if isinstance(value, (list, tuple)):
        return str(join(value))
    if isinstance(value, (Decimal, float)):
        return figure(value)
    if isinstance(value, bool) or not isinstance(value, (str, int, Fact, MissingFact)):
        raise RefusedError("not-printable", _("this value cannot be printed"), _("print a fact, a text or a number"))
    return str(value)


def bare(item: object) -> object:
    """Return a fact without the mark that a user typed behind it."""
    return item.saying(item.text.rstrip("。；，、"), "bare") if isinstance(item, Fact) else item


def items_of(value: object) -> tuple[object, ...]:
    """Return a list's items. Raises RefusedError for what is no list."""
    if isinstance(value, (list, tuple)):
        return tuple(value)
    if isinstance(value, (Fact, MissingFact)):
        try:
            return value.items()
        except TypeError:
            raise RefusedError(
                "not-a-list",
                _("“{name}” is no list").format(name=value.ref),
                _("declare it as type: list in the dictionary"),
            ) from None
    if isinstance(value, Undefined):
        value._fail_with_undefined_error()
    raise RefusedError("not-a-list", _("this value is no list"))


def join(value: object, mark: object = "、") -> object:
    """Return a list's items joined by a mark; see :func:`~speechdraft.values.join_texts`."""
    if isinstance(value, MissingFact):
        return value
    between = printed(mark)
    joined = ""
    shown = ""
    for item in items_of(value):
        text = text_of(item)
        side_by_side = bool(shown) and join_texts([shown[-1:], text[:1]], between) == shown[-1:] + text[:1]
        joined += printed(item) if not shown or side_by_side else between + printed(item)
        shown = text or shown
    return joined


def _whole(value: object) -> int | MissingFact:
    if isinstance(value, MissingFact):
        return value
    number = number_of(value)
    if number is None or number != int(number) or not 0 <= number <= MOST:
        raise RefusedError(
            "not-a-count", _("a Chinese numeral is for whole numbers from 0 to {most}").format(most=MOST)
        )
    return int(number)


def _saying(value: object, text: str, form: str) -> object:
    return value.saying(text, form) if isinstance(value, Fact) else text


def _cn(value: object) -> object:
    number = _whole(value)
    return number.in_form("cn") if isinstance(number, MissingFact) else _saying(value, counting(number), "cn")


def _ordinal(value: object) -> object:
    number = _whole(value)
    return number.in_form("ordinal") if isinstance(number, MissingFact) else _saying(value, chinese(number), "ordinal")


def _number(value: object) -> object:
    if isinstance(value, MissingFact):
        return value.in_form("number")
    digits = getattr(value.value, "digits", None) if isinstance(value, Fact) else None
    return value if digits is None else _saying(value, digits, "number")


def _length(value: object) -> object:
    return value.in_form("length") if isinstance(value, MissingFact) else len(items_of(value))


def _first(value: object) -> object:
    return _item(value, 0)


def _last(value: object) -> object:
    return _item(value, -1)


def _item(value: object, index: int) -> object:
    items = items_of(value)
    if items:
        return items[index]
    if isinstance(value, MissingFact):
        return value
    raise RefusedError("empty-list", _("this list is empty"))


def _date_part(value: object, form: str, part: Callable[[Day], object]) -> object:
    if isinstance(value, MissingFact):
        return value.in_form(form)
    day = value.value if isinstance(value, Fact) else value
    if not isinstance(day, Day):
        raise RefusedError("not-a-date", _("this value is no date"))
    return part(day)


def _year(value: object) -> object:
    return _date_part(value, "year", lambda day: day.year)


def _month_day(value: object) -> object:
    def said(day: Day) -> object:
        return _saying(value, f"{day.month}月" + (f"{day.day}日" if day.day else ""), "month_day")

    return _date_part(value, "month_day", said)


def _round(value: object, places: Any = 0) -> object:
    if isinstance(value, MissingFact):
        return value.in_form("round")
    number = number_of(value)
    if number is None or abs(number) > LARGEST or not isinstance(places, int) or not 0 <= places <= 6:
        raise RefusedError("not-a-number", _("only a number can be rounded, to 0 to 6 places"))
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _sum(value: object, name: Any = None) -> object:
    """Return what a list's items (or their fields of a name) add up to; missing where one of them is."""
    total: object = 0
    if isinstance(value, MissingFact):
        return value.in_form("sum")
    for item in items_of(value):
        part = item if name is None else item.field(str(name)) if isinstance(item, (Fact, MissingFact)) else None
        if part is None:
            raise RefusedError("unknown-field", _("an item of this list has no field “{field}”").format(field=name))
        total = arithmetic("+", total, part)
    return plain_number(total)


def figure(value: Decimal | float) -> str:
    """Return a number in digits, without superfluous zeros."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_number(value: object) -> object:
    """Return a whole number as an int."""
    return int(value) if isinstance(value, Decimal) and value == int(value) else value


def within(item: Any, container: Any, there: bool) -> object:  # noqa: FBT001  (which of “in” and “not in” it is)
    """Return whether something is in a list or a text, or is not; missing where either is."""
    for side in (container, item):
        if isinstance(side, MissingFact):
            return side
    return (item in container) is there


FILTERS: dict[str, Callable[..., Any]] = {
    "cn": _cn,
    "ordinal": _ordinal,
    "number": _number,
    "join": join,
    "length": _length,
    "first": _first,
    "last": _last,
    "year": _year,
    "month_day": _month_day,
    "round": _round,
    "sum": _sum,
}
_FORMS: dict[str, Callable[[object], object]] = {
    "bare": bare,
    "cn": _cn,
    "month_day": _month_day,
    "number": _number,
    "ordinal": _ordinal,
}
"""The forms that a fact keeps its name in, by the name that is kept with them."""


def text_in_form(fact: Fact, form: str) -> str | None:
    """Return how a fact is printed in a form, or None where it has no such form."""
    filtered = _FORMS.get(form)
    try:
        said = None if filtered is None else filtered(fact)
    except RefusedError:
        return None
    return said.text if isinstance(said, Fact) else None


COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "==": lambda a, b: a == b, "eq": lambda a, b: a == b, "!=": lambda a, b: a != b, "ne": lambda a, b: a != b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
}  # fmt: skip
