"""Installing: from a name, a file, a folder or an address to a plan to read, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from speechdraft.files import shown
from speechdraft.i18n import _
from speechdraft.packs.archive import MAX_ARCHIVE_BYTES, SUFFIX, Archive, archive_of, read_archive, read_file
from speechdraft.packs.fetch import fetch, is_address
from speechdraft.packs.folder import Origin, Pack
from speechdraft.packs.library import Library
from speechdraft.packs.manifest import MANIFEST, needs_newer, require_name
from speechdraft.packs.resolve import Wish, resolve
from speechdraft.packs.shelf import Shelf
from speechdraft.packs.store import Addition, Store
from speechdraft.packs.trust import Author, Authors, Trust, judge, remember, signature_of
from speechdraft.packs.versions import ANY, newest, require_range, version_key
from speechdraft.problems import Place, Problem, ProblemError, Problems

__all__ = ["Candidate", "Plan", "carry_out", "is_path", "load_pack_file", "plan_install", "plan_update", "required_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pack that would be installed: what it is, where it is from, how far its signature is to be trusted."""

    archive: Archive
    source: str
    author: Author | None
    trust: Trust
    wished: bool
    """Whether the user named it; else something they named builds on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an installation would add, and what is there already."""

    candidates: tuple[Candidate, ...]
    already: tuple[str, ...] = ()


@dataclass(slots=True)
class _Offered:
    """Everything that can be had: what was named as file, folder or address, what is there, what libraries offer."""

    shelf: Shelf
    libraries: tuple[Library, ...]
    archives: dict[tuple[str, str], tuple[Archive, str]] = field(default_factory=dict)

    def versions(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return the versions of a pack with what each builds on."""
        found: dict[str, Mapping[str, str]] = {}
        for library in self.libraries:
            found.update({version: offer.builds_on for version, offer in library.offers().get(name, {}).items()})
        found.update(self.shelf.offers(name))
        for (known, version), (archive, _source) in self.archives.items():
            if known == name:
                found[version] = archive.manifest.builds_on
        return found

    def names(self) -> list[str]:
        """Return the names of all packs that can be had."""
        of_libraries = [name for library in self.libraries for name in library.offers()]
        return list(dict.fromkeys([*self.shelf.names(), *of_libraries]))

    def take(self, name: str, version: str) -> tuple[Archive, str]:
        """Return a pack that is not on the shelf, with where it is from."""
        if (name, version) in self.archives:
            return self.archives[name, version]
        for library in self.libraries:
            offer = library.offers().get(name, {}).get(version)
            if offer is not None:
                return library.take(name, version, offer), library.location
        message = _("no library has {name} {version}").format(name=name, version=version)
        hint = _("name its file too, or a library that has it: --from FOLDER")
        raise ProblemError([Problem(code="no-such-pack", message=message, hint=hint)])


def plan_install(targets: Iterable[str], shelf: Shelf, libraries: tuple[Library, ...], authors: Authors) -> Plan:
    """Return what would be installed for some targets: ``NAME[@RANGE]``, a file, a folder or an address.

    What they build on comes along from the shelf or the libraries. Nothing is written. Raises ProblemError.
    """
    offered = _Offered(shelf, libraries)
    wishes: list[Wish] = []
    for target in targets:
        found = _archive_at(target, offered)
        if found is None:
            name, inside = _name_and_range(target)
            # Whoever names a pack wants the newest that can be had, not the one that is there.
            wishes.append((name, _best(offered, name, inside), ""))
            continue
        manifest = found[0].manifest
        offered.archives[manifest.name, manifest.version] = found
        wishes.append((manifest.name, manifest.version, ""))
    return _plan(wishes, offered, authors)


def plan_update(names: Iterable[str], shelf: Shelf, libraries: tuple[Library, ...], authors: Authors) -> Plan:
    """Return what would be installed to have the newest versions of some packs. Raises ProblemError."""
    offered = _Offered(shelf, libraries)
    wishes: list[Wish] = []
    for name in names:
        best = newest(version for version, _base in offered.versions(name).items())
        there = newest(shelf.versions(name))
        if best is not None and (there is None or version_key(best) > version_key(there)):
            wishes.append((name, best, ""))
    return _plan(wishes, offered, authors)


def _best(offered: _Offered, name: str, inside: str) -> str:
    chosen = resolve([(name, inside, "")], offered.versions, names=offered.names())
    return chosen[name]


def _plan(wishes: list[Wish], offered: _Offered, authors: Authors) -> Plan:
    kept = {pack.name: list(offered.shelf.versions(pack.name)) for pack in offered.shelf.all()}
    # Each wish by itself: two versions of a pack can stand side by side.
    plans = [resolve([wish], offered.versions, kept, offered.names()) for wish in wishes]
    chosen = dict.fromkeys(pair for plan in plans for pair in plan.items())
    wished = {name for name, _range, _by in wishes}
    candidates: list[Candidate] = []
    already: list[str] = []
    problems = Problems()
    for name, version in chosen:
        there = offered.shelf.versions(name).get(version)
        if there is not None and (name, version) not in offered.archives:
            already += [str(there.manifest)] if name in wished else []
            continue
        archive, source = offered.take(name, version)
        if there is not None and _is_the_same(there, archive):
            already.append(str(archive.manifest))
            continue
        if problem := needs_newer(archive.manifest, source):
            problems.add(problem)
            continue
        author = signature_of(archive, source)
        candidates.append(
            Candidate(
                archive=archive,
                source=source,
                author=author,
                trust=judge(name, author, authors, source),
                wished=name in wished,
            )
        )
    problems.raise_errors()
    return Plan(candidates=tuple(candidates), already=tuple(already))


def _is_the_same(pack: Pack, archive: Archive) -> bool:
    """Return whether a pack that is there is what a file holds. Raises ProblemError where another has its version."""
    try:
        same = pack.sha256 == archive.content
    except ProblemError:
        return False  # it was damaged; installing mends it
    if not same and pack.origin is not Origin.INSTALLED:
        message = _("{pack} is here already with other content, and not by installing").format(pack=pack.manifest)
        hint = _("give the pack another version")
        raise ProblemError(
            [Problem(code="version-differs", message=message, place=Place(file=shown(pack.root)), hint=hint)]
        )
    return same


def carry_out(plan: Plan, store: Store) -> None:
    """Install what a plan has: all of it or, if that fails, nothing. Raises ProblemError."""
    store.add(
        Addition(
            archive=candidate.archive,
            source=candidate.source,
            author=candidate.author.author if candidate.author is not None else "",
        )
        for candidate in plan.candidates
    )
    remember(
        {
            candidate.archive.manifest.name: candidate.author
            for candidate in plan.candidates
            if candidate.author is not None and candidate.trust in {Trust.NEW_AUTHOR, Trust.KNOWN_AUTHOR}
        }
    )


def required_by(name: str, versions: Iterable[str], shelf: Shelf) -> list[str]:
    """Return the packs that could no longer be used if some versions of a pack went."""
    gone = {(name, version) for version in versions}
    rest = Shelf(pack for pack in shelf.all() if (pack.name, pack.version) not in gone)
    broken = []
    for pack in rest.all():
        if name not in pack.manifest.builds_on:
            continue
        try:
            rest.together([pack])
        except ProblemError:
            broken.append(str(pack.manifest))
    return broken


def _archive_at(target: str, offered: _Offered) -> tuple[Archive, str] | None:
    """Return the pack that a target is, with where it is from, or None for a name."""
    if is_address(target):
        return read_archive(fetch(target, MAX_ARCHIVE_BYTES), target), target
    if not is_path(target) or (_is_name(target) and offered.versions(target)):
        return None
    path = Path(target)
    return load_pack_file(path), str(path.resolve())


def is_path(target: str) -> bool:
    """Return whether a target is a pack's file or folder; ``production-safety`` is one only where the folder is a pack.

    Where a pack of the name can be had otherwise, the caller takes that: ``./production-safety`` is always the folder.
    """
    path = Path(target)
    if path.is_dir():
        return not _is_name(target) or (path / MANIFEST).is_file()
    return path.is_file() or target.endswith(SUFFIX)


def _is_name(target: str) -> bool:
    try:
        return bool(require_name(target))
    except ValueError:
        return False


def load_pack_file(path: Path) -> Archive:
    """Return the pack in a file, or the one that a folder makes. Raises ProblemError."""
    return archive_of(path) if path.is_dir() else read_file(path)


def _name_and_range(target: str) -> tuple[str, str]:
    name, _at, inside = target.partition("@")
    try:
        return require_name(name), require_range(inside) if inside else ANY
    except ValueError as error:
        hint = _("name a pack (NAME or NAME@^1.2), a file, a folder or an address")
        raise ProblemError([Problem(code="no-such-pack", message=str(error), hint=hint)]) from None
