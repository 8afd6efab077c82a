"""``speechdraft new``: a folder to start from, which drafts at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from speechdraft.outline import json_schema
from speechdraft.packs.store import user_store
from speechdraft.problems import Problems
from speechdraft.source import parse, to_plain
from tests.building import write_speech
from tests.commands import Run
from tests.packs.making import make_pack

TREE = [{"heading": "在{{ 地区 }}", "text": "{{ 人数 }}{% clause %}{{ 选 }}{% endclause %}"}]
FACTS_OF = {"地区": {}, "人数": {"type": "number"}, "选": {"optional": True}, "不用": {}}


def _plain(path: str) -> object:
    problems = Problems()
    node = parse(Path(path).read_text(encoding="utf-8"), path, problems)
    assert not problems.all()
    assert node is not None
    return to_plain(node)


def test_a_folder_from_an_outline(run: Callable[..., Run]) -> None:
    write_speech(Path("mine"), TREE, facts_of=FACTS_OF)
    done = run("new", "mine/outline.yaml", "会议/二月")
    assert (done.status, done.err) == (0, "")
    assert done.out.startswith("会议/二月: a speech after “试”\n")
    assert done.out.endswith("then: speechdraft draft 会议/二月\n")
    assert _plain("会议/二月/facts.yaml") == {"outline": "test", "地区": None, "人数": None, "选": None}
    assert _plain("会议/二月/outline.yaml") == _plain("mine/outline.yaml")
    assert json.loads(Path("会议/二月/outline.schema.json").read_text(encoding="utf-8")) == json_schema()


def test_the_copy_keeps_the_words_of_the_outline(run: Callable[..., Run]) -> None:
    write_speech(Path("mine"), TREE, facts_of=FACTS_OF)
    path = Path("mine/outline.yaml")
    text = "# 我的提纲\r\n" + path.read_text(encoding="utf-8").replace("\n", "\r\n")
    path.write_bytes(text.encode("gb18030"))
    assert run("new", "mine", "t").status == 0
    copied = Path("t/outline.yaml").read_bytes().decode()
    assert copied.endswith(text)
    assert copied.startswith("# yaml-language-server: $schema=outline.schema.json\n")
    assert run("new", "t", "u").status == 0
    assert Path("u/outline.yaml").read_bytes().decode() == copied


def test_it_drafts_at_once_and_once_it_is_filled_without_a_gap(run: Callable[..., Run]) -> None:
    write_speech(Path("mine"), TREE, facts_of=FACTS_OF)
    assert run("new", "mine", "t").status == 0
    empty = run("draft", "t", "--json")
    assert (empty.status, empty.err) == (0, "")
    assert [gap["fact"] for gap in json.loads(empty.out)["gaps"]] == ["地区", "人数"]
    form = Path("t/facts.yaml")
    text = form.read_text(encoding="utf-8").replace("\n地区:", "\n地区: 清河").replace("\n人数:", "\n人数: 3")
    form.write_text(text, encoding="utf-8")
    assert json.loads(run("draft", "t", "--json").out)["gaps"] == []


@pytest.mark.parametrize("name", ["outline.yaml", "facts.yaml", "outline.schema.json"])
def test_what_stands_there_already_is_left_alone(name: str, run: Callable[..., Run]) -> None:
    Path("t").mkdir()
    Path("t", name).write_text("mine", encoding="utf-8")
    Path("t/readme.txt").write_text("mine", encoding="utf-8")
    done = run("new", "annual-conference", "t")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"t: already-there: there already, and left alone: {name}\n  name another folder\n"
        "1 error; nothing was written\n"
    )
    assert sorted(path.name for path in Path("t").iterdir()) == sorted([name, "readme.txt"])


def test_a_folder_with_other_files_will_do_and_a_file_will_not(run: Callable[..., Run]) -> None:
    Path("t").mkdir()
    Path("t/readme.txt").write_text("mine", encoding="utf-8")
    assert run("new", "annual-conference", "t").status == 0
    assert Path("t/readme.txt").read_text(encoding="utf-8") == "mine"
    Path("f").write_text("mine", encoding="utf-8")
    done = run("new", "annual-conference", "f")
    assert done.err.startswith("f: already-there: there already, and left alone: f\n")


@pytest.mark.parametrize("words", [("new", "annual-conference"), ("pack", "new"), ("pack", "build", "p", "-o")])
def test_a_folder_that_cannot_be_made(words: tuple[str, ...], run: Callable[..., Run]) -> None:
    make_pack(Path("p"))
    Path("f").write_text("mine", encoding="utf-8")
    done = run(*words, "f/g")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"{Path('f/g')}: cannot-write: “f” is a file, so nothing can be written in it\n  write to a folder\n"
        "1 error; nothing was written\n"
    )


def test_a_pack_that_cannot_be_locked_leaves_nothing_behind(
    run: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECHDRAFT_HOME", str(Path("home").resolve()))
    assert run("pack", "install", make_pack(Path("p")), "--yes").status == 0
    odd = user_store().folder("work", "1.0.0") / "templates/work/odd.j2"
    odd.write_bytes(b"\xff")
    done = run("new", "work", "t")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[-1] == "1 error; nothing was written"
    assert "not-utf-8: this file is not text in UTF-8" in done.err
    assert not Path("t").exists()
    odd.unlink()
    assert run("new", "work", "t").status == 0


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_form_speaks_the_users_language(language: str, run: Callable[..., Run]) -> None:
    write_speech(Path("mine"), TREE, facts_of=FACTS_OF)
    assert run("new", "mine", "t", language=language).status == 0
    text = Path("t/facts.yaml").read_text(encoding="utf-8")
    assert ("Write each value behind its name" in text) == (language == "en")
    assert _plain("t/facts.yaml") == {"outline": "test", "地区": None, "人数": None, "选": None}


def test_every_outline_of_the_pack_starts_a_speech_that_drafts(run: Callable[..., Run]) -> None:
    names = [entry["id"] for entry in json.loads(run("outline", "list", "--json").out)]
    assert "annual-conference" in names
    for name in names:
        assert run("new", name, name).status == 0
        done = run("draft", name, "-o", f"{name}.txt", "--json")
        assert done.status == 0
        told = json.loads(done.out)
        text = Path(f"{name}.txt").read_text(encoding="utf-8")
        assert told["gaps"]
        undecided = [problem["message"] for problem in told["problems"] if problem["code"] == "undecided"]
        for gap in told["gaps"]:
            waits = any(f"“{gap['fact']}”" in message for message in undecided)
            assert waits or f"【待补：{gap['label']}】" in text
