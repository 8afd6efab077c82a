"""What a speech says now of each entry of a document's store, and what a text that stands there means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from speechdraft.draft import ON_ONE_LINE
from speechdraft.facts import FactSpec, item_spec, node_of, plain_value
from speechdraft.facts_reading import read_value
from speechdraft.i18n import _
from speechdraft.ink import Fact, Ink, MissingFact
from speechdraft.problems import Place, Problems
from speechdraft.slots import name_of, steps_of
from speechdraft.source import Plain, Scalar, bad_character
from speechdraft.speech import FactValues, Speech
from speechdraft.templating import text_in_form
from speechdraft.values import FactType, Person, Quantity, Value, spoken
from speechdraft.word.controls import TITLE_FORM, split_key

__all__ = ["WHOLE_FORMS", "Meaning", "Sayings", "part_of"]

WHOLE_FORMS = frozenset({"", TITLE_FORM, ON_ONE_LINE})
"""The forms in which a fact says all that it has to say."""
_PART = re.compile(r"(\d+)/(\d+)")
_ITEM_MARKS = re.compile("[、\n]")


def part_of(form: str) -> tuple[int, int] | None:
    """Return which paragraph a form names, from 1, and of how many, or None where it names none."""
    found = _PART.fullmatch(form)
    return None if found is None else (int(found[1]), int(found[2]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What somebody typed, as a fact's value: what to write into a facts file, and what the speech then says.

    Where it is no value of the fact, ``value`` is None and ``reason`` says why.
    """

    value: Value | None
    plain: Plain = None
    text: str = ""
    reason: str = ""


class Sayings:
    """The facts of one speech, by the keys of a store's entries."""

    def __init__(self, speech: Speech) -> None:
        """Look facts up in a speech."""
        self._values = FactValues(speech, Ink())
        self._found: dict[str, Fact | MissingFact | None] = {}
        self._meant: dict[tuple[str, str], Meaning] = {}

    def fact(self, path: str) -> Fact | MissingFact | None:
        """Return the fact that a path leads to, or None where it leads nowhere."""
        if path not in self._found:
            self._found[path] = self._look_up(path)
        return self._found[path]

    def _look_up(self, path: str) -> Fact | MissingFact | None:
        fact = self._values.look_up(name_of(path))
        for step in steps_of(path):
            if fact is None:
                return None
            if isinstance(step, str):
                fact = fact.field(step)
                continue
            if fact.spec.type is not FactType.LIST:
                return None
            items = fact.items()
            fact = items[step] if step < len(items) else MissingFact(Ink(), path, path, item_spec(fact.spec))
        return fact

    def text(self, key: str) -> str | None:
        """Return what the speech says for a key, or an empty text where the fact is missing.

        None where it says nothing like it: it has no such fact, the form keeps no name in the text, or a long text has
        another number of paragraphs.
        """
        path, form = split_key(key)
        fact = self.fact(path)
        if not isinstance(fact, Fact):
            return None if fact is None else ""
        if form in WHOLE_FORMS:
            return fact.text if form != ON_ONE_LINE else fact.text.replace("\n", "")
        part = part_of(form)
        if part is None:
            return text_in_form(fact, form)
        lines = fact.text.split("\n")
        return lines[part[0] - 1] if len(lines) == part[1] else None

    def meant(self, key: str, text: str) -> str:
        """Return a text as the speech would say what it means, so that 1,280 is 1280名; itself where that is unclear.

        The line feeds of a title are left out.
        """
        path, form = split_key(key)
        if form in {TITLE_FORM, ON_ONE_LINE}:
            text = text.replace("\n", "")
        elif form and part_of(form) is None:
            return text
        meaning = self.read(path, text)
        return text if meaning.value is None else meaning.text.replace("\n", "") if form == TITLE_FORM else meaning.text

    def read(self, path: str, text: str) -> Meaning:
        """Return what a typed text means as the value of the fact that a path leads to."""
        if (path, text) not in self._meant:
            self._meant[path, text] = self._read(path, text)
        return self._meant[path, text]

    def _read(self, path: str, text: str) -> Meaning:
        fact = self.fact(path)
        if fact is None:
            return Meaning(value=None, reason=_("the outline has no such fact any more"))
        bad = bad_character(text)
        if bad is not None:
            return Meaning(value=None, reason=_("the character {name} cannot stand in a document").format(name=bad[1]))
        match fact.spec.type:
            case FactType.PERSON:
                return _read_person(text, fact)
            case FactType.RECORD:
                return Meaning(value=None, reason=_("it has several fields; write them into the facts file"))
            case FactType.LIST if fact.spec.fields:
                return Meaning(value=None, reason=_("it is a list of several fields; write them into the facts file"))
            case FactType.LIST:
                items: Plain = [item.strip() for item in _ITEM_MARKS.split(text) if item.strip()]
                return _read_plain(path, fact.spec, items)
            case _:
                return _read_plain(path, fact.spec, text)

    def unit_of(self, path: str) -> str:
        """Return the unit that a figure has now, or would have."""
        fact = self.fact(path)
        if isinstance(fact, Fact) and isinstance(fact.value, Quantity):
            return fact.value.unit
        return "" if fact is None else fact.spec.unit

    def in_form(self, path: str, value: Value, form: str) -> str | None:
        """Return what a form would say if the fact had a value."""
        fact = self.fact(path)
        return None if fact is None else text_in_form(Fact(Ink(), path, path, fact.spec, value), form)


def _read_plain(path: str, spec: FactSpec, plain: Plain) -> Meaning:
    problems = Problems()
    node = Scalar(text=plain, given=True, place=Place()) if isinstance(plain, str) else node_of(plain, Place())
    value = read_value(path, spec, node, problems)
    if value is None:
        told = [f"{problem.message}; {problem.hint}" if problem.hint else problem.message for problem in problems.all()]
        return Meaning(value=None, reason=" ".join(told) or _("it says nothing"))
    return Meaning(value=value, plain=plain_value(spec, value), text=spoken(spec.type, value))


def _read_person(text: str, fact: Fact | MissingFact) -> Meaning:
    """Return post and name: as they stand now where one of them still does, else parted by a blank.

    A name of two characters may have a blank within, so that a blank alone tells little.
    """
    words = text.split()
    whole = " ".join(words)
    before = fact.value if isinstance(fact, Fact) and isinstance(fact.value, Person) else Person(post="", name="")
    if whole in {before.post + before.name, f"{before.post} {before.name}"}:
        person = before
    elif len(words) > 1 and len(words[-1]) > 1:
        person = Person(post=" ".join(words[:-1]), name=words[-1])
    elif before.post and whole.startswith(before.post):
        person = Person(post=before.post, name=whole.removeprefix(before.post).strip())
    elif before.name and whole.endswith(before.name):
        person = Person(post=whole.removesuffix(before.name).strip(), name=before.name)
    elif len(words) > 1:
        person = Person(post=" ".join(words[:-1]), name=words[-1])
    elif before.name and not before.post:
        person = Person(post="", name=whole)
    else:
        return Meaning(value=None, reason=_("put a blank between post and name"))
    plain: Mapping[str, str] = {"职务": person.post, "姓名": person.name}
    return Meaning(
        value=person,
        plain={key: part for key, part in plain.items() if part},
        text=spoken(FactType.PERSON, person),
    )
