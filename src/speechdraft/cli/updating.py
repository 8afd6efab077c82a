"""``draft --update``: a draft that people have edited, brought up to outline, templates and facts as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.edge import console, plain_table
from speechdraft.cli.keeping import layout_of, open_draft
from speechdraft.compose import Composition, compose
from speechdraft.i18n import _, ngettext
from speechdraft.keeping import Outcome, Step, pull, refresh, unsettled_keys, with_changes
from speechdraft.ledger import ledger
from speechdraft.packs import shown
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.remarks import with_remarks
from speechdraft.speech import Speech
from speechdraft.word.returned import open_docx
from speechdraft.word.seal import is_untouched, resealed
from speechdraft.word.updating import Fate, Written, update
from speechdraft.word.writer import to_docx

__all__ = ["Renewal", "renew", "report_renewal"]

_COLOURS = {
    Fate.UNCHANGED: "dim",
    Fate.RENEWED: "green",
    Fate.NEW: "green",
    Fate.REMOVED: "cyan",
    Fate.DELETED: "dim",
    Fate.KEPT: "yellow",
    Fate.BOTH: "bold yellow",
    Fate.ORPHANED: "bold yellow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """An edited draft brought up to date, with what was done to it and what was found in it."""

    document: Path
    data: bytes
    paragraphs: tuple[Written, ...]
    composition: Composition
    outcomes: tuple[Outcome, ...]


def renew(document: Path, speech: Speech) -> Renewal:
    """Return an edited draft brought up to a speech; values that people typed into it go before the facts file's."""
    returned, data = open_draft(document)
    name = shown(document)
    if not returned.store_part:
        message = _("the program that saved this document has lost the store of its facts")
        hint = _("facts pull still reads what was typed into it; then draft anew")
        raise ProblemError([Problem(code="store-lost", message=message, place=Place(file=name), hint=hint)])
    pulled = pull(returned, speech)
    current = with_changes(speech, pulled.changes)
    composition = compose(current)
    draft = with_remarks(composition.draft, ledger(current))
    fresh = open_docx(to_docx(draft, layout_of(returned), known=tuple(returned.stored)), name)
    put_in = refresh(returned, data, fresh.stored, current, name)
    refreshed = open_docx(put_in.data, name)
    unsettled = unsettled_keys(returned, (*pulled.outcomes, *put_in.outcomes))
    # An entry that the new text does not print may still stand in a paragraph that is kept.
    kept = unsettled | {key for key in returned.stored if not fresh.mentions[key]}
    stored = {key: refreshed.stored[key] if key in kept else entry for key, entry in fresh.stored.items()}
    updated = update(refreshed, fresh, stored, unsettled)
    in_step = refresh(open_docx(updated.data, name), updated.data, fresh.stored, current, name)
    return Renewal(
        document=document,
        data=resealed(in_step.data) if is_untouched(data) else in_step.data,
        paragraphs=updated.paragraphs,
        composition=composition,
        outcomes=pulled.outcomes,
    )


def _name_of(fate: Fate) -> str:
    return {
        Fate.UNCHANGED: _("unchanged"),
        Fate.RENEWED: _("renewed"),
        Fate.KEPT: _("edited, kept"),
        Fate.BOTH: _("edited, kept; the new text is in a comment"),
        Fate.NEW: _("new"),
        Fate.REMOVED: _("removed"),
        Fate.ORPHANED: _("edited, kept; no longer in the speech"),
        Fate.DELETED: _("deleted by hand, stays deleted"),
    }[fate]


def report_renewal(renewal: Renewal) -> None:
    """Print what was done, paragraph by paragraph, and what people typed that the facts file does not have."""
    terminal = console()
    table = plain_table((_("paragraph"), "left"), ("", "left"))
    unchanged = 0
    for paragraph in renewal.paragraphs:
        if paragraph.fate is Fate.UNCHANGED:
            unchanged += 1
            continue
        fate = f"[{_COLOURS[paragraph.fate]}]{escape(_name_of(paragraph.fate))}[/]"
        table.add_row(escape(_beginning(paragraph.text)), fate)
    if table.row_count:
        terminal.print(table)
        terminal.print()
    told = ngettext("{count} paragraph unchanged", "{count} paragraphs unchanged", unchanged)
    terminal.print(escape(told.format(count=unchanged)))
    for outcome in renewal.outcomes:
        typed = " / ".join(outcome.in_word)
        line = _("“{name}” is {value} in the draft")
        if outcome.step in {Step.NEW, Step.CHANGED}:
            line = _("“{name}” is {value} in the draft and not in the facts file: speechdraft facts pull {file}")
        elif outcome.reason:
            line = _("“{name}” is {value} in the draft: {reason}")
        told = line.format(name=outcome.path, value=typed, file=shown(renewal.document), reason=outcome.reason)
        terminal.print(f"[yellow]{escape(told)}[/]")
    terminal.print()


def _beginning(text: str, most: int = 30) -> str:
    line = " ".join(text.split()).lstrip("。")  # the stop of a run-in heading
    return line if len(line) <= most else line[:most] + "…"
