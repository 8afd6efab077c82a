"""A speech's lock: the same packs next year and elsewhere, or a stop with a way out."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from speechdraft.packs.archive import archive_of
from speechdraft.packs.folder import builtin_pack
from speechdraft.packs.store import Addition, user_store
from tests.packs.making import make_pack, write_files


def install(folder: Path) -> None:
    user_store().add([Addition(archive=archive_of(folder), source="x")])


@pytest.fixture
def speech(run, home, make, folder):
    """Return a speech that was begun with the pack work 1.0.0."""
    install(make())
    assert run("new", "work", "speech").status == 0
    write_files(folder, {"speech/facts.yaml": "outline: work\n地区: 清河市\n"})
    return folder / "speech"


def text(folder: Path) -> str:
    return (folder / "x.txt").read_text(encoding="utf-8")


def test_a_new_speech_has_a_lock(speech):
    lock = (speech / "speechdraft.lock").read_text(encoding="utf-8")
    sha256 = next(iter(user_store().packs())).sha256
    assert lock == (
        "# The packs that this speech is drafted with: elsewhere and next year it drafts the same.\n"
        "# To draft with the packs as they are now: speechdraft pack lock FOLDER\n"
        f"packs:\n  work:\n    version: 1.0.0\n    sha256: {sha256}\n"
    )


def test_a_newer_version_changes_nothing_until_the_user_says_so(speech, make, run, folder):
    install(make(version="2.0.0", text="新的话，{{ 地区 }}。\n"))
    assert run("draft", "speech", "-o", "x.txt").status == 0
    assert "把清河市的事情办好。" in text(folder)
    assert run("pack", "lock", "speech").out == "speech/speechdraft.lock: drafted with work 2.0.0 from now on\n"
    assert run("draft", "speech", "-o", "x.txt", "--force").status == 0
    assert "新的话，清河市。" in text(folder)


def test_a_first_draft_writes_the_lock_that_is_missing(speech, run):
    (speech / "speechdraft.lock").unlink()
    assert run("draft", "speech").status == 0
    assert (speech / "speechdraft.lock").is_file()


def test_a_loose_facts_file_gets_no_lock(speech, run, folder):
    write_files(folder, {"loose/some.yaml": "outline: work\n地区: 清河市\n"})
    assert run("draft", "loose/some.yaml").status == 0
    assert not (folder / "loose" / "speechdraft.lock").exists()


def test_a_changed_pack_stops_the_draft(speech, run, folder):
    (user_store().folder("work", "1.0.0") / "templates/work/x.j2").write_text("别的话。", encoding="utf-8")
    result = run("draft", "speech", "-o", "x.txt")
    assert result.status == 1
    assert result.err == (
        "speech/speechdraft.lock: locked-pack-changed: work 1.0.0 is not what this speech was written with\n"
        "  the installed pack was changed; install it again: speechdraft pack install work@1.0.0\n"
        "  to draft with the packs as they are now, from now on: speechdraft pack lock speech; only once: --unlocked\n"
        "1 error; nothing was written\n"
    )
    assert not (folder / "x.txt").exists()
    before = (speech / "speechdraft.lock").read_bytes()
    assert run("draft", "speech", "-o", "x.txt", "--unlocked").status == 0
    assert "别的话。" in text(folder)
    assert (speech / "speechdraft.lock").read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ("draft", "speech"),
        ("new", "speech", "other"),
        ("outline", "show", "speech"),
        ("outline", "check", "speech"),
        ("facts", "status", "speech"),
        ("facts", "form", "speech", "-o", "x.yaml"),
        ("facts", "merge", "speech", "speech/facts.yaml"),
        ("facts", "ask", "speech"),
    ],
)
def test_what_the_stop_advises_is_there_on_each_command_that_stops(speech, run, words):
    (user_store().folder("work", "1.0.0") / "templates/work/x.j2").write_text("别的话。", encoding="utf-8")
    stopped = run(*words)
    assert stopped.status == 1
    assert "locked-pack-changed" in stopped.err
    assert "only once: --unlocked" in stopped.err
    assert run(*words, "--unlocked").status == 0


def test_a_missing_pack_stops_the_draft(speech, make, run):
    install(make(version="2.0.0"))
    user_store().remove([("work", "1.0.0")])
    result = run("draft", "speech")
    assert result.status == 1
    assert result.err.splitlines()[:3] == [
        "speech/speechdraft.lock: locked-pack-missing: this speech was written with work 1.0.0, which is not here",
        "  install it: speechdraft pack install work@1.0.0",
        "  there is 2.0.0",
    ]


def test_a_speech_drafts_the_same_elsewhere(speech, make, run, folder, monkeypatch):
    assert run("draft", "speech", "-o", "x.txt").status == 0
    here = text(folder)
    monkeypatch.setenv("SPEECHDRAFT_HOME", str(folder / "elsewhere"))
    install(make(version="3.0.0", text="新的话，{{ 地区 }}。\n"))
    install(make())
    shutil.copytree(speech, folder / "copy")
    assert run("draft", "copy", "-o", "x.txt", "--force").status == 0
    assert text(folder) == here


def test_a_lock_names_what_the_pack_builds_on(run, home, make, folder):
    install(make("base"))
    install(make("top", builds_on={"base": "^1.0"}))
    assert run("new", "top", "speech").status == 0
    lock = (folder / "speech" / "speechdraft.lock").read_text(encoding="utf-8")
    assert re.findall(r"^  (\S+):$", lock, re.MULTILINE) == ["top", "base"]


def test_an_outline_of_ones_own_is_locked_to_the_packs_that_it_uses(run, home, make, folder):
    install(make("work"))
    install(make("other"))
    outline = "id: mine\ntitle: 我的\nspeech: {title: 讲话, speaker: '', date: ''}\nsections: [{template: other/x}]\n"
    write_files(folder, {"speech/outline.yaml": outline, "speech/facts.yaml": "地区: 清河市\n"})
    result = run("draft", "speech")
    assert (result.status, result.err) == (0, "")
    lock = (folder / "speech" / "speechdraft.lock").read_text(encoding="utf-8")
    assert re.findall(r"^  (\S+):$", lock, re.MULTILINE) == ["other"]


def test_an_example_in_a_packs_folder_is_drafted_with_that_pack_and_gets_no_lock(run, home, make):
    install(make(text="旧的话，{{ 地区 }}。\n", version="9.0.0"))
    pack = make(files={"examples/work/facts.yaml": "outline: work\n地区: 云陂县\n"})
    result = run("draft", pack / "examples" / "work", "-o", pack.parent / "x.txt")
    assert (result.status, result.err) == (0, "")
    assert "把云陂县的事情办好。" in text(pack.parent)
    assert not (pack / "examples" / "work" / "speechdraft.lock").exists()


@pytest.mark.parametrize("lock", ["", "packs: x", "packs: {work: {version: 1.0.0}}", "pack: {}", "packs: {}"])
def test_a_lock_that_is_none_is_a_problem_with_a_place(speech, run, lock):
    (speech / "speechdraft.lock").write_text(lock, encoding="utf-8")
    result = run("draft", "speech")
    assert result.status == 1
    assert result.err.startswith("speech/speechdraft.lock")


def test_the_built_in_pack_is_locked_with_its_hash(run, home, folder):
    assert run("new", "half-year-meeting", "speech").status == 0
    assert builtin_pack().sha256 in (folder / "speech" / "speechdraft.lock").read_text(encoding="utf-8")


def test_a_speech_of_an_older_built_in_pack_is_drafted_with_it_where_it_is_installed(run, home, folder, tmp_path):
    old = make_pack(tmp_path / "old", name="organization-work", version="0.0.9", files={"outlines/old.yaml": "x: y\n"})
    (old / "outlines" / "old.yaml").unlink()
    install(old)
    pack = next(pack for pack in user_store().packs())
    write_files(
        folder,
        {
            "speech/facts.yaml": "outline: organization-work\n地区: 清河市\n",
            "speech/speechdraft.lock": (
                f"packs:\n  organization-work:\n    version: 0.0.9\n    sha256: {pack.sha256}\n"
            ),
        },
    )
    result = run("draft", "speech", "-o", "x.txt")
    assert (result.status, result.err) == (0, "")
    assert "把清河市的事情办好。" in text(folder)
