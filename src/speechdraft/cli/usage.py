"""Help and usage errors in the user's language; typer says most of them in English only.

What is used of typer is what it documents, or what click has had for a decade: a command's ``format_help``,
``format_usage`` and ``main``, a parameter's ``opts``, ``metavar``, ``help`` and ``default``. A message that a newer
typer words otherwise is shown as typer says it.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import Any

import typer
from rich.cells import cell_len
from typer.core import TyperCommand, TyperGroup

from speechdraft.cli.folding import fold, padded
from speechdraft.cli.statuses import Status
from speechdraft.i18n import _
from speechdraft.problems import did_you_mean

__all__ = ["CommandLine", "command_line"]

_LEAST_COLUMNS, _MOST_COLUMNS = 50, 100
_MOST_LEFT = 30


# Help.


def _columns() -> int:
    return max(min(shutil.get_terminal_size().columns, _MOST_COLUMNS), _LEAST_COLUMNS) - 1


def _usage(ctx: Any) -> str:
    """Return the line that says what may follow a command."""
    words = [ctx.command_path, _("[OPTIONS]")]
    for param in ctx.command.get_params(ctx):
        if param.param_type_name == "argument":
            name = _name(param)
            words.append(name if param.required else f"[{name}]")
    if isinstance(ctx.command, TyperGroup):
        words.append(_("COMMAND …"))
    prefix = _("Usage: ")
    indent = " " * cell_len(prefix)
    lines = fold(" ".join(words), _columns() - len(indent))
    return prefix + f"\n{indent}".join(lines)


def _name(param: Any) -> str:
    """Return an argument's name in the help."""
    name = param.metavar or param.name.upper()
    return f"{name} …" if param.nargs != 1 else str(name)


def _library_help(text: str) -> str:
    """Return a help text of typer's own options in the user's language."""
    return {
        "Show this message and exit.": _("Show this message and exit."),
        "Install completion for the current shell.": _("Install completion for the current shell."),
        "Show completion for the current shell, to copy it or customize the installation.": _(
            "Show completion for the current shell, to copy it or customize the installation."
        ),
    }.get(text, text)


def _option_row(param: Any) -> tuple[str, str]:
    left = ", ".join(sorted(param.opts, key=len))
    if param.secondary_opts:
        left += " / " + ", ".join(param.secondary_opts)
    if not param.is_flag and not param.name.endswith("_completion"):
        left += f" {param.metavar or param.name.upper()}"
    right = _library_help(param.help or "")
    default = param.default
    if param.required:
        right += "  " + _("[required]")
    elif isinstance(default, str) and default and param.show_default:
        right += "  " + _("[default: {value}]").format(value=default)
    return left, right


def _section(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return a heading with two columns under it; nothing where there are no rows."""
    rows = list(rows)
    if not rows:
        return ""
    left_width = min(max(cell_len(left) for left, _right in rows), _MOST_LEFT)
    indent = "\n" + " " * (left_width + 4)
    lines = []
    for left, right in rows:
        told = indent.join(fold(right, _columns() - left_width - 4))
        between = indent if cell_len(left) > left_width else "  "
        lines.append(f"  {padded(left, left_width)}{between}{told}".rstrip())
    return "\n\n" + title + "\n" + "\n".join(lines)


def _help(ctx: Any) -> str:
    command = ctx.command
    params = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    arguments = [(_name(param), param.help or "") for param in params if param.param_type_name == "argument"]
    options = [_option_row(param) for param in params if param.param_type_name == "option"]
    commands = []
    if isinstance(command, TyperGroup):
        inner = [(name, command.get_command(ctx, name)) for name in command.list_commands(ctx)]
        commands = [(name, one.help or "") for name, one in inner if one is not None and not one.hidden]
    about = "\n\n" + "\n".join(fold(command.help, _columns())) if command.help else ""
    return (
        _usage(ctx)
        + about
        + _section(_("Arguments:"), arguments)
        + _section(_("Options:"), options)
        + _section(_("Commands:"), commands)
        + "\n"
    )


class _Command(TyperCommand):
    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_usage(ctx) + "\n")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_help(ctx))


class _Group(TyperGroup):
    def format_usage(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_usage(ctx) + "\n")

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_help(ctx))

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:  # speechdraft alone, speechdraft facts
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(Status.USAGE)
        return super().parse_args(ctx, args)

    def main(self, *args: Any, **settings: Any) -> Any:
        """Run a command line and exit, as every typer app does; what typer would complain of is said here."""
        settings["standalone_mode"] = False
        try:
            status = super().main(*args, **settings)
        except typer.Abort:
            typer.echo("\n" + _("stopped"), err=True)
            status = Status.AT_FAULT
        except Exception as error:
            if not hasattr(error, "format_message"):
                raise
            typer.echo(_complaint(error), err=True)
            status = getattr(error, "exit_code", Status.USAGE)
        sys.exit(status if isinstance(status, int) else Status.DONE)


# Usage errors.


def _sayings() -> list[tuple[str, str]]:
    """Return how typer begins what it says of a wrong command line, and how we say it."""
    return [
        (r"No such option:? (?P<name>\S+?)\.?(?: |$)", _("there is no option {name}")),
        (r"No such command '(?P<name>[^']*)'", _("there is no command “{name}”")),
        (r"Missing command", _("a command is missing")),
        (r"Missing argument '(?P<name>.+)'", _("{name} is missing")),
        (r"Missing option (?P<name>'.+')", _("the option {name} is missing")),
        (r"Option '(?P<name>[^']+)' requires an argument", _("{name} needs a value")),
        (r"Option '(?P<name>[^']+)' does not take a value", _("{name} takes no value")),
        (r"Got unexpected extra arguments?(?:\(s\))? \((?P<name>.*)\)", _("unexpected: {name}")),
        (r"Invalid value for (?P<name>'.+?'): (?P<why>.*)", _("{name}: {why}")),
    ]


def _complaint(error: Any) -> str:
    """Return what is wrong with the command line, with its usage and where to read more."""
    said = error.format_message()
    ctx = getattr(error, "ctx", None)
    hint = ""
    for pattern, saying in _sayings():
        found = re.match(pattern, said, re.DOTALL)
        if found is not None:
            values = {key: value.replace("'", "") for key, value in found.groupdict().items()}
            said = saying.format(**values)
            # The letter of a short option is like every other letter.
            if pattern.startswith("No such") and len(values["name"]) > 2:
                hint = did_you_mean(values["name"], _known(ctx))
            break
    lines = []
    if ctx is not None:
        lines = [_usage(ctx), _("Help: {command} -h").format(command=ctx.command_path), ""]
    lines += fold(_("Error: ") + said, _columns())
    lines += [f"  {line}" for line in fold(hint, _columns() - 2) if line]
    return "\n".join(lines)


def _known(ctx: Any) -> list[str]:
    """Return the options and commands that may stand where a wrong one stood."""
    if ctx is None:
        return []
    options = [name for param in ctx.command.get_params(ctx) for name in (*param.opts, *param.secondary_opts)]
    commands = ctx.command.list_commands(ctx) if isinstance(ctx.command, TyperGroup) else []
    return [name for name in options if name.startswith("-")] + list(commands)


class CommandLine(typer.Typer):
    """A typer app whose help and usage errors are in the user's language."""

    def command(self, name: str | None = None, **settings: Any) -> Callable[[Any], Any]:
        """Return the decorator that makes a function a command."""
        return super().command(name, cls=_Command, **settings)


def command_line(about: str, **settings: Any) -> CommandLine:
    """Return an app or a group of commands without any yet; ``about`` is its help text."""
    return CommandLine(cls=_Group, help=about, rich_markup_mode=None, pretty_exceptions_enable=False, **settings)
