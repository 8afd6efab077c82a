"""The ledger of a speech's facts: which are given, missing, defaulted, computed or unused, and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from speechdraft.compose import FactValues, Speech, needs_of
from speechdraft.facts import FactSpec, Given, Layer
from speechdraft.ink import Fact, Ink, MissingFact

__all__ = ["Entry", "Standing", "ledger"]


class Standing(StrEnum):
    """How it stands with a fact."""

    GIVEN = "given"
    MISSING = "missing"
    DEFAULTED = "defaulted"
    COMPUTED = "computed"
    LEFT_OUT = "left-out"
    """Not given, and the speech can do without it."""
    UNUSED = "unused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact's line: ``text`` is its value as the speech says it, ``needs`` what a computed one lacks."""

    name: str
    spec: FactSpec
    standing: Standing
    text: str
    given: Given | None
    sections: tuple[str, ...]
    needs: tuple[str, ...] = ()


def ledger(speech: Speech) -> list[Entry]:
    """Return a line for each fact that the outline uses, in the order of the dictionary, then the unused given ones.

    A computed fact brings the facts that it is computed from.
    """
    sections: dict[str, list[str]] = {}
    for needs in needs_of(speech):
        for name in needs.facts:
            sections.setdefault(name, []).append(needs.section)
    values = FactValues(speech, Ink())
    for name in list(sections):
        for source in values.sources(name):
            sections.setdefault(source, []).extend(sections[name])
    entries = [_entry(speech, values, name, sections[name]) for name in speech.dictionary if name in sections]
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
        if name not in sections and given.layer is not Layer.PACK
    ]
    return entries


def _entry(speech: Speech, values: FactValues, name: str, sections: Iterable[str]) -> Entry:
    spec, given = speech.dictionary[name], speech.given.get(name)
    value = values.look_up(name)
    needs: tuple[str, ...] = ()
    if isinstance(value, MissingFact):
        standing = Standing.LEFT_OUT if spec.optional else Standing.MISSING
        needs = value.needs if spec.formula else ()
    elif given is None:
        standing = Standing.COMPUTED
    else:
        standing = Standing.DEFAULTED if given.layer is Layer.PACK else Standing.GIVEN
    return Entry(
        name=name,
        spec=spec,
        standing=standing,
        text=_text(value),
        given=given,
        sections=tuple(dict.fromkeys(sections)),
        needs=needs,
    )


def _text(value: object) -> str:
    return value.text if isinstance(value, Fact) else ""
