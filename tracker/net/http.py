"""HTTP requests to addresses that users chose, reading a bounded part of the answer."""

import contextlib
import http.client
import socket
from collections.abc import Mapping
from typing import Final

from tracker.net.attempts import Attempt, Permanent, Temporary
from tracker.net.connections import PORTS, Target, shut_down
from tracker.net.ssrf_guard import Guard, NotAllowed

ANSWER_MAX: Final = 4_096  # bytes of the body; nothing of it is needed but a word for the log
SHOWN_MAX: Final = 120
GONE: Final = 410


def post(url: str, body: bytes, headers: Mapping[str, str], guard: Guard, attempt: Attempt) -> str:
    """Send it; return the answer in a few words. Redirects are not followed: they are an answer like others.

    The connection is made to an address that was checked, so a name that changes its mind in between changes nothing. Raises
    Permanent where the receiver answers that it is gone, Temporary for everything else that is no success.
    """

    def opened(sock: socket.socket) -> None:
        attempt.cut_by(lambda: shut_down(sock))

    try:
        target = Target.from_url(url)
        addresses = guard.check(target.host, target.resolve())
        with contextlib.closing(target.connect(addresses, attempt.left, opened)) as connection:
            return _exchange(connection, target, body, headers, attempt)
    except NotAllowed as error:
        raise Temporary(str(error)) from error
    except (http.client.HTTPException, OSError, ValueError) as error:
        if attempt.is_over():
            raise Temporary("no answer in time") from error
        raise Temporary(_words(f"{type(error).__name__}: {error}")) from error


def _exchange(sock: socket.socket, target: Target, body: bytes, headers: Mapping[str, str], attempt: Attempt) -> str:
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.default_port = PORTS[target.scheme]  # leaves it out of the Host header
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


def _words(text: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(shown.split())[:SHOWN_MAX]
