"""The Chinese catalogue: complete, true to its placeholders, and compiled."""

from __future__ import annotations

import gettext
import io
import re
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE: dict[str, Any] = runpy.run_path(str(ROOT / ".ci" / "catalogue.py"))
PO, MO = CATALOGUE["PO"], CATALOGUE["MO"]

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def _messages() -> list[Message]:
    """Return the messages that have a translation; that all have one is the first test's affair."""
    with (ROOT / PO).open("rb") as file:
        messages = [message for message in read_po(file) if message.id and not message.fuzzy]
    return [message for message in messages if all(_both(message)[1])]


def _both(message: Message) -> tuple[list[str], list[str]]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
    return ids, strings


def test_every_message_is_translated_and_compiled() -> None:
    assert CATALOGUE["complaints"](ROOT) == []


def test_translations_have_the_placeholders_of_their_messages() -> None:
    wrong = []
    for message in _messages():
        ids, strings = _both(message)
        wanted = Counter(_PLACEHOLDER.findall(ids[-1]))
        wrong += [(ids[-1], string) for string in strings if Counter(_PLACEHOLDER.findall(string)) != wanted]
    assert wrong == []


def test_translations_keep_the_white_space_at_the_edges() -> None:
    def edges(text: str) -> tuple[bool, str]:
        return text[:1].isspace(), text[len(text.rstrip()) :]

    wrong = []
    for message in _messages():
        ids, strings = _both(message)
        # A space after a full-width mark is one too many.
        wrong += [string for string in strings if edges(string) != edges(ids[-1]) and string[-1:] not in "：）、，；"]
    assert wrong == []


def test_the_compiled_catalogue_says_what_the_source_says() -> None:
    compiled = gettext.GNUTranslations(io.BytesIO((ROOT / MO).read_bytes()))
    for message in _messages():
        ids, strings = _both(message)
        said = (
            [compiled.gettext(ids[0])]
            if len(ids) == 1
            else [compiled.ngettext(ids[0], ids[1], count) for count in (1, 2)]
        )
        assert said == strings * len(said)


# What the script does, on a package of a few lines.


_CODE = ('_("Options")', '_("no file “{name}” here")', 'ngettext("{count} gap", "{count} gaps", 2)')


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with three messages in its code, one of them counted."""
    _write_code(tmp_path, *_CODE)
    CATALOGUE["main"]([], tmp_path)
    text = (tmp_path / PO).read_text(encoding="utf-8")
    for message, translation in (("here", "没有“{name}”这个文件"), ("Options", "选项")):
        text = re.sub(f'({message}"\nmsgstr )""', rf'\1"{translation}"', text)
    text = text.replace('msgstr[0] ""', 'msgstr[0] "{count} 处待补"')
    (tmp_path / PO).write_text(text, encoding="utf-8")
    CATALOGUE["main"]([], tmp_path)
    return tmp_path


def _write_code(root: Path, *calls: str) -> None:
    package = root / CATALOGUE["PACKAGE"]
    package.mkdir(parents=True, exist_ok=True)
    (package / "said.py").write_text("\n".join(calls) + "\n", encoding="utf-8")


def _check(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    status = CATALOGUE["main"](["--check"], root)
    said = capsys.readouterr().err.splitlines()
    assert said[:1] == [f"{PO.as_posix()}:"][:status]
    return status, [line.removeprefix("  ") for line in said[1:-1]]


def test_whole_source_of_a_small_catalogue(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (project / PO).read_text(encoding="utf-8") == (
        f"{CATALOGUE['FILE_COMMENT']}\n"
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: zh_CN\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;"\n'
        "\n"
        "#: src/speechdraft/said.py\n"
        'msgid "Options"\n'
        'msgstr "选项"\n'
        "\n"
        "#: src/speechdraft/said.py\n"
        "#, python-brace-format\n"
        'msgid "no file “{name}” here"\n'
        'msgstr "没有“{name}”这个文件"\n'
        "\n"
        "#: src/speechdraft/said.py\n"
        "#, python-brace-format\n"
        'msgid "{count} gap"\n'
        'msgid_plural "{count} gaps"\n'
        'msgstr[0] "{count} 处待补"\n'
        "\n"
    )
    assert _check(project, capsys) == (0, [])


def test_messages_in_f_strings_and_of_fields_are_found(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_code(
        project, *_CODE, """f"{_('in' ' braces')}" """, 'Field(default="", description="The title.")', "_(name)"
    )
    assert _check(project, capsys) == (1, ["not in the catalogue: 'The title.'", "not in the catalogue: 'in braces'"])


def test_updating_again_changes_no_byte(project: Path) -> None:
    before = [(project / file).read_bytes() for file in (PO, MO)]
    CATALOGUE["main"]([], project)
    assert [(project / file).read_bytes() for file in (PO, MO)] == before


def test_check_finds_a_message_that_is_missing_and_one_that_is_gone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _write_code(project, *_CODE[:2], '_("read-only")')
    assert _check(project, capsys) == (
        1,
        ["not in the catalogue: 'read-only'", "no longer in the code: '{count} gap'"],
    )


def test_check_finds_a_message_without_a_translation(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_code(project, *_CODE, '_("read-only")')
    CATALOGUE["main"]([], project)
    assert _check(project, capsys) == (1, ["not translated: 'read-only'"])


def test_a_reworded_message_keeps_its_translation_as_fuzzy(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_code(project, _CODE[0], '_("no file “{name}” is here")', _CODE[2])
    CATALOGUE["main"]([], project)
    assert "没有“{name}”这个文件" in (project / PO).read_text(encoding="utf-8")
    assert _check(project, capsys) == (1, ["fuzzy: 'no file “{name}” is here'"])


def test_check_finds_an_obsolete_message(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (project / PO).open("a", encoding="utf-8") as file:
        file.write('#~ msgid "old"\n#~ msgstr "旧"\n')
    assert _check(project, capsys) == (1, ["obsolete: 'old'"])


def test_check_finds_a_stale_compiled_catalogue(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (project / PO).read_text(encoding="utf-8")
    (project / PO).write_text(text.replace("选项", "选择"), encoding="utf-8")
    assert _check(project, capsys) == (1, ["speechdraft.mo is not made from speechdraft.po"])
