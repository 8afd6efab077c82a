"""Kills an installation (or a publication) with SIGKILL before every single thing that it does to the disk.

Run as ``python -m tests.packs.killed install FOLDER``; prints how many points there were and what was found after each.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from speechdraft.packs.archive import archive_of, read_file
from speechdraft.packs.library import Library, publish
from speechdraft.packs.store import Addition, Store
from tests.packs.making import make_pack

_WATCHED = {"open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.truncate", "shutil.rmtree"}


def main(what: str, folder: Path) -> None:
    first = archive_of(make_pack(folder / "first", name="first"))
    second = archive_of(make_pack(folder / "second", name="second"))
    third = archive_of(make_pack(folder / "third", name="third", builds_on={"second": "*"}))
    attempts: dict[str, tuple[Callable[[Path], None], Callable[[Path], None], Callable[[Path], object]]] = {
        "install": (
            lambda place: Store(place).add([Addition(archive=first, source="x")]),
            lambda place: Store(place).add([Addition(archive=one, source="x") for one in (third, second)]),
            installed,
        ),
        "remove": (
            lambda place: Store(place).add([Addition(archive=one, source="x") for one in (first, second)]),
            lambda place: Store(place).remove([("second", "1.0.0")]),
            installed,
        ),
        "publish": (
            lambda place: _ignore(publish(place, first)),
            lambda place: _ignore(publish(place, second)),
            published,
        ),
    }
    prepare, attempt, state = attempts[what]
    start = folder / "start"
    prepare(start)
    old = state(start)
    shutil.copytree(start, folder / "done")
    attempt(folder / "done")
    new = state(folder / "done")
    found: list[str] = []
    for point in range(1, 10_000):
        place = folder / "place"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(start, place)
        if not _killed_at(point, place, attempt):
            break
        now = state(place)
        found.append("old" if now == old else "new" if now == new else "broken")
        # The next one finds its way, and sweeps away what was left.
        attempt(place)
        if state(place) != new or names(place) != names(folder / "done"):
            found[-1] = "not mended"
    sys.stdout.write(json.dumps({"points": len(found), "found": found, "differ": old != new}) + "\n")


def _ignore(_value: object) -> None:
    pass


def _killed_at(point: int, place: Path, attempt: Callable[[Path], None]) -> bool:
    """Return whether an attempt was killed, before the n-th thing that it does in a folder."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return True
        if os.WEXITSTATUS(status) != 0:
            raise RuntimeError(status)
        return False
    left = point

    def hook(event: str, values: tuple[object, ...]) -> None:
        nonlocal left
        if event in _WATCHED and any(str(value).startswith(str(place)) for value in values):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        attempt(place)
    except BaseException as error:  # noqa: BLE001
        sys.stderr.write(f"{error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def installed(place: Path) -> object:
    """Return what is installed, each pack with the hash of the files that are really there."""
    entries = {f"{name} {version}": entry.sha256 for (name, version), entry in Store(place).entries().items()}
    return entries, {f"{pack.name} {pack.version}": pack.sha256 for pack in Store(place).packs()}


def published(place: Path) -> object:
    """Return what a library offers, each with the hash of the file that is really there."""
    offers = Library(name="x", location=str(place)).offers()
    return {
        name: {version: (offer.sha256, read_file(place / offer.file).sha256) for version, offer in versions.items()}
        for name, versions in offers.items()
    }


def names(place: Path) -> dict[str, str]:
    """Return every file in a folder with its hash."""
    return {
        path.relative_to(place).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
