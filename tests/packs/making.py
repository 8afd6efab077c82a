"""Little packs, made from a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from speechdraft.packs.archive import Archive, archive_of
from speechdraft.problems import ProblemError
from tests.building import outline_of, yaml_of


def make_pack(  # noqa: PLR0913
    folder: Path,
    *,
    name: str = "work",
    version: str = "1.0.0",
    builds_on: Mapping[str, str] | None = None,
    files: Mapping[str, str | bytes] | None = None,
    text: str = "把{{ 地区 }}的事情办好。\n",
    **manifest: object,
) -> Path:
    """Make a pack with one outline (of the pack's name), one template and one fact; ``files`` go on top."""
    told = {"name": name, "version": version, "title": f"试{name}", "speechdraft": "0.1.0", **manifest}
    if builds_on:
        told["builds_on"] = dict(builds_on)
    everything: dict[str, str | bytes] = {
        "pack.yaml": yaml_of(told),
        f"outlines/{name}.yaml": yaml_of(outline_of([{"template": f"{name}/x"}], id=name, title=f"试{name}讲话")),
        f"templates/{name}/x.j2": text,
        "templates/facts.yaml": "地区: {type: text, example: 清河市}\n",
        **(files or {}),
    }
    write_files(folder, everything)
    return folder


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def archive(folder: Path) -> Archive:
    return archive_of(folder)


def told(call: object, *values: object, **named: object) -> str:
    """Return the problems that a call ends in, as the terminal shows them."""
    try:
        call(*values, **named)  # type: ignore[operator]
    except ProblemError as error:
        return "\n".join(str(problem) for problem in error.problems)
    return ""
