"""Forms: what an outline still needs, as a YAML file with a comment over each fact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speechdraft.facts import FactSpec, type_name
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing
from speechdraft.values import FactType

__all__ = ["yaml_form"]


def yaml_form(outline: str, title: str, entries: Iterable[Entry]) -> str:
    """Return a facts file to fill in: by group, each fact under a comment that says what it is and whom to ask."""
    lines = [
        f"outline: {outline}",
        f"# {title}",
        "#",
        *(f"# {line}" for line in _how_to().splitlines()),
    ]
    group = None
    for entry in sorted(entries, key=lambda entry: entry.standing is Standing.LEFT_OUT):
        heading = _("Can be left out") if entry.standing is Standing.LEFT_OUT else entry.spec.group or _("Others")
        if heading != group:
            group = heading
            lines += ["", f"# ── {heading} " + "─" * 20]
        lines += ["", *_field(entry)]
    return "\n".join(lines) + "\n"


def _how_to() -> str:
    return _(
        "Write each value behind its name and save; what stays empty is a gap in the draft, and nothing is made up.\n"
        "A value that has “: ” or “#” in it goes in single quotes: '…'\n"
        "Where a figure is from can stand with it: {value: 128, source: 干部一科, as_of: 2025-12-31, confirmed: yes}"
    )


def _field(entry: Entry) -> Iterator[str]:
    spec = entry.spec
    yield f"# {_told(entry.name, spec)}"
    if entry.standing is Standing.DEFAULTED:
        yield f"# {_('without a value it is: {value}').format(value=entry.text)}"
        yield f"# {entry.name}:"
    elif entry.standing is Standing.COMPUTED or spec.formula:
        yield f"# {_('computed: {formula}').format(formula=spec.formula)}"
        yield f"# {entry.name}:"
    elif spec.type is FactType.LIST:
        yield f"{entry.name}:"
        yield from _list(spec)
    elif spec.type is FactType.RECORD:
        yield f"{entry.name}:"
        yield from (f"  {name}:  # {_told(name, inner)}" for name, inner in spec.fields.items())
    else:
        yield f"{entry.name}:"


def _list(spec: FactSpec) -> Iterator[str]:
    if not spec.fields:
        yield "  -"
        return
    dash = "- "
    for name, inner in spec.fields.items():
        yield f"  {dash}{name}:  # {_told(name, inner)}"
        dash = "  "


def _told(name: str, spec: FactSpec) -> str:
    """Return what the comment over a fact says: label, type, unit, example, whom to ask."""
    parts = [spec.label] if spec.label and spec.label != name else []
    parts.append(type_name(spec.type))
    if spec.unit:
        parts.append(_("in {unit}").format(unit=spec.unit))
    if spec.choices:
        parts.append(_("one of {choices}").format(choices=_(", ").join(spec.choices)))
    if isinstance(spec.example, str):
        parts.append(_("for example {example}").format(example=" ".join(spec.example.split())))
    elif isinstance(spec.example, list) and all(isinstance(item, str) for item in spec.example):
        parts.append(_("for example {example}").format(example=_(", ").join(spec.example)))
    if spec.optional:
        parts.append(_("can be left out"))
    if spec.ask:
        parts.append(_("ask {office}").format(office=spec.ask))
    return _("; ").join(parts)
