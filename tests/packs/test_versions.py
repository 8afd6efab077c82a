"""Versions sort as semantic versions do; ranges say which are in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.packs.versions import is_version, newest, require_range, require_version, satisfies


@pytest.mark.parametrize(
    "text", ["0.0.0", "1.2.3", "10.20.30", "1.0.0-beta", "1.0.0-rc.1", "1.0.0+build.7", "1.0.0-a.b+c"]
)
def test_versions(text):
    assert require_version(text) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.2", "1.2.3.4", "v1.2.3", "01.2.3", "1.2.03", "1.2.3-01", "1.2.3-", "1.2.x", "１.2.3", " 1.2.3"]
)
def test_what_is_no_version(text):
    assert not is_version(text)
    with pytest.raises(ValueError, match=r"is no version; write MAJOR\.MINOR\.PATCH, such as 1\.4\.2"):
        require_version(text)


@pytest.mark.parametrize(
    ("wanted", "inside", "outside"),
    [
        ("^1.2", ["1.2.0", "1.9.9"], ["1.1.9", "2.0.0", "0.9.0"]),
        ("^0.1", ["0.1.0", "0.1.7"], ["0.2.0", "1.0.0"]),
        (">=1.0,<2", ["1.0.0", "1.99.0"], ["0.9.9", "2.0.0"]),
        (">=1.0, <2", ["1.5.0"], ["2.0.0"]),
        ("1.4.2", ["1.4.2"], ["1.4.3", "1.4.1"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]),
        ("*", ["0.0.1", "9.9.9"], []),
    ],
)
def test_ranges(wanted, inside, outside):
    assert require_range(wanted) == wanted
    assert all(satisfies(version, wanted) for version in inside)
    assert not any(satisfies(version, wanted) for version in outside)


@pytest.mark.parametrize("text", ["", "newest", "1.x.y", ">1.0,,<2", "^", "1.2.3 || 2", "^1.2.3.4"])
def test_what_is_no_range(text):
    with pytest.raises(ValueError, match="is no range of versions; write"):
        require_range(text)


def test_the_newest_is_a_finished_one_if_there_is_one():
    assert newest(["1.0.0", "1.10.0", "1.9.0"]) == "1.10.0"
    assert newest(["1.0.0", "2.0.0-beta"]) == "1.0.0"
    assert newest(["2.0.0-alpha", "2.0.0-beta"]) == "2.0.0-beta"
    assert newest([]) is None


@given(st.text(max_size=150))
def test_any_text_is_a_range_or_is_refused(text):
    try:
        require_range(text)
    except ValueError:
        return
    assert satisfies("1.2.3", text) in {True, False}


@given(st.text(max_size=100))
def test_any_text_is_a_version_or_is_refused(text):
    if is_version(text):
        assert satisfies(text, "*")
