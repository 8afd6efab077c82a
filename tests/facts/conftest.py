from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from speechdraft.i18n import language, use_language


@pytest.fixture(autouse=True, scope="session")
def _in_english_with_nothing_of_the_users_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    home: Path = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPEECHDRAFT_LANG", "en")
        for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "APPDATA", "LOCALAPPDATA"):
            patch.setenv(name, str(home))
        use_language(language())
        yield
