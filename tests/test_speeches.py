"""A speech's folder: which outline, which facts, from which layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from speechdraft.compose import compose
from speechdraft.draft import plain
from speechdraft.facts import Layer
from speechdraft.problems import ProblemError
from speechdraft.speeches import load_outline, load_speech, user_facts
from tests.building import attempted, lines, write_speech

TEXT = [{"text": "在{{ 地区 }}。"}]
OWN = {"地区": {}, "人数": {"type": "number", "unit": "名", "default": "3"}}


def _values(target: Path, *settings: str) -> dict[str, tuple[Any, Layer]]:
    given = load_speech(target, settings).speech.given
    return {name: (given[name].typed, given[name].layer) for name in ("地区", "人数") if name in given}


def _refused(target: Path) -> str:
    with pytest.raises(ProblemError) as error:
        load_speech(target)
    return str(error.value)


def test_a_folder_with_outline_and_facts(folder: Path) -> None:
    write_speech(Path("部长会议"), TEXT, facts={"地区": "清河"}, facts_of=OWN)
    loaded = load_speech(Path("部长会议"))
    assert (loaded.name, loaded.folder, loaded.facts_file) == (
        "部长会议",
        Path("部长会议"),
        Path("部长会议/facts.yaml"),
    )
    assert lines(compose(loaded.speech).draft) == ["在清河。"]
    assert loaded.problems == ()
    assert load_speech(folder / "部长会议").name == "部长会议"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("facts", [None, "", "# 还没有\n", "outline: test\n地区:\n"])
def test_a_folder_without_facts(facts: str | None) -> None:
    write_speech(Path("s"), TEXT, facts=facts, facts_of=OWN)
    loaded = load_speech(Path("s"))
    assert loaded.facts_file == (None if facts is None else Path("s/facts.yaml"))
    assert lines(compose(loaded.speech).draft) == ["在【待补：地区】。"]


def test_the_folder_that_one_stands_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_speech(folder / "部长会议", TEXT, facts_of=OWN)
    monkeypatch.chdir(folder / "部长会议")
    assert load_speech(Path()).name == "部长会议"


@pytest.mark.usefixtures("folder")
def test_another_facts_file_of_the_folder_and_the_outline_itself() -> None:
    write_speech(Path("s"), TEXT, facts={"地区": "清河"}, facts_of=OWN)
    Path("s/稀.yaml").write_text("地区: 石渡\n", encoding="utf-8")
    assert load_speech(Path("s/稀.yaml")).name == "稀"
    assert _values(Path("s/稀.yaml"))["地区"] == ("石渡", Layer.SPEECH)
    by_outline = load_speech(Path("s/outline.yaml"))
    assert (by_outline.name, by_outline.facts_file, by_outline.problems) == ("s", Path("s/facts.yaml"), ())


@pytest.mark.usefixtures("folder")
def test_a_facts_file_that_names_its_outline() -> None:
    Path("稿.yaml").write_text("outline: annual-conference\n地区: 清河市\n", encoding="utf-8")
    loaded = load_speech(Path("稿.yaml"))
    assert (loaded.name, loaded.speech.outline.outline.id) == ("稿", "annual-conference")
    assert loaded.speech.given["地区"].value == "清河市"


@pytest.mark.usefixtures("folder")
def test_own_templates_outlines_and_dictionary_go_before_the_packs() -> None:
    facts = {"outline": "own", "地区": "清河"}
    write_speech(
        Path("s"),
        None,
        facts=facts,
        dictionary={"地区": {"label": "自己的", "unit": "市"}},
        templates={"opening/conference": "自己的{{ 地区 }}"},
    )
    Path("s/outlines").mkdir()
    text = "id: own\ntitle: 自\nspeech: {title: t, speaker: '', date: ''}\nsections:\n- template: opening/conference\n"
    Path("s/outlines/own.yaml").write_text(text, encoding="utf-8")
    loaded = load_speech(Path("s"))
    assert loaded.speech.dictionary["地区"].label == "自己的"
    assert lines(compose(loaded.speech).draft) == ["自己的清河"]


@pytest.mark.usefixtures("folder")
def test_layers_of_values(settings_folder: Path) -> None:
    assert user_facts() == settings_folder / "facts.yaml"
    write_speech(Path("s"), TEXT, facts="地区:\n", facts_of=OWN)
    assert _values(Path("s")) == {"人数": ("3", Layer.PACK)}
    user_facts().write_text("地区: 清河\n人数: 4\n", encoding="utf-8")
    assert _values(Path("s")) == {"地区": ("清河", Layer.USER), "人数": ("4", Layer.USER)}
    Path("s/facts.yaml").write_text("地区: 石渡\n", encoding="utf-8")
    assert _values(Path("s")) == {"地区": ("石渡", Layer.SPEECH), "人数": ("4", Layer.USER)}
    assert _values(Path("s"), "人数=5", "人数=6") == {"地区": ("石渡", Layer.SPEECH), "人数": ("6", Layer.OPTION)}


@pytest.mark.usefixtures("folder")
def test_a_speech_need_not_know_all_of_the_users_own_defaults(settings_folder: Path) -> None:
    del settings_folder
    write_speech(Path("s"), TEXT, facts_of=OWN)
    user_facts().write_text("地区: 清河\n别的包的情况: 甲\n", encoding="utf-8")
    assert load_speech(Path("s")).problems == ()
    assert _values(Path("s")) == {"地区": ("清河", Layer.USER), "人数": ("3", Layer.PACK)}


@pytest.mark.usefixtures("folder")
def test_what_is_wrong_in_the_users_own_defaults_is_said_with_its_file(settings_folder: Path) -> None:
    del settings_folder
    write_speech(Path("s"), TEXT, facts_of=OWN)
    user_facts().write_text("人数: 很多\n", encoding="utf-8")
    assert _refused(Path("s")).startswith(
        "settings/speechdraft/facts.yaml:1:5: bad-number: “人数”: “很多” is not a number"
    )


@pytest.mark.usefixtures("folder")
def test_the_outlines_entry_goes_before_the_packs() -> None:
    own = {"outline": "test", "会议日期": "2026年"}
    write_speech(Path("s"), [{"text": "{{ 会议日期 }}"}], facts=own, facts_of={"会议日期": {}})
    assert lines(compose(load_speech(Path("s")).speech).draft) == ["2026年"]
    assert "bad-date" in _refused(write_speech(Path("t"), [{"text": "{{ 会议日期 }}"}], facts=own))


@pytest.mark.usefixtures("folder")
def test_outlines_by_id_by_file_and_by_folder() -> None:
    write_speech(Path("s"), TEXT, facts_of=OWN)
    assert load_outline("annual-conference").speech.outline.outline.id == "annual-conference"
    for name in ("s", "s/outline.yaml"):
        loaded = load_outline(name)
        assert (loaded.name, loaded.facts_file) == ("test", None)
        assert [given.layer for given in loaded.speech.given.values() if given.layer is not Layer.PACK] == []
    with pytest.raises(ProblemError) as error:
        load_outline("nonsense")
    assert [problem.code for problem in error.value.problems] == ["unknown-outline"]


# Laws


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["outline.yaml", "facts.yaml", "templates/facts.yaml", "templates/own.j2"]), st.binary(max_size=80)
)
@example("templates/own.j2", b"\xff\xfe\x00\xd8")
@example("facts.yaml", b"\xff\xfe\x00\xd8")
@example("outline.yaml", "id: t\ntitle: t\nspeech: {title: t}\nsections: [{template: own}]\n".encode("utf-16"))
@example("facts.yaml", b"? \n")
@example("templates/facts.yaml", b"a: {fields: {b: {fields: {c: }}}}")
@example("templates/own.j2", b"{{ '\\N{BELL}' }}")
@example("templates/own.j2", b"{% from 'own' import a %}")
def test_any_bytes_in_any_file_end_in_a_draft_or_in_problems(folder: Path, name: str, data: bytes) -> None:
    write_speech(
        folder, [{"template": "own"}], facts={"outline": "test"}, dictionary="甲: {}\n", templates={"own": "{{ 甲 }}"}
    )
    (folder / name).write_bytes(data)
    composition, problems = attempted(lambda: compose(load_speech(folder).speech))
    assert (composition is None) == bool(problems)
    if composition is not None:
        assert all(isinstance(plain(block.inlines), str) for block in composition.draft.blocks())
