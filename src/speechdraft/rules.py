"""Rules between facts, as a dictionary or an outline states them under ``checks:``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from speechdraft.problems import Place, Problems
from speechdraft.schema import validate
from speechdraft.source import MappingNode, Node, Scalar, SequenceNode, node_at

__all__ = ["CHECKS", "Rule", "RuleSpec", "RuleText", "rules_in"]

CHECKS = "checks"
"""The key that rules stand under. A list under it holds rules; anything else is a fact of that name."""


class RuleSpec(BaseModel):
    """One rule: an expression over facts that holds, and what to say where it does not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    check: str = Field(
        min_length=1,
        description="An expression over facts that must hold, such as 实际到位人数 <= 录取人数. 36.5% counts as 0.365.",
    )
    message: str = Field(default="", description="What to say where it does not hold.")


def _as_mapping(value: object) -> object:
    return {"check": value} if isinstance(value, str) else value


RuleText = Annotated[RuleSpec, BeforeValidator(_as_mapping, json_schema_input_type=str | RuleSpec)]
"""A rule as it is written: the expression alone, or a mapping."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule with the place where it stands."""

    check: str
    message: str
    place: Place


def rules_in(node: Node, problems: Problems) -> tuple[Rule, ...]:
    """Return the rules of a dictionary or an outline; what is wrong with one goes to ``problems`` and leaves it out."""
    rules = node.entries.get(CHECKS) if isinstance(node, MappingNode) else None
    return tuple(_rules(rules, problems)) if isinstance(rules, SequenceNode) else ()


def _rules(node: SequenceNode, problems: Problems) -> Iterator[Rule]:
    for item in node.items:
        if isinstance(item, Scalar):
            if item.text.strip():
                yield Rule(check=item.text, message="", place=item.place)
            continue
        spec = validate(RuleSpec, item, problems)
        if spec is not None:
            yield Rule(check=spec.check, message=spec.message, place=node_at(item, ("check",))[1])
