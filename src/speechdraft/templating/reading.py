"""What templates read, found from their syntax trees without running them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from jinja2 import meta, nodes

from speechdraft.templating.grammar import FUNCTIONS

__all__ = ["Mention", "Usage", "mentions_in"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that a template reads.

    ``printed`` where it is printed, ``guarded`` where a clause or a condition covers its absence, ``tentative`` where
    it is only asked whether it is given, or has a default, so that it need not be there at all. ``part`` is the field
    that alone is read of it, or empty.
    """

    name: str
    file: str
    line: int
    printed: bool
    guarded: bool
    tentative: bool
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a template (or an expression) reads, included templates with it."""

    mentions: tuple[Mention, ...]

    def names(self) -> tuple[str, ...]:
        """Return the names read, each once, in order."""
        return tuple(dict.fromkeys(mention.name for mention in self.mentions))


def mentions_in(tree: nodes.Template, file: str, line: int | None = None) -> Iterator[Mention]:
    """Return the names that a tree reads from outside, those of included templates not among them.

    ``line`` is where the tree's text begins in its file, if not in the first line.
    """
    reader = _Reader(file=file, outside=meta.find_undeclared_variables(tree) - set(FUNCTIONS))
    reader.read(tree, _Manner())
    for mention in reader.found:
        yield mention if line is None else replace(mention, line=line + mention.line - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How a part of a template reads names: see :class:`Mention`."""

    printed: bool = False
    clause: bool = False
    tentative: bool = False
    given: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Reader:
    """Collects the names that a tree reads from outside, and how."""

    file: str
    outside: set[str]
    found: list[Mention] = field(default_factory=list)

    def read(self, node: nodes.Node | None, manner: _Manner) -> None:
        """Read a part of the tree."""
        match node:
            case None:
                return
            case nodes.Name(name=name, ctx="load"):
                if name in self.outside:
                    self.found.append(self._mention(name, node.lineno, manner))
            case nodes.Getattr(node=nodes.Name(name=name, ctx="load"), attr=part):
                if name in self.outside:
                    self.found.append(replace(self._mention(name, node.lineno, manner), part=part))
            case nodes.If():
                self.read(node.test, replace(manner, printed=False))
                self._read_all(node.body, replace(manner, given=manner.given | _sure(node.test)))
                self._read_all([*node.elif_, *node.else_], manner)
            case nodes.CondExpr():
                self.read(node.test, replace(manner, printed=False))
                self.read(node.expr1, replace(manner, given=manner.given | _sure(node.test)))
                self.read(node.expr2, manner)
            case nodes.CallBlock():
                self._read_all(node.body, replace(manner, clause=True))
            case nodes.Filter(name="default"):
                self.read(node.node, replace(manner, tentative=True))
                self._read_all(node.args, manner)
            case nodes.Test():
                self.read(node.node, replace(manner, printed=False, tentative=True))
                self._read_all(node.args, replace(manner, printed=False))
            case nodes.Output():
                self._read_all(node.nodes, replace(manner, printed=True))
            case _:
                self._read_all(node.iter_child_nodes(), manner)

    def _read_all(self, parts: Iterable[nodes.Node], manner: _Manner) -> None:
        for part in parts:
            self.read(part, manner)

    def _mention(self, name: str, line: int, manner: _Manner) -> Mention:
        return Mention(
            name=name,
            file=self.file,
            line=line,
            printed=manner.printed,
            guarded=manner.clause or name in manner.given,
            tentative=manner.tentative,
        )


def _sure(test: nodes.Node) -> frozenset[str]:
    """Return the names that are given wherever a condition holds."""
    match test:
        case nodes.Name(name=name):
            return frozenset({name})
        case nodes.Test(name="given", node=nodes.Name(name=name)):
            return frozenset({name})
        case nodes.And():
            return _sure(test.left) | _sure(test.right)
        case _:
            return frozenset()
