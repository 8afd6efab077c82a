"""The commands of ``pack`` and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from speechdraft.cli.edge import at_the_edge
from speechdraft.cli.options import JSON, NEW_FOLDER, SPEECH, STRICT_ON_WARNINGS
from speechdraft.cli.usage import command_line
from speechdraft.i18n import _

__all__ = ["pack_app"]

pack_app = command_line(_("Make, share and install packs of outlines and templates."))
library_app = command_line(_("The libraries that packs come from."))
key_app = command_line(_("Keys: yours, and those of known authors."))

_YES = Annotated[bool, typer.Option("--yes", "-y", help=_("Do not ask; for scripts."))]
_FROM = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads it at run time)
    typer.Option(
        "--from",
        metavar=_("LIBRARY"),
        help=_("A library's name, folder or address, in place of the configured ones. May be repeated."),
    ),
]
_FOLDER = Annotated[Path, typer.Argument(metavar=_("FOLDER"), show_default=False, help=_("The pack's folder."))]
_KEY = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--key", metavar=_("FILE"), show_default=False, help=_("The key's file, if it is not the usual one.")),
]


def _pack_names(incomplete: str) -> list[str]:
    from speechdraft.packs.shelf import user_shelf  # noqa: PLC0415

    return [name for name in user_shelf().names() if name.startswith(incomplete)]


@pack_app.command("list", help=_("List the packs that are here."))
@at_the_edge
def pack_list(as_json: JSON = False) -> None:
    from speechdraft.cli.packs import list_command  # noqa: PLC0415

    list_command(as_json=as_json)


@pack_app.command("info", help=_("Show what a pack says of itself and what it contains."))
@at_the_edge
def pack_info(
    pack: Annotated[
        str,
        typer.Argument(
            metavar=_("PACK"),
            autocompletion=_pack_names,
            show_default=False,
            help=_("A pack's name (NAME or NAME@1.2.0), file or folder."),
        ),
    ],
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.packs import info_command  # noqa: PLC0415

    info_command(pack, as_json=as_json)


@pack_app.command("search", help=_("Search the libraries for packs."))
@at_the_edge
def pack_search(
    words: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar=_("WORD"), show_default=False, help=_("Words of the name, title or description; none for all.")
        ),
    ] = None,
    places: _FROM = None,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.packs import search_command  # noqa: PLC0415

    search_command(words or [], places, as_json=as_json)


@pack_app.command("install", help=_("Install packs: shows what they add, and asks."))
@at_the_edge
def pack_install(
    targets: Annotated[
        list[str],
        typer.Argument(
            metavar=_("PACK"),
            show_default=False,
            help=_("A name (NAME or NAME@^1.2) to look for in the libraries, a file, a folder or an address."),
        ),
    ],
    places: _FROM = None,
    yes: _YES = False,
) -> None:
    from speechdraft.cli.installing import install_command  # noqa: PLC0415

    install_command(targets, places, yes=yes)


@pack_app.command("update", help=_("Install the newest versions that the libraries have; the old ones stay."))
@at_the_edge
def pack_update(
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            metavar=_("NAME"), autocompletion=_pack_names, show_default=False, help=_("Packs; none for all.")
        ),
    ] = None,
    places: _FROM = None,
    yes: _YES = False,
) -> None:
    from speechdraft.cli.installing import update_command  # noqa: PLC0415

    update_command(names or [], places, yes=yes)


@pack_app.command("remove", help=_("Remove an installed pack, or one version of it."))
@at_the_edge
def pack_remove(
    pack: Annotated[
        str,
        typer.Argument(
            metavar=_("NAME[@VERSION]"), autocompletion=_pack_names, show_default=False, help=_("The pack.")
        ),
    ],
    yes: _YES = False,
) -> None:
    from speechdraft.cli.installing import remove_command  # noqa: PLC0415

    remove_command(pack, yes=yes)


@pack_app.command("lock", help=_("Draft a speech with the packs as they are now, from now on: writes its lock anew."))
@at_the_edge
def pack_lock(speech: SPEECH) -> None:
    from speechdraft.cli.installing import lock_command  # noqa: PLC0415

    lock_command(speech)


@pack_app.command("new", help=_("Start a pack: a folder with a small one that passes its own check."))
@at_the_edge
def pack_new(
    folder: NEW_FOLDER,
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar=_("NAME"), show_default=False, help=_("The pack's name, if it is not the folder's.")),
    ] = None,
    title: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar=_("TITLE"), show_default=False, help=_("What the pack is, in a few words.")),
    ] = None,
    author: Annotated[str, typer.Option(metavar=_("AUTHOR"), show_default=False, help=_("Who writes it."))] = "办公室",
) -> None:
    from speechdraft.cli.making import new_command  # noqa: PLC0415

    new_command(folder, name, title, author)


@pack_app.command(
    "check", help=_("Check a pack: its files, its templates, a draft of each outline with many facts and few.")
)
@at_the_edge
def pack_check(
    folder: _FOLDER,
    strict: STRICT_ON_WARNINGS = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.making import check_command  # noqa: PLC0415

    raise typer.Exit(check_command(folder, strict=strict, as_json=as_json))


@pack_app.command("build", help=_("Write a pack's file, NAME-VERSION.speechpack."))
@at_the_edge
def pack_build(
    folder: _FOLDER,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar=_("OUT_FOLDER"), help=_("The folder that the file goes into."))
    ] = Path(),
) -> None:
    from speechdraft.cli.making import build_command  # noqa: PLC0415

    build_command(folder, output)


@pack_app.command("publish", help=_("Put a pack into a library: a shared folder, a stick, a git checkout."))
@at_the_edge
def pack_publish(
    pack: Annotated[Path, typer.Argument(metavar=_("PACK"), show_default=False, help=_("A pack's file or folder."))],
    library: Annotated[
        Path,
        typer.Option("--to", metavar=_("FOLDER"), show_default=False, help=_("The library's folder; made if need be.")),
    ],
    unchecked: Annotated[
        bool, typer.Option("--unchecked", help=_("Publish it even if speechdraft pack check finds it unfit."))
    ] = False,
) -> None:
    from speechdraft.cli.making import publish_command  # noqa: PLC0415

    publish_command(pack, library, unchecked=unchecked)


@pack_app.command("sign", help=_("Sign a pack's file with your key."))
@at_the_edge
def pack_sign(
    file: Annotated[Path, typer.Argument(metavar=_("FILE"), show_default=False, help=_("A pack's file."))],
    author: Annotated[
        str, typer.Option("--as", metavar=_("AUTHOR"), show_default=False, help=_("The name that others know you by."))
    ],
    key: _KEY = None,
) -> None:
    from speechdraft.cli.making import sign_command  # noqa: PLC0415

    sign_command(file, author, key)


@pack_app.command("verify", help=_("Say whether a pack is whole, and who signed it."))
@at_the_edge
def pack_verify(
    pack: Annotated[
        str,
        typer.Argument(
            metavar=_("PACK"), autocompletion=_pack_names, show_default=False, help=_("A pack's file, or its name.")
        ),
    ],
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.making import verify_command  # noqa: PLC0415

    verify_command(pack, as_json=as_json)


@library_app.command("list", help=_("List the configured libraries."))
@at_the_edge
def library_list(as_json: JSON = False) -> None:
    from speechdraft.cli.packs import library_list_command  # noqa: PLC0415

    library_list_command(as_json=as_json)


@library_app.command("add", help=_("Configure a library."))
@at_the_edge
def library_add(
    location: Annotated[
        str, typer.Argument(metavar=_("PLACE"), show_default=False, help=_("Its folder, or its address (https://…)."))
    ],
    name: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar=_("NAME"), show_default=False, help=_("What to call it, if not as its folder.")),
    ] = None,
) -> None:
    from speechdraft.cli.packs import library_add_command  # noqa: PLC0415

    library_add_command(location, name)


@library_app.command("remove", help=_("Forget a library; packs installed from it stay."))
@at_the_edge
def library_remove(
    name: Annotated[str, typer.Argument(metavar=_("NAME"), show_default=False, help=_("The library."))],
) -> None:
    from speechdraft.cli.packs import library_remove_command  # noqa: PLC0415

    library_remove_command(name)


@key_app.command("new", help=_("Make a key to sign with."))
@at_the_edge
def key_new(key: _KEY = None) -> None:
    from speechdraft.cli.making import key_new_command  # noqa: PLC0415

    key_new_command(key)


@key_app.command("show", help=_("Show what others compare your key by."))
@at_the_edge
def key_show(key: _KEY = None) -> None:
    from speechdraft.cli.making import key_show_command  # noqa: PLC0415

    key_show_command(key)


@key_app.command("list", help=_("List the authors that you know."))
@at_the_edge
def key_list(as_json: JSON = False) -> None:
    from speechdraft.cli.making import key_list_command  # noqa: PLC0415

    key_list_command(as_json=as_json)


@key_app.command("forget", help=_("Forget an author, when their key has really changed."))
@at_the_edge
def key_forget(
    author: Annotated[str, typer.Argument(metavar=_("AUTHOR"), show_default=False, help=_("The author."))],
) -> None:
    from speechdraft.cli.making import key_forget_command  # noqa: PLC0415

    key_forget_command(author)


pack_app.add_typer(library_app, name="library")
pack_app.add_typer(key_app, name="key")
