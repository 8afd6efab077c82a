"""The form as a YAML file: a facts file with a comment over each fact that says what it is and whom to ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from speechdraft.facts import FactSpec, Given, has_particulars
from speechdraft.forms.telling import still_needed, told
from speechdraft.i18n import _
from speechdraft.ledger import Entry, Standing
from speechdraft.slots import put, steps_of
from speechdraft.source import Plain
from speechdraft.splicing import entry_lines
from speechdraft.values import FactType

__all__ = ["yaml_form"]


def yaml_form(outline: str, title: str, entries: Iterable[Entry]) -> str:
    """Return a facts file to fill in: by group, each fact under its comment, with the value that it has already."""
    lines = [
        f"outline: {outline}",
        _comment(title),
        "#",
        *(f"# {line}" for line in _how_to().splitlines()),
    ]
    group = None
    for entry in sorted(entries, key=lambda entry: entry.standing is Standing.LEFT_OUT):
        heading = _("Can be left out") if entry.standing is Standing.LEFT_OUT else entry.spec.group or _("Others")
        if heading != group:
            group = heading
            lines += ["", _comment(f"── {heading} " + "─" * 20)]
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
    yield _comment(told(entry.name, spec))
    if entry.is_default:
        yield _comment(_("without a value it is: {value}").format(value=entry.text))
        yield f"# {entry.name}:"
    elif entry.given is not None:
        if entry.needs:
            yield _comment(still_needed(entry))
        yield from entry_lines(entry.name, _with_particulars(entry.given, entry.needs))
    elif entry.standing is Standing.COMPUTED or spec.formula:
        yield _comment(_("computed: {formula}").format(formula=spec.formula))
        yield f"# {entry.name}:"
    elif spec.type is FactType.LIST:
        yield f"{entry.name}:"
        yield from _list(spec)
    elif spec.type is FactType.RECORD:
        yield f"{entry.name}:"
        yield from (f"  {name}:  {_comment(told(name, inner))}" for name, inner in spec.fields.items())
    else:
        yield f"{entry.name}:"


def _with_particulars(given: Given, needs: Iterable[str]) -> Plain:
    """Return a value as it stands in a facts file, with an empty place for each part that it lacks."""
    value = given.typed
    for path in needs:
        value = put(value, steps_of(path), None)
    particulars: dict[str, Plain] = {}
    if given.source:
        particulars["source"] = given.source
    if given.as_of is not None:
        particulars["as_of"] = given.as_of.isoformat()
    if given.confirmed is not None:
        particulars["confirmed"] = _("yes") if given.confirmed else _("no")
    if given.note:
        particulars["note"] = given.note
    looks_like_an_entry = isinstance(value, dict) and has_particulars(value)
    return {"value": value, **particulars} if particulars or looks_like_an_entry else value


def _comment(text: str) -> str:
    """Return a text as a comment, on one line whatever it holds: what ends a line would end the comment."""
    # A control character would be no YAML even here.
    return f"# {' '.join(''.join(one if one.isprintable() else ' ' for one in text).split())}"


def _list(spec: FactSpec) -> Iterator[str]:
    if not spec.fields:
        yield "  -"
        return
    dash = "- "
    for name, inner in spec.fields.items():
        yield f"  {dash}{name}:  {_comment(told(name, inner))}"
        dash = "  "
