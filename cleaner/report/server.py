"""The server of a review: the report's page, and one place to send marks to, for one browser.

It listens on this machine alone. Whoever does not know the token gets nothing: neither other users
and their programs, nor a page of another site whose script knows the port (its host and origin are
not ours, whatever name it gave to this address).
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

from cleaner.report.load_run import LoadRunError
from cleaner.report.review_edits import ReviewEditError

HOST = "127.0.0.1"
LARGEST = 2**20  # bytes of a request's body
SECONDS = 30  # that a client may take for one
HTML, JSON = "text/html; charset=utf-8", "application/json"
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Answer = Callable[[Any], dict[str, Any]]  # what is said to JSON values that were sent


class ReviewServer(ThreadingHTTPServer):
    """Serves `page` at `address`, and gives what is sent to `marks` below that to `answer`, one
    after the other. A context manager; port 0 is any that is free."""

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
        """A browser that went away is no matter."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def answer(self, body: bytes) -> tuple[HTTPStatus, dict[str, Any]]:
        """What is said to a body, and how it went."""
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
    timeout = SECONDS

    def do_GET(self) -> None:
        place = self._place()
        if place == "":
            self._send(HTTPStatus.OK, HTML, self.server.page)
        elif place is not None:
            self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        place = self._place()
        if place is None:
            return
        origin = self.headers.get("Origin", "")
        if origin.removeprefix("http://") not in self.server.hosts:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif place != "marks":
            self._refuse(HTTPStatus.NOT_FOUND)
        elif self.headers.get("Content-Type") != JSON:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif (body := self._body()) is not None:
            status, answer = self.server.answer(body)
            self._send(status, JSON, orjson.dumps(answer))

    def _place(self) -> str | None:
        """What is asked for below the token; None, and a refusal, for who may not ask."""
        token, slash, place = self.path.removeprefix("/").partition("/")
        hosts = self.headers.get_all("Host", [])
        is_known = hmac.compare_digest(token.encode(), self.server.token.encode())
        if is_known and slash and len(hosts) == 1 and hosts[0] in self.server.hosts:
            return place
        self._refuse(HTTPStatus.FORBIDDEN)
        return None

    def _body(self) -> bytes | None:
        """The body of a request; None, and a refusal, where it has none of a stated, small size."""
        stated = self.headers.get("Content-Length", "")
        if not (stated.isascii() and stated.isdigit()) or "Transfer-Encoding" in self.headers:
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif len(stated) > 9 or int(stated) > LARGEST:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(stated))
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
        """Nothing is said of requests."""
