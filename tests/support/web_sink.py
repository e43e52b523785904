"""A real HTTP server for tests: it keeps what it is sent, and can be told what to answer, to wait, or to dribble."""

import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]  # names in lower case
    body: str

    @property
    def id(self) -> str:
        return self.headers.get("webhook-id", "")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebSink:
    """The server. `answers` gives a request its (status, headers, body); `drips` has it send one byte at a time, for as long."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)
    answers: Callable[[Request], tuple[int, dict[str, str], bytes]] = lambda _request: (200, {}, b"ok")
    hangs: Callable[[Request], bool] = lambda _request: False  # until `hold` is set
    drips: Callable[[Request], bool] = lambda _request: False
    hold: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/hook") -> str:
        return f"http://127.0.0.1:{self.port}{path}"


def _handler(sink: WebSink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            request = Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            if sink.hangs(request):
                sink.hold.wait(60)
                return
            status, headers, answer = sink.answers(request)
            if 200 <= status < 300:
                sink.requests.append(request)
            with suppress(OSError):
                if sink.drips(request):
                    self._drip()
                    return
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

        def _drip(self) -> None:
            for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 10_000:
                self.wfile.write(bytes([byte]))
                if sink.hold.wait(0.05):
                    return

        def log_message(self, *_anything: object) -> None:
            pass

    return Handler


@contextmanager
def web_sink() -> Generator[WebSink]:
    """A server on a free port of this machine, for the length of a block."""
    sink = WebSink()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(sink))
    server.daemon_threads = True
    sink.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        sink.hold.set()
        server.shutdown()
        thread.join(5)
        server.server_close()
