"""A process killed in the middle leaves the old state or the new one; two at once do each other no harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from speechdraft.packs.archive import archive_of, read_file
from speechdraft.packs.library import Library
from speechdraft.packs.store import user_store
from tests.packs.making import make_pack


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor SIGKILL")
@pytest.mark.parametrize(("what", "least"), [("install", 20), ("remove", 8), ("publish", 6)])
def test_killed_before_every_single_thing_it_does(tmp_path, what, least):
    done = subprocess.run(
        [sys.executable, "-m", "tests.packs.killed", what, str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert result["differ"]
    assert result["points"] >= least
    assert set(result["found"]) <= {"old", "new"}, result["found"]
    assert result["found"][0] == "old"
    # Once new, always new: there is one moment in which it happens.
    assert result["found"] == sorted(result["found"], reverse=True)


def _at_once(commands: list[list[str]]) -> list[tuple[int, str]]:
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "speechdraft", *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env=os.environ,
        )
        for command in commands
    ]
    outputs = [process.communicate(timeout=120)[0] for process in running]
    return [(process.returncode, output) for process, output in zip(running, outputs, strict=True)]


def test_several_installations_at_once(home, tmp_path):
    files = []
    for number in range(4):
        archive = archive_of(make_pack(tmp_path / f"p{number}", name=f"pack-{number}"))
        path = tmp_path / archive.file_name
        path.write_bytes(archive.data)
        files.append(str(path))
    results = _at_once([["pack", "install", file, "--yes"] for file in [*files, files[0], files[0]]])
    assert [status for status, _output in results] == [0] * 6, results
    packs = {pack.name: pack.sha256 for pack in user_store().packs()}
    assert packs == {
        f"pack-{number}": read_file(tmp_path / f"pack-{number}-1.0.0.speechpack").content for number in range(4)
    }
    assert not list(user_store().root.glob(".new-*"))


def test_several_publications_at_once(home, tmp_path):
    library = tmp_path / "library"
    folders = [str(make_pack(tmp_path / f"p{number}", name=f"pack-{number}")) for number in range(4)]
    results = _at_once([["pack", "publish", folder, "--to", str(library)] for folder in [*folders, folders[0]]])
    assert [status for status, _output in results] == [0] * 5, results
    offers = Library(name="x", location=str(library)).offers()
    assert sorted(offers) == [f"pack-{number}" for number in range(4)]
    for name, versions in offers.items():
        assert read_file(library / versions["1.0.0"].file).sha256 == versions["1.0.0"].sha256, name
