"""A relay in front of a PostgreSQL server's socket, through which one process can be cut off from it."""

import socket
import threading
from contextlib import suppress
from pathlib import Path

NAME = ".s.PGSQL.5432"


class Relay:
    """Hands bytes to and fro. `hold`: silence, and every connection stays open. `cut`: every one ends, and no new one is made."""

    def __init__(self, folder: Path, target: Path) -> None:
        self._target = str(target / NAME)
        self._flows = threading.Event()
        self._flows.set()
        self._is_cut = False
        self._open: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / NAME))
        self._listener.listen()
        threading.Thread(target=self._listen, daemon=True).start()

    def hold(self) -> None:
        self._flows.clear()

    def cut(self) -> None:
        self._is_cut = True
        self._end_all()

    def mend(self) -> None:
        """Let new connections through; those that were held are lost."""
        self._end_all()
        self._is_cut = False
        self._flows.set()

    def close(self) -> None:
        self._is_cut = True
        self._listener.close()
        self._flows.set()
        self._end_all()

    def _end_all(self) -> None:
        for each in tuple(self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near, socket.socket(socket.AF_UNIX) as far:
            if self._is_cut:
                return
            self._open.update((near, far))
            try:
                self._flows.wait()
                far.connect(self._target)
                back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
                back.start()
                self._pump(near, far)
                back.join()
            except OSError:
                pass
            finally:
                self._open -= {near, far}

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65_536):
                self._flows.wait()
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
