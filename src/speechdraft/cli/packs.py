"""``pack list``, ``info``, ``search`` and ``library``: what packs there are, and where from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich.markup import escape

from speechdraft.cli.edge import console, plain_table
from speechdraft.files import shown
from speechdraft.i18n import _, ngettext
from speechdraft.packs import Manifest, Origin, Pack
from speechdraft.packs.contents import Contents, contents_of
from speechdraft.packs.folder import pack_files
from speechdraft.packs.install import (
    is_path,
    load_pack_file,
)
from speechdraft.packs.library import Library, add_library, drop_library, library_at, user_libraries
from speechdraft.packs.manifest import require_name
from speechdraft.packs.shelf import Shelf, broken_distributions, user_shelf
from speechdraft.packs.store import Installed, user_store
from speechdraft.packs.trust import fingerprint, signature_of
from speechdraft.packs.versions import ANY, newest, require_range, satisfies
from speechdraft.problems import Problem, ProblemError, did_you_mean

__all__ = [
    "contents_lines",
    "find_pack",
    "info_command",
    "libraries_in",
    "library_add_command",
    "library_list_command",
    "library_remove_command",
    "list_command",
    "no_library",
    "search_command",
]


def _origin_name(origin: Origin) -> str:
    """Return how a table calls the way in which a pack came."""
    return {
        Origin.BUILT_IN: _("built in"),
        Origin.INSTALLED: _("installed"),
        Origin.DISTRIBUTION: _("by pip"),
        Origin.FOLDER: _("folder"),
    }[origin]


# What is there.


def list_command(*, as_json: bool) -> None:
    """Print the packs that are there, each version on a line."""
    shelf, entries = user_shelf(), user_store().entries()
    packs = list(shelf.all())
    damaged = sorted(set(entries) - {(pack.name, pack.version) for pack in packs})
    if as_json:
        rows = [
            {
                **pack.manifest.model_dump(mode="json"),
                "origin": pack.origin.value,
                "author": _author_of(pack, entries),
                "source": _source_of(pack, entries),
            }
            for pack in packs
        ]
        console().print_json(json.dumps(rows, ensure_ascii=False))
        return
    table = plain_table((_("pack"), "left"), (_("version"), "left"), (_("what it is"), "left"), (_("here"), "left"))
    for pack in packs:
        table.add_row(pack.name, pack.version, escape(pack.manifest.title), _origin_name(pack.origin))
    for name, version in damaged:
        table.add_row(name, version, "", f"[red]{_('damaged')}[/]")
    console().print(table)
    for point in broken_distributions():
        told = _("the distribution's pack “{name}” cannot be read: speechdraft pack check says more on its folder")
        console(errors=True).print(f"[yellow]{escape(told.format(name=point))}[/]")
    if damaged:
        name, version = damaged[0]
        told = _("install what is damaged again: speechdraft pack install {name}@{version}")
        console().print(f"\n[dim]{escape(told.format(name=name, version=version))}[/]")


def _author_of(pack: Pack, entries: Mapping[tuple[str, str], Installed]) -> str:
    entry = entries.get((pack.name, pack.version)) if pack.origin is Origin.INSTALLED else None
    return entry.author if entry is not None else ""


def _source_of(pack: Pack, entries: Mapping[tuple[str, str], Installed]) -> str:
    entry = entries.get((pack.name, pack.version)) if pack.origin is Origin.INSTALLED else None
    return entry.source if entry is not None else shown(pack.root)


def find_pack(text: str, shelf: Shelf) -> Pack:
    """Return the pack on the shelf that ``NAME[@RANGE]`` names, the newest. Raises ProblemError."""
    name, _at, inside = text.partition("@")
    try:
        require_name(name)
        wanted = require_range(inside) if inside else ANY
    except ValueError as error:
        hint = _("speechdraft pack list shows the packs that are here")
        raise ProblemError([Problem(code="no-such-pack", message=str(error), hint=hint)]) from None
    versions = shelf.versions(name)
    version = newest(one for one in versions if satisfies(one, wanted))
    if version is None:
        message = _("no pack “{text}” is here").format(text=text)
        hint = did_you_mean(name, shelf.names()) if not versions else ""
        if versions:
            hint = _("there is {versions}").format(versions=_(", ").join(versions))
        hint = hint or _("speechdraft pack list shows those that are")
        raise ProblemError([Problem(code="no-such-pack", message=message, hint=hint)])
    return versions[version]


def info_command(target: str, *, as_json: bool) -> None:
    """Print what a pack says of itself and what it contains: one that is here, a file or a folder."""
    shelf = user_shelf()
    if is_path(target) and not shelf.versions(target):
        path = Path(target)
        archive = load_pack_file(path)
        signed = signature_of(archive, shown(path))
        author = "" if signed is None else f"{signed.author} ({fingerprint(signed.key)})"
        _print_info(archive.manifest, archive.files, archive.content, author, shown(path), as_json=as_json)
        return
    pack = find_pack(target, shelf)
    entries = user_store().entries()
    files = pack_files(pack.root)
    where = _("{name}: {why}").format(name=_origin_name(pack.origin), why=_source_of(pack, entries))
    _print_info(pack.manifest, files, pack.sha256, _author_of(pack, entries), where, as_json=as_json)


def _print_info(  # noqa: PLR0913  (a line each)
    manifest: Manifest, files: Mapping[str, bytes], sha256: str, author: str, where: str, *, as_json: bool
) -> None:
    contents = contents_of(files)
    if as_json:
        told = {
            **manifest.model_dump(mode="json"),
            "sha256": sha256,
            "signed_by": author,
            "where": where,
            "outlines": dict(contents.outlines),
            "templates": list(contents.templates),
            "facts": list(contents.facts),
            "examples": list(contents.examples),
        }
        console().print_json(json.dumps(told, ensure_ascii=False))
        return
    terminal = console()
    terminal.print(f"[bold]{escape(str(manifest))}[/]  {escape(manifest.title)}")
    if manifest.description:
        terminal.print(escape(manifest.description))
    terminal.print()
    table = plain_table(("", "left"), ("", "left"))
    table.show_header = False
    bases = _(", ").join(f"{name} {inside}" for name, inside in manifest.builds_on.items())
    for label, value in (
        (_("authors"), _(", ").join(manifest.authors)),
        (_("licence"), manifest.licence),
        (_("language"), manifest.language),
        (_("homepage"), manifest.homepage),
        (_("needs"), _("speechdraft {version} or newer").format(version=manifest.speechdraft)),
        (_("builds on"), bases),
        (_("here"), where),
        (_("signed by"), author or _("nobody")),
        (_("hash"), sha256),
    ):
        if value:
            table.add_row(f"[dim]{escape(label)}[/]", escape(value))
    terminal.print(table)
    terminal.print()
    for line in contents_lines(contents):
        terminal.print(line)


def contents_lines(contents: Contents) -> Iterable[str]:
    """Return what a pack holds, a line each, as the terminal shows it."""
    for name, title in contents.outlines.items():
        yield "  " + escape(_("outline {name}  {title}").format(name=name, title=title))
    counted = [
        ngettext("{count} template", "{count} templates", len(contents.templates)),
        ngettext("{count} fact in the dictionary", "{count} facts in the dictionary", len(contents.facts)),
        ngettext("{count} example", "{count} examples", len(contents.examples)),
    ]
    counts = (len(contents.templates), len(contents.facts), len(contents.examples))
    told = [form.format(count=count) for form, count in zip(counted, counts, strict=True)]
    yield "  " + escape(_(", ").join(told))


# From libraries.


def libraries_in(places: list[str] | None) -> tuple[Library, ...]:
    """Return the libraries that --from names, else the configured ones that can be read now.

    A stick that is not plugged in keeps nobody from what another library has.
    """
    if places:
        return tuple(library_at(place) for place in places)
    found = []
    for library in user_libraries():
        try:
            library.offers()
        except ProblemError as error:
            told = _("the library “{name}” is out of reach: {reason}")
            told = told.format(name=library.name, reason=error.problems[0].message)
            console(errors=True).print(f"[yellow]{escape(told)}[/]")
        else:
            found.append(library)
    return tuple(found)


def search_command(words: list[str], places: list[str] | None, *, as_json: bool) -> None:
    """Print the packs of the libraries that have all the words in name, title or description."""
    libraries = libraries_in(places)
    if not places and not user_libraries():
        raise ProblemError([no_library()])
    shelf = user_shelf()
    rows = []
    for library in libraries:
        for name, versions in library.offers().items():
            best = newest(versions)
            if best is None:
                continue
            offer = versions[best]
            text = f"{name} {offer.title} {offer.description}".casefold()
            if all(word.casefold() in text for word in words):
                there = newest(shelf.versions(name))
                rows.append(
                    {
                        "name": name,
                        "version": best,
                        "title": offer.title,
                        "description": offer.description,
                        "library": library.name,
                        "signed_by": offer.author,
                        "here": there,
                    }
                )
    if as_json:
        console().print_json(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        console().print(_("no pack of the libraries has these words"))
        return
    table = plain_table(
        (_("pack"), "left"),
        (_("version"), "left"),
        (_("what it is"), "left"),
        (_("library"), "left"),
        (_("here"), "left"),
    )
    for row in rows:
        table.add_row(*(escape(str(row[key] or "")) for key in ("name", "version", "title", "library", "here")))
    console().print(table)
    console().print(f"\n[dim]{escape(_('speechdraft pack install NAME installs one'))}[/]")


def no_library() -> Problem:
    """Return the problem that no library is known to look in."""
    return Problem(
        code="no-library",
        message=_("no library of packs is configured"),
        hint=_("name one: --from FOLDER, or for good: speechdraft pack library add FOLDER"),
    )


def library_list_command(*, as_json: bool) -> None:
    """Print the configured libraries."""
    libraries = user_libraries()
    if as_json:
        rows = [{"name": library.name, "location": library.location} for library in libraries]
        console().print_json(json.dumps(rows, ensure_ascii=False))
        return
    if not libraries:
        console().print(_("no library of packs is configured yet; speechdraft pack library add FOLDER adds one"))
        return
    table = plain_table((_("library"), "left"), (_("where"), "left"), (_("packs"), "right"))
    for library in libraries:
        try:
            count = str(len(library.offers()))
        except ProblemError:
            count = _("out of reach")
        table.add_row(library.name, escape(library.location), count)
    console().print(table)


def library_add_command(location: str, name: str | None) -> None:
    """Configure a library."""
    library = add_library(location, name)
    count = len(library.offers())
    told = ngettext("{name}: {count} pack at {location}", "{name}: {count} packs at {location}", count)
    console().print(escape(told.format(name=library.name, count=count, location=library.location)))


def library_remove_command(name: str) -> None:
    """Forget a library."""
    drop_library(name)
    console().print(escape(_("{name} is forgotten; packs installed from it stay").format(name=name)))
