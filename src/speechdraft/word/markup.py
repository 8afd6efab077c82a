"""Text as XML: the one place that escapes, and what WordprocessingML's names mean."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["CHINESE", "DECLARATION", "R", "W", "attribute", "escape", "twips"]

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
CHINESE: Final = '<w:rFonts w:hint="eastAsia"/>'
"""Says of a run that “ ” … — are Chinese in it, which Word would take for Latin."""

_TWIPS_A_MILLIMETRE = 1440 / 25.4
# XML 1.0, production 2 (Char). Compose refuses these; here they must only never make a document unreadable.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def escape(text: str) -> str:
    """Return the text as XML character data; a character that XML cannot hold becomes U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Return the text as an attribute's value, without its quotation marks."""
    return escape(text).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def twips(millimetres: float) -> int:
    """Return a length in twentieths of a point, the unit of Word's pages."""
    return round(millimetres * _TWIPS_A_MILLIMETRE)
