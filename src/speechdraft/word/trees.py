"""Parts of a package as trees, read within bounds."""

from __future__ import annotations

from lxml import etree

from speechdraft import parcels
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError

__all__ = ["damaged", "read_xml"]


def read_xml(data: bytes, file: str) -> etree._Element:
    """Return a part's tree. Raises ProblemError (``damaged-file``) for what is no XML, has a DTD or is too large."""
    try:
        return parcels.tree_of(data)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ProblemError([damaged(file, str(error))]) from None


def damaged(file: str, reason: str) -> Problem:
    """Return the problem of a .docx or a part of one, ``file``, that cannot be read."""
    return Problem(
        code="damaged-file",
        message=_("this .docx cannot be read: {reason}").format(reason=reason),
        place=Place(file=file),
        hint=_("open it in Word and save it again; the facts file is as it was"),
    )
