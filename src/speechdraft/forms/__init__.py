"""Forms: what an outline still needs, written for people to fill in, and read when they come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from speechdraft import parcels
from speechdraft.facts import Dictionary, has_particulars
from speechdraft.files import read_bounded, shown
from speechdraft.forms.part import FormPart, without_value
from speechdraft.forms.telling import wanted
from speechdraft.forms.yaml_form import yaml_form
from speechdraft.givers import Giver
from speechdraft.i18n import _
from speechdraft.ledger import Entry
from speechdraft.packs import read_yaml
from speechdraft.problems import Place, Problem, ProblemError, Problems
from speechdraft.source import MappingNode, Scalar, to_plain

__all__ = ["FormPart", "read_form", "wanted", "write_form", "yaml_form"]


def _as_yaml(outline: str, title: str, entries: Iterable[Entry]) -> bytes:
    return yaml_form(outline, title, entries).encode()


def _as_workbook(outline: str, title: str, entries: Iterable[Entry]) -> bytes:
    from speechdraft.forms.workbook import workbook_form  # noqa: PLC0415  (openpyxl takes 103 ms)

    return workbook_form(outline, title, entries)


def _from_yaml(path: Path, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    node, _text = read_yaml(path, problems)
    problems.raise_errors()
    entries = node.entries if isinstance(node, MappingNode) else {}
    if "sections" in entries and "sections" not in dictionary:
        raise ProblemError(
            [
                Problem(
                    code="not-a-form",
                    message=_("this is an outline, and no form"),
                    place=Place(file=shown(path)),
                    hint=_("name a form that came back, or a facts file"),
                )
            ]
        )
    for name, entry in entries.items():
        if (
            isinstance(entry, MappingNode)
            and has_particulars(entry.entries)
            and to_plain(entry.entries["value"]) is None
        ):
            problems.extend(without_value(name, entry.entries, entry.place))
    outline = entries.get("outline")
    return [FormPart(giver=Giver(shown(path)), outline=outline.text if isinstance(outline, Scalar) else "", node=node)]


def _from_workbook(path: Path, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    from speechdraft.forms.workbook_reading import workbook_parts  # noqa: PLC0415  (lxml takes 20 ms)

    return workbook_parts(read_bounded(path, parcels.MAX_BYTES), shown(path), dictionary, problems)


def _as_document(outline: str, title: str, entries: Iterable[Entry]) -> bytes:
    from speechdraft.forms.document import form_document  # noqa: PLC0415  (python-docx takes 73 ms)

    return form_document(outline, title, entries)


def _from_document(path: Path, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    from speechdraft.forms.document_reading import form_parts  # noqa: PLC0415  (the same)

    return form_parts(read_bounded(path, parcels.MAX_BYTES), shown(path), dictionary, problems)


_WRITERS: dict[str, Callable[[str, str, Iterable[Entry]], bytes]] = {
    ".yaml": _as_yaml,
    ".yml": _as_yaml,
    ".xlsx": _as_workbook,
    ".docx": _as_document,
}
_READERS: dict[str, Callable[[Path, Dictionary, Problems], list[FormPart]]] = {
    ".yaml": _from_yaml,
    ".yml": _from_yaml,
    ".xlsx": _from_workbook,
    ".xlsm": _from_workbook,
    ".docx": _from_document,
    ".docm": _from_document,
}
FORM_SUFFIXES = tuple(_WRITERS)
"""The kinds of forms that can be written, by the file's ending."""


def write_form(suffix: str, outline: str, title: str, entries: Iterable[Entry], file: str) -> bytes:
    """Return a form of a kind, with the facts that it asks for. Raises ProblemError (``unknown-format``)."""
    writer = _WRITERS.get(suffix.lower())
    if writer is None:
        message = _("a form cannot be written as “{suffix}”").format(suffix=suffix)
        raise ProblemError([_unknown(message, file, FORM_SUFFIXES)])
    return writer(outline, title, entries)


def read_form(path: Path, dictionary: Dictionary, problems: Problems) -> list[FormPart]:
    """Return what a form that came back gives, part by part.

    What is worth a look goes to ``problems``. Raises ProblemError where the file cannot be read as a form.
    """
    reader = _READERS.get(path.suffix.lower())
    if reader is None:
        message = _("a form cannot be read from “{suffix}”").format(suffix=path.suffix)
        raise ProblemError([_unknown(message, shown(path), tuple(_READERS))])
    return reader(path, dictionary, problems)


def _unknown(message: str, file: str, known: Iterable[str]) -> Problem:
    return Problem(
        code="unknown-format",
        message=message,
        place=Place(file=file),
        hint=_("known here: {names}").format(names=_(", ").join(known)),
    )
