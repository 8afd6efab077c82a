"""The interview: which question comes next, what an answer means, and the way back; no terminal in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from speechdraft.facts import Dictionary, FactSpec, item_spec, read_value
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Problems
from speechdraft.source import Plain, Scalar, bad_character
from speechdraft.values import FactType

__all__ = ["Interview", "Question", "Way", "questions_of"]

Way: TypeAlias = tuple[str | int, ...]
"""The way from a fact to the part of it that a question asks for: field names and item numbers (from 0)."""

_PERSON_FIELDS = ("职务", "姓名")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question: for a part of a fact, with what stands there now.

    ``number`` of ``total`` counts facts; ``is_new_item`` is true where leaving the question ends a list.
    """

    name: str
    path: Way
    spec: FactSpec
    current: str
    number: int
    total: int
    is_new_item: bool

    @property
    def label(self) -> str:
        """Return how the question calls what it asks for: ``成绩 2 · 标题``."""
        text = self.name
        for step in self.path:
            text += f" {step + 1}" if isinstance(step, int) else f" · {step}"
        return text


class Interview:
    """Goes through facts question by question; every answer is saved before the next question is asked."""

    def __init__(
        self,
        dictionary: Dictionary,
        names: Sequence[str],
        values: Mapping[str, Plain],
        save: Callable[[str, Plain, bool], None],
        start: Way = (),
    ) -> None:
        """Ask for the facts ``names`` in order, the first from ``start`` on; ``values`` is what is given already.

        ``save`` is called with a fact's name, its whole value, and whether a value that stood there is replaced.
        """
        self._dictionary = dictionary
        self._names = list(names)
        self._values: dict[str, Plain] = dict(values)
        self._save = save
        self._fact = 0
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
        return Question(
            name=name,
            path=self._path,
            spec=_spec_at(self._dictionary[name], self._path),
            current=current if isinstance(current, str) else "",
            number=self._fact + 1,
            total=len(self._names),
            is_new_item=self._is_new_item(name),
        )

    def answer(self, text: str) -> tuple[Problem, ...]:
        """Take an answer, save it and go on; or return why it is none, and stay."""
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
        self._values[name] = _with(self._values.get(name), self._path, typed)
        self._save(name, self._values[name], bool(question.current) and not self._path)
        self.answered.add(name)
        self.skip()
        return ()

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
        return questions_of(self._dictionary[name], self._values.get(name))

    def _is_new_item(self, name: str) -> bool:
        """Return whether the question's path begins an item that is not there yet."""
        value = self._values.get(name)
        for step in self._path:
            if isinstance(step, int):
                items = value if isinstance(value, list) else []
                if step >= len(items):
                    return True
                value = items[step]
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        return False


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


def _chosen(spec: FactSpec, text: str) -> str:
    """Return the choice that a number stands for, unless the number is itself a choice."""
    if spec.type is FactType.CHOICE and text not in spec.choices and text.isdecimal():
        number = int(text)
        if 1 <= number <= len(spec.choices):
            return spec.choices[number - 1]
    return text
