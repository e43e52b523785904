"""HTTP requests to addresses that users chose, reading a bounded part of the answer."""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.net.ssrf_guard import Guard, NotAllowed
from tracker.urls import ascii_host

ANSWER_MAX: Final = 4_096  # bytes of the body; nothing of it is needed but a word for the log
SHOWN_MAX: Final = 120
GONE: Final = 410
_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Target:
    """Where to, taken apart once. `path` holds the query, too."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @classmethod
    def from_url(cls, url: str) -> "Target":
        """Raises ValueError for what is no http(s) address."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not a web address")
        host = parts.hostname if ":" in parts.hostname else ascii_host(parts.hostname)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, host, parts.port or _PORTS[parts.scheme], path)


def post(url: str, body: bytes, headers: Mapping[str, str], guard: Guard, attempt: Attempt) -> str:
    """Send it; return the answer in a few words. Redirects are not followed: they are an answer like others.

    The connection is made to an address that was checked, so a name that changes its mind in between changes nothing. Raises
    Permanent where the receiver answers that it is gone, Temporary for everything else that is no success.
    """
    try:
        target = Target.from_url(url)
        addresses = guard.check(target.host, _resolve(target))
        with contextlib.closing(_connect(target, addresses, attempt)) as connection:
            return _exchange(connection, target, body, headers, attempt)
    except NotAllowed as error:
        raise Temporary(str(error)) from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        if attempt.is_over():
            raise Temporary("no answer in time") from error
        raise Temporary(_words(f"{type(error).__name__}: {error}")) from error


def _resolve(target: Target) -> list[str]:
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return []
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _connect(target: Target, addresses: list[str], attempt: Attempt) -> socket.socket:
    """A connection to the first of these addresses that answers, secured where it should be."""
    plain = _first(target, addresses, attempt)
    attempt.cut_by(lambda: _cut(plain))
    if target.scheme == "http":
        return plain
    try:
        plain.settimeout(attempt.left())
        secure = _tls().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise
    attempt.cut_by(lambda: _cut(secure))
    return secure


def _first(target: Target, addresses: list[str], attempt: Attempt) -> socket.socket:
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, target.port), timeout=attempt.left() / 2)
        except OSError:
            continue
    return socket.create_connection((last, target.port), timeout=attempt.left())


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: Mapping[str, str], attempt: Attempt) -> str:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = _PORTS[target.scheme]  # leaves it out of the Host header
    connection.sock = sock
    attempt.hand_over()
    sock.settimeout(attempt.left())
    connection.request("POST", target.path, body, {**headers, "Connection": "close"})
    sock.settimeout(attempt.left())
    with contextlib.closing(connection.getresponse()) as answer:
        # Cut short by us, half an answer looks like a whole one.
        attempt.left()
        if 200 <= answer.status < 300:
            # The rest of the answer is not needed.
            attempt.answered()
            return str(answer.status)
        text = f"{answer.status} {_words(answer.reason or '')}".strip()
        if 300 <= answer.status < 400:
            raise Temporary(f"{text}: a redirect is not followed")
        if answer.status == GONE:
            raise Permanent(text)
        sock.settimeout(attempt.left())
        words = _words(answer.read(ANSWER_MAX).decode("utf-8", "replace"))
        raise Temporary(f"{text}: {words}" if words else text)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _cut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _words(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:SHOWN_MAX]
