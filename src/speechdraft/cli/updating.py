"""``draft --update``: a draft that people have edited, brought up to outline, templates and facts as they are now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.markup import escape

from speechdraft import parcels
from speechdraft.cli.edge import console, plain_table
from speechdraft.files import read_bounded, shown
from speechdraft.i18n import _, ngettext
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.renewing import Renewed, clean_copy, doubts_of, open_questions_of, renewed
from speechdraft.returned_facts import Step
from speechdraft.speech import Speech
from speechdraft.word.updating import Fate

__all__ = ["Renewal", "renew"]

_COLOURS = {
    Fate.UNCHANGED: "dim",
    Fate.RENEWED: "green",
    Fate.MOVED: "green",
    Fate.NEW: "green",
    Fate.REMOVED: "cyan",
    Fate.DELETED: "dim",
    Fate.TAKEN_OUT: "yellow",
    Fate.KEPT: "yellow",
    Fate.BOTH: "bold yellow",
    Fate.ORPHANED: "bold yellow",
}
_WIDEST = 54
"""Cells of a paragraph's beginning in the table, which stays within 80."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """An edited draft brought up to date, and the file that it was read from."""

    document: Path
    renewed: Renewed

    @property
    def asks(self) -> bool:
        """Return whether somebody has to settle something: a kept paragraph, a value that was left alone."""
        return any(paragraph.fate in {Fate.BOTH, Fate.ORPHANED} for paragraph in self.renewed.paragraphs) or any(
            outcome.step in {Step.CONFLICT, Step.REFUSED} for outcome in self.renewed.outcomes
        )

    def report(self) -> None:
        """Print what was done, paragraph by paragraph, and what people typed that the facts file does not have."""
        _report(self)

    def open_questions(self) -> list[Problem]:
        """Return all that keeps it from being final, the facts of its speech aside."""
        return open_questions_of(self.renewed, shown(self.document))

    def doubts(self) -> list[Problem]:
        """Return what asks for a look before its clean copy is taken for final."""
        return doubts_of(self.renewed, shown(self.document))

    def clean_copy(self) -> bytes:
        """Return its clean copy. Raises ProblemError."""
        return clean_copy(self.renewed, shown(self.document))


def renew(document: Path, speech: Speech, *, any_outline: bool) -> Renewal:
    """Return an edited draft brought up to a speech. Raises ProblemError."""
    name = shown(document)
    if document.suffix.lower() != ".docx":
        message = _("only a .docx can be brought up to date")
        hint = _("write the others anew: speechdraft draft SPEECH -o {file}").format(file=name)
        if document.suffix.lower() in {".doc", ".wps", ".odt", ".rtf"}:
            hint = _("open it and save it as .docx")
        raise ProblemError([Problem(code="unknown-format", message=message, place=Place(file=name), hint=hint)])
    data = read_bounded(document, parcels.MAX_BYTES)
    return Renewal(document=document, renewed=renewed(data, speech, name, any_outline=any_outline))


def _name_of(fate: Fate) -> str:
    return {
        Fate.UNCHANGED: _("unchanged"),
        Fate.RENEWED: _("renewed"),
        Fate.MOVED: _("moved"),
        Fate.KEPT: _("kept"),
        Fate.BOTH: _("kept, new text beside"),
        Fate.NEW: _("new"),
        Fate.REMOVED: _("removed"),
        Fate.ORPHANED: _("kept, gone from speech"),
        Fate.DELETED: _("stays deleted"),
        Fate.TAKEN_OUT: _("taken out"),
    }[fate]


def _report(renewal: Renewal) -> None:
    terminal = console()
    table = plain_table(("", "left"), (_("paragraph"), "left"))
    counts = Counter(paragraph.fate for paragraph in renewal.renewed.paragraphs)
    for paragraph in renewal.renewed.paragraphs:
        if paragraph.fate is not Fate.UNCHANGED:
            fate = f"[{_COLOURS[paragraph.fate]}]{escape(_name_of(paragraph.fate))}[/]"
            table.add_row(fate, escape(_beginning(paragraph.text)))
    if table.row_count:
        terminal.print(table)
        terminal.print()
    for line in _told(counts):
        terminal.print(escape(line))
    _report_facts(renewal)
    terminal.print()


def _report_facts(renewal: Renewal) -> None:
    """Print the facts of which the draft has another value than the facts file, and what to do about it."""
    terminal = console()
    has_more = False
    for outcome in renewal.renewed.outcomes:
        line = (
            _("“{name}” is {value} in the draft: {reason}") if outcome.reason else _("“{name}” is {value} in the draft")
        )
        if outcome.step in {Step.NEW, Step.CHANGED}:
            line, has_more = _("“{name}” is {value} in the draft, not in the facts file"), True
        told = line.format(name=outcome.path, value=" / ".join(outcome.in_word), reason=outcome.reason)
        terminal.print(f"[yellow]{escape(told)}[/]")
    if has_more:
        told = _("to take over what the facts file does not have: {command}")
        terminal.print(escape(told.format(command=f"speechdraft facts pull {shown(renewal.document)}")))


def _told(counts: Counter[Fate]) -> list[str]:
    """Return how many paragraphs stayed as they were, and what the words in the table mean."""
    count = counts[Fate.UNCHANGED]
    told = [ngettext("{count} paragraph unchanged", "{count} paragraphs unchanged", count)]
    if counts[Fate.KEPT]:
        told.append(_("kept: edited or commented on; the speech says nothing new there but its facts"))
    if counts[Fate.BOTH]:
        told.append(_("kept, new text beside: edited; what the speech says now is in a comment"))
    if counts[Fate.ORPHANED]:
        told.append(_("kept, gone from speech: edited; the speech has it no more, as a comment says"))
    if counts[Fate.TAKEN_OUT]:
        told.append(_("taken out: a whole section, taken out by hand; the numbers follow"))
        told.append(_("to have it back, copy its paragraphs from a fresh draft (-o) into this one"))
    return [line.format(count=count) for line in told]


def _beginning(text: str) -> str:
    """Return as much of a text as the table has room for; Chinese is two cells wide."""
    line = " ".join(text.split()).lstrip("。")  # the stop of a run-in heading
    if cell_len(line) <= _WIDEST:
        return line
    while cell_len(line) > _WIDEST - 1:
        line = line[: min(len(line) - 1, _WIDEST)]
    return line + "…"
