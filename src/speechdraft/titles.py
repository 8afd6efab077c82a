"""Where a title breaks that is longer than a line: by meaning first, then in a trapezoid or a diamond.

GB/T 9704-2012, 7.3.1: 回行时，要做到词意完整，排列对称，长短适宜，间距恰当，标题排列应当使用梯形或菱形。
"""

# ruff: noqa: SIM905  a list of words is read more easily as one text

from __future__ import annotations

import logging
import math
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from itertools import accumulate, pairwise
from typing import Any, Final, assert_never
from unicodedata import combining, east_asian_width

from speechdraft.draft import FactText, Gap, Inline, Strong, Text, leaves, plain

__all__ = ["broken", "width"]


def width(text: str) -> float:
    """Return the width of a line of text in full-width characters; a Latin letter or a digit is half of one."""
    return sum(_cell(character) for character in text)


def broken(title: tuple[Inline, ...], limit: int) -> tuple[Inline, ...]:
    """Return the title with line feeds where it breaks into lines of at most ``limit`` full-width characters.

    A title that fits in a line, or that has line feeds of its own, is returned as it is; so is one that cannot be
    broken without splitting a word, or that is longer than any title: the word processor then breaks it.
    """
    text = plain(title)
    if "\n" in text or width(text) <= limit:
        return title
    return tuple(_with_line_feeds(title, frozenset(_breaks(text, _short(title), limit))))


def _cell(character: str) -> float:
    if combining(character):
        return 0
    return 1 if east_asian_width(character) in "WFA" else 0.5


# A fact of up to this width (a place, a person, a number) is one word; a longer one is a phrase that may break.
_WORD_WIDTH: Final = 8

_QUOTED = re.compile("《[^《》]*》|“[^“”]*”|‘[^‘’]*’|（[^（）]*）")
_NUMERAL = "[\\d〇零一二三四五六七八九十百千万亿两.．—－~～至-]{1,16}+"
_UNIT = "(?:周年|年度|年代|季度|世纪|万元|亿元|[届次年月日号个名项条期位级批季天周轮章节点时元%％])"
_NUMBER = re.compile(
    f"(?:党的)?第?(?:{_NUMERAL}{_UNIT})+(?:{_NUMERAL}中)?(?:全会|全体会议)?|第{_NUMERAL}|[\\dA-Za-z.]{{1,16}}+"
)

_CLOSING = frozenset("，。、；：！？）》”’】〉」』…—·%％")
_PAUSE = frozenset("，、；：。！？ 　")
_OPENING = frozenset("（《“‘【〈「『")

# Words that lean on the one before: no line begins with them.
_ENCLITIC = frozenset(
    "的 了 着 过 等 们 之 地 得 者 化 性 上 中 下 里 内 外 前 后 时 间 会 班 式 部 委 局 办 厅 省 市 州 县 区 镇 "
    "乡 村 会上 班上 期间 以来 以后 以前 之际 精神 书记 提纲".split()
)
# Words that lean on the one after: no line ends with them.
_PROCLITIC = frozenset(
    "在 于 和 与 及 暨 以及 并 对 对于 关于 向 为 为了 以 把 将 从 由 让 使 用 按 按照 根据 围绕 通过 全 各 本 该 "
    "第 不 是 要 新 大 中共 先进 优秀 重点 重要 主要 专项 专题 高质量 坚强".split()
)
# Words that join two meetings or clauses: the best place for a break is before them.
_JOINT = frozenset("暨 并 以及".split())
# Words that begin a phrase, and go with what comes after.
_PHRASE = frozenset(
    "学习 学习贯彻 贯彻 贯彻落实 落实 传达 推进 推动 加强 加快 深化 深入 全面 庆祝 纪念 动员 动员部署 部署 表彰 "
    "坚持 着力 服务 服务保障 保障 开展 实施 助力 奋力 努力 持续 为 以 向 把 切实 扎实 不断 锻造 建设 打造".split()
)
# Nouns that end a phrase, and go with what comes before.
_HEAD = frozenset("会议 大会 工作 建设 情况 部长 主任 干部 队伍 体系 机制 讲话 发言 报告 发展 活动 同志".split())

# Words of this field that the segmenter's dictionary lacks, and those that it has without being words.
_TERMS = (
    "组织部长 党支部书记 党组织书记 基层党组织 抓党建促乡村振兴 优秀共产党员 党务工作者 推进会 现场会 动员会 "
    "座谈会 评议会 述职评议 调度会 观摩会 结业式 开班式 开班典礼 启动仪式 专题研讨班 培训班 民主生活会 三会一课 "
    "两新组织 老干部 年轻干部 选调生 第一书记 主题教育 领导小组 公务员 高质量发展"
).split()
_NO_TERMS = "总结暨 庆典暨 暨首届 暨世界".split()

_Spans = tuple[tuple[int, int], ...]


def _short(title: tuple[Inline, ...]) -> _Spans:
    """Return where gaps and short facts stand in the title."""
    spans: list[tuple[int, int]] = []
    start = 0
    for leaf in leaves(title):
        end = start + len(leaf.text)
        if isinstance(leaf, Gap) or (isinstance(leaf, FactText) and width(leaf.text) <= _WORD_WIDTH):
            spans.append((start, end))
        start = end
    return tuple(spans)


def _breaks(text: str, short: _Spans, limit: int) -> tuple[int, ...]:
    """Return where the lines after the first begin, or nothing."""
    ends = _words(text)
    whole = (*short, *(found.span() for found in _NUMBER.finditer(text)))
    quoted = tuple(found.span() for found in _QUOTED.finditer(text))
    for spans in ((*whole, *quoted), whole):  # a title in 《》 may be longer than a line
        costs = _costs(text, ends, spans)
        found = _best(text, costs, limit)
        if found:
            return found
    return ()


def _words(text: str) -> list[int]:
    """Return where the words end."""
    ends: list[int] = []
    end = 0
    for word in _segmenter().cut(text, HMM=False):
        end += len(word)
        ends.append(end)
    return ends


def _costs(text: str, ends: list[int], whole: _Spans) -> dict[int, float]:
    """Return what a break costs at each place where one may stand."""
    costs: dict[int, float] = {}
    for start, at, end in zip((0, *ends), ends, ends[1:], strict=False):
        if not any(first < at < last for first, last in whole):
            cost = _cost(text[start:at], text[at:end])
            if cost is not None:
                costs[at] = cost
    return costs


def _cost(before: str, after: str) -> float | None:
    """Return what a break between two words costs the sense, or None where there must not be one."""
    if after[0] in _CLOSING or before[-1] in _OPENING or after in _ENCLITIC or before in _PROCLITIC:
        return None
    if after in _JOINT:
        return 0
    if before[-1] in _PAUSE or after[0] == "（":
        return 1
    if after in _PHRASE and before not in _PHRASE:
        return 1
    cost = 3.0
    cost += 3 * (before == "的")
    cost += 3 * (after in _HEAD)
    cost += 5 * (before in _PHRASE)
    cost += 4 * (len(before) == 1 and before != "的") + 4 * (len(after) == 1)
    return cost


_MOST_LINES: Final = 4
"""What has more lines is no title, and is left to the word processor."""


def _best(text: str, costs: dict[int, float], limit: int) -> tuple[int, ...]:
    """Return the places of the best lines that are no wider than the limit, or nothing where there are none."""
    places = (0, *costs, len(text))
    reach = list(accumulate((width(text[start:end]) for start, end in pairwise(places)), initial=0.0))
    fewest = math.ceil(reach[-1] / limit)
    best: tuple[float, tuple[int, ...]] = (math.inf, ())
    for count in range(fewest, _MOST_LINES + 1):
        for ends in _divisions(reach, count, limit):
            widths = [reach[end] - reach[start] for start, end in pairwise((0, *ends))]
            breaks = tuple(places[end] for end in ends[:-1])
            best = min(best, (sum(costs[at] for at in breaks) + _shape(widths) + 3 * (count - fewest), breaks))
    return best[1]


def _divisions(reach: list[float], count: int, limit: float, start: int = 0) -> Iterator[tuple[int, ...]]:
    """Return each way to make ``count`` lines that fit, as the indices at which they end."""
    if count == 1:
        if reach[-1] - reach[start] <= limit:
            yield (len(reach) - 1,)
        return
    for end in range(start + 1, len(reach) - 1):
        if reach[end] - reach[start] > limit:
            break
        if reach[-1] - reach[end] <= (count - 1) * limit:
            for rest in _divisions(reach, count - 1, limit, end):
                yield (end, *rest)


def _shape(widths: list[float]) -> float:
    """Return what the outline of the lines costs: nothing for a trapezoid or diamond of lines not too unlike."""
    longest, shortest = max(widths), min(widths)
    cost = 8 * (1 - shortest / longest) ** 2
    if longest - shortest < 1:
        cost += 2  # a block
    for place in range(1, len(widths) - 1):
        if widths[place] < min(max(widths[:place]), max(widths[place + 1 :])):
            cost += 6  # an hourglass
    return cost


def _with_line_feeds(inlines: Iterable[Inline], places: frozenset[int], start: int = 0) -> Iterator[Inline]:
    """Return the inlines with a line feed at each place, in their own text or, before a gap, between them."""
    for inline in inlines:
        end = start + len(plain((inline,)))
        if isinstance(inline, Strong):
            inner = _with_line_feeds(inline.inlines, places, start)
            yield Strong(inlines=tuple(part for part in inner if not isinstance(part, Strong)))
        else:
            if start in places and start:
                yield Text(text="\n")
            match inline:
                case Text() | FactText():
                    yield replace(inline, text=_broken_text(inline.text, places, start))
                case Gap():
                    yield inline
                case _:
                    assert_never(inline)
        start = end


def _broken_text(text: str, places: frozenset[int], start: int) -> str:
    inside = sorted(place - start for place in places if start < place < start + len(text))
    return "\n".join(text[first:last] for first, last in pairwise((0, *inside, len(text))))


@cache
def _segmenter() -> Any:
    """Return a segmenter with the words of this field.

    Only a long title pays for jieba and its dictionary (half a second). The dictionary is built anew: loading the
    copy that jieba would keep takes as long, and that copy lies where every user of the machine may write.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 was written for a Python that did not mind
        jieba = import_module("jieba")
    jieba.setLogLevel(logging.CRITICAL)
    segmenter = jieba.Tokenizer()
    segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
    segmenter.initialized = True
    for term in _TERMS:
        segmenter.add_word(term)
    for term in _NO_TERMS:
        segmenter.del_word(term)
    return segmenter
