"""One folder for one run of pytest, shared by all its workers and gone at the end.

The process that started the run holds a lock on `alive` for as long as it lives. Whoever else gets that lock knows that the
run is over, however it ended: the kernel lets go of it even after SIGKILL.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

PREFIX = "tracker-tests-"
ROOM_NEEDED = 2 * 1024**3
# Databases are copied for every test. In memory that takes 20 ms, on some disks more than half a second.
MEMORY = Path("/dev/shm")


class Run:
    """The folder of a run. `path` is short enough for sockets (their paths end at 104 bytes on macOS, 107 on Linux)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._alive: IO[str] | None = None

    @classmethod
    def start(cls) -> "Run":
        """Make the folder and hold it until `end`; clear away what killed runs left behind."""
        parent = _parent()
        for left_behind in parent.glob(f"{PREFIX}*"):
            if _is_over(left_behind):
                shutil.rmtree(left_behind, ignore_errors=True)
        run = cls(Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent)))
        # Others may pass through (an unprivileged PostgreSQL has its files here) but not look around.
        run.path.chmod(0o711)
        run._alive = (run.path / "alive").open("w")
        fcntl.flock(run._alive, fcntl.LOCK_EX)
        return run

    @classmethod
    def of(cls, path: str) -> "Run":
        """The same run, in one of its workers: ending it is not theirs."""
        return cls(Path(path))

    def end(self, patience: float = 20) -> None:
        """Let go of the folder, wait until whoever keeps something in it has stopped, and remove it."""
        if self._alive is None:
            return
        kept = (self.path / "kept").exists()
        fcntl.flock(self._alive, fcntl.LOCK_UN)
        self._alive.close()
        self._alive = None
        give_up = time.monotonic() + patience
        while kept and self.path.exists() and time.monotonic() < give_up:
            time.sleep(0.01)
        shutil.rmtree(self.path, ignore_errors=True)

    def keep(self) -> None:
        """Say that another process looks after the folder and removes it when the run is over."""
        (self.path / "kept").touch()

    @contextmanager
    def lock(self, name: str) -> Generator[None]:
        """Only one process of the run at a time in here."""
        with (self.path / f"{name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def once(self, name: str, make: Callable[[], None]) -> None:
        """Call `make` in the first process that asks, and in no other. If it fails there, it fails for all."""
        done, failed = self.path / f"{name}.done", self.path / f"{name}.failed"
        if done.exists():
            return
        with self.lock(name):
            if failed.exists():
                raise RuntimeError(f"{name} failed before in this run: {failed.read_text()}")
            if done.exists():
                return
            try:
                make()
            except BaseException as error:
                failed.write_text(f"{type(error).__name__}: {error}")
                raise
            done.touch()


def wait_until_over(path: Path) -> None:
    """Block until the run of this folder is over."""
    with (path / "alive").open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def _is_over(path: Path) -> bool:
    try:
        with (path / "alive").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        # A run makes its lock right after its folder.
        return path.exists() and time.time() - path.stat().st_mtime > 60
    except OSError:
        return False
    # A keeper waits for the same lock and needs a moment to clear away by itself.
    return not (path / "kept").exists() or time.time() - path.stat().st_mtime > 60


def _parent() -> Path:
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK | os.X_OK):
        room = os.statvfs(MEMORY)
        if room.f_bavail * room.f_frsize >= ROOM_NEEDED:
            return MEMORY
    usual = Path(tempfile.gettempdir())
    # Root's own temporary folder may be closed to the user the server runs as; a long one leaves no room for a socket.
    return Path("/tmp") if os.geteuid() == 0 or len(str(usual)) > 55 else usual
