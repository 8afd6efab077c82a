"""What the Open XML SDK says of documents of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.draft import Draft
from speechdraft.word.layouts import GBT9704, LAYOUTS, Layout
from speechdraft.word.writer import to_docx
from tests.word.office import validate
from tests.word.samples import bare, draft, heading, long_speech, paragraph, speech

KINDS = {
    "empty": bare(),
    "front alone": draft(),
    "complete": draft(heading(1, "一、", "算账"), paragraph("一笔一笔算。")),
    "long": long_speech(),
    "odd text": bare(paragraph("一\t二\n三 <&>\"' ]]> \x00 \ud800 🀄"), heading(9, "", "深")),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_speech_is_valid_in_every_layout(layout: Layout, tmp_path: Path) -> None:
    path = tmp_path / "speech.docx"
    path.write_bytes(to_docx(speech(), layout))
    assert validate(path) == []


@pytest.mark.parametrize("spoken", KINDS.values(), ids=KINDS)
def test_every_kind_of_draft_is_valid(spoken: Draft, tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(to_docx(spoken, GBT9704))
    assert validate(path) == []
