"""The packs that are installed for the user: by name and version, in the user's data folder.

``installed.json`` says what is there. It is written last and whole, so it is the one moment in which an installation
happens: whatever a killed process left in the folder is not installed, and the next one sweeps it away.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft.files import shown
from speechdraft.home import data_folder
from speechdraft.i18n import _
from speechdraft.packs.archive import Archive
from speechdraft.packs.folder import Origin, Pack, open_pack
from speechdraft.packs.manifest import PackName
from speechdraft.packs.records import read_record, write_record
from speechdraft.packs.versions import require_version
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.turns import locked

__all__ = ["Addition", "Installed", "Register", "Store", "user_store"]

_REGISTER = "installed.json"
_UNFINISHED = ".new-"


class Installed(BaseModel):
    """What is remembered of an installed pack: its hash, where it is from, who signed it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: str = ""
    author: str = ""


class Register(BaseModel):
    """What is installed, by name and version."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    packs: Mapping[PackName, Mapping[Annotated[str, AfterValidator(require_version)], Installed]] = Field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A pack that is to be installed."""

    archive: Archive
    source: str
    author: str = ""


class Store:
    """The installed packs below a folder."""

    def __init__(self, root: Path) -> None:
        """``root`` need not be there."""
        self.root = root

    def entries(self) -> dict[tuple[str, str], Installed]:
        """Return what is installed, by name and version. Raises ProblemError where the register cannot be read."""
        return {
            (name, version): entry
            for name, versions in read_record(Register, self.root / _REGISTER).packs.items()
            for version, entry in versions.items()
        }

    def folder(self, name: str, version: str) -> Path:
        """Return the folder that a version of a pack is in."""
        return self.root / name / version

    def packs(self) -> Iterator[Pack]:
        """Return the installed packs; one whose folder was taken away or damaged is passed over."""
        for name, version in self.entries():
            try:
                pack = open_pack(self.folder(name, version), Origin.INSTALLED)
            except ProblemError:
                continue
            if (pack.name, pack.version) == (name, version):
                yield pack

    def add(self, additions: Iterable[Addition]) -> None:
        """Install packs: all or none. What is installed already with the same hash is left alone.

        Raises ProblemError (``version-differs``, ``no-space``, ``cannot-write``, ``busy``); then nothing has changed.
        """
        with locked(self.root):
            register = self._swept()
            try:
                for addition in additions:
                    self._add(addition, register)
                write_record(self.root / _REGISTER, Register(packs=register))
            except BaseException:
                self._swept()
                raise

    def _add(self, addition: Addition, register: dict[str, dict[str, Installed]]) -> None:
        manifest, content = addition.archive.manifest, addition.archive.content
        versions = register.setdefault(manifest.name, {})
        there = versions.get(manifest.version)
        if there is not None and there.sha256 != content:
            raise ProblemError([_differs(manifest.name, manifest.version)])
        folder = self.folder(manifest.name, manifest.version)
        if there is None or not _is_whole(folder, content):
            self._unpack(addition.archive, folder)
        versions[manifest.version] = Installed(sha256=content, source=addition.source, author=addition.author)

    def remove(self, versions: Iterable[tuple[str, str]]) -> None:
        """Uninstall versions of packs; what is not installed is passed over. Raises ProblemError."""
        with locked(self.root):
            register = self._swept()
            for name, version in versions:
                register.get(name, {}).pop(version, None)
            write_record(self.root / _REGISTER, Register(packs={name: rest for name, rest in register.items() if rest}))
            self._swept()

    def _swept(self) -> dict[str, dict[str, Installed]]:
        """Return the register, after taking away what a killed process left half done."""
        register = {
            name: dict(versions) for name, versions in read_record(Register, self.root / _REGISTER).packs.items()
        }
        for folder in list(self.root.iterdir()):
            if folder.name.startswith(_UNFINISHED):
                shutil.rmtree(folder, ignore_errors=True)
            elif folder.name.startswith(".speechdraft-"):
                folder.unlink(missing_ok=True)
            elif folder.is_dir():
                for version in list(folder.iterdir()):
                    if version.name not in register.get(folder.name, {}):
                        shutil.rmtree(version, ignore_errors=True)
                if not any(folder.iterdir()):
                    folder.rmdir()
        return register

    def _unpack(self, archive: Archive, folder: Path) -> None:
        """Write a pack's files to a new folder beside the others, which then takes its place.

        Every name was checked when the archive was read; the join is checked once more, where it would do the harm.
        """
        new = self.root / f"{_UNFINISHED}{secrets.token_hex(6)}"
        try:
            for name, data in archive.files.items():
                path = new / name
                if not path.resolve().is_relative_to(new.resolve()):
                    raise ProblemError([_leads_out(name)])
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            folder.parent.mkdir(exist_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
            new.rename(folder)
        except OSError as error:
            message = _("the pack cannot be unpacked: {reason}").format(reason=error.strerror)
            hint = _("see whether the folder is there and you may write in it")
            raise ProblemError(
                [Problem(code="cannot-write", message=message, place=Place(file=shown(self.root)), hint=hint)]
            ) from None
        finally:
            shutil.rmtree(new, ignore_errors=True)


def _is_whole(folder: Path, content: str) -> bool:
    try:
        return open_pack(folder).sha256 == content
    except (ProblemError, OSError):
        return False


def user_store() -> Store:
    """Return the store in the user's data folder."""
    return Store(data_folder() / "packs")


def _differs(name: str, version: str) -> Problem:
    return Problem(
        code="version-differs",
        message=_("{name} {version} is installed already, with other content").format(name=name, version=version),
        hint=_(
            "a version that was shared does not change; give this one another, or first: "
            "speechdraft pack remove {name}@{version}"
        ).format(name=name, version=version),
    )


def _leads_out(name: str) -> Problem:
    message = _("“{name}” leads out of the folder").format(name=name[:80])
    return Problem(code="path-parent", message=message)
