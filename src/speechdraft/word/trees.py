"""Parts of a package as trees, read within bounds."""

from __future__ import annotations

from typing import Final

from lxml import etree

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError

__all__ = ["read_xml"]

_LARGEST_PART: Final = 16 * 1024 * 1024
"""Bytes of an XML part that is made into a tree, which takes some twenty times as much; a draft has 300 KB."""


def read_xml(data: bytes, file: str) -> etree._Element:
    """Return a part's tree. Raises ProblemError (``damaged-file``) for what is no XML, has a DTD or is too large."""
    if len(data) > _LARGEST_PART:
        most = _LARGEST_PART // 1024 // 1024
        raise ProblemError([_damaged(file, _("its text has more than {most} MB").format(most=most))])
    if b"<!DOCTYPE" in data[:4096]:
        raise ProblemError([_damaged(file, _("it declares a document type, which no Word document does"))])
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ProblemError([_damaged(file, str(error))]) from None


def _damaged(file: str, reason: str) -> Problem:
    return Problem(
        code="damaged-file",
        message=_("this .docx cannot be read: {reason}").format(reason=reason),
        place=Place(file=file),
        hint=_("open it in Word and save it again; the facts file is as it was"),
    )
