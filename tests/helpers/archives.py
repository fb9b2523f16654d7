"""Records of web archives, as crawlers write them."""

from __future__ import annotations

PROSE = "The harbor master of Pier {n} counted the boats twice before the fog came in."


def warc_record(
    kind: str, block: bytes, *, number: int = 0, content_type: str = "", extra: bytes = b""
) -> bytes:
    """One record; `extra` is further lines of its header."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\n"
        f"WARC-Target-URI: https://example.org/{number}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
    )
    if content_type:
        head += f"Content-Type: {content_type}\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(block)
    return head.encode() + extra + length + block + b"\r\n\r\n"


def page(number: int = 0) -> bytes:
    return f"<html><body><p>{PROSE.format(n=number)}</p></body></html>".encode()


def http(body: bytes, *headers: str, content_type: str = "text/html; charset=utf-8") -> bytes:
    lines = ["HTTP/1.1 200 OK", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def response(number: int, block: bytes, extra: bytes = b"") -> bytes:
    kind = "application/http; msgtype=response"
    return warc_record("response", block, number=number, content_type=kind, extra=extra)


def chunked(body: bytes, size: int = 20) -> bytes:
    parts = [body[n : n + size] for n in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"
