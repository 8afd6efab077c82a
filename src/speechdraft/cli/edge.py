"""Where problems become words on the terminal and an exit status; and what tables there look like."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ParamSpec

import typer
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.markup import escape
from rich.measure import Measurement
from rich.table import Table

from speechdraft.cli.folding import Folded
from speechdraft.cli.statuses import Status
from speechdraft.i18n import _, ngettext
from speechdraft.problems import Place, Problem, ProblemError, Severity

if TYPE_CHECKING:
    from speechdraft.returned_facts import Outcome

__all__ = [
    "agreed",
    "at_the_edge",
    "console",
    "minutes_text",
    "outcomes_json",
    "plain_table",
    "print_problems",
    "problems_json",
]

_Parameters = ParamSpec("_Parameters")
_LEAST_COLUMN = 12


class _Console(Console):
    """A console on which a text folds as Chinese does."""

    def print(self, *objects: Any, **how: Any) -> None:
        """Print texts with rich's markup, tables and trees."""
        super().print(*(_folded(one) if isinstance(one, str) else one for one in objects), **how)


def _folded(markup: str) -> Folded:
    """Return a text whose lines stay as far to the right as it begins."""
    return Folded(markup, hanging=len(markup) - len(markup.lstrip(" ")))


def console(*, errors: bool = False) -> Console:
    """Return a console for the standard output, or for errors; rich heeds NO_COLOR and pipes by itself."""
    stream = sys.stderr if errors else sys.stdout
    # No emoji: “outline.yaml:100:1” is a place.
    return _Console(stderr=errors, highlight=False, emoji=False, soft_wrap=not stream.isatty())


def at_the_edge(command: Callable[_Parameters, None]) -> Callable[_Parameters, None]:
    """Return the command so that problems are printed and end in exit status 1."""

    @functools.wraps(command)
    def run(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except ProblemError as error:
            print_problems(error.problems)
            raise typer.Exit(Status.AT_FAULT) from None
        except BrokenPipeError:
            raise  # whoever read along has seen enough; typer knows what to do
        except OSError as error:
            # A name that is too long, a folder that may not be looked into.
            message = _("the file cannot be read: {reason}").format(reason=error.strerror)
            place = Place(file=str(error.filename or ""))
            hint = _("see whether you may read it, and whether another program holds it")
            print_problems([Problem(code="cannot-read", message=message, place=place, hint=hint)])
            raise typer.Exit(Status.AT_FAULT) from None

    return run


def print_problems(problems: Iterable[Problem]) -> None:
    """Print problems to the standard error: place, code and message, the way out below.

    A terminal shows them folded; a file or a pipe has a line for each thing said, to be searched.
    """
    terminal = console(errors=True)
    found = list(problems)
    for problem in found:
        colour = "red" if problem.severity is Severity.ERROR else "yellow"
        place = f"[bold]{escape(str(problem.place))}[/]: " if str(problem.place) else ""
        terminal.print(Folded(f"{place}[{colour}]{problem.code}[/]: {escape(problem.message)}", hanging=4))
        for line in problem.hint.splitlines():
            terminal.print(f"  [dim]{escape(line)}[/]")
    errors = sum(problem.severity is Severity.ERROR for problem in found)
    if errors:
        counted = ngettext("{count} error; nothing was written", "{count} errors; nothing was written", errors)
        terminal.print(counted.format(count=errors))


def problems_json(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems as ``--json`` prints them."""
    return [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "message": problem.message,
            "place": str(problem.place),
            "hint": problem.hint,
        }
        for problem in problems
    ]


def outcomes_json(outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
    """Return what became of the facts of an edited draft as ``--json`` prints it."""
    return [
        {
            "fact": outcome.path,
            "step": outcome.step.value,
            "in_file": outcome.in_file,
            "in_draft": list(outcome.in_word),
            "reason": outcome.reason,
        }
        for outcome in outcomes
    ]


class _Table(Table):
    def add_row(self, *cells: RenderableType | None, **how: Any) -> None:
        super().add_row(*(Folded(cell) if isinstance(cell, str) else cell for cell in cells), **how)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        # On a narrow terminal rich would give the columns of figures all there is.
        first = self.columns[0]
        widths = [Measurement.get(console, options, cell).maximum for cell in first.cells]
        first.min_width = min(_LEAST_COLUMN, max(widths, default=0))
        return super().__rich_console__(console, options)


def plain_table(*columns: tuple[str, str]) -> Table:
    """Return a table without frames; each column has a heading and ``left`` or ``right``."""
    table = _Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading, side in columns:
        if side == "right":
            table.add_column(heading, justify="right", no_wrap=True)
        else:
            table.add_column(heading, justify="left", overflow="fold")
    return table


def agreed(question: str) -> bool:
    """Ask the user a question and return whether they said yes; Enter alone is a no."""
    answer = input(_("{question} (y for yes, Enter for no) ").format(question=question))
    return answer.strip().lower() in {"y", "yes", "是"}


def minutes_text(minutes: float) -> str:
    """Return minutes to one place, without a superfluous zero."""
    return f"{minutes:.1f}".removesuffix(".0")
