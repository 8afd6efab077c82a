"""Every way in which a speech changes, with every way in which people edit a draft meanwhile: what holds always."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from speechdraft.pulling import pull, with_changes
from speechdraft.renewing import Renewed
from speechdraft.speech import Speech
from speechdraft.word.returned import open_docx, text_in
from speechdraft.word.seal import is_untouched
from speechdraft.word.updating import Fate
from tests.keeping.support import element, w
from tests.updating.support import (
    CLOSING,
    FACTS,
    FRONT,
    OPENING,
    RESULTS,
    SECTIONS,
    TEAM,
    WORK,
    Editor,
    paragraphs,
    speech_with,
    update,
    words_typed,
    written,
)
from tests.word.office import validate

EXTRA = {"heading": "再加一件事", "template": "other"}
ITEMS: list[Any] = FACTS["成绩"]
NEW_ITEM = {"标题": "聚才用才", "做法": "人才一批一批引来"}

CHANGES: dict[str, Callable[[], Speech]] = {
    "nothing": speech_with,
    "a heading in other words": lambda: speech_with([OPENING, RESULTS, WORK | {"heading": "紧抓快干"}, TEAM, CLOSING]),
    "a text in other words": lambda: speech_with([*SECTIONS[:-1], {"text": "同志们，让我们一起加油干！"}]),
    "a section at the start": lambda: speech_with([EXTRA, *SECTIONS]),
    "a section in the middle": lambda: speech_with([OPENING, RESULTS, EXTRA, WORK, TEAM, CLOSING]),
    "a section at the end": lambda: speech_with([*SECTIONS, EXTRA]),
    "a section of the same kind before": lambda: speech_with([OPENING, RESULTS, WORK | {"heading": "先抓"}, *SECTIONS[2:]]),
    "the first section gone": lambda: speech_with([OPENING, WORK, TEAM, CLOSING]),
    "the section gone": lambda: speech_with([OPENING, RESULTS, TEAM, CLOSING]),
    "the section behind gone": lambda: speech_with([OPENING, RESULTS, WORK, CLOSING]),
    "the section moved up": lambda: speech_with([OPENING, WORK, RESULTS, TEAM, CLOSING]),
    "the section moved down": lambda: speech_with([OPENING, RESULTS, TEAM, WORK, CLOSING]),
    "all moved": lambda: speech_with([CLOSING, TEAM, WORK, RESULTS, OPENING]),
    "another template": lambda: speech_with([OPENING, RESULTS, WORK | {"template": "other"}, TEAM, CLOSING]),
    "the template changed": lambda: speech_with(
        templates={"work": "要抓早，选派{{ 人数 }}到村。\n要抓实了，{{ 人数 }}一个不少。\n要抓到底。"}
    ),
    "the template shorter": lambda: speech_with(templates={"work": "要抓紧，选派{{ 人数 }}到村。"}),
    "a list grown at its end": lambda: speech_with(facts={"成绩": [*ITEMS, NEW_ITEM]}),
    "a list grown at its start": lambda: speech_with(facts={"成绩": [NEW_ITEM, *ITEMS]}),
    "a list shrunk at its end": lambda: speech_with(facts={"成绩": ITEMS[:1]}),
    "a list shrunk at its start": lambda: speech_with(facts={"成绩": ITEMS[1:]}),
    "a list turned round": lambda: speech_with(facts={"成绩": ITEMS[::-1]}),
    "a fact changed": lambda: speech_with(facts={"投资": "1000", "地区": "云州市"}),
    "a fact given": lambda: speech_with(facts={"人数": "128"}),
    "a fact taken away": lambda: speech_with(facts={"投资": None, "地区": None}),
    "a long text longer": lambda: speech_with(facts={"回顾": "这一年不容易。\n这一年很难忘。\n这一年不寻常。"}),
    "a heading run in": lambda: speech_with([OPENING, RESULTS, WORK | {"run_in": True}, TEAM, CLOSING]),
    "other numbers": lambda: speech_with(numbering=["第一，", "1."]),
    "no title": lambda: speech_with(speech=FRONT | {"title": "", "speaker": ""}),
    "another title": lambda: speech_with(speech=FRONT | {"title": "在{{ 会议名称 }}闭幕时的讲话"}),
}  # fmt: skip

TARGETS = ("要抓实", "二、抓好落实", "（二）选贤", "干部一个", "今天，", "同志们，让", "这一年不容易", "在全市")
OF_A_HAND = "（手写）"


def _split(editor: Editor, target: str) -> None:
    editor.split(editor.paragraph(target), 1)


def _split_and_type(editor: Editor, target: str) -> None:
    second = editor.split(editor.paragraph(target), 1)
    editor.type_in(second, 0, OF_A_HAND)


def _join(editor: Editor, target: str) -> None:
    paragraph = editor.paragraph(target)
    if next(paragraph.itersiblings(w("p")), None) is not None:
        editor.join(paragraph)


def _move_down(editor: Editor, target: str) -> None:
    editor.move(editor.paragraph(target), editor.paragraph("同志们，让我们"))


def _move_up(editor: Editor, target: str) -> None:
    if target != "在全市":
        editor.move(editor.paragraph(target), editor.paragraph("在全市"))


def _fill(editor: Editor, key: str, text: str, *numbers: int) -> None:
    if editor.controls(key):
        editor.type(key, text, *numbers)


def _into_a_table(editor: Editor, target: str) -> None:
    paragraph = editor.paragraph(target)
    table = element(
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid>'
        "<w:tr><w:tc><w:tcPr/></w:tc></w:tr></w:tbl>"
    )
    paragraph.addprevious(table)
    next(table.iter(w("tc"))).append(paragraph)


def _end_a_section(editor: Editor, target: str) -> None:
    properties = editor.paragraph(target).find(w("pPr"))
    assert properties is not None
    properties.append(element('<w:sectPr><w:type w:val="nextPage"/><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'))


EDITS: dict[str, Callable[[Editor, str], object]] = {
    "nothing": lambda _editor, _target: None,
    "a word typed": lambda editor, target: editor.type_in(editor.paragraph(target), 2, OF_A_HAND),
    "typed at its start": lambda editor, target: editor.type_in(editor.paragraph(target), 0, OF_A_HAND),
    "typed at its end": lambda editor, target: editor.paragraph(target).append(element(f"<w:r><w:t>{OF_A_HAND}</w:t></w:r>")),
    "split": _split,
    "split and typed in": _split_and_type,
    "joined": _join,
    "deleted": lambda editor, target: editor.delete(editor.paragraph(target)),
    "moved down": _move_down,
    "moved up": _move_up,
    "another style": lambda editor, target: editor.restyle(editor.paragraph(target), "Heading3"),
    "typed with changes tracked": lambda editor, target: editor.track(editor.paragraph(target), 1, OF_A_HAND),
    "deleted with changes tracked": lambda editor, target: editor.strike(editor.paragraph(target), 0, 1),
    "commented on": lambda editor, target: editor.comment(editor.paragraph(target), OF_A_HAND),
    "a paragraph written behind": lambda editor, target: editor.add(OF_A_HAND, editor.paragraph(target)),
    "a paragraph written before the title": lambda editor, _target: editor.body.insert(0, element(f"<w:p><w:r><w:t>{OF_A_HAND}</w:t></w:r></w:p>")),
    "a gap filled": lambda editor, _target: _fill(editor, "人数", "130名"),
    "a gap filled once": lambda editor, _target: _fill(editor, "人数", "130名", 0),
    "a value changed": lambda editor, _target: _fill(editor, "地区", "海州市"),
    "values that disagree": lambda editor, _target: (_fill(editor, "地区", "海州市", 0), _fill(editor, "地区", "江州市", 1)),
    "a value that is none": lambda editor, _target: _fill(editor, "投资", "大约很多"),
    "put into a table": _into_a_table,
    "the end of a section": _end_a_section,
}  # fmt: skip
SPOKEN: Mapping[str, tuple[str, ...]] = {
    "a gap filled": ("130名",),
    "a gap filled once": ("130名",),
    "a value changed": ("海州市",),
    "values that disagree": ("海州市", "江州市"),
    "a value that is none": ("大约很多",),
}
DRAFT = written(speech_with())


# Each change with each edit of one paragraph; with SPEECHDRAFT_EVERY_TARGET=1, of every paragraph, for seven minutes.
CASES = [
    (change, edit, target)
    for number, change in enumerate(CHANGES)
    for other, edit in enumerate(EDITS)
    for place, target in enumerate(TARGETS)
    if place == (number + other) % len(TARGETS) or os.environ.get("SPEECHDRAFT_EVERY_TARGET")
]


@pytest.mark.parametrize(("change", "edit", "target"), CASES)
def test_what_holds_always(change: str, edit: str, target: str) -> None:
    editor = Editor(DRAFT)
    EDITS[edit](editor, target)
    data = editor.saved()
    speech = CHANGES[change]()
    done = update(data, speech)
    typed = SPOKEN.get(edit, (OF_A_HAND,))
    for word in typed:
        assert word in words_typed(done.data) or word not in words_typed(data)
    assert is_untouched(done.data) == is_untouched(data)
    assert_as_fresh(done, data, speech, moved="moved" in edit)


def paragraphs_of(editor: Editor) -> list[etree._Element]:
    """Return the paragraphs of a document that say something."""
    return [paragraph for paragraph in editor.paragraphs() if text_in(paragraph)]


def assert_as_fresh(done: Renewed, before: bytes, speech: Speech, *, moved: bool = False) -> None:
    """Assert that what nobody touched is what a fresh draft would have, in its order."""
    current = with_changes(speech, pull(open_docx(before, ""), speech).changes)
    wanted = paragraphs(written(current))
    told = [(one.fate, one.text) for one in done.paragraphs]
    here = [(fate, text) for fate, text in told if fate not in {Fate.REMOVED, Fate.ORPHANED}]
    assert len(here) == len(wanted)
    of_a_hand = {Fate.KEPT, Fate.BOTH, Fate.DELETED, Fate.TAKEN_OUT}
    untouched = [text for (fate, _text), text in zip(here, wanted, strict=True) if fate not in of_a_hand]
    assert [text for fate, text in here if fate not in of_a_hand] == untouched
    there = paragraphs(done.data)
    assert set(untouched) <= set(there)
    if not moved:
        places = [there.index(text) for text in dict.fromkeys(untouched)]
        assert places == sorted(places)


@pytest.mark.parametrize("edit", ["a word typed", "split and typed in", "joined", "typed with changes tracked", "put into a table", "the end of a section", "values that disagree", "commented on"])  # fmt: skip
def test_what_comes_out_is_a_valid_document(edit: str, tmp_path: Path) -> None:
    editor = Editor(DRAFT)
    EDITS[edit](editor, "要抓实")
    (tmp_path / "before.docx").write_bytes(editor.saved())
    assert validate(tmp_path / "before.docx") == []
    for number, change in enumerate(("the template changed", "the section gone", "a list grown at its start")):
        path = tmp_path / f"{number}.docx"
        path.write_bytes(update(editor.saved(), CHANGES[change]()).data)
        assert validate(path) == []
