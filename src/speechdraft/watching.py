"""A speech that is watched: which files its preview is made from, and the preview drawn anew when one was saved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from speechdraft.compose import Composition, compose
from speechdraft.consistency import worth_a_look
from speechdraft.ledger import ledger
from speechdraft.packs.choice import choice_for
from speechdraft.packs.lock import LOCK
from speechdraft.packs.manifest import MANIFEST
from speechdraft.problems import Problem, ProblemError, Severity
from speechdraft.remarks import with_remarks
from speechdraft.speeches import FACTS, OUTLINE, load_speech, user_facts
from speechdraft.writers import LAYOUT_NAMES, write

__all__ = ["Redrawn", "Watcher"]

_Stamp: TypeAlias = tuple[int, int] | None
"""When a file was written (ns) and how large it is; None where it is not there."""
_FOLDERS = ("outlines", "templates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """What a redraw gave: the page and what it shows, or neither where something is wrong, and the problems."""

    page: bytes | None
    composition: Composition | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that kept it from being drawn."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)


class Watcher:
    """Draws a speech's preview, and knows whether a file was saved since that it is made from.

    Those are the speech's own files, there or not yet, and what the packs that it is drafted with consist of: a
    template that comes into its folder goes before the pack's, whether it was read so far or not.
    """

    def __init__(self, target: Path, settings: Iterable[str] = (), *, unlocked: bool = False) -> None:
        """Watch the speech of a folder (or facts file), with the values that ``--set`` gives on top."""
        self._target = target
        self._settings = tuple(settings)
        self._unlocked = unlocked
        self._packs: tuple[Path, ...] = ()
        self._seen: dict[Path, _Stamp] = {}

    def changed(self) -> bool:
        """Return whether a file was saved, came or went since the last redraw began."""
        return self._stamps() != self._seen

    def redraw(self) -> Redrawn:
        """Return the preview as the files are now; what is wrong with them is in its problems."""
        seen = self._stamps()
        try:
            return self._drawn()
        except ProblemError as error:
            self._packs = self._packs or _packs_there(self._folder)
            return Redrawn(page=None, composition=None, problems=error.problems)
        finally:
            # A file that was saved meanwhile is to be seen as changed; of a pack that came into use, what it is now.
            self._seen = {path: seen.get(path, stamp) for path, stamp in self._stamps().items()}

    def files(self) -> Iterator[Path]:
        """Return the files that the preview is made from, and those that it would be made from if they were there."""
        folder = self._folder
        yield self._target
        yield from (folder / name for name in (OUTLINE, FACTS, LOCK))
        yield user_facts()
        yield from (pack / MANIFEST for pack in self._packs)
        for root in (folder, *self._packs):
            for name in _FOLDERS:
                yield from _files_below(root / name)

    @property
    def _folder(self) -> Path:
        return self._target if self._target.is_dir() else self._target.parent

    def _drawn(self) -> Redrawn:
        loaded = load_speech(self._target, self._settings, unlocked=self._unlocked)
        self._packs = tuple(pack.root for pack in loaded.packs)
        composition = compose(loaded.speech)
        draft = with_remarks(composition.draft, ledger(loaded.speech))
        problems = (*loaded.problems, *composition.problems, *worth_a_look(loaded.speech))
        return Redrawn(page=write(draft, ".html", LAYOUT_NAMES[0]), composition=composition, problems=problems)

    def _stamps(self) -> dict[Path, _Stamp]:
        return {path: _stamp(path) for path in self.files()}


def _packs_there(folder: Path) -> tuple[Path, ...]:
    """Return the folders of the packs that a speech may be drafted with, whatever its lock says."""
    try:
        return tuple(pack.root for pack in choice_for(folder, unlocked=True).widest().packs)
    except ProblemError:
        return ()


def _files_below(folder: Path) -> Iterator[Path]:
    for inner, _folders, names in os.walk(folder):
        yield from (Path(inner, name) for name in names)


def _stamp(path: Path) -> _Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    # A folder's own time changes with everything that is written in it, a preview, say.
    return None if path.is_dir() else (found.st_mtime_ns, found.st_size)
