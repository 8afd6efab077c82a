"""``draft --update`` as people run it: what it prints, what it writes where, what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from speechdraft.word.package import pack
from speechdraft.word.returned import text_in
from speechdraft.word.seal import is_untouched
from tests.building import write_speech
from tests.commands import Run
from tests.keeping.support import parts_of, w
from tests.updating.support import (
    DICTIONARY,
    FACTS,
    FRONT,
    OPENING,
    RESULTS,
    SECTIONS,
    TEMPLATES,
    WORK,
    Editor,
    paragraphs,
)

Runner = Callable[..., Run]
DRAFT = Path("会/会.docx")
NO_NUMBER = "“投资”: “很多” is not a number; write digits, with the unit if you like: 128, 1.2万, 近300亿元"
NO_DOCX = "unknown-format: only a .docx can be brought up to date"


def write(**more: object) -> None:
    """Write the speech's folder, or write it anew with something else in it."""
    parts = {"facts": FACTS, "dictionary": DICTIONARY, "templates": TEMPLATES, "speech": FRONT} | more
    sections = parts.pop("sections", SECTIONS)
    write_speech(Path("会"), sections, numbering=["一、", "（一）"], **parts)  # type: ignore[arg-type]


@pytest.fixture
def drafted(run: Runner) -> Runner:
    """Return what runs a command line where the speech is drafted."""
    write()
    assert run("draft", "会").status == 0
    return run


def edit(hand: Callable[[Editor], object]) -> bytes:
    """Have somebody edit the draft; return it as it is then."""
    editor = Editor(DRAFT.read_bytes())
    hand(editor)
    DRAFT.write_bytes(editor.saved_by_word())
    return DRAFT.read_bytes()


def by_hand(editor: Editor) -> None:
    editor.type_in(editor.paragraph("要抓实"), 3, "，再抓实")
    editor.type_in(editor.paragraph("一年来"), 3, "（记）")
    editor.type_in(editor.paragraph("要带好"), 2, "（记）")
    editor.delete(editor.paragraph("这一年不容易"))
    editor.type("人数", "130名", 0)
    editor.type("投资", "很多")


def change() -> None:
    write(
        sections=[OPENING, {"heading": "再加一件事", "text": "再说一件。"}, RESULTS, WORK, {"text": "就到这里。"}],
        templates={"work": "要抓早，选派{{ 人数 }}到村，投资{{ 投资 }}。\n要抓到底，{{ 人数 }}一个不少。"},
    )


def test_the_whole_report(drafted: Runner) -> None:
    edit(by_hand)
    change()
    done = drafted("draft", "会", "--update", DRAFT)
    assert done.status == 0
    assert done.err == ""
    told = [line.rstrip() for line in done.out.split("\n\nsection")[0].splitlines()]
    assert told == [
        "                        paragraph",
        "new                     一、再加一件事",
        "new                     再说一件。",
        "renewed                 二、看清成绩",
        "kept                    一年来（记），成绩来之不易。",
        "stays deleted           这一年不容易。",
        "renewed                 三、抓好落实",
        "kept, new text beside   要抓紧，选派130名到村，投资很多，不许松劲。",
        "kept, new text beside   要抓实，再抓实，130名一个不少。",
        "removed                 三、带好队伍",
        "kept, gone from speech  要带（记）好队伍，清河市要先行。",
        "removed                 同志们，让我们一起干！",
        "new                     就到这里。",
        "",
        "10 paragraphs unchanged",
        "kept: edited or commented on; the speech says nothing new there but its facts",
        "kept, new text beside: edited; what the speech says now is in a comment",
        "kept, gone from speech: edited; the speech has it no more, as a comment says",
        "“人数” is 130名 in the draft, not in the facts file",
        f"“投资” is 很多 in the draft: {NO_NUMBER}",
        "to take over what the facts file does not have: speechdraft facts pull 会/会.docx",
        "",
        "会/会.docx: 175 characters, 1 minutes at 180 characters a minute",
    ]
    assert drafted("draft", "会", "--update", DRAFT).out.startswith("                        paragraph")


def test_a_section_that_was_taken_out_is_told_and_the_clean_copy_counts_without_it(drafted: Runner) -> None:
    def hand(editor: Editor) -> None:
        for beginning in ("二、抓好落实", "要抓紧", "要抓实"):
            editor.delete(editor.paragraph(beginning))

    edit(hand)
    # What only it says need neither be given nor be confirmed.
    write(facts=FACTS | {"投资": {"value": "912", "confirmed": False}})
    done = drafted("draft", "会", "--update", DRAFT, "--final")
    assert (done.status, done.err) == (0, "")
    told = [line.rstrip() for line in done.out.split("\n\nsection")[0].splitlines()]
    assert told == [
        "           paragraph",
        "renewed    今天，清河市召开会议，讲两点意见。",
        "taken out  二、抓好落实",
        "taken out  要抓紧，选派【待补：人数】到村，投资912亿元，不许松劲…",
        "taken out  要抓实，【待补：人数】一个不少。",
        "renewed    二、带好队伍",
        "",
        "14 paragraphs unchanged",
        "taken out: a whole section, taken out by hand; the numbers follow",
        "to have it back, copy its paragraphs from a fresh draft (-o) into this one",
        "",
        "会/会-final.docx: 130 characters, 0.7 minutes at 180 characters a minute",
    ]
    assert "no gaps: every fact that the draft needs is given" in done.out
    root = etree.fromstring(parts_of(Path("会/会-final.docx").read_bytes())["word/document.xml"])
    said = [text_in(paragraph) for paragraph in root.iter(w("p"))]
    assert "今天，清河市召开会议，讲两点意见。" in said
    assert [text[:2] for text in said if text[1:2] == "、"] == ["一、", "二、"]


def test_the_table_stays_within_eighty_columns(drafted: Runner) -> None:
    edit(by_hand)
    long = "同志们，" + "我们要把各级各部门的队伍带好带强带出一股子心往一处想、劲往一处使的劲头来，" * 4
    write(sections=[*SECTIONS, {"text": long}])
    done = drafted("draft", "会", "--update", DRAFT)
    from rich.cells import cell_len

    table = done.out.split("\n\n")[0].splitlines()
    assert max(cell_len(line.rstrip()) for line in table) <= 80
    assert any(line.rstrip().endswith("…") for line in table)


def test_nothing_new_is_said_in_a_line(drafted: Runner) -> None:
    before = DRAFT.read_bytes()
    done = drafted("draft", "会", "--update", DRAFT)
    assert done.out.startswith("19 paragraphs unchanged\n\n会/会.docx: ")
    assert DRAFT.read_bytes() == before


def test_another_program_reads_it_as_json(drafted: Runner) -> None:
    edit(by_hand)
    change()
    told = json.loads(drafted("draft", "会", "--update", DRAFT, "--json").out)
    assert told["output"] == "会/会.docx"
    assert [(one["fate"], one["text"]) for one in told["paragraphs"] if one["fate"] != "unchanged"] == [
        ("new", "一、再加一件事"),
        ("new", "再说一件。"),
        ("renewed", "二、看清成绩"),
        ("kept", "一年来（记），成绩来之不易。"),
        ("deleted", "这一年不容易。"),
        ("renewed", "三、抓好落实"),
        ("both", "要抓紧，选派130名到村，投资很多，不许松劲。"),
        ("both", "要抓实，再抓实，130名一个不少。"),
        ("removed", "三、带好队伍"),
        ("orphaned", "要带（记）好队伍，清河市要先行。"),
        ("removed", "同志们，让我们一起干！"),
        ("new", "就到这里。"),
    ]
    assert [(one["fact"], one["step"], one["in_file"], one["in_draft"]) for one in told["facts"]] == [
        ("人数", "new", "", ["130名"]),
        ("投资", "refused", "912亿元", ["很多"]),
    ]


def test_strict_asks_for_somebody_where_a_comment_does(drafted: Runner) -> None:
    edit(lambda editor: editor.type_in(editor.paragraph("要带好"), 2, "（记）"))
    write(facts=FACTS | {"人数": "128"})
    assert drafted("draft", "会", "--update", DRAFT, "--strict").status == 0
    write(facts=FACTS | {"人数": "128"}, templates=TEMPLATES | {"team": "要带强。"})
    assert drafted("draft", "会", "--update", DRAFT, "--strict", "-o", "新.docx").status == 3
    edit(lambda editor: editor.type("人数", "129名"))
    write(facts=FACTS | {"人数": "127"})
    assert drafted("draft", "会", "--update", DRAFT, "--strict", "-o", "又新.docx").status == 3


def test_it_can_be_written_elsewhere(drafted: Runner) -> None:
    before = edit(by_hand)
    change()
    assert drafted("draft", "会", "--update", DRAFT, "-o", "新.docx").out.count("新.docx: ") == 1
    assert DRAFT.read_bytes() == before
    assert "再说一件。" in paragraphs(Path("新.docx").read_bytes())
    # It has words of a hand in it: something else is not written over it, the same may be.
    assert drafted("draft", "会", "--update", DRAFT, "-o", "新.docx").status == 0
    write()
    done = drafted("draft", "会", "--update", DRAFT, "-o", "新.docx")
    assert (done.status, "changed-by-hand" in done.err) == (1, True)


@pytest.mark.parametrize("name", ["会/会.docx", "./会/会.docx", "会/../会/会.docx"])
def test_in_place_under_any_name(drafted: Runner, name: str) -> None:
    edit(by_hand)
    change()
    done = drafted("draft", "会", "--update", Path(DRAFT).absolute(), "-o", name)
    assert (done.status, done.err) == (0, "")
    assert "再说一件。" in paragraphs(DRAFT.read_bytes())


def test_an_updated_draft_is_as_safe_as_it_was(drafted: Runner) -> None:
    change()
    drafted("draft", "会", "--update", DRAFT)
    assert is_untouched(DRAFT.read_bytes())
    assert drafted("draft", "会").status == 0
    write()
    assert drafted("draft", "会").status == 0
    before = edit(by_hand)
    change()
    drafted("draft", "会", "--update", DRAFT)
    assert DRAFT.read_bytes() != before
    done = drafted("draft", "会")
    assert (done.status, "changed-by-hand" in done.err) == (1, True)


def test_a_draft_that_is_open_in_word_is_not_written(drafted: Runner) -> None:
    before = edit(by_hand)
    change()
    Path("会/~$会.docx").touch()
    done = drafted("draft", "会", "--update", DRAFT)
    assert done.status == 1
    assert done.err.startswith("会/会.docx: file-is-open: the file is open in another program\n")
    assert DRAFT.read_bytes() == before
    assert drafted("draft", "会", "--update", DRAFT, "-o", "新.docx").status == 0


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("会/会.html", f"会/会.html: {NO_DOCX}\n  write the others anew: speechdraft draft SPEECH -o 会/会.html\n"),
        ("会/会.wps", f"会/会.wps: {NO_DOCX}\n  open it and save it as .docx\n"),
        ("会/没有.docx", "会/没有.docx: no-such-file: the file is not there\n  “会” has: 会.docx\n"),
        ("会", f"会: {NO_DOCX}\n"),
        ("会/facts.yaml", f"会/facts.yaml: {NO_DOCX}\n"),
    ],
)
def test_what_is_no_draft_is_refused(drafted: Runner, name: str, message: str) -> None:
    Path("会/会.wps").write_bytes(b"")
    assert drafted("draft", "会", "-o", "会/会.html").status == 0
    done = drafted("draft", "会", "--update", name)
    assert done.status == 1
    assert done.err.startswith(message)
    assert done.err.endswith("1 error; nothing was written\n")


def test_a_damaged_or_foreign_document_is_refused(drafted: Runner) -> None:
    whole = DRAFT.read_bytes()
    parts = parts_of(whole)
    bare = {name: part for name, part in parts.items() if not name.startswith(("customXml/", "word/glossary/"))}
    bare["word/document.xml"] = b'<w:document xmlns:w="%b"><w:body/></w:document>' % W.encode()
    for data, code in (
        (whole[: len(whole) // 2], "damaged-file"),
        (b"", "not-an-office-file"),
        (pack(parts | {"word/document.xml": b"<w:document"}), "damaged-file"),
        (pack(bare), "not-ours"),
    ):
        DRAFT.write_bytes(data)
        done = drafted("draft", "会", "--update", DRAFT)
        assert (done.status, done.err.split(": ")[:2]) == (1, ["会/会.docx", code])
        assert DRAFT.read_bytes() == data


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_draft_of_another_outline_is_refused_unless_forced(drafted: Runner) -> None:
    before = edit(by_hand)
    write(id="other")
    done = drafted("draft", "会", "--update", DRAFT)
    assert done.err == (
        "会/会.docx: other-outline: this draft was written from the outline “test”, and the speech has “other”\n"
        "  name the speech that the draft is of; with --force it is brought up to this one all the same\n"
        "1 error; nothing was written\n"
    )
    assert DRAFT.read_bytes() == before
    assert drafted("draft", "会", "--update", DRAFT, "--force").status == 0


def test_a_document_with_macros_is_updated_and_that_is_said(drafted: Runner) -> None:
    parts = parts_of(edit(by_hand))
    DRAFT.write_bytes(pack(parts | {"word/vbaProject.bin": b"x"}))
    done = drafted("draft", "会", "--update", DRAFT)
    assert done.status == 0
    assert "macros" in done.err


def test_values_given_on_the_command_line_count(drafted: Runner) -> None:
    edit(lambda editor: editor.type_in(editor.paragraph("一年来"), 3, "（记）"))
    drafted("draft", "会", "--update", DRAFT, "--set", "人数=77")
    assert "要抓实，77名一个不少。" in paragraphs(DRAFT.read_bytes())


def test_an_output_of_another_kind_is_refused(drafted: Runner) -> None:
    edit(by_hand)
    done = drafted("draft", "会", "--update", DRAFT, "-o", "新.html")
    assert done.err == (
        "新.html: unknown-format: an edited draft is brought up to date as a .docx only\n1 error; nothing was written\n"
    )
    assert not Path("新.html").exists()
