"""Reading a web page at an address that a person gave, within limits, and from public addresses alone.

Each hop of a redirect is checked like the first address (SSRF): http or https on its usual port, no user name, every address of
the host public, the connection made to an address that was checked, so that DNS rebinding changes nothing.
"""

import contextlib
import http.client
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import tracker
from tracker.net.bounds import READ_AHEAD, BoundedSocket, Deadline, FetchError, Limits, Overflow, Reason
from tracker.net.connections import PORTS, Target
from tracker.net.ssrf_guard import Guard, NotAllowed
from tracker.urls import ascii_host

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_CHUNK: Final = 64 * 1024
_RETRY_MAX: Final = 86_400


@dataclass(frozen=True)
class Fetched:
    """A page as it was read: unpacked body, media type and charset as its server named them ("" for none)."""

    url: str
    status: int
    media_type: str
    charset: str
    body: bytes


@dataclass(frozen=True)
class _Request:
    """What is sent: a page is asked for, or a body is sent to be answered."""

    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


_PAGE: Final = _Request(
    headers={
        "User-Agent": f"Tracker/{tracker.__version__} (reads one page for an editor)",
        "Accept": "text/html, application/xhtml+xml, application/pdf, text/plain;q=0.9, */*;q=0.1",
    }
)


def fetch(url: str, guard: Guard, limits: Limits | None = None) -> Fetched:
    """Read the page at an address. Raises FetchError."""
    limits = limits or Limits()
    deadline = Deadline(limits.seconds)
    try:
        for _hop in range(limits.redirects + 1):
            answer = _read(_parse(url, limits), url, guard, limits, deadline)
            deadline.left()  # cut off by us, half an answer looks like a whole one
            if isinstance(answer, Fetched):
                return answer
            url = _redirected(url, answer)
    except FetchError:
        if deadline.is_over():
            raise FetchError(Reason.TIMEOUT) from None
        raise
    raise FetchError(Reason.TOO_MANY_REDIRECTS)


def post(url: str, body: bytes, headers: Mapping[str, str], guard: Guard, limits: Limits) -> Fetched:
    """Send a body, return the answer; no redirect is followed. `url` is the operator's: any port. Raises FetchError."""
    deadline = Deadline(limits.seconds)
    parts = urlsplit(url)
    limits = replace(limits, ports=limits.ports | {parts.port or 0})
    request = _Request("POST", body, {"User-Agent": f"Tracker/{tracker.__version__}", **headers})
    try:
        answer = _read(_parse(url, limits), url, guard, limits, deadline, request)
        deadline.left()
    except FetchError:
        if deadline.is_over():
            raise FetchError(Reason.TIMEOUT) from None
        raise
    if isinstance(answer, str):
        raise FetchError(Reason.TOO_MANY_REDIRECTS)
    return answer


def _parse(url: str, limits: Limits) -> Target:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port or PORTS.get(parts.scheme, 0)
        host = host if ":" in host else ascii_host(host)
    except (ValueError, UnicodeError):
        raise FetchError(Reason.NOT_ALLOWED) from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or port not in limits.ports:
        raise FetchError(Reason.NOT_ALLOWED)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(ord(c) < 33 or ord(c) > 126 for c in path):
        path = "".join(c if 33 <= ord(c) <= 126 else "".join(f"%{byte:02X}" for byte in c.encode()) for c in path)
    return Target(parts.scheme, host, port, path)


def _redirected(url: str, location: str) -> str:
    try:
        target = urljoin(url, location)
        downgraded = urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http"
    except ValueError:
        raise FetchError(Reason.NOT_ALLOWED) from None
    if downgraded:
        raise FetchError(Reason.INSECURE)
    return target


def _read(target: Target, url: str, guard: Guard, limits: Limits, deadline: Deadline, request: _Request = _PAGE) -> Fetched | str:
    """The page, or the address that it redirects to."""
    try:
        addresses = guard.check(target.host, _resolve(target, deadline))
    except NotAllowed:
        raise FetchError(Reason.NOT_ALLOWED) from None
    try:
        with contextlib.closing(target.connect(addresses, deadline.left)) as sock, deadline.cutting(sock):
            return _exchange(BoundedSocket(sock, limits.headers + READ_AHEAD), target, url, limits, request)
    except ssl.SSLError as error:
        raise FetchError(Reason.INSECURE) from error
    except TimeoutError as error:
        raise FetchError(Reason.TIMEOUT) from error
    except Overflow as error:
        raise FetchError(Reason.TOO_LARGE) from error
    except (http.client.HTTPException, zlib.error, ValueError) as error:
        raise FetchError(Reason.BAD_ANSWER) from error
    except OSError as error:
        raise FetchError(Reason.UNREACHABLE) from error


def _resolve(target: Target, deadline: Deadline) -> list[str]:
    """All addresses of a host. The resolver of the system knows no deadline, so it is asked in a thread of its own."""
    found: list[str] = []

    def ask() -> None:
        found.extend(target.resolve())

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(deadline.left())
    if thread.is_alive():
        raise FetchError(Reason.TIMEOUT)
    if not found:
        raise FetchError(Reason.NO_HOST)
    return found


def _exchange(sock: BoundedSocket, target: Target, url: str, limits: Limits, request: _Request) -> Fetched | str:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = PORTS[target.scheme]  # leaves it out of the Host header
    connection.sock = sock
    headers = {**request.headers, "Accept-Encoding": "gzip, deflate", "Connection": "close"}
    connection.request(request.method, target.path, request.body, headers)
    with contextlib.closing(connection.getresponse()) as answer:
        location = answer.headers.get("Location")
        if answer.status in _REDIRECTS and location:
            return location
        if answer.status != http.HTTPStatus.OK:
            raise FetchError(Reason.STATUS, status=answer.status, retry_after=_seconds(answer.headers.get("Retry-After")))
        sock.allow(limits.body + READ_AHEAD)
        body = b"".join(_unpacked(answer, limits))
        media_type = answer.headers.get_content_type() if "Content-Type" in answer.headers else ""
        return Fetched(url, answer.status, media_type, answer.headers.get_content_charset() or "", body)


def _unpacked(answer: http.client.HTTPResponse, limits: Limits) -> Iterator[bytes]:
    """The body in pieces, unpacked as it comes: a small answer must not become a large one in memory."""
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(Reason.BAD_ANSWER)
    unpack: Any = None if encoding == "identity" else zlib.decompressobj(47)  # gzip and zlib, by their headers
    left, received = limits.unpacked, 0
    while piece := answer.read(_CHUNK):
        received += len(piece)
        if received > limits.body:
            raise Overflow
        if unpack is None:
            yield piece
            continue
        while piece:
            plain = unpack.decompress(piece, left + 1)
            left -= len(plain)
            if left < 0:
                raise Overflow
            yield plain
            piece = unpack.unconsumed_tail
    if answer.length or (unpack is not None and not unpack.eof):  # it ended early
        raise FetchError(Reason.BAD_ANSWER)


def _seconds(retry_after: str | None) -> int | None:
    """How long a server asks to wait, in seconds; None without a number."""
    if retry_after is None or not retry_after.strip().isdecimal():
        return None
    return min(int(retry_after.strip()[:9]), _RETRY_MAX)
