"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from speechdraft.i18n import _

__all__ = ["JSON", "NEW_FOLDER", "SPEECH", "STRICT_ON_CONFLICTS", "STRICT_ON_WARNINGS", "UNLOCKED", "output_file"]

SPEECH = Annotated[
    Path,
    typer.Argument(metavar=_("SPEECH"), show_default=False, help=_("A speech's folder, or a facts file.")),
]
NEW_FOLDER = Annotated[Path, typer.Argument(metavar=_("FOLDER"), show_default=False, help=_("The folder to make."))]
JSON = Annotated[bool, typer.Option("--json", help=_("Print JSON, for another program."))]
STRICT_ON_WARNINGS = Annotated[bool, typer.Option("--strict", help=_("Exit with 3 when there are warnings."))]
STRICT_ON_CONFLICTS = Annotated[
    bool, typer.Option("--strict", help=_("Exit with 3 when there are conflicts or warnings."))
]
UNLOCKED = Annotated[
    bool, typer.Option("--unlocked", help=_("Take the packs as they are now, whatever the speech's lock says."))
]


def output_file(told: str) -> Any:
    """Return the option ``-o`` of a command that writes a file; ``told`` is its help."""
    return typer.Option("--output", "-o", metavar=_("FILE"), show_default=False, help=told)
