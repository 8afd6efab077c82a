"""A LibreOffice that is at hand for many documents, through its UNO interface."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.word.office import missing, tool

_SERVER = Path(__file__).with_name("uno_server.py")


class LibreOffice:
    """Loads a .docx, edits it, and saves it again as one."""

    def __init__(self, folder: Path) -> None:
        """Start the office, or skip with the reason."""
        self._folder = folder
        self._count = 0
        python = _python_with_uno(tool("soffice", "libreoffice-writer"))
        profile = (folder / "profile").as_uri()
        self._server = subprocess.Popen(
            [python, str(_SERVER), tool("soffice", "libreoffice-writer"), profile],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self._answer()

    def edited(self, data: bytes, *edits: dict[str, Any]) -> bytes:
        """Return a document as LibreOffice saves it after some edits, which ``uno_server.py`` names."""
        self._count += 1
        source, target = self._folder / f"{self._count}.docx", self._folder / f"{self._count}-saved.docx"
        source.write_bytes(data)
        assert self._server.stdin is not None
        request = {"source": str(source), "target": str(target), "edits": list(edits)}
        self._server.stdin.write(json.dumps(request) + "\n")
        self._server.stdin.flush()
        self._answer()
        saved = target.read_bytes()
        source.unlink()
        target.unlink()
        return saved

    def close(self) -> None:
        """Let the office go."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(60)
        self._server.stdout.close()

    def _answer(self) -> None:
        assert self._server.stdout is not None
        line = self._server.stdout.readline()
        assert line, "LibreOffice is gone"
        error = json.loads(line).get("error")
        assert error is None, error


def _python_with_uno(soffice: str) -> str:
    """Return a Python that can speak to the office: its own, or the system's."""
    folder = Path(soffice).resolve().parent
    system = [found for name in ("python3", "python") if (found := shutil.which(name, path="/usr/bin:/usr/local/bin"))]
    for candidate in (folder / "python", folder / "python.exe", *system, sys.executable):
        if Path(candidate).is_file():
            done = subprocess.run([str(candidate), "-c", "import uno"], capture_output=True, check=False)
            if done.returncode == 0:
                return str(candidate)
    return missing("no Python has LibreOffice's uno module (python3-uno)")
