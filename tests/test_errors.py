"""Everything that can be wrong, as a user meets it: the whole message, with its place and a way out.

A case says what a user's folder holds and what is typed; ``says`` is what the standard error has, by language, in
whole. No case may end in a traceback or write anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.commands import Run, run_program

OUTLINE = """\
id: test
title: 试
speech: {title: 讲话, speaker: '', date: '', salutation: ''}
facts:
  地区: {}
  人数: {type: number, unit: 名}
  比例: {type: percent}
  日期: {type: date}
  成绩: {type: list, fields: {标题: {}, 做法: {}}}
sections:
  - text: 在{{ 地区 }}。
"""
FACTS = "outline: test\n地区: 清河市\n"
QUOTES = "  values that hold “: ”, “#” or quotation marks are safe in single quotes: '…'\n"
QUOTES_ZH = "  值中有“: ”“#”或引号时，用单引号括起来：'…'\n"
ONE = "1 error; nothing was written\n"
ONE_ZH = "1 处错误；没有写任何文件\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is in the folder ``s``, what is typed, and what is said."""

    outline: str = OUTLINE
    facts: str | bytes | None = FACTS
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    words: tuple[str, ...] = ("draft", "s")
    says: Mapping[str, str]
    status: int = 1


def _sections(text: str) -> str:
    return OUTLINE.split("  - text", maxsplit=1)[0] + text


CASES = {
    # YAML
    "facts that do not parse": Case(
        facts="outline: test\n地区: 清河市: 县\n",
        says={"en": f"s/facts.yaml:2:8: yaml-syntax: a colon stands where none is expected\n{QUOTES}{ONE}"},
    ),
    "facts with a full-width colon": Case(
        facts="outline: test\n地区：清河市\n人数: 3\n",
        says={
            "en": "s/facts.yaml:2:1: yaml-syntax: this line has no colon after its name\n"
            f"  after a name stands a half-width colon and a space: “名称: 值”, not “名称：值”\n{QUOTES}{ONE}",
            "zh_CN": "s/facts.yaml:2:1: yaml-syntax: 这一行的名称后面缺少冒号\n"
            f"  名称后面要用半角冒号加空格：“名称: 值”，不是“名称：值”\n{QUOTES_ZH}{ONE_ZH}",
        },
    ),
    "facts with no space behind the colon": Case(
        facts="地区:清河市\n",
        says={
            "en": "s/facts.yaml:1:1: yaml-syntax: this line has no colon after its name\n"
            f"  after the colon behind a name stands a space: “名称: 值”, not “名称:值”\n{QUOTES}{ONE}"
        },
    ),
    "facts indented with a tab": Case(
        facts="成绩:\n\t- 标题: 甲\n",
        says={
            "en": "s/facts.yaml:2:1: yaml-syntax: a value cannot begin with this character\n"
            f"  indent with spaces, not with tabs\n{QUOTES}{ONE}"
        },
    ),
    "an outline that does not parse": Case(
        outline=OUTLINE.replace("  - text: 在{{ 地区 }}。", "  - text: {{ 地区 }}"),
        says={
            "en": "s/outline.yaml:11:12: yaml-syntax: a list or mapping stands where a name is expected\n"
            f'  put a text that begins with {{{{ or [ in quotes: "{{{{ … }}}}"\n{ONE}'
        },
    ),
    "a dictionary that does not parse": Case(
        files={"templates/facts.yaml": "甲: {type: text\n"},
        says={"en": f"s/templates/facts.yaml:1:4: yaml-syntax: a {{ … }} is not closed, or lacks a comma\n{QUOTES}{ONE}"},
    ),
    "a key that stands twice": Case(
        facts="outline: test\n地区: 清河市\n人数: 3\n地区: 石渡县\n",
        says={
            "en": "s/facts.yaml:4:1: duplicate-key: “地区” stands here a second time\n"
            f"  it stands first in line 2; keep one of them\n{ONE}",
            "zh_CN": "s/facts.yaml:4:1: duplicate-key: “地区”在这里第二次出现\n"
            f"  第一次出现在第 2 行；请只保留一个\n{ONE_ZH}",
        },
    ),
    "a key that there is not": Case(
        outline=OUTLINE.replace("  - text:", "  - tekst:"),
        says={
            "en": f"s/outline.yaml:11:5: unknown-key: no key “tekst” here\n  did you mean text?\n{ONE}"
        },
    ),
    "a value of the wrong type": Case(
        outline=OUTLINE.replace("id: test", "id: test\nminutes: 一小时"),
        says={
            "en": f"s/outline.yaml:2:10: wrong-type: expected a number\n  write it in digits, such as 12\n{ONE}"
        },
    ),
    "facts of the wrong type": Case(
        facts="地区: [清河]\n成绩: 甲\n人数: 很多\n",
        says={
            "en": "s/facts.yaml:1:5: wrong-type: expected a text for “地区”\n"
            "s/facts.yaml:2:5: not-a-list: “成绩” is a list\n  put each item on a line of its own, after “- ”\n"
            "s/facts.yaml:3:5: bad-number: “人数”: “很多” is not a number\n"
            "  write digits, with the unit if you like: 128, 1.2万, 近300名\n"
            "3 errors; nothing was written\n"
        },
    ),
    # Names
    "an outline that there is not": Case(
        files={"facts2.yaml": "outline: party-lectur\n"},
        words=("draft", "s/facts2.yaml"),
        outline="",
        facts=None,
        says={
            "en": "s/facts2.yaml:1:10: unknown-outline: no outline “party-lectur”\n"
            f"  did you mean party-lecture?\n{ONE}"
        },
    ),
    "facts that do not name their outline": Case(
        files={"facts2.yaml": "地区: 清河市\n"},
        words=("draft", "s/facts2.yaml"),
        outline="",
        facts=None,
        says={
            "en": "s/facts2.yaml:1: no-outline: these facts do not say which outline they are for\n"
            f"  write “outline: annual-conference”, or another of speechdraft outline list, in the first line\n{ONE}"
        },
    ),
    "a template that there is not": Case(
        outline=_sections("  - template: own/toether\n"),
        files={"templates/own/together.j2": "甲"},
        says={
            "en": "s/outline.yaml:11:15: unknown-template: no template “own/toether”\n"
            f"  did you mean own/together?\n{ONE}",
            "zh_CN": f"s/outline.yaml:11:15: unknown-template: 没有段式“own/toether”\n  是不是：own/together？\n{ONE_ZH}",
        },
    ),
    "a template that another includes and that there is not": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "甲\n{% include 'own/toether' %}\n", "templates/own/together.j2": "乙"},
        says={
            "en": "s/templates/own.j2:2: unknown-template: no template “own/toether”\n"
            f"  did you mean own/together?\n{ONE}"
        },
    ),
    "a fact that there is not": Case(
        outline=_sections("  - heading: 甲\n    text: |\n      在会上。\n      在{{ 地曲 }}。\n"),
        says={
            "en": f"s/outline.yaml:14: unknown-fact: no fact or parameter “地曲”\n  did you mean 地区?\n{ONE}",
            "zh_CN": f"s/outline.yaml:14: unknown-fact: 没有“地曲”这项情况或参数\n  是不是：地区？\n{ONE_ZH}",
        },
    ),
    "a fact on the command line that there is not": Case(
        words=("draft", "s", "--set", "人书=3"),
        says={"en": f"--set: unknown-fact: no fact “人书”\n  did you mean 人数?\n{ONE}"},
    ),
    # Templates
    "a template with a slip in its syntax": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "第一段\n第二段{% if 地区 %}\n第三段{{ 地区 }\n"},
        says={"en": f"s/templates/own.j2:3: template-syntax: this is not template syntax: “}}” stands where it makes no sense\n{ONE}"},
    ),
    "a text with a slip in its syntax": Case(
        outline=OUTLINE.replace("在{{ 地区 }}。", "在{% if 地区 %}。"),
        says={
            "en": f"s/outline.yaml:11:11: template-syntax: this is not template syntax: “if” is not closed\n{ONE}"
        },
    ),
    "a name that the sandbox refuses": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "第一段\n\n{{ 地区.__class__ }}\n"},
        says={
            "en": f"s/templates/own.j2:3: refused-name: the name “.__class__” is not allowed in a template\n{ONE}",
            "zh_CN": f"s/templates/own.j2:3: refused-name: 段式中不允许使用名称“.__class__”\n{ONE_ZH}",
        },
    ),
    "a filter that there is not": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "{{ 成绩 | lenght }}\n"},
        says={"en": f"s/templates/own.j2:1: refused-name: no filter “lenght”\n  did you mean length?\n{ONE}"},
    ),
    "a template that calls itself": Case(
        outline=_sections("  - template: a\n"),
        files={"templates/a.j2": "甲\n{% include 'b' %}\n", "templates/b.j2": "{% include 'a' %}\n"},
        says={
            "en": f"s/templates/b.j2:1: calls-itself: the template “a” calls itself\n  a → b → a\n{ONE}",
            "zh_CN": f"s/templates/b.j2:1: calls-itself: 段式“a”调用了它自己\n  a → b → a\n{ONE_ZH}",
        },
    ),
    "a macro that calls itself": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "\n{% macro 甲() %}{{ 甲() }}{% endmacro %}\n{{ 甲() }}\n"},
        says={"en": f"s/templates/own.j2:2: calls-itself: the macro “甲” calls itself\n{ONE}"},
    ),
    "a template that wants too much": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "{% set 甲 = '好' %}\n" + "{% set 甲 = 甲 ~ 甲 %}\n" * 40},
        says={
            "en": f"s/templates/own.j2:20: over-budget: this template wants too much: it writes too much text\n{ONE}"
        },
    ),
    "an each over something that is no list": Case(
        outline=_sections("  - each: 地区\n    text: x\n"),
        says={
            "en": f"s/outline.yaml:11:11: not-a-list: “地区” is no list\n  declare it as type: list in the dictionary\n{ONE}",
            "zh_CN": f"s/outline.yaml:11:11: not-a-list: “地区”不是清单\n  请在词典中声明为 type: list\n{ONE_ZH}",
        },
    ),
    # Values
    "a date that is no date": Case(
        facts="日期: 明天\n",
        says={
            "en": f"s/facts.yaml:1:5: bad-date: “日期”: “明天” is not a date\n  write 2026-02-10 or 2026年2月10日\n{ONE}",
            "zh_CN": f"s/facts.yaml:1:5: bad-date: “日期”：“明天”不是日期\n  请写 2026-02-10 或 2026年2月10日\n{ONE_ZH}",
        },
    ),
    "a day that there is not": Case(
        facts="日期: 2026-02-30\n",
        says={
            "en": "s/facts.yaml:1:5: bad-date: “日期”: there is no day 2026-02-30\n"
            f"  write 2026-02-10 or 2026年2月10日\n{ONE}"
        },
    ),
    "a percentage of 300": Case(
        facts="比例: 300%\n",
        says={
            "en": "s/facts.yaml:1:5: out-of-range: “比例”: 300% cannot be\n"
            f"  it lies between 0% and 100%; correct the figure, or the fact's min and max in the dictionary\n{ONE}",
            "zh_CN": "s/facts.yaml:1:5: out-of-range: “比例”：不可能是 300%\n"
            f"  应在 0% 与 100% 之间；请改正数字，或修改词典中该情况的 min 和 max\n{ONE_ZH}",
        },
    ),
    "a character that no document holds": Case(
        facts="outline: test\n地区: 清\x08河\n",
        says={
            "en": "s/facts.yaml:2:6: bad-character: the character U+0008 cannot stand in a document\n"
            f"  it is invisible and often comes along when text is copied; delete it\n{ONE}",
            "zh_CN": f"s/facts.yaml:2:6: bad-character: 文档中不能有字符 U+0008\n  它不可见，常在复制文字时带入；请删去\n{ONE_ZH}",
        },
    ),
    "a character that no document holds, in a template": Case(
        outline=_sections("  - template: own\n"),
        files={"templates/own.j2": "第一段\n清\x0b河\n"},
        says={
            "en": f"s/templates/own.j2:2: bad-character: the character U+000B cannot stand in a document\n{ONE}"
        },
    ),
    "a character that no document holds, on the command line": Case(
        words=("draft", "s", "--set", "地区=清\x08河"),
        says={"en": f"--set: bad-character: the character U+0008 cannot stand in a document\n{ONE}"},
    ),
    "a setting that sets nothing": Case(
        words=("draft", "s", "--set", "地区"),
        says={
            "en": f"--set: bad-setting: “地区” does not set a fact\n"
            f"  write --set 名称=值, for instance --set 地区=清河市\n{ONE}"
        },
    ),
    "a formula that needs itself": Case(
        outline=OUTLINE.replace("地区: {}", "地区: {formula: 地区 ~ '市'}"),
        facts="",
        says={
            "en": f"formula of “地区”: formula-cycle: the formula of “地区” needs itself\n  地区 → 地区\n{ONE}"
        },
    ),
    # Files
    "facts that are no text": Case(
        facts=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        says={
            "en": "s/facts.yaml: not-text: this is not a text file (neither UTF-8, UTF-16 nor GB18030)\n"
            f"  save it as text in UTF-8\n{ONE}"
        },
    ),
    "a folder that is not there": Case(
        words=("draft", "部长会义"),
        says={"en": f"部长会义: no-such-file: the file is not there\n  this folder has: s\n{ONE}"},
    ),
    "a folder that holds no speech": Case(
        words=("draft", "."),
        says={
            "en": ".: not-a-speech: this folder holds neither facts.yaml nor outline.yaml\n"
            f"  speechdraft new OUTLINE FOLDER makes a speech's folder\n{ONE}"
        },
    ),
    "an output folder that is not there": Case(
        words=("draft", "s", "-o", "稿件/s.docx"),
        says={
            "en": f"{Path('稿件/s.docx')}: no-such-folder: there is no folder “稿件”\n"
            "  the nearest folder that is there is “HERE”; to make the missing one: "
            + ('mkdir "稿件"' if os.name == "nt" else "mkdir -p '稿件'")
            + f"\n{ONE}"
        },
    ),
    "an output that is a folder": Case(
        words=("draft", "s", "-o", "s/x.docx"),
        files={"x.docx/readme.txt": ""},
        says={
            "en": f"{Path('s/x.docx')}: not-a-file: this is a folder, not a file\n"
            f"  give the file's name too, such as {Path('s/x.docx/speech.docx')}\n{ONE}"
        },
    ),
    "an output of no known form": Case(
        words=("draft", "s", "-o", "s/s.doc"),
        says={"en": f"{Path('s/s.doc')}: unknown-format: no draft can be written as “.doc”\n  did you mean .docx?\n{ONE}"},
    ),
    "an output that somebody else wrote": Case(
        files={"s.docx": "nobody's"},
        says={
            "en": "s/s.docx: changed-by-hand: this file was changed since it was written, or speechdraft did not write it; "
            f"it is left alone\n  write elsewhere with -o, or over it with --force\n{ONE}",
            "zh_CN": "s/s.docx: changed-by-hand: 这个文件生成后被修改过，或不是 speechdraft 生成的；未作改动\n"
            f"  用 -o 写到别处，或用 --force 覆盖\n{ONE_ZH}",
        },
    ),
    "an output that Word has open": Case(
        files={"~$s.docx": "lock"},
        words=("draft", "s", "--force"),
        says={
            "en": "s/s.docx: file-is-open: the file is open in another program\n"
            f"  close it there and try again; if no program has it open, delete “{Path('s/~$s.docx')}”\n{ONE}"
        },
    ),
    # Other commands say it alike
    "an outline to start from that there is not": Case(
        words=("new", "party-lectur", "t"),
        says={"en": f"unknown-outline: no outline “party-lectur”\n  did you mean party-lecture?\n{ONE}"},
    ),
    "an outline to show that there is not": Case(
        words=("outline", "show", "nonsense"),
        says={
            "en": f"unknown-outline: no outline “nonsense”\n  speechdraft outline list shows all there are\n{ONE}"
        },
    ),
    "a name too long for a file": Case(
        words=("draft", "长" * 300),
        says={
            "en": f"{'长' * 300}: cannot-read: the file cannot be read: File name too long\n"
            f"  see whether you may read it, and whether another program holds it\n{ONE}"
        },
    ),
}  # fmt: skip


def _arrange(case: Case) -> None:
    files: dict[str, str | bytes | None] = {
        "outline.yaml": case.outline or None,
        "facts.yaml": case.facts,
        **case.files,
    }
    for name, content in files.items():
        if content is None:
            continue
        path = Path("s", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def _standing(folder: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")
    }


@pytest.mark.parametrize(
    ("name", "language"), [(name, language) for name, case in CASES.items() for language in case.says]
)
def test_what_is_said(name: str, language: str, run: Callable[..., Run], folder: Path) -> None:
    case = CASES[name]
    _arrange(case)
    if "Word has open" in name:
        Path("s/s.docx").write_bytes(b"")
    before = _standing(folder)
    done = run(*case.words, language=language)
    assert done.err == case.says[language].replace("HERE", str(Path.cwd()))
    assert done.out == ""
    assert done.status == case.status
    assert _standing(folder) == before


@pytest.mark.skipif(os.name == "nt", reason="permissions as POSIX has them")
def test_an_output_that_is_read_only(run: Callable[..., Run], folder: Path) -> None:
    _arrange(CASES["a date that is no date"])
    Path("s/facts.yaml").write_text(FACTS, encoding="utf-8")
    assert run("draft", "s").status == 0
    Path("s/s.docx").chmod(0o444)
    before = _standing(folder)
    done = run("draft", "s", "--set", "地区=石渡县")
    assert done.err == (
        "s/s.docx: read-only-file: the file is read-only\n"
        f"  write under another name, or allow writing: chmod u+w s/s.docx\n{ONE}"
    )
    assert done.status == 1
    assert _standing(folder) == before


@pytest.mark.parametrize("suffix", [".docx", ".html", ".md", ".json", ".txt"])
def test_an_output_that_was_changed_by_hand_is_left_alone_unless_forced(
    suffix: str, run: Callable[..., Run], folder: Path
) -> None:
    _arrange(Case(says={}))
    output = Path(f"稿{suffix}")
    words = ("draft", "s", "-o", output)
    assert run(*words).status == 0
    first = output.read_bytes()
    assert run(*words).status == 0
    assert output.read_bytes() == first
    output.write_bytes(first.replace(b"</w:p>", b"", 1) + b"\n\xe6\x89\x8b" if suffix != ".docx" else _edited(output))
    edited = output.read_bytes()
    assert edited != first
    done = run(*words)
    assert done.err == (
        f"稿{suffix}: changed-by-hand: this file was changed since it was written, or speechdraft did not write it; "
        f"it is left alone\n  write elsewhere with -o, or over it with --force\n{ONE}"
    )
    assert done.status == 1
    assert output.read_bytes() == edited
    assert run(*words, "--force").status == 0
    assert output.read_bytes() == first
    assert sorted(path.name for path in folder.iterdir()) == ["s", output.name]


def _edited(path: Path) -> bytes:
    """Return a document as Word saves it after somebody typed a word."""
    import io

    import docx

    document = docx.Document(str(path))
    document.paragraphs[-1].add_run("手改。")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_facts_as_windows_writes_them_are_read(encoding: str, end: str, run: Callable[..., Run]) -> None:
    _arrange(Case(facts=FACTS.replace("\n", end).encode(encoding), says={}))
    done = run("draft", "s", "-o", "稿.txt")
    assert (done.status, done.err) == (0, "")
    assert "在清河市。" in Path("稿.txt").read_text(encoding="utf-8")


def test_everything_is_said_at_once(run: Callable[..., Run]) -> None:
    _arrange(
        Case(
            outline=OUTLINE.replace("id: test", "id: Test\nminuts: 3"),
            facts="地区: [甲]\n日期: 明天\n比例: 300\n",
            files={"templates/facts.yaml": "地区: {}\n日期: {type: date}\n比例: {type: percent}\n甲: {typ: x}\n"},
            says={},
        )
    )
    done = run("draft", "s", "--set", "日期=后天", "--set", "无")
    codes = [line.split(": ")[1] for line in done.err.splitlines()[:-1] if not line.startswith(" ")]
    assert codes == [
        "wrong-value", "unknown-key", "unknown-key", "wrong-type", "bad-date", "out-of-range", "bad-date", "bad-setting",
    ]  # fmt: skip
    assert done.err.endswith("8 errors; nothing was written\n")


def test_facts_of_an_outline_that_cannot_be_read_are_not_called_unknown(run: Callable[..., Run]) -> None:
    _arrange(Case(outline=OUTLINE.replace("id: test", "id: Test"), facts="地区: 清河\n人数: 很多\n", says={}))
    assert run("draft", "s").err == (
        "s/outline.yaml:1:5: wrong-value: “Test” cannot stand here\n  small letters, digits and hyphens\n" + ONE
    )


def test_a_line_number_is_no_emoji(run: Callable[..., Run]) -> None:
    _arrange(Case(facts="#\n" * 99 + "日期: ':smile:'\n", says={}))
    assert run("draft", "s").err.splitlines()[0] == "s/facts.yaml:100:5: bad-date: “日期”: “:smile:” is not a date"


def test_markup_of_the_terminal_is_no_markup(run: Callable[..., Run]) -> None:
    _arrange(Case(facts="日期: '[bold]明天[/] [red'\n", says={}))
    assert (
        run("draft", "s").err.splitlines()[0]
        == "s/facts.yaml:1:5: bad-date: “日期”: “[bold]明天[/] [red” is not a date"
    )


def test_usage(run: Callable[..., Run]) -> None:
    for words in (
        ("draft",),
        ("draft", "s", "--nonsense"),
        ("nonsense",),
        ("draft", "s", "--layout", "x"),
        ("new", "x"),
    ):
        done = run(*words)
        assert done.status == 2
        assert done.out == ""
        assert "Traceback" not in done.err


# The program as it is run


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_program_says_the_same(language: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    monkeypatch.setenv("SPEECHDRAFT_LANG", language)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    case = CASES["a date that is no date"]
    _arrange(case)
    done = run_program(*case.words)
    assert done.status == 1
    assert done.out == ""
    assert done.err.startswith("s/facts.yaml:1:5: bad-date: ")
    if language in case.says:
        assert done.err == case.says[language]


def test_a_terminal_without_chinese_gets_question_marks_and_no_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del folder
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    _arrange(CASES["a date that is no date"])
    done = run_program("draft", "s")
    assert done.status == 1
    assert done.err.startswith("s/facts.yaml:1:5: bad-date: ")


def test_a_fault_of_the_program_is_told_without_a_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that cannot be imported stands for any fault."""
    (folder / "broken").mkdir()
    (folder / "broken" / "sitecustomize.py").write_text(
        "import sys\nsys.modules['speechdraft.cli.drafting'] = None\n", encoding="utf-8"
    )
    monkeypatch.setenv("PYTHONPATH", str(folder / "broken"))
    _arrange(Case(says={}))
    done = run_program("draft", "s")
    assert done.status == 70
    assert done.err == (
        "speechdraft stumbled over a fault of its own: ModuleNotFoundError: import of speechdraft.cli.drafting halted; "
        "None in sys.modules\n  nothing was written; SPEECHDRAFT_DEBUG=1 shows where, for a report to the developers\n"
    )
    monkeypatch.setenv("SPEECHDRAFT_DEBUG", "1")
    assert "Traceback" in run_program("draft", "s").err
