"""``facts pull`` and ``facts refresh``: a draft that people have edited, and its facts, kept in step."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape

from speechdraft import parcels
from speechdraft.cli.edge import console, outcomes_json, plain_table, print_problems, problems_json
from speechdraft.cli.statuses import Status
from speechdraft.compose import compose
from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.i18n import _, ngettext
from speechdraft.problems import Place, Problem, ProblemError, beginning
from speechdraft.pulling import pull
from speechdraft.recording import record
from speechdraft.refreshing import refresh
from speechdraft.renewing import layout_of
from speechdraft.returned_facts import Outcome, Step
from speechdraft.speeches import FACTS, OUTLINE, facts_file_of, load_speech
from speechdraft.turns import turn
from speechdraft.word.commenting import has_comments_of_ours
from speechdraft.word.controls import Stored
from speechdraft.word.returned import Returned, open_docx
from speechdraft.word.writer import to_docx

__all__ = ["pull_command", "refresh_command"]

_COLOURS = {
    Step.NEW: "green",
    Step.CHANGED: "green",
    Step.REFRESHED: "green",
    Step.IN_WORD: "yellow",
    Step.CONFLICT: "bold red",
    Step.REFUSED: "bold red",
}
_UNSETTLED = frozenset({Step.CONFLICT, Step.REFUSED})
"""What a person has to settle."""


def pull_command(document: Path, target: Path | None, *, strict: bool, unlocked: bool, as_json: bool) -> Status:
    """Take what people typed into a draft over into its facts file; return the exit status."""
    returned, _data = _open_draft(document)
    target = target or _speech_beside(document)
    facts = facts_file_of(target)
    with turn(facts):
        loaded = load_speech(target, unlocked=unlocked)
        pulled = pull(returned, loaded.speech)
        if pulled.changes:
            record(facts, pulled.changes, loaded.speech.outline.outline.id)
    if as_json:
        console().print_json(_as_json(pulled.outcomes, returned))
    else:
        print_problems(returned.notes)
        taken = sum(outcome.step in {Step.NEW, Step.CHANGED} for outcome in pulled.outcomes)
        told = ngettext("{count} value taken over into {file}", "{count} values taken over into {file}", taken)
        _report(pulled.outcomes, told.format(count=taken, file=shown(facts)), facts)
    return _status(returned, pulled.outcomes, strict=strict)


def refresh_command(document: Path, target: Path | None, *, strict: bool, unlocked: bool, as_json: bool) -> Status:
    """Put changed facts into a draft that people have edited; return the exit status."""
    returned, data = _open_draft(document)
    target = target or _speech_beside(document)
    loaded = load_speech(target, unlocked=unlocked)
    draft = compose(loaded.speech).draft
    fresh = _stored_in(to_docx(draft, layout_of(returned)), document)
    refreshed = refresh(returned, data, fresh, loaded.speech, shown(document))
    if refreshed.data != data:
        write_whole(document, refreshed.data)
    if as_json:
        console().print_json(_as_json(refreshed.outcomes, returned))
    else:
        print_problems(returned.notes)
        put = sum(outcome.step is Step.REFRESHED for outcome in refreshed.outcomes)
        told = ngettext("{count} fact put into {file}", "{count} facts put into {file}", put)
        facts = facts_file_of(target)
        _report(refreshed.outcomes, told.format(count=put, file=shown(document)), facts)
        if put and has_comments_of_ours(returned):
            speech = loaded.folder if facts.name == FACTS else facts
            command = f"speechdraft draft {shown(speech)} --update {shown(document)}"
            kept = _("comments stay as they are; {command} takes those away that are settled")
            console().print(escape(kept.format(command=command)))
    return _status(returned, refreshed.outcomes, strict=strict)


def _open_draft(document: Path) -> tuple[Returned, bytes]:
    """Return what a draft holds, and its bytes. Raises ProblemError where it cannot be read."""
    data = read_bounded(document, parcels.MAX_BYTES)
    return open_docx(data, shown(document)), data


def _stored_in(data: bytes, document: Path) -> dict[str, Stored]:
    try:
        return dict(open_docx(data, shown(document)).stored)
    except ProblemError:  # a speech without a single fact has no store
        return {}


def _as_json(outcomes: Iterable[Outcome], returned: Returned) -> str:
    told = {"facts": outcomes_json(outcomes), "problems": problems_json(returned.notes)}
    return json.dumps(told, ensure_ascii=False)


def _speech_beside(document: Path) -> Path:
    """Return the speech in a draft's folder: its folder or facts file. Raises ProblemError (``no-speech``).

    Beside ``部长会议.docx`` stands ``部长会议.yaml``, else ``facts.yaml``, or an outline whose facts are yet to come.
    """
    beside = document.with_suffix(".yaml")
    if beside.is_file():
        return beside
    folder = document.parent
    if (folder / FACTS).is_file() or (folder / OUTLINE).is_file():
        return folder
    raise ProblemError(
        [
            Problem(
                code="no-speech",
                message=_("there is no {facts} beside this draft").format(facts=FACTS),
                place=Place(file=shown(document)),
                hint=_("name the speech's folder or its facts file behind the draft"),
            )
        ]
    )


def _name_of(step: Step) -> str:
    return {
        Step.NEW: _("new"),
        Step.CHANGED: _("changed"),
        Step.CONFLICT: _("conflict"),
        Step.REFUSED: _("not taken"),
        Step.IN_WORD: _("changed in the draft"),
        Step.REFRESHED: _("put in"),
    }[step]


def _report(outcomes: Iterable[Outcome], told: str, facts: Path) -> None:
    """Print what was taken over, briefly; then what was not, whole, with the values of both sides; then the count.

    ``facts`` is the facts file, where one way out of a conflict leads.
    """
    terminal = console()
    table = plain_table((_("fact"), "left"), ("", "left"), (_("facts file"), "left"), (_("draft"), "left"))
    remarks: list[str] = []
    unsettled: list[Outcome] = []
    for outcome in outcomes:
        if outcome.step in _UNSETTLED:
            unsettled.append(outcome)
            continue
        table.add_row(
            escape(outcome.path),
            f"[{_COLOURS[outcome.step]}]{escape(_name_of(outcome.step))}[/]",
            escape(beginning(outcome.in_file, 30)),
            escape(beginning(" / ".join(outcome.in_word), 30)),
        )
        if outcome.reason:
            remarks.append(_("{name}: {why}").format(name=outcome.path, why=outcome.reason))
    if table.row_count:
        terminal.print(table)
        terminal.print()
    for remark in remarks:
        terminal.print(f"[yellow]{escape(remark)}[/]")
    for outcome in unsettled:
        step = f"[{_COLOURS[outcome.step]}]{escape(_name_of(outcome.step))}[/]"
        why = _("{name}: {why}").format(name=step, why=escape(outcome.reason))
        terminal.print(_("{name}: {why}").format(name=escape(outcome.path), why=why))
        if outcome.in_file:
            terminal.print("  " + escape(_("facts file: {value}").format(value=_indented(outcome.in_file))))
        for text in outcome.in_word:
            terminal.print("  " + escape(_("draft: {value}").format(value=_indented(text))))
    if any(outcome.step is Step.CONFLICT for outcome in unsettled):
        way = _(
            "to settle a conflict, write the draft's value into {file}, "
            "or type the facts file's at each of its mentions in the draft"
        )
        terminal.print(f"[dim]{escape(way.format(file=shown(facts)))}[/]")
    terminal.print(escape(told))


def _indented(text: str) -> str:
    return text.replace("\n", "\n    ")


def _status(returned: Returned, outcomes: Iterable[Outcome], *, strict: bool) -> Status:
    asks = returned.notes or any(outcome.step in _UNSETTLED for outcome in outcomes)
    return Status.PROBLEMS if strict and asks else Status.DONE
