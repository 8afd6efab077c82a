"""What may stand in a template: its syntax tree is checked against a list of what a speech needs, then metered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from jinja2 import Environment, nodes
from jinja2.exceptions import SecurityError

from speechdraft.i18n import _
from speechdraft.ink import LARGEST
from speechdraft.problems import did_you_mean
from speechdraft.source import bad_character

__all__ = [
    "EACH",
    "FUNCTIONS",
    "JOINED",
    "LISTED",
    "RUN",
    "WEIGHED",
    "WITHIN",
    "GrammarRefusalError",
    "check",
    "metered",
    "too_deep",
    "too_long",
]

FUNCTIONS = ("clause", "enum")
"""The functions of templates; ``clause`` is what the tag of the name calls."""

EACH, JOINED, LISTED, WEIGHED, WITHIN, RUN = (
    "__each__", "__joined__", "__listed__", "__weighed__", "__within__", "__run__",
)  # fmt: skip
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
    {
        "self", "super", "caller", "clause", "varargs", "kwargs", "range", "dict", "lipsum", "cycler", "joiner",
        "namespace",
    }
)  # fmt: skip
_DEEPEST = 60
"""How deep a template may be nested: deeper, Jinja needs long to read it and Python does not compile it."""
_DEPTH_OF_LOOP = 4
"""What a loop adds to the depth: Python compiles 20 loops inside each other."""
_TAGS_OF_NODES = {
    "AssignBlock": "set … endset", "Block": "block", "Extends": "extends", "FilterBlock": "filter", "With": "with",
    "Do": "do", "ScopedEvalContextModifier": "autoescape", "NSRef": "namespace", "Dict": "{ … }", "Slice": "[ : ]",
    "Pow": "**", "InternationalizationExtension": "trans", "Continue": "continue", "Break": "break",
}  # fmt: skip


def check(tree: nodes.Node, environment: Environment) -> None:
    """Raise SecurityError, with a place, at the first thing in the tree that is not on the lists."""
    imported = {node.target for node in tree.find_all(nodes.Import)} if isinstance(tree, nodes.Template) else set()
    stack = [(tree, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _DEEPEST:
            raise too_deep(node.lineno)
        if isinstance(node, nodes.Scope):  # has no line of its own
            stack += [(child, depth) for child in node.body]
            continue
        if type(node) not in _ALLOWED:
            what = _TAGS_OF_NODES.get(type(node).__name__, type(node).__name__.lower())
            raise GrammarRefusalError(
                _("“{what}” is not allowed in a template").format(what=what), node.lineno, _allowed_statements()
            )
        _check_node(node, environment, imported)
        stack += [(child, depth + more) for child, more in _below(node)]
    _check_macros(tree)


def _below(node: nodes.Node) -> Iterator[tuple[nodes.Node, int]]:
    """Return a node's children, each with how much deeper it stands."""
    match node:
        case nodes.CallBlock():
            yield from ((child, 1) for child in node.body)
        case nodes.If():
            yield from ((child, 1) for child in (node.test, *node.body, *node.else_))
            # Python takes each elif for an if inside the else of the last.
            yield from ((child, number) for number, child in enumerate(node.elif_, start=1))
        case nodes.For():
            yield from ((child, _DEPTH_OF_LOOP) for child in node.iter_child_nodes())
        case _:
            yield from ((child, 1) for child in node.iter_child_nodes())


def _allowed_statements() -> str:
    return _("allowed: {names}").format(names=STATEMENTS)


class GrammarRefusalError(SecurityError):
    """A name or construct that the sandbox refuses."""

    def __init__(self, message: str, line: int, hint: str = "", code: str = "refused-name") -> None:
        super().__init__(message)
        self.line = line
        self.hint = hint
        self.code = code


def too_deep(line: int) -> GrammarRefusalError:
    """Return the refusal of what is nested deeper than any speech needs."""
    return GrammarRefusalError(_("this is nested too deeply"), line, code="too-deep")


def too_long(line: int) -> GrammarRefusalError:
    """Return the refusal of a number that no speech says."""
    return GrammarRefusalError(_("a number of more than 18 digits"), line, code="bad-arithmetic")


def _check_node(node: nodes.Node, environment: Environment, imported: Collection[str]) -> None:
    line = node.lineno
    match node:
        case nodes.Name(name=name) if name.startswith("_") or name in _RESERVED:
            raise GrammarRefusalError(_("the name “{name}” is not allowed in a template").format(name=name), line)
        case nodes.Const(value=str() as text) | nodes.TemplateData(data=text):
            _check_characters(text, line)
        case nodes.Const(value=int() | float() as number) if not -LARGEST <= number <= LARGEST:
            raise too_long(line)
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
        case nodes.For(target=target) if not isinstance(target, nodes.Name):
            raise GrammarRefusalError(_("“for” gives each item to one name"), line)
        case nodes.Include() | nodes.Import() | nodes.FromImport():
            if not (isinstance(node.template, nodes.Const) and isinstance(node.template.value, str)):
                raise GrammarRefusalError(_("the name of an included template is a plain text in quotes"), line)
            if isinstance(node, nodes.Include) and node.ignore_missing:
                raise GrammarRefusalError(
                    _("“{what}” is not allowed in a template").format(what="ignore missing"), line
                )
        case nodes.Assign(target=target) if not isinstance(target, nodes.Name):
            raise GrammarRefusalError(_("“set” gives a value to one name"), line)
        case nodes.CallBlock() if not _is_clause(node):
            raise GrammarRefusalError(
                _("“{what}” is not allowed in a template").format(what="call"), line, _allowed_statements()
            )
        case _:
            pass


def _is_clause(node: nodes.CallBlock) -> bool:
    """Return whether it is what ``{% clause %}`` is read as."""
    call = node.call
    return (
        isinstance(call.node, nodes.Name)
        and call.node.name == "clause"
        and not (call.args or call.kwargs or call.dyn_args or call.dyn_kwargs or node.args)
    )


def _check_characters(text: str, line: int) -> None:
    # What is written as \\x08 in a text in quotes is a character here; so would be the marks of facts.
    bad = bad_character(text)
    if bad is not None:
        line += text.count("\n", 0, bad[0])
        raise GrammarRefusalError(
            _("the character {name} cannot stand in a document").format(name=bad[1]), line, code="bad-character"
        )


def _check_arguments(node: nodes.Call | nodes.Filter) -> None:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise GrammarRefusalError(_("“{what}” is not allowed in a template").format(what="*"), node.lineno)


def _known(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    return did_you_mean(name, names) or _("allowed: {names}").format(names=" ".join(names))


def _check_macros(tree: nodes.Node) -> None:
    """Refuse a macro that calls itself, directly or through others of the same file."""
    macros = {macro.name: macro for macro in tree.find_all(nodes.Macro)}
    calls = {
        name: dict.fromkeys(call.node.name for call in macro.find_all(nodes.Call) if isinstance(call.node, nodes.Name))
        for name, macro in macros.items()
    }
    try:
        TopologicalSorter(calls).prepare()
    except CycleError as error:
        macro = min((macros[name] for name in error.args[1]), key=lambda macro: macro.lineno)
        raise GrammarRefusalError(
            _("the macro “{name}” calls itself").format(name=macro.name), macro.lineno, code="calls-itself"
        ) from None


def metered(tree: nodes.Template, environment: Environment) -> nodes.Template:
    """Return the tree, now the environment's, with a charge in everything that can be run often or grow.

    Loops charge their passes, bodies of loops, macros and templates the parts that they run, joinings the text that
    they make, comparisons the text that they look through. A choice without ``else`` prints nothing where its
    condition does not hold; lists are kept from holding lists, which would double with every line that puts one into
    itself twice.
    """
    loops = list(tree.find_all(nodes.For))
    bodies: list[nodes.Template | nodes.For | nodes.Macro] = [tree, *loops, *tree.find_all(nodes.Macro)]
    for part in bodies:
        part.body.insert(0, _charge(_weight(part.body), part.lineno))
    for loop in loops:
        cost = sum(len(data.data) for data in loop.find_all(nodes.TemplateData))
        loop.iter = nodes.Filter(loop.iter, EACH, [nodes.Const(cost)], [], None, None, lineno=loop.lineno)
    for choice in tree.find_all(nodes.CondExpr):
        if choice.expr2 is None:
            choice.expr2 = nodes.Const("", lineno=choice.lineno)
    _make_filters(tree)
    tree.set_environment(environment)
    return tree


def _weight(body: Iterable[nodes.Node]) -> int:
    """Return how many parts a body runs: those of its own, not those of loops and macros in it, which charge theirs."""
    weight, waiting = 1, list(body)
    while waiting:
        node = waiting.pop()
        weight += 1
        if isinstance(node, nodes.For):
            waiting.append(node.iter)
        elif not isinstance(node, nodes.Macro):
            waiting.extend(node.iter_child_nodes())
    return weight


def _charge(weight: int, line: int) -> nodes.ExprStmt:
    """Return a statement that prints nothing and charges steps."""
    return nodes.ExprStmt(
        nodes.Filter(nodes.Const(weight, lineno=line), RUN, [], [], None, None, lineno=line), lineno=line
    )


def _make_filters(node: nodes.Node) -> None:
    """Put a filter of ours in place of every joining of texts and “in”, and around every list and what is compared."""
    for name, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _make_filters(value)
            setattr(node, name, _filtered(value))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, nodes.Node):
                    _make_filters(item)
                    value[index] = _filtered(item)


def _filtered(node: nodes.Node) -> nodes.Node:
    match node:
        case nodes.Concat():
            parts = nodes.List(node.nodes, lineno=node.lineno)
            return nodes.Filter(parts, JOINED, [], [], None, None, lineno=node.lineno)
        case nodes.List() | nodes.Tuple():
            return nodes.Filter(node, LISTED, [], [], None, None, lineno=node.lineno)
        case nodes.Compare():
            sides: list[nodes.Compare | nodes.Operand] = [node, *node.ops]
            for side in sides:
                side.expr = nodes.Filter(side.expr, WEIGHED, [], [], None, None, lineno=node.lineno)
            if len(node.ops) == 1 and node.ops[0].op in {"in", "notin"}:
                # Python's own “in” says yes or no, whatever is missing.
                there = nodes.Const(node.ops[0].op == "in", lineno=node.lineno)
                return nodes.Filter(node.expr, WITHIN, [node.ops[0].expr, there], [], None, None, lineno=node.lineno)
            return node
        case _:
            return node
