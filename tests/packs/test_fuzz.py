"""Any bytes read as anything end in problems, never in a traceback; nothing good is lost on the way."""

from __future__ import annotations

import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from speechdraft.packs.archive import SUMS, read_archive
from speechdraft.packs.contents import contents_of
from speechdraft.packs.folder import canonical
from speechdraft.packs.library import Offer, read_index
from speechdraft.packs.manifest import Manifest, read_manifest
from speechdraft.packs.paths import collisions, path_problem
from speechdraft.packs.records import record_from
from speechdraft.packs.store import Register
from speechdraft.packs.trust import Authors, Signature
from speechdraft.problems import ProblemError, Problems
from tests.building import yaml_of
from tests.packs.hostile_cases import GOOD, MANIFEST, OFFER, zip_bytes
from tests.packs.zips import zip_of

_GOOD_ZIP = zip_bytes({})
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def ends_well(read, *values):
    """Return what a reader returns, or the problems that it ends in; anything else it raises is its fault."""
    try:
        return read(*values)
    except ProblemError as error:
        assert error.problems  # noqa: PT017  (most values are read without one)
        return None


def manifest_of(text: str) -> Manifest | None:
    problems = Problems()
    found = read_manifest(text, "pack.yaml", problems)
    assert (found is None) == problems.has_errors
    return found


# Manifests


@given(st.text(max_size=300))
@example("a: &a [*a]")
@example("? - x")
@example("{" * 50)
@example("\ufeff")
@example("name: !!python/name:os.system x")
def test_any_text_as_a_manifest(text):
    ends_well(manifest_of, text)


@given(st.dictionaries(st.sampled_from(sorted(Manifest.model_fields)), _VALUES))
def test_any_values_in_a_manifest(values):
    ends_well(manifest_of, yaml_of({**MANIFEST, **values}))


_WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Cn", "Co", "Zs")), min_size=1, max_size=40
)
_NAMES = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,3}", fullmatch=True)
_VERSIONS = st.from_regex(
    r"(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]{0,3})(-(alpha|beta|rc)\.[1-9])?", fullmatch=True
)
_MANIFESTS = st.fixed_dictionaries(
    {"name": _NAMES, "version": _VERSIONS, "title": _WORDS, "speechdraft": _VERSIONS},
    optional={
        "description": _WORDS,
        "authors": st.lists(_WORDS, max_size=3),
        "licence": _WORDS,
        "builds_on": st.dictionaries(_NAMES, st.sampled_from(["^1.2", ">=1.0,<2", "1.4.2", "*"]), max_size=3),
    },
)


@given(_MANIFESTS)
def test_a_good_manifest_is_read_as_it_was_written(values):
    if values["name"] in values.get("builds_on", {}):
        return
    found = manifest_of(yaml_of(values))
    assert found is not None
    told = found.model_dump()
    assert {
        key: list(value) if isinstance(value, tuple) else value for key, value in told.items() if key in values
    } == values


# Indexes and what speechdraft keeps


@given(st.binary(max_size=300))
@example(b"[" * 100)
@example(b'{"packs": {"x": {"1.0.0": null}}}')
@example(b"\xff\xfe\x00")
def test_any_bytes_as_an_index(data):
    ends_well(read_index, data, "index.json")


@given(st.dictionaries(st.sampled_from(sorted(Offer.model_fields)), _VALUES), _VALUES, _VALUES)
def test_any_values_in_an_index(offer, name, version):
    content = {"packs": {str(name): {str(version): {**OFFER, **offer}}}}
    ends_well(read_index, yaml_of(content).encode(errors="surrogatepass"), "index.json")


@given(
    st.sampled_from([Register, Authors, Signature]),
    st.binary(max_size=200) | _VALUES.map(lambda value: yaml_of(value).encode(errors="surrogatepass")),
)
def test_any_bytes_as_what_is_kept(model, data):
    ends_well(record_from, model, data, "x.json")


# Archives


@given(st.binary(max_size=400))
@example(b"PK\x03\x04")
@example(b"PK\x03\x04" + b"PK\x05\x06" + bytes(18))
def test_any_bytes_as_an_archive(data):
    ends_well(read_archive, data, "x.speechpack")
    ends_well(read_archive, b"PK\x03\x04" + data, "x.speechpack")


@settings(max_examples=400)
@given(st.integers(0, len(_GOOD_ZIP) - 1), st.binary(min_size=1, max_size=8), st.booleans())
def test_a_good_archive_with_some_bytes_changed_is_the_same_or_refused(at, data, insert):
    changed = _GOOD_ZIP[:at] + data + _GOOD_ZIP[at if insert else at + len(data) :]
    found = ends_well(read_archive, changed, "x.speechpack")
    if found is not None:
        assert found.files == read_archive(_GOOD_ZIP, "x").files


@given(st.integers(0, len(_GOOD_ZIP)), st.integers(0, len(_GOOD_ZIP)))
def test_a_good_archive_with_a_part_cut_out_is_refused(start, end):
    start, end = min(start, end), max(start, end)
    if start < end:
        assert ends_well(read_archive, _GOOD_ZIP[:start] + _GOOD_ZIP[end:], "x") is None


_ENTRIES = st.fixed_dictionaries(
    {"name": st.text(string.ascii_letters + "./\\:\x00 é安", max_size=20), "text": st.text(max_size=50)},
    optional={
        "method": st.sampled_from([0, 8, 12, 99]),
        "flags": st.integers(0, 0xFFFF),
        "size": st.integers(0, 0xFFFFFFFF),
        "packed": st.integers(0, 0xFFFFFFFF),
        "crc": st.integers(0, 0xFFFFFFFF),
        "offset": st.integers(0, 0xFFFFFFFF),
        "mode": st.integers(0, 0o177777).map(oct),
    },
)


@given(
    st.lists(_ENTRIES, max_size=6),
    st.dictionaries(
        st.sampled_from(["entries", "directory_size", "directory_offset", "disk"]), st.integers(0, 0xFFFF), max_size=2
    ),
)
def test_any_entries_as_an_archive(entries, frame):
    ends_well(read_archive, zip_of(entries, frame), "x.speechpack")
    ends_well(read_archive, zip_of([{"name": SUMS, "text": ""}, *GOOD, *entries], frame), "x.speechpack")


# Names and texts


@given(st.text(max_size=60))
def test_any_name_is_dangerous_or_stays_below_its_folder(name):
    from pathlib import PurePosixPath, PureWindowsPath

    if path_problem(name, "x") is not None:
        return
    for kind in (PurePosixPath, PureWindowsPath):
        path = kind("folder") / name
        assert path.parts[0] == "folder"
        assert ".." not in path.parts
        assert not kind(name).is_absolute()
        assert not getattr(PureWindowsPath(name), "drive", "")
        assert "/".join(kind(name).parts) == name


@given(st.lists(st.text("aAbB/ﬁfiée\u0301", min_size=1, max_size=5), max_size=8))
def test_names_that_do_not_collide_are_different_everywhere(names):
    import unicodedata

    if not list(collisions(names, "x")):
        assert len({unicodedata.normalize("NFD", name).lower() for name in names}) == len(names)


@given(st.text())
def test_what_is_shared_of_a_text_does_not_depend_on_how_it_was_saved(text):
    try:
        plain = text.encode()
    except UnicodeEncodeError:
        return
    if text.startswith("\ufeff"):
        return
    once = canonical(plain, "x")
    assert canonical(once, "x") == once
    assert canonical(b"\xef\xbb\xbf" + plain, "x") == once
    assert canonical(once.replace(b"\n", b"\r\n"), "x") == once


@given(
    st.dictionaries(
        st.sampled_from(["outlines/x.yaml", "templates/facts.yaml", "templates/a/b.j2", "examples/x/y.yaml"]),
        st.binary(max_size=100),
    )
)
def test_what_any_files_contain_can_be_told(files):
    contents_of(files)
