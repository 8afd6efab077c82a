"""Fixtures for the tests of updating."""

from __future__ import annotations

import pytest

from tests.word.office import Office


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return LibreOffice, or skip with the reason."""
    return Office(tmp_path_factory.mktemp("office"))
