"""How a workbook's rows say which fact they hold: the keys in its hidden first column, the same to writer and reader.

A key stands in the row itself, so it goes with the row when rows are inserted, sorted or copied to another workbook;
defined names and addresses on another sheet would not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from speechdraft.facts import FactSpec, item_spec
from speechdraft.values import FactType

__all__ = ["CAPTION", "MARKER", "ROLES", "WHOLE", "WRITTEN_OUT", "Leaf", "item_leaves", "leaves", "spec_at"]

MARKER = "speechdraft-form:"
"""What the first key of a sheet begins with; the outline's name follows. The row names the columns' roles."""
CAPTION = "#"
"""The key of a row that holds no fact."""
ROLES = ("name", "value", "about", "source", "as_of", "confirmed", "note")
"""What the columns behind the keys are for."""
WHOLE = "="
"""What stands for an item's path above a table's column, where an item is one text."""
WRITTEN_OUT = "value:"
"""The first line of a cell that holds a value as YAML, because neither one text nor a line an item can say it."""
_PERSON_FIELDS = ("职务", "姓名")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part of a fact that has a cell of its own; ``path`` is empty for a fact that is one cell."""

    path: tuple[str, ...]
    spec: FactSpec

    @property
    def key(self) -> str:
        """Return the path as it stands in a key."""
        return ".".join(self.path)


def leaves(spec: FactSpec) -> list[Leaf]:
    """Return the cells of a fact (not a list): a record has one for each field, a person for post and name."""
    return list(_leaves(spec, ()))


def item_leaves(spec: FactSpec) -> list[Leaf]:
    """Return the columns of a list's table."""
    return leaves(item_spec(spec))


def _leaves(spec: FactSpec, path: tuple[str, ...]) -> Iterator[Leaf]:
    if spec.type is FactType.RECORD and spec.fields:
        for name, inner in spec.fields.items():
            yield from _leaves(inner, (*path, name))
    elif spec.type is FactType.PERSON:
        for name in _PERSON_FIELDS:
            yield Leaf(path=(*path, name), spec=FactSpec(type=FactType.TEXT))
    else:
        yield Leaf(path=path, spec=spec)


def spec_at(spec: FactSpec, path: tuple[str, ...]) -> FactSpec | None:
    """Return what the part is that a path leads to, or None where it leads nowhere."""
    for leaf in leaves(spec):
        if leaf.path == path:
            return leaf.spec
    return None
