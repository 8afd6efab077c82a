"""What a form that came back gives, before it is read as facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from speechdraft.facts import PARTICULARS
from speechdraft.givers import Giver
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Severity, beginning
from speechdraft.source import Node, Scalar

__all__ = ["FormPart", "without_value"]

_LONGEST = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """One person's part of a form: a file, or a sheet of one.

    ``outline`` is the outline that it was written for (or is empty), ``node`` what a facts file would hold, each value
    with its place.
    """

    giver: Giver
    outline: str
    node: Node | None


def without_value(name: str, particulars: Mapping[str, Node], place: Place) -> Iterator[Problem]:
    """Return the warning that somebody gave particulars of a fact (``source``, ``as_of`` …), but no value of it."""
    given = [
        f"{key}: {node.text}"
        for key, node in particulars.items()
        if key in PARTICULARS and isinstance(node, Scalar) and node.given
    ]
    told = _(", ").join(given)
    if told:
        yield Problem(
            code="no-value",
            message=_("“{name}” has no value, but: {told}").format(name=name, told=beginning(told, _LONGEST)),
            place=place,
            hint=_("it was not merged; nothing else was lost"),
            severity=Severity.WARNING,
        )
