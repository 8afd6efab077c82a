"""Facts that several people gave, brought together: what is new, the same, completed, or in conflict.

Nothing that was given is lost or replaced unless the user says which of two values is to stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import PurePath
from typing import TypeAlias

from speechdraft.facts import Dictionary, FactSpec, Given, Layer, plain_value
from speechdraft.givers import Giver
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Problems, did_you_mean
from speechdraft.recording import Change
from speechdraft.source import Plain
from speechdraft.values import Person, Value, spoken

__all__ = [
    "BOTH",
    "OURS",
    "Contribution",
    "Difference",
    "Line",
    "Merge",
    "Outcome",
    "given_in_speech",
    "merge",
    "read_takes",
    "with_source",
]

OURS, THEIRS, BOTH = "ours", "theirs", "both"

Takes: TypeAlias = Mapping[str, str]
"""Whose value is to stand where values differ, by fact; under an empty name for all other facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """What somebody gave."""

    giver: Giver
    given: Mapping[str, Given]


class Outcome(StrEnum):
    """What becomes of a fact that somebody gave."""

    NEW = "new"
    COMPLETED = "completed"
    """A list with more or fuller items, a record with more fields, or the same value with more particulars."""
    TAKEN = "taken"
    """The user said whose value stands."""
    CONFLICT = "conflict"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One value in a report: whose it is, what it says, where it stands."""

    who: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact's line in the report.

    ``particular`` is ``confirmed`` where not the value is meant but whether it is confirmed. ``ours`` is what the facts
    file had, ``theirs`` what was given and by whom; ``text`` is what stands now, ``winners`` whose value that is where
    the user settled it. ``reason`` says why what the user wanted could not be done, or whose list has less than stands.
    """

    name: str
    outcome: Outcome
    text: str
    ours: Difference | None
    theirs: tuple[Difference, ...]
    particular: str = ""
    winners: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The report of a merge, and what is to be written."""

    lines: tuple[Line, ...]
    changes: Mapping[str, Change]

    @property
    def conflicts(self) -> tuple[Line, ...]:
        """Return the lines that somebody has to settle."""
        return tuple(line for line in self.lines if line.outcome is Outcome.CONFLICT)


def read_takes(
    settings: Iterable[str], contributions: Sequence[Contribution], dictionary: Dictionary, problems: Problems
) -> Takes:
    """Return what ``--take WHOSE`` and ``--take NAME=WHOSE`` say. Problems: ``bad-setting``, ``unknown-fact``."""
    takes: dict[str, str] = {}
    place = Place(file="--take")
    for setting in settings:
        name, equals, whose = (part.strip() for part in setting.rpartition("="))
        if equals and name not in dictionary:
            hint = did_you_mean(name, dictionary)
            message = _("no fact “{name}”").format(name=name)
            problems.add(Problem(code="unknown-fact", message=message, place=place, hint=hint))
        elif whose not in {OURS, THEIRS, BOTH} and not any(whose in one.giver.names for one in contributions):
            files = dict.fromkeys(PurePath(one.giver.file).name for one in contributions)
            known = _(", ").join([OURS, THEIRS, BOTH, *files])
            message = _("“{setting}” does not say whose value is to stand").format(setting=setting)
            hint = _("choose one of {choices}").format(choices=known)
            problems.add(Problem(code="bad-setting", message=message, place=place, hint=hint))
        else:
            takes[name] = whose
    return takes


def merge(
    ours: Mapping[str, Given], contributions: Sequence[Contribution], dictionary: Dictionary, takes: Takes
) -> Merge:
    """Return what becomes of each fact that was given, in the dictionary's order.

    ``ours`` is what the facts file holds. Whoever gives first, the outcome is the same.
    """
    offers: dict[str, list[tuple[Giver, Given]]] = {}
    for contribution in contributions:
        for name, given in contribution.given.items():
            offers.setdefault(name, []).append((contribution.giver, given))
    merger = _Merger(dictionary, takes)
    for name in sorted(offers, key=list(dictionary).index):
        merger.fact(name, ours.get(name), offers[name])
    return Merge(lines=tuple(merger.lines), changes=merger.changes)


@dataclass(slots=True)
class _Merger:
    """Merges fact by fact."""

    dictionary: Dictionary
    takes: Takes
    lines: list[Line] = field(default_factory=list)
    changes: dict[str, Change] = field(default_factory=dict)

    def fact(self, name: str, ours: Given | None, offers: list[tuple[Giver, Given]]) -> None:
        spec = self.dictionary[name]
        take = self.takes.get(name, self.takes.get("", ""))
        values = [] if ours is None else [ours.value]
        less: list[str] = []
        every = [*values, *(given.value for _who, given in offers)]
        together = _together(every)
        # What the user says of one fact holds wherever values differ, of all facts only where nothing else helps.
        if (together is None and take) or (name in self.takes and any(value != every[0] for value in every)):
            self._settled(name, spec, take, ours, offers)
            return
        if together is None:
            self._line(name, Outcome.CONFLICT, spec, ours, offers, None if ours is None else ours.value)
            return
        if ours is not None and together == ours.value:
            change = self._particulars(name, ours, [given for _who, given in offers], offers)
            outcome = Outcome.COMPLETED if change.particulars else Outcome.SAME
            less = [str(who) for who, given in offers if isinstance(given.value, tuple) and given.value != ours.value]
        else:
            change = self._particulars(name, ours, [given for _who, given in offers], offers)
            change = replace(change, value=_typed(spec, together, [given for _who, given in offers]))
            outcome = Outcome.NEW if ours is None else Outcome.COMPLETED
        if change.value is not None or change.particulars:
            self.changes[name] = change
        self._line(name, outcome, spec, ours, offers, together, change.particulars)
        if less:
            reason = _("not all of its items are in {names}").format(names=_(", ").join(dict.fromkeys(less)))
            self.lines[-1] = replace(self.lines[-1], reason=reason)

    def _settled(
        self, name: str, spec: FactSpec, take: str, ours: Given | None, offers: list[tuple[Giver, Given]]
    ) -> None:
        """Let the value stand that the user named, if that is one."""
        if take == OURS and ours is not None:
            self._line(name, Outcome.TAKEN, spec, ours, offers, ours.value)
            return
        chosen = [(who, given) for who, given in offers if take in {THEIRS, BOTH} or take in who.names]
        values = [given.value for _who, given in chosen]
        value = _all_items([*([] if ours is None else [ours.value]), *values]) if take == BOTH else _together(values)
        if value is None or take == OURS:
            self._line(name, Outcome.CONFLICT, spec, ours, offers, None if ours is None else ours.value)
            self.lines[-1] = replace(self.lines[-1], reason=_why_not(take, chosen))
            return
        givers = [given for _who, given in chosen]
        same = ours is not None and value == ours.value
        change = self._particulars(name, ours if same or take == BOTH else None, givers, chosen)
        if not same:
            change = replace(change, value=_typed(spec, value, givers), replaces=take != BOTH)
        if change.value is not None or change.particulars:
            self.changes[name] = change
        self._line(name, Outcome.TAKEN, spec, ours, offers, value)
        self.lines[-1] = replace(self.lines[-1], winners=tuple(dict.fromkeys(str(who) for who, _given in chosen)))

    # Particulars.

    def _particulars(
        self, name: str, ours: Given | None, givers: list[Given], offers: list[tuple[Giver, Given]]
    ) -> Change:
        """Return the particulars that are new; those that contradict each other become lines of the report."""
        found: dict[str, str] = {}
        for key, mark in (("source", "、"), ("note", "；")):
            old = "" if ours is None else str(getattr(ours, key))
            text = _joined(old, [str(getattr(given, key)) for given in givers], mark)
            if text != old:
                found[key] = text
        days = [given.as_of for given in givers if given.as_of is not None]
        newest = max(days, default=None)
        if newest is not None and (ours is None or ours.as_of is None or newest > ours.as_of):
            found["as_of"] = newest.isoformat()
        said = {given.confirmed for given in givers} - {None}
        old_word = None if ours is None else ours.confirmed
        if said == {True} and old_word is not True:
            found["confirmed"] = "yes"
        elif said == {False} and old_word is None:
            found["confirmed"] = "no"
        elif False in said and (True in said or old_word is True):
            word = self._settled_word(name, ours, offers)
            if word is None:
                self._confirmed_and_not(name, ours, offers)
            elif word is not old_word:
                found["confirmed"] = "yes" if word else "no"
        return Change(particulars=found)

    def _settled_word(self, name: str, ours: Given | None, offers: list[tuple[Giver, Given]]) -> bool | None:
        """Return whether a fact is confirmed by the word of whom the user named, or None where that says nothing."""
        take = self.takes.get(name, self.takes.get("", ""))
        if take == OURS:
            return None if ours is None else ours.confirmed
        words = {given.confirmed for who, given in offers if take == THEIRS or take in who.names} - {None}
        return words.pop() if len(words) == 1 else None

    def _confirmed_and_not(self, name: str, ours: Given | None, offers: list[tuple[Giver, Given]]) -> None:
        def told(given: Given) -> str:
            return _("confirmed") if given.confirmed else _("not confirmed")

        self.lines.append(
            Line(
                name=name,
                outcome=Outcome.CONFLICT,
                text="" if ours is None or ours.confirmed is None else told(ours),
                ours=None
                if ours is None or ours.confirmed is None
                else Difference(who="", text=told(ours), place=ours.place),
                theirs=tuple(
                    Difference(who=str(who), text=told(given), place=given.place)
                    for who, given in offers
                    if given.confirmed is not None
                ),
                particular="confirmed",
            )
        )

    def _line(  # noqa: PLR0913  (what a line says)
        self,
        name: str,
        outcome: Outcome,
        spec: FactSpec,
        ours: Given | None,
        offers: Iterable[tuple[Giver, Given]],
        value: Value | None,
        particulars: Mapping[str, str] | None = None,
    ) -> None:
        text = "" if value is None else spoken(spec.type, value)
        if particulars and outcome is Outcome.COMPLETED:
            told = (_("{name}: {why}").format(name=_label(key), why=part) for key, part in particulars.items())
            text = _("{value} ({more})").format(value=text, more=_("; ").join(told))
        self.lines.append(
            Line(
                name=name,
                outcome=outcome,
                text=text,
                ours=None if ours is None else _difference(None, spec, ours),
                theirs=tuple(_difference(who, spec, given) for who, given in offers),
            )
        )


def _label(particular: str) -> str:
    return {"source": _("source"), "as_of": _("as of"), "confirmed": _("confirmed"), "note": _("note")}[particular]


def _why_not(take: str, chosen: Sequence[tuple[Giver, Given]]) -> str:
    """Return why a value that the user named cannot stand."""
    if take == OURS:
        return _("the facts file has no value for it")
    if take == BOTH:
        return _("both can stand only where each is a list")
    if not chosen:
        return _("{file} has no value for it").format(file=take)
    givers = dict.fromkeys(str(who) for who, _given in chosen)
    return _("theirs differ from each other; name one of them: {names}").format(names=_(", ").join(givers))


def _difference(who: Giver | None, spec: FactSpec, given: Given) -> Difference:
    source = f"（{given.source}）" if given.source else ""
    return Difference(
        who="" if who is None else str(who), text=spoken(spec.type, given.value) + source, place=given.place
    )


def _joined(old: str, texts: Iterable[str], mark: str) -> str:
    """Return an old text with what others have besides, each once; without any, just as it is."""
    there = old.split(mark)
    more = dict.fromkeys(part for text in texts for part in text.split(mark) if part and part not in there)
    return mark.join([old.removesuffix(mark), *more] if old else more) if more else old


# Values brought together.


def _together(values: Sequence[Value | None]) -> Value | None:
    """Return the value that holds all that several hold; None where one would have to give way, or there is none.

    The order of the values makes no difference.
    """
    given = [value for value in values if value is not None]
    if not given:
        return None
    first = given[0]
    if all(value == first for value in given):
        return first
    if all(isinstance(value, Person) for value in given):
        return _person_together([value for value in given if isinstance(value, Person)])
    if all(isinstance(value, tuple) for value in given):
        lists = [value for value in given if isinstance(value, tuple)]
        if len({len(one) for one in lists}) == 1:
            return _items_together(lists)
        longest = max(lists, key=len)
        return longest if all(_stands_in(one, longest) for one in lists) else None
    if all(isinstance(value, Mapping) for value in given):
        return _record_together([value for value in given if isinstance(value, Mapping)])
    return None


def _person_together(persons: Sequence[Person]) -> Person | None:
    posts = {person.post for person in persons} - {""}
    names = {person.name for person in persons} - {""}
    if len(posts) > 1 or len(names) > 1:
        return None
    return Person(post=next(iter(posts), ""), name=next(iter(names), ""))


def _record_together(records: Sequence[Mapping[str, Value | None]]) -> Value | None:
    fields: dict[str, Value | None] = {}
    for name in {name: None for record in records for name in record}:
        parts = [record.get(name) for record in records]
        fields[name] = _together(parts)
        if fields[name] is None and any(part is not None for part in parts):
            return None
    return fields


def _items_together(lists: Sequence[tuple[Value | None, ...]]) -> Value | None:
    """Return the list in which each item is the fullest that one of several lists of one length has in its place.

    Two items that each lack what the other has may be two different ones: they are not made into one.
    """
    columns = list(zip(*lists, strict=True))
    items = tuple(map(_together, columns))
    return items if all(item in column for item, column in zip(items, columns, strict=True)) else None


def _stands_in(shorter: tuple[Value | None, ...], longer: tuple[Value | None, ...]) -> bool:
    """Return whether a list's items all stand in another, in the same order."""
    rest = iter(longer)
    return all(any(item == other for other in rest) for item in shorter)


def _all_items(values: Sequence[Value]) -> Value | None:
    """Return the items of several lists, each once; None where one of them is no list."""
    items: list[Value | None] = []
    for value in values:
        if not isinstance(value, tuple):
            return None
        items += [item for item in value if item not in items]
    return tuple(items)


def _typed(spec: FactSpec, value: Value, givers: Iterable[Given]) -> Plain:
    """Return what to write for a value: as somebody typed it, or, where several made it, in its parts."""
    for given in givers:
        if given.value == value and isinstance(given.typed, str):
            return given.typed
    return plain_value(spec, value)


def given_in_speech(given: Mapping[str, Given]) -> dict[str, Given]:
    """Return the values that stand in the facts file itself."""
    return {name: one for name, one in given.items() if one.layer is Layer.SPEECH}


def with_source(contribution: Contribution, source: str) -> Contribution:
    """Return a contribution whose values are from a source where they do not say so themselves."""
    given = {name: replace(one, source=one.source or source) for name, one in contribution.given.items()}
    return replace(contribution, given=given)
