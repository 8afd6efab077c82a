"""Installing from names, files, folders and addresses; updating; removing. On the command line, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from speechdraft.home import config_folder
from speechdraft.packs.archive import archive_of
from speechdraft.packs.library import publish
from speechdraft.packs.store import user_store
from speechdraft.packs.trust import make_key, sign, signing_key, user_authors
from tests.packs.making import make_pack, write_files


@pytest.fixture
def library(folder):
    return folder / "library"


@pytest.fixture
def published(make, library):
    """Return what publishes a little pack."""

    def put(*name: str, **pack: object) -> None:
        publish(library, archive_of(make(*name, **pack)))

    return put


def installed() -> list[str]:
    return sorted(f"{name} {version}" for name, version in user_store().entries())


def test_by_name_from_a_library(run, home, published):
    published("work")
    published("other")
    result = run("pack", "install", "work", "--from", "library", "--yes")
    assert (result.status, result.err) == (0, "")
    assert result.out == (
        "to be installed:\n\n"
        "  work 1.0.0  试work\n"
        "  outline work  试work讲话\n"
        "  1 template, 1 fact in the dictionary, 0 examples\n"
        f"  from {Path('library').resolve()}\n"
        "  not signed: nobody vouches for where it is from\n\n"
        "installed work 1.0.0\n"
        "then: speechdraft new work FOLDER\n"
    )
    assert installed() == ["work 1.0.0"]


def test_the_newest_in_the_range(run, home, published):
    for version in ("1.0.0", "1.4.0", "2.0.0", "3.0.0-beta"):
        published("work", version)
    assert run("pack", "install", "work@^1.0", "--from", "library", "--yes").status == 0
    assert installed() == ["work 1.4.0"]
    assert run("pack", "install", "work", "--from", "library", "--yes").status == 0
    assert installed() == ["work 1.4.0", "work 2.0.0"]


def test_what_it_builds_on_comes_along_first(run, home, published):
    published("base", "1.0.0")
    published("base", "2.0.0")
    published("top", builds_on={"base": "^1.0"})
    result = run("pack", "install", "top", "--from", "library", "--yes")
    assert result.status == 0
    assert "something you asked for builds on it" in result.out
    assert installed() == ["base 1.0.0", "top 1.0.0"]


def test_what_it_builds_on_is_kept_where_it_fits(run, home, published):
    published("base", "1.0.0")
    assert run("pack", "install", "base", "--from", "library", "--yes").status == 0
    published("base", "1.1.0")
    published("top", builds_on={"base": "^1.0"})
    assert run("pack", "install", "top", "--from", "library", "--yes").status == 0
    assert installed() == ["base 1.0.0", "top 1.0.0"]


def test_what_it_builds_on_is_nowhere(run, home, published):
    published("top", builds_on={"base": "^1.0"})
    result = run("pack", "install", "top", "--from", "library", "--yes")
    assert result.status == 1
    assert result.err.startswith("no-such-pack: no pack “base” is there: top 1.0.0 builds on base ^1.0\n")
    assert installed() == []


def test_a_file_a_folder_and_an_address(run, home, make, folder):
    archive = archive_of(make("one"))
    write_files(folder, {archive.file_name: archive.data, "shared/two.speechpack": archive_of(make("two")).data})
    address = (folder / "shared" / "two.speechpack").as_uri()
    result = run("pack", "install", archive.file_name, make("three"), address, "--yes")
    assert result.status == 0, result.err
    assert result.err == f"fetching {address} …\n"
    assert installed() == ["one 1.0.0", "three 1.0.0", "two 1.0.0"]


def test_a_name_is_a_name_even_where_a_folder_has_it(run, home, published, folder):
    published("work", "2.0.0")
    make_pack(folder / "work", version="9.0.0")
    assert run("pack", "install", "work", "--from", "library", "--yes").status == 0
    assert installed() == ["work 2.0.0"]
    assert run("pack", "install", "./work", "--from", "library", "--yes").status == 0
    assert installed() == ["work 2.0.0", "work 9.0.0"]


def test_it_asks_and_installs_nothing_when_nobody_answers(run, home, make, folder):
    result = run("pack", "install", make())
    assert result.status == 1
    assert "to be installed:" in result.out
    assert result.err == (
        "needs-yes: this asks before it goes on, and nobody is there to answer\n"
        "  say --yes in a script\n"
        "1 error; nothing was written\n"
    )
    assert not home.exists()


def test_what_is_there_already_is_said(run, home, make):
    run("pack", "install", make(), "--yes")
    assert run("pack", "install", make(), "--yes").out == "work 1.0.0 is here already\n"


def test_the_same_version_with_other_content_is_refused(run, home, make, folder):
    run("pack", "install", make(), "--yes")
    other = make_pack(folder / "other", text="别的话，{{ 地区 }}。")
    result = run("pack", "install", other, "--yes")
    assert result.status == 1
    assert "version-differs: work 1.0.0 is installed already, with other content" in result.err


def test_a_pack_of_the_built_in_ones_version_is_refused(run, home, folder):
    from speechdraft.packs.folder import builtin_pack

    other = make_pack(folder / "other", name="organization-work", version=builtin_pack().version)
    result = run("pack", "install", other, "--yes")
    assert result.status == 1
    assert "version-differs: organization-work" in result.err
    assert "is here already with other content, and not by installing" in result.err


def test_a_pack_for_a_newer_speechdraft_is_refused(run, home, make):
    result = run("pack", "install", make(speechdraft="99.0.0"), "--yes")
    assert result.status == 1
    assert "needs-newer-speechdraft" in result.err
    assert installed() == []


def test_a_name_that_nobody_has(run, home, published):
    published("work")
    result = run("pack", "install", "wrok", "--from", "library", "--yes")
    assert result.status == 1
    assert result.err.startswith("no-such-pack: no pack “wrok” is there: wrok is wanted\n  did you mean work?\n")
    result = run("pack", "install", "work@^7", "--from", "library", "--yes")
    assert result.err.startswith("version-conflict: no version of “work” fits: work ^7 is wanted\n  there is 1.0.0\n")
    assert "no-such-pack: “Work!” cannot name a pack" in run("pack", "install", "Work!", "--yes").err


# Signatures


@pytest.fixture
def signed(folder, home):
    """Return what makes a signed pack's file."""

    def made(author: str = "市委办", key: str = "key", **pack: object) -> Path:
        path = folder / f"{key}.pem"
        secret = signing_key(path) if path.exists() else make_key(path)
        archive = sign(archive_of(make_pack(folder / f"s{len(list(folder.iterdir()))}", **pack)), author, secret)
        file = folder / archive.file_name
        file.write_bytes(archive.data)
        return file

    return made


def test_a_new_author_is_shown_and_remembered(run, home, signed):
    result = run("pack", "install", signed(), "--yes")
    assert result.status == 0
    assert "  signed by 市委办, whom you do not know yet; their key, to compare: " in result.out
    assert list(user_authors().authors) == ["市委办"]
    assert user_authors().packs == {"work": "市委办"}
    result = run("pack", "install", signed(version="1.1.0"), "--yes")
    assert "  signed by 市委办, whom you know; their key: " in result.out


def test_a_changed_key_is_refused(run, home, signed):
    run("pack", "install", signed(), "--yes")
    result = run("pack", "install", signed(key="stolen", version="1.1.0"), "--yes")
    assert result.status == 1
    assert "key-changed: the key of 市委办 is not the one you know" in result.err
    assert installed() == ["work 1.0.0"]
    assert run("pack", "key", "forget", "市委办").status == 0
    assert run("pack", "install", signed(key="stolen", version="1.1.0"), "--yes").status == 0


def test_an_unsigned_update_of_a_signed_pack_is_refused(run, home, signed, make):
    run("pack", "install", signed(), "--yes")
    result = run("pack", "install", make(version="1.1.0"), "--yes")
    assert result.status == 1
    assert "signature-missing: “work” was signed by 市委办 so far" in result.err


def test_signing_and_verifying_on_the_command_line(run, home, make, folder):
    assert run("pack", "build", make(), "-o", "out").status == 0
    file = "out/work-1.0.0.speechpack"
    result = run("pack", "sign", file, "--as", "市委办")
    assert result.err.startswith("no-key: you have no key to sign with yet\n  speechdraft pack key new makes one")
    made = run("pack", "key", "new")
    assert made.status == 0
    fingerprint = made.out.splitlines()[-1].removeprefix("what others compare it by: ")
    assert run("pack", "key", "show").out == fingerprint + "\n"
    assert (config_folder() / "signing-key.pem").is_file()
    result = run("pack", "sign", file, "--as", "市委办")
    assert result.out == (
        f"{file}: signed by 市委办\nwhoever installs it compares this key with what you tell them: {fingerprint}\n"
    )
    assert run("pack", "verify", file).out == (
        "work 1.0.0: whole; 4 files are as their list says\n"
        f"signed by 市委办, whom you do not know yet; their key, to compare: {fingerprint}\n"
    )
    told = json.loads(run("pack", "verify", file, "--json").out)
    assert told == {
        "pack": "work",
        "version": "1.0.0",
        "whole": True,
        "signed_by": "市委办",
        "key": fingerprint,
        "trust": "new-author",
    }
    run("pack", "install", file, "--yes")
    assert run("pack", "verify", "work").out.splitlines()[0] == "work 1.0.0: whole, as it was installed"
    assert "市委办" in run("pack", "key", "list").out
    assert "not-a-file: a file is signed, not a folder" in run("pack", "sign", make(), "--as", "x").err


@pytest.mark.parametrize("target", ["organization-work", "packs/work-1.0.0"])
def test_a_pack_that_nobody_installed_has_nothing_to_be_compared_with(run, home, make, folder, target):
    make()
    done = run("pack", "verify", target)
    assert (done.status, done.err) == (0, "")
    pack = "organization-work 0.1.0" if target == "organization-work" else "work 1.0.0"
    assert done.out == (
        f"{pack}: speechdraft did not install it, so there is nothing to compare it with\n"
        "not signed: nobody vouches for where it is from\n"
    )
    told = json.loads(run("pack", "verify", target, "--json").out)
    assert (told["whole"], told["trust"]) == (None, "unsigned")


def test_verify_finds_what_was_changed(run, home, make, folder):
    run("pack", "install", make(), "--yes")
    (user_store().folder("work", "1.0.0") / "templates/work/x.j2").write_text("别的话。", encoding="utf-8")
    result = run("pack", "verify", "work")
    assert result.status == 1
    place = "home/data/packs/work/1.0.0"
    assert result.err.startswith(f"{place}: hash-mismatch: work 1.0.0 was changed after it was installed\n")
    archive = archive_of(make("other"))
    write_files(folder, {"x.speechpack": archive.data.replace("事情".encode(), "坏事".encode())})
    result = run("pack", "verify", "x.speechpack")
    assert result.status == 1
    assert "zip-damaged" in result.err


# Updating and removing


def test_updating_brings_the_newest_and_keeps_the_old(run, home, published):
    published("work")
    published("other")
    run("pack", "install", "work", "other", "--from", "library", "--yes")
    assert run("pack", "update", "--from", "library", "--yes").out == (
        "everything is the newest that the libraries have\n"
    )
    published("work", "1.1.0")
    published("stranger")
    result = run("pack", "update", "--from", "library", "--yes")
    assert result.status == 0
    assert "installed work 1.1.0\n" in result.out
    assert "a speech stays with the packs of its lock until: speechdraft pack lock FOLDER" in result.out
    assert installed() == ["other 1.0.0", "work 1.0.0", "work 1.1.0"]


def test_updating_one(run, home, published):
    for name in ("work", "other"):
        published(name)
        run("pack", "install", name, "--from", "library", "--yes")
        published(name, "2.0.0")
    assert run("pack", "update", "work", "--from", "library", "--yes").status == 0
    assert installed() == ["other 1.0.0", "work 1.0.0", "work 2.0.0"]
    assert "no-such-pack: no pack “nobody” is here" in run("pack", "update", "nobody", "--from", "library").err


def test_removing(run, home, make):
    run("pack", "install", make(), make(version="2.0.0"), "--yes")
    assert installed() == ["work 1.0.0", "work 2.0.0"]
    assert run("pack", "remove", "work@1.0.0", "--yes").out == "removed work 1.0.0\n"
    assert run("pack", "remove", "work", "--yes").out == "removed work 2.0.0\n"
    assert installed() == []
    assert run("pack", "remove", "work", "--yes").err.startswith("no-such-pack: no pack “work” is installed\n")


def test_removing_what_others_build_on(run, home, make):
    run("pack", "install", make("base"), "--yes")
    run("pack", "install", make("top", builds_on={"base": "^1.0"}), "--yes")
    result = run("pack", "remove", "base", "--yes")
    assert result.err.startswith("still-needed: top 1.0.0 could not be used without it\n  remove them first\n")
    run("pack", "install", make("base", "1.1.0"), "--yes")
    assert run("pack", "remove", "base@1.0.0", "--yes").status == 0


def test_removing_what_is_built_in(run, home):
    result = run("pack", "remove", "organization-work", "--yes")
    assert result.err.startswith("no-such-pack: no pack “organization-work” is installed\n  it is built in\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("info", "安全"),
            (
                "no-such-pack: “安全” cannot name a pack; write small letters, digits and hyphens\n"
                "  speechdraft pack list shows the packs that are here\n"
            ),
        ),
        (
            ("remove", "work@neu", "--yes"),
            (
                "no-such-pack: “neu” is no range of versions; write ^1.2, “>=1.0,<2” or 1.4.2\n"
                "  a name alone removes all versions of the pack\n"
            ),
        ),
        (
            ("library", "add", "library", "--name", "a b"),
            "bad-name: “a b” cannot name a library; write one word\n  give one with --name\n",
        ),
        (
            ("key", "new", "--key", "key.pem"),
            (
                "key.pem: already-there: a key is there already, and left alone\n"
                "  sign with it, or make another one with --key FILE\n"
            ),
        ),
        (
            ("build", "packs/work-1.0.0", "-o", "key.pem"),
            "key.pem: not-a-folder: this is a file; the pack's file goes into a folder\n  name another folder\n",
        ),
    ],
)
def test_what_is_refused_has_a_way_out(run, home, published, folder, words, said):  # noqa: PLR0913
    published("work")
    write_files(folder, {"key.pem": "x"})
    done = run("pack", *words)
    assert (done.status, done.out) == (1, "")
    assert done.err == f"{said}1 error; nothing was written\n"


# Looking


def test_searching(run, home, published, make):
    published("work", description="冬春水利建设")
    published("other")
    run("pack", "install", make("other"), "--yes")
    assert [line.split() for line in run("pack", "search", "--from", "library").out.splitlines()[:3]] == [
        ["pack", "version", "what", "it", "is", "library", "here"],
        ["work", "1.0.0", "试work", "library"],
        ["other", "1.0.0", "试other", "library", "1.0.0"],
    ]
    assert "other" not in run("pack", "search", "水利", "--from", "library").out
    assert run("pack", "search", "森林", "--from", "library").out == "no pack of the libraries has these words\n"
    rows = json.loads(run("pack", "search", "WORK", "水利", "--from", "library", "--json").out)
    assert [(row["name"], row["version"], row["here"]) for row in rows] == [("work", "1.0.0", None)]
    assert run("pack", "search").err.startswith("no-library: no library of packs is configured\n")


def test_configured_libraries_are_used(run, home, published):
    published("work")
    assert (
        run("pack", "library", "add", "library", "--name", "共享").out
        == f"共享: 1 pack at {Path('library').resolve()}\n"
    )
    assert "共享" in run("pack", "search").out
    assert run("pack", "install", "work", "--yes").status == 0
    assert [row["name"] for row in json.loads(run("pack", "library", "list", "--json").out)] == ["共享"]
    assert run("pack", "library", "remove", "共享").out == "共享 is forgotten; packs installed from it stay\n"
    assert installed() == ["work 1.0.0"]


def test_a_user_without_libraries_is_told_how_to_add_one(run, home, folder):
    done = run("pack", "library", "list")
    assert (done.status, done.err) == (0, "")
    assert done.out == "no library of packs is configured yet; speechdraft pack library add FOLDER adds one\n"
    assert json.loads(run("pack", "library", "list", "--json").out) == []


def test_a_library_that_is_out_of_reach_keeps_nobody_from_the_others(run, home, published, folder, make):
    published("work")
    publish(folder / "stick", archive_of(make("other")))
    run("pack", "library", "add", "library")
    run("pack", "library", "add", "stick")
    (folder / "stick").rename(folder / "gone")
    result = run("pack", "install", "work", "--yes")
    assert result.status == 0
    assert result.err == "the library “stick” is out of reach: this folder is no library: it has no index.json\n"
    assert installed() == ["work 1.0.0"]
    assert "out of reach" in run("pack", "library", "list").out
    assert "other" not in run("pack", "search").out
    assert run("pack", "install", "other", "--from", "stick", "--yes").status == 1


def test_a_library_behind_an_address(run, home, published, folder):
    published("work")
    address = (folder / "library").as_uri()
    assert run("pack", "library", "add", address).status == 0
    assert run("pack", "install", "work", "--yes").status == 0
    assert installed() == ["work 1.0.0"]


def test_listing(run, home, make, monkeypatch):
    run("pack", "install", make(), "--yes")
    lines = run("pack", "list").out.splitlines()
    assert [line.split()[0] for line in lines] == ["pack", "organization-work", "work"]
    rows = json.loads(run("pack", "list", "--json").out)
    assert [(row["name"], row["origin"]) for row in rows] == [("organization-work", "built-in"), ("work", "installed")]
    (user_store().folder("work", "1.0.0") / "pack.yaml").unlink()
    assert "damaged" in run("pack", "list").out


def test_telling_of_one(run, home, make):
    pack = make(authors=["某科"], description="几句话", homepage="https://example.org/x")
    run("pack", "install", pack, "--yes")
    out = run("pack", "info", "work").out
    for words in ("work 1.0.0  试work", "几句话", "某科", "https://example.org/x", "outline work  试work讲话"):
        assert words in out
    told = json.loads(run("pack", "info", str(pack), "--json").out)
    assert (told["name"], told["outlines"], told["facts"]) == ("work", {"work": "试work讲话"}, ["地区"])
    assert "no-such-pack: no pack “wok” is here\n  did you mean work?" in run("pack", "info", "wok").err


def test_installed_outlines_are_listed_and_can_be_begun(run, home, make):
    run("pack", "install", make(), "--yes")
    assert "试work讲话" in run("outline", "list").out
    assert run("new", "work", "speech").status == 0
    result = run("draft", "speech", "--set", "地区=云陂县", "-o", "x.txt")
    assert (result.status, result.err) == (0, "")
    assert "把云陂县的事情办好。" in Path("x.txt").read_text(encoding="utf-8")


def test_a_pack_that_is_broken_hides_no_other(run, home, make):
    run("pack", "install", make(), make("bad", files={"outlines/bad.yaml": "id: [\n"}), "--yes")
    result = run("outline", "list")
    assert result.status == 0
    assert "试work讲话" in result.out
    assert result.err == "the outline “bad” cannot be read; speechdraft outline check bad says why\n"


def test_what_is_kept_and_cannot_be_read_is_a_problem_with_a_way_out(run, home, make):
    run("pack", "install", make(), "--yes")
    (user_store().root / "installed.json").write_text("{", encoding="utf-8")
    result = run("pack", "list")
    assert result.status == 1
    assert "yaml-syntax" in result.err
    assert "if nobody can mend it, delete it and do again what it remembers" in result.err


# Distributions


def test_a_python_distribution_brings_a_pack_and_is_not_imported(home, tmp_path):
    """What pip would put on the path: a package with a pack in it, and the entry point that says so."""
    site = tmp_path / "site"
    make_pack(site / "their_packs" / "work")
    info = {
        "their_packs/__init__.py": "raise SystemExit('imported')\n",
        "their_packs-1.0.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: their-packs\nVersion: 1.0.0\n",
        "their_packs-1.0.0.dist-info/entry_points.txt": (
            "[speechdraft.packs]\nwork = their_packs.work\nbroken = their_packs.nowhere\nlost = nobody_has_this\n"
        ),
    }
    write_files(site, info)
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); from speechdraft.cli import main;"
        "sys.argv = ['speechdraft', *sys.argv[1:]]; main()"
    )

    def program(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, str(site), *words]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)

    listed = program("pack", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert [(row["name"], row["origin"]) for row in json.loads(listed.stdout)][1] == ("work", "distribution")
    assert program("new", "work", "speech").returncode == 0
    drafted = program("draft", "speech", "--set", "地区=清河市", "-o", "x.txt")
    assert drafted.returncode == 0, drafted.stderr
    assert "把清河市的事情办好。" in (tmp_path / "x.txt").read_text(encoding="utf-8")
    assert "broken" in program("pack", "list").stderr
