"""The templates of one draft: checked, rendered and analysed, within one budget for each composition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from jinja2 import Template, Undefined, nodes
from jinja2.exceptions import TemplateNotFound

from speechdraft.i18n import _
from speechdraft.ink import length_of
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.templating.budget import Budget
from speechdraft.templating.environment import SCOPE, Load, Resolve, Sandbox, Scope
from speechdraft.templating.filters import items_of
from speechdraft.templating.grammar import too_deep
from speechdraft.templating.placing import Placing, unknown_template
from speechdraft.templating.reading import Mention, Usage, mentions_in

__all__ = ["Templates"]

_OTHERS = (nodes.Include, nodes.Import, nodes.FromImport)
"""The statements that name another template."""
_MOST_INCLUDED = 100
"""How many templates may include each other in a row."""


class Templates:
    """The templates of one draft: checks, renders and analyses them, within one budget for each composition."""

    def __init__(self, load: Load, names: Callable[[], Iterable[str]], resolve: Resolve | None = None) -> None:
        """``load`` gives a template by its full name; ``names`` all names there are, for hints.

        ``resolve`` gives the full name of what an outline or a template means by a name; without it, names are full.
        """
        self._found = load
        self._read: dict[str, tuple[str, str] | None] = {}
        self._sandbox = Sandbox(self._load, resolve if resolve is not None else lambda name, _asked_by: name)
        self._names = names
        self._texts: dict[tuple[str, bool], tuple[nodes.Template, Template]] = {}
        self._usage: dict[str, tuple[Mention, ...]] = {}
        self._acyclic: set[str] = set()

    def begin(self) -> None:
        """Begin a composition, which has a budget of its own; what was read before is not read again."""
        self._sandbox.budget = Budget()

    def render(self, name: str, scope: Scope, place: Place) -> list[str]:
        """Return the lines that a template prints, with marks for facts. ``place`` is where the outline names it."""
        with self._placing(place):
            return self._lines(self._sandbox.template(self._checked(name, None, place)), scope)

    def render_text(self, text: str, scope: Scope, place: Place) -> list[str]:
        """Return the lines that a text of an outline prints."""
        with self._placing(place):
            return self._lines(self._text(text)[1], scope)

    def evaluate(self, expression: str, scope: Scope, place: Place) -> object:
        """Return the value of an expression: a fact, a missing fact, a number, a text, a list, true or false."""
        with self._placing(place):
            template = self._text(expression, is_expression=True)[1]
            context = template.new_context({SCOPE: scope})
            with self._running(scope):
                for _chunk in template.root_render_func(context):
                    pass
            value = context.vars["result"]
            if isinstance(value, Undefined):
                value._fail_with_undefined_error()
            return value

    def single_expression(self, text: str) -> str | None:
        """Return the expression of a text that is one ``{{ … }}`` and nothing else, or None."""
        inner = text.strip()
        if inner.startswith("{{") and inner.endswith("}}") and "{{" not in inner[2:] and "{%" not in inner:
            return inner[2:-2].strip()
        return None

    def items(self, value: object, place: Place) -> tuple[object, ...]:
        """Return a list's items. Raises ProblemError for what is no list."""
        with self._placing(place):
            return items_of(value)

    def take_section(self, place: Place) -> None:
        """Charge a section that stands in the speech. Raises ProblemError where there are too many."""
        with self._placing(place):
            self._sandbox.budget.take_section()

    def usage(self, name: str, place: Place) -> Usage:
        """Return what a template reads, with the templates that it includes."""
        with self._placing(place):
            return Usage(mentions=self._mentions(self._checked(name, None, place)))

    def usage_of_text(self, text: str, place: Place) -> Usage:
        """Return what a text of an outline reads."""
        with self._placing(place):
            tree = self._text(text)[0]
            mentions = [*mentions_in(tree, place.file, place.line or 1)]
            for include in tree.find_all(_OTHERS):
                here = replace(place, line=(place.line or 1) + include.lineno - 1)
                target = self._checked(_target(include), None, here)
                if isinstance(include, nodes.Include):
                    mentions += self._mentions(target)
            return Usage(mentions=tuple(mentions))

    def usage_of_expression(self, expression: str, place: Place) -> Usage:
        """Return what an expression reads."""
        with self._placing(place):
            tree = self._text(expression, is_expression=True)[0]
            return Usage(mentions=tuple(mentions_in(tree, place.file, place.line or 1)))

    def _text(self, text: str, *, is_expression: bool = False) -> tuple[nodes.Template, Template]:
        """Return a text's or an expression's tree and what runs it; each is read once."""
        found = self._texts.get((text, is_expression))
        if found is None:
            sandbox = self._sandbox
            tree = sandbox.checked_expression(text) if is_expression else sandbox._parse(text, None, None)
            found = self._texts[text, is_expression] = tree, sandbox.from_string(tree)
        return found

    def _placing(self, place: Place) -> Placing:
        return Placing(place, self._names, self._sandbox.budget)

    @contextmanager
    def _running(self, scope: Scope) -> Iterator[None]:
        """Print with the scope's ink; a formula that a template's fact needs runs in between and disturbs nothing."""
        sandbox = self._sandbox
        before = sandbox.ink, sandbox.series, sandbox.depth
        sandbox.ink, sandbox.series, sandbox.depth = scope.ink, {}, 0
        try:
            yield
        finally:
            sandbox.ink, sandbox.series, sandbox.depth = before

    def _lines(self, template: Any, scope: Scope) -> list[str]:
        context = template.new_context({SCOPE: scope})
        budget = self._sandbox.budget
        chunks: list[str] = []
        with self._running(scope):
            for chunk in template.root_render_func(context):
                budget.take_characters(len(chunk))
                chunks.append(chunk)
        text = "".join(chunks)
        # A mark is short whatever its fact says, and one text may hold it often.
        budget.take_characters(length_of(text, scope.ink.printed) - len(text))
        return [line.strip() for line in text.split("\n") if line.strip()]

    def sources(self) -> dict[str, str]:
        """Return the text of every template that was read so far, by name."""
        return {name: found[0] for name, found in sorted(self._read.items()) if found is not None}

    def _load(self, name: str) -> tuple[str, str] | None:
        if name not in self._read:
            self._read[name] = self._found(name)
        return self._read[name]

    def _tree(self, name: str) -> nodes.Template:
        found = self._load(name)
        if found is None:
            raise TemplateNotFound(name)
        return self._sandbox._parse(found[0], name, found[1])

    def _mentions(self, name: str) -> tuple[Mention, ...]:
        if name not in self._usage:
            found = self._load(name)
            tree = self._tree(name)
            # Each once: templates that include each other twice would double the list at every step.
            mentions = dict.fromkeys(mentions_in(tree, found[1] if found else name))
            for include in tree.find_all(nodes.Include):
                mentions |= dict.fromkeys(self._mentions(self._sandbox.join_path(_target(include), name)))
            self._usage[name] = tuple(mentions)
        return self._usage[name]

    def _checked(self, name: str, asked_by: str | None, place: Place) -> str:
        """Return a template's full name; refuse one that includes itself, directly or not, or that is not there."""

        def visit(wanted: str, trail: tuple[str, ...], here: Place) -> str:
            full = self._sandbox.full_name(wanted, trail[-1] if trail else asked_by)
            found = None if full is None else self._load(full)
            if full is None or found is None:
                raise ProblemError([unknown_template(wanted, self._names(), here)])
            if full in trail:
                chain = " → ".join(plain_name(one) for one in (*trail[trail.index(full) :], full))
                message = _("the template “{name}” calls itself").format(name=plain_name(full))
                raise ProblemError([Problem(code="calls-itself", message=message, place=here, hint=chain)])
            if len(trail) > _MOST_INCLUDED:
                raise ProblemError([Problem(code="too-deep", message=str(too_deep(1)), place=here)])
            if full not in self._acyclic:
                for include in self._tree(full).find_all(_OTHERS):
                    visit(_target(include), (*trail, full), Place(file=found[1], line=include.lineno))
                self._acyclic.add(full)
            return full

        return visit(name, (), place)


def plain_name(full_name: str) -> str:
    """Return the name by which people know a template of a full name."""
    return full_name.rpartition(":")[2]


def _target(node: nodes.Node) -> str:
    """Return the name of the template that a statement names; the grammar lets only plain texts stand there."""
    assert isinstance(node, _OTHERS)  # noqa: S101
    assert isinstance(node.template, nodes.Const)  # noqa: S101
    return str(node.template.value)
