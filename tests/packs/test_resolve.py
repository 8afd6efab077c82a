"""One version of each pack, in every range, what is built on last."""

from __future__ import annotations

import pytest

from speechdraft.packs.resolve import resolve
from speechdraft.problems import ProblemError

SHELF = {
    "top": {"1.0.0": {"base": "^1.0", "side": "*"}, "2.0.0": {"base": "^2.0"}},
    "side": {"1.0.0": {"base": "<1.5"}},
    "base": {"1.0.0": {}, "1.4.0": {}, "1.9.0": {}, "2.0.0": {}, "2.1.0-beta": {}},
    "ring": {"1.0.0": {"ring-2": "*"}},
    "ring-2": {"1.0.0": {"ring": "*"}},
    "lost": {"1.0.0": {"nobody": ">=3"}},
}


def resolved(*wishes, kept=None):
    return resolve([(name, inside, "") for name, inside in wishes], lambda name: SHELF.get(name, {}), kept, SHELF)


def refusal(*wishes):
    with pytest.raises(ProblemError) as caught:
        resolved(*wishes)
    return str(caught.value)


def test_the_newest_in_all_ranges_is_taken():
    assert resolved(("top", "1.0.0")) == {"top": "1.0.0", "side": "1.0.0", "base": "1.4.0"}
    assert resolved(("top", "*")) == {"top": "2.0.0", "base": "2.0.0"}


def test_each_stands_before_what_it_builds_on():
    assert list(resolved(("base", "*"), ("top", "1.0.0"))) == ["top", "side", "base"]


def test_what_is_kept_goes_before_what_is_newer():
    assert resolved(("side", "*"), kept={"base": ["1.0.0"]}) == {"side": "1.0.0", "base": "1.0.0"}
    assert resolved(("top", "*"), kept={"base": ["1.0.0"]}) == {"top": "2.0.0", "base": "2.0.0"}


def test_no_version_in_all_ranges():
    assert refusal(("top", "1.0.0"), ("base", "2.0.0")) == (
        "version-conflict: no version of “base” fits: base 2.0.0 is wanted; top 1.0.0 builds on base ^1.0\n"
        "  there is 1.0.0, 1.4.0, 1.9.0, 2.0.0, 2.1.0-beta"
    )


def test_a_pack_that_is_not_there():
    assert refusal(("lost", "*")) == (
        "no-such-pack: no pack “nobody” is there: lost 1.0.0 builds on nobody >=3\n"
        "  speechdraft pack install nobody brings it, from a library or a file"
    )
    assert refusal(("basis", "*")) == "no-such-pack: no pack “basis” is there: basis is wanted\n  did you mean base?"


def test_packs_that_build_on_each_other():
    assert refusal(("ring", "*")) == "pack-cycle: these packs build on each other\n  ring → ring-2 → ring"
