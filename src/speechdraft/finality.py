"""Whether a speech may be final: no fact missing that its draft needs, none that somebody marked as not confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from speechdraft.draft import Draft, FactText, leaves
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing
from speechdraft.problems import Place, Problem

__all__ = ["open_questions"]


def open_questions(draft: Draft, entries: Iterable[Entry], file: str) -> list[Problem]:
    """Return a problem for each gap of the draft and each unconfirmed fact that it says; ``file`` is the facts file."""
    problems = [
        Problem(
            code="not-final",
            message=_("“{name}” is missing").format(name=gap.label),
            place=Place(file=file),
            hint=_("ask {office}").format(office=gap.ask) if gap.ask else "",
        )
        for gap in draft.gaps()
    ]
    said = {
        leaf.fact.partition("[")[0].partition(".")[0]
        for inlines in draft.runs_of_inlines()
        for leaf in leaves(inlines)
        if isinstance(leaf, FactText)
    }
    problems += [
        Problem(
            code="not-final",
            message=_("“{name}” is not confirmed: {value}").format(name=entry.name, value=entry.text),
            place=entry.given.place,
            hint=_("when it is right, write confirmed: yes"),
        )
        for entry in entries
        if entry.standing is Standing.UNCONFIRMED and entry.given is not None and entry.name in said
    ]
    return problems
