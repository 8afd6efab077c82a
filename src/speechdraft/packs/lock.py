"""``speechdraft.lock``: the packs that a speech is drafted with, so that next year and elsewhere it drafts the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.i18n import _
from speechdraft.packs.folder import Origin, Pack
from speechdraft.packs.manifest import PackName
from speechdraft.packs.records import record_from
from speechdraft.packs.shelf import Shelf
from speechdraft.packs.versions import require_version
from speechdraft.problems import Place, Problem, Problems

__all__ = ["LOCK", "lock_of", "locked_packs", "write_lock"]

LOCK = "speechdraft.lock"
_MAX_BYTES = 64 * 1024


class _Locked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: Annotated[str, AfterValidator(require_version)]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class _Lock(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    packs: Mapping[PackName, _Locked] = Field(min_length=1, max_length=50)


def lock_of(packs: Iterable[Pack]) -> bytes:
    """Return the lock of a speech that is drafted with some packs: each with version and hash. Raises ProblemError."""
    lines = [
        "# " + _("The packs that this speech is drafted with: elsewhere and next year it drafts the same."),
        "# " + _("To draft with the packs as they are now: speechdraft pack lock FOLDER"),
        "packs:",
    ]
    for pack in packs:
        lines += [f"  {pack.name}:", f"    version: {pack.version}", f"    sha256: {pack.sha256}"]
    return ("\n".join(lines) + "\n").encode()


def write_lock(folder: Path, packs: Iterable[Pack]) -> None:
    """Write the lock of a speech's folder. Raises ProblemError."""
    write_whole(folder / LOCK, lock_of(packs))


def locked_packs(folder: Path, shelf: Shelf) -> tuple[Pack, ...] | None:
    """Return the packs that a folder's lock names, in its order, or None where there is no lock.

    Raises ProblemError with all that does not fit: ``locked-pack-missing``, ``locked-pack-changed``.
    """
    path = folder / LOCK
    if not path.is_file():
        return None
    lock = record_from(_Lock, read_bounded(path, _MAX_BYTES), shown(path))
    problems = Problems()
    found: list[Pack] = []
    for name, locked in lock.packs.items():
        pack = shelf.versions(name).get(locked.version)
        if pack is None:
            problems.add(_missing(name, locked.version, shelf, path))
        elif pack.sha256 != locked.sha256:
            problems.add(_changed(pack, path))
        else:
            found.append(pack)
    problems.raise_errors()
    return tuple(found)


def _missing(name: str, version: str, shelf: Shelf, path: Path) -> Problem:
    there = _(", ").join(shelf.versions(name))
    hint = _("install it: speechdraft pack install {name}@{version}").format(name=name, version=version)
    if there:
        hint += "\n" + _("there is {versions}").format(versions=there)
    return Problem(
        code="locked-pack-missing",
        message=_("this speech was written with {name} {version}, which is not here").format(
            name=name, version=version
        ),
        place=Place(file=shown(path)),
        hint=f"{hint}\n{_way_out(path)}",
    )


def _changed(pack: Pack, path: Path) -> Problem:
    hint = {
        Origin.INSTALLED: _(
            "the installed pack was changed; install it again: speechdraft pack install {name}@{version}"
        ),
        Origin.DISTRIBUTION: _("the Python distribution that brings it has other content under the same version"),
        Origin.BUILT_IN: _("the templates that come with speechdraft were changed since; you may have edited them"),
        Origin.FOLDER: _("its folder was changed since"),
    }[pack.origin].format(name=pack.name, version=pack.version)
    return Problem(
        code="locked-pack-changed",
        message=_("{pack} is not what this speech was written with").format(pack=pack.manifest),
        place=Place(file=shown(path)),
        hint=f"{hint}\n{_way_out(path)}",
    )


def _way_out(path: Path) -> str:
    return _(
        "to draft with the packs as they are now, from now on: speechdraft pack lock {folder}; only once: --unlocked"
    ).format(folder=shown(path.parent))
