"""HTML: the whole page of a small draft, and what a parser reads of any text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

from hypothesis import given, settings

from speechdraft import __version__
from speechdraft.conventions import Line, date_line, typed_lines
from speechdraft.draft import Draft, FactText, Gap, Section, Text, leaves, plain
from speechdraft.html import to_html
from tests.drafts import PLACE, draft_of, drafts, heading, paragraph, small_draft

STYLE = files("speechdraft").joinpath("html.css").read_text(encoding="utf-8")

SMALL = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="speechdraft {__version__}">
<meta name="pack" content="speechdraft 0.1.0">
<meta name="digest" content="0123abcd">
<meta name="date" content="2026-02-10">
<title>在清河市组织部长会议上的讲话</title>
<style>
{STYLE}</style>
</head>
<body>
<nav class="aside" aria-label="各部分"><table>
<thead><tr><th>部分</th><th>字数</th><th>分钟</th><th>预算</th></tr></thead>
<tbody>
<tr class="unheaded"><th scope="row"><a href="#block-1">今天，我们召开会议，主要……</a></th>\
<td class="count">25</td><td class="count">0.1</td><td class="count"></td></tr>
<tr><th scope="row"><a href="#block-2">一、全面总结回顾</a></th>\
<td class="count">86</td><td class="count">0.5</td><td class="count">12</td></tr>
<tr class="inner"><th scope="row"><a href="#block-4">（一）建&lt;b&gt;*数*&lt;/b&gt;</a></th>\
<td class="count">28</td><td class="count">0.2</td><td class="count">2.5</td></tr>
</tbody>
<tfoot><tr><th scope="row">合计</th>\
<td class="count">115</td><td class="count">0.6</td><td class="count">60</td></tr></tfoot>
</table>
<p class="note">按每分钟 180 字计。</p></nav>
<div>
<details class="missing" open>
<summary>待补 2 项</summary>
<div class="rows"><table>
<thead><tr><th>情况</th><th>单位</th><th>例</th><th>问</th></tr></thead>
<tbody>
<tr><th scope="row"><a href="#gap-1">提拔使用干部人数</a></th><td>人</td><td>128</td><td>干部一科</td></tr>
<tr><th scope="row"><a href="#gap-2">同比增长（由今年、去年算出）</a></th><td></td><td></td><td></td></tr>
</tbody>
</table></div>
</details>
<main class="sheet">
<h1>在<span class="fact" data-fact="会议" title="会议名称">清河市<br>组织部长会议</span>上的讲话</h1>
<p class="byline">张三</p>
<p class="byline">（<span class="fact" data-fact="日期" title="会议日期">2026年2月10日</span>）</p>
<p class="salutation">同志们：</p>
<p id="block-1">今天，我们召开会议，主要任务是总结去年、部署今年。</p>
<h2 id="block-2">一、全面总结回顾</h2>
<p id="block-3"><strong>这一年，</strong>提拔\
<mark class="gap" data-fact="提拔人数" title="待补：提拔使用干部人数
单位：人
例：128
问：干部一科" id="gap-1">【待补：提拔使用干部人数】</mark>名，增长\
<mark class="gap" data-fact="增长" title="待补：同比增长
由此算出：今年、去年" id="gap-2">【待补：同比增长】</mark>；提拔\
<mark class="gap" data-fact="提拔人数" title="待补：提拔使用干部人数
单位：人
例：128
问：干部一科">【待补：提拔使用干部人数】</mark>名。</p>
<p id="block-5"><span id="block-4" class="level-2" role="heading" aria-level="3">（一）建\
<span class="fact" data-fact="平台" title="平台">&lt;b&gt;*数*&lt;/b&gt;</span>。</span>1. 用好数据。</p>
<p id="block-6"># 管好数据。</p>
</main>
</div>
</body>
</html>
"""


def test_small_draft() -> None:
    assert to_html(small_draft()) == SMALL


def test_without_gaps_and_budgets() -> None:
    section = Section(origin=PLACE, heading=heading(7, "1.", Text(text="甲")), paragraphs=(paragraph(Text(text="乙")),))
    page = to_html(draft_of(section))
    assert '<h6 id="block-1">1.甲</h6>\n<p id="block-2">乙</p>\n' in page
    assert "预算" not in page
    assert "待补" not in page


def test_empty_draft() -> None:
    assert '<body>\n<div>\n<main class="sheet">\n</main>\n</div>\n</body>' in to_html(draft_of())


def test_nothing_is_loaded_from_elsewhere() -> None:
    page = to_html(small_draft())
    assert not re.search(r"<script|<link|<img|@import|url\(|https?:", page)


def test_long_title_breaks_by_meaning() -> None:
    title = "在全市组织系统深入学习贯彻党的二十大精神暨年度组织部长会议上的讲话"
    page = to_html(draft_of(title=(Text(text=title),)))
    found = re.search("<h1>(.*)</h1>", page)
    assert found is not None
    lines = found[1].split('<br class="turn">')
    assert len(lines) == 2
    assert "".join(lines) == title
    assert f"<title>{title}</title>" in page


@settings(deadline=None)  # a long title loads a segmenter's dictionary
@given(drafts())
def test_a_parser_finds_every_word_and_every_fact(draft: Draft) -> None:
    reader = _Reader()
    reader.feed(to_html(draft))
    reader.close()
    front = [part for part in (draft.title, draft.speaker, date_line(draft), draft.salutation) if plain(part)]
    body = [_words(line) for line in typed_lines(draft.blocks())]
    assert reader.blocks == [plain(part) for part in front] + body
    runs = [*front, *(block.inlines for block in draft.blocks())]
    marked = [leaf for run in runs for leaf in leaves(run) if not isinstance(leaf, Text)]
    assert reader.facts == [("fact" if isinstance(leaf, FactText) else "gap", leaf.fact) for leaf in marked]
    assert reader.targets <= reader.ids
    assert len(reader.ids) == reader.given_ids
    assert sum(name.startswith("gap-") for name in reader.ids) == len(
        {leaf.fact for leaf in marked if isinstance(leaf, Gap)}
    )


def _words(line: Line) -> str:
    text = "" if line.paragraph is None else plain(line.paragraph.inlines)
    if line.heading is None:
        return text
    stop = line.heading.stop if line.heading.run_in else ""
    return line.heading.number + plain(line.heading.inlines) + stop + text


class _Reader(HTMLParser):
    """Reads the speech's blocks as text, its facts and gaps, and the page's ids and links."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.facts: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.given_ids = 0
        self.targets: set[str] = set()
        self._in_speech = self._in_block = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if "id" in named:
            self.ids.add(named["id"] or "")
            self.given_ids += 1
        if tag == "a":
            self.targets.add((named["href"] or "").removeprefix("#"))
        if tag == "main":
            self._in_speech = True
        if not self._in_speech:
            return
        if "data-fact" in named:
            self.facts.append((named["class"] or "", named["data-fact"] or ""))
        if tag == "br" and named.get("class") != "turn":
            self.blocks[-1] += "\n"
        elif tag == "p" or re.fullmatch("h[1-6]", tag):
            self.blocks.append("")
            self._in_block = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "p" or re.fullmatch("h[1-6]", tag):
            self._in_block = False
        if tag == "main":
            self._in_speech = False

    def handle_data(self, data: str) -> None:
        if self._in_speech and self._in_block:
            self.blocks[-1] += data
