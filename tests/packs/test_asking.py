"""What is asked before a pack is installed or removed, in a real terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from speechdraft.packs.store import user_store
from tests.terminal import Terminal


@pytest.mark.parametrize("answer", ["y", "n", ""])
def test_it_asks_before_it_installs(home: Path, make: Callable[..., Path], tmp_path: Path, answer: str) -> None:
    terminal = Terminal(tmp_path, "pack", "install", str(make()))
    said = terminal.type(answer, after=r"\(y for yes, Enter for no\) $")
    assert "to be installed:" in said
    status, rest = terminal.ends()
    installed = list(user_store().entries())
    if answer == "y":
        assert (status, installed) == (0, [("work", "1.0.0")])
    else:
        assert (status, installed) == (1, [])
        assert "nothing was changed" in rest
