"""Parts into a zip, always the same bytes for the same parts, and out of it again within bounds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from speechdraft import parcels
from speechdraft.problems import ProblemError

__all__ = ["PackageError", "pack", "repacked", "unpack"]

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


class PackageError(ValueError):
    """The data are no zip of parts, or one that is damaged or too big."""


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return a zip of the parts, by name in order and without times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # else Windows would write other bytes than Linux
            archive.writestr(entry, parts[name])
    return stream.getvalue()


def repacked(data: bytes, changed: Mapping[str, bytes | None]) -> bytes:
    """Return a zip with some parts changed, added or (None) left out.

    The others keep their bytes, all their order, names and times.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        after.comment = before.comment
        for entry in before.infolist():
            content = changed[entry.filename] if entry.filename in changed else before.read(entry)
            if content is not None:
                after.writestr(entry, content, entry.compress_type)
        there = set(before.namelist())
        for name in sorted(changed):
            content = changed[name]
            if name not in there and content is not None:
                after.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip by name, as :func:`speechdraft.parcels.opened` bounds them. Raises PackageError."""
    try:
        return parcels.opened(data, "")
    except ProblemError as error:
        raise PackageError(error.problems[0].message) from None
