"""The set formulas: what each macro says, and words that are nearly but not quite one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from speechdraft.ink import Ink
from speechdraft.problems import Place
from speechdraft.speech import FactValues
from tests.pack.support import MACROS, OUTLINES, ROOT, bare, fresh

_FILE = ROOT / "templates" / f"{MACROS}.j2"
_MACRO = re.compile(r"\{%-? macro (\w+)\(\) -?%\}")
IMPORT = re.compile(r'\{%-?\s*from "formulas" import ([^%]+?)\s*-?%\}')


@cache
def formulas() -> Mapping[str, str]:
    """Return what each macro writes, by name."""
    speech = bare(OUTLINES[0]).speech
    names = _MACRO.findall(_FILE.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for name in names:
        text = f'{{% from "{MACROS}" import {name} %}}{{{{ {name}() }}}}'
        written = fresh(speech).templates.render_text(text, FactValues(speech, Ink()), Place())
        found[name] = "".join(written)
    return found


@cache
def any_formula() -> re.Pattern[str]:
    """Return a pattern for every formula, the longest first."""
    return re.compile("|".join(map(re.escape, sorted(formulas().values(), key=len, reverse=True))))


def imported(text: str) -> set[str]:
    """Return the macros that a template's text imports."""
    return {name.strip() for names in IMPORT.findall(text) for name in names.split(",")}


def damaged(formula: str, text: str) -> Iterator[str]:
    """Return the words of a text that are one edit away from a formula: a character wrong, lost or too many.

    A formula with an edit still has one of its halves whole, so only what stands around a half is looked at.
    """
    whole = [match.span() for match in re.finditer(re.escape(formula), text)]
    middle = len(formula) // 2
    for half, before in ((formula[:middle], 0), (formula[middle:], middle)):
        start = text.find(half)
        while start >= 0:
            for length in (len(formula) - 1, len(formula), len(formula) + 1):
                # The half stands where it should, or is moved by the character that is lost or too many before it.
                at = start - before - (length - len(formula) if before else 0)
                words = text[max(at, 0) : at + length]
                overlaps = any(at < end and begin < at + length for begin, end in whole)
                if at >= 0 and not overlaps and _one_edit(formula, words):
                    yield words
            start = text.find(half, start + 1)


def _one_edit(left: str, right: str) -> bool:
    """Return whether one character changed, added or left out makes one text the other."""
    if left == right or abs(len(left) - len(right)) > 1:
        return False
    shorter, longer = sorted((left, right), key=len)
    same = next(
        (index for index, pair in enumerate(zip(shorter, longer, strict=False)) if pair[0] != pair[1]), len(shorter)
    )
    if len(shorter) == len(longer):
        return shorter[same + 1 :] == longer[same + 1 :]
    return shorter[same:] == longer[same + 1 :]
