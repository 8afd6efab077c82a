"""Facts files as people write them, for hypothesis: every style that YAML has, comments, line ends, marks."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from speechdraft.source import Plain

LAW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
"""How laws are tried: on a busy machine too."""

_LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\u2028\u2029\x85")
_AWKWARD = st.sampled_from(
    [
        "地区", "清河市", "近1.2万", "3:30", "no", "007", "2026.10", "- 一", "? 二", "a: b", "a #b", "#", "“引”", "'",
        '"', "[", "{x}", "*a", "&b", "!c", "%d", "@e", "`f", "a:", ":a", "---", "...", "~", ",", "\\", "x\ty", "，：",
        "<<", "=", "_x0041_", "=1+1", "𠀀𠮷",
    ]
)  # fmt: skip
LINES = st.one_of(_AWKWARD, st.text(_LETTERS, min_size=1, max_size=12).map(str.strip)).filter(bool)
TEXTS = st.one_of(LINES, st.lists(LINES, min_size=2, max_size=3).map("\n".join))
NAMES = st.sampled_from(["地区", "层级", "人数", "成绩", "讲话人", "note", "甲乙丙丁", "x1"])
PLAINS: st.SearchStrategy[Plain] = st.recursive(
    TEXTS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3), st.dictionaries(NAMES, inner, min_size=1, max_size=3)
    ),
    max_leaves=6,
)

PLAIN_LINES = st.text(st.sampled_from("甲乙丙丁清河市人数128.5年月a"), min_size=1, max_size=6).filter(str.strip)


@dataclass(frozen=True)
class Entry:
    """One entry as it stands in a file: ``before`` and ``behind`` are not the value's, ``value`` is."""

    name: str
    before: str
    value: str
    behind: str

    @property
    def text(self) -> str:
        return self.before + self.value + self.behind


@dataclass(frozen=True)
class Document:
    """A facts file with the entries that it is made of."""

    head: str
    entries: tuple[Entry, ...]
    tail: str

    @property
    def text(self) -> str:
        return self.head + "".join(entry.text for entry in self.entries) + self.tail


_COMMENTS = st.sampled_from(["", "# 注\n", "\n", "# 一个数；单位 名；问 干部一科\n\n", "# ── 会议 ──\n# 甲: 乙\n"])
_TRAILING = st.sampled_from(["", "  # 核", " # a: b", "   "])


@st.composite
def _entries(draw: st.DrawFn, name: str) -> Entry:
    line, other = draw(PLAIN_LINES), draw(PLAIN_LINES)
    comment = draw(_TRAILING)
    before = draw(_COMMENTS) + name + ":"
    kind = draw(st.integers(0, 15))
    inline = {
        0: "",
        1: f" {line}",
        2: f" '{line}: {other}'",
        3: f' "{line}\\n{other}"',
        4: f" [{line}, {other}]",
        5: f" {{value: {line}, source: {other}}}",
        6: " []",
    }
    if kind in inline:
        return Entry(name, before, inline[kind], comment + "\n")
    blocks = {
        7: f" |{comment}\n  {line}\n  {other}",
        8: f" >-\n    {line}\n    {other}",
        9: f"{comment}\n  - {line}\n  - {other}",
        10: f"{comment}\n- {line}  # 项\n-\n- {{a: {other}}}",
        11: f"{comment}\n  - 标题: {line}  # 字段\n    做法:\n  # 中间\n  - 标题: |\n      {line}\n    做法:\n"
        f"    - {other}",
        12: f"{comment}\n    value: {line}\n    source: {other}",
        13: f" {line}\n  {other}",
        14: f" |+{comment}\n  {line}\n  {other}\n",
        15: f"{comment}\n  - {line}\n  - |+\n    {other}\n",
    }
    return Entry(name, before, blocks[kind], "\n")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Return facts files."""
    names = draw(st.lists(NAMES, unique=True, max_size=5))
    head = draw(st.sampled_from(["", "# 文件\n", "---\n", "# 头\n---\n\n"]))
    entries = tuple(draw(_entries(name)) for name in names)
    tail = draw(st.sampled_from(["", "# 尾\n", "\n\n", "# 尾", *(["...\n"] if entries else [])]))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r"]))

    def turned(text: str) -> str:
        return text.replace("\n", ends)

    return Document(
        turned(head),
        tuple(Entry(one.name, turned(one.before), turned(one.value), turned(one.behind)) for one in entries),
        turned(tail),
    )
