"""Files: written whole or not at all, read up to a size, each failure a whole message with a way out."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from speechdraft.files import make_folder, read_bounded, write_new, write_whole
from speechdraft.i18n import language, use_language
from speechdraft.problems import ProblemError

posix_only = pytest.mark.skipif(os.name == "nt", reason="permissions, links and devices as POSIX has them")


@pytest.fixture(autouse=True)
def _in_english_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPEECHDRAFT_LANG", "en")
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.chdir(tmp_path)
    use_language(language())


def _message(error: pytest.ExceptionInfo[ProblemError]) -> str:
    return str(error.value)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_a_new_file_with_the_permissions_new_files_get() -> None:
    write_whole(Path("稿.docx"), b"new")
    plain = Path("plain")
    plain.touch()
    assert Path("稿.docx").read_bytes() == b"new"
    assert Path("稿.docx").stat().st_mode == plain.stat().st_mode


def test_replaces_a_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = Path("稿.docx")
    path.write_bytes(b"old and longer")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert _names(tmp_path) == ["稿.docx"]


@posix_only
def test_keeps_the_permissions_of_the_file_that_is_there() -> None:
    path = Path("稿.docx")
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_whole(path, b"new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


@posix_only
def test_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    Path("link").symlink_to("there/稿.docx")
    write_whole(Path("link"), b"new")
    assert Path("link").is_symlink()
    assert Path("there/稿.docx").read_bytes() == b"new"


@posix_only
def test_writes_a_name_as_long_as_names_can_be() -> None:
    path = Path("稿" * 83 + ".docx")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


def test_no_such_folder(tmp_path: Path) -> None:
    (tmp_path / "稿件").mkdir()
    with pytest.raises(ProblemError) as error:
        write_whole(Path("稿件/2026 年/二月/稿.docx"), b"")
    assert _message(error) == (
        f"{Path('稿件/2026 年/二月/稿.docx')}: no-such-folder: there is no folder “{Path('稿件/2026 年/二月')}”\n"
        "  the nearest folder that is there is “稿件”; to make the missing one: "
        + (f'mkdir "{Path("稿件/2026 年/二月")}"' if os.name == "nt" else "mkdir -p '稿件/2026 年/二月'")
    )
    assert _names(tmp_path) == ["稿件"]


def test_a_file_stands_where_the_folder_should_be() -> None:
    Path("稿").write_bytes(b"")
    with pytest.raises(ProblemError) as error:
        write_whole(Path("稿/1.docx"), b"")
    assert _message(error) == (
        f"{Path('稿/1.docx')}: no-such-folder: “稿” is a file, so nothing can be written in it\n  write to a folder"
    )


def test_a_folder_stands_where_the_file_should_be() -> None:
    Path("稿").mkdir()
    with pytest.raises(ProblemError) as error:
        write_whole(Path("稿"), b"")
    assert _message(error) == (
        f"稿: not-a-file: this is a folder, not a file\n  give the file's name too, such as {Path('稿/speech.docx')}"
    )


@posix_only
def test_a_device_keeps_its_place() -> None:
    os.mkfifo("pipe")
    with pytest.raises(ProblemError) as error:
        write_whole(Path("pipe"), b"")
    assert _message(error) == "pipe: not-a-file: this is not an ordinary file\n  write under another name"
    assert stat.S_ISFIFO(Path("pipe").stat().st_mode)


@posix_only
def test_read_only_file() -> None:
    path = Path("定稿 1.docx")
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(ProblemError) as error:
        write_whole(path, b"new")
    assert _message(error) == (
        "定稿 1.docx: read-only-file: the file is read-only\n"
        "  write under another name, or allow writing: chmod u+w '定稿 1.docx'"
    )
    assert path.read_bytes() == b"old"


def test_folder_in_which_nobody_may_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(ProblemError) as error:
        write_whole(tmp_path / "稿.docx", b"")
    assert _message(error) == (
        f"{tmp_path / '稿.docx'}: read-only-file: you may not write in the folder “{tmp_path}”\n"
        "  write to a folder of your own"
    )


@pytest.mark.parametrize(
    ("name", "lock"),
    [
        ("年度讲话.docx", "~$年度讲话.docx"),
        ("seventh.docx", "~$eventh.docx"),
        ("2026年度会议讲话.docx", "~$26年度会议讲话.docx"),
        ("2026年度会议讲话.docx", "~$2026年度会议讲话.docx"),
        ("讲话.docx", ".~lock.讲话.docx#"),
    ],
)
def test_file_is_open(name: str, lock: str) -> None:
    path = Path(name)
    path.write_bytes(b"old")
    Path(lock).touch()
    with pytest.raises(ProblemError) as error:
        write_whole(path, b"new")
    assert _message(error) == (
        f"{name}: file-is-open: the file is open in another program\n"
        f"  close it there and try again; if no program has it open, delete “{lock}”"
    )
    assert path.read_bytes() == b"old"


def test_a_shorter_name_that_is_open_is_another_file() -> None:
    Path("讲话稿.docx").write_bytes(b"old")
    Path("~$稿.docx").touch()
    write_whole(Path("讲话稿.docx"), b"new")
    assert Path("讲话稿.docx").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("winerror", "rest"),
    [
        (32, "file-is-open: the file is open in another program\n  close it there and try again"),
        (None, "read-only-file: the file is read-only\n  write under another name"),
    ],
)
def test_the_system_refuses_to_replace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, winerror: int | None, rest: str
) -> None:
    def refuse(*_: object) -> None:
        error = PermissionError(errno.EACCES, "Permission denied")
        error.winerror = winerror  # type: ignore[attr-defined,unused-ignore]
        raise error

    Path("稿.docx").write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ProblemError) as error:
        write_whole(Path("稿.docx"), b"new")
    assert _message(error) == f"稿.docx: {rest}"
    assert _names(tmp_path) == ["稿.docx"]
    assert Path("稿.docx").read_bytes() == b"old"


@pytest.mark.parametrize(
    ("code", "rest"),
    [
        (errno.ENOSPC, "no-space: no space is left on the disk\n  make room, or write to another disk"),
        (
            errno.EIO,
            (
                f"cannot-write: the file cannot be written: {os.strerror(errno.EIO)}\n"
                "  write to another folder or under another name"
            ),
        ),
    ],
)
def test_the_disk_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, rest: str) -> None:
    def fail(_: int) -> None:
        raise OSError(code, os.strerror(code))

    Path("稿.docx").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ProblemError) as error:
        write_whole(Path("稿.docx"), b"new")
    assert _message(error) == f"稿.docx: {rest}"
    assert _names(tmp_path) == ["稿.docx"]
    assert Path("稿.docx").read_bytes() == b"old"


def test_an_interruption_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_whole(Path("稿.docx"), b"new")
    assert _names(tmp_path) == []


@posix_only
def test_a_name_that_is_too_long() -> None:
    path = Path("稿" * 90)
    with pytest.raises(ProblemError) as error:
        write_whole(path, b"")
    assert _message(error) == (
        f"{path}: cannot-write: the file cannot be written: {os.strerror(errno.ENAMETOOLONG)}\n"
        "  write to another folder or under another name"
    )


# Folders and what goes into them


def test_a_folder_is_made_with_those_above_it() -> None:
    Path("稿").mkdir()
    assert make_folder(Path("稿/二月/终")) == [Path("稿/二月"), Path("稿/二月/终")]
    assert make_folder(Path("稿/二月/终")) == []


def test_a_folder_that_cannot_be_made_leaves_none_behind(tmp_path: Path) -> None:
    wanted = Path("稿", "二月", "长" * 300)
    with pytest.raises(ProblemError) as error:
        make_folder(wanted)
    assert _message(error) == (
        f"{wanted}: cannot-write: the folder cannot be made: {os.strerror(errno.ENAMETOOLONG)}\n"
        "  make it where you may write"
    )
    assert _names(tmp_path) == []


def test_a_file_is_no_folder() -> None:
    Path("稿").touch()
    with pytest.raises(ProblemError) as error:
        make_folder(Path("稿"))
    assert _message(error) == "稿: cannot-write: “稿” is a file, so nothing can be written in it\n  write to a folder"


def test_new_files_are_written_with_their_folders() -> None:
    Path("稿").mkdir()
    Path("稿/读我").touch()
    write_new(Path("稿"), {"一": b"1", "二/三": b"23"})
    assert (Path("稿/一").read_bytes(), Path("稿/二/三").read_bytes()) == (b"1", b"23")


def test_new_files_take_the_place_of_none() -> None:
    Path("稿").mkdir()
    Path("稿/二").touch()
    with pytest.raises(ProblemError) as error:
        write_new(Path("稿"), {"一": b"1", "二": b"2"})
    assert _message(error) == "稿: already-there: there already, and left alone: 二\n  name another folder"
    assert _names(Path("稿")) == ["二"]


@posix_only
@pytest.mark.parametrize("there", [(), ("稿",), ("稿", "稿/甲")])
def test_where_one_of_the_new_files_cannot_be_written_none_is_left(tmp_path: Path, there: tuple[str, ...]) -> None:
    for name in there:
        Path(name).mkdir()
    with pytest.raises(ProblemError) as error:
        write_new(Path("稿"), {"甲/一": b"1", "二": b"2", "长" * 90: b"3"})
    assert error.value.problems[0].code == "cannot-write"
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == list(there)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=64), st.integers(0, 64))
def test_what_is_written_is_read_up_to_the_limit(data: bytes, limit: int) -> None:
    path = Path("any")
    write_whole(path, data)
    if len(data) <= limit:
        assert read_bounded(path, limit) == data
    else:
        with pytest.raises(ProblemError) as error:
            read_bounded(path, limit)
        assert error.value.problems[0].code == "file-too-large"


@pytest.mark.parametrize(("limit", "size"), [(5, "5 B"), (2_500, "2.5 kB"), (1_000_000, "1 MB")])
def test_file_too_large(limit: int, size: str) -> None:
    Path("facts.yaml").write_bytes(b"a" * (limit + 1))
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("facts.yaml"), limit)
    assert _message(error) == (
        f"facts.yaml: file-too-large: the file is larger than {size}\n  see whether it is the file you meant"
    )


def test_no_such_file_but_one_of_a_similar_name() -> None:
    Path("facts.yaml").touch()
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("fact.yaml"), 1)
    assert _message(error) == "fact.yaml: no-such-file: the file is not there\n  did you mean facts.yaml?"


def test_no_such_file_nor_any_like_it() -> None:
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("facts.yaml"), 1)
    assert _message(error) == "facts.yaml: no-such-file: the file is not there\n  this folder has nothing of the kind"


def test_no_such_file_but_others_of_its_kind() -> None:
    for name in ("一.yaml", "二.yaml", "三.yaml", "四.yaml", "五.yaml", "六.yaml", "README.md"):
        Path(name).touch()
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("facts.yaml"), 1)
    assert _message(error) == (
        "facts.yaml: no-such-file: the file is not there\n  this folder has: 一.yaml, 三.yaml, 二.yaml, 五.yaml, 六.yaml …"
    )


def test_no_such_file_nor_its_folder() -> None:
    path = Path("稿/facts.yaml")
    with pytest.raises(ProblemError) as error:
        read_bounded(path, 1)
    assert _message(error) == f"{path}: no-such-file: the file is not there\n  there is no folder “稿” either"


def test_a_folder_is_not_read() -> None:
    Path("稿").mkdir()
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("稿"), 1)
    assert _message(error) == "稿: not-a-file: this is a folder, not a file\n  give the name of a file in it"


def test_a_file_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    Path("facts.yaml").touch()
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("facts.yaml"), 1)
    assert _message(error) == (
        "facts.yaml: cannot-read: the file cannot be read: Permission denied\n"
        "  see whether you may read it, and whether another program holds it"
    )


@posix_only
def test_a_pipe_is_not_waited_for() -> None:
    os.mkfifo("facts.yaml")
    with pytest.raises(ProblemError) as error:
        read_bounded(Path("facts.yaml"), 1)
    assert _message(error) == (
        "facts.yaml: not-a-file: this is not an ordinary file\n  copy what it has into a file, and give that"
    )
