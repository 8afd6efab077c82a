"""Office files from other people's machines: zips of XML parts, bounded before anything is unpacked.

A .docx or .xlsx that comes back may have been made to hurt: a few kilobytes that unpack to gigabytes, entities that
grow or read files, parts that fetch something from elsewhere. The zip's directory is judged before a byte is unpacked,
every XML part before it is parsed and again as a tree, and nothing outside the file is ever followed.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError, Severity

if TYPE_CHECKING:
    from lxml.etree import _Element

__all__ = [
    "MAX_BYTES",
    "is_macro",
    "leads_to_macros",
    "opened",
    "relationships",
    "require_no_dtd",
    "tree_of",
    "warnings_of",
]

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest office file that is read. A form of 600 facts is some 60 KB."""
_LARGEST_PART: Final = 16 * 1024 * 1024
"""Bytes of an XML part that is made into a tree, which takes some twenty times as much; a draft has 300 KB."""
_MOST_PARTS: Final = 2_000
_MOST_UNPACKED: Final = 128 * 1024 * 1024
_MOST_RATIO: Final = 250
_RATIO_COUNTS_FROM: Final = 1024 * 1024
"""Smaller parts may be packed as tightly as they can: a sheet of blank cells shrinks to a hundredth and less."""
_MOST_DIRECTORY: Final = _MOST_PARTS * (46 + 512)
"""Bytes of a zip's directory (APPNOTE 4.3.12) of as many parts, with long names."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = struct.Struct("<4s4H2LH")
_DOCTYPE = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_STRANGE_NAME = re.compile(r"(?:^|/)\.*(?:/|$)|^[A-Za-z]:|[\\\x00-\x1f]")
"""Of a part that would be written elsewhere if it were unpacked: an absolute path, dots alone (ECMA-376-2, 6.2.2.2)."""
_MACROS = re.compile(r"vbaproject|vbadata|\.bas$", re.IGNORECASE)
_MACRO_KIND = re.compile(r"/(?:vbaProject|vbaProjectSignature\w*|wordVbaData)$")
_PLAIN_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "utf-16"})


def opened(data: bytes, file: str) -> dict[str, bytes]:
    """Return the parts of an office file by name.

    Raises ProblemError: ``not-an-office-file`` (also an old .doc or .xls, or one under a password), ``damaged-file``,
    ``file-too-large`` (parts, bytes, ratio), ``xml-dtd``.
    """
    if data.startswith(_OLE):
        raise _old_or_locked(file)
    if not data.startswith(b"PK"):
        raise _error(
            "not-an-office-file",
            _("this is no .xlsx or .docx file"),
            file,
            _("see whether it is the file you meant"),
        )
    _check_directory(data, file)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries, file)
            parts = {entry.filename: _part(archive, entry) for entry in entries}
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        # RuntimeError is an encrypted part, NotImplementedError an unknown compression, ValueError a bad date.
        raise _error(
            "damaged-file",
            _("this file is damaged: {reason}").format(reason=str(error)[:120]),
            file,
            _("ask for it again; nothing of it was read"),
        ) from None
    for name, part in parts.items():
        if name.lower().endswith((".xml", ".rels", ".vml")):
            _check_xml(name, part, file)
    return parts


def tree_of(part: bytes) -> _Element:
    """Return the root of a part's tree, with nothing in it expanded or fetched.

    Raises ValueError, with the reason, for what is too large or declares a document type, whatever the part's name and
    encoding, and lxml's XMLSyntaxError for what is no XML.
    """
    from lxml import etree  # noqa: PLC0415  (only files that come back need it here)

    if len(part) > _LARGEST_PART:
        raise ValueError(_("its text has more than {most} MB").format(most=_LARGEST_PART // 1024 // 1024))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(part, parser)
    require_no_dtd(root)
    return root


def require_no_dtd(element: _Element) -> None:
    """Raise ValueError if the tree of an element declares a document type."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise ValueError(_("it declares a document type, which no office program does"))


def _check_directory(data: bytes, file: str) -> None:
    """Refuse a zip whose directory is too long, before zipfile makes an object of every entry in it."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if end < 0 or end + _END.size > len(data):
        raise _error(
            "damaged-file",
            _("this file is damaged: {reason}").format(reason=_("its end is missing")),
            file,
            _("ask for it again; nothing of it was read"),
        )
    _mark, _disks, _disk, _here, count, size, _at, _comment = _END.unpack_from(data, end)
    if count > _MOST_PARTS or size > _MOST_DIRECTORY:
        raise _too_large(_("more than {most} parts").format(most=_MOST_PARTS), file)


def _check_entries(entries: list[zipfile.ZipInfo], file: str) -> None:
    for entry in entries:
        if _STRANGE_NAME.search(entry.filename):
            reason = _("“{part}” in it is no name that a part may have").format(part=entry.filename[:80])
            raise _error(
                "damaged-file",
                _("this file is damaged: {reason}").format(reason=reason),
                file,
                _("nothing of it was read; ask where the file is from"),
            )
    if any(entry.flag_bits & 1 for entry in entries):  # APPNOTE 4.4.4: encrypted
        raise _old_or_locked(file)
    if len(entries) > _MOST_PARTS:
        raise _too_large(_("more than {most} parts").format(most=_MOST_PARTS), file)
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise _error(
            "damaged-file",
            _("this file is damaged: {reason}").format(reason=_("two of its parts have one name")),
            file,
            _("ask for it again; nothing of it was read"),
        )
    if sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise _too_large(_("more than {most} MB unpacked").format(most=_MOST_UNPACKED // 1024 // 1024), file)
    for entry in entries:
        if entry.file_size > _RATIO_COUNTS_FROM and entry.file_size > _MOST_RATIO * max(entry.compress_size, 1):
            raise _too_large(_("“{part}” is packed too tightly").format(part=entry.filename[:80]), file)


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Return a part, unpacking no more than the directory says: read() without a size would unpack all there is.

    Where the directory lies, the checksum of what was read fails.
    """
    with archive.open(entry) as file:
        return file.read(entry.file_size)


def _check_xml(name: str, part: bytes, file: str) -> None:
    """Refuse a document type declaration (the only place where entities can be declared), in any encoding."""
    encoding = "utf-8"
    if part[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        encoding = "utf-16"
    elif part[:4] in {b"<\0?\0", b"\0<\0?"}:
        encoding = "utf-16-le" if part[0] == ord("<") else "utf-16-be"
    text = part.decode(encoding, errors="replace")
    declared = _DECLARED.match(text.removeprefix("\ufeff"))
    strange = declared is not None and declared[1].lower() not in _PLAIN_ENCODINGS
    if strange or _DOCTYPE.search(text):
        raise _error(
            "xml-dtd",
            _("“{part}” in it declares a document type or an unusual encoding; no office program writes that").format(
                part=name[:80]
            ),
            file,
            _("nothing of it was read; ask where the file is from"),
        )


_HYPERLINKS = frozenset(
    {
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink",
        "http://purl.oclc.org/ooxml/officeDocument/relationships/hyperlink",
    }
)
"""The one kind of relationship that nothing is fetched by unless somebody clicks (ECMA-376-1, 17.16.22)."""


def warnings_of(parts: Mapping[str, bytes], file: str) -> list[Problem]:
    """Return what in an office file is left alone: macros, and references to something outside the file."""
    found: list[Problem] = []
    links = [link for _name, link in relationships(parts)]
    if any(map(is_macro, parts)) or any(map(leads_to_macros, links)):
        told = _("there are macros in this file; they are not run, and not taken over into what is written")
        found.append(_warning("macros-ignored", told, file))
    fetched = any(link.get("TargetMode") == "External" and link.get("Type") not in _HYPERLINKS for link in links)
    if fetched or any("externallink" in name.lower() for name in parts):
        found.append(
            _warning(
                "links-ignored",
                _("this file refers to others; they are not fetched, and what it last had from them is read"),
                file,
            )
        )
    return found


def is_macro(name: str) -> bool:
    """Return whether a part of a name is one of macros."""
    return _MACROS.search(name) is not None


def leads_to_macros(relationship: _Element) -> bool:
    """Return whether a relationship says that what it leads to are macros."""
    return _MACRO_KIND.search(relationship.get("Type", "")) is not None


def relationships(parts: Mapping[str, bytes]) -> Iterator[tuple[str, _Element]]:
    """Return the relationships of all parts, each with the part that it stands in; one that is damaged has none."""
    from lxml import etree  # noqa: PLC0415

    for name, part in parts.items():
        if name.lower().endswith(".rels"):
            with suppress(etree.XMLSyntaxError, ValueError):
                yield from ((name, link) for link in tree_of(part).iter("{*}Relationship"))


def _warning(code: str, message: str, file: str) -> Problem:
    return Problem(code=code, message=message, place=Place(file=file), severity=Severity.WARNING)


def _old_or_locked(file: str) -> ProblemError:
    return _error(
        "not-an-office-file",
        _("this file is of the old kind (.xls, .doc), or it is under a password"),
        file,
        _("open it and save it as .xlsx or .docx without a password"),
    )


def _too_large(what: str, file: str) -> ProblemError:
    return _error(
        "file-too-large",
        _("this file unpacks to more than such a file ever holds: {what}").format(what=what),
        file,
        _("nothing of it was read; ask where the file is from"),
    )


def _error(code: str, message: str, file: str, hint: str) -> ProblemError:
    return ProblemError([Problem(code=code, message=message, place=Place(file=file), hint=hint)])
