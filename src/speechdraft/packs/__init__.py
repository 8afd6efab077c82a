"""Packs: folders of outlines and templates that people share. Data only: nothing in one can run code."""

from speechdraft.packs.folder import Origin, Pack, read_yaml
from speechdraft.packs.manifest import Manifest
from speechdraft.packs.search import SearchPath, unknown_outline

__all__ = [
    "Manifest",
    "Origin",
    "Pack",
    "SearchPath",
    "read_yaml",
    "unknown_outline",
]
