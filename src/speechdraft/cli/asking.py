"""``facts ask``: the interview in the terminal.

Plain lines in, plain lines out: that works in every Windows console, over a serial line and in a pipe, where libraries
that draw prompts stop (prompt_toolkit: NoConsoleScreenBufferError), and an input method for Chinese is at home in it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from speechdraft.cli.edge import console, print_problems
from speechdraft.cli.gathering import known_offices
from speechdraft.clock import today
from speechdraft.facts import Dictionary, FactSpec, Layer, node_of, plain_value
from speechdraft.facts_reading import read_value
from speechdraft.files import make_folder, read_bounded, shown, write_whole
from speechdraft.forms.telling import told, wanted
from speechdraft.home import state_folder
from speechdraft.i18n import _, ngettext
from speechdraft.interview import Interview, Question, Way
from speechdraft.ledger import Entry, Standing, ledger, standing_name
from speechdraft.problems import Place, Problem, ProblemError, Problems, did_you_mean
from speechdraft.recording import Change, record
from speechdraft.slots import steps_of
from speechdraft.source import MAX_BYTES, Plain
from speechdraft.speeches import Loaded, facts_file_of, load_speech
from speechdraft.turns import turn
from speechdraft.values import FactType, Value

__all__ = ["ask_command"]

_COMMANDS = {
    "b": "back", "back": "back", "返回": "back", "上一个": "back",
    "s": "skip", "skip": "skip", "跳过": "skip",
    "q": "quit", "quit": "quit", "退出": "quit",
    "?": "help", "h": "help", "help": "help", "帮助": "help",
    "del": "remove", "delete": "remove", "删除": "remove",
    "ok": "confirm", "confirm": "confirm", "确认": "confirm",
}  # fmt: skip
_MOST_REMEMBERED = 50


def ask_command(target: Path, names: list[str], offices: list[str], *, everything: bool, unlocked: bool) -> None:
    """Ask for facts one by one, and save every answer at once."""
    loaded = load_speech(target, unlocked=unlocked)
    entries = ledger(loaded.speech)
    known_offices(entries, offices)
    facts = facts_file_of(target)
    memory = _Memory(facts)
    left_at, path = ("", ()) if names else memory.recall()
    asked = _asked(entries, names, offices, loaded.speech.dictionary, everything=everything)
    if path and left_at not in {entry.name for entry in asked}:  # a list, say, that was to have more items
        asked = [*(entry for entry in entries if entry.name == left_at), *asked]
    print_problems(loaded.problems)
    terminal = console()
    if not asked:
        terminal.print(escape(_("nothing to ask for: every fact that the speech needs is given")))
        return
    order = _from(left_at, [entry.name for entry in asked])
    session = _Session(lambda: load_speech(target, unlocked=unlocked), facts, asked, loaded, terminal)
    lacking = {entry.name: [steps_of(part) for part in entry.needs] for entry in asked if entry.given is not None}
    only = {} if names or everything else lacking
    interview = Interview(loaded.speech.dictionary, order, session.values(), session.save, path, only)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What was typed at a question: an answer, a command with its line, or an answer and the command behind it."""

    answer: str = ""
    command: str = ""
    line: str = ""


class _Session:
    """One sitting: prints questions, reads answers, saves them."""

    def __init__(
        self, load: Callable[[], Loaded], facts: Path, asked: Iterable[Entry], loaded: Loaded, terminal: Console
    ) -> None:
        entries = {entry.name: entry for entry in asked}
        self._load = load
        self._loaded = loaded
        self._facts = facts
        self._seen = self._there()
        self._entries = entries
        self._known = self.values()
        self._now = dict(self._known)
        self._left_out = {name for name, entry in entries.items() if entry.standing is Standing.LEFT_OUT}
        self._written: set[str] = set()
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
            said = self._heard(question)
            if said.answer:
                problems = self._answered(interview, said)
                self._refuse(problems)
                if problems:
                    continue
            if said.command == "quit":
                if said.answer:
                    interview.skip()  # what was answered is not where to go on
                return
            self._obey(interview, said, question)
            if said.command in {"help", "remove"}:
                asked = None

    def _obey(self, interview: Interview, said: _Said, question: Question) -> None:
        match said.command:
            case "back":
                if not interview.back():
                    self._say(_("this is the first question"))
            case "leave":
                interview.skip()
            case "skip":
                (interview.skip if said.answer else interview.pass_over)()
            case "remove":
                self._remove(interview, question)
            case "help":
                self._say(_how_to())
            case "confirm":
                self._confirm(interview, question)
            case "unknown":
                told = _("“{text}” is no command; /? shows which there are; //… gives a text with a /")
                self._say(told.format(text=said.line))
            case _:  # an answer, which was taken
                pass

    def _answered(self, interview: Interview, said: _Said) -> Sequence[Problem]:
        """Return why an answer was not taken: it is none, or it cannot be saved."""
        try:
            return interview.put(said.answer) if said.command else interview.answer(said.answer)
        except ProblemError as error:
            return error.problems

    def _refuse(self, problems: Sequence[Problem]) -> None:
        for problem in problems:
            self._terminal.print(f"[red]{escape(problem.message)}[/]")
            for part in problem.hint.splitlines():
                self._terminal.print(f"  [dim]{escape(part)}[/]")

    def _remove(self, interview: Interview, question: Question) -> None:
        given = self._entry(question.name).given
        if given is not None and given.layer is Layer.USER:
            self._say(_("this is your own default; it stands in {place}").format(place=given.place))
            return
        try:
            label, removed = interview.remove()
        except ProblemError as error:
            self._refuse(error.problems)
            return
        text = _first_words(removed)
        if text:
            self._say(_("{name} removed: {value}; typing it again brings it back").format(name=label, value=text))
        else:
            self._say(_("there is no value here that could be removed"))

    def _confirm(self, interview: Interview, question: Question) -> None:
        entry = self._entry(question.name)
        if entry.given is None:
            self._say(_("there is no value yet that could be confirmed"))
            return
        if entry.given.layer is Layer.USER:
            self._say(_("this is your own default; it stands in {place}").format(place=entry.given.place))
            return
        value = plain_value(entry.spec, entry.given.value) if entry.is_default else None
        change = Change(value=value, particulars={"as_of": today().isoformat(), "confirmed": "yes"})
        try:
            if not self._is_written(question.name, change):
                self._refuse([interview.adopt(question.name, self._now)])
                return
        except ProblemError as error:
            self._refuse(error.problems)
            return
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

    def save(self, name: str, value: Plain, replaces: bool) -> dict[str, Plain] | None:  # noqa: FBT001  (the interview's)
        """Write a fact's value to the facts file, None empties it; or return all values if another one changed it."""
        change = Change(value=value, replaces=replaces, removed=value is None)
        return None if self._is_written(name, change) else dict(self._now)

    def _is_written(self, name: str, change: Change) -> bool:
        """Write a change and return True; or, where another one has changed the fact meanwhile, look at it anew."""
        with turn(self._facts):
            there = self._there()
            if there != self._seen:
                self._read_again()
                self._now, self._seen = self.values(), there
            if not self._is_same(name, self._now.get(name), self._known.get(name)):
                self._known = dict(self._now)
                return False
            self._write(name, change)
            if change.value is not None or change.removed:
                self._known[name] = self._now[name] = change.value
        return True

    def _is_same(self, name: str, one: Plain, other: Plain) -> bool:
        """Return whether two values mean the same, however they are typed."""
        spec = self._loaded.speech.dictionary[name]
        return _meant(name, spec, one) == _meant(name, spec, other)

    def _write(self, name: str, change: Change) -> None:
        record(self._facts, {name: change}, self._loaded.speech.outline.outline.id)
        self._written.add(name)
        self._seen = self._there()

    def _there(self) -> bytes:
        """Return what the facts file holds now."""
        return read_bounded(self._facts, MAX_BYTES) if self._facts.exists() else b""

    def _entry(self, name: str) -> Entry:
        """Return how it stands with a fact now, with what was written to the file."""
        if name in self._written:
            with suppress(ProblemError):  # whoever broke the file hears of it when something is to be saved
                self._read_again()
        return self._entries[name]

    def _read_again(self) -> None:
        now = {entry.name: entry for entry in ledger(self._load().speech)}
        self._entries |= {known: now[known] for known in self._entries if known in now}
        self._written.clear()

    # What the user sees.

    def _print(self, question: Question) -> None:
        entry = self._entries[question.name]
        group = _("Can be left out") if question.name in self._left_out else entry.spec.group or _("Others")
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
        self._print_what_is_there(question)

    def _print_what_is_there(self, question: Question) -> None:
        entry = self._entry(question.name) if question.current else self._entries[question.name]
        if question.new_item > 1:
            self._say(_("one more item; Enter alone ends the list"))
        elif question.current:
            standing = standing_name(entry.standing_of_value)
            self._say(_("now: {value} ({standing}); Enter leaves it").format(value=question.current, standing=standing))
        elif entry.is_default:
            self._say(_("without a value it is: {value}").format(value=entry.text))
        if question.may_begin_empty:
            self._say(_("/s leaves this part of the item empty and goes on to the next"))
        if question.begins_item:
            self._say(_("/del removes the whole item"))
        if entry.standing_of_value in {Standing.UNCONFIRMED, Standing.STALE}:
            self._say(_("/ok confirms it as of today"))

    def _say(self, text: str) -> None:
        self._terminal.print(f"  [dim]{escape(text)}[/]")

    def _heard(self, question: Question) -> _Said:
        """Return what the user typed: an answer, a command, or a long text with the command that ends it."""
        lines: list[str] = []
        while True:
            try:
                line = _read("> " if not lines else "| ").strip()
            except (EOFError, KeyboardInterrupt):
                self._terminal.print()
                return _Said(answer="\n".join(lines), command="quit")  # what was typed is not lost
            command = _command(line)
            if lines and command == "leave":
                return _Said(answer="\n".join(lines))
            if command != "answer" and not (lines and command == "unknown"):
                return _Said(answer="\n".join(lines), command=command, line=line)
            lines.append(line[1:] if line.startswith("//") else line)
            if question.spec.type is not FactType.LONG_TEXT:
                return _Said(answer=lines[0])


def _read(prompt: str) -> str:
    with suppress(ImportError):  # Windows consoles edit lines by themselves
        import readline  # noqa: F401, PLC0415  (makes input() edit Chinese letters whole)
    sys.stdout.flush()
    return input(prompt)


def _command(line: str) -> str:
    """Return what a line asks for: a command, ``leave`` for an empty line, ``answer`` for all else.

    A Chinese keyboard gives ／ or 、 for the key /.
    """
    if not line:
        return "leave"
    if line.startswith("//") or line[0] not in "/／、":
        return "answer"
    known = _COMMANDS.get(line[1:].strip().lower().replace("？", "?"))
    return known or ("unknown" if line[0] == "/" else "answer")


def _how_to() -> str:
    return _(
        "Enter leaves a question for later; /b goes back, /del removes a value, /q stops, /? shows this. "
        "Every answer is saved at once."
    )


def _meant(name: str, spec: FactSpec, plain: Plain) -> Value | None:
    return read_value(name, spec, node_of(plain, Place()), Problems())


def _first_words(value: Plain, most: int = 40) -> str:
    """Return the beginning of what a value says, its parts in a row."""
    words = " ".join(_(", ").join(_texts_in(value)).split())
    return words if len(words) <= most else words[: most - 1] + "…"


def _texts_in(value: Plain) -> list[str]:
    match value:
        case str():
            return [value] if value else []
        case list():
            return [text for item in value for text in _texts_in(item)]
        case dict():
            return [text for part in value.values() for text in _texts_in(part)]
        case _:
            return []


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
            make_folder(self._file.parent)
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
