"""Proofreading: what a reader of a draft would stumble over, wherever it came from.

A template that was only tried with all its facts can leave holes when one is missing: 的的, “，。”, 《》, a unit
without its figure. Each rule here is one such hole. They look at a finished draft, so they hold for every template,
the user's own words and the facts alike; a visible gap (【待补：…】) is no hole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from speechdraft.draft import Block, Draft, FactText, Gap, Heading, Inline, Origin, Paragraph, Section, leaves
from speechdraft.i18n import _
from speechdraft.numbering import MOST, chinese
from speechdraft.problems import Place, Problem, Severity

__all__ = ["proofread"]

_GAP = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for a gap while the rules look: a word, neither a mark nor a figure that is wrong."""

_HAN = "\u4e00-\u9fff"
_STOPS = "，。、；：！？"
_OPENING = "（“‘《〈【「『"
_CLOSING = "）”’》〉】」』"
_PAIRS = dict(zip(_OPENING, _CLOSING, strict=True))
_NUMERAL = "\\d０-９〇零一二三四五六七八九十百千万亿两几数多余半每各这那哪某该整单双首末前后同第上下逐本此" + _GAP
_EXCERPT = 8


@dataclass(frozen=True, slots=True)
class _Rule:
    """A pattern that no finished text has; ``message`` says what the reader stumbles over."""

    code: str
    pattern: re.Pattern[str]
    message: Callable[[], str]
    severity: Severity = Severity.ERROR


def _rule(code: str, pattern: str, message: Callable[[], str], severity: Severity = Severity.ERROR) -> _Rule:
    return _Rule(code, re.compile(pattern), message, severity)


_DOUBLED = (
    # A word of grammar that stands twice; before and behind it, the words that rightly end or begin with it.
    "(?<!目)的的(?!确)",
    "(?<![温饱缓平调柔])和和(?![美气睦平谐缓])",
    "(?<![参给])与与(?!会)",
    "(?<![普涉顾])及及(?!时)",
    "或或",
    "被被",
    "于于",
    "并并",
    "(?<![自理缘])由由",
    "(?<![方导面志朝走流转指意倾趋])向向(?![导前上])",
    "(?<![针面应相])对对(?![口策照比应标象手接话待])",
    "(?<![成作行认更以极尤])为为(?![何民期])",
    "(?<![现存潜内外实正所自健])在在",
    "(?<![但凡就还总要不只于可正都])是是(?!非)",
    "(?<![需重主纪只首必紧扼概摘提机将])要要(?![求素点害件务紧领])",
    "(?<![服自顺听跟盲遵])从从(?![严事业快重来容众此而])",
    "了了(?![解然事])",
)
_ENDING_IN_MING = "著知报签实姓更提排命有匿除笔书题署冠闻功盛威地人点罪正挂虚化改唱"
"""What words like 报名 and 正名 begin with."""
_NOUNS_OF_NAMES = "干部|党员|同志|书记|人才|教师|学员|代表|群众|民警|公务员|专家|医生|委员|劳模|大学生|选调生|职工"
_NOUNS_OF_PIECES = "党|支部|村|社区|项目|街道|乡镇|基层|软弱|单位|部门|单元|网格|班|点位|问题|岗位|方面"

_ANYWHERE: tuple[_Rule, ...] = (
    _rule(
        "stray-tag",
        r"\{\{|\}\}|\{%|%\}|\{#|#\}|(?<![A-Za-z])(?:None|Undefined|True|False|nan)(?![A-Za-z])|[\ufdd0-\ufdef]",
        lambda: _("a piece of a template is left in the text"),
    ),
    _rule("stray-mark", r"\*\*", lambda: _("a mark of strong type is left in the text")),
    _rule(
        "placeholder",
        rf"(?<![A-Za-z0-9×])[XxＸ×＊*]{{1,4}}(?![A-Za-z0-9×*])(?=[{_HAN}{_STOPS}]|$)|_{{2,}}|[□○]{{2,}}",
        lambda: _("a placeholder stands where a fact belongs"),
    ),
    _rule("empty-quotation", "（）|“”|‘’|《》|〈〉|【】|「」|『』", lambda: _("nothing stands between the marks")),
    _rule("doubled-word", "|".join(_DOUBLED), lambda: _("a word stands twice")),
    _rule(
        "doubled-word",
        # 一项一项, 讨论讨论, 说着说着 and 该换岗换岗 are speech.
        rf"(?<!该)(?![一逐]|.一)(?!讨论|研究|学习|商量|锻炼|交流|总结|反思|检验|掂量|合计|.着)([{_HAN}]{{2,12}})\1",
        lambda: _("a word stands twice"),
    ),
    _rule(
        "doubled-punctuation",
        f"[，、；：][{_STOPS}]|[。！？][，。、；：]|！！|？？",
        lambda: _("two marks stand side by side; a word between them is missing"),
    ),
    _rule(
        "dangling-punctuation",
        f"[{_OPENING}][{_STOPS}]|[，、；：][{_CLOSING}]|^[{_STOPS}{_CLOSING}]",
        lambda: _("a mark stands where nothing goes before it or nothing follows it"),
    ),
    _rule(
        "bare-unit",
        "|".join(
            (
                f"(?<![{_NUMERAL}])(?:万元|亿元|平方米|公里|个百分点|人次)",
                rf"(?<![\d０-９.{_GAP}])[%％]",
                f"(?<![{_NUMERAL}名{_ENDING_IN_MING}])名(?={_NOUNS_OF_NAMES})",
                f"(?<![{_NUMERAL}个挨])个(?={_NOUNS_OF_PIECES})",
                f"(?<![{_NUMERAL}项事款选专强奖加立诸])项(?=任务|工作|措施|制度|机制|工程|行动|举措|重点|指标)",
                f"(?<![{_NUMERAL}名{_ENDING_IN_MING}])名(?=[，。；、）])",
                f"(?<![{_NUMERAL}个挨])个(?=[，。；、）])",
                rf"年月日|(?<![{_NUMERAL}岁])(?:年月|月日)(?=[，。；、）])",
            )
        ),
        lambda: _("a unit stands without its figure"),
    ),
    _rule(
        "lost-word",
        "|".join(
            (
                f"(?<![温饱缓平调柔祥谦随共谐总人亲中求议])和(?=[{_STOPS}{_CLOSING}])",
                f"(?<![参给赠授])与(?=[{_STOPS}{_CLOSING}])",
                f"(?<![普涉顾波企推言])及(?=[{_STOPS}{_CLOSING}])",
                f"(?<!一)[把被或](?=[{_STOPS}])",
                f"(?:^|[{_STOPS}（])的(?![确士])",
                f"(?:^|[{_STOPS}“])同志(?![们之间式情，、])",
                "(?<![次门及落等科])第(?=[，。、；：点条项部章届])",
            )
        ),
        lambda: _("a word is missing here"),
    ),
    _rule(
        "ascii-punctuation",
        rf"(?<=[{_HAN}”》）{_GAP}])[,;:!?](?=[{_HAN}“《（{_GAP}]|$)|(?<=[{_HAN}”》）])\.(?=[{_HAN}]|$)"
        rf"|(?<=[{_HAN}])[()\"']|[()\"'](?=[{_HAN}])",
        lambda: _("an ASCII mark stands among Chinese ones"),
    ),
    _rule(
        "separator-between-quotations",
        "”、“|》、《",
        lambda: _("no “、” stands between quotations or titles side by side (GB/T 15834-2011, 4.5.3.5)"),
        Severity.WARNING,
    ),
    _rule(
        "stray-space",
        rf"(?<=[{_HAN}{_STOPS}]) +(?=[{_HAN}])",
        lambda: _("a space stands between Chinese characters"),
        Severity.WARNING,
    ),
)
_ENDS = re.compile(rf"(?:[。！？：；…]|[。！？…][{_CLOSING}]+|{_GAP})$")
_INLINE_ENUMERATOR = re.compile(
    "(?:^|(?<=[，。；：、！？]))([一二三四五六七八九十]{1,3})(是|要)(?!切|直|味|心|起|同|度)"
)
_NUMERALS = {chinese(number): number for number in range(1, MOST + 1)}
_SENTENCE = re.compile("[^。！？；\n]+")
_LONG_SENTENCE = 16


def proofread(draft: Draft) -> tuple[Problem, ...]:
    """Return what a reader would stumble over in a draft, in the order of the text; nothing where it reads well.

    Each problem's place is the section (``2.3``), its hint names the template. Errors: ``stray-tag``, ``stray-mark``,
    ``placeholder``, ``empty-quotation``, ``unpaired-mark``, ``doubled-word``, ``doubled-unit``,
    ``doubled-punctuation``, ``dangling-punctuation``, ``bare-unit``, ``lost-word``, ``ascii-punctuation``,
    ``no-full-stop``, ``enumerator-drift``, ``empty-heading``. Warnings: ``separator-between-quotations``,
    ``stray-space``, ``repeated-sentence``.
    """
    found: dict[Problem, None] = {}
    for inlines in (draft.title, draft.speaker, draft.date, draft.salutation):
        found.update(dict.fromkeys(_in_line(inlines, Place(), "")))
    for section in draft.sections:
        found.update(dict.fromkeys(_in_section(section)))
    found.update(dict.fromkeys(_repeated(draft)))
    return tuple(found)


def _in_section(section: Section) -> Iterator[Problem]:
    blocks: list[Block] = [*([section.heading] if section.heading is not None else []), *section.paragraphs]
    for block in blocks:
        place, hint = _origin(block.origin)
        match block:
            case Heading():
                yield from _in_heading(block, place, hint)
            case Paragraph():
                yield from _in_line(block.inlines, place, hint, ends=True)
    last = _text(section.paragraphs[-1].inlines) if section.paragraphs and not section.sections else ""
    if last.endswith("；"):
        place, hint = _origin(section.origin)
        message = _("the last paragraph ends as if another followed")
        yield _problem("no-full-stop", message, last, len(last) - 1, len(last), place, hint)
    for child in section.sections:
        yield from _in_section(child)


def _in_heading(heading: Heading, place: Place, hint: str) -> Iterator[Problem]:
    text = _text(heading.inlines)
    if not text.strip():
        yield Problem(code="empty-heading", message=_("a heading has no words"), place=place, hint=hint)
        return
    yield from _in_line(heading.inlines, place, hint)
    if text[-1] in "，、；：。":
        message = _("a heading ends in a mark")
        yield _problem("dangling-punctuation", message, text, len(text) - 1, len(text), place, hint)


def _origin(origin: Origin) -> tuple[Place, str]:
    hint = _("template {name}").format(name=origin.template) if origin.template else ""
    return Place(section=origin.section), hint


def _in_line(inlines: tuple[Inline, ...], place: Place, hint: str, *, ends: bool = False) -> Iterator[Problem]:
    text = _text(inlines)
    yield from _in_text(text, text, place, hint, ends=ends)
    yield from _doubled_units(inlines, text, place, hint)


def _text(inlines: tuple[Inline, ...]) -> str:
    return "".join(_GAP if isinstance(inline, Gap) else inline.text for inline in leaves(inlines))


def _in_text(text: str, shown: str, place: Place, hint: str, *, ends: bool) -> Iterator[Problem]:
    for rule in _ANYWHERE:
        for match in rule.pattern.finditer(text):
            yield _problem(rule.code, rule.message(), shown, *match.span(), place, hint, rule.severity)
    yield from _unpaired(text, place, hint)
    yield from _drifting(text, place, hint)
    if ends and text.strip() and not _ENDS.search(text.rstrip()):
        yield _problem("no-full-stop", _("the paragraph does not end"), shown, len(text) - 1, len(text), place, hint)


def _doubled_units(inlines: tuple[Inline, ...], text: str, place: Place, hint: str) -> Iterator[Problem]:
    """Find 128名名: a figure prints with its unit, and the template wrote the unit once more."""
    parts = list(leaves(inlines))
    at = 0
    for before, behind in pairwise(parts):
        at += 1 if isinstance(before, Gap) else len(before.text)
        if not isinstance(before, FactText) or isinstance(behind, Gap):
            continue
        unit = re.search(r"\d[多余]?([^\d\s]{1,4})$", before.text)
        if unit is not None and re.match(re.escape(unit[1]) + "(?![师医校家录额单牌企城])", behind.text):
            yield _problem("doubled-unit", _("a unit stands twice"), text, at - len(unit[1]), at + 1, place, hint)


def _unpaired(text: str, place: Place, hint: str) -> Iterator[Problem]:
    waiting: list[int] = []
    for index, character in enumerate(text):
        if character in _PAIRS:
            waiting.append(index)
        elif character in _CLOSING:
            if waiting and _PAIRS[text[waiting[-1]]] == character:
                waiting.pop()
            else:
                message = _("a closing mark without its opening one")
                yield _problem("unpaired-mark", message, text, index, index + 1, place, hint)
    for index in waiting:
        yield _problem("unpaired-mark", _("this mark is not closed"), text, index, index + 1, place, hint)


def _drifting(text: str, place: Place, hint: str) -> Iterator[Problem]:
    """Find 一要…二要…三是…: an enumerator that does not follow from the one before it of its kind."""
    reached: dict[str, int] = {}
    for match in _INLINE_ENUMERATOR.finditer(text):
        number, kind = _NUMERALS.get(match[1]), match[2]
        if number is None:
            continue
        begins = match.start() == 0  # 二是 that begins a paragraph goes on from the paragraph before
        if number not in {1, reached.get(kind, 0) + 1} and not begins:
            message = _("this enumerator does not follow from the one before it")
            yield _problem("enumerator-drift", message, text, *match.span(), place, hint)
        reached[kind] = number


def _repeated(draft: Draft) -> Iterator[Problem]:
    """Find a sentence of a template that stands in the speech a second time."""
    first: dict[str, str] = {}
    for paragraph in _paragraphs(draft.sections):
        place, hint = _origin(paragraph.origin)
        words = "".join("\n" if isinstance(leaf, FactText) else leaf.text for leaf in leaves(paragraph.inlines))
        for match in _SENTENCE.finditer(words):
            sentence = match[0].strip("，、：” “")
            if len(sentence) < _LONG_SENTENCE:
                continue
            if sentence in first:
                message = _("this sentence stands in section {section} already").format(section=first[sentence])
                yield _problem("repeated-sentence", message, words, *match.span(), place, hint, Severity.WARNING)
            else:
                first[sentence] = paragraph.origin.section


def _paragraphs(sections: Iterable[Section]) -> Iterator[Paragraph]:
    for section in sections:
        yield from section.paragraphs
        yield from _paragraphs(section.sections)


def _problem(  # noqa: PLR0913  (what a problem is made of)
    code: str,
    message: str,
    text: str,
    start: int,
    end: int,
    place: Place,
    hint: str,
    severity: Severity = Severity.ERROR,
) -> Problem:
    """Return a problem whose message shows the words around it."""
    around = text[max(0, start - _EXCERPT) : end + _EXCERPT].replace(_GAP, "【待补】").replace("\n", "")
    excerpt = ("…" if start > _EXCERPT else "") + around + ("…" if end + _EXCERPT < len(text) else "")
    return Problem(
        code=code,
        message=_("{what}: {excerpt}").format(what=message, excerpt=excerpt),
        place=place,
        hint=hint,
        severity=severity,
    )
