"""Which packs a speech is drafted with: those of its lock, else the outline's pack and what that builds on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from speechdraft.packs.folder import Pack, open_pack
from speechdraft.packs.lock import locked_packs
from speechdraft.packs.manifest import MANIFEST
from speechdraft.packs.search import SearchPath
from speechdraft.packs.shelf import Shelf, user_shelf

__all__ = ["Choice", "choice_for"]

_EXAMPLES = "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a speech can be drafted with. ``own`` is its folder, ``locked`` what its lock names if it has one."""

    shelf: Shelf
    own: Path | None
    locked: tuple[Pack, ...] | None
    home: Pack | None
    """The pack that the speech is an example of: it moves with the pack and needs no lock."""

    def widest(self) -> SearchPath:
        """Return where an outline is looked up before anybody knows which: everywhere."""
        if self.locked is not None:
            return self.shelf.search_path(self.own, self.locked)
        first = () if self.home is None else (self.home,)
        others = (pack for pack in self.shelf.newest() if self.home is None or pack.name != self.home.name)
        return self.shelf.search_path(self.own, (*first, *others))

    def narrowed(self, outline: Path, templates: Iterable[str]) -> SearchPath:
        """Return where a speech with this outline looks things up.

        A pack's outline brings its pack and what that builds on; the user's own one the packs that have the templates
        it names. Raises ProblemError where something that they build on is missing.
        """
        if self.locked is not None:
            return self.shelf.search_path(self.own, self.locked)
        widest = self.widest()
        tops = [pack for pack in widest.packs if outline in pack.outlines().values()]
        if not tops:
            homes = {widest.home_of(name) for name in templates}
            tops = [pack for pack in widest.packs if pack.name in homes] or list(widest.packs[:1])
        return self.shelf.search_path(self.own, self.shelf.together(tops))


def choice_for(folder: Path | None, *, unlocked: bool = False) -> Choice:
    """Return what a speech in a folder can be drafted with; without a folder, what any can.

    Raises ProblemError where the folder's lock names a pack that is not there or was changed, unless ``unlocked``.
    """
    home = _home_of(folder) if folder is not None else None
    shelf = user_shelf(*([home] if home is not None else []))
    locked = locked_packs(folder, shelf) if folder is not None and not unlocked else None
    return Choice(shelf=shelf, own=folder, locked=locked, home=home)


def _home_of(folder: Path) -> Pack | None:
    """Return the pack that a folder is an example of: PACK/examples/OUTLINE."""
    examples = folder.resolve().parent
    if examples.name != _EXAMPLES or not (examples.parent / MANIFEST).is_file():
        return None
    return open_pack(examples.parent)
