"""Who gave facts, and what users may call them: a form's file, or a sheet of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

__all__ = ["Giver"]


@dataclass(frozen=True, slots=True)
class Giver:
    """A form that somebody filled in, or an office's sheet of one."""

    file: str
    sheet: str = ""

    def __str__(self) -> str:
        """Return how reports name it: ``folder/form.xlsx[sheet]``."""
        return f"{self.file}[{self.sheet}]" if self.sheet else self.file

    @property
    def names(self) -> frozenset[str]:
        """What users may call it: the file by path, name or stem, the sheet, or both."""
        file = PurePath(self.file)
        of_sheet = {self.sheet, f"{file.name}[{self.sheet}]"} if self.sheet else set()
        return frozenset({str(self), self.file, file.as_posix(), file.name, file.stem, *of_sheet})
