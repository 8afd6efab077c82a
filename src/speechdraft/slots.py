"""Paths into facts, such as ``成绩[2].标题``: where they lead, and values put where one leads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from speechdraft.source import Plain

__all__ = ["list_indices", "name_of", "put", "steps_of"]

Steps: TypeAlias = tuple[int | str, ...]
"""The steps from a fact into it: items by number, from 0, and fields by name."""

_STEP = re.compile(r"\[(\d+)\]|\.([^.\[\]]+)")
_PERSON_KEYS = {"职务": "post", "姓名": "name", "post": "职务", "name": "姓名"}
"""The other name that a person's field may have in a facts file."""


def name_of(path: str) -> str:
    """Return the name of the fact that a path begins with."""
    return re.split(r"[\[.]", path, maxsplit=1)[0]


def steps_of(path: str) -> Steps:
    """Return the steps of a path into its fact: 成绩[2].标题 is item 1, field 标题."""
    rest = path[len(name_of(path)) :]
    return tuple(int(found[1]) - 1 if found[1] else found[2] for found in _STEP.finditer(rest))


def list_indices(paths: Iterable[str]) -> dict[str, frozenset[int]]:
    """Return, for each list on the way of some paths, the numbers of the items that they lead through, from 1."""
    indices: dict[str, set[int]] = {}
    for path in paths:
        for found in _STEP.finditer(path):
            if found[1]:
                indices.setdefault(path[: found.start()], set()).add(int(found[1]))
    return {path: frozenset(numbers) for path, numbers in indices.items()}


def put(whole: Plain, steps: Steps, value: Plain) -> Plain:
    """Return a value as somebody typed it with a part of it replaced; what is not there yet is begun.

    An item that is there without a value, as in a form, is none: the next one takes its place.
    """
    if not steps:
        return value
    step, *rest = steps
    if isinstance(step, int):
        items = list(whole) if isinstance(whole, list) else []
        place = _place_of(step, items)
        items += [None] * (place + 1 - len(items))
        items[place] = put(items[place], tuple(rest), value)
        return items
    fields = dict(whole) if isinstance(whole, dict) else {}
    key = _PERSON_KEYS.get(step, step) if step not in fields and _PERSON_KEYS.get(step) in fields else step
    fields[key] = put(fields.get(key), tuple(rest), value)
    return fields


def _place_of(number: int, items: list[Plain]) -> int:
    """Return where in a list as it was typed its item of a number stands, or would stand."""
    given = [place for place, item in enumerate(items) if _is_given(item)]
    if number < len(given):
        return given[number]
    return (given[-1] + 1 if given else 0) + number - len(given)


def _is_given(plain: Plain) -> bool:
    match plain:
        case None:
            return False
        case str():
            return bool(plain.strip())
        case list():
            return any(map(_is_given, plain))
        case Mapping():
            return any(map(_is_given, plain.values()))
