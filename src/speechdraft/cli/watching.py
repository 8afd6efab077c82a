"""``watch``: a preview that is drawn anew at each save."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterable
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.drafting import spare_a_hand
from speechdraft.cli.edge import console, minutes_text, print_problems
from speechdraft.compose import Composition
from speechdraft.draft import Draft
from speechdraft.files import shown, write_whole
from speechdraft.i18n import _, ngettext
from speechdraft.preview import PreviewServer
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.speeches import facts_file_of
from speechdraft.watching import Redrawn, Watcher

__all__ = ["watch_command"]

_PAUSE = 0.5
"""So many seconds lie between two looks at the files."""
_MOST_NAMED = 5
_HTML = (".html", ".htm")


def watch_command(  # noqa: PLR0913  (one parameter an option)
    target: Path, output: Path | None, settings: list[str], *, opens: bool, force: bool, unlocked: bool
) -> None:
    """Serve a speech's preview and draw it anew at each save, until the user ends it."""
    if output is not None and output.suffix.lower() not in _HTML:
        raise ProblemError([_no_page(output)])
    facts_file_of(target)  # what is no speech now will not become one
    watcher = Watcher(target, settings, unlocked=unlocked)
    try:
        server = PreviewServer()
        preview = _Preview(server, output, force=force)
        with server.serving():
            told = _("preview of {speech}: {address} (Ctrl-C ends it)")
            console().print(escape(told.format(speech=shown(target), address=server.address)))
            preview.take(watcher.redraw(), first=True)
            if opens:
                import webbrowser  # noqa: PLC0415

                webbrowser.open(server.address)
            while True:
                time.sleep(_PAUSE)
                if watcher.changed():
                    preview.take(watcher.redraw())
    except KeyboardInterrupt:
        return


def _no_page(output: Path) -> Problem:
    return Problem(
        code="unknown-format",
        message=_("a preview is an .html file"),
        place=Place(file=str(output)),
        hint=_("give it a name that ends in .html"),
    )


class _Preview:
    """The preview that people look at, and what was told of it last."""

    def __init__(self, server: PreviewServer, output: Path | None, *, force: bool) -> None:
        self._server, self._output, self._force = server, output, force
        self._draft: Draft | None = None
        self._told: set[tuple[str, str, str]] = set()

    def take(self, redrawn: Redrawn, *, first: bool = False) -> None:
        """Show what was drawn, or what is wrong; say it in the terminal."""
        if redrawn.page is None or redrawn.composition is None:
            self._server.show_wrong("\n".join(map(str, redrawn.errors)))
            print_problems(redrawn.problems)
            self._told = set()
            _say(_("no preview yet") if self._draft is None else _("the last good preview stays"))
            return
        self._server.show(redrawn.page)
        if self._output is not None:
            self._write(self._output, redrawn.page, first=first)
        self._print_new(redrawn.problems)
        _say(self._line(redrawn.composition, len(redrawn.problems)))
        self._draft = redrawn.composition.draft

    def _print_new(self, problems: Iterable[Problem]) -> None:
        """Print the problems that were not told before, wherever in their file they stand by now."""
        told = {(problem.code, problem.message, problem.place.file): problem for problem in problems}
        print_problems(problem for key, problem in told.items() if key not in self._told)
        self._told = set(told)

    def _line(self, composition: Composition, problems: int) -> str:
        """Return what there is to say of a redraw: lengths, gaps, and what became of them since the last."""
        draft, before = composition.draft, self._draft
        characters, gaps = draft.characters(), len(draft.needed())
        counted = _("{characters} characters, {minutes} minutes")
        difference = 0 if before is None else characters - before.characters()
        if difference:
            counted = _("{characters} characters ({difference}), {minutes} minutes")
        told = f"{'+' if difference > 0 else '−'}{abs(difference)}"
        minutes = minutes_text(characters / draft.pace)
        line = counted.format(characters=characters, difference=told, minutes=minutes)
        more = [ngettext("{count} gap", "{count} gaps", gaps).format(count=gaps) if gaps else _("no gaps")]
        if problems:
            more.append(ngettext("{count} warning", "{count} warnings", problems).format(count=problems))
        for one in more:
            line = _("{told}, {more}").format(told=line, more=one)
        if before is not None:
            were, are = _missing(before), _missing(draft)
            line += _named(_("; no longer missing: {names}"), [name for name in were if name not in are])
            line += _named(_("; missing now: {names}"), [name for name in are if name not in were])
        return line

    def _write(self, path: Path, page: bytes, *, first: bool) -> None:
        """Write the page; later than at the start what keeps it from being written is only told."""
        try:
            if not self._force:
                spare_a_hand(path, page)
            write_whole(path, page)
        except ProblemError as error:
            if first:
                raise
            print_problems(error.problems)


def _missing(draft: Draft) -> list[str]:
    """Return the facts that the draft waits for, in order."""
    return list(dict.fromkeys(name for gap in draft.needed() for name in gap.needs))


def _named(told: str, names: list[str]) -> str:
    """Return what is told of some names, or nothing where there are none."""
    more = " …" if len(names) > _MOST_NAMED else ""
    return told.format(names=_(", ").join(names[:_MOST_NAMED]) + more) if names else ""


def _say(told: str) -> None:
    """Print a line with the time of day."""
    now = datetime.datetime.now(tz=datetime.UTC).astimezone()
    console().print(f"[dim]{now:%H:%M:%S}[/]  {escape(told)}")
