"""Files written whole or not at all, and files read up to a size; whatever goes wrong is a problem with a way out."""

from __future__ import annotations

import errno
import os
import secrets
import shlex
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["make_folder", "read_bounded", "shown", "write_new", "write_whole"]

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_MOST_NAMED = 5

_HELD_BY_ANOTHER_PROGRAM = (5, 32, 33)
"""Windows' codes when another program holds the file that is to be replaced: access denied, sharing, lock."""


def shown(path: Path) -> str:
    """Return the path as messages show it: relative to the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix() or "."
    except (ValueError, OSError, RuntimeError):  # the last two for a link that leads to itself
        return str(path)


def write_whole(path: Path, data: bytes) -> None:
    """Write the data to a file so that it holds all of them or, if that fails, what it held before.

    They go to a new file in the same folder first, which then takes the name. A symbolic link is followed; a file
    that is there keeps its permissions. Raises ProblemError: ``no-such-folder``, ``not-a-file``,
    ``read-only-file``, ``file-is-open``, ``no-space``, ``cannot-write``.
    """
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        _require_folder(path, target.parent)
        mode = _mode_to_keep(path, target)
        if mode is not None:
            _require_closed(path, target)
        with _new_file(path, target.parent) as (new, file):
            _fill(file, data)
            if mode is not None:
                new.chmod(mode)
            _replace(path, new, target)
    except OSError as error:
        _require_space(path, error)
        _fail(
            path,
            "cannot-write",
            _("the file cannot be written: {reason}").format(reason=error.strerror),
            _("write to another folder or under another name"),
        )


def write_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write new files below a folder, which is made if need be: all of them or, if that fails, none.

    Raises ProblemError: ``already-there`` where one of them stands there, those of :func:`make_folder` and
    :func:`write_whole`; then no file and no folder is left that was not there before.
    """
    taken = [name for name in files if os.path.lexists(folder / name)]
    if os.path.lexists(folder) and not folder.is_dir():
        taken = [folder.name]
    if taken:
        message = _("there already, and left alone: {names}").format(names=_(", ").join(taken))
        _fail(folder, "already-there", message, _("name another folder"))
    made: list[Path] = []
    try:
        for name, data in files.items():
            path = folder / name
            made += make_folder(path.parent)
            write_whole(path, data)
            made.append(path)
    except BaseException:
        _take_back(made)
        raise


def make_folder(folder: Path) -> list[Path]:
    """Make a folder with those above it, and return what had to be made; one that is there will do.

    Raises ProblemError: ``no-space``, ``cannot-write``; then none has been made.
    """
    made: list[Path] = []
    try:
        for one in reversed((folder, *folder.parents)):
            if not one.is_dir():
                _make(one, made)
    except OSError as error:
        _take_back(made)
        _require_space(folder, error)
        if isinstance(error, FileExistsError):
            message = _("“{file}” is a file, so nothing can be written in it").format(file=error.filename)
            _fail(folder, "cannot-write", message, _("write to a folder"))
        message = _("the folder cannot be made: {reason}").format(reason=error.strerror)
        _fail(folder, "cannot-write", message, _("make it where you may write"))
    return made


def read_bounded(path: Path, limit: int) -> bytes:
    """Return what a file holds, if that is at most ``limit`` bytes.

    Raises ProblemError: ``no-such-file``, ``not-a-file``, ``file-too-large``, ``cannot-read``.
    """
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            _fail(path, "not-a-file", _("this is a folder, not a file"), _("give the name of a file in it"))
        if not stat.S_ISREG(mode):
            # Opening a pipe waits for somebody to write into it.
            hint = _("copy what it has into a file, and give that")
            _fail(path, "not-a-file", _("this is not an ordinary file"), hint)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        _fail(path, "no-such-file", _("the file is not there"), _where_it_may_be(path))
    except OSError as error:
        _fail(
            path,
            "cannot-read",
            _("the file cannot be read: {reason}").format(reason=error.strerror),
            _("see whether you may read it, and whether another program holds it"),
        )
    if len(data) > limit:
        _fail(
            path,
            "file-too-large",
            _("the file is larger than {limit}").format(limit=_size(limit)),
            _("see whether it is the file you meant"),
        )
    return data


def _fail(path: Path, code: str, message: str, hint: str) -> NoReturn:
    problem = Problem(code=code, message=message, place=Place(file=str(path)), hint=hint)
    raise ProblemError([problem]) from None


def _require_space(path: Path, error: OSError) -> None:
    if error.errno in _NO_SPACE:
        _fail(path, "no-space", _("no space is left on the disk"), _("make room, or write to another disk"))


def _make(folder: Path, made: list[Path]) -> None:
    try:
        folder.mkdir()
    except FileExistsError:
        if not folder.is_dir():  # else another program came first
            raise
    else:
        made.append(folder)


def _take_back(made: Iterable[Path]) -> None:
    """Take away files and folders in the opposite order of their making."""
    for path in reversed(list(made)):
        with suppress(OSError):  # somebody has put something into the folder in the meantime
            path.rmdir() if path.is_dir() else path.unlink()


def _require_folder(path: Path, folder: Path) -> None:
    if folder.is_dir():
        return
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    if not there.is_dir():
        message = _("“{file}” is a file, so nothing can be written in it").format(file=there)
        _fail(path, "no-such-folder", message, _("write to a folder"))
    hint = _("the nearest folder that is there is “{there}”; to make the missing one: {command}")
    _fail(
        path,
        "no-such-folder",
        _("there is no folder “{folder}”").format(folder=folder),
        hint.format(there=_as_typed(there), command=_command("mkdir", "mkdir -p", folder)),
    )


def _as_typed(folder: Path) -> Path:
    """Return the folder as seen from the current one, if it is in it."""
    here = Path.cwd()
    return folder.relative_to(here) if folder != here and folder.is_relative_to(here) else folder


def _mode_to_keep(path: Path, target: Path) -> int | None:
    """Return the permissions of the file that is there, None if there is none; fail if it may not be replaced."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        example = path / "speech.docx"
        hint = _("give the file's name too, such as {example}").format(example=example)
        _fail(path, "not-a-file", _("this is a folder, not a file"), hint)
    if not stat.S_ISREG(mode):
        # A device, say: the new file would take its place.
        _fail(path, "not-a-file", _("this is not an ordinary file"), _("write under another name"))
    if not mode & stat.S_IWUSR:
        # Asked of the permissions and not of the system, which lets the administrator write all the same.
        hint = _("write under another name, or allow writing: {command}")
        command = _command("attrib -r", "chmod u+w", target)
        _fail(path, "read-only-file", _("the file is read-only"), hint.format(command=command))
    return stat.S_IMODE(mode)


def _require_closed(path: Path, target: Path) -> None:
    for lock in _owner_files(target):
        if lock.exists():
            hint = _("close it there and try again; if no program has it open, delete “{lock}”")
            _fail(path, "file-is-open", _("the file is open in another program"), hint.format(lock=lock))


def _owner_files(path: Path) -> Iterator[Path]:
    """Return the files by which an office program says that it has this one open.

    Word and WPS put ``~$`` before the name; Word in place of its first letter if the name has seven without its
    ending, of its first two if it has more. LibreOffice has a form of its own.
    """
    yield path.with_name(f"~${path.name}")
    replaced = min(max(len(path.stem) - 6, 0), 2)
    yield path.with_name(f"~${path.name[replaced:]}")
    yield path.with_name(f".~lock.{path.name}#")


@contextmanager
def _new_file(path: Path, folder: Path) -> Iterator[tuple[Path, int]]:
    """Return a new file's path and descriptor; if it still stands under that name at the end, it is taken away.

    Its name is short and its own, since one made from the target's could be too long for the file system.
    """
    new = folder / f".speechdraft-{secrets.token_hex(8)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        # Not mkstemp: its files are the owner's alone, and this one is to have the permissions that new files get.
        file = os.open(new, flags, 0o666)
    except PermissionError:
        message = _("you may not write in the folder “{folder}”").format(folder=folder)
        _fail(path, "read-only-file", message, _("write to a folder of your own"))
    try:
        yield new, file
    finally:
        new.unlink(missing_ok=True)


def _fill(file: int, data: bytes) -> None:
    with os.fdopen(file, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _replace(path: Path, new: Path, target: Path) -> None:
    try:
        new.replace(target)
    except PermissionError as error:
        if getattr(error, "winerror", None) in _HELD_BY_ANOTHER_PROGRAM:
            _fail(path, "file-is-open", _("the file is open in another program"), _("close it there and try again"))
        _fail(path, "read-only-file", _("the file is read-only"), _("write under another name"))


def _where_it_may_be(path: Path) -> str:
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - the names alone, without a Path for each
    except OSError:
        return _("there is no folder “{folder}” either").format(folder=path.parent)
    alike = sorted(name for name in names if Path(name).suffix == path.suffix and not name.startswith("."))
    ending = path.suffix  # says nothing of how alike two names are that both have it
    near = did_you_mean(path.stem, [name.removesuffix(ending) for name in alike], ending)
    near = near or did_you_mean(path.name, sorted(set(names) - set(alike)))
    if near:
        return near
    folder = _("this folder") if path.parent == Path() else f"“{path.parent}”"
    if not alike:
        return _("{folder} has nothing of the kind").format(folder=folder)
    more = " …" if len(alike) > _MOST_NAMED else ""
    return _("{folder} has: {names}").format(folder=folder, names=_(", ").join(alike[:_MOST_NAMED]) + more)


def _command(windows: str, elsewhere: str, path: Path) -> str:
    """Return a command on a path, as the user's shell reads it."""
    return f'{windows} "{path}"' if os.name == "nt" else f"{elsewhere} {shlex.quote(str(path))}"


def _size(count: int) -> str:
    for unit, size in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= size:
            return f"{count / size:g} {unit}"
    return f"{count} B"
