"""What may stand in a template: its syntax tree is checked against a list of what a speech needs, then metered."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from jinja2 import Environment, nodes
from jinja2.exceptions import SecurityError

from speechdraft.i18n import _
from speechdraft.problems import did_you_mean

__all__ = ["EACH", "FUNCTIONS", "JOINED", "GrammarRefusalError", "check", "metered"]

FUNCTIONS = ("clause", "enum")
"""The functions of templates; ``clause`` is what the tag of the name calls."""

EACH, JOINED = "__each__", "__joined__"
"""Filters that metering puts in; no template can name them."""

_STATEMENTS: tuple[type[nodes.Node], ...] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.For, nodes.If, nodes.Macro, nodes.CallBlock, nodes.Include,
    nodes.Import, nodes.FromImport, nodes.Assign,
)  # fmt: skip
_EXPRESSIONS: tuple[type[nodes.Node], ...] = (
    nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.CondExpr, nodes.Filter, nodes.Test, nodes.Call,
    nodes.Keyword, nodes.Getattr, nodes.Getitem, nodes.Concat, nodes.Compare, nodes.Operand, nodes.And, nodes.Or,
    nodes.Not, nodes.Neg, nodes.Pos, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod,
)  # fmt: skip
_ALLOWED = frozenset(_STATEMENTS + _EXPRESSIONS)
STATEMENTS = "if for set macro include import clause"
_RESERVED = frozenset(
    {"self", "super", "caller", "varargs", "kwargs", "range", "dict", "lipsum", "cycler", "joiner", "namespace"}
)
_TAGS_OF_NODES = {
    "AssignBlock": "set … endset", "Block": "block", "Extends": "extends", "FilterBlock": "filter", "With": "with",
    "Do": "do", "ScopedEvalContextModifier": "autoescape", "NSRef": "namespace", "Dict": "{ … }", "Slice": "[ : ]",
    "Pow": "**", "InternationalizationExtension": "trans", "Continue": "continue", "Break": "break",
}  # fmt: skip


def check(tree: nodes.Node, environment: Environment) -> None:
    """Raise SecurityError, with a place, at the first thing in the tree that is not on the lists."""
    imported = {node.target for node in tree.find_all(nodes.Import)} if isinstance(tree, nodes.Template) else set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if type(node) not in _ALLOWED:
            what = _TAGS_OF_NODES.get(type(node).__name__, type(node).__name__.lower())
            raise GrammarRefusalError(
                _("“{what}” is not allowed in a template").format(what=what), node.lineno, _allowed_statements()
            )
        _check_node(node, environment, imported)
        stack.extend(node.iter_child_nodes())
    _check_macros(tree)


def _allowed_statements() -> str:
    return _("allowed: {names}").format(names=STATEMENTS)


class GrammarRefusalError(SecurityError):
    """A name or construct that the sandbox refuses."""

    def __init__(self, message: str, line: int, hint: str = "", code: str = "refused-name") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
        self.code = code


def _check_node(node: nodes.Node, environment: Environment, imported: Collection[str]) -> None:
    line = node.lineno
    match node:
        case nodes.Name(name=name) if name.startswith("_") or name in _RESERVED:
            if name != "caller":
                raise GrammarRefusalError(_("the name “{name}” is not allowed in a template").format(name=name), line)
        case nodes.Getattr(attr=name) if name.startswith("_"):
            raise GrammarRefusalError(_("the name “{name}” is not allowed in a template").format(name=f".{name}"), line)
        case nodes.Getitem(arg=nodes.Const(value=str() as name)) if name.startswith("_"):
            raise GrammarRefusalError(_("the name “{name}” is not allowed in a template").format(name=name), line)
        case nodes.Filter(name=name) if name not in environment.filters or name.startswith("_"):
            known = [known for known in environment.filters if not known.startswith("_")]
            raise GrammarRefusalError(_("no filter “{name}”").format(name=name), line, _known(name, known))
        case nodes.Test(name=name) if name not in environment.tests:
            raise GrammarRefusalError(_("no test “{name}”").format(name=name), line, _known(name, ["given", "missing"]))
        case nodes.Call(node=nodes.Name()):
            _check_arguments(node)
        case nodes.Call(node=nodes.Getattr(node=nodes.Name(name=name))) if name in imported:
            _check_arguments(node)
        case nodes.Call():
            hint = _("a template calls macros and enum(), and uses filters: {{ 名称 | filter }}")
            raise GrammarRefusalError(_("method calls are not allowed in a template"), line, hint)
        case nodes.Filter():
            _check_arguments(node)
        case nodes.For(recursive=True):
            raise GrammarRefusalError(_("“{what}” is not allowed in a template").format(what="for … recursive"), line)
        case nodes.Include() | nodes.Import() | nodes.FromImport():
            if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
                raise GrammarRefusalError(_("the name of an included template is a plain text in quotes"), line)
            if isinstance(node, nodes.Include) and node.ignore_missing:
                raise GrammarRefusalError(
                    _("“{what}” is not allowed in a template").format(what="ignore missing"), line
                )
        case nodes.Assign(target=target) if not isinstance(target, nodes.Name):
            raise GrammarRefusalError(_("“set” gives a value to one name"), line)
        case nodes.CallBlock(call=nodes.Call(node=nodes.Name(name=name))) if name != "clause":
            raise GrammarRefusalError(
                _("“{what}” is not allowed in a template").format(what="call"), line, _allowed_statements()
            )
        case _:
            pass


def _check_arguments(node: nodes.Call | nodes.Filter) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise GrammarRefusalError(_("“{what}” is not allowed in a template").format(what="*"), node.lineno)


def _known(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return did_you_mean(name, names) or _("allowed: {names}").format(names=" ".join(names))


def _check_macros(tree: nodes.Node) -> None:
    """Refuse a macro that calls itself, directly or through others of the same file."""
    calls = {
        macro.name: {call.node.name for call in macro.find_all(nodes.Call) if isinstance(call.node, nodes.Name)}
        for macro in tree.find_all(nodes.Macro)
    }
    for macro in tree.find_all(nodes.Macro):
        reached, wave = set[str](), {macro.name}
        while wave:
            wave = {name for start in wave for name in calls.get(start, ())} - reached
            reached |= wave
        if macro.name in reached:
            raise GrammarRefusalError(
                _("the macro “{name}” calls itself").format(name=macro.name), macro.lineno, code="calls-itself"
            )


def metered(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """Return the tree, now the environment's, with a charge in every loop and every joining of texts."""
    for loop in list(tree.find_all(nodes.For)):
        cost = sum(len(data.data) for data in loop.find_all(nodes.TemplateData))
        loop.iter = nodes.Filter(loop.iter, EACH, [nodes.Const(cost)], [], None, None, lineno=loop.lineno)
    _join_by_filter(tree)
    tree.set_environment(environment)
    return tree


def _join_by_filter(node: nodes.Node) -> None:
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _join_by_filter(value)
            if isinstance(value, nodes.Concat):
                setattr(node, name, _joined_node(value))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _join_by_filter(item)
                    if isinstance(item, nodes.Concat):
                        value[index] = _joined_node(item)


def _joined_node(concat: nodes.Concat) -> nodes.Filter:
    parts = nodes.List(concat.nodes, lineno=concat.lineno)
    return nodes.Filter(parts, JOINED, [], [], None, None, lineno=concat.lineno)
