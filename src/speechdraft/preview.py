"""The preview in a browser on this machine: one page that renews itself, served to nobody else."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from socketserver import TCPServer
from typing import Any

__all__ = ["PreviewServer"]

_HERE = "127.0.0.1"
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What a written page allows itself (see :mod:`speechdraft.html`); the served one may run our script besides."""
_NOTHING_YET = f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>预览</title>
</head>
<body>
</body>
</html>
"""
_STAYS = "现在出不了稿，下面是上一次的预览。\n"
_NONE = "现在还出不了稿。\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What is served: the page, by what it is told from another, and what is wrong since it was drawn."""

    page: bytes
    version: str
    wrong: str


class PreviewServer(ThreadingHTTPServer):
    """Serves one page on a free port of this machine; its words are Chinese in every locale, as the speech is."""

    # Windows would let another program take the port of a server that may be reused.
    allow_reuse_address = False

    def __init__(self) -> None:
        """Take a port; nothing is answered before :meth:`serving`."""
        self._drawn = _NOTHING_YET
        self.shown = self._as_shown("")
        super().__init__((_HERE, 0), _Handler)

    def server_bind(self) -> None:
        """Bind without asking the network what this machine is called, as HTTPServer would: it may take seconds."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = _HERE, self.socket.getsockname()[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that has hung up; all else is a fault to be seen."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    @property
    def address(self) -> str:
        """The page's address."""
        return f"http://{_HERE}:{self.server_port}/"

    def show(self, page: bytes) -> None:
        """Serve a written page from now on; nothing is wrong any more."""
        self._drawn = page.decode()
        self.shown = self._as_shown("")

    def show_wrong(self, told: str) -> None:
        """Say at the top of the page, which stays as it is, what is wrong."""
        self.shown = self._as_shown((_NONE if self._drawn is _NOTHING_YET else _STAYS) + told)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Answer requests until the block ends."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            thread.join()
            self.server_close()

    def _as_shown(self, wrong: str) -> _Shown:
        version = hashlib.sha256(self._drawn.encode()).hexdigest()[:16]
        return _Shown(page=_live(self._drawn, version).encode(), version=version, wrong=wrong)


@cache
def _script() -> str:
    return files("speechdraft").joinpath("preview.js").read_text(encoding="utf-8")


def _live(page: str, version: str) -> str:
    """Return the page with the script that renews it, and with leave to run that one alone."""
    script = f"\n{_script()}"
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"{_POLICY}; script-src 'sha256-{digest}'; connect-src 'self'"
    head, _policy, rest = page.partition(_POLICY)
    body, _end, after = rest.rpartition("</body>")
    return f'{head}{policy}{body}<script data-version="{version}">{script}</script>\n</body>{after}'


class _Handler(BaseHTTPRequestHandler):
    """Answers for the page and its version; there is nothing else."""

    server: PreviewServer
    server_version = "speechdraft"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Answer with the page, with its version, or that there is no such thing."""
        shown = self.server.shown
        if not self._is_asked_for_here():
            self._send(HTTPStatus.FORBIDDEN, "text/plain", b"")
        elif self.path == "/":
            self._send(HTTPStatus.OK, "text/html", shown.page)
        elif self.path == "/version":
            told = json.dumps({"version": shown.version, "wrong": shown.wrong}, ensure_ascii=False)
            self._send(HTTPStatus.OK, "application/json", told.encode())
        else:
            self._send(HTTPStatus.NOT_FOUND, "text/plain", b"")

    def do_HEAD(self) -> None:
        """Answer as to GET, without what it would send."""
        self.do_GET()

    def log_message(self, *_said: object) -> None:
        """Say nothing: the terminal is for the redraws."""

    def _is_asked_for_here(self) -> bool:
        """Return whether a request names this machine: a page from elsewhere may have its own name lead here."""
        port = self.server.server_port
        return self.headers.get("Host") in {f"{_HERE}:{port}", f"localhost:{port}"}

    def _send(self, status: HTTPStatus, kind: str, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("X-Frame-Options", "DENY")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data)
