"""What the comment on a gap says, in the language of the document: Chinese, whoever runs the program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from speechdraft.draft import Gap
from speechdraft.word.markup import CHINESE, DECLARATION, W, escape
from speechdraft.word.properties import AUTHOR

__all__ = ["comments"]

_INITIALS: Final = "稿"
_REFERENCE = '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr><w:annotationRef/></w:r>'


def _lines(gap: Gap) -> Iterator[str]:
    """Return what helps to fill the gap, a line each: what is missing, its unit and example, whom to ask."""
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


def comments(gaps: Iterable[Gap], made: str) -> bytes:
    """Return comments.xml: a comment for each gap, numbered from 0 in order, bearing the moment ``made``."""
    return (
        f'{DECLARATION}<w:comments xmlns:w="{W}">'
        + "".join(
            f'<w:comment w:id="{number}" w:author="{AUTHOR}" w:date="{made}" w:initials="{_INITIALS}">'
            f"{_paragraphs(gap)}</w:comment>"
            for number, gap in enumerate(gaps)
        )
        + "</w:comments>"
    ).encode()


def _paragraphs(gap: Gap) -> str:
    first, *rest = _lines(gap)
    return _paragraph(_REFERENCE, first) + "".join(_paragraph("", line) for line in rest)


def _paragraph(before: str, text: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="CommentText"/></w:pPr>{before}'
        f'<w:r><w:rPr>{CHINESE}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
