"""Help and usage errors, word for word, in both languages; and typer's seams that they need."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from speechdraft.cli.usage import command_line
from tests.commands import Run, run_command, run_program

_DRAFT = {
    "en": """\
Usage: speechdraft outline show [OPTIONS] OUTLINE

Show an outline's tree: templates, facts, characters and minutes of each section.

Arguments:
  OUTLINE  An outline's name or file, or a speech's folder.

Options:
  --facts / --no-facts  Name the facts that each section uses.
  --unlocked            Take the packs as they are now, whatever the speech's lock says.
  --json                Print JSON, for another program.
  -h, --help            Show this message and exit.
""",
    "zh_CN": """\
用法：speechdraft outline show [选项] 提纲

显示提纲结构：各部分的段式、情况、字数和分钟数。

参数：
  提纲  提纲的名称或文件，或讲话的文件夹。

选项：
  --facts / --no-facts  列出各部分用到的情况。
  --unlocked            按模板包现在的版本处理，不管讲话锁定的版本。
  --json                输出 JSON，供其他程序使用。
  -h, --help            显示本说明后退出。
""",
}
_PULL = {
    "en": """\
Usage: speechdraft facts pull [OPTIONS] DRAFT [SPEECH]

Take values that people typed into a draft over into its facts file.

Arguments:
  DRAFT   A .docx that speechdraft wrote and people edited.
  SPEECH  The speech's folder or facts file; else the one beside the draft.

Options:
  --strict    Exit with 3 when there are conflicts or warnings.
  --unlocked  Take the packs as they are now, whatever the speech's lock says.
  --json      Print JSON, for another program.
  -h, --help  Show this message and exit.
""",
    "zh_CN": """\
用法：speechdraft facts pull [选项] 稿件 [讲话]

把别人填在稿里的值收进情况文件。

参数：
  稿件  speechdraft 生成、有人改过的 .docx。
  讲话  讲话的文件夹或情况文件；不写则用稿件旁边的。

选项：
  --strict    有冲突或警告时，以状态 3 退出。
  --unlocked  按模板包现在的版本处理，不管讲话锁定的版本。
  --json      输出 JSON，供其他程序使用。
  -h, --help  显示本说明后退出。
""",
}


@pytest.fixture(params=["en", "zh_CN"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the language that programs are run in; help texts are read once in a process."""
    monkeypatch.setenv("SPEECHDRAFT_LANG", request.param)
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    return str(request.param)


def test_the_whole_help_of_two_commands(language: str) -> None:
    assert run_program("outline", "show", "-h") == Run(out=_DRAFT[language], err="", status=0)
    assert run_program("facts", "pull", "--help") == Run(out=_PULL[language], err="", status=0)


def test_the_program_alone_shows_its_help_as_a_usage_error(language: str) -> None:
    done = run_program()
    assert (done.out, done.status) == ("", 2)
    assert done.err.startswith(
        {"en": "Usage: speechdraft [OPTIONS] COMMAND …\n", "zh_CN": "用法：speechdraft [选项] 命令 …\n"}[language]
    )
    assert run_program("-h") == Run(out=done.err, err="", status=0)


@pytest.mark.parametrize(
    "words", [[], ["outline"], ["facts"], ["pack"], ["draft"], ["facts", "merge"], ["pack", "new"]]
)
def test_chinese_help_has_no_english_sentence(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECHDRAFT_LANG", "zh_CN")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8")
    _usage, _newline, rest = run_program(*words, "-h").out.partition("\n")
    assert rest
    assert re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+.*", rest) == []


@pytest.mark.parametrize(
    ("words", "usage", "english", "chinese"),
    [
        (["dratf"], ("", ""), "there is no command “dratf”\n  did you mean draft?", "没有命令“dratf”\n  是不是：draft？"),
        (["zzz"], ("", ""), "there is no command “zzz”", "没有命令“zzz”"),
        (["facts", "stauts"], (" facts", ""), "there is no command “stauts”\n  did you mean status?", "没有命令“stauts”\n  是不是：status？"),
        (["draft"], (" draft", " {SPEECH}"), "{SPEECH} is missing", "没有写“{SPEECH}”"),
        (["draft", "x", "--layuot", "y"], (" draft", " {SPEECH}"), "there is no option --layuot\n  did you mean --layout?", "没有选项 --layuot\n  是不是：--layout？"),
        (["draft", "x", "-q"], (" draft", " {SPEECH}"), "there is no option -q", "没有选项 -q"),
        (["draft", "x", "y", "z"], (" draft", " {SPEECH}"), "unexpected: y z", "多出了：y z"),
        (
            ["draft", "x", "--layout", "a4"],
            (" draft", " {SPEECH}"),
            "--layout: no layout “a4”; there are gbt9704, windows-fonts, reading",
            "--layout：没有版式“a4”；可用的有：gbt9704、windows-fonts、reading",
        ),
    ],
)  # fmt: skip
def test_usage_errors(language: str, words: list[str], usage: tuple[str, str], english: str, chinese: str) -> None:
    command, arguments = usage
    if language == "en":
        told = f"Usage: speechdraft{command} [OPTIONS]{arguments or ' COMMAND …'}"
        wanted = f"{told}\nHelp: speechdraft{command} -h\n\nError: {english}\n".replace("{SPEECH}", "SPEECH")
    else:
        told = f"用法：speechdraft{command} [选项]{arguments or ' 命令 …'}"
        wanted = f"{told}\n帮助：speechdraft{command} -h\n\n错误：{chinese}\n".replace("{SPEECH}", "讲话")
    assert run_program(*words) == Run(out="", err=wanted, status=2)


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (["draft", "x", "--set"], "--set needs a value", "--set 后面要写值"),
        (["draft", "x", "--json=1"], "--json takes no value", "--json 后面不写值"),
        (["pack", "publish", "x"], "the option --to is missing", "没有写选项 --to"),
    ],
)
def test_errors_of_options(language: str, words: list[str], english: str, chinese: str) -> None:
    done = run_program(*words)
    last = {"en": f"Error: {english}", "zh_CN": f"错误：{chinese}"}[language]
    assert (done.out, done.err.splitlines()[-1], done.status) == ("", last, 2)


def test_what_typer_says_otherwise_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    import typer

    app = command_line("Help.")

    @app.command()
    def one() -> None:
        raise typer.BadParameter("all is new")

    @app.command()
    def two() -> None:
        raise typer.Abort

    for word, said, status in (("one", "Error: Invalid value: all is new", 2), ("two", "stopped", 1)):
        with pytest.raises(SystemExit) as stop:
            app([word], prog_name="x")
        assert stop.value.code == status
        assert capsys.readouterr().err.splitlines()[-1] == said


def test_the_version_and_an_exit_status_of_a_command() -> None:
    assert run_command("--version").out.startswith("speechdraft ")
    assert run_command("--version").status == 0
    assert run_command("draft", "nowhere").status == 1


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_is_still_made(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SPEECHDRAFT_COMPLETE", f"source_{shell}")
    assert "_speechdraft_completion" in run_program().out


def test_completion_completes() -> None:
    import os

    done = subprocess.run(
        [sys.executable, "-m", "speechdraft"],
        env={
            **os.environ,
            "_SPEECHDRAFT_COMPLETE": "complete_bash",
            "COMP_WORDS": "speechdraft outl",
            "COMP_CWORD": "1",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.split() == ["outline"]
