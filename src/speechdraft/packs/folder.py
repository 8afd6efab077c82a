"""A pack in a folder: its outlines and templates, its files as they are shared, its hash."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from importlib.resources import files as package_files
from pathlib import Path

from speechdraft.files import read_bounded, shown
from speechdraft.i18n import _
from speechdraft.packs.manifest import MANIFEST, Manifest, read_manifest
from speechdraft.packs.paths import MAX_FILES, MAX_TOTAL_BYTES, belongs, collisions, path_problem
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.source import MAX_BYTES, Node, decode, parse

__all__ = [
    "TEMPLATE_SUFFIX",
    "Origin",
    "Pack",
    "builtin_pack",
    "canonical",
    "content_hash",
    "open_pack",
    "outlines_in",
    "pack_files",
    "read_yaml",
    "templates_in",
    "too_much",
]

TEMPLATE_SUFFIX = ".j2"


class Origin(StrEnum):
    """How a pack came here."""

    BUILT_IN = "built-in"
    INSTALLED = "installed"
    DISTRIBUTION = "distribution"
    FOLDER = "folder"


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack in a folder."""

    root: Path
    manifest: Manifest
    origin: Origin = Origin.FOLDER

    @property
    def name(self) -> str:
        """The pack's name."""
        return self.manifest.name

    @property
    def version(self) -> str:
        """The pack's version."""
        return self.manifest.version

    def outlines(self) -> dict[str, Path]:
        """Return the files of the pack's outlines by id, sorted."""
        return outlines_in(self.root)

    def templates(self) -> dict[str, Path]:
        """Return the files of the pack's templates by name (``closing/call``), sorted."""
        return templates_in(self.root)

    @cached_property
    def sha256(self) -> str:
        """The hash of all that a draft can depend on. Raises ProblemError where a file cannot be shared."""
        return content_hash(pack_files(self.root))


def outlines_in(root: Path) -> dict[str, Path]:
    """Return the outlines in a folder by id, sorted."""
    return {path.stem: path for path in sorted((root / "outlines").glob("*.yaml"))}


def templates_in(root: Path) -> dict[str, Path]:
    """Return the templates in a folder by name, sorted."""
    folder = root / "templates"
    found = sorted(folder.rglob(f"*{TEMPLATE_SUFFIX}"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in found}


def open_pack(root: Path, origin: Origin = Origin.FOLDER) -> Pack:
    """Return the pack in a folder. Raises ProblemError where it is none."""
    problems = Problems()
    path = root / MANIFEST
    if not path.is_file():
        raise ProblemError(
            [
                Problem(
                    code="not-a-pack",
                    message=_("this folder is no pack: it has no {file}").format(file=MANIFEST),
                    place=Place(file=shown(root)),
                    hint=_("speechdraft pack new FOLDER makes one"),
                )
            ]
        )
    text = decode(read_bounded(path, belongs(MANIFEST) or MAX_BYTES), shown(path))
    manifest = read_manifest(text, shown(path), problems)
    if manifest is None:
        raise ProblemError(problems.all())
    return Pack(root=root, manifest=manifest, origin=origin)


def builtin_pack() -> Pack:
    """Return the pack that comes with the program.

    In an installed wheel it stands in the package (``_data``); in a checkout it is the root of the repository.
    """
    package = Path(str(package_files("speechdraft")))
    for root in (package / "_data", package.parents[1]):
        if (root / MANIFEST).is_file():
            return open_pack(root, Origin.BUILT_IN)
    raise ProblemError(
        [
            Problem(
                code="no-builtin-pack",
                message=_("the built-in pack is missing from this installation"),
                place=Place(file=str(package / "_data")),
                hint=_("install speechdraft again"),
            )
        ]
    )


def pack_files(root: Path) -> dict[str, bytes]:
    """Return the files of the pack in a folder by name, sorted, each with the bytes that it is shared with.

    Only what belongs in a pack is taken (see :data:`~speechdraft.packs.paths.MOST_BYTES`); the rest of the folder is
    left where it is. Raises ProblemError with everything that cannot be shared: ``path-link``, ``file-too-large``,
    ``not-utf-8``, ``too-many-files``, and the dangers of :func:`~speechdraft.packs.paths.path_problem`.
    """
    problems = Problems()
    found: dict[str, bytes] = {}
    total = 0
    for name, path in sorted(_candidates(root, problems)):
        most = belongs(name)
        if most is None:
            continue
        danger = path_problem(name, shown(path))
        if danger is not None:
            problems.add(danger)
            continue
        try:
            data = read_bounded(path, most)
            found[name] = canonical(data, shown(path))
        except ProblemError as error:
            problems.extend(error.problems)
            continue
        total += len(data)
        if len(found) > MAX_FILES or total > MAX_TOTAL_BYTES:
            problems.add(too_much(shown(root)))
            break
    problems.extend(collisions(found, shown(root)))
    problems.raise_errors()
    return found


def too_much(file: str) -> Problem:
    """Return the problem of a pack that is too large as a whole."""
    return Problem(
        code="pack-too-large",
        message=_("a pack has at most {files} files of {size} MB together").format(
            files=MAX_FILES, size=MAX_TOTAL_BYTES // (1024 * 1024)
        ),
        place=Place(file=file),
    )


_FOLDERS = frozenset({"outlines", "templates", "examples"})
_DEEPEST = 8


def _candidates(root: Path, problems: Problems) -> Iterator[tuple[str, Path]]:
    """Return the files that stand where a pack's files may, with the names that they are shared under."""
    waiting: list[tuple[str, Path]] = [("", root)]
    while waiting:
        prefix, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                # A folder on macOS may give names decomposed; the form that they are shared in is the same everywhere.
                name = prefix + unicodedata.normalize("NFC", entry.name)
                of_the_pack = bool(prefix) or name in _FOLDERS or belongs(name) is not None
                if not of_the_pack or entry.name.startswith("."):
                    continue
                # A link could lead out of the folder, to a file that nobody meant to share.
                if entry.is_symlink():
                    problems.add(_link(Path(entry.path)))
                elif entry.is_dir():
                    if name.count("/") < _DEEPEST:
                        waiting.append((f"{name}/", Path(entry.path)))
                elif stat.S_ISREG(entry.stat().st_mode):
                    yield name, Path(entry.path)


def _link(path: Path) -> Problem:
    return Problem(
        code="path-link",
        message=_("this is a link, which a pack cannot have"),
        place=Place(file=str(path)),
        hint=_("put the file itself in its place"),
    )


def canonical(data: bytes, file: str) -> bytes:
    """Return a text file's bytes as they are shared: UTF-8 without BOM, lines that end in a line feed.

    A checkout on Windows and one elsewhere give the same. Raises ProblemError (``not-utf-8``, ``bad-character``).
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(
            code="not-utf-8",
            message=_("this file is not text in UTF-8"),
            place=Place(file=file, line=line),
            hint=_("save it as UTF-8; what is shared must read the same everywhere"),
        )
        raise ProblemError([problem]) from None
    return text.replace("\r\n", "\n").replace("\r", "\n").encode()


def content_hash(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 of all that a draft can depend on: manifest, outlines, templates and dictionary, by name.

    Examples and what is written about a pack do not count, nor does how the files were shared.
    """
    lines = [
        f"{hashlib.sha256(canonical(data, name)).hexdigest()}  {name}\n"
        for name, data in sorted(files.items())
        if name == MANIFEST or name.startswith(("outlines/", "templates/"))
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_yaml(path: Path, problems: Problems) -> tuple[Node | None, str]:
    """Return a YAML file's node and its text. Raises ProblemError when the file cannot be read at all."""
    text = decode(read_bounded(path, MAX_BYTES), shown(path))
    return parse(text, shown(path), problems), text
