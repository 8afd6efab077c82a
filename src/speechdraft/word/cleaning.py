"""The clean copy of a draft: the text alone, without controls, marks, comments and the store of facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError
from speechdraft.word.controls import GLOSSARY, PLACEHOLDER, TAG
from speechdraft.word.marks import MARK
from speechdraft.word.package import pack
from speechdraft.word.parts import folder_of_part, related, remove_part, serialized
from speechdraft.word.properties import CUSTOM
from speechdraft.word.regions import remove, w
from speechdraft.word.returned import Returned, read_xml
from speechdraft.word.seal import resealed

__all__ = ["cleaned"]

_TRACKED: Final = tuple(
    map(
        w,
        (
            "ins",
            "del",
            "moveFrom",
            "moveTo",
            "rPrChange",
            "pPrChange",
            "sectPrChange",
            "tblPrChange",
            "tblGridChange",
            "trPrChange",
            "tcPrChange",
            "tblPrExChange",
            "numberingChange",
            "cellIns",
            "cellDel",
            "cellMerge",
        ),
    )
)
"""Changes that are tracked (ECMA-376-1, 17.13.5)."""
_ANCHORS: Final = tuple(map(w, ("commentRangeStart", "commentRangeEnd")))
_COMMENT_PART = re.compile(r"word/comments\w*\.xml|word/people\.xml")
_STORY: Final = re.compile(r"word/(footnotes|endnotes|header\d*|footer\d*)\.xml")
_GAP: Final = "【待补："


def cleaned(returned: Returned, file: str) -> bytes:
    """Return the document with its text alone, sealed: it can be written again from the draft at any time.

    Raises ProblemError with all that keeps it from being clean: ``tracked-changes``, for whether they stand is not ours
    to say, and ``not-final`` for each gap that is in the text.
    """
    parts = dict(returned.parts)
    roots = {returned.document_part: returned.document}
    roots |= {name: read_xml(parts[name], name) for name in parts if _STORY.fullmatch(name)}
    problems = [problem for root in roots.values() for problem in _open_questions(root, file)]
    if problems:
        raise ProblemError(dict.fromkeys(problems))
    for name, root in roots.items():
        if _clean(root) or name == returned.document_part:
            parts[name] = serialized(root)
    properties = related(parts, returned.store_part, RT.CUSTOM_XML_PROPS) or re.sub(
        r"item(\d+)\.xml$", r"itemProps\1.xml", returned.store_part
    )
    for name in [*filter(_COMMENT_PART.fullmatch, parts), returned.store_part, properties]:
        if name in parts:
            remove_part(parts, name)
    _forget_placeholders(parts, returned.document_part)
    data = pack(parts)
    return resealed(data) if CUSTOM in parts else data


def _open_questions(root: etree._Element, file: str) -> Iterator[Problem]:
    if next(root.iter(*_TRACKED), None) is not None:
        yield Problem(
            code="tracked-changes",
            message=_("changes are tracked in this document"),
            place=Place(file=file),
            hint=_("accept or reject them in Word first"),
        )
    for paragraph in root.iter(w("p")):
        text = "".join(found.text or "" for found in paragraph.iter(w("t")))
        for gap in re.findall(f"{_GAP}[^】]*】", text):
            yield Problem(
                code="not-final",
                message=_("“{gap}” stands in the text").format(gap=gap),
                place=Place(file=file),
                hint=_("fill it, or take it out"),
            )


def _clean(root: etree._Element) -> bool:
    """Take out of a part what is no text of the speech; return whether there was something."""
    found = False
    for control in list(root.iter(w("sdt"))):
        tag = control.find(f"{w('sdtPr')}/{w('tag')}")
        if tag is not None and tag.get(w("val"), "").startswith(TAG):
            _unwrap(control)
            found = True
    for anchor in list(root.iter(*_ANCHORS)):
        remove(anchor)
        found = True
    for reference in list(root.iter(w("commentReference"))):
        run = reference.getparent()
        remove(reference)
        if run is not None and all(child.tag == w("rPr") for child in run):
            remove(run)
        found = True
    return _remove_marks(root) or found


def _unwrap(control: etree._Element) -> None:
    content = control.find(w("sdtContent"))
    for child in list(content) if content is not None else []:
        control.addprevious(child)
    remove(control)


def _remove_marks(root: etree._Element) -> bool:
    """Take our bookmarks out, and what programs made of them when they copied text."""
    starts = [start for start in root.iter(w("bookmarkStart")) if start.get(w("name"), "").startswith(MARK)]
    numbers = {start.get(w("id")) for start in starts}
    for start in starts:
        remove(start)
    numbers -= {start.get(w("id")) for start in root.iter(w("bookmarkStart"))}
    for end in list(root.iter(w("bookmarkEnd"))):
        if end.get(w("id")) in numbers:
            remove(end)
    return bool(starts)


def _forget_placeholders(parts: dict[str, bytes], document_part: str) -> None:
    """Take what our gaps showed out of the glossary; one that has nothing else goes, with all that is beside it."""
    name = related(parts, document_part, RT.GLOSSARY_DOCUMENT) or GLOSSARY
    if name not in parts:
        return
    root = read_xml(parts[name], name)
    rest = False
    for part in list(root.iter(w("docPart"))):
        own = part.find(f"{w('docPartPr')}/{w('name')}")
        if own is not None and own.get(w("val"), "").startswith(PLACEHOLDER):
            remove(part)
        elif own is not None:
            rest = True
    if rest:
        parts[name] = serialized(root)
        return
    folder = folder_of_part(name)
    for other in [other for other in parts if other.startswith(folder) and not other.endswith(".rels")]:
        remove_part(parts, other)
