"""``facts pull`` and ``facts refresh`` as somebody types them: what they say, what they write, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.building import write_speech
from tests.commands import Run
from tests.keeping.support import DICTIONARY, FRONT, Typist, run, texts

_run_of_text = run

SECTIONS = [{"text": "{{ 地区 }}提拔{{ 人数 }}，占{{ 占比 }}。{{ 回顾 }}"}, {"text": "{{ 地区 }}，{{ 项目 | join }}。"}]
FACTS = """\
# 给办公室
地区: 清河市  # 地名
人数: {value: 128, source: 干部一科, confirmed: yes}
回顾: 这一年不容易。
没有人用: 1
"""


@pytest.fixture
def speech(folder: Path, run: Callable[..., Run]) -> Path:
    """Return a speech's folder with its draft, ``会/会.docx``."""
    write_speech(folder / "会", SECTIONS, facts=FACTS, dictionary=DICTIONARY, speech=FRONT)
    assert run("draft", "会").status == 0
    return Path("会")


def typed(speech: Path, *entries: tuple[str, str, int]) -> None:
    """Type texts into mentions of the draft's entries; a negative number means them all."""
    path = speech / "会.docx"
    typist = Typist(path.read_bytes())
    for key, text, number in entries:
        typist.type(key, text, *([] if number < 0 else [number]))
    path.write_bytes(typist.saved())


def state(path: Path) -> tuple[int, int, bytes]:
    """Return what differs once a file is written again, even with what it had (when it was last read does not tell)."""
    return path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()


NOT_A_NUMBER = "“人数”: “一百三十” is not a number; write digits, with the unit if you like: 128, 1.2万, 近300名"


WAY = (
    "to settle a conflict, write the draft's value into 会/facts.yaml, or type the facts file's at each of its mentions "
    "in the draft"
)

TOLD = "comments stay as they are; speechdraft draft 会 --update 会/会.docx takes those away that are settled"


def said(done: Run) -> list[str]:
    """Return the lines that were printed, without the blanks at their ends."""
    return [line.rstrip() for line in done.out.splitlines()]


def test_values_are_taken_over_and_told(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("占比", "36.5", -1), ("地区", "云陂县", 1), ("人数", "130名", -1))
    done = run("facts", "pull", "会/会.docx")
    assert said(done) == [
        "fact           facts file  draft",
        "地区  changed  清河市      云陂县",
        "人数  changed  128名       130名",
        "占比  new                  36.5",
        "",
        "人数: the old value had a source or was confirmed; the new one is not confirmed yet",
        "3 values taken over into 会/facts.yaml",
    ]
    assert (done.status, done.err) == (0, "")
    assert (speech / "facts.yaml").read_text("utf-8") == (
        FACTS.replace("清河市", "云陂县").replace("128", "130").replace("confirmed: yes", "confirmed: no")
        + "占比: 36.5%\n"
    )


def test_nothing_to_take_over_leaves_the_file_alone(run: Callable[..., Run], speech: Path) -> None:
    before = state(speech / "facts.yaml")
    done = run("facts", "pull", "会/会.docx")
    assert (done.status, said(done)) == (0, ["0 values taken over into 会/facts.yaml"])
    assert state(speech / "facts.yaml") == before


def test_what_has_to_be_settled_is_told_whole(run: Callable[..., Run], speech: Path) -> None:
    long = "一个" * 40 + "县"
    typed(speech, ("地区", long, 1), ("地区", "石渡区", 2), ("人数", "一百三十", -1), ("占比", "37%", -1))
    done = run("facts", "pull", "会/会.docx")
    assert said(done) == [
        "fact       facts file  draft",
        "占比  new              37%",
        "",
        "地区: conflict: its mentions in the document disagree",
        "  facts file: 清河市",
        f"  draft: {long}",
        "  draft: 石渡区",
        "人数: not taken: " + NOT_A_NUMBER,
        "  facts file: 128名",
        "  draft: 一百三十",
        WAY,
        "1 value taken over into 会/facts.yaml",
    ]
    assert (done.status, done.err) == (0, "")
    assert run("facts", "pull", "会/会.docx", "--strict").status == 3
    assert (speech / "facts.yaml").read_text("utf-8") == FACTS + "占比: 37%\n"


def test_a_conflict_with_the_file_shows_both_values(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("回顾", "这一年\n不平凡。", -1))
    facts = FACTS.replace("不容易", "不寻常")
    (speech / "facts.yaml").write_text(facts, "utf-8")
    done = run("facts", "pull", "会/会.docx")
    assert said(done) == [
        "回顾: conflict: the facts file was changed, too",
        "  facts file: 这一年不寻常。",
        "  draft: 这一年",
        "    不平凡。",
        WAY,
        "0 values taken over into 会/facts.yaml",
    ]
    assert done.status == 0
    assert run("facts", "pull", "会/会.docx", "--strict").status == 3
    assert (speech / "facts.yaml").read_text("utf-8") == facts


def test_the_same_for_another_program(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "云陂县", 1), ("地区", "石渡区", 2), ("占比", "37%", -1))
    done = run("facts", "pull", "会/会.docx", "--json")
    told = json.loads(done.out)
    assert told["problems"] == []
    assert told["facts"] == [
        {
            "fact": "地区",
            "step": "conflict",
            "in_file": "清河市",
            "in_draft": ["云陂县", "石渡区"],
            "reason": "its mentions in the document disagree",
        },
        {"fact": "占比", "step": "new", "in_file": "", "in_draft": ["37%"], "reason": ""},
    ]
    assert done.status == 0
    assert run("facts", "pull", "会/会.docx", "--strict").status == 3


def test_facts_that_cannot_be_read_are_a_problem_and_stay(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("占比", "37%", -1))
    broken = FACTS + "人数: 130\n"
    (speech / "facts.yaml").write_text(broken, "utf-8")
    done = run("facts", "pull", "会/会.docx")
    assert done.status == 1
    assert done.err.startswith("会/facts.yaml:6:1: duplicate-key: “人数” stands here a second time")
    assert (speech / "facts.yaml").read_text("utf-8") == broken


# Where the facts are.


def test_facts_beside_the_draft_are_found_by_its_name(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "云陂县", 1))
    (speech / "会.yaml").write_text("outline: annual-conference\n地区: 清河市\n", "utf-8")
    done = run("facts", "pull", "会/会.docx")
    assert said(done)[-1] == "1 value taken over into 会/会.yaml"
    assert (speech / "facts.yaml").read_text("utf-8") == FACTS


def test_the_speech_can_be_named(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "云陂县", 1))
    Path("别处").mkdir()
    (speech / "会.docx").rename("别处/稿.docx")
    done = run("facts", "pull", "别处/稿.docx")
    assert (done.status, done.err) == (
        1,
        """别处/稿.docx: no-speech: there is no facts.yaml beside this draft
  name the speech's folder or its facts file behind the draft
1 error; nothing was written
""",
    )
    for target in ("会", "会/facts.yaml"):
        (speech / "facts.yaml").write_text(FACTS, "utf-8")
        assert said(run("facts", "pull", "别处/稿.docx", target))[-1] == "1 value taken over into 会/facts.yaml"


def test_a_speech_without_facts_gets_its_file(run: Callable[..., Run], speech: Path) -> None:
    (speech / "facts.yaml").unlink()
    assert run("draft", "会", "--force").status == 0
    typed(speech, ("地区", "云陂县", -1))
    done = run("facts", "pull", "会/会.docx")
    assert said(done)[-1] == "1 value taken over into 会/facts.yaml"
    assert (speech / "facts.yaml").read_text("utf-8") == "outline: test\n地区: 云陂县\n"


# Refresh.


def test_changed_facts_are_put_in_and_told(run: Callable[..., Run], speech: Path) -> None:
    path = speech / "会.docx"
    typist = Typist(path.read_bytes())
    typist.paragraph_of("地区", 1).append(_run_of_text("手写的一句。"))
    typist.type("人数", "130名")
    path.write_bytes(typist.saved())
    facts = FACTS.replace("清河市", "云陂县") + "占比: 40\n"
    (speech / "facts.yaml").write_text(facts, "utf-8")
    done = run("facts", "refresh", "会/会.docx")
    assert said(done) == [
        "fact                        facts file  draft",
        "地区  put in                云陂县      清河市",
        "人数  changed in the draft  128名       130名",
        "占比  put in                40%",
        "",
        "2 facts put into 会/会.docx",
        TOLD,
    ]
    assert (done.status, done.err) == (0, "")
    after = texts(path.read_bytes())
    assert (after["地区"], after["人数"], after["占比"]) == (["云陂县"] * 3, ["130名"], ["40%"])
    assert "手写的一句。" in "".join(Typist(path.read_bytes()).body.itertext())
    assert (speech / "facts.yaml").read_text("utf-8") == facts


def test_a_conflict_is_told_and_left(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "石渡区", -1))
    (speech / "facts.yaml").write_text(FACTS.replace("清河市", "云陂县"), "utf-8")
    before = (speech / "会.docx").read_bytes()
    done = run("facts", "refresh", "会/会.docx")
    assert said(done) == [
        "地区: conflict: the facts file was changed, too",
        "  facts file: 云陂县",
        "  draft: 石渡区",
        WAY,
        "0 facts put into 会/会.docx",
    ]
    assert done.status == 0
    assert run("facts", "refresh", "会/会.docx", "--strict").status == 3
    assert texts((speech / "会.docx").read_bytes()) == texts(before)


@pytest.mark.parametrize("side", ["draft", "file"])
def test_a_conflict_is_settled_where_it_says(run: Callable[..., Run], speech: Path, side: str) -> None:
    typed(speech, ("地区", "石渡区", -1))
    (speech / "facts.yaml").write_text(FACTS.replace("清河市", "云陂县"), "utf-8")
    assert run("facts", "pull", "会/会.docx", "--strict").status == 3
    if side == "draft":
        (speech / "facts.yaml").write_text(FACTS.replace("清河市", "石渡区"), "utf-8")
    else:
        typed(speech, ("地区", "云陂县", -1))
    for command in ("pull", "refresh"):
        assert run("facts", command, "会/会.docx", "--strict").status == 0
    value = "石渡区" if side == "draft" else "云陂县"
    assert value in (speech / "facts.yaml").read_text("utf-8")
    assert set(texts((speech / "会.docx").read_bytes())["地区"]) == {value}


def test_chinese_has_its_own_punctuation(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "石渡区", -1))
    (speech / "facts.yaml").write_text(FACTS.replace("清河市", "云陂县"), "utf-8")
    assert said(run("facts", "pull", "会/会.docx", language="zh_CN"))[0].startswith("地区：冲突：")


def test_where_no_comment_is_left_nothing_is_said_of_comments(run: Callable[..., Run], speech: Path) -> None:
    facts = FACTS + "占比: 37%\n项目: [一, 二]\n会议名称: 会\n会议日期: 2026-02-10\n讲话人: 部长 陈立\n"
    (speech / "facts.yaml").write_text(facts, "utf-8")
    assert said(run("facts", "refresh", "会/会.docx"))[-1] == TOLD
    assert run("draft", "会", "--update", "会/会.docx").status == 0
    (speech / "facts.yaml").write_text(facts.replace("37", "38"), "utf-8")
    assert said(run("facts", "refresh", "会/会.docx"))[-1] == "1 fact put into 会/会.docx"


def test_nothing_to_put_in_leaves_the_document_alone(run: Callable[..., Run], speech: Path) -> None:
    before = state(speech / "会.docx")
    done = run("facts", "refresh", "会/会.docx")
    assert (done.status, said(done)) == (0, ["0 facts put into 会/会.docx"])
    assert state(speech / "会.docx") == before


def test_a_speech_that_cannot_be_composed_leaves_the_document_alone(run: Callable[..., Run], speech: Path) -> None:
    before = (speech / "会.docx").read_bytes()
    outline = (speech / "outline.yaml").read_text("utf-8")
    (speech / "outline.yaml").write_text(outline.replace("占比", "没有"), "utf-8")
    done = run("facts", "refresh", "会/会.docx")
    assert done.status == 1
    assert "no fact or parameter “没有”" in done.err
    assert (speech / "会.docx").read_bytes() == before


def test_there_and_back_again_ends_in_step(run: Callable[..., Run], speech: Path) -> None:
    typed(speech, ("地区", "云陂县", 1), ("占比", "37", -1), ("项目", "甲、乙", -1))
    assert run("facts", "pull", "会/会.docx", "--strict").status == 0
    assert run("facts", "refresh", "会/会.docx", "--strict").status == 0
    for command in ("pull", "refresh"):
        done = run("facts", command, "会/会.docx", "--json")
        assert (done.status, json.loads(done.out)) == (0, {"facts": [], "problems": []})
    assert texts((speech / "会.docx").read_bytes())["地区"] == ["云陂县"] * 3
