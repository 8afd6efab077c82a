"""The templates of one draft: checked, rendered and analysed, within one budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from jinja2 import Undefined, nodes
from jinja2.exceptions import TemplateNotFound

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.templating.environment import SCOPE, Load, Sandbox, Scope
from speechdraft.templating.filters import items_of
from speechdraft.templating.placing import Placing
from speechdraft.templating.reading import Mention, Usage, mentions_in

__all__ = ["Templates"]


class Templates:
    """The templates of one draft: checks, renders and analyses them, within one budget."""

    def __init__(self, load: Load, names: Callable[[], Iterable[str]]) -> None:
        """``load`` gives a template by name; ``names`` all there are, for hints."""
        self._found = load
        self._read: dict[str, tuple[str, str] | None] = {}
        self._sandbox = Sandbox(self._load)
        self._names = names
        self._trees: dict[str, nodes.Template] = {}
        self._usage: dict[str, tuple[Mention, ...]] = {}

    def render(self, name: str, scope: Scope, place: Place) -> list[str]:
        """Return the lines that a template prints, with marks for facts. ``place`` is where the outline names it."""
        with Placing(place, self._names):
            self._check_cycles(name, place)
            return self._lines(self._sandbox.get_template(name), scope)

    def render_text(self, text: str, scope: Scope, place: Place) -> list[str]:
        """Return the lines that a text of an outline prints."""
        with Placing(place, self._names):
            return self._lines(self._sandbox.from_string(text), scope)

    def evaluate(self, expression: str, scope: Scope, place: Place) -> object:
        """Return the value of an expression: a fact, a missing fact, a number, a text, a list, true or false."""
        with Placing(place, self._names):
            template = self._sandbox.from_string(self._sandbox.checked_expression(expression))
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
        with Placing(place, self._names):
            return items_of(value)

    def usage(self, name: str, place: Place) -> Usage:
        """Return what a template reads, with the templates that it includes."""
        with Placing(place, self._names):
            self._check_cycles(name, place)
            return Usage(mentions=tuple(self._mentions(name)))

    def usage_of_text(self, text: str, place: Place) -> Usage:
        """Return what a text of an outline reads."""
        with Placing(place, self._names):
            tree = self._sandbox._parse(text, None, None)
            return Usage(mentions=tuple(mentions_in(tree, place.file, place.line or 1)))

    def usage_of_expression(self, expression: str, place: Place) -> Usage:
        """Return what an expression reads."""
        with Placing(place, self._names):
            tree = self._sandbox.checked_expression(expression)
            return Usage(mentions=tuple(mentions_in(tree, place.file, place.line or 1)))

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
        return [line.strip() for line in "".join(chunks).split("\n") if line.strip()]

    def sources(self) -> dict[str, str]:
        """Return the text of every template that was read so far, by name."""
        return {name: found[0] for name, found in sorted(self._read.items()) if found is not None}

    def _load(self, name: str) -> tuple[str, str] | None:
        if name not in self._read:
            self._read[name] = self._found(name)
        return self._read[name]

    def _tree(self, name: str) -> nodes.Template:
        if name not in self._trees:
            found = self._load(name)
            if found is None:
                raise TemplateNotFound(name)
            self._trees[name] = self._sandbox._parse(found[0], name, found[1])
        return self._trees[name]

    def _mentions(self, name: str) -> tuple[Mention, ...]:
        if name not in self._usage:
            found = self._load(name)
            tree = self._tree(name)
            mentions = list(mentions_in(tree, found[1] if found else name))
            for include in tree.find_all(nodes.Include):
                mentions += self._mentions(_target(include))
            self._usage[name] = tuple(mentions)
        return self._usage[name]

    def _check_cycles(self, name: str, place: Place) -> None:
        """Refuse a template that includes itself, directly or through others."""

        def visit(current: str, trail: tuple[str, ...]) -> None:
            if current in trail:
                chain = " → ".join((*trail[trail.index(current) :], current))
                found = self._load(trail[-1])
                message = _("the template “{name}” calls itself").format(name=current)
                problem = Problem(
                    code="calls-itself",
                    message=message,
                    place=Place(file=found[1] if found else place.file),
                    hint=chain,
                )
                raise ProblemError([problem])
            tree = self._tree(current)
            for include in tree.find_all((nodes.Include, nodes.Import, nodes.FromImport)):
                visit(_target(include), (*trail, current))

        if name not in self._usage:
            visit(name, ())


def _target(node: nodes.Node) -> str:
    """Return the name of the template that a statement names; the grammar lets only plain texts stand there."""
    assert isinstance(node, (nodes.Include, nodes.Import, nodes.FromImport))  # noqa: S101
    assert isinstance(node.template, nodes.Const)  # noqa: S101
    return str(node.template.value)
