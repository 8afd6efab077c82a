"""The seal: whether a .docx is still as it was written, so that nothing a hand has changed is ever overwritten."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from speechdraft.word.package import PackageError, pack, unpack
from speechdraft.word.properties import CUSTOM, SEAL

__all__ = ["OPEN", "is_untouched", "resealed", "seal"]

OPEN: Final = "0" * 64
"""The seal of a document that is not sealed yet."""

_VALUE = re.compile(rb'(?<=name="%b"><vt:lpwstr>)[0-9a-f]{64}(?=</vt:lpwstr>)' % re.escape(SEAL).encode())


def seal(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the parts with their digest as the property ``speechdraft.content``, which must be there and open."""
    return {**parts, CUSTOM: _VALUE.sub(_digest(parts), parts[CUSTOM])}


def is_untouched(data: bytes) -> bool:
    """Return whether a .docx has every part as :func:`~speechdraft.word.writer.to_docx` wrote it.

    False also for a damaged document and for one that is not ours.
    """
    try:
        parts = unpack(data)
    except PackageError:
        return False
    custom = parts.get(CUSTOM, b"")
    return _VALUE.findall(custom) == [_digest({**parts, CUSTOM: _VALUE.sub(OPEN.encode(), custom)})]


def resealed(data: bytes) -> bytes:
    """Return a .docx with its seal renewed, after the program itself has changed it."""
    parts = unpack(data)
    return pack(seal({**parts, CUSTOM: _VALUE.sub(OPEN.encode(), parts[CUSTOM])}))


def _digest(parts: Mapping[str, bytes]) -> bytes:
    """Return the SHA-256 of all parts, names and lengths included, as hexadecimal digits."""
    digest = sha256()
    for name in sorted(parts):
        content = parts[name]
        digest.update(f"{len(name.encode())} {len(content)}\n{name}".encode())
        digest.update(content)
    return digest.hexdigest().encode()
