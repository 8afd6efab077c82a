"""``speechdraft watch``: what it watches, what it draws, what it serves, and one run as a user has it."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import pytest

from speechdraft.i18n import use_language
from speechdraft.preview import PreviewServer
from speechdraft.watching import Watcher
from tests.building import write_speech, yaml_of
from tests.commands import Run

SECTIONS = [{"template": "opening"}, {"heading": "任务", "text": "抓{{ 重点 }}。"}]
FACTS_OF = {"地区": {"ask": "办公室"}, "重点": {"ask": "研究室"}}
TEMPLATES = {"opening": "{{ 地区 }}的同志们："}


@pytest.fixture
def speech(folder: Path) -> Path:
    """Return a speech's folder with a template of its own and no facts yet."""
    return write_speech(Path("s"), SECTIONS, facts=None, facts_of=FACTS_OF, templates=TEMPLATES)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# What is watched, and what is drawn.


def test_the_preview_is_what_draft_writes(speech: Path, run: Callable[..., Run]) -> None:
    _write(speech / "facts.yaml", "地区: 清河市\n")
    assert run("draft", speech, "-o", "x.html").status == 0
    drawn = Watcher(speech).redraw()
    assert drawn.page == Path("x.html").read_bytes()
    assert (drawn.problems, drawn.errors) == ((), ())
    assert drawn.composition is not None
    assert [gap.fact for gap in drawn.composition.draft.gaps()] == ["重点"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("outline.yaml", None),
        ("facts.yaml", "地区: 清河市\n"),  # which was not there
        ("templates/opening.j2", "各位：\n"),
        ("templates/facts.yaml", "甲: {}\n"),
        ("templates/closing/new.j2", "谢谢。\n"),
        ("speechdraft.lock", "packs: {}\n"),
    ],
)
def test_a_file_that_is_saved_is_noticed_once(speech: Path, name: str, text: str | None) -> None:
    watcher = Watcher(speech)
    watcher.redraw()
    assert not watcher.changed()
    _write(speech / name, text if text is not None else (speech / name).read_text(encoding="utf-8") + "\n")
    assert watcher.changed()
    watcher.redraw()
    assert not watcher.changed()
    (speech / name).unlink()
    assert watcher.changed()


@pytest.mark.parametrize("name", ["preview.html", "s.docx", "notes/templates/x.j2", "facts.xlsx"])
def test_other_files_are_nobodys_concern(speech: Path, name: str) -> None:
    watcher = Watcher(speech)
    watcher.redraw()
    _write(speech / name, "别的")
    assert not watcher.changed()


def test_the_files_of_a_pack_in_use_and_the_users_own_facts(folder: Path, settings_folder: Path) -> None:
    pack = Path("pack")
    _write(pack / "pack.yaml", "name: flood\nversion: 1.0.0\ntitle: 防汛\nspeechdraft: 0.1.0\n")
    write_speech(pack / "made", SECTIONS, facts=None, facts_of=FACTS_OF, id="flood")
    (pack / "outlines").mkdir()
    (pack / "made" / "outline.yaml").rename(pack / "outlines" / "flood.yaml")
    _write(pack / "templates" / "opening.j2", TEMPLATES["opening"])
    _write(pack / "examples" / "flood" / "facts.yaml", "outline: flood\n")
    watcher = Watcher(pack / "examples" / "flood")
    drawn = watcher.redraw()
    assert drawn.errors == ()
    for path, text in (
        (pack / "templates" / "opening.j2", "各位同志：\n"),
        (pack / "templates" / "facts.yaml", "甲: {}\n"),
        (pack / "examples" / "flood" / "templates" / "opening.j2", "大家好：\n"),
        (settings_folder / "facts.yaml", "地区: 岚屏县\n"),
    ):
        assert not watcher.changed()
        _write(path, text)
        assert watcher.changed()
        drawn = watcher.redraw()
    assert drawn.page is not None
    assert "大家好：" in drawn.page.decode()


def test_a_template_that_is_missing_is_waited_for(speech: Path) -> None:
    (speech / "templates" / "opening.j2").unlink()
    watcher = Watcher(speech)
    drawn = watcher.redraw()
    assert (drawn.page, drawn.composition) == (None, None)
    assert "\n".join(map(str, drawn.errors)) == "s/outline.yaml:14:13: unknown-template: no template “opening”"
    _write(speech / "templates" / "opening.j2", "各位：")
    assert watcher.changed()
    assert watcher.redraw().errors == ()


def test_values_of_the_command_line_go_before_the_file(speech: Path) -> None:
    _write(speech / "facts.yaml", "地区: 清河市\n")
    page = Watcher(speech, ["地区=岚屏县"]).redraw().page
    assert page is not None
    assert "岚屏县" in page.decode()
    assert "清河市" not in page.decode()


def test_a_lock_that_does_not_fit(speech: Path, run: Callable[..., Run]) -> None:
    lock = "packs:\n  organization-work:\n    version: 0.0.1\n    sha256: " + "0" * 64 + "\n"
    _write(speech / "speechdraft.lock", lock)
    watcher = Watcher(speech)
    assert [problem.code for problem in watcher.redraw().errors] == ["locked-pack-missing"]
    assert not watcher.changed()
    assert Watcher(speech, unlocked=True).redraw().errors == ()
    (speech / "speechdraft.lock").unlink()
    assert watcher.changed()
    assert watcher.redraw().errors == ()
    assert not (speech / "speechdraft.lock").exists()  # a preview is no draft


# What is served.


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered."""

    status: int
    kind: str
    body: str


@pytest.fixture
def server() -> Iterator[PreviewServer]:
    """Return a server that answers."""
    with PreviewServer() as made, made.serving():
        yield made


def _ask(server: PreviewServer, path: str, method: str = "GET", host: str | None = None) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
    connection.request(method, path, headers={} if host is None else {"Host": host})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return Answer(status=answer.status, kind=answer.headers["Content-Type"] or "", body=body)


def _version(server: PreviewServer) -> dict[str, str]:
    told: dict[str, str] = json.loads(_ask(server, "/version").body)
    return told


def test_the_page_is_the_written_one_with_a_script_that_alone_may_run(server: PreviewServer, speech: Path) -> None:
    written = Watcher(speech).redraw().page
    assert written is not None
    server.show(written)
    served = _ask(server, "/")
    assert (served.status, served.kind) == (200, "text/html; charset=utf-8")
    found = re.search(r'<script data-version="(\w+)">(.*?)</script>\n', served.body, re.DOTALL)
    assert found is not None
    assert found[1] == _version(server)["version"]
    digest = base64.b64encode(hashlib.sha256(found[2].encode()).digest()).decode()
    more = f"; script-src 'sha256-{digest}'; connect-src 'self'"
    assert served.body.replace(found[0], "").replace(more, "") == written.decode()
    assert served.body.count(more) == 1
    assert _ask(server, "/", "HEAD") == Answer(status=200, kind=served.kind, body="")


def test_what_is_wrong_is_told_and_the_page_stays(server: PreviewServer) -> None:
    assert _version(server)["wrong"] == ""
    server.show_wrong("甲")
    assert _version(server)["wrong"] == "现在还出不了稿。\n甲"
    server.show(b"<html>'<body>one</body></html>")
    one = _version(server)
    assert one["wrong"] == ""
    page = _ask(server, "/")
    server.show_wrong("乙")
    assert _version(server) == {"version": one["version"], "wrong": "现在出不了稿，下面是上一次的预览。\n乙"}
    assert _ask(server, "/") == page
    server.show(b"<html><body>two</body></html>")
    two = _version(server)
    assert two["wrong"] == ""
    assert two["version"] != one["version"]


@pytest.mark.parametrize(
    "path", ["/x", "/version/", "/../s/facts.yaml", "//etc/passwd", "/%2e%2e/", "/?x", "/favicon.ico"]
)
def test_there_is_nothing_else(server: PreviewServer, path: str) -> None:
    assert _ask(server, path) == Answer(status=404, kind="text/plain; charset=utf-8", body="")


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", "localhost:1", "127.0.0.1.example.com"])
@pytest.mark.parametrize("path", ["/", "/version"])
def test_a_request_that_names_another_host_is_refused(server: PreviewServer, path: str, host: str) -> None:
    assert _ask(server, path, host=host) == Answer(status=403, kind="text/plain; charset=utf-8", body="")


def test_this_machine_alone_is_answered(server: PreviewServer) -> None:
    assert server.server_address == ("127.0.0.1", server.server_port)
    assert server.address == f"http://127.0.0.1:{server.server_port}/"
    assert _ask(server, "/version", host=f"localhost:{server.server_port}").status == 200
    assert _ask(server, "/", "POST").status == 501


# The command.


def test_what_cannot_be_watched(speech: Path, run: Callable[..., Run]) -> None:
    done = run("watch", speech, "-o", "x.docx")
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "x.docx: unknown-format: a preview is an .html file\n"
        "  give it a name that ends in .html\n"
        "1 error; nothing was written\n"
    )
    Path("empty").mkdir()
    done = run("watch", "empty")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[0] == "empty: not-a-speech: this folder holds neither facts.yaml nor outline.yaml"


def test_a_file_of_somebody_elses_is_not_written_over(speech: Path, run: Callable[..., Run]) -> None:
    _write(Path("x.html"), "mine")
    done = run("watch", speech, "-o", "x.html")
    assert done.status == 1
    assert done.err == (
        "x.html: changed-by-hand: this file was changed since it was written, or speechdraft did not write it; it is"
        " left alone\n"
        "  write elsewhere with -o, or over it with --force\n"
        "1 error; nothing was written\n"
    )
    assert Path("x.html").read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told_at_once(speech: Path, run: Callable[..., Run]) -> None:
    done = run("watch", speech, "-o", "there/x.html")
    assert done.status == 1
    assert done.err.splitlines()[0] == "there/x.html: no-such-folder: there is no folder “there”"


class Watch:
    """A watch that runs in a process of its own; what it says is read line by line."""

    _CODE = (
        # Started in the background, a shell may have told it to heed no Ctrl-C.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "from speechdraft.cli import main; main()"
    )

    def __init__(self, *words: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", self._CODE, "watch", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )
        # So that a test that waits for a line that never comes fails at last.
        self._guard = threading.Timer(120, self._process.kill)
        self._guard.start()

    def line(self) -> str:
        """Return the next line, the time of day as ``TIME``."""
        assert self._process.stdout is not None
        return re.sub(r"^\d\d:\d\d:\d\d ", "TIME ", self._process.stdout.readline().removesuffix("\n"))

    def lines(self, count: int) -> list[str]:
        return [self.line() for _line in range(count)]

    def interrupt(self) -> tuple[int, str]:
        """Return the exit status and what was said after Ctrl-C."""
        self._process.send_signal(signal.SIGINT)
        rest, _none = self._process.communicate()
        return self._process.returncode, rest

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._guard.cancel()
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles")
def test_a_run(speech: Path) -> None:
    facts, outline = speech / "facts.yaml", speech / "outline.yaml"
    use_language("en")
    with Watch(speech, "-o", "x.html") as watch:
        found = re.fullmatch(r"preview of s: http://127\.0\.0\.1:(\d+)/ \(Ctrl-C ends it\)", watch.line())
        assert found is not None
        assert watch.line() == "TIME  25 characters, 0.1 minutes, 2 gaps"

        _replace(facts, "地区: 清河市\n别的: 1\n")
        assert watch.lines(3) == [
            "s/facts.yaml:2:1: unknown-fact: no fact “别的”",
            "  no template can use it; declare it under “facts:” of the outline if you mean to",
            "TIME  21 characters (−4), 0.1 minutes, 1 gap, 1 warning; no longer missing: 地区",
        ]
        assert "清河市" in Path("x.html").read_text(encoding="utf-8")

        # What was told before is not told again.
        whole = outline.read_text(encoding="utf-8")
        _replace(outline, whole.replace("抓{{ 重点 }}。", "抓{{ 重点 }}和{{ 地区 }}。"))
        assert watch.line() == "TIME  25 characters (+4), 0.1 minutes, 1 gap, 1 warning"
        good = Path("x.html").read_bytes()

        _replace(outline, whole.replace("heading:", "haeding:"))
        assert watch.lines(4) == [
            "s/outline.yaml:15:3: unknown-key: no key “haeding” here",
            "  did you mean heading?",
            "1 error; nothing was written",
            "TIME  the last good preview stays",
        ]
        assert Path("x.html").read_bytes() == good
        connection = http.client.HTTPConnection("127.0.0.1", int(found[1]))
        connection.request("GET", "/version")
        told = json.loads(connection.getresponse().read())["wrong"]
        assert told == (
            "现在出不了稿，下面是上一次的预览。\n"
            "s/outline.yaml:15:3: unknown-key: no key “haeding” here\n  did you mean heading?"
        )
        connection.request("GET", "/")
        assert "清河市" in connection.getresponse().read().decode()

        _replace(facts, "地区: 清河市\n")
        _replace(outline, whole)
        line = watch.line()
        while "the last good preview stays" in line or "characters" not in line:
            line = watch.line()
        assert line == "TIME  21 characters (−4), 0.1 minutes, 1 gap"

        assert watch.interrupt() == (0, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C to whole consoles")
def test_a_run_that_begins_with_an_error(speech: Path) -> None:
    _write(speech / "facts.yaml", "地区: [\n")
    with Watch(speech) as watch:
        lines = watch.lines(2)
        while not lines[-1].startswith("TIME"):
            lines.append(watch.line())
        assert lines[1].startswith("s/facts.yaml:2:1: ")
        assert lines[-2:] == ["1 error; nothing was written", "TIME  no preview yet"]
        _replace(speech / "facts.yaml", yaml_of({"地区": "清河市", "重点": "落实"}))
        assert watch.line() == "TIME  16 characters, 0.1 minutes, no gaps"
        assert watch.interrupt() == (0, "")


def _replace(path: Path, text: str) -> None:
    """Save a file as editors do: whole, by another that takes its name."""
    new = path.with_name("new~")
    _write(new, text)
    new.replace(path)
