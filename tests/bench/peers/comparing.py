"""Our pages next to the same pages of others, each on a copy of the same claims, measured in turns in one run."""

import json
import os
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from tests.bench import making
from tests.bench.desk import Desk, Figure, Steps
from tests.bench.measuring import Cost
from tests.bench.peers.environment import make_environment
from tests.bench.peers.servers import Peer, gunicorn, served

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent.parent.parent
OURS, BARE, DJANGO, DATASETTE = "tracker", "bare page", "Django admin", "Datasette"
ROUNDS: Final = 7
TIMES: Final = 12
_DAY: Final = making.TODAY.isoformat()
_OVERDUE_IN_DJANGO: Final = f"/admin/admin/claim/?status__exact=due&review_on__lt={_DAY}&o=7"
_OVERDUE_IN_DATASETTE: Final = f"/tracker/claim?_size=50&status=due&review_on__lt={_DAY}&_sort=review_on"
_SEARCH_IN_DATASETTE: Final = "/tracker/claim?_size=50&_search=agreement&_sort_desc=id"


def compare(at: Desk) -> Steps:
    """Yield a figure for each page: what ours costs against the others'. On SQLite alone."""
    if at.newsroom.server is not None:
        return
    number = at.newsroom.claims // 2
    pages = {
        "list of 50": ("/claims", "/claims", "/admin/admin/claim/", "/tracker/claim?_size=50&_sort_desc=id"),
        "overdue queue of 50": ("/queue?view=overdue", "/overdue", _OVERDUE_IN_DJANGO, _OVERDUE_IN_DATASETTE),
        "search": ("/claims?q=agreement", "/claims?q=agreement", "/admin/admin/claim/?q=agreement", _SEARCH_IN_DATASETTE),
        "claim": (f"/claims/{number}", f"/claims/{number}", f"/admin/admin/claim/{number}/change/", f"/tracker/claim/{number}"),
        "whole queue": ("/queue", "/claims", None, None),
    }
    with _peers(at) as peers:
        for name, addresses in pages.items():
            asked = [(peer, address) for peer, address in zip(peers, addresses, strict=True) if address is not None]
            found: dict[str, list[float]] = {peer.name: [] for peer, _address in asked}
            size = {peer.name: [peer.fetch(address) for _ in range(3)][-1] for peer, address in asked}
            for _ in range(ROUNDS):
                for peer, address in asked:
                    found[peer.name].append(peer.cost(address, TIMES))
                yield None
            cpu = {peer: statistics.median(costs) for peer, costs in found.items()}
            yield _figure(name, cpu, size[OURS])


def _figure(name: str, cpu: dict[str, float], size: int) -> Figure:
    compared = {f"{BARE} ({cpu[BARE] * 1000:.1f} ms)": (cpu[BARE], 10.0 if name == "whole queue" else 4.0)}
    if DJANGO in cpu:
        compared[f"{DJANGO} ({cpu[DJANGO] * 1000:.1f} ms)"] = (cpu[DJANGO], 1 / 3)
        compared[f"{DATASETTE} ({cpu[DATASETTE] * 1000:.1f} ms)"] = (cpu[DATASETTE], 1.0)
    return Figure(f"peers: {name}", Cost(cpu[OURS]), None, compared, {"kB on the wire": (size / 1000, 30.0)})


@contextmanager
def _peers(at: Desk) -> Iterator[list[Peer]]:
    programs = make_environment()
    folder = at.newsroom.home / "peers"
    folder.mkdir(exist_ok=True)
    copy = folder / "tracker.db"
    _copy(Path(at.newsroom.url.removeprefix("sqlite:///")), copy)
    environment = {"PEERS_FILE": str(copy), "PEERS_TODAY": _DAY, "PYTHONDONTWRITEBYTECODE": ""}
    cookie = subprocess.run(
        [programs / "python", HERE / "django_site.py"],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    ).stdout.strip()
    labels = folder / "labels.json"
    tables = {"claim": {"label_column": "statement", "fts_table": "claim_fts", "fts_pk": "id"}}
    labels.write_text(json.dumps({"databases": {"tracker": {"tables": tables}}}), "utf-8")
    ours = {**at.environment(), "PYTHONPATH": str(ROOT)}
    with ExitStack() as stack:

        def start(name: str, command: list[str | Path], more: dict[str, str]) -> Peer:
            return stack.enter_context(served(name, command, more, folder=folder))

        peers = [
            start(OURS, gunicorn(Path(sys.executable).parent, "tests.bench.peers.our_site", chdir=ROOT), ours),
            start(BARE, gunicorn(programs, "bare_site", chdir=HERE), environment),
            start(DJANGO, gunicorn(programs, "django_site", chdir=HERE), environment),
            start(
                DATASETTE,
                [
                    programs / "datasette",
                    "serve",
                    copy,
                    "--port",
                    "PORT",
                    "--metadata",
                    labels,
                    "--setting",
                    "suggest_facets",
                    "off",
                ],
                environment,
            ),
        ]
        peers[0].headers["Cookie"] = _our_cookie(at)
        peers[2].headers["Cookie"] = cookie
        yield peers


def _copy(source: Path, target: Path) -> None:
    """Copy the newsroom, to which Django adds its tables."""
    target.unlink(missing_ok=True)
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)


def _our_cookie(at: Desk) -> str:
    """Return the cookie of the editor who is signed in."""
    return f"session={at.client.cookie()}"
