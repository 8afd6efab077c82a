"""``outline diff``: what changed between two outlines, and what that means for a speech's facts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.edge import console
from speechdraft.cli.folding import Folded
from speechdraft.facts import Layer
from speechdraft.facts_reading import read_facts
from speechdraft.files import shown
from speechdraft.i18n import _, ngettext
from speechdraft.outline_diff import Change, Declared, Fate, Needed, OutlineDiff, Placed, SectionChange, outline_diff
from speechdraft.packs import read_yaml, unknown_outline
from speechdraft.packs.choice import choice_for
from speechdraft.problems import Place, Problem, ProblemError, Problems, beginning
from speechdraft.source import MappingNode, Scalar
from speechdraft.speech import Speech
from speechdraft.speeches import FACTS, OUTLINE, Loaded, load_outline, load_sample, load_speech

__all__ = ["diff_command"]

_SIGNS = {Fate.ADDED: "+", Fate.REMOVED: "−", Fate.MOVED: "→", Fate.CHANGED: "~"}
_COLOURS = {Fate.ADDED: "green", Fate.REMOVED: "red", Fate.MOVED: "cyan", Fate.CHANGED: "yellow"}
_MOST_SHOWN = 40
_MOST_BESIDE = 24
"""So many characters of each of two values are shown whole, beside each other."""
_AROUND = 8
"""So many characters around what changed are shown of a long text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One of the two outlines: how people call it, and the facts file beside it."""

    name: str
    speech: Speech
    facts: Path | None


def diff_command(old: str, new: str | None, *, as_json: bool) -> None:
    """Print what changed from one outline to another; one name alone is a speech's folder, against its pack's."""
    before, after = (_started_from(old), _side(old)) if new is None else (_side(old), _side(new))
    found = outline_diff(before.speech, after.speech)
    facts = after.facts or before.facts
    given = _given(facts, before, after)
    if as_json:
        console().print_json(json.dumps(_as_json(before, after, found, given), ensure_ascii=False))
    elif not found:
        told = _("{new}: nothing changed since {old}").format(new=after.name, old=before.name)
        console().print(escape(told))
    else:
        _report(before, after, found, given, facts)


# What is compared.


def _folder_of(name: str) -> Path | None:
    """Return the speech's folder that a name means, or None where it means an outline."""
    target = Path(name)
    if target.name in {FACTS, OUTLINE} and target.is_file():
        target = target.parent
    return target if any((target / file).is_file() for file in (FACTS, OUTLINE)) else None


def _side(name: str) -> _Side:
    """Return an outline by its id, its file or a speech's folder."""
    folder = _folder_of(name)
    own = folder is not None and (folder / OUTLINE).is_file()
    loaded = load_speech(folder) if folder is not None and not own else load_outline(str(folder or name))
    facts = folder / FACTS if folder is not None and (folder / FACTS).is_file() else None
    called = shown(folder / OUTLINE) if folder is not None and own else _called(loaded, name)
    return _Side(name=called, speech=loaded.speech, facts=facts)


def _called(loaded: Loaded, name: str) -> str:
    """Return a file as it is called; an outline of a pack by its id and the pack."""
    if Path(name).is_file():
        return shown(Path(name))
    pack = loaded.speech.pack
    return _("{outline} ({pack})").format(outline=loaded.speech.outline.outline.id, pack=f"{pack.name} {pack.version}")


def _started_from(name: str) -> _Side:
    """Return the pack's outline that a speech was started from: of the packs of its lock, if it has one."""
    folder = _folder_of(name)
    if folder is None or not (folder / OUTLINE).is_file():
        raise ProblemError([_nothing_to_compare(name)])
    choice = replace(choice_for(folder), own=None)
    wanted = _outline_named(folder / FACTS) or load_outline(str(folder)).speech.outline.outline.id
    known = choice.widest().outlines()
    if wanted not in known:
        unknown = unknown_outline(wanted, choice.widest())
        hint = _("name the one to compare with: speechdraft outline diff OLD {new}").format(new=shown(folder))
        raise ProblemError([replace(unknown, hint="\n".join(filter(None, (unknown.hint, hint))))])
    loaded = load_sample(known[wanted], choice)
    return _Side(name=_called(loaded, wanted), speech=loaded.speech, facts=None)


def _outline_named(facts: Path) -> str:
    """Return the outline that a facts file is for, or an empty text."""
    node = read_yaml(facts, Problems())[0] if facts.is_file() else None
    entry = node.entries.get("outline") if isinstance(node, MappingNode) else None
    return entry.text if isinstance(entry, Scalar) else ""


def _nothing_to_compare(name: str) -> Problem:
    return Problem(
        code="nothing-to-compare",
        message=_("“{name}” is no speech's folder with an outline of its own; what is it to be compared with?").format(
            name=name
        ),
        place=Place(),
        hint=_("name two outlines: speechdraft outline diff OLD NEW"),
    )


def _given(facts: Path | None, before: _Side, after: _Side) -> set[str]:
    """Return the facts that the facts file gives, whichever of the outlines knows them."""
    node = read_yaml(facts, Problems())[0] if facts is not None else None
    dictionary = {**before.speech.dictionary, **after.speech.dictionary}
    return set(read_facts(node, Layer.SPEECH, dictionary, Problems()))


# As JSON.


def _as_json(before: _Side, after: _Side, found: OutlineDiff, given: set[str]) -> dict[str, object]:
    return {
        "old": before.name,
        "new": after.name,
        "outline": _changes_json(found.outline),
        "sections": [_section_json(one) for one in found.sections],
        "facts": [_declared_json("fact", one) for one in found.facts],
        "checks": [_declared_json("check", one) for one in found.checks],
        "needed": [_needed_json(one, given) for one in found.needed],
        "no_longer_needed": [_needed_json(one, given) for one in found.unneeded],
    }


def _section_json(one: SectionChange) -> dict[str, object]:
    spec = one.placed.spec
    return {
        "fate": one.fate.value,
        "old_section": one.old.number if one.old is not None else None,
        "new_section": one.new.number if one.new is not None else None,
        "heading": spec.heading or None,
        "template": spec.template,
        "changes": _changes_json(one.changes),
    }


def _changes_json(changes: Iterable[Change]) -> list[dict[str, object]]:
    return [{"key": one.key, "fate": one.fate.value, "old": one.old, "new": one.new} for one in changes]


def _declared_json(kind: str, one: Declared) -> dict[str, object]:
    return {kind: one.name, "fate": one.fate.value, "changes": _changes_json(one.changes)}


def _needed_json(one: Needed, given: set[str]) -> dict[str, object]:
    return {
        "fact": one.name,
        "ask": one.spec.ask,
        "optional": one.spec.optional,
        "default": one.has_default,
        "given": one.name in given,
    }


# In the terminal.


def _report(before: _Side, after: _Side, found: OutlineDiff, given: set[str], facts: Path | None) -> None:
    _print(0, Fate.REMOVED, escape(before.name))
    _print(0, Fate.ADDED, escape(after.name))
    if found.outline:
        _title(_("outline"))
        _print_changes(2, found.outline)
    if found.sections:
        _title(_("sections of the outline"))
        for section in found.sections:
            _print(2, section.fate, _headline(section))
            if section.fate is not Fate.ADDED:
                _print_changes(6, section.changes)
    for title, declared in ((_("facts of the outline"), found.facts), (_("checks of the outline"), found.checks)):
        if declared:
            _title(title)
        for one in declared:
            _print(2, one.fate, escape(one.name))
            _print_changes(6, one.changes)
    _print_needed(found, given, facts)


def _title(text: str) -> None:
    console().print(f"\n[bold]{escape(text)}[/]")


def _print(indent: int, fate: Fate, markup: str) -> None:
    line = f"{' ' * indent}[{_COLOURS[fate]}]{_SIGNS[fate]}[/] {markup}"
    console().print(Folded(line, hanging=indent + 4))


def _headline(section: SectionChange) -> str:
    """Return a section's number, heading and template; a moved one has the number that it had, too."""
    number = section.placed.number
    if section.fate is Fate.MOVED and section.old is not None:
        number = f"{section.old.number} → {number}"
    heading, template = _heading(section.placed), section.placed.spec.template or ""
    parts = [
        f"[bold]{number}[/]",
        escape(heading),
        f"[green]{escape(template)}[/]" if template else "",
    ]
    return "  ".join(part for part in parts if part)


def _heading(placed: Placed) -> str:
    """Return a section's heading, or the beginning of its text where it has neither heading nor template."""
    spec = placed.spec
    if spec.heading or spec.template:
        return beginning(_line(spec.heading), _MOST_SHOWN)
    return beginning(_line(spec.text), _MOST_SHOWN) if spec.text else _("(no heading)")


def _print_changes(indent: int, changes: Iterable[Change]) -> None:
    for one in changes:
        key = escape(one.key)
        match one.fate:
            case Fate.ADDED:
                told = escape(beginning(_value(one.new), _MOST_SHOWN))
            case Fate.REMOVED:
                told = escape(beginning(_value(one.old), _MOST_SHOWN))
            case _:
                told = escape(" → ".join(_both(one)))
        _print(indent, one.fate, f"{key}: {told}")


def _value(value: object) -> str:
    """Return a value as it stands in YAML, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}"
        case list() | tuple():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return "{" + ", ".join(f"{key}: {_value(inner)}" for key, inner in value.items()) + "}"
        case _:
            return _line(str(value))


def _line(text: str) -> str:
    return " ".join(text.split())


def _both(one: Change) -> tuple[str, str]:
    """Return both values; of long ones what differs, with some words around it."""
    old, new = _value(one.old), _value(one.new)
    if max(len(old), len(new)) <= _MOST_BESIDE:
        return old, new
    start = _common(old, new)
    stop = _common(old[start:][::-1], new[start:][::-1])
    return _excerpt(old, start, stop), _excerpt(new, start, stop)


def _common(one: str, other: str) -> int:
    """Return how many characters at the beginning are the same."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _excerpt(text: str, start: int, stop: int) -> str:
    """Return a text without what it begins and ends with in common with another, but for some characters."""
    first, last = max(start - _AROUND, 0), min(len(text) - stop + _AROUND, len(text))
    middle = text[first:last]
    if len(middle) > 2 * _MOST_SHOWN:
        middle = f"{middle[:_MOST_SHOWN]}…{middle[-_MOST_SHOWN:]}"
    return ("…" if first else "") + middle + ("…" if last < len(text) else "")


def _print_needed(found: OutlineDiff, given: set[str], facts: Path | None) -> None:
    file = shown(facts) if facts is not None else ""
    if found.needed:
        counted = ngettext("{count} more fact is needed", "{count} more facts are needed", len(found.needed))
        _title(counted.format(count=len(found.needed)))
        _print_facts(Fate.ADDED, found.needed, given, _("given already in {file}").format(file=file))
    if found.unneeded:
        counted = ngettext(
            "{count} fact is no longer needed", "{count} facts are no longer needed", len(found.unneeded)
        )
        _title(counted.format(count=len(found.unneeded)))
        _print_facts(Fate.REMOVED, found.unneeded, given, _("given in {file}").format(file=file))
    if not found.needed and not found.unneeded:
        console().print(f"\n[dim]{escape(_('the same facts are needed as before'))}[/]")


def _print_facts(fate: Fate, facts: Sequence[Needed], given: set[str], told_of_given: str) -> None:
    for one in facts:
        parts = [escape(one.name)]
        if one.spec.ask:
            parts.append(f"[dim]{escape(_('ask {office}').format(office=one.spec.ask))}[/]")
        if one.name in given:
            parts.append(f"[yellow]{escape(told_of_given)}[/]")
        elif fate is Fate.ADDED and (one.spec.optional or one.has_default):
            told = _("has a default") if one.has_default else _("can be left out")
            parts.append(f"[dim]{escape(told)}[/]")
        _print(2, fate, "  ".join(parts))
