"""The written forms by name, and whether a hand was in what was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.draft import Draft
from speechdraft.problems import ProblemError
from speechdraft.writers import LAYOUT_NAMES, SUFFIXES, is_untouched, require_suffix, write
from tests.drafts import drafts, small_draft

SEALED = [".docx", ".html", ".md", ".json"]


def test_every_suffix_has_its_writer() -> None:
    beginnings = {".docx": b"PK", ".html": b"<!DOCTYPE html>", ".md": b"# ", ".txt": "在清河市".encode(), ".json": b"{"}
    assert set(beginnings) == set(SUFFIXES)
    for suffix, beginning in beginnings.items():
        assert write(small_draft(), suffix, "gbt9704").startswith(beginning)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_draft_gives_the_same_bytes(suffix: str) -> None:
    assert write(small_draft(), suffix, "gbt9704") == write(small_draft(), suffix, "gbt9704")


def test_only_word_has_layouts_and_each_differs() -> None:
    assert len({write(small_draft(), ".docx", layout) for layout in LAYOUT_NAMES}) == len(LAYOUT_NAMES)
    for suffix in SUFFIXES[1:]:
        assert len({write(small_draft(), suffix, layout) for layout in LAYOUT_NAMES}) == 1


@pytest.mark.parametrize("name", ["a.docx", "a.HTML", "a.b.md", "稿.txt", "x/a.Json"])
def test_known_suffixes(name: str) -> None:
    require_suffix(Path(name))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("稿.doc", "稿.doc: unknown-format: no draft can be written as “.doc”\n  did you mean .docx?"),
        ("稿.pdf", "稿.pdf: unknown-format: no draft can be written as “.pdf”\n  a draft can be written as .docx, .html, .md, .txt, .json"),
        ("稿", "稿: unknown-format: no draft can be written as “稿”\n  a draft can be written as .docx, .html, .md, .txt, .json"),
    ],
)  # fmt: skip
def test_unknown_suffixes(name: str, message: str) -> None:
    with pytest.raises(ProblemError) as error:
        require_suffix(Path(name))
    assert str(error.value) == message


@pytest.mark.parametrize("suffix", SEALED)
def test_what_was_written_is_untouched_until_a_hand_changes_it(suffix: str) -> None:
    data = write(small_draft(), suffix, "gbt9704")
    assert is_untouched(data, suffix)
    assert not is_untouched(data[:-1], suffix) or suffix == ".json"
    assert not is_untouched(data.replace("提拔".encode(), "选拔".encode(), 1), suffix) or suffix == ".docx"
    assert not is_untouched(b"", suffix)


def test_plain_text_has_no_room_for_a_mark() -> None:
    assert not is_untouched(write(small_draft(), ".txt", "gbt9704"), ".txt")


def test_json_is_untouched_whatever_its_blanks_and_touched_by_any_value() -> None:
    tree = json.loads(write(small_draft(), ".json", "gbt9704"))
    assert is_untouched(json.dumps(tree).encode(), ".json")
    assert not is_untouched(json.dumps({**tree, "pace": 181}).encode(), ".json")
    assert not is_untouched(json.dumps({key: value for key, value in tree.items() if key != "seal"}).encode(), ".json")


@given(drafts(), st.sampled_from([".html", ".md", ".json"]))
def test_any_draft_is_sealed_as_it_is_written(draft: Draft, suffix: str) -> None:
    assert is_untouched(write(draft, suffix, "gbt9704"), suffix)


@given(st.binary(max_size=200), st.sampled_from(SUFFIXES))
def test_what_somebody_else_wrote_is_never_ours(data: bytes, suffix: str) -> None:
    assert not is_untouched(data, suffix)


@pytest.mark.parametrize("data", [b"[1]", b"3", b'"x"', b"{}", b'{"seal": null}', b"\xff", b"[" * 100_000])
def test_json_of_any_shape_is_looked_at(data: bytes) -> None:
    assert not is_untouched(data, ".json")
