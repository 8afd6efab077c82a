"""Packs for the tests: little ones made from a mapping, a user with a home folder of their own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.packs.making import make_pack


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a user who has nothing yet; speechdraft keeps all that is theirs in it."""
    folder = tmp_path / "home"
    monkeypatch.setenv("SPEECHDRAFT_HOME", str(folder))
    return folder


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Return what makes a little pack in a folder of its own."""

    def made(name: str = "work", version: str = "1.0.0", **more: object) -> Path:
        return make_pack(tmp_path / "packs" / f"{name}-{version}", name=name, version=version, **more)

    return made
