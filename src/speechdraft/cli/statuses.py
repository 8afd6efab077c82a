"""The exit statuses, of which README.md tells."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Status"]


class Status(IntEnum):
    """What a command ends with."""

    DONE = 0
    AT_FAULT = 1
    """Something in the input is wrong, or the user said no."""
    USAGE = 2
    """The command line is wrong."""
    PROBLEMS = 3
    """Done, but with problems, under ``--strict``."""
    STUMBLED = 70
    """A fault of the program's own (EX_SOFTWARE of sysexits.h)."""
