"""``NAME-VERSION.speechpack``: a pack as one file, written the same everywhere, read as if it came from an enemy.

It is a zip that holds the pack's files, ``SHA256SUMS`` (what they are, in the form of the program of that name) and,
once somebody signed it, ``SIGNATURE``.
"""

from __future__ import annotations

import hashlib
import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from speechdraft.files import read_bounded, shown
from speechdraft.i18n import _
from speechdraft.packs.folder import canonical, content_hash, pack_files, too_much
from speechdraft.packs.manifest import MANIFEST, Manifest, read_manifest
from speechdraft.packs.paths import MAX_FILES, MAX_TOTAL_BYTES, belongs, collisions, path_problem
from speechdraft.problems import Place, Problem, ProblemError, Problems

__all__ = [
    "MAX_ARCHIVE_BYTES",
    "SIGNATURE",
    "SUFFIX",
    "SUMS",
    "Archive",
    "archive_of",
    "read_archive",
    "read_file",
    "written",
]

SUFFIX = ".speechpack"
SUMS = "SHA256SUMS"
SIGNATURE = "SIGNATURE"
MAX_ARCHIVE_BYTES = MAX_TOTAL_BYTES + 1024 * 1024
_MAX_LIST_BYTES = 512 * 1024
_MAX_SIGNATURE_BYTES = 8 * 1024
_MAX_RATIO = 200
"""A megabyte of blanks shrinks by 1,000, prose by 3, so nothing that people write shrinks by this much."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
_END = struct.Struct("<4s4H2LH")
_LARGEST_ENTRY = 46 + 600
"""What the directory of a zip holds of one file (APPNOTE 4.3.12), with the longest name that a pack's file may have."""
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_USUAL = 0x0002 | 0x0004 | 0x0008 | 0x0800
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A pack's file that was read and found in order."""

    manifest: Manifest
    files: Mapping[str, bytes]
    sums: bytes
    signature: bytes | None
    data: bytes

    @property
    def file_name(self) -> str:
        """The name that the file has."""
        return f"{self.manifest.name}-{self.manifest.version}{SUFFIX}"

    @property
    def sha256(self) -> str:
        """The hash of the file."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def content(self) -> str:
        """The hash of all in it that a draft can depend on."""
        return content_hash(self.files)


def archive_of(folder: Path) -> Archive:
    """Return the pack in a folder as one file: the same bytes from the same files on any machine, at any time.

    Raises ProblemError with everything that cannot be shared.
    """
    if not (folder / MANIFEST).is_file():
        message = _("this folder is no pack: it has no {file}").format(file=MANIFEST)
        hint = _("speechdraft pack new FOLDER makes one")
        raise ProblemError([Problem(code="not-a-pack", message=message, place=Place(file=shown(folder)), hint=hint)])
    files = pack_files(folder)
    # What was written is read as install will read it, so that nothing is shared that cannot be installed.
    return read_archive(written(files, sums_of(files), None), shown(folder))


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """Return the list of files and their SHA-256, as ``sha256sum`` writes and checks it."""
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(files.items())]
    return "".join(lines).encode()


def written(files: Mapping[str, bytes], sums: bytes, signature: bytes | None) -> bytes:
    """Return the zip of some files.

    Nothing in it depends on the machine: names sorted, one date, one system, and no compression, since what zlib makes
    of a text differs from one version of it to the next.
    """
    entries = [(SUMS, sums), *([] if signature is None else [(SIGNATURE, signature)]), *sorted(files.items())]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def read_file(path: Path) -> Archive:
    """Return the pack in a ``.speechpack`` file. Raises ProblemError as :func:`read_archive`."""
    return read_archive(read_bounded(path, MAX_ARCHIVE_BYTES), shown(path))


def read_archive(data: bytes, file: str) -> Archive:
    """Return the pack that the bytes of a ``.speechpack`` hold, whose list of files fits them.

    Nothing is unpacked to disk. Raises ProblemError with all that is wrong at the first stage that finds something:
    the zip's frame (``not-a-zip``, ``pack-too-large``, ``zip-unusual``), its entries (``zip-encrypted``,
    ``zip-compression``, ``file-too-large``, ``zip-ratio``, ``zip-overlap``, ``unexpected-file``, ``path-…``), their
    bytes (``zip-damaged``, ``not-utf-8``), the list (``bad-list``, ``unlisted-file``, ``missing-file``,
    ``hash-mismatch``), the manifest.
    """
    try:
        claimed = _check_frame(data, file)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_entries(entries, claimed, file)
            texts = {entry.orig_filename: _content(archive, entry, file) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, struct.error, EOFError, zlib.error) as error:
        # What zipfile says of a damaged zip, which differs between its versions.
        raise _error("zip-damaged", _("the zip is damaged: {reason}").format(reason=str(error)[:120]), file) from None
    sums, signature = texts.pop(SUMS, None), texts.pop(SIGNATURE, None)
    if sums is None:
        message = _("the list of files ({name}) is missing").format(name=SUMS)
        raise _error("bad-list", message, file, _("speechdraft pack build makes a file with one"))
    problems = Problems()
    for name, text in texts.items():
        try:
            canonical(text, f"{file}/{name}")
        except ProblemError as error:
            problems.extend(error.problems)
    problems.extend(_against_list(texts, sums, file))
    problems.raise_errors()
    manifest = read_manifest(texts[MANIFEST].decode("utf-8-sig"), f"{file}/{MANIFEST}", problems)
    if manifest is None:
        raise ProblemError(problems.all())
    return Archive(manifest=manifest, files=texts, sums=sums, signature=signature, data=data)


def _error(code: str, message: str, file: str, hint: str = "") -> ProblemError:
    return ProblemError([Problem(code=code, message=message, place=Place(file=file), hint=hint)])


def _check_frame(data: bytes, file: str) -> int:
    """Return how many entries a zip claims; refuse what is no zip, or could be read as two different ones.

    zipfile makes an object of every entry before anybody can count them, so the directory's size is looked at first.
    """
    if not data.startswith(b"PK\x03\x04") or len(data) < _END.size:
        hint = _("a pack's file is made by speechdraft pack build")
        raise _error("not-a-zip", _("this file is no pack: it is not a zip"), file, hint)
    signature, disk, first_disk, here, entries, size, offset, comment = _END.unpack(data[-_END.size :])
    if signature != b"PK\x05\x06" or comment or disk or first_disk or here != entries:
        raise _error("zip-unusual", _("the zip has a comment, several parts, or something behind its end"), file)
    if entries == 0xFFFF or size > (MAX_FILES + 2) * _LARGEST_ENTRY:
        raise ProblemError([too_much(file)])
    if offset + size + _END.size != len(data):
        raise _error("zip-unusual", _("the zip has something between its parts"), file)
    return int(entries)


def _check_entries(entries: list[zipfile.ZipInfo], claimed: int, file: str) -> None:
    problems = Problems()
    if len(entries) > MAX_FILES + 2:
        raise ProblemError([too_much(file)])
    if len(entries) != claimed or not any(entry.header_offset == 0 for entry in entries):
        raise _error("zip-unusual", _("the zip has something between its parts"), file)
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise ProblemError([too_much(file)])
    problems.extend(collisions((entry.orig_filename for entry in entries), file))
    for entry in entries:
        problems.extend(_of_entry(entry, file))
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        # A zip bomb can let thousands of entries share the same bytes.
        if entry.header_offset < end:
            message = _("“{name}” shares its bytes with another file").format(name=entry.orig_filename[:80])
            problems.add(Problem(code="zip-overlap", message=message, place=Place(file=file)))
            break
        end = entry.header_offset + 30 + len(entry.orig_filename) + entry.compress_size
    problems.raise_errors()


def _of_entry(entry: zipfile.ZipInfo, file: str) -> Iterator[Problem]:
    # orig_filename is the name as it stands in the zip; zipfile has changed .filename already on some systems.
    name = entry.orig_filename
    danger = path_problem(name, file)
    if danger is not None:
        yield danger
        return
    mode = entry.external_attr >> 16
    place = Place(file=f"{file}/{name}")
    most = {SUMS: _MAX_LIST_BYTES, SIGNATURE: _MAX_SIGNATURE_BYTES}.get(name) or belongs(name)
    if mode and not stat.S_ISREG(mode) and stat.S_IFMT(mode):
        yield Problem(code="path-link", message=_("this is a link, a folder or a device, not a file"), place=place)
    elif most is None:
        message = _("this file does not belong in a pack")
        hint = _("a pack has pack.yaml, outlines/*.yaml, templates/**.j2, templates/facts.yaml and examples/*/*.yaml")
        yield Problem(code="unexpected-file", message=message, place=place, hint=hint)
    elif entry.flag_bits & _ENCRYPTED:
        yield Problem(code="zip-encrypted", message=_("this file is encrypted"), place=place)
    elif entry.flag_bits & ~_USUAL:
        yield Problem(code="zip-unusual", message=_("this file is zipped in an unusual way"), place=place)
    elif entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        # bzip2 and lzma take as much memory as the sender likes.
        yield Problem(code="zip-compression", message=_("this file is compressed in an unusual way"), place=place)
    elif entry.file_size > most or entry.compress_size > MAX_ARCHIVE_BYTES:
        message = _("this file is larger than {most} KB").format(most=most // 1024)
        yield Problem(code="file-too-large", message=message, place=place)
    elif entry.file_size > _MAX_RATIO * max(entry.compress_size, 64):
        yield Problem(code="zip-ratio", message=_("this file grows beyond measure when unpacked"), place=place)


def _content(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: str) -> bytes:
    """Return an entry's bytes: never more than its directory entry says, which was found to be little enough."""
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        message = _("“{name}” has another size than the zip says").format(name=entry.orig_filename)
        raise _error("zip-damaged", message, file)
    return data


def _against_list(texts: Mapping[str, bytes], sums: bytes, file: str) -> Iterator[Problem]:
    place = Place(file=f"{file}/{SUMS}")
    listed: dict[str, str] = {}
    try:
        lines = sums.decode().split("\n")
    except UnicodeDecodeError:
        yield Problem(code="bad-list", message=_("the list of files is not text in UTF-8"), place=place)
        return
    for number, line in enumerate(lines[:-1] if not lines[-1] else lines, start=1):
        found = _LINE.fullmatch(line)
        if found is None or found[2] in listed:
            message = _("this line is not “hash  name”, or names a file a second time")
            yield Problem(code="bad-list", message=message, place=Place(file=place.file, line=number))
            return
        listed[found[2]] = found[1]
    for name in sorted(listed.keys() - texts.keys()):
        message = _("“{name}” is listed, but not there").format(name=name[:80])
        yield Problem(code="missing-file", message=message, place=place)
    for name in sorted(texts.keys() - listed.keys()):
        message = _("“{name}” is there, but not listed").format(name=name)
        yield Problem(code="unlisted-file", message=message, place=place)
    for name, data in texts.items():
        if name in listed and hashlib.sha256(data).hexdigest() != listed[name]:
            message = _("this file is not the one that was listed; it was changed afterwards or damaged on the way")
            yield Problem(code="hash-mismatch", message=message, place=Place(file=f"{file}/{name}"))
    if MANIFEST not in texts:
        message = _("the pack has no {file}").format(file=MANIFEST)
        yield Problem(code="not-a-pack", message=message, place=Place(file=file))
