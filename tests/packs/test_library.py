"""Libraries: what is published is found, whole, and never changed afterwards."""

from __future__ import annotations

import json
import shutil

import pytest

from speechdraft.packs.archive import archive_of
from speechdraft.packs.library import (
    Library,
    add_library,
    drop_library,
    library_at,
    publish,
    user_libraries,
)
from tests.packs.making import make_pack, told


@pytest.fixture
def library(tmp_path):
    return tmp_path / "library"


def at(folder) -> Library:
    return Library(name="x", location=str(folder))


def test_a_published_pack_is_offered_and_can_be_taken(make, library):
    archive = archive_of(make())
    assert publish(library, archive, "某") is True
    offers = at(library).offers()
    assert list(offers) == ["work"]
    offer = offers["work"]["1.0.0"]
    assert (offer.file, offer.sha256, offer.title, offer.author) == (
        "work-1.0.0.speechpack",
        archive.sha256,
        "试work",
        "某",
    )
    assert at(library).take("work", "1.0.0", offer).data == archive.data


def test_the_index_is_json_that_people_can_read(make, library):
    publish(library, archive_of(make()))
    index = json.loads((library / "index.json").read_text(encoding="utf-8"))
    assert index["form"] == "speechdraft library 1"
    assert index["packs"]["work"]["1.0.0"]["title"] == "试work"
    assert "试work" in (library / "index.json").read_text(encoding="utf-8")


def test_publishing_the_same_again_changes_nothing(make, library):
    publish(library, archive_of(make()))
    before = (library / "index.json").stat().st_mtime_ns
    assert publish(library, archive_of(make())) is False
    assert (library / "index.json").stat().st_mtime_ns == before


def test_a_published_version_never_changes(make, library, tmp_path):
    publish(library, archive_of(make()))
    files = {path.name: path.read_bytes() for path in library.glob("*.*")}
    other = archive_of(make_pack(tmp_path / "other", text="别的话，{{ 地区 }}。"))
    assert told(publish, library, other).endswith(
        "version-differs: work 1.0.0 is published already, with other content\n"
        "  a version that was shared does not change; raise the version in pack.yaml"
    )
    assert {path.name: path.read_bytes() for path in library.glob("*.*")} == files


def test_versions_add_up(make, library):
    for version in ("1.0.0", "1.1.0"):
        publish(library, archive_of(make(version=version)))
    publish(library, archive_of(make("other")))
    assert {name: list(versions) for name, versions in at(library).offers().items()} == {
        "work": ["1.0.0", "1.1.0"],
        "other": ["1.0.0"],
    }


def test_a_file_that_a_killed_publisher_left_is_replaced(make, library):
    library.mkdir()
    (library / "work-1.0.0.speechpack").write_bytes(b"half")
    publish(library, archive_of(make()))
    assert (library / "work-1.0.0.speechpack").read_bytes() == archive_of(make()).data


def test_a_file_that_went_missing_is_put_back(make, library):
    publish(library, archive_of(make()))
    (library / "work-1.0.0.speechpack").unlink()
    assert publish(library, archive_of(make())) is True
    assert (library / "work-1.0.0.speechpack").is_file()


def test_an_index_that_cannot_be_read_is_left_alone(make, library):
    library.mkdir()
    (library / "index.json").write_text('{"packs": 1}', encoding="utf-8")
    assert "wrong-type: expected a mapping" in told(publish, library, archive_of(make()))
    assert sorted(path.name for path in library.glob("*")) == ["index.json"] or not list(library.glob("*.speechpack"))


@pytest.mark.parametrize("change", ["content", "name", "base"])
def test_a_file_that_is_not_what_the_index_says(make, library, tmp_path, change):
    publish(library, archive_of(make()))
    other = {
        "content": make_pack(tmp_path / "other", text="别的话，{{ 地区 }}。"),
        "name": make_pack(tmp_path / "other", name="other"),
        "base": make_pack(tmp_path / "other", builds_on={"base": "^1.0"}),
    }[change]
    data = archive_of(other)
    (library / "work-1.0.0.speechpack").write_bytes(data.data)
    if change != "content":
        index = json.loads((library / "index.json").read_text(encoding="utf-8"))
        index["packs"]["work"]["1.0.0"]["sha256"] = data.sha256
        (library / "index.json").write_text(json.dumps(index), encoding="utf-8")
    offer = at(library).offers()["work"]["1.0.0"]
    assert "index-mismatch: this file is not the one that the library's index lists" in told(
        at(library).take, "work", "1.0.0", offer
    )


def test_a_folder_that_is_no_library(tmp_path):
    assert told(at(tmp_path).offers) == (
        f"{tmp_path}: not-a-library: this folder is no library: it has no index.json\n"
        "  speechdraft pack publish PACK --to FOLDER makes a folder a library"
    )


# The user's libraries


def test_libraries_are_configured_by_name(make, library, home):
    publish(library, archive_of(make()))
    add_library(str(library), "共享盘")
    assert [(one.name, one.location) for one in user_libraries()] == [("共享盘", str(library))]
    assert library_at("共享盘").location == str(library)
    add_library(str(library), "共享盘")
    drop_library("共享盘")
    assert user_libraries() == ()
    assert told(drop_library, "共享盘").startswith("unknown-library: no library “共享盘”")


def test_a_library_is_called_as_its_folder_if_nobody_says_otherwise(make, library, home):
    publish(library, archive_of(make()))
    assert add_library(str(library)).name == "library"
    assert add_library(library.as_uri() + "/", "by-address").name == "by-address"
    assert [one.name for one in user_libraries()] == ["library", "by-address"]


def test_a_name_stands_for_one_library(make, library, home, tmp_path):
    publish(library, archive_of(make()))
    add_library(str(library), "share")
    shutil.copytree(library, tmp_path / "copy")
    assert told(add_library, str(tmp_path / "copy"), "share").startswith(
        f"already-there: “share” is another library already: {library}\n  give it another with --name"
    )
    assert told(library_at, "shares").startswith(
        "unknown-library: no library “shares”: neither a configured one nor a folder\n  did you mean share?"
    )


def test_what_cannot_be_read_is_not_configured(home, tmp_path):
    assert "not-a-library" in told(add_library, str(tmp_path), "x")
    assert user_libraries() == ()
