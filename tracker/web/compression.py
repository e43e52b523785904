"""Compress pages on their way out: with zstd for browsers that take it, otherwise with gzip.

Not compressed: streamed files, answers to anything but GET (they may show a secret once), and what is too short to gain. Where a
page holds the CSRF token it is masked (`tracker.web.csrf`), and every answer gets padding of random length.
"""

import secrets
import sys
import zlib
from collections.abc import Callable
from typing import Final

from flask import Flask, Response, request

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEAST: Final = 1_000  # bytes
# A page of 270 kB becomes a tenth in about half a millisecond, with either. Level 4 of gzip takes twice as long for 6 %.
GZIP_LEVEL: Final = 3
ZSTD_LEVEL: Final = 5
_SKIPPABLE: Final = 0x184D2A50  # the first of the sixteen marks of a frame that readers pass over (RFC 8878, 3.1.2)
_GZIP_FORMAT: Final = 31  # of zlib: a header of gzip, and the largest window
_HAS_NAME: Final = b"\x08"
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
    if response.status_code != 200 or len(body) < LEAST or "Content-Encoding" in response.headers:
        return response
    encoding = _choose_encoding()
    if not encoding:
        return response
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak and response.mimetype == "application/json":
        return response  # programs send it back in If-Match, which takes strong ones alone
    response.set_data(_ENCODINGS[encoding](body))
    response.headers["Content-Encoding"] = encoding
    if etag is not None:
        response.set_etag(etag, weak=True)  # its bytes differ from answer to answer
    return response


def _choose_encoding() -> str:
    """The best of ours that the browser takes; "" where it takes none. It has to name zstd: "*" may come from an old program."""
    accepted = request.accept_encodings
    if "zstd" in {name.lower() for name, quality in accepted if quality > 0}:
        return "zstd"
    return "gzip" if accepted.quality("gzip") > 0 else ""


def _zstd(body: bytes) -> bytes:
    padding = secrets.token_bytes(secrets.randbelow(_PADDING_MAX) + 1)
    # A frame that readers pass over; after the page, for readers that stop behind the first one.
    skipped = _SKIPPABLE.to_bytes(4, "little") + len(padding).to_bytes(4, "little") + padding
    return bytes(zstd.compress(body, ZSTD_LEVEL)) + skipped


def _gzip(body: bytes) -> bytes:
    made = zlib.compress(body, GZIP_LEVEL, wbits=_GZIP_FORMAT)
    # The name of the file in the header is the padding: readers of gzip skip it (RFC 1952, 2.3).
    name = secrets.token_hex(secrets.randbelow(_PADDING_MAX) // 2 + 1).encode()
    return made[:3] + _HAS_NAME + made[4:10] + name + b"\0" + made[10:]


_ENCODINGS: Final[dict[str, Callable[[bytes], bytes]]] = {"zstd": _zstd, "gzip": _gzip}
