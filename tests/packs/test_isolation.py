"""A pack's templates include from the pack and what it builds on, and the user's own go before all."""

from __future__ import annotations

from pathlib import Path

import pytest

from speechdraft.compose import compose
from speechdraft.draft import plain
from speechdraft.packs.choice import Choice
from speechdraft.packs.folder import open_pack
from speechdraft.packs.shelf import Shelf
from speechdraft.problems import ProblemError
from speechdraft.speeches import load_sample
from tests.packs.making import make_pack, write_files


def drafted(top: Path, *others: Path, own: Path | None = None) -> str:
    """Return what the outline of the first pack writes, with all packs on the shelf."""
    shelf = Shelf([open_pack(top), *(open_pack(other) for other in others)])
    choice = Choice(shelf=shelf, own=own, locked=None, home=None)
    outline = next(iter(open_pack(top).outlines().values()))
    draft = compose(load_sample(outline, choice).speech).draft
    return "\n".join(plain(block.inlines) for block in draft.blocks())


def refusal(*packs: Path, own: Path | None = None) -> str:
    with pytest.raises(ProblemError) as caught:
        drafted(*packs, own=own)
    return "\n".join(f"{problem.code}: {problem.message}" for problem in caught.value.problems)


@pytest.fixture
def base(tmp_path):
    return make_pack(
        tmp_path / "base",
        name="base",
        text="底{% include 'base/inner' %}",
        files={"templates/base/inner.j2": "内", "templates/shared.j2": "底的"},
    )


def test_a_pack_includes_from_what_it_builds_on(tmp_path, base):
    top = make_pack(tmp_path / "top", name="top", builds_on={"base": "^1.0"}, text="顶{% include 'base/x' %}")
    assert drafted(top, base) == "顶底内"


def test_a_pack_does_not_include_from_a_stranger(tmp_path, base):
    top = make_pack(tmp_path / "top", name="top", text="顶{% include 'base/x' %}")
    assert refusal(top, base) == "unknown-template: no template “base/x”"


def test_a_pack_imports_macros_from_what_it_builds_on_alone(tmp_path, base):
    write_files(base, {"templates/words.j2": "{% macro 号召() %}干{% endmacro %}"})
    text = "{% from 'words' import 号召 %}{{ 号召() }}"
    assert drafted(make_pack(tmp_path / "a", name="a", builds_on={"base": "*"}, text=text), base) == "干"
    assert refusal(make_pack(tmp_path / "b", name="b", text=text), base) == "unknown-template: no template “words”"


def test_what_is_built_on_does_not_include_from_what_builds_on_it(tmp_path):
    base = make_pack(tmp_path / "base", name="base", text="底{% include 'top/secret' %}")
    top = make_pack(
        tmp_path / "top",
        name="top",
        builds_on={"base": "*"},
        text="{% include 'base/x' %}",
        files={"templates/top/secret.j2": "密"},
    )
    assert refusal(top, base) == "unknown-template: no template “top/secret”"


def test_a_template_of_the_same_name_in_another_pack_changes_nothing_of_the_base(tmp_path, base):
    write_files(base, {"templates/base/x.j2": "{% include 'shared' %}"})
    top = make_pack(
        tmp_path / "top",
        name="top",
        builds_on={"base": "*"},
        text="{% include 'shared' %}{% include 'base/x' %}",
        files={"templates/shared.j2": "顶的"},
    )
    assert drafted(top, base) == "顶的底的"


def test_the_base_of_a_base_is_reached(tmp_path, base):
    middle = make_pack(tmp_path / "middle", name="middle", builds_on={"base": "*"}, text="{% include 'base/x' %}")
    top = make_pack(tmp_path / "top", name="top", builds_on={"middle": "*"}, text="{% include 'base/inner' %}")
    assert drafted(top, middle, base) == "内"


def test_the_users_own_template_goes_before_every_packs(tmp_path, base):
    top = make_pack(tmp_path / "top", name="top", builds_on={"base": "*"}, text="顶{% include 'base/x' %}")
    own = tmp_path / "own"
    write_files(own, {"templates/base/inner.j2": "我的"})
    assert drafted(top, base, own=own) == "顶底我的"


def test_the_users_own_template_sees_all(tmp_path, base):
    top = make_pack(tmp_path / "top", name="top", builds_on={"base": "*"})
    own = tmp_path / "own"
    write_files(own, {"templates/top/x.j2": "我{% include 'base/inner' %}{% include 'shared' %}"})
    assert drafted(top, base, own=own) == "我内底的"


def test_what_is_built_on_has_to_be_there(tmp_path):
    top = make_pack(tmp_path / "top", name="top", builds_on={"base": "^2.0"})
    assert refusal(top) == "no-such-pack: no pack “base” is there: top 1.0.0 builds on base ^2.0"
    base = make_pack(tmp_path / "base", name="base")
    assert refusal(top, base) == "version-conflict: no version of “base” fits: top 1.0.0 builds on base ^2.0"


def test_a_pack_for_a_newer_speechdraft_is_not_used(tmp_path):
    top = make_pack(tmp_path / "top", name="top", speechdraft="99.0.0")
    assert refusal(top).startswith("needs-newer-speechdraft: the pack top 1.0.0 needs speechdraft 99.0.0 or newer")


@pytest.mark.skipif("sys.platform == 'win32'", reason="links need a privilege on Windows")
def test_a_link_in_a_packs_folder_leads_no_template_out(tmp_path, base):
    (tmp_path / "secret.j2").write_text("密", encoding="utf-8")
    (base / "templates" / "base" / "secret.j2").symlink_to(tmp_path / "secret.j2")
    write_files(base, {"templates/base/x.j2": "{% include 'base/secret' %}"})
    assert refusal(base) == "unknown-template: no template “base/secret”"
