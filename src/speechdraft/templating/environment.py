"""The sandbox: Jinja's immutable one with our short lists in place of its long ones, charged to a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from types import MethodType
from typing import Any, Protocol, TypeAlias

from jinja2 import Environment, TemplateSyntaxError, Undefined, nodes
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
from speechdraft.templating.filters import COMPARISONS, FILTERS, bare, figure, items_of, join, plain_number, text_of
from speechdraft.templating.grammar import EACH, JOINED, check, metered

__all__ = ["SCOPE", "Load", "Sandbox", "Scope"]

SCOPE = "__scope__"
"""The variable under which a context holds its scope; no template can name it."""

Load: TypeAlias = "Callable[[str], tuple[str, str] | None]"
"""Gives a template's text and file by name, or None."""


class Scope(Protocol):
    """What a template's names mean."""

    def look_up(self, name: str) -> object | None:
        """Return what a name stands for, or None where it stands for nothing."""

    @property
    def ink(self) -> Ink:
        """What is printed with."""


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

    def __init__(self, load: Load) -> None:
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
        )
        self.budget = Budget()
        self.ink = Ink()
        self.depth = 0
        self.series: dict[tuple[str, str], int] = {}
        self.aliases: dict[str, str] = {}
        self.globals.clear()
        self.globals.update(clause=self._clause, enum=self._enum)
        self.filters.clear()
        self.filters.update(FILTERS)
        self.filters.update(
            {"default": self._default, EACH: self._passes, JOINED: self._joined, "series": self._series_of}
        )
        self.tests.clear()
        self.tests.update(
            given=lambda value: not isinstance(value, (MissingFact, Undefined)),
            missing=lambda value: isinstance(value, (MissingFact, Undefined)),
        )
        for sign, test in COMPARISONS.items():
            self.tests[sign] = test

    # What a template may be: checked once, when it is parsed.

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        try:
            tree = super()._parse(source, name, filename)
            check(tree, self)
        except RecursionError:
            raise TemplateSyntaxError(_("it is nested too deeply"), 1, name, filename) from None
        return metered(tree, self)

    def checked_expression(self, source: str) -> nodes.Template:
        """Return a tree that sets ``result`` to what an expression gives."""
        try:
            parser = Parser(self, source, state="variable")
            expression = parser.parse_expression()
            if not parser.stream.eos:
                raise TemplateSyntaxError(_("something stands behind the expression"), parser.stream.current.lineno)
            check(expression, self)
        except RecursionError:
            raise TemplateSyntaxError(_("it is nested too deeply"), 1) from None
        target = nodes.Name("result", "store", lineno=1)
        tree = nodes.Template([nodes.Assign(target, expression, lineno=1)], lineno=1)
        return metered(tree, self)

    # What a template may do: asked of every attribute, item, call, operation and printed value.

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a field of a fact, of ``loop`` or of a parameter, or an imported macro; refuse the rest."""
        if isinstance(obj, (Fact, MissingFact)):
            value = obj.field(attribute)
            if value is None:
                raise RefusedError(
                    "unknown-field",
                    _("“{name}” has no field “{field}”").format(name=obj.ref, field=attribute),
                    did_you_mean(attribute, obj.fields())
                    or _("its fields: {fields}").format(fields=_(", ").join(obj.fields()) or "-"),
                )
            return value
        if isinstance(obj, LoopContext) and attribute in _LOOP_FIELDS:
            return getattr(obj, attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        if type(obj).__name__ == "TemplateModule" and not attribute.startswith("_"):
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            obj._fail_with_undefined_error()
        raise RefusedError("refused-name", _("“.{name}” is not allowed on this value").format(name=attribute))

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a field by name or a list's item by number; refuse the rest."""
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(argument, int) and isinstance(obj, (Fact, MissingFact, list, tuple)):
            items = items_of(obj)
            if -len(items) <= argument < len(items):
                return items[argument]
            return self.undefined(name=f"[{argument}]")
        raise RefusedError("refused-name", _("an item of this value cannot be had"))

    def call(self, _context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Return what a macro or one of our functions gives; refuse to call anything else."""
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
        return plain_number(arithmetic(operator, left, right))

    def call_unop(self, _context: Context, operator: str, arg: Any) -> Any:
        """Return a number with its sign; refuse anything else."""
        return plain_number(arithmetic(operator, 0, arg))

    def _printed(self, value: Any) -> str:
        if isinstance(value, Undefined):
            value._fail_with_undefined_error()
        if isinstance(value, (list, tuple)):
            value = join(value)
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal, float, Fact, MissingFact)):
            raise RefusedError(
                "not-printable", _("this value cannot be printed"), _("print a fact, a text or a number")
            )
        text = figure(value) if isinstance(value, (Decimal, float)) else str(value)
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

    def _enum(self, form: Any, series: Any = "") -> str:
        if form not in FORMS or form == "none":
            raise RefusedError(
                "unknown-form", _("no form of enumerators “{form}”").format(form=form), _(", ").join(FORMS[:-1])
            )
        key = (str(form), str(series))
        number = self.series[key] = self.series.get(key, 0) + 1
        if number > MOST:
            raise BudgetError(_("an enumeration of more than {most} items").format(most=MOST))
        return enumerator(form, number)

    def _default(self, value: Any, other: Any = "") -> Any:
        return other if isinstance(value, Undefined) else value

    def _passes(self, value: Any, cost: int) -> Iterable[Any]:
        items = items_of(value)
        self.budget.take_passes(len(items))
        self.budget.take_characters(len(items) * cost)
        return items

    def _joined(self, parts: list[Any]) -> str:
        return "".join(self._printed(part) for part in parts)

    def _series_of(self, value: Any, form: str = "一是") -> Any:
        if isinstance(value, MissingFact):
            return f"{value}。"  # the sentence that the series would have been
        items = items_of(value)
        texts = [bare(item) for item in items]
        mark = "。" if any("。" in text_of(item) for item in texts) else "；"
        lines = [
            f"{enumerator(form, index, len(texts))}{self._printed(item)}" for index, item in enumerate(texts, start=1)
        ]
        return mark.join(lines) + ("。" if lines else "")
