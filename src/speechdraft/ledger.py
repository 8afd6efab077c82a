"""The ledger of a speech's facts: how it stands with each, where its value is from, and whom to ask."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from speechdraft.clock import today
from speechdraft.facts import FactSpec, Given, Layer, lacking
from speechdraft.i18n import _, ngettext
from speechdraft.ink import Fact, Ink, MissingFact
from speechdraft.needs import needs_of
from speechdraft.problems import Place, Problem, Severity, beginning
from speechdraft.slots import steps_of
from speechdraft.speech import FactValues, Speech
from speechdraft.values import Day

__all__ = ["Entry", "Standing", "ledger", "section_names", "speech_day", "stale_problems", "standing_name"]


class Standing(StrEnum):
    """How it stands with a fact. Of several that hold, the first here is named."""

    MISSING = "missing"
    """Not given, or not whole: a part is missing that the speech cannot do without."""
    UNCONFIRMED = "unconfirmed"
    """Given, and marked ``confirmed: no``."""
    STALE = "stale"
    """Given or a default, and of a day (``as_of``) too long before the speech."""
    GIVEN = "given"
    DEFAULTED = "defaulted"
    COMPUTED = "computed"
    LEFT_OUT = "left-out"
    """Not given, and the speech can do without it."""
    UNUSED = "unused"
    """Given, and nothing in the outline reads it."""


def standing_name(standing: Standing) -> str:
    """Return how people call a standing."""
    return {
        Standing.MISSING: _("missing"),
        Standing.UNCONFIRMED: _("unconfirmed"),
        Standing.STALE: _("stale"),
        Standing.GIVEN: _("given"),
        Standing.DEFAULTED: _("default"),
        Standing.COMPUTED: _("computed"),
        Standing.LEFT_OUT: _("left out"),
        Standing.UNUSED: _("unused"),
    }[standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact's line: ``text`` is its value as the speech says it.

    ``needs`` are the facts that a computed one waits for, or the parts that a given value lacks (述职人[6].建议).
    ``age`` is how many months lie between the value's day and the speech, where it is stale; else 0.
    """

    name: str
    spec: FactSpec
    standing: Standing
    text: str
    given: Given | None
    sections: tuple[str, ...]
    needs: tuple[str, ...] = ()
    age: int = 0

    @property
    def is_default(self) -> bool:
        """Return whether the value is the dictionary's."""
        return self.given is not None and self.given.layer is Layer.PACK

    @property
    def standing_of_value(self) -> Standing:
        """Return how it stands with the value that is there, whether or not a part of it is missing."""
        if self.given is None or self.standing is not Standing.MISSING:
            return self.standing
        return _standing_of(self.given, self.age)


def ledger(speech: Speech) -> list[Entry]:
    """Return a line for each fact that the outline uses, in the order of the dictionary, then the unused given ones.

    A computed fact brings the facts that it is computed from.
    """
    readings: dict[str, _Reading] = {}
    for needs in needs_of(speech):
        for name in needs.facts:
            readings.setdefault(name, _Reading()).add([needs.section], needs.parts[name])
    values = FactValues(speech, Ink())
    for name in list(readings):
        for source in values.sources(name):
            readings.setdefault(source, _Reading()).add(readings[name].sections, {""})
    day = speech_day(speech, values)
    entries = [_entry(speech, values, day, name, readings[name]) for name in speech.dictionary if name in readings]
    entries += [
        Entry(
            name=name,
            spec=speech.dictionary[name],
            standing=Standing.UNUSED,
            text=_text(values.look_up(name)),
            given=given,
            sections=(),
        )
        for name, given in speech.given.items()
        if name not in readings and given.layer >= Layer.SPEECH  # a user's own defaults are for all their speeches
    ]
    return entries


@dataclass(slots=True)
class _Reading:
    """The sections that read a fact, and which of its fields; an empty one stands for the fact as a whole."""

    sections: list[str] = field(default_factory=list)
    parts: set[str] = field(default_factory=set)

    def add(self, sections: Iterable[str], parts: Iterable[str]) -> None:
        self.sections.extend(sections)
        self.parts.update(parts)

    def reaches(self, path: str) -> bool:
        """Return whether what a path leads to is read."""
        return "" in self.parts or str(steps_of(path)[0]) in self.parts


def _entry(speech: Speech, values: FactValues, day: datetime.date, name: str, reading: _Reading) -> Entry:
    spec, given = speech.dictionary[name], speech.given.get(name)
    value = values.look_up(name)
    needs: tuple[str, ...] = ()
    age = 0 if given is None else _age(spec, given, day)
    if isinstance(value, MissingFact):
        standing = Standing.LEFT_OUT if spec.optional else Standing.MISSING
        needs = value.needs if spec.formula else ()
    elif given is None:
        standing = Standing.COMPUTED
    else:
        needs = tuple(filter(reading.reaches, lacking(name, spec, given.value)))
        standing = Standing.MISSING if needs else _standing_of(given, age)
    return Entry(
        name=name,
        spec=spec,
        standing=standing,
        text=_text(value),
        given=given,
        sections=tuple(dict.fromkeys(reading.sections)),
        needs=needs,
        age=age,
    )


def _standing_of(given: Given, age: int) -> Standing:
    if given.confirmed is False:
        return Standing.UNCONFIRMED
    if age:
        return Standing.STALE
    return Standing.DEFAULTED if given.layer is Layer.PACK else Standing.GIVEN


def section_names(entry: Entry) -> str:
    """Return the sections that read a fact, as people call them; the front matter has no number."""
    return _(", ").join(section or _("front matter") for section in entry.sections)


def _text(value: object) -> str:
    return value.text if isinstance(value, Fact) else ""


# Staleness.


def speech_day(speech: Speech, values: FactValues) -> datetime.date:
    """Return the day of the speech: the first fact of its date line that is a date, else :func:`today`."""
    front = speech.outline.outline.speech
    if front.date.strip():
        place = speech.outline.speech_place("date")
        for name in speech.templates.usage_of_text(front.date, place).names():
            fact = values.look_up(name)
            if isinstance(fact, Fact) and isinstance(fact.value, Day):
                return datetime.date(fact.value.year, fact.value.month, fact.value.day or 1)
    return today()


def _age(spec: FactSpec, given: Given, day: datetime.date) -> int:
    """Return how many whole months a value is old, where that is more than it stays fresh; else 0."""
    if given.as_of is None:
        return 0
    months = (day.year - given.as_of.year) * 12 + day.month - given.as_of.month - (day.day < given.as_of.day)
    some_days_more = day.day != given.as_of.day
    return months if months > spec.fresh_months or (months == spec.fresh_months and some_days_more) else 0


def stale_problems(entries: Iterable[Entry]) -> list[Problem]:
    """Return a warning for each used value that needs a second look: ``stale-default``, ``stale-fact``."""
    return [_stale(entry, entry.given) for entry in entries if entry.age and entry.given is not None]


def _stale(entry: Entry, given: Given) -> Problem:
    months = ngettext("{count} month", "{count} months", entry.age).format(count=entry.age)
    told = {"name": entry.name, "as_of": given.as_of, "months": months, "value": beginning(entry.text, 30)}
    if entry.is_default:
        code = "stale-default"
        message = _("the default of “{name}” dates from {as_of} and is {months} old: {value}")
        hint = _("see whether it still holds; then give it in the facts file, with its day (as_of)")
        place = Place()
    else:
        code = "stale-fact"
        message = _("“{name}” dates from {as_of} and is {months} old: {value}")
        hint = _("see whether it still holds; then give it a newer day (as_of)")
        place = given.place
    if entry.spec.ask:
        hint += _("; ask {office}").format(office=entry.spec.ask)
    return Problem(code=code, message=message.format(**told), place=place, hint=hint, severity=Severity.WARNING)
