"""Libraries: folders of packs with an index, on a network share, a stick, in a git checkout or behind an address.

``index.json`` says what a library offers. Publishing puts the pack's file beside it first and writes the index last and
whole, so that a reader finds the old state or the new one, whatever happens to the publisher.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.home import config_folder
from speechdraft.i18n import _
from speechdraft.packs.archive import MAX_ARCHIVE_BYTES, SUFFIX, Archive, read_archive
from speechdraft.packs.fetch import fetch, is_address, joined
from speechdraft.packs.manifest import PackName, Words
from speechdraft.packs.records import read_record, record_from, write_record
from speechdraft.packs.versions import require_range, require_version
from speechdraft.problems import Place, Problem, ProblemError, did_you_mean
from speechdraft.source import MAX_BYTES
from speechdraft.turns import locked

__all__ = [
    "Libraries",
    "Library",
    "Offer",
    "add_library",
    "drop_library",
    "library_at",
    "publish",
    "read_index",
    "user_libraries",
]

INDEX = "index.json"
_LIBRARIES = "libraries.json"
_FILE = re.compile(rf"[a-z0-9-]{{1,60}}-[0-9A-Za-z.+-]{{5,60}}{re.escape(SUFFIX)}")


def _plain_file(name: str) -> str:
    # A name with a path in it would be read from elsewhere than from the library.
    if not _FILE.fullmatch(name):
        raise ValueError(_("“{name}” cannot name a pack's file").format(name=name[:60]))
    return name


_Version = Annotated[str, AfterValidator(require_version)]
_Range = Annotated[str, AfterValidator(require_range)]


class Offer(BaseModel):
    """One version of a pack in a library's index."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: Annotated[str, AfterValidator(_plain_file)]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    title: Words = Field(max_length=200)
    description: Words = Field(default="", max_length=2000)
    speechdraft: _Version
    builds_on: Mapping[PackName, _Range] = Field(default_factory=dict, max_length=20)
    author: Words = Field(default="", max_length=100)
    """Who signed it, as the file itself says."""


class _Index(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    # A library of a later form is not misread, but refused with a word of what to do.
    form: Literal["speechdraft library 1"] = "speechdraft library 1"
    packs: Mapping[PackName, Mapping[_Version, Offer]] = Field(default_factory=dict)


class Libraries(BaseModel):
    """The configured libraries: the place of each by its name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    libraries: Mapping[Annotated[str, Field(pattern=r"^[\w-]{1,60}$")], str] = Field(
        default_factory=dict, max_length=50
    )


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library: what the user calls it, and the folder or address that it is at."""

    name: str
    location: str

    @property
    def is_remote(self) -> bool:
        """Whether it stands behind an address."""
        return is_address(self.location)

    def offers(self) -> Mapping[str, Mapping[str, Offer]]:
        """Return what the library offers, by name and version; its index is read once. Raises ProblemError."""
        return self._offers

    @cached_property
    def _offers(self) -> dict[str, dict[str, Offer]]:
        if self.is_remote:
            return _plain(read_index(fetch(joined(self.location, INDEX), MAX_BYTES), joined(self.location, INDEX)))
        folder = Path(self.location)
        if not (folder / INDEX).is_file():
            message = _("this folder is no library: it has no {file}").format(file=INDEX)
            hint = _("speechdraft pack publish PACK --to FOLDER makes a folder a library")
            raise ProblemError(
                [Problem(code="not-a-library", message=message, place=Place(file=shown(folder)), hint=hint)]
            )
        return _plain(read_record(_Index, folder / INDEX))

    def take(self, name: str, version: str, offer: Offer) -> Archive:
        """Return the pack that an offer stands for. Raises ProblemError where it is not what the index says."""
        if self.is_remote:
            file = joined(self.location, offer.file)
            data = fetch(file, MAX_ARCHIVE_BYTES)
        else:
            path = Path(self.location) / offer.file
            file = shown(path)
            data = read_bounded(path, MAX_ARCHIVE_BYTES)
        archive = read_archive(data, file)
        manifest = archive.manifest
        listed = (offer.sha256, name, version, dict(offer.builds_on))
        if listed != (archive.sha256, manifest.name, manifest.version, dict(manifest.builds_on)):
            message = _("this file is not the one that the library's index lists")
            hint = _("it was changed after it was published, or the library is damaged; ask whoever keeps it")
            raise ProblemError([Problem(code="index-mismatch", message=message, place=Place(file=file), hint=hint)])
        return archive


def read_index(data: bytes, file: str) -> _Index:
    """Return the index that some bytes hold. Raises ProblemError with all that is wrong."""
    return record_from(_Index, data, file)


def _plain(index: _Index) -> dict[str, dict[str, Offer]]:
    return {name: dict(versions) for name, versions in index.packs.items()}


def publish(folder: Path, archive: Archive, author: str = "") -> bool:
    """Put a pack into the library in a folder; return whether that changed anything.

    The folder is made where there is none. Raises ProblemError: ``version-differs`` (the version is there with other
    content), ``busy``, those of writing.
    """
    manifest = archive.manifest
    offer = Offer(
        file=archive.file_name,
        sha256=archive.sha256,
        title=manifest.title,
        description=manifest.description,
        speechdraft=manifest.speechdraft,
        builds_on=manifest.builds_on,
        author=author,
    )
    with locked(folder):
        index = _plain(read_record(_Index, folder / INDEX))
        there = index.setdefault(manifest.name, {}).get(manifest.version)
        if there is not None and there.sha256 != offer.sha256:
            message = _("{pack} is published already, with other content").format(pack=manifest)
            hint = _("a version that was shared does not change; raise the version in pack.yaml")
            raise ProblemError(
                [Problem(code="version-differs", message=message, place=Place(file=shown(folder)), hint=hint)]
            )
        path = folder / offer.file
        if there == offer and path.is_file() and read_bounded(path, MAX_ARCHIVE_BYTES) == archive.data:
            return False
        write_whole(path, archive.data)
        index[manifest.name][manifest.version] = offer
        write_record(folder / INDEX, _Index(packs=index))
        for left in folder.glob(".speechdraft-*.tmp"):
            left.unlink(missing_ok=True)
    return True


# The libraries that the user has configured.


def user_libraries() -> tuple[Library, ...]:
    """Return the configured libraries. Raises ProblemError."""
    found = read_record(Libraries, config_folder() / _LIBRARIES).libraries
    return tuple(Library(name=name, location=location) for name, location in found.items())


def library_at(text: str) -> Library:
    """Return a configured library by its name, or the one in a folder or at an address."""
    known = {library.name: library for library in user_libraries()}
    if text in known:
        return known[text]
    if is_address(text):
        return Library(name=text, location=text)
    folder = Path(text)
    if not folder.is_dir():
        message = _("no library “{name}”: neither a configured one nor a folder").format(name=text[:80])
        hint = did_you_mean(text, known) or _("speechdraft pack library list shows the configured ones")
        raise ProblemError([Problem(code="unknown-library", message=message, hint=hint)])
    return Library(name=text, location=str(folder.resolve()))


def add_library(location: str, name: str | None = None) -> Library:
    """Configure a library, under its folder's name if no other is given.

    Raises ProblemError where it cannot be read or the name is taken.
    """
    location = library_at(location).location
    name = name or re.sub(r"\W+", "-", location.rstrip("/\\").replace("\\", "/").rpartition("/")[2]) or "library"
    library = Library(name=name, location=location)
    library.offers()
    with locked(config_folder()):
        known = dict(read_record(Libraries, config_folder() / _LIBRARIES).libraries)
        if known.get(name, library.location) != library.location:
            message = _("“{name}” is another library already: {location}").format(name=name, location=known[name])
            hint = _("give it another with --name, or first: speechdraft pack library remove {name}").format(name=name)
            raise ProblemError([Problem(code="already-there", message=message, hint=hint)])
        try:
            libraries = Libraries.model_validate({"libraries": {**known, name: library.location}})
        except ValueError:
            message = _("“{name}” cannot name a library; write one word").format(name=name[:40])
            hint = _("give one with --name")
            raise ProblemError([Problem(code="bad-name", message=message, hint=hint)]) from None
        write_record(config_folder() / _LIBRARIES, libraries)
    return library


def drop_library(name: str) -> None:
    """Forget a configured library; its packs stay installed. Raises ProblemError (``unknown-library``)."""
    with locked(config_folder()):
        known = dict(read_record(Libraries, config_folder() / _LIBRARIES).libraries)
        if name not in known:
            message = _("no library “{name}”").format(name=name[:80])
            hint = did_you_mean(name, known) or _("speechdraft pack library list shows the configured ones")
            raise ProblemError([Problem(code="unknown-library", message=message, hint=hint)])
        del known[name]
        write_record(config_folder() / _LIBRARIES, Libraries(libraries=known))
