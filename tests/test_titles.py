"""Titles: where they break."""

# ruff: noqa: SIM905  a list of words is read more easily as one text

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from speechdraft.draft import Inline, Text, plain
from speechdraft.titles import broken, width
from tests.word.samples import fact, gap, inlines, strong

LINE = 20


def lines(*parts: str | Inline, limit: int = LINE) -> list[str]:
    """Return the lines of a title."""
    return plain(broken(inlines(*parts), limit)).split("\n")


@pytest.mark.parametrize(
    "title",
    [
        "在全市组织部长会议|暨基层党建工作推进会上的讲话",
        "在全市组织系统|学习贯彻党的二十届四中全会精神|专题培训班上的讲话",
        "在庆祝中国共产党成立一百零五周年|暨“七一”表彰大会上的讲话",
        "在市委组织部2026年度基层党组织书记|抓党建工作述职评议会上的讲话",
        "在全市学习贯彻《中国共产党组织工作条例》|专题研讨班开班式上的讲话",
        "在清河市委六届十次全会|第二次全体会议上的讲话",
        "在中共清河市委组织部机关党委|换届选举党员大会上的讲话",
        "以高质量组织工作|服务保障现代化滨河工业强市建设",
        "在清河市2026年选调生公务员|初任培训班结业式上的讲话",
        "在云陂县青石镇党员冬训|动员大会上的讲话提纲",
        "关于深入贯彻落实党的二十届四中全会精神|推动全市组织工作高质量发展的报告",
        "在2026年全市党员干部教育培训和人才工作|领导小组第三次会议上的讲话",
        "在市委理论学习中心组“十五五”规划|专题学习会上的发言",
        "坚持大抓基层的鲜明导向|着力锻造坚强有力的基层党组织",
        "在全市老干部工作会议|暨离退休干部党建工作推进会上的讲话",
        "在全市年轻干部“墩苗历练”专项行动|启动仪式上的讲话",
        "在全市深入学习贯彻习近平总书记|关于党的建设的重要思想座谈会上的讲话",
        "在全市优秀共产党员优秀党务工作者|和先进基层党组织表彰大会上的讲话",
        "在全市党的建设工作领导小组会议|暨基层党建重点任务推进会议上的讲话",
        "以自我革命精神纵深推进全面从严治党|为现代化滨河工业强市建设提供坚强组织保证",
        "在清河市委人才工作领导小组|2026年第一次全体（扩大）会议上的讲话",
        "在青石镇第十三次党代会|第五次会议闭幕式上的讲话",
        "锚定“走在前、作表率”目标|奋力推动组织工作再上新台阶",
        "在全市村（社区）党组织书记“擂台比武”|暨乡村振兴现场观摩会上的总结讲话",
        "在2026年市直机关“两优一先”表彰|暨“七一”主题党日活动上的讲话",
        "在市委党校2026年春季学期开学典礼|暨第12期中青年干部培训班开班式上的讲话",
        "在全市组织工作会议上的讲话提纲|（征求意见稿，请各位领导审阅）",
        "加强党员教育管理提升党员队伍质量|为全面推进乡村振兴提供坚强组织保证",
        "在全市组织系统2026年上半年工作总结|暨下半年重点任务推进视频会议上的讲话",
    ],
)
def test_a_long_title_breaks_by_meaning(title: str) -> None:
    assert lines(title.replace("|", "")) == title.split("|")


@pytest.mark.parametrize("title", ["在全市组织部长会议上的讲话", "一二三四五六七八九十一二三四五六七八九十", ""])
def test_a_title_that_fits_in_a_line_stays_one(title: str) -> None:
    assert lines(title) == [title]


def test_a_line_feed_overrules_the_breaking() -> None:
    title = inlines("在全市组织部长会议暨基层党建工作\n推进会上的讲话以及更多更多更多更多更多更多更多更多")
    assert broken(title, LINE) == title


def test_a_short_fact_is_one_word() -> None:
    title = ("在", fact("地区", "云陂青石"), "县2026年度组织部长会议暨人才工作推进会上的讲话")
    for limit in range(8, 24):
        assert "云陂青石" in "".join(f"|{line}|" for line in lines(*title, limit=limit))


def test_a_long_fact_may_break() -> None:
    name = fact("会议名称", "全市组织部长会议暨基层党建工作推进会")
    assert broken(inlines("在", name, "上的讲话"), LINE) == inlines(
        "在", fact("会议名称", "全市组织部长会议\n暨基层党建工作推进会"), "上的讲话"
    )


def test_a_gap_is_never_split() -> None:
    title = inlines("在", gap("地区"), gap("年度主题全称"), "部署暨全市组织部长会议上的讲话")
    for limit in range(6, 24):
        assert all(line.count("【") == line.count("】") for line in plain(broken(title, limit)).split("\n"))


def test_strong_type_goes_on_over_a_break() -> None:
    text = "在全市组织部长会议暨基层党建工作推进会上的讲话"
    assert broken((strong(text),), LINE) == (strong("在全市组织部长会议\n暨基层党建工作推进会上的讲话"),)


def test_a_book_title_longer_than_a_line_may_break_within() -> None:
    title = "关于学习宣传贯彻《清河市党支部标准化规范化建设三年行动实施方案》的通知"
    found = lines(title, limit=14)
    assert "".join(found) == title
    assert len(found) > 1
    assert max(width(line) for line in found) <= 14


def test_what_is_no_title_any_more_is_left_alone() -> None:
    text = "在全市组织部长会议上的讲话" * 20
    assert lines(text) == [text]


@pytest.mark.parametrize("text", ["A" * 50, "１" * 50, "（" * 50, "的" * 50, "1" * 20000, "“" * 20000])
def test_what_cannot_be_broken_is_left_alone(text: str) -> None:
    assert "".join(lines(text)) == text


WORDS = st.sampled_from(
    (
        "在 全市 2026年 组织部长 会议 暨 的 上 “强基工程” 《组织工作条例》 第三次 学习 贯彻 ， 、 （扩大） 党的 "
        "二十届四中全会 精神 讲话 和 清河市 A 36.5% 着力"
    ).split(" ")
)


@settings(deadline=None)  # the first long title loads the segmenter
@given(st.lists(WORDS, min_size=6, max_size=24), st.integers(8, 24))
def test_breaking_adds_line_feeds_and_nothing_else(words: list[str], limit: int) -> None:
    text = "".join(words)
    found = lines(text, limit=limit)
    assert "".join(found) == text
    for line in found[1:]:
        assert line[0] not in "的，、。；：》”）%"
    for line in found[:-1]:
        assert line[-1] not in "《“（"
    if len(found) > 1:
        assert max(width(line) for line in found) <= limit


@settings(deadline=None)  # the first long title loads the segmenter
@given(st.text(), st.text(max_size=12), st.integers(1, 24))
def test_any_text_can_be_a_title(text: str, value: str, limit: int) -> None:
    title = (strong(text, gap("地区")), fact("会议", value), Text(text=text))
    found = plain(broken(title, limit))
    assert found.replace("\n", "") == plain(title).replace("\n", "")


def test_the_segmenter_is_loaded_for_a_long_title_alone_and_says_nothing() -> None:
    program = (
        "import sys\n"
        "from speechdraft.draft import Text\n"
        "from speechdraft.titles import broken\n"
        "broken((Text(text='在全市组织部长会议上的讲话'),), 20)\n"
        "assert 'jieba' not in sys.modules\n"
        "broken((Text(text='在全市组织部长会议暨基层党建工作推进会上的讲话'),), 20)\n"
        "assert 'jieba' in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-W", "default", "-c", program], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
