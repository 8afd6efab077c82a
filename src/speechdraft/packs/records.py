"""The small files that speechdraft keeps for itself: read with bounds, written whole, by one process at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from speechdraft.files import make_folder, read_bounded, shown, write_whole
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.schema import validate
from speechdraft.source import MAX_BYTES, decode, parse

__all__ = ["read_record", "record_from", "write_record"]

_Record = TypeVar("_Record", bound=BaseModel)


def read_record(model: type[_Record], path: Path) -> _Record:
    """Return what a file holds, or an empty record where there is no file. Raises ProblemError."""
    if not path.exists():
        return model()
    try:
        return record_from(model, read_bounded(path, MAX_BYTES), shown(path))
    except ProblemError as error:
        way_out = _("speechdraft wrote this file; if nobody can mend it, delete it and do again what it remembers")
        told = (replace(one, hint="\n".join(part for part in (one.hint, way_out) if part)) for one in error.problems)
        raise ProblemError(told) from None


def record_from(model: type[_Record], data: bytes, file: str) -> _Record:
    """Return what some bytes hold. Raises ProblemError with all that is wrong.

    JSON is read by the one reader of YAML, of which it is a part: that one is bounded and knows places.
    """
    problems = Problems()
    if len(data) > MAX_BYTES:
        raise ProblemError(
            [Problem(code="file-too-large", message=_("this file is larger than it can be"), place=Place(file=file))]
        )
    node = parse(decode(data, file), file, problems)
    problems.raise_errors()
    if node is None:
        raise ProblemError([Problem(code="empty-file", message=_("this file is empty"), place=Place(file=file))])
    record = validate(model, node, problems)
    if record is None:
        raise ProblemError(problems.all())
    return record


def write_record(path: Path, record: BaseModel) -> None:
    """Write a record to its file, whole or not at all. Raises ProblemError."""
    make_folder(path.parent)
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1)
    for letter in "\x7f\x85\u2028\u2029":  # line ends to YAML, letters to JSON
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    write_whole(path, f"{text}\n".encode())
