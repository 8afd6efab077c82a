"""What a form that came back gives, before it is read as facts."""

from __future__ import annotations

from dataclasses import dataclass

from speechdraft.givers import Giver
from speechdraft.source import Node

__all__ = ["FormPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """One person's part of a form: a file, or a sheet of one.

    ``outline`` is the outline that it was written for (or is empty), ``node`` what a facts file would hold, each value
    with its place.
    """

    giver: Giver
    outline: str
    node: Node | None
