"""``draft``: read, compose, write, report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape

from speechdraft.cli.edge import console, minutes_text, plain_table, print_problems
from speechdraft.compose import Composition, compose
from speechdraft.consistency import worth_a_look
from speechdraft.draft import Draft, Gap, Section, plain
from speechdraft.files import read_bounded, write_whole
from speechdraft.finality import open_questions
from speechdraft.i18n import _, ngettext
from speechdraft.ledger import ledger
from speechdraft.packs import shown
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.remarks import with_remarks
from speechdraft.speeches import Loaded, keep_lock, load_speech
from speechdraft.writers import LAYOUT_NAMES, is_untouched, require_suffix, write

if TYPE_CHECKING:
    from speechdraft.cli.updating import Renewal

__all__ = ["STRICT", "Wishes", "draft_command", "spare_a_hand"]

_MAX_OUTPUT_BYTES = 64 * 1024 * 1024
STRICT = 3


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


def draft_command(target: Path, output: Path | None, settings: list[str], wishes: Wishes) -> int:
    """Write a speech's draft and report; return the exit status."""
    if output is not None:
        require_suffix(output)
    if wishes.edited is not None and wishes.layout is not None:
        raise ProblemError([_keeps_its_layout(wishes.edited)])
    loaded = load_speech(target, settings, unlocked=wishes.unlocked)
    renewal = None if wishes.edited is None else _renewal(wishes.edited, loaded, wishes)
    composition = compose(loaded.speech) if renewal is None else renewal.renewed.composition
    path = output or _default_output(loaded, wishes)
    if wishes.final:
        _require_final(loaded, composition, renewal)
    data = _data(loaded, composition, renewal, path, wishes)
    if not wishes.force and not _is_same_file(path, wishes.edited):
        spare_a_hand(path, data)
    write_whole(path, data)
    notes = () if renewal is None else renewal.renewed.notes
    problems = [*loaded.problems, *notes, *composition.problems, *worth_a_look(loaded.speech)]
    if not wishes.unlocked:
        problems += keep_lock(loaded)
    if wishes.as_json:
        console().print_json(_as_json(path, composition, problems, renewal))
    else:
        print_problems(problems)
        if renewal is not None:
            renewal.report()
        _report(path, loaded, composition)
    asks = problems or composition.draft.gaps() or (renewal is not None and renewal.asks)
    return STRICT if wishes.strict and asks else 0


def _default_output(loaded: Loaded, wishes: Wishes) -> Path:
    """Return where to write: beside the facts, an update in place, a clean copy beside what it is a copy of."""
    path = wishes.edited or loaded.folder / f"{loaded.name}.docx"
    return path.with_name(f"{path.stem}-final{path.suffix}") if wishes.final else path


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


def _require_final(loaded: Loaded, composition: Composition, renewal: Renewal | None) -> None:
    """Raise ProblemError with all that keeps the speech from being final."""
    file = shown(loaded.facts_file) if loaded.facts_file is not None else shown(loaded.folder)
    problems = open_questions(composition.draft, loaded.speech, ledger(loaded.speech), file)
    if renewal is not None:
        problems += renewal.open_questions()
    if problems:
        raise ProblemError(problems)


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


def _report(path: Path, loaded: Loaded, composition: Composition) -> None:
    draft, terminal = composition.draft, console()
    characters = draft.characters()
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
    terminal.print(_sections(draft))
    if composition.left_out:
        left_out = _("left out for want of facts: sections {sections}").format(
            sections=_(", ").join(composition.left_out)
        )
        terminal.print(f"\n[dim]{escape(left_out)}[/]")
    gaps = draft.gaps()
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


def _sections(draft: Draft) -> object:
    table = plain_table(
        (_("section"), "left"), (_("characters"), "right"), (_("minutes"), "right"), (_("planned"), "right")
    )
    for section in draft.sections:
        characters = section.characters()
        table.add_row(
            escape(_caption(section)),
            str(characters),
            minutes_text(characters / draft.pace),
            _planned(characters / draft.pace, section.minutes),
        )
    total = draft.characters()
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
    dictionary = loaded.speech.dictionary
    rows: dict[str, tuple[str, str]] = {}
    for gap in gaps:
        for name in gap.needs:
            spec = dictionary.get(name)
            rows.setdefault(name, (gap.example if name == gap.fact else "", spec.ask if spec is not None else gap.ask))
    for name, (example, ask) in sorted(rows.items(), key=lambda row: row[1][1]):
        table.add_row(escape(name), escape(_short(example)), escape(ask))
    return table


def _short(text: str, most: int = 24) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _as_json(path: Path, composition: Composition, problems: list[Problem], renewal: Renewal | None) -> str:
    draft = composition.draft
    return json.dumps(
        {
            "output": str(path),
            "outline": draft.outline,
            "characters": draft.characters(),
            "minutes": round(draft.characters() / draft.pace, 1),
            "sections": [
                {
                    "section": section.origin.section,
                    "heading": _caption(section) if section.heading else None,
                    "characters": section.characters(),
                    "minutes": round(section.characters() / draft.pace, 1),
                    "planned": section.minutes,
                }
                for section in draft.sections
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
                for gap in draft.gaps()
            ],
            "left_out": list(composition.left_out),
            "paragraphs": [
                {"fate": paragraph.fate.value, "text": paragraph.text}
                for paragraph in (() if renewal is None else renewal.renewed.paragraphs)
            ],
            "facts": [
                {
                    "fact": outcome.path,
                    "step": outcome.step.value,
                    "in_file": outcome.in_file,
                    "in_draft": list(outcome.in_word),
                    "reason": outcome.reason,
                }
                for outcome in (() if renewal is None else renewal.renewed.outcomes)
            ],
            "problems": [
                {
                    "code": problem.code,
                    "severity": problem.severity.value,
                    "message": problem.message,
                    "place": str(problem.place),
                    "hint": problem.hint,
                }
                for problem in problems
            ],
        },
        ensure_ascii=False,
    )
