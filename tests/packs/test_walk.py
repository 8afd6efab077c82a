"""The walk that the README shows: from a new pack to a colleague's draft, with a home folder each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from speechdraft.packs.folder import builtin_pack


class Person:
    """Somebody at a machine of their own: a home folder, a folder that they work in."""

    def __init__(self, root: Path) -> None:
        self.desk = root / "desk"
        self.desk.mkdir(parents=True)
        kept = {"SPEECHDRAFT_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"}
        self._surroundings = {name: value for name, value in os.environ.items() if name not in kept}
        self._surroundings |= {"SPEECHDRAFT_HOME": str(root / "home"), "SPEECHDRAFT_LANG": "en"}

    def types(self, *words: str, status: int = 0) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "speechdraft", *words],
            capture_output=True,
            encoding="utf-8",
            check=False,
            cwd=self.desk,
            env=self._surroundings,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr


def test_from_a_new_pack_to_a_colleagues_draft(tmp_path):
    author, colleague = Person(tmp_path / "author"), Person(tmp_path / "colleague")
    share = str(tmp_path / "share")

    author.types("pack", "new", "reservoirs", "--title", "水库除险加固")
    assert "keeps the contract" in author.types("pack", "check", "reservoirs")
    author.types("pack", "build", "reservoirs", "-o", "out")
    author.types("pack", "key", "new")
    file = "out/reservoirs-0.1.0.speechpack"
    author.types("pack", "sign", file, "--as", "市水利局办公室")
    author.types("pack", "publish", file, "--to", share)

    colleague.types("pack", "library", "add", share)
    assert "reservoirs  0.1.0    水库除险加固  share" in colleague.types("pack", "search", "水库")
    out = colleague.types("pack", "install", "reservoirs", "--yes")
    assert "signed by 市水利局办公室, whom you do not know yet" in out
    colleague.types("new", "reservoirs", "推进会")
    assert "6 gaps:" in colleague.types("draft", "推进会")
    assert (colleague.desk / "推进会" / "推进会.docx").is_file()
    lock = (colleague.desk / "推进会" / "speechdraft.lock").read_text(encoding="utf-8")
    assert "reservoirs:\n    version: 0.1.0" in lock

    # The author goes on; the colleague's speech stays as it is until they say otherwise.
    manifest = author.desk / "reservoirs" / "pack.yaml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace("version: 0.1.0 ", "version: 0.2.0 "), encoding="utf-8"
    )
    closing = author.desk / "reservoirs" / "templates" / "reservoirs" / "closing.j2"
    closing.write_text("同志们，散会以后马上就办。\n", encoding="utf-8")
    author.types("pack", "build", "reservoirs", "-o", "out")
    unsigned = author.types("pack", "publish", "out/reservoirs-0.2.0.speechpack", "--to", share)
    assert "it is not signed" in unsigned
    assert "signature-missing" in colleague.types("pack", "update", "--yes", status=1)
    (tmp_path / "share" / "reservoirs-0.2.0.speechpack").unlink()
    (tmp_path / "share" / "index.json").unlink()
    for version in ("0.1.0", "0.2.0"):
        author.types("pack", "sign", f"out/reservoirs-{version}.speechpack", "--as", "市水利局办公室")
        author.types("pack", "publish", f"out/reservoirs-{version}.speechpack", "--to", share)
    assert "installed reservoirs 0.2.0" in colleague.types("pack", "update", "--yes")
    colleague.types("draft", "推进会", "-o", "before.txt")
    assert "散会以后马上就办" not in (colleague.desk / "before.txt").read_text(encoding="utf-8")
    colleague.types("pack", "lock", "推进会")
    colleague.types("draft", "推进会", "-o", "after.txt")
    assert "散会以后马上就办" in (colleague.desk / "after.txt").read_text(encoding="utf-8")


def test_the_example_pack_is_built_installed_and_drafted(tmp_path):
    author, colleague = Person(tmp_path / "author"), Person(tmp_path / "colleague")
    example = str(builtin_pack().root / "examples" / "packs" / "production-safety")
    assert "keeps the contract" in author.types("pack", "check", example, "--strict")
    author.types("pack", "build", example, "-o", str(tmp_path / "stick"))
    file = str(tmp_path / "stick" / "production-safety-0.1.0.speechpack")
    out = colleague.types("pack", "install", file, "--yes")
    assert "builds on organization-work ^0.1" in out
    colleague.types("new", "production-safety-meeting", "安全生产会议")
    colleague.types("draft", "安全生产会议", "--set", "会议名称=全市安全生产会议", "-o", "x.txt")
    text = (colleague.desk / "x.txt").read_text(encoding="utf-8")
    assert "今天，我们召开全市安全生产会议" in text
    assert "守牢安全底线！" in text
    lock = (colleague.desk / "安全生产会议" / "speechdraft.lock").read_text(encoding="utf-8")
    assert "production-safety:" in lock
    assert "organization-work:" in lock
