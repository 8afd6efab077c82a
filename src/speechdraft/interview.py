"""The interview: which question comes next, what an answer means, and the way back; no terminal in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from speechdraft.facts import Dictionary, FactSpec, item_spec
from speechdraft.facts_reading import read_value
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.source import Plain, Scalar, bad_character
from speechdraft.values import FactType

__all__ = ["Interview", "Question", "Way", "questions_of"]

Way: TypeAlias = tuple[str | int, ...]
"""The way from a fact to the part of it that a question asks for: field names and item numbers (from 0)."""

_PERSON_FIELDS = ("职务", "姓名")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: for a part of a fact, with what stands there now.

    ``number`` of ``total`` counts facts. ``new_item`` is the number (from 1) of the item that an answer would add to a
    list, which leaving the question ends; else 0; ``may_begin_empty`` says that it has parts behind this one.
    ``begins_item`` says that an item which is there is asked for from here on, so that it can be removed whole.
    """

    name: str
    path: Way
    spec: FactSpec
    current: str
    number: int
    total: int
    new_item: int = 0
    may_begin_empty: bool = False
    begins_item: bool = False

    @property
    def label(self) -> str:
        """Return how the question calls what it asks for: ``成绩 2 · 标题``."""
        text = self.name
        for step in self.path:
            text += f" {step + 1}" if isinstance(step, int) else f" · {step}"
        return text


class Interview:
    """Goes through facts question by question; every answer is saved before the next question is asked."""

    def __init__(  # noqa: PLR0913  (what is asked for, what is there, and where it goes)
        self,
        dictionary: Dictionary,
        names: Sequence[str],
        values: Mapping[str, Plain],
        save: Callable[[str, Plain, bool], Mapping[str, Plain] | None],
        start: Way = (),
        only: Mapping[str, Sequence[Way]] | None = None,
    ) -> None:
        """Ask for the facts ``names`` in order, the first from ``start`` on; ``values`` is what is given already.

        Of a fact that ``only`` names no more than these parts are asked for. ``save`` is called with a fact's name, its
        whole value (None where nothing is left of it), and whether a value that stood there is replaced. It returns
        None, or, where somebody else has changed the fact meanwhile, the values as they are now; then it saves nothing.
        """
        self._dictionary = dictionary
        self._names = list(names)
        self._values: dict[str, Plain] = dict(values)
        self._save = save
        self._only: dict[str, tuple[Way, ...]] = {name: tuple(parts) for name, parts in (only or {}).items()}
        self._fact = 0
        if start and self._names and start not in self._paths(0):
            self._only.pop(self._names[0], None)  # it was left elsewhere, on the way through all of the fact
        first = self._paths(0) if self._names else [()]
        self._path: Way = start if start in first else first[0]
        self.answered: set[str] = set()

    @property
    def question(self) -> Question | None:
        """Return the question that is to be asked now, or None at the end."""
        if self._fact >= len(self._names):
            return None
        name = self._names[self._fact]
        current = _at(self._values.get(name), self._path)
        item = self._item_to_add(name)
        return Question(
            name=name,
            path=self._path,
            spec=_spec_at(self._dictionary[name], self._path),
            current=current if isinstance(current, str) else "",
            number=self._fact + 1,
            total=len(self._names),
            new_item=int(item[-1]) + 1 if item else 0,
            may_begin_empty=self._next_part(name, item) is not None,
            begins_item=self._item_begun(name) is not None,
        )

    def answer(self, text: str) -> tuple[Problem, ...]:
        """Take an answer, save it and go on; or return why it is none, and stay."""
        problems = self.put(text)
        if not problems:
            self.skip()
        return problems

    def put(self, text: str) -> tuple[Problem, ...]:
        """Take an answer, save it and stay; or return why it is none."""
        question = self.question
        assert question is not None  # noqa: S101  (nobody answers when nothing was asked)
        problems = Problems()
        typed = _chosen(question.spec, text.strip())
        bad = bad_character(typed)
        if bad is not None:
            message = _("the character {name} cannot stand in a document").format(name=bad[1])
            problems.add(Problem(code="bad-character", message=message))
        else:
            node = Scalar(text=typed, given=True, place=Place())
            read_value(question.label, question.spec, node, problems)
        if problems.has_errors:
            return problems.all()
        name = question.name
        value = _with(self._values.get(name), self._path, typed)
        changed = self._saved(name, _without_empty_items(value), bool(question.current) and not self._path)
        if changed is not None:
            return (changed,)
        self._values[name] = value
        self.answered.add(name)
        return ()

    def _saved(self, name: str, value: Plain, replaces: bool) -> Problem | None:  # noqa: FBT001  (as it is passed on)
        """Save a fact's value; or return why not, with what stands there now taken over."""
        now = self._save(name, value, replaces)
        return None if now is None else self.adopt(name, now)

    def adopt(self, name: str, values: Mapping[str, Plain]) -> Problem:
        """Take over the values as somebody else has changed them; return the problem that says so of a fact."""
        self._values = dict(values)
        if self._path not in self._paths(self._fact):
            self._path = self._paths(self._fact)[0]
        return Problem(
            code="changed-meanwhile",
            message=_("“{name}” was changed in the facts file meanwhile; nothing was saved").format(name=name),
            hint=_("see what stands there now, and answer again or leave it"),
        )

    def remove(self) -> tuple[str, Plain]:
        """Remove the value that the question shows, or the item that it begins, save that, and stay.

        Return how what was removed is called, and what it was: None where there was nothing. Raises ProblemError
        (``changed-meanwhile``).
        """
        question = self.question
        assert question is not None  # noqa: S101  (nobody removes when nothing was asked)
        name = question.name
        item = self._item_begun(name)
        way = self._path if item is None else item
        old = _at(self._values.get(name), way)
        label = replace(question, path=way).label
        if old is None:
            return label, None
        index = self._paths(self._fact).index(self._path)
        left = _without_empty_items(_without(self._values[name], way))
        changed = self._saved(name, left, not self._path)
        if changed is not None:
            raise ProblemError([changed])
        if left is None:
            del self._values[name]
        else:
            self._values[name] = left
        if item is not None and name in self._only:
            self._only[name] = tuple(_moved_up(part, item) for part in self._only[name] if part[: len(item)] != item)
        paths = self._paths(self._fact)
        self._path = self._path if self._path in paths else paths[min(index, len(paths) - 1)]
        return label, old

    def skip(self) -> None:
        """Go on without an answer; what stands there stays."""
        paths = self._paths(self._fact)
        index = paths.index(self._path) + 1
        if index < len(paths):
            self._path = paths[index]
            return
        self._fact += 1
        if self._fact < len(self._names):
            self._path = self._paths(self._fact)[0]

    def pass_over(self) -> None:
        """Go on without an answer, and not out of a list: an item may begin with a part that is left empty."""
        name = self._names[self._fact]
        following = self._next_part(name, self._item_to_add(name))
        if following is None:
            self.skip()
        else:
            self._values[name] = _with(self._values.get(name), self._path, "")
            self._path = following

    def _next_part(self, name: str, item: Way) -> Way | None:
        """Return the way to what an item that is yet to be added has behind the part that is asked for."""
        paths = self._paths_of(name, _with(self._values.get(name), self._path, "")) if item else []
        following = paths[paths.index(self._path) + 1 :] if item else []
        return following[0] if following and following[0][: len(item)] == item else None

    def back(self) -> bool:
        """Go back to the question before; return whether there is one."""
        if self._fact >= len(self._names):
            self._fact = len(self._names)
        else:
            index = self._paths(self._fact).index(self._path)
            if index > 0:
                self._path = self._paths(self._fact)[index - 1]
                return True
        if self._fact == 0:
            return False
        self._fact -= 1
        self._path = self._paths(self._fact)[-1]
        return True

    def _paths(self, fact: int) -> list[Way]:
        name = self._names[fact]
        return self._paths_of(name, self._values.get(name))

    def _paths_of(self, name: str, value: Plain) -> list[Way]:
        """Return the ways to what is asked of a fact that has a value: to all of it, or to the parts asked for."""
        every = questions_of(self._dictionary[name], value)
        chosen = [way for way in every if any(way[: len(part)] == part for part in self._only.get(name, ()))]
        return chosen or every

    def _item_begun(self, name: str) -> Way | None:
        """Return the way to the item, if it is there, that the question is the first one for."""
        for end in range(len(self._path), 0, -1):
            way = self._path[:end]
            if isinstance(way[-1], int):
                first = questions_of(_spec_at(self._dictionary[name], way), None)[0]
                there = _at(self._values.get(name), way) is not None
                return way if there and self._path[end:] == first else None
        return None

    def _item_to_add(self, name: str) -> Way:
        """Return the way to the item that is not there yet and that the question's path begins, or an empty one."""
        value = self._values.get(name)
        for end, step in enumerate(self._path, start=1):
            if isinstance(step, int):
                items = value if isinstance(value, list) else []
                if step >= len(items):
                    return self._path[:end]
                value = items[step]
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        return ()


def questions_of(spec: FactSpec, value: Plain) -> list[Way]:
    """Return the ways to all that is asked of a fact: every field of every item, and the first of one item more."""
    match spec.type:
        case FactType.LIST:
            items = value if isinstance(value, list) else []
            inner = item_spec(spec)
            paths: list[Way] = [
                (index, *path) for index, item in enumerate(items) for path in questions_of(inner, item)
            ]
            return [*paths, (len(items), *questions_of(inner, None)[0])]
        case FactType.RECORD if spec.fields:
            return [
                (name, *path)
                for name, inner in spec.fields.items()
                for path in questions_of(inner, value.get(name) if isinstance(value, Mapping) else None)
            ]
        case FactType.PERSON:
            return [(name,) for name in _PERSON_FIELDS]
        case _:
            return [()]


def _spec_at(spec: FactSpec, path: Way) -> FactSpec:
    for step in path:
        if isinstance(step, int):
            spec = item_spec(spec)
        elif spec.type is FactType.PERSON:
            spec = FactSpec(type=FactType.TEXT)
        else:
            spec = spec.fields[step]
    return spec


def _at(value: Plain, path: Way) -> Plain:
    for step in path:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _with(value: Plain, path: Way, new: str) -> Plain:
    """Return a value in which the part that a path leads to is new."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, list) else []
        items += [None] * (step + 1 - len(items))
        items[step] = _with(items[step], rest, new)
        return items
    fields: dict[str, Plain] = dict(value) if isinstance(value, Mapping) else {}
    fields[step] = _with(fields.get(step), rest, new)
    return fields


def _without(value: Plain, path: Way) -> Plain:
    """Return a value without an item of a list, or with a part of it empty."""
    if not path:
        return None
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(step, int):
        return [*value[:step], *([_without(value[step], rest)] if rest else []), *value[step + 1 :]]
    assert isinstance(value, dict)  # noqa: S101  (the way leads to something)
    assert isinstance(step, str)  # noqa: S101
    return {**value, step: _without(value[step], rest)}


def _without_empty_items(value: Plain) -> Plain:
    """Return a value without items in which nothing stands; None where nothing is left of it at all."""
    match value:
        case list():
            return [item for item in map(_without_empty_items, value) if item is not None] or None
        case dict():
            parts = {name: _without_empty_items(part) for name, part in value.items()}
            return parts if any(part is not None for part in parts.values()) else None
        case _:
            return value or None


def _moved_up(way: Way, removed: Way) -> Way:
    """Return the way to the same part of a list after an item before it was removed."""
    *before, number = removed
    step = way[len(before)] if len(way) > len(before) else None
    if way[: len(before)] != tuple(before) or not isinstance(step, int) or not isinstance(number, int) or step < number:
        return way
    return (*before, step - 1, *way[len(removed) :])


def _chosen(spec: FactSpec, text: str) -> str:
    """Return the choice that a number stands for, unless the number is itself a choice."""
    if spec.type is FactType.CHOICE and text not in spec.choices and text.isdecimal():
        number = int(text)
        if 1 <= number <= len(spec.choices):
            return spec.choices[number - 1]
    return text
