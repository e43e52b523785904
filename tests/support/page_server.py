"""A server of raw answers for tests of reading pages: what it sends need not be HTTP at all."""

import socketserver
import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class PageServer:
    """`answer` gives the bytes for a path, in pieces; `paths` are those that were asked for."""

    answer: Callable[[str], Iterable[bytes]]
    port: int = 0
    paths: list[str] = field(default_factory=list)
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def answer_of(body: bytes, status: str = "200 OK", **headers: str) -> list[bytes]:
    """An answer with a body; header names with underscores for hyphens."""
    lines = {"Content-Length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return [f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body]


@contextmanager
def serving(answer: Callable[[str], Iterable[bytes]]) -> Generator[PageServer]:
    """A running server."""
    server = PageServer(answer)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            request = b""
            while not request.endswith(b"\r\n\r\n"):
                line = self.rfile.readline()
                if not line:
                    return
                request += line
            path = request.split(b" ")[1].decode()
            server.paths.append(path)
            server.requests.append(request)
            with suppress(OSError):
                for piece in server.answer(path):
                    self.wfile.write(piece)

    class Threads(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Threads(("127.0.0.1", 0), Handler) as listening:
        server.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            listening.shutdown()
            thread.join()
