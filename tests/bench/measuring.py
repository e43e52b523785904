"""What something costs: CPU time of this process, and of PostgreSQL's where it works for us. Medians of several rounds."""

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """CPU seconds."""

    cpu: float


def servers_cpu(server: int | None) -> float:
    """CPU seconds that PostgreSQL's processes have used so far: those that live, and those that have ended."""
    if server is None:
        return 0.0
    ended = Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()
    total = (int(ended[13]) + int(ended[14])) / os.sysconf("SC_CLK_TCK") * 1e9
    for task in Path("/proc").glob("[0-9]*"):
        try:
            parent = int(task.joinpath("stat").read_text().rpartition(")")[2].split()[1])
            if parent == server:
                total += int(task.joinpath("schedstat").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            continue  # it ended meanwhile
    return total / 1e9


def _start(server: int | None) -> float:
    """What was used until now. Asking for the server's part costs milliseconds of ours, outside of what counts."""
    servers = servers_cpu(server)
    return servers + time.process_time()


def _stop(started: float, server: int | None) -> float:
    own = time.process_time()
    return own + servers_cpu(server) - started


def spent(work: Callable[[], object], server: int | None = None) -> float:
    """CPU seconds of one `work`, done once."""
    started = _start(server)
    work()
    return _stop(started, server)


def median(
    work: Callable[[], object], server: int | None = None, *, rounds: int = 5, times: int = 1
) -> Generator[None, None, Cost]:
    """The median CPU time of one `work`, over rounds of so many times; one round before is not counted.

    It yields after each round, so that newsrooms can be measured in turns: what else the machine does falls on all of them.
    """
    work()
    found = []
    for _ in range(rounds):
        yield
        started = _start(server)
        for _ in range(times):
            work()
        found.append(_stop(started, server) / times)
    return Cost(statistics.median(found))


def program(arguments: Sequence[str | Path], server: int | None = None, **environment: str) -> Cost:
    """What a program costs from its start to its end, its output thrown away. Raises RuntimeError if it fails."""
    before = servers_cpu(server)
    with subprocess.Popen(
        [str(argument) for argument in arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, **environment},
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(said.decode(errors="replace")[-2000:])
    if server is not None:
        time.sleep(0.2)  # until the server has noticed that its client is gone, and counts what served it
    return Cost(usage.ru_utime + usage.ru_stime + max(0.0, servers_cpu(server) - before))
