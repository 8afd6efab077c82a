"""Outline + facts + templates → draft + problems. Knows no file format."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from speechdraft.draft import (
    ON_ONE_LINE,
    Draft,
    FactText,
    Gap,
    Heading,
    Inline,
    Origin,
    Paragraph,
    Section,
    Strong,
    Text,
    leaves,
    plain,
)
from speechdraft.i18n import _
from speechdraft.ink import Fact, Ink, MissingFact, NeededFactMissingError, inlines_of
from speechdraft.needs import needs_of
from speechdraft.numbering import MOST, enumerator
from speechdraft.outline import Form, SectionSpec, section_number
from speechdraft.problems import Place, Problem, ProblemError, Problems, Severity
from speechdraft.speech import FactValues, Speech
from speechdraft.templating import Scope
from speechdraft.values import Day

__all__ = ["Composition", "compose"]

_OF_A_SECTION = ("count", "parts", "number", "index", "item")
"""What a section's texts may read besides facts and parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """A draft, and what is worth a look in it."""

    draft: Draft
    problems: tuple[Problem, ...]
    left_out: tuple[str, ...]
    """Places of the optional sections that were left out for want of a fact."""


@dataclass(frozen=True, slots=True)
class _SectionScope:
    """What names mean in one section: its own, its parameters, those of the sections above, then the facts."""

    above: Scope
    own: Mapping[str, object]

    @property
    def ink(self) -> Ink:
        return self.above.ink

    def look_up(self, name: str) -> object | None:
        value = self.own.get(name)
        return self.above.look_up(name) if value is None else value


@dataclass(slots=True)
class _Standing:
    """A section that is really there, before it is numbered and written."""

    path: tuple[int, ...]
    spec: SectionSpec
    scope: Scope
    children: list[_Standing] = field(default_factory=list)
    number: str = ""

    @property
    def numbered_children(self) -> int:
        """How many children ``count`` counts: those with a heading, or all where none has one."""
        return sum(1 for child in self.children if child.spec.heading) or len(self.children)


def compose(speech: Speech) -> Composition:
    """Return the draft that an outline, its templates and the facts make.

    Raises ProblemError with everything that makes it impossible: templates that do not exist or do not run, names that
    nobody knows. What is only worth a look is in the composition.
    """
    problems = Problems()
    speech.templates.begin()
    for needs in needs_of(speech):
        problems.extend(needs.problems)
    problems.raise_errors()
    composer = _Composer(speech, problems)
    draft = composer.draft()
    problems.raise_errors()
    return Composition(draft=draft, problems=problems.all(), left_out=tuple(composer.left_out))


class _Composer:
    """Expands the outline's tree to the sections that are there, numbers them, and writes each."""

    def __init__(self, speech: Speech, problems: Problems) -> None:
        self._speech = speech
        self._outline = speech.outline.outline
        self._problems = problems
        self._ink = Ink()
        self._facts = FactValues(speech, self._ink)
        self.left_out: list[str] = []

    def draft(self) -> Draft:
        top = _Standing((), SectionSpec(sections=self._outline.sections), self._facts)
        top.children = self._expand(self._outline.sections, (), self._facts)
        parts = sum(1 for child in top.children if child.spec.heading)
        self._number(top, self._outline.numbering[0], 1)
        sections = self._sections(top, 1, Origin(section=""), parts)
        front = self._outline.speech
        return Draft(
            outline=self._outline.id,
            title=self._front(front.title, "title", keep_breaks=True),
            speaker=self._front(front.speaker, "speaker"),
            date=self._front(front.date, "date"),
            salutation=self._front(front.salutation, "salutation"),
            sections=sections,
            pack=self._speech.pack,
            digest=self._digest(),
            created=self._created(),
            pace=self._outline.pace,
            minutes=self._outline.minutes,
        )

    # Which sections are there.

    def _expand(self, specs: Iterable[SectionSpec], path: tuple[int, ...], scope: Scope) -> list[_Standing]:
        found: list[_Standing] = []
        for index, spec in enumerate(specs):
            here = (*path, index)
            try:
                for inner in self._instances(spec, here, scope):
                    self._speech.templates.take_section(self._speech.outline.place(here))
                    standing = _Standing(here, spec, inner)
                    standing.children = self._expand(spec.sections, here, inner)
                    if spec.optional and self._lacks_a_fact(standing):
                        self.left_out.append(section_number(here))
                        continue
                    found.append(standing)
            except ProblemError as error:
                self._problems.extend(error.problems)
        return found

    def _instances(self, spec: SectionSpec, path: tuple[int, ...], scope: Scope) -> Iterable[Scope]:
        if spec.when and not self._stands(spec.when, path, scope):
            return
        if not spec.each:
            yield self._with_parameters(spec, path, scope)
            return
        place = self._speech.outline.place(path, "each")
        value = self._speech.templates.evaluate(spec.each, scope, place)
        if isinstance(value, MissingFact) and value.spec.optional:
            self.left_out.append(section_number(path))
            return
        for index, item in enumerate(self._speech.templates.items(value, place), start=1):
            yield self._with_parameters(spec, path, _SectionScope(scope, {"item": item, "index": index}))

    def _stands(self, condition: str, path: tuple[int, ...], scope: Scope) -> bool:
        """Return whether a section's condition holds; one that a missing fact leaves open keeps the section."""
        place = self._speech.outline.place(path, "when")
        value = self._speech.templates.evaluate(condition, scope, place)
        if isinstance(value, MissingFact):
            if value.spec.optional:
                return False
            self._problems.add(
                Problem(
                    code="undecided",
                    message=_("whether this section stands depends on “{name}”, which is missing; it is kept").format(
                        name=_(", ").join(value.needs)
                    ),
                    place=place,
                    severity=Severity.WARNING,
                )
            )
            return True
        return bool(value)

    def _with_parameters(self, spec: SectionSpec, path: tuple[int, ...], scope: Scope) -> Scope:
        if not spec.with_:
            return scope
        place = self._speech.outline.place(path, "with")
        return _SectionScope(scope, {name: self._parameter(value, place, scope) for name, value in spec.with_.items()})

    def _parameter(self, value: object, place: Place, scope: Scope) -> object:
        """Return a parameter: a text is a Jinja text, one that is a single expression passes its value on."""
        match value:
            case str():
                expression = self._speech.templates.single_expression(value)
                if expression is not None:
                    return self._speech.templates.evaluate(expression, scope, place)
                if "{" not in value:
                    return value
                return "".join(self._speech.templates.render_text(value, scope, place))
            case list():
                return tuple(self._parameter(item, place, scope) for item in value)
            case Mapping():
                return {key: self._parameter(item, place, scope) for key, item in value.items()}
            case _:
                return value

    def _lacks_a_fact(self, standing: _Standing) -> bool:
        """Return whether a required fact is missing that the section's own heading or text prints."""
        printed = len(self._ink.printed)
        self._ink.on_trial = True
        try:
            scope = _SectionScope(standing.scope, {"count": 1, "parts": 1, "number": ""})
            self._heading_inlines(standing, scope)
            self._written(standing, scope)
        except NeededFactMissingError:
            return True
        finally:
            self._ink.on_trial = False
            self._ink.bare_optional.clear()
            del self._ink.printed[printed:]
        return False

    # Numbers.

    def _number(self, parent: _Standing, form: Form, depth: int) -> None:
        numbered = [child for child in parent.children if child.spec.heading]
        if len(numbered) > MOST and form != "none":
            place = self._speech.outline.place(numbered[MOST].path)
            message = _("more than {most} numbered sections stand side by side").format(most=MOST)
            raise ProblemError([Problem(code="too-many-sections", message=message, place=place)])
        for index, child in enumerate(numbered, start=1):
            child.number = enumerator(form, index, len(numbered))
        forms = self._outline.numbering
        by_depth = forms[min(depth, len(forms) - 1)]
        for child in parent.children:
            self._number(child, child.spec.numbered or by_depth, depth + 1)

    # Writing.

    def _sections(self, parent: _Standing, level: int, above: Origin, parts: int) -> tuple[Section, ...]:
        keys: dict[str, int] = {}
        sections: list[Section] = []
        for index, child in enumerate(parent.children, start=1):
            key = f"{above.key}/{child.spec.template or child.spec.heading or child.spec.text}"
            keys[key] = keys.get(key, 0) + 1
            origin = Origin(
                section=f"{above.section}.{index}" if above.section else str(index),
                template=child.spec.template,
                outline_place=section_number(child.path),
                key=key if keys[key] == 1 else f"{key}#{keys[key]}",
            )
            sections.append(self._section(child, level, origin, parts))
        return tuple(sections)

    def _section(self, standing: _Standing, level: int, origin: Origin, parts: int) -> Section:
        spec = standing.spec
        own = {"count": standing.numbered_children, "parts": parts, "number": standing.number}
        scope = _SectionScope(standing.scope, own)
        heading = None
        paragraphs: tuple[Paragraph, ...] = ()
        try:
            if spec.heading:
                heading = Heading(
                    level=level,
                    number=standing.number,
                    inlines=self._heading_inlines(standing, scope),
                    run_in=spec.run_in,
                    origin=origin,
                )
            paragraphs = tuple(Paragraph(inlines=line, origin=origin) for line in self._written(standing, scope))
        except ProblemError as error:
            self._problems.extend(error.problems)
        children = self._sections(standing, level + 1, origin, parts)
        section = Section(
            origin=origin, heading=heading, paragraphs=paragraphs, sections=children, minutes=spec.minutes
        )
        return _run_on(section) if spec.inline else section

    def _heading_inlines(self, standing: _Standing, scope: Scope) -> tuple[Inline, ...]:
        if not standing.spec.heading:
            return ()
        place = self._speech.outline.place(standing.path, "heading")
        lines = self._speech.templates.render_text(standing.spec.heading, scope, place)
        return _on_one_line(inlines_of("".join(lines), self._ink.printed))

    def _written(self, standing: _Standing, scope: Scope) -> list[tuple[Inline, ...]]:
        spec = standing.spec
        lines: list[str] = []
        if spec.template is not None and not spec.text:
            place = self._speech.outline.place(standing.path, "template")
            lines = self._speech.templates.render(spec.template, scope, place)
        elif spec.text:
            lines = self._speech.templates.render_text(
                spec.text, scope, self._speech.outline.place(standing.path, "text")
            )
        if self._ink.bare_optional and not self._ink.on_trial:
            names = _(", ").join(dict.fromkeys(self._ink.bare_optional))
            self._ink.bare_optional.clear()
            self._problems.add(
                Problem(
                    code="optional-outside-clause",
                    message=_("the optional fact “{name}” is printed outside a clause; it leaves a gap").format(
                        name=names
                    ),
                    place=self._speech.outline.place(standing.path, "template" if spec.template else "text"),
                    severity=Severity.WARNING,
                )
            )
        return [paragraph for line in lines for paragraph in _at_line_feeds(inlines_of(line, self._ink.printed))]

    def _front(self, text: str, key: str, *, keep_breaks: bool = False) -> tuple[Inline, ...]:
        if not text.strip():
            return ()
        parts = 0
        scope = _SectionScope(self._facts, {"parts": parts, "count": parts})
        try:
            lines = self._speech.templates.render_text(text, scope, self._speech.outline.speech_place(key))
        except ProblemError as error:
            self._problems.extend(error.problems)
            return ()
        return inlines_of(("\n" if keep_breaks else "").join(lines), self._ink.printed)

    def _created(self) -> str:
        """Return the speech's day, or an empty text: the first fact of its date line that is a date."""
        for inline in self._front(self._outline.speech.date, "date"):
            if isinstance(inline, FactText):
                given = self._facts.look_up(inline.fact)
                if isinstance(given, Fact) and isinstance(given.value, Day):
                    day = given.value
                    return datetime.date(day.year, day.month, day.day or 1).isoformat()
        return ""

    def _digest(self) -> str:
        """Return the SHA-256 of what the draft was made from: outline, templates, values."""
        values = {name: given.typed for name, given in self._speech.given.items()}
        told = json.dumps(
            [self._speech.outline.text, self._speech.templates.sources(), values], ensure_ascii=False, sort_keys=True
        )
        return hashlib.sha256(told.encode()).hexdigest()


def _at_line_feeds(inlines: tuple[Inline, ...]) -> list[tuple[Inline, ...]]:
    """Return the paragraphs of a line: a long text that has several is written as several."""
    if not any("\n" in inline.text for inline in leaves(inlines)):
        return [inlines]
    paragraphs: list[list[Inline]] = [[]]
    for inline in inlines:
        strong = isinstance(inline, Strong)
        for leaf in leaves((inline,)):
            first, *others = _parts(leaf)
            paragraphs[-1].append(Strong(inlines=(first,)) if strong else first)
            paragraphs += [[Strong(inlines=(part,)) if strong else part] for part in others]
    return [tuple(paragraph) for paragraph in paragraphs if plain(tuple(paragraph)).strip()]


def _parts(leaf: Text | FactText | Gap) -> list[Text | FactText | Gap]:
    if isinstance(leaf, Gap):
        return [leaf]
    texts = leaf.text.split("\n")
    if isinstance(leaf, Text) or len(texts) == 1:
        return [replace(leaf, text=text) for text in texts]
    return [replace(leaf, text=text, form=f"{index}/{len(texts)}") for index, text in enumerate(texts, start=1)]


def _on_one_line(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Return a heading's inlines without the line feeds that a fact may hold."""
    return tuple(
        Strong(inlines=tuple(_leaf_on_one_line(leaf) for leaf in inline.inlines))
        if isinstance(inline, Strong)
        else _leaf_on_one_line(inline)
        for inline in inlines
    )


def _leaf_on_one_line(leaf: Text | FactText | Gap) -> Text | FactText | Gap:
    if isinstance(leaf, Gap) or "\n" not in leaf.text:
        return leaf
    text = leaf.text.replace("\n", "")
    return replace(leaf, text=text) if isinstance(leaf, Text) else replace(leaf, text=text, form=ON_ONE_LINE)


def _run_on(section: Section) -> Section:
    """Return the section with its children written on inside its last paragraph."""
    if not section.sections:
        return section
    words: list[Inline] = []
    for child in (_run_on(child) for child in section.sections):
        if child.heading is not None:
            lead: list[Text | FactText | Gap] = [Text(text=child.heading.number)] if child.heading.number else []
            lead += leaves(child.heading.inlines)
            if child.heading.stop:
                lead.append(Text(text=child.heading.stop))
            words.append(Strong(inlines=tuple(lead)))
        for paragraph in child.paragraphs:
            words += paragraph.inlines
    before = section.paragraphs[:-1]
    last = section.paragraphs[-1].inlines if section.paragraphs else ()
    joined = Paragraph(inlines=(*last, *words), origin=section.origin)
    return replace(section, paragraphs=(*before, joined), sections=())
