"""``facts ask``: the interview in the terminal.

Plain lines in, plain lines out: that works in every Windows console, over a serial line and in a pipe, where libraries
that draw prompts stop (prompt_toolkit: NoConsoleScreenBufferError), and an input method for Chinese is at home in it.
"""

from __future__ import annotations

import datetime
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from speechdraft.cli.edge import console, print_problems
from speechdraft.cli.gathering import known_offices
from speechdraft.facts import Dictionary, plain_value
from speechdraft.files import write_whole
from speechdraft.forms.telling import told, wanted
from speechdraft.home import state_folder
from speechdraft.i18n import _, ngettext
from speechdraft.interview import Interview, Question, Way
from speechdraft.ledger import Entry, Standing, ledger, standing_name
from speechdraft.packs import shown
from speechdraft.problems import Problem, ProblemError, did_you_mean
from speechdraft.recording import Change, record
from speechdraft.source import Plain
from speechdraft.speeches import FACTS, Loaded, load_speech
from speechdraft.values import FactType

__all__ = ["ask_command"]

_COMMANDS = {
    "b": "back", "back": "back", "返回": "back", "上一个": "back",
    "s": "skip", "skip": "skip", "跳过": "skip",
    "q": "quit", "quit": "quit", "退出": "quit",
    "?": "help", "h": "help", "help": "help", "帮助": "help",
    "ok": "confirm", "confirm": "confirm", "确认": "confirm",
}  # fmt: skip
_MOST_REMEMBERED = 50


def ask_command(target: Path, names: list[str], offices: list[str], *, everything: bool) -> None:
    """Ask for facts one by one, and save every answer at once."""
    loaded = load_speech(target)
    entries = ledger(loaded.speech)
    known_offices(entries, offices)
    facts = loaded.facts_file or loaded.folder / FACTS
    memory = _Memory(facts)
    left_at, path = ("", ()) if names else memory.recall()
    asked = _asked(entries, names, offices, loaded.speech.dictionary, everything=everything)
    if path and left_at not in {entry.name for entry in asked}:  # a list, say, whose last item lacks a field
        asked = [*(entry for entry in entries if entry.name == left_at), *asked]
    print_problems(loaded.problems)
    terminal = console()
    if not asked:
        terminal.print(escape(_("nothing to ask for: every fact that the speech needs is given")))
        return
    order = _from(left_at, [entry.name for entry in asked])
    session = _Session(loaded, facts, {entry.name: entry for entry in asked}, terminal)
    interview = Interview(loaded.speech.dictionary, order, session.values(), session.save, path)
    try:
        session.run(interview)
    finally:
        # Also after an error of the disk, say: whoever comes back goes on where this stopped.
        memory.remember(interview.question)
    _conclude(terminal, interview, shown(target))


def _asked(
    entries: Sequence[Entry], names: Sequence[str], offices: Sequence[str], dictionary: Dictionary, *, everything: bool
) -> list[Entry]:
    """Return what is asked for: the facts that are named, or what is missing, unsure or old; the optional ones last."""
    by_name = {entry.name: entry for entry in entries}
    problems = []
    for name in names:
        if name not in dictionary:
            hint = did_you_mean(name, dictionary)
            problems.append(Problem(code="unknown-fact", message=_("no fact “{name}”").format(name=name), hint=hint))
        elif name not in by_name:
            message = _("nothing in this speech reads “{name}”").format(name=name)
            problems.append(Problem(code="unused-fact", message=message))
    if problems:
        raise ProblemError(problems)
    if names:
        return [by_name[name] for name in dict.fromkeys(names)]
    chosen = [
        entry
        for entry in wanted(entries, offices, everything=everything)
        if everything or entry.standing is not Standing.DEFAULTED
    ]
    return sorted(chosen, key=lambda entry: entry.standing is Standing.LEFT_OUT)


def _from(name: str, names: list[str]) -> list[str]:
    """Return the names from one on, then those before it."""
    start = names.index(name) if name in names else 0
    return names[start:] + names[:start]


class _Session:
    """One sitting: prints questions, reads answers, saves them."""

    def __init__(self, loaded: Loaded, facts: Path, entries: dict[str, Entry], terminal: Console) -> None:
        self._loaded = loaded
        self._facts = facts
        self._entries = entries
        self._terminal = terminal
        self._group = ""

    def run(self, interview: Interview) -> None:
        """Ask until the end, or until the user stops."""
        self._terminal.print(f"[dim]{escape(_how_to())}[/]")
        asked: Question | None = None
        while (question := interview.question) is not None:
            if question != asked:
                self._print(question)
                asked = question
            line = self._line(question)
            command = "quit" if line is None else _command(line)
            if line is None or command == "quit":
                return
            self._obey(interview, command, line, question)
            if command == "help":
                asked = None

    def _obey(self, interview: Interview, command: str, line: str, question: Question) -> None:
        match command:
            case "back":
                if not interview.back():
                    self._say(_("this is the first question"))
            case "skip":
                interview.skip()
            case "help":
                self._say(_how_to())
            case "confirm":
                self._confirm(interview, question)
            case "unknown":
                self._say(
                    _("“{text}” is no command; /? shows which there are; //… gives a text with a /").format(text=line)
                )
            case _:
                text = line[1:] if line.startswith("//") else line
                for problem in interview.answer(text):
                    self._terminal.print(f"[red]{escape(problem.message)}[/]")
                    for part in problem.hint.splitlines():
                        self._terminal.print(f"  [dim]{escape(part)}[/]")

    def _confirm(self, interview: Interview, question: Question) -> None:
        entry = self._entries[question.name]
        if entry.given is None:
            self._say(_("there is no value yet that could be confirmed"))
            return
        today = datetime.datetime.now(tz=datetime.UTC).astimezone().date().isoformat()
        value = plain_value(entry.spec, entry.given.value) if entry.is_default else None
        self._write(question.name, Change(value=value, particulars={"as_of": today, "confirmed": "yes"}))
        interview.answered.add(question.name)
        interview.skip()

    def values(self) -> dict[str, Plain]:
        """Return what is given already, in its parts."""
        values: dict[str, Plain] = {}
        for name, entry in self._entries.items():
            if entry.given is not None and not entry.is_default:
                simple = isinstance(entry.given.typed, str) and entry.spec.type is not FactType.PERSON
                values[name] = entry.given.typed if simple else plain_value(entry.spec, entry.given.value)
        return values

    def save(self, name: str, value: Plain, replaces: bool) -> None:  # noqa: FBT001  (the interview's interface)
        """Write a fact's value to the facts file."""
        self._write(name, Change(value=value, replaces=replaces))

    def _write(self, name: str, change: Change) -> None:
        record(self._facts, {name: change}, self._loaded.speech.outline.outline.id)

    # What the user sees.

    def _print(self, question: Question) -> None:
        entry = self._entries[question.name]
        group = _("Can be left out") if entry.standing is Standing.LEFT_OUT else entry.spec.group or _("Others")
        if group != self._group:
            self._group = group
            self._terminal.print(f"\n[bold]── {escape(group)} ──[/]")
        count = f"{question.number}/{question.total}"
        self._terminal.print(f"\n[bold]{escape(question.label)}[/]  [dim]{count}[/]")
        about = told(question.name if not question.path else str(question.path[-1]), question.spec)
        if question.path and entry.spec.ask:
            about += _("; ask {office}").format(office=entry.spec.ask)
        self._terminal.print(f"  [dim]{escape(about)}[/]")
        if question.spec.type is FactType.CHOICE:
            numbered = "  ".join(f"{number} {text}" for number, text in enumerate(question.spec.choices, start=1))
            self._terminal.print(f"  {escape(numbered)}")
        if question.spec.type is FactType.LONG_TEXT:
            self._say(_("a paragraph a line; an empty line ends it"))
        self._print_what_is_there(question, entry)

    def _print_what_is_there(self, question: Question, entry: Entry) -> None:
        if question.is_new_item:
            self._say(_("one more item; Enter alone ends the list"))
        elif question.current:
            standing = standing_name(entry.standing)
            self._say(_("now: {value} ({standing}); Enter leaves it").format(value=question.current, standing=standing))
        elif entry.is_default:
            self._say(_("without a value it is: {value}").format(value=entry.text))
        if entry.standing in {Standing.UNCONFIRMED, Standing.STALE}:
            self._say(_("/ok confirms it as of today"))

    def _say(self, text: str) -> None:
        self._terminal.print(f"  [dim]{escape(text)}[/]")

    def _line(self, question: Question) -> str | None:
        """Return what the user typed, or None where they want to stop."""
        lines: list[str] = []
        while True:
            try:
                line = _read("> " if not lines else "| ").strip()
            except (EOFError, KeyboardInterrupt):
                self._terminal.print()
                return None
            if question.spec.type is not FactType.LONG_TEXT or (not lines and _command(line) != "answer"):
                return line
            if not line:
                return "\n".join(lines)
            lines.append(line)


def _read(prompt: str) -> str:
    with suppress(ImportError):  # Windows consoles edit lines by themselves
        import readline  # noqa: F401, PLC0415  (makes input() edit Chinese letters whole)
    sys.stdout.flush()
    return input(prompt)


def _command(line: str) -> str:
    """Return what a line asks for: a command, ``skip`` for an empty line, ``answer`` for all else.

    A Chinese keyboard gives ／ or 、 for the key /.
    """
    if not line:
        return "skip"
    if line.startswith("//") or line[0] not in "/／、":
        return "answer"
    known = _COMMANDS.get(line[1:].strip().lower().replace("？", "?"))
    return known or ("unknown" if line[0] == "/" else "answer")


def _how_to() -> str:
    return _("Enter leaves a question for later; /b goes back, /q stops, /? shows this. Every answer is saved at once.")


def _conclude(terminal: Console, interview: Interview, speech: str) -> None:
    count = len(interview.answered)
    answered = ngettext("{count} fact answered", "{count} facts answered", count).format(count=count)
    terminal.print()
    question = interview.question
    if question is None:
        terminal.print(escape(_("{answered}; that was all").format(answered=answered)))
        return
    terminal.print(escape(_("{answered}; stopped at “{name}”").format(answered=answered, name=question.label)))
    terminal.print(f"[dim]{escape(_('to go on from there: speechdraft facts ask {speech}').format(speech=speech))}[/]")


class _Memory:
    """Where each interview was left: one small file of the user's own, not of the speech's folder."""

    def __init__(self, facts: Path) -> None:
        self._file = state_folder() / "ask.json"
        self._key = os.path.normcase(os.path.realpath(facts))

    def recall(self) -> tuple[str, Way]:
        """Return the fact at which the interview was left, and the part of it; or empty ones."""
        name, *path = self._all().get(self._key, [""])
        return str(name), tuple(path)

    def remember(self, question: Question | None) -> None:
        """Keep the question at which the interview is left; None forgets it. Failing here does no harm."""
        known = {key: left_at for key, left_at in self._all().items() if key != self._key}
        if question is not None:
            known[self._key] = [question.name, *question.path]
        elif not self._file.exists():
            return
        kept = dict(list(known.items())[-_MOST_REMEMBERED:])
        with suppress(OSError, ProblemError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._file, json.dumps(kept, ensure_ascii=False, indent=1).encode())

    def _all(self) -> dict[str, list[str | int]]:
        try:
            known = json.loads(self._file.read_bytes()[:1_000_000])
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(known, dict):
            return {}
        return {
            key: left_at
            for key, left_at in known.items()
            if isinstance(left_at, list) and left_at and all(isinstance(step, (str, int)) for step in left_at)
        }
