"""What a form that came back gives, before it is read as facts."""

from __future__ import annotations

from dataclasses import dataclass

from speechdraft.source import Node

__all__ = ["FormPart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPart:
    """One person's part of a form: a file, or a sheet of one.

    ``who`` names it in reports, ``outline`` the outline that it was written for (or is empty), ``node`` is what a facts
    file would hold, each value with its place.
    """

    who: str
    outline: str
    node: Node | None
