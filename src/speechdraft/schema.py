"""Validation of YAML values by pydantic models, with each error at its line and column and in the user's words."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Problems, did_you_mean
from speechdraft.source import MappingNode, Node, SequenceNode, node_at, to_plain

__all__ = ["NAME_PATTERN", "as_text", "validate"]

NAME_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
"""What names an outline or a pack."""

_MOST = 250
"""The most errors of one value that are put into words; more than :class:`Problems` keeps."""
_Model = TypeVar("_Model", bound=BaseModel)

_EXPECTED = {
    "string_type": lambda: _("a text"),
    "int_parsing": lambda: _("a whole number"),
    "int_type": lambda: _("a whole number"),
    "int_from_float": lambda: _("a whole number"),
    "float_parsing": lambda: _("a number"),
    "float_type": lambda: _("a number"),
    "decimal_parsing": lambda: _("a number"),
    "decimal_type": lambda: _("a number"),
    "finite_number": lambda: _("a number"),
    "bool_parsing": lambda: _("true or false"),
    "bool_type": lambda: _("true or false"),
    "list_type": lambda: _("a list"),
    "tuple_type": lambda: _("a list"),
    "dict_type": lambda: _("a mapping"),
    "mapping_type": lambda: _("a mapping"),
    "model_type": lambda: _("a mapping"),
    "model_attributes_type": lambda: _("a mapping"),
    "date_from_datetime_parsing": lambda: _("a date such as 2026-02-10"),
    "date_parsing": lambda: _("a date such as 2026-02-10"),
    "date_type": lambda: _("a date such as 2026-02-10"),
}


def as_text(value: object) -> object:
    """Return the value, an empty one as the empty text (``heading:`` with nothing behind it)."""
    return "" if value is None else value


def validate(model: type[_Model], node: Node, problems: Problems) -> _Model | None:
    """Return the node's value as a model, or None when something is wrong; then ``problems`` has it all.

    Problems: ``unknown-key``, ``missing-key``, ``wrong-type``, ``wrong-value``.
    """
    try:
        return model.model_validate(_without_empty(node))
    except ValidationError as error:
        details = [dict(detail) for detail in error.errors(include_url=False)[:_MOST]]
        found = [_problem(model, node, detail) for detail in details if not _follows(node, detail)]
        problems.extend(sorted(found, key=lambda problem: (problem.place.line or 0, problem.place.column or 0)))
        return None


def _without_empty(node: Node) -> object:
    """Return the plain value without keys that have nothing behind them: they are as good as not there."""
    match node:
        case MappingNode():
            values = {key: _without_empty(value) for key, value in node.entries.items()}
            return {key: value for key, value in values.items() if value is not None}
        case SequenceNode():
            return [_without_empty(item) for item in node.items]
        case _:
            return to_plain(node)


def _follows(node: Node, detail: dict[str, Any]) -> bool:
    """Return whether a list is called too short only because its items are wrong, which is said of each."""
    for step in detail["loc"]:
        match node:
            case MappingNode() if step in node.entries:
                node = node.entries[step]
            case SequenceNode() if isinstance(step, int) and step < len(node.items):
                node = node.items[step]
            case _:
                return False
    return detail["type"] == "too_short" and isinstance(node, SequenceNode) and bool(node.items)


def _problem(model: type[BaseModel], node: Node, detail: dict[str, Any]) -> Problem:
    kind, path = str(detail["type"]), tuple(detail["loc"])
    key_place, place = node_at(node, path)
    name = str(path[-1]) if path else ""
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        known = sorted(_keys_at(model, path[:-1]))
        hint = did_you_mean(name, known) or _("known here: {names}").format(names=_(", ").join(known))
        return Problem(
            code="unknown-key", message=_("no key “{name}” here").format(name=name), place=key_place, hint=hint
        )
    if kind == "missing":
        return Problem(
            code="missing-key", message=_("the key “{name}” is missing").format(name=name), place=_of_parent(node, path)
        )
    if kind in {"literal_error", "enum"}:
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        names = [part.strip() for part in allowed.split(", ")]
        message = _("“{value}” cannot stand here").format(value=detail["input"])
        hint = did_you_mean(str(detail["input"]), names)
        choose = _("choose one of {choices}").format(choices=_(", ").join(names))
        return Problem(code="wrong-value", message=message, place=place, hint=f"{hint}\n{choose}" if hint else choose)
    if kind in _EXPECTED:
        return Problem(
            code="wrong-type", message=_("expected {expected}").format(expected=_EXPECTED[kind]()), place=place
        )
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        return Problem(
            code="wrong-value",
            message=_("the number {value} is out of range").format(value=detail["input"]),
            place=place,
        )
    if kind == "too_short":
        return Problem(code="wrong-value", message=_("this list is empty"), place=place)
    if kind == "string_pattern_mismatch":
        message = _("“{value}” cannot stand here").format(value=detail["input"])
        hint = _("small letters, digits and hyphens") if context.get("pattern") == NAME_PATTERN else ""
        return Problem(code="wrong-value", message=message, place=place, hint=hint)
    reason = str(context.get("error", detail["msg"])) if kind == "value_error" else str(detail["msg"])
    return Problem(code="wrong-value", message=reason, place=place)


def _of_parent(node: Node, path: tuple[str | int, ...]) -> Place:
    return node_at(node, path[:-1])[1]


def _keys_at(model: type[BaseModel], path: tuple[str | int, ...]) -> set[str]:
    """Return the keys that the model knows where the path leads: through lists and mappings of models."""
    current: type[BaseModel] = model
    for step in path:
        field = current.model_fields.get(step) if isinstance(step, str) else None
        inner = _model_in(field.annotation) if field is not None else None
        if inner is not None:
            current = inner
    return {field.alias or name for name, field in current.model_fields.items()}


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _model_in(argument)
        if inner is not None:
            return inner
    return None
