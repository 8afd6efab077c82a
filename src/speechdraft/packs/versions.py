"""Versions and ranges of versions: ``1.4.2``; ``^1.2``, ``>=1.0,<2``, ``1.4.2``, ``*``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from semantic_version import SimpleSpec, Version

from speechdraft.i18n import _

__all__ = ["ANY", "is_version", "newest", "require_range", "require_version", "satisfies", "version_key"]

ANY = "*"
"""The range that every version is in."""

_VERSION = re.compile(
    # https://semver.org, 2: no leading zeros. Nine digits are more than any version has and fewer than a number
    # that costs something.
    r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})"
    r"(-(0|[1-9]\d{0,8}|\d*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9]\d{0,8}|\d*[A-Za-z-][0-9A-Za-z-]*))*)?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?",
    re.ASCII,
)
_LONGEST_VERSION = 60
_LONGEST_RANGE = 120


def is_version(text: str) -> bool:
    """Return whether the text is a semantic version."""
    return len(text) <= _LONGEST_VERSION and _VERSION.fullmatch(text) is not None


def require_version(text: str) -> str:
    """Return the text if it is a semantic version. Raises ValueError with what to write instead."""
    if not is_version(text):
        raise ValueError(_("“{text}” is no version; write MAJOR.MINOR.PATCH, such as 1.4.2").format(text=text[:40]))
    return text


def require_range(text: str) -> str:
    """Return the text if it is a range of versions. Raises ValueError with what to write instead."""
    try:
        _spec(text)
    except ValueError:
        message = _("“{text}” is no range of versions; write ^1.2, “>=1.0,<2” or 1.4.2")
        raise ValueError(message.format(text=text[:40])) from None
    return text


def satisfies(version: str, wanted: str) -> bool:
    """Return whether a version is in a range; both are valid."""
    return version_key(version) in _spec(wanted)


def newest(versions: Iterable[str]) -> str | None:
    """Return the newest version, one that is not finished (``2.0.0-beta``) only where there is no other, or None."""
    return max(versions, key=lambda version: ("-" not in version, version_key(version)), default=None)


def version_key(version: str) -> Version:
    """Return a valid version as something that sorts."""
    return Version(version)


def _spec(text: str) -> SimpleSpec:
    if len(text) > _LONGEST_RANGE or re.search(r"\d{10}", text):
        raise ValueError(text)
    return SimpleSpec(text.replace(" ", ""))
