"""How long an edited draft is, as the report says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.compose import compose
from speechdraft.speeches import load_speech
from speechdraft.word.layouts import GBT9704
from speechdraft.word.measuring import lengths_of
from speechdraft.word.returned import open_docx
from speechdraft.word.writer import to_docx
from tests.updating.support import OPENING, WORK, Editor, paragraphs, speech_with, update, written

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("example", sorted(path.parent.name for path in (ROOT / "examples").glob("*/facts.yaml")))
def test_a_document_is_as_long_as_the_draft_that_it_was_written_from(example: str) -> None:
    draft = compose(load_speech(ROOT / "examples" / example).speech).draft
    assert lengths_of(open_docx(to_docx(draft, GBT9704), "x"), draft) == draft.lengths()


def test_the_words_of_a_hand_count_where_they_stand() -> None:
    editor = Editor(written(speech_with()))
    was = update(editor.data, speech_with()).lengths
    editor.add("（送审稿）", editor.paragraph("部长"))
    editor.type_in(editor.paragraph("在全市组织"), 2, "我们")
    editor.type_in(editor.paragraph("今天，"), 3, "（记）")
    editor.add("手写的一段。", editor.paragraph("要抓紧"))
    editor.strike(editor.paragraph("要带好"), 0, 4)
    editor.delete(editor.paragraph("一年来"))
    editor.add("谢谢大家！", editor.paragraph("同志们，让"))
    done = update(editor.saved(), speech_with())
    changed = (3, -len("一年来，成绩来之不易。"), 6, -4, 5)
    assert done.lengths.sections == tuple(old + more for old, more in zip(was.sections, changed, strict=True))
    assert done.lengths.total == was.total + sum(changed)
    spoken = paragraphs(done.data)
    assert done.lengths.total == sum(map(len, spoken[spoken.index("同志们：") :]))


def test_what_the_speech_has_no_more_counts_where_it_was_left() -> None:
    editor = Editor(written(speech_with()))
    editor.type_in(editor.paragraph("要带好"), 2, "（记）")
    done = update(editor.saved(), speech_with([OPENING, WORK, {"text": "完了。"}]))
    fresh = written(speech_with([OPENING, WORK, {"text": "完了。"}]))
    assert done.lengths.total == len("要带（记）好队伍，清河市要先行。") + sum(map(len, paragraphs(fresh)[3:]))
    assert sum(done.lengths.sections) == done.lengths.total - len("同志们：")
