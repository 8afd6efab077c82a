"""The sandbox: Jinja's immutable one with our short lists in place of its long ones, charged to a budget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from types import CodeType, MethodType
from typing import Any, Protocol, TypeAlias

from jinja2 import Environment, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.environment import TemplateModule
from jinja2.exceptions import TemplateNotFound
from jinja2.ext import Extension
from jinja2.loaders import BaseLoader
from jinja2.parser import Parser
from jinja2.runtime import Context, LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from speechdraft.i18n import _
from speechdraft.ink import Fact, Ink, MissingFact, OptionalFactMissingError, arithmetic
from speechdraft.numbering import FORMS, MOST, enumerator
from speechdraft.problems import did_you_mean
from speechdraft.templating.budget import Budget, BudgetError, RefusedError
from speechdraft.templating.filters import COMPARISONS, FILTERS, bare, items_of, plain_number, printed, text_of, within
from speechdraft.templating.grammar import (
    EACH,
    JOINED,
    LISTED,
    RUN,
    WEIGHED,
    WITHIN,
    check,
    metered,
    too_deep,
    too_long,
)
from speechdraft.values import FactType

__all__ = ["SCOPE", "Load", "Resolve", "Sandbox", "Scope"]

SCOPE = "__scope__"
"""The variable under which a context holds its scope; no template can name it."""

Load: TypeAlias = "Callable[[str], tuple[str, str] | None]"
"""Gives a template's text and file by its full name, or None."""
Resolve: TypeAlias = "Callable[[str, str | None], str | None]"
"""Gives the full name of the template that an outline (None) or another template, by its full name, means by a name."""


class Scope(Protocol):
    """What a template's names mean."""

    def look_up(self, name: str) -> object | None:
        """Return what a name stands for, or None where it stands for nothing."""

    @property
    def ink(self) -> Ink:
        """What is printed with."""


_TEMPLATE_NAME = re.compile(r"[\w-]+(/[\w-]+)*")
_LOOP_FIELDS = frozenset({"index", "first", "last", "length"})


class _Clause(Extension):
    """``{% clause %}…{% endclause %}``: dropped whole when an optional fact that it prints is missing."""

    tags = {"clause"}  # noqa: RUF012  (Jinja's own interface)

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endclause",), drop_needle=True)
        call = nodes.Call(nodes.Name("clause", "load", lineno=line), [], [], None, None, lineno=line)
        return nodes.CallBlock(call, [], [], body, lineno=line)


class _Context(Context):
    """Looks names up in the scope when a template reads them."""

    def resolve_or_missing(self, key: str) -> Any:
        """Return what a name stands for, or Jinja's ``missing``."""
        if key in self.vars:
            return self.vars[key]
        if key in self.parent:
            return self.parent[key]
        scope = self.parent.get(SCOPE)
        value = None if scope is None else scope.look_up(key)
        return missing if value is None else value


class _Undefined(Undefined):
    """A parameter that nobody passed: fine to test and to give a default, refused everywhere else."""

    __slots__ = ()
    __str__ = __iter__ = __len__ = __eq__ = __ne__ = __hash__ = Undefined._fail_with_undefined_error

    def __bool__(self) -> bool:
        return False

    @property
    def _undefined_message(self) -> str:
        return _("“{name}” has no value here").format(name=self._undefined_name)


class _Loader(BaseLoader):
    def __init__(self, load: Load) -> None:
        self._load = load

    def get_source(self, _environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        found = self._load(template)
        if found is None:
            raise TemplateNotFound(template)
        return found[0], found[1], None


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's immutable sandbox with our short lists in place of its long ones."""

    context_class = _Context
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})
    intercepted_unops = frozenset({"+", "-"})

    def __init__(self, load: Load, resolve: Resolve) -> None:
        super().__init__(
            loader=_Loader(load),
            extensions=[_Clause],
            undefined=_Undefined,
            finalize=self._printed,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,
            auto_reload=False,
            cache_size=-1,
            # What runs while a template is compiled would be charged to the budget, and takes a time that grows with
            # the third power of an expression's depth.
            optimized=False,
        )
        self._resolve = resolve
        self.budget = Budget()
        self.ink = Ink()
        self.depth = 0
        self.series: dict[tuple[str, str], int] = {}
        self._own_text: dict[str, int] = {}
        self._trees: dict[str, nodes.Template] = {}
        self.globals.clear()
        self.globals.update(clause=self._clause, enum=self._enum)
        self.filters.clear()
        self.filters.update({name: self._charged(one) for name, one in FILTERS.items()})
        self.filters.update(
            {
                "default": self._default,
                "series": self._charged(self._series_of),
                EACH: self._passes,
                JOINED: self._joined,
                LISTED: self._listed,
                RUN: self._run,
                WEIGHED: self._weighed,
                WITHIN: within,
            }
        )
        self.tests.clear()
        self.tests.update(
            given=lambda value: not isinstance(value, (MissingFact, Undefined)),
            missing=lambda value: isinstance(value, (MissingFact, Undefined)),
        )
        for sign, test in COMPARISONS.items():
            self.tests[sign] = self._charged(test)

    # What a template may be: checked once, when it is parsed.

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        if name is not None and name in self._trees:
            return self._trees[name]
        self.budget.take_source(source)
        try:
            tree = super()._parse(source, name, filename)
            check(tree, self)
        except RecursionError:
            raise too_deep(1) from None
        except ValueError:
            raise too_long(_line_of_long_number(source)) from None
        if name is None:
            return metered(tree, self)
        self._own_text[name] = _length_of_text(tree)
        self._trees[name] = metered(tree, self)
        return self._trees[name]

    def _compile(self, source: str, filename: str) -> CodeType:
        try:
            return super()._compile(source, filename)
        except (SyntaxError, RecursionError, MemoryError):
            # Python's own bounds, for what the check of the depth let through.
            raise too_deep(1) from None

    def checked_expression(self, source: str) -> nodes.Template:
        """Return a tree that sets ``result`` to what an expression gives."""
        self.budget.take_source(source)
        try:
            parser = Parser(self, source, state="variable")
            expression = parser.parse_expression()
            if not parser.stream.eos:
                raise TemplateSyntaxError(_("something stands behind the expression"), parser.stream.current.lineno)
            check(expression, self)
        except RecursionError:
            raise too_deep(1) from None
        except ValueError:
            raise too_long(_line_of_long_number(source)) from None
        target = nodes.Name("result", "store", lineno=1)
        tree = nodes.Template([nodes.Assign(target, expression, lineno=1)], lineno=1)
        return metered(tree, self)

    # What a template may do: asked of every attribute, item, call, operation and printed value.

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """Return a template that another includes or imports, at the cost of a call and of the text it writes.

        A text of the outline has no name, and names templates as the outline does.
        """
        template = self.template(self.join_path(name, parent), globals)
        self.budget.take_call()
        self.budget.take_characters(self._own_text.get(template.name or "", 0))
        return template

    def template(self, full_name: str, variables: Any = None) -> Template:
        """Return a template by its full name."""
        return super().get_template(full_name, None, variables)

    def join_path(self, template: str, parent: str | None) -> str:
        """Return the full name of the template that another means by a name."""
        found = self.full_name(template, parent)
        if found is None:
            raise TemplateNotFound(template)
        return found

    def full_name(self, name: str, asked_by: str | None) -> str | None:
        """Return the full name of the template that is meant by a name, or None where there is none.

        A path or a full name means nothing here: no template reaches what it was not given, whatever looks it up.
        """
        return self._resolve(name, asked_by) if _TEMPLATE_NAME.fullmatch(name) else None

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a fact, of ``loop`` or of a parameter, or an imported macro; refuse the rest."""
        if isinstance(obj, (Fact, MissingFact)):
            value = obj.field(attribute)
            if value is None:
                raise RefusedError(
                    "unknown-field",
                    _("“{name}” has no field “{field}”").format(name=obj.ref, field=attribute),
                    _hint_on_fields(obj, attribute),
                )
            return self._weighed(value)
        if isinstance(obj, LoopContext) and attribute in _LOOP_FIELDS:
            return getattr(obj, attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, TemplateModule) and not attribute.startswith("_"):
            return getattr(obj, attribute, self.undefined(name=attribute))
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        raise RefusedError("refused-name", _("“.{name}” is not allowed on this value").format(name=attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a field by name or a list's item by number; refuse the rest."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(argument, int) and isinstance(obj, (Fact, MissingFact, list, tuple)):
            self._weighed(obj)
            items = items_of(obj)
            if -len(items) <= argument < len(items):
                return items[argument]
            return self.undefined(name=f"[{argument}]")
        raise RefusedError("refused-name", _("an item of this value cannot be had"))

    def call(self, _context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return what a macro or one of our functions gives; refuse to call anything else."""
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        ours = isinstance(obj, MethodType) and obj.__self__ is self
        if not ours and not isinstance(obj, Macro):
            raise RefusedError("refused-name", _("this cannot be called"))
        for internal in ("_loop_vars", "_block_vars"):  # Jinja's own, for functions that ask for the context
            kwargs.pop(internal, None)
        self.budget.take_call()
        self.depth += 1
        try:
            if self.depth > self.budget.depth:
                raise BudgetError(_("its macros call each other too deeply"))
            result = obj(*args, **kwargs)
        finally:
            self.depth -= 1
        self.budget.take_characters(len(result))
        return result

    def call_binop(self, _context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return what arithmetic between two numbers gives; refuse anything else."""
        for side in (left, right):
            if isinstance(side, Undefined):
                side._fail_with_undefined_error()
        return plain_number(arithmetic(operator, left, right))

    def call_unop(self, _context: Context, operator: str, arg: Any) -> Any:
        """Return a number with its sign; refuse anything else."""
        if isinstance(arg, Undefined):
            arg._fail_with_undefined_error()
        return plain_number(arithmetic(operator, 0, arg))

    def _printed(self, value: Any) -> str:
        if isinstance(value, (list, tuple)):
            self._weighed(value)
        text = printed(value)
        self.budget.take_characters(len(text))
        return text

    def _clause(self, caller: Callable[[], str]) -> str:
        ink, before = self.ink, dict(self.series)
        printed = len(ink.printed)
        ink.clauses += 1
        try:
            return caller()
        except OptionalFactMissingError:
            self.series = before
            del ink.printed[printed:]
            return ""
        finally:
            ink.clauses -= 1

    def _enum(self, form: Any = "", series: Any = "") -> str:
        _require_form(form)
        key = (form, text_of(series))
        number = self.series[key] = self.series.get(key, 0) + 1
        if number > MOST:
            raise BudgetError(_("an enumeration of more than {most} items").format(most=MOST))
        return enumerator(form, number)

    def _default(self, value: Any, other: Any = "") -> Any:
        return other if isinstance(value, Undefined) else value

    def _charged(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a filter or test that charges what it looks at, and the text that it makes."""

        def run(*values: Any, **named: Any) -> Any:
            for value in values:
                self._weighed(value)
            result = function(*values, **named)
            if isinstance(result, str):
                self.budget.take_characters(len(result))
            return result

        return run

    def _weighed(self, value: Any) -> Any:
        """Return a value that is looked through, after charging its items and its length."""
        self.budget.take_steps(_weight_of(value))
        return value

    def _run(self, weight: int) -> None:
        self.budget.take_steps(weight)

    def _passes(self, value: Any, cost: int) -> Iterable[Any]:
        items = items_of(value)
        self.budget.take_passes(len(items))
        self.budget.take_characters(len(items) * cost)
        self._weighed(items)
        return items

    def _listed(self, value: Any) -> Any:
        if any(isinstance(item, (list, tuple)) for item in value):
            raise RefusedError("refused-name", _("a list cannot stand in a list"))
        return value

    def _joined(self, parts: list[Any]) -> str:
        return "".join(self._printed(part) for part in parts)

    def _series_of(self, value: Any, form: str = "一是") -> Any:
        if isinstance(value, MissingFact):
            return f"{value.in_form('series')}。"  # the sentence that the series would have been
        _require_form(form)
        items = items_of(value)
        if len(items) > MOST:
            raise BudgetError(_("an enumeration of more than {most} items").format(most=MOST))
        texts = [bare(item) for item in items]
        if len(texts) == 1:  # nothing to count
            return f"{self._printed(texts[0])}。"
        mark = "。" if any("。" in text_of(item) for item in texts) else "；"
        lines = [
            f"{enumerator(form, index, len(texts))}{self._printed(item)}" for index, item in enumerate(texts, start=1)
        ]
        return mark.join(lines) + ("。" if lines else "")


def _weight_of(value: Any) -> int:
    """Return how much of a value there is to look through: its items, and hundreds of characters."""
    match value:
        case Fact():
            items = len(value.value) if isinstance(value.value, (tuple, Mapping)) else 0
            return 1 + items + len(value.text) // 100
        case str():
            return 1 + len(value) // 100
        case list() | tuple():
            return 1 + sum(_weight_of(item) for item in value)
        case _:
            return 1


def _require_form(form: object) -> None:
    if not isinstance(form, str) or form not in FORMS or form == "none":
        named = form if isinstance(form, str) else ""
        raise RefusedError(
            "unknown-form", _("no form of enumerators “{form}”").format(form=named), _(", ").join(FORMS[:-1])
        )


def _hint_on_fields(fact: Fact | MissingFact, name: str) -> str:
    if fact.spec.type is FactType.LIST:
        return _("it is a list: each of its items may have fields")
    known = fact.fields()
    if not known:
        return _("it has none")
    return did_you_mean(name, known) or _("its fields: {fields}").format(fields=_(", ").join(known))


def _length_of_text(tree: nodes.Template) -> int:
    """Return how many characters of its own a template writes where it is included: those outside its macros."""
    length, waiting = 0, [*tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.TemplateData):
            length += len(node.data)
        elif not isinstance(node, nodes.Macro):
            waiting.extend(node.iter_child_nodes())
    return length


def _line_of_long_number(source: str) -> int:
    """Return the line of the number that Python refused to read, in a template or expression."""
    found = re.search(r"\d[\d_]{999}", source)
    return source.count("\n", 0, found.start()) + 1 if found else 1
