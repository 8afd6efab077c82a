"""What a pack contains, for people who decide whether to install it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from speechdraft.packs.folder import TEMPLATE_SUFFIX
from speechdraft.packs.paths import DICTIONARY
from speechdraft.problems import ProblemError, Problems
from speechdraft.source import MappingNode, Scalar, decode, parse

__all__ = ["Contents", "contents_of"]

_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """A pack's outlines with their titles, its templates, its facts, its examples."""

    outlines: Mapping[str, str]
    templates: tuple[str, ...]
    facts: tuple[str, ...]
    examples: tuple[str, ...]


def contents_of(files: Mapping[str, bytes]) -> Contents:
    """Return what a pack's files are; what cannot be read has no title and counts for nothing."""
    outlines: dict[str, str] = {}
    for name, data in files.items():
        if name.startswith("outlines/"):
            root = _mapping(data, name)
            title = root.entries.get("title") if root is not None else None
            outlines[name.removeprefix("outlines/").removesuffix(".yaml")] = (
                _shown(title.text) if isinstance(title, Scalar) else ""
            )
    dictionary = _mapping(files[DICTIONARY], DICTIONARY) if DICTIONARY in files else None
    return Contents(
        outlines=outlines,
        templates=tuple(
            name.removeprefix("templates/").removesuffix(TEMPLATE_SUFFIX)
            for name in files
            if name.startswith("templates/") and name.endswith(TEMPLATE_SUFFIX)
        ),
        facts=tuple(dictionary.entries) if dictionary is not None else (),
        examples=tuple(name.removeprefix("examples/") for name in files if name.startswith("examples/")),
    )


def _shown(title: str) -> str:
    return "".join(letter for letter in title[:_LONGEST_TITLE] if letter.isprintable())


def _mapping(data: bytes, name: str) -> MappingNode | None:
    try:
        node = parse(decode(data, name), name, Problems())
    except ProblemError:
        return None
    return node if isinstance(node, MappingNode) else None
