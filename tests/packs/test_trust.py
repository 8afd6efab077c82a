"""Signatures: whose pack it is, the same author as before, nothing changed since."""

from __future__ import annotations

import builtins
import os
import sys
from dataclasses import replace

import pytest

from speechdraft.home import config_folder
from speechdraft.packs import trust
from speechdraft.packs.archive import SIGNATURE, archive_of, read_archive, written
from speechdraft.packs.trust import (
    Author,
    Authors,
    Trust,
    fingerprint,
    forget,
    judge,
    make_key,
    public_key,
    remember,
    require_author,
    sign,
    signature_of,
    signing_key,
    user_authors,
)
from speechdraft.problems import ProblemError
from tests.packs.making import told

AUTHOR = "清河市委组织部"


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path / "key.pem")


@pytest.fixture
def other_key(tmp_path):
    return make_key(tmp_path / "other.pem")


@pytest.fixture
def signed(make, key):
    return sign(archive_of(make()), AUTHOR, key)


def test_a_signature_tells_who_signed(signed, key):
    assert signature_of(signed, "x") == Author(author=AUTHOR, key=public_key(key))


def test_an_unsigned_pack_has_no_author(make):
    assert signature_of(archive_of(make()), "x") is None


def test_signing_changes_nothing_but_the_signature(make, key):
    archive = archive_of(make())
    again = sign(archive, AUTHOR, key)
    assert (again.files, again.sums, again.content) == (archive.files, archive.sums, archive.content)
    assert sign(archive, AUTHOR, key).data == again.data
    assert read_archive(again.data, "x").signature == again.signature


def test_a_signature_over_another_list_does_not_fit(signed, make):
    other = archive_of(make("other", text="别的话，{{ 地区 }}。"))
    forged = read_archive(written(other.files, other.sums, signed.signature), "x")
    assert told(signature_of, forged, "x.speechpack") == (
        "x.speechpack: bad-signature: the signature does not fit: the pack was changed after 清河市委组织部 signed it, "
        "or never signed\n  ask whoever gave it to you for a new copy"
    )


def test_a_signature_with_another_name_does_not_fit(signed):
    text = signed.signature.replace(AUTHOR.encode(), "别人".encode())
    assert "bad-signature" in told(signature_of, replace(signed, signature=text), "x")


def test_a_signature_with_another_key_does_not_fit(signed, key, other_key):
    text = signed.signature.replace(public_key(key).encode(), public_key(other_key).encode())
    assert "bad-signature" in told(signature_of, replace(signed, signature=text), "x")


@pytest.mark.parametrize(
    "text", [b"", b"x", b"author: x\n", b"\xff", b"[" * 1000, b"author: x\nkey: x\nsignature: x\n"]
)
def test_a_signature_that_is_none(signed, text):
    with pytest.raises(ProblemError) as caught:
        signature_of(replace(signed, signature=text), "x.speechpack")
    assert all(problem.place.file == f"x.speechpack/{SIGNATURE}" for problem in caught.value.problems)


# Known authors


def test_first_use_is_new_and_then_known(signed, home):
    author = signature_of(signed, "x")
    assert judge("work", author, user_authors(), "x") is Trust.NEW_AUTHOR
    remember({"work": author})
    assert judge("work", author, user_authors(), "x") is Trust.KNOWN_AUTHOR
    assert judge("other", author, user_authors(), "x") is Trust.KNOWN_AUTHOR


def test_a_changed_key_is_refused(signed, make, key, other_key, home):
    remember({"work": signature_of(signed, "x")})
    changed = signature_of(sign(archive_of(make()), AUTHOR, other_key), "x")
    assert told(judge, "work", changed, user_authors(), "x") == (
        f"x: key-changed: the key of {AUTHOR} is not the one you know: it was {fingerprint(public_key(key))}, "
        f"this one is {fingerprint(public_key(other_key))}\n"
        f"  ask {AUTHOR} on another way than this file came; if it is right: speechdraft pack key forget {AUTHOR}"
    )


def test_another_author_of_the_same_pack_is_refused(signed, make, other_key, home):
    remember({"work": signature_of(signed, "x")})
    stranger = signature_of(sign(archive_of(make()), "别人 办公室", other_key), "x")
    assert told(judge, "work", stranger, user_authors(), "x").startswith(
        f"x: author-changed: “work” was signed by {AUTHOR} so far; this copy is signed by 别人 办公室"
    )


def test_a_pack_that_was_signed_is_not_taken_unsigned(signed, home):
    remember({"work": signature_of(signed, "x")})
    assert told(judge, "work", None, user_authors(), "x").startswith(
        f"x: signature-missing: “work” was signed by {AUTHOR} so far; this copy's signature is missing"
    )
    assert judge("other", None, user_authors(), "x") is Trust.UNSIGNED


def test_an_author_who_is_forgotten_is_new_again(signed, home):
    author = signature_of(signed, "x")
    remember({"work": author})
    forget(AUTHOR)
    assert user_authors() == Authors()
    assert judge("work", author, user_authors(), "x") is Trust.NEW_AUTHOR
    assert told(forget, AUTHOR) == (
        f"unknown-author: no author “{AUTHOR}” is known\n  speechdraft pack key list shows them"
    )


# Keys


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_key_is_for_its_owner_alone_and_is_never_replaced(tmp_path, home):
    path = config_folder() / "signing-key.pem"
    before = os.umask(0)
    try:
        make_key(path)
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    data = path.read_bytes()
    assert "already-there: a key is there already, and left alone" in told(make_key, path)
    assert path.read_bytes() == data
    assert public_key(signing_key(path)) == public_key(signing_key(path))


@pytest.mark.parametrize("content", [b"", b"x", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_holds_no_key(tmp_path, content):
    path = tmp_path / "key.pem"
    path.write_bytes(content)
    assert "bad-key: this file holds no key to sign with" in told(signing_key, path)


def test_a_key_of_another_kind(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

    path = tmp_path / "key.pem"
    path.write_bytes(
        generate_private_key(SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    assert "bad-key" in told(signing_key, path)


@pytest.mark.parametrize("name", ["", " ", "x\ny", "x\u202ey", " x", "e\u0301", "x" * 101])
def test_a_name_that_cannot_be_an_authors(name):
    assert told(require_author, name).startswith("bad-name: “")


def test_a_fingerprint_is_eight_groups_of_four():
    assert fingerprint("A" * 43 + "=") == "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20"


# Without the library


@pytest.fixture
def without_cryptography(monkeypatch):
    found = builtins.__import__

    def refuse(name, *more):
        if name.startswith("cryptography"):
            raise ImportError(name)
        return found(name, *more)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_signing_without_the_library_names_the_extra(tmp_path, without_cryptography):
    expected = (
        "needs-extra: signatures need a library that is not installed\n"
        '  install it with: pip install "speechdraft[sign]"'
    )
    assert told(make_key, tmp_path / "key.pem") == expected
    assert told(signing_key, tmp_path / "key.pem") == expected


def test_the_list_of_authors_names_the_extra_whole(run, home, without_cryptography):
    assert run("pack", "key", "list").out == (
        "you know no author yet; one is remembered when you install a pack that they signed\n"
        'signatures need a library that is not installed: pip install "speechdraft[sign]"\n'
    )


def test_a_signature_that_cannot_be_checked_is_told_as_such(signed, home, without_cryptography):
    author = signature_of(signed, "x")
    assert author.author == AUTHOR
    assert judge("work", author, Authors(), "x") is Trust.UNCHECKED
    known = Authors(authors={AUTHOR: author.key}, packs={"work": AUTHOR})
    assert "signature-missing" in told(judge, "work", author, known, "x")
    assert not trust.can_verify()
