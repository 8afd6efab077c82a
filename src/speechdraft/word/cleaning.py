"""The clean copy of a draft: the text alone, without controls, marks, comments and the store of facts."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.word.controls import GLOSSARY, TAG
from speechdraft.word.marks import Mark
from speechdraft.word.markup import W
from speechdraft.word.package import pack
from speechdraft.word.parts import remove_part, serialized
from speechdraft.word.returned import Returned

__all__ = ["cleaned"]


def _w(name: str) -> str:
    return f"{{{W}}}{name}"


_TRACKED: Final = tuple(map(_w, ("ins", "del", "moveFrom", "moveTo", "pPrChange", "rPrChange")))
_ANCHORS: Final = tuple(map(_w, ("commentRangeStart", "commentRangeEnd")))
_COMMENT_PART = re.compile(r"word/comments\w*\.xml|word/people\.xml")


def cleaned(returned: Returned, file: str) -> bytes:
    """Return the document with its text alone.

    Raises ProblemError (``tracked-changes``) while changes are tracked in it: whether they stand is not ours to say.
    """
    body = returned.document.find(_w("body"))
    if body is None:
        return pack(returned.parts)
    if next(body.iter(*_TRACKED), None) is not None:
        raise ProblemError(
            [
                Problem(
                    code="tracked-changes",
                    message=_("changes are tracked in this document"),
                    place=Place(file=file),
                    hint=_("accept or reject them in Word first"),
                )
            ]
        )
    for control in list(body.iter(_w("sdt"))):
        tag = control.find(f"{_w('sdtPr')}/{_w('tag')}")
        if tag is not None and tag.get(_w("val"), "").startswith(TAG):
            _unwrap(control)
    for anchor in list(body.iter(*_ANCHORS)):
        _remove(anchor)
    for reference in list(body.iter(_w("commentReference"))):
        run = reference.getparent()
        if run is not None:
            _remove(run)
    _remove_marks(body)
    parts = dict(returned.parts)
    parts[returned.document_part] = serialized(returned.document)
    properties = re.sub(r"item(\d+)\.xml$", r"itemProps\1.xml", returned.store_part)
    for name in [*filter(_COMMENT_PART.fullmatch, parts), returned.store_part, properties, GLOSSARY]:
        if name in parts:
            remove_part(parts, name)
    return pack(parts)


def _unwrap(control: etree._Element) -> None:
    content = control.find(_w("sdtContent"))
    for child in list(content) if content is not None else []:
        control.addprevious(child)
    _remove(control)


def _remove_marks(body: etree._Element) -> None:
    ours: set[str | None] = set()
    for start in list(body.iter(_w("bookmarkStart"))):
        if Mark.read(start.get(_w("name"), "")) is not None:
            ours.add(start.get(_w("id")))
            _remove(start)
    for end in list(body.iter(_w("bookmarkEnd"))):
        if end.get(_w("id")) in ours:
            _remove(end)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
