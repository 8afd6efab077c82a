"""``pack new``, ``check``, ``build``, ``publish``, ``sign``, ``verify`` and ``key``."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.markup import escape

from speechdraft.checking import Report, check_archive, check_pack
from speechdraft.cli.edge import console, plain_table, print_problems, problems_json
from speechdraft.cli.installing import trust_line
from speechdraft.cli.packs import find_pack
from speechdraft.cli.statuses import Status
from speechdraft.files import make_folder, shown, write_whole
from speechdraft.home import config_folder
from speechdraft.i18n import _, ngettext
from speechdraft.packs import Origin, Pack
from speechdraft.packs.archive import Archive, archive_of, read_file
from speechdraft.packs.install import is_path, load_pack_file
from speechdraft.packs.library import publish
from speechdraft.packs.scaffold import new_pack, suggested_name
from speechdraft.packs.shelf import user_shelf
from speechdraft.packs.store import Installed, user_store
from speechdraft.packs.trust import (
    INSTALL_EXTRA,
    Author,
    Trust,
    can_verify,
    fingerprint,
    forget,
    judge,
    make_key,
    public_key,
    require_author,
    sign,
    signature_of,
    signing_key,
    user_authors,
)
from speechdraft.problems import Place, Problem, ProblemError

__all__ = [
    "build_command",
    "check_command",
    "key_forget_command",
    "key_list_command",
    "key_new_command",
    "key_show_command",
    "new_command",
    "publish_command",
    "sign_command",
    "verify_command",
]


def new_command(folder: Path, name: str | None, title: str | None, author: str) -> None:
    """Make a pack that passes its own check."""
    chosen = name or suggested_name(folder)
    files = new_pack(folder, chosen, title or chosen, author)
    terminal = console()
    place = shown(folder)
    terminal.print(escape(_("{folder}: the pack {name}").format(folder=place, name=chosen)))
    for file in files:
        terminal.print(escape(f"  {file}"))
    terminal.print(f"[dim]{escape(_('then: speechdraft pack check {folder}').format(folder=place))}[/]")


def check_command(folder: Path, *, strict: bool, as_json: bool) -> Status:
    """Print what the contract says of a pack; return the exit status."""
    report = check_pack(folder, user_shelf())
    if as_json:
        console().print_json(_report_json(report))
    else:
        print_problems(report.problems)
        _print_report(report)
    if not report.passed:
        return Status.AT_FAULT
    return Status.PROBLEMS if strict and report.problems else Status.DONE


def _report_json(report: Report) -> str:
    return json.dumps(
        {
            "pack": report.pack.name,
            "version": report.pack.version,
            "passed": report.passed,
            "drafts": [asdict(one) for one in report.drafted],
            "problems": problems_json(report.problems),
        },
        ensure_ascii=False,
    )


def _print_report(report: Report) -> None:
    terminal = console()
    if report.drafted:
        table = plain_table(
            (_("outline"), "left"), (_("sample facts"), "left"), (_("characters"), "right"), (_("gaps"), "right")
        )
        before = ""
        for one in report.drafted:
            table.add_row(
                "" if one.outline == before else one.outline,
                _sample_name(one.sample),
                str(one.characters),
                str(one.gaps),
            )
            before = one.outline
        terminal.print(table)
        terminal.print()
    counted = ngettext("{pack}: {count} template", "{pack}: {count} templates", report.templates)
    told = counted.format(pack=report.pack.manifest, count=report.templates)
    facts = ngettext("{count} fact", "{count} facts", report.facts).format(count=report.facts)
    verdict = _("keeps the contract") if report.passed else _("does not keep the contract yet")
    colour = "green" if report.passed else "red"
    said = _("{name}: {why}").format(name=escape(_(", ").join((told, facts))), why=f"[{colour}]{escape(verdict)}[/]")
    terminal.print(said)


def _sample_name(sample: str) -> str:
    return {"full": _("full"), "sparse": _("sparse"), "empty": _("none")}.get(sample, sample)


def build_command(folder: Path, out: Path) -> None:
    """Write a pack's file."""
    archive = archive_of(folder)
    if out.exists() and not out.is_dir():
        message = _("this is a file; the pack's file goes into a folder")
        hint = _("name another folder")
        raise ProblemError([Problem(code="not-a-folder", message=message, place=Place(file=shown(out)), hint=hint)])
    make_folder(out)
    path = out / archive.file_name
    write_whole(path, archive.data)
    count = len(archive.files)
    told = ngettext("{file}: {count} file, {size} KB", "{file}: {count} files, {size} KB", count)
    console().print(escape(told.format(file=shown(path), count=count, size=-(-len(archive.data) // 1024))))
    console().print(f"[dim]sha256 {archive.sha256}[/]")


def publish_command(target: Path, library: Path, *, unchecked: bool) -> None:
    """Put a pack into a library."""
    archive = load_pack_file(target)
    signed = signature_of(archive, shown(target))
    if not unchecked:
        _require_contract(target, archive)
    changed = publish(library, archive, signed.author if signed is not None else "")
    told = _("{pack} is in {library}") if changed else _("{pack} is in {library} already")
    console().print(escape(told.format(pack=archive.manifest, library=shown(library))))
    if changed and signed is None:
        hint = _("it is not signed; speechdraft pack sign signs a pack's file before it is published")
        console().print(f"[dim]{escape(hint)}[/]")


def _require_contract(target: Path, archive: Archive) -> None:
    """Raise ProblemError with all that the check finds where the pack does not keep the contract."""
    shelf = user_shelf()
    report = check_pack(target, shelf) if target.is_dir() else check_archive(archive, shelf, shown(target))
    if not report.passed:
        message = _("{pack} does not keep the contract of packs").format(pack=archive.manifest)
        hint = _("mend what is said above; or publish it all the same with --unchecked")
        place = Place(file=shown(target))
        raise ProblemError([*report.problems, Problem(code="unfit-pack", message=message, place=place, hint=hint)])
    print_problems(report.problems)


# Signatures.


def _key_file(given: Path | None) -> Path:
    return given or config_folder() / "signing-key.pem"


def sign_command(file: Path, author: str, key: Path | None) -> None:
    """Sign a pack's file."""
    if file.is_dir():
        message = _("a file is signed, not a folder")
        hint = _("first: speechdraft pack build {folder} -o OUT_FOLDER").format(folder=shown(file))
        raise ProblemError([Problem(code="not-a-file", message=message, place=Place(file=shown(file)), hint=hint)])
    archive = read_file(file)
    path = _key_file(key)
    if key is None and not path.is_file():
        message = _("you have no key to sign with yet")
        raise ProblemError([Problem(code="no-key", message=message, hint=_("speechdraft pack key new makes one"))])
    private = signing_key(path)
    write_whole(file, sign(archive, require_author(author), private).data)
    console().print(escape(_("{file}: signed by {author}").format(file=shown(file), author=author)))
    told = _("whoever installs it compares this key with what you tell them: {key}")
    console().print(escape(told.format(key=fingerprint(public_key(private)))))


def verify_command(target: str, *, as_json: bool) -> None:
    """Say whether a pack is whole and who signed it."""
    shelf = user_shelf()
    whole: bool | None = True
    if is_path(target) and not shelf.versions(target):
        path = Path(target)
        archive = load_pack_file(path)
        manifest, count = archive.manifest, len(archive.files)
        author = signature_of(archive, shown(path))
        trust = judge(manifest.name, author, user_authors(), shown(path))
        told = ngettext(
            "{pack}: whole; {count} file is as its list says",
            "{pack}: whole; {count} files are as their list says",
            count,
        )
        if path.is_dir():  # whose list was made from its files just now
            whole = None
    else:
        pack = find_pack(target, shelf)
        manifest, count = pack.manifest, 0
        entry = user_store().entries().get((pack.name, pack.version)) if pack.origin is Origin.INSTALLED else None
        author, trust = (None, Trust.UNSIGNED) if entry is None else _verified(pack, entry)
        told = _("{pack}: whole, as it was installed")
        if entry is None:
            whole = None
    if as_json:
        verdict = {
            "pack": manifest.name,
            "version": manifest.version,
            "whole": whole,
            "signed_by": "" if author is None else author.author,
            "key": "" if author is None else fingerprint(author.key),
            "trust": trust.name.lower().replace("_", "-"),
        }
        console().print_json(json.dumps(verdict, ensure_ascii=False))
        return
    if whole is None:
        told = _("{pack}: speechdraft did not install it, so there is nothing to compare it with")
    console().print(escape(told.format(pack=manifest, count=count)))
    console().print(trust_line(trust, author))


def _verified(pack: Pack, entry: Installed) -> tuple[Author | None, Trust]:
    """Return who signed an installed pack. Raises ProblemError where it was changed since it was installed."""
    if entry.sha256 != pack.sha256:
        message = _("{pack} was changed after it was installed").format(pack=pack.manifest)
        hint = _("install it again: speechdraft pack install {source}").format(source=entry.source)
        place = Place(file=shown(pack.root))
        raise ProblemError([Problem(code="hash-mismatch", message=message, place=place, hint=hint)])
    key = user_authors().authors.get(entry.author)
    return (None, Trust.UNSIGNED) if key is None else (Author(author=entry.author, key=key), Trust.KNOWN_AUTHOR)


def key_new_command(path: Path | None) -> None:
    """Make a key to sign with."""
    file = _key_file(path)
    key = make_key(file)
    console().print(escape(_("{file}: your key to sign with; keep it to yourself, and a copy of it").format(file=file)))
    told = _("what others compare it by: {key}")
    console().print(escape(told.format(key=fingerprint(public_key(key)))))


def key_show_command(path: Path | None) -> None:
    """Show what others compare the user's key by."""
    key = signing_key(_key_file(path))
    console().print(fingerprint(public_key(key)))


def key_list_command(*, as_json: bool) -> None:
    """Print the authors that the user knows."""
    known = user_authors()
    packs = {author: [pack for pack, by in known.packs.items() if by == author] for author in known.authors}
    if as_json:
        rows = [
            {"author": author, "key": fingerprint(key), "packs": packs[author]} for author, key in known.authors.items()
        ]
        console().print_json(json.dumps(rows, ensure_ascii=False))
        return
    if not known.authors:
        console().print(_("you know no author yet; one is remembered when you install a pack that they signed"))
        if not can_verify():
            told = _("signatures need a library that is not installed: {command}")
            console().print(escape(told.format(command=INSTALL_EXTRA)))
        return
    table = plain_table((_("author"), "left"), (_("key"), "left"), (_("packs"), "left"))
    for author, key in known.authors.items():
        table.add_row(escape(author), fingerprint(key), escape(_(", ").join(packs[author])))
    console().print(table)


def key_forget_command(author: str) -> None:
    """Forget an author."""
    forget(author)
    console().print(escape(_("{author} is forgotten; the next pack they sign is asked about").format(author=author)))
