"""Whether a speech may be final: no fact missing that its draft needs, none that it rests on not confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from speechdraft.draft import Draft, FactText, leaves
from speechdraft.i18n import _
from speechdraft.ink import Ink
from speechdraft.ledger import Entry, Standing
from speechdraft.problems import Place, Problem
from speechdraft.slots import name_of
from speechdraft.speech import FactValues, Speech

__all__ = ["open_questions"]


def open_questions(draft: Draft, speech: Speech, entries: Iterable[Entry], file: str) -> list[Problem]:
    """Return a problem for each fact that the draft lacks and each unconfirmed fact that it rests on.

    Those are the facts that it cannot do without, those that it says, and those that what it says is computed from.
    ``file`` is the facts file.
    """
    problems = [
        Problem(
            code="not-final",
            message=_("“{name}” is missing").format(name=gap.label),
            place=Place(file=file),
            hint=_("ask {office}").format(office=gap.ask) if gap.ask else "",
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
        if entry.standing is Standing.UNCONFIRMED
        and entry.given is not None
        and (entry.name in said or not entry.spec.optional)
    ]
    return problems
