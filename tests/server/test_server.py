"""The server's processes: requests are finished, children live as long as their parent and no longer."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.support.processes import Process, process, wait_until
from tracker.config import Settings
from tracker.db import Database
from tracker.scheduling import heartbeats
from tracker.server import sockets

KEY = "k3y-f0r-t3sts-0123456789abcdefghijkl"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Says who answers, after as many seconds as the path asks for."""
    time.sleep(float(environ["PATH_INFO"].strip("/") or 0))
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def serve(settings: Settings, port: int, workers: int, scheduler: bool) -> None:
    """The life of the server's parent, with a small application in place of ours."""
    import tracker.app

    tracker.app.create_app = lambda _settings, _database: application  # type: ignore[assignment,return-value]
    serve_ours(settings, port, workers, scheduler)


def serve_ours(settings: Settings, port: int, workers: int, scheduler: bool) -> None:
    """The same with the tracker itself."""
    from tracker import logs
    from tracker.server import server

    logs.configure()
    listener = sockets.listen("127.0.0.1", port)
    ready = lambda: print("ready", flush=True)  # noqa: E731
    server.serve(server.Plan(settings, listener, workers, scheduler, ready, Path(tempfile.gettempdir())))


class Client:
    """Asks the server on a port."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str = "/", timeout: float = 30) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Connection": "close"})
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def answers(self, path: str = "/") -> bool:
        try:
            return bool(self.get(path, timeout=5))
        except OSError:
            return False


@pytest.fixture
def settings(sqlite_database: Database, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=str(sqlite_database.url), secret_key=KEY)


@pytest.fixture
def settings_of_both(database: Database, database_url: str, tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=database_url, secret_key=KEY)


def free_port() -> int:
    with sockets.listen("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def serving(
    settings: Settings, *, workers: int = 1, scheduler: bool = False, port: int = 0, life: Callable[..., None] = serve
) -> Generator[tuple[Process, Client]]:
    client = Client(port or free_port())
    with process(life, settings, client.port, workers, scheduler) as parent:
        try:
            wait_until(lambda: parent.ended or client.answers())
            assert not parent.ended, parent.said
            yield parent, client
        finally:
            if not parent.ended:
                parent.send(signal.SIGTERM)
                parent.wait()


def children_of(pid: int) -> set[int]:
    said = subprocess.run(["ps", "-Ao", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in said.splitlines()]
    return {int(child) for child, parent, state in rows if int(parent) == pid and not state.startswith("Z")}


def runs(pid: int) -> bool:
    said = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout.strip()
    return bool(said) and not said.startswith("Z")


def has_ticked(database: Database) -> bool:
    with database.reading() as session:
        return "flag" in heartbeats.latest(session)


def in_flight(client: Client, seconds: float) -> tuple[threading.Thread, list[str]]:
    """A request that takes so long, under way."""
    answers: list[str] = []
    thread = threading.Thread(target=lambda: answers.append(client.get(f"/{seconds}")))
    thread.start()
    time.sleep(0.5)
    return thread, answers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_in_flight_is_finished_before_the_server_stops(settings: Settings, number: signal.Signals):
    with serving(settings) as (parent, client):
        worker = client.get()
        thread, answers = in_flight(client, 2)
        # As a terminal does: everyone hears of Ctrl-C and of its end.
        for pid in {parent.pid} | (children_of(parent.pid) if number is not signal.SIGTERM else set()):
            os.kill(pid, number)
        thread.join(20)

        assert answers == [worker]
        assert parent.wait() == 0
        assert not client.answers()
        assert "Traceback" not in parent.said


def test_a_second_interrupt_does_not_wait(settings: Settings):
    with serving(settings) as (parent, client):
        connection = http.client.HTTPConnection("127.0.0.1", client.port)
        connection.request("GET", "/25")
        time.sleep(0.5)
        begun = time.monotonic()
        parent.send(signal.SIGINT)
        time.sleep(0.5)
        parent.send(signal.SIGINT)
        parent.wait()
        connection.close()

        assert time.monotonic() - begun < 10


def test_answers_with_as_many_processes_as_asked_for(settings: Settings):
    with serving(settings, workers=2) as (parent, client):
        wait_until(lambda: len(children_of(parent.pid)) == 2)
        assert int(client.get()) in children_of(parent.pid)


def test_a_worker_that_was_killed_is_replaced(settings: Settings):
    with serving(settings) as (_parent, client):
        first = int(client.get())
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: client.answers() and int(client.get()) != first)


def test_body_without_length_is_cut_off(settings: Settings):
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    piece = b"10000\r\n" + b"A" * 0x10000 + b"\r\n"
    with serving(settings, life=serve_ours) as (_, client), socket.create_connection(("127.0.0.1", client.port), 20) as asking:
        asking.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
        said, sent = b"", 0
        with contextlib.suppress(ConnectionError):  # of which the sender may hear before the answer
            while sent < 100_000_000:
                asking.sendall(piece)
                sent += len(piece)
        with contextlib.suppress(ConnectionError):
            said = asking.recv(100)
        assert sent < 50_000_000
        assert said == b"" or b" 413 " in said
        assert client.answers()


def _resident(pid: int) -> int:
    """The memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def test_large_bodies_are_refused_in_bounded_memory(settings: Settings):
    head = b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with serving(settings, life=serve_ours) as (parent, client):
        assert client.answers()
        (worker,) = children_of(parent.pid)
        before = _resident(worker)
        for megabytes in (10, 10, 100):
            size = megabytes * 1_000_000
            with socket.create_connection(("127.0.0.1", client.port), 20) as asking:
                asking.sendall(head + b"Content-Length: %d\r\n\r\n" % size)
                with contextlib.suppress(ConnectionError):  # the answer does not wait for the whole body
                    for _ in range(megabytes):
                        asking.sendall(b"A" * 1_000_000)
                said = b""
                with contextlib.suppress(ConnectionError):
                    said = asking.recv(100)
            assert said == b"" or b" 413 " in said
            assert client.answers()
        assert _resident(worker) - before < 50
        assert (worker,) == tuple(children_of(parent.pid))


def test_scheduler_child_is_restarted(settings_of_both: Settings, database: Database):
    with serving(settings_of_both, scheduler=True) as (parent, client):
        worker = int(client.get())
        wait_until(lambda: has_ticked(database))
        (scheduler,) = children_of(parent.pid) - {worker}
        os.kill(scheduler, signal.SIGKILL)
        wait_until(lambda: bool(children_of(parent.pid) - {worker, scheduler}))
        wait_until(lambda: parent.said.count("scheduler started") == 2)
        assert int(client.get()) == worker

        parent.send(signal.SIGTERM)
        assert parent.wait() == 0
        assert "scheduler stopped" in parent.said
        assert "Traceback" not in parent.said


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_parent_and_scheduler_hold_back_no_signal(settings: Settings, sqlite_database: Database):
    with serving(settings, scheduler=True) as (parent, client):
        worker = int(client.get())
        wait_until(lambda: has_ticked(sqlite_database))
        (scheduler,) = children_of(parent.pid) - {worker}
        for pid in (parent.pid, scheduler):
            held = int(Path(f"/proc/{pid}/status").read_text().partition("SigBlk:")[2].split()[0], 16)
            assert [each for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP) if held >> (each - 1) & 1] == []


def test_server_stops_at_its_first_answer(settings_of_both: Settings):
    client = Client(free_port())
    with process(serve_ours, settings_of_both, client.port, 1, True) as parent:
        wait_until(lambda: parent.ended or client.answers("/healthz"))
        started = time.monotonic()
        parent.send(signal.SIGTERM)
        assert parent.wait() == 0
        assert time.monotonic() - started < 10
        assert "Traceback" not in parent.said


def test_without_a_scheduler_there_is_none(settings: Settings, sqlite_database: Database):
    with serving(settings, scheduler=False) as (parent, client):
        assert children_of(parent.pid) == {int(client.get())}
        assert not has_ticked(sqlite_database)


def test_when_the_parent_is_killed_the_children_go_and_the_port_is_free(settings_of_both: Settings, database: Database):
    with serving(settings_of_both, scheduler=True) as (parent, client):
        wait_until(lambda: has_ticked(database))
        family = children_of(parent.pid)
        assert len(family) == 2
        parent.send(signal.SIGKILL)
        parent.wait()
        assert wait_until(lambda: not any(map(runs, family))) < 20

        with serving(settings_of_both, port=client.port) as (_parent, again):
            assert again.answers()


def test_server_refuses_a_database_of_another_revision(settings: Settings, sqlite_database: Database):
    with sqlite_database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_fit SET works_from = '9999'"))

    with process(serve, settings, free_port(), 1, False) as parent:
        assert parent.wait() != 0
        assert "tracker: The database is at revision 9999" in parent.said
        assert "Traceback" not in parent.said


# --- addresses ---


def test_a_port_that_is_taken_is_refused_with_what_to_do():
    with (
        sockets.listen("127.0.0.1", 0) as taken,
        pytest.raises(sockets.Unavailable, match=r"is taken\. Give another with --port"),
    ):
        sockets.listen("127.0.0.1", taken.getsockname()[1])


def test_the_demonstration_takes_the_next_free_port():
    with sockets.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with sockets.listen_near("127.0.0.1", port) as near:
            assert near.getsockname()[1] != port


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a" * 300])
def test_an_address_that_is_not_ours_is_refused(host: str):
    with pytest.raises(sockets.Unavailable):
        sockets.listen(host, 0)


def test_the_address_is_one_a_browser_takes():
    with sockets.listen("127.0.0.1", 0) as listener:
        assert sockets.web_address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with sockets.listen("0.0.0.0", 0) as listener:
        assert sockets.web_address(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}/"
    if socket.has_ipv6:
        with sockets.listen("::1", 0) as listener:
            assert sockets.web_address(listener) == f"http://[::1]:{listener.getsockname()[1]}/"
