"""Start a PostgreSQL server for a run of tests, stay with it, and stop it when the run is over.

    python -m tests.support.postgres_keeper FOLDER

returns 0 once the server answers. What it leaves behind is a process of its own session, so that Ctrl-C does not reach it; it
waits for the end of the run, stops the server and removes the folder. So no server outlives its run, even one that was killed.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from tests.support.postgres_binaries import Binaries, PostgresMissing, find
from tests.support.run import Run, wait_until_over

# Nothing here has to survive a power cut.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1h",
    "shared_buffers": "128MB",
    "max_connections": "400",
    "autovacuum": "off",
    "logging_collector": "off",
    "log_min_messages": "warning",
}
PATIENCE = 60


def main(run: Path) -> int:
    binaries = find()
    home = run / "pg"
    home.mkdir(exist_ok=True)
    if binaries.user:
        shutil.chown(home, binaries.user)
    home.chmod(0o700)
    try:
        _initialise(binaries, home)
    except BaseException:
        binaries.forget()
        raise
    heard, told = os.pipe()
    if os.fork():
        os.close(told)
        with os.fdopen(heard) as answer:
            said = answer.read()
        sys.stderr.write(said.removeprefix("ready"))
        return 0 if said == "ready" else 1
    os.close(heard)
    _keep(binaries, run, told)
    os._exit(0)


def _initialise(binaries: Binaries, home: Path) -> None:
    arguments = ["-D", home / "data", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]
    # The same order of letters everywhere, whatever the machine has installed.
    arguments += ["--locale-provider=builtin", "--locale=C.UTF-8"] if binaries.version >= 17 else ["--locale=C"]
    done = subprocess.run(binaries.command("initdb", *arguments), capture_output=True, text=True, check=False, **binaries.run_as)
    if done.returncode:
        raise PostgresMissing(f"initdb failed:\n{done.stdout}{done.stderr}")


def _keep(binaries: Binaries, run: Path, told: int) -> None:
    """The life of the process that stays: start, report, wait, stop, clear away."""
    os.setsid()
    log = run / "postgres.log"
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(ours, theirs)
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    server = subprocess.Popen(binaries.command("postgres", "-D", run / "pg/data", "-k", run / "pg", *settings), **binaries.run_as)

    def leave(_signal: int = 0, _frame: FrameType | None = None, gone: Path = run) -> None:
        _stop(server)
        binaries.forget()
        shutil.rmtree(gone, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, leave)
    if not _wait_until_ready(server, run / "pg/data/postmaster.pid"):
        os.write(told, f"PostgreSQL did not start:\n{log.read_text()}".encode())
        leave(gone=run / "pg")
    Run(run).keep()
    os.write(told, b"ready")
    os.close(told)
    wait_until_over(run)
    leave()


def _wait_until_ready(server: subprocess.Popen[bytes], pid_file: Path) -> bool:
    give_up = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < give_up:
        # Its eighth line says so, which is what pg_ctl looks at, too.
        with contextlib.suppress(OSError, IndexError):
            if pid_file.read_text().splitlines()[7].strip() == "ready":
                return True
        time.sleep(0.01)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    # At once, without writing anything down: the data goes next.
    with contextlib.suppress(ProcessLookupError):
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except PostgresMissing as missing:
        sys.exit(str(missing))
