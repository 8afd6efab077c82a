from __future__ import annotations

import codecs
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speechdraft.problems import ProblemError
from speechdraft.recording import Change, record, recorded
from speechdraft.source import decode_as_found
from speechdraft.splicing import same

from .documents import LAW, NAMES, TEXTS, Document, documents
from .test_splicing import plain

ENCODINGS = st.sampled_from(
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (b"", "gb18030"),
    ]
)
PARTICULARS = st.fixed_dictionaries({}, optional={"source": TEXTS, "note": TEXTS, "as_of": st.just("2025-12-31")})


@LAW
@given(documents(), ENCODINGS, NAMES, TEXTS, PARTICULARS)
def test_bytes_outside_the_changed_value_stay(
    document: Document, encoding: tuple[bytes, str], name: str, value: str, particulars: dict[str, str]
) -> None:
    bom, codec = encoding
    data = bom + document.text.encode(codec)
    change = Change(value=value, particulars=particulars)
    edited = recorded(data, {name: change}, "f")
    names = [entry.name for entry in document.entries]
    if name in names:
        at = names.index(name)
        head = document.head + "".join(one.text for one in document.entries[:at]) + document.entries[at].before
        tail = "".join(one.text for one in document.entries[at + 1 :]) + document.tail
        assert edited.startswith(bom + head.encode(codec))
        assert edited.endswith(tail.encode(codec))
    text, found = decode_as_found(edited, "f")
    # 尾 in GB18030 is β in UTF-8: what such a short file is read as, it stays.
    before = decode_as_found(data, "f")[1]
    assert found == before
    entry = plain(text)[name]
    assert same(entry["value"] if isinstance(entry, dict) and "value" in entry else entry, value)


RECORDS = [
    ("甲: 1  # 核\n", Change(particulars={"source": "一科"}), "甲: {value: 1, source: 一科}  # 核\n"),
    ("甲: {value: 1, note: x}\n", Change(value="2"), "甲: {value: 2, note: x}\n"),
    ("甲: {value: 1, note: x}\n", Change(value="2", replaces=True), "甲: 2\n"),
    (
        "甲:\n  - 一  # 首\n  - 二\n",
        Change(value=["一", "二", "三"], particulars={"as_of": "2025-12-31"}),
        "甲:\n  value:\n    - 一  # 首\n    - 二\n    - 三\n  as_of: 2025-12-31\n",
    ),
    ("甲: [一]\n", Change(particulars={"note": "n"}), "甲: {value: [一], note: n}\n"),
    ("甲:\n", Change(value={"value": "1"}), "甲:\n  value: {value: 1}\n"),
    ("甲: {标题: 一}\n", Change(particulars={"note": "n"}), "甲: {value: {标题: 一}, note: n}\n"),
]


@pytest.mark.parametrize(("before", "change", "after"), RECORDS)
def test_a_value_and_its_particulars(before: str, change: Change, after: str) -> None:
    assert recorded(before.encode(), {"甲": change}, "f").decode() == after


def test_a_gb18030_file_does_not_turn_into_other_letters() -> None:
    # Two bytes of GB18030 that are a letter of UTF-8 as well.
    value = next(
        one
        for one in (chr(code) for code in range(0x4E00, 0x9FA5))
        if one.encode("gb18030")[0] in range(0xC2, 0xE0) and one.encode("gb18030")[1] in range(0x80, 0xC0)
    )
    before = "a: 一\n".encode("gb18030")
    edited = recorded(before, {"a": Change(value=value)}, "f")
    assert plain(decode_as_found(edited, "f")[0])["a"] == value


def test_a_file_that_is_not_there_is_begun(tmp_path: Path) -> None:
    record(tmp_path / "facts.yaml", {"地区": Change(value="清河市")}, "annual-conference")
    assert (tmp_path / "facts.yaml").read_text("utf-8") == "outline: annual-conference\n地区: 清河市\n"


def test_a_file_is_begun_for_its_outline_even_with_nothing_to_put_in(tmp_path: Path) -> None:
    record(tmp_path / "facts.yaml", {}, "annual-conference")
    assert (tmp_path / "facts.yaml").read_text("utf-8") == "outline: annual-conference\n"


@pytest.mark.parametrize("data", ["甲: [\n".encode(), "- 一\n".encode(), b"\xff\xff\xff", "甲: 1\n甲: 2\n".encode()])
def test_a_file_that_cannot_be_read_stays_as_it_was(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "facts.yaml"
    path.write_bytes(data)
    with pytest.raises(ProblemError):
        record(path, {"甲": Change(value="1")}, "x")
    assert path.read_bytes() == data


def test_a_change_of_nothing_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("甲: 1\n", "utf-8")
    path.chmod(0o400)
    record(path, {"甲": Change(value="1")}, "x")
    assert path.read_text("utf-8") == "甲: 1\n"


RECORD_ONE = """
import sys
from pathlib import Path
from speechdraft.recording import Change, record
sys.stdin.readline()
record(Path(sys.argv[1]), {sys.argv[2]: Change(value="1")}, "small")
"""


def test_several_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("outline: small\n", "utf-8")
    names = [f"情况{letter}" for letter in "甲乙丙丁戊己"]
    writers = [
        subprocess.Popen([sys.executable, "-c", RECORD_ONE, str(path), name], stdin=subprocess.PIPE) for name in names
    ]
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write(b"\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    assert sorted(path.read_text("utf-8").splitlines()) == sorted(["outline: small", *(f"{name}: 1" for name in names)])
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["facts.yaml"]


def test_where_no_lock_can_be_kept_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "state").write_text("no folder", "utf-8")
    monkeypatch.setenv("SPEECHDRAFT_HOME", str(tmp_path / "home"))
    record(tmp_path / "facts.yaml", {"甲": Change(value="1")}, "small")
    assert (tmp_path / "facts.yaml").read_text("utf-8") == "outline: small\n甲: 1\n"
