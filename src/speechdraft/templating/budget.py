"""What one draft's templates may use up, and what is raised when a template asks too much or asks nonsense."""

from __future__ import annotations

from dataclasses import dataclass

from speechdraft.i18n import _
from speechdraft.problems import Problem

__all__ = ["Budget", "BudgetError", "RefusedError"]


_OF_A_TEXT, _OF_A_TAG = 200, 40
"""What it costs to read even the shortest text, and a tag in it, in characters of plain text."""


@dataclass(slots=True)
class Budget:
    """What one draft's templates may use up, all together; counted, not timed, and so the same on every machine."""

    passes: int = 20_000
    calls: int = 20_000
    characters: int = 1_000_000
    depth: int = 24
    steps: int = 300_000
    """Parts of templates that are run, items that filters look at, hundreds of characters that are compared. The
    longest speeches of the built-in pack take some 3,000."""
    source: int = 300_000
    """Characters of templates and of an outline's texts that are read, and what reading each text and each tag costs
    beside. The longest speeches of the built-in pack take some 60,000."""
    sections: int = 2_000
    spent: Problem | None = None
    """What first wanted more than there was."""

    def take_passes(self, number: int) -> None:
        """Charge loop passes."""
        self.passes -= number
        if self.passes < 0:
            raise BudgetError(_("its loops go round too often"))

    def take_steps(self, number: int) -> None:
        """Charge parts of a template that are run."""
        self.steps -= number
        if self.steps < 0:
            raise BudgetError(_("it has too much to do"))

    def take_source(self, text: str) -> None:
        """Charge what reading a template or a text of an outline costs."""
        self.source -= len(text) + _OF_A_TEXT + _OF_A_TAG * text.count("{")
        if self.source < 0:
            raise BudgetError(_("there is too much of it to read"))

    def take_section(self) -> None:
        """Charge a section that stands in the speech."""
        self.sections -= 1
        if self.sections < 0:
            raise BudgetError(_("it makes too many sections"))

    def take_characters(self, number: int) -> None:
        """Charge characters written."""
        self.characters -= number
        if self.characters < 0:
            raise BudgetError(_("it writes too much text"))

    def take_call(self) -> None:
        """Charge a call of a macro or function, or an included template."""
        self.calls -= 1
        if self.calls < 0:
            raise BudgetError(_("it calls too many macros"))


class BudgetError(Exception):
    """A template wants more than the budget has."""


class RefusedError(Exception):
    """What a template asks of a value makes no sense; the message says what."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
