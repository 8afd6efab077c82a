"""The command line: reads, calls, writes files, prints, exits."""

from __future__ import annotations

import os
import sys

from speechdraft.cli.statuses import Status
from speechdraft.i18n import _, language, use_language

__all__ = ["main"]


def main() -> None:
    """Run the command line and exit with a :class:`Status`."""
    for stream in (sys.stdout, sys.stderr):
        # A Windows console or a pipe may have a code page without Chinese; a wrong letter is better than a stop.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    use_language(language())
    try:
        from speechdraft.cli.app import app  # noqa: PLC0415  (the help texts are read in the user's language)

        app(prog_name="speechdraft")
    except Exception as error:  # the last edge: a user never meets a traceback
        if os.environ.get("SPEECHDRAFT_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        sys.stderr.write(_("speechdraft stumbled over a fault of its own: {what}").format(what=what) + "\n")
        sys.stderr.write(
            _("  nothing was written; SPEECHDRAFT_DEBUG=1 shows where, for a report to the developers") + "\n"
        )
        sys.exit(Status.STUMBLED)
