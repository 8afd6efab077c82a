#!/usr/bin/env python3
"""Brings the Chinese catalogue up to date with the messages in the code, or checks that it is.

    python .ci/catalogue.py           adds new messages to the .po, drops those that are gone, compiles the .mo
    python .ci/catalogue.py --check   changes nothing; says what is wrong and exits with 1 if anything is

A message that was reworded keeps its translation, marked as fuzzy: read it, mend it, take the mark away.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TypeAlias

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path("src", "speechdraft")
PO = PACKAGE / "locale" / "zh_CN" / "LC_MESSAGES" / "speechdraft.po"
MO = PO.with_suffix(".mo")

_Id: TypeAlias = str | list[str] | tuple[str, ...]

FILE_COMMENT = "# 发言稿工具 speechdraft 的简体中文界面文字。由 .ci/catalogue.py 维护，译文可直接修改。"


class ChineseCatalog(Catalog):
    """A catalogue whose header names no day and no tool, so that the same messages give the same bytes."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header's lines, as few as gettext needs."""
        return [
            ("Language", "zh_CN"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=UTF-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", "nplurals=1; plural=0;"),
        ]


def chinese() -> ChineseCatalog:
    """Return an empty catalogue."""
    return ChineseCatalog(locale="zh_CN", header_comment=FILE_COMMENT, fuzzy=False)


def messages(root: Path) -> ChineseCatalog:
    """Return the messages of the code, untranslated."""
    template = chinese()
    for file in sorted((root / PACKAGE).rglob("*.py")):
        calls = [call for call in ast.walk(ast.parse(file.read_bytes())) if isinstance(call, ast.Call)]
        for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
            found = _message(call)
            if found is not None:
                template.add(found, locations=[(file.relative_to(root).as_posix(), call.lineno)])
    return template


def _message(call: ast.Call) -> str | tuple[str, str] | None:
    """Return the message of a call of ``_`` or ``ngettext``, or what a pydantic field is; None for other calls.

    Read from the syntax tree, because Babel's own extraction does not look into f-strings.
    """
    match call:
        case ast.Call(func=ast.Name("_"), args=[ast.Constant(str(text))]):
            return text
        case ast.Call(func=ast.Name("ngettext"), args=[ast.Constant(str(one)), ast.Constant(str(many)), _]):
            return one, many
        case ast.Call(func=ast.Name("Field"), keywords=keywords):
            told = [ast.literal_eval(one.value) for one in keywords if one.arg == "description"]
            return str(told[0]) if told else None
        case _:
            return None


def translations(root: Path) -> ChineseCatalog:
    """Return the catalogue as the .po has it, obsolete messages included."""
    catalogue = chinese()
    if (root / PO).exists():
        with (root / PO).open("rb") as file:
            read = read_po(file, locale="zh_CN")
        for message in read:
            if message.id:
                catalogue[message.id] = message
        catalogue.obsolete = read.obsolete
    return catalogue


def updated(root: Path) -> ChineseCatalog:
    """Return the .po's translations for exactly the messages that there are now."""
    catalogue = translations(root)
    # Babel's own header would come back with the template's.
    catalogue.update(messages(root), update_header_comment=False)
    catalogue.obsolete.clear()
    return catalogue


def po_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as a .po file, without line numbers, which would change with every edit."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=110, sort_by_file=True, include_lineno=False)
    return buffer.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """Return the catalogue as gettext reads it; the same messages give the same bytes."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def complaints(root: Path) -> list[str]:
    """Return what is wrong with the catalogue, a line for each thing; nothing if it is in order."""
    wanted, there = messages(root), translations(root)
    wanted_ids, there_ids = ({message.id for message in catalogue if message.id} for catalogue in (wanted, there))
    lines = [f"not in the catalogue: {_shown(missing)}" for missing in _sorted(wanted_ids - there_ids)]
    lines += [f"no longer in the code: {_shown(gone)}" for gone in _sorted(there_ids - wanted_ids)]
    lines += [f"obsolete: {_shown(message.id)}" for message in there.obsolete.values()]
    for message in there:
        if not message.id:
            continue
        if message.fuzzy:
            lines.append(f"fuzzy: {_shown(message.id)}")
        if not _is_translated(message):
            lines.append(f"not translated: {_shown(message.id)}")
    if not (root / MO).exists() or (root / MO).read_bytes() != mo_bytes(there):
        lines.append("speechdraft.mo is not made from speechdraft.po")
    return lines


def _is_translated(message: Message) -> bool:
    strings = [message.string] if isinstance(message.string, str) else message.string or []
    return bool(strings) and all(strings)


def _sorted(ids: Iterable[_Id]) -> list[_Id]:
    return sorted(ids, key=str)


def _shown(message: _Id) -> str:
    return repr(message if isinstance(message, str) else message[0])


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Update the catalogue or check it; return the exit status."""
    parser = argparse.ArgumentParser(description="Update or check the Chinese catalogue.")
    parser.add_argument("--check", action="store_true", help="change nothing, exit with 1 if anything is amiss")
    check = parser.parse_args(arguments).check
    if not check:
        catalogue = updated(root)
        (root / PO).parent.mkdir(parents=True, exist_ok=True)
        (root / PO).write_bytes(po_bytes(catalogue))
        (root / MO).write_bytes(mo_bytes(catalogue))
    lines = complaints(root)
    if lines:
        sys.stderr.write(f"{PO.as_posix()}:\n")
        sys.stderr.writelines(f"  {line}\n" for line in lines)
    if check and lines:
        sys.stderr.write("mend it with: python .ci/catalogue.py, then translate what it added\n")
    return int(check and bool(lines))


if __name__ == "__main__":
    sys.exit(main())
