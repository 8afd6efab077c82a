"""Facts as templates meet them: printing one writes a mark, which the draft turns back into FactText or Gap.

A template's output is plain text in which ``U+FDD0 index U+FDD1`` stands for the ``index``-th printed fact. Both are
noncharacters, refused in everything that is read, so no text of a user can be taken for a mark.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, DivisionByZero, InvalidOperation
from typing import Any

from speechdraft.draft import FactText, Gap, Inline, Strong, Text
from speechdraft.facts import FactSpec, example_text
from speechdraft.i18n import _
from speechdraft.values import YUAN, Day, FactType, Person, Quantity, Value, spoken

__all__ = [
    "CLOSE",
    "COMPUTED",
    "LARGEST",
    "OPEN",
    "ArithmeticRefusalError",
    "Fact",
    "Ink",
    "MissingFact",
    "NeededFactMissingError",
    "OptionalFactMissingError",
    "arithmetic",
    "inlines_of",
    "length_of",
    "number_of",
    "unmarked",
]

OPEN, CLOSE = "\ufdd0", "\ufdd1"
_MARK = re.compile(f"{OPEN}(\\d+){CLOSE}")
# What stands between the marks has no ** itself, so that many opened ones do not each search to the line's end.
_STRONG = re.compile(r"\*\*(?=\S)((?:(?!\*\*).)+)(?<=\S)\*\*")
COMPUTED = "computed"
"""The form of a gap in whose place the result of a calculation would stand, and not a fact's own value."""
LARGEST = 10**18
"""The largest number that is worked with, and so the largest that a template may write."""


class OptionalFactMissingError(Exception):
    """Raised inside a clause when it prints an optional fact that is missing; the clause drops itself."""


class NeededFactMissingError(Exception):
    """Raised on trial, when a section that is optional prints a required fact that is missing."""


class ArithmeticRefusalError(Exception):
    """An operation that makes no sense between two values."""


@dataclass(slots=True)
class Ink:
    """What a draft's templates have printed so far, and what they need at hand while they print."""

    printed: list[FactText | Gap] = field(default_factory=list)
    clauses: int = 0
    on_trial: bool = False
    bare_optional: list[str] = field(default_factory=list)

    def write(self, inline: FactText | Gap) -> str:
        """Return the mark that stands for an inline."""
        self.printed.append(inline)
        return f"{OPEN}{len(self.printed) - 1}{CLOSE}"

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Forget what is printed meanwhile: a formula's text is a value, and drops no clause and no section."""
        before = self.clauses, self.on_trial
        printed, bare = len(self.printed), len(self.bare_optional)
        self.clauses, self.on_trial = 0, False
        try:
            yield
        finally:
            self.clauses, self.on_trial = before
            del self.printed[printed:], self.bare_optional[bare:]


class _Operators:
    """Arithmetic and order, the same for given and missing facts."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: object) -> object:
        return arithmetic("+", self, other)

    def __radd__(self, other: object) -> object:
        return arithmetic("+", other, self)

    def __sub__(self, other: object) -> object:
        return arithmetic("-", self, other)

    def __rsub__(self, other: object) -> object:
        return arithmetic("-", other, self)

    def __mul__(self, other: object) -> object:
        return arithmetic("*", self, other)

    def __rmul__(self, other: object) -> object:
        return arithmetic("*", other, self)

    def __truediv__(self, other: object) -> object:
        return arithmetic("/", self, other)

    def __rtruediv__(self, other: object) -> object:
        return arithmetic("/", other, self)

    def __neg__(self) -> object:
        return arithmetic("-", 0, self)

    def __pos__(self) -> object:
        return arithmetic("+", 0, self)

    def __eq__(self, other: object) -> object:  # type: ignore[override]
        return _compared(operator.eq, self, other)

    def __ne__(self, other: object) -> object:  # type: ignore[override]
        return _compared(operator.ne, self, other)

    def __lt__(self, other: object) -> object:
        return _compared(operator.lt, self, other)

    def __le__(self, other: object) -> object:
        return _compared(operator.le, self, other)

    def __gt__(self, other: object) -> object:
        return _compared(operator.gt, self, other)

    def __ge__(self, other: object) -> object:
        return _compared(operator.ge, self, other)


class Fact(_Operators):
    """A fact that is given. Printing it writes a mark for its text."""

    __slots__ = ("form", "ink", "kind", "label", "ref", "spec", "text", "value")

    def __init__(  # noqa: PLR0913  (what a fact is)
        self, ink: Ink, ref: str, label: str, spec: FactSpec, value: Value, text: str | None = None
    ) -> None:
        """Keep the value; ``text`` is what is printed where that is not the value as the speech says it."""
        self.ink = ink
        self.ref = ref
        self.label = label
        self.spec = spec
        self.kind = spec.type
        self.value = value
        self.text = spoken(self.kind, value) if text is None else text
        self.form = ""

    def __str__(self) -> str:
        if isinstance(self.value, Person) and not self.value.name:
            # The post alone would read as if it were a person.
            return f"{self.field('职务')}{self.field('姓名')}"
        return self.ink.write(FactText(fact=self.ref, text=self.text, label=self.label, form=self.form))

    def __bool__(self) -> bool:
        """Return what a condition makes of it: yes-no facts as they say, all others as given."""
        return self.value if isinstance(self.value, bool) else True

    def __contains__(self, other: object) -> bool:
        """Return whether a list has an item, or a text some words."""
        if isinstance(self.value, tuple):
            return any(_compared(operator.eq, item, other) is True for item in self.items())
        if isinstance(self.value, str):
            return (other.text if isinstance(other, Fact) else str(other)) in self.text
        raise ArithmeticRefusalError(_("“in” looks into a list or a text"))

    def saying(self, text: str, form: str) -> Fact:
        """Return the same fact, printed as ``text``, which is the form that a filter gives it."""
        fact = Fact(self.ink, self.ref, self.label, self.spec, self.value, text)
        fact.form = form if text != self.text else self.form
        return fact

    def items(self) -> tuple[Fact | MissingFact, ...]:
        """Return a list fact's items. Raises TypeError for a fact that is no list."""
        if not isinstance(self.value, tuple):
            raise TypeError(self.ref)
        spec = _item_spec(self.spec)
        return tuple(
            _part(self.ink, f"{self.ref}[{index}]", f"{self.label}第{index}项", spec, item)
            for index, item in enumerate(self.value, start=1)
        )

    def field(self, name: str) -> Fact | MissingFact | None:
        """Return a record's or person's field, or None where there is no such field."""
        if isinstance(self.value, Person):
            text = {"职务": self.value.post, "姓名": self.value.name}.get(name)
            if text is None:
                return None
            spec = FactSpec(type=FactType.TEXT, ask=self.spec.ask)
            return _part(self.ink, f"{self.ref}.{name}", f"{self.label}·{name}", spec, text or None)
        if isinstance(self.value, Mapping) and name in self.spec.fields:
            return _part(
                self.ink,
                f"{self.ref}.{name}",
                f"{self.label}·{name}",
                _field_spec(self.spec, name),
                self.value.get(name),
            )
        return None

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that it has."""
        return ("职务", "姓名") if isinstance(self.value, Person) else tuple(self.spec.fields)


class MissingFact(_Operators):
    """A fact that is not given. Printing it writes a gap, or drops the clause when the speech can do without it."""

    __slots__ = ("form", "ink", "label", "needs", "ref", "slot", "spec")

    def __init__(self, ink: Ink, ref: str, label: str, spec: FactSpec, needs: tuple[str, ...] = ()) -> None:
        """``ref`` is the fact that the gap counts for; ``needs`` the facts to ask for in its place."""
        self.ink = ink
        self.ref = ref
        self.label = label
        self.spec = spec
        self.needs = needs or (ref,)
        self.slot = ref
        self.form = ""

    def __str__(self) -> str:
        if self.spec.optional:
            if self.ink.clauses:
                raise OptionalFactMissingError
            self.ink.bare_optional.append(self.ref)
        elif self.ink.on_trial:
            raise NeededFactMissingError
        return self.ink.write(self.gap())

    def gap(self) -> Gap:
        """Return the gap that it leaves."""
        return Gap(
            fact=self.ref,
            label=self.label,
            about=self.spec.label,
            unit=self.spec.unit or ("%" if self.spec.type is FactType.PERCENT else ""),
            example=example_text(self.spec),
            ask=self.spec.ask,
            needs=self.needs,
            slot=self.slot,
            form=self.form,
        )

    def __bool__(self) -> bool:
        return False

    def __contains__(self, _other: object) -> bool:
        return False

    def in_form(self, form: str) -> MissingFact:
        """Return the same missing fact where another form of it would stand: what fills one gap does not fill both."""
        other = MissingFact(self.ink, self.ref, self.label, self.spec, self.needs)
        other.slot, other.form = self.slot, form
        return other

    def items(self) -> tuple[Fact | MissingFact, ...]:
        """Return one missing item, so that what is to be filled in stays visible; none where it is optional."""
        if self.spec.optional and not self.ink.clauses:
            return ()
        spec = _item_spec(self.spec).model_copy(update={"optional": self.spec.optional})
        item = MissingFact(self.ink, self.ref, self.label, spec, self.needs)
        item.slot = f"{self.slot}[1]"
        return (item,)

    def field(self, name: str) -> MissingFact | None:
        """Return a missing field that counts for this fact, or None where there is no such field."""
        if name not in self.fields():
            return None
        inner = _field_spec(self.spec, name) if name in self.spec.fields else FactSpec(ask=self.spec.ask)
        spec = inner.model_copy(update={"optional": inner.optional or self.spec.optional})
        missing = MissingFact(self.ink, self.ref, f"{self.label}·{name}", spec, self.needs)
        missing.slot = f"{self.slot}.{name}"
        return missing

    def fields(self) -> tuple[str, ...]:
        """Return the names of the fields that it would have."""
        return ("职务", "姓名") if self.spec.type is FactType.PERSON else tuple(self.spec.fields)


def _item_spec(spec: FactSpec) -> FactSpec:
    kind = FactType.RECORD if spec.fields else FactType.TEXT
    return FactSpec(type=kind, fields=spec.fields, ask=spec.ask, group=spec.group)


def _field_spec(spec: FactSpec, name: str) -> FactSpec:
    field_spec = spec.fields[name]
    return field_spec if field_spec.ask else field_spec.model_copy(update={"ask": spec.ask})


def _part(ink: Ink, ref: str, label: str, spec: FactSpec, value: Value | None) -> Fact | MissingFact:
    return MissingFact(ink, ref, label, spec) if value is None else Fact(ink, ref, label, spec, value)


def number_of(value: object) -> Decimal | None:
    """Return what arithmetic takes a value for: a percentage as its share (36.5% is 0.365), or None."""
    if isinstance(value, Fact):
        value = value.value
        if isinstance(value, Quantity):
            if value.unit in {"%", "个百分点"}:
                return value.amount / 100
            return value.amount * YUAN.get(value.unit, Decimal(1))
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, Decimal)):
        return Decimal(value)
    return Decimal(str(value)) if isinstance(value, float) else None


def arithmetic(sign: str, left: object, right: object) -> Decimal | MissingFact:
    """Return the result as a number; a missing fact makes the result missing.

    Money counts in 元, percentages as shares. Raises ArithmeticRefusalError for what is no number, a division by
    zero, or a result of more than 18 digits.
    """
    missing = [side for side in (left, right) if isinstance(side, MissingFact)]
    if missing:
        needs = tuple(dict.fromkeys(name for side in missing for name in side.needs))
        first = missing[0]
        return MissingFact(first.ink, first.ref, first.label, first.spec, needs).in_form(COMPUTED)
    one, other = number_of(left), number_of(right)
    if one is None or other is None:
        raise ArithmeticRefusalError(_("“{sign}” stands between numbers only; texts are joined by ~").format(sign=sign))
    operations: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "/": operator.truediv,
        "//": operator.floordiv,
        "%": operator.mod,
    }
    try:
        result = operations[sign](one, other)
    except (DivisionByZero, InvalidOperation):
        raise ArithmeticRefusalError(_("a division by zero")) from None
    if abs(result) > LARGEST:
        raise ArithmeticRefusalError(_("a number of more than 18 digits"))
    return result


def _compared(compare: Callable[[Any, Any], bool], left: object, right: object) -> object:
    """Return whether the comparison holds; a missing fact makes the answer missing (and so not true)."""
    for side in (left, right):
        if isinstance(side, MissingFact):
            return side
    first, second = _comparable(left), _comparable(right)
    if type(left) is Decimal:
        first = _to_the_places_of(right, left)
    if type(right) is Decimal:
        second = _to_the_places_of(left, right)
    if type(first) is not type(second):
        if compare is operator.eq or compare is operator.ne:
            return compare is operator.ne
        raise ArithmeticRefusalError(_("a number and a text cannot be compared"))
    return compare(first, second)


def _to_the_places_of(percentage: object, computed: Decimal) -> Decimal:
    """Return a computed number, rounded to the places of the percentage that it is compared with, if it is one.

    Two of three are 66.7%, and 67% too: it is the typed percentage that was rounded.
    """
    if isinstance(percentage, Fact) and isinstance(percentage.value, Quantity) and percentage.value.unit == "%":
        exponent = percentage.value.amount.as_tuple().exponent
        return computed.quantize(Decimal(1).scaleb(int(exponent) - 2), rounding=ROUND_HALF_UP)
    return computed


def _comparable(value: object) -> object:
    number = number_of(value)
    if number is not None:
        return number
    if isinstance(value, Fact):
        inner = value.value
        if isinstance(inner, Day):
            return inner.iso()
        return inner if isinstance(inner, bool) else value.text
    return value


def length_of(text: str, printed: list[FactText | Gap]) -> int:
    """Return how many characters a printed text stands for: its own, with what its marks stand for in their place."""
    return len(_MARK.sub("", text)) + sum(len(printed[int(mark[1])].text) for mark in _MARK.finditer(text))


def inlines_of(line: str, printed: list[FactText | Gap]) -> tuple[Inline, ...]:
    """Return a printed line as inlines: marks become facts and gaps, ``**…**`` of the template strong type."""
    inlines: list[Inline] = []
    end = 0
    for strong in _STRONG.finditer(line):
        inlines += unmarked(line[end : strong.start()], printed)
        inlines.append(Strong(inlines=tuple(unmarked(strong[1], printed))))
        end = strong.end()
    inlines += unmarked(line[end:], printed)
    return tuple(inlines)


def unmarked(text: str, printed: list[FactText | Gap]) -> Iterator[Text | FactText | Gap]:
    """Return a printed text with its marks turned back into facts and gaps, ``**`` as it stands."""
    end = 0
    for mark in _MARK.finditer(text):
        if mark.start() > end:
            yield Text(text=text[end : mark.start()])
        yield printed[int(mark[1])]
        end = mark.end()
    if end < len(text):
        yield Text(text=text[end:])
