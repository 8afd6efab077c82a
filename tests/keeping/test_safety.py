"""Documents that were made to hurt, or are none: each ends in a clear problem, and the facts file is as it was."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from speechdraft.problems import ProblemError
from speechdraft.refreshing import refresh
from speechdraft.word.package import repacked
from speechdraft.word.returned import open_docx
from tests.building import write_speech
from tests.commands import Run
from tests.keeping.support import DICTIONARY, FRONT, FULL, SECTIONS, Typist, opened, parts_of, speech_with, written

GOOD = written(speech_with(FULL))
HINT = "nothing of it was read; ask where the file is from"


def zipped(parts: dict[str, bytes], *, store: bool = False) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def with_parts(**parts: bytes) -> bytes:
    return zipped(
        parts_of(GOOD) | {name.replace("__", "/").replace("_dot_", "."): part for name, part in parts.items()}
    )


def with_document(text: str) -> bytes:
    return repacked(GOOD, {"word/document.xml": text.encode()})


DOCUMENT = parts_of(GOOD)["word/document.xml"].decode()
STORE = parts_of(GOOD)["customXml/item1.xml"].decode()
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY a{number} "{f"&a{number - 1 or str()};" * 10}">' for number in range(1, 9))
    + "]>"
)


def behind_declaration(text: str, inserted: str) -> str:
    head, mark, rest = text.partition("?>")
    return f"{head}{mark}{inserted}{rest}"


def lying(size: int) -> bytes:
    """Return a draft whose directory says of its text that it unpacks to another size."""
    data = bytearray(GOOD)
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        if data[at + 46 :].startswith(b"word/document.xml"):
            data[at + 24 : at + 28] = struct.pack("<I", size)
        at += 1
    return bytes(data)


def under_another_name(text: str, encoding: str = "utf-8") -> bytes:
    """Return a draft whose text stands in a part that is not called one of XML."""
    parts = parts_of(GOOD)
    del parts["word/document.xml"]
    parts["word/document.dat"] = text.encode(encoding)
    parts["word/_rels/document.dat.rels"] = parts.pop("word/_rels/document.xml.rels")
    for name in ("_rels/.rels", "[Content_Types].xml"):
        parts[name] = parts[name].replace(b"word/document.xml", b"word/document.dat")
    return zipped(parts)


NO_DTD = "damaged-file: this .docx cannot be read: it declares a document type, which no office program does"


def workbook() -> bytes:
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    return stream.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "not-an-office-file: this is no .xlsx or .docx file"),
    "text": ("讲话稿".encode, "not-an-office-file: this is no .xlsx or .docx file"),
    "old-word": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        "not-an-office-file: this file is of the old kind (.xls, .doc), or it is under a password",
    ),
    "workbook": (workbook, "not-a-docx: this file is no Word document"),
    "plain-zip": (lambda: zipped({"a.txt": b"a"}), "not-a-docx: this file is no Word document"),
    "cut-in-the-middle": (lambda: GOOD[: len(GOOD) // 2], "damaged-file: this file is damaged: its end is missing"),
    "cut-at-the-end": (lambda: GOOD[:-30], "damaged-file: this file is damaged: its end is missing"),
    "cut-at-the-start": (lambda: b"PK" + GOOD[500:], "damaged-file: this file is damaged: "),
    "a-byte-changed": (
        lambda: GOOD.replace(GOOD[2000:2003], bytes(3), 1),
        "damaged-file: this file is damaged: ",
    ),
    "other-text": (lambda: with_parts(word__document_dot_xml=b"<?xml"), "damaged-file: this .docx cannot be read: "),
    "cut-text": (lambda: with_document(DOCUMENT[:900]), "damaged-file: this .docx cannot be read: "),
    "cut-store": (
        lambda: repacked(GOOD, {"customXml/item1.xml": STORE[:300].encode()}),
        "damaged-file: this .docx cannot be read: ",
    ),
    "not-a-document": (lambda: with_document("<x/>"), "not-a-docx: this file is no Word document"),
    "strict": (
        lambda: with_document(DOCUMENT.replace("schemas.openxmlformats.org/wordprocessingml/2006", "purl.oclc.org/ooxml/wordprocessingml").replace("http://schemas", "http://schemas")),
        "not-a-docx: this document was saved as “Strict Open XML”, in which everything has other names",
    ),
    "no-facts": (
        lambda: zipped(
            {
                name: part
                for name, part in parts_of(GOOD).items()
                if "customXml" not in name and "glossary" not in name and name != "word/document.xml"
            }
            | {"word/document.xml": DOCUMENT.replace("fact:", "mine:").encode()}
        ),
        "not-ours: this document has no facts in it that could be read back",
    ),
    "entities": (
        lambda: with_document(behind_declaration(DOCUMENT, LAUGHS).replace("清河市", "&a8;")),
        "xml-dtd: “word/document.xml” in it declares a document type or an unusual encoding; no office program writes that",
    ),
    "outside-entity": (
        lambda: with_document(
            behind_declaration(DOCUMENT, '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>').replace("清河市", "&e;")
        ),
        "xml-dtd: “word/document.xml” in it declares",
    ),
    "outside-dtd": (
        lambda: repacked(
            GOOD,
            {"customXml/item1.xml": behind_declaration(STORE, '<!DOCTYPE f SYSTEM "http://localhost:1/x.dtd">').encode()},
        ),
        "xml-dtd: “customXml/item1.xml” in it declares",
    ),
    "dtd-in-utf16": (
        lambda: repacked(
            GOOD,
            {
                "customXml/item1.xml": behind_declaration(STORE, LAUGHS)
                .replace('encoding="UTF-8"', 'encoding="UTF-16"')
                .encode("utf-16")
            },
        ),
        "xml-dtd: “customXml/item1.xml” in it declares",
    ),
    "dtd-far-behind": (
        lambda: with_document(behind_declaration(DOCUMENT, f"<!--{' ' * 9000}-->{LAUGHS}")),
        "xml-dtd: “word/document.xml” in it declares",
    ),
    "dtd-elsewhere": (
        lambda: repacked(GOOD, {"word/styles.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
        "xml-dtd: “word/styles.xml” in it declares",
    ),
    "dtd-under-another-name": (lambda: under_another_name(behind_declaration(DOCUMENT, "<!DOCTYPE x>")), NO_DTD),
    "dtd-far-behind-under-another-name": (
        lambda: under_another_name(behind_declaration(DOCUMENT, f"<!--{' ' * 9000}-->{LAUGHS}")),
        NO_DTD,
    ),
    "dtd-in-utf16-under-another-name": (
        lambda: under_another_name(
            behind_declaration(DOCUMENT, LAUGHS).replace('encoding="UTF-8"', 'encoding="UTF-16"'), "utf-16"
        ),
        NO_DTD,
    ),
    "dtd-in-capitals": (
        lambda: with_parts(word__MORE_dot_XML=b"<!DOCTYPE x><x/>"),
        "xml-dtd: “word/MORE.XML” in it declares",
    ),
    "tight": (
        lambda: with_parts(word__media__a_dot_bin=bytes(20_000_000)),
        "file-too-large: this file unpacks to more than such a file ever holds: “word/media/a.bin” is packed too tightly",
    ),
    "large": (
        lambda: with_parts(**{f"word__media__{number}_dot_bin": bytes(900_000) for number in range(160)}),
        "file-too-large: this file unpacks to more than such a file ever holds: more than 128 MB unpacked",
    ),
    "many": (
        lambda: with_parts(**{f"word__media__{number}_dot_bin": b"" for number in range(2100)}),
        "file-too-large: this file unpacks to more than such a file ever holds: more than 2000 parts",
    ),
    "lies-small": (lambda: lying(10), "damaged-file: this file is damaged: Bad CRC-32 for file 'word/document.xml'"),
    "twice": (
        lambda: zipped(parts_of(GOOD) | {"WORD/document.xml": b"<x/>"}),
        "damaged-file: this file is damaged: two of its parts have one name",
    ),
    "deep": (
        lambda: with_document(DOCUMENT.replace("<w:body>", "<w:body>" + "<w:p>" * 5000, 1)),
        "damaged-file: this .docx cannot be read: ",
    ),
    "long-text": (
        lambda: zipped(parts_of(GOOD) | {"word/document.xml": (DOCUMENT + " " * 17_000_000).encode()}, store=True),
        "damaged-file: this .docx cannot be read: its text has more than 16 MB",
    ),
}  # fmt: skip


@pytest.fixture
def speech(folder: Path) -> Path:
    """Return a speech's folder with facts, beside which the documents stand."""
    write_speech(folder / "会", SECTIONS, facts=FULL, dictionary=DICTIONARY, speech=FRONT)
    return Path("会")


@pytest.mark.parametrize("command", ["pull", "refresh"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_bad_document_is_a_problem_and_changes_nothing(
    run: Callable[..., Run], speech: Path, name: str, command: str
) -> None:
    make, told = HOSTILE[name]
    path = speech / "会.docx"
    data = make()
    path.write_bytes(data)
    before = (speech / "facts.yaml").read_bytes()
    done = run("facts", command, path)
    assert done.status == 1
    assert done.out == ""
    assert done.err.startswith(f"会/会.docx: {told}"), done.err
    assert done.err.endswith("1 error; nothing was written\n")
    assert (speech / "facts.yaml").read_bytes() == before
    assert path.read_bytes() == data
    assert sorted(file.name for file in speech.iterdir()) == ["facts.yaml", "outline.yaml", "templates", "会.docx"]


def test_a_document_under_a_password_is_said_to_be_one() -> None:
    data = bytearray(GOOD)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := data.find(mark, at)) >= 0:
            data[at + place] |= 1
            at += 4
    with pytest.raises(ProblemError) as caught:
        open_docx(bytes(data), "x.docx")
    assert str(caught.value.problems[0]) == (
        "x.docx: not-an-office-file: this file is of the old kind (.xls, .doc), or it is under a password\n"
        "  open it and save it as .xlsx or .docx without a password"
    )


def test_a_file_that_is_too_long_is_not_read(run: Callable[..., Run], speech: Path) -> None:
    path = speech / "会.docx"
    with path.open("wb") as file:
        file.truncate(33 * 1024 * 1024)
    done = run("facts", "pull", path)
    assert (done.status, done.err.splitlines()[0]) == (
        1,
        "会/会.docx: file-too-large: the file is larger than 33.5544 MB",
    )


def test_what_is_not_there_is_said(run: Callable[..., Run], speech: Path) -> None:
    done = run("facts", "pull", speech / "会议.docx")
    assert done.status == 1
    assert done.err.startswith("会/会议.docx: no-such-file: the file is not there")


# What is harmless, because nothing runs and nothing is fetched, is said and left alone.

PACKAGE = b"http://schemas.openxmlformats.org/package/2006/relationships"
EXTERNAL = (
    b'<Relationship Id="rId99" TargetMode="External" Target="http://localhost:1/x.dotm"'
    b' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"/></Relationships>'
)


def test_macros_and_references_are_ignored_and_said(run: Callable[..., Run], speech: Path) -> None:
    typist = Typist(GOOD)
    typist.type("地区", "云陂县")
    parts = parts_of(typist.saved())
    parts["word/vbaProject.bin"] = b"\xd0\xcf\x11\xe0"
    parts["word/_rels/settings.xml.rels"] = parts["word/_rels/document.xml.rels"].replace(b"</Relationships>", EXTERNAL)
    path = speech / "会.docx"
    path.write_bytes(zipped(parts))
    done = run("facts", "pull", path)
    assert done.err == (
        "会/会.docx: macros-ignored: there are macros in this file; they are not run, and not taken over into what is written\n"
        "会/会.docx: links-ignored: this file refers to others; they are not fetched, and what it last had from them is read\n"
    )
    assert "地区: 云陂县" in (speech / "facts.yaml").read_text("utf-8")
    assert done.status == 0


def with_macros(data: bytes) -> dict[str, bytes]:
    """Return the parts of a .docx with macros as Word has them, in one part under a name that says nothing."""
    parts = parts_of(data)
    kind = b"http://schemas.microsoft.com/office/2006/relationships/%b"
    for name, part, relation in (
        ("word/_rels/document.xml.rels", b"vbaProject.bin", kind % b"vbaProject"),
        ("word/_rels/vbaProject.bin.rels", b"data.xml", kind % b"wordVbaData"),
    ):
        link = b'<Relationship Id="rId98" Target="%b" Type="%b"/></Relationships>' % (part, relation)
        before = parts.get(name, b'<Relationships xmlns="%b"></Relationships>' % PACKAGE)
        parts[name] = before.replace(b"</Relationships>", link)
    types = b'<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", types)
    return parts | {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0", "word/data.xml": b"<x/>"}


def test_macros_are_in_nothing_that_is_written(run: Callable[..., Run], speech: Path) -> None:
    typist = Typist(GOOD)
    typist.type("地区", "云陂县")
    path = speech / "会.docx"
    said = "会/会.docx: macros-ignored: there are macros in this file; they are not run, and not taken over into what is written\n"
    data = zipped(with_macros(typist.saved()))
    for command in (
        ("facts", "refresh", path),
        ("draft", speech, "--update", path),
        ("draft", speech, "--update", path, "--final", "-o", path, "--force"),
    ):
        path.write_bytes(data)
        facts = (speech / "facts.yaml").read_text("utf-8")
        (speech / "facts.yaml").write_text(facts.replace("清河市", "云陂县").replace("128", "130"), "utf-8")
        done = run(*command)
        assert said in done.err
        assert path.read_bytes() != data
        parts = parts_of(path.read_bytes())
        assert [name for name in parts if "vba" in name or "data.xml" in name] == []
        assert [name for name in parts if b"vba" in parts[name].lower()] == []
        assert parts["word/document.xml"]
        (speech / "facts.yaml").write_text(facts, "utf-8")


def test_macros_stay_where_nothing_is_to_be_written() -> None:
    data = zipped(with_macros(GOOD))
    returned = open_docx(data, "x.docx")
    assert refresh(returned, data, opened(GOOD).stored, speech_with(FULL)).data == data


@pytest.mark.parametrize(
    "name",
    [
        "../evil.xml",
        "/word/evil.xml",
        "word/../../evil.xml",
        "..\\evil.xml",
        "C:evil.xml",
        "word//evil.xml",
        "word/...",
    ],
)
def test_a_part_that_would_be_unpacked_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ProblemError) as caught:
        open_docx(zipped(parts_of(GOOD) | {name: b"<x/>"}), "x.docx")
    assert str(caught.value) == (
        f"x.docx: damaged-file: this file is damaged: “{name}” in it is no name that a part may have\n  {HINT}"
    )


def test_a_document_without_its_list_of_content_types_is_damaged(run: Callable[..., Run], speech: Path) -> None:
    typist = Typist(GOOD)
    typist.type("地区", "云陂县")
    parts = parts_of(typist.saved())
    del parts["[Content_Types].xml"]
    path = speech / "会.docx"
    path.write_bytes(zipped(parts))
    done = run("draft", speech, "--update", path, "--final", "-o", "x.docx")
    assert (done.status, done.out, done.err) == (
        1,
        "",
        (
            "[Content_Types].xml: damaged-file: this .docx cannot be read: this part is missing in it\n"
            "  open it in Word and save it again; the facts file is as it was\n"
            "1 error; nothing was written\n"
        ),
    )
    assert not Path("x.docx").exists()


@pytest.mark.parametrize(
    "link",
    [
        EXTERNAL.replace(b"x.dotm", b"hyperlink/x.dotm"),
        EXTERNAL.replace(b"x.dotm", b"a?b&gt;c>d"),
        EXTERNAL.replace(b"attachedTemplate", b"hyperlink/attachedTemplate"),
        EXTERNAL.replace(b'TargetMode="External"', b"TargetMode='&#69;xternal'"),
        EXTERNAL.replace(b"<Relationship ", b'<r:Relationship xmlns:r="%b" ' % PACKAGE),
    ],
    ids=["name-of-a-link", "bracket", "kind-of-its-own", "written-as-a-number", "prefix"],
)
def test_a_reference_is_said_however_it_is_written(link: bytes) -> None:
    parts = parts_of(GOOD)
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", link)
    assert [str(note) for note in open_docx(zipped(parts), "x.docx").notes] == [
        "x.docx: links-ignored: this file refers to others; they are not fetched, and what it last had from them is read"
    ]


def test_a_link_in_the_text_is_nothing_to_speak_of() -> None:
    parts = parts_of(GOOD)
    rels = "word/_rels/document.xml.rels"
    parts[rels] = parts[rels].replace(b"</Relationships>", EXTERNAL.replace(b"attachedTemplate", b"hyperlink"))
    assert open_docx(zipped(parts), "x.docx").notes == ()


@given(st.binary(max_size=200))
@example(b"PK\x05\x06" + bytes(18))
def test_any_bytes_end_in_a_problem(data: bytes) -> None:
    with pytest.raises(ProblemError):
        open_docx(data, "x.docx")


@settings(max_examples=150)
@given(st.data())
def test_any_damage_ends_in_a_problem_or_is_read(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    length = data.draw(st.integers(1, 40))
    damaged = GOOD[:place] + data.draw(st.binary(min_size=length, max_size=length)) + GOOD[place + length :]
    try:
        opened(damaged)
    except ProblemError:
        return


_BITS = st.sampled_from(
    ["<w:sdt>", "</w:sdt>", "<w:sdtPr>", "</w:sdtPr>", "<w:sdtContent>", "</w:sdtContent>", '<w:tag w:val="fact:地区"/>', "<w:tag/>",
     "<w:r>", "</w:r>", "<w:t>甲</w:t>", "<w:p>", "</w:p>", "<w:id/>", "&lt;", "<w:del>", "</w:del>", '<w:bookmarkStart w:name="_sd_"/>']
)  # fmt: skip


@given(st.lists(_BITS, max_size=30).map("".join))
def test_any_text_of_the_document_ends_in_a_problem_or_is_read(body: str) -> None:
    head, mark, _rest = DOCUMENT.partition("<w:body>")
    data = with_document(f"{head}{mark}{body}</w:body></w:document>")
    codes = {"damaged-file"}
    try:
        opened(data)
    except ProblemError as error:
        codes |= {problem.code for problem in error.problems}
    assert codes == {"damaged-file"}


def test_a_tight_document_takes_no_memory() -> None:
    data = HOSTILE["tight"][0]()
    tracemalloc.start()
    with pytest.raises(ProblemError):
        open_docx(data, "x.docx")
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000
