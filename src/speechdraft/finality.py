"""Whether a speech may be final: no fact missing that its draft needs, none that it rests on not confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from speechdraft.draft import Draft, FactText, Gap, leaves
from speechdraft.facts import Dictionary
from speechdraft.i18n import _
from speechdraft.ink import Ink
from speechdraft.ledger import Entry, Standing
from speechdraft.problems import Place, Problem
from speechdraft.slots import name_of
from speechdraft.speech import FactValues, Speech

__all__ = ["offices_for", "open_questions", "to_be_given"]


def to_be_given(gap: Gap) -> tuple[str, ...]:
    """Return the facts that have to be given for a gap in whose place something computed stands; else nothing."""
    return () if gap.needs in ((), (gap.fact,)) else gap.needs


def offices_for(gap: Gap, dictionary: Dictionary) -> str:
    """Return whom to ask for a gap: for its own fact, or for those that it is computed from."""
    asked = [dictionary[name_of(name)].ask for name in to_be_given(gap) if name_of(name) in dictionary]
    return _(", ").join(dict.fromkeys(office for office in asked or [gap.ask] if office))


def open_questions(draft: Draft, speech: Speech, entries: Iterable[Entry], file: str) -> list[Problem]:
    """Return a problem for each fact that the draft lacks and each unconfirmed fact that it rests on.

    Those are the facts that it cannot do without, those that it says, and those that what it says is computed from.
    ``file`` is the facts file.
    """
    problems = [
        Problem(
            code="not-final",
            message=_("“{name}” is missing").format(name=gap.fact),
            place=Place(file=file),
            hint=_way_out(gap, speech.dictionary),
        )
        for gap in draft.needed()
    ]
    said = {
        name_of(leaf.fact)
        for inlines in draft.runs_of_inlines()
        for leaf in leaves(inlines)
        if isinstance(leaf, FactText)
    }
    values = FactValues(speech, Ink())
    said |= {source for name in said - speech.given.keys() for source in values.sources(name)}
    problems += [
        Problem(
            code="not-final",
            message=_("“{name}” is not confirmed: {value}").format(name=entry.name, value=entry.text),
            place=entry.given.place,
            hint=_("when it is right, write confirmed: yes"),
        )
        for entry in entries
        if entry.standing_of_value is Standing.UNCONFIRMED
        and entry.given is not None
        and (entry.name in said or not entry.spec.optional)
    ]
    return problems


def _way_out(gap: Gap, dictionary: Dictionary) -> str:
    names, offices = to_be_given(gap), offices_for(gap, dictionary)
    told = [_("needs {names}").format(names=_(", ").join(names))] if names else []
    told += [_("ask {office}").format(office=offices)] if offices else []
    return _("; ").join(told)
