"""Servers that are measured from outside: one process of each, asked one page at a time over HTTP."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Final

_PATIENCE: Final = 60  # seconds until a server has to answer


@dataclass
class Peer:
    """A server: its first process and where it listens. `headers` go with each request."""

    name: str
    process: int
    port: int
    headers: dict[str, str]

    def fetch(self, address: str) -> int:
        """Fetch a page and return its bytes on the wire. Raises RuntimeError unless the answer is 200."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request("GET", address, headers={"Accept-Encoding": "gzip", **self.headers})
            answer = connection.getresponse()
            body = answer.read()
            self._keep_cookies(answer.headers.get_all("Set-Cookie", []))
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"{self.name} {address}: {answer.status} {answer.headers.get('Location', '')}")
        return len(body)

    def _keep_cookies(self, sent: Sequence[str]) -> None:
        """Send back what the site set, as a browser does: the token of its forms is in there, and made once."""
        kept = SimpleCookie(self.headers.get("Cookie", ""))
        for each in sent:
            kept.load(each)
        self.headers["Cookie"] = "; ".join(f"{name}={morsel.coded_value}" for name, morsel in kept.items())

    def cpu(self) -> float:
        """CPU seconds that the server has used so far, all of its processes and threads together."""
        return sum(_cpu_of(process) for process in (self.process, *_children(self.process)))

    def cost(self, address: str, times: int) -> float:
        """CPU seconds of one page, the mean of so many in a row."""
        before = self.cpu()
        for _ in range(times):
            self.fetch(address)
        return (self.cpu() - before) / times


@contextmanager
def served(name: str, command: Sequence[str | Path], environment: Mapping[str, str], *, folder: Path) -> Iterator[Peer]:
    """Start a server, whose command has the word PORT where its port goes, and stop it in the end."""
    port = _free_port()
    arguments = [str(word).replace("PORT", str(port)) for word in command]
    with (folder / f"{name.split()[0]}.log").open("wb") as log:
        process = subprocess.Popen(arguments, env={**os.environ, **environment}, cwd=folder, stdout=log, stderr=log)
        try:
            _wait_for(port, process)
            yield Peer(name, process.pid, port, {})
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def gunicorn(programs: Path, site: str, *, chdir: Path) -> list[str | Path]:
    """Return the command that serves a site as `tracker serve` serves ours: one process, threads."""
    return [
        programs / "python", "-m", "gunicorn", "--chdir", chdir, "--bind", "127.0.0.1:PORT", "--workers", "1",
        "--worker-class", "gthread", "--threads", "4", f"{site}:app",
    ]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{process.args} does not answer")


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [int(child) for child in found]


def _cpu_of(process: int) -> float:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9
