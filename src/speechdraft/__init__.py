"""Speechdraft: outlines and local facts in, a Word first draft of a speech out."""

__all__ = ["__version__"]

__version__ = "0.1.0"
