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


def _a_text() -> tuple[str, str]:
    return _("a text"), _('put it between quotation marks: "…"')


def _a_whole_number() -> tuple[str, str]:
    return _("a whole number"), _("write it in digits, such as 12")


def _a_number() -> tuple[str, str]:
    return _("a number"), _("write it in digits, such as 12")


def _true_or_false() -> tuple[str, str]:
    return _("true or false"), ""


def _a_list() -> tuple[str, str]:
    return _("a list"), _("write each item on a line of its own, behind “- ”")


def _a_mapping() -> tuple[str, str]:
    return _("a mapping"), _("write each “name: value” on a line of its own")


def _a_date() -> tuple[str, str]:
    return _("a date such as 2026-02-10"), ""


_EXPECTED = {
    "string_type": _a_text,
    "int_parsing": _a_whole_number,
    "int_type": _a_whole_number,
    "int_from_float": _a_whole_number,
    "float_parsing": _a_number,
    "float_type": _a_number,
    "decimal_parsing": _a_number,
    "decimal_type": _a_number,
    "finite_number": _a_number,
    "bool_parsing": _true_or_false,
    "bool_type": _true_or_false,
    "list_type": _a_list,
    "tuple_type": _a_list,
    "dict_type": _a_mapping,
    "mapping_type": _a_mapping,
    "model_type": _a_mapping,
    "model_attributes_type": _a_mapping,
    "date_from_datetime_parsing": _a_date,
    "date_parsing": _a_date,
    "date_type": _a_date,
}
"""What a value should be, and how that is written, by pydantic's name of the error."""


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
        message = _("the key “{name}” is missing").format(name=name)
        hint = _("add a line “{name}: …”").format(name=name)
        return Problem(code="missing-key", message=message, place=_of_parent(node, path), hint=hint)
    if kind in {"literal_error", "enum"}:
        allowed = str(context.get("expected", "")).replace("'", "").replace(" or ", ", ")
        names = [part.strip() for part in allowed.split(", ")]
        message = _("“{value}” cannot stand here").format(value=detail["input"])
        hint = did_you_mean(str(detail["input"]), names)
        choose = _("choose one of {choices}").format(choices=_(", ").join(names))
        return Problem(code="wrong-value", message=message, place=place, hint=f"{hint}\n{choose}" if hint else choose)
    if kind in _EXPECTED:
        expected, hint = _EXPECTED[kind]()
        message = _("expected {expected}").format(expected=expected)
        return Problem(code="wrong-type", message=message, place=place, hint=hint)
    if kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        message = _("the number {value} is out of range").format(value=detail["input"])
        return Problem(code="wrong-value", message=message, place=place, hint=_bound(context))
    if kind == "too_short":
        return Problem(code="wrong-value", message=_("this list is empty"), place=place)
    if kind == "string_pattern_mismatch":
        message = _("“{value}” cannot stand here").format(value=detail["input"])
        hint = _("small letters, digits and hyphens") if context.get("pattern") == NAME_PATTERN else ""
        return Problem(code="wrong-value", message=message, place=place, hint=hint)
    reason = str(context.get("error", detail["msg"])) if kind == "value_error" else str(detail["msg"])
    return Problem(code="wrong-value", message=reason, place=place)


def _bound(context: dict[str, Any]) -> str:
    """Return what a number has to keep to, from what pydantic says of it."""
    forms = {
        "gt": _("it must be more than {bound}"),
        "ge": _("it must be at least {bound}"),
        "lt": _("it must be less than {bound}"),
        "le": _("it must be at most {bound}"),
    }
    return next((form.format(bound=f"{context[key]:g}") for key, form in forms.items() if key in context), "")


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
