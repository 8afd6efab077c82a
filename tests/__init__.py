"""Tests; each module has the name of the one that it tests."""
