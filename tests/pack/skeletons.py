"""A written .docx as its skeleton: what each paragraph is, read from the document's XML alone.

One line for each heading and paragraph, as it is typed:

- ``1 一、 alone``: a heading of level 1 with its enumerator, on a line of its own;
- ``2 （一） run-in``: a heading that its text goes on behind, in the same line;
- ``paragraph``: a paragraph without a heading; ``paragraph 一要 二要``: one with bold lead sentences inside it;
- ``2 第一， run-in 一要 二要``: a run-in heading whose text has bold lead sentences.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree as ET

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ENUMERATOR = re.compile("[一二三四五六七八九十]+[、要是]|（[一二三四五六七八九十]+）|第[一二三四五六七八九十]+，|")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    text: str
    style: str
    bold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """A w:p: its style, its outline level (from 1; 0 is none), and whether the next goes on in its line."""

    style: str
    level: int
    runs_on: bool
    runs: tuple[_Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


FRONT = ("Title", "Signature", "Date", "Salutation")


def front(docx: bytes) -> dict[str, str]:
    """Return what stands above the speech, by style."""
    return {typed.style: typed.text for typed in _paragraphs(docx) if typed.style in FRONT}


def skeleton(docx: bytes) -> list[str]:
    """Return the skeleton of a .docx, a line for each line that the speech begins."""
    found: list[str] = []
    lead: _Typed | None = None
    for typed in _paragraphs(docx):
        if typed.style in FRONT or not typed.text:
            continue
        if typed.runs_on:
            lead = typed
            continue
        if lead is not None:
            found.append(" ".join((_heading(lead.level, lead.text, "run-in"), *_leads(typed))))
            lead = None
        elif typed.level:
            found.append(_heading(typed.level, typed.text, "alone"))
        elif typed.runs[0].style:
            level = int(typed.runs[0].style.removeprefix("Heading").removesuffix("Char"))
            heading = "".join(run.text for run in typed.runs if run.style == typed.runs[0].style)
            found.append(" ".join((_heading(level, heading, "run-in"), *_leads(typed))))
        else:
            found.append(" ".join(("paragraph", *_leads(typed))))
    return found


def _heading(level: int, text: str, manner: str) -> str:
    match = _ENUMERATOR.match(text)
    enumerator = match[0] if match else ""
    return " ".join(part for part in (str(level), enumerator, manner) if part)


def _leads(typed: _Typed) -> Iterator[str]:
    """Return the enumerators of the bold lead sentences in a paragraph, ``-`` for one that has none."""
    before = False
    for run in typed.runs:
        if run.bold and not before:
            match = _ENUMERATOR.match(run.text)
            yield match[0] if match and match[0] else "-"
        before = run.bold


def _paragraphs(docx: bytes) -> Iterator[_Typed]:
    with zipfile.ZipFile(io.BytesIO(docx)) as package:
        document = ET.fromstring(package.read("word/document.xml"))  # noqa: S314  (we wrote it)
        levels = _levels(ET.fromstring(package.read("word/styles.xml")))  # noqa: S314
    for paragraph in document.iter(f"{_W}p"):
        properties = paragraph.find(f"{_W}pPr")
        style = _value(properties, "pStyle")
        own = _value(properties, "outlineLvl")
        mark = None if properties is None else properties.find(f"{_W}rPr/{_W}specVanish")
        yield _Typed(
            style=style,
            level=int(own) + 1 if own else levels.get(style, 0),
            runs_on=mark is not None,
            runs=tuple(_runs(paragraph)),
        )


def _levels(styles: ET.Element) -> dict[str, int]:
    """Return the outline level of each style that has one."""
    found: dict[str, int] = {}
    for style in styles.iter(f"{_W}style"):
        level = _value(style.find(f"{_W}pPr"), "outlineLvl")
        if level:
            found[str(style.get(f"{_W}styleId"))] = int(level) + 1
    return found


def _runs(paragraph: ET.Element) -> Iterator[_Run]:
    for run in paragraph.iter(f"{_W}r"):
        text = "".join(part.text or "" for part in run.iter(f"{_W}t"))
        if text:
            properties = run.find(f"{_W}rPr")
            bold = properties is not None and properties.find(f"{_W}b") is not None
            yield _Run(text=text, style=_value(properties, "rStyle"), bold=bold)


def _value(properties: ET.Element | None, name: str) -> str:
    found = None if properties is None else properties.find(f"{_W}{name}")
    return "" if found is None else str(found.get(f"{_W}val"))
