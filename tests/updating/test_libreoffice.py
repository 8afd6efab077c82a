"""Drafts that LibreOffice has saved in between: it writes every part of a .docx anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.word.cleaning import cleaned
from speechdraft.word.returned import open_docx, text_in
from speechdraft.word.seal import is_untouched
from tests.keeping.libreoffice import LibreOffice
from tests.keeping.support import w
from tests.updating.support import Editor, comments, fates, paragraphs, speech_with, update, words_typed, written
from tests.updating.test_every_case import CHANGES, DRAFT, EDITS, OF_A_HAND, SPOKEN, assert_as_fresh
from tests.word.office import Office, validate
from tests.word.samples import speech as long_speech

TARGET = "要抓实"
CHANGE = "the template changed"


@pytest.fixture(scope="module")
def saved(libreoffice: LibreOffice) -> bytes:
    """Return the draft, saved by LibreOffice."""
    return libreoffice.edited(DRAFT)


@pytest.fixture(scope="module")
def faults(saved: bytes, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Return what is wrong with a draft that LibreOffice has saved."""
    path = tmp_path_factory.mktemp("saved") / "before.docx"
    path.write_bytes(saved)
    return set(validate(path))


def test_what_was_only_saved_is_known_paragraph_by_paragraph(saved: bytes) -> None:
    done = update(saved, speech_with())
    assert fates(done) == []
    assert paragraphs(done.data) == paragraphs(DRAFT)
    assert comments(done.data) == comments(DRAFT)
    assert not is_untouched(done.data)


def test_every_kind_of_paragraph_is_known_again(libreoffice: LibreOffice) -> None:
    from speechdraft.word.layouts import LAYOUTS
    from speechdraft.word.regions import regions
    from speechdraft.word.writer import to_docx

    for layout in LAYOUTS.values():
        data = to_docx(long_speech(), layout)
        before, after = (regions(open_docx(one, "").document)[0] for one in (data, libreoffice.edited(data)))
        assert [(one.mark, one.text()) for one in before] == [(one.mark, one.text()) for one in after]


@pytest.mark.parametrize("change", CHANGES)
def test_a_saved_draft_is_brought_up_to_every_change(
    saved: bytes, faults: set[str], change: str, tmp_path: Path
) -> None:
    speech = CHANGES[change]()
    done = update(saved, speech)
    assert paragraphs(done.data) == paragraphs(written(speech))
    assert sorted(comments(done.data)) == sorted(comments(written(speech)))
    (tmp_path / "after.docx").write_bytes(done.data)
    assert set(validate(tmp_path / "after.docx")) <= faults


# What disagrees is one value again once a program that goes by the store has opened it.
@pytest.mark.parametrize("edit", [edit for edit in EDITS if edit != "values that disagree"])
def test_a_saved_edit_is_seen_as_it_was_before(libreoffice: LibreOffice, edit: str) -> None:
    editor = Editor(DRAFT)
    EDITS[edit](editor, TARGET)
    data = editor.saved_by_word()
    speech = CHANGES[CHANGE]()
    before = libreoffice.edited(data)
    done = update(before, speech)
    assert fates(done) == fates(update(data, speech))
    for word in SPOKEN.get(edit, (OF_A_HAND,)):
        assert word in words_typed(done.data) or word not in words_typed(data)
    assert_as_fresh(done, before, speech, moved="moved" in edit)


def test_a_section_that_was_taken_out_stays_out(libreoffice: LibreOffice) -> None:
    editor = Editor(DRAFT)
    for beginning in ("二、抓好落实", "要抓紧", "要抓实"):
        editor.delete(editor.paragraph(beginning))
    data = editor.saved_by_word()
    for _time in range(2):
        done = update(libreoffice.edited(data), speech_with())
        assert [text for text in paragraphs(done.data) if text[1:2] == "、"] == ["一、看清成绩", "二、带好队伍"]
        assert "今天，清河市召开会议，讲两点意见。" in paragraphs(done.data)
        data = done.data


def test_it_goes_to_and_fro(libreoffice: LibreOffice) -> None:
    data = DRAFT
    for number, change in enumerate(("a section at the start", "a list grown at its start", "a fact given", "nothing")):
        editor = Editor(data)
        editor.type_in(editor.paragraph("要抓实"), 3, f"（{number}）")
        editor.comment(editor.paragraph("同志们，让"), f"评{number}")
        data = update(libreoffice.edited(editor.saved_by_word()), CHANGES[change]()).data
    whole = paragraphs(data)
    kept = "要抓实（3）（2）（1）（0），128名一个不少。"  # the value was taken out of the facts file again
    assert whole == [kept if text.startswith("要抓实") else text for text in paragraphs(DRAFT)]
    assert [text for author, text in comments(data) if author == "王"] == ["评0", "评1", "评2", "评3"]


def test_the_clean_copy_looks_like_the_draft(libreoffice: LibreOffice, office: Office) -> None:
    speech = speech_with(facts={"人数": "128"})
    editor = Editor(written(speech))
    editor.type_in(editor.paragraph("要抓实"), 3, "，再抓实")
    done = update(libreoffice.edited(editor.saved_by_word()), speech)
    clean = cleaned(open_docx(done.data, "x"), "x")
    rendered = office.render(clean)
    assert rendered.text() == "".join("".join(text_in(one).split()) for one in Editor(done.data).body.iter(w("p")))
