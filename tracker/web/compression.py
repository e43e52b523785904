"""Compress pages with gzip on their way out.

Not compressed: streamed files, answers to anything but GET (they may show a secret once), and what is too short to gain. Where a
page holds the CSRF token it is masked (`tracker.web.csrf`), and every answer gets padding of random length.
"""

import gzip
import io
import secrets
from typing import Final

from flask import Flask, Response, request

LEAST: Final = 1_000  # bytes
LEVEL: Final = 4  # a page of 270 kB becomes a tenth in about a millisecond
_PADDING_MAX: Final = 64
_TYPES: Final = frozenset(
    {
        "text/html",
        "text/css",
        "text/plain",
        "text/csv",
        "text/calendar",
        "application/json",
        "application/atom+xml",
        "application/xml",
    }
)


def init_app(app: Flask) -> None:
    """Compress answers. Call it first: functions that run after a request run in reverse order."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if request.method != "GET" or response.mimetype not in _TYPES or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.add("Accept-Encoding")
    body = response.get_data()
    if response.status_code != 200 or len(body) < LEAST or "Content-Encoding" in response.headers or not _takes_gzip():
        return response
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak and response.mimetype == "application/json":
        return response  # programs send it back in If-Match, which takes strong ones alone
    response.set_data(_gzip(body))
    response.headers["Content-Encoding"] = "gzip"
    if etag is not None:
        response.set_etag(etag, weak=True)  # its bytes differ from answer to answer
    return response


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def _gzip(body: bytes) -> bytes:
    target = io.BytesIO()
    # The name of the file in the header is the padding: readers of gzip skip it.
    name = secrets.token_hex(secrets.randbelow(_PADDING_MAX) // 2 + 1)
    with gzip.GzipFile(filename=name, mode="wb", compresslevel=LEVEL, fileobj=target, mtime=0) as file:
        file.write(body)
    return target.getvalue()
