"""Folding lines to a terminal's width where Chinese stands in them.

A Chinese character takes two cells and a line may break behind each of them, but not before a full stop or a closing
bracket. Libraries that break at blanks alone leave such text ragged or cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

__all__ = ["Folded", "fold", "padded"]

_CLOSING = "，。、；：？！）】》〉”’…—,.;:?!)]}%％"
_STOPS = tuple("，。、；：？！")
_OPENING = "（【《〈“‘([{"
_WIDE = r"[⺀-鿿가-힯豈-﫿︰-﹏＀-｠]|[、-〿“”‘’…—]"
# What stays in one piece: a wide character with the closing marks behind it and the opening ones before it, or a run
# of anything else up to the next blank.
_PIECE = re.compile(
    rf"[{re.escape(_OPENING)}]*(?:{_WIDE}|(?:(?!{_WIDE})\S)+)[{re.escape(_CLOSING)}]*\s*|\s+|\S",
)


def _pieces(text: str) -> Iterator[str]:
    yield from _PIECE.findall(text)


def _offsets(text: str, width: int, used: int = 0, hanging: int = 0) -> list[int]:
    """Return where each line of the folded text begins, but for the first.

    Of the first line ``used`` cells are taken already, of the others ``hanging``.
    """
    width = max(width, hanging + 4)
    starts: list[int] = []
    at = stop = 0
    behind = width  # the cells of this line behind the last stop, which stands at ``stop``
    for piece in _pieces(text):
        needed = cell_len(piece.rstrip())
        if used and used + needed > width:
            # Behind a stop near the line's end a reader pauses anyway.
            near = behind <= width // 5
            starts.append(stop if near else at)
            used = hanging + (behind if near else 0)
            behind = width
        if used + needed > width:  # an address, say: cut it where the line ends
            for offset, character in enumerate(piece):
                if used and used + cell_len(character) > width and not character.isspace():
                    starts.append(at + offset)
                    used = hanging
                used += cell_len(character)
        else:
            used += cell_len(piece)
            behind += cell_len(piece)
        at += len(piece)
        if piece.rstrip()[-1:] in _STOPS:
            stop, behind = at, 0
    return starts


def fold(text: str, width: int) -> list[str]:
    """Return the lines of a text, each at most ``width`` cells wide."""
    lines: list[str] = []
    for line in text.split("\n"):
        bounds = [0, *_offsets(line, width), len(line)]
        lines += [line[start:end].rstrip() for start, end in pairwise(bounds)]
    return lines


def padded(text: str, width: int) -> str:
    """Return the text with blanks behind it, up to ``width`` cells."""
    return text + " " * (width - cell_len(text))


class Folded:
    """A text with rich's markup that folds as Chinese does, at the terminal's width or in a table's cell."""

    def __init__(self, markup: str, hanging: int = 0) -> None:
        """Keep the text; its second line and those below it are indented by ``hanging`` blanks."""
        self._text = Text.from_markup(markup, emoji=False)
        self._hanging = " " * hanging

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the folded lines, or the text as it is where nothing is to be folded."""
        del console
        if options.no_wrap:
            yield self._text
            return
        indent = ""
        for line in self._text.split("\n", allow_blank=True):
            for part in line.divide(_offsets(line.plain, options.max_width, len(indent), len(self._hanging))):
                part.rstrip()
                yield Text(indent, no_wrap=True).append_text(part)
                indent = self._hanging

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Return the widths of the longest piece and of the longest line."""
        del console
        lines = self._text.plain.split("\n")
        least = max((cell_len(piece.rstrip()) for line in lines for piece in _pieces(line)), default=0)
        most = max(map(cell_len, lines), default=0)
        return Measurement(min(least, options.max_width), min(most, options.max_width))
