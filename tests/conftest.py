"""Every test runs in English, with a user who has no settings of their own; LibreOffice is started once for all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from speechdraft.i18n import use_language
from tests.commands import Run, run_command
from tests.keeping.libreoffice import LibreOffice
from tests.word.office import Office

# How long one example takes tells of the machine and of what else runs on it.
settings.register_profile("speechdraft", deadline=None)
settings.load_profile("speechdraft")


_SETTINGS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "WIN_PD_OVERRIDE_LOCAL_APPDATA", "WIN_PD_OVERRIDE_APPDATA")


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("nobody")


@pytest.fixture(autouse=True)
def nobody(_empty: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have a user without settings; speak English again afterwards."""
    for name in _SETTINGS:
        monkeypatch.setenv(name, str(_empty))
    monkeypatch.setenv("SPEECHDRAFT_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    use_language("en")
    yield
    use_language("en")


@pytest.fixture
def settings_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the user's settings for speechdraft, for a test to fill."""
    for name in _SETTINGS:
        monkeypatch.setenv(name, str(tmp_path / "settings"))
    folder = tmp_path / "settings" / "speechdraft"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder, which is the one that commands are run in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(folder: Path) -> Callable[..., Run]:
    """Return what runs a command line in the empty folder."""
    del folder
    return run_command


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return the LibreOffice that prints documents, or skip with the reason."""
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """Return a LibreOffice that edits documents and saves them, or skip with the reason."""
    office = LibreOffice(tmp_path_factory.mktemp("libreoffice"))
    yield office
    office.close()
