"""The clean copy of a draft: the text alone, without controls, marks, comments and the store of facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docx.opc.constants import RELATIONSHIP_TYPE as RT
from lxml import etree

from speechdraft.i18n import _, ngettext
from speechdraft.problems import Place, Problem, ProblemError, Severity
from speechdraft.word.commenting import EDITED, REMARKS, lines_in
from speechdraft.word.controls import TAG
from speechdraft.word.glossaries import forget_placeholders
from speechdraft.word.marks import MARK, Register, comment_digest
from speechdraft.word.package import pack
from speechdraft.word.parts import related, remove_parts, serialized
from speechdraft.word.properties import AUTHOR, CUSTOM
from speechdraft.word.regions import remove, w
from speechdraft.word.returned import Returned, text_in
from speechdraft.word.seal import resealed
from speechdraft.word.transplanting import unwrap
from speechdraft.word.trees import read_xml

__all__ = ["cleaned", "comments_left_out", "obstacles"]

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
_GAP: Final = re.compile("【待补：[^】]*】")
_EXTENDED: Final = re.compile(r"word/commentsExtended\d*\.xml")
_MOST_TOLD: Final = 5
_BEGINNING: Final = 24
"""Characters of a comment that are told."""


def cleaned(returned: Returned, file: str) -> bytes:
    """Return the document with its text alone, sealed: it can be written again from the draft at any time.

    ``file`` is its name in messages. Raises ProblemError with its :func:`obstacles`.
    """
    problems = obstacles(returned, file)
    if problems:
        raise ProblemError(problems)
    parts = dict(returned.parts)
    roots = _stories(returned)
    for name, root in roots.items():
        if _clean(root) or name == returned.document_part:
            parts[name] = serialized(root)
    properties = related(parts, returned.store_part, RT.CUSTOM_XML_PROPS) or re.sub(
        r"item(\d+)\.xml$", r"itemProps\1.xml", returned.store_part
    )
    gone = {*filter(_COMMENT_PART.fullmatch, parts), returned.store_part, properties}
    remove_parts(parts, {name for name in gone if name in parts})
    forget_placeholders(parts, returned.document_part)
    data = pack(parts)
    return resealed(data) if CUSTOM in parts else data


def obstacles(returned: Returned, file: str) -> list[Problem]:
    """Return all that keeps a document from being made a clean copy of.

    ``tracked-changes``, for whether they stand is not ours to say; ``not-final`` for each gap in the text, and for each
    paragraph beside which a comment of an update says something else.
    """
    problems: dict[Problem, None] = {}
    for root in _stories(returned).values():
        problems |= dict.fromkeys(_open_in(root, file))
    problems |= dict.fromkeys(_unsettled(returned, file))
    return list(problems)


def _stories(returned: Returned) -> dict[str, etree._Element]:
    """Return the trees of the parts that people read as text, by the parts' names."""
    names = [name for name in returned.parts if _STORY.fullmatch(name) and name != returned.document_part]
    return {returned.document_part: returned.document} | {name: read_xml(returned.parts[name], name) for name in names}


def _open_in(root: etree._Element, file: str) -> Iterator[Problem]:
    if next(root.iter(*_TRACKED), None) is not None:
        yield Problem(
            code="tracked-changes",
            message=_("changes are tracked in this document"),
            place=Place(file=file),
            hint=_("accept or reject them in Word first"),
        )
    for paragraph in root.iter(w("p")):
        for gap in _GAP.findall(text_in(paragraph)):
            yield Problem(
                code="not-final",
                message=_("“{gap}” stands in the text").format(gap=gap),
                place=Place(file=file),
                hint=_("fill it, or take it out"),
            )


def _unsettled(returned: Returned, file: str) -> Iterator[Problem]:
    name = related(returned.parts, returned.document_part, RT.COMMENTS)
    if not name:
        return
    told = {
        comment.get(w("id")): next(iter(lines_in(comment)), "")
        for comment in read_xml(returned.parts[name], name)
        if comment.get(w("author")) == AUTHOR
    }
    for reference in returned.document.iter(w("commentReference")):
        paragraph = next(reference.iterancestors(w("p")), None)
        remark = told.get(reference.get(w("id")), "")
        if paragraph is None or remark not in REMARKS:
            continue
        message = (
            _("“{beginning}…” was edited, and the speech says something else there now")
            if remark == EDITED
            else _("“{beginning}…” was edited, and the speech has it no more")
        )
        yield Problem(
            code="not-final",
            message=message.format(beginning=text_in(paragraph)[:14]),
            place=Place(file=file),
            hint=_("draft --update says so in a comment beside it; settle it, then delete the comment"),
        )


def comments_left_out(returned: Returned, file: str) -> list[Problem]:
    """Return a warning with the comments of others that a clean copy is without: whose, and how each begins.

    What is marked as resolved is none; one of ours that a hand has changed is.
    """
    name = related(returned.parts, returned.document_part, RT.COMMENTS)
    if not name:
        return []
    ours = set(Register.read(returned.order).comments) if returned.store_part else None
    resolved = _resolved(returned)
    told: list[str] = []
    for comment in read_xml(returned.parts[name], name).iter(w("comment")):
        author, lines = comment.get(w("author"), ""), lines_in(comment)
        is_ours = author == AUTHOR and (ours is None or comment_digest(lines) in ours)
        if not is_ours and resolved.isdisjoint(_paragraph_ids(comment)):
            words = " ".join(" ".join(lines).split())
            beginning = words if len(words) <= _BEGINNING else f"{words[: _BEGINNING - 1]}…"
            told.append(_("{name}: {why}").format(name=author, why=beginning))
    if not told:
        return []
    counted = ngettext(
        "{count} comment of others is not in the clean copy",
        "{count} comments of others are not in the clean copy",
        len(told),
    )
    hint = told[:_MOST_TOLD]
    if len(told) > _MOST_TOLD:
        hint.append(_("and {count} more").format(count=len(told) - _MOST_TOLD))
    hint.append(_("see in the draft whether they are settled; then resolve or delete them"))
    return [
        Problem(
            code="comments-left-out",
            message=counted.format(count=len(told)),
            place=Place(file=file),
            hint="\n".join(hint),
            severity=Severity.WARNING,
        )
    ]


def _resolved(returned: Returned) -> set[str]:
    """Return the identifiers of the paragraphs whose comments somebody has resolved (MS-DOCX, 2.5.4.3)."""
    found: set[str] = set()
    for name in filter(_EXTENDED.fullmatch, returned.parts):
        for entry in read_xml(returned.parts[name], name).iter("{*}commentEx"):
            told = {etree.QName(key).localname: value for key, value in entry.attrib.items()}
            if told.get("done") in {"1", "true", "on"}:
                found.add(str(told.get("paraId", "")))
    return found


def _paragraph_ids(comment: etree._Element) -> set[str]:
    """Return the identifiers of a comment's paragraphs (w14:paraId); the last of them names the comment."""
    return {
        str(value)
        for paragraph in comment.iter(w("p"))
        for key, value in paragraph.attrib.items()
        if etree.QName(key).localname == "paraId"
    }


def _clean(root: etree._Element) -> bool:
    """Take out of a part what is no text of the speech; return whether there was something."""
    found = False
    for control in list(root.iter(w("sdt"))):
        tag = control.find(f"{w('sdtPr')}/{w('tag')}")
        if tag is not None and tag.get(w("val"), "").startswith(TAG):
            unwrap(control)
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
