"""What keeps facts in a draft from being final, said at the words: not confirmed, or of a day long past."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Paragraph, Section, Strong, Text
from speechdraft.ledger import Entry, Standing
from speechdraft.slots import name_of

__all__ = ["with_remarks"]

_AnyBlock = TypeVar("_AnyBlock", Heading, Paragraph)


def with_remarks(draft: Draft, entries: Iterable[Entry]) -> Draft:
    """Return the draft with a remark at every mention of a fact that is unconfirmed or stale.

    The remarks are in the language of the document, Chinese, whoever runs the program.
    """
    remarks = {entry.name: told for entry in entries if (told := _told(entry))}
    if not remarks:
        return draft
    return replace(
        draft,
        title=_inlines(draft.title, remarks),
        speaker=_inlines(draft.speaker, remarks),
        date=_inlines(draft.date, remarks),
        salutation=_inlines(draft.salutation, remarks),
        sections=tuple(_section(section, remarks) for section in draft.sections),
    )


def _told(entry: Entry) -> tuple[str, ...]:
    given = entry.given
    if given is None or entry.standing_of_value not in {Standing.UNCONFIRMED, Standing.STALE}:
        return ()
    lines = ["尚未确认"] if given.confirmed is False else []
    if entry.age:
        lines.append(f"已过{entry.age}个月，请核对")
    if given.as_of is not None:
        lines.append(f"截至：{given.as_of.isoformat()}")
    if given.source:
        lines.append(f"来源：{given.source}")
    if given.note:
        lines.append(f"备注：{given.note}")
    return tuple(lines)


def _section(section: Section, remarks: Mapping[str, tuple[str, ...]]) -> Section:
    return replace(
        section,
        heading=None if section.heading is None else _block(section.heading, remarks),
        paragraphs=tuple(_block(paragraph, remarks) for paragraph in section.paragraphs),
        sections=tuple(_section(child, remarks) for child in section.sections),
    )


def _block(block: _AnyBlock, remarks: Mapping[str, tuple[str, ...]]) -> _AnyBlock:
    return replace(block, inlines=_inlines(block.inlines, remarks))


def _inlines(inlines: tuple[Inline, ...], remarks: Mapping[str, tuple[str, ...]]) -> tuple[Inline, ...]:
    return tuple(
        Strong(inlines=tuple(_leaf(leaf, remarks) for leaf in inline.inlines))
        if isinstance(inline, Strong)
        else _leaf(inline, remarks)
        for inline in inlines
    )


def _leaf(leaf: Text | FactText | Gap, remarks: Mapping[str, tuple[str, ...]]) -> Text | FactText | Gap:
    if not isinstance(leaf, FactText):
        return leaf
    name = name_of(leaf.fact)
    return replace(leaf, remarks=remarks[name]) if name in remarks else leaf
