"""The written forms of a draft, by the name of the output; each writer is imported when it is asked for."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from speechdraft.draft import Draft
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, did_you_mean

__all__ = ["LAYOUT_NAMES", "SUFFIXES", "is_untouched", "require_suffix", "write"]

SUFFIXES = (".docx", ".html", ".md", ".txt", ".json")
LAYOUT_NAMES = ("gbt9704", "windows-fonts", "reading")


def require_suffix(output: Path) -> None:
    """Raise ProblemError where no writer knows the output's suffix."""
    suffix = output.suffix.lower()
    if suffix not in SUFFIXES:
        known = _(", ").join(SUFFIXES)
        hint = did_you_mean(suffix, SUFFIXES) or _("a draft can be written as {suffixes}").format(suffixes=known)
        message = _("no draft can be written as “{suffix}”").format(suffix=suffix or output.name)
        raise ProblemError([Problem(code="unknown-format", message=message, place=Place(file=str(output)), hint=hint)])


def write(draft: Draft, suffix: str, layout: str, *, final: bool = False) -> bytes:
    """Return the draft in the form of a suffix of :data:`SUFFIXES`. Only .docx has layouts."""
    match suffix:
        case ".docx":
            from speechdraft.word.layouts import LAYOUTS  # noqa: PLC0415
            from speechdraft.word.writer import to_docx  # noqa: PLC0415

            return to_docx(draft, LAYOUTS[layout], final=final)
        case ".html":
            from speechdraft.html import to_html  # noqa: PLC0415

            return _with_comment(to_html(draft))
        case ".md":
            from speechdraft.markdown import to_markdown  # noqa: PLC0415

            return _with_comment(to_markdown(draft))
        case ".json":
            from speechdraft.json_tree import to_json  # noqa: PLC0415

            return _with_key(to_json(draft))
        case _:
            from speechdraft.plaintext import to_text  # noqa: PLC0415

            return to_text(draft).encode()


_COMMENT = re.compile(rb"<!-- speechdraft ([0-9a-f]{64}) -->\n\Z")


def _with_comment(text: str) -> bytes:
    """Return the text with its SHA-256 in a last comment, by which a later run sees whether a hand was in it."""
    data = text.encode()
    return data + f"<!-- speechdraft {hashlib.sha256(data).hexdigest()} -->\n".encode()


def _with_key(text: str) -> bytes:
    tree = json.loads(text)
    return (json.dumps({**tree, "seal": _of_tree(tree)}, ensure_ascii=False, indent=2) + "\n").encode()


def _of_tree(tree: object) -> str:
    return hashlib.sha256(json.dumps(tree, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def is_untouched(data: bytes, suffix: str) -> bool:
    """Return whether a written form is still as it was written.

    False for what somebody else wrote, and for plain text, which has no room for a mark.
    """
    match suffix:
        case ".docx":
            from speechdraft.word.seal import is_untouched as docx_is_untouched  # noqa: PLC0415

            return docx_is_untouched(data)
        case ".html" | ".md":
            found = _COMMENT.search(data)
            return found is not None and hashlib.sha256(data[: found.start()]).hexdigest() == found[1].decode()
        case ".json":
            try:
                tree = json.loads(data)
                return isinstance(tree, dict) and tree.pop("seal", None) == _of_tree(tree)
            except (ValueError, RecursionError):  # no JSON, or none of ours: that is not so deep
                return False
        case _:
            return False
