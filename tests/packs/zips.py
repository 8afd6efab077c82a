"""Zips put together by hand, with everything in them that can be said wrongly."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

DEFLATED = 8
UTF_8 = 0x800


def zip_of(entries: Iterable[Mapping[str, Any]], frame: Mapping[str, Any] | None = None) -> bytes:
    """Return a zip (APPNOTE.TXT, 4.3) of entries as ``hostile/zips.yaml`` tells them."""
    frame = frame or {}
    body = bytearray(_bytes(frame.get("before", "")))
    directory = bytearray()
    offsets: dict[str, int] = {}
    count = 0
    for entry in entries:
        name = bytes.fromhex(entry["name_hex"]) if "name_hex" in entry else entry["name"].encode()
        content = bytes.fromhex(entry["hex"]) if "hex" in entry else entry.get("text", "").encode()
        method = entry.get("method", 0)
        packed = entry["raw"].encode() if "raw" in entry else _deflated(content) if method == DEFLATED else content
        flags = entry.get("flags", UTF_8)
        crc = entry.get("crc", zlib.crc32(content))
        size, packed_size = entry.get("size", len(content)), entry.get("packed", len(packed))
        extra = bytes.fromhex(entry.get("extra", ""))
        offset = entry.get("offset", len(body))
        if "offset_of" in entry:
            offset = offsets[entry["offset_of"]]
        else:
            offsets[entry.get("name", "")] = len(body)
            local = entry.get("local", "").encode() or name
            body += struct.pack(
                "<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 33, crc, packed_size, size, len(local), len(extra)
            )
            body += local + extra + packed
        directory += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 0x0314, 20, flags, method, 0, 33, crc, packed_size, size,
            len(name), len(extra), 0, 0, 0, int(entry.get("mode", "0o100644"), 8) << 16, offset,
        )  # fmt: skip
        directory += name + extra
        count += 1
    at = len(body)
    comment = _bytes(frame.get("comment", ""))
    claimed = frame.get("entries", count) & 0xFFFF
    disk = frame.get("disk", 0)
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", disk, 0, claimed, claimed, frame.get("directory_size", len(directory)),
        frame.get("directory_offset", at), len(comment),
    )  # fmt: skip
    return bytes(body + directory + end + comment + _bytes(frame.get("behind", "")))


def sums_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """Return the right list of files for some entries."""
    lines = []
    for entry in entries:
        content = bytes.fromhex(entry["hex"]) if "hex" in entry else entry.get("text", "").encode()
        lines.append(f"{hashlib.sha256(content).hexdigest()}  {entry.get('name', '?')}\n")
    return "".join(lines)


def _deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(content) + packer.flush()


def _bytes(text: str) -> bytes:
    return text.encode("latin-1")
