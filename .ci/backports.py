#!/usr/bin/env python3
"""Prints an apt source for Debian's backports suite, derived from the one that this machine has for its own release.

    python .ci/backports.py CODENAME [ETC_APT]     first the file's name, then its text; nothing if it is there already

No host stands in this file: where Debian's packages come from is the machine's own affair. Both of apt's forms are
read, the one-line form (*.list) and deb822 (*.sources).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

_ONE_LINE = re.compile(r"^deb\s+(?P<options>\[[^\]]*\]\s+)?(?P<uri>\S+)\s+(?P<suite>\S+)\s+(?P<components>\S.*)$")


def one_line_entries(text: str) -> Iterator[re.Match[str]]:
    """Return the entries for binary packages in a file of the one-line form."""
    for line in text.splitlines():
        found = _ONE_LINE.match(line.split("#")[0].strip())
        if found:
            yield found


def stanzas(text: str) -> Iterator[dict[str, str]]:
    """Return the enabled stanzas for binary packages in a file of the deb822 form, field names in lower case."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for block in re.split(r"\n[ \t]*\n", "\n".join(lines)):
        fields: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            if line[:1].isspace():
                fields[name] = fields.get(name, "") + "\n" + line
            elif ":" in line:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                fields[name] = value.strip()
        if "deb" in fields.get("types", "").split() and fields.get("enabled", "yes").lower() != "no":
            yield fields


def derived(sources: Mapping[str, str], codename: str) -> tuple[str, str] | None:
    """Return the name and the text of a source for the backports, None if one of the sources is for them already.

    ``sources`` are apt's files, their texts by their names. Raises ValueError if none is for the release itself.
    """
    backports = f"{codename}-backports"
    found: tuple[str, str] | None = None
    for name, text in sources.items():
        if name.endswith(".sources"):
            for fields in stanzas(text):
                suites = fields.get("suites", "").split()
                if backports in suites:
                    return None
                if found is None and {codename, "stable"} & set(suites):
                    kept = {"types": "deb"} | {key: fields[key] for key in fields if key not in {"types", "suites"}}
                    lines = [f"{key.title()}: {value}" for key, value in (kept | {"suites": backports}).items()]
                    found = f"{backports}.sources", "\n".join(lines) + "\n"
        else:
            for entry in one_line_entries(text):
                if entry["suite"] == backports:
                    return None
                if found is None and entry["suite"] in {codename, "stable"}:
                    line = f"deb {entry['options'] or ''}{entry['uri']} {backports} {entry['components']}\n"
                    found = f"{backports}.list", line
    if found is None:
        message = f"no apt source for {codename} to derive one for {backports} from"
        raise ValueError(message)
    return found


def main(arguments: list[str]) -> int:
    """Print the source to add; return the exit status."""
    if not 1 <= len(arguments) <= 2:
        sys.stderr.write("usage: backports.py CODENAME [ETC_APT]\n")
        return 2
    folder = Path(*arguments[1:] or ["/etc/apt"])
    files = [folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))]
    files += sorted(folder.glob("sources.list.d/*.sources"))
    try:
        source = derived({file.name: file.read_text(encoding="utf-8") for file in files if file.exists()}, arguments[0])
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if source:
        sys.stdout.write("\n".join(source))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
