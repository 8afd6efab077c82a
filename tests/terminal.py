"""A program in a real terminal, typed at by hand. Importing this skips the tests where there is none as POSIX has it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("a pseudo-terminal as POSIX has it", allow_module_level=True)

import pty
import select

TAKE_THE_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that a key like Ctrl-C reaches the program
from speechdraft.cli import main
sys.argv[0] = "speechdraft"
main()
"""


class Terminal:
    """A program in a terminal of 80 columns, typed at by hand."""

    def __init__(self, home: Path, *arguments: str) -> None:
        self.text = ""
        self._fd, side = pty.openpty()
        environment = {
            **os.environ,
            "SPEECHDRAFT_LANG": "en",
            "HOME": str(home),
            "XDG_STATE_HOME": str(home),
            "COLUMNS": "80",
            "TERM": "dumb",
        }
        self._program = subprocess.Popen(
            [sys.executable, "-c", TAKE_THE_TERMINAL, *arguments],
            stdin=side,
            stdout=side,
            stderr=side,
            env=environment,
            start_new_session=True,
        )
        os.close(side)

    def wait_for(self, pattern: str, seconds: float = 20) -> str:
        """Return what was printed up to a pattern, and forget it."""
        until = time.monotonic() + seconds
        while not (found := re.search(pattern, self.text)):
            assert time.monotonic() < until, f"{pattern!r} did not come: {self.text!r}"
            if select.select([self._fd], [], [], 0.2)[0]:
                try:
                    self.text += os.read(self._fd, 65536).decode(errors="replace").replace("\r\n", "\n")
                except OSError:  # the other side is closed
                    assert re.search(pattern, self.text), self.text
        before, self.text = self.text[: found.end()], self.text[found.end() :]
        return before

    def type(self, text: str, after: str = r"\n[>|] $") -> str:
        """Wait for the prompt, type a line, and return what was printed before."""
        printed = self.wait_for(after)
        os.write(self._fd, f"{text}\n".encode())
        return printed

    def press(self, byte: bytes) -> None:
        """Wait for the prompt and press a key, until something happens.

        Python's input() does not hear a Ctrl-C between its prompt and its first wait: some microseconds, which a hand
        does not hit.
        """
        self.wait_for(r"\n[>|] $")
        for _press in range(20):
            os.write(self._fd, byte)
            if select.select([self._fd], [], [], 1)[0]:
                return

    def ends(self) -> tuple[int, str]:
        """Return the exit status and the rest of what was printed."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            if select.select([self._fd], [], [], 0.1)[0]:
                try:
                    data = os.read(self._fd, 65536)
                except OSError:
                    data = b""
                if data:
                    self.text += data.decode(errors="replace").replace("\r\n", "\n")
                    continue
            if self._program.poll() is not None:
                os.close(self._fd)
                return self._program.returncode, self.text
        self._program.kill()
        self._program.wait()
        pytest.fail(f"it does not end: {self.text!r}")
