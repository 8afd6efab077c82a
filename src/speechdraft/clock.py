"""What day it is: the moment that SOURCE_DATE_EPOCH says, so that the same input gives the same output, else now."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime

__all__ = ["said_moment", "today"]


def said_moment() -> datetime | None:
    """Return the moment in UTC that SOURCE_DATE_EPOCH says (seconds since 1970), or None where it says none."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not (epoch.isascii() and epoch.isdecimal()):
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (OverflowError, ValueError, OSError):  # so far off that no calendar goes there
        return None


def today() -> date:
    """Return the day that SOURCE_DATE_EPOCH says, else today where the user is."""
    said = said_moment()
    return datetime.now(UTC).astimezone().date() if said is None else said.date()
