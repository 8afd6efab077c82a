"""Fixtures for the tests of drafts that come back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keeping.libreoffice import LibreOffice


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LibreOffice]:
    """Return a LibreOffice that edits documents, or skip with the reason."""
    office = LibreOffice(tmp_path_factory.mktemp("libreoffice"))
    yield office
    office.close()
