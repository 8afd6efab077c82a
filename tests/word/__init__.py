"""Tests of the Word output: what is in the package, and what other programs make of it."""
