"""What a form says of a fact, and which facts stand in one."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from speechdraft.facts import FactSpec, type_name
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing

__all__ = ["office_of", "still_needed", "told", "wanted"]

_OWED = frozenset({Standing.MISSING, Standing.LEFT_OUT, Standing.DEFAULTED, Standing.UNCONFIRMED, Standing.STALE})


def told(name: str, spec: FactSpec, *, with_office: bool = True) -> str:
    """Return a fact's label, type, unit, example and whom to ask, as one line."""
    parts = [spec.label] if spec.label and spec.label != name else []
    parts.append(type_name(spec.type))
    if spec.unit:
        parts.append(_("in {unit}").format(unit=spec.unit))
    if spec.choices:
        parts.append(_("one of {choices}").format(choices=_(", ").join(spec.choices)))
    if isinstance(spec.example, str):
        parts.append(_("for example {example}").format(example=spec.example.rstrip().rstrip("。")))
    elif isinstance(spec.example, list) and all(isinstance(item, str) for item in spec.example):
        parts.append(_("for example {example}").format(example=_(", ").join(spec.example)))
    if spec.optional:
        parts.append(_("can be left out"))
    if spec.ask and with_office:
        parts.append(_("ask {office}").format(office=spec.ask))
    return " ".join(_("; ").join(parts).split())


def wanted(entries: Iterable[Entry], offices: Collection[str] = (), *, everything: bool = False) -> list[Entry]:
    """Return the entries that a form asks for: what is missing, a default, unconfirmed or stale; or all that is used.

    ``offices`` keeps those that one of them is to be asked for. What is computed is never asked for.
    """
    return [
        entry
        for entry in entries
        if not entry.spec.formula
        and entry.standing is not Standing.UNUSED
        and (everything or entry.standing in _OWED)
        and (not offices or entry.spec.ask in offices)
    ]


def still_needed(entry: Entry) -> str:
    """Return what a computed fact waits for, or which parts a value lacks; else an empty text."""
    return _("needs {names}").format(names=_(", ").join(entry.needs)) if entry.needs else ""


def office_of(entry: Entry) -> str:
    """Return whom to ask for a fact, or what stands for nobody."""
    return entry.spec.ask or _("Others")
