"""One speechdraft at a time: whoever wants to change what another one is changing waits for their turn."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from speechdraft.files import make_folder
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
    try:
        make_folder(folder)
    except ProblemError:
        yield
        return
    with _held(folder / f"{name}.lock", str(path)):
        yield


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Let one speechdraft at a time write in a folder; a killed one leaves no lock behind.

    Raises ProblemError: ``busy``, ``cannot-write``, ``no-space``.
    """
    make_folder(folder)
    with _held(folder / ".speechdraft.lock", str(folder)):
        yield


@contextmanager
def _held(lock: Path, place: str) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415  (30 ms that a draft does not need)

    try:
        held = FileLock(lock, timeout=_PATIENCE, is_singleton=True).acquire()
    except Timeout:
        message = _("another speechdraft has been writing here for {seconds} seconds").format(seconds=_PATIENCE)
        hint = _("wait for it to end and try again")
        raise ProblemError([Problem(code="busy", message=message, place=Place(file=place), hint=hint)]) from None
    except OSError as error:
        message = _("nothing can be written here: {reason}").format(reason=error.strerror)
        hint = _("see whether the folder is there and you may write in it")
        raise ProblemError(
            [Problem(code="cannot-write", message=message, place=Place(file=place), hint=hint)]
        ) from None
    with held:
        yield
