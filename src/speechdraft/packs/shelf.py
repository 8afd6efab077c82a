"""The packs that are there to draft with: the built-in one, those of Python distributions, the installed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from speechdraft.files import shown
from speechdraft.i18n import _
from speechdraft.packs.folder import Origin, Pack, builtin_pack, open_pack
from speechdraft.packs.manifest import MANIFEST, needs_newer
from speechdraft.packs.resolve import resolve
from speechdraft.packs.search import SearchPath
from speechdraft.packs.store import user_store
from speechdraft.packs.versions import newest
from speechdraft.problems import Place, Problem, ProblemError

__all__ = ["Shelf", "broken_distributions", "user_shelf"]

ENTRY_POINTS = "speechdraft.packs"
"""The group of entry points by which a Python distribution says that it brings a pack."""


class Shelf:
    """Some packs, of which the earlier goes before a later one of the same name and version."""

    def __init__(self, packs: Iterable[Pack]) -> None:
        """Keep the packs in their order."""
        self._packs: dict[str, dict[str, Pack]] = {}
        for pack in packs:
            self._packs.setdefault(pack.name, {}).setdefault(pack.version, pack)

    def names(self) -> list[str]:
        """Return the packs' names."""
        return list(self._packs)

    def versions(self, name: str) -> dict[str, Pack]:
        """Return the versions of a pack that are there."""
        return self._packs.get(name, {})

    def all(self) -> Iterator[Pack]:
        """Return every version of every pack."""
        for versions in self._packs.values():
            yield from versions.values()

    def newest(self) -> tuple[Pack, ...]:
        """Return the newest version of each pack."""
        best = ((versions, newest(versions)) for versions in self._packs.values())
        return tuple(versions[version] for versions, version in best if version is not None)

    def offers(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return the versions of a pack, each with what it builds on (see :mod:`speechdraft.packs.resolve`)."""
        return {version: pack.manifest.builds_on for version, pack in self.versions(name).items()}

    def together(self, packs: Iterable[Pack]) -> tuple[Pack, ...]:
        """Return the packs with all that they build on, each before what it builds on.

        Raises ProblemError: ``no-such-pack``, ``version-conflict``, ``pack-cycle``, ``needs-newer-speechdraft``.
        """
        tops = list(packs)
        for pack in tops:
            if problem := needs_newer(pack.manifest, shown(pack.root)):
                raise ProblemError([problem])
        if not any(pack.manifest.builds_on for pack in tops):
            return tuple(tops)
        chosen = resolve([(pack.name, pack.version, "") for pack in tops], self.offers, names=self.names())
        return tuple(self.versions(name)[version] for name, version in chosen.items())

    def search_path(self, own: Path | None, packs: Iterable[Pack]) -> SearchPath:
        """Return where a speech in the folder ``own`` looks things up, drafted with the packs in their order."""
        found = tuple(packs)
        return SearchPath(own=own, packs=found, reach={pack.name: _reach(pack, found) for pack in found})


def _reach(pack: Pack, packs: tuple[Pack, ...]) -> tuple[str, ...]:
    """Return the pack's name and those of all that it builds on."""
    by_name = {one.name: one for one in packs}
    reached: dict[str, None] = {}
    waiting = [pack.name]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in by_name:
            reached.setdefault(name)
            waiting += by_name[name].manifest.builds_on
    return tuple(reached)


def user_shelf(*first: Pack) -> Shelf:
    """Return the packs that the user has: ``first``, the built-in, those of distributions, the installed."""
    return Shelf([*first, builtin_pack(), *distribution_packs(), *user_store().packs()])


@cache
def _distributions() -> tuple[tuple[Pack, ...], tuple[str, ...]]:
    """Return the packs that Python distributions bring, and the names of entry points that lead to none."""
    found: list[Pack] = []
    broken: list[str] = []
    for point in entry_points(group=ENTRY_POINTS):
        try:
            found.append(open_pack(_folder_of(point), Origin.DISTRIBUTION))
        except (ProblemError, OSError, ValueError):
            broken.append(point.name)
    return tuple(found), tuple(broken)


def distribution_packs() -> tuple[Pack, ...]:
    """Return the packs that Python distributions bring; one that cannot be read is passed over.

    The entry point names the Python package whose folder is the pack. It is found, not imported: a pack is data.
    """
    return _distributions()[0]


def broken_distributions() -> tuple[str, ...]:
    """Return the names of distributions' packs that cannot be read."""
    return _distributions()[1]


def _folder_of(point: EntryPoint) -> Path:
    first, *rest = point.module.split(".")
    # find_spec of a name without dots imports nothing.
    spec = find_spec(first)
    for place in (spec.submodule_search_locations or ()) if spec is not None else ():
        folder = Path(place, *rest)
        if (folder / MANIFEST).is_file():
            return folder
    message = _("the distribution's pack “{name}” is not where it says").format(name=point.name)
    raise ProblemError([Problem(code="not-a-pack", message=message, place=Place(file=point.value))])
