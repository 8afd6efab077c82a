"""``draft``: read, compose, write, report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from speechdraft.cli.edge import (
    console,
    minutes_text,
    outcomes_json,
    plain_table,
    print_problems,
    problems_json,
)
from speechdraft.cli.statuses import Status
from speechdraft.compose import Composition, compose
from speechdraft.consistency import worth_a_look
from speechdraft.draft import Draft, Gap, Lengths, Section, plain
from speechdraft.files import read_bounded, shown, write_whole
from speechdraft.finality import offices_for, open_questions, to_be_given
from speechdraft.i18n import _, ngettext
from speechdraft.ledger import ledger
from speechdraft.problems import Place, Problem, ProblemError, Severity, beginning
from speechdraft.remarks import with_remarks
from speechdraft.speeches import Loaded, keep_lock, load_speech
from speechdraft.writers import LAYOUT_NAMES, is_untouched, require_suffix, write

if TYPE_CHECKING:
    from speechdraft.cli.updating import Renewal

__all__ = ["Wishes", "draft_command", "spare_a_hand"]

_MAX_OUTPUT_BYTES = 64 * 1024 * 1024
_FINAL = "-final"
"""Ends the name of a clean copy."""
_CONTRADICTION = "contradiction"
"""What else asks for a second look keeps no speech from being final."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """How a draft is wanted: the options of the command.

    ``edited`` is a draft that people have edited, to be brought up to date; ``final`` asks for the clean copy; without
    a ``layout`` it is the standard's, or that of the edited draft.
    """

    layout: str | None = None
    force: bool = False
    strict: bool = False
    as_json: bool = False
    unlocked: bool = False
    final: bool = False
    edited: Path | None = None


def draft_command(target: Path, output: Path | None, settings: list[str], wishes: Wishes) -> Status:
    """Write a speech's draft and report; return the exit status."""
    if output is not None:
        require_suffix(output)
    if wishes.edited is not None and wishes.layout is not None:
        raise ProblemError([_keeps_its_layout(wishes.edited)])
    loaded = load_speech(target, settings, unlocked=wishes.unlocked)
    renewal = None if wishes.edited is None else _renewal(wishes.edited, loaded, wishes)
    composition = compose(loaded.speech) if renewal is None else renewal.renewed.composition
    path = output or _default_output(loaded, wishes)
    doubts = worth_a_look(loaded.speech if renewal is None else renewal.renewed.speech)
    if wishes.final:
        doubts += [] if renewal is None else renewal.doubts()
        problems = _open_questions(loaded, composition, renewal)
        problems += [replace(one, severity=Severity.ERROR) for one in doubts if one.code == _CONTRADICTION]
        if renewal is None and not wishes.force:
            problems += _edited_beside(loaded, target, output)
        if problems:
            raise ProblemError([*problems, *(one for one in doubts if one.code != _CONTRADICTION)])
    data = _data(loaded, composition, renewal, path, wishes)
    if not wishes.force and not _is_same_file(path, wishes.edited):
        spare_a_hand(path, data)
    write_whole(path, data)
    notes = () if renewal is None else renewal.renewed.notes
    problems = [*loaded.problems, *notes, *composition.problems, *doubts]
    if not wishes.unlocked:
        problems += keep_lock(loaded)
    lengths = composition.draft.lengths() if renewal is None else renewal.renewed.lengths
    if wishes.as_json:
        console().print_json(_as_json(path, composition, lengths, problems, renewal))
    else:
        print_problems(problems)
        if renewal is not None:
            renewal.report()
        _report(path, loaded, composition, lengths)
    asks = problems or composition.draft.needed() or (renewal is not None and renewal.asks)
    return Status.PROBLEMS if wishes.strict and asks else Status.DONE


def _default_output(loaded: Loaded, wishes: Wishes) -> Path:
    """Return where to write: beside the facts, an update in place, a clean copy beside what it is a copy of."""
    path = wishes.edited or loaded.folder / f"{loaded.name}.docx"
    return path.with_name(f"{path.stem}{_FINAL}{path.suffix}") if wishes.final else path


def _data(loaded: Loaded, composition: Composition, renewal: Renewal | None, path: Path, wishes: Wishes) -> bytes:
    if renewal is None:
        draft = with_remarks(composition.draft, ledger(loaded.speech))
        return write(draft, path.suffix.lower(), wishes.layout or LAYOUT_NAMES[0], final=wishes.final)
    if path.suffix.lower() != ".docx":
        message = _("an edited draft is brought up to date as a .docx only")
        raise ProblemError([Problem(code="unknown-format", message=message, place=Place(file=shown(path)))])
    return renewal.clean_copy() if wishes.final else renewal.renewed.data


def _keeps_its_layout(edited: Path) -> Problem:
    return Problem(
        code="layout-kept",
        message=_("an edited draft keeps the layout that it was written in"),
        place=Place(file=shown(edited)),
        hint=_("leave --layout out; or leave --update out, to draft anew"),
    )


def _renewal(edited: Path, loaded: Loaded, wishes: Wishes) -> Renewal:
    from speechdraft.cli.updating import renew  # noqa: PLC0415  (what reads a .docx is of no use to other drafts)

    return renew(edited, loaded.speech, any_outline=wishes.force)


def _is_same_file(path: Path, other: Path | None) -> bool:
    return other is not None and path.exists() and path.samefile(other)


def _open_questions(loaded: Loaded, composition: Composition, renewal: Renewal | None) -> list[Problem]:
    """Return all that keeps the speech from being final."""
    file = shown(loaded.facts_file) if loaded.facts_file is not None else shown(loaded.folder)
    gone = frozenset[str]() if renewal is None else renewal.renewed.taken_out
    entries = [entry for entry in ledger(loaded.speech) if not entry.sections or not gone.issuperset(entry.sections)]
    problems = open_questions(composition.draft, loaded.speech, entries, file)
    if renewal is not None:
        problems += renewal.open_questions()
    return problems


def _edited_beside(loaded: Loaded, target: Path, output: Path | None) -> list[Problem]:
    """Return a problem for each draft beside a clean copy made of the facts alone that a hand has changed."""
    drafts = {loaded.folder / f"{loaded.name}.docx": None}
    if output is not None and output.stem.endswith(_FINAL):
        drafts[output.with_name(f"{output.stem.removesuffix(_FINAL)}.docx")] = None
    return [
        Problem(
            code="changed-by-hand",
            message=_("this draft was changed by hand, and a clean copy made of the facts alone is without that"),
            place=Place(file=shown(draft)),
            hint=_("{command} takes the changes along; --force writes it of the facts alone").format(
                command=f"speechdraft draft {shown(target)} --update {shown(draft)} --final"
            ),
        )
        for draft in drafts
        if draft.is_file() and not is_untouched(read_bounded(draft, _MAX_OUTPUT_BYTES), ".docx")
    ]


def spare_a_hand(path: Path, data: bytes) -> None:
    """Raise ProblemError where a file stands that we did not write, or that was changed since we wrote it."""
    if not path.is_file():
        return
    there = read_bounded(path, _MAX_OUTPUT_BYTES)
    if there == data or is_untouched(there, path.suffix.lower()):
        return
    raise ProblemError(
        [
            Problem(
                code="changed-by-hand",
                message=_(
                    "this file was changed since it was written, or speechdraft did not write it; it is left alone"
                ),
                place=Place(file=shown(path)),
                hint=_("write elsewhere with -o, or over it with --force"),
            )
        ]
    )


def _report(path: Path, loaded: Loaded, composition: Composition, lengths: Lengths) -> None:
    draft, terminal = composition.draft, console()
    characters = lengths.total
    written = _("{file}: {characters} characters, {minutes} minutes at {pace} characters a minute")
    terminal.print(
        escape(
            written.format(
                file=shown(path),
                characters=characters,
                minutes=minutes_text(characters / draft.pace),
                pace=draft.pace,
            )
        )
    )
    terminal.print()
    terminal.print(_sections(draft, lengths))
    if composition.left_out:
        left_out = _("left out for want of facts: sections {sections}").format(
            sections=_(", ").join(composition.left_out)
        )
        terminal.print(f"\n[dim]{escape(left_out)}[/]")
    gaps = draft.needed()
    terminal.print()
    if not gaps:
        terminal.print(_("no gaps: every fact that the draft needs is given"))
        return
    counted = ngettext("{count} gap:", "{count} gaps:", len(gaps)).format(count=len(gaps))
    terminal.print(f"[bold yellow]{escape(counted)}[/]")
    terminal.print(_gaps(gaps, loaded))
    where = shown(loaded.facts_file) if loaded.facts_file is not None else ""
    if where:
        terminal.print(f"\n[dim]{escape(_('fill them in {file}, then draft again').format(file=where))}[/]")


def _sections(draft: Draft, lengths: Lengths) -> object:
    table = plain_table(
        (_("section"), "left"), (_("characters"), "right"), (_("minutes"), "right"), (_("planned"), "right")
    )
    for section, characters in zip(draft.sections, lengths.sections, strict=True):
        table.add_row(
            escape(_caption(section)),
            str(characters),
            minutes_text(characters / draft.pace),
            _planned(characters / draft.pace, section.minutes),
        )
    total = lengths.total
    table.add_row(
        _("whole speech"),
        str(total),
        minutes_text(total / draft.pace),
        _planned(total / draft.pace, draft.minutes),
        style="bold",
    )
    return table


def _planned(minutes: float, budget: float | None) -> str:
    """Return the budget, marked where the section goes a tenth over it."""
    if budget is None:
        return ""
    return f"[yellow]{minutes_text(budget)} ![/]" if minutes > budget * 1.1 else minutes_text(budget)


def _caption(section: Section) -> str:
    if section.heading is not None:
        return section.heading.number + plain(section.heading.inlines)
    beginning = plain(section.paragraphs[0].inlines) if section.paragraphs else ""
    return _("(no heading) {beginning}…").format(beginning=beginning[:14])


def _gaps(gaps: Iterable[Gap], loaded: Loaded) -> object:
    table = plain_table((_("missing"), "left"), (_("for example"), "left"), (_("ask"), "left"))
    rows = []
    for gap in gaps:
        names = _(", ").join(to_be_given(gap))
        about = _("needs {names}").format(names=names) if names else beginning(gap.example, 24)
        rows.append((gap.fact, about, offices_for(gap, loaded.speech.dictionary)))
    for row in sorted(rows, key=lambda row: row[2]):
        table.add_row(*(escape(text) for text in row))
    return table


def _as_json(
    path: Path, composition: Composition, lengths: Lengths, problems: list[Problem], renewal: Renewal | None
) -> str:
    draft = composition.draft
    return json.dumps(
        {
            "output": str(path),
            "outline": draft.outline,
            "characters": lengths.total,
            "minutes": round(lengths.total / draft.pace, 1),
            "sections": [
                {
                    "section": section.origin.section,
                    "heading": _caption(section) if section.heading else None,
                    "characters": characters,
                    "minutes": round(characters / draft.pace, 1),
                    "planned": section.minutes,
                }
                for section, characters in zip(draft.sections, lengths.sections, strict=True)
            ],
            "gaps": [
                {
                    "fact": gap.fact,
                    "label": gap.label,
                    "unit": gap.unit,
                    "example": gap.example,
                    "ask": gap.ask,
                    "needs": list(gap.needs),
                }
                for gap in draft.needed()
            ],
            "left_out": list(composition.left_out),
            "paragraphs": [
                {"fate": paragraph.fate.value, "text": paragraph.text}
                for paragraph in (() if renewal is None else renewal.renewed.paragraphs)
            ],
            "facts": outcomes_json(() if renewal is None else renewal.renewed.outcomes),
            "problems": problems_json(problems),
        },
        ensure_ascii=False,
    )
