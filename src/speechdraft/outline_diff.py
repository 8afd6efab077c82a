"""What changed between two outlines: sections matched as a reader would, and the facts that are needed since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final, TypeAlias

from speechdraft.facts import FactSpec
from speechdraft.ledger import Standing, ledger
from speechdraft.needs import needs_of
from speechdraft.outline import Outline, SectionSpec, section_number
from speechdraft.problems import Problems
from speechdraft.speech import Speech
from speechdraft.word.alignment import longest_in_order

__all__ = ["Change", "Declared", "Fate", "Needed", "OutlineDiff", "Placed", "SectionChange", "outline_diff"]

_Path: TypeAlias = tuple[int, ...]

_ALIKE: Final = 0.5
"""How alike two sections must be that stand at the same place among the same neighbours."""
_SURELY_ALIKE: Final = 0.7
"""How alike they must be anywhere else, to be one section that was moved."""
_SAME_FAMILY: Final = 0.5
_MOST_READ: Final = 400
"""So many characters of a text tell whether it is the same one."""


class Fate(StrEnum):
    """What became of something."""

    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One key that says something else: ``with.领域`` for an entry below another; None where it is not there."""

    key: str
    old: object
    new: object

    @property
    def fate(self) -> Fate:
        """Whether the key came, went, or says something else."""
        if self.old is None:
            return Fate.ADDED
        return Fate.REMOVED if self.new is None else Fate.CHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A section with its place in the outline, as people count: ``2.3``."""

    number: str
    spec: SectionSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionChange:
    """A section that is not as it was; a moved one may have been changed besides."""

    old: Placed | None
    new: Placed | None
    moved: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def fate(self) -> Fate:
        """What became of it, above all."""
        if self.old is None:
            return Fate.ADDED
        if self.new is None:
            return Fate.REMOVED
        return Fate.MOVED if self.moved else Fate.CHANGED

    @property
    def placed(self) -> Placed:
        """The section as it is now; one that was removed, as it was."""
        placed = self.new or self.old
        assert placed is not None  # noqa: S101  (one of them is there)
        return placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A fact or a check of the outline's own that is not as it was."""

    name: str
    fate: Fate
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A fact that only one of the outlines asks for. ``has_default`` where it need not be given."""

    name: str
    spec: FactSpec
    has_default: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineDiff:
    """All that changed. ``outline`` is what stands above the sections: title, minutes, numbering, front matter."""

    outline: tuple[Change, ...]
    sections: tuple[SectionChange, ...]
    facts: tuple[Declared, ...]
    checks: tuple[Declared, ...]
    needed: tuple[Needed, ...]
    unneeded: tuple[Needed, ...]

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return any((self.outline, self.sections, self.facts, self.checks, self.needed, self.unneeded))


def outline_diff(old: Speech, new: Speech) -> OutlineDiff:
    """Return what changed from one outline to another, and what that means for the facts to be given.

    Raises ProblemError where a template is not there or a name is not known: what is needed could not be told.
    """
    before, after = old.outline.outline, new.outline.outline
    problems = Problems()
    for speech in (old, new):
        for needs in needs_of(speech):
            problems.extend(needs.problems)
    problems.raise_errors()
    asked, asks = _asked(old), _asked(new)
    return OutlineDiff(
        outline=tuple(_changes(_above(before), _above(after))),
        sections=tuple(_section_changes(before, after)),
        facts=tuple(_declared(_facts(before), _facts(after))),
        checks=tuple(_declared(_checks(before), _checks(after))),
        needed=tuple(one for name, one in asks.items() if name not in asked),
        unneeded=tuple(one for name, one in asked.items() if name not in asks),
    )


def _asked(speech: Speech) -> dict[str, Needed]:
    """Return the facts that a speech after this outline is to be given, in the order of the dictionary."""
    return {
        entry.name: Needed(name=entry.name, spec=entry.spec, has_default=entry.is_default)
        for entry in ledger(speech)
        if entry.standing is not Standing.UNUSED and not entry.spec.formula
    }


# Keys and values.


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], above: str = "") -> Iterator[Change]:
    """Return the keys that differ, those of the mappings below among them; what is empty is not there."""
    for key in dict.fromkeys((*old, *new)):
        before, after = (side.get(key) for side in (old, new))
        if isinstance(before or after, Mapping) and all(isinstance(one or {}, Mapping) for one in (before, after)):
            yield from _changes(before or {}, after or {}, f"{above}{key}.")
            continue
        before, after = (None if one in ("", False) or one == [] else one for one in (before, after))
        if before != after:
            yield Change(key=above + key, old=before, new=after)


def _own(spec: SectionSpec) -> dict[str, Any]:
    """Return what a section says itself."""
    return spec.model_dump(mode="json", by_alias=True, exclude={"sections"}, exclude_defaults=True)


def _above(outline: Outline) -> dict[str, Any]:
    return outline.model_dump(mode="json", by_alias=True, exclude={"sections", "facts", "checks"})


def _facts(outline: Outline) -> dict[str, dict[str, Any]]:
    return {name: spec.model_dump(mode="json", exclude_defaults=True) for name, spec in outline.facts.items()}


def _checks(outline: Outline) -> dict[str, dict[str, Any]]:
    return {rule.check: {"message": rule.message} for rule in outline.checks}


def _declared(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterator[Declared]:
    for name, after in new.items():
        if name not in old:
            yield Declared(name=name, fate=Fate.ADDED, changes=tuple(_changes({}, after)))
        elif changes := tuple(_changes(old[name], after)):
            yield Declared(name=name, fate=Fate.CHANGED, changes=changes)
    for name in old:
        if name not in new:
            yield Declared(name=name, fate=Fate.REMOVED)


# Sections.


def _section_changes(old: Outline, new: Outline) -> Iterator[SectionChange]:
    """Return the sections that changed in the new outline's order, a removed one where it would stand."""
    there, here = _Tree(old), _Tree(new)
    origin = _Matching(there, here).origins()
    moved = _moved(here, origin)
    left = [path for path in there.sections if path not in set(origin.values())]
    before = _neighbours_before(there, origin, moved)
    waiting: dict[_Path, list[_Path]] = {}
    for path in left:
        waiting.setdefault(before[path], []).append(path)
    for path in ((), *here.sections):
        if path:
            change = _section_change(there, here, origin.get(path), path, moved=path in moved)
            if change is not None:
                yield change
        for gone in waiting.get(path, ()):
            yield SectionChange(old=there.placed(gone), new=None)


def _section_change(
    there: _Tree, here: _Tree, before: _Path | None, path: _Path, *, moved: bool
) -> SectionChange | None:
    if before is None:
        return SectionChange(old=None, new=here.placed(path))
    changes = tuple(_changes(_own(there.sections[before]), _own(here.sections[path])))
    if not changes and not moved:
        return None
    return SectionChange(old=there.placed(before), new=here.placed(path), moved=moved, changes=changes)


def _moved(here: _Tree, origin: Mapping[_Path, _Path]) -> set[_Path]:
    """Return the sections that stand elsewhere: below another section, or no longer in the order of their siblings."""
    found: set[_Path] = set()
    for parent in ((), *here.sections):
        stayed: dict[int, _Path] = {}
        for path in here.below(parent):
            before = origin.get(path)
            if before is None:
                continue
            if parent in origin and before[:-1] == origin[parent]:
                stayed[before[-1]] = path
            else:
                found.add(path)
        in_order = longest_in_order(list(stayed))
        found |= {path for index, path in stayed.items() if index not in in_order}
    return found


def _neighbours_before(there: _Tree, origin: Mapping[_Path, _Path], moved: set[_Path]) -> dict[_Path, _Path]:
    """Return, for each section of the old outline, the new one behind which it stood: the last that stayed."""
    stayed = {before: path for path, before in origin.items() if path not in moved}
    found: dict[_Path, _Path] = {}
    last: _Path = ()
    for path in there.sections:
        last = stayed.get(path, last)
        found[path] = last
    return found


class _Tree:
    """An outline's sections by their places, parents before children, with what is compared of them."""

    def __init__(self, outline: Outline) -> None:
        self.sections = dict(outline.walk())
        self.keys = {path: _key(spec) for path, spec in self.sections.items()}
        self.headings = {path: _pairs_in(spec.heading) for path, spec in self.sections.items()}
        self.texts = {path: _pairs_in(spec.text[:_MOST_READ]) for path, spec in self.sections.items()}
        self._below: dict[_Path, list[_Path]] = {}
        for path in self.sections:
            self._below.setdefault(path[:-1], []).append(path)

    def below(self, path: _Path) -> list[_Path]:
        """Return the sections right below one."""
        return self._below.get(path, [])

    def placed(self, path: _Path) -> Placed:
        return Placed(number=section_number(path), spec=self.sections[path])


def _key(spec: SectionSpec) -> str:
    """Return what makes a section the same one, or an empty text where nothing does."""
    told = (spec.heading, spec.template, spec.text, spec.each, spec.with_)
    return json.dumps(told, ensure_ascii=False, sort_keys=True) if any(told) else ""


def _pairs_in(text: str) -> frozenset[str]:
    """Return the pairs of neighbouring characters, by which texts are compared."""
    return frozenset(a + b for a, b in pairwise(f"\n{text}\n")) if text else frozenset()


def _likeness(old: frozenset[str], new: frozenset[str]) -> float:
    return 2 * len(old & new) / (len(old) + len(new)) if old and new else 0.0


class _Matching:
    """Finds which section of the new outline is which of the old one.

    First those that say the same and stand once in each; then, from the top, the heaviest common sequence of the
    sections below two that are one; last what is left, wherever it stands.
    """

    def __init__(self, there: _Tree, here: _Tree) -> None:
        self._there, self._here = there, here
        self._origin: dict[_Path, _Path] = {(): ()}
        self._taken: set[_Path] = {()}

    def origins(self) -> dict[_Path, _Path]:
        """Return the place in the old outline for each place in the new one that has one; the root's among them."""
        waiting = [(), *self._pair(self._same())]
        while waiting:
            found: list[_Path] = []
            for parent in waiting:
                found += self._pair(self._siblings(parent))
            waiting = found or self._pair(self._anywhere())
        return self._origin

    def _pair(self, pairs: Iterable[tuple[_Path, _Path]]) -> list[_Path]:
        """Keep pairs (old, new) of which neither has another; return the new ones."""
        found = []
        for old, new in pairs:
            if old not in self._taken and new not in self._origin:
                self._origin[new] = old
                self._taken.add(old)
                found.append(new)
        return found

    def _same(self) -> Iterator[tuple[_Path, _Path]]:
        counts = [Counter(tree.keys.values()) for tree in (self._there, self._here)]
        places = {key: path for path, key in self._there.keys.items()}
        for path, key in self._here.keys.items():
            if key and all(count[key] == 1 for count in counts):
                yield places[key], path

    def _siblings(self, parent: _Path) -> list[tuple[_Path, _Path]]:
        """Return the pairs of the heaviest common sequence; those that are known already hold the others in place."""
        old, new = self._there.below(self._origin[parent]), self._here.below(parent)
        best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
        weights: dict[tuple[int, int], float] = {}
        for i in range(len(old) - 1, -1, -1):
            for j in range(len(new) - 1, -1, -1):
                weight = weights[i, j] = self._weight(old[i], new[j])
                best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + weight)
        pairs: list[tuple[_Path, _Path]] = []
        i = j = 0
        while i < len(old) and j < len(new):
            weight = weights[i, j]
            if weight and best[i][j] == best[i + 1][j + 1] + weight:
                pairs.append((old[i], new[j]))
                i, j = i + 1, j + 1
            elif best[i][j] == best[i + 1][j]:
                i += 1
            else:
                j += 1
        return pairs

    def _weight(self, old: _Path, new: _Path) -> float:
        if self._origin.get(new) == old:
            return 2.0
        if new in self._origin or old in self._taken:
            return 0.0
        score = self._score(old, new)
        return score if score >= _ALIKE else 0.0

    def _anywhere(self) -> list[tuple[_Path, _Path]]:
        """Return the pairs of what is left that are surely one, the likest first."""
        left = [path for path in self._there.sections if path not in self._taken]
        come = [path for path in self._here.sections if path not in self._origin]
        scored = ((self._score(old, new), old, new) for old in left for new in come)
        likest = sorted((one for one in scored if one[0] >= _SURELY_ALIKE), key=lambda one: (-one[0], one[1], one[2]))
        return [(old, new) for _score, old, new in likest]

    def _score(self, old: _Path, new: _Path) -> float:
        """Return how alike two sections are, from 0 to 1: heading, what writes it, parameters, what stands below."""
        there, here = self._there, self._here
        before, after = there.sections[old], here.sections[new]
        parts: list[tuple[int, float]] = []
        if before.heading or after.heading:
            parts.append((2, _likeness(there.headings[old], here.headings[new])))
        if before.template or after.template or before.text or after.text:
            parts.append((2, max(_same_template(before, after), _likeness(there.texts[old], here.texts[new]))))
        if before.with_ or after.with_:
            parts.append((1, float(before.with_ == after.with_)))
        olds, news = there.below(old), here.below(new)
        if olds and news:
            common = sum(1 for path in news if self._origin.get(path, ())[:-1] == old)
            parts.append((4, 2 * common / (len(olds) + len(news))))
        whole = sum(weight for weight, _part in parts)
        return sum(weight * part for weight, part in parts) / whole if whole else 0.0


def _same_template(old: SectionSpec, new: SectionSpec) -> float:
    if not old.template or not new.template:
        return 0.0
    if old.template == new.template:
        return 1.0
    return _SAME_FAMILY if old.template.split("/")[0] == new.template.split("/")[0] else 0.0
