"""The READMEs: every command that they show is run, and prints what they say."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COLLEAGUE = "speechdraft pack library add"
"""From this command on, a colleague works, in another home folder."""
_LANGUAGES = {"README.md": "en", "README.zh-CN.md": "zh_CN"}


def _sessions(readme: str) -> list[tuple[str, list[str]]]:
    """Return each command of the console blocks with the lines that it is shown to print."""
    found: list[tuple[str, list[str]]] = []
    for block in _BLOCK.findall((ROOT / readme).read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif found:
                found[-1][1].append(line)
    return found


def _run(command: str, folder: Path, language: str, home: str = "home") -> str:
    """Return what a command prints, in a home of its own; the folder that it runs in is shown as /office."""
    words = shlex.split(command)
    environment = {
        **os.environ,
        "SPEECHDRAFT_LANG": language,
        "HOME": str(folder / home),
        "XDG_CONFIG_HOME": str(folder / home / "config"),
        "XDG_DATA_HOME": str(folder / home / "data"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    if words[0] == "cat":
        return (folder / words[1]).read_text(encoding="utf-8")
    assert words[0] == "speechdraft", command
    done = subprocess.run(
        [sys.executable, "-m", "speechdraft", *words[1:]],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return (done.stderr + done.stdout).replace(str(folder), "/office")


def _as_pattern(lines: list[str]) -> str:
    """Return shown lines as a pattern: a line that is an ellipsis stands for any lines, trailing blanks do not count."""
    pattern = ""
    for line in lines:
        pattern += r"(?:.*\n)*?" if line.strip() in {"…", "..."} else re.escape(line.rstrip()) + r"[ \t]*\n"
    return pattern


@pytest.mark.parametrize("readme", _LANGUAGES)
def test_every_command_prints_what_the_readme_says(readme: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples", tmp_path / "examples", ignore=shutil.ignore_patterns("*.docx", "*.html"))
    sessions = _sessions(readme)
    assert sessions
    home = "home"
    for command, shown in sessions:
        if command.startswith(_COLLEAGUE):
            home = "colleague"
        printed = _run(command, tmp_path, _LANGUAGES[readme], home)
        text = "".join(line.rstrip() + "\n" for line in printed.splitlines())
        pattern = _as_pattern(shown)
        assert re.fullmatch(pattern + r"\n*", text), (
            f"{readme}: {command}\nprints:\n{text}\nbut shown is:\n" + "\n".join(shown)
        )


def test_both_readmes_run_the_same_commands() -> None:
    commands = [[shlex.split(command)[:2] for command, _shown in _sessions(readme)] for readme in _LANGUAGES]
    assert commands[0] == commands[1]
