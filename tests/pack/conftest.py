"""The pack is tried as it is, whatever defaults the user of this machine has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from speechdraft import speeches


@pytest.fixture(autouse=True, scope="package")
def no_user_facts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    missing = Path(tmp_path_factory.mktemp("nobody")) / "facts.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(speeches, "user_facts", lambda: missing)
        yield
