"""What one draft's templates may use up, and what is raised when a template asks too much or asks nonsense."""

from __future__ import annotations

from dataclasses import dataclass

from speechdraft.i18n import _

__all__ = ["Budget", "BudgetError", "RefusedError"]


@dataclass(slots=True)
class Budget:
    """What one draft's templates may use up, all together; counted, not timed, and so the same on every machine."""

    passes: int = 20_000
    calls: int = 20_000
    characters: int = 1_000_000
    depth: int = 24

    def take_passes(self, number: int) -> None:
        """Charge loop passes."""
        self.passes -= number
        if self.passes < 0:
            raise BudgetError(_("its loops go round too often"))

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
