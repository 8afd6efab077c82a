"""Files from an address (http, https, file): asked for plainly, bounded in size, nothing followed elsewhere."""

from __future__ import annotations

import re
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
    url2pathname,
)

from speechdraft.files import read_bounded
from speechdraft.i18n import _
from speechdraft.problems import Place, Problem, ProblemError

__all__ = ["fetch", "is_address", "joined"]

_SECONDS = 30
_ADDRESS = re.compile(r"(https?|file)://[!-~]+", re.ASCII)


def is_address(text: str) -> bool:
    """Return whether a text is an address rather than a path or a name."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", text) is not None


def joined(address: str, name: str) -> str:
    """Return the address of a file in a folder that has an address."""
    return f"{address.rstrip('/')}/{name}"


def fetch(address: str, limit: int) -> bytes:
    """Return what stands at an address, if that is at most ``limit`` bytes.

    Raises ProblemError: ``bad-address``, ``cannot-fetch``, ``file-too-large``, and those of reading a file.
    """
    if not _ADDRESS.fullmatch(address):
        message = _("this is no address that can be read")
        hint = _("an address begins with https://, http:// or file://, without blanks or Chinese characters")
        raise ProblemError([Problem(code="bad-address", message=message, place=Place(file=address[:100]), hint=hint)])
    if address.startswith("file:"):
        return read_bounded(_path_of(address), limit)
    try:
        request = Request(address, headers={"User-Agent": "speechdraft"})  # noqa: S310  (the schemes are checked above)
        with _opener().open(request, timeout=_SECONDS) as answer:
            data: bytes = answer.read(limit + 1)
            if len(data) <= limit and getattr(answer, "length", None):
                raise _cannot(address, _("the connection broke off"))
    except HTTPError as error:
        raise _cannot(address, f"{error.code} {error.reason}") from None
    except URLError as error:
        raise _cannot(address, str(getattr(error.reason, "strerror", None) or error.reason)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise _cannot(address, str(error) or type(error).__name__) from None
    if len(data) > limit:
        message = _("what stands there is larger than {most} MB").format(most=round(limit / 1024 / 1024))
        raise ProblemError([Problem(code="file-too-large", message=message, place=Place(file=address))])
    return data


def _path_of(address: str) -> Path:
    parts = urlsplit(address)
    if parts.netloc not in {"", "localhost"}:
        message = _("a file:// address has three strokes: file:///D:/packs")
        raise ProblemError([Problem(code="bad-address", message=message, place=Place(file=address[:100]))])
    return Path(url2pathname(parts.path))


def _cannot(address: str, reason: str) -> ProblemError:
    message = _("nothing came from there: {reason}").format(reason=reason[:200])
    hint = _("see whether this machine reaches it; a pack can also come as a file or from a shared folder")
    return ProblemError([Problem(code="cannot-fetch", message=message, place=Place(file=address[:200]), hint=hint)])


class _Redirects(HTTPRedirectHandler):
    """Follows an answer that points elsewhere only by http(s), and never from https back to http."""

    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str) -> Any:  # noqa: PLR0913  (urllib's interface)
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new not in {"http", "https"} or (old, new) == ("https", "http"):
            raise URLError(_("it points on to {address}, which is not followed").format(address=newurl[:100]))
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> OpenerDirector:
    """Return urllib's opener without what it brings for other schemes (ftp, data)."""
    opener = OpenerDirector()
    for handler in (
        ProxyHandler(),
        HTTPHandler(),
        HTTPSHandler(),
        HTTPDefaultErrorHandler(),
        _Redirects(),
        HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener
