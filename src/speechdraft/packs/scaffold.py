"""A new pack: a small one that passes its own check, to be rewritten piece by piece."""

from __future__ import annotations

from importlib.resources import files as package_files
from pathlib import Path

from speechdraft import __version__
from speechdraft.files import write_new
from speechdraft.i18n import _
from speechdraft.packs.manifest import require_name
from speechdraft.problems import Problem, ProblemError

__all__ = ["new_pack", "suggested_name"]

_FILES = {
    "pack.yaml": "pack.yaml",
    "README.md": "README.md",
    "outlines/outline.yaml": "outlines/{name}.yaml",
    "templates/facts.yaml": "templates/facts.yaml",
    "templates/family/opening.j2": "templates/{name}/opening.j2",
    "templates/family/problems.j2": "templates/{name}/problems.j2",
    "templates/family/tasks.j2": "templates/{name}/tasks.j2",
    "templates/family/closing.j2": "templates/{name}/closing.j2",
    "examples/outline/facts.yaml": "examples/{name}/facts.yaml",
}
"""Where each file of the scaffold goes. Templates stand in a folder of the pack's name, so that those of two packs that
a speech uses do not get into each other's way."""


def suggested_name(folder: Path) -> str:
    """Return the pack's name that a folder's name gives, or ``my-pack`` where it gives none (安全生产)."""
    name = folder.resolve().name.lower().replace("_", "-").replace(" ", "-")
    try:
        return require_name(name)
    except ValueError:
        return "my-pack"


def new_pack(folder: Path, name: str, title: str, author: str) -> list[str]:
    """Make a pack in a folder and return the names of its files; what stands there already is left alone.

    Raises ProblemError: ``already-there``, ``bad-name``, those of writing.
    """
    try:
        require_name(name)
    except ValueError as error:
        raise ProblemError([Problem(code="bad-name", message=str(error), hint=_("give one with --name"))]) from None
    targets = {source: target.format(name=name) for source, target in _FILES.items()}
    words = {
        "__NAME__": name,
        "__TITLE__": title,
        "__AUTHOR__": "'" + author.replace("'", "''") + "'",
        "__SPEECHDRAFT__": __version__,
    }
    scaffold = package_files("speechdraft") / "packs" / "scaffold"
    files = {}
    for source, target in targets.items():
        text = scaffold.joinpath(*source.split("/")).read_text(encoding="utf-8")
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        files[target] = text.encode()
    write_new(folder, files)
    return list(files)
