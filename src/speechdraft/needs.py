"""What an outline needs, section by section, found from its templates and texts without writing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from speechdraft.i18n import _
from speechdraft.outline import SectionSpec, section_number
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity, did_you_mean
from speechdraft.speech import Speech, formula_place
from speechdraft.templating import Mention

__all__ = ["Needs", "needs_of"]

_MOST_GUESSES = 20
"""For so many unknown names of a section the nearest known ones are looked for; a hostile template has thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What one section reads: facts, and of each the fields; an empty one stands for the fact as a whole."""

    section: str
    place: Place
    facts: tuple[str, ...]
    parts: Mapping[str, frozenset[str]]
    problems: tuple[Problem, ...]


def needs_of(speech: Speech) -> list[Needs]:
    """Return what each section reads, in order, front matter first, and what is wrong with the names that it reads."""
    outline = speech.outline
    found = [_front_needs(speech)]
    inherited: dict[tuple[int, ...], frozenset[str]] = {(): frozenset()}
    for path, spec in outline.outline.walk():
        known = inherited[path[:-1]] | set(spec.with_) | ({"item", "index"} if spec.each else set())
        inherited[path] = frozenset(known)
        found.append(_section_needs(speech, path, spec, inherited[path[:-1]], frozenset(known)))
    return found


def _front_needs(speech: Speech) -> Needs:
    collected = _Collected(speech)
    for key, text in speech.outline.outline.speech:
        collected.text(text, speech.outline.speech_place(key), frozenset({"parts", "count"}))
    return collected.needs("", speech.outline.speech_place("title"))


def _section_needs(
    speech: Speech, path: tuple[int, ...], spec: SectionSpec, above: frozenset[str], known: frozenset[str]
) -> Needs:
    collected = _Collected(speech)
    place = speech.outline.place
    if spec.when:
        collected.expression(spec.when, place(path, "when"), above)
    if spec.each:
        collected.expression(spec.each, place(path, "each"), above)
    for value in _texts_in(spec.with_):
        around = above | ({"item", "index"} if spec.each else frozenset())
        expression = speech.templates.single_expression(value)
        if expression is not None:  # passed on as it is, not printed here
            collected.expression(expression, place(path, "with"), around)
        elif "{" in value:
            collected.text(value, place(path, "with"), around)
    own = known | {"count", "parts", "number"}
    if spec.heading:
        collected.text(spec.heading, place(path, "heading"), own)
    if spec.text:
        collected.text(spec.text, place(path, "text"), own)
    elif spec.template is not None:
        collected.template(spec.template, place(path, "template"), own)
    return collected.needs(section_number(path), place(path))


def _texts_in(value: object) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _texts_in(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _texts_in(inner)


class _Collected:
    """The facts that some texts read, and the problems of their names."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech
        self._facts: dict[str, set[str]] = {}
        self._problems = Problems()
        self._unknown_names = 0

    def needs(self, section: str, place: Place) -> Needs:
        parts = {name: frozenset(read) for name, read in self._facts.items()}
        return Needs(section=section, place=place, facts=tuple(self._facts), parts=parts, problems=self._problems.all())

    def text(self, text: str, place: Place, known: frozenset[str]) -> None:
        self._take(lambda: self._speech.templates.usage_of_text(text, place).mentions, known)

    def expression(self, text: str, place: Place, known: frozenset[str]) -> None:
        self._take(lambda: self._speech.templates.usage_of_expression(text, place).mentions, known)

    def template(self, name: str, place: Place, known: frozenset[str]) -> None:
        self._take(lambda: self._speech.templates.usage(name, place).mentions, known)

    def _take(self, read: Callable[[], Iterable[Mention]], known: frozenset[str]) -> None:
        try:
            mentions = read()
        except ProblemError as error:
            self._problems.extend(error.problems)
            return
        for mention in mentions:
            if mention.name in known:
                continue
            spec = self._speech.dictionary.get(mention.name)
            if spec is not None:
                if spec.formula and mention.name not in self._facts:
                    self._check_formula(mention.name, spec.formula)
                self._facts.setdefault(mention.name, set()).add(mention.part)
                if spec.optional and mention.printed and not mention.guarded:
                    self._problems.add(_bare(mention.name, mention.file, mention.line))
            elif not mention.tentative:
                self._problems.add(self._unknown(mention.name, mention.file, mention.line, known))

    def _check_formula(self, name: str, formula: str) -> None:
        place = formula_place(name)
        try:
            mentions = self._speech.templates.usage_of_expression(formula, place).mentions
        except ProblemError as error:
            self._problems.extend(error.problems)
            return
        for mention in mentions:
            if mention.name not in self._speech.dictionary:
                message = _("no fact “{name}”").format(name=mention.name)
                hint = did_you_mean(mention.name, self._speech.dictionary)
                self._problems.add(Problem(code="unknown-fact", message=message, place=place, hint=hint))

    def _unknown(self, name: str, file: str, line: int, known: frozenset[str]) -> Problem:
        self._unknown_names += 1
        near = self._unknown_names <= _MOST_GUESSES
        hint = did_you_mean(name, [*self._speech.dictionary, *known]) if near else ""
        if not hint:
            hint = _("declare it in templates/facts.yaml, under “facts:” of the outline, or pass it by “with:”")
        return Problem(
            code="unknown-fact",
            message=_("no fact or parameter “{name}”").format(name=name),
            place=Place(file=file, line=line),
            hint=hint,
        )


def _bare(name: str, file: str, line: int) -> Problem:
    return Problem(
        code="optional-outside-clause",
        message=_("the optional fact “{name}” is printed outside a clause").format(name=name),
        place=Place(file=file, line=line),
        hint=_("put the words that need it between {% clause %} and {% endclause %}"),
        severity=Severity.WARNING,
    )
