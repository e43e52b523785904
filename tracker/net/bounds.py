"""Bounds of a read over the network: reasons to fail, limits in bytes and seconds, a deadline, a socket that counts."""

import contextlib
import enum
import io
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from tracker import clock
from tracker.net.connections import PORTS, shut_down

READ_AHEAD: Final = 16 * 1024  # that a buffered reader may take beyond the headers


class Reason(enum.StrEnum):
    """Why a page could not be read."""

    NOT_ALLOWED = "not_allowed"
    NO_HOST = "no_host"
    UNREACHABLE = "unreachable"
    INSECURE = "insecure"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_ANSWER = "bad_answer"
    STATUS = "status"


class FetchError(Exception):
    """A page that could not be read. `status` for Reason.STATUS; `retry_after` in seconds, where the server named it."""

    def __init__(self, reason: Reason, *, status: int | None = None, retry_after: int | None = None) -> None:
        super().__init__(f"{reason.value} {status or ''}".strip())
        self.reason = reason
        self.status = status
        self.retry_after = retry_after


@dataclass(frozen=True)
class Limits:
    """What one read may cost: bytes as sent and unpacked, bytes of headers, hops, seconds in all; the ports it may use."""

    body: int = 10 * 1024 * 1024
    unpacked: int = 30 * 1024 * 1024
    headers: int = 64 * 1024
    redirects: int = 5
    seconds: float = 20.0
    ports: frozenset[int] = field(default_factory=lambda: frozenset(PORTS.values()))


class Overflow(Exception):
    """More bytes came than may."""


class Deadline:
    """The end of a read: the socket is shut down then, as a server that drips a byte a second would keep each wait short."""

    def __init__(self, seconds: float) -> None:
        self._end = clock.monotonic() + seconds

    def is_over(self) -> bool:
        return clock.monotonic() >= self._end

    def left(self) -> float:
        """The seconds left. Raises FetchError when none are."""
        left = self._end - clock.monotonic()
        if left <= 0:
            raise FetchError(Reason.TIMEOUT)
        return left

    @contextlib.contextmanager
    def cutting(self, sock: socket.socket) -> Iterator[None]:
        """Shut the socket down at the deadline."""
        sock.settimeout(self.left())
        timer = threading.Timer(self.left(), shut_down, (sock,))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


class BoundedSocket:
    """A socket, as http.client uses one, with a bound on the bytes read: http.client bounds each header, but not all together."""

    def __init__(self, sock: socket.socket, bound: int) -> None:
        self._sock = sock
        self._left = bound

    def allow(self, more: int) -> None:
        """Let more bytes be read."""
        self._left += more

    def sendall(self, data: bytes) -> None:
        self._sock.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_BoundedStream(self), READ_AHEAD)

    def close(self) -> None:
        """Does nothing: the socket is closed by the caller that opened it."""

    def receive_into(self, buffer: Any) -> int:
        count = self._sock.recv_into(buffer)
        self._left -= count
        if self._left < 0:
            raise Overflow
        return count


class _BoundedStream(io.RawIOBase):
    def __init__(self, sock: BoundedSocket) -> None:
        super().__init__()
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self._sock.receive_into(buffer)
