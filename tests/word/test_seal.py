"""The seal, and the zip under it."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import replace

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft import parcels
from speechdraft.word.layouts import GBT9704, LAYOUTS, Layout
from speechdraft.word.package import PackageError, pack, unpack
from speechdraft.word.seal import is_untouched
from speechdraft.word.writer import to_docx
from tests.word.readback import parts
from tests.word.samples import draft, paragraph, speech

WRITTEN = to_docx(speech(), GBT9704)


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_a_document_is_untouched_as_written(layout: Layout) -> None:
    assert is_untouched(to_docx(speech(), layout))
    assert is_untouched(to_docx(draft(paragraph("开会。")), layout))


def test_inputs_that_look_like_an_open_seal_do_not_mislead() -> None:
    assert is_untouched(to_docx(replace(speech(), digest="0" * 64), GBT9704))


@pytest.mark.parametrize("name", sorted(parts(WRITTEN)))
def test_a_change_to_any_part_is_seen(name: str) -> None:
    changed = parts(WRITTEN)
    changed[name] += b" "
    assert not is_untouched(pack(changed))


def test_a_part_more_or_less_is_seen() -> None:
    assert not is_untouched(pack({**parts(WRITTEN), "word/media/image1.png": b""}))
    assert not is_untouched(pack({name: part for name, part in parts(WRITTEN).items() if "comments" not in name}))


def test_a_change_of_a_word_is_seen() -> None:
    document = docx.Document(io.BytesIO(WRITTEN))
    document.paragraphs[5].runs[0].text = "改了一句。"
    stream = io.BytesIO()
    document.save(stream)
    assert not is_untouched(stream.getvalue())


def test_what_is_only_packed_anew_is_untouched() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, content in reversed(parts(WRITTEN).items()):
            archive.writestr(name, content)
    assert is_untouched(stream.getvalue())


def test_a_foreign_document_is_not_ours() -> None:
    stream = io.BytesIO()
    docx.Document().save(stream)
    assert not is_untouched(stream.getvalue())


@given(st.binary())
def test_any_bytes_are_answered(data: bytes) -> None:
    assert not is_untouched(data)


@given(st.data())
def test_a_damaged_document_is_answered(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(WRITTEN) - 1))
    damaged = bytearray(WRITTEN)
    damaged[place] ^= data.draw(st.integers(1, 255))
    content = bytes(damaged)
    # A byte of the zip's own may change (a time, a flag) without any part changing.
    assert not is_untouched(content) or unpack(content) == parts(WRITTEN)
    assert not is_untouched(WRITTEN[:place])


def test_parts_come_out_as_they_went_in_by_name() -> None:
    data = pack({"b": b"2", "a": b"1" * 1000, "目录/文": b""})
    assert unpack(data) == {"a": b"1" * 1000, "b": b"2", "目录/文": b""}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["a", "b", "目录/文"]
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_what_is_too_big_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pack({"a": b"0" * 1000, "b": b"0" * 1000})
    for bound in ("_MOST_PARTS", "_MOST_UNPACKED"):
        with monkeypatch.context() as patch:
            patch.setattr(parcels, bound, 1)
            with pytest.raises(PackageError, match="this file unpacks to more than such a file ever holds"):
                unpack(data)
    assert len(unpack(data)) == 2


def test_a_size_that_lies_unpacks_no_more_than_it_says() -> None:
    data = bytearray(pack({"a": b"0" * 100_000}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)  # the size as the directory has it
    with pytest.raises(PackageError):
        unpack(bytes(data))


def test_two_parts_of_one_name_are_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"2")
    with pytest.raises(PackageError, match="two of its parts have one name"):
        unpack(stream.getvalue())
