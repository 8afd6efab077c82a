"""Where a speech's outlines, templates and dictionaries are looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from speechdraft.files import read_bounded, shown
from speechdraft.i18n import _
from speechdraft.packs.folder import TEMPLATE_SUFFIX, Pack, outlines_in, templates_in
from speechdraft.packs.paths import DICTIONARY, belongs
from speechdraft.problems import Problem, did_you_mean
from speechdraft.source import decode

__all__ = ["SearchPath", "unknown_outline"]

_NAME = re.compile(r"[\w-]+(/[\w-]+)*")
_OWN = ""
"""Stands for the user's own folder where a pack's name stands else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPath:
    """Where outlines, templates and dictionaries are looked up: the user's own folder, then the packs, in order.

    ``reach`` holds, for each pack, the packs that its own templates may include from: itself and what it builds on. A
    pack that it does not mention reaches all.
    """

    own: Path | None
    packs: tuple[Pack, ...]
    reach: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def roots(self) -> Iterator[Path]:
        """Return the folders, first looked up first."""
        if self.own is not None:
            yield self.own
        for pack in self.packs:
            yield pack.root

    def outlines(self) -> dict[str, Path]:
        """Return every outline that can be found by its id."""
        found: dict[str, Path] = {}
        for root in self.roots():
            for name, path in outlines_in(root).items():
                found.setdefault(name, path)
        return found

    def template_names(self) -> list[str]:
        """Return every template that can be found, sorted."""
        return sorted({name for root in self.roots() for name in templates_in(root)})

    def full_name(self, name: str, asked_by: str | None = None) -> str | None:
        """Return the full name (``PACK:name``) of the template that is meant by a name, or None where there is none.

        ``asked_by`` is the full name of the template that includes it: only that one's pack and what it builds on are
        looked through, after the user's own folder, which has no name. Where nobody asks, an outline does.
        """
        home = self.home_of(name, asked_by.partition(":")[0] if asked_by else "")
        return None if home is None else f"{home}:{name}"

    def home_of(self, name: str, asked_by: str = "") -> str | None:
        """Return the name of the pack that has a template (an empty text for the user's own folder), or None.

        ``asked_by`` is the pack that looks for it; an empty text for the user's own folder, which sees all.
        """
        if not _NAME.fullmatch(name):
            return None
        reached = self.reach.get(asked_by)
        for home, root in self._homes():
            if home and reached is not None and home not in reached:
                continue
            path = root / "templates" / f"{name}{TEMPLATE_SUFFIX}"
            # A link in a pack's folder must not lead a template out of it.
            if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                return home
        return None

    def template(self, full_name: str) -> tuple[str, str] | None:
        """Return a template's text and the file it stands in, or None where there is none of the full name."""
        home, _colon, name = full_name.partition(":")
        root = dict(self._homes()).get(home)
        if root is None or not _NAME.fullmatch(name):
            return None
        path = root / "templates" / f"{name}{TEMPLATE_SUFFIX}"
        return _template_text(path), shown(path)

    def dictionaries(self) -> list[Path]:
        """Return the dictionary files, those of the packs first: a later entry overrides an earlier."""
        return [path for root in reversed(list(self.roots())) if (path := root / DICTIONARY).is_file()]

    def _homes(self) -> Iterator[tuple[str, Path]]:
        if self.own is not None:
            yield _OWN, self.own
        for pack in self.packs:
            yield pack.name, pack.root


def _template_text(path: Path) -> str:
    data = read_bounded(path, belongs("templates/x.j2") or 0)
    return decode(data, shown(path)).replace("\r\n", "\n").replace("\r", "\n")


def unknown_outline(name: str, search: SearchPath) -> Problem:
    """Return the problem of an outline that nobody has."""
    known = search.outlines()
    hint = did_you_mean(name, known) or _("speechdraft outline list shows all there are")
    return Problem(code="unknown-outline", message=_("no outline “{name}”").format(name=name), hint=hint)
