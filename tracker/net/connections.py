"""Connections to an address that was checked, within the time that is left."""

import contextlib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from tracker.urls import ascii_host

PORTS: Final = {"http": 80, "https": 443}


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
        if parts.scheme not in PORTS or not parts.hostname:
            raise ValueError("not a web address")
        host = parts.hostname if ":" in parts.hostname else ascii_host(parts.hostname)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return cls(parts.scheme, host, parts.port or PORTS[parts.scheme], path)

    def resolve(self) -> list[str]:
        """All addresses of the host, [] where it has none. Knows no deadline."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return []
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    def connect(
        self, addresses: list[str], left: Callable[[], float], opened: Callable[[socket.socket], None] = lambda _sock: None
    ) -> socket.socket:
        """A connection to the first of these addresses that answers, secured where it should be, in the seconds that are `left`.

        `opened` is told of the socket, and of the one that takes its place.
        """
        plain = self._first(addresses, left)
        opened(plain)
        if self.scheme == "http":
            return plain
        try:
            plain.settimeout(left())
            secure = _tls().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        opened(secure)
        return secure

    def _first(self, addresses: list[str], left: Callable[[], float]) -> socket.socket:
        *others, last = addresses
        for address in others:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, self.port), timeout=left() / 2)
        return socket.create_connection((last, self.port), timeout=left())


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def shut_down(sock: socket.socket) -> None:
    """End what is read or written over a socket, from another thread."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
