"""Packs: folders of outlines and templates, where they are found and how their files are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files as package_files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from speechdraft.files import read_bounded
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems, did_you_mean
from speechdraft.schema import validate
from speechdraft.source import MAX_BYTES, Node, decode, parse

__all__ = ["DICTIONARY", "Manifest", "Pack", "SearchPath", "builtin_pack", "open_pack", "read_yaml", "shown"]

MANIFEST = "pack.yaml"
DICTIONARY = "templates/facts.yaml"
_TEMPLATE_SUFFIX = ".j2"
_MAX_TEMPLATE_BYTES = 256 * 1024
_SEMVER = r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$"


class Manifest(BaseModel):
    """What ``pack.yaml`` says of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="Small letters, digits and hyphens.")
    version: str = Field(pattern=_SEMVER, description="Semantic version, MAJOR.MINOR.PATCH.")
    title: str = Field(description="What the pack is, in a few words.")
    description: str = Field(default="", description="What it is for.")
    authors: tuple[str, ...] = Field(default=(), description="Who wrote it.")
    licence: str = Field(default="", description="SPDX identifier of its licence.")
    language: str = Field(default="zh-CN", description="The language that its sentences are in (BCP 47).")
    speechdraft: Annotated[str, Field(pattern=_SEMVER)] = Field(
        description="The least version of speechdraft that it needs."
    )
    homepage: str = Field(default="", description="Where to read about it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack in a folder."""

    root: Path
    manifest: Manifest

    def outlines(self) -> dict[str, Path]:
        """Return the files of the pack's outlines by id, sorted."""
        return _outlines_in(self.root)

    def templates(self) -> dict[str, Path]:
        """Return the files of the pack's templates by name (``closing/call``), sorted."""
        return _templates_in(self.root)


def _outlines_in(root: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((root / "outlines").glob("*.yaml"))}


def _templates_in(root: Path) -> dict[str, Path]:
    folder = root / "templates"
    found = sorted(folder.rglob(f"*{_TEMPLATE_SUFFIX}"))
    return {path.relative_to(folder).with_suffix("").as_posix(): path for path in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPath:
    """Where outlines, templates and dictionaries are looked up: the user's own folder, then the packs, in order."""

    own: Path | None
    packs: tuple[Pack, ...]

    def roots(self) -> Iterator[Path]:
        """Return the folders, first looked up first."""
        if self.own is not None:
            yield self.own
        for pack in self.packs:
            yield pack.root

    def outlines(self) -> dict[str, Path]:
        """Return every outline that can be found by its id."""
        found: dict[str, Path] = {}
        for root in self.roots():
            for name, path in _outlines_in(root).items():
                found.setdefault(name, path)
        return found

    def template_names(self) -> list[str]:
        """Return every template that can be found, sorted."""
        return sorted({name for root in self.roots() for name in _templates_in(root)})

    def template(self, name: str) -> tuple[str, str] | None:
        """Return a template's text and the file it stands in, or None where there is none of the name."""
        if not re.fullmatch(r"[\w-]+(/[\w-]+)*", name):
            return None
        for root in self.roots():
            path = root / "templates" / f"{name}{_TEMPLATE_SUFFIX}"
            if path.is_file() and path.resolve().is_relative_to(root.resolve()):
                return _template_text(path), shown(path)
        return None

    def dictionaries(self) -> list[Path]:
        """Return the dictionary files, those of the packs first: a later entry overrides an earlier."""
        return [path for root in reversed(list(self.roots())) if (path := root / DICTIONARY).is_file()]


def _template_text(path: Path) -> str:
    data = read_bounded(path, _MAX_TEMPLATE_BYTES)
    return decode(data, shown(path)).replace("\r\n", "\n").replace("\r", "\n")


def read_yaml(path: Path, problems: Problems) -> tuple[Node | None, str]:
    """Return a YAML file's node and its text. Raises ProblemError when the file cannot be read at all."""
    text = decode(read_bounded(path, MAX_BYTES), shown(path))
    return parse(text, shown(path), problems), text


def shown(path: Path) -> str:
    """Return the path as messages show it: relative to the working folder where it lies below it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix() or "."
    except ValueError:
        return str(path)


def open_pack(root: Path) -> Pack:
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
                )
            ]
        )
    node, _text = read_yaml(path, problems)
    manifest = validate(Manifest, node, problems) if node is not None else None
    if manifest is None:
        raise ProblemError(problems.all())
    return Pack(root=root, manifest=manifest)


def builtin_pack() -> Pack:
    """Return the pack that comes with the program.

    In an installed wheel it stands in the package (``_data``); in a checkout it is the root of the repository.
    """
    package = Path(str(package_files("speechdraft")))
    for root in (package / "_data", package.parents[1]):
        if (root / MANIFEST).is_file():
            return open_pack(root)
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


def unknown_outline(name: str, search: SearchPath) -> Problem:
    """Return the problem of an outline that nobody has."""
    known = search.outlines()
    hint = did_you_mean(name, known) or _("speechdraft outline list shows all there are")
    return Problem(code="unknown-outline", message=_("no outline “{name}”").format(name=name), hint=hint)
