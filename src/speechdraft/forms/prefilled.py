"""What a form shows of a fact that has a value already, as one cell holds it."""

from __future__ import annotations

from collections.abc import Mapping

from speechdraft.facts import FactSpec, Given, Layer, plain_value
from speechdraft.forms.rows import WRITTEN_OUT
from speechdraft.i18n import _
from speechdraft.ledger import Entry
from speechdraft.source import Plain
from speechdraft.splicing import entry_lines
from speechdraft.values import FactType

__all__ = ["cell_text", "filled_in", "part_at", "particulars_of", "value_to_show", "yes_no"]


def yes_no() -> tuple[str, str]:
    """Return what a form offers for yes and no."""
    return _("yes"), _("no")


def filled_in(entry: Entry) -> Given | None:
    """Return the value that a form shows as given: a default is none."""
    return None if entry.given is None or entry.given.layer is Layer.PACK else entry.given


def value_to_show(spec: FactSpec, given: Given) -> Plain:
    """Return a value as it was typed where it is one text, else in its parts."""
    if isinstance(given.typed, str) and spec.type not in {FactType.PERSON, FactType.LIST, FactType.RECORD}:
        return given.typed
    return plain_value(spec, given.value)


def particulars_of(given: Given | None) -> dict[str, str]:
    """Return where a value is from, of which day it is, whether it is confirmed, and its note, as a form shows them."""
    if given is None:
        return {}
    return {
        "source": given.source,
        "as_of": "" if given.as_of is None else given.as_of.isoformat(),
        "confirmed": "" if given.confirmed is None else yes_no()[0 if given.confirmed else 1],
        "note": given.note,
    }


def part_at(value: Plain, path: tuple[str, ...]) -> Plain:
    """Return the part of a value that a path leads to."""
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def cell_text(value: Plain) -> str:
    """Return a value as one cell holds it: a list of texts has a line for each."""
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case list() if all(isinstance(item, str) and "\n" not in item for item in value) and value[0] != WRITTEN_OUT:
            return "\n".join(str(item) for item in value)
        case _:
            return "\n".join(entry_lines(WRITTEN_OUT.removesuffix(":"), value))
