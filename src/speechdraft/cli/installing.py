"""``pack install``, ``update``, ``remove`` and ``lock``: what is to happen is shown first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import typer
from rich.markup import escape

from speechdraft.cli.edge import agreed, console
from speechdraft.cli.packs import contents_lines, find_pack, libraries_in, no_library
from speechdraft.cli.statuses import Status
from speechdraft.files import shown
from speechdraft.i18n import _
from speechdraft.packs import Origin
from speechdraft.packs.archive import Archive
from speechdraft.packs.contents import contents_of
from speechdraft.packs.fetch import is_address
from speechdraft.packs.install import (
    Candidate,
    Plan,
    carry_out,
    plan_install,
    plan_update,
    required_by,
)
from speechdraft.packs.library import user_libraries
from speechdraft.packs.lock import LOCK, write_lock
from speechdraft.packs.shelf import user_shelf
from speechdraft.packs.store import user_store
from speechdraft.packs.trust import INSTALL_EXTRA, Author, Trust, fingerprint, user_authors
from speechdraft.packs.versions import ANY, require_range, satisfies, version_key
from speechdraft.problems import Problem, ProblemError, did_you_mean
from speechdraft.speeches import load_speech

__all__ = ["install_command", "lock_command", "remove_command", "trust_line", "update_command"]


def install_command(targets: list[str], places: list[str] | None, *, yes: bool) -> None:
    """Show what would be installed, ask, install."""
    for target in targets:
        if is_address(target):
            console(errors=True).print(escape(_("fetching {address} …").format(address=target)))
    plan = plan_install(targets, user_shelf(), libraries_in(places), user_authors())
    _show_and_install(plan, yes=yes)


def update_command(names: list[str], places: list[str] | None, *, yes: bool) -> None:
    """Install the newest versions of some packs, of all installed ones where none is named."""
    libraries = libraries_in(places)
    if not places and not user_libraries():
        raise ProblemError([no_library()])
    shelf = user_shelf()
    installed = list(dict.fromkeys(name for name, _version in user_store().entries()))
    for name in names:
        find_pack(name, shelf)
    plan = plan_update(names or installed, shelf, libraries, user_authors())
    if not plan.candidates:
        console().print(_("everything is the newest that the libraries have"))
        return
    _show_and_install(plan, yes=yes)
    told = _("a speech stays with the packs of its lock until: speechdraft pack lock FOLDER")
    console().print(f"[dim]{escape(told)}[/]")


def _show_and_install(plan: Plan, *, yes: bool) -> None:
    terminal = console()
    for there in plan.already:
        terminal.print(escape(_("{pack} is here already").format(pack=there)))
    if not plan.candidates:
        return
    terminal.print(_("to be installed:"))
    for candidate in plan.candidates:
        terminal.print()
        for line in _candidate_lines(candidate):
            terminal.print(line)
    terminal.print()
    if not yes:
        for author in dict.fromkeys(one.author for one in plan.candidates if one.trust is Trust.NEW_AUTHOR):
            name = author.author if author is not None else ""
            _ask(_("Is this the key of {author}, to be trusted from now on?").format(author=name))
        _ask(_("Install?"))
    carry_out(plan, user_store())
    for candidate in plan.candidates:
        terminal.print(escape(_("installed {pack}").format(pack=candidate.archive.manifest)))
    first = next(
        (
            outline
            for candidate in plan.candidates
            if candidate.wished
            for outline in contents_of(candidate.archive.files).outlines
        ),
        None,
    )
    if first is not None:
        told = _("then: speechdraft new {outline} FOLDER").format(outline=first)
        terminal.print(f"[dim]{escape(told)}[/]")


def _someone_is_there() -> bool:
    """Return whether somebody can answer a question."""
    return sys.stdin.isatty()


def _ask(question: str) -> None:
    """Go on when the user says yes; leave otherwise. Raises ProblemError where nobody is there to ask."""
    if not _someone_is_there():
        message = _("this asks before it goes on, and nobody is there to answer")
        raise ProblemError([Problem(code="needs-yes", message=message, hint=_("say --yes in a script"))])
    if not agreed(question):
        console().print(_("nothing was changed"))
        raise typer.Exit(Status.AT_FAULT)


def _candidate_lines(candidate: Candidate) -> Iterable[str]:
    archive: Archive = candidate.archive
    manifest = archive.manifest
    yield f"  [bold]{escape(str(manifest))}[/]  {escape(manifest.title)}"
    if not candidate.wished:
        yield "  [dim]" + escape(_("something you asked for builds on it")) + "[/]"
    if manifest.description:
        yield "  " + escape(manifest.description)
    yield from contents_lines(contents_of(archive.files))
    if manifest.builds_on:
        bases = _(", ").join(f"{name} {inside}" for name, inside in manifest.builds_on.items())
        yield "  " + escape(_("builds on {packs}").format(packs=bases))
    yield "  " + escape(_("from {source}").format(source=candidate.source))
    yield "  " + trust_line(candidate.trust, candidate.author)


def trust_line(trust: Trust, author: Author | None) -> str:
    """Return what is said of a pack's signature, with rich's markup."""
    name, key = (author.author, fingerprint(author.key)) if author is not None else ("", "")
    match trust:
        case Trust.UNSIGNED:
            return "[yellow]" + escape(_("not signed: nobody vouches for where it is from")) + "[/]"
        case Trust.UNCHECKED:
            told = _("signed by {author}, which cannot be checked here; what checks it: {command}")
            return "[yellow]" + escape(told.format(author=name, command=INSTALL_EXTRA)) + "[/]"
        case Trust.NEW_AUTHOR:
            told = _("signed by {author}, whom you do not know yet; their key, to compare: {key}")
            return "[yellow]" + escape(told.format(author=name, key=key)) + "[/]"
        case Trust.KNOWN_AUTHOR:
            told = _("signed by {author}, whom you know; their key: {key}")
            return "[green]" + escape(told.format(author=name, key=key)) + "[/]"


def remove_command(target: str, *, yes: bool) -> None:
    """Uninstall a pack, or one version of it."""
    store, shelf = user_store(), user_shelf()
    name, _at, inside = target.partition("@")
    installed = [version for one, version in store.entries() if one == name]
    try:
        wanted = require_range(inside) if inside else ANY
    except ValueError as error:
        hint = _("a name alone removes all versions of the pack")
        raise ProblemError([Problem(code="no-such-pack", message=str(error), hint=hint)]) from None
    versions = sorted((one for one in installed if satisfies(one, wanted)), key=version_key)
    if not versions:
        pack = shelf.versions(name)
        message = _("no pack “{text}” is installed").format(text=target)
        hint = did_you_mean(name, {one for one, _version in store.entries()})
        if pack and not installed:
            hint = {
                Origin.BUILT_IN: _("it is built in"),
                Origin.DISTRIBUTION: _("it came by pip; remove it with pip"),
            }.get(next(iter(pack.values())).origin, "")
        raise ProblemError(
            [
                Problem(
                    code="no-such-pack", message=message, hint=hint or _("speechdraft pack list shows those that are")
                )
            ]
        )
    broken = required_by(name, versions, shelf)
    if broken:
        message = _("{packs} could not be used without it").format(packs=_(", ").join(broken))
        hint = _("remove them first")
        raise ProblemError([Problem(code="still-needed", message=message, hint=hint)])
    told = _(", ").join(f"{name} {version}" for version in versions)
    if not yes:
        console().print(escape(_("to be removed: {packs}").format(packs=told)))
        console().print(escape(_("a speech whose lock names it can then not be drafted until it is installed again")))
        _ask(_("Remove?"))
    store.remove((name, version) for version in versions)
    console().print(escape(_("removed {packs}").format(packs=told)))


# Speeches and libraries.


def lock_command(speech: Path) -> None:
    """Write a speech's lock anew, with the packs as they are now."""
    loaded = load_speech(speech, unlocked=True)
    write_lock(loaded.folder, loaded.packs)
    packs = _(", ").join(str(pack.manifest) for pack in loaded.packs)
    file = shown(loaded.folder / LOCK)
    console().print(escape(_("{file}: drafted with {packs} from now on").format(file=file, packs=packs)))
