"""Problems: what is wrong or worth a look, with a stable code, a place and a way out; and the one error type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum

from speechdraft.i18n import _

__all__ = ["Place", "Problem", "ProblemError", "Problems", "Severity", "beginning", "did_you_mean"]


class Severity(StrEnum):
    """How much a problem weighs: an error stops the command, a warning asks for a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a problem stands. Lines and columns start at 1; ``section`` is a place in the outline's tree."""

    file: str = ""
    line: int | None = None
    column: int | None = None
    section: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column``, as editors and terminals make it a link."""
        parts = [self.file or (_("section {section}").format(section=self.section) if self.section else "")]
        if self.line is not None:
            parts.append(str(self.line))
            if self.column is not None:
                parts.append(str(self.column))
        return ":".join(parts)


_LONGEST = 600
"""The most characters of a message or hint: what is quoted in it may come from a file that nobody looked at."""
_MOST = 200
"""The most problems that are told. A file with more is not the file that it is taken for."""
_LONGEST_NAME = 60
"""The longest name that a near one is looked for; the search takes a time that grows with its square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong or worth a look. ``code`` is stable; ``message`` and ``hint`` are in the user's language."""

    code: str
    message: str
    place: Place = field(default_factory=Place)
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        for name in ("message", "hint"):
            text = getattr(self, name)
            if len(text) > _LONGEST:
                object.__setattr__(self, name, text[:_LONGEST] + "…")

    def __str__(self) -> str:
        """Return the problem as the terminal shows it: place, code and message, the hint on a line of its own."""
        place = str(self.place)
        head = f"{place}: {self.code}: {self.message}" if place else f"{self.code}: {self.message}"
        return head + "".join(f"\n  {line}" for line in self.hint.splitlines())


class ProblemError(Exception):
    """The one error type: some problems, at least one of them an error, that the caller cannot go on with."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems in the order in which a reader meets them."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Problems:
    """Collects problems, so that all are said at once: the same one once, and no more than anybody reads."""

    def __init__(self) -> None:
        """Start with none."""
        self._found: dict[Problem, None] = {}
        self._more: Problem | None = None

    def add(self, problem: Problem) -> None:
        """Keep a problem; beyond the most that are kept, only that there are more."""
        if problem in self._found:
            return
        if len(self._found) < _MOST:
            self._found[problem] = None
        elif self._more is None or problem.severity is Severity.ERROR:
            self._more = Problem(
                code="too-many-problems",
                message=_("there are more than {most} problems; the rest is not shown").format(most=_MOST),
                severity=problem.severity,
            )

    def extend(self, problems: Iterable[Problem]) -> None:
        """Keep several problems."""
        for problem in problems:
            self.add(problem)

    def all(self) -> tuple[Problem, ...]:
        """Return the problems, errors and warnings, in the order found."""
        return (*self._found, *([] if self._more is None else [self._more]))

    @property
    def is_full(self) -> bool:
        """Return whether no more are kept, so that no care need be taken over what another one says."""
        return len(self._found) == _MOST

    @property
    def has_errors(self) -> bool:
        """Return whether one of them is an error."""
        return any(problem.severity is Severity.ERROR for problem in self.all())

    def raise_errors(self) -> None:
        """Raise all problems together if one of them is an error."""
        if self.has_errors:
            raise ProblemError(self.all())


def did_you_mean(name: str, known: Iterable[str], ending: str = "") -> str:
    """Return a hint that names the known names nearest to ``name``, each with its ``ending``, or an empty text."""
    if len(name) > _LONGEST_NAME:
        return ""
    # One wrong character of two is half the name, of six a sixth.
    near = get_close_matches(name, list(known), n=3, cutoff=0.5 if len(name) < 4 else 0.6)
    return _("did you mean {names}?").format(names=_(", ").join(one + ending for one in near)) if near else ""


def beginning(text: str, most: int) -> str:
    """Return a value's text as messages and tables quote it: on one line, cut to some characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
