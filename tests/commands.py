"""Running the command line: in this process where that is the same, in one of its own where it is not."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

from typer.testing import CliRunner

from speechdraft.cli.app import app
from speechdraft.i18n import use_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What a command printed, and its exit status."""

    out: str
    err: str
    status: int


def run_command(*words: object, language: str = "en") -> Run:
    """Return what a command line does, run in this process."""
    use_language(language)
    result = CliRunner().invoke(app, [str(word) for word in words], prog_name="speechdraft", catch_exceptions=False)
    return Run(out=result.stdout, err=result.stderr, status=result.exit_code)


def run_program(*words: object, stdin: str = "") -> Run:
    """Return what the program does, run as a user runs it."""
    done = subprocess.run(
        [sys.executable, "-m", "speechdraft", *map(str, words)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Run(out=done.stdout, err=done.stderr, status=done.returncode)
