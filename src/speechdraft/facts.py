"""Facts: the dictionary that says what each is, and the layers of given values, each knowing where it came from."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from speechdraft.i18n import _
from speechdraft.problems import Place
from speechdraft.schema import as_text
from speechdraft.source import MappingNode, Node, Plain, Scalar, SequenceNode
from speechdraft.values import Day, FactType, Person, Quantity, Value, ValueRefusal, read_scalar, spoken

__all__ = [
    "PARTICULARS",
    "Dictionary",
    "FactSpec",
    "Given",
    "Layer",
    "example_text",
    "has_particulars",
    "item_spec",
    "lacking",
    "node_of",
    "plain_value",
    "stack",
    "type_name",
]

PARTICULARS = ("source", "as_of", "confirmed", "note")
"""What can stand with a value: {value: 128, source: 干部一科, as_of: 2025-12-31, confirmed: yes}."""


class Layer(IntEnum):
    """Where a value came from; a higher layer goes before a lower one."""

    PACK = 0
    USER = 1
    SPEECH = 2
    OPTION = 3


class FactSpec(BaseModel):
    """What a fact is: its entry in a dictionary."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str = Field(default="", description="How forms and gaps call the fact; its name where this is empty.")
    type: FactType = Field(default=FactType.TEXT, description="The fact's type.")
    unit: str = Field(default="", description="Measure word or unit that the figure is printed with: 名, 个, 万元.")
    group: str = Field(default="", description="The group that forms show the fact in.")
    ask: str = Field(default="", description="Whom to ask for it: an office or a person.")
    example: Any = Field(default=None, description="A realistic value.")
    optional: bool = Field(default=False, description="Whether the speech can do without it.")
    default: Any = Field(default=None, description="The value if none is given.")
    as_of: datetime.date | None = Field(default=None, description="The day on which the default was right.")
    fresh_months: int = Field(
        default=12, ge=1, description="How many months after its day (as_of) a value needs no second look."
    )
    formula: str = Field(
        default="", description="An expression over other facts that gives the value: 今年 / 去年 - 1."
    )
    choices: tuple[Annotated[str, BeforeValidator(as_text)], ...] = Field(
        default=(), description="The values of a choice."
    )
    min: Decimal | None = Field(default=None, description="The least figure that makes sense, in the fact's unit.")
    max: Decimal | None = Field(default=None, description="The greatest figure that makes sense, in the fact's unit.")
    fields: Mapping[str, FactSpec] = Field(
        default_factory=dict, description="The fields of a record, or of a list's records."
    )

    def bounds(self) -> tuple[Decimal | None, Decimal | None]:
        """Return the least and greatest figure that make sense; a percentage is a share unless said otherwise."""
        if self.type is FactType.PERCENT and self.min is None and self.max is None:
            return Decimal(0), Decimal(100)
        return self.min, self.max


Dictionary = Mapping[str, FactSpec]
"""What each fact is, by name, in the order of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A value that somebody gave, with where it is from and how far it can be trusted."""

    value: Value
    layer: Layer
    place: Place
    typed: Plain
    source: str = ""
    as_of: datetime.date | None = None
    confirmed: bool | None = None
    note: str = ""


def stack(layers: Iterable[Mapping[str, Given]]) -> dict[str, Given]:
    """Return one mapping in which each fact has its value of the highest layer that gives one."""
    stacked: dict[str, Given] = {}
    for layer in layers:
        for name, given in layer.items():
            if name not in stacked or given.layer >= stacked[name].layer:
                stacked[name] = given
    return stacked


def node_of(plain: Plain, place: Place) -> Node:
    """Return a plain value as nodes that all stand at one place."""
    match plain:
        case None:
            return Scalar(text="", given=False, place=place)
        case str():
            return Scalar(text=plain, given=True, place=place)
        case list():
            return SequenceNode(items=tuple(node_of(item, place) for item in plain), place=place)
        case dict():
            entries = {key: node_of(value, place) for key, value in plain.items()}
            return MappingNode(entries=entries, key_places=dict.fromkeys(entries, place), place=place)


def has_particulars(keys: Collection[str]) -> bool:
    """Return whether a mapping with these keys is a value with its particulars, and not itself the value."""
    return "value" in keys and set(keys) <= {"value", *PARTICULARS}


def plain_value(spec: FactSpec, value: Value) -> Plain:
    """Return what a user types to give a value: reading it as the same fact gives the value back."""
    match value:
        case bool():
            return "是" if value else "否"
        case int():
            return f"{value:04d}"
        case str():
            return value
        case Quantity():
            return value.digits + ("" if value.unit == spec.unit else value.unit)
        case Day():
            return value.iso()
        case Person():
            return {key: part for key, part in (("职务", value.post), ("姓名", value.name)) if part}
        case tuple():
            return [plain_value(item_spec(spec), item) for item in value if item is not None]
        case Mapping():
            return {
                name: plain_value(spec.fields[name], part)
                for name, part in value.items()
                if part is not None and name in spec.fields
            }


def item_spec(spec: FactSpec) -> FactSpec:
    """Return what a list's items are: records where it has fields, else texts."""
    return FactSpec(type=FactType.RECORD, fields=spec.fields) if spec.fields else FactSpec(type=FactType.TEXT)


def lacking(path: str, spec: FactSpec, value: Value | None) -> tuple[str, ...]:
    """Return the paths to the parts that a value cannot do without and does not have: 述职人[6].建议, as gaps name it.

    Those are fields that are not optional, items without a value, and the name of a person whose post is given.
    """
    return tuple(_lacking(path, spec, value))


def _lacking(path: str, spec: FactSpec, value: Value | None) -> Iterator[str]:
    match value:
        case None:
            if not spec.optional:
                yield path
        case Person():
            if not value.name:
                yield f"{path}.姓名"
        case tuple():
            for index, item in enumerate(value, start=1):
                yield from _lacking(f"{path}[{index}]", item_spec(spec), item)
        case Mapping():
            for name, inner in spec.fields.items():
                yield from _lacking(f"{path}.{name}", inner, value.get(name))
        case _:
            pass


def type_name(kind: FactType) -> str:
    """Return how messages and forms call a type."""
    return {
        FactType.TEXT: _("a text"),
        FactType.LONG_TEXT: _("a long text"),
        FactType.NUMBER: _("a number"),
        FactType.PERCENT: _("a percentage"),
        FactType.MONEY: _("a sum of money"),
        FactType.DATE: _("a date"),
        FactType.YEAR: _("a year"),
        FactType.CHOICE: _("a choice"),
        FactType.YES_NO: _("yes or no"),
        FactType.PERSON: _("a person"),
        FactType.LIST: _("a list"),
        FactType.RECORD: _("a record"),
    }[kind]


def example_text(spec: FactSpec) -> str:
    """Return the fact's example as one line, or an empty text."""
    if isinstance(spec.example, str):
        try:
            return spoken(spec.type, read_scalar(spec.type, spec.example, unit=spec.unit, choices=spec.choices))
        except ValueRefusal:
            return spec.example
    if isinstance(spec.example, list):
        return "、".join(item for item in spec.example if isinstance(item, str))
    return ""
