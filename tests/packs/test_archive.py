"""A pack's file: the same bytes from the same files anywhere, and nothing lost on the way."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from speechdraft.packs.archive import SUMS, archive_of, read_file
from speechdraft.packs.folder import builtin_pack, open_pack
from tests.packs.making import make_pack, told, write_files

EXAMPLE = builtin_pack().root / "examples" / "packs" / "production-safety"


def test_what_is_in_it(make):
    folder = make(files={"README.md": "# 试\n", "examples/work/facts.yaml": "outline: work\n"})
    archive = archive_of(folder)
    assert archive.file_name == "work-1.0.0.speechpack"
    assert list(archive.files) == [
        "README.md",
        "examples/work/facts.yaml",
        "outlines/work.yaml",
        "pack.yaml",
        "templates/facts.yaml",
        "templates/work/x.j2",
    ]
    assert archive.files["templates/work/x.j2"].decode() == "把{{ 地区 }}的事情办好。\n"
    listed = dict(reversed(line.split("  ")) for line in archive.sums.decode().splitlines())
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in archive.files.items()}


def test_the_zip_says_nothing_of_the_machine(make, tmp_path):
    path = tmp_path / "x.speechpack"
    path.write_bytes(archive_of(make()).data)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    assert entries[0].filename == SUMS
    assert [entry.filename for entry in entries[1:]] == sorted(entry.filename for entry in entries[1:])
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.create_system for entry in entries} == {3}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.extra for entry in entries} == {b""}


def test_two_checkouts_give_the_same_bytes(tmp_path):
    """Files made in another order, at another time, under another umask, with Windows' line ends and a BOM."""
    one, other = tmp_path / "one", tmp_path / "other" / "deeper"
    files = {path.relative_to(EXAMPLE): path.read_bytes() for path in EXAMPLE.rglob("*") if path.is_file()}
    for name, data in files.items():
        (one / name).parent.mkdir(parents=True, exist_ok=True)
        (one / name).write_bytes(data)
    before = os.umask(0o077)
    try:
        for number, (name, data) in enumerate(reversed(files.items())):
            path = other / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n"))
            os.utime(path, (number * 1_000_000, number * 1_000_000))
    finally:
        os.umask(before)
    write_files(other, {".git/HEAD": "x", "notes.txt": "x", "templates/.DS_Store": "x", "examples/x/draft.docx": "x"})
    assert archive_of(one).data == archive_of(other).data
    assert open_pack(one).sha256 == open_pack(other).sha256


def test_the_program_builds_the_same_bytes_whatever_surrounds_it(tmp_path):
    outputs = []
    for number, surroundings in enumerate(
        [{"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1"}, {"TZ": "America/Lima", "PYTHONHASHSEED": "2", "LC_ALL": "C"}]
    ):
        out = tmp_path / str(number)
        command = [sys.executable, "-m", "speechdraft", "pack", "build", str(EXAMPLE), "-o", str(out)]
        subprocess.run(command, check=True, capture_output=True, env={**os.environ, **surroundings})
        outputs.append((out / "production-safety-0.1.0.speechpack").read_bytes())
    assert outputs[0] == outputs[1]


def test_it_is_read_as_it_was_written(make, tmp_path):
    archive = archive_of(make())
    path = tmp_path / archive.file_name
    path.write_bytes(archive.data)
    again = read_file(path)
    assert (again.manifest, again.files, again.sha256, again.content) == (
        archive.manifest,
        archive.files,
        archive.sha256,
        archive.content,
    )


def test_folder_and_file_have_the_same_hash_and_examples_do_not_count(make):
    folder = make()
    before = archive_of(folder).content
    assert open_pack(folder).sha256 == before
    write_files(folder, {"README.md": "x", "examples/work/facts.yaml": "outline: work\n"})
    assert archive_of(folder).content == before
    write_files(folder, {"templates/work/x.j2": "别的话。"})
    assert archive_of(folder).content != before


def test_what_is_no_pack(tmp_path):
    assert told(archive_of, tmp_path).endswith(
        "not-a-pack: this folder is no pack: it has no pack.yaml\n  speechdraft pack new FOLDER makes one"
    )
    assert "no-such-file: the file is not there" in told(read_file, tmp_path / "x.speechpack")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("name", ["templates/secret.j2", "templates/folder", "outlines", "README.md", "examples"])
def test_a_link_is_not_followed(tmp_path, name):
    folder = make_pack(tmp_path / "pack")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "x.j2").write_text("secret", encoding="utf-8")
    path = folder / name
    if path.exists():
        path.rename(tmp_path / "gone")
    path.symlink_to(secret)
    assert told(archive_of, folder) == (
        f"{path}: path-link: this is a link, which a pack cannot have\n  put the file itself in its place"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes among its files")
def test_a_pipe_is_not_read(make):
    folder = make()
    os.mkfifo(folder / "templates" / "pipe.j2")
    assert "templates/pipe.j2" not in archive_of(folder).files


def test_a_template_in_another_encoding_is_named_with_its_line(make):
    folder = make(files={"templates/work/x.j2": "第一行\n".encode() + "第二行".encode("gbk")})
    assert told(archive_of, folder) == (
        f"{folder / 'templates/work/x.j2'}:2: not-utf-8: this file is not text in UTF-8\n"
        "  save it as UTF-8; what is shared must read the same everywhere"
    )


def test_everything_wrong_is_said_at_once(make):
    folder = make(files={"templates/a.j2": b"\xff", "templates/b.j2": b"\xff", "templates/c.j2": "x" * 70_000})
    codes = [line.split(": ")[1] for line in told(archive_of, folder).splitlines() if not line.startswith("  ")]
    assert codes == ["not-utf-8", "not-utf-8", "file-too-large"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_name_that_another_system_cannot_have_is_refused_before_it_is_shared(make):
    folder = make(files={"templates/con.j2": "x"})
    assert told(archive_of, folder) == (
        f"{folder / 'templates/con.j2'}: path-reserved: “templates/con.j2” is the name of a device on Windows"
    )


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="the file system takes the names for one")
def test_names_that_are_one_elsewhere(make):
    folder = make(files={"templates/X.j2": "x", "templates/x.j2": "y"})
    assert "path-collision: “templates/x.j2” and “templates/X.j2” are one file where capitals" in told(
        archive_of, folder
    )


def test_the_built_in_pack_can_be_shared():
    archive = archive_of(Path(builtin_pack().root))
    assert archive.manifest.name == "organization-work"
    assert "templates/formulas.j2" in archive.files
    assert not any(name.startswith(("src/", "tests/", "examples/packs")) for name in archive.files)
