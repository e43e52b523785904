"""The web server: gunicorn with threads, and the scheduler as one more child of the same parent.

The parent opens the socket and nothing else: every child makes its own database engine after its fork. Requests in flight are
finished when it is asked to stop.
"""

import ctypes
import gc
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import AppImportError

from tracker.config import Settings
from tracker.outages import explain
from tracker.schema_state import open_database
from tracker.shutdown import Stop


@contextmanager
def collection_paused() -> Iterator[None]:
    """Collect nothing within; afterwards what was made within is left out of all collections, in children forked later, too."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()


# Where the workers keep their counters, so that each of them can answer for all; read by prometheus_client when it is imported.
SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
THREADS = 8
GRACEFUL_SECONDS = 30
# A scheduler that ends by itself is started again, but not in a mad loop.
RESTART_AFTER = 1.0
# Of malloc.h. By default the threshold rises with the largest block that was freed, and buffers of pages leave holes in the heap.
_M_ARENA_MAX = -8
_M_MMAP_THRESHOLD = -3
_MMAP_FROM = 64 * 1024  # bytes


@dataclass(frozen=True)
class Plan:
    """What to serve: on which socket, with how many processes, with or without the scheduler. `ready` is called before the first
    request is answered.
    """

    settings: Settings
    listener: socket.socket
    workers: int
    scheduler: bool
    ready: Callable[[], None]
    temporary: Path  # where workers keep the files that show that they are alive


def serve(plan: Plan) -> None:
    """Serve until asked to stop by SIGTERM or Ctrl-C; ends the process with its exit status."""
    limit_malloc_arenas()
    if plan.settings.monitoring.metrics_token or plan.settings.monitoring.metrics_networks:
        # Before anything imports prometheus_client: the workers then keep their counters where each can read all of them.
        os.environ[SHARED_METRICS] = tempfile.mkdtemp(prefix="tracker-metrics-", dir=plan.temporary)
    # The parent imports what its children need, once; they make what must not be shared.
    with collection_paused():
        from tracker.app import load_areas

        load_areas()

    Parent(Server(plan), plan).run()


def limit_malloc_arenas() -> bool:
    """Have the threads of this process and its children share memory arenas and return large blocks; whether the C library can.

    By default glibc gives each thread an arena of its own, none of which it returns to the system: a worker grew by hundreds of
    megabytes. Python's own lock makes sharing cheap.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
        return bool(mallopt(_M_ARENA_MAX, 1) and mallopt(_M_MMAP_THRESHOLD, _MMAP_FROM))
    except (OSError, AttributeError):
        return False  # not glibc


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's view of the tracker."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        super().__init__(prog="tracker")

    def load_config(self) -> None:
        """Called by gunicorn; no file and no variable of its own is read."""
        options = {
            "bind": f"fd://{self._plan.listener.detach()}",
            "worker_class": "gthread",
            "workers": self._plan.workers,
            "threads": THREADS,
            "graceful_timeout": GRACEFUL_SECONDS,
            "timeout": 60,
            "proc_name": "tracker",
            "loglevel": "warning",
            # Trusted proxies are set by TRACKER_TRUSTED_PROXIES alone; gunicorn would trust this machine.
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "when_ready": self._ready,
            "post_worker_init": _leave_interrupts_to_the_parent,
            "child_exit": _forget_gauges,
            "worker_tmp_dir": str(self._plan.temporary),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> object:
        """Called by gunicorn in each worker, after its fork."""
        from tracker.app import create_app

        try:
            with collection_paused():
                return create_app(self._plan.settings, open_database(self._plan.settings))
        except Exception as error:
            line = explain(error)
            if line is None:
                raise
            raise AppImportError(f"tracker: {line}") from error  # which gunicorn prints as it is, and gives up

    def _ready(self, _arbiter: Arbiter) -> None:
        self._plan.ready()


def _forget_gauges(_server: Any, worker: Any) -> None:
    if SHARED_METRICS in os.environ:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def _leave_interrupts_to_the_parent(_worker: object) -> None:
    # Ctrl-C and the end of a terminal reach every process in it; the parent then asks the workers to finish, as on SIGTERM.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


class Parent(Arbiter):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn's parent process, which looks after the scheduler as it looks after its workers."""

    def __init__(self, server: Server, plan: Plan) -> None:
        super().__init__(server)
        self._plan = plan
        self._scheduler: int | None = None
        self._started = -RESTART_AFTER

    def init_signals(self) -> None:
        """Called by gunicorn. What runs under nohup outlives its terminal."""
        outlives = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        super().init_signals()
        if outlives:
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def handle_int(self) -> None:
        """Ctrl-C is as gentle as SIGTERM; a second one is not."""
        self.handle_term()

    def handle_hup(self) -> None:
        """The end of the terminal. gunicorn would read its settings anew; ours are read once."""
        self.handle_term()

    def handle_usr2(self) -> None:
        """gunicorn would start a second parent, which would find the port taken."""

    def manage_workers(self) -> None:
        """Called by gunicorn at least once a second and whenever a child has ended."""
        super().manage_workers()
        if self._plan.scheduler and not self._is_running() and time.monotonic() - self._started >= RESTART_AFTER:
            self._started = time.monotonic()
            self._scheduler = self._fork_scheduler()

    def reap_workers(self) -> None:
        """Called by gunicorn when a child has ended; it would take ours for a stranger's."""
        self._is_running()
        super().reap_workers()

    def stop(self, graceful: bool = True) -> None:
        """Stop the workers, gently or not, and the scheduler with them."""
        if self._is_running():
            os.kill(self._scheduler or 0, signal.SIGTERM)
        super().stop(graceful)
        limit = time.monotonic() + (GRACEFUL_SECONDS if graceful else 2)
        while self._is_running() and time.monotonic() < limit:
            time.sleep(0.05)
        if self._is_running():
            os.kill(self._scheduler or 0, signal.SIGKILL)

    def _is_running(self) -> bool:
        if self._scheduler is None:
            return False
        try:
            ended, _status = os.waitpid(self._scheduler, os.WNOHANG)
        except ChildProcessError:
            ended = self._scheduler
        if ended:
            self._scheduler = None
        return not ended

    def _fork_scheduler(self) -> int:
        parent = os.getpid()
        # Held back until the child has handlers of its own: with ours, it would take note of a SIGTERM and go on.
        signal.pthread_sigmask(signal.SIG_BLOCK, self.SIGNALS)
        child = -1
        try:
            child = os.fork()
        finally:
            if child:  # also where there is none, because no process could be made
                signal.pthread_sigmask(signal.SIG_UNBLOCK, self.SIGNALS)
        if child:
            return child
        status = 1
        try:
            for number in (*self.SIGNALS, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, self.SIGNALS)
            # Open here, too, it would keep the port taken after the parent has gone.
            for listener in self.LISTENERS:
                listener.close()
            for worker in self.WORKERS.values():
                worker.tmp.close()
            run_scheduler(self._plan.settings, parent=parent)
            status = 0
        except Exception as error:
            line = explain(error)
            sys.stderr.write(f"tracker: the scheduler ended: {line or repr(error)}\n")
            if line is None:
                traceback.print_exception(error)
        finally:
            # Not by way of the parent's code, which is on this stack, too.
            sys.stderr.flush()
            os._exit(status)


def run_scheduler(settings: Settings, *, parent: int | None = None) -> None:
    """Run the scheduler in this process until it is asked to stop or, if it has a parent, that is gone."""
    from tracker.scheduler import Scheduler, jobs_of
    from tracker.server import static_copy_job

    stop = Stop()
    if parent is None:
        stop.on_signals()
    else:
        stop.by_parent(parent)
    database = open_database(settings)
    try:
        copying = static_copy_job.build_job(settings)
        Scheduler(database, (*jobs_of(settings), *((copying,) if copying else ())), stop).run()
    finally:
        database.dispose()
