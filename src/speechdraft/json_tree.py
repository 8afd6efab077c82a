"""A draft as JSON: the whole tree, for programs that go on from it."""

from __future__ import annotations

import json
from typing import assert_never

from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Origin, Paragraph, Section, Strong, Text

__all__ = ["to_json"]

SCHEMA = 1
"""The version of the keys. It goes up when one changes its meaning or goes away, not when one is added."""


def to_json(draft: Draft) -> str:
    """Return the draft as JSON text, indented by two, every key there always and in the same order.

    Counts of characters leave white space aside; ``pace`` is in characters a minute.
    """
    tree = {
        "schema": SCHEMA,
        "outline": draft.outline,
        "language": draft.language,
        "pack": {"name": draft.pack.name, "version": draft.pack.version},
        "digest": draft.digest,
        "created": draft.created,
        "pace": draft.pace,
        "minutes": draft.minutes,
        "characters": draft.characters(),
        "title": _inlines(draft.title),
        "speaker": _inlines(draft.speaker),
        "date": _inlines(draft.date),
        "salutation": _inlines(draft.salutation),
        "sections": [_section(section) for section in draft.sections],
        "gaps": [_inline(gap) for gap in draft.gaps()],
    }
    return json.dumps(tree, ensure_ascii=False, indent=2) + "\n"


def _section(section: Section) -> dict[str, object]:
    return {
        "origin": _origin(section.origin),
        "minutes": section.minutes,
        "characters": section.characters(),
        "heading": None if section.heading is None else _heading(section.heading),
        "paragraphs": [_paragraph(paragraph) for paragraph in section.paragraphs],
        "sections": [_section(child) for child in section.sections],
    }


def _heading(heading: Heading) -> dict[str, object]:
    return {
        "origin": _origin(heading.origin),
        "level": heading.level,
        "number": heading.number,
        "run_in": heading.run_in,
        "stop": heading.stop if heading.run_in else "",
        "inlines": _inlines(heading.inlines),
    }


def _paragraph(paragraph: Paragraph) -> dict[str, object]:
    return {"origin": _origin(paragraph.origin), "inlines": _inlines(paragraph.inlines)}


def _origin(origin: Origin) -> dict[str, object]:
    return {"section": origin.section, "template": origin.template}


def _inlines(inlines: tuple[Inline, ...]) -> list[dict[str, object]]:
    return [_inline(inline) for inline in inlines]


def _inline(inline: Inline) -> dict[str, object]:
    match inline:
        case Text():
            return {"kind": "text", "text": inline.text}
        case FactText():
            return {"kind": "fact", "fact": inline.fact, "label": inline.label, "text": inline.text}
        case Gap():
            return {
                "kind": "gap",
                "fact": inline.fact,
                "label": inline.label,
                "text": inline.text,
                "unit": inline.unit,
                "example": inline.example,
                "ask": inline.ask,
                "needs": list(inline.needs),
            }
        case Strong():
            return {"kind": "strong", "inlines": _inlines(inline.inlines)}
        case _:
            assert_never(inline)
