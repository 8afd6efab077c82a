"""``facts status``: how it stands with a speech's facts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.edge import console, plain_table, print_problems, problems_json
from speechdraft.consistency import worth_a_look
from speechdraft.files import shown, write_whole
from speechdraft.forms.telling import office_of, still_needed
from speechdraft.i18n import _, ngettext
from speechdraft.ledger import Entry, Standing, ledger, standing_name
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.speeches import load_speech

__all__ = ["status_command"]

_COLOURS = {
    Standing.MISSING: "bold red",
    Standing.UNCONFIRMED: "yellow",
    Standing.STALE: "yellow",
    Standing.GIVEN: "green",
    Standing.DEFAULTED: "cyan",
    Standing.COMPUTED: "cyan",
    Standing.LEFT_OUT: "dim",
    Standing.UNUSED: "yellow",
}


def status_command(  # noqa: PLR0913  (one parameter an option)
    target: Path,
    settings: list[str],
    *,
    only_missing: bool,
    by: str,
    workbook: Path | None,
    force: bool,
    unlocked: bool,
    as_json: bool,
) -> None:
    """Print the ledger with what is worth a look, or write it as a workbook; then the counts."""
    loaded = load_speech(target, settings, unlocked=unlocked)
    entries = ledger(loaded.speech)
    problems = [*loaded.problems, *worth_a_look(loaded.speech)]
    wanted = [entry for entry in entries if not only_missing or entry.standing is Standing.MISSING]
    if workbook is not None:
        _write(workbook, loaded.speech.outline.outline.title, wanted, force=force)
    if as_json:
        told_of = {"facts": [_as_json(entry) for entry in wanted], "problems": problems_json(problems)}
        console().print_json(json.dumps(told_of, ensure_ascii=False))
        return
    print_problems(problems)
    terminal = console()
    if workbook is not None:
        written = ngettext("{file}: {count} fact", "{file}: {count} facts", len(wanted))
        terminal.print(escape(written.format(file=shown(workbook), count=len(wanted))))
    elif wanted:
        _print(wanted, by)
    counts = Counter(entry.standing for entry in entries)
    told = [
        _("{count} {standing}").format(count=counts[one], standing=standing_name(one))
        for one in Standing
        if counts[one]
    ]
    terminal.print(escape(_(", ").join(told)))


def _print(entries: Sequence[Entry], by: str) -> None:
    title: Callable[[Entry], str] = {
        "office": office_of,
        "standing": lambda entry: standing_name(entry.standing),
    }.get(by, lambda entry: entry.spec.group or _("Others"))
    groups: dict[str, list[Entry]] = {}
    ordered = sorted(entries, key=lambda entry: list(Standing).index(entry.standing)) if by == "standing" else entries
    for entry in ordered:
        groups.setdefault(title(entry), []).append(entry)
    last = _("group") if by == "office" else _("ask")
    table = plain_table((_("fact"), "left"), (_("stands"), "left"), (_("value"), "left"), (last, "left"))
    for group, members in groups.items():
        table.add_row(f"[bold]{escape(group)}[/]")
        for entry in members:
            table.add_row(
                "  " + escape(entry.name),
                f"[{_COLOURS[entry.standing]}]{standing_name(entry.standing)}[/]",
                _value(entry),
                escape(entry.spec.group if by == "office" else entry.spec.ask),
            )
    terminal = console()
    terminal.print(table)
    terminal.print()


def _write(path: Path, title: str, entries: Sequence[Entry], *, force: bool) -> None:
    from speechdraft.forms.ledger_workbook import ledger_workbook  # noqa: PLC0415  (openpyxl takes 103 ms)

    if path.suffix.lower() != ".xlsx":
        message = _("a ledger cannot be written as “{suffix}”").format(suffix=path.suffix)
        hint = _("give it a name that ends in .xlsx")
        raise ProblemError([Problem(code="unknown-format", message=message, place=Place(file=shown(path)), hint=hint)])
    data = ledger_workbook(title, entries)
    if path.exists() and not force:
        message = _("this file is there already; it is left alone")
        hint = _("write elsewhere, or over it with --force")
        raise ProblemError([Problem(code="already-there", message=message, place=Place(file=shown(path)), hint=hint)])
    write_whole(path, data)


def _value(entry: Entry, most: int = 40) -> str:
    """Return the value as it is shown, with where it is from."""
    text = " ".join(entry.text.split())
    given = entry.given
    from_where = [] if given is None else [given.source, str(given.as_of or ""), given.note]
    behind = _(", ").join(part for part in from_where if part)
    shortened = escape(text if len(text) <= most else text[: most - 1] + "…")
    told = [shortened, f"[dim]({escape(behind)})[/]" if behind else "", escape(still_needed(entry))]
    return " ".join(part for part in told if part)


def _as_json(entry: Entry) -> dict[str, object]:
    given = entry.given
    return {
        "fact": entry.name,
        "standing": entry.standing.value,
        "value": entry.text or None,
        "group": entry.spec.group,
        "ask": entry.spec.ask,
        "unit": entry.spec.unit,
        "sections": list(entry.sections),
        "needs": list(entry.needs),
        "source": given.source if given is not None else "",
        "as_of": given.as_of.isoformat() if given is not None and given.as_of is not None else None,
        "confirmed": given.confirmed if given is not None else None,
        "note": given.note if given is not None else "",
        "stale_months": entry.age,
        "place": str(given.place) if given is not None else "",
    }
