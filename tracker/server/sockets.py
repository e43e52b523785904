"""Where the server listens. The socket is opened here, before anything else, so that a taken port is one clear line."""

import errno
import os
import socket

from tracker.errors import Unavailable

BACKLOG = 512


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on one address; port 0 takes any that is free. Raises Unavailable with what to do."""
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError) as error:
        raise Unavailable("There is no address %(host)s here. Give another with --host.", host=host) from error
    listener = socket.socket(family, kind, proto)
    try:
        # A server that stopped a moment ago must not keep its port from the next.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Unavailable("Port %(port)d is taken. Give another with --port.", port=port) from error
        why = os.strerror(error.errno or 0)
        raise Unavailable("Cannot listen on %(host)s port %(port)d: %(why)s.", host=host, port=port, why=why) from error
    return listener


def listen_near(host: str, port: int, tries: int = 20) -> socket.socket:
    """A socket on this port or, if it is taken, on one of the next; on any free one if they all are."""
    for candidate in (*range(port, min(port + tries, 65_536)), 0):
        try:
            return listen(host, candidate)
        except Unavailable as error:
            if not isinstance(error.__cause__, OSError) or error.__cause__.errno != errno.EADDRINUSE or not candidate:
                raise
    raise AssertionError("unreachable")


def web_address(listener: socket.socket) -> str:
    """What to type into a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  (compared, not bound)
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
