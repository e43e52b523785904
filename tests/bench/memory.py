"""What a worker holds after a thousand requests, as the server runs it: one thread at a time, and eight at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from typing import Final

from tests.bench.desk import Desk, Figure, Steps
from tests.bench.installed import installed_tracker
from tests.bench.measuring import Cost
from tests.bench.peers.servers import Peer, served
from tests.support.web import Client
from tracker import clock

REQUESTS: Final = 1_000
THREADS: Final = 8
ALONE_MB: Final = 110.0
TOGETHER_MB: Final = 200.0


def memory(at: Desk) -> Steps:
    """The memory of a worker of `tracker serve` after requests one by one, then after as many from eight clients at once."""
    folder = at.newsroom.home / "memory"
    folder.mkdir(exist_ok=True)
    command: list[str | Path] = [installed_tracker(), "serve", "--port", "PORT", "--no-scheduler"]
    with served("tracker", command, at.environment(), folder=folder) as peer:
        peer.headers["Cookie"] = f"session={_sign_in_today(at)}"
        before = peer.cpu()
        for address in _addresses(at):
            peer.fetch(address)
        yield _figure("worker after 1,000 requests", peer, before, ALONE_MB)
        before = peer.cpu()
        with ThreadPoolExecutor(THREADS) as clients:
            list(clients.map(peer.fetch, _addresses(at)))
        yield _figure("worker after 1,000 requests of eight at once", peer, before, TOGETHER_MB)


def _sign_in_today(at: Desk) -> str:
    """Return a cookie of a session that starts now: the server has the machine's clock and not the benchmark's."""
    benchmarks, clock.now = clock.now, lambda: datetime.now(UTC)
    try:
        client = at.app.test_client()
        assert isinstance(client, Client)
        client.sign_in(at.editor.email)
        return client.cookie()
    finally:
        clock.now = benchmarks


def _addresses(at: Desk) -> Iterator[str]:
    number = at.newsroom.claims // 2
    asked = [f"/claims/{number + n}" for n in range(10)]
    lists = ["/queue", "/claims", "/queue?view=overdue", "/claims?q=agreement", "/articles", "/overview", "/speakers", "/record"]
    return islice(cycle([*asked, *lists]), REQUESTS)


def _figure(name: str, peer: Peer, before: float, most: float) -> Figure:
    return Figure(name, Cost((peer.cpu() - before) / REQUESTS), None, {}, {"MB": (_megabytes(peer), most)})


def _megabytes(peer: Peer) -> float:
    """The greatest resident memory among the server's processes, in MB."""
    children = Path(f"/proc/{peer.process}/task/{peer.process}/children").read_text().split()
    return max(_resident(process) for process in (peer.process, *map(int, children)))


def _resident(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
