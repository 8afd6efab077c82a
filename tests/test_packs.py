"""Finding outlines and templates: the user's own folder first, then the packs, and nothing outside them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from speechdraft.files import shown
from speechdraft.packs import Pack, SearchPath, unknown_outline
from speechdraft.packs.folder import builtin_pack, open_pack
from speechdraft.problems import ProblemError

MANIFEST = "name: {name}\nversion: 1.0.0\ntitle: 试\nspeechdraft: 0.1.0\n"


def _pack(root: Path, name: str, **files: str) -> Pack:
    for path, text in {"pack.yaml": MANIFEST.format(name=name), **files}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return open_pack(root)


def _found(search: SearchPath, name: str) -> tuple[str, str] | None:
    full = search.full_name(name)
    return None if full is None else search.template(full)


@pytest.fixture
def search(folder: Path) -> SearchPath:
    first = _pack(
        folder / "a",
        "a",
        **{
            "outlines/one.yaml": "",
            "templates/x.j2": "甲的x",
            "templates/in/y.j2": "甲的y\r\n二",
            "templates/facts.yaml": "",
        },
    )
    second = _pack(
        folder / "b", "b", **{"outlines/one.yaml": "", "outlines/two.yaml": "", "templates/x.j2": "乙的x", "templates/z.j2": "乙的z"}
    )  # fmt: skip
    (folder / "own" / "templates").mkdir(parents=True)
    (folder / "own" / "templates" / "x.j2").write_bytes("自己的x".encode("gb18030"))
    return SearchPath(own=folder / "own", packs=(first, second))


def test_the_first_of_a_name_is_found(search: SearchPath) -> None:
    assert search.outlines() == {"one": Path.cwd() / "a/outlines/one.yaml", "two": Path.cwd() / "b/outlines/two.yaml"}
    assert _found(search, "x") == ("自己的x", "own/templates/x.j2")
    assert _found(search, "in/y") == ("甲的y\n二", "a/templates/in/y.j2")
    assert _found(search, "z") == ("乙的z", "b/templates/z.j2")
    assert _found(search, "没有") is None
    assert search.template_names() == ["in/y", "x", "z"]
    assert search.dictionaries() == [Path.cwd() / "a/templates/facts.yaml"]


@pytest.mark.parametrize(
    "name", ["../x", "/x", "in/../x", "./x", "x.j2", "", "in//y", "in/", "a\\x", "\0", "x\n", "facts.yaml"]
)
def test_a_name_leads_nowhere_else(name: str, search: SearchPath) -> None:
    assert search.full_name(name) is None
    assert search.template(f":{name}") is None


@pytest.mark.skipif(os.name == "nt", reason="links as POSIX has them")
def test_a_link_does_not_lead_out_of_the_folder(search: SearchPath, folder: Path) -> None:
    (folder / "secret.j2").write_text("秘密", encoding="utf-8")
    (folder / "a/templates/link.j2").symlink_to(folder / "secret.j2")
    (folder / "a/templates/out").symlink_to(folder)
    (folder / "a/templates/inner.j2").symlink_to(folder / "a/templates/x.j2")
    assert _found(search, "link") is None
    assert _found(search, "out/secret") is None
    assert _found(search, "inner") == ("甲的x", "a/templates/x.j2")


def test_a_template_that_is_too_large(search: SearchPath, folder: Path) -> None:
    (folder / "a/templates/big.j2").write_text("长" * 200_000, encoding="utf-8")
    with pytest.raises(ProblemError) as error:
        _found(search, "big")
    assert [problem.code for problem in error.value.problems] == ["file-too-large"]


def test_the_built_in_pack_is_there() -> None:
    pack = builtin_pack()
    assert "annual-conference" in pack.outlines()
    assert "opening/conference" in pack.templates()
    assert pack.manifest.name == "organization-work"


def test_a_folder_that_is_no_pack(folder: Path) -> None:
    with pytest.raises(ProblemError) as error:
        open_pack(folder)
    (problem,) = error.value.problems
    assert (problem.code, str(problem.place), problem.message) == (
        "not-a-pack",
        ".",
        "this folder is no pack: it has no pack.yaml",
    )


def test_an_outline_that_nobody_has(search: SearchPath) -> None:
    assert str(unknown_outline("onee", search)) == "unknown-outline: no outline “onee”\n  did you mean one?"
    assert str(unknown_outline("三", search)) == (
        "unknown-outline: no outline “三”\n  speechdraft outline list shows all there are"
    )


def test_paths_are_shown_from_where_one_stands(folder: Path) -> None:
    assert shown(folder / "甲" / "乙.yaml") == "甲/乙.yaml"
    assert shown(folder) == "."
    assert shown(folder.parent) == str(folder.parent)
