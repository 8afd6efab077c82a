"""Everything hostile ends in its named problem, within a second and 200 MB; the data say which (``hostile/``)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from speechdraft.packs.archive import read_archive
from tests.packs.hostile_cases import Case, all_cases, codes_of, zip_bytes

CASES = list(all_cases())
SECONDS = 1.0
MEGABYTES = 200


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_it_ends_in_its_problem(case: Case):
    assert case.code in codes_of(case.prepare())


def test_the_corpus_is_large_and_its_names_are_its_own():
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)


def test_the_pack_that_the_zips_are_made_from_has_nothing_wrong():
    assert list(read_archive(zip_bytes({}), "x").files) == ["outlines/work.yaml", "pack.yaml", "templates/work/x.j2"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell a process's largest size this way")
def test_none_takes_a_second_or_two_hundred_megabytes():
    """The whole corpus in one process of its own: processor time for each case, the largest size of all together."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.packs.measured"], capture_output=True, encoding="utf-8", check=True
    )
    measured = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(measured) == len(CASES)
    assert [case for case in measured if case["seconds"] > SECONDS] == []
    assert max(case["megabytes"] for case in measured) < MEGABYTES
