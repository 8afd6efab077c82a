"""The conventions of the typed speech that its written forms share: what stands on one line, how the date is set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from speechdraft.draft import Block, Draft, Heading, Inline, Paragraph, Text, plain

__all__ = ["Line", "date_line", "title_on_one_line", "typed_lines"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What begins on one line of the page: a heading, a paragraph, or a run-in heading and its paragraph."""

    heading: Heading | None = None
    paragraph: Paragraph | None = None


def typed_lines(blocks: Iterable[Block]) -> Iterator[Line]:
    """Return the blocks as the lines they are typed on, each run-in heading joined to the paragraph that follows.

    A run-in heading that no paragraph follows stands alone.
    """
    lead: Heading | None = None
    for block in blocks:
        match block:
            case Heading():
                if lead is not None:
                    yield Line(heading=lead)
                lead = block if block.run_in else None
                if lead is None:
                    yield Line(heading=block)
            case Paragraph():
                yield Line(heading=lead, paragraph=block)
                lead = None
            case _:
                assert_never(block)
    if lead is not None:
        yield Line(heading=lead)


def date_line(draft: Draft) -> tuple[Inline, ...]:
    """Return the date in the parentheses that it stands in under the speaker; nothing when there is no date."""
    date = plain(draft.date)
    if not date or date.startswith("（"):
        return draft.date
    return (Text(text="（"), *draft.date, Text(text="）"))


def title_on_one_line(draft: Draft) -> str:
    """Return the title as plain text without its line breaks, for a file's name or a window's caption."""
    return plain(draft.title).replace("\n", "")
