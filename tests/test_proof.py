"""Proofreading finds holes and leaves good sentences alone."""

from __future__ import annotations

import pytest

from speechdraft.draft import Draft, FactText, Gap, Heading, Inline, Origin, PackRef, Paragraph, Section, Text
from speechdraft.problems import Place, Severity
from speechdraft.proof import proofread

GOOD = """\
选派128名干部到村任职。
这个目的的确要紧，有的的确难，参与、普及、饱和、缓和都不是洞。
自觉服从从严治党要求，把把关的事做实，不爱听的话也要听一听。
这次会议，是经市委同意召开的。刚才，市委书记陈立同志讲了话。
同志们，去年培训干部460名，占36.5%，投入1200万元，同比提高3个百分点。
一要提高站位。二要扛牢责任：一是抓学；二是抓干。三要从严。
著名专家、知名企业家、报名参加、澄清正名、事项办结、整个过程。
一个一个过，一项一项清，一名名党员归位，聊着聊着就聊出了办法，该换岗换岗。
习近平新时代中国特色社会主义思想是我们的行动指南。（共3页。）
他说：“要把基层搞好。”
要贯彻《条例》《规定》，落实“四个意识”“四个自信”……
派460名名师下乡，第一年见效，第二年成形；
"""

BAD = [
    ("感谢大家的的支持。", "doubled-word", "a word stands twice: 感谢大家的的支持。"),
    ("全市全市都要动起来。", "doubled-word", "a word stands twice: 全市全市都要动起来。"),
    ("新选派名，到村任职。", "bare-unit", "a unit stands without its figure: 新选派名，到村任职。"),
    ("选派名干部到村任职。", "bare-unit", "a unit stands without its figure: 选派名干部到村任职。"),
    ("整顿个软弱涣散党组织。", "bare-unit", "a unit stands without its figure: 整顿个软弱涣散党组织。"),
    ("投入万元办了这件事。", "bare-unit", "a unit stands without its figure: 投入万元办了这件事。"),
    ("占%的支部达了标。", "bare-unit", "a unit stands without its figure: 占%的支部达了标。"),
    ("会议召开于年月日。", "bare-unit", "a unit stands without its figure: 会议召开于年月日。"),
    (
        "建成，。",
        "doubled-punctuation",
        "two marks stand side by side; a word between them is missing: 建成，。",
    ),
    (
        "总体要求是：。",
        "doubled-punctuation",
        "two marks stand side by side; a word between them is missing: 总体要求是：。",
    ),
    ("学习《》精神。", "empty-quotation", "nothing stands between the marks: 学习《》精神。"),
    ("刚才，同志传达了精神。", "lost-word", "a word is missing here: 刚才，同志传达了精神。"),
    ("我们要强化和，往前推。", "lost-word", "a word is missing here: 我们要强化和，往前推。"),
    ("感谢，的支持。", "lost-word", "a word is missing here: 感谢，的支持。"),
    ("完成第，件任务。", "lost-word", "a word is missing here: 完成第，件任务。"),
    ("今年，我们将", "no-full-stop", "the paragraph does not end: 今年，我们将"),
    ("深入实施“强基工程，往前推。", "unpaired-mark", "this mark is not closed: 深入实施“强基工程，往前推…"),
    (
        "深入实施强基工程”，往前推。",
        "unpaired-mark",
        "a closing mark without its opening one: 深入实施强基工程”，往前推。",
    ),
    ("全市XX个村建成了。", "placeholder", "a placeholder stands where a fact belongs: 全市XX个村建成了。"),
    ("全市×个村建成了。", "placeholder", "a placeholder stands where a fact belongs: 全市×个村建成了。"),
    (
        "一要抓学。二要抓干。三是抓严。",
        "enumerator-drift",
        "this enumerator does not follow from the one before it: …抓学。二要抓干。三是抓严。",
    ),
    ("讲好,干好。", "ascii-punctuation", "an ASCII mark stands among Chinese ones: 讲好,干好。"),
    ("办好{{ x }}培训。", "stray-tag", "a piece of a template is left in the text: 办好{{ x }}培训。"),
    ("办好None培训。", "stray-tag", "a piece of a template is left in the text: 办好None培训。"),
    ("**做好**。", "stray-mark", "a mark of strong type is left in the text: **做好**。"),
    (
        "、往前推。",
        "dangling-punctuation",
        "a mark stands where nothing goes before it or nothing follows it: 、往前推。",
    ),
]


@pytest.mark.parametrize("sentence", GOOD.splitlines())
def test_good_sentences_are_left_alone(sentence):
    assert proofread(draft((Text(text=sentence),), (Text(text="散会。"),))) == ()


@pytest.mark.parametrize(("sentence", "code", "message"), BAD, ids=[f"{code}-{text}" for text, code, _ in BAD])
def test_holes_are_found(sentence, code, message):
    found = {
        (problem.code, problem.message, problem.place)
        for problem in proofread(draft((Text(text=sentence),), (Text(text="散会。"),)))
    }
    assert (code, message, Place(section="1")) in found


def draft(*paragraphs: tuple[Inline, ...], heading: str = "开好局") -> Draft:
    origin = Origin(section="1", template="closing/call", outline_place="1")
    section = Section(
        origin=origin,
        heading=Heading(level=1, number="一、", inlines=(Text(text=heading),), run_in=False, origin=origin),
        paragraphs=tuple(Paragraph(inlines=inlines, origin=origin) for inlines in paragraphs),
    )
    return Draft(
        outline="x",
        title=(Text(text="在会议上的讲话"),),
        speaker=(Gap(fact="讲话人", label="讲话人"),),
        date=(),
        salutation=(Text(text="同志们："),),
        sections=(section,),
        pack=PackRef(name="x", version="1.0.0"),
        digest="",
        created="",
        pace=180,
    )


def test_a_gap_is_no_hole():
    gap = Gap(fact="人数", label="人数", unit="名")
    assert proofread(draft((Text(text="选派"), gap, Text(text="，到村任职，占"), gap, Text(text="。")), (gap,))) == ()


def test_a_unit_written_twice_is_found_with_section_and_template():
    fact = FactText(fact="人数", text="128名", label="人数")
    (problem,) = proofread(draft((Text(text="选派"), fact, Text(text="名到村任职。"))))
    assert problem.code == "doubled-unit"
    assert problem.message == "a unit stands twice: 选派128名名到村任职。"
    assert problem.place.section == "1"
    assert problem.hint == "template closing/call"


def test_a_word_whose_first_letter_is_the_unit_is_no_doubled_unit():
    fact = FactText(fact="人数", text="460名", label="人数")
    assert proofread(draft((Text(text="派"), fact, Text(text="名师下乡。")))) == ()


def test_a_sentence_of_the_templates_that_stands_twice_is_a_warning():
    words = Text(text="把每一个支部都建成群众信得过的战斗堡垒。")
    (problem,) = proofread(draft((words,), (words,)))
    assert problem.severity is Severity.WARNING
    assert problem.message == "this sentence stands in section 1 already: 把每一个支部都建成群众信得过的战斗堡垒。"


def test_headings_have_words_and_no_stop():
    assert [problem.code for problem in proofread(draft(heading=" "))] == ["empty-heading"]
    assert [problem.code for problem in proofread(draft(heading="开好局，"))] == ["dangling-punctuation"]


def test_a_section_does_not_end_in_a_semicolon():
    assert [problem.code for problem in proofread(draft((Text(text="一是抓学；"),)))] == ["no-full-stop"]
