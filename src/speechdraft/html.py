"""A draft as one HTML file that looks like the typed page and prints as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from itertools import count
from typing import assert_never

from speechdraft import __version__
from speechdraft.conventions import Line, date_line, title_on_one_line, typed_lines
from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Section, Strong, Text, plain
from speechdraft.titles import broken

__all__ = ["to_html"]

_DEEPEST = 6
"""HTML has six levels of headings; the title takes the first."""

_TITLE_WIDTH = 20
"""How many characters of 22 pt fit on a line of 156 mm."""

_LABEL_LENGTH = 12
"""How many characters of its first paragraph stand for a section without a heading."""


def to_html(draft: Draft) -> str:
    r"""Return the draft as one HTML page: no scripts, nothing loaded from elsewhere, ``\n`` line ends.

    Its own words are Chinese in every locale, as the speech is, so that one draft always gives the same page.
    """
    page = _Page(draft)
    return f"""<!DOCTYPE html>
<html lang="{escape(draft.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="speechdraft {escape(__version__)}">
<meta name="pack" content="{escape(draft.pack.name)} {escape(draft.pack.version)}">
<meta name="digest" content="{escape(draft.digest)}">
<meta name="date" content="{escape(draft.created)}">
<title>{escape(title_on_one_line(draft))}</title>
<style>
{_style()}</style>
</head>
<body>
{_table_of_sections(draft)}<div>
{_list_of_gaps(draft.gaps())}<main class="sheet">
{page.front()}{page.body()}</main>
</div>
</body>
</html>
"""


@cache
def _style() -> str:
    return files("speechdraft").joinpath("html.css").read_text(encoding="utf-8")


class _Page:
    """Writes the speech itself. Each block and the first mention of each gap get an id for links."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._gap_ids = {gap.fact: _gap_id(number) for number, gap in enumerate(draft.gaps(), start=1)}
        self._blocks = count(1)

    def front(self) -> str:
        """Return title, speaker, date and salutation, as far as they are there."""
        draft = self._draft
        parts = (
            ("byline", draft.speaker),
            ("byline", date_line(draft)),
            ("salutation", draft.salutation),
        )
        return self._title() + "".join(
            f'<p class="{kind}">{self._inlines(inlines)}</p>\n' for kind, inlines in parts if plain(inlines)
        )

    def body(self) -> str:
        """Return the sections' blocks."""
        return "".join(f"{self._line(line)}\n" for line in typed_lines(self._draft.blocks()))

    def _title(self) -> str:
        """Return the title; breaks that nobody asked for can be left out where the page is narrower than paper."""
        title = self._draft.title
        if not plain(title):
            return ""
        words = self._inlines(broken(title, _TITLE_WIDTH))
        if "\n" not in plain(title):
            words = words.replace("<br>", '<br class="turn">')
        return f"<h1>{words}</h1>\n"

    def _line(self, line: Line) -> str:
        heading, paragraph = line.heading, line.paragraph
        if heading is not None and not heading.run_in:
            tag = f"h{min(heading.level + 1, _DEEPEST)}"
            return f"<{tag}{self._block_id()}>{self._words(heading)}</{tag}>"
        lead = "" if heading is None else self._run_in(heading)
        if paragraph is None:
            return f"<p>{lead}</p>"
        return f"<p{self._block_id()}>{lead}{self._inlines(paragraph.inlines)}</p>"

    def _run_in(self, heading: Heading) -> str:
        roles = f'class="level-{heading.level}" role="heading" aria-level="{heading.level + 1}"'
        return f"<span{self._block_id()} {roles}>{self._words(heading)}{heading.stop}</span>"

    def _words(self, heading: Heading) -> str:
        return escape(heading.number) + self._inlines(heading.inlines)

    def _block_id(self) -> str:
        return f' id="{_block_id(next(self._blocks))}"'

    def _inlines(self, inlines: Iterable[Inline]) -> str:
        return "".join(self._inline(inline) for inline in inlines)

    def _inline(self, inline: Inline) -> str:
        match inline:
            case Text():
                return _text(inline.text)
            case FactText():
                about = f'data-fact="{escape(inline.fact)}" title="{escape(inline.label)}"'
                return f'<span class="fact" {about}>{_text(inline.text)}</span>'
            case Gap():
                place = self._gap_ids.pop(inline.fact, "")
                target = f' id="{place}"' if place else ""
                about = f'data-fact="{escape(inline.fact)}" title="{escape(_explain(inline))}"'
                return f'<mark class="gap" {about}{target}>{_text(inline.text)}</mark>'
            case Strong():
                return f"<strong>{self._inlines(inline.inlines)}</strong>"
            case _:
                assert_never(inline)


def _text(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _block_id(number: int) -> str:
    return f"block-{number}"


def _gap_id(number: int) -> str:
    return f"gap-{number}"


def _explain(gap: Gap) -> str:
    """Return what helps to fill the gap, a line for each thing."""
    lines = (
        ("待补", gap.label),
        ("单位", gap.unit),
        ("例", gap.example),
        ("问", gap.ask),
        ("由此算出", _parts(gap)),
    )
    return "\n".join(f"{name}：{value}" for name, value in lines if value)


def _parts(gap: Gap) -> str:
    """Return the facts that a computed fact waits for; nothing when it is itself to be given."""
    return "" if gap.needs in ((), (gap.fact,)) else "、".join(gap.needs)


def _list_of_gaps(gaps: tuple[Gap, ...]) -> str:
    """Return the gaps as a table, each linked to its first mention; nothing when there are none."""
    if not gaps:
        return ""
    rows = "".join(_gap_row(number, gap) for number, gap in enumerate(gaps, start=1))
    return f"""<details class="missing" open>
<summary>待补 {len(gaps)} 项</summary>
<div class="rows"><table>
<thead><tr><th>情况</th><th>单位</th><th>例</th><th>问</th></tr></thead>
<tbody>
{rows}</tbody>
</table></div>
</details>
"""


def _gap_row(number: int, gap: Gap) -> str:
    parts = _parts(gap)
    name = escape(gap.label) + (f"（由{escape(parts)}算出）" if parts else "")
    cells = "".join(f"<td>{_text(value)}</td>" for value in (gap.unit, gap.example, gap.ask))
    return f'<tr><th scope="row"><a href="#{_gap_id(number)}">{name}</a></th>{cells}</tr>\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A section in the table of sections. ``block`` is the number of its first block in the speech, from 1."""

    label: str
    kind: str
    block: int
    section: Section


def _table_of_sections(draft: Draft) -> str:
    """Return the sections with their lengths, each linked to its first block; nothing when there are none."""
    rows = list(_rows(draft))
    if not rows:
        return ""
    budgets = draft.minutes is not None or any(row.section.minutes is not None for row in rows)
    body = "".join(_section_row(row, draft.pace, budgets=budgets) for row in rows)
    budget = "<th>预算</th>" if budgets else ""
    total = _lengths(draft.characters(), draft.pace, draft.minutes, budgets=budgets)
    return f"""<nav class="aside" aria-label="各部分"><table>
<thead><tr><th>部分</th><th>字数</th><th>分钟</th>{budget}</tr></thead>
<tbody>
{body}</tbody>
<tfoot><tr><th scope="row">合计</th>{total}</tr></tfoot>
</table>
<p class="note">按每分钟 {draft.pace} 字计。</p></nav>
"""


def _rows(draft: Draft) -> Iterator[_Row]:
    """Return the top-level sections and, among the next level's, those with a heading."""
    block = 1
    for section in draft.sections:
        first = next(section.blocks(), None)
        if first is None:
            continue
        if section.heading is None:
            yield _Row(label=_beginning(plain(first.inlines)), kind="unheaded", block=block, section=section)
        else:
            yield _Row(label=_caption(section.heading), kind="", block=block, section=section)
        inner = block + (section.heading is not None) + len(section.paragraphs)
        for child in section.sections:
            if child.heading is not None:
                yield _Row(label=_caption(child.heading), kind="inner", block=inner, section=child)
            inner += len(tuple(child.blocks()))
        block = inner


def _beginning(text: str) -> str:
    return text if len(text) <= _LABEL_LENGTH else f"{text[:_LABEL_LENGTH]}……"


def _caption(heading: Heading) -> str:
    return heading.number + plain(heading.inlines)


def _section_row(row: _Row, pace: int, *, budgets: bool) -> str:
    link = f'<a href="#{_block_id(row.block)}">{escape(row.label)}</a>'
    kind = f' class="{row.kind}"' if row.kind else ""
    lengths = _lengths(row.section.characters(), pace, row.section.minutes, budgets=budgets)
    return f'<tr{kind}><th scope="row">{link}</th>{lengths}</tr>\n'


def _lengths(characters: int, pace: int, minutes: float | None, *, budgets: bool) -> str:
    """Return the cells for characters, minutes at the speaker's pace and, if any section has one, the budget."""
    cells = [f"{characters}", f"{characters / pace:.1f}"]
    if budgets:
        cells.append("" if minutes is None else f"{minutes:g}")
    return "".join(f'<td class="count">{cell}</td>' for cell in cells)
