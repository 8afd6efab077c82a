"""A speech to be composed: its outline, dictionary, given values and templates; and its facts as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from speechdraft.draft import PackRef, gaps_in, plain
from speechdraft.facts import Dictionary, FactSpec, Given
from speechdraft.i18n import _
from speechdraft.ink import LARGEST, Fact, Ink, MissingFact, number_of, unmarked
from speechdraft.outline import OutlineFile
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.templating import Templates
from speechdraft.values import YUAN, FactType, Quantity, Value

__all__ = ["FactValues", "Speech", "formula_place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """All that a draft is made from."""

    outline: OutlineFile
    dictionary: Dictionary
    given: Mapping[str, Given]
    pack: PackRef
    templates: Templates


class FactValues:
    """The facts of one speech as values: given, computed or missing. Each is made once."""

    def __init__(self, speech: Speech, ink: Ink) -> None:
        """Print with ``ink``."""
        self._speech = speech
        self.ink = ink
        self._made: dict[str, Fact | MissingFact] = {}
        self._computing: list[str] = []

    def look_up(self, name: str) -> Fact | MissingFact | None:
        """Return the fact, or None where the dictionary does not know it."""
        spec = self._speech.dictionary.get(name)
        if spec is None:
            return None
        if name not in self._made:
            self._made[name] = self._make(name, spec)
        return self._made[name]

    def sources(self, name: str) -> tuple[str, ...]:
        """Return the facts that a computed fact is computed from, and those that they are computed from."""
        found: dict[str, None] = {}
        waiting = [name]
        while waiting:
            spec = self._speech.dictionary.get(waiting.pop())
            if spec is None or not spec.formula:
                continue
            read = self._speech.templates.usage_of_expression(spec.formula, formula_place(name)).names()
            waiting += [source for source in read if source not in found]
            found.update(dict.fromkeys(read))
        return tuple(found)

    def _make(self, name: str, spec: FactSpec) -> Fact | MissingFact:
        given = self._speech.given.get(name)
        if given is not None:
            return Fact(self.ink, name, name, spec, given.value)
        if not spec.formula:
            return MissingFact(self.ink, name, name, spec)
        place = formula_place(name)
        if name in self._computing:
            chain = " → ".join((*self._computing[self._computing.index(name) :], name))
            message = _("the formula of “{name}” needs itself").format(name=name)
            raise ProblemError([Problem(code="formula-cycle", message=message, place=place, hint=chain)])
        self._computing.append(name)
        try:
            with self.ink.aside():
                result = self._speech.templates.evaluate(spec.formula, self, place)
                if isinstance(result, str):
                    result = self._joined(name, spec, result)
        finally:
            self._computing.pop()
        if isinstance(result, MissingFact):
            return MissingFact(self.ink, name, name, spec, result.needs)
        return Fact(self.ink, name, name, spec, _computed(name, spec, result, place))

    def _joined(self, name: str, spec: FactSpec, text: str) -> str | MissingFact:
        """Return a text that a formula joined from others, or a missing fact when one of them is missing."""
        inlines = tuple(unmarked(text, self.ink.printed))
        needs = tuple(dict.fromkeys(need for gap in gaps_in(inlines) for need in gap.needs))
        return MissingFact(self.ink, name, name, spec, needs) if needs else plain(inlines)


def _computed(name: str, spec: FactSpec, result: object, place: Place) -> Value:
    """Return a formula's result as a value of the fact's type."""
    number = number_of(result)
    if number is not None and abs(number) <= LARGEST:
        match spec.type:
            case FactType.YEAR if number == int(number):
                return int(number)
            case FactType.PERCENT:
                share = (number * 100).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
                return Quantity(amount=share, digits=_digits(share), unit="%")
            case FactType.MONEY:
                unit = spec.unit or "元"
                amount = number / YUAN.get(unit, Decimal(1))
                amount = amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
                return Quantity(amount=amount, digits=_digits(amount), unit=unit)
            case FactType.NUMBER:
                amount = number.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
                return Quantity(amount=amount, digits=_digits(amount), unit=spec.unit)
            case _:
                pass
    if isinstance(result, Fact) and result.kind is spec.type:
        return result.value
    if isinstance(result, str) and spec.type is FactType.TEXT:
        return result
    if isinstance(result, bool) and spec.type is FactType.YES_NO:
        return result
    message = _("the formula of “{name}” does not give what the fact is").format(name=name)
    raise ProblemError([Problem(code="bad-formula", message=message, place=place)])


def _digits(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def formula_place(name: str) -> Place:
    """Return the place that problems of a formula are said to stand at."""
    return Place(file=_("formula of “{name}”").format(name=name))
