"""A draft as plain text, as it would be typed: two full-width spaces before every paragraph."""

from __future__ import annotations

from speechdraft.conventions import Line, date_line, typed_lines
from speechdraft.draft import Draft, plain

__all__ = ["to_text"]

_INDENT = "　　"


def to_text(draft: Draft) -> str:
    r"""Return the draft as text with ``\n`` line ends.

    Title, speaker, date and salutation stand flush left, with a blank line before the salutation and nowhere
    else. Headings are indented like paragraphs (GB/T 9704-2012, 7.3.3).
    """
    front = [line for inlines in (draft.title, draft.speaker, date_line(draft)) for line in _lines(plain(inlines))]
    body = _lines(plain(draft.salutation))
    for line in typed_lines(draft.blocks()):
        body += [_INDENT + part for part in _lines(_text(line))]
    return "\n".join("".join(f"{line}\n" for line in part) for part in (front, body) if part)


def _text(line: Line) -> str:
    heading, paragraph = line.heading, line.paragraph
    text = "" if paragraph is None else plain(paragraph.inlines)
    if heading is None:
        return text
    return heading.number + plain(heading.inlines) + (heading.stop if heading.run_in else "") + text


def _lines(text: str) -> list[str]:
    """Return the lines that have something on them. Only a line feed ends one: str.splitlines would cut at U+2028."""
    return [line.strip() for line in text.split("\n") if line.strip()]
