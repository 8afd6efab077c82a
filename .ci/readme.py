#!/usr/bin/env python3
"""Prints a command of the README, so that CI runs what the README says and nothing else.

    python .ci/readme.py draft        the block of code that follows <!-- ci:draft --> in README.md

Where README.zh-CN.md has the same mark, it must have the same command.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def command(text: str, name: str) -> str | None:
    """Return the fenced block that directly follows ``<!-- ci:name -->``; None if there is none or nothing in it."""
    fenced = re.compile(rf"<!-- ci:{re.escape(name)} -->\s*\n```[a-z]*\n(.*?)\n```[ ]*$", re.DOTALL | re.MULTILINE)
    found = fenced.search(text)
    return found[1].strip() or None if found else None


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Print the command or say what is wrong; return the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: readme.py NAME\n")
        return 2
    name = arguments[0]
    english, chinese = root / "README.md", root / "README.zh-CN.md"
    if not english.exists():
        sys.stderr.write(f"README.md is not there, so CI does not know the command “{name}”\n")
        return 1
    wanted = command(english.read_text(encoding="utf-8"), name)
    if wanted is None:
        sys.stderr.write(f"README.md: no <!-- ci:{name} --> with a block of code (```sh … ```) right after it\n")
        return 1
    other = chinese.read_text(encoding="utf-8") if chinese.exists() else ""
    if f"<!-- ci:{name} -->" in other and command(other, name) != wanted:
        sys.stderr.write(f"README.zh-CN.md: the command “{name}” is not README.md's: {wanted}\n")
        return 1
    sys.stdout.write(wanted + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
