"""Values into a facts file: each with where it is from, and all else that stands in the file kept as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from speechdraft.facts import PARTICULARS, has_particulars
from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.source import MAX_BYTES, MappingNode, Plain, decode_as_found, parse, to_plain
from speechdraft.splicing import entry_lines, with_entries, with_entry_nested
from speechdraft.turns import turn

__all__ = ["Change", "record", "recorded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a fact is to have in the file: a value, and particulars (``source``, ``as_of``, ``confirmed``, ``note``).

    ``value`` None leaves the value that is there; so does a particular that is not named, unless ``replaces`` says that
    the particulars there belong to a value that goes. ``removed`` leaves neither: the fact's name stands there alone.
    """

    value: Plain = None
    particulars: Mapping[str, str] = field(default_factory=dict)
    replaces: bool = False
    removed: bool = False


def record(path: Path, changes: Mapping[str, Change], outline: str) -> None:
    """Write changes to a facts file, whole or not at all; a file that is not there is begun for the outline.

    Raises ProblemError as :func:`recorded`, :func:`~speechdraft.turns.turn`, :func:`~speechdraft.files.read_bounded`
    and :func:`~speechdraft.files.write_whole` do; then the file is as it was.
    """
    with turn(path):
        if path.exists():
            data = read_bounded(path, MAX_BYTES)
        else:
            data = "\n".join([*entry_lines("outline", outline), ""]).encode()
        new = recorded(data, changes, shown(path))
        if new != data or not path.exists():
            write_whole(path, new)


def recorded(data: bytes, changes: Mapping[str, Change], file: str) -> bytes:
    """Return a facts file's bytes with the changes made: comments, order, unknown keys, line ends, encoding kept.

    Raises ProblemError where the file cannot be read as facts, or (``cannot-edit``) cannot be edited.
    """
    text, encoding = decode_as_found(data, file)
    if encoding.encode(text) != data:
        raise ProblemError(
            [
                Problem(
                    code="cannot-edit",
                    message=_("this file has characters that cannot be written back as they stand"),
                    place=Place(file=file),
                    hint=_("save it as text in UTF-8"),
                )
            ]
        )
    problems = Problems()
    node = parse(text, file, problems)
    problems.raise_errors()
    entries = node.entries if isinstance(node, MappingNode) else {}
    values: dict[str, Plain] = {}
    for name, change in changes.items():
        old = to_plain(entries[name]) if name in entries else None
        values[name] = _entry(old, change)
        bare = isinstance(old, list) or (isinstance(old, dict) and not has_particulars(old))
        deeper = values[name]
        if bare and isinstance(deeper, dict) and has_particulars(deeper):
            value = deeper["value"]
            text = with_entries(text, {name: value}, file)  # in its place, where what is around it is known
            if isinstance(value, (list, dict)):
                text = with_entry_nested(text, name, "value", file)
    text = with_entries(text, values, file)
    new = encoding.encode(text)
    # The only Chinese letters of a GB18030 file may be the new ones, and look like UTF-8; the rest is ASCII, and the
    # same in both.
    return new if decode_as_found(new, file)[0] == text else text.encode()


def _entry(old: Plain, change: Change) -> Plain:
    """Return what stands behind a fact's name after a change."""
    if change.removed:
        return None
    if isinstance(old, dict) and has_particulars(old):
        entry: dict[str, Plain] = {"value": old["value"]} if change.replaces else dict(old)
        if change.replaces and not change.particulars and change.value is not None:
            return change.value if not _ambiguous(change.value) else {"value": change.value}
    elif change.particulars or _ambiguous(change.value):
        entry = {"value": old}
    else:
        return old if change.value is None else change.value
    if change.value is not None:
        entry["value"] = change.value
    for name in PARTICULARS:
        if name in change.particulars:
            entry[name] = change.particulars[name]
    return entry


def _ambiguous(value: Plain) -> bool:
    """Return whether a record would be taken for a value with its particulars."""
    return isinstance(value, dict) and has_particulars(value)
