"""The helpers of .ci/run: the README's commands, and the apt source for backports."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

CI = Path(__file__).resolve().parents[1] / ".ci"
README: dict[str, Any] = runpy.run_path(str(CI / "readme.py"))
BACKPORTS: dict[str, Any] = runpy.run_path(str(CI / "backports.py"))

BLOCK = "# speechdraft\n\n<!-- ci:draft -->\n```sh\npip install . && speechdraft draft x\n```\n<!-- /ci:draft -->\n"


def test_prints_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "README.md").write_text(BLOCK, encoding="utf-8")
    assert README["main"](["draft"], tmp_path) == 0
    assert capsys.readouterr() == ("pip install . && speechdraft draft x\n", "")


@pytest.mark.parametrize(
    ("readmes", "message"),
    [
        ({}, "README.md is not there, so CI does not know the command “draft”\n"),
        (
            {"README.md": "<!-- ci:draft -->\nText.\n```sh\nls\n```\n"},
            "README.md: no <!-- ci:draft --> with a block of code (```sh … ```) right after it\n",
        ),
        (
            {"README.md": "<!-- ci:draft -->\n```sh\n\n```\n"},
            "README.md: no <!-- ci:draft --> with a block of code (```sh … ```) right after it\n",
        ),
        (
            {"README.md": BLOCK, "README.zh-CN.md": "<!-- ci:draft -->\n```sh\nspeechdraft draft y\n```\n"},
            "README.zh-CN.md: the command “draft” is not README.md's: pip install . && speechdraft draft x\n",
        ),
    ],
)
def test_says_why_there_is_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], readmes: dict[str, str], message: str
) -> None:
    for name, text in readmes.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert README["main"](["draft"], tmp_path) == 1
    assert capsys.readouterr() == ("", message)


DEB822 = """\
# a comment
Types: deb deb-src
URIs: http://debian.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://debian.example/debian-security
Suites: bookworm-security
Components: main
"""

ONE_LINE = """\
deb-src http://debian.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://debian.example/debian bookworm main contrib # own
deb http://debian.example/debian-security bookworm-security main
"""


def test_source_from_the_deb822_form() -> None:
    assert BACKPORTS["derived"]({"debian.sources": DEB822}, "bookworm") == (
        "bookworm-backports.sources",
        (
            "Types: deb\n"
            "Uris: http://debian.example/debian\n"
            "Components: main\n contrib\n"
            "Signed-By: /usr/share/keyrings/debian.gpg\n"
            "Suites: bookworm-backports\n"
        ),
    )


def test_source_from_the_one_line_form() -> None:
    assert BACKPORTS["derived"]({"sources.list": ONE_LINE}, "bookworm") == (
        "bookworm-backports.list",
        (
            "deb [arch=amd64 signed-by=/usr/share/keyrings/debian.gpg] http://debian.example/debian"
            " bookworm-backports main contrib\n"
        ),
    )


@pytest.mark.parametrize(
    "there",
    [
        {"a.sources": "Types: deb\nURIs: http://debian.example/debian\nSuites: bookworm-backports\nComponents: main\n"},
        {"a.list": "deb http://debian.example/debian bookworm-backports main\n"},
    ],
)
def test_source_that_is_there_already(there: dict[str, str]) -> None:
    assert BACKPORTS["derived"]({"debian.sources": DEB822, **there}, "bookworm") is None


@pytest.mark.parametrize(
    "sources",
    [
        {},
        {"a.list": "# deb http://debian.example/debian bookworm main\n"},
        {"a.sources": DEB822.replace("Types: deb", "Enabled: no\nTypes: deb")},
    ],
)
def test_no_source_to_derive_one_from(sources: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="no apt source for bookworm to derive one for bookworm-backports from"):
        BACKPORTS["derived"](sources, "bookworm")


def test_prints_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sources.list").write_text(ONE_LINE, encoding="utf-8")
    assert BACKPORTS["main"](["bookworm", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "bookworm-backports.list"
