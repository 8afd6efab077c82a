"""What the files of a pack may be called, where they may stand, and how large they may be.

A pack comes from a stranger and is unpacked on Windows, macOS and Linux alike, so a name that is harmless on one of
them and harmful on another is refused on all, and before a byte is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem
from speechdraft.source import bad_character

__all__ = ["DICTIONARY", "MAX_FILES", "MAX_TOTAL_BYTES", "MOST_BYTES", "belongs", "collisions", "path_problem"]

DICTIONARY = "templates/facts.yaml"
MAX_FILES = 2_000
"""The most files that a pack has. The built-in one has some 250."""
MAX_TOTAL_BYTES = 16 * 1024 * 1024
"""The most that a pack's files hold together. The built-in one holds 1 MB."""

_KB = 1024
_PART = r"[\w-]{1,60}"
_TEXT = r"(README|LICEN[CS]E|COPYING|NOTICE|CHANGELOG|AUTHORS)([.-][A-Za-z0-9-]{1,20}){0,2}"
MOST_BYTES: tuple[tuple[re.Pattern[str], int], ...] = (
    (re.compile(r"pack\.yaml"), 64 * _KB),
    (re.compile(rf"outlines/{_PART}\.yaml"), 256 * _KB),
    (re.compile(r"templates/facts\.yaml"), 2048 * _KB),
    (re.compile(rf"templates/({_PART}/){{0,5}}{_PART}\.j2"), 64 * _KB),
    (re.compile(rf"examples/{_PART}/{_PART}\.yaml"), 1024 * _KB),
    (re.compile(_TEXT), 256 * _KB),
)
"""The files that a pack may have, and the most bytes of each. Whatever else stands in a folder is not of the pack."""

_LONGEST = 180
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Names that Windows gives to devices, with any suffix (“Naming Files, Paths, and Namespaces”)."""
_DRIVE = re.compile(r"[A-Za-z]:")


def belongs(name: str) -> int | None:
    """Return the most bytes that a pack's file of this name may hold, or None where no such file belongs in a pack."""
    return next((most for pattern, most in MOST_BYTES if pattern.fullmatch(name)), None)


def path_problem(name: str, file: str) -> Problem | None:
    """Return what makes a name dangerous as a path below a folder, or None.

    Codes: ``path-absolute``, ``path-drive``, ``path-backslash``, ``path-parent``, ``path-characters``,
    ``path-reserved``, ``path-long``, ``path-unicode``. ``file`` is where the name stands.
    """
    found = _danger(name)
    if found is None:
        return None
    code, message = found
    return Problem(code=code, message=message.format(name=_quoted(name)), place=Place(file=file))


def _danger(name: str) -> tuple[str, str] | None:
    # pathlib joins an absolute path *over* the folder, so that folder / "/etc/x" is /etc/x.
    if name.startswith("/"):
        return "path-absolute", _("“{name}” is an absolute path")
    # C:x is below the current folder of drive C; x:y opens a hidden stream of x on NTFS.
    if _DRIVE.match(name):
        return "path-drive", _("“{name}” names a drive")
    # A separator on Windows, a letter elsewhere: what is one file here would be a path there.
    if "\\" in name:
        return "path-backslash", _("“{name}” has a backslash")
    parts = name.split("/")
    if ".." in parts:
        return "path-parent", _("“{name}” leads out of the folder")
    # An empty part or “.” makes two names of one file.
    if not all(parts) or "." in parts:
        return "path-characters", _("“{name}” is not a plain path")
    if len(name) > _LONGEST or len(name.encode("utf-8", "surrogatepass")) > 3 * _LONGEST:
        return "path-long", _("“{name}” is too long a path")
    # Control characters can hide what a terminal shows; Windows drops blanks and dots at an end, so that “x.” is “x”.
    if any(ord(letter) < 0x20 or letter in '<>:"|?*\x7f' for letter in name) or bad_character(name):
        return "path-characters", _("“{name}” has a character that file names cannot have")
    if any(unicodedata.category(letter) in {"Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for letter in name):
        return "path-characters", _("“{name}” has an invisible character")
    if any(part.endswith((".", " ")) or part.startswith(" ") for part in parts):
        return "path-characters", _("“{name}” has a part that begins or ends in a blank or a full stop")
    if any(_RESERVED.fullmatch(part) for part in parts):
        return "path-reserved", _("“{name}” is the name of a device on Windows")
    # macOS keeps names decomposed, others as they come: only one form is the same everywhere.
    if unicodedata.normalize("NFC", name) != name:
        return "path-unicode", _("“{name}” is not in Unicode's composed form (NFC)")
    return None


def collisions(names: Iterable[str], file: str) -> Iterator[Problem]:
    """Return a problem for each name that stands twice, or that some file system takes for another one's.

    Codes: ``path-duplicate``, ``path-collision``.
    """
    exact: set[str] = set()
    taken: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
        if name in exact:
            message = _("“{name}” stands here a second time").format(name=_quoted(name))
            yield Problem(code="path-duplicate", message=message, place=Place(file=file))
        elif key in taken:
            message = _("“{name}” and “{other}” are one file where capitals or Unicode forms do not count")
            message = message.format(name=_quoted(name), other=_quoted(taken[key]))
            yield Problem(code="path-collision", message=message, place=Place(file=file))
        exact.add(name)
        taken.setdefault(key, name)
    for key in taken:
        for end in (index for index, letter in enumerate(key) if letter == "/"):
            if key[:end] in taken:
                message = _("“{name}” is a file here and a folder there").format(name=_quoted(taken[key[:end]]))
                yield Problem(code="path-collision", message=message, place=Place(file=file))


def _quoted(name: str) -> str:
    """Return a name as a message shows it: short, with what a terminal would obey written out."""
    shown = "".join(letter if letter.isprintable() else f"<U+{ord(letter):04X}>" for letter in name[:80])
    return shown + ("…" if len(name) > 80 else "")
