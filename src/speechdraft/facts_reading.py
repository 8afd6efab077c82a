"""Dictionaries, facts files and ``--set`` as facts: what is typed becomes values, and what cannot is a problem."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from decimal import Decimal

from speechdraft.facts import (
    PARTICULARS,
    Dictionary,
    FactSpec,
    Given,
    Layer,
    has_particulars,
    item_spec,
    node_of,
    type_name,
)
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, Problems, Severity, did_you_mean
from speechdraft.rules import CHECKS
from speechdraft.schema import validate
from speechdraft.source import MappingNode, Node, Scalar, SequenceNode, bad_character, to_plain
from speechdraft.values import YUAN, Day, FactType, Person, Quantity, Value, ValueRefusal, read_scalar

__all__ = ["defaults", "read_dictionary", "read_facts", "read_option", "read_value"]

_OUTLINE_KEY = "outline"
_PERSON_KEYS = {"职务": "post", "post": "post", "姓名": "name", "name": "name"}


def read_dictionary(node: Node, problems: Problems) -> dict[str, FactSpec]:
    """Return a dictionary file's entries; what is wrong with one goes to ``problems`` and leaves it out.

    Its rules (a list under ``checks:``) are :func:`~speechdraft.rules.rules_in`' to read.
    """
    specs: dict[str, FactSpec] = {}
    if not isinstance(node, MappingNode):
        problems.add(_wrong_type(node.place, _("a mapping of names to what each fact is")))
        return specs
    for name, entry in node.entries.items():
        if name == CHECKS and isinstance(entry, SequenceNode):
            continue
        problem = _bad_name(name, node.key_places[name])
        if problem is not None:
            problems.add(problem)
            continue
        spec = validate(FactSpec, entry, problems)
        if spec is not None:
            specs[name] = spec
            _check_spec(name, spec, entry, problems)
    return specs


def _bad_name(name: str, place: Place) -> Problem | None:
    if name.isidentifier() and not name.startswith("_"):
        return None
    return Problem(
        code="bad-name",
        message=_("“{name}” cannot name a fact").format(name=name),
        place=place,
        hint=_("a name is made of letters, Chinese characters and digits, and does not begin with a digit or “_”"),
    )


def _check_spec(name: str, spec: FactSpec, entry: Node, problems: Problems) -> None:
    if spec.type is FactType.CHOICE and not spec.choices:
        problems.add(
            Problem(
                code="no-choices",
                message=_("“{name}” is a choice without choices").format(name=name),
                place=entry.place,
                hint=_("add choices: [ …, … ]"),
            )
        )
    elif spec.default is not None and isinstance(entry, MappingNode):
        read_value(name, spec, entry.entries["default"], problems)
    fields = entry.entries.get("fields") if isinstance(entry, MappingNode) else None
    if not isinstance(fields, MappingNode):
        return
    for field, node in fields.entries.items():
        problem = _bad_name(field, fields.key_places[field])
        if problem is not None:
            problems.add(problem)
        inner = spec.fields.get(field)
        if inner is None:  # nothing stands behind its name
            problems.add(_wrong_type(node.place, _("a mapping")))
        else:
            _check_spec(f"{name}.{field}", inner, node, problems)


def defaults(dictionary: Dictionary, file: str) -> dict[str, Given]:
    """Return the values that a dictionary gives by itself."""
    return dict(_defaults(dictionary, file))


def _defaults(dictionary: Dictionary, file: str) -> Iterator[tuple[str, Given]]:
    for name, spec in dictionary.items():
        if spec.default is None:
            continue
        value = read_value(name, spec, node_of(spec.default, Place(file=file)), Problems())
        if value is not None:
            yield (
                name,
                Given(value=value, layer=Layer.PACK, place=Place(file=file), typed=spec.default, as_of=spec.as_of),
            )


def read_facts(node: Node | None, layer: Layer, dictionary: Dictionary, problems: Problems) -> dict[str, Given]:
    """Return the values that a facts file gives, by name.

    A fact that stands there without a value is not given. Problems: ``wrong-type``, ``unknown-fact`` (a warning:
    nothing is lost by it), and those of single values (``bad-date``, ``bad-number``, ``out-of-range`` …).
    """
    given: dict[str, Given] = {}
    if node is None:
        return given
    if not isinstance(node, MappingNode):
        problems.add(_wrong_type(node.place, _("a mapping of facts to their values")))
        return given
    for name, entry in node.entries.items():
        if name == _OUTLINE_KEY:
            continue
        spec = dictionary.get(name)
        if spec is None:
            problems.add(_unknown_fact(name, node.key_places[name], {} if problems.is_full else dictionary))
            continue
        one = _read_given(name, spec, entry, layer, problems)
        if one is not None:
            given[name] = one
    return given


def read_option(setting: str, dictionary: Dictionary, problems: Problems) -> dict[str, Given]:
    """Return the value that ``--set 名称=值`` gives."""
    place = Place(file="--set")
    name, equals, typed = (part.strip() for part in setting.partition("="))
    if not equals or not name:
        problems.add(
            Problem(
                code="bad-setting",
                message=_("“{setting}” does not set a fact").format(setting=setting),
                place=place,
                hint=_("write --set 名称=值, for instance --set 地区=清河市"),
            )
        )
        return {}
    bad = bad_character(typed)
    if bad is not None:
        message = _("the character {name} cannot stand in a document").format(name=bad[1])
        problems.add(Problem(code="bad-character", message=message, place=place))
        return {}
    spec = dictionary.get(name)
    if spec is None:
        unknown = _unknown_fact(name, place, dictionary)
        problems.add(Problem(code=unknown.code, message=unknown.message, place=place, hint=unknown.hint))
        return {}
    one = _read_given(name, spec, Scalar(text=typed, given=bool(typed), place=place), Layer.OPTION, problems)
    return {} if one is None else {name: one}


def _unknown_fact(name: str, place: Place, dictionary: Dictionary) -> Problem:
    hint = did_you_mean(name, dictionary)
    if not hint:
        hint = _("no template can use it; declare it under “facts:” of the outline if you mean to")
    return Problem(
        code="unknown-fact",
        message=_("no fact “{name}”").format(name=name),
        place=place,
        hint=hint,
        severity=Severity.WARNING,
    )


def _read_given(name: str, spec: FactSpec, entry: Node, layer: Layer, problems: Problems) -> Given | None:
    meta: dict[str, Node] = {}
    node = entry
    if isinstance(entry, MappingNode) and has_particulars(entry.entries):
        meta = {key: value for key, value in entry.entries.items() if key != "value"}
        node = entry.entries["value"]
    value = read_value(name, spec, node, problems)
    texts = {key: part.text.strip() for key, part in meta.items() if isinstance(part, Scalar) and part.given}
    as_of = _meta_date(meta.get("as_of"), problems)
    confirmed = _meta_yes(meta.get("confirmed"), problems)
    if value is None:
        return None
    return Given(
        value=value,
        layer=layer,
        place=entry.place,
        typed=to_plain(node),
        source=texts.get("source", ""),
        as_of=as_of,
        confirmed=confirmed,
        note=texts.get("note", ""),
    )


def _meta_date(node: Node | None, problems: Problems) -> datetime.date | None:
    if not isinstance(node, Scalar) or not node.given:
        return None
    value = read_value("as_of", FactSpec(type=FactType.DATE), node, problems)
    return datetime.date(value.year, value.month, value.day or 1) if isinstance(value, Day) else None


def _meta_yes(node: Node | None, problems: Problems) -> bool | None:
    if not isinstance(node, Scalar) or not node.given:
        return None
    value = read_value("confirmed", FactSpec(type=FactType.YES_NO), node, problems)
    return value if isinstance(value, bool) else None


def read_value(name: str, spec: FactSpec, node: Node, problems: Problems) -> Value | None:
    """Return the typed value, or None where nothing is given or it is refused (then a problem says so)."""
    if isinstance(node, Scalar) and (not node.given or not node.text.strip()):
        return None
    match spec.type:
        case FactType.LIST:
            return _read_list(name, spec, node, problems)
        case FactType.RECORD:
            return _read_record(name, spec, node, problems)
        case FactType.PERSON if isinstance(node, MappingNode):
            return _read_person(name, node, problems)
        case _:
            pass
    if not isinstance(node, Scalar):
        unknown = _unknown_particular(node) if isinstance(node, MappingNode) else None
        expected = _("{type} for “{name}”").format(type=type_name(spec.type), name=name)
        problems.add(unknown or _wrong_type(node.place, expected))
        return None
    try:
        value = read_scalar(spec.type, node.text, unit=spec.unit, choices=spec.choices)
    except ValueRefusal as refusal:
        problems.add(_refused(name, spec, node, refusal.reason))
        return None
    if isinstance(value, Quantity) and not _makes_sense(spec, value):
        problems.add(_out_of_range(name, spec, node, value))
        return None
    return value


def _unknown_particular(node: MappingNode) -> Problem | None:
    """Return the problem with a mapping that would be a value with its particulars but for a key."""
    name = next((key for key in node.entries if key not in {"value", *PARTICULARS}), None)
    if "value" not in node.entries or name is None:
        return None
    return Problem(
        code="unknown-key",
        message=_("no key “{name}” here").format(name=name),
        place=node.key_places[name],
        hint=did_you_mean(name, PARTICULARS) or _("choose one of {choices}").format(choices=_(", ").join(PARTICULARS)),
    )


def _makes_sense(spec: FactSpec, value: Quantity) -> bool:
    """Return whether a figure lies within its bounds; those of money are in the fact's own unit, else in 元."""
    least, most = spec.bounds()
    amount = value.amount
    if spec.type is FactType.MONEY:
        amount *= YUAN[value.unit] / YUAN.get(spec.unit, Decimal(1))
    return (least is None or amount >= least) and (most is None or amount <= most)


def _read_list(name: str, spec: FactSpec, node: Node, problems: Problems) -> Value | None:
    if not isinstance(node, SequenceNode):
        problems.add(
            Problem(
                code="not-a-list",
                message=_("“{name}” is a list").format(name=name),
                place=node.place,
                hint=_("put each item on a line of its own, after “- ”"),
            )
        )
        return None
    inner = item_spec(spec)
    read = [read_value(f"{name}[{index}]", inner, item, problems) for index, item in enumerate(node.items, start=1)]
    items = tuple(item for item in read if item is not None)
    return items or None


def _read_record(name: str, spec: FactSpec, node: Node, problems: Problems) -> Value | None:
    if not isinstance(node, MappingNode):
        expected = _(", ").join(spec.fields)
        problems.add(
            Problem(
                code="not-a-record",
                message=_("“{name}” has fields: {fields}").format(name=name, fields=expected),
                place=node.place,
                hint=_("write each as “field: value”"),
            )
        )
        return None
    values: dict[str, Value | None] = dict.fromkeys(spec.fields)
    for field, part in node.entries.items():
        if field in spec.fields:
            values[field] = read_value(f"{name}.{field}", spec.fields[field], part, problems)
        else:
            problems.add(
                Problem(
                    code="unknown-field",
                    message=_("“{name}” has no field “{field}”").format(name=name, field=field),
                    place=node.key_places[field],
                    hint=did_you_mean(field, spec.fields)
                    or _("its fields: {fields}").format(fields=_(", ").join(spec.fields)),
                )
            )
    return values if any(value is not None for value in values.values()) else None


def _read_person(name: str, node: MappingNode, problems: Problems) -> Person | None:
    parts = {"post": "", "name": ""}
    for key, part in node.entries.items():
        if key not in _PERSON_KEYS or not isinstance(part, Scalar):
            problems.add(
                Problem(
                    code="unknown-field",
                    message=_("“{name}” has no field “{field}”").format(name=name, field=key),
                    place=node.key_places[key],
                    hint=_("its fields: {fields}").format(fields=_(", ").join(("职务", "姓名"))),
                )
            )
        else:
            parts[_PERSON_KEYS[key]] = part.text.strip()
    return Person(**parts) if any(parts.values()) else None


def _wrong_type(place: Place, expected: str) -> Problem:
    return Problem(code="wrong-type", message=_("expected {expected}").format(expected=expected), place=place)


def _refused(name: str, spec: FactSpec, node: Scalar, reason: str) -> Problem:
    typed = node.text.strip()
    code, message, hint = {
        "not-a-number": (
            "bad-number",
            _("“{typed}” is not a number"),
            _("write digits, with the unit if you like: 128, 1.2万, 近300{unit}"),
        ),
        "not-a-percent": ("bad-number", _("“{typed}” is not a percentage"), _("write 36.5 or 36.5%")),
        "no-unit": ("bad-number", _("“{typed}” has no unit"), _("write 元, 万元 or 亿元 behind the figure")),
        "not-money": (
            "bad-number",
            _("“{typed}” is not a sum of money"),
            _("write 元, 万元 or 亿元 behind the figure"),
        ),
        "not-a-date": ("bad-date", _("“{typed}” is not a date"), _("write 2026-02-10 or 2026年2月10日")),
        "no-year": ("bad-date", _("“{typed}” has no year"), _("write the year, too: 2026-02-10 or 2026年2月10日")),
        "no-such-date": ("bad-date", _("there is no day {typed}"), _("write 2026-02-10 or 2026年2月10日")),
        "not-a-year": ("bad-date", _("“{typed}” is not a year"), _("write four digits: 2026")),
        "not-a-choice": ("bad-choice", _("“{typed}” is none of the choices"), _("choose one of {choices}")),
        "not-yes-or-no": ("bad-choice", _("“{typed}” is neither yes nor no"), _("write 是 or 否")),
    }[reason]
    head = _("“{name}”: ").format(name=name)
    return Problem(
        code=code,
        message=head + message.format(typed=typed),
        place=node.place,
        hint=hint.format(unit=spec.unit, choices=_(", ").join(spec.choices)),
    )


def _out_of_range(name: str, spec: FactSpec, node: Scalar, value: Quantity) -> Problem:
    least, most = spec.bounds()
    unit = (spec.unit or "元") if spec.type is FactType.MONEY else value.unit
    if least is not None and most is not None:
        span = _("it lies between {least} and {most}").format(least=f"{least}{unit}", most=f"{most}{unit}")
    elif least is not None:
        span = _("it is at least {least}").format(least=f"{least}{unit}")
    else:
        span = _("it is at most {most}").format(most=f"{most}{unit}")
    return Problem(
        code="out-of-range",
        message=_("“{name}”: {typed} cannot be").format(name=name, typed=node.text.strip()),
        place=node.place,
        hint=span + _("; correct the figure, or the fact's min and max in the dictionary"),
    )
