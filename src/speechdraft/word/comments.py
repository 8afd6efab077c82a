"""What the comments say, in the language of the document: Chinese, whoever runs the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from speechdraft.draft import FactText, Gap
from speechdraft.slots import name_of
from speechdraft.word.markup import CHINESE, DECLARATION, W, escape
from speechdraft.word.properties import AUTHOR

__all__ = ["comments", "lines_of"]

_INITIALS: Final = "稿"
_REFERENCE = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'


def lines_of(inline: FactText | Gap) -> tuple[str, ...]:
    """Return what is to be said of a fact, a line each: how to fill a gap, what keeps a value from being final."""
    if isinstance(inline, Gap):
        return tuple(_of_gap(inline))
    return (f"待核：{name_of(inline.fact)}", *inline.remarks) if inline.remarks else ()


def _of_gap(gap: Gap) -> Iterator[str]:
    """Return what helps to fill the gap: what is missing, its unit and example, whom to ask."""
    yield f"待补：{gap.label}" + (f"（单位：{gap.unit}）" if gap.unit else "")
    if gap.about not in {"", gap.label}:
        yield f"说明：{gap.about}"
    needs = [need for need in gap.needs if need != gap.fact]
    if needs:
        yield f"由其他情况算出，请补：{'、'.join(needs)}"
    if gap.example:
        yield f"示例：{gap.example}"
    if gap.ask:
        yield f"提供：{gap.ask}"


def comments(said: Iterable[tuple[str, ...]], made: str) -> bytes:
    """Return comments.xml: a comment for each group of lines, numbered from 0, bearing the moment ``made`` if any."""
    date = f' w:date="{made}"' if made else ""
    return (
        f'{DECLARATION}<w:comments xmlns:w="{W}">'
        + "".join(
            f'<w:comment w:id="{number}" w:author="{AUTHOR}"{date} w:initials="{_INITIALS}">'
            f"{_paragraphs(lines)}</w:comment>"
            for number, lines in enumerate(said)
        )
        + "</w:comments>"
    ).encode()


def _paragraphs(lines: tuple[str, ...]) -> str:
    first, *rest = lines
    return _paragraph(_REFERENCE, first) + "".join(_paragraph("", line) for line in rest)


def _paragraph(before: str, text: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>{before}'
        f'<w:r><w:rPr>{CHINESE}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
