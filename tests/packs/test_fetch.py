"""Addresses: http, https and file; bounded; nothing followed to where it should not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from speechdraft.packs.fetch import fetch, is_address
from tests.packs.making import told


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        match self.path:
            case "/good":
                self._answer(200, b"hello")
            case "/endless":
                self._answer(200, b"x" * 2000)
            case "/gone":
                self._answer(404, b"nothing")
            case "/short":
                self.send_response(200)
                self.send_header("Content-Length", "100")
                self.end_headers()
                self.wfile.write(b"half")
            case "/on":
                self._answer(302, b"", location="/good")
            case "/to-a-file":
                self._answer(302, b"", location="file:///etc/passwd")
            case "/to-ftp":
                self._answer(302, b"", location="ftp://localhost/x")
            case "/round":
                self._answer(302, b"", location="/round")
            case _:
                self.wfile.write(b"this is not http\r\n\r\n")

    def _answer(self, status: int, body: bytes, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_parts: object) -> None:
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


def test_what_stands_there(server):
    assert fetch(f"{server}/good", 5) == b"hello"
    assert fetch(f"{server}/on", 5) == b"hello"


def test_more_than_is_allowed(server):
    assert told(fetch, f"{server}/endless", 1000).startswith(
        f"{server}/endless: file-too-large: what stands there is larger than"
    )


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/gone", "404 Not Found"),
        ("/to-a-file", "302 Found - Redirection to url 'file:///etc/passwd' is not allowed"),
        ("/to-ftp", "it points on to ftp://localhost/x, which is not followed"),
        ("/round", "302 The HTTP server returned a redirect error that would lead to an infinite loop."),
        ("/garbage", ""),
        ("/short", "the connection broke off"),
    ],
)
def test_what_does_not_come(server, path, reason):
    message = told(fetch, f"{server}{path}", 1000)
    assert message.startswith(f"{server}{path}: cannot-fetch: nothing came from there: {reason}")
    assert message.endswith("a pack can also come as a file or from a shared folder")


def test_a_machine_that_is_not_there():
    assert "cannot-fetch" in told(fetch, "http://127.0.0.1:1/x", 10)


@pytest.mark.parametrize(
    "address", ["ftp://x/y", "data:text/plain,x", "gopher://x", "https://", "http://x y", "https://例子/x", "x://y", ""]
)
def test_other_addresses_are_refused(address):
    assert "bad-address: this is no address that can be read" in told(fetch, address, 10)


def test_a_file_by_its_address(tmp_path):
    path = tmp_path / "安全 生产.txt"
    path.write_bytes(b"hello")
    assert fetch(path.as_uri(), 5) == b"hello"
    assert "file-too-large" in told(fetch, path.as_uri(), 4)
    assert "no-such-file" in told(fetch, (tmp_path / "x").as_uri(), 4)
    assert "bad-address: a file:// address has three strokes" in told(fetch, "file://server/x", 4)


def test_what_looks_like_an_address():
    assert is_address("https://example.org/x")
    assert is_address("ftp://x")
    assert not is_address("C:/x")
    assert not is_address("./x")
    assert not is_address("work@^1.2")
