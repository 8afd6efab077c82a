"""Packs: folders of outlines and templates that people share. Data only: nothing in one can run code."""

from speechdraft.packs.folder import Origin, Pack, builtin_pack, open_pack, read_yaml, shown
from speechdraft.packs.manifest import Manifest
from speechdraft.packs.paths import DICTIONARY
from speechdraft.packs.search import SearchPath, unknown_outline

__all__ = [
    "DICTIONARY",
    "Manifest",
    "Origin",
    "Pack",
    "SearchPath",
    "builtin_pack",
    "open_pack",
    "read_yaml",
    "shown",
    "unknown_outline",
]
