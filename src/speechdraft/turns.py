"""One speechdraft at a time: whoever wants to change what another one is changing waits for their turn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from speechdraft.files import make_folder, shown
from speechdraft.home import state_folder
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError

__all__ = ["locked", "turn"]

_PATIENCE = 30
"""How many seconds to wait for another speechdraft."""


@contextmanager
def turn(path: Path) -> Iterator[None]:
    """Let one speechdraft at a time read and change a file; within one, turns may be taken within a turn.

    The lock is kept with what is the user's and not beside the file, where it would be sent on with it. Where nothing
    can be kept there, nobody waits. Raises ProblemError (``busy``).
    """
    name = blake2b(os.path.normcase(os.path.realpath(path)).encode(errors="replace"), digest_size=12).hexdigest()
    folder = state_folder() / "turns"
    with ExitStack() as held:
        if _can_be_made(folder):
            with suppress(OSError):
                held.enter_context(_acquired(folder / f"{name}.lock", shown(path)))
        yield


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one speechdraft at a time write in a folder; a killed one leaves no lock behind.

    Raises ProblemError: ``busy``, ``cannot-write``, ``no-space``.
    """
    make_folder(folder)
    try:
        held = _acquired(folder / ".speechdraft.lock", shown(folder))
    except OSError as error:
        message = _("nothing can be written here: {reason}").format(reason=error.strerror)
        hint = _("see whether the folder is there and you may write in it")
        raise ProblemError(
            [Problem(code="cannot-write", message=message, place=Place(file=shown(folder)), hint=hint)]
        ) from None
    with held:
        yield


def _can_be_made(folder: Path) -> bool:
    try:
        make_folder(folder)
    except ProblemError:
        return False
    return True


def _acquired(lock: Path, place: str) -> AbstractContextManager[object]:
    """Return what holds a lock's file. ``place`` is what it locks. Raises OSError, and ProblemError (``busy``)."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  (30 ms that a draft does not need)

    try:
        return FileLock(lock, timeout=_PATIENCE, is_singleton=True).acquire()
    except Timeout:
        message = _("another speechdraft has been writing here for {seconds} seconds").format(seconds=_PATIENCE)
        hint = _("wait for it to end and try again")
        raise ProblemError([Problem(code="busy", message=message, place=Place(file=place), hint=hint)]) from None
