"""The server of a review: it serves the page of the report and receives edits from one browser.

It listens on the local machine only, and refuses requests without its token: those of other users
and programs, and those of other sites' scripts that know the port, whose host and origin differ.
"""

from __future__ import annotations

import hmac
import secrets
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson

from cleaner.errors import LoadRunError
from cleaner.report.review import ReviewEditError

HOST = "127.0.0.1"
MAX_BODY_BYTES = 2**20
TIMEOUT_SECONDS = 30
HTML, JSON = "text/html; charset=utf-8", "application/json"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Answer = Callable[[Any], dict[str, Any]]  # to decoded JSON


class ReviewServer(ThreadingHTTPServer):
    """Serves `page` at `address` and passes JSON posted to `edits` below it to `answer`, one
    request at a time. A context manager; port 0 selects a free port."""

    daemon_threads = True

    def __init__(self, page: bytes, answer: Answer, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.page, self._answer = page, answer
        self.token = secrets.token_urlsafe(32)
        self._one_at_a_time = threading.Lock()
        names = (HOST, "localhost")
        self.hosts = frozenset(f"{name}:{self.server_port}" for name in names)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_port}/{self.token}/"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore browsers that closed the connection."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, body: bytes) -> tuple[HTTPStatus, dict[str, Any]]:
        """Return the status and the answer to the body of a request."""
        try:
            data = orjson.loads(body)
        except ValueError as error:
            return HTTPStatus.BAD_REQUEST, {"problems": [f"not JSON: {error}"]}
        with self._one_at_a_time:
            try:
                return HTTPStatus.OK, self._answer(data)
            except ReviewEditError as error:
                return HTTPStatus.UNPROCESSABLE_ENTITY, {"problems": list(error.problems)}
            except (LoadRunError, OSError) as error:
                return HTTPStatus.INTERNAL_SERVER_ERROR, {"problems": [str(error)]}


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    server_version, sys_version = "cleaner", ""
    timeout = TIMEOUT_SECONDS

    def do_GET(self) -> None:
        path = self._authorized_path()
        if path == "":
            self._send(HTTPStatus.OK, HTML, self.server.page)
        elif path is not None:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        path = self._authorized_path()
        if path is None:
            return
        origin = self.headers.get("Origin", "")
        if origin.removeprefix("http://") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif path != "edits":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Content-Type") != JSON:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif (body := self._body()) is not None:
            status, answer = self.server.answer(body)
            self._send(status, JSON, orjson.dumps(answer))

    def _authorized_path(self) -> str | None:
        """Return the path below the token; if the request is not authorized, refuse it."""
        token, slash, path = self.path.removeprefix("/").partition("/")
        hosts = self.headers.get_all("Host", [])
        is_known = hmac.compare_digest(token.encode(), self.server.token.encode())
        if is_known and slash and len(hosts) == 1 and hosts[0] in self.server.hosts:
            return path
        self._refuse(HTTPStatus.FORBIDDEN)
        return None

    def _body(self) -> bytes | None:
        """Return the body of a request; without a declared, small size, refuse it."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or "Transfer-Encoding" in self.headers:
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > MAX_BODY_BYTES:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(length))
        return None

    def _refuse(self, status: HTTPStatus) -> None:
        self._send(status, "text/plain; charset=utf-8", f"{status.phrase}\n".encode())

    def _send(self, status: HTTPStatus, content_type: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Do not log requests."""
