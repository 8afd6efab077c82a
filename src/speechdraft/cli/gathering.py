"""``facts form`` and ``facts merge``: forms that go out, and forms that come back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from speechdraft.cli.edge import console, plain_table, print_problems, problems_json
from speechdraft.cli.statuses import Status
from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.forms import wanted, write_form
from speechdraft.forms.telling import office_of
from speechdraft.gathering import Gathered, gather
from speechdraft.i18n import _, ngettext
from speechdraft.ledger import Entry, ledger
from speechdraft.merging import Difference, Line, Outcome
from speechdraft.problems import Place, Problem, ProblemError, beginning, did_you_mean
from speechdraft.recording import record
from speechdraft.speeches import facts_file_of, load_speech
from speechdraft.turns import turn

__all__ = ["form_command", "known_offices", "merge_command"]

_MAX_FORM_BYTES = 64 * 1024 * 1024


# Forms that go out.


def form_command(  # noqa: PLR0913  (one parameter an option)
    target: Path, output: Path | None, offices: list[str], *, everything: bool, force: bool, unlocked: bool
) -> None:
    """Write a form of what a speech still needs."""
    loaded = load_speech(target, unlocked=unlocked)
    entries = ledger(loaded.speech)
    known_offices(entries, offices)
    asked = wanted(entries, offices, everything=everything)
    path = output or loaded.folder / f"{loaded.name}-form.xlsx"
    outline = loaded.speech.outline.outline
    data = write_form(path.suffix, outline.id, outline.title, asked, shown(path))
    if not force:
        _spare(path, data)
    write_whole(path, data)
    terminal = console()
    terminal.print(
        escape(
            ngettext("{file}: asks for {count} fact", "{file}: asks for {count} facts", len(asked)).format(
                file=shown(path), count=len(asked)
            )
        )
    )
    by_office: dict[str, int] = {}
    for entry in asked:
        by_office[office_of(entry)] = by_office.get(office_of(entry), 0) + 1
    if by_office:
        table = plain_table((_("ask"), "left"), (_("facts"), "right"))
        for office, count in by_office.items():
            table.add_row(escape(office), str(count))
        terminal.print()
        terminal.print(table)
    where = _quoted(target)
    told = _("when it comes back: speechdraft facts merge {speech} {form}").format(speech=where, form=_quoted(path))
    terminal.print(f"\n[dim]{escape(told)}[/]")


def known_offices(entries: Iterable[Entry], offices: Iterable[str]) -> None:
    """Raise ProblemError where the dictionary has nothing to ask of an office (``unknown-office``)."""
    known = list(dict.fromkeys(entry.spec.ask for entry in entries if entry.spec.ask))
    problems = [
        Problem(
            code="unknown-office",
            message=_("nothing in this speech is to be asked of “{office}”").format(office=office),
            hint=did_you_mean(office, known) or _("known here: {names}").format(names=_(", ").join(known)),
        )
        for office in offices
        if office not in known
    ]
    if problems:
        raise ProblemError(problems)


def _spare(path: Path, data: bytes) -> None:
    if path.is_file() and read_bounded(path, _MAX_FORM_BYTES) != data:
        raise ProblemError(
            [
                Problem(
                    code="already-there",
                    message=_("this file is there already, perhaps with somebody's answers; it is left alone"),
                    place=Place(file=shown(path)),
                    hint=_("write elsewhere with -o, or over it with --force"),
                )
            ]
        )


def _quoted(path: Path) -> str:
    text = shown(path)
    return f'"{text}"' if " " in text else text


# Forms that come back.


def merge_command(  # noqa: PLR0913  (one parameter an option)
    target: Path,
    forms: list[Path],
    takes: list[str],
    source: str,
    *,
    dry_run: bool,
    strict: bool,
    unlocked: bool,
    as_json: bool,
) -> Status:
    """Merge forms into a speech's facts and report; return the exit status."""
    facts = facts_file_of(target)
    with turn(facts):
        loaded = load_speech(target, unlocked=unlocked)
        gathered = gather(loaded, forms, takes, source)
        if gathered.merge.changes and not dry_run:
            record(facts, gathered.merge.changes, loaded.speech.outline.outline.id)
    if as_json:
        console().print_json(_as_json(gathered))
    else:
        print_problems(gathered.problems)
        _report(gathered, shown(facts), dry_run=dry_run)
    return Status.PROBLEMS if strict and (gathered.problems or gathered.merge.conflicts) else Status.DONE


def _titles() -> dict[Outcome, tuple[str, str]]:
    return {
        Outcome.NEW: ("green", _("new")),
        Outcome.COMPLETED: ("green", _("completed")),
        Outcome.TAKEN: ("cyan", _("settled")),
    }


def _report(gathered: Gathered, facts: str, *, dry_run: bool) -> None:
    lines, conflicts = gathered.merge.lines, gathered.merge.conflicts
    terminal = console()
    for outcome, (colour, title) in _titles().items():
        found = [line for line in lines if line.outcome is outcome]
        if not found:
            continue
        terminal.print(f"[bold {colour}]{escape(title)}[/] ({len(found)})")
        table = plain_table((_("fact"), "left"), (_("value"), "left"), (_("from"), "left"))
        for line in found:
            table.add_row("  " + escape(line.name), escape(beginning(line.text, 40)), escape(_givers(line, facts)))
        table.show_header = False
        terminal.print(table)
    kept = [line for line in lines if line.reason and line.outcome is not Outcome.CONFLICT]
    if kept:
        terminal.print(f"[bold yellow]{escape(_('kept as they are, though a form has less'))}[/] ({len(kept)})")
        for line in kept:
            terminal.print(f"  {escape(_('{name}: {why}').format(name=line.name, why=line.reason))}")
        terminal.print(f"  [dim]{escape(_('to take the shorter list: --take NAME=theirs'))}[/]")
    _print_conflicts(terminal, conflicts, facts)
    same = sum(line.outcome is Outcome.SAME for line in lines)
    changed = sum(line.outcome in _titles() for line in lines)
    told = [
        ngettext("{count} fact brought over", "{count} facts brought over", changed).format(count=changed),
        _("{count} the same as before").format(count=same),
        ngettext("{count} conflict", "{count} conflicts", len(conflicts)).format(count=len(conflicts)),
    ]
    if gathered.unread:
        told.append(_("{count} could not be read (see above)").format(count=gathered.unread))
    terminal.print(escape(_("{name}: {why}").format(name=facts, why=_(", ").join(told))))
    if dry_run:
        terminal.print(escape(_("nothing was written (--dry-run)")))


def _print_conflicts(terminal: Console, conflicts: Sequence[Line], facts: str) -> None:
    if not conflicts:
        return
    title = ngettext("in conflict; nothing of it is written", "in conflict; nothing of them is written", len(conflicts))
    terminal.print(f"[bold red]{escape(title)}[/] ({len(conflicts)})")
    for line in conflicts:
        terminal.print("  " + escape(line.name) + (f" · {escape(line.particular)}" if line.particular else ""))
        if line.reason:
            terminal.print(f"    [yellow]{escape(line.reason)}[/]")
        table = plain_table(("", "left"), ("", "left"))
        table.show_header = False
        if line.ours is not None:
            table.add_row("    " + escape(facts), escape(beginning(line.ours.text, 60)))
        for difference in line.theirs:
            table.add_row("    " + escape(difference.who), escape(beginning(difference.text, 60)))
        terminal.print(table)
    told = _("settle with --take NAME=ours, NAME=theirs, NAME=both (lists) or NAME=FILE, or in {file}")
    terminal.print(f"  [dim]{escape(told.format(file=facts))}[/]")


def _givers(line: Line, facts: str) -> str:
    if line.outcome is Outcome.TAKEN:
        return _(", ").join(line.winners or [facts])
    return _(", ").join(dict.fromkeys(difference.who for difference in line.theirs))


def _as_json(gathered: Gathered) -> str:
    def told(difference: Difference) -> dict[str, str]:
        return {"who": difference.who, "value": difference.text, "place": str(difference.place)}

    return json.dumps(
        {
            "facts": [
                {
                    "fact": line.name,
                    "particular": line.particular or None,
                    "outcome": line.outcome.value,
                    "value": line.text or None,
                    "ours": None if line.ours is None else told(line.ours),
                    "theirs": [told(difference) for difference in line.theirs],
                    "reason": line.reason or None,
                }
                for line in gathered.merge.lines
            ],
            "problems": problems_json(gathered.problems),
        },
        ensure_ascii=False,
    )
