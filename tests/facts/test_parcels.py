from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft import parcels
from speechdraft.facts import FactSpec
from speechdraft.gathering import gather
from speechdraft.problems import ProblemError
from speechdraft.speeches import load_speech

from .documents import LAW
from .specs import given_of
from .speeches import write_speech
from .workbooks import changed, facts_in, fill, form, with_parts

DICTIONARY = {"地区": FactSpec(ask="办公室")}
FORM = changed(form(DICTIONARY), lambda book: fill(book, DICTIONARY, given_of({"地区": "清河市"}, DICTIONARY)))


def bomb(size: int = 200 * 1024 * 1024) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as part:
        for _block in range(size // 1024 // 1024):
            part.write(bytes(1024 * 1024))
    return stream.getvalue()


def tight() -> bytes:
    return with_parts(FORM, {"xl/media/image1.bin": bytes(20 * 1024 * 1024)})


def many_parts() -> bytes:
    return with_parts(FORM, {f"xl/x{number}.xml": b"<x/>" for number in range(2500)})


def lying_size() -> bytes:
    """Return a zip whose directory says that a big part is small."""
    data = bytearray(with_parts(FORM, {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 4_000_000}))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        if struct.unpack_from("<L", data, at + 24)[0] > 1_000_000:
            struct.pack_into("<L", data, at + 24, 1000)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def under_another_name(encoding: str) -> bytes:
    """Return a form whose workbook declares a document type, in a part that is not called one of XML."""
    with zipfile.ZipFile(io.BytesIO(FORM)) as archive:
        book = archive.read("xl/workbook.xml").decode()
        rels = archive.read("_rels/.rels")
        inner = archive.read("xl/_rels/workbook.xml.rels")
    declared = f"<!--{' ' * 9000}--><!DOCTYPE x [<!ENTITY a 'b'>]>{book}".encode(encoding)
    return with_parts(
        FORM,
        {
            "xl/workbook.xml": None,
            "xl/workbook.dat": declared,
            "_rels/.rels": rels.replace(b"workbook.xml", b"workbook.dat"),
            "xl/_rels/workbook.dat.rels": inner,
        },
    )


LINKS = (
    "f.xlsx: links-ignored: this file refers to others; they are not fetched, and what it last had from them is read"
)
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'
REFUSED = {
    "a bomb": (bomb, "file-too-large"),
    "a part that is packed too tightly": (tight, "file-too-large"),
    "too many parts": (many_parts, "file-too-large"),
    "a directory that lies": (lying_size, "damaged-file"),
    "a document type": (lambda: with_parts(FORM, {"xl/workbook.xml": DTD}), "xml-dtd"),
    "one in UTF-16": (
        lambda: with_parts(FORM, {"xl/sharedStrings.xml": DTD.decode().encode("utf-16")}),
        "xml-dtd",
    ),
    "one far behind, in a part of another name": (lambda: under_another_name("utf-8"), "damaged-file"),
    "one in UTF-16, in a part of another name": (lambda: under_another_name("utf-16"), "damaged-file"),
    "one in an odd encoding": (
        lambda: with_parts(FORM, {"xl/workbook.xml": b'<?xml version="1.0" encoding="UTF-7"?>+ADw-x/+AD4-'}),
        "xml-dtd",
    ),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "not-an-office-file"),
    "a text": (lambda: b"a: b", "not-an-office-file"),
    "nothing": (lambda: b"", "not-an-office-file"),
    "half of one": (lambda: FORM[: len(FORM) // 2], "damaged-file"),
    "no workbook in it": (lambda: with_parts(FORM, {"xl/workbook.xml": None}), "not-an-office-file"),
    "XML that does not end": (lambda: with_parts(FORM, {"xl/worksheets/sheet2.xml": b"<worksheet><sheetData>"}), None),
    "a row without a number": (
        lambda: with_parts(
            FORM,
            {"xl/worksheets/sheet2.xml": b'<worksheet><sheetData><row r="x"><c r="A1"/></row></sheetData></worksheet>'},
        ),
        "damaged-file",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_the_facts_as_they_were(what: str, tmp_path: Path) -> None:
    make, code = REFUSED[what]
    data = make()
    folder = write_speech(tmp_path / "s", facts="地区:  # 地名\n")
    before = (folder / "facts.yaml").read_bytes()
    (tmp_path / "f.xlsx").write_bytes(data)
    with pytest.raises(ProblemError) as error:
        gather(load_speech(folder), [tmp_path / "f.xlsx"])
    assert [problem.code for problem in error.value.problems] == [code or "damaged-file"]
    assert (folder / "facts.yaml").read_bytes() == before


def test_macros_and_links_are_left_alone_and_said() -> None:
    rels = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
      Type="http://x/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>"""
    data = with_parts(
        FORM,
        {
            "xl/vbaProject.bin": b"macro",
            "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels,
        },
    )
    back, problems = facts_in(data, DICTIONARY)
    assert back["地区"].typed == "清河市"
    assert [str(problem) for problem in problems] == [
        "f.xlsx: macros-ignored: there are macros in this file; they are not run, and not taken over into what is written",
        LINKS,
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_whatever_the_part_is_called(encoding: str) -> None:
    with pytest.raises(ProblemError) as caught:
        facts_in(under_another_name(encoding), DICTIONARY)
    assert str(caught.value) == (
        "f.xlsx: damaged-file: this file is damaged: it declares a document type, which no office program does\n"
        "  ask for it again; nothing of it was read"
    )


def test_a_hyperlink_is_no_reference() -> None:
    rels = b"""<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
      Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="http://x.invalid/"
      TargetMode="External"/></Relationships>"""
    assert parcels.warnings_of({"xl/worksheets/_rels/sheet1.xml.rels": rels}, "f") == []


def test_a_cell_far_away_costs_nothing() -> None:
    def change(book) -> None:  # type: ignore[no-untyped-def]
        book["办公室"].cell(1_048_576, 16_384, "远")

    _back, problems = facts_in(changed(FORM, change), DICTIONARY)
    assert [problem.code for problem in problems] == ["stray-cell"]


@LAW
@given(st.integers(0, len(FORM) - 1), st.binary(min_size=1, max_size=8))
def test_any_damage_ends_in_a_problem_or_in_facts(at: int, bytes_there: bytes) -> None:
    data = FORM[:at] + bytes_there + FORM[at + len(bytes_there) :]
    try:
        back, _problems = facts_in(data, DICTIONARY)
    except ProblemError:
        return
    assert set(back) <= {"地区"}


@LAW
@given(st.data())
def test_any_damage_inside_a_part_ends_in_a_problem_or_in_facts(data: st.DataObject) -> None:
    with zipfile.ZipFile(io.BytesIO(FORM)) as archive:
        name = data.draw(st.sampled_from(archive.namelist()))
        part = archive.read(name)
    start = data.draw(st.integers(0, len(part)))
    new = data.draw(
        st.one_of(st.binary(max_size=6), st.sampled_from([b"<", b'"', b"99999999999", b"-1", b"1e400", b"x"]))
    )
    damaged = with_parts(FORM, {name: part[:start] + new + part[start + len(new) :]})
    try:
        facts_in(damaged, DICTIONARY)
    except ProblemError:
        return
