"""Parts into a zip, always the same bytes for the same parts, and out of it again within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from typing import Final

__all__ = ["PackageError", "pack", "repacked", "unpack"]

# A .docx that comes back may be from anyone: nothing is unpacked before these hold.
_MOST_BYTES: Final = 64 * 1024 * 1024
_MOST_UNPACKED: Final = 128 * 1024 * 1024
_MOST_PARTS: Final = 2000
_MOST_RATIO: Final = 500
"""How many times its compressed size a large part may unpack to; XML reaches some 50."""
_LARGE: Final = 4 * 1024 * 1024

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


def repacked(data: bytes, changed: Mapping[str, bytes]) -> bytes:
    """Return a zip with some parts changed; the others keep their bytes, all their order, names and times."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(entry, changed.get(entry.filename, before.read(entry)), entry.compress_type)
    return stream.getvalue()


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the parts of a zip by name. Raises PackageError."""
    if len(data) > _MOST_BYTES:
        message = f"{len(data)} bytes, more than {_MOST_BYTES}"
        raise PackageError(message)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        # RuntimeError is an encrypted part, NotImplementedError an unknown compression, ValueError a bad date.
        raise PackageError(str(error)) from error


def _parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MOST_PARTS:
        message = f"{len(entries)} parts, more than {_MOST_PARTS}"
        raise PackageError(message)
    if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        message = f"more than {_MOST_UNPACKED} bytes unpacked"
        raise PackageError(message)
    for entry in entries:
        if entry.file_size > _LARGE and entry.file_size > _MOST_RATIO * entry.compress_size:
            message = f"{entry.filename} unpacks to more than {_MOST_RATIO} times its size"
            raise PackageError(message)
    parts: dict[str, bytes] = {}
    left = _MOST_UNPACKED
    for entry in entries:
        if entry.filename in parts:
            message = f"two parts named {entry.filename}"
            raise PackageError(message)
        with archive.open(entry) as file:
            # The size in the entry may lie; what is read may not.
            parts[entry.filename] = file.read(left + 1)
        left -= len(parts[entry.filename])
        if left < 0:
            message = f"more than {_MOST_UNPACKED} bytes unpacked"
            raise PackageError(message)
    return parts
