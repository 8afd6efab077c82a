"""The contract of a pack, and the pack that a new one begins as."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from speechdraft.checking import Report, check_pack
from speechdraft.packs.archive import archive_of
from speechdraft.packs.folder import builtin_pack
from speechdraft.packs.scaffold import new_pack, suggested_name
from speechdraft.packs.shelf import Shelf
from tests.building import outline_of, yaml_of
from tests.packs.making import make_pack, told

TOLD = {"description": "试", "authors": ["某"], "licence": "MIT"}


@pytest.fixture
def check(tmp_path):
    """Return what checks a little pack and returns its problems as ``code: message``."""

    def checked(**pack: object) -> list[str]:
        folder = make_pack(tmp_path / "pack", **{**TOLD, **pack})
        return problems(check_pack(folder, Shelf([])))

    return checked


def problems(report: Report) -> list[str]:
    return [f"{problem.code}: {problem.message}" for problem in report.problems]


def test_a_good_pack_passes_with_many_facts_and_few(tmp_path):
    report = check_pack(make_pack(tmp_path / "pack", **TOLD), Shelf([]))
    assert problems(report) == []
    assert report.passed
    assert [(one.outline, one.sample, one.gaps) for one in report.drafted] == [
        ("work", "full", 0),
        ("work", "sparse", 0),
        ("work", "empty", 1),
    ]


def test_the_samples_that_a_pack_ships_are_used(tmp_path):
    folder = make_pack(
        tmp_path / "pack",
        files={
            "examples/work/facts.yaml": "outline: work\n地区: 云陂县青石镇\n",
            "examples/work/facts-sparse.yaml": "outline: work\n",
            "examples/work/winter.yaml": "outline: work\n地区: 冬\n",
        },
        **TOLD,
    )
    report = check_pack(folder, Shelf([]))
    assert problems(report) == []
    assert [(one.sample, one.characters, one.gaps) for one in report.drafted] == [
        ("full", 13, 0),
        ("sparse", 14, 1),
        ("empty", 14, 1),
        ("winter", 8, 0),
    ]


def test_the_example_pack_passes():
    root = builtin_pack().root / "examples" / "packs" / "production-safety"
    report = check_pack(root, Shelf([builtin_pack()]))
    assert problems(report) == []
    assert report.drafted[0].characters > 2000


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ({"text": "把{{ 地方 }}的事情办好。"}, "unknown-fact: no fact or parameter “地方”"),
        ({"text": "把{{ 地区 的事情办好。"}, "template-syntax: this is not template syntax: "),
        ({"text": "{{ 地区.__class__ }}"}, "refused-name: the name “.__class__” is not allowed in a template"),
        ({"text": "{% include 'nowhere' %}"}, "unknown-template: no template “nowhere”"),
        ({"text": "感谢{{ 地区 }}的的支持。"}, "doubled-word: a word stands twice: 感谢清河市的的支持。"),
        ({"text": "办好{{ 地区 }}的事，。"}, "doubled-punctuation: two marks stand side by side; a word between them is missing: 办好清河市的事，。"),
        ({"text": "办好{{ 地区 }}的事"}, "no-full-stop: the paragraph does not end: 办好清河市的事"),
        ({"text": "{{ '{{' }} 办好{{ 地区 }}的事。"}, "stray-tag: a piece of a template is left in the text: {{ 办好清河市的事"),
        (
            {"text": "{% for a in 单位 %}{% for b in 单位 %}{% for c in 单位 %}{% endfor %}{% endfor %}{% endfor %}好。",
             "files": {"templates/facts.yaml": yaml_of({"单位": {"type": "list", "example": ["甲"] * 60}})}},
            "over-budget: this template wants too much: its loops go round too often",
        ),
        ({"files": {"templates/facts.yaml": "地区: {type: text}\n"}}, "gap-in-full-sample: with its full sample facts the speech still has gaps: 地区"),
        ({"files": {"templates/facts.yaml": "地区: {type: date, example: 昨天}\n"}}, "bad-date: “地区”: “昨天” is not a date"),
        ({"files": {"templates/facts.yaml": "地区: {kind: text}\n"}}, "unknown-key: no key “kind” here"),
        ({"files": {"examples/work/facts.yaml": "outline: work\n地点: x\n地区: 清河市\n"}}, "unknown-fact: no fact “地点”"),
        ({"files": {"outlines/other.yaml": yaml_of(outline_of([{"template": "work/x"}], id="another"))}}, "wrong-id: the outline calls itself “another”, its file “other”"),
        ({"files": {"outlines/work.yaml": "id: work\n"}}, "missing-key: the key “title” is missing"),
        ({"files": {"templates/x.j2": b"\xff"}}, "not-utf-8: this file is not text in UTF-8"),
        ({"files": {"templates/unused.j2": "{% block x %}{% endblock %}"}}, "refused-name: “block” is not allowed in a template"),
        ({"files": {"templates/notes.txt": "x"}}, "left-out: this file does not belong in a pack; it is not shared with it"),
        ({"licence": ""}, "bare-manifest: the manifest says nothing under “licence”"),
    ],
)  # fmt: skip
def test_what_breaks_the_contract(check, pack, expected):
    found = check(**pack)
    assert any(problem.startswith(expected) for problem in found), found


def test_a_warning_does_not_break_it(tmp_path):
    report = check_pack(make_pack(tmp_path / "pack"), Shelf([]))
    assert {problem.code for problem in report.problems} == {"bare-manifest"}
    assert report.passed


def test_a_hole_is_told_with_outline_sample_section_and_template(tmp_path):
    folder = make_pack(tmp_path / "pack", text="感谢{{ 地区 }}的的支持。", **TOLD)
    first = check_pack(folder, Shelf([])).problems[0]
    assert str(first.place).endswith("pack/outlines/work.yaml")
    assert first.hint == "drafted with the full sample facts, section 1\ntemplate work/x"


def test_an_empty_pack_is_none(tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "pack.yaml").write_text("name: x\nversion: 1.0.0\ntitle: x\nspeechdraft: 0.1.0\n", encoding="utf-8")
    assert "empty-pack: the pack has neither outlines nor templates" in problems(check_pack(folder, Shelf([])))


def test_what_it_builds_on_has_to_be_there(tmp_path):
    folder = make_pack(tmp_path / "pack", builds_on={"base": "^1.0"}, **TOLD)
    assert told(check_pack, folder, Shelf([])).startswith("no-such-pack: no pack “base” is there: work 1.0.0 builds on")


# A new pack


@pytest.mark.parametrize(("name", "title"), [("reservoir", "水库除险加固"), ("x", "x"), ("a-b-2", "四个字的")])
def test_a_new_pack_passes_its_own_check_without_a_warning(tmp_path, name, title):
    files = new_pack(tmp_path / "pack", name, title, "某科 '甲'")
    assert "pack.yaml" in files
    report = check_pack(tmp_path / "pack", Shelf([]))
    assert problems(report) == []
    assert report.pack.manifest.title == title
    assert [(one.sample, one.gaps > 0) for one in report.drafted] == [
        ("full", False),
        ("sparse", True),
        ("empty", True),
    ]


def test_a_new_pack_leaves_alone_what_stands_there(tmp_path):
    (tmp_path / "pack.yaml").write_text("mine", encoding="utf-8")
    assert "already-there: there already, and left alone: pack.yaml" in told(new_pack, tmp_path, "x", "x", "x")
    assert [path.name for path in tmp_path.iterdir()] == ["pack.yaml"]


def test_a_name_that_cannot_be(tmp_path):
    assert told(new_pack, tmp_path / "x", "安全", "x", "x") == (
        "bad-name: “安全” cannot name a pack; write small letters, digits and hyphens\n  give one with --name"
    )


@pytest.mark.parametrize(
    ("folder", "name"),
    [("reservoir", "reservoir"), ("My_Pack 2", "my-pack-2"), ("安全生产", "my-pack"), ("a--b", "my-pack")],
)
def test_the_folders_name_gives_the_packs(tmp_path, folder, name):
    assert suggested_name(tmp_path / folder) == name


# On the command line


def test_the_command_tells_and_exits(run, home, tmp_path):
    good, bad = make_pack(tmp_path / "good", **TOLD), make_pack(tmp_path / "bad", text="{{ x }}", **TOLD)
    result = run("pack", "check", good)
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines() == [
        "outline  sample facts  characters  gaps",
        "work     full                  10     0",
        "         sparse                10     0",
        "         none                  14     1",
        "",
        "work 1.0.0: 1 template, 1 fact: keeps the contract",
    ]
    result = run("pack", "check", bad)
    assert result.status == 1
    assert "unknown-fact: no fact or parameter “x”" in result.err
    assert "does not keep the contract yet" in result.out


def test_the_command_under_strict_and_as_json(run, home, tmp_path):
    folder = make_pack(tmp_path / "pack")
    assert run("pack", "check", folder).status == 0
    assert run("pack", "check", folder, "--strict").status == 3
    told = json.loads(run("pack", "check", folder, "--json").out)
    assert (told["pack"], told["passed"], len(told["drafts"])) == ("work", True, 3)
    assert {problem["code"] for problem in told["problems"]} == {"bare-manifest"}


@pytest.mark.parametrize("target", ["bad", "bad.speechpack"])
def test_what_does_not_keep_the_contract_is_not_published(run, home, folder, target):
    make_pack(Path("bad"), text="{{ x }}", **TOLD)
    Path("bad.speechpack").write_bytes(archive_of(Path("bad")).data)
    done = run("pack", "publish", target, "--to", "shelf")
    assert (done.status, done.out) == (1, "")
    assert done.err.splitlines()[0] == f"{target}/templates/work/x.j2:1: unknown-fact: no fact or parameter “x”"
    assert done.err.splitlines()[-3:] == [
        f"{target}: unfit-pack: work 1.0.0 does not keep the contract of packs",
        "  mend what is said above; or publish it all the same with --unchecked",
        "2 errors; nothing was written",
    ]
    assert not Path("shelf").exists()
    done = run("pack", "publish", target, "--to", "shelf", "--unchecked")
    assert (done.status, done.err) == (0, "")
    assert done.out.splitlines()[0] == "work 1.0.0 is in shelf"


def test_what_is_worth_a_look_does_not_keep_a_pack_from_being_published(run, home, folder):
    make_pack(Path("good"))
    done = run("pack", "publish", "good", "--to", "shelf")
    assert done.status == 0
    assert done.err.splitlines()[0] == "good/pack.yaml: bare-manifest: the manifest says nothing under “description”"
    assert done.out.splitlines()[0] == "work 1.0.0 is in shelf"


def test_the_built_in_pack_keeps_its_own_contract():
    report = check_pack(Path(builtin_pack().root), Shelf([]))
    assert [problem for problem in report.problems if problem.severity.value == "error"] == []
