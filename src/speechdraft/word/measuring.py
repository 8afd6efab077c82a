"""How long a document is that people have edited: what is spoken in it, by the sections of its speech."""

from __future__ import annotations

from typing import Final

from lxml import etree

from speechdraft.draft import Draft, Lengths
from speechdraft.word.marks import Register, name_of_paragraph, names_within
from speechdraft.word.regions import regions, w
from speechdraft.word.returned import Returned, text_in

__all__ = ["lengths_of"]

_FRONT: Final = ("title", "speaker", "date")
"""What stands above the salutation, and is not spoken."""


def lengths_of(returned: Returned, draft: Draft) -> Lengths:
    """Return the characters that are spoken in a document that was brought up to a draft, white space left aside.

    A paragraph that is none of ours, or of a section that the speech has no more, counts for the section of ours
    before it; what stands above the first word that is spoken counts for nothing.
    """
    marks: dict[etree._Element, str] = {}
    for region in regions(returned.document)[0]:
        for paragraph in region.paragraphs:
            marks.setdefault(paragraph, "" if region.mark.is_left else region.mark.paragraph)
    known = {record.mark.paragraph for record in Register.read(returned.order).paragraphs}
    sections = {name: place for place, section in enumerate(draft.sections) for name in names_within(section, known)}
    front = {name_of_paragraph(key, 1) for key in _FRONT}
    lengths = [0] * len(draft.sections)
    total = 0
    place: int | None = None
    is_spoken = False
    for paragraph in returned.document.iter(w("p")):
        name = marks.get(paragraph, "")
        if name in front:
            continue
        is_spoken = is_spoken or bool(name)
        if not is_spoken or next(paragraph.iterancestors(w("txbxContent")), None) is not None:
            continue
        place = sections.get(name, place)
        length = len("".join(text_in(paragraph).split()))
        total += length
        if place is not None:
            lengths[place] += length
    return Lengths(total=total, sections=tuple(lengths))
