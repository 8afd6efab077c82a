"""Signatures of packs (Ed25519) and the authors that a user knows.

Who signs a pack cannot be known the first time; that it is the same author the next time, can. So the first signature
of an author is shown and remembered, and a pack that comes with another key later is refused.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import unicodedata
from collections.abc import Mapping
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from speechdraft.files import make_folder, read_bounded, shown
from speechdraft.home import config_folder
from speechdraft.i18n import _
from speechdraft.packs.archive import SIGNATURE, Archive, read_archive, written
from speechdraft.packs.manifest import PackName
from speechdraft.packs.records import read_record, record_from, write_record
from speechdraft.problems import Place, Problem, ProblemError, did_you_mean
from speechdraft.turns import locked

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

__all__ = [
    "INSTALL_EXTRA",
    "Author",
    "Authors",
    "Signature",
    "Trust",
    "can_verify",
    "fingerprint",
    "forget",
    "judge",
    "make_key",
    "public_key",
    "remember",
    "require_author",
    "sign",
    "signature_of",
    "signing_key",
    "user_authors",
]

INSTALL_EXTRA = 'pip install "speechdraft[sign]"'
"""What installs the library that signatures need; in these marks every shell takes the brackets as they are."""
_CONTEXT = b"speechdraft pack signature 1\n"
"""Goes before what is signed, so that a signature made for something else is none for a pack."""
_AUTHORS = "known-authors.json"
_KEY_BYTES = 32  # RFC 8032, 5.1.5
_SIGNATURE_BYTES = 64  # RFC 8032, 5.1.6


def _author_name(name: str) -> str:
    if not name.strip() or not name.isprintable() or unicodedata.normalize("NFC", name) != name or name != name.strip():
        raise ValueError(_("“{name}” cannot name an author").format(name=name[:40]))
    return name


def _base64_of(size: int) -> AfterValidator:
    def check(text: str) -> str:
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            data = b""
        # One text for each key: base64 has several where bits are left over.
        if len(data) != size or base64.b64encode(data).decode() != text:
            raise ValueError(_("this is not the base64 of {size} bytes").format(size=size))
        return text

    return AfterValidator(check)


AuthorName = Annotated[str, Field(max_length=100), AfterValidator(_author_name)]
_Key = Annotated[str, _base64_of(_KEY_BYTES)]


class Author(BaseModel):
    """Somebody who signs packs: the name that they give themselves, and their public key."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    author: AuthorName
    key: _Key


class Signature(Author):
    """What a signed pack's file holds as ``SIGNATURE``."""

    signature: Annotated[str, _base64_of(_SIGNATURE_BYTES)]


class Authors(BaseModel):
    """The authors that the user knows, with their keys, and who signed which pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    authors: Mapping[AuthorName, _Key] = Field(default_factory=dict)
    packs: Mapping[PackName, AuthorName] = Field(default_factory=dict)


class Trust(Enum):
    """How far a pack's signature is to be trusted."""

    UNSIGNED = auto()
    UNCHECKED = auto()
    """Signed, but this installation cannot check signatures."""
    NEW_AUTHOR = auto()
    KNOWN_AUTHOR = auto()


def can_verify() -> bool:
    """Return whether the library that signatures need is installed (the extra “sign”)."""
    try:
        import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def _require_extra() -> None:
    if not can_verify():
        message = _("signatures need a library that is not installed")
        hint = _("install it with: {command}").format(command=INSTALL_EXTRA)
        raise ProblemError([Problem(code="needs-extra", message=message, hint=hint)])


def signature_of(archive: Archive, file: str) -> Author | None:
    """Return who signed a pack, or None where nobody did. Raises ProblemError.

    The signature is checked if the library for it is there (:func:`can_verify`); ``bad-signature`` if it does not fit.
    """
    if archive.signature is None:
        return None
    signed = record_from(Signature, archive.signature, f"{file}/{SIGNATURE}")
    if can_verify():
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(signed.key))
        try:
            key.verify(base64.b64decode(signed.signature), _signed_bytes(signed.author, archive.sums))
        except InvalidSignature:
            message = _("the signature does not fit: the pack was changed after {author} signed it, or never signed")
            hint = _("ask whoever gave it to you for a new copy")
            raise ProblemError(
                [
                    Problem(
                        code="bad-signature",
                        message=message.format(author=signed.author),
                        place=Place(file=file),
                        hint=hint,
                    )
                ]
            ) from None
    return Author(author=signed.author, key=signed.key)


def _signed_bytes(author: str, sums: bytes) -> bytes:
    return _CONTEXT + author.encode() + b"\n" + sums


def sign(archive: Archive, author: str, key: Ed25519PrivateKey) -> Archive:
    """Return the pack signed; a signature that was there is replaced. The same key gives the same bytes."""
    signature = base64.b64encode(key.sign(_signed_bytes(author, archive.sums))).decode()
    text = f"author: {_quoted(author)}\nkey: {public_key(key)}\nsignature: {signature}\n"
    return read_archive(written(archive.files, archive.sums, text.encode()), archive.file_name)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the public half of a key, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def make_key(path: Path) -> Ed25519PrivateKey:
    """Make a key to sign with and write it to a file that only its owner reads. Raises ProblemError."""
    _require_extra()
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415

    if path.exists():
        message = _("a key is there already, and left alone")
        hint = _("sign with it, or make another one with --key FILE")
        raise ProblemError([Problem(code="already-there", message=message, place=Place(file=shown(path)), hint=hint)])
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    make_folder(path.parent)
    try:
        # Made with its permissions, not given them later: in between anybody could open it.
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(data)
    except OSError as error:
        message = _("the file cannot be written: {reason}").format(reason=error.strerror)
        hint = _("write to another folder or under another name")
        raise ProblemError(
            [Problem(code="cannot-write", message=message, place=Place(file=shown(path)), hint=hint)]
        ) from None
    return key


def signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the key in a file. Raises ProblemError (``needs-extra``, ``no-such-file``, ``bad-key``)."""
    _require_extra()
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    data = read_bounded(path, 16 * 1024)
    try:
        key = load_pem_private_key(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        message = _("this file holds no key to sign with (Ed25519, PEM, without a password)")
        hint = _("speechdraft pack key new makes one")
        raise ProblemError([Problem(code="bad-key", message=message, place=Place(file=shown(path)), hint=hint)])
    return key


def require_author(name: str) -> str:
    """Return the name if it can name an author. Raises ProblemError (``bad-name``)."""
    try:
        return Author(author=name, key=base64.b64encode(bytes(_KEY_BYTES)).decode()).author
    except ValueError:
        message = _("“{name}” cannot name an author").format(name=name[:40])
        hint = _("write the office's or the person's name, without line ends")
        raise ProblemError([Problem(code="bad-name", message=message, hint=hint)]) from None


def fingerprint(key: str) -> str:
    """Return what people compare of a public key: eight groups of four letters of its SHA-256."""
    digest = hashlib.sha256(base64.b64decode(key)).hexdigest()
    return " ".join(digest[start : start + 4] for start in range(0, 32, 4))


# Whom the user knows.


def user_authors() -> Authors:
    """Return the authors that the user knows. Raises ProblemError."""
    return read_record(Authors, config_folder() / _AUTHORS)


def judge(pack: str, author: Author | None, known: Authors, file: str) -> Trust:
    """Return how far a pack's signature is to be trusted.

    Raises ProblemError where something speaks against it: ``key-changed`` (a known author with another key),
    ``author-changed`` (a pack that another known author signed before), ``signature-missing`` (a pack that was signed
    before, and is not, or whose signature cannot be checked here).
    """
    before = known.packs.get(pack)
    place = Place(file=file)
    if author is None or not can_verify():
        if before is not None:
            message = _("“{pack}” was signed by {author} so far; this copy's signature is missing or cannot be checked")
            raise ProblemError(
                [
                    Problem(
                        code="signature-missing",
                        message=message.format(pack=pack, author=before),
                        place=place,
                        hint=_forget_hint(before),
                    )
                ]
            )
        return Trust.UNSIGNED if author is None else Trust.UNCHECKED
    key = known.authors.get(author.author)
    if key is not None and key != author.key:
        message = _("the key of {author} is not the one you know: it was {known}, this one is {new}")
        told = message.format(author=author.author, known=fingerprint(key), new=fingerprint(author.key))
        raise ProblemError([Problem(code="key-changed", message=told, place=place, hint=_forget_hint(author.author))])
    if before is not None and before != author.author:
        message = _("“{pack}” was signed by {before} so far; this copy is signed by {author}")
        told = message.format(pack=pack, before=before, author=author.author)
        raise ProblemError([Problem(code="author-changed", message=told, place=place, hint=_forget_hint(before))])
    return Trust.NEW_AUTHOR if key is None else Trust.KNOWN_AUTHOR


def _forget_hint(author: str) -> str:
    return _(
        "ask {author} on another way than this file came; if it is right: speechdraft pack key forget {quoted}"
    ).format(author=author, quoted=_shell_quoted(author))


def _shell_quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def remember(pairs: Mapping[str, Author]) -> None:
    """Keep the authors of packs (by the pack's name) as known. Raises ProblemError."""
    if not pairs:
        return
    with locked(config_folder()):
        known = user_authors()
        write_record(
            config_folder() / _AUTHORS,
            Authors(
                authors={**known.authors, **{author.author: author.key for author in pairs.values()}},
                packs={**known.packs, **{pack: author.author for pack, author in pairs.items()}},
            ),
        )


def forget(name: str) -> None:
    """Forget an author and what they signed. Raises ProblemError (``unknown-author``)."""
    with locked(config_folder()):
        known = user_authors()
        if name not in known.authors:
            message = _("no author “{name}” is known").format(name=name)
            hint = did_you_mean(name, known.authors) or _("speechdraft pack key list shows them")
            raise ProblemError([Problem(code="unknown-author", message=message, hint=hint)])
        write_record(
            config_folder() / _AUTHORS,
            Authors(
                authors={author: key for author, key in known.authors.items() if author != name},
                packs={pack: author for pack, author in known.packs.items() if author != name},
            ),
        )
