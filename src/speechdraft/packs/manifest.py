"""``pack.yaml``: what a pack says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft import __version__
from speechdraft.i18n import _
from speechdraft.packs.versions import require_range, require_version, version_key
from speechdraft.problems import Place, Problem, Problems
from speechdraft.schema import validate
from speechdraft.source import parse

__all__ = ["MANIFEST", "Manifest", "PackName", "Words", "needs_newer", "read_manifest", "require_name"]

MANIFEST = "pack.yaml"
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 60


def require_name(text: str) -> str:
    """Return the text if it can name a pack. Raises ValueError with what to write instead."""
    if len(text) > _LONGEST_NAME or not _NAME.fullmatch(text):
        message = _("“{text}” cannot name a pack; write small letters, digits and hyphens")
        raise ValueError(message.format(text=text[:40]))
    return text


def _require_address(text: str) -> str:
    if text and not re.fullmatch(r"https?://[!-~]{1,300}", text):
        raise ValueError(_("“{text}” is no address; it begins with https://").format(text=text[:40]))
    return text


def _require_language(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}", text):
        raise ValueError(_("“{text}” is no language; write zh-CN, or another tag of BCP 47").format(text=text[:40]))
    return text


def require_printable(text: str) -> str:
    """Return the text if a terminal shows it as it is. Raises ValueError for one with invisible characters."""
    if not text.replace("\n", "").isprintable():
        raise ValueError(_("an invisible character stands in this text; it could show something else than it says"))
    return text


PackName = Annotated[str, AfterValidator(require_name)]
_Version = Annotated[str, AfterValidator(require_version)]
_Range = Annotated[str, AfterValidator(require_range)]
Words = Annotated[str, AfterValidator(require_printable)]
"""A text that is shown to people who decide by it whether to trust a pack."""
_Line = Annotated[Words, Field(max_length=200)]


class Manifest(BaseModel):
    """What ``pack.yaml`` says of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: PackName = Field(description="Small letters, digits and hyphens.")
    version: _Version = Field(description="Semantic version, MAJOR.MINOR.PATCH.")
    title: _Line = Field(min_length=1, description="What the pack is, in a few words.")
    description: Words = Field(default="", max_length=2000, description="What it is for.")
    authors: tuple[_Line, ...] = Field(default=(), max_length=50, description="Who wrote it.")
    licence: _Line = Field(default="", description="SPDX identifier of its licence.")
    language: Annotated[str, AfterValidator(_require_language)] = Field(
        default="zh-CN", description="The language that its sentences are in (BCP 47)."
    )
    speechdraft: _Version = Field(description="The least version of speechdraft that it needs.")
    builds_on: Mapping[PackName, _Range] = Field(
        default_factory=dict,
        max_length=20,
        description="Other packs whose templates and facts it uses, with a range of versions: ^1.2, “>=1.0,<2”, 1.4.2.",
    )
    homepage: Annotated[str, AfterValidator(_require_address)] = Field(
        default="", description="Where to read about it."
    )

    def __str__(self) -> str:
        """Return name and version as messages and the lock write them."""
        return f"{self.name} {self.version}"


def read_manifest(text: str, file: str, problems: Problems) -> Manifest | None:
    """Return the manifest that a ``pack.yaml`` holds, or None when something is wrong with it."""
    node = parse(text, file, problems)
    if node is None:
        if not problems.has_errors:
            problems.add(Problem(code="empty-file", message=_("this manifest is empty"), place=Place(file=file)))
        return None
    manifest = validate(Manifest, node, problems)
    if manifest is not None and manifest.name in manifest.builds_on:
        message = _("the pack “{name}” builds on itself").format(name=manifest.name)
        problems.add(Problem(code="pack-cycle", message=message, place=Place(file=file)))
        return None
    return manifest


def needs_newer(manifest: Manifest, file: str = "") -> Problem | None:
    """Return the problem of a pack that needs a newer speechdraft than this one, or None."""
    if manifest.speechdraft == __version__ or version_key(manifest.speechdraft) <= version_key(__version__):
        return None
    return Problem(
        code="needs-newer-speechdraft",
        message=_("the pack {pack} needs speechdraft {needed} or newer; this is {here}").format(
            pack=manifest, needed=manifest.speechdraft, here=__version__
        ),
        place=Place(file=file),
        hint=_("update speechdraft, or use an older version of the pack"),
    )
