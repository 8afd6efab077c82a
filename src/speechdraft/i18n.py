"""The user's language: Chinese in a Chinese locale, English otherwise (gettext catalogues)."""

from __future__ import annotations

import gettext as _gettext
import locale
import os
from functools import cache
from importlib.resources import files

__all__ = ["_", "language", "ngettext", "use_language"]

DOMAIN = "speechdraft"
_CATALOGUES = {"zh_CN"}


def language() -> str:
    """Return ``zh_CN`` in a Chinese locale, else ``en``.

    ``SPEECHDRAFT_LANG`` goes before the locale, then POSIX's order: LC_ALL, LC_MESSAGES, LANG. Windows sets none
    of them; there the user's regional setting decides.
    """
    for name in ("SPEECHDRAFT_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "zh_CN" if value.lower().startswith(("zh", "chinese")) else "en"
    try:
        regional = locale.getlocale()[0] or ""
    except ValueError:
        regional = ""
    return "zh_CN" if regional.lower().startswith(("zh", "chinese")) else "en"


@cache
def _translations(tag: str) -> _gettext.NullTranslations:
    if tag not in _CATALOGUES:
        return _gettext.NullTranslations()
    catalogue = files("speechdraft").joinpath("locale", tag, "LC_MESSAGES", f"{DOMAIN}.mo")
    with catalogue.open("rb") as file:
        return _gettext.GNUTranslations(file)


_current: list[str] = []


def use_language(tag: str) -> None:
    """Speak ``tag`` from now on."""
    _current[:] = [tag]


def _now() -> _gettext.NullTranslations:
    if not _current:
        use_language(language())
    return _translations(_current[0])


def _(message: str) -> str:
    """Return the message in the user's language."""
    return _now().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the message for a count in the user's language."""
    return _now().ngettext(one, many, count)
