"""Installed packs: by version, all or none, and nothing left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.packs.archive import archive_of
from speechdraft.packs.store import Addition, Store
from speechdraft.problems import Problem, ProblemError
from tests.packs.making import make_pack, told, write_files


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def addition(folder: Path, source: str = "somewhere") -> Addition:
    return Addition(archive=archive_of(folder), source=source)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return everything in a folder but the lock file, which says nothing."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".speechdraft.lock"
    }


def test_an_installed_pack_is_there_with_its_files(store, make):
    folder = make()
    store.add([addition(folder)])
    (pack,) = store.packs()
    assert (pack.name, pack.version, pack.root) == ("work", "1.0.0", store.root / "work" / "1.0.0")
    assert pack.sha256 == archive_of(folder).content
    assert store.entries()["work", "1.0.0"].source == "somewhere"


def test_two_versions_stand_side_by_side(store, make):
    store.add([addition(make(version="1.0.0"))])
    store.add([addition(make(version="1.1.0", text="换一句话，把{{ 地区 }}的事情办好。"))])
    assert [(pack.name, pack.version) for pack in store.packs()] == [("work", "1.0.0"), ("work", "1.1.0")]


def test_a_version_is_never_replaced_by_another(store, make, tmp_path):
    store.add([addition(make())])
    before = files_in(store.root)
    other = make_pack(tmp_path / "other", text="别的话，{{ 地区 }}。")
    assert told(store.add, [addition(other)]) == (
        "version-differs: work 1.0.0 is installed already, with other content\n"
        "  a version that was shared does not change; give this one another, or first: "
        "speechdraft pack remove work@1.0.0"
    )
    assert files_in(store.root) == before


def test_all_are_installed_or_none(store, make, tmp_path):
    store.add([addition(make("first"))])
    before = files_in(store.root)
    clash = make_pack(tmp_path / "clash", name="first", text="别的话，{{ 地区 }}。")
    assert told(store.add, [addition(make("second")), addition(clash)]).startswith("version-differs")
    assert files_in(store.root) == before
    assert not (store.root / "second").exists()


def test_what_cannot_be_written_leaves_nothing(store, make, monkeypatch):
    store.add([addition(make("first"))])
    before = files_in(store.root)
    second = addition(make("second"))
    wrote = Path.write_bytes
    left = iter(range(2))

    def until_full(path: Path, data: bytes) -> int:
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        return wrote(path, data)

    monkeypatch.setattr(Path, "write_bytes", until_full)
    assert "cannot-write: the pack cannot be unpacked: No space left on device" in told(store.add, [second])
    assert files_in(store.root) == before
    assert sorted(path.name for path in store.root.iterdir() if path.name != ".speechdraft.lock") == [
        "first",
        "installed.json",
    ]


def test_installing_again_mends_what_was_damaged(store, make):
    folder = make()
    store.add([addition(folder)])
    (store.folder("work", "1.0.0") / "templates/work/x.j2").write_text("verdorben", encoding="utf-8")
    store.add([addition(folder)])
    assert next(iter(store.packs())).sha256 == archive_of(folder).content


def test_a_removed_version_is_gone_and_the_others_stay(store, make):
    store.add([addition(make(version="1.0.0")), addition(make(version="2.0.0")), addition(make("other"))])
    store.remove([("work", "1.0.0"), ("nobody", "1.0.0")])
    assert sorted(store.entries()) == [("other", "1.0.0"), ("work", "2.0.0")]
    assert not (store.root / "work" / "1.0.0").exists()
    store.remove([("work", "2.0.0")])
    assert not (store.root / "work").exists()


def test_what_a_killed_process_left_is_swept_away(store, make):
    store.add([addition(make())])
    write_files(store.root, {".new-abc/templates/x.j2": "x", "half/1.0.0/pack.yaml": "x", ".speechdraft-1.tmp": "x"})
    store.add([addition(make("other"))])
    assert sorted(path.name for path in store.root.iterdir() if path.name != ".speechdraft.lock") == [
        "installed.json",
        "other",
        "work",
    ]


def test_a_pack_whose_folder_is_gone_or_is_another_is_passed_over(store, make):
    store.add([addition(make()), addition(make("other"))])
    (store.folder("work", "1.0.0") / "pack.yaml").unlink()
    write_files(
        store.folder("other", "1.0.0"), {"pack.yaml": "name: x\nversion: 9.9.9\ntitle: x\nspeechdraft: 0.1.0\n"}
    )
    assert list(store.packs()) == []


def test_a_register_that_cannot_be_read_is_a_problem_and_is_left_alone(store, make):
    store.add([addition(make())])
    (store.root / "installed.json").write_text("{", encoding="utf-8")
    before = files_in(store.root)
    for attempt in (lambda: store.add([addition(make("other"))]), store.entries):
        with pytest.raises(ProblemError) as caught:
            attempt()
        assert [problem.code for problem in caught.value.problems] == ["yaml-syntax"]
    assert files_in(store.root) == before


def test_a_name_that_leads_out_is_refused_even_where_it_got_so_far(store, make):
    archive = archive_of(make())
    object.__setattr__(archive, "files", {**archive.files, "../../x": b"x"})
    with pytest.raises(ProblemError) as caught:
        store.add([Addition(archive=archive, source="x")])
    assert caught.value.problems == (Problem(code="path-parent", message="“../../x” leads out of the folder"),)
    assert not list(store.root.parent.rglob("x"))
