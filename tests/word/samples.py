"""Drafts for the tests of the Word output: small ones from a few words, and a whole invented speech."""

from __future__ import annotations

from speechdraft.draft import (
    Block,
    Draft,
    FactText,
    Gap,
    Heading,
    Inline,
    Origin,
    PackRef,
    Paragraph,
    Section,
    Strong,
    Text,
)

ORIGIN = Origin(section="1", template="tests/text")


def inlines(*parts: str | Inline) -> tuple[Inline, ...]:
    """Return inlines, plain strings as Text."""
    return tuple(Text(text=part) if isinstance(part, str) else part for part in parts)


def paragraph(*parts: str | Inline) -> Paragraph:
    """Return a paragraph."""
    return Paragraph(inlines=inlines(*parts), origin=ORIGIN)


def heading(level: int, number: str, *parts: str | Inline, run_in: bool = False) -> Heading:
    """Return a heading."""
    return Heading(level=level, number=number, inlines=inlines(*parts), run_in=run_in, origin=ORIGIN)


def gap(label: str, fact: str = "", **more: str) -> Gap:
    """Return a gap; its fact has the label's name unless another is given."""
    name = fact or label
    return Gap(fact=name, label=label, needs=(name,), **more)


def strong(*parts: str | Text | FactText | Gap) -> Strong:
    """Return strong type."""
    return Strong(inlines=tuple(Text(text=part) if isinstance(part, str) else part for part in parts))


def fact(name: str, text: str) -> FactText:
    """Return a fact's value."""
    return FactText(fact=name, text=text, label=name)


def draft(
    *blocks: Block,
    title: str | tuple[Inline, ...] = "在全市组织部长会议上的讲话",
    speaker: str | tuple[Inline, ...] = "市委常委、组织部部长陈立",
    date: str | tuple[Inline, ...] = "2026年2月10日",
    salutation: str | tuple[Inline, ...] = "同志们：",
    created: str = "2026-02-10",
) -> Draft:
    """Return a draft of the blocks, each a section of its own."""

    def front(value: str | tuple[Inline, ...]) -> tuple[Inline, ...]:
        return (inlines(value) if value else ()) if isinstance(value, str) else value

    sections = tuple(
        Section(origin=ORIGIN, heading=block, paragraphs=())
        if isinstance(block, Heading)
        else Section(origin=ORIGIN, heading=None, paragraphs=(block,))
        for block in blocks
    )
    return Draft(
        outline="annual-conference",
        title=front(title),
        speaker=front(speaker),
        date=front(date),
        salutation=front(salutation),
        sections=sections,
        pack=PackRef(name="speechdraft", version="1.0.0"),
        digest="ab" * 32,
        created=created,
        pace=180,
    )


def bare(*blocks: Block) -> Draft:
    """Return a draft of the blocks alone, without front matter."""
    return draft(*blocks, title="", speaker="", date="", salutation="")


_OPENING = (
    "今天的会议开到各县区，主要任务是把去年的账算清楚、把今年的活排明白。刚才，三个单位作了发言，讲了做法，也讲了难处，"
    "都不绕弯子。下面，我讲三点意见。"
)
_LEAD = "过去一年，事情多、任务重、节点紧，各级组织部门一件一件往前赶，该啃的硬骨头啃下来了，该补的短板也补上了一批。"
_MEASURES = (
    "要把人头摸清，逐村逐社区登记造册，谁在外、谁在岗、谁能干，三天之内建账，半个月之内核实，一个不漏。",
    "要把责任压实，县区委书记亲自过问，组织部长一线调度，乡镇党委书记包片到村，完不成的在全市会议上说明原因。",
    "要把短板补齐，缺场所的年内建好，缺带头人的公开选派，缺经费的列入预算，按月销号，按季回访。",
    "要把资源盘活，闲置校舍、旧厂房、老粮站，能改的改、能并的并，让党员群众走得进、坐得下、用得上。",
    "要把渠道打通，部门的信息互通，上下的口径一致，群众反映的问题当天转办、一周答复、一月见底。",
    "要把承诺兑现，年初公开说过的事，年底逐条对账，办成的公布结果，没办成的讲明缘由，不许含糊其辞。",
)


def _measures(*numbers: int) -> str:
    return "".join(_MEASURES[number] for number in numbers)


def speech() -> Draft:
    """Return a whole invented speech: every kind of heading, long paragraphs, facts, gaps and strong type."""
    trained = gap("培训村干部人数", unit="名", example="1260", ask="组织一科")
    rate = Gap(
        fact="硕士占比",
        label="硕士占比",
        unit="%",
        example="36.5%",
        ask="人才科",
        needs=("引进硕士人数", "引进人才总数"),
    )
    return draft(
        paragraph(_OPENING),
        heading(1, "一、", "算清去年的账，把成绩和差距都摆在桌面上"),
        paragraph(_LEAD, _measures(0, 1, 2, 3)),
        heading(2, "（一）", "选人用人更准了"),
        paragraph(
            "全年提拔使用干部",
            fact("提拔使用干部人数", "128名"),
            "，其中“85后”",
            fact("年轻干部人数", "41名"),
            "；调整不胜任现职干部",
            gap("调整干部人数", unit="名", ask="干部一科"),
            "。",
            _measures(4, 5, 0, 1),
        ),
        heading(2, "（二）", "基层底子更厚了", run_in=True),
        paragraph(
            "培训村干部",
            trained,
            "，整顿软弱涣散村党组织",
            fact("整顿村数", "36个"),
            "。",
            _measures(2, 3),
            "再说一遍，培训的",
            trained,
            "要全部结业。",
        ),
        heading(2, "（三）", "着眼引得进、留得住、用得好，把各类人才放到产业链最缺人的环节上去", run_in=True),
        paragraph("引进人才中硕士以上占", rate, "，", strong("这个比例还不高"), "。", _measures(4, 5)),
        heading(
            1,
            "二、",
            "实施“三项工程”，在",
            fact("地区", "清河市"),
            "的重点项目、重点村镇、重点园区打开新局面，不留死角、不搞变通",
        ),
        paragraph(_measures(1, 2, 3)),
        heading(2, "（一）", "实施“强基工程”", run_in=True),
        paragraph(_measures(0, 2, 4)),
        heading(3, "1.", "先把阵地建起来"),
        paragraph(_measures(1, 3, 5)),
        heading(3, "2.", "再把队伍带起来", run_in=True),
        paragraph(_measures(2, 4)),
        heading(4, "（1）", "选", run_in=True),
        paragraph(_measures(0)),
        heading(4, "（2）", "育，就是", gap("培养计划名称", ask="干部一科"), run_in=True),
        paragraph(_measures(1)),
        heading(5, "①", "到了这一层还有标题"),
        paragraph(_measures(3)),
        heading(2, "（二）", "没有下文的标题", run_in=True),
        heading(1, "三、", "守住规矩，交一份经得起查的答卷"),
        heading(2, "第一，", "一级做给一级看", run_in=True),
        paragraph(strong("从市委组织部做起。", gap("承诺事项")), _measures(5, 0, 1, 2, 3, 4)),
        heading(2, "第二，", "《组织工作条例》学在前、用在前……", run_in=True),
        paragraph("——不是贴在墙上，而是落在账上。", _measures(5, 4, 3)),
        paragraph("同志们，账算清了，活排明白了，剩下的就是干。让我们回去就动手，年底再见真章！"),
        title=inlines("在", fact("地区", "清河市"), "组织部长会议暨基层党建工作推进会上的讲话"),
    )


def long_speech() -> Draft:
    """Return a speech of about 11,500 characters in 100 paragraphs with 120 facts."""
    blocks: list[Block] = []
    for number in range(1, 101):
        if number % 20 == 1:
            blocks.append(heading(1, "一、", "算清去年的账，排明白今年的活"))
        elif number % 5 == 1:
            blocks.append(heading(2, "（一）", "把底数摸清", run_in=True))
        facts = (
            (fact(f"数{number}", "128名"), "，", gap(f"缺{number}", unit="名", ask="组织一科")) if number % 5 else ()
        )
        blocks.append(paragraph(_measures(number % 6, (number + 2) % 6), *facts, fact("地区", "清河市"), "。"))
    return draft(*blocks)
