"""The commands and their options."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

from speechdraft import __version__
from speechdraft.cli.edge import at_the_edge
from speechdraft.cli.options import (
    JSON,
    NEW_FOLDER,
    SPEECH,
    STRICT_ON_CONFLICTS,
    STRICT_ON_WARNINGS,
    UNLOCKED,
    output_file,
)
from speechdraft.cli.pack_app import pack_app
from speechdraft.cli.usage import command_line
from speechdraft.i18n import _
from speechdraft.writers import LAYOUT_NAMES

__all__ = ["app"]

app = command_line(
    _("Outlines and local facts in, a Word first draft of a speech out. Works offline; invents nothing."),
    context_settings={"help_option_names": ["-h", "--help"]},
)
outline_app = command_line(_("Look at outlines and check them."))
facts_app = command_line(_("A speech's facts: how it stands with them, and how they get in."))
app.add_typer(outline_app, name="outline")
app.add_typer(facts_app, name="facts")
app.add_typer(pack_app, name="pack")


def _print_version(wanted: bool) -> None:  # noqa: FBT001  (typer's interface)
    if wanted:
        typer.echo(f"speechdraft {__version__}")
        raise typer.Exit


def _outline_names(incomplete: str) -> list[str]:
    from speechdraft.cli.outlines import known_outlines  # noqa: PLC0415

    return [name for name in known_outlines() if name.startswith(incomplete)]


def _layout_names(incomplete: str) -> list[str]:
    return [name for name in LAYOUT_NAMES if name.startswith(incomplete)]


def _known_layout(name: str | None) -> str | None:
    if name is not None and name not in LAYOUT_NAMES:
        raise typer.BadParameter(
            _("no layout “{name}”; there are {names}").format(name=name, names=_(", ").join(LAYOUT_NAMES))
        )
    return name


def _known_order(name: str) -> str:
    orders = ("group", "office", "standing")
    if name not in orders:
        raise typer.BadParameter(
            _("no order “{name}”; there are {names}").format(name=name, names=_(", ").join(orders))
        )
    return name


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help=_("Print the version and exit."))
    ] = False,
) -> None:
    del version


_SET = Annotated[
    Optional[list[str]],  # noqa: UP045  (typer reads it at run time)
    typer.Option(
        "--set", metavar=_("NAME=VALUE"), help=_("Give a fact here; it overrides the facts file. May be repeated.")
    ),
]


_FORCE_OVER_A_HAND = Annotated[
    bool, typer.Option("--force", help=_("Write over a file even if it was changed by hand."))
]


@app.command(help=_("Write the draft of a speech, and say what is still missing."))
@at_the_edge
def draft(
    speech: SPEECH,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        output_file(_("Where to write, as .docx .html .md .txt or .json; else a .docx in the speech's folder.")),
    ] = None,
    settings: _SET = None,
    layout: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            metavar=_("LAYOUT"),
            show_default=LAYOUT_NAMES[0],
            callback=_known_layout,
            autocompletion=_layout_names,
            help=_(
                "gbt9704 (the standard's page), windows-fonts (with fonts of every Windows) or reading (large type)."
            ),
        ),
    ] = None,
    force: _FORCE_OVER_A_HAND = False,
    strict: Annotated[
        bool, typer.Option("--strict", help=_("Exit with 3 when the draft has gaps or warnings."))
    ] = False,
    final: Annotated[
        bool,
        typer.Option(
            "--final", help=_("Write the clean copy; refused while a fact is missing, unconfirmed or contradicted.")
        ),
    ] = False,
    update: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--update",
            metavar=_("DRAFT"),
            show_default=False,
            help=_("Bring a draft that people have edited up to date; their words are kept."),
        ),
    ] = None,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.drafting import Wishes, draft_command  # noqa: PLC0415

    wishes = Wishes(
        layout=layout,
        force=force,
        strict=strict,
        as_json=as_json,
        unlocked=unlocked,
        final=final,
        edited=update,
    )
    raise typer.Exit(draft_command(speech, output, settings or [], wishes))


@app.command(help=_("Show a preview that is drawn anew at each save of outline, facts or templates."))
@at_the_edge
def watch(
    speech: SPEECH,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        output_file(_("Write the preview to this .html file, too.")),
    ] = None,
    opens: Annotated[bool, typer.Option("--open", help=_("Open the preview in the browser."))] = False,
    settings: _SET = None,
    force: _FORCE_OVER_A_HAND = False,
    unlocked: UNLOCKED = False,
) -> None:
    from speechdraft.cli.watching import watch_command  # noqa: PLC0415

    watch_command(speech, output, settings or [], opens=opens, force=force, unlocked=unlocked)


@app.command(help=_("Start a speech: a folder with the outline (yours to edit) and a form for its facts."))
@at_the_edge
def new(
    outline: Annotated[
        str,
        typer.Argument(
            metavar=_("OUTLINE"),
            autocompletion=_outline_names,
            show_default=False,
            help=_("The outline to start from."),
        ),
    ],
    folder: NEW_FOLDER,
    unlocked: UNLOCKED = False,
) -> None:
    from speechdraft.cli.starting import new_command  # noqa: PLC0415

    new_command(outline, folder, unlocked=unlocked)


_OUTLINE = Annotated[
    str,
    typer.Argument(
        metavar=_("OUTLINE"),
        autocompletion=_outline_names,
        show_default=False,
        help=_("An outline's name or file, or a speech's folder."),
    ),
]


@outline_app.command("list", help=_("List the outlines there are."))
@at_the_edge
def outline_list(as_json: JSON = False) -> None:
    from speechdraft.cli.outlines import list_command  # noqa: PLC0415

    list_command(as_json=as_json)


@outline_app.command(
    "show", help=_("Show an outline's tree: templates, facts, characters and minutes of each section.")
)
@at_the_edge
def outline_show(
    outline: _OUTLINE,
    facts: Annotated[bool, typer.Option("--facts/--no-facts", help=_("Name the facts that each section uses."))] = True,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.outlines import show_command  # noqa: PLC0415

    show_command(outline, with_facts=facts, unlocked=unlocked, as_json=as_json)


@outline_app.command("check", help=_("Check an outline and its templates without drafting."))
@at_the_edge
def outline_check(
    outline: _OUTLINE,
    strict: STRICT_ON_WARNINGS = False,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.outlines import check_command  # noqa: PLC0415

    raise typer.Exit(check_command(outline, strict=strict, unlocked=unlocked, as_json=as_json))


@outline_app.command("diff", help=_("Show what changed between two outlines, and which facts that needs or spares."))
@at_the_edge
def outline_diff(
    old: Annotated[
        str,
        typer.Argument(
            metavar=_("OLD"),
            autocompletion=_outline_names,
            show_default=False,
            help=_(
                "An outline's name or file, or a speech's folder; a folder alone is compared with its pack's outline."
            ),
        ),
    ],
    new: Annotated[
        Optional[str],  # noqa: UP045
        typer.Argument(
            metavar=_("NEW"),
            autocompletion=_outline_names,
            show_default=False,
            help=_("The outline that OLD is compared with."),
        ),
    ] = None,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.comparing import diff_command  # noqa: PLC0415

    diff_command(old, new, as_json=as_json)


@outline_app.command("schema", help=_("Print the JSON Schema of outlines, for editors that check YAML."))
@at_the_edge
def outline_schema() -> None:
    from speechdraft.cli.outlines import schema_command  # noqa: PLC0415

    schema_command()


@facts_app.command("status", help=_("Show how it stands with each fact: given, missing, unconfirmed, stale …"))
@at_the_edge
def facts_status(
    speech: SPEECH,
    settings: _SET = None,
    missing: Annotated[bool, typer.Option("--missing", help=_("Only what is missing."))] = False,
    by: Annotated[
        str,
        typer.Option(
            "--by", metavar=_("ORDER"), callback=_known_order, help=_("Put together by group, office or standing.")
        ),
    ] = "group",
    workbook: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--xlsx",
            metavar=_("FILE"),
            show_default=False,
            help=_("Write the ledger as an .xlsx file, to send on."),
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("Write over a workbook that is there."))] = False,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.facts import status_command  # noqa: PLC0415

    status_command(
        speech,
        settings or [],
        only_missing=missing,
        by=by,
        workbook=workbook,
        force=force,
        unlocked=unlocked,
        as_json=as_json,
    )


_OFFICES = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--for", metavar=_("OFFICE"), help=_("Only what this office is to be asked for. May be repeated.")),
]


@facts_app.command("form", help=_("Write a form of what is still needed, for people to fill in: .xlsx, .docx, .yaml."))
@at_the_edge
def facts_form(
    speech: SPEECH,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        output_file(_("Where to write, as .xlsx, .docx or .yaml; else an .xlsx in the speech's folder.")),
    ] = None,
    offices: _OFFICES = None,
    everything: Annotated[
        bool, typer.Option("--all", help=_("Also what is given already, filled in, to be looked over."))
    ] = False,
    force: Annotated[bool, typer.Option("--force", help=_("Write over a form that is there."))] = False,
    unlocked: UNLOCKED = False,
) -> None:
    from speechdraft.cli.gathering import form_command  # noqa: PLC0415

    form_command(speech, output, offices or [], everything=everything, force=force, unlocked=unlocked)


@facts_app.command("merge", help=_("Take the values of forms that came back over into a speech's facts."))
@at_the_edge
def facts_merge(
    speech: SPEECH,
    forms: Annotated[
        list[Path],
        typer.Argument(metavar=_("FORM"), show_default=False, help=_("Filled-in forms, .xlsx, .docx or .yaml.")),
    ],
    takes: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--take",
            metavar=_("WHOSE"),
            help=_(
                "Whose value stands where they differ: ours, theirs, both (lists) or a form's name;"
                " for one fact NAME=WHOSE. May be repeated."
            ),
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar=_("TEXT"), help=_("Where the values are from that do not say so themselves."))
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("Only say what would be done."))] = False,
    strict: STRICT_ON_CONFLICTS = False,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.gathering import merge_command  # noqa: PLC0415

    status = merge_command(
        speech, forms, takes or [], source, dry_run=dry_run, strict=strict, unlocked=unlocked, as_json=as_json
    )
    raise typer.Exit(status)


@facts_app.command("ask", help=_("Ask for the missing facts here in the terminal, one by one."))
@at_the_edge
def facts_ask(
    speech: SPEECH,
    names: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(metavar=_("FACT"), show_default=False, help=_("Only these facts; else what is missing.")),
    ] = None,
    offices: _OFFICES = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Also what is given already."))] = False,
    unlocked: UNLOCKED = False,
) -> None:
    from speechdraft.cli.asking import ask_command  # noqa: PLC0415

    ask_command(speech, names or [], offices or [], everything=everything, unlocked=unlocked)


_DRAFT = Annotated[
    Path,
    typer.Argument(metavar=_("DRAFT"), show_default=False, help=_("A .docx that speechdraft wrote and people edited.")),
]
_SPEECH_OF_DRAFT = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Argument(
        metavar=_("SPEECH"),
        show_default=False,
        help=_("The speech's folder or facts file; else the one beside the draft."),
    ),
]


@facts_app.command("pull", help=_("Take values that people typed into a draft over into its facts file."))
@at_the_edge
def facts_pull(
    draft: _DRAFT,
    speech: _SPEECH_OF_DRAFT = None,
    strict: STRICT_ON_CONFLICTS = False,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.keeping import pull_command  # noqa: PLC0415

    raise typer.Exit(pull_command(draft, speech, strict=strict, unlocked=unlocked, as_json=as_json))


@facts_app.command("refresh", help=_("Put changed facts into a draft that people have edited; nothing else changes."))
@at_the_edge
def facts_refresh(
    draft: _DRAFT,
    speech: _SPEECH_OF_DRAFT = None,
    strict: STRICT_ON_CONFLICTS = False,
    unlocked: UNLOCKED = False,
    as_json: JSON = False,
) -> None:
    from speechdraft.cli.keeping import refresh_command  # noqa: PLC0415

    raise typer.Exit(refresh_command(draft, speech, strict=strict, unlocked=unlocked, as_json=as_json))
